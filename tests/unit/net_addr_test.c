/* Tests of net/addr.h: where to listen, and who a peer is. */
#include "config.h"

#include "net/addr.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>
#include <sys/un.h>

/* text is parsed and means shown; or is refused with a sentence's end that begins with shown. */
static void assert_listen_at(int line, const char *text, bool good, bool dual_stack, const char *shown)
{
    char err[256] = "", buf[ADDR_TEXT_SIZE];
    char longer[512];
    struct addr_listen where;

    /* What follows the len bytes is not looked at. */
    snprintf(longer, sizeof(longer), "%s9", text);
    if (addr_parse_listen(&where, longer, strlen(text), err, sizeof(err)) != good) {
        fail_msg("line %d: \"%s\": %s", line, text, err);
    }
    if (!good) {
        if (strncmp(err, shown, strlen(shown)) != 0) {
            fail_msg("line %d: \"%s\": %s", line, text, err);
        }
        return;
    }
    addr_listen_text((const struct sockaddr *)&where.addr, buf);
    if (strcmp(buf, shown) != 0 || where.dual_stack != dual_stack || where.len == 0 ||
        where.len > sizeof(where.addr)) {
        fail_msg("line %d: \"%s\" is %s", line, text, buf);
    }
}
#define assert_listen(text, shown) assert_listen_at(__LINE__, text, true, false, shown)
#define assert_refused(text, part) assert_listen_at(__LINE__, text, false, false, part)

static void each_form_of_a_place_is_understood(void **state)
{
    (void)state;
    assert_listen_at(__LINE__, "*:4000", true, true, "[::]:4000");
    assert_listen_at(__LINE__, "*:0", true, true, "[::]:0");
    assert_listen("127.0.0.1:4000", "127.0.0.1:4000");
    assert_listen("0.0.0.0:65535", "0.0.0.0:65535");
    assert_listen("10.0.0.1:00080", "10.0.0.1:80");
    assert_listen("[::1]:4000", "[::1]:4000");
    assert_listen("[::]:1", "[::]:1");
    assert_listen("[2001:DB8:0:0:0:0:0:1]:4000", "[2001:db8::1]:4000");
    assert_listen("[2001:db8:1234:5678:9abc:def0:1234:5678]:4000",
                  "[2001:db8:1234:5678:9abc:def0:1234:5678]:4000");
    assert_listen("[::ffff:10.0.0.1]:4000", "10.0.0.1:4000");
    assert_listen("unix:/run/chatd/sock", "unix:/run/chatd/sock");
    assert_listen("unix:/a b:c", "unix:/a b:c");
    assert_listen("[fe80::1%1]:4000", "[fe80::1%lo]:4000");
    assert_listen("[fe80::1%4711]:4000", "[fe80::1%4711]:4000");
}

static void link_local_address_needs_its_interface(void **state)
{
    struct addr_listen where;
    char err[256];

    (void)state;
    assert_true(addr_parse_listen(&where, "[fe80::1%eth0]:1", 16, err, sizeof(err)));
    assert_string_equal(where.zone, "eth0"); /* which need not be there yet */
    assert_refused("[fe80::1]:4000", "is a link-local address, which needs its network interface");
    assert_refused("[::1%lo]:4000", "names a network interface, which only a link-local address");
    assert_refused("[fe80::1%]:4000", "is no address");
    assert_refused("[fe80::1%a-name-of-more-than-15]:4000", "is no address");
    assert_refused("127.0.0.1%lo:4000", "is no address");
}

static void ipv4_in_the_form_of_ipv6_is_ipv4(void **state)
{
    struct addr_listen where;
    char err[256];

    (void)state;
    assert_true(addr_parse_listen(&where, "[::ffff:10.0.0.1]:1", 19, err, sizeof(err)));
    assert_int_equal(where.addr.ss_family, AF_INET);
}

static void unix_socket_may_have_a_mode_and_a_group(void **state)
{
    struct addr_listen where;
    char err[256];

    (void)state;
    assert_true(addr_parse_listen(&where, "unix:/sock", 10, err, sizeof(err)));
    assert_int_equal(where.mode, 0666); /* as open as a port */
    assert_int_equal(where.group, (gid_t)-1);
    assert_true(addr_parse_listen(&where, "unix:/a b , group=root ,mode=0620", 33, err, sizeof(err)));
    assert_string_equal(addr_listen_path(&where), "/a b");
    assert_int_equal(where.mode, 0620);
    assert_int_equal(where.group, 0);
    assert_refused("unix:/sock,mode=0999", "has no mode of three octal digits");
    assert_refused("unix:/sock,mode=0440", "has no mode of three octal digits");
    assert_refused("unix:/sock,group=no-such-group", "names a group that does not exist");
    assert_refused("unix:/sock,group=", "names a group that does not exist");
    assert_refused("unix:/sock,owner=root", "has behind its path something else than mode=MODE and group=GROUP");
    assert_refused("unix:,mode=0600", "needs an absolute path behind unix:");
    assert_refused("127.0.0.1:4000,mode=0600", "has a mode or a group, which only the file of a unix socket has");
}

static bool overlap(const char *a, const char *b)
{
    struct addr_listen x, y;
    char err[256];

    assert_true(addr_parse_listen(&x, a, strlen(a), err, sizeof(err)));
    assert_true(addr_parse_listen(&y, b, strlen(b), err, sizeof(err)));
    assert_int_equal(addr_is_overlapping(&x, &y), addr_is_overlapping(&y, &x));
    return addr_is_overlapping(&x, &y);
}

static void places_overlap_where_the_system_would_refuse_the_second(void **state)
{
    (void)state;
    assert_true(overlap("*:4000", "0.0.0.0:4000"));
    assert_true(overlap("*:4000", "[::]:4000"));
    assert_true(overlap("*:4000", "[::1]:4000"));
    assert_true(overlap("*:4000", "127.0.0.1:4000"));
    assert_true(overlap("127.0.0.1:4000", "0.0.0.0:4000"));
    assert_true(overlap("127.0.0.1:4000", "[::ffff:127.0.0.1]:4000"));
    assert_true(overlap("unix:/a", "unix:/a,mode=0600"));
    assert_false(overlap("0.0.0.0:4000", "[::]:4000"));
    assert_false(overlap("127.0.0.1:4000", "127.0.0.2:4000"));
    assert_false(overlap("*:4000", "*:4001"));
    assert_false(overlap("*:0", "*:0"));
    assert_false(overlap("[fe80::1%eth0]:4000", "[fe80::1%eth1]:4000"));
    assert_false(overlap("unix:/a", "unix:/b"));
    assert_false(overlap("unix:/a", "*:4000"));
}

static void what_is_no_place_is_refused(void **state)
{
    static const char *const no_port[] = {"", "*", "*:", "127.0.0.1", "[::1]", "*:65536", "*:99999",
                                          "*:123456", "*:-1", "*:+1", "*: 1", "*:1 ", "*:0x1", "*:http", "::",
                                          "a:b:c"};
    static const char *const no_address[] = {":4000", "localhost:4000", "1.2.3:4000", "1.2.3.4.5:4000",
                                             "1.2.3.256:1",
                                             "::1:4000", "[::1:4000", "::1]:4000", "[]:1", "[:1", "[1.2.3.4]:1",
                                             "[::1]]:1", "[[::1]:1", "**:1", "[::g]:1", "[%lo]:1", " *:1",
                                             "1.2.3.4 :1", "01.2.3.4:1"};

    (void)state;
    for (size_t i = 0; i < sizeof(no_port) / sizeof(no_port[0]); i++) {
        assert_refused(no_port[i], "does not end in a port of 0 to 65535");
    }
    for (size_t i = 0; i < sizeof(no_address) / sizeof(no_address[0]); i++) {
        assert_refused(no_address[i], "is no address");
    }
    assert_refused("5000", "is a port alone: write *:5000 for every address of this machine, or 127.0.0.1:5000 for");
    assert_refused(":5000", "is no address: write *:5000 for every address of this machine, or 127.0.0.1:5000 for");
    assert_refused("localhost:5000", "is no address: names of hosts are not looked up; write 127.0.0.1:5000 or "
                                     "[::1]:5000");
    assert_refused("LocalHost:0", "is no address: names of hosts are not looked up; write 127.0.0.1:0");
    assert_refused("::1:5000", "is no address: IPv6 stands in brackets; write [::1]:5000");
    assert_refused("fe80::1", "does not end in a port of 0 to 65535; write [fe80::1]:4000");
    assert_refused("10.0.0.1", "does not end in a port of 0 to 65535; write 10.0.0.1:4000");
    assert_refused("*", "does not end in a port of 0 to 65535; write *:4000");
    assert_refused("70000", "does not end in a port of 0 to 65535, as in *:4000");
    assert_refused("unix:", "needs an absolute path");
    assert_refused("unix:sock", "needs an absolute path");
}

static void path_of_a_unix_socket_has_107_bytes_at_most(void **state)
{
    char text[200] = "unix:/", want[300];

    (void)state;
    memset(text + 6, 'x', 106);
    snprintf(want, sizeof(want), "%s", text);
    assert_listen(text, want);
    text[112] = 'x';
    assert_refused(text, "is a longer path than a unix socket can have");
}

static void long_rubbish_is_refused_in_short(void **state)
{
    char rubbish[2000], err[256];
    struct addr_listen where;

    (void)state;
    memset(rubbish, 'x', sizeof(rubbish));
    assert_false(addr_parse_listen(&where, rubbish, sizeof(rubbish), err, sizeof(err)));
    assert_true(strlen(err) < 200);
    memcpy(rubbish + sizeof(rubbish) - 5, ":4000", 5);
    assert_false(addr_parse_listen(&where, rubbish, sizeof(rubbish), err, sizeof(err)));
    rubbish[0] = '[';
    rubbish[sizeof(rubbish) - 6] = ']';
    assert_false(addr_parse_listen(&where, rubbish, sizeof(rubbish), err, sizeof(err)));
}

static void list_is_taken_apart_at_its_commas(void **state)
{
    const char *list = " , *:4000 ,\t[::1]:1,,unix:/a b ,unix:/c,mode=0660 , group=x, unix:/d=e,", *part;
    static const char *const want[] = {"*:4000", "[::1]:1", "unix:/a b", "unix:/c,mode=0660 , group=x", "unix:/d=e"};
    size_t len;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_true(addr_next_listen(&list, &part, &len));
        assert_int_equal(len, strlen(want[i]));
        assert_memory_equal(part, want[i], len);
    }
    assert_false(addr_next_listen(&list, &part, &len));
    assert_false(addr_next_listen(&list, &part, &len));
    list = "";
    assert_false(addr_next_listen(&list, &part, &len));
}

static struct addr of_ip(int family, const char *ip, uint16_t port)
{
    struct sockaddr_storage sa;
    struct sockaddr_in *in = (struct sockaddr_in *)&sa;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&sa;
    struct addr addr;

    memset(&sa, 0x5a, sizeof(sa)); /* what is not set does not count */
    sa.ss_family = (sa_family_t)family;
    if (family == AF_INET) {
        in->sin_port = htons(port);
        assert_int_equal(inet_pton(family, ip, &in->sin_addr), 1);
    } else {
        in6->sin6_port = htons(port);
        assert_int_equal(inet_pton(family, ip, &in6->sin6_addr), 1);
    }
    memset(&addr, 0xa5, sizeof(addr));
    addr_from_sockaddr(&addr, (const struct sockaddr *)&sa);
    return addr;
}

static void peer_is_shown_by_address_and_port(void **state)
{
    char buf[ADDR_TEXT_SIZE];
    struct addr addr;
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    (void)state;
    addr = of_ip(AF_INET, "192.0.2.7", 50000);
    assert_int_equal(addr.kind, ADDR_IPV4);
    assert_string_equal(addr_text(&addr, buf), "192.0.2.7:50000");
    addr = of_ip(AF_INET6, "2001:db8::7", 65535);
    assert_int_equal(addr.kind, ADDR_IPV6);
    assert_string_equal(addr_text(&addr, buf), "[2001:db8::7]:65535");
    addr_from_sockaddr(&addr, (const struct sockaddr *)&un);
    assert_int_equal(addr.kind, ADDR_UNIX);
    assert_string_equal(addr_text(&addr, buf), "unix");
}

static void abstract_socket_is_shown_by_its_name(void **state)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    char buf[ADDR_TEXT_SIZE];

    (void)state;
    memcpy(un.sun_path, "\0name", 5);
    assert_string_equal(addr_listen_text((const struct sockaddr *)&un, buf), "unix:@name");
    memset(un.sun_path + 1, 'x', sizeof(un.sun_path) - 1); /* as long as it can be, and no NUL */
    assert_int_equal(strlen(addr_listen_text((const struct sockaddr *)&un, buf)), strlen("unix:@") + 106);
}

static void mapped_ipv4_is_the_same_peer_as_ipv4(void **state)
{
    struct addr mapped = of_ip(AF_INET6, "::ffff:192.0.2.7", 50000);
    struct addr plain = of_ip(AF_INET, "192.0.2.7", 50000);
    char buf[ADDR_TEXT_SIZE];

    (void)state;
    assert_memory_equal(&mapped, &plain, sizeof(plain));
    assert_string_equal(addr_text(&mapped, buf), "192.0.2.7:50000");
    mapped = of_ip(AF_INET6, "::192.0.2.7", 1); /* compatible, which is another thing */
    assert_int_equal(mapped.kind, ADDR_IPV6);
}

/* text names peers, and the peer is or is not among them. */
static void assert_range_at(int line, const char *text, int family, const char *ip, bool is_within)
{
    struct addr peer = of_ip(family, ip, 5000);
    struct addr_range range;

    if (!addr_parse_range(&range, text)) {
        fail_msg("line %d: \"%s\" is taken for no address", line, text);
    }
    if (addr_is_within(&peer, &range) != is_within) {
        fail_msg("line %d: \"%s\" and %s", line, text, ip);
    }
}

#define assert_range(...) assert_range_at(__LINE__, __VA_ARGS__)

static void peers_are_named_by_address_port_and_network(void **state)
{
    static const char *const wrong[] = {
        "",        "alice", "7",     "1.2.3", "1.2.3.4:", "1.2.3.4:0", "1.2.3.4:65536", "1.2.3.4/33", "1.2.3.4/",
        "1.2.3.4/x", "[::1",  "::1]",  "[::1]:", "[::1]x",  "::/129",    "::/-1",         "/64",        ":",
        "[]",      "[",     "1.2.3.4:5 ", "1.2.3.4:5/8",
    };
    struct addr_range range;

    (void)state;
    assert_range("192.0.2.1", AF_INET, "192.0.2.1", true);
    assert_range("192.0.2.1:5000", AF_INET, "192.0.2.1", true);
    assert_range("192.0.2.1:5001", AF_INET, "192.0.2.1", false);
    assert_range("192.0.2.1", AF_INET, "192.0.2.2", false);
    assert_range("192.0.2.1", AF_INET6, "::ffff:192.0.2.1", true);
    assert_range("::ffff:192.0.2.1", AF_INET, "192.0.2.1", true);
    assert_range("192.0.2.129/25", AF_INET, "192.0.2.130", true);
    assert_range("192.0.2.129/25", AF_INET, "192.0.2.127", false);
    assert_range("0.0.0.0/0", AF_INET, "203.0.113.9", true);
    assert_range("0.0.0.0/0", AF_INET6, "2001:db8::1", false);
    assert_range("2001:db8::1", AF_INET6, "2001:db8::1", true);
    assert_range("[2001:db8::1]", AF_INET6, "2001:db8::1", true);
    assert_range("[2001:db8::1]:5000", AF_INET6, "2001:db8::1", true);
    assert_range("[2001:db8::1]:1", AF_INET6, "2001:db8::1", false);
    assert_range("2001:db8:0:1::/64", AF_INET6, "2001:db8:0:1:ffff::9", true);
    assert_range("2001:db8:0:1::/64", AF_INET6, "2001:db8:0:2::9", false);
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        if (addr_parse_range(&range, wrong[i])) {
            fail_msg("\"%s\" is taken for an address", wrong[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_form_of_a_place_is_understood),
        cmocka_unit_test(link_local_address_needs_its_interface),
        cmocka_unit_test(ipv4_in_the_form_of_ipv6_is_ipv4),
        cmocka_unit_test(unix_socket_may_have_a_mode_and_a_group),
        cmocka_unit_test(places_overlap_where_the_system_would_refuse_the_second),
        cmocka_unit_test(what_is_no_place_is_refused),
        cmocka_unit_test(path_of_a_unix_socket_has_107_bytes_at_most),
        cmocka_unit_test(long_rubbish_is_refused_in_short),
        cmocka_unit_test(list_is_taken_apart_at_its_commas),
        cmocka_unit_test(peer_is_shown_by_address_and_port),
        cmocka_unit_test(abstract_socket_is_shown_by_its_name),
        cmocka_unit_test(mapped_ipv4_is_the_same_peer_as_ipv4),
        cmocka_unit_test(peers_are_named_by_address_port_and_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
