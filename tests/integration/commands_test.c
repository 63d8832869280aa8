/* Tests of all commands in the table: their help, usage and aliases. */
#include "config.h"

#include "harness.h"

#include "base/text.h"
#include "session/cmd.h"
#include "session/topics.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

static const char *usage_of(const struct cmd *cmd)
{
    return harness_text("/%s%s%s: %s", cmd->name, cmd->usage[0] != '\0' ? " " : "", cmd->usage, cmd->help);
}

/* Those for administrators are not shown to others. */
static bool is_shown(const struct cmd *cmd)
{
    return cmd->who != CMD_ADMIN;
}

static void help_all_has_a_line_about_every_command(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const struct cmd *cmd;

    client_send(c, "/help all\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (is_shown(cmd)) {
            client_expect_next(c, harness_text("-- %s", usage_of(cmd)));
        }
    }
}

/* The typed line and the next line take a row each. */
static void help_fits_a_small_screen_and_names_every_command(void)
{
    enum { ROWS = 24, COLUMNS = 80 };
    struct client *c = client_join(daemon_start(), "alice");
    const char *line, *all = "";
    const struct cmd *cmd;
    int rows = 0;

    client_send(c, "/help\n/version\n");
    while (strncmp(line = client_line(c), "-- chatd ", 9) != 0) {
        assert_true(strlen(line) <= COLUMNS);
        assert_memory_equal(line, "-- ", 3);
        all = harness_text("%s%s\n", all, line);
        rows++;
    }
    assert_in_range(rows, CMD_GROUP_COUNT + 1, ROWS - 2);
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        const char *at = strstr(all, harness_text(" /%s ", cmd->name));

        if (at == NULL) {
            at = strstr(all, harness_text(" /%s\n", cmd->name));
        }
        if ((at != NULL) != is_shown(cmd)) {
            harness_fail("/%s is wanted, or not, in:\n%s", cmd->name, all);
        }
    }
#define IS_THERE(symbol, heading, name)                                \
    assert_int_equal(strstr(all, "-- " heading ": /") != NULL, CMD_GROUP_##symbol != CMD_GROUP_ADMIN);
    CMD_GROUPS(IS_THERE)
#undef IS_THERE
}

static void expect_explained(struct client *c, const struct cmd *cmd)
{
    const char *args = cmd->args, *line;
    size_t len;

    client_expect_next(c, harness_text("-- %s", usage_of(cmd)));
    while (args != NULL && text_next_line(&args, &line, &len)) {
        client_expect_next(c, harness_text("-- %.*s", (int)len, line));
    }
    if (cmd->example != NULL) {
        client_expect_next(c, harness_text("-- Example: /%s", cmd->example));
    }
    if (cmd->aliases != NULL) {
        line = client_line(c);
        assert_memory_equal(line, "-- Other names: /", 17);
        assert_int_equal(strlen(line) >= 16 + strlen(cmd->aliases), true);
    }
}

static void help_explains_each_command(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        client_sendf(c, "/help %s\n/back\n/help /%s\n", cmd->name, cmd->name);
        expect_explained(c, cmd);
        client_expect_line(c, "-- You were not away."); /* a topic or a group may have that name too */
        expect_explained(c, cmd);
    }
    client_send(c, "/help h\n");
    client_expect_line(c, "-- Other names: /h, /?, /commands");
    client_send(c, "/help xyzzyplugh\n/help /hystory\n");
    client_expect_next(c, "!! unknown-command: there is no command /xyzzyplugh; /help lists all, // says a /");
    client_expect_next(c, "!! unknown-command: there is no command /hystory; did you mean /history? "
                          "/help lists all, // says a /");
}

/* Asks for help, of which each line fits a row. */
static const char *help_of(struct client *c, const char *word, int *rows)
{
    enum { COLUMNS = 80 };
    const char *line, *all = "";

    client_sendf(c, "/help %s\n/back\n", word);
    for (*rows = 0; strcmp(line = client_line(c), "-- You were not away.") != 0; (*rows)++) {
        if (strncmp(line, "-- ", 3) != 0 || text_columns(line, strlen(line)) > COLUMNS) {
            harness_fail("/help %s has the line: %s", word, line);
        }
        all = harness_text("%s%s\n", all, line);
    }
    return all;
}

static void help_explains_each_topic_and_group_on_one_screen(void)
{
    enum { ROWS = 24, COLUMNS = 60 };
    static const char *const groups[] = {"talk", "rooms", "people", "order", "accounts", "view", "server", "Talking"};
    struct client *c = client_join(daemon_start("-o", "flood.lines_per_second=0"), "alice");
    const char *all = help_of(c, "", &(int){0});
    int rows;

    for (size_t i = 0; topics_at(i) != NULL; i++) {
        assert_non_null(strstr(all, harness_text(" %s", topics_at(i)->name)));
        assert_true(strlen(help_of(c, topics_at(i)->name, &rows)) > strlen(topics_at(i)->text));
        for (const char *line = topics_at(i)->text; *line != '\0'; line += strcspn(line, "\n"), line += *line != '\0') {
            assert_in_range(strlen("-- ") + strcspn(line, "\n"), 4, COLUMNS);
        }
        assert_in_range(rows, 4, ROWS - 2);
    }
    for (size_t i = 0; i < sizeof(groups) / sizeof(groups[0]); i++) {
        assert_non_null(strstr(help_of(c, groups[i], &rows), "-- /"));
        assert_in_range(rows, 3, ROWS - 2);
    }
    assert_non_null(strstr(help_of(c, "order", &rows), "-- /kick NAME [WHY]: "));
    client_send(c, "/help admin\n");
    client_expect_next(c, "!! unknown-command: there is no command /admin; /help lists all, // says a /");
}

/* Each use is valid, so no answer is a usage error. */
static void examples_of_help_are_right(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (cmd->example != NULL && strcmp(cmd->name, "quit") != 0) {
            client_sendf(c, "/%s\n", cmd->example);
        }
    }
    client_sync_without(c, "usage");
}

/* Every name of a command, in upper and lower case, runs it: the error names the command. */
static void every_name_leads_to_its_command_in_every_case(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        char *names = test_malloc(strlen(cmd->name) + strlen(cmd->aliases != NULL ? cmd->aliases : "") + 2);
        char *save = NULL;

        strcpy(names, cmd->name);
        if (cmd->aliases != NULL) {
            strcat(strcat(names, " "), cmd->aliases);
        }
        for (char *name = strtok_r(names, " ", &save); name != NULL; name = strtok_r(NULL, " ", &save)) {
            const char *args = cmd->takes_text ? "" : " one two three four";

            if (cmd->takes_text && !cmd->needs_text) {
                continue; /* it has no wrong use */
            }
            client_sendf(c, "/%s%s\n", name, args);
            assert_non_null(strstr(client_expect(c, "!! usage: "), harness_text("/%s", cmd->name)));
            for (char *s = name; *s != '\0'; s++) {
                *s = (char)toupper((unsigned char)*s);
            }
            client_sendf(c, "/%s%s\n", name, args);
            assert_non_null(strstr(client_expect(c, "!! usage: "), harness_text("/%s", cmd->name)));
        }
        test_free(names);
    }
}

static void arguments_that_are_needed_are_asked_for(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (cmd->min_words > 0 || cmd->needs_text) {
            const char *begin = harness_text("!! usage: /%s needs ", cmd->name);
            const char *end = harness_text(", for example: /%s", cmd->example);

            client_sendf(c, "/%s\n/%s   \n", cmd->name, cmd->name);
            for (int twice = 0; twice < 2; twice++) {
                const char *line = client_line(c);

                assert_memory_equal(line, begin, strlen(begin));
                assert_string_equal(strstr(line, ", for example"), end);
            }
        }
    }
}

static void wrong_use_is_told_as_a_person_would(void)
{
    struct client *c = client_join(daemon_start(), "alice");

    client_send(c, "/nick\n/msg bob\n/post ops\n/me\n/format\n/time now\n/leave a b\n");
    client_expect_next(c, "!! usage: /nick needs a name, for example: /nick alice");
    client_expect_next(c, "!! usage: /msg needs a text too, for example: /msg alice see you at noon");
    client_expect_next(c, "!! usage: /post needs a text too, for example: /post ops the backup is done");
    client_expect_next(c, "!! usage: /me needs a text, for example: /me waves");
    client_expect_next(c, "!! usage: /format needs text or json, for example: /format json");
    client_expect_next(c, "!! usage: nothing follows /time: type just /time");
    client_expect_next(c, "!! usage: /leave takes no more than a room, for example: /leave ops");
    client_send(c, "/help me please\n/whois alice bob\n/who a b c d\n/rooms a b c\n/post\n/delete a b\n");
    client_expect_next(c, "!! usage: /help takes no more than a command or a topic or all, for example: /help history");
    client_expect_next(c, "!! usage: /whois takes no more than a name, for example: /whois alice");
    client_expect_next(c, "!! usage: /who takes no more than a room, a pattern and a place, for example: "
                          "/who #lobby al*");
    client_expect_next(c, "!! usage: /rooms takes no more than a pattern and a place, for example: /rooms dev*");
    client_expect_next(c, "!! usage: /post needs a room and a text, for example: /post ops the backup is done");
    client_expect_next(c, "!! usage: /delete takes no more than an id or last, for example: /delete last");
    client_sendf(c, "/whois %s\n", harness_repeat("x", 600));
    client_expect_next(c, "!! usage: what follows /whois is longer than any name");
}

static void unknown_command_is_answered_with_the_nearest(void)
{
    static const char *const nearest[][2] = {
        {"jion", "join"}, {"hlep", "help"}, {"qiut", "quit"}, {"roms", "rooms"}, {"hystory", "history"},
        {"NIK", "nick"},  {"tpoic", "topic"},
    };
    struct client *c = client_join(daemon_start(), "alice");

    for (size_t i = 0; i < sizeof(nearest) / sizeof(nearest[0]); i++) {
        client_sendf(c, "/%s x\n", nearest[i][0]);
        client_expect_next(c, harness_text("!! unknown-command: there is no command /%s; did you mean /%s? "
                                           "/help lists all, // says a /",
                                           nearest[i][0], nearest[i][1]));
    }
    client_send(c, "/xyzzyplugh\n/\n/ who\n");
    client_expect_next(c, "!! unknown-command: there is no command /xyzzyplugh; /help lists all, // says a /");
    client_expect(c, "!! unknown-command: a command's name follows the /");
    client_expect(c, "!! unknown-command: a command's name follows the /");
}

/* Pasted lines of code. */
static void text_that_begins_like_a_command_is_told_how_to_say_it(void)
{
    static const char *const lines[] = {
        "/* a comment */", "/** doc", "/etc/passwd is readable", "/tmp",
        "/usr/share/doc/a/rather/long/path/to/some/file/README.gz",
        "/", "/ /", "/tpoic", "/é", "/dev/null",
    };
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        client_sendf(alice, "%s\n/%s\n", lines[i], lines[i]);
        assert_non_null(strstr(client_expect(alice, "!! unknown-command: "), "// says a /"));
        client_expect_next(bob, harness_text("[#lobby] alice: %s", lines[i]));
    }
}

static void person_and_room_that_are_not_there_are_answered_with_the_nearest(void)
{
    static const char *const runs[][2] = {
        {"/msg alcie psst", "!! no-such-name: there is nobody called alcie here; did you mean alice?"},
        {"/whois Alicia", "!! no-such-name: there is nobody called Alicia here; did you mean alice?"},
        {"/ignore жанна1", "!! no-such-name: there is nobody called жанна1 here; did you mean Жанна?"},
        {"/ignore zebra", "!! no-such-name: there is nobody called zebra here"},
        {"/unignore alicf", "!! no-such-name: you do not ignore alicf; did you mean alice?"},
        {"/post kichten x", "!! no-such-room: there is no room #kichten; did you mean #Kitchen? /rooms lists them"},
        {"/msg #loby x", "!! no-such-room: there is no room #loby; did you mean #lobby? /rooms lists them"},
        {"/who lobyb", "!! no-such-room: there is no room #lobyb; did you mean #lobby? /rooms lists them"},
        {"/leave kitchn", "!! no-such-room: there is no room #kitchn; did you mean #Kitchen? /rooms lists them"},
        {"/room zebra", "!! no-such-room: there is no room #zebra; /rooms lists them"},
    };
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_join(d, "Жанна");
    client_send(alice, "/join Kitchen\n");
    client_expect(alice, "-- You are in #Kitchen");
    client_send(bob, "/ignore alice\n");
    client_sync(bob);
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        client_sendf(bob, "%s\n", runs[i][0]);
        client_expect_line(bob, runs[i][1]);
    }
}

static int64_t cost_of_line(struct daemon *d, struct client *c, const char *line)
{
    int64_t before = daemon_cpu_ns(d);

    client_send(c, harness_repeat(line, 100));
    client_sync(c);
    return daemon_cpu_ns(d) - before;
}

/* The processor time of many lines, of two kinds.  The system may not have counted that of a single run yet, so that
 * the sum of several runs is compared. */
static void cost_of_two(struct daemon *d, struct client *c, const char *const lines[2], int64_t cost_ns[2])
{
    cost_ns[0] = cost_ns[1] = 0;
    for (int k = 0; k < 10; k++) {
        for (int i = 0; i < 2; i++) {
            cost_ns[i] += cost_of_line(d, c, lines[i]);
        }
    }
}

/* U+FDFA folds to 18 characters, so that a word of 170 would fold to 3,060. */
static void words_that_can_name_nothing_cost_as_others_do(void)
{
    static const char *const commands[][2] = {
        {"whois", ""}, {"ignore", ""}, {"unignore", ""}, {"who", ""}, {"who", "*"},
        {"rooms", ""}, {"leave", ""},  {"join", ""},     {"nick", ""},
    };
    enum { TRIES = 5 };
    struct daemon *d = daemon_start();
    struct client *c = client_join(d, "alice");

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        const char *const lines[] = {
            harness_text("/%s %s%s\n", commands[i][0], harness_repeat("\ufdfa", 170), commands[i][1]),
            harness_text("/%s %s%s\n", commands[i][0], harness_repeat("a", 510), commands[i][1]),
        };
        int64_t cost_ns[2];
        int tries = 0;

        /* Folded as far as a name can be long, the first costs some six times as much; folded whole, over twenty.  A
         * virtual machine that stands still for a moment counts that as the daemon's time, in one of the tries. */
        do {
            cost_of_two(d, c, lines, cost_ns);
            tries++;
        } while (cost_ns[0] > 13 * cost_ns[1] && tries < TRIES);
        if (cost_ns[0] > 13 * cost_ns[1]) {
            harness_fail("/%s of U+FDFA costs %lld ns, of letters %lld ns", commands[i][0], (long long)cost_ns[0],
                         (long long)cost_ns[1]);
        }
    }
}

static void unknown_command_is_not_said(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/pasword secret\n/\n//this is\n");
    client_expect_none(bob, "secret", "[#lobby] alice: /this is");
}

static void server_tells_about_itself(void)
{
    struct client *c;
    const char *time, *hello;

    daemon_wrap("export TZ=XST-5:30");
    c = client_join(daemon_start(), "alice");
    client_send(c, "/version\n/motd\n/terminal\n/time\n");
    client_expect_next(c, "-- chatd " PACKAGE_VERSION " on test");
    client_expect_next(c, "-- There is no message of the day.");
    client_expect(c, "-- your client sends plain lines");
    client_expect(c, "-- you get text");
    time = client_line(c);
    assert_int_equal(strlen(time), strlen("-- 2026-11-22 13:31:54 XST (UTC+05:30)"));
    assert_non_null(strstr(time, " XST (UTC+05:30)"));

    /* The time is the same as that before lines. */
    client_send(c, "/set time on\n/set echo on\nhello\n/time\n");
    hello = client_expect(c, " alice: hello");
    time = client_expect(c, " XST (UTC+05:30)");
    if (strncmp(hello, time + strlen("-- 2026-11-22 "), 5) != 0) { /* the minute has changed since */
        client_send(c, "hello\n/time\n");
        hello = client_expect(c, " alice: hello");
        time = client_expect(c, " XST (UTC+05:30)");
    }
    assert_memory_equal(hello, time + strlen("-- 2026-11-22 "), 5);
}

static void each_way_to_quit_ends_in_order(void)
{
    static const char *const ways[] = {"/quit", "/exit", "/bye", "/QUIT see you"};
    struct daemon *d = daemon_start();

    for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
        struct client *c = client_join(d, "alice");

        client_sendf(c, "%s\n", ways[i]);
        client_expect_line(c, "-- Goodbye, alice.");
        client_expect_eof(c);
    }
}

static void formats_that_are_not_there_are_refused(void)
{
    struct client *c = client_join(daemon_start(), "alice");

    client_send(c, "/format xml\n/format TEXT\n");
    client_expect_next(c, "!! bad-value: there are two forms: text and json");
    client_expect_next(c, "-- What you get is text now.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(help_all_has_a_line_about_every_command),
        HARNESS_TEST(help_fits_a_small_screen_and_names_every_command),
        HARNESS_TEST(help_explains_each_command),
        HARNESS_TEST_ONCE(help_explains_each_topic_and_group_on_one_screen),
        HARNESS_TEST(every_name_leads_to_its_command_in_every_case),
        HARNESS_TEST(examples_of_help_are_right),
        HARNESS_TEST(arguments_that_are_needed_are_asked_for),
        HARNESS_TEST(wrong_use_is_told_as_a_person_would),
        HARNESS_TEST(unknown_command_is_answered_with_the_nearest),
        HARNESS_TEST(text_that_begins_like_a_command_is_told_how_to_say_it),
        HARNESS_TEST(person_and_room_that_are_not_there_are_answered_with_the_nearest),
        HARNESS_TEST(words_that_can_name_nothing_cost_as_others_do),
        HARNESS_TEST(unknown_command_is_not_said),
        HARNESS_TEST(server_tells_about_itself),
        HARNESS_TEST(each_way_to_quit_ends_in_order),
        HARNESS_TEST(formats_that_are_not_there_are_refused),
    };

    return harness_main(tests);
}
