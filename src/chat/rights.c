/* chat/rights.c: the table of acts, and what the rules of a room forbid. */
#include "config.h"

#include "chat/rights.h"

#include "base/check.h"
#include "base/clock.h"
#include "chat/deliver.h"
#include "chat/owners.h"

#include <string.h>

enum { MS_PER_S = 1000 };

/* ---- ranks ---- */

enum rank rights_rank_of_account(const struct room *room, int64_t account)
{
    if (account != 0 && owners_is_admin_account(room->chat, account)) {
        return RANK_ADMIN;
    }
    return rules_role(room->rules, account);
}

/* member is the person's, or NULL. */
static enum rank rank_with(const struct room *room, const struct person *person, const struct member *member)
{
    return member != NULL ? (enum rank)member->role : rights_rank_of_account(room, owners_account_id(person));
}

enum rank rights_rank(const struct room *room, const struct person *person)
{
    return rank_with(room, person, room_find_member(room, person));
}

static void set_role(struct person *person, const struct room *room, enum rank role)
{
    for (struct attachment *at = person->attachments; at != NULL; at = at->next_of_person) {
        for (struct member *m = at->rooms; m != NULL; m = m->next_of_attachment) {
            m->role = m->room == room ? (uint16_t)role : m->role;
        }
    }
}

void rights_refresh_in(struct room *room, struct person *person)
{
    set_role(person, room, rights_rank_of_account(room, owners_account_id(person)));
}

void rights_refresh(struct person *person)
{
    for (struct member *m = person_rooms(person); m != NULL; m = m->next_of_attachment) {
        rights_refresh_in(m->room, person);
    }
}

/* ---- acts ---- */

static const struct act {
    enum rank needed;
    bool is_against; /* the target must rank lower than the actor */
} acts[RIGHTS_ACTS] = {
    [RIGHTS_GIVE_OWNER] = {RANK_OWNER, false},
    [RIGHTS_GIVE_OPERATOR] = {RANK_OWNER, false},
    [RIGHTS_TAKE_OPERATOR] = {RANK_OWNER, true},
    [RIGHTS_GIVE_VOICE] = {RANK_OPERATOR, false},
    [RIGHTS_TAKE_VOICE] = {RANK_OPERATOR, true},
    [RIGHTS_KICK] = {RANK_OPERATOR, true},
    [RIGHTS_BAN] = {RANK_OPERATOR, true},
    [RIGHTS_UNBAN] = {RANK_OPERATOR, false},
    [RIGHTS_MUTE] = {RANK_OPERATOR, true},
    [RIGHTS_UNMUTE] = {RANK_OPERATOR, false},
    [RIGHTS_INVITE] = {RANK_OPERATOR, false},
    [RIGHTS_UNINVITE] = {RANK_OPERATOR, false},
    [RIGHTS_DELETE] = {RANK_OPERATOR, true},
    [RIGHTS_LOOK] = {RANK_OPERATOR, false},
};

static enum chat_result need(const struct room *room, const struct person *by, enum rank needed)
{
    if (rights_rank(room, by) >= needed) {
        return CHAT_OK;
    }
    room->chat->refusal = (struct chat_refusal){.needed = needed};
    return CHAT_NO_RIGHT;
}

enum chat_result rights_may(const struct room *room, const struct person *by, enum rights_act act, enum rank target)
{
    enum rank needed;

    CHECK(act < RIGHTS_ACTS);
    needed = acts[act].needed;
    if (acts[act].is_against && target >= needed) {
        needed = target + 1;
    }
    return need(room, by, needed);
}

enum chat_result rights_may_set(const struct room *room, const struct person *by, enum mode mode)
{
    return need(room, by, modes_row(mode)->needs);
}

/* ---- what rules forbid ---- */

static const struct rule *by_address(const struct room *room, enum rule_kind kind, const struct person *person)
{
    const struct rule *rule = NULL;

    for (struct attachment *at = person->attachments; at != NULL && rule == NULL; at = at->next_of_person) {
        struct cidr address;

        if (at->id != 0 && at->sink.ops->address(&at->sink, &address)) {
            rule = rules_find_net(room->rules, kind, &address, chat_now_ms(room->chat));
        }
    }
    return rule;
}

/* The rule of that kind that is about the person; NULL if there is none.  One about a network does not hit operators:
 * whoever has it need not have thought of them. */
static const struct rule *about(const struct room *room, enum rule_kind kind, const struct person *person)
{
    int64_t account = kind == RULE_INVITE ? owners_account_id(person) : owners_answering_id(person);
    const struct rule *rule = NULL;

    if (room->rules == NULL || room->rules->counts[kind] == 0) {
        return NULL;
    }
    if (account != 0) {
        rule = rules_find_id(room->rules, kind, RULE_WHO_ACCOUNT, (uint64_t)account, chat_now_ms(room->chat));
    }
    if (rule == NULL) {
        rule = rules_find_id(room->rules, kind, RULE_WHO_PERSON, person_id(person), chat_now_ms(room->chat));
    }
    if (rule == NULL && room->rules->nets[kind] != NULL && rights_rank(room, person) < RANK_OPERATOR) {
        rule = by_address(room, kind, person);
    }
    return rule;
}

const struct rule *rights_ban_on(const struct room *room, const struct person *person)
{
    return rights_rank(room, person) < RANK_ADMIN ? about(room, RULE_BAN, person) : NULL;
}

static enum chat_result refuse_by(const struct room *room, const struct rule *rule, enum chat_result result)
{
    room->chat->refusal = (struct chat_refusal){.until_ms = rule->until_ms, .why = rule->value};
    return result;
}

static bool is_other_key(const struct room *room, const char *key)
{
    const char *right = rules_mode(room->rules, MODE_KEY);

    return right != NULL && (key == NULL || strcmp(key, right) != 0);
}

static enum chat_result may_enter(const struct room *room, const struct person *person, const char *key, bool asks_key)
{
    const struct rules *rules = room->rules;
    const struct rule *ban = rights_ban_on(room, person);
    uint32_t limit = rules != NULL ? rules->modes.number[MODE_LIMIT] : 0;
    bool is_invited;

    if (ban != NULL) {
        return refuse_by(room, ban, CHAT_BANNED);
    }
    if (rules_has_mode(rules, MODE_NO_GUESTS) && owners_account_id(person) == 0) {
        return CHAT_NO_GUESTS;
    }
    if (rules == NULL || rights_rank(room, person) >= RANK_OPERATOR) {
        return CHAT_OK;
    }
    is_invited = about(room, RULE_INVITE, person) != NULL;
    if (rules_has_mode(rules, MODE_INVITE_ONLY) && !is_invited) {
        return CHAT_INVITE_ONLY;
    }
    if (asks_key && !is_invited && is_other_key(room, key)) {
        return CHAT_NEEDS_KEY;
    }
    if (limit > 0 && room->people >= limit) {
        room->chat->refusal = (struct chat_refusal){.limit = limit};
        return CHAT_ROOM_FULL;
    }
    return CHAT_OK;
}

enum chat_result rights_may_enter(const struct room *room, const struct person *person, const char *key)
{
    return may_enter(room, person, key, true);
}

enum chat_result rights_may_still_enter(const struct room *room, const struct person *person)
{
    return may_enter(room, person, NULL, false);
}

/* ---- speaking ---- */

/* account: 0 for a guest. */
static struct rules_id id_with(const struct person *person, int64_t account)
{
    return (struct rules_id){.id = account != 0 ? (uint64_t)account : person_id(person), .is_account = account != 0};
}

static struct rules_id id_of(const struct person *person)
{
    return id_with(person, owners_account_id(person));
}

/* CHAT_OK if the time is over. */
static enum chat_result wait_until(const struct room *room, uint64_t due_ms, enum chat_result result)
{
    uint64_t now = clock_ms(room->chat->clock);

    if (now >= due_ms) {
        return CHAT_OK;
    }
    room->chat->refusal = (struct chat_refusal){.wait_s = (uint32_t)((due_ms - now + MS_PER_S - 1) / MS_PER_S)};
    return result;
}

/* Whoever speaks from outside has come when the connection has. */
static enum chat_result settle(const struct room *room, const struct person *person, bool is_member)
{
    uint64_t settle_ms = room->rules->modes.number[MODE_SETTLE] * UINT64_C(1000), came_ms;

    if (settle_ms == 0) {
        return CHAT_OK;
    }
    if (is_member) {
        struct rules_id id = id_of(person);

        came_ms = rules_entered_ms(room->rules, &id);
        return came_ms > 0 ? wait_until(room, came_ms + settle_ms, CHAT_SETTLING) : CHAT_OK;
    }
    came_ms = (uint64_t)(chat_now_ms(room->chat) - (int64_t)person->since_s * MS_PER_S); /* so long ago */
    return wait_until(room, clock_ms(room->chat->clock) + (came_ms < settle_ms ? settle_ms - came_ms : 0),
                      CHAT_SETTLING);
}

static enum chat_result slow(const struct room *room, const struct person *person)
{
    uint64_t slow_ms = room->rules->modes.number[MODE_SLOW] * UINT64_C(1000), said_ms;
    struct rules_id id = id_of(person);

    if (slow_ms == 0) {
        return CHAT_OK;
    }
    said_ms = rules_said_ms(room->rules, &id);
    return said_ms > 0 ? wait_until(room, said_ms + slow_ms, CHAT_SLOW) : CHAT_OK;
}

static enum chat_result may_be_heard(const struct room *room, const struct person *person, enum rank rank)
{
    const struct rule *mute = rank < RANK_ADMIN ? about(room, RULE_MUTE, person) : NULL;

    if (mute != NULL) {
        return refuse_by(room, mute, CHAT_MUTED);
    }
    if (rank < RANK_VOICED && rules_has_mode(room->rules, MODE_MODERATED)) {
        return CHAT_MODERATED;
    }
    return CHAT_OK;
}

/* A line, or a topic, which is read as a line is.  The room has rules. */
static enum chat_result may_write(const struct room *room, const struct person *person, const struct member *member,
                                  bool is_part)
{
    enum rank rank = rank_with(room, person, member);
    enum chat_result result = may_be_heard(room, person, rank);

    if (result != CHAT_OK || rank >= RANK_OPERATOR) {
        return result;
    }
    result = settle(room, person, member != NULL);
    return result == CHAT_OK && !is_part ? slow(room, person) : result;
}

enum chat_result rights_may_say(const struct room *room, const struct person *person, bool is_part)
{
    enum chat_result result = CHAT_OK;
    const struct member *member;

    if (room->rules == NULL) {
        return CHAT_OK;
    }
    member = room_find_member(room, person);
    if (member == NULL) {
        result = rights_may_enter(room, person, NULL);
    }
    return result == CHAT_OK ? may_write(room, person, member, is_part) : result;
}

enum chat_result rights_may_set_topic(const struct room *room, const struct person *person)
{
    if (room->rules == NULL) {
        return CHAT_OK;
    }
    if (rules_has_mode(room->rules, MODE_TOPIC_LOCK) && rights_rank(room, person) < RANK_OPERATOR) {
        return need(room, person, RANK_OPERATOR);
    }
    return may_write(room, person, room_find_member(room, person), false);
}

void rights_note_entered(struct room *room, const struct person *person)
{
    if (room->rules != NULL && room->rules->modes.number[MODE_SETTLE] > 0) {
        struct rules_id id = id_of(person);

        rules_note_entered(room->rules, &id, clock_ms(room->chat->clock));
    }
}

void rights_note_said(struct room *room, const struct person *person)
{
    if (room->rules != NULL && room->rules->modes.number[MODE_SLOW] > 0) {
        struct rules_id id = id_of(person);

        rules_note_said(room->rules, &id, clock_ms(room->chat->clock));
    }
}

/* All rooms, since the person may have spoken in some from outside. */
void rights_note_account(const struct person *person, int64_t before)
{
    struct rules_id from = id_with(person, before), to = id_of(person);
    uint64_t now_ms = clock_ms(person->chat->clock);

    for (struct room *room = person->chat->rooms; room != NULL; room = room->hh.next) {
        if (room->rules != NULL && room->rules->times != NULL) {
            rules_note_same(room->rules, &from, &to, now_ms);
        }
    }
}

/* ---- seeing ---- */

bool rights_sees(const struct room *room, const struct person *person)
{
    return !rules_has_mode(room->rules, MODE_PRIVATE) || room_find_member(room, person) != NULL ||
           rights_rank(room, person) >= RANK_OPERATOR || about(room, RULE_INVITE, person) != NULL;
}

uint32_t rights_rooms_owned(const struct chat *chat, int64_t account)
{
    uint32_t count = 0;

    for (const struct room *room = chat->rooms; room != NULL; room = room->hh.next) {
        count += rules_role(room->rules, account) == RANK_OWNER;
    }
    return count;
}

/* ---- telling ---- */

uint32_t rights_tell(struct chat *chat, const struct room *room, const char *text, size_t len)
{
    struct message *m = message_new(&(struct message_parts){
        .kind = MESSAGE_NOTICE,
        .time_ms = chat_now_ms(chat),
        .room = room != NULL ? room->name.shown : NULL,
        .room_folded = room != NULL ? room->name.folded : NULL,
        .actor = "server",
        .text = text,
        .text_len = len,
    });
    uint32_t told = 0;

    for (uint32_t i = 0; room != NULL && i < room->count; i++) {
        struct person *person = room_person_at(room, i);

        if (person != NULL && room->members[i].member->role >= RANK_OPERATOR) {
            chat->deliveries += deliver_to_person(person, m, DELIVER_NOBODY);
            told++;
        }
    }
    for (const struct owner *owner = chat->owners; owner != NULL; owner = owner->hh.next) {
        bool is_told = room != NULL && room_find_member(room, owner->person) != NULL;

        if (!is_told && owners_is_admin(owner->person)) {
            chat->deliveries += deliver_to_person(owner->person, m, DELIVER_NOBODY);
            told++;
        }
    }
    message_unref(m);
    return told;
}
