/* chat/rulings.c: carries out kicks and rules. */
#include "config.h"

#include "chat/rulings.h"

#include "base/container.h"
#include "chat/audit.h"
#include "chat/chat_state.h"
#include "chat/folds.h"
#include "chat/ignore.h"
#include "chat/members.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/port_sink.h"
#include "chat/put_out.h"
#include "chat/rights.h"
#include "chat/room_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { ID_TEXT = 24 };

static void tell_room(struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    if (!m->is_silent) {
        folds_before(room, m);
        room->chat->deliveries += room->count;
        deliver_to_room(room, m, origin);
    }
}

/* ---- kicks ---- */

static struct person *find_member(const struct room *room, uint64_t id)
{
    for (uint32_t i = 0; i < room->count; i++) {
        if (person_id(room->members[i].attachment->person) == id) {
            return room->members[i].attachment->person;
        }
    }
    return NULL;
}

/* The current room of a session may be another one now, where the next line would be read by other people. */
static void tell_put_out(const struct room *room, const struct person *person)
{
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        at->sink.ops->news(&at->sink, SINK_PUT_OUT, room->name.shown);
    }
}

static void kick(struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    struct person *person = find_member(room, m->about);
    struct other *other = others_find_id(room, m->about);

    if (person == NULL && other == NULL) {
        return;
    }
    tell_room(room, m, origin);
    if (other != NULL) {
        others_remove(room, other);
    }
    if (person != NULL) {
        members_leave(person, room);
        tell_put_out(room, person);
    }
    room_rules_vacate(room);
}

/* ---- rules ---- */

static struct person *find_person(const struct chat *chat, const struct rule *rule)
{
    uint64_t id = strtoull(rule->key, NULL, 10);

    if (rule->who == RULE_WHO_ACCOUNT) {
        return owners_find(chat, (int64_t)id);
    }
    for (struct person_name *un = rule->who == RULE_WHO_PERSON ? chat->names : NULL; un != NULL; un = un->hh.next) {
        if (un->use == NAME_OF_PERSON && person_id(CONTAINER_OF(un, struct person, name)) == id) {
            return CONTAINER_OF(un, struct person, name);
        }
    }
    return NULL;
}

/* Whoever is not in the room would not learn of an invitation.  It may hold words, as a private line does. */
static void tell_invited(const struct room *room, const struct message *m, const struct rule *rule)
{
    struct person *person = find_person(room->chat, rule);

    if (person != NULL && room_find_member(room, person) == NULL && !ignore_has(person, m->actor_id)) {
        room->chat->deliveries += deliver_to_person(person, m, DELIVER_NOBODY);
    }
}

/* An owner who makes another one the owner becomes an operator. */
static void step_down(struct room *room, const struct message *m)
{
    char key[ID_TEXT];
    struct rule rule = {.kind = RULE_ROLE,
                        .who = RULE_WHO_ACCOUNT,
                        .key = key,
                        .label = m->actor,
                        .value = rank_name(RANK_OPERATOR),
                        .by = m->actor,
                        .time_ms = m->time_ms};

    snprintf(key, sizeof(key), "%" PRId64, m->account);
    room_rules_set(room, &rule, false);
}

static bool is_handing_on(const struct room *room, const struct rule *rule, const struct message *m)
{
    return rule->kind == RULE_ROLE && !m->is_off && rank_of_name(rule->value) == RANK_OWNER && m->account != 0 &&
           strtoll(rule->key, NULL, 10) != m->account && rules_role(room->rules, m->account) == RANK_OWNER;
}

static bool is_ending_an_owner(const struct room *room, const struct rule *rule, const struct message *m)
{
    return rule->kind == RULE_ROLE && m->is_off && rules_role(room->rules, strtoll(rule->key, NULL, 10)) == RANK_OWNER;
}

static bool has_operator_or_owner(const struct room *room)
{
    const struct rule *role = rules_next(room->rules, RULE_ROLE, NULL, 0);

    while (role != NULL && rank_of_name(role->value) < RANK_OPERATOR) {
        role = rules_next(room->rules, RULE_ROLE, role, 0);
    }
    return role != NULL;
}

/* The last owner is gone, and no operator could inherit the room: if it stayed when it is empty, nobody but an
 * administrator could ever end it. */
static void let_go(struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    const char *mode = modes_row(MODE_PERSISTENT)->name;
    struct message *off = message_new(&(struct message_parts){
        .kind = MESSAGE_RULE,
        .time_ms = m->time_ms,
        .room = room->name.shown,
        .room_folded = room->name.folded,
        .actor = m->actor,
        .target = mode,
        .target_folded = mode,
        .origin = m->origin,
        .rule = RULE_MODE,
        .who = RULE_WHO_NONE,
        .is_off = true,
    });
    struct rule rule = room_rules_of(off);

    off->id = m->id;
    if (message_process(m) == room->chat->ports.bus->process) {
        audit_note(room->chat, &(struct audit_entry){.act = "mode",
                                                     .by = m->actor,
                                                     .room = room->name.shown,
                                                     .why = "persistent off: the account of the owner has ended"});
    }
    room_rules_set(room, &rule, true);
    tell_room(room, off, origin);
    message_unref(off);
}

static void rule_holds(struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    struct rule rule = room_rules_of(m);
    bool is_handed_on = is_handing_on(room, &rule, m), ends_owner = is_ending_an_owner(room, &rule, m);

    room_rules_set(room, &rule, m->is_off);
    if (is_handed_on) {
        step_down(room, m);
    }
    tell_room(room, m, origin);
    if (ends_owner && room_rules_is_persistent(room) && !has_operator_or_owner(room)) {
        let_go(room, m, origin);
    }
    if (rule.kind == RULE_INVITE && !m->is_off) {
        tell_invited(room, m, &rule);
    }
    if (rule.kind == RULE_BAN && !m->is_off) {
        bool was_opening = room->is_opening;

        room->is_opening = true; /* it does not end before all are out */
        put_out_banned(room);
        room->is_opening = was_opening;
    }
    room_rules_vacate(room); /* nobody is in it, and it is no longer persistent */
}

void rulings_receive(struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    (m->kind == MESSAGE_KICK ? kick : rule_holds)(room, m, origin);
}
