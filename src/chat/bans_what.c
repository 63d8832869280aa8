/* chat/bans_what.c: tries the meanings of a word, the clearest first. */
#include "config.h"

#include "chat/bans_what.h"

#include "base/container.h"
#include "base/glob.h"
#include "base/mem.h"
#include "base/name.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"

#include <stdlib.h>
#include <string.h>

enum {
    PATTERN_BYTES = 256,   /* the most of a folded one */
    ONE_PERSONS_BITS = 64, /* of IPv6: a network of so many is usually one person's */
};

void bans_what_fini(struct bans_what *what)
{
    free(what->folded);
    strbuf_fini(&what->label);
}

/* The rest of word behind prefix; NULL if it does not begin so. */
static const char *behind(const char *word, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(word, prefix, len) == 0 ? word + len : NULL;
}

static const struct account *find_account(const struct chat *chat, const char *name)
{
    const struct accounts *accounts = chat->ports.accounts;
    char *folded = accounts != NULL ? name_fold(name, strlen(name)) : NULL;
    const struct account *account = folded != NULL ? accounts->ops->find(accounts, folded) : NULL;

    free(folded);
    return account;
}

static enum bans_answer mean_account(const struct account *account, struct bans_what *what)
{
    if (account == NULL) {
        return BANS_NO_ACCOUNT;
    }
    what->target = (struct ban_target){.kind = BAN_ACCOUNT, .account = account->id};
    strbuf_adds(&what->label, account->name);
    return BANS_DONE;
}

/* The person's account, or the address; false if a guest has no address. */
static bool mean_person(struct person *person, struct bans_what *what)
{
    struct sink *sink = &person->attachments->sink;
    const struct account *account = owners_account(person);
    struct cidr address;

    what->person = person;
    if (account != NULL) {
        (void)mean_account(account, what);
        return true;
    }
    if (!sink->ops->address(sink, &address)) {
        return false;
    }
    what->target.kind = BAN_NETWORK;
    what->target.net = address.kind == CIDR_IPV6 ? cidr_of(CIDR_IPV6, address.ip, ONE_PERSONS_BITS) : address;
    strbuf_adds(&what->label, person_shown_name(person));
    return true;
}

bool bans_what_is_pattern(const char *folded)
{
    struct glob glob;

    return folded[0] != '\0' && strlen(folded) <= PATTERN_BYTES && glob_init(&glob, folded);
}

static enum bans_answer mean_pattern(const char *word, struct bans_what *what, struct strbuf *why)
{
    what->folded = name_fold(word, strlen(word));
    if (what->folded == NULL || !bans_what_is_pattern(what->folded)) {
        strbuf_addf(why, "a pattern has at most %d characters", GLOB_CHARS);
        return BANS_BAD_WHAT;
    }
    if (what->folded[strspn(what->folded, "*?")] == '\0') {
        return BANS_TOO_WIDE;
    }
    what->target = (struct ban_target){.kind = BAN_PATTERN, .folded = what->folded};
    strbuf_adds(&what->label, word);
    return BANS_DONE;
}

static enum bans_answer mean_name(const char *word, struct bans_what *what, struct strbuf *why)
{
    struct name name;
    char text[128];
    enum name_fault fault;

    if (glob_is_pattern(word)) {
        return mean_pattern(word, what, why);
    }
    fault = name_init(&name, word, strlen(word), NAME_MOST_CHARS);
    if (fault != NAME_OK) {
        strbuf_addf(why, "a name %s", name_fault_text(fault, NAME_MOST_CHARS, text, sizeof(text)));
        return BANS_BAD_WHAT;
    }
    what->folded = mem_strdup(name.folded);
    what->target = (struct ban_target){.kind = BAN_PATTERN, .folded = what->folded};
    strbuf_adds(&what->label, name.shown);
    name_fini(&name);
    return BANS_DONE;
}

static enum bans_answer mean_network(const char *word, struct bans_what *what, struct strbuf *why)
{
    char text[CIDR_TEXT_SIZE];

    what->target.kind = BAN_NETWORK;
    if (!cidr_parse(&what->target.net, word, why)) {
        return BANS_BAD_WHAT;
    }
    strbuf_adds(&what->label, cidr_text(&what->target.net, text));
    return BANS_DONE;
}

/* As names_find(), which is above this file: whoever takes a name asks for bans. */
static struct person *find_person(const struct chat *chat, const char *word)
{
    char *folded = name_fold(word, strlen(word));
    struct person_name *un = NULL;

    if (folded != NULL) {
        HASH_FIND_STR(chat->names, folded, un);
    }
    free(folded);
    return un != NULL && un->use == NAME_OF_PERSON ? CONTAINER_OF(un, struct person, name) : NULL;
}

enum bans_answer bans_what_find(struct chat *chat, const char *word, struct bans_what *what, struct strbuf *why)
{
    const char *account = behind(word, "account="), *name = behind(word, "name=");
    struct person *person;

    if (account != NULL) {
        return mean_account(find_account(chat, account), what);
    }
    if (name != NULL) {
        return mean_name(name, what, why);
    }
    if (cidr_is_meant(word)) {
        return mean_network(word, what, why);
    }
    person = glob_is_pattern(word) ? NULL : find_person(chat, word);
    if (person != NULL && mean_person(person, what)) {
        return BANS_DONE;
    }
    if (mean_account(find_account(chat, word), what) == BANS_DONE) {
        return BANS_DONE;
    }
    return mean_name(word, what, why);
}

/* ---- what there is already ---- */

static bool is_called(const struct ban *ban, const char *folded)
{
    char *label = name_fold(ban->label, strlen(ban->label));
    bool is_called = label != NULL && strcmp(label, folded) == 0;

    free(label);
    return is_called;
}

/* The newest entry that was made for somebody of that name. */
static struct ban *find_label(struct ban_list *list, enum ban_act act, const char *word)
{
    char *folded = name_fold(word, strlen(word));
    struct ban *ban = folded != NULL ? list->last : NULL;

    while (ban != NULL && (ban->act != (uint8_t)act || strncasecmp(ban->label, word, 1) != 0 ||
                           !is_called(ban, folded))) {
        ban = ban->prev;
    }
    free(folded);
    return ban;
}

struct ban *bans_what_entry(struct chat *chat, struct ban_list *list, enum ban_act act, const char *word,
                            struct ban **other, struct strbuf *why)
{
    int64_t now_ms = clock_real_ms(chat->clock);
    struct bans_what what = {0};
    struct ban *ban = NULL;

    *other = NULL;
    if (bans_what_find(chat, word, &what, why) == BANS_DONE) {
        ban = ban_list_get(list, act, &what.target);
        if (ban == NULL && what.target.kind == BAN_NETWORK) {
            *other = ban_list_find_net(list, act, &what.target.net, now_ms);
        } else if (ban == NULL && what.target.kind == BAN_PATTERN) {
            *other = ban_list_find_name(list, act, what.folded, now_ms);
        }
    }
    bans_what_fini(&what);
    if (ban == NULL && strpbrk(word, "=./:*?") == NULL) {
        struct bans_what name = {0};

        if (mean_name(word, &name, why) == BANS_DONE) { /* while an account or somebody here is called so too */
            ban = ban_list_get(list, act, &name.target);
        }
        bans_what_fini(&name);
        ban = ban != NULL ? ban : find_label(list, act, word);
    }
    return ban;
}
