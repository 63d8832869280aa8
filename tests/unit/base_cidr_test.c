/* Tests of base/cidr.h and base/cidr_set.h: networks as text, and which of many holds an address. */
#include "config.h"

#include "base/cidr.h"

#include "base/cidr_set.h"
#include "base/mem.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static struct cidr parsed(const char *text)
{
    struct strbuf err = {0};
    struct cidr cidr;

    if (!cidr_parse(&cidr, text, &err)) {
        fail_msg("%s", strbuf_str(&err));
    }
    assert_int_equal(err.len, 0);
    return cidr;
}

static void assert_shown(const char *text, const char *want)
{
    struct cidr cidr = parsed(text), again;
    char buf[CIDR_TEXT_SIZE];

    assert_string_equal(cidr_text(&cidr, buf), want);
    again = parsed(buf);
    assert_true(cidr_is_equal(&cidr, &again));
}

static void assert_refused(const char *text, const char *why)
{
    struct strbuf err = {0};
    struct cidr cidr;

    assert_false(cidr_parse(&cidr, text, &err));
    assert_string_equal(strbuf_str(&err), why);
    assert_false(cidr_parse(&cidr, text, NULL));
    strbuf_fini(&err);
}

static void addresses_and_networks_are_read_and_shown(void **state)
{
    (void)state;
    assert_shown("192.0.2.1", "192.0.2.1");
    assert_shown("192.0.2.1/32", "192.0.2.1");
    assert_shown("192.0.2.0/24", "192.0.2.0/24");
    assert_shown("0.0.0.0/0", "0.0.0.0/0");
    assert_shown("10.128.0.0/9", "10.128.0.0/9");
    assert_shown("2001:DB8::1", "2001:db8::1");
    assert_shown("[2001:db8::1]", "2001:db8::1");
    assert_shown("[2001:db8::]/32", "2001:db8::/32");
    assert_shown("2001:db8:0:0::/64", "2001:db8::/64");
    assert_shown("::/0", "::/0");
    assert_shown("::1/128", "::1");
}

static void mapped_ipv4_is_ipv4(void **state)
{
    struct cidr mapped, plain = parsed("192.0.2.1");

    (void)state;
    assert_shown("::ffff:192.0.2.1", "192.0.2.1");
    assert_shown("::ffff:192.0.2.0/120", "192.0.2.0/24");
    assert_shown("::ffff:0:0/96", "0.0.0.0/0");
    mapped = parsed("::ffff:c000:201");
    assert_true(cidr_is_equal(&mapped, &plain));
    assert_shown("::fffe:0:0/95", "::fffe:0:0/95"); /* IPv6 networks around them hold no IPv4 address */
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    assert_refused("192.0.2.7/24", "192.0.2.7/24 has bits set behind its first 24: the network is 192.0.2.0/24");
    assert_refused("2001:db8::1/64", "2001:db8::1/64 has bits set behind its first 64: the network is 2001:db8::/64");
    assert_refused("128.0.0.0/0", "128.0.0.0/0 has bits set behind its first 0: the network is 0.0.0.0/0");
    assert_refused("::ffff:192.0.2.1/64", "::ffff:192.0.2.1/64 has bits set behind its first 64: the network is ::/64");
    assert_refused("10.0.0.0/33", "10.0.0.0/33 is longer than an address: IPv4 has 32 bits");
    assert_refused("::/129", "::/129 is longer than an address: IPv6 has 128 bits");
    assert_refused("10.0.0.0/", "10.0.0.0/ has no number of bits behind its /");
    assert_refused("10.0.0.0/-1", "10.0.0.0/-1 has no number of bits behind its /");
    assert_refused("10.0.0.0/8/8", "10.0.0.0/8/8 has no number of bits behind its /");
    assert_refused("10.0.0.0/0000000008", "10.0.0.0/0000000008 has no number of bits behind its /");
    assert_refused("192.0.2.1:5000", "192.0.2.1:5000 has a port: give the address alone");
    assert_refused("[::1]:5000", "[::1]:5000 has a port: give the address alone");
    assert_refused("fe80::1%eth0", "fe80::1%eth0 names an interface behind its %: give the address alone");
    assert_refused("192.0.2", "192.0.2 is no address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
    assert_refused("", " is no address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
    assert_refused("/8", "/8 is no address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
    assert_refused("[", "[ is no address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
    assert_refused("[]", "[] is no address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
    assert_refused("010.0.0.1", "010.0.0.1 is no address or network, such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32");
}

static void no_text_overruns_anything(void **state)
{
    char text[300];

    (void)state;
    for (int round = 0; round < 20000; round++) {
        size_t len = fake_rnd(sizeof(text) - 1);
        struct cidr cidr;

        for (size_t i = 0; i < len; i++) {
            text[i] = "0123456789abcdef.:/[]%"[fake_rnd(22)];
        }
        text[len] = '\0';
        (void)cidr_parse(&cidr, text, NULL);
    }
}

static void names_are_not_meant_as_addresses(void **state)
{
    (void)state;
    assert_true(cidr_is_meant("192.0.2.1"));
    assert_true(cidr_is_meant("::"));
    assert_true(cidr_is_meant("10/8"));
    assert_false(cidr_is_meant("alice"));
    assert_false(cidr_is_meant("1234"));
    assert_false(cidr_is_meant("spam*"));
}

static void assert_holds(bool want, const char *outer, const char *inner)
{
    struct cidr a = parsed(outer), b = parsed(inner);

    assert_int_equal(cidr_holds(&a, &b), want);
}

static void network_holds_what_begins_like_it(void **state)
{
    (void)state;
    assert_holds(true, "10.0.0.0/8", "10.255.0.1");
    assert_holds(true, "10.0.0.0/8", "10.0.0.0/8");
    assert_holds(false, "10.0.0.0/8", "11.0.0.0");
    assert_holds(false, "10.0.0.0/8", "8.0.0.0/6");
    assert_holds(true, "0.0.0.0/0", "255.255.255.255");
    assert_holds(true, "192.0.2.128/25", "192.0.2.128");
    assert_holds(false, "192.0.2.128/25", "192.0.2.127");
    assert_holds(true, "2001:db8::/33", "2001:db8:7fff::1");
    assert_holds(false, "2001:db8::/33", "2001:db8:8000::1");
    assert_holds(false, "::/0", "10.0.0.1");
    assert_holds(false, "0.0.0.0/0", "::1");
    assert_holds(false, "::/80", "::ffff:10.0.0.1");
}

/* ---- the set ---- */

static void longest_network_is_found(void **state)
{
    const char *const nets[] = {"10.0.0.0/8", "10.1.0.0/16", "10.1.2.3", "127.0.0.1", "2001:db8::/32", "2001:db8::1"};
    static const struct {
        const char *address, *want;
    } cases[] = {
        {"10.1.2.3", "10.1.2.3"},     {"10.1.2.2", "10.1.0.0/16"},  {"10.2.0.1", "10.0.0.0/8"},
        {"11.0.0.1", NULL},           {"127.0.0.1", "127.0.0.1"},   {"127.0.0.2", NULL},
        {"::1", NULL},                {"2001:db8::1", "2001:db8::1"}, {"2001:db8::2", "2001:db8::/32"},
        {"2001:db9::", NULL},         {"::ffff:10.1.2.3", "10.1.2.3"}, {"10.1.0.0/16", "10.1.0.0/16"},
        {"10.0.0.0/7", NULL},
    };
    struct cidr_set set = {0};

    (void)state;
    for (size_t i = 0; i < sizeof(nets) / sizeof(nets[0]); i++) {
        struct cidr net = parsed(nets[i]);

        assert_true(cidr_set_add(&set, &net, (void *)nets[i]));
        assert_false(cidr_set_add(&set, &net, (void *)"another"));
        cidr_set_check(&set);
    }
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct cidr address = parsed(cases[i].address);
        const char *found = cidr_set_find(&set, &address);

        if (cases[i].want == NULL) {
            assert_null(found);
        } else {
            assert_non_null(found);
            assert_string_equal(found, cases[i].want);
        }
    }
    cidr_set_fini(&set);
    assert_int_equal(set.count, 0);
}

static bool count_them(void *ctx, void *value)
{
    (void)value;
    return ++*(int *)ctx < 2;
}

static void networks_around_an_address_come_in_order_until_enough(void **state)
{
    struct cidr outer = parsed("0.0.0.0/0"), middle = parsed("10.0.0.0/8"), inner = parsed("10.0.0.1");
    struct cidr_set set = {0};
    int count = 0;

    (void)state;
    cidr_set_add(&set, &inner, &inner);
    cidr_set_add(&set, &outer, &outer);
    cidr_set_add(&set, &middle, &middle);
    cidr_set_find_all(&set, &inner, count_them, &count);
    assert_int_equal(count, 2);
    assert_ptr_equal(cidr_set_get(&set, &middle), &middle);
    assert_ptr_equal(cidr_set_find(&set, &inner), &inner);
    cidr_set_fini(&set);
}

/* ---- against a naive model: a list of networks that is searched from one end to the other ---- */

enum { MODEL = 300 };

struct model {
    struct cidr nets[MODEL];
    size_t count;
};

/* Few values in few places, so that networks often hold each other, and often are the same. */
static struct cidr random_net(bool is_address)
{
    static const uint8_t bytes[] = {0, 1, 0x80, 0xff};
    enum cidr_kind kind = fake_rnd(2) ? CIDR_IPV4 : CIDR_IPV6;
    unsigned most = kind == CIDR_IPV4 ? 32 : 128;
    uint8_t ip[16] = {0};

    for (size_t i = 0; i < (kind == CIDR_IPV4 ? 4 : 16); i++) {
        ip[i] = fake_rnd(4) > 0 && kind == CIDR_IPV6 ? 0 : bytes[fake_rnd(4)];
    }
    return cidr_of(kind, ip, is_address ? most : fake_rnd(most + 1));
}

static size_t model_place(const struct model *model, const struct cidr *net)
{
    size_t i = 0;

    while (i < model->count && !cidr_is_equal(&model->nets[i], net)) {
        i++;
    }
    return i;
}

/* Bit by bit. */
static bool naive_holds(const struct cidr *outer, const struct cidr *inner)
{
    bool holds = outer->kind == inner->kind && outer->bits <= inner->bits;

    for (unsigned i = 0; holds && i < outer->bits; i++) {
        holds = cidr_bit(outer, i) == cidr_bit(inner, i);
    }
    return holds;
}

/* The length of the longest network that holds it; -1 if there is none. */
static int model_find(const struct model *model, const struct cidr *address)
{
    int best = -1;

    for (size_t i = 0; i < model->count; i++) {
        if (naive_holds(&model->nets[i], address) && model->nets[i].bits > best) {
            best = model->nets[i].bits;
        }
    }
    return best;
}

static void change_both(struct cidr_set *set, struct model *model)
{
    struct cidr net = random_net(false);
    size_t place = model_place(model, &net);
    bool is_there = place < model->count;

    if (fake_rnd(3) > 0 && (is_there || model->count < MODEL)) {
        struct cidr *value = mem_alloc(sizeof(*value));

        *value = net;
        assert_int_equal(cidr_set_add(set, &net, value), !is_there);
        if (is_there) {
            free(value);
        } else {
            model->nets[model->count++] = net;
        }
        return;
    }
    if (!is_there && model->count > 0 && fake_rnd(2)) {
        place = fake_rnd((uint32_t)model->count);
        net = model->nets[place];
        is_there = true;
    }
    struct cidr *value = cidr_set_remove(set, &net);

    assert_int_equal(value != NULL, is_there);
    if (is_there) {
        assert_true(cidr_is_equal(value, &net));
        model->nets[place] = model->nets[--model->count];
        free(value);
    }
}

static void set_finds_what_a_list_finds(void **state)
{
    struct cidr_set set = {0};
    struct model model = {0};

    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct cidr address = random_net(true);
        const struct cidr *found;
        int best;

        change_both(&set, &model);
        assert_int_equal(set.count, model.count);
        if (round % 50 == 0) {
            cidr_set_check(&set);
        }
        found = cidr_set_find(&set, &address);
        best = model_find(&model, &address);
        assert_int_equal(found != NULL ? found->bits : -1, best);
        assert_true(found == NULL || naive_holds(found, &address));
    }
    while (model.count > 0) {
        free(cidr_set_remove(&set, &model.nets[--model.count]));
        cidr_set_check(&set);
    }
    assert_null(set.root[CIDR_IPV4]);
    assert_null(set.root[CIDR_IPV6]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(addresses_and_networks_are_read_and_shown),
        cmocka_unit_test(mapped_ipv4_is_ipv4),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(no_text_overruns_anything),
        cmocka_unit_test(names_are_not_meant_as_addresses),
        cmocka_unit_test(network_holds_what_begins_like_it),
        cmocka_unit_test(longest_network_is_found),
        cmocka_unit_test(networks_around_an_address_come_in_order_until_enough),
        cmocka_unit_test(set_finds_what_a_list_finds),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
