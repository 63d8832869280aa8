/* chat/room_rules.c: a room's rules in memory and in the store. */
#include "config.h"

#include "chat/room_rules.h"

#include "chat/chat_state.h"
#include "chat/expiry.h"
#include "chat/keeping.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/person.h"
#include "chat/port_store.h"
#include "chat/rights.h"
#include "chat/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_TEXT = 24 };

struct rule room_rules_of(const struct message *m)
{
    return (struct rule){
        .kind = m->rule,
        .who = m->who,
        .key = m->target_folded,
        .label = m->target,
        .value = m->text,
        .by = m->actor,
        .time_ms = m->time_ms,
        .until_ms = m->until_ms,
    };
}

/* ---- one rule ---- */

/* The store has nothing of a room that is not logged, and what it had before that is no longer true. */
static void keep_topic(struct room *room, bool is_kept)
{
    keeping_topic(&room->chat->keeping, &(struct store_topic){.room = room->name.shown,
                                                              .room_folded = room->name.folded,
                                                              .text = is_kept ? room->topic : "",
                                                              .by = is_kept ? room->topic_by : "",
                                                              .time_ms = room->topic_ms});
}

static void put(struct room *room, const struct rule *rule, bool is_off)
{
    struct person *person = NULL;

    if (room->rules == NULL) {
        room->rules = rules_new(room, &room->chat->due);
    }
    if (rule->kind == RULE_ROLE) {
        person = owners_find(room->chat, strtoll(rule->key, NULL, 10));
    }
    rules_set(room->rules, rule, is_off);
    expiry_note(room->chat);
    if (person != NULL) {
        rights_refresh_in(room, person);
    }
}

void room_rules_set(struct room *room, const struct rule *rule, bool is_off)
{
    bool was_logged = !rules_has_mode(room->rules, MODE_NOLOG), is_logged;

    if (room->rules == NULL && is_off) {
        return;
    }
    keeping_rule(&room->chat->keeping, &room->name, rule, is_off);
    put(room, rule, is_off);
    is_logged = !rules_has_mode(room->rules, MODE_NOLOG);
    if (is_logged != was_logged && room->topic != NULL) {
        keep_topic(room, is_logged);
    }
    if (rules_count(room->rules) == 0) {
        room_rules_free(room);
    }
}

static bool is_sound(const struct rule *rule)
{
    return rule->kind > RULE_NONE && rule->kind < RULE_KINDS &&
           (rule->kind == RULE_MODE) == (rule->who == RULE_WHO_NONE) && rule->who <= RULE_WHO_PERSON;
}

void room_rules_put(struct room *room, const struct rule *rule)
{
    if (is_sound(rule)) { /* else it is of a newer version, or damaged */
        put(room, rule, false);
    }
}

void room_rules_free(struct room *room)
{
    rules_free(room->rules);
    room->rules = NULL;
}

/* ---- the beginning and the end of a room ---- */

bool room_rules_is_persistent(const struct room *room)
{
    return rules_has_mode(room->rules, MODE_PERSISTENT);
}

/* Returns true if the room has nobody by the messages that have come back. */
static bool is_vacant(const struct room *room)
{
    uint32_t i = 0;
    const struct other *other = room->others;

    while (i < room->count && (room->members[i].member->flags & MEMBER_AGAIN) != 0) {
        i++;
    }
    while (other != NULL && other->is_again) {
        other = other->hh.next;
    }
    return i == room->count && other == NULL;
}

void room_rules_vacate(struct room *room)
{
    static const enum mode not_for_all[] = {MODE_INVITE_ONLY, MODE_KEY, MODE_PRIVATE};
    bool with_lines = false;

    if (room->rules == NULL || room->is_permanent || room_rules_is_persistent(room) || !is_vacant(room)) {
        return;
    }
    for (size_t i = 0; i < sizeof(not_for_all) / sizeof(not_for_all[0]); i++) {
        with_lines |= rules_has_mode(room->rules, not_for_all[i]);
    }
    keeping_end_rules(&room->chat->keeping, room->name.folded, with_lines);
    room_rules_free(room);
    for (uint32_t i = 0; i < room->count; i++) { /* those who are there again, later */
        rights_refresh_in(room, room->members[i].attachment->person);
    }
    if (with_lines) {
        room_set_topic(room, NULL, NULL, 0, 0);
    }
}

bool room_rules_is_new(const struct room *room)
{
    return !room_rules_is_persistent(room) && is_vacant(room);
}

void room_rules_found(struct room *room, const struct message *join)
{
    char key[ID_TEXT];
    struct rule rule = {.kind = RULE_ROLE,
                        .who = RULE_WHO_ACCOUNT,
                        .key = key,
                        .label = join->actor,
                        .value = rank_name(RANK_OWNER),
                        .by = join->actor,
                        .time_ms = join->time_ms};

    snprintf(key, sizeof(key), "%" PRId64, join->account);
    room_rules_set(room, &rule, false);
    rule = (struct rule){.kind = RULE_MODE,
                         .key = modes_row(MODE_PERSISTENT)->name,
                         .label = modes_row(MODE_PERSISTENT)->name,
                         .value = "on",
                         .by = join->actor,
                         .time_ms = join->time_ms};
    room_rules_set(room, &rule, false);
}
