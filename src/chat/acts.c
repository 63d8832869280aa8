/* chat/acts.c: finds whom an act is about, checks the right, and publishes. */
#include "config.h"

#include "chat/acts.h"

#include "base/cidr.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/strbuf.h"
#include "chat/announce.h"
#include "chat/audit.h"
#include "chat/bans.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"
#include "chat/port_store.h"
#include "chat/rights.h"
#include "chat/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    GUEST_BITS_IPV4 = 32,
    GUEST_BITS_IPV6 = 64, /* one customer's network: each has very many addresses */
    ID_TEXT = 24,
};
#define PERSON_RULE_MS (INT64_C(24) * 60 * 60 * 1000) /* the longest time of a rule about a guest who may be gone */

/* Whom an act is about. */
struct target {
    enum rule_who who;
    char key[CIDR_TEXT_SIZE];
    char *label;       /* owned */
    int64_t account;   /* 0: a guest, or a network */
    uint64_t id;       /* person_id(); 0 if the person is not here and not in the room */
    enum rank rank;
    int64_t until_ms;  /* of what is set; 0 if it does not end by itself */
    bool is_in_room;
};

const char *acts_label(const struct chat *chat)
{
    return chat->label != NULL ? chat->label : "";
}

int64_t acts_until(const struct chat *chat)
{
    return chat->until_ms;
}

/* Ends an act, with its result. */
static enum chat_result end(const struct attachment *by, struct target *target, enum chat_result result)
{
    struct chat *chat = by->person->chat;

    if (target->label != NULL && (result == CHAT_OK || result == CHAT_LATER)) {
        free(chat->label);
        chat->label = target->label;
        chat->until_ms = target->until_ms;
    } else {
        free(target->label);
    }
    return result;
}

/* The command that does what a message says. */
static const char *act_of(const struct message_parts *parts)
{
    static const char *const of_rules[RULE_KINDS][2] = {
        [RULE_MODE] = {"mode", "mode"},       [RULE_BAN] = {"ban", "unban"},
        [RULE_MUTE] = {"mute", "unmute"},     [RULE_INVITE] = {"invite", "uninvite"},
    };
    static const char *const of_roles[RANK_ADMIN][2] = {
        [RANK_VOICED] = {"voice", "devoice"}, [RANK_OPERATOR] = {"op", "deop"}, [RANK_OWNER] = {"owner", "owner"}};

    if (parts->kind == MESSAGE_KICK) {
        return "kick";
    }
    return parts->rule == RULE_ROLE ? of_roles[rank_of_name(parts->text)][parts->is_off]
                                    : of_rules[parts->rule][parts->is_off];
}

static bool is_secret(const struct message_parts *parts)
{
    return modes_row(modes_find(parts->target))->is_secret;
}

/* What the audit trail gets of a message: copies, for what it names may be gone when it has come back. */
struct noted {
    const char *act;
    char *whom, *room;
    struct strbuf why; /* of a mode, what it is set to */
    int64_t until_ms;
};

static struct noted note(const struct chat *chat, const struct message_parts *parts, int64_t account)
{
    bool is_mode = parts->kind == MESSAGE_RULE && parts->rule == RULE_MODE;
    bool is_role = parts->kind == MESSAGE_RULE && parts->rule == RULE_ROLE;
    struct noted noted = {.act = act_of(parts),
                          .whom = mem_strdup(is_mode ? "" : owners_name_of(chat, account, parts->target)),
                          .room = mem_strdup(parts->room),
                          .until_ms = parts->until_ms};

    if (is_mode) {
        strbuf_addf(&noted.why, "%s %s", parts->target,
                    parts->is_off ? "off" : is_secret(parts) ? "on" : parts->text);
    } else if (!is_role) {
        strbuf_adds(&noted.why, parts->text);
    }
    return noted;
}

static void audit(struct attachment *by, struct noted *noted, bool is_done)
{
    if (is_done) {
        audit_note(by->person->chat, &(struct audit_entry){.act = noted->act,
                                                           .by = owners_trail_name(by->person),
                                                           .whom = noted->whom,
                                                           .room = noted->room,
                                                           .why = strbuf_str(&noted->why),
                                                           .until_ms = noted->until_ms});
    }
    free(noted->whom);
    free(noted->room);
    strbuf_fini(&noted->why);
}

/* account: that of whoever it is about; 0 if there is none. */
static enum chat_result publish(struct attachment *by, const struct message_parts *parts, int64_t account,
                                chat_done_fn *done, void *ctx)
{
    enum chat_result result = bans_may_speak(by, false); /* reasons are read by others */
    struct noted noted;

    if (result != CHAT_OK) {
        return result;
    }
    if (person_grace(by->person) != NULL) {
        return CHAT_NAME_REGISTERED;
    }
    if (!ops_can_begin(by)) {
        return CHAT_UNAVAILABLE;
    }
    noted = note(by->person->chat, parts, account);
    result = ops_publish(ops_begin(by, done, ctx), parts);
    audit(by, &noted, result == CHAT_OK || result == CHAT_LATER);
    return result;
}

static struct message_parts parts_of(const struct attachment *by, const struct room *room, enum message_kind kind)
{
    struct message_parts parts = announce_parts(by, room, kind);

    parts.is_silent = false;
    return parts;
}

/* ---- whom it is about ---- */

static void set_account(struct target *target, const struct room *room, int64_t account)
{
    target->who = RULE_WHO_ACCOUNT;
    target->account = account;
    target->rank = rights_rank_of_account(room, account);
    snprintf(target->key, sizeof(target->key), "%" PRId64, account);
}

static void set_network(struct target *target, const struct cidr *net)
{
    target->who = RULE_WHO_NETWORK;
    cidr_text(net, target->key);
}

/* The network by which a guest is known; false if there is none. */
static bool find_network(const struct person *person, struct cidr *net)
{
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        if (at->sink.ops->address(&at->sink, net)) {
            *net = cidr_of(net->kind, net->ip, net->kind == CIDR_IPV4 ? GUEST_BITS_IPV4 : GUEST_BITS_IPV6);
            return true;
        }
    }
    return false;
}

static void set_person(struct target *target, const struct room *room, const struct person *person, bool by_network)
{
    struct cidr net;

    target->label = mem_strdup(person_shown_name(person));
    target->id = person_id(person);
    target->is_in_room = room_find_member(room, person) != NULL;
    if (owners_account_id(person) != 0) {
        set_account(target, room, owners_account_id(person));
    } else if (by_network && find_network(person, &net)) {
        set_network(target, &net);
    } else {
        target->who = RULE_WHO_PERSON;
        snprintf(target->key, sizeof(target->key), "%" PRIu64, target->id);
    }
}

/* Somebody in another process, whose address that one alone knows. */
static void set_other(struct target *target, const struct room *room, const struct other *other)
{
    target->label = mem_strdup(other->name.shown);
    target->id = other->key.id;
    target->is_in_room = true;
    if (other->account != 0) {
        set_account(target, room, other->account);
    } else {
        target->who = RULE_WHO_PERSON;
        snprintf(target->key, sizeof(target->key), "%" PRIu64, target->id);
    }
}

static enum chat_result find_by_name(const struct room *room, const char *who, bool by_network, struct target *target)
{
    const struct chat *chat = room->chat;
    const struct accounts *accounts = chat->ports.accounts;
    char *folded = name_fold(who, strlen(who));
    const struct person *person = folded != NULL ? names_find(chat, folded) : NULL;
    const struct other *other = folded != NULL ? others_find_name(room, folded) : NULL;
    const struct account *account = folded != NULL && accounts != NULL ? accounts->ops->find(accounts, folded) : NULL;

    if (person != NULL) {
        set_person(target, room, person, by_network);
    } else if (other != NULL) {
        set_other(target, room, other);
    } else if (account != NULL) {
        target->label = mem_strdup(account->name);
        set_account(target, room, account->id);
    }
    free(folded);
    return target->label != NULL ? CHAT_OK : CHAT_NO_SUCH_PERSON;
}

/* by_network: for bans and mutes, which a network can be typed for. */
static enum chat_result find_target(const struct room *room, const char *who, bool by_network, struct target *target)
{
    struct cidr net;

    if (!cidr_is_meant(who)) {
        return find_by_name(room, who, by_network, target);
    }
    if (!by_network || !cidr_parse(&net, who, NULL)) {
        return CHAT_BAD_VALUE;
    }
    set_network(target, &net);
    target->label = mem_strdup(target->key);
    return CHAT_OK;
}

static bool is_oneself(const struct attachment *by, const struct target *target)
{
    int64_t account = owners_account_id(by->person);

    return target->id == person_id(by->person) || (account != 0 && target->account == account);
}

/* ---- kicks ---- */

enum chat_result acts_kick(struct attachment *by, struct room *room, const char *who, const char *why,
                           chat_done_fn *done, void *ctx)
{
    struct message_parts parts = parts_of(by, room, MESSAGE_KICK);
    struct target target = {0};
    enum chat_result result = rights_may(room, by->person, RIGHTS_KICK, RANK_MEMBER);

    if (result == CHAT_OK) {
        result = find_target(room, who, false, &target);
    }
    if (result == CHAT_OK && is_oneself(by, &target)) {
        result = CHAT_ONESELF;
    }
    if (result == CHAT_OK && !target.is_in_room) {
        result = CHAT_NOT_THERE;
    }
    if (result == CHAT_OK) {
        result = rights_may(room, by->person, RIGHTS_KICK, target.rank);
    }
    if (result == CHAT_OK) {
        parts.target = target.label;
        parts.text = why;
        parts.text_len = strlen(why);
        parts.about = target.id;
        result = publish(by, &parts, target.account, done, ctx);
    }
    return end(by, &target, result);
}

/* ---- rules ---- */

/* Publishes a rule about the target, after a check that the room has space for it.  Modes are few, and they are what
 * helps when there are too many people to be banned. */
static enum chat_result publish_rule(struct attachment *by, struct room *room, const struct rule *rule, bool is_off,
                                     chat_done_fn *done, void *ctx)
{
    struct chat *chat = room->chat;
    struct message_parts parts = parts_of(by, room, MESSAGE_RULE);

    if (!is_off && rule->kind != RULE_MODE && rules_count(room->rules) >= chat->limits.rules_per_room &&
        rules_find(room->rules, rule->kind, rule->who, rule->key, chat_now_ms(chat)) == NULL) {
        chat->refusal = (struct chat_refusal){.limit = chat->limits.rules_per_room};
        return CHAT_TOO_MANY_RULES;
    }
    parts.rule = rule->kind;
    parts.who = rule->who;
    parts.target = rule->label;
    parts.target_folded = rule->key;
    parts.text = rule->value;
    parts.text_len = strlen(rule->value);
    parts.until_ms = rule->until_ms;
    parts.is_off = is_off;
    return publish(by, &parts, rule->who == RULE_WHO_ACCOUNT ? strtoll(rule->key, NULL, 10) : 0, done, ctx);
}

static struct rule rule_about(const struct target *target, enum rule_kind kind, const char *value)
{
    return (struct rule){
        .kind = kind, .who = target->who, .key = target->key, .label = target->label, .value = value};
}

/* ---- roles ---- */

static enum rights_act act_of_giving(enum rank role)
{
    return role == RANK_OWNER ? RIGHTS_GIVE_OWNER
           : role == RANK_OPERATOR ? RIGHTS_GIVE_OPERATOR
                                   : RIGHTS_GIVE_VOICE;
}

/* Whether the target can have the role. */
static enum chat_result check_role(const struct attachment *by, const struct room *room, const struct target *target,
                                   enum rank role)
{
    struct chat *chat = room->chat;

    if (target->account == 0) {
        return CHAT_NEEDS_ACCOUNT;
    }
    if (rules_role(room->rules, target->account) >= role) {
        return CHAT_ALREADY;
    }
    if (role == RANK_OWNER && rights_rank(room, by->person) < RANK_ADMIN &&
        rights_rooms_owned(chat, target->account) >= chat->limits.rooms_per_account) {
        chat->refusal = (struct chat_refusal){.limit = chat->limits.rooms_per_account};
        return CHAT_OWNS_TOO_MANY;
    }
    return CHAT_OK;
}

enum chat_result acts_give_role(struct attachment *by, struct room *room, const char *who, enum rank role,
                                chat_done_fn *done, void *ctx)
{
    struct target target = {0};
    enum chat_result result = rights_may(room, by->person, act_of_giving(role), RANK_MEMBER);

    if (result == CHAT_OK) {
        result = find_target(room, who, false, &target);
    }
    if (result == CHAT_OK) {
        result = check_role(by, room, &target, role);
    }
    if (result == CHAT_OK) {
        struct rule rule = rule_about(&target, RULE_ROLE, rank_name(role));

        result = publish_rule(by, room, &rule, false, done, ctx);
    }
    return end(by, &target, result);
}

/* Everybody may give up a role of their own. */
static enum chat_result may_take(const struct attachment *by, const struct room *room, const struct target *target,
                                 enum rank role)
{
    enum rights_act act = role == RANK_OPERATOR ? RIGHTS_TAKE_OPERATOR : RIGHTS_TAKE_VOICE;

    return is_oneself(by, target) ? CHAT_OK : rights_may(room, by->person, act, target->rank);
}

enum chat_result acts_take_role(struct attachment *by, struct room *room, const char *who, enum rank role,
                                chat_done_fn *done, void *ctx)
{
    struct target target = {0};
    enum chat_result result = find_target(room, who, false, &target);

    if (result == CHAT_OK) {
        result = may_take(by, room, &target, role);
    }
    if (result == CHAT_OK && rules_role(room->rules, target.account) != role) {
        result = CHAT_NO_SUCH_RULE;
    }
    if (result == CHAT_OK) {
        struct rule rule = rule_about(&target, RULE_ROLE, rank_name(role));

        result = publish_rule(by, room, &rule, true, done, ctx);
    }
    return end(by, &target, result);
}

/* ---- bans, mutes, invitations ---- */

static const struct {
    enum rights_act set, end;
    bool by_network;
} kinds[RULE_KINDS] = {
    [RULE_BAN] = {RIGHTS_BAN, RIGHTS_UNBAN, true},
    [RULE_MUTE] = {RIGHTS_MUTE, RIGHTS_UNMUTE, true},
    [RULE_INVITE] = {RIGHTS_INVITE, RIGHTS_UNINVITE, false},
};

enum chat_result acts_set_rule(struct attachment *by, struct room *room, enum rule_kind kind, const char *who,
                               int64_t until_ms, const char *why, chat_done_fn *done, void *ctx)
{
    enum rights_act act = kinds[kind].set;
    struct target target = {0};
    enum chat_result result = rights_may(room, by->person, act, RANK_MEMBER);

    if (result == CHAT_OK) {
        result = find_target(room, who, kinds[kind].by_network, &target);
    }
    if (result == CHAT_OK && is_oneself(by, &target)) {
        result = CHAT_ONESELF;
    }
    if (result == CHAT_OK) {
        result = rights_may(room, by->person, act, target.rank);
    }
    if (result == CHAT_OK) {
        int64_t most_ms = chat_now_ms(room->chat) + PERSON_RULE_MS;
        struct rule rule = rule_about(&target, kind, why);

        target.until_ms = target.who == RULE_WHO_PERSON && (until_ms == 0 || until_ms > most_ms) ? most_ms : until_ms;
        rule.until_ms = target.until_ms;
        result = publish_rule(by, room, &rule, false, done, ctx);
    }
    return end(by, &target, result);
}

static const struct rule *find_by_label(const struct room *room, enum rule_kind kind, const char *who)
{
    const struct rule *rule = rules_next(room->rules, kind, NULL, chat_now_ms(room->chat));
    char *folded = name_fold(who, strlen(who));
    bool is_it = false;

    while (rule != NULL && !is_it) {
        char *label = name_fold(rule->label, strlen(rule->label));

        is_it = folded != NULL && label != NULL && strcmp(folded, label) == 0;
        free(label);
        rule = is_it ? rule : rules_next(room->rules, kind, rule, chat_now_ms(room->chat));
    }
    free(folded);
    return rule;
}

/* The rule of that kind which is called by what was typed: by whom it is about now, or by its label. */
static enum chat_result find_rule(const struct room *room, enum rule_kind kind, const char *who,
                                  const struct rule **rule)
{
    struct target target = {0};
    enum chat_result result = find_target(room, who, kinds[kind].by_network, &target);

    *rule = NULL;
    if (result == CHAT_OK) {
        *rule = rules_find(room->rules, kind, target.who, target.key, chat_now_ms(room->chat));
    }
    free(target.label);
    if (*rule == NULL && result != CHAT_BAD_VALUE) {
        *rule = find_by_label(room, kind, who);
    }
    return *rule != NULL ? CHAT_OK : result == CHAT_OK ? CHAT_NO_SUCH_RULE : result;
}

static bool hits(const struct rule *rule, const struct person *person)
{
    int64_t account = owners_answering_id(person);

    return (rule->who == RULE_WHO_ACCOUNT && account != 0 && strtoll(rule->key, NULL, 10) == account) ||
           (rule->who == RULE_WHO_PERSON && strtoull(rule->key, NULL, 10) == person_id(person));
}

/* An operator's ban or mute is ended by others: one of a higher rank has set it. */
static enum chat_result may_end(const struct attachment *by, const struct room *room, const struct rule *rule)
{
    enum rank rank = rights_rank(room, by->person);

    if ((rule->kind != RULE_BAN && rule->kind != RULE_MUTE) || rank == RANK_ADMIN || !hits(rule, by->person)) {
        return CHAT_OK;
    }
    return rights_may(room, by->person, kinds[rule->kind].set, rank);
}

enum chat_result acts_end_rule(struct attachment *by, struct room *room, enum rule_kind kind, const char *who,
                               chat_done_fn *done, void *ctx)
{
    struct target about = {0};
    const struct rule *rule;
    enum chat_result result = rights_may(room, by->person, kinds[kind].end, RANK_MEMBER);

    if (result == CHAT_OK) {
        result = find_rule(room, kind, who, &rule);
    }
    if (result == CHAT_OK) {
        result = may_end(by, room, rule);
    }
    if (result == CHAT_OK) {
        struct rule ended = *rule;

        about.label = mem_strdup(rule->label);
        ended.value = "";
        ended.until_ms = 0;
        result = publish_rule(by, room, &ended, true, done, ctx);
    }
    return end(by, &about, result);
}

/* ---- modes ---- */

enum chat_result acts_set_mode(struct attachment *by, struct room *room, const char *name, const char *typed,
                               chat_done_fn *done, void *ctx)
{
    enum mode mode = modes_find(name);
    struct target about = {0};
    char value[MODES_VALUE_SIZE];
    enum modes_answer answer;
    const char *old;
    enum chat_result result;

    if (mode == MODES) {
        return CHAT_NO_SUCH_MODE;
    }
    result = rights_may_set(room, by->person, mode);
    if (result != CHAT_OK) {
        return result;
    }
    answer = modes_parse(mode, typed, value);
    if (answer == MODES_BAD) {
        return CHAT_BAD_VALUE;
    }
    old = rules_mode(room->rules, mode);
    if (answer == MODES_OFF ? old == NULL : old != NULL && strcmp(old, value) == 0) {
        return CHAT_ALREADY;
    }
    about.label = mem_strdup(modes_row(mode)->name);
    result = publish_rule(by, room,
                          &(struct rule){.kind = RULE_MODE,
                                         .key = modes_row(mode)->name,
                                         .label = modes_row(mode)->name,
                                         .value = answer == MODES_ON ? value : ""},
                          answer == MODES_OFF, done, ctx);
    return end(by, &about, result);
}
