/* Tests of net/addr.h: peers' addresses. */
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

static struct addr of_ip(int family, const char *ip, uint16_t port)
{
    struct sockaddr_storage sa;
    struct sockaddr_in *in = (struct sockaddr_in *)&sa;
    struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&sa;
    struct addr addr;

    memset(&sa, 0x5a, sizeof(sa)); /* bytes that are not set do not matter */
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

static void mapped_ipv4_is_the_same_peer_as_ipv4(void **state)
{
    struct addr mapped = of_ip(AF_INET6, "::ffff:192.0.2.7", 50000);
    struct addr plain = of_ip(AF_INET, "192.0.2.7", 50000);
    char buf[ADDR_TEXT_SIZE];

    (void)state;
    assert_memory_equal(&mapped, &plain, sizeof(plain));
    assert_string_equal(addr_text(&mapped, buf), "192.0.2.7:50000");
    mapped = of_ip(AF_INET6, "::192.0.2.7", 1); /* IPv4-compatible, not IPv4-mapped */
    assert_int_equal(mapped.kind, ADDR_IPV6);
}

/* Checks whether the range in text includes the peer. */
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
    assert_range("::ffff:192.0.2.0/120", AF_INET, "192.0.2.9", true);
    assert_range("::ffff:192.0.2.0/120", AF_INET6, "::ffff:192.0.3.9", false);
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
        cmocka_unit_test(peer_is_shown_by_address_and_port),
        cmocka_unit_test(mapped_ipv4_is_the_same_peer_as_ipv4),
        cmocka_unit_test(peers_are_named_by_address_port_and_network),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
