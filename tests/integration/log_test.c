/* Tests of the log: one line for each event, key=value pairs, the reason for which each connection ended; and that
 * chatd does not wait for the log's reader. */
#include "config.h"

#include "harness.h"

#include <poll.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>

static struct daemon *start_on_unix(const char *option, const char *another)
{
    return daemon_start("-o", harness_text("server.listen=unix:%s/sock", harness_dir()), "-o", option, "-o",
                        another);
}

/* Checks that each line consists of a time, a level, a phrase and pairs whose values are a word or quoted. */
static void expect_form(struct daemon *d)
{
    static const char form[] = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z "
                               "(error|warn |info |debug)( [a-z]+)+"
                               "( [a-z_]+=([^ \"=\\[:cntrl:]]+|\"([^\"\\[:cntrl:]]|\\\\.)*\"))*$";
    regex_t re;
    char *copy = strdup(daemon_log(d)), *rest = copy, *line;

    assert_int_equal(regcomp(&re, form, REG_EXTENDED | REG_NOSUB), 0);
    while ((line = strsep(&rest, "\n")) != NULL && rest != NULL) {
        if (regexec(&re, line, 0, NULL, 0) != 0) {
            harness_fail("this line of the log has another form: %s", line);
        }
    }
    regfree(&re);
    free(copy);
}

/* ---- what it tells ---- */

static void a_life_is_told_line_by_line(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/quit see you\n");
    client_expect_eof(alice);
    client_close(alice);
    daemon_wait_log(d, " info  listening address=127.0.0.1:");
    daemon_wait_log_next(d, " info  ready version=" PACKAGE_VERSION " server=test backend=");
    daemon_wait_log_next(d, harness_text(" pid=%d\n", (int)daemon_pid(d)));
    daemon_wait_log_next(d, " info  client connected client=1 address=127.0.0.1:");
    daemon_wait_log_next(d, " info  client closed client=1 reason=quit address=127.0.0.1:");
    daemon_wait_log_next(d, " name=alice duration_s=");
    daemon_wait_log_next(d, " bytes_in=26 bytes_out=");
    daemon_wait_log_next(d, " room=#lobby\n");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    daemon_wait_log_next(d, " info  stopping clients=0\n");
    daemon_wait_log_next(d, " info  stopped\n");
    expect_form(d);
}

static void a_level_takes_in_the_ones_before(void)
{
    struct daemon *d = daemon_launch("-o", "log.level=error");

    assert_int_equal(daemon_stop(d, SIGKILL), 128 + SIGKILL);
    daemon_wrap("ulimit -n 40");
    d = daemon_launch("-o", "log.level=warn", "-o",
                      harness_text("server.listen=unix:%s/sock", harness_dir()));
    daemon_wait_log(d, " warn  fewer descriptors than clients ");
    client_sync(client_open_when_there(harness_text("unix:%s/sock", harness_dir())));
    assert_int_equal(daemon_count_log(d, " info "), 0);
}

static void nothing_that_people_say_is_in_it(void)
{
    struct daemon *d = daemon_start("-o", "log.level=debug");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_send(alice, "between you and me\n/msg bob a secret\n/topic of no concern\n/quit for good\n");
    client_expect(bob, "alice quit: for good");
    daemon_wait_log(d, " reason=quit ");
    client_sync(bob);
    assert_null(strstr(daemon_log(d), "between"));
    assert_null(strstr(daemon_log(d), "secret"));
    assert_null(strstr(daemon_log(d), "concern"));
    assert_null(strstr(daemon_log(d), "good"));
}

static void what_people_do_is_told_at_debug_with_who_and_where(void)
{
    struct daemon *d = daemon_start("-o", "log.level=debug", "-o", "flood.lines_per_second=1", "-o", "flood.burst=3");
    struct client *alice = client_open(d);

    client_send(alice, "/nick alice\n/join ops\n/leave\n/join Caf\xc3\xa9\n/quit\n");
    client_expect_eof(alice);
    daemon_wait_log(d, " debug room entered client=1 name=guest1 unsaid=0 room=#lobby\n");
    daemon_wait_log_next(d, " debug client named client=1 name=alice unsaid=0\n");
    daemon_wait_log_next(d, " debug room entered client=1 name=alice unsaid=0 room=#ops\n");
    daemon_wait_log_next(d, " debug room left client=1 name=alice unsaid=0 room=#ops\n");
    daemon_wait_log_next(d, " info  client held back client=1 address=127.0.0.1:");
    daemon_wait_log_next(d, " name=alice unsaid=0 room=#lobby\n");
    daemon_wait_log_next(d, " info  client closed client=1 reason=quit address=127.0.0.1:");
    daemon_wait_log_next(d, " room=#Caf\xc3\xa9\n");
    expect_form(d);
}

static void what_one_does_again_and_again_does_not_flood_it(void)
{
    struct daemon *d = daemon_start("-o", "log.level=debug");
    struct client *alice = client_join(d, "alice");
    int64_t since = harness_now_ms();
    unsigned told;

    for (int i = 0; i < 500; i++) {
        client_send(alice, "/nick bob\n/nick alice\n");
    }
    client_sync(alice);
    told = daemon_count_log(d, " client named ");
    assert_in_range(told, 45, 51 + (harness_now_ms() - since) / 1000); /* and one more per second */
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    daemon_wait_log(d, " info  lines left out line=\"names and rooms\" unsaid=");
    expect_form(d);
}

/* ---- why a connection ended ---- */

static void each_way_to_go_has_its_reason(void)
{
    struct daemon *d = daemon_start();
    struct client *c;

    c = client_join(d, "leaves");
    client_send(c, "/quit\n");
    client_expect_eof(c);
    daemon_wait_log(d, "closed client=1 reason=quit ");

    c = client_join(d, "ends");
    client_half_close(c);
    client_expect_eof(c);
    daemon_wait_log(d, "closed client=2 reason=eof ");

    c = client_join(d, "vanishes");
    client_reset(c);
    daemon_wait_log(d, "closed client=3 reason=reset ");

    c = client_open(d);
    client_expect(c, "You are in #lobby");
    client_send(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    client_expect(c, "HTTP/1.1 400 ");
    client_expect_eof(c);
    daemon_wait_log(d, "closed client=4 reason=http ");

    /* A subnegotiation that does not end. */
    c = client_open(d);
    client_expect(c, "You are in #lobby");
    client_send_literal(c, "\xff\xfb\x18\xff\xfa\x18\0");
    client_pour(c, harness_repeat("x", 100000), 100000);
    client_expect(c, "!! bad-telnet: ");
    daemon_wait_log(d, "closed client=5 reason=bad-telnet ");

    client_join(d, "stays");
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    daemon_wait_log(d, "closed client=6 reason=shutdown ");
    expect_form(d);
}

/* Says so much in the room that the queue of a client that does not read is not empty. */
static void say_much(struct client *alice, struct client *bob, int lines)
{
    const char *text = harness_repeat("x", 1000);

    for (int i = 0; i < lines; i++) {
        client_sendf(alice, "%d:%s\n", i, text);
        if (i % 20 == 19) {
            client_expect(bob, harness_text("alice: %d:", i));
        }
    }
}

static void who_does_not_read_goes_for_a_reason_too(void)
{
    struct daemon *stalling = start_on_unix("limits.stall_seconds=1", "limits.queue_bytes=64K");
    struct client *alice = client_join(stalling, "alice");
    struct client *bob = client_join(stalling, "bob");
    struct daemon *d;

    client_join(stalling, "sleeper");
    client_expect(bob, "is now sleeper");
    say_much(alice, bob, 400);
    daemon_wait_log(stalling, " reason=stalled address=unix name=sleeper ");
    daemon_stop(stalling, SIGTERM);
    expect_form(stalling);

    d = start_on_unix("limits.queue_policy=disconnect", "limits.queue_bytes=64K");
    alice = client_join(d, "alice");
    bob = client_join(d, "bob");
    client_join(d, "sleeper");
    client_expect(bob, "is now sleeper");
    say_much(alice, bob, 400);
    daemon_wait_log(d, " reason=queue-full address=unix name=sleeper ");

    d = daemon_start("-o", "limits.idle_seconds=1");
    client_expect(client_open(d), "!! idle: ");
    daemon_wait_log(d, " reason=idle ");
}

static void those_refused_are_in_it_but_do_not_flood_it(void)
{
    struct daemon *d = daemon_start("-o", "limits.clients=1");
    struct client *alice = client_join(d, "alice");
    int64_t since = harness_now_ms();

    for (int i = 0; i < 300; i++) {
        struct client *c = client_open(d);

        client_expect(c, "!! server-full: ");
        client_close(c);
    }
    client_sync(alice);
    daemon_wait_log(d, " client refused reason=server-full address=127.0.0.1:");
    assert_in_range(daemon_count_log(d, "client refused"), 50, 51 + (harness_now_ms() - since) / 1000);
    expect_form(d);
}

/* ---- what might break a line ---- */

static void nothing_from_outside_breaks_a_line(void)
{
    const char *folder = harness_text("%s/a \"b\"=\\c", harness_dir());
    const char *conf = harness_file("odd.ini", "");
    const char *path = harness_text("unix:%s/sock", folder);
    struct daemon *d;
    struct client *alice;

    assert_int_equal(mkdir(folder, 0700), 0);
    d = daemon_start("-o", harness_text("server.listen=%s", path), "-o", "server.name=a \"name\"", "-c",
                     conf);
    daemon_wait_log(d, "/a \\\"b\\\"=\\\\c/sock\"\n");
    daemon_wait_log(d, " server=\"a \\\"name\\\"\" ");

    /* Names with odd characters are refused, and do not appear in the log. */
    alice = client_open_at(path);
    client_send(alice, "/nick a=b\n/nick \"a\"\n/nick \x1b[31m\n/nick a\rname=root\n/nick \xfe\xfd\n");
    client_sync(alice);
    client_take_name(alice, "\xc3\x84nne");
    client_send(alice, "/quit\n");
    client_expect_eof(alice);
    daemon_wait_log(d, " name=\xc3\x84nne ");
    assert_int_equal(daemon_count_log(d, "name=root"), 0);

    harness_file("odd.ini", "[server]\nmotd = say \"hi\"\n  a = b\\n\xc2\xa0\xe2\x80\xae\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "option=server.motd was=\"\" is=\"say \\\"hi\\\"");
    daemon_wait_log(d, " reloaded ");
    harness_file("odd.ini", "[ser\"ver]\nx\x01=1\n\xff\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reload refused ");
    daemon_signal(d, SIGTERM);
    daemon_wait(d);
    expect_form(d);
}

/* ---- nobody reads it ---- */

static void a_full_pipe_stops_nobody(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    daemon_read_log(d, false);
    for (int i = 0; i < 200; i++) {
        struct client *c = client_open(d);

        client_expect(c, "You are in #lobby");
        client_close(c);
        client_sendf(alice, "%d:\n", i);
        client_expect(bob, harness_text("alice: %d:", i));
    }
    assert_int_equal(daemon_count_log(d, " client=200 "), 0);

    /* When the log is read again, the lost lines are reported, and lines are complete. */
    daemon_read_log(d, true);
    daemon_wait_log(d, " warn  log lines lost count="); /* without another line */
    client_join(d, "carol");
    daemon_wait_log_next(d, " client connected client=203 ");
    client_sync(alice);
    expect_form(d);
}

static void the_log_is_lost_and_nobody_stops(const char *wrapping)
{
    const char *path = harness_text("unix:%s/sock", harness_dir());
    struct client *alice;

    daemon_wrap(wrapping);
    daemon_launch("-o", harness_text("server.listen=%s", path));
    alice = client_open_when_there(path);
    client_take_name(alice, "alice");
    for (int i = 0; i < 100; i++) {
        client_close(client_open_at(path));
    }
    client_sync(alice);
}

static void a_log_on_a_full_disk_stops_nobody(void)
{
    the_log_is_lost_and_nobody_stops("exec 2>/dev/full");
}

static void a_log_whose_reader_is_gone_stops_nobody(void)
{
    const char *fifo = harness_text("%s/fifo", harness_dir());

    the_log_is_lost_and_nobody_stops(
        harness_text("mkfifo '%s'; : <'%s' & exec 2>'%s'; wait", fifo, fifo, fifo));
}

static void a_log_in_a_file_is_appended_to(void)
{
    const char *path = harness_text("%s/log", harness_dir());
    struct daemon *d;
    struct client *alice;

    /* Another program may write to it too. */
    daemon_wrap(harness_text("exec 2>>'%s'; echo before >&2", path));
    d = daemon_launch("-o", harness_text("server.listen=unix:%s/sock", harness_dir()));
    alice = client_open_when_there(harness_text("unix:%s/sock", harness_dir()));
    client_take_name(alice, "alice");
    client_close(alice);
    daemon_signal(d, SIGTERM);
    assert_int_equal(daemon_wait(d), 0);

    FILE *file = fopen(path, "re");
    char text[4096];
    size_t n = fread(text, 1, sizeof(text) - 1, file);

    fclose(file);
    text[n] = '\0';
    assert_memory_equal(text, "before\n", 7);
    assert_non_null(strstr(text, " ready version="));
    assert_non_null(strstr(text, " stopped\n"));
}

/* ---- in a file of chatd's own ---- */

static const char *log_path(void)
{
    return harness_text("%s/chatd.log", harness_dir());
}

static const char *moved_path(void)
{
    return harness_text("%s/chatd.log.1", harness_dir());
}

static const char *read_file(const char *path)
{
    static char text[65536];
    FILE *file = fopen(path, "re");
    size_t n = file != NULL ? fread(text, 1, sizeof(text) - 1, file) : 0;

    if (file != NULL) {
        fclose(file);
    }
    text[n] = '\0';
    return text;
}

static void wait_file(const char *path, const char *text)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();

    while (strstr(read_file(path), text) == NULL) {
        if (harness_now_ms() > until) {
            harness_fail("%s never came to hold '%s' but is: %s", path, text, read_file(path));
        }
        poll(NULL, 0, 5);
    }
}

/* Writes a file whose [log] section begins with the text. */
static const char *set_log(const char *text)
{
    return harness_file("chatd.ini",
                        harness_text("[server]\nlisten = unix:%s/sock\n[log]\n%s", harness_dir(), text));
}

static struct daemon *launch_with_log(const char *text)
{
    return daemon_launch_bare("-c", set_log(text), "-o", harness_text("server.event_backend=%s", harness_backend()));
}

static struct client *join_unix(const char *name)
{
    struct client *c = client_open_when_there(harness_text("unix:%s/sock", harness_dir()));

    client_take_name(c, name);
    return c;
}

static void quit(struct client *c)
{
    client_send(c, "/quit\n");
    client_expect_eof(c);
    client_close(c);
}

static void a_log_file_is_rotated_at_sigusr1_and_whole_at_the_end(void)
{
    struct daemon *d = launch_with_log(harness_text("target = file\nfile = %s\n", log_path()));
    struct stat st;

    quit(join_unix("alice"));
    wait_file(log_path(), " name=alice ");
    assert_int_equal(stat(log_path(), &st), 0);
    assert_int_equal(st.st_mode & 07137, 0); /* 0640, without the bits in the umask */
    assert_int_equal(rename(log_path(), moved_path()), 0);
    quit(join_unix("bob"));
    wait_file(moved_path(), " name=bob ");
    daemon_signal(d, SIGUSR1);
    quit(join_unix("carol"));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    assert_null(strstr(read_file(moved_path()), "carol"));
    assert_non_null(strstr(read_file(log_path()), " name=carol "));
    assert_non_null(strstr(read_file(log_path()), " info  stopped\n"));
    assert_string_equal(daemon_log(d), "");
}

static void sigusr1_does_nothing_to_a_log_elsewhere(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    daemon_signal(d, SIGUSR1);
    quit(client_join(d, "bob"));
    daemon_wait_log(d, " name=bob ");
    client_sync(alice);
}

static void a_reload_takes_the_log_elsewhere(void)
{
    struct daemon *d = launch_with_log("target = stderr\n");
    struct client *alice = join_unix("alice");

    daemon_wait_ready(d);
    set_log(harness_text("target = file\nfile = %s\n", log_path()));
    daemon_signal(d, SIGHUP);
    wait_file(log_path(), " reloaded changes=2\n");
    assert_int_equal(daemon_count_log(d, "option changed option=log.target was=stderr is=file\n"), 1);
    assert_int_equal(daemon_count_log(d, "reloaded"), 0);

    set_log(harness_text("target = file\nfile = %s\n", moved_path()));
    daemon_signal(d, SIGHUP);
    wait_file(moved_path(), " reloaded changes=1\n");

    set_log("");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, " reloaded changes=2\n");
    client_sync(alice);
    daemon_stop(d, SIGTERM);
    assert_null(strstr(read_file(moved_path()), "stopped"));
    expect_form(d);
}

static void a_reload_that_cannot_open_the_log_changes_nothing(void)
{
    struct daemon *d = launch_with_log(harness_text("target = file\nfile = %s\n", log_path()));
    struct client *alice = join_unix("alice");

    set_log(harness_text("target = file\nfile = %s/nowhere/log\nlevel = error\n[limits]\nnick_chars = 9\n",
                         harness_dir()));
    daemon_signal(d, SIGHUP);
    wait_file(log_path(), harness_text(" is in the folder %s/nowhere: No such file or directory\"\n", harness_dir()));
    client_take_name(alice, "ten-letter");
    quit(alice);
    wait_file(log_path(), " name=ten-letter "); /* the level and all other options have not changed */
    assert_null(strstr(read_file(log_path()), "option changed"));
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
}

static void a_log_that_cannot_be_opened_is_an_error_at_the_start(void)
{
    struct daemon *d = launch_with_log("target = file\nfile = /nowhere/chatd.log\n");

    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "log.file: \"/nowhere/chatd.log\" is in the folder /nowhere: No such file or "
                                          "directory\n"));
    d = launch_with_log(harness_text("target = file\nfile = %s\n", harness_dir()));
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_string_equal(daemon_log(d), harness_text("chatd: log.file: %s: Is a directory\n", harness_dir()));
    d = launch_with_log("target = file\n");
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    assert_non_null(strstr(daemon_log(d), "/chatd.ini:4: log.target: file needs log.file, which is empty\n"));
}

static void what_libevent_says_is_a_line_of_the_log(void)
{
    struct daemon *d;

    daemon_wrap("export EVENT_NOEPOLL=1");
    d = daemon_launch("-o", "server.event_backend=epoll");
    daemon_wait_log(d, " warn  libevent warns error=\"");
    assert_int_equal(daemon_wait(d), EX_CONFIG);
    daemon_wait_log(d, "chatd: this system does not have the event backend");
    assert_null(strstr(daemon_log(d), "[warn]"));
}

static void a_log_file_on_a_full_disk_stops_nobody(void)
{
    struct daemon *d = launch_with_log("target = file\nfile = /dev/full\n");
    struct client *alice = join_unix("alice");

    for (int i = 0; i < 100; i++) {
        quit(join_unix("bob"));
    }
    client_sync(alice);
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
}

static void a_log_file_that_may_grow_no_more_stops_nobody(void)
{
    struct client *alice;

    daemon_wrap("ulimit -f 8"); /* SIGXFSZ ends a process that does not ignore it */
    launch_with_log(harness_text("target = file\nfile = %s\n", log_path()));
    alice = join_unix("alice");
    for (int i = 0; i < 100; i++) {
        quit(join_unix("bob"));
    }
    client_sync(alice);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(a_life_is_told_line_by_line),
        HARNESS_TEST_ONCE(a_level_takes_in_the_ones_before),
        HARNESS_TEST_ONCE(nothing_that_people_say_is_in_it),
        HARNESS_TEST_ONCE(what_people_do_is_told_at_debug_with_who_and_where),
        HARNESS_TEST_ONCE(what_one_does_again_and_again_does_not_flood_it),
        HARNESS_TEST(each_way_to_go_has_its_reason),
        HARNESS_TEST_ONCE(who_does_not_read_goes_for_a_reason_too),
        HARNESS_TEST_ONCE(those_refused_are_in_it_but_do_not_flood_it),
        HARNESS_TEST_ONCE(nothing_from_outside_breaks_a_line),
        HARNESS_TEST_ONCE(a_full_pipe_stops_nobody),
        HARNESS_TEST_ONCE(a_log_on_a_full_disk_stops_nobody),
        HARNESS_TEST_ONCE(a_log_whose_reader_is_gone_stops_nobody),
        HARNESS_TEST_ONCE(a_log_in_a_file_is_appended_to),
        HARNESS_TEST_ONCE(a_log_file_is_rotated_at_sigusr1_and_whole_at_the_end),
        HARNESS_TEST_ONCE(sigusr1_does_nothing_to_a_log_elsewhere),
        HARNESS_TEST_ONCE(a_reload_takes_the_log_elsewhere),
        HARNESS_TEST_ONCE(a_reload_that_cannot_open_the_log_changes_nothing),
        HARNESS_TEST_ONCE(a_log_that_cannot_be_opened_is_an_error_at_the_start),
        HARNESS_TEST_ONCE(what_libevent_says_is_a_line_of_the_log),
        HARNESS_TEST_ONCE(a_log_file_on_a_full_disk_stops_nobody),
        HARNESS_TEST_ONCE(a_log_file_that_may_grow_no_more_stops_nobody),
    };

    return harness_main(tests);
}
