/* What is answered to commands in the form for programs: objects whose fields say all, and one ok or error each. */
#include "config.h"

#include "harness.h"

#include "json_client.h"
#include "strict_json.h"

#include <string.h>

static void ok_follows_each_command_that_worked_and_no_other(void)
{
    static const struct {
        const char *line, *command, *code;
    } runs[] = {
        {"/nick robert", "nick", NULL},      {"/nick server", NULL, "name-reserved"},
        {"/nick", NULL, "usage"},            {"/join ops", "join", NULL},
        {"/join a!b", NULL, "bad-name"},     {"/room lobby", "room", NULL},
        {"/room nowhere", NULL, "no-such-room"}, {"/leave ops", "leave", NULL},
        {"/leave ops", NULL, "no-such-room"}, {"/rooms", "rooms", NULL},
        {"/list", "rooms", NULL},            {"/who", "who", NULL},
        {"/who nowhere", NULL, "no-such-room"}, {"/whois robert", "whois", NULL},
        {"/whois nobody", NULL, "no-such-name"}, {"/reply x", NULL, "nobody-to-reply"},
        {"/msg nobody x", NULL, "no-such-name"}, {"/msg robert x", "msg", NULL},
        {"/post lobby x", "post", NULL},     {"/post nowhere x", NULL, "no-such-room"},
        {"/me waves", "me", NULL},           {"/topic x", "topic", NULL},
        {"/topic", "topic", NULL},           {"/history 1", "history", NULL},
        {"/history since x", NULL, "bad-value"}, {"/away", "away", NULL},
        {"/back", "back", NULL},             {"/ignore alice", "ignore", NULL},
        {"/ignore robert", NULL, "bad-value"}, {"/unignore alice", "unignore", NULL},
        {"/unignore alice", NULL, "no-such-name"}, {"/set", "set", NULL},
        {"/set joins off", "set", NULL},     {"/set time on", NULL, "bad-value"},
        {"/set nonesuch", NULL, "bad-value"}, {"/terminal", "terminal", NULL},
        {"/time", "time", NULL},             {"/motd", "motd", NULL},
        {"/version", "version", NULL},       {"/help", "help", NULL},
        {"/help nonesuch", NULL, "unknown-command"}, {"/nonesuch", NULL, "unknown-command"},
        {"/format json", "format", NULL},    {"/format xml", NULL, "bad-value"},
    };
    struct daemon *d = daemon_start();
    struct client *bob;

    client_join(d, "alice");
    bob = json_client_join(d, "bob");
    for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
        const char *line, *type;
        int oks = 0, errors = 0;

        client_sendf(bob, "%s\n/whois sync\n", runs[i].line);
        for (;;) { /* up to the answer to the second command */
            line = json_client_next(bob);
            type = strict_json_get(line, "type");
            if (strcmp(type, "error") == 0 && strict_json_get(line, "name") != NULL &&
                strcmp(strict_json_get(line, "name"), "sync") == 0) {
                break;
            }
            if (strcmp(type, "ok") == 0) {
                oks++;
                json_client_check(line, "command", runs[i].command);
            } else if (strcmp(type, "error") == 0) {
                errors++;
                json_client_check(line, "code", runs[i].code);
            }
        }
        if (oks != (runs[i].command != NULL) || errors != (runs[i].code != NULL)) {
            harness_fail("%s: %d times ok, %d errors", runs[i].line, oks, errors);
        }
    }
}

static void answers_name_their_command(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = json_client_join(d, "bob");

    client_send(bob, "/who\n/quit\n");
    json_client_check(json_client_next(bob), "command", "who");
    json_client_check(json_client_next(bob), "command", "who");
    json_client_check(json_client_next(bob), "type", "ok");
    json_client_check(json_client_next(bob), "command", "quit");
    client_expect_eof(bob);
}

static void answers_have_fields_and_no_sentences(void)
{
    struct daemon *d = daemon_start("-o", "server.name=example", "-o", "server.motd=be kind");
    struct client *alice = client_join(d, "alice"), *bob;

    client_send(alice, "/join ops\n/topic what \"runs\"\n/away at lunch\n");
    client_expect_line(alice, "-- You are away: at lunch");
    bob = json_client_join(d, "bob");
    json_client_answers(bob, "/who",
                        "{\"type\":\"who\",\"command\":\"who\",\"room\":\"#lobby\",\"all\":2}",
                        "{\"type\":\"members\",\"command\":\"who\",\"room\":\"#lobby\",\"first\":1,"
                        "\"people\":[{\"name\":\"alice\",\"away\":true},{\"name\":\"bob\"}]}", NULL);
    json_client_answers(bob, "/who b*",
                        "{\"type\":\"who\",\"command\":\"who\",\"room\":\"#lobby\","
                        "\"count\":1,\"all\":2,\"pattern\":\"b*\"}",
                        "{\"type\":\"members\",\"command\":\"who\",\"room\":\"#lobby\",\"first\":1,"
                        "\"people\":[{\"name\":\"bob\"}]}", NULL);
    json_client_answers(bob, "/who 2", "{\"type\":\"who\"", "{\"type\":\"members\"",
                        "{\"type\":\"part\",\"command\":\"who\",\"first\":2,\"last\":2,\"count\":2}", NULL);
    json_client_answers(bob, "/who 3", "{\"type\":\"who\"",
                        "{\"type\":\"part\",\"command\":\"who\",\"count\":2}", NULL);
    json_client_answers(bob, "/rooms", "{\"type\":\"rooms\",\"command\":\"rooms\",\"all\":2}",
                        "{\"type\":\"room\",\"command\":\"rooms\",\"room\":\"#lobby\",\"count\":2}",
                        "{\"type\":\"room\",\"command\":\"rooms\",\"room\":\"#ops\",\"topic\":\"what \\\"runs\\\"\","
                        "\"count\":1}", NULL);
    json_client_answers(bob, "/rooms x*",
                        "{\"type\":\"rooms\",\"command\":\"rooms\",\"count\":0,\"all\":2,\"pattern\":\"x*\"}", NULL);
    json_client_answers(bob, "/whois alice",
                        "{\"type\":\"whois\",\"command\":\"whois\",\"name\":\"alice\",\"connected\":",
                        "{\"type\":\"whois\",\"command\":\"whois\",\"name\":\"alice\",\"rooms\":[\"#ops\",\"#lobby\"]}",
                        "{\"type\":\"away\",\"command\":\"whois\",\"name\":\"alice\",\"reason\":\"at lunch\"}", NULL);
    json_client_answers(bob, "/set joins",
                        "{\"type\":\"setting\",\"command\":\"set\",\"name\":\"joins\",\"on\":true,\"help\":\"", NULL);
    json_client_answers(bob, "/terminal",
                        "{\"type\":\"terminal\",\"command\":\"terminal\",\"form\":\"json\",\"telnet\":false}", NULL);
    json_client_answers(bob, "/time", "{\"type\":\"time\",\"command\":\"time\",\"time\":\"2", NULL);
    json_client_answers(bob, "/motd", "{\"type\":\"motd\",\"command\":\"motd\",\"line\":\"be kind\"}", NULL);
    json_client_answers(bob, "/version",
                        "{\"type\":\"version\",\"command\":\"version\",\"server\":\"example\",\"version\":\"", NULL);
    json_client_answers(bob, "/help quit",
                        "{\"type\":\"help\",\"command\":\"help\",\"name\":\"quit\",\"usage\":\"[TEXT]\","
                        "\"help\":\"", NULL);
    client_send(bob, "/help\n");
    json_client_check(json_client_expect(bob, "commands"), "group", "Talking");
    assert_non_null(strstr(json_client_expect(bob, "commands"), "{\"name\":\"leave\",\"usage\":\"[ROOM]\"}"));
    json_client_expect(bob, "ok");
    client_send(bob, "/quit\n");
    client_expect_line(bob, "{\"type\":\"goodbye\",\"command\":\"quit\",\"name\":\"bob\"}");
}

static void what_a_person_does_is_answered_in_fields(void)
{
    struct daemon *d = daemon_start();
    struct client *bob;

    client_join(d, "alice");
    bob = json_client_join(d, "bob");
    client_send(bob, "/set joins off\n");
    json_client_expect(bob, "ok");
    json_client_answers(bob, "/nick bob", "{\"type\":\"name\",\"command\":\"nick\",\"name\":\"bob\"}", NULL);
    json_client_answers(bob, "/room", "{\"type\":\"current\",\"command\":\"room\",\"current\":\"#lobby\"}", NULL);
    json_client_answers(bob, "/join lobby", "{\"type\":\"joined\",\"command\":\"join\",\"room\":\"#lobby\"}", NULL);
    json_client_answers(bob, "/join ops", "{\"type\":\"event\"",
                        "{\"type\":\"joined\",\"command\":\"join\",\"room\":\"#ops\",\"others\":0}", NULL);
    json_client_answers(bob, "/room",
                        "{\"type\":\"current\",\"command\":\"room\",\"current\":\"#ops\","
                        "\"rooms\":[\"#lobby\"]}", NULL);
    json_client_answers(bob, "/topic", "{\"type\":\"topic\",\"command\":\"topic\",\"room\":\"#ops\"}", NULL);
    json_client_answers(bob, "/topic plans", "{\"type\":\"event\"",
                        "{\"type\":\"topic\",\"command\":\"topic\",\"room\":\"#ops\",\"topic\":\"plans\"}", NULL);
    json_client_answers(bob, "/topic",
                        "{\"type\":\"topic\",\"command\":\"topic\",\"room\":\"#ops\",\"topic\":\"plans\","
                        "\"by\":\"bob\",\"time\":\"2", NULL);
    json_client_answers(bob, "/leave",
                        "{\"type\":\"left\",\"command\":\"leave\",\"room\":\"#ops\",\"current\":\"#lobby\"}", NULL);
    json_client_answers(bob, "/away x", "{\"type\":\"away\",\"command\":\"away\",\"name\":\"bob\","
                        "\"reason\":\"x\"}", NULL);
    json_client_answers(bob, "/back", "{\"type\":\"back\",\"command\":\"back\"}", NULL);
    json_client_answers(bob, "/ignore", "{\"type\":\"ignored\",\"command\":\"ignore\",\"people\":[]}", NULL);
    json_client_answers(bob, "/ignore alice",
                        "{\"type\":\"ignore\",\"command\":\"ignore\",\"name\":\"alice\",\"on\":true}", NULL);
    json_client_answers(bob, "/ignore",
                        "{\"type\":\"ignored\",\"command\":\"ignore\",\"people\":[{\"name\":\"alice\"}]}", NULL);
    json_client_answers(bob, "/unignore alice",
                        "{\"type\":\"ignore\",\"command\":\"unignore\",\"name\":\"alice\",\"on\":false}", NULL);
    json_client_answers(bob, "/leave", "{\"type\":\"left\",\"command\":\"leave\",\"room\":\"#lobby\"}", NULL);
    json_client_answers(bob, "/room", "{\"type\":\"current\",\"command\":\"room\"}", NULL);
    json_client_answers(bob, "/post lobby x", "{\"type\":\"said\",\"command\":\"post\",\"room\":\"#lobby\"}", NULL);
}

static void errors_have_their_command_and_fields(void)
{
    struct daemon *d = daemon_start();
    struct client *bob;

    client_join(d, "alice");
    bob = json_client_join(d, "bob");
    client_send(bob, "/who lobyb\n/who alice\n/whois alcie\n/msg\n/hlep\n/set tmie\n/nick alice\n"
                     "/join a!b\n/leave lobby\nx\n");
    client_expect_line(bob, "{\"type\":\"error\",\"code\":\"no-such-room\",\"command\":\"who\",\"room\":\"#lobyb\","
                            "\"near\":\"#lobby\",\"text\":\"there is no room #lobyb; did you mean #lobby? /rooms "
                            "lists them\"}");
    client_expect_line(bob, "{\"type\":\"error\",\"code\":\"no-such-room\",\"command\":\"who\",\"name\":\"alice\","
                            "\"room\":\"#alice\",\"text\":\"there is no room #alice, but a person of that name: "
                            "/whois alice tells about them\"}");
    client_expect_line(bob, "{\"type\":\"error\",\"code\":\"no-such-name\",\"command\":\"whois\",\"name\":\"alcie\","
                            "\"near\":\"alice\",\"text\":\"there is nobody called alcie here; did you mean alice?\"}");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"usage\",\"command\":\"msg\",\"usage\":\"NAME|ROOM TEXT\","
                       "\"given\":0,\"example\":\"");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"unknown-command\",\"name\":\"hlep\",\"near\":\"help\",");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"bad-value\",\"command\":\"set\",\"name\":\"tmie\","
                       "\"near\":\"time\",");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"name-taken\",\"command\":\"nick\",\"own\":\"bob\",");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"bad-name\",\"command\":\"join\",\"room\":\"#a!b\","
                       "\"problem\":\"bad-character\",\"limit\":32,");
    client_expect(bob, "{\"type\":\"error\",\"code\":\"no-room\",\"text\":");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(ok_follows_each_command_that_worked_and_no_other),
        HARNESS_TEST(answers_name_their_command),
        HARNESS_TEST(answers_have_fields_and_no_sentences),
        HARNESS_TEST(what_a_person_does_is_answered_in_fields),
        HARNESS_TEST(errors_have_their_command_and_fields),
    };

    return harness_main(tests);
}
