/* Tests of names that deceive, of names of many languages, which do not, and of reserved names. */
#include "config.h"

#include "ctl.h"

#include <signal.h>

#include <string.h>

static void names_that_deceive_are_refused_with_a_reason(void)
{
    static const struct {
        const char *name, *problem;
    } names[] = {
        {"аlice", "mixed-scripts"},       /* a Cyrillic letter in a Latin name */
        {"Аlice", "mixed-scripts"},       {"αlice", "mixed-scripts"},   {"alicе", "mixed-scripts"},
        {"bob-иван", "mixed-scripts"},    {"שרה٧", "mixed-scripts"},      {"かな한글", "mixed-scripts"},
        {"alice٧", "mixed-scripts"},      {"al\u200bice", "bad-character"}, {"alice\u200d", "bad-character"},
        {"alice\u3164", "bad-character"}, {"\u3164", "bad-character"},  {"alice\u115f", "bad-character"},
        {"alice\uffa0", "bad-character"}, {"alice\u00ad", "bad-character"}, {"alice\u2060", "bad-character"},
        {"محمد٧7", "mixed-digits"},       {"कृष्ण२7", "mixed-digits"},     {"a７7", "mixed-digits"},
        {"alice\u0301\u0302\u0303\u0304", "too-many-marks"}, {"alice\u030a\u030a", "too-many-marks"},
    };
    struct client *bob = client_join(daemon_start(), "bob");

    client_send(bob, "/format json\n");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        const char *why = harness_text("\"problem\":\"%s\",", names[i].problem), *line;

        client_sendf(bob, "/nick %s\n/join #%s\n", names[i].name, names[i].name);
        line = client_expect(bob, "\"code\":\"bad-name\",\"command\":\"nick\",");
        if (strstr(line, why) == NULL) {
            harness_fail("name %zu, expected %s in: %s", i, why, line);
        }
        line = client_expect(bob, "\"code\":\"bad-name\",\"command\":\"join\",");
        if (strstr(line, why) == NULL) {
            harness_fail("room %zu, expected %s in: %s", i, why, line);
        }
    }
}

static void a_refusal_is_a_sentence(void)
{
    struct client *bob = client_join(daemon_start(), "bob");

    client_send(bob, "/nick аlice\n");
    client_expect_next(bob, "!! bad-name: a name may hold letters of one script only, or Chinese, Japanese or Korean "
                            "ones with Latin ones");
    client_send(bob, "/nick a７7\n");
    client_expect_next(bob, "!! bad-name: a name may hold digits of one kind only, such as 0 to 9");
    client_send(bob, "/join #x\u0301\u0302\u0303\n");
    client_expect_next(bob, "!! bad-name: a room's name has too many marks on one letter");
}

static void full_width_is_the_same_name(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob");

    client_join(d, "alice");
    client_send(bob, "/nick ａｌｉｃｅ\n");
    client_expect(bob, "!! name-taken: ");
}

static void names_of_many_languages_are_taken(void)
{
    static const char *const names[] = {
        "Nguyễn_Văn_Hưng", "Đặng-Thuỷ", "लक्ष्मी",  "कृष्ण२",    "محمد",     "مُحَمَّد",     "فاطمة٢٥", "שרה",
        "יִצְחָק",             "김민준",     "Жанна",   "Σωκράτης", "東京タワー", "Tシャツ屋", "韓國한국", "台北ㄅㄆ",
        "ဇော်မွှေး",            "བསྒྲུབས",      "ณัฐวุฒิ", "გიორგი",   "Jürgen",   "Łukasz",   "Işıl",
    };
    struct client *bob = client_join(daemon_start(), "bob");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        client_sendf(bob, "/nick %s\n", names[i]);
        client_expect(bob, harness_text("-- You are now %s.", names[i]));
        client_sendf(bob, "/join #%s\n", names[i]);
        client_expect(bob, harness_text("-- You are in #%s, ", names[i]));
        client_send(bob, "/leave\n");
    }
}

/* ---- reserved names ---- */

#define CONF "[server]\nlisten = 127.0.0.1:0\n[accounts]\n"

static void reserved_names_are_nobodys(void)
{
    static const char *const names[] = {"admin", "ROOT", "adm1n", "ádmin", "r00t", "гоот", "ᴀᴅᴍɪɴ", "ｓｙｓｔｅｍ"};
    struct client *bob = client_join(daemon_start(), "bob");

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        client_sendf(bob, "/nick %s\n", names[i]);
        client_expect_next(bob, harness_text("!! name-reserved: %s is reserved for an account that \"chatctl account "
                                             "add\" makes on the server",
                                             names[i]));
    }
    client_send(bob, "/nick you\n/nick guest7\n/nick ѕегѵег\n/nick rooty\n");
    client_expect_next(bob, "!! name-reserved: you is a name that nobody can take");
    client_expect_next(bob, "!! name-reserved: guest7 is a name that nobody can take");
    client_expect_next(bob, "!! name-reserved: ѕегѵег is a name that nobody can take");
    client_expect_next(bob, "-- You are now rooty.");
}

static void a_reload_reserves_other_names(void)
{
    const char *path = harness_file("names.ini", CONF "reserved = boss*, chef\n");
    struct daemon *d = daemon_launch("-c", path);
    struct client *bob;

    daemon_wait_ready(d);
    bob = client_join(d, "bob");
    client_send(bob, "/nick b0ss-7\n/nick admin\n");
    client_expect(bob, "!! name-reserved: b0ss-7 is reserved for an account");
    client_expect(bob, "-- You are now admin.");
    harness_file("names.ini", CONF "reserved = adm?n\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "option changed option=accounts.reserved");
    daemon_wait_log(d, "reloaded");
    client_send(bob, "/nick Admin\n/nick boss\n/nick admin\n");
    client_expect(bob, "-- You are now Admin."); /* who has it keeps it */
    client_expect(bob, "-- You are now boss.");
    client_expect(bob, "!! name-reserved: admin is reserved for an account");
    harness_file("names.ini", CONF "reserved = adm n, ok\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log_next(d, "reload refused");
    daemon_wait_log(d, "may hold only what a name may, and the wildcards * and ?");
}

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

static void a_reserved_name_is_its_accounts(void)
{
    struct daemon *d =
        daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()), "-o",
                     "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1");
    struct client *bob = client_join(d, "bob"), *alice = client_join(d, "alice");
    const char *output, *password;

    client_send(bob, "/nick admin\n");
    client_expect(bob, "!! name-reserved: admin is reserved for an account");
    output = ctl_ok("account", "add", "admin");
    password = strrchr(output, ' ') + 1;
    client_send(bob, "/nick admin\n/nick adm1n\n");
    client_expect(bob, "!! name-registered: ");
    client_expect(bob, "!! name-reserved: adm1n is reserved for an account");
    client_sendf(alice, "/login admin %.*s\n", (int)strcspn(password, "\n"), password);
    client_expect(alice, "-- You are logged in as admin");
    client_send(alice, "/nick alice\n/nick admin\n");
    client_expect(alice, "-- You are now alice.");
    client_expect(alice, "-- You are now admin.");
    if (strstr(ctl_fails(1, "account", "add", "guest7"), "is reserved") == NULL) {
        harness_fail("an account has been made for a guest's name");
    }
}

static void a_name_that_has_become_reserved_cannot_be_registered(void)
{
    const char *db = harness_text("store.path=%s/chatd.db", harness_dir());
    const char *path = harness_file("names.ini", CONF);
    struct daemon *d = daemon_launch("-o", db, "-c", path);
    struct client *bob;

    daemon_wait_ready(d);
    bob = client_join(d, "bob");
    harness_file("names.ini", CONF "reserved = bob\n");
    daemon_signal(d, SIGHUP);
    daemon_wait_log(d, "reloaded");
    client_send(bob, "/register a-long-password\n");
    client_expect(bob, "!! name-reserved: bob is reserved for an account");
}

#endif

/* ---- names that look the same ---- */

static void name_that_looks_like_a_persons_is_refused(void)
{
    static const char *const alikes[] = {"раce", "расе", "РАСЕ", "ｐａｃｅ"};
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob"), *modem = client_join(d, "modem");

    client_join(d, "pace");
    client_sendf(bob, "/nick %s\n", alikes[0]);
    client_expect(bob, "!! bad-name: "); /* of two scripts */
    client_sendf(bob, "/nick %s\n", alikes[1]);
    client_expect(bob, "!! name-alike: расе looks the same as a name that somebody else has; you are still bob");
    client_sendf(bob, "/nick %s\n", alikes[2]);
    client_expect(bob, "!! name-alike: РАСЕ ");
    client_sendf(bob, "/nick %s\n", alikes[3]);
    client_expect(bob, "!! name-taken: ");
    client_send(modem, "/nick B0B\n");
    client_expect(modem, "!! name-alike: B0B ");
    client_send(bob, "/nick b0b\n/nick modern\n/nick раса\n/nick расе\n");
    client_expect(bob, "-- You are now b0b."); /* one may look like oneself */
    client_expect(bob, "!! name-alike: modern ");
    client_expect(bob, "-- You are now раса.");
    client_expect(bob, "!! name-alike: расе ");
}

static void room_that_looks_like_another_is_not_made(void)
{
    struct daemon *d = daemon_start();
    struct client *bob = client_join(d, "bob");

    client_send(bob, "/join #Iobby\n/join #l0bby\n/join #ops\n/join #орѕ\n/join #Ops\n/join #l0bby2\n");
    client_expect(bob, "!! name-alike: #Iobby looks the same as a room that there is; /rooms lists them");
    client_expect(bob, "!! name-alike: #l0bby ");
    client_expect(bob, "-- You are in #ops,");
    client_expect(bob, "!! name-alike: #орѕ ");
    client_expect(bob, "-- You are in #ops already"); /* another case is the same room */
    client_expect(bob, "-- You are in #l0bby2,");
}

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

static void name_that_looks_like_an_accounts_is_refused(void)
{
    const char *db = harness_text("store.path=%s/chatd.db", harness_dir());
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", db, "-o", "accounts.hash_memory=1M", "-o",
                                    "accounts.hash_passes=1");
    struct client *bob = client_join(d, "bob"), *kill = client_join(d, "kil1");

    ctl_ok("account", "add", "alice");
    ctl_ok("account", "add", "расе");
    ctl_ok("account", "add", "kill");
    client_send(kill, "/register correct-horse\n");
    client_expect(kill, "!! name-alike: kil1 looks the same as a name that somebody else has; you are still kil1");
    for (int i = 0; i < 2; i++) {
        client_send(bob, "/nick aIice\n/nick pace\n/nick kil1\n/nick Раса\n/nick bob\n");
        client_expect(bob, "!! name-alike: aIice looks the same");
        client_expect(bob, "!! name-alike: pace ");
        client_expect(bob, i == 0 ? "!! name-" : "!! name-alike: kil1 ");
        client_expect(bob, "-- You are now Раса.");
        client_expect(bob, "-- You are now bob.");
        daemon_stop(d, SIGTERM);
        d = daemon_start("-o", ctl_option(), "-o", db, "-o", "accounts.hash_memory=1M", "-o",
                         "accounts.hash_passes=1");
        bob = client_join(d, "bob");
    }
    ctl_ok("account", "remove", "расе");
    client_send(bob, "/nick pace\n");
    client_expect(bob, "-- You are now pace.");
}

static void owner_has_the_name_whatever_it_looks_like(void)
{
    struct daemon *d = daemon_start("-o", ctl_option(), "-o", harness_text("store.path=%s/chatd.db", harness_dir()),
                                    "-o", "accounts.hash_memory=1M", "-o", "accounts.hash_passes=1");
    struct client *bob = client_join(d, "bob");
    const char *output, *password;

    (void)client_join(d, "alice");
    output = ctl_ok("account", "add", "a1ice");
    password = strrchr(output, ' ') + 1;
    client_sendf(bob, "/login a1ice %.*s\n", (int)strcspn(password, "\n"), password);
    client_expect(bob, "-- You are logged in as a1ice");
    client_send(bob, "/nick bob\n/nick a1ice\n/nick A1ice\n");
    client_expect(bob, "-- You are now bob.");
    client_expect(bob, "-- You are now a1ice.");
    client_expect(bob, "-- You are now A1ice.");
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST_ONCE(names_that_deceive_are_refused_with_a_reason),
        HARNESS_TEST_ONCE(a_refusal_is_a_sentence),
        HARNESS_TEST_ONCE(full_width_is_the_same_name),
        HARNESS_TEST_ONCE(names_of_many_languages_are_taken),
        HARNESS_TEST_ONCE(reserved_names_are_nobodys),
        HARNESS_TEST_ONCE(a_reload_reserves_other_names),
        HARNESS_TEST_ONCE(name_that_looks_like_a_persons_is_refused),
        HARNESS_TEST_ONCE(room_that_looks_like_another_is_not_made),
#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)
        HARNESS_TEST_ONCE(name_that_looks_like_an_accounts_is_refused),
        HARNESS_TEST_ONCE(owner_has_the_name_whatever_it_looks_like),
        HARNESS_TEST_ONCE(a_reserved_name_is_its_accounts),
        HARNESS_TEST_ONCE(a_name_that_has_become_reserved_cannot_be_registered),
#endif
    };

    return harness_main(tests);
}
