/* Tests of net/admit.h: admission. */
#include "config.h"

#include "net/admit.h"

#include "fakes.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static struct clock now;
static struct admit admit;

static int begin(void **state)
{
    static const struct admit_limits limits = {.clients = 10, .per_address = 3, .per_minute = 6};

    (void)state;
    fake_clock_init(&now);
    admit_init(&admit, &now, &limits);
    return 0;
}

static int end(void **state)
{
    (void)state;
    admit_fini(&admit);
    return 0;
}

static struct addr peer(const char *ip)
{
    struct addr addr = {.kind = ADDR_UNIX, .port = 1};

    if (ip[0] != '\0') {
        addr.kind = strchr(ip, ':') != NULL ? ADDR_IPV6 : ADDR_IPV4;
        assert_int_equal(inet_pton(addr.kind == ADDR_IPV6 ? AF_INET6 : AF_INET, ip, addr.ip), 1);
    }
    return addr;
}

static void assert_enters_at(int line, const char *ip, enum reason want)
{
    static uint16_t port;
    struct addr addr = peer(ip);
    enum reason got;

    addr.port = ++port; /* a different port each time, which does not matter */
    got = admit_enter(&admit, &addr);
    if (got != want) {
        fail_msg("line %d: %s: %s", line, ip, reason_code(got));
    }
}
#define assert_enters(ip) assert_enters_at(__LINE__, ip, REASON_NONE)
#define assert_not(ip, reason) assert_enters_at(__LINE__, ip, reason)

static void leave(const char *ip)
{
    struct addr addr = peer(ip);

    admit_leave(&admit, &addr, false);
}

static void leave_silent(const char *ip)
{
    struct addr addr = peer(ip);

    admit_leave(&admit, &addr, true);
}

static void pass(uint64_t ms)
{
    fake_clock_advance(&now, ms);
}

static void so_many_in_all_and_no_more(void **state)
{
    char ip[32] = "10.0.0.1";

    (void)state;
    for (int i = 0; i < 10; i++) {
        ip[7] = (char)('0' + i);
        assert_enters(ip);
    }
    assert_not("10.0.1.1", REASON_SERVER_FULL);
    assert_not("", REASON_SERVER_FULL);
    leave("10.0.0.5");
    assert_enters("10.0.1.1");
    assert_not("10.0.1.2", REASON_SERVER_FULL);
    assert_int_equal(admit.clients, 10);
    assert_int_equal(admit.refused[REASON_SERVER_FULL], 3);
}

static void so_many_from_one_address_and_others_notice_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_enters("10.0.0.1");
    }
    assert_not("10.0.0.1", REASON_ADDRESS_FULL);
    assert_enters("10.0.0.2");
    leave("10.0.0.1");
    assert_enters("10.0.0.1");
    assert_int_equal(admit.clients, 4);
}

static void so_many_new_ones_a_minute(void **state)
{
    (void)state;
    for (int i = 0; i < 6; i++) {
        assert_enters("10.0.0.1");
        leave("10.0.0.1");
    }
    assert_not("10.0.0.1", REASON_SLOW_DOWN);
    assert_enters("10.0.0.2");
    pass(9999);
    assert_not("10.0.0.1", REASON_SLOW_DOWN);
    pass(1);
    assert_enters("10.0.0.1"); /* one every ten seconds */
    assert_not("10.0.0.1", REASON_SLOW_DOWN);
    assert_int_equal(admit.clients, 2);
}

static void limit_to(const char *exempt)
{
    const struct admit_limits limits = {.clients = 10, .per_address = 3, .per_minute = 6, .exempt = exempt};

    admit_set_limits(&admit, &limits);
}

static void exempt_networks_have_the_limit_on_all_alone(void **state)
{
    (void)state;
    limit_to("10.0.0.0/8, 2001:db8::/32");
    for (int i = 0; i < 8; i++) {
        assert_enters("10.0.0.1");
        leave_silent("10.0.0.1");
    }
    for (int i = 0; i < 4; i++) {
        assert_enters("10.0.0.1");
        assert_enters("2001:db8::1");
    }
    assert_enters("11.0.0.1");
    assert_enters("10.0.0.1");
    assert_not("10.0.0.1", REASON_SERVER_FULL);
    /* A reload ends it: those who are here count, and leave as others do. */
    limit_to(NULL);
    leave("11.0.0.1");
    assert_not("10.0.0.1", REASON_ADDRESS_FULL);
    for (int i = 0; i < 3; i++) {
        leave("10.0.0.1");
    }
    assert_enters("10.0.0.1");
    leave("2001:db8::1");
    assert_not("2001:db8:0:0:5::", REASON_ADDRESS_FULL);
}

static bool is_of_ten(void *ctx, const struct addr *addr)
{
    assert_ptr_equal(ctx, &admit);
    return addr->kind == ADDR_IPV4 && addr->ip[0] == 10;
}

/* Nor does an address that is banned take memory. */
static void banned_addresses_are_refused_before_they_count(void **state)
{
    (void)state;
    admit.is_banned = is_of_ten;
    admit.ctx = &admit;
    for (int i = 0; i < 20; i++) {
        assert_not("10.0.0.1", REASON_BANNED);
    }
    assert_null(admit.nets);
    assert_enters("11.0.0.1");
    assert_enters("");
    assert_int_equal(admit.refused[REASON_BANNED], 20);
    assert_null(admit_option(REASON_BANNED, &(struct addr){.kind = ADDR_UNIX}));
}

/* A refused newcomer takes no token. */
static void refused_ones_cost_nothing(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_enters("10.0.0.1");
    }
    for (int i = 0; i < 100; i++) {
        assert_not("10.0.0.1", REASON_ADDRESS_FULL);
    }
    leave("10.0.0.1");
    assert_enters("10.0.0.1");
    assert_int_equal(admit.refused[REASON_ADDRESS_FULL], 100);
    assert_int_equal(admit.refused[REASON_SLOW_DOWN], 0);
}

static void network_of_64_bits_is_one_address(void **state)
{
    struct addr six = peer("2001:db8:0:1:5:5:5:5"), four = peer("192.0.2.1");
    char buf[CIDR_TEXT_SIZE];

    (void)state;
    assert_enters("2001:db8:0:1::1");
    assert_enters("2001:db8:0:1::2");
    assert_enters("2001:db8:0:1:ffff:ffff:ffff:ffff");
    assert_not("2001:db8:0:1:1:2:3:4", REASON_ADDRESS_FULL);
    assert_enters("2001:db8:0:2::1");
    leave("2001:db8:0:1:5:5:5:5"); /* any address of the network */
    assert_enters("2001:db8:0:1::3");
    assert_string_equal(admit_counted(REASON_ADDRESS_FULL, &six, buf), "2001:db8:0:1::/64");
    assert_string_equal(admit_counted(REASON_SLOW_DOWN, &four, buf), "192.0.2.1");
    assert_string_equal(admit_counted(REASON_NETWORK_FULL, &six, buf), "2001:db8::/48");
    assert_string_equal(admit_counted(REASON_NETWORK_FULL, &four, buf), "192.0.2.0/24");
    assert_string_equal(admit_counted(REASON_SERVER_FULL, &four, buf), "");
}

static void like_bytes_of_another_kind_are_another_address(void **state)
{
    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_enters("32.1.13.184");
    }
    assert_enters("2001:db8::1"); /* begins with the bytes 32, 1, 13, 184 */
}

static void unix_peers_meet_only_the_limit_of_all(void **state)
{
    (void)state;
    for (int i = 0; i < 10; i++) {
        assert_enters("");
    }
    assert_not("", REASON_SERVER_FULL);
    leave("");
    assert_enters("");
    assert_null(admit.nets);
}

static void address_takes_no_memory_when_its_last_has_left(void **state)
{
    (void)state;
    assert_enters("10.0.0.1");
    assert_enters("10.0.0.1");
    leave("10.0.0.1");
    pass(600000);
    assert_non_null(admit.nets);
    leave("10.0.0.1");
    assert_null(admit.nets);
    for (int i = 0; i < 6; i++) {
        assert_enters("10.0.0.1");
        leave("10.0.0.1");
    }
    assert_not("10.0.0.1", REASON_SLOW_DOWN); /* its rate is remembered all the same */
    assert_null(admit.nets);
}

static void set_networks(uint64_t v4, uint64_t v6, uint64_t per_address)
{
    const struct admit_limits limits = {
        .clients = 1000000, .per_address = per_address, .network_v4 = v4, .network_v6 = v6};

    admit_set_limits(&admit, &limits);
}

static void so_many_from_one_network(void **state)
{
    const struct addr four = peer("10.0.0.1"), six = peer("2001:db8:1::1");

    (void)state;
    set_networks(5, 4, 3);
    for (int i = 0; i < 3; i++) {
        assert_enters("10.0.0.1");
        assert_enters("2001:db8:1::1");
    }
    assert_enters("10.0.0.2");
    assert_enters("10.0.0.255");
    assert_not("10.0.0.7", REASON_NETWORK_FULL);
    assert_not("10.0.0.1", REASON_ADDRESS_FULL); /* what is nearest is told */
    assert_enters("10.0.1.1");
    assert_enters("2001:db8:1:7::1");
    assert_not("2001:db8:1:ffff::1", REASON_NETWORK_FULL);
    assert_enters("2001:db8:2::1");
    leave("10.0.0.255");
    assert_enters("10.0.0.9");
    assert_int_equal(admit.refused[REASON_NETWORK_FULL], 2);
    assert_string_equal(admit_option(REASON_NETWORK_FULL, &four), "limits.network_v4");
    assert_string_equal(admit_option(REASON_NETWORK_FULL, &six), "limits.network_v6");
}

/* Each address of a large network could connect as often as one may. */
static void network_has_a_rate_too(void **state)
{
    static const struct admit_limits limits = {
        .clients = 1000000, .per_address = 3, .per_minute = 6, .network_v4 = 10, .network_v6 = 10};
    struct addr addr = peer("2001:db8:1::"), other = peer("2001:db8:2::");
    char buf[CIDR_TEXT_SIZE];
    int entered = 0;

    (void)state;
    admit_set_limits(&admit, &limits);
    for (uint32_t n = 0; n < 60000; n++) {
        addr.ip[6] = (uint8_t)(n >> 8);
        addr.ip[7] = (uint8_t)n;
        if (admit_enter(&admit, &addr) == REASON_NONE) {
            admit_leave(&admit, &addr, false);
            entered++;
        }
    }
    assert_int_equal(entered, 6 * ADMIT_NETWORK_PACE);
    assert_int_equal(admit.refused[REASON_NETWORK_SLOW], 60000 - entered);
    assert_string_equal(admit_option(REASON_NETWORK_SLOW, &addr), "limits.connections_per_minute");
    assert_string_equal(admit_counted(REASON_NETWORK_SLOW, &other, buf), "2001:db8:2::/48");
    assert_int_equal(admit_enter(&admit, &other), REASON_NONE);
    admit_leave(&admit, &other, false);
    set_networks(0, 0, 3); /* no limit for networks, and no rate for them */
    for (int n = 0; n < 100; n++) {
        addr.ip[7] = (uint8_t)n;
        assert_int_equal(admit_enter(&admit, &addr), REASON_NONE);
    }
}

/* Configurations that allow more for one address need not be changed. */
static void network_may_have_what_one_address_may(void **state)
{
    (void)state;
    set_networks(5, 5, 8);
    for (int i = 0; i < 8; i++) {
        assert_enters("10.0.0.1");
    }
    assert_not("10.0.0.2", REASON_NETWORK_FULL);
    set_networks(5, 5, 0);
    for (int i = 0; i < 20; i++) {
        assert_enters("10.0.0.1");
    }
}

/* Somebody has a /32 of IPv6: tens of thousands of networks, each of which comes and goes. */
static void many_networks_leave_no_memory_behind(void **state)
{
    static const struct admit_limits limits = {
        .clients = 100, .per_address = 3, .per_minute = 6, .network_v4 = 10, .network_v6 = 10, .silent = 50};
    struct addr addr = peer("2001:db8::");
    uint32_t refused = 0;

    (void)state;
    admit_set_limits(&admit, &limits);
    for (uint32_t n = 0; n < 60000; n++) {
        addr.ip[4] = (uint8_t)(n >> 8);
        addr.ip[5] = (uint8_t)n;
        if (admit_enter(&admit, &addr) == REASON_NONE) {
            (void)admit_begin_silence(&admit, &addr);
        } else {
            refused++;
        }
    }
    assert_int_equal(admit.clients, 50);
    assert_int_equal(refused, 60000 - 50);
    assert_int_equal(admit_count_nets(&admit), 100); /* an address and a network for each client, and no more */
    for (uint32_t n = 0; n < 50; n++) {
        addr.ip[4] = 0;
        addr.ip[5] = (uint8_t)n;
        admit_end_silence(&admit, &addr);
        admit_leave(&admit, &addr, true);
    }
    assert_null(admit.nets);
}

static void crowd_of_silent_ones_makes_space_for_others(void **state)
{
    static const struct admit_limits limits = {.clients = 100, .silent = 5};
    struct addr crowd = peer("10.0.0.1"), single = peer("10.0.1.1"), other = peer("2001:db8::1");
    struct addr local = peer("");

    (void)state;
    admit_set_limits(&admit, &limits);
    assert_enters("10.0.1.1");
    assert_true(admit_begin_silence(&admit, &single));
    for (int i = 0; i < 4; i++) {
        assert_enters("10.0.0.1");
        assert_true(admit_begin_silence(&admit, &crowd));
    }
    assert_not("10.0.0.9", REASON_SILENT_FULL);
    assert_int_equal(admit_silent_level(&admit, &crowd), 0);
    assert_int_equal(admit_silent_level(&admit, &other), 3); /* who is alone stays */
    assert_int_equal(admit_silent_level(&admit, &local), UINT32_MAX);
    assert_false(admit_begin_silence(&admit, &local));
    assert_enters("2001:db8::1");
    admit_end_silence(&admit, &crowd);
    assert_int_equal(admit_silent_of(&admit, &crowd), 3);
    assert_int_equal(admit_silent_level(&admit, &other), UINT32_MAX);
    assert_string_equal(admit_option(REASON_SILENT_FULL, &crowd), "limits.silent_clients");
    leave("10.0.0.1");
    for (int i = 0; i < 3; i++) {
        admit_end_silence(&admit, &crowd);
    }
    admit_end_silence(&admit, &single);
}

/* An address that is forgotten must not be able to connect faster. */
static void forgetting_gives_nothing_for_free(void **state)
{
    int entered = 0;

    (void)state;
    for (int second = 0; second < 600; second++) {
        struct addr addr = peer("10.0.0.1");

        while (admit_enter(&admit, &addr) == REASON_NONE) {
            admit_leave(&admit, &addr, true);
            entered++;
        }
        pass(1000);
    }
    assert_int_equal(entered, (1 + PACE_SILENT) * (6 + 59));
}

static void silent_ones_leave_the_allowance_to_others(void **state)
{
    (void)state;
    /* A health check every 5 seconds for 10 minutes: twice the rate that other clients may have. */
    for (int i = 0; i < 120; i++) {
        assert_enters("10.0.0.1");
        leave_silent("10.0.0.1");
        pass(5000);
    }
    for (int i = 0; i < 6; i++) {
        assert_enters("10.0.0.1");
        leave("10.0.0.1");
    }
    assert_not("10.0.0.1", REASON_SLOW_DOWN);
}

static void silent_ones_have_an_allowance_too(void **state)
{
    (void)state;
    for (int i = 0; i < 6 * PACE_SILENT + 6; i++) {
        assert_enters("10.0.0.1");
        leave_silent("10.0.0.1");
    }
    assert_not("10.0.0.1", REASON_SLOW_DOWN);
    assert_enters("10.0.0.2");
    pass(60000);
    for (int i = 0; i < 6; i++) { /* no address has saved tokens */
        assert_enters("10.0.0.1");
        leave("10.0.0.1");
    }
    assert_not("10.0.0.1", REASON_SLOW_DOWN);
}

static void zero_switches_a_limit_off(void **state)
{
    static const struct admit_limits open = {.clients = 100000};

    (void)state;
    admit_set_limits(&admit, &open);
    for (int i = 0; i < 1000; i++) {
        assert_enters("10.0.0.1");
    }
}

static void reload_to_less_closes_nobody_and_admits_nobody(void **state)
{
    static const struct admit_limits fewer = {.clients = 2, .per_address = 1, .per_minute = 1};
    static const struct admit_limits more = {.clients = 100, .per_address = 50, .per_minute = 6000};

    (void)state;
    assert_enters("10.0.0.1");
    assert_enters("10.0.0.1");
    assert_enters("10.0.0.2");
    admit_set_limits(&admit, &fewer);
    assert_not("10.0.0.3", REASON_SERVER_FULL);
    leave("10.0.0.1");
    assert_not("10.0.0.3", REASON_SERVER_FULL);
    leave("10.0.0.1");
    assert_not("10.0.0.2", REASON_ADDRESS_FULL);
    assert_enters("10.0.0.1");
    leave("10.0.0.1");
    assert_not("10.0.0.1", REASON_SLOW_DOWN);
    admit_set_limits(&admit, &more);
    pass(10); /* at a hundred a second */
    assert_enters("10.0.0.1");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(so_many_in_all_and_no_more),
        TEST(so_many_from_one_address_and_others_notice_nothing),
        TEST(so_many_new_ones_a_minute),
        TEST(exempt_networks_have_the_limit_on_all_alone),
        TEST(banned_addresses_are_refused_before_they_count),
        TEST(refused_ones_cost_nothing),
        TEST(network_of_64_bits_is_one_address),
        TEST(like_bytes_of_another_kind_are_another_address),
        TEST(unix_peers_meet_only_the_limit_of_all),
        TEST(address_takes_no_memory_when_its_last_has_left),
        TEST(so_many_from_one_network),
        TEST(network_has_a_rate_too),
        TEST(network_may_have_what_one_address_may),
        TEST(many_networks_leave_no_memory_behind),
        TEST(crowd_of_silent_ones_makes_space_for_others),
        TEST(forgetting_gives_nothing_for_free),
        TEST(silent_ones_leave_the_allowance_to_others),
        TEST(silent_ones_have_an_allowance_too),
        TEST(zero_switches_a_limit_off),
        TEST(reload_to_less_closes_nobody_and_admits_nobody),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
