/* Tests of SIGHUP: a valid file is put in force as a whole, an invalid one not at all, and no client is
 * disconnected. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Writes a file with the options that tests need, and then the given text, which begins with a section. */
static const char *write_conf(const char *text)
{
    return harness_file("chatd.ini", harness_text("[server]\n"             /* 1 */
                                                  "listen = 127.0.0.1:0\n" /* 2 */
                                                  "name = test\n"          /* 3 */
                                                  "event_backend = %s\n"   /* 4 */
                                                  "[limits]\n"             /* 5 */
                                                  "connections_per_minute = 0\n"
                                                  "%s", /* from line 7 on, still in [limits] */
                                                  harness_backend(), text));
}

static struct daemon *start_with(const char *text)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf(text));

    daemon_wait_ready(d);
    return d;
}

static void reload(struct daemon *d)
{
    static const char done[] = " reloaded changes=";
    unsigned before = daemon_count_log(d, done);

    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, done);
    while (before-- > 0) {
        daemon_wait_log_next(d, done);
    }
}

/* ---- a file that hangs ---- */

static void let_go(int fifo, const char *text)
{
    assert_int_equal(write(fifo, text, strlen(text)), (ssize_t)strlen(text));
    close(fifo);
}

static void chat(struct client *from, struct client *to)
{
    client_send(from, "the disk hangs\n");
    client_expect_line(to, "[#lobby] alice: the disk hangs");
}

static void a_file_that_hangs_keeps_nobody_from_chatting(void)
{
    struct daemon *d = start_with("nick_chars = 10\n");
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    int fifo = harness_fifo("chatd.ini");

    daemon_signal(d, SIGHUP);
    client_await_reader(alice, fifo);
    chat(alice, bob);
    client_join(d, "carol");
    assert_int_equal(daemon_count_log(d, " reloaded "), 0);
    let_go(fifo, "[limits]\nnick_chars = 20\n");
    daemon_wait_log(d, "option changed option=limits.nick_chars was=10 is=20\n");
    client_take_name(bob, "much-longer-than-10");
}

static void what_hangs_in_part_is_refused_or_taken_as_a_whole(void)
{
    struct daemon *d = start_with("nick_chars = 10\n");
    struct client *alice = client_join(d, "alice");
    int fifo = harness_fifo("chatd.ini");

    daemon_signal(d, SIGHUP);
    client_await_reader(alice, fifo);
    assert_int_equal(write(fifo, "[limits]\nnick_ch", 16), 16);
    client_sync(alice);
    let_go(fifo, "ars = 20\nclients = none\n");
    daemon_wait_log(d, "chatd.ini:4: limits.clients: ");
    assert_int_equal(daemon_count_log(d, "option changed"), 0);
}

static void who_asks_meanwhile_gets_the_newer_file_in_the_end(void)
{
    struct daemon *d = start_with("nick_chars = 10\n");
    struct client *alice = client_join(d, "alice");
    int fifo = harness_fifo("chatd.ini");

    daemon_signal(d, SIGHUP);
    client_await_reader(alice, fifo);
    assert_int_equal(unlink(harness_text("%s/chatd.ini", harness_dir())), 0);
    write_conf("nick_chars = 21\n");
    for (int i = 0; i < 5; i++) {
        daemon_signal(d, SIGHUP);
        client_sync(alice);
    }
    assert_int_equal(daemon_count_log(d, " reloaded "), 0);
    let_go(fifo, "[limits]\nnick_chars = 20\n");
    daemon_wait_log_next(d, "option changed option=limits.nick_chars was=10 is=20\n");
    daemon_wait_log_next(d, "option changed option=limits.nick_chars was=20 is=21\n");
}

static void a_stop_does_not_wait_for_a_file_that_hangs(void)
{
    struct daemon *d = start_with("nick_chars = 10\n");
    struct client *alice = client_join(d, "alice");
    int fifo = harness_fifo("chatd.ini");

    daemon_signal(d, SIGHUP);
    client_await_reader(alice, fifo);
    daemon_signal(d, SIGHUP);
    client_sync(alice);
    daemon_signal(d, SIGTERM);
    client_expect(alice, "!! shutdown: ");
    assert_int_equal(daemon_wait(d), 0);
    assert_int_equal(daemon_count_log(d, " reloaded "), 0);
    close(fifo);
}

/* ---- what a reload does ---- */

static void a_changed_option_is_in_force_and_told(void)
{
    struct daemon *d = start_with("nick_chars = 10\n");
    struct client *alice = client_open(d);

    client_send(alice, "/nick much-too-long\n");
    client_expect(alice, "!! bad-name: ");
    write_conf("nick_chars = 20\n[history]\nreplay = 3\n");
    reload(d);
    daemon_wait_log(d, "option changed option=limits.nick_chars was=10 is=20\n");
    daemon_wait_log(d, "option changed option=history.replay was=20 is=3\n");
    daemon_wait_log(d, " reloaded changes=2\n");
    client_take_name(alice, "much-too-long");

    /* An option that is no longer in the file has its default again. */
    write_conf("");
    reload(d);
    daemon_wait_log(d, "option changed option=limits.nick_chars was=20 is=24\n");
    client_take_name(alice, "exactly-24-characters-xy");
}

static void a_new_message_of_the_day_is_for_newcomers(void)
{
    struct daemon *d = start_with("[server]\nmotd = be kind\n");
    struct client *alice = client_join(d, "alice");
    struct client *bob;

    assert_non_null(strstr(client_seen(alice), "-- be kind\r\n"));
    write_conf("[server]\nmotd = be brief\n  and be kind\n");
    reload(d);
    daemon_wait_log(d, "option changed option=server.motd was=\"be kind\" is=\"be brief\\\\nand be kind\"\n");
    bob = client_join(d, "bob");
    assert_non_null(strstr(client_seen(bob), "-- be brief\r\n-- and be kind\r\n"));
    client_sync_without(alice, "be brief");
    client_send(alice, "/motd\n");
    client_expect_line(alice, "-- and be kind");
}

static void permanent_rooms_come_and_go_with_the_settings(void)
{
    struct daemon *d = start_with("rooms = 3\n[rooms]\npermanent = ops\n");
    struct client *alice = client_join(d, "alice");

    client_send(alice, "/join other\n/post ops said in ops\n");
    client_expect_line(alice, "-- said in #ops");

    /* Permanent rooms are made even if there are as many rooms as the limit allows. */
    write_conf("rooms = 3\n[rooms]\npermanent = OPS,\n  dev\n");
    reload(d);
    client_send(alice, "/post dev said in dev\n/join dev\n/join ops\n");
    client_expect_line(alice, "-- said in #dev");
    client_expect(alice, "[#dev] alice: said in dev");
    client_expect(alice, "[#ops] alice: said in ops");

    /* A room with members ends with its last member, the other one at once. */
    write_conf("");
    client_send(alice, "/leave dev\n");
    client_expect(alice, "-- You have left #dev");
    reload(d);
    client_send(alice, "/post dev is it there?\n/post ops is it there?\n/leave ops\n/post ops is it there?\n");
    client_expect(alice, "!! no-such-room: ");
    client_expect(alice, "-- You have left #ops");
    client_expect(alice, "!! no-such-room: ");
}

static void flood_control_can_be_turned_off_and_on(void)
{
    struct daemon *d = start_with("[flood]\nlines_per_second = 1\nburst = 2\n");
    struct client *alice = client_open(d);
    struct client *bob;

    /* Clients whose lines wait go on at once if flood control is switched off. */
    client_send(alice, harness_repeat("hello\n", 200));
    client_expect(alice, "nothing is lost");
    write_conf("[flood]\nlines_per_second = 0\n");
    reload(d);
    client_send(alice, "/quit\n");
    client_expect_eof(alice);

    bob = client_open(d);
    client_send(bob, harness_repeat("hello\n", 200));
    client_sync_without(bob, "nothing is lost");
    write_conf("[flood]\nlines_per_second = 1\nburst = 2\n");
    reload(d);
    client_send(bob, harness_repeat("hello\n", 4));
    client_expect(bob, "nothing is lost");
}

static void limits_on_who_may_come_change_for_those_who_come(void)
{
    struct daemon *d = start_with("clients = 3\n");
    struct client *alice = client_join(d, "alice");
    struct client *c;

    client_join(d, "bob");
    client_join(d, "carol");
    c = client_open(d);
    client_expect(c, "!! server-full: ");
    write_conf("clients = 2\n"); /* fewer than are connected: they stay */
    reload(d);
    c = client_open(d);
    client_expect(c, "!! server-full: ");
    client_sync(alice);
    write_conf("clients = 4\n");
    reload(d);
    client_join(d, "dave");
    c = client_open(d);
    client_expect(c, "!! server-full: ");
    client_sync(alice);
}

/* All are admitted, and the limit of descriptors was raised for them. */
static void crowd(struct daemon *d, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        client_expect(client_open(d), "Welcome to test");
    }
}

static void more_clients_get_the_descriptors_that_they_need(void)
{
    struct daemon *d;

    daemon_wrap("ulimit -Sn 128");
    d = start_with("clients = 40\nclients_per_address = 0\n");
    crowd(d, 40);
    write_conf("clients = 600\nclients_per_address = 0\n"); /* more than the descriptors left over before */
    reload(d);
    crowd(d, 560);
    client_expect(client_open(d), "!! server-full: ");
    assert_int_equal(daemon_count_log(d, "fewer descriptors than clients"), 0);
}

static void clients_beyond_the_hard_limit_are_warned_of(void)
{
    struct daemon *d;

    daemon_wrap("ulimit -n 600");
    d = start_with("clients = 40\n");
    write_conf("clients = 300\n");
    reload(d);
    assert_int_equal(daemon_count_log(d, "fewer descriptors than clients descriptors=600 clients=300\n"), 1);
    reload(d); /* nothing has changed */
    assert_int_equal(daemon_count_log(d, "fewer descriptors than clients"), 1);
}

static void who_is_silent_already_meets_a_new_idle_time(void)
{
    struct daemon *d = start_with("");
    struct client *alice = client_join(d, "alice");

    write_conf("idle_seconds = 1\n");
    reload(d);
    client_expect(alice, "!! idle: ");
    client_expect_eof(alice);
}

static void shorter_histories_are_cut_at_once(void)
{
    struct daemon *d = start_with("");
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 15; i++) {
        client_sendf(alice, "line %d\n", i);
    }
    client_sync(alice);
    write_conf("[history]\nlines = 5\n");
    reload(d);
    client_send(alice, "line 15\n/history 100\n");
    client_expect(alice, "alice: line 11");
    client_expect(alice, "-- 5 of 5 lines");
    assert_null(strstr(client_seen(alice), "line 10"));
}

static void what_needs_a_restart_says_so_and_stays(void)
{
    struct daemon *d = start_with("nick_chars = 10\n");
    const char *other = strcmp(harness_backend(), "select") == 0 ? "poll" : "select";
    const char *needs = harness_text("option needs a restart option=server.event_backend was=%s is=%s\n",
                                     harness_backend(), other);
    struct client *alice = client_join(d, "alice");

    harness_file("chatd.ini", harness_text("[server]\nlisten = 127.0.0.1:0\nevent_backend = %s\nname = other\n"
                                           "[limits]\nconnections_per_minute = 0\nnick_chars = 12\n", other));
    reload(d);
    daemon_wait_log(d, " reloaded changes=2\n");
    daemon_wait_log(d, needs);
    daemon_wait_log(d, "option changed option=server.name was=test is=other\n");
    assert_int_equal(daemon_count_log(d, " listening "), 1);
    client_take_name(alice, "twelve-chars");
    client_expect(client_open(d), "-- Welcome to other.");
    reload(d); /* it still reports that, and that no change has taken effect */
    assert_int_equal(daemon_count_log(d, " reloaded changes=0\n"), 1);
    assert_int_equal(daemon_count_log(d, needs), 2);
}

static void of_a_wrong_file_nothing_is_taken(void)
{
    struct daemon *d = start_with("nick_chars = 10\n");
    const char *path = write_conf("nick_chars = 20\n" /* 7 */
                                  "clients = 0\n"     /* 8 */
                                  "cleints = 5\n"     /* 9 */
                                  "[flod]\n"          /* 10 */
                                  "burst = 3\n"       /* 11 */
                                  "[log]\n"           /* 12 */
                                  "level = loud\n");  /* 13 */
    struct client *alice = client_join(d, "alice");

    daemon_signal(d, SIGHUP);
    daemon_wait_log_next(
        d, harness_text("reload refused error=\"%s:8: limits.clients: 0 is below the minimum", path));
    daemon_wait_log_next(d, harness_text("reload refused error=\"%s:9: limits.cleints: ", path));
    daemon_wait_log_next(d, "did you mean limits.clients?\"\n");
    daemon_wait_log_next(d, harness_text("reload refused error=\"%s:10: [flod]: ", path));
    daemon_wait_log_next(d, "did you mean [flood]?\"\n");
    daemon_wait_log_next(d, harness_text("reload refused error=\"%s:13: log.level: ", path));
    client_send(alice, "/nick much-too-long\n");
    client_expect(alice, "!! bad-name: "); /* line 7 of the file was valid */
    assert_int_equal(daemon_count_log(d, "option changed"), 0);
    assert_int_equal(daemon_count_log(d, "reload refused"), 4);

    /* If the file is missing or is no file, nothing changes either. */
    assert_int_equal(unlink(path), 0);
    daemon_signal(d, SIGHUP);
    daemon_wait_log_next(d, harness_text("reload refused error=\"%s: cannot be opened: ", path));
    client_send(alice, "/nick much-too-long\n");
    client_expect(alice, "!! bad-name: ");

    write_conf("nick_chars = 20\n");
    reload(d);
    client_take_name(alice, "not-too-long");
}

static void the_command_line_stays_above_the_file(void)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf("nick_chars = 10\n"), "-o", "limits.nick_chars=8");
    struct client *alice;

    daemon_wait_ready(d);
    alice = client_join(d, "alice");
    write_conf("nick_chars = 20\n");
    reload(d);
    daemon_wait_log(d, " reloaded changes=0\n");
    client_send(alice, "/nick nine-long\n");
    client_expect(alice, "!! bad-name: ");
}

static void without_a_file_there_is_nothing_to_change(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 3; i++) {
        reload(d);
    }
    assert_int_equal(daemon_count_log(d, " reloaded changes=0\n"), 3);
    client_sync(alice);
}

static void people_stay_through_many_reloads_and_nothing_leaks(void)
{
    struct daemon *d = start_with("");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    unsigned descriptors = daemon_descriptors(d);
    const char *motd = harness_repeat(harness_text("  %s\n", harness_repeat("x", 150)), 10);
    long memory = 0;

    for (int i = 0; i < 200; i++) {
        bool is_wrong = i % 4 == 3;

        if (is_wrong) {
            write_conf("nonsense\n");
            daemon_signal(d, SIGHUP);
            daemon_wait_log_next(d, "reload refused ");
        } else {
            write_conf(harness_text("topic_chars = %d\n[server]\nmotd = %d\n%s", 100 + i, i, motd));
            reload(d);
        }
        if (i % 20 == 0) {
            client_sendf(alice, "reload %d\n", i);
            client_expect_line(bob, harness_text("[#lobby] alice: reload %d", i));
        }
        if (i == 100) {
            memory = daemon_memory_kib(d);
        }
    }
    assert_int_equal(daemon_descriptors(d), descriptors);
    assert_true(daemon_memory_kib(d) - memory < 256);
    assert_int_equal(daemon_count_log(d, "client closed"), 0);
}

static void signals_that_come_at_once_lose_nobody(void)
{
    struct daemon *d = start_with("");
    struct client *alice = client_join(d, "alice");

    for (int i = 0; i < 1000; i++) {
        daemon_signal(d, SIGHUP);
    }
    client_sync(alice);
    write_conf("nick_chars = 5\n");
    daemon_signal(d, SIGHUP); /* the last one counts, even if several caused one reload */
    daemon_wait_log(d, "option=limits.nick_chars was=24 is=5");
}

static void people_talk_on_while_it_reloads(void)
{
    struct daemon *d = start_with("[flood]\nlines_per_second = 0\n");
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    for (int i = 0; i < 300; i++) {
        client_sendf(alice, "%d:\n", i);
        if (i % 10 == 0) {
            daemon_signal(d, SIGHUP);
        }
    }
    for (int i = 0; i < 300; i++) {
        client_expect(bob, harness_text("alice: %d:", i));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(a_file_that_hangs_keeps_nobody_from_chatting),
        HARNESS_TEST_ONCE(what_hangs_in_part_is_refused_or_taken_as_a_whole),
        HARNESS_TEST_ONCE(who_asks_meanwhile_gets_the_newer_file_in_the_end),
        HARNESS_TEST_ONCE(a_stop_does_not_wait_for_a_file_that_hangs),
        HARNESS_TEST(a_changed_option_is_in_force_and_told),
        HARNESS_TEST_ONCE(a_new_message_of_the_day_is_for_newcomers),
        HARNESS_TEST_ONCE(permanent_rooms_come_and_go_with_the_settings),
        HARNESS_TEST_ONCE(flood_control_can_be_turned_off_and_on),
        HARNESS_TEST_ONCE(limits_on_who_may_come_change_for_those_who_come),
        HARNESS_TEST(more_clients_get_the_descriptors_that_they_need),
        HARNESS_TEST_ONCE(clients_beyond_the_hard_limit_are_warned_of),
        HARNESS_TEST_ONCE(who_is_silent_already_meets_a_new_idle_time),
        HARNESS_TEST_ONCE(shorter_histories_are_cut_at_once),
        HARNESS_TEST(what_needs_a_restart_says_so_and_stays),
        HARNESS_TEST(of_a_wrong_file_nothing_is_taken),
        HARNESS_TEST_ONCE(the_command_line_stays_above_the_file),
        HARNESS_TEST_ONCE(without_a_file_there_is_nothing_to_change),
        HARNESS_TEST(people_stay_through_many_reloads_and_nothing_leaks),
        HARNESS_TEST_ONCE(signals_that_come_at_once_lose_nobody),
        HARNESS_TEST(people_talk_on_while_it_reloads),
    };

    return harness_main(tests);
}
