/* Tests of the command line: what is printed, what is refused, and that a wrong command line changes nothing. */
#include "config.h"

#include "harness.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sysexits.h>
#include <unistd.h>

static struct daemon *expect_status(struct daemon *d, int status)
{
    int got = daemon_wait(d);

    if (got != status) {
        harness_fail("expected the exit status %d, but it is %d; standard error: %s", status, got,
                     daemon_log(d));
    }
    return d;
}

/* Checks that it ends with the status, that standard error holds the text, and that standard output is empty. */
static void expect_error(struct daemon *d, int status, const char *text)
{
    expect_status(d, status);
    if (strstr(daemon_log(d), text) == NULL) {
        harness_fail("expected on standard error: %s\nbut there is: %s", text, daemon_log(d));
    }
    assert_string_equal(daemon_output(d), "");
    assert_null(strstr(daemon_log(d), " listening "));
}

/* Standard error is exactly this. */
static void expect_errors(struct daemon *d, const char *text)
{
    expect_status(d, EX_CONFIG);
    assert_string_equal(daemon_log(d), text);
    assert_string_equal(daemon_output(d), "");
}

static const char *read_file(const char *path)
{
    static char text[65536];
    FILE *file = fopen(path, "re");
    size_t n;

    if (file == NULL) {
        harness_fail("%s cannot be opened", path);
    }
    n = fread(text, 1, sizeof(text) - 1, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

/* ---- what it prints ---- */

static void help_names_every_option(void)
{
    struct daemon *d = expect_status(daemon_launch_bare("--help"), 0);
    static const char *const named[] = {"Usage: chatd ",  "--config",  "--option", "--check-config",
                                        "--print-config", "--version", "--help",   "SIGHUP"};

    for (size_t i = 0; i < sizeof(named) / sizeof(named[0]); i++) {
        if (strstr(daemon_output(d), named[i]) == NULL) {
            harness_fail("--help does not name %s: %s", named[i], daemon_output(d));
        }
    }
    assert_string_equal(daemon_log(d), "");
}

static void version_names_what_is_built_in(void)
{
    struct daemon *d = expect_status(daemon_launch_bare("--version"), 0);

    assert_memory_equal(daemon_output(d), "chatd " PACKAGE_VERSION "\n",
                        strlen("chatd " PACKAGE_VERSION "\n"));
    assert_non_null(strstr(daemon_output(d), "\nlibevent 2."));
    assert_non_null(strstr(daemon_output(d), " (epoll)\n"));
#ifdef HAVE_SYSTEMD
    assert_non_null(strstr(daemon_output(d), "\nwith libsystemd\n"));
#else
    assert_non_null(strstr(daemon_output(d), "\nwithout libsystemd\n"));
#endif
#ifdef HAVE_SODIUM
    assert_non_null(strstr(daemon_output(d), "\nwith libsodium 1."));
#else
    assert_non_null(strstr(daemon_output(d), "\nwithout libsodium\n"));
#endif
#ifdef HAVE_SQLITE
    assert_non_null(strstr(daemon_output(d), "\nwith SQLite 3."));
#else
    assert_non_null(strstr(daemon_output(d), "\nwithout SQLite\n"));
#endif
    assert_string_equal(daemon_log(d), "");
}

static void the_printed_file_is_the_sample_and_is_right(void)
{
    struct daemon *d = expect_status(daemon_launch_bare("--print-config"), 0);
    const char *top = getenv("top_srcdir");
    const char *path = harness_file("printed.ini", daemon_output(d));

    assert_string_equal(daemon_output(d),
                        read_file(harness_text("%s/conf/chatd.ini", top != NULL ? top : ".")));
    d = expect_status(daemon_launch_bare("--check-config", "-c", path), 0);
    assert_string_equal(daemon_output(d), harness_text("chatd: %s: the settings are right\n", path));
    assert_string_equal(daemon_log(d), "");
}

/* Each option of the printed file has its default: with all ';' removed the file is valid and means the same. */
static void the_printed_defaults_are_the_defaults(void)
{
    struct daemon *d = expect_status(daemon_launch_bare("--print-config"), 0);
    const char *printed = daemon_output(d);
    char *text = strdup(printed), *to = text;
    const char *path;

    for (const char *s = printed; *s != '\0'; s++) {
        if (*s != ';' || (s > printed && s[-1] != '\n') || s[1] == ' ' || s[1] == '\n') {
            *to++ = *s;
        }
    }
    *to = '\0';
    path = harness_file("all.ini", text);
    free(text);
    assert_non_null(strstr(read_file(path), "\nline_bytes = 2048\n"));
    expect_status(daemon_launch_bare("--check-config", "-c", path), 0);
}

static void a_full_disk_is_an_error(void)
{
    const char *path = harness_file("empty.ini", "");

    daemon_wrap("exec >/dev/full");
    expect_error(daemon_launch_bare("--help"), EXIT_FAILURE, "chatd: standard output: No space left on device");
    expect_error(daemon_launch_bare("--version"), EXIT_FAILURE, "chatd: standard output: ");
    expect_error(daemon_launch_bare("--print-config"), EXIT_FAILURE, "chatd: standard output: ");
    expect_error(daemon_launch_bare("--check-config", "-c", path), EXIT_FAILURE, "chatd: standard output: ");
}

/* ---- --check-config ---- */

static void a_check_binds_and_creates_nothing(void)
{
    struct daemon *running = daemon_start();
    const char *path = harness_text("%s/sock", harness_dir());
    const char *listen = harness_text("[server]\nlisten = %s, unix:%s\n", daemon_address(running, 0), path);
    struct stat st;

    expect_status(daemon_launch_bare("--check-config", "-c", harness_file("a.ini", listen)), 0);
    assert_int_not_equal(lstat(path, &st), 0);
    client_sync(client_join(running, "alice"));
}

/* chatd may be installed on this machine or not. */
static void a_check_names_what_it_has_checked_and_never_approves_nothing(void)
{
    const char *confdir = getenv("confdir") != NULL ? getenv("confdir") : "/usr/local/etc/chatd";
    const char *installed = harness_text("%s/chatd.ini", confdir);
    struct daemon *d;

    if (access(installed, F_OK) != 0) {
        expect_errors(daemon_launch_bare("--check-config"),
                      harness_text("chatd: %s: cannot be opened: No such file or directory\n", installed));
        d = expect_status(daemon_launch_bare("--check-config", "-o", "limits.clients=5"), 0);
        assert_string_equal(daemon_output(d), harness_text("chatd: the options given with -o are right; there is no "
                                                           "file %s to check\n", installed));
        assert_string_equal(daemon_log(d), "");
    } else {
        d = daemon_launch_bare("--check-config");
        assert_true(daemon_wait(d) == 0 || daemon_wait(d) == EX_CONFIG);
        assert_non_null(strstr(harness_text("%s%s", daemon_output(d), daemon_log(d)), installed));
    }
    expect_error(daemon_launch_bare("--check-config", "-o", "limits.clients=0"), EX_CONFIG,
                 "chatd: -o limits.clients=0: limits.clients: 0 is below the minimum, 1 client\n");
}

static void all_errors_of_a_file_are_told_at_once(void)
{
    const char *path = harness_file("a.ini", "clients = 5\n"             /* 1 */
                                             "[server]\n"                /* 2 */
                                             "listen = localhost:4000\n" /* 3 */
                                             "[limts]\n"                 /* 4 */
                                             "clients = 5\n"             /* 5 */
                                             "[limits]\n"                /* 6 */
                                             "clients = 0\n"             /* 7 */
                                             "clinets = 7\n"             /* 8 */
                                             "idle_seconds = soon\n"     /* 9 */
                                             "rooms\n");                 /* 10 */
    struct daemon *d = expect_status(
        daemon_launch_bare("--check-config", "-c", path, "-o", "log.level=lound", "-o", "x"), EX_CONFIG);
    static const char *const starts[] = {
        ":1: clients: no [section] stands above it; did you mean limits.clients?",
        (":3: server.listen: \"localhost:4000\" is no address: names of hosts are not looked up; write "
         "127.0.0.1:4000 or [::1]:4000"),
        ":4: [limts]: there is no such section; did you mean [limits]?",
        ":7: limits.clients: 0 is below the minimum, 1 client",
        ":8: limits.clinets: there is no such option; did you mean limits.clients?",
        ":9: limits.idle_seconds: \"soon\" is no whole number",
        ":10: the line is no \"key = value\"",
    };
    const char *at = daemon_log(d);

    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        const char *line = harness_text("chatd: %s%s", path, starts[i]);

        if (strncmp(at, line, strlen(line)) != 0) {
            harness_fail("expected: %s\nbut there is: %s", line, at);
        }
        at += strcspn(at, "\n") + 1;
    }
    assert_string_equal(
        at, "chatd: -o log.level=lound: log.level: \"lound\" is none of error, warn, info, debug\n"
            "chatd: -o x: is no section.key=value\n");
}

static void two_limits_that_contradict_each_other_are_refused(void)
{
    expect_error(
        daemon_launch_bare("--check-config", "-o", "limits.queue_bytes=64K", "-o", "limits.line_bytes=16K"), EX_CONFIG,
        "limits.queue_bytes: 64K is below 16 times limits.line_bytes, 256K");
    expect_error(
        daemon_launch_bare("--check-config", "-o", "limits.queue_bytes=2M", "-o", "limits.memory_bytes=1M"), EX_CONFIG,
        "limits.memory_bytes: 1M is below limits.queue_bytes, 2M");
    expect_error(daemon_launch_bare("--check-config", "-o", "limits.room_chars=3"), EX_CONFIG,
                 "chatd: -o limits.room_chars=3: server.default_room: \"lobby\" is longer than limits.room_chars, 3\n");
    expect_status(
        daemon_launch_bare("--check-config", "-o", "limits.room_chars=3", "-o", "server.default_room=#abc"),
        0);
    expect_status(
        daemon_launch_bare("--check-config", "-o", "limits.room_chars=3", "-o", "server.default_room="), 0);
}

static void option_is_taken_by_its_earlier_name_with_a_warning(void)
{
    const char *path = harness_file("chatd.ini", "[limits]\nqueues_bytes = 2M\n");
    struct daemon *d = daemon_launch_bare("--check-config", "-c", path);

    expect_status(d, 0);
    assert_string_equal(daemon_log(d), harness_text("chatd: warning: %s:2: limits.queues_bytes: is now called "
                                                    "limits.memory_bytes\n", path));
    d = daemon_launch_bare("--check-config", "-o", "limits.queues_bytes=1M", "-o", "limits.queue_bytes=2M");
    expect_error(d, EX_CONFIG, "limits.memory_bytes: 1M is below limits.queue_bytes, 2M");
}

static void what_works_and_may_not_be_meant_is_warned_of(void)
{
    struct daemon *d = daemon_launch_bare("--check-config", "-o", "history.replay=200");

    expect_status(d, 0);
    assert_string_equal(daemon_log(d),
                        "chatd: warning: -o history.replay=200: history.replay: 200 lines may be more than a "
                        "newcomer's queue has room for, with limits.queue_bytes, 262144: of lines as long as "
                        "limits.line_bytes, 2048, the last 48 are shown\n");
    d = daemon_launch_bare("--check-config", "-o", "history.replay=48", "-o", "limits.line_bytes=16K");
    expect_status(d, 0);
    assert_non_null(strstr(daemon_log(d), "warning: -o limits.line_bytes=16K: history.replay: 48 lines may be more"));
    d = daemon_launch_bare("--check-config", "-o", "history.replay=48");
    expect_status(d, 0);
    assert_string_equal(daemon_log(d), "");
    d = daemon_launch_bare("--check-config", "-o", "history.replay=1000", "-o", "history.lines=10");
    expect_status(d, 0);
    assert_string_equal(daemon_log(d), "");

    /* It runs nevertheless, and the log has the warning too. */
    d = daemon_start("-o", "history.replay=200");
    daemon_wait_log(d, "setting may not be meant why=\"-o history.replay=200: history.replay: 200 lines may be");
}

static void permanent_rooms_have_names_that_rooms_can_have(void)
{
    expect_error(daemon_launch_bare("--check-config", "-o", "rooms.permanent=ops, a b"), EX_CONFIG,
                 "rooms.permanent: \"a b\" may hold only ");
    expect_error(daemon_launch_bare("--check-config", "-o", "rooms.permanent=#"), EX_CONFIG,
                 "rooms.permanent: \"#\" is empty");
    expect_error(daemon_launch_bare("--check-config", "-o", "rooms.permanent=ops, dev, #OPS"), EX_CONFIG,
                 "rooms.permanent: \"ops, dev, #OPS\" names #OPS twice");
    expect_error(daemon_launch_bare("--check-config", "-o", "limits.room_chars=5", "-o", "rooms.permanent=a, abcdef"),
                 EX_CONFIG, "names #abcdef, which is longer than limits.room_chars, 5");
    expect_error(daemon_launch_bare("--check-config", "-o", "limits.rooms=1", "-o", "rooms.permanent=a,b"), EX_CONFIG,
                 "rooms.permanent: \"a,b\" names 2 rooms, which is more than limits.rooms, 1");
    expect_error(daemon_launch_bare("--check-config", "-o", "limits.rooms=2", "-o", "rooms.permanent=a,b"), EX_CONFIG,
                 "names 2 rooms, which with server.default_room is more than limits.rooms, 2");
    expect_status(daemon_launch_bare("--check-config", "-o", "limits.rooms=2", "-o", "rooms.permanent=#a, ,LOBBY,"), 0);
    expect_status(daemon_launch_bare("--check-config", "-o", "limits.rooms=2", "-o", "rooms.permanent=a,b", "-o",
                                     "server.default_room="), 0);
    expect_status(daemon_launch_bare("--check-config", "-o", "limits.rooms=3", "-o", "rooms.permanent=#a, ,b,"), 0);
}

/* A check refuses it, and the exit status says that another start is of no use. */
static void expect_impossible(const char *option, const char *text)
{
    expect_error(daemon_launch_bare("--check-config", "-o", option), EX_CONFIG, text);
    expect_error(daemon_launch_bare("-o", option), EX_CONFIG, text);
}

static void what_can_never_start_is_not_approved(void)
{
    expect_impossible("control.group=no-such-group", "control.group: \"no-such-group\" is no group of this system\n");
    expect_impossible("server.listen=*:4000, 0.0.0.0:4000", " has both *:4000 and 0.0.0.0:4000, which overlap\n");
    expect_impossible("server.listen=[::1]:4000,127.0.0.1:4000,[::]:4000",
                      " has both [::1]:4000 and [::]:4000, which overlap\n");
    expect_impossible("server.listen=127.0.0.1:4000, [::ffff:127.0.0.1]:4000",
                      " has both 127.0.0.1:4000 and [::ffff:127.0.0.1]:4000, which overlap\n");
    expect_impossible("server.listen=127.0.0.1:4000, 127.0.0.1:4000", " has 127.0.0.1:4000 twice\n");
    expect_impossible("server.listen=unix:/tmp/s,mode=0660,unix:/tmp/s",
                      " has both unix:/tmp/s,mode=0660 and unix:/tmp/s, which overlap\n");
    expect_impossible("server.listen=[fe80::1]:4000",
                      "\"[fe80::1]:4000\" is a link-local address, which needs its network interface");
    expect_impossible("server.listen=unix:/no/where",
                      "server.listen: \"unix:/no/where\" is in the folder /no: No such file or directory\n");
    expect_impossible("server.listen=unix:/etc/passwd/s", " is in the folder /etc/passwd: Not a directory\n");
    expect_impossible("server.listen=unix:/etc/passwd", "\"unix:/etc/passwd\" is there already, and is no socket\n");
    expect_impossible("server.listen=unix:/tmp/s,group=no-such-group", " names a group that does not exist\n");
    expect_impossible("server.listen=*:1,mode=0660",
                      " has a mode or a group, which only the file of a unix socket has\n");
    expect_impossible("metrics.listen=127.0.0.1:4000",
                      "metrics.listen: \"127.0.0.1:4000\" overlaps with *:4000 of server.listen\n");
    expect_impossible("metrics.listen=unix:/no/where",
                      "metrics.listen: \"unix:/no/where\" is in the folder /no: No such file or directory\n");
    expect_impossible("control.socket=/no/where",
                      "control.socket: \"/no/where\" is in the folder /no: No such file or directory\n");
    expect_error(daemon_launch_bare("--check-config", "-o", "control.socket=/tmp/s", "-o",
                                    "metrics.listen=unix:/tmp/s"), EX_CONFIG,
                 "control.socket: \"/tmp/s\" overlaps with unix:/tmp/s of metrics.listen\n");
    expect_error(daemon_launch_bare("--check-config", "-o", "log.target=file", "-o", "log.file=/no/where"), EX_CONFIG,
                 "log.file: \"/no/where\" is in the folder /no: No such file or directory\n");
}

static void what_works_beside_each_other_is_approved(void)
{
    expect_status(daemon_launch_bare("--check-config", "-o", "server.listen=0.0.0.0:4000, [::]:4000, *:0, *:0, *:4001, "
                                                             "[fe80::1%eth7]:4003, [fe80::1%eth8]:4003", "-o",
                                     "metrics.listen=127.0.0.1:4002"), 0);
}

/* Settings that depend on the process that will run. */
static void what_another_process_could_do_is_a_warning(void)
{
    const char *path = harness_file("chatd.ini", "[limits]\nclients = 900000\n[server]\n"
                                                 "listen = unix:/run/no-such-folder/sock\n[log]\n"
                                                 "target = file\nfile = /var/log/no-such-folder/log\n");
    struct daemon *d;

    daemon_wrap("ulimit -n 1000");
    d = expect_status(daemon_launch_bare("--check-config", "-c", path), 0);
    assert_string_equal(daemon_output(d), harness_text("chatd: %s: the settings are right\n", path));
    assert_string_equal(daemon_log(d), "chatd: warning: server.listen: the folder /run/no-such-folder is not there "
                                       "yet; a unit can make it, as with RuntimeDirectory=\n"
                                       "chatd: warning: log.file: the folder /var/log/no-such-folder is not there "
                                       "yet; a unit can make it, as with RuntimeDirectory=\n"
                                       "chatd: warning: limits.clients: 900000 need 900400 descriptors, and this "
                                       "process can have 1000; LimitNOFILE= of a unit gives more\n");
    path = harness_file("chatd.ini", "[limits]\nclients = 9000\n[server]\nevent_backend = select\n");
    d = expect_status(daemon_launch_bare("--check-config", "-c", path), 0);
    assert_non_null(strstr(daemon_log(d), "chatd: warning: limits.clients: 9000 need 9400 descriptors, and "
                                          "server.event_backend = select can watch 1024\n"));
}

static void a_motd_may_begin_with_the_name_of_a_room(void)
{
    const char *path = harness_file("chatd.ini", harness_text("[server]\nevent_backend = %s\nmotd = Rooms:\n"
                                                              "  #ops  for operators  ; which is a comment\n"
                                                              "# not this\n  #dev\n\n  and more\n"
                                                              "listen = 127.0.0.1:0\n  # nor this\n",
                                                              harness_backend()));
    struct daemon *d = daemon_launch_bare("-c", path);

    daemon_wait_ready(d);
    assert_non_null(strstr(client_seen(client_join(d, "alice")),
                           "-- Rooms:\r\n-- #ops  for operators\r\n-- #dev\r\n-- and more\r\n"));
}

static void each_option_can_be_given_on_the_command_line(void)
{
    expect_errors(
        daemon_launch_bare("-o", "limits.clints=5"),
        "chatd: -o limits.clints=5: limits.clints: there is no such option; did you mean limits.clients?\n");
    expect_errors(daemon_launch_bare("-o", "clients=5"),
                  "chatd: -o clients=5: is no section.key=value; did you mean limits.clients?\n");
    expect_error(daemon_launch_bare("-o", "limits.clients"), EX_CONFIG,
                 "chatd: -o limits.clients: is no section.key=value");
    expect_error(daemon_launch_bare("-o", "limits.clients="), EX_CONFIG,
                 "chatd: -o limits.clients=: limits.clients: has no value");
    expect_error(daemon_launch_bare("-o", "limits.clients=-1"), EX_CONFIG, "is below the minimum, 1 client");
    expect_error(daemon_launch_bare("-o", "limits.clients=99999999999999999999"), EX_CONFIG, "is above the maximum, ");
    expect_error(daemon_launch_bare("-o", "limits.clients=5x"), EX_CONFIG, "is no whole number");
    expect_error(daemon_launch_bare("-o", ""), EX_CONFIG, "chatd: -o : is no section.key=value");
    expect_error(daemon_launch_bare("-o", "server.listen=,"), EX_CONFIG, "server.listen: has no value");
    expect_error(daemon_launch_bare("-o", "server.default_room=a b"), EX_CONFIG,
                 "server.default_room: \"a b\" may hold only ");

    /* The last one wins, and both forms are equal. */
    struct daemon *d = daemon_start("-o", "limits.clients=1", "--option=limits.clients=2", "--option",
                                    "limits.nick_chars=7");
    struct client *alice = client_join(d, "alice");

    client_join(d, "bob");
    client_expect(client_open(d), "!! server-full: ");
    client_send(alice, "/nick eightlet\n");
    client_expect(alice, "!! bad-name: ");
}

/* ---- what it refuses ---- */

static void an_unknown_option_is_named(void)
{
    expect_error(daemon_launch_bare("--chek-config"), EX_USAGE,
                 "chatd: --chek-config: there is no such option; did you mean --check-config?");
    expect_error(daemon_launch_bare("--daemonize"), EX_USAGE,
                 "chatd: --daemonize: there is no such option; chatd --help lists them");
    expect_error(daemon_launch_bare("-x"), EX_USAGE, "chatd: -x: there is no such option");
    expect_error(daemon_launch_bare("-xyz", "-o", "limits.clients=5"), EX_USAGE, "chatd: -x: there is no such option");
    expect_error(daemon_launch_bare("--help=3"), EX_USAGE, "chatd: --help=3: ");
}

static void an_argument_too_many_is_named(void)
{
    expect_error(daemon_launch_bare("chatd.ini"), EX_USAGE, "chatd: chatd.ini: chatd takes no arguments but options");
    expect_error(daemon_launch_bare("--check-config", "-o", "limits.clients=5", "start"), EX_USAGE, "chatd: start: ");
}

static void a_missing_value_is_named(void)
{
    expect_error(daemon_launch_bare("-c"), EX_USAGE, "chatd: -c: a value has to follow");
    expect_error(daemon_launch_bare("--check-config", "-o"), EX_USAGE, "chatd: -o: a value has to follow");
    expect_error(daemon_launch_bare("--config"), EX_USAGE, "chatd: --config: a value has to follow");
}

static void a_file_that_cannot_be_read_is_named(void)
{
    const char *missing = harness_text("%s/missing.ini", harness_dir());
    const char *noise = harness_text("%s/chatd", harness_dir());

    expect_errors(daemon_launch_bare("-c", missing),
                  harness_text("chatd: %s: cannot be opened: No such file or directory\n", missing));
    expect_errors(daemon_launch_bare("--check-config", "-c", missing),
                  harness_text("chatd: %s: cannot be opened: No such file or directory\n", missing));
    expect_errors(daemon_launch_bare("-c", harness_dir()),
                  harness_text("chatd: %s: cannot be read: Is a directory\n", harness_dir()));
    expect_error(daemon_launch_bare("-c", ""), EX_CONFIG, "cannot be opened: ");

    /* A file that is no text is reported once, not for each line. */
    daemon_wrap(harness_text("printf 'a\\0b' >%s", noise));
    expect_error(daemon_launch_bare("-c", noise), EX_CONFIG, ":1: the line holds a NUL byte: this is no text file");
}

static void a_wrong_setting_starts_nothing(void)
{
    const char *path = harness_text("%s/sock", harness_dir());
    const char *conf =
        harness_file("a.ini", harness_text("[server]\nlisten = unix:%s\n[limits]\nclients = none\n", path));
    const char *option = harness_text("server.listen=unix:%s,nowhere", path);
    struct stat st;

    expect_error(daemon_launch_bare("-c", conf), EX_CONFIG, harness_text("chatd: %s:4: limits.clients: ", conf));
    assert_int_not_equal(lstat(path, &st), 0);
    expect_error(daemon_launch_bare("-o", option), EX_CONFIG, "\"nowhere\" does not end in a port");
    assert_int_not_equal(lstat(path, &st), 0);
}

static void what_is_shown_of_an_argument_is_clean(void)
{
    struct daemon *d = daemon_launch_bare("-o", "limits.clients=\033[31m\n5");

    expect_status(d, EX_CONFIG);
    assert_null(strchr(daemon_log(d), '\033'));
    assert_null(strstr(strchr(daemon_log(d), '\n') + 1, "\n")); /* one line */
}

/* ---- how it runs ---- */

static void the_backend_is_the_one_asked_for(void)
{
    static const char *const backends[] = {"epoll", "poll", "select"};
    struct daemon *d = daemon_start("-o", "server.event_backend=auto");

    daemon_wait_log(d, " backend=epoll ");
    for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
        d = daemon_start("-o", harness_text("server.event_backend=%s", backends[i]));
        daemon_wait_log(d, harness_text(" backend=%s ", backends[i]));
        client_sync(client_join(d, "alice"));
    }
    expect_error(daemon_launch_bare("-o", "server.event_backend=kqueue"), EX_CONFIG,
                 "is none of auto, epoll, poll, select");
}

/* Descriptors that a unit, a cron job or a careless shell may leave closed. */
/* The fault is reported at the start, not at the first reload. */
static void without_a_thread_it_does_not_start(void)
{
    daemon_deny_threads();
    expect_error(daemon_launch(), EXIT_FAILURE, "chatd: cannot begin the threads for files: ");
    expect_error(daemon_launch("-o", "log.target=file", "-o", harness_text("log.file=%s/log", harness_dir())),
                 EXIT_FAILURE, "/log: Resource temporarily unavailable\n");
}

static void it_runs_without_its_standard_files(void)
{
    const char *path = harness_text("unix:%s/sock", harness_dir());
    struct daemon *d;
    struct client *alice;

    daemon_wrap("exec <&- >&- 2>&-");
    d = daemon_launch("-o", harness_text("server.listen=%s", path));
    alice = client_open_when_there(path);
    client_take_name(alice, "alice");
    client_send(alice, harness_repeat("hello\n", 10));
    client_sync(alice);
    assert_null(strstr(client_seen(alice), "client connected")); /* no log line was sent to her */
    daemon_signal(d, SIGTERM);
    client_expect(alice, "!! shutdown: ");
    client_expect_eof(alice);
    client_close(alice);
    assert_int_equal(daemon_wait(d), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(help_names_every_option),
        HARNESS_TEST_ONCE(version_names_what_is_built_in),
        HARNESS_TEST_ONCE(the_printed_file_is_the_sample_and_is_right),
        HARNESS_TEST_ONCE(the_printed_defaults_are_the_defaults),
        HARNESS_TEST_ONCE(a_full_disk_is_an_error),
        HARNESS_TEST_ONCE(a_check_binds_and_creates_nothing),
        HARNESS_TEST_ONCE(a_check_names_what_it_has_checked_and_never_approves_nothing),
        HARNESS_TEST_ONCE(all_errors_of_a_file_are_told_at_once),
        HARNESS_TEST_ONCE(what_can_never_start_is_not_approved),
        HARNESS_TEST_ONCE(what_works_beside_each_other_is_approved),
        HARNESS_TEST_ONCE(what_another_process_could_do_is_a_warning),
        HARNESS_TEST_ONCE(a_motd_may_begin_with_the_name_of_a_room),
        HARNESS_TEST_ONCE(two_limits_that_contradict_each_other_are_refused),
        HARNESS_TEST_ONCE(option_is_taken_by_its_earlier_name_with_a_warning),
        HARNESS_TEST_ONCE(what_works_and_may_not_be_meant_is_warned_of),
        HARNESS_TEST_ONCE(permanent_rooms_have_names_that_rooms_can_have),
        HARNESS_TEST_ONCE(each_option_can_be_given_on_the_command_line),
        HARNESS_TEST_ONCE(an_unknown_option_is_named),
        HARNESS_TEST_ONCE(an_argument_too_many_is_named),
        HARNESS_TEST_ONCE(a_missing_value_is_named),
        HARNESS_TEST_ONCE(a_file_that_cannot_be_read_is_named),
        HARNESS_TEST_ONCE(a_wrong_setting_starts_nothing),
        HARNESS_TEST_ONCE(what_is_shown_of_an_argument_is_clean),
        HARNESS_TEST_ONCE(the_backend_is_the_one_asked_for),
        HARNESS_TEST_ONCE(without_a_thread_it_does_not_start),
        HARNESS_TEST(it_runs_without_its_standard_files),
    };

    return harness_main(tests);
}
