/* Tests of the control socket's commands, by chatctl: every command as text and as JSON, and exit statuses. */
#include "config.h"

#include "admin/control_table.h"
#include "ctl.h"
#include "ctl_answer.h"
#include "strict_json.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- looking ---- */

/* The rate is that of the last seconds, so she talks until it counts one of her lines. */
static void wait_lines_per_second(struct client *c)
{
    int64_t until = harness_now_ms() + harness_deadline_ms();
    const char *rate;

    do {
        client_send(c, "and on\n");
        client_sync(c);
        rate = strict_json_get(ctl_answer_object(ctl_ok("status", "--json"), 0), "lines_per_second");
        if (harness_now_ms() > until) {
            harness_fail("lines are said, but at a rate of %s", rate);
        }
    } while (atof(rate) <= 0);
}

static void status_tells_how_the_server_is(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *alice = client_join(d, "alice");
    const char *object;

    daemon_wait_log(d, harness_text(" listening address=unix:%s for=control\n", ctl_socket()));
    client_send(alice, "hello\nagain\n/join ops\n");
    client_sync(alice);
    ctl_answer_holds(ctl_ok("status"),
                     "version        " PACKAGE_VERSION "\nname           test\nstate          serving\n");
    ctl_answer_holds(ctl_ok("status"), "clients        1 of 10000\nrooms          2 of 10000\nlines said     2\n");
    ctl_answer_holds(ctl_ok("status"), "\nqueued         0 bytes of 256 MiB\n");
    ctl_answer_holds(ctl_ok("status"), harness_text("\nlistening      %s for people, as configured\n"
                                                "               unix:%s for control, as configured\n",
                                                daemon_address(d, 0), ctl_socket()));
    object = ctl_answer_object(ctl_ok("status", "--json"), 0);
    ctl_answer_holds(object, harness_text("\"listeners\":[{\"address\":\"%s\",\"for\":\"people\",\"from\":"
                                      "\"configuration\"},{\"address\":\"unix:%s\",\"for\":\"control\",",
                                      daemon_address(d, 0), ctl_socket()));
    ctl_answer_member(object, "name", "test");
    ctl_answer_member(object, "state", "serving");
    ctl_answer_member(object, "clients", "1");
    ctl_answer_member(object, "rooms", "2");
    ctl_answer_member(object, "lines", "2");
    ctl_answer_member(object, "pid", harness_text("%d", (int)daemon_pid(d)));
    assert_true(atol(strict_json_get(object, "memory_bytes")) > 100000);
    wait_lines_per_second(alice);
}

static void clients_are_listed_with_what_they_do(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    int64_t since = harness_now_ms();
    const char *output, *object;

    client_send(alice, "hello\n/join ops\n");
    client_sync(alice); /* one more line, and one more answer */
    client_expect(bob, "alice: hello");
    output = ctl_ok("clients", "--json");
    assert_int_equal(ctl_answer_lines(output), 2);
    object = ctl_answer_object(output, 1); /* the newest first */
    ctl_answer_member(object, "id", "1");
    ctl_answer_member(object, "name", "alice");
    ctl_answer_holds(object, "\"rooms\":[\"#ops\",\"#lobby\"]");
    ctl_answer_holds(object, "\"address\":\"127.0.0.1:");
    ctl_answer_member(object, "queue_bytes", "0");
    ctl_answer_member(object, "lines_in", "4");
    assert_true(atol(strict_json_get(object, "lines_out")) >= 5);
    assert_in_range(atol(strict_json_get(object, "idle_seconds")), 0, 1 + (harness_now_ms() - since) / 1000);
    ctl_answer_member(ctl_answer_object(output, 0), "name", "bob");
    ctl_answer_member(ctl_answer_object(output, 0), "lines_in", "1");

    output = ctl_ok("clients");
    assert_int_equal(strncmp(output, "ID      ADDRESS ", strlen("ID      ADDRESS ")), 0);
    assert_int_equal(ctl_answer_lines(output), 3);
    ctl_answer_holds(output, "  alice             0       ");
    ctl_answer_holds(output, "Z  #ops,#lobby\n");
}

static void rooms_are_listed(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *alice = client_join(d, "alice");
    const char *output;

    client_join(d, "bob");
    client_send(alice, "hello\n/join ops\n/topic say \"hi\"\n");
    client_sync(alice);
    output = ctl_ok("rooms", "--json");
    assert_int_equal(ctl_answer_lines(output), 2);
    ctl_answer_member(ctl_answer_object(output, 0), "name", "#lobby");
    ctl_answer_member(ctl_answer_object(output, 0), "members", "2");
    ctl_answer_member(ctl_answer_object(output, 0), "history_lines", "1");
    ctl_answer_member(ctl_answer_object(output, 0), "topic", "");
    ctl_answer_member(ctl_answer_object(output, 1), "topic", "say \"hi\"");
    output = ctl_ok("rooms");
    assert_int_equal(ctl_answer_lines(output), 3);
    ctl_answer_holds(output, "#ops                              1        0        0     -             -     "
                             "              say \"hi\"\n");
}

/* ---- people ---- */

static void kicked_one_is_told_and_gone(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    const char *output, *object;

    ctl_answer_holds(ctl_ok("kick", "BOB", "please", "--", "-stop- \"that\""),
                     "The connection of bob, id 2 from 127.0.0.1:");
    client_expect_line(bob, "!! kicked: an administrator has ended your connection: please -stop- \"that\"");
    client_expect_eof(bob);
    client_expect_line(alice, "[#lobby] -- bob quit");
    daemon_wait_log(d, "control command=\"kick BOB please \\\"-stop- \\\\\\\"that\\\\\\\"\\\"\" uid=");
    daemon_wait_log(d, "client closed client=2 reason=kicked ");
    output = ctl_ok("--json", "kick", "alice");
    ctl_answer_member(ctl_answer_object(output, 0), "kicked", "alice");
    client_expect_line(alice, "!! kicked: an administrator has ended your connection");
    client_expect_eof(alice);
    assert_string_equal(ctl_fails(1, "kick", "no\x1b[1mbody\xff"), "chatctl: there is nobody called nobody here\n");
    object = ctl_answer_object(ctl_fails(1, "kick", "nobody", "--json"), 0);
    ctl_answer_member(object, "error", "there is nobody called nobody here");
}

/* The reason is in the object twice, and each of its bytes may be escaped. chatd-protocol(7) promises that the line has
 * at most 16384 bytes. */
static void reason_of_a_kick_is_cut(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *bob = client_join(d, "bob");
    const char *line;

    client_send(bob, "/format json\n");
    client_expect_line(bob, "{\"type\":\"ok\",\"command\":\"format\"}");
    ctl_ok("kick", "bob", harness_repeat("\"", 8000));
    line = client_line(bob);
    assert_memory_equal(line, "{\"type\":\"error\",\"code\":\"kicked\",", 31);
    assert_in_range(strlen(line), 8192, 16384);
}

static void clients_are_kicked_by_id_and_address_too(void)
{
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", "server.listen=*:0");
    const char *v4 = harness_text("127.0.0.1%s", strrchr(daemon_address(d, 0), ':')), *output;
    struct client *one = client_open_from(v4, "127.0.0.1");
    struct client *two[] = {client_open_from(v4, "127.0.0.2"), client_open_from(v4, "127.0.0.2")};
    struct client *digits = client_open_from(v4, "127.0.1.3");

    client_take_name(one, "one");
    client_take_name(two[0], "two");
    client_take_name(two[1], "second");
    client_take_name(digits, "4"); /* such as the connection's own id */

    output = ctl_ok("kick", "1", "too", "loud");
    ctl_answer_holds(output, "The connection of one, id 1 from 127.0.0.1:");
    client_expect_line(one, "!! kicked: an administrator has ended your connection: too loud");
    client_expect_eof(one);
    assert_string_equal(ctl_fails(1, "kick", "1"), "chatctl: there is no client with the id 1 here\n");
    assert_string_equal(ctl_fails(1, "kick", "4"), "chatctl: 4 may be an id, and is a name too: say id=4 or name=4\n");
    assert_string_equal(ctl_fails(1, "kick", "127.0.0.9"), "chatctl: there is no client from 127.0.0.9 here\n");
    assert_string_equal(ctl_fails(1, "kick", "127.0.0.2:1"), "chatctl: there is no client from 127.0.0.2:1 here\n");

    output = ctl_ok("--json", "kick", "127.0.0.2");
    assert_int_equal(ctl_answer_lines(output), 2);
    ctl_answer_member(ctl_answer_object(output, 0), "kicked", "second");
    ctl_answer_member(ctl_answer_object(output, 0), "id", "3");
    ctl_answer_member(ctl_answer_object(output, 1), "kicked", "two");
    for (int i = 0; i < 2; i++) {
        client_expect_line(two[i], "!! kicked: an administrator has ended your connection");
        client_expect_eof(two[i]);
    }
    client_sync(digits); /* the other address stays connected */
    ctl_answer_holds(ctl_fails(2, "kick", "id=four"), "an id is a number");
    ctl_ok("kick", "name=4");
    client_expect_line(digits, "!! kicked: an administrator has ended your connection");
    client_take_name(digits = client_open_from(v4, "127.0.1.3"), "3");
    ctl_ok("kick", "id=5");
    client_expect_line(digits, "!! kicked: an administrator has ended your connection");
    client_take_name(digits = client_open_from(v4, "127.0.1.3"), "net");
    ctl_ok("kick", "127.0.1.0/24");
    client_expect_line(digits, "!! kicked: an administrator has ended your connection");
    if (harness_has_ipv6()) {
        const char *v6 = harness_text("[::1]%s", strrchr(v4, ':'));
        struct client *six = client_open_at(v6);

        client_take_name(six, "six");
        ctl_ok("kick", "::/64");
        client_expect_line(six, "!! kicked: an administrator has ended your connection");
    }
}

static void server_speaks_in_a_room_and_to_all(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");
    const char *line;

    client_send(alice, "/format json\n/join ops\n");
    client_sync(alice);
    ctl_ok("say", "#Lobby", "maintenance", "at noon");
    client_expect_line(bob, "[#lobby] -- server: maintenance at noon");
    line = client_expect(alice, "maintenance");
    assert_true(strict_json_is_valid(line));
    ctl_answer_member(line, "type", "event");
    ctl_answer_member(line, "event", "notice");
    ctl_answer_member(line, "from", "server");
    ctl_answer_member(line, "room", "#lobby");
    ctl_answer_member(line, "notice", "maintenance at noon");
    assert_null(strict_json_get(line, "text"));

    ctl_ok("say", "*", "--", "--first\nsecond \x1b[31m\"line\"");
    client_expect_next(bob, "-- server: --first");
    client_expect_next(bob, "-- server: second \"line\"");
    line = client_expect(alice, "--first");
    assert_null(strict_json_get(line, "room"));
    ctl_answer_member(line, "notice", "--first");
    client_send(alice, "/post ops -- server: forged\n"); /* it is shown with its author */
    client_send(alice, "/join #server\n/nick server\n");
    client_expect(alice, "name-reserved");

    /* A later member sees what was said in the room. */
    ctl_answer_holds(client_seen(client_join(d, "carol")), "[#lobby] -- server: maintenance at noon\r\n");
    assert_string_equal(ctl_fails(1, "say", "nowhere", "x"), "chatctl: there is no room #nowhere\n");
    ctl_answer_holds(ctl_fails(2, "say", "lobby"), "usage: say ROOM|* TEXT");
    ctl_answer_member(ctl_answer_object(ctl_ok("--json", "say", "Ops", "x"), 0), "said", "#ops");
    ctl_answer_member(ctl_answer_object(ctl_ok("--json", "say", "*", "x"), 0), "said", "*");
    ctl_answer_holds(ctl_fails(2, "say", "*", "\x1b[31m\x01 \n \t"), "there is nothing in the text that could be seen");
    ctl_answer_holds(ctl_fails(2, "say", "*", "\u200b\u3164\n\u2800"),
                     "there is nothing in the text that could be seen");
}

/* ---- the configuration ---- */

static const char *write_conf(const char *text)
{
    return harness_file("chatd.ini", harness_text("[server]\nlisten = 127.0.0.1:0\nevent_backend = %s\n[control]\n"
                                                  "socket = %s\n[limits]\n%s", harness_backend(), ctl_socket(), text));
}

static void reload_tells_its_outcome(void)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf("nick_chars = 10\n"), "-o", "limits.clients=500");
    const char *output, *path, *errors, *other, *conf;

    daemon_wait_ready(d);
    assert_string_equal(ctl_ok("reload"), "Reloaded: no option differs.\n");
    other = strcmp(harness_backend(), "poll") == 0 ? "select" : "poll";
    conf = "nick_chars = 11\nroom_chars = 9\n[control]\nmode = 0600\n";
    harness_file("chatd.ini", harness_text("[server]\nlisten = 127.0.0.1:0\nevent_backend = %s\n[control]\n"
                                           "socket = %s\n[limits]\n%s", other, ctl_socket(), conf));
    output = harness_text("server.event_backend: %s -> %s  (needs a restart)\nlimits.nick_chars: 10 -> 11\n"
                          "limits.room_chars: 32 -> 9\ncontrol.mode: 0660 -> 0600\n", harness_backend(), other);
    assert_string_equal(ctl_ok("check"), harness_text("%sThe settings in %s/chatd.ini are right: a reload would "
                                                      "change 3. 1 needs a restart.\n", output, harness_dir()));
    assert_int_equal(daemon_count_log(d, "option changed"), 0);
    assert_string_equal(ctl_ok("reload"), harness_text("%sReloaded: 3 changed. 1 needs a restart.\n", output));
    daemon_wait_log(d, "option changed option=limits.nick_chars was=10 is=11\n");
    daemon_wait_log(d, " reloaded changes=3\n");
    output = ctl_ok("check", "--json"); /* the option that needs a restart is still reported */
    assert_int_equal(ctl_answer_lines(output), 1);
    ctl_answer_member(ctl_answer_object(output, 0), "option", "server.event_backend");
    ctl_answer_member(ctl_answer_object(output, 0), "was", harness_backend());
    ctl_answer_member(ctl_answer_object(output, 0), "is", other);
    ctl_answer_member(ctl_answer_object(output, 0), "needs_restart", "true");

    path = write_conf("nick_chars = 12\nclients = 0\ncleints = 5\n");
    errors = ctl_fails(1, "reload");
    ctl_answer_holds(errors, harness_text("chatctl: %s:8: limits.clients: 0 is below the minimum, 1 client\n", path));
    ctl_answer_holds(errors, harness_text("chatctl: %s:9: limits.cleints: there is no such option", path));
    ctl_answer_holds(errors, "chatctl: The reload is refused: all stays as it was.\n");
    ctl_answer_holds(ctl_fails(1, "check"), "chatctl: The settings are not right.\n");
    errors = ctl_fails(1, "--json", "reload");
    ctl_answer_holds(strict_json_get(ctl_answer_object(errors, 0), "error"), "limits.clients: 0 is below the minimum");
    ctl_answer_holds(ctl_ok("config", "limits.nick_chars"), "limits.nick_chars = 11 ");
    ctl_answer_holds(ctl_ok("status"), "state          serving\n");
}

static void what_may_not_be_meant_is_warned_of(void)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf("nick_chars = 10\n"));
    const char *path, *warning, *output;

    daemon_wait_ready(d);
    path = write_conf("nick_chars = 10\n[history]\nreplay = 200\n");
    warning = harness_text("%s:9: history.replay: 200 lines may be more than a newcomer's queue has room for", path);
    output = ctl_ok("check");
    ctl_answer_holds(output, harness_text("\nwarning: %s", warning));
    ctl_answer_holds(output, " are right: a reload would change 1.\n");
    ctl_answer_holds(strict_json_get(ctl_answer_object(ctl_ok("--json", "check"), 1), "warning"), warning);
    ctl_answer_holds(ctl_ok("reload"), harness_text("\nwarning: %s", warning));
    daemon_wait_log(d, harness_text("setting may not be meant why=\"%s", warning));
}

static void check_of_no_file_approves_nothing(void)
{
    ctl_answer_start();
    ctl_answer_holds(ctl_fails(1, "check"), "chatctl: There is nothing to check: chatd was started without a file.\n");
    assert_string_equal(ctl_ok("reload"), "Reloaded: no option differs.\n");
}

/* A valid configuration may still not be possible for this process. */
static void check_tries_what_a_reload_would_do(void)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf("nick_chars = 10\n"));
    const char *log;

    daemon_wait_ready(d);
    write_conf(harness_text("nick_chars = 11\n[log]\ntarget = file\nfile = %s/none/chatd.log\n", harness_dir()));
    ctl_answer_holds(ctl_fails(1, "check"), "/none: No such file or directory\n");
    ctl_answer_holds(ctl_fails(1, "reload"), "/none: No such file or directory\n");
    log = harness_text("%s/chatd.log", harness_dir());
    write_conf(harness_text("nick_chars = 11\n[log]\ntarget = file\nfile = %s\n", log));
    ctl_answer_holds(ctl_ok("check"), "a reload would change 3.\n");
    ctl_answer_holds(ctl_ok("check"), "a reload would change 3.\n");
    daemon_signal(d, SIGHUP); /* the log has not moved */
    daemon_wait_log(d, "option changed option=log.file was=\"\" ");
}

/* An answer that waits for the disk does not delay other answers, and may lose its client meanwhile. */
static void reload_that_hangs_is_answered_when_it_is_over(void)
{
    struct daemon *d = daemon_launch_bare("-c", write_conf("nick_chars = 10\n"));
    struct client *asker, *leaver;
    int fifo;

    daemon_wait_ready(d);
    fifo = harness_fifo("chatd.ini");
    asker = ctl_open();
    client_send(asker, "reload\nhelp stop\n");
    client_await_reader(client_open(d), fifo);
    ctl_answer_holds(ctl_ok("status"), "state          serving\n");
    for (int i = 0; i < 40; i++) { /* more than CONTROL_CONNS: clients that have gone are not counted */
        leaver = ctl_open();
        client_send(leaver, i % 2 == 0 ? "check\n" : "reload\n");
        client_close(leaver);
        ctl_answer_holds(ctl_ok("log-level"), "log.level = info ");
    }
    client_half_close(asker);
    ctl_answer_holds(ctl_ok("config", "limits.nick_chars"), "limits.nick_chars = 10 ");
    assert_string_equal(client_seen(asker), "");
    assert_int_equal(unlink(harness_text("%s/chatd.ini", harness_dir())), 0);
    write_conf("nick_chars = 12\n");
    assert_int_equal(write(fifo, "[limits]\nnick_chars = 11\n", 25), 25);
    close(fifo);
    client_expect(asker, "limits.nick_chars: 10 -> 11");
    client_expect_line(asker, ".0");
    client_expect(asker, "stops the server");
    client_expect_line(asker, ".0");
    client_expect_eof(asker);
    /* Of the many requests whose clients have gone, one reload was left and no check. */
    daemon_wait_log(d, "option changed option=limits.nick_chars was=11 is=12\n");
    ctl_answer_holds(ctl_ok("reload"), "Reloaded: ");
    assert_int_equal(daemon_count_log(d, " reloaded changes="), 3);
    /* The client asks again as soon as it has the answer. */
    asker = ctl_open();
    client_send(asker, "reload\nreload\ncheck\nreload\n");
    for (int i = 0; i < 4; i++) {
        client_expect_line(asker, ".0");
    }
    assert_int_equal(daemon_count_log(d, " reloaded changes="), 6);
}

static void config_tells_where_each_value_comes_from(void)
{
    const char *path = write_conf("nick_chars = 10\n");
    struct daemon *d = daemon_launch_bare("-c", path, "-o", "history.lines=7");
    const char *output;

    daemon_wait_ready(d);
    output = ctl_ok("config");
    ctl_answer_holds(output, harness_text("limits.nick_chars = 10                              ; %s:7\n", path));
    ctl_answer_holds(output, "history.lines = 7                                   ; command-line\n");
    ctl_answer_holds(output, "history.replay = 20                                 ; default\n");
    assert_int_equal(ctl_answer_lines(ctl_ok("config", "history")), 3);
    output = ctl_answer_object(ctl_ok("config", "--json", "limits.nick_chars"), 0);
    ctl_answer_member(output, "option", "limits.nick_chars");
    ctl_answer_member(output, "value", "10");
    ctl_answer_member(output, "from", "file");
    ctl_answer_member(output, "file", path);
    ctl_answer_member(output, "line", "7");
    assert_string_equal(ctl_fails(2, "config", "limits.nick_char"),
                        "chatctl: there is no option or section limits.nick_char; did you mean limits.nick_chars?\n");
    ctl_answer_holds(ctl_fails(2, "config", "limit"), "there is no option or section limit");
}

static void log_level_holds_until_the_next_reload(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *alice;

    ctl_answer_holds(ctl_ok("log-level"), "log.level = info ");
    ctl_answer_holds(ctl_ok("log-level", "error"), "log.level = error                                   ; chatctl\n");
    alice = client_join(d, "alice");
    assert_int_equal(daemon_count_log(d, "client connected"), 0);
    ctl_answer_holds(ctl_fails(2, "log-level", "erorr"), "is none of error, warn, info, debug; did you mean error?");
    ctl_answer_holds(ctl_ok("config", "log.level"), "; chatctl\n");
    ctl_answer_holds(ctl_ok("reload"), "log.level: error -> info\n");
    client_send(alice, "/quit\n");
    daemon_wait_log(d, "client closed client=1 ");
    ctl_answer_holds(ctl_ok("log-level"), "; default\n");
}

/* ---- draining and stopping ---- */

static void moved_log_file_is_opened_anew(void)
{
    const char *log = harness_text("%s/chatd.log", harness_dir()), *moved = harness_text("%s.1", log);
    struct daemon *d = daemon_launch_bare("-c", write_conf("nick_chars = 10\n"));

    daemon_wait_ready(d);
    assert_string_equal(ctl_ok("reopen"), "The log does not go to a file: there is nothing to open anew.\n");
    ctl_answer_member(ctl_answer_object(ctl_ok("reopen", "--json"), 0), "reopened", "");
    write_conf(harness_text("nick_chars = 10\n[log]\ntarget = file\nfile = %s\n", log));
    ctl_ok("reload");
    assert_int_equal(rename(log, moved), 0);
    assert_string_equal(ctl_ok("reopen"), "The log file is opened anew.\n");
    ctl_answer_member(ctl_answer_object(ctl_ok("reopen", "--json"), 0), "reopened", "log.file");
    daemon_stop(d, SIGTERM);
    assert_int_equal(access(moved, F_OK), 0);
    assert_int_equal(access(log, F_OK), 0);
}

static void drained_server_keeps_its_people_and_takes_no_more(void)
{
    /* While it does not listen, no other process listens there. */
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", harness_text("server.listen=%s:0", harness_own_ipv4()));
    struct client *alice = client_join(d, "alice");
    struct sockaddr_in in = {.sin_family = AF_INET};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    assert_string_equal(ctl_ok("drain"), "Newcomers are not taken any more.\n");
    daemon_wait_log(d, " draining clients=1\n");
    in.sin_port = htons((uint16_t)atoi(strrchr(daemon_address(d, 0), ':') + 1));
    assert_int_equal(inet_pton(AF_INET, harness_own_ipv4(), &in.sin_addr), 1);
    assert_int_equal(connect(fd, (struct sockaddr *)&in, sizeof(in)), -1);
    assert_int_equal(errno, ECONNREFUSED);
    close(fd);
    client_sync(alice);
    ctl_answer_member(ctl_answer_object(ctl_ok("status", "--json"), 0), "state", "draining");
    ctl_answer_holds(ctl_ok("status", "--json"), "\"listeners\":[{\"address\":\"unix:"); /* none for people */
    /* A second drain changes nothing. */
    ctl_answer_member(ctl_answer_object(ctl_ok("drain", "--json"), 0), "state", "draining");
    ctl_answer_holds(ctl_fails(2, "drain", "on"), "drain off");

    assert_string_equal(ctl_ok("drain", "off"), "Newcomers are taken again.\n");
    client_join(d, "bob"); /* at the same address */
    ctl_ok("drain");
    ctl_ok("drain", "off");
    ctl_ok("drain", "off");
    client_join(d, "carol");
    client_sync(alice);
}

static void drain_gives_a_unix_socket_up_and_takes_it_again(void)
{
    const char *path = harness_text("%s/people", harness_dir());
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", harness_text("server.listen=unix:%s", path));
    const char *other;
    struct stat st;

    client_join(d, "alice");
    ctl_ok("drain");
    assert_int_equal(stat(path, &st), -1);
    other = harness_file("people", "in the way");
    ctl_answer_holds(ctl_fails(1, "drain", "off"), "Address already in use");
    ctl_answer_holds(ctl_ok("status"), "state          draining\n");
    assert_int_equal(unlink(other), 0);
    ctl_ok("drain", "off");
    client_join(d, "bob");
}

static void stop_is_answered_and_orderly(void)
{
    struct daemon *d = ctl_answer_start();
    struct client *alice = client_join(d, "alice");

    assert_string_equal(ctl_ok("stop"), "The server stops.\n");
    client_expect(alice, "!! shutdown: ");
    client_close(alice);
    assert_int_equal(daemon_wait(d), 0);
    assert_int_equal(access(ctl_socket(), F_OK), -1);
    ctl_answer_holds(ctl_fails(3, "status"), "there is no such socket");

    d = ctl_answer_start(); /* this works without clients too */
    ctl_answer_member(ctl_answer_object(ctl_ok("stop", "--json"), 0), "state", "stopping");
    assert_int_equal(daemon_wait(d), 0);
}

static void drained_server_stops_too(void)
{
    struct daemon *d = ctl_answer_start();

    ctl_ok("drain");
    ctl_ok("stop");
    assert_int_equal(daemon_wait(d), 0);
}

/* ---- chatctl ---- */

static void exit_status_tells_what_kind_of_failure_it_was(void)
{
    struct daemon *d = ctl_answer_start();
    struct ctl result;

    assert_string_equal(ctl_fails(2, "statsu"), "chatctl: there is no command statsu; did you mean status?\n");
    ctl_answer_holds(ctl_fails(2, "xyzzy"), "there is no command xyzzy; help lists them");
    ctl_answer_holds(ctl_fails(2, "kick"), "usage: kick CLIENT [REASON]");
    ctl_answer_holds(ctl_fails(2, "status", "x"), "usage: status\n");
    ctl_answer_holds(ctl_fails(2), "a command is wanted");
    ctl_answer_holds(ctl_fails(2, "--jsno", "status"), "there is no such option");
    ctl_answer_holds(ctl_fails(2, "--timeout", "0", "status"), "is no number of seconds");
    ctl_answer_holds(ctl_fails(2, "-s"), "a value has to follow");
    ctl_answer_holds(ctl_fails(2, "-s", "/x", "-i", "y", "status"), "give one of them");
    ctl_answer_holds(ctl_fails(2, "say", "lobby", harness_repeat("x", 17000)), "the request is too long");
    ctl_answer_holds(ctl_fails(3, "-s", "/nonexistent/control", "status"), "there is no such socket");
    ctl_answer_holds(ctl_fails(3, "-i", "nonexistent", "status"), "/chatd-nonexistent/control: ");
    ctl_answer_holds(ctl_ok("-s", ctl_socket(), "status"), "state ");

    ctl_answer_holds(ctl_fails(2, "-s", "", "status"), "-s: what follows is no path");
    ctl_answer_holds(ctl_fails(2, "-i", "", "status"), "-i: what follows is no instance's name");
    ctl_answer_holds(ctl_fails(2, "-i", "a/b", "status"), "-i: what follows is no instance's name");

    /* A server whose loop hangs, and one that is killed meanwhile. */
    daemon_freeze(d);
    assert_string_equal(ctl_fails(4, "--timeout", "1", "status"), "chatctl: the server does not answer in time\n");
    daemon_thaw(d);
    daemon_stop(d, SIGKILL);
    result = ctl_run("status");
    assert_int_equal(result.status, 3);
    ctl_answer_holds(result.errors, "nobody listens there any more");
}

static void assert_error(const char *errors, const char *part)
{
    ctl_answer_holds(strict_json_get(ctl_answer_object(errors, 0), "error"), part);
    assert_int_equal(ctl_answer_lines(errors), 1);
}

static void errors_are_objects_wherever_they_arise(void)
{
    struct daemon *d = ctl_answer_start();

    assert_error(ctl_fails(2, "--json", "statsu"), "there is no command statsu"); /* the server reports it */
    assert_error(ctl_fails(2, "--json", "--jsno", "status"), "--jsno: there is no such option");
    assert_error(ctl_fails(2, "--json"), "a command is wanted");
    assert_error(ctl_fails(3, "--json", "-s", "/none\xff\x1b[1m\"", "status"), "/none\": there is no such socket");
    ctl_answer_holds(ctl_fails(2, "--json", "help", "kik"), "did you mean kick?");
    daemon_freeze(d);
    assert_error(ctl_fails(4, "--json", "--timeout", "1", "status"), "the server does not answer in time");
    daemon_thaw(d);
}

/* The socket would become standard output, and the answer the next request. */
static void closed_output_is_not_the_servers(void)
{
    const char *chatctl = getenv("CHATCTL") != NULL ? getenv("CHATCTL") : "./chatctl";
    char said[256] = "";
    FILE *f;

    ctl_answer_start();
    f = popen(harness_text("%s -s %s status 2>&1 >&-", chatctl, ctl_socket()), "re");
    assert_non_null(f);
    (void)!fread(said, 1, sizeof(said) - 1, f);
    assert_int_equal(WEXITSTATUS(pclose(f)), 1);
    assert_string_equal(said, "chatctl: standard output: Bad file descriptor\n");
}

static void help_needs_no_server(void)
{
    struct daemon *d;
    struct client *c;
    const char *output = ctl_ok("help");

    ctl_answer_holds(output, "  kick CLIENT [REASON]       ends connections");
    assert_string_equal(ctl_ok("--help"), output);
    ctl_answer_holds(ctl_ok("help", "drain"), "drain [off] ");
    ctl_answer_holds(ctl_fails(2, "help", "drian"), "did you mean drain?");
    assert_string_equal(ctl_ok("--version"), "chatctl " PACKAGE_VERSION "\n");
    output = ctl_ok("help", "--json");
    assert_int_equal(ctl_answer_lines(output), CONTROL_COUNT);
    ctl_answer_member(ctl_answer_object(output, 0), "command", "status");
    ctl_answer_member(ctl_answer_object(ctl_ok("help", "kick", "--json"), 0), "arguments", "CLIENT [REASON]");

    /* A client other than chatctl gets the same from the server. */
    d = ctl_answer_start();
    c = ctl_open();
    client_send(c, "help --json\n");
    client_expect(c, "+{\"command\":\"kick\",\"arguments\":\"CLIENT [REASON]\",\"help\":\"ends connections");
    client_expect(c, ".0");
    client_join(d, "alice");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(status_tells_how_the_server_is),
        HARNESS_TEST(clients_are_listed_with_what_they_do),
        HARNESS_TEST_ONCE(rooms_are_listed),
        HARNESS_TEST(kicked_one_is_told_and_gone),
        HARNESS_TEST(reason_of_a_kick_is_cut),
        HARNESS_TEST(clients_are_kicked_by_id_and_address_too),
        HARNESS_TEST_ONCE(server_speaks_in_a_room_and_to_all),
        HARNESS_TEST(reload_tells_its_outcome),
        HARNESS_TEST_ONCE(what_may_not_be_meant_is_warned_of),
        HARNESS_TEST_ONCE(check_of_no_file_approves_nothing),
        HARNESS_TEST_ONCE(check_tries_what_a_reload_would_do),
        HARNESS_TEST(reload_that_hangs_is_answered_when_it_is_over),
        HARNESS_TEST_ONCE(config_tells_where_each_value_comes_from),
        HARNESS_TEST_ONCE(log_level_holds_until_the_next_reload),
        HARNESS_TEST_ONCE(moved_log_file_is_opened_anew),
        HARNESS_TEST(drained_server_keeps_its_people_and_takes_no_more),
        HARNESS_TEST_ONCE(drain_gives_a_unix_socket_up_and_takes_it_again),
        HARNESS_TEST(stop_is_answered_and_orderly),
        HARNESS_TEST_ONCE(drained_server_stops_too),
        HARNESS_TEST_ONCE(exit_status_tells_what_kind_of_failure_it_was),
        HARNESS_TEST_ONCE(errors_are_objects_wherever_they_arise),
        HARNESS_TEST_ONCE(closed_output_is_not_the_servers),
        HARNESS_TEST_ONCE(help_needs_no_server),
    };

    return harness_main(tests);
}
