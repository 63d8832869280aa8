/* Tests of net/addr_listen.h: where to listen. */
#include "config.h"

#include "net/addr_listen.h"

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
    if (addr_listen_parse(&where, longer, strlen(text), err, sizeof(err)) != good) {
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
    assert_true(addr_listen_parse(&where, "[fe80::1%eth0]:1", 16, err, sizeof(err)));
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
    assert_true(addr_listen_parse(&where, "[::ffff:10.0.0.1]:1", 19, err, sizeof(err)));
    assert_int_equal(where.addr.ss_family, AF_INET);
}

static void unix_socket_may_have_a_mode_and_a_group(void **state)
{
    struct addr_listen where;
    char err[256];

    (void)state;
    assert_true(addr_listen_parse(&where, "unix:/sock", 10, err, sizeof(err)));
    assert_int_equal(where.mode, 0666); /* as open as a port */
    assert_int_equal(where.group, (gid_t)-1);
    assert_true(addr_listen_parse(&where, "unix:/a b , group=root ,mode=0620", 33, err, sizeof(err)));
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

    assert_true(addr_listen_parse(&x, a, strlen(a), err, sizeof(err)));
    assert_true(addr_listen_parse(&y, b, strlen(b), err, sizeof(err)));
    assert_int_equal(addr_listen_is_overlapping(&x, &y), addr_listen_is_overlapping(&y, &x));
    return addr_listen_is_overlapping(&x, &y);
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
    assert_false(addr_listen_parse(&where, rubbish, sizeof(rubbish), err, sizeof(err)));
    assert_true(strlen(err) < 200);
    memcpy(rubbish + sizeof(rubbish) - 5, ":4000", 5);
    assert_false(addr_listen_parse(&where, rubbish, sizeof(rubbish), err, sizeof(err)));
    rubbish[0] = '[';
    rubbish[sizeof(rubbish) - 6] = ']';
    assert_false(addr_listen_parse(&where, rubbish, sizeof(rubbish), err, sizeof(err)));
}

static void list_is_taken_apart_at_its_commas(void **state)
{
    const char *list = " , *:4000 ,\t[::1]:1,,unix:/a b ,unix:/c,mode=0660 , group=x, unix:/d=e,", *part;
    static const char *const want[] = {"*:4000", "[::1]:1", "unix:/a b", "unix:/c,mode=0660 , group=x", "unix:/d=e"};
    size_t len;

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        assert_true(addr_listen_next(&list, &part, &len));
        assert_int_equal(len, strlen(want[i]));
        assert_memory_equal(part, want[i], len);
    }
    assert_false(addr_listen_next(&list, &part, &len));
    assert_false(addr_listen_next(&list, &part, &len));
    list = "";
    assert_false(addr_listen_next(&list, &part, &len));
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
        cmocka_unit_test(abstract_socket_is_shown_by_its_name),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
