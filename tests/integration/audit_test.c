/* The audit trail: what administrators do is in the log and in the database, and chatctl tells it, over restarts. */
#include "config.h"

#include "ctl.h"
#include "strict_json.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define assert_holds(text, part) assert_non_null(strstr(text, part))

static void without_a_database_it_is_in_the_log(void)
{
    struct daemon *d = daemon_start("-o", ctl_option());
    struct client *alice = client_join(d, "alice");

    ctl_ok("kick", "alice", "go away");
    client_expect_eof(alice);
    daemon_wait_log(d, harness_text("audit act=kick by=\"uid %lu\" whom=alice room=\"\" why=\"go away\" until=\"\"",
                                    (unsigned long)getuid()));
    assert_string_equal(ctl_fails(1, "audit"), "chatctl: the audit trail is in the log alone: there is no database to "
                                               "keep it (store.path)\n");
}

#ifdef HAVE_SQLITE

static struct daemon *start(void)
{
    return daemon_start("-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o", "store.sync_ms=20", "-o",
                        "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1", "-o", ctl_option());
}

/* The n-th line of a text, from 0; NULL past the last. */
static const char *line_at(const char *text, int n)
{
    while (n-- > 0 && text[0] != '\0') {
        text += strcspn(text, "\n");
        text += *text == '\n';
    }
    return text[0] != '\0' ? harness_text("%.*s", (int)strcspn(text, "\n"), text) : NULL;
}

static void check(const char *object, const char *act, const char *whom, const char *room, const char *why)
{
    const char *const keys[] = {"act", "whom", "room", "why"}, *const want[] = {act, whom, room, why};

    assert_non_null(object);
    assert_true(strict_json_is_valid(object));
    for (int i = 0; i < 4; i++) {
        const char *got = strict_json_get(object, keys[i]);

        if (want[i] == NULL ? got != NULL : got == NULL || strcmp(got, want[i]) != 0) {
            harness_fail("%s is not %s in %s", keys[i], want[i] != NULL ? want[i] : "missing", object);
        }
    }
    assert_string_equal(strict_json_get(object, "by"), harness_text("uid %lu", (unsigned long)getuid()));
}

static void acts_are_told_over_a_restart(void)
{
    struct daemon *d = start();
    struct client *alice = client_join(d, "alice"), *bob = client_join(d, "bob");
    const char *line, *id, *answer;

    client_send(alice, "spam\n/history ids\n");
    line = client_expect(alice, " [#lobby] alice: spam");
    id = harness_text("%.16s", strchr(line, '[') - 17);
    ctl_ok("delete", "lobby", id);
    ctl_ok("kick", "bob", "enough");
    client_expect_eof(bob);
    ctl_ok("say", "lobby", "be nice\nplease");
    ctl_ok("say", "*", "good night");
    ctl_fails(1, "kick", "nobody"); /* nothing was done */
    assert_int_equal(daemon_stop(d, SIGTERM), 0);
    start();
    answer = ctl_ok("--json", "audit");
    check(line_at(answer, 0), "delete", "alice", "#lobby", id);
    check(line_at(answer, 1), "kick", "bob", NULL, "enough");
    check(line_at(answer, 2), "say", NULL, "#lobby", "be nice please");
    check(line_at(answer, 3), "say", NULL, NULL, "good night");
    assert_null(line_at(answer, 4));
    answer = ctl_ok("audit");
    assert_holds(line_at(answer, 0), "TIME  ");
    assert_holds(line_at(answer, 2), " kick            bob               -             -  ");
    assert_holds(line_at(answer, 2), "  enough");
}

static void since_leaves_out_what_was_before(void)
{
    struct daemon *d = start();
    const char *all, *last;

    for (int i = 0; i < 150; i++) { /* of more than two pages */
        client_join(d, harness_text("name%d", i));
        ctl_ok("kick", harness_text("name%d", i));
    }
    all = ctl_ok("--json", "audit");
    last = line_at(all, 149);
    check(last, "kick", "name149", NULL, NULL);
    assert_null(line_at(all, 150));
    assert_string_equal(ctl_ok("--json", "audit", "--since", "7d"), all);
    assert_string_equal(ctl_ok("--json", "--since", "2020-11-24 14:02", "audit"), all);
    assert_holds(ctl_ok("--json", "audit", "--since", strict_json_get(last, "time")), "name149");
    assert_null(strstr(ctl_ok("--json", "audit", "--since", strict_json_get(last, "time")), "name0\""));
    assert_holds(ctl_fails(2, "audit", "--since", "soon"), "--since takes 2h or 7d, or a time");
    assert_holds(ctl_fails(2, "rooms", "--since", "2h"), "rooms takes no --since");
    assert_holds(ctl_fails(2, "audit", "all"), "usage: audit");
}

#ifdef HAVE_SODIUM

static void accounts_and_administrators_are_noted(void)
{
    const char *answer;

    start();
    ctl_ok("account", "add", "alice");
    ctl_ok("admin", "add", "alice");
    ctl_ok("account", "passwd", "alice");
    ctl_ok("account", "invite");
    ctl_fails(1, "account", "add", "alice");
    ctl_ok("admin", "remove", "alice");
    ctl_ok("account", "remove", "alice");
    answer = ctl_ok("--json", "audit");
    check(line_at(answer, 0), "account add", "alice", NULL, NULL);
    check(line_at(answer, 1), "admin add", "alice", NULL, NULL);
    check(line_at(answer, 2), "account passwd", "alice", NULL, NULL);
    check(line_at(answer, 3), "account invite", NULL, NULL, NULL);
    check(line_at(answer, 4), "admin remove", "alice", NULL, NULL);
    check(line_at(answer, 5), "account remove", "alice", NULL, NULL);
    assert_null(line_at(answer, 6));
    ctl_ok("account", "add", "bob");
    ctl_ok("account", "remove", "bob", "--lines");
    check(line_at(ctl_ok("--json", "audit"), 7), "account remove", "bob", NULL, "and what it said");
}

#endif
#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(without_a_database_it_is_in_the_log),
#ifdef HAVE_SQLITE
        HARNESS_TEST(acts_are_told_over_a_restart),
        HARNESS_TEST_ONCE(since_leaves_out_what_was_before),
#ifdef HAVE_SODIUM
        HARNESS_TEST_ONCE(accounts_and_administrators_are_noted),
#endif
#endif
    };

    return harness_main(tests);
}
