/* The commands as a whole: all of the table, their help, their usage, their other names. */
#include "config.h"

#include "harness.h"

#include "session/cmd.h"

#include <ctype.h>
#include <string.h>

static const char *usage_of(const struct cmd *cmd)
{
    return harness_text("/%s%s%s: %s", cmd->name, cmd->usage[0] != '\0' ? " " : "", cmd->usage, cmd->help);
}

static void help_lists_every_command(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const struct cmd *cmd;

    client_send(c, "/help\n");
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        client_expect_line(c, harness_text("-- %s", usage_of(cmd)));
    }
}

static void help_explains_each_command(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        client_sendf(c, "/help %s\n/help /%s\n", cmd->name, cmd->name);
        for (int twice = 0; twice < 2; twice++) {
            client_expect_next(c, harness_text("-- %s", usage_of(cmd)));
            if (cmd->aliases != NULL) {
                client_expect_next(c, harness_text("-- also: %s", cmd->aliases));
            }
        }
    }
    client_send(c, "/help nonesuch\n/help /nonesuch\n");
    client_expect_next(c, "!! unknown-command: there is no command /nonesuch; /help lists all");
    client_expect_next(c, "!! unknown-command: there is no command /nonesuch; /help lists all");
}

/* Every name of a command, in every case, leads to it: too many words are answered with its usage. */
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
                continue; /* nothing is wrong for it */
            }
            client_sendf(c, "/%s%s\n", name, args);
            client_expect_next(c, harness_text("!! usage: it is %s", usage_of(cmd)));
            for (char *s = name; *s != '\0'; s++) {
                *s = (char)toupper((unsigned char)*s);
            }
            client_sendf(c, "/%s%s\n", name, args);
            client_expect_next(c, harness_text("!! usage: it is %s", usage_of(cmd)));
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
            client_sendf(c, "/%s\n/%s   \n", cmd->name, cmd->name);
            client_expect_next(c, harness_text("!! usage: it is %s", usage_of(cmd)));
            client_expect_next(c, harness_text("!! usage: it is %s", usage_of(cmd)));
        }
    }
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

/* Lines of code, pasted. */
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

static void unknown_command_is_not_said(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");

    client_send(alice, "/pasword secret\n/\n//this is\n");
    client_expect_none(bob, "secret", "[#lobby] alice: /this is");
}

static void server_tells_about_itself(void)
{
    struct client *c = client_join(daemon_start(), "alice");
    const char *time;

    client_send(c, "/version\n/motd\n/terminal\n/time\n");
    client_expect_next(c, "-- chatd " PACKAGE_VERSION " on test");
    client_expect_next(c, "-- There is no message of the day.");
    client_expect(c, "-- your client sends plain lines");
    client_expect(c, "-- you get text");
    time = client_line(c);
    assert_int_equal(strlen(time), strlen("-- 2026-11-22T01:31:54.618Z"));
    assert_int_equal(time[strlen(time) - 1], 'Z');
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
    client_expect_next(c, "!! bad-value: there are two formats: text and json");
    client_expect_next(c, "-- What you get is text now.");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(help_lists_every_command),
        HARNESS_TEST(help_explains_each_command),
        HARNESS_TEST(every_name_leads_to_its_command_in_every_case),
        HARNESS_TEST(arguments_that_are_needed_are_asked_for),
        HARNESS_TEST(unknown_command_is_answered_with_the_nearest),
        HARNESS_TEST(text_that_begins_like_a_command_is_told_how_to_say_it),
        HARNESS_TEST(unknown_command_is_not_said),
        HARNESS_TEST(server_tells_about_itself),
        HARNESS_TEST(each_way_to_quit_ends_in_order),
        HARNESS_TEST(formats_that_are_not_there_are_refused),
    };

    return harness_main(tests);
}
