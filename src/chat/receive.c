/* chat/receive.c: handles each kind of message, and the events of the bus and the directory.
 *
 * A message's actor is a person here, a person elsewhere, or a departed person (chat/departed.h).  A silent message
 * makes the same changes and is not shown. */
#include "config.h"

#include "chat/receive.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/announce.h"
#include "chat/deliver.h"
#include "chat/departed.h"
#include "chat/folds.h"
#include "chat/gone.h"
#include "chat/logins.h"
#include "chat/marks.h"
#include "chat/members.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/port_bus.h"
#include "chat/port_directory.h"
#include "chat/rights.h"
#include "chat/room_rules.h"
#include "chat/rooms.h"
#include "chat/rules_load.h"
#include "chat/rulings.h"
#include "chat/seen.h"

#include <stdlib.h>
#include <string.h>

/* ---- the actor ---- */

static bool is_ours(const struct chat *chat, const struct message *m)
{
    return message_process(m) == chat->ports.bus->process;
}

static struct deliver_origin origin_of(const struct chat *chat, const struct message *m, const struct person *person)
{
    return (struct deliver_origin){
        .own = is_ours(chat, m) && message_source(m) != 0 ? message_source(m) : DELIVER_NOBODY, .person = person};
}

/* Returns the next of a message's rooms that this process has entered, and moves *list behind it; NULL at the end. */
static struct room *next_room(const struct chat *chat, const char **list)
{
    const char *word;
    size_t len;

    while ((word = message_next_room(list, &len)) != NULL) {
        struct room *room;

        HASH_FIND(hh, chat->rooms, word, len, room);
        if (room != NULL && !room->is_entering) {
            return room;
        }
    }
    return NULL;
}

static struct room *only_room(const struct chat *chat, const struct message *m)
{
    struct room *room = rooms_find_any(chat, m->room_folded);

    return room != NULL && !room->is_entering ? room : NULL;
}

static void deliver(struct chat *chat, struct room *room, const struct message *m, const struct person *person)
{
    struct deliver_origin origin = origin_of(chat, m, person);

    if (!m->is_silent) {
        folds_before(room, m);
        chat->deliveries += room->count;
        deliver_to_room(room, m, &origin);
    }
}

/* The same for somebody who comes or goes: many at once are told together. */
static void deliver_coming(struct chat *chat, struct room *room, const struct message *m, const struct person *person)
{
    struct deliver_origin origin = origin_of(chat, m, person);

    if (!m->is_silent) {
        folds_deliver(&room, 1, m, &origin);
    }
}

/* Tells the person's other attachments of the change, whether the rooms are told or not, and even if the attachments
 * have left the rooms by it. */
static void deliver_to_others(struct chat *chat, const struct message *m, struct person *person)
{
    chat->deliveries += deliver_to_person(person, m, origin_of(chat, m, person).own);
}

/* ---- what is said ---- */

/* Passes a room's lines to the store. */
static bool is_kept(const struct message *m)
{
    return !message_is_event(m) || m->kind == MESSAGE_NOTICE;
}

static void on_line(struct chat *chat, struct message *m)
{
    struct room *room = rooms_find(chat, m->room_folded);

    if (room == NULL) {
        return; /* the last member here has just left */
    }
    deliver(chat, room, m, names_find_actor(chat, m));
    if (is_kept(m) && !rules_has_mode(room->rules, MODE_NOLOG)) {
        keeping_add(&chat->keeping, room->name.folded, m);
        marks_line(room, m->id);
    }
}

static void on_topic(struct chat *chat, struct message *m)
{
    struct room *room = only_room(chat, m);

    if (room != NULL) {
        rooms_set_topic(room, m->text, m->actor, m->account, m->time_ms);
        deliver(chat, room, m, names_find_actor(chat, m));
    }
    ops_come_back(chat, m, CHAT_OK, room);
}

/* ---- kicks and rules ---- */

static void on_ruling(struct chat *chat, struct message *m)
{
    struct room *room = only_room(chat, m);

    if (room != NULL) {
        struct deliver_origin origin = origin_of(chat, m, names_find_actor(chat, m));

        rulings_receive(room, m, &origin);
    }
    ops_come_back(chat, m, CHAT_OK, room);
    if (room != NULL) {
        rooms_end(room);
    }
}

/* The room need not be in use here: an administrator may erase a line of any room. */
static void on_delete(struct chat *chat, struct message *m)
{
    struct room *room = only_room(chat, m);

    keeping_erase(&chat->keeping, m->room_folded, m->about);
    replays_forget(&chat->replays, m->about);
    for (uint32_t i = 0; room != NULL && i < room->count; i++) {
        struct sink *sink = &room->members[i].attachment->sink;

        sink->ops->erased(sink, room, m->about);
    }
    if (room != NULL) {
        deliver(chat, room, m, names_find_actor(chat, m));
    }
    ops_come_back(chat, m, CHAT_OK, room);
}

/* ---- names that have crossed each other ---- */

/* A room has another name of the person than the present one: a rename that does not name the room has passed a join,
 * or renames have passed each other.  The last message that comes back gives the room the right name. */
static void correct_name(struct chat *chat, const struct room *room, const struct person *person, const char *shown,
                         const char *folded)
{
    (void)announce_owe(chat, &(struct message_parts){
                           .kind = MESSAGE_RENAME,
                           .room = room->name.shown,
                           .room_folded = room->name.folded,
                           .actor = shown,
                           .actor_folded = folded,
                           .target = person_shown_name(person),
                           .target_folded = person_folded_name(person),
                           .actor_id = person_id(person),
                           .origin = message_origin(chat->ports.bus->process, 0),
                           .is_silent = person->is_unannounced,
                       });
}

/* Called after a rename of a person here. */
static void correct_rooms(struct chat *chat, const struct message *m, const struct person *person, bool has_changed)
{
    for (const struct member *in = person_rooms(person); in != NULL; in = in->next_of_attachment) {
        bool is_named = message_names_room(m, in->room->name.folded);

        if (is_named && strcmp(m->target, person_shown_name(person)) != 0) {
            correct_name(chat, in->room, person, m->target, m->target_folded);
        } else if (!is_named && has_changed) {
            correct_name(chat, in->room, person, m->actor, m->actor_folded);
        }
    }
}

/* ---- joining ---- */

/* A join of a person who has left meanwhile: the quit may not name the room; or who may not enter: the other processes
 * cannot know it. */
static void take_back(struct chat *chat, const struct message *m, bool is_silent)
{
    (void)announce_owe(chat, &(struct message_parts){
                           .kind = MESSAGE_LEAVE,
                           .room = m->room,
                           .room_folded = m->room_folded,
                           .actor = m->actor,
                           .actor_folded = m->actor_folded,
                           .actor_id = m->actor_id,
                           .origin = message_origin(message_process(m), 0),
                           .account = m->account,
                           .is_silent = is_silent,
                       });
}

/* Returns true unless the room was told before that the person has joined. */
static bool put_in(struct room *room, const struct message *m, struct person *person)
{
    struct member *member = room_find_member(room, person);
    bool was_shown;

    if (member == NULL) {
        members_enter(person, room);
        rights_refresh_in(room, person);
        rights_note_entered(room, person);
        member = room_find_member(room, person);
    }
    was_shown = (member->flags & MEMBER_SHOWN) != 0;
    members_set_flags(person, room, MEMBER_AGAIN, false);
    if (!m->is_silent) {
        members_set_flags(person, room, MEMBER_SHOWN, true);
    }
    return !was_shown;
}

/* The same for one who is in another process, or has left this one, or may not enter. */
static bool put_in_other(struct room *room, const struct message *m)
{
    struct other *other = others_find(room, message_process(m), m->actor_id);
    bool was_shown;

    if (other == NULL) {
        other = others_put(room, message_process(m), m->actor_id, m->actor, m->actor_folded);
    }
    other->account = m->account;
    other->is_again = false;
    was_shown = other->is_shown;
    other->is_shown |= !m->is_silent;
    return !was_shown;
}

/* Returns CHAT_OK unless the person is about to enter, and the room's rules do not allow it any more. */
static enum chat_result check_entering(const struct room *room, const struct person *person)
{
    return person != NULL && room_find_member(room, person) == NULL ? rights_may_still_enter(room, person) : CHAT_OK;
}

static void on_join(struct chat *chat, struct message *m)
{
    struct person *person = names_find_actor(chat, m);
    struct room *room = only_room(chat, m);
    enum chat_result result;
    bool is_first, is_new;

    if (room == NULL) {
        return;
    }
    if (is_ours(chat, m) && room->joins_under_way > 0) {
        room->joins_under_way--;
    }
    if (person != NULL && person_live_attachments(person) == 0) {
        person = NULL; /* it has quit and is about to exit */
    }
    result = check_entering(room, person);
    person = result == CHAT_OK ? person : NULL;
    is_first = person != NULL && room_find_member(room, person) == NULL;
    is_new = m->rule == RULE_ROLE && m->account != 0 && room_rules_is_new(room);
    if (person != NULL ? put_in(room, m, person) : put_in_other(room, m)) {
        deliver_coming(chat, room, m, person);
    }
    if (person == NULL && is_ours(chat, m)) {
        take_back(chat, m, result == CHAT_OK || m->is_silent);
    }
    if (is_new) {
        room_rules_found(room, m);
    }
    if (is_first && m->is_silent) {
        deliver_to_others(chat, m, person);
    }
    if (person != NULL && strcmp(m->actor, person_shown_name(person)) != 0) {
        correct_name(chat, room, person, m->actor, m->actor_folded);
    }
    if (person != NULL && m->account != owners_account_id(person)) {
        announce_account(person, room); /* the person has logged in or out meanwhile */
    }
    ops_come_back(chat, m, result, room);
    rooms_end(room);
}

/* ---- leaving ---- */

/* What a message has taken out of a room. */
enum taken_out { NOBODY, AN_OTHER, A_MEMBER };

static enum taken_out take_out(struct room *room, const struct message *m, struct person *person)
{
    struct other *other = others_find(room, message_process(m), m->actor_id);
    enum taken_out taken = other != NULL ? AN_OTHER : NOBODY;

    if (other != NULL) {
        others_remove(room, other);
    }
    if (person != NULL && room_find_member(room, person) != NULL) {
        members_leave(person, room);
        taken = A_MEMBER;
    }
    room_rules_vacate(room);
    return taken;
}

static void on_leave(struct chat *chat, struct message *m)
{
    struct person *person = names_find_actor(chat, m);
    struct room *room = only_room(chat, m);

    if (room != NULL) {
        enum taken_out taken = take_out(room, m, person);

        if (taken != NOBODY) { /* else the person was put out meanwhile */
            deliver_coming(chat, room, m, person);
        }
        if (taken == A_MEMBER) {
            deliver_to_others(chat, m, person);
        }
    }
    ops_come_back(chat, m, CHAT_OK, room);
    if (room != NULL) {
        rooms_end(room);
    }
}

static void end_rooms(struct chat *chat, const struct message *m)
{
    const char *list = m->room_folded;
    struct room *room;

    while ((room = next_room(chat, &list)) != NULL) {
        rooms_end(room);
    }
}

static void on_quit(struct chat *chat, struct message *m)
{
    struct departed *departed = is_ours(chat, m) ? departed_find(chat, m->actor_id) : NULL;
    struct person *person = departed == NULL ? names_find_actor(chat, m) : NULL;
    struct deliver_origin origin = origin_of(chat, m, person);
    struct room *rooms[ANNOUNCE_ROOMS], *room;
    const char *list = m->room_folded;
    uint32_t count = 0;

    while ((room = next_room(chat, &list)) != NULL) {
        (void)take_out(room, m, person);
        if (!m->is_silent && count < ANNOUNCE_ROOMS) {
            rooms[count++] = room;
        }
    }
    if (count > 0) {
        folds_deliver(rooms, count, m, &origin);
    }
    if (departed != NULL) {
        departed_note(chat, departed);
    }
    end_rooms(chat, m);
}

/* ---- renaming ---- */

/* Tells one of its rooms, as if it were the only one. */
static void tell_room(struct chat *chat, struct room *room, const struct message *m, const struct person *person)
{
    struct message *part = message_new(&(struct message_parts){
        .kind = MESSAGE_RENAME,
        .time_ms = m->time_ms,
        .room = room->name.shown,
        .room_folded = room->name.folded,
        .actor = m->actor,
        .actor_folded = m->actor_folded,
        .target = m->target,
        .target_folded = m->target_folded,
        .actor_id = m->actor_id,
        .origin = m->origin,
    });
    struct deliver_origin origin;

    part->id = m->id;
    origin = origin_of(chat, m, person);
    if (!folds_rename(room, part, &origin)) {
        deliver(chat, room, part, person);
    }
    message_unref(part);
}

/* A person in no room is told too, if the person has not asked for the change. */
static void tell_person(struct person *person, const struct message *m)
{
    if (person != NULL && message_source(m) == 0 && (m->room[0] == '\0' || m->is_silent)) {
        struct message *part = message_new(&(struct message_parts){
            .kind = MESSAGE_RENAME, .time_ms = m->time_ms, .actor = m->actor, .target = m->target});

        person->chat->deliveries += deliver_to_person(person, part, DELIVER_NOBODY);
        message_unref(part);
    }
}

static void on_rename(struct chat *chat, struct message *m)
{
    struct person *person = names_find_actor(chat, m);
    bool has_changed = names_receive(chat, person, m);
    const char *list = m->room_folded;
    struct room *room;

    while ((room = next_room(chat, &list)) != NULL) {
        struct other *other = others_find(room, message_process(m), m->actor_id);

        if (other != NULL) {
            others_put(room, message_process(m), m->actor_id, m->target, m->target_folded);
        }
        if (!m->is_silent) {
            tell_room(chat, room, m, person);
        }
    }
    tell_person(person, m);
    if (person != NULL) {
        correct_rooms(chat, m, person, has_changed);
    }
    if (person != NULL && has_changed) {
        if (!m->is_silent && strcmp(m->actor_folded, m->target_folded) != 0) {
            seen_note(chat, m->actor, m->actor_folded);
        }
        logins_renamed(person);
    }
    ops_come_back(chat, m, CHAT_OK, NULL);
}

/* ---- what else the bus tells ---- */

static void on_message(void *ctx, struct message *m)
{
    struct chat *chat = ctx;

    switch (m->kind) {
    case MESSAGE_JOIN:
        on_join(chat, m);
        break;
    case MESSAGE_LEAVE:
        on_leave(chat, m);
        break;
    case MESSAGE_QUIT:
        on_quit(chat, m);
        break;
    case MESSAGE_RENAME:
        on_rename(chat, m);
        break;
    case MESSAGE_TOPIC:
        on_topic(chat, m);
        break;
    case MESSAGE_DELETE:
        on_delete(chat, m);
        break;
    case MESSAGE_KICK:
    case MESSAGE_RULE:
        on_ruling(chat, m);
        break;
    default:
        on_line(chat, m);
    }
}

static void on_gone(void *ctx, uint32_t process, uint64_t id, int64_t time_ms)
{
    gone_receive(ctx, process, id, time_ms);
}

static void on_state(void *ctx, bool is_joined)
{
    struct chat *chat = ctx;

    if (is_joined) {
        announce_pay(chat);
        rooms_keep_permanent(chat);
        if (chat->has_lost_rules) {
            rules_load_begin(chat);
        }
    } else {
        ops_cut(chat);
    }
}

static void on_name_lost(void *ctx, const char *folded)
{
    names_lose(ctx, folded);
}

void receive_begin(struct chat *chat)
{
    static const struct bus_events bus_events = {.message = on_message, .gone = on_gone, .state = on_state};
    static const struct directory_events directory_events = {.lost = on_name_lost};

    chat->ports.bus->events = &bus_events;
    chat->ports.bus->ctx = chat;
    chat->ports.directory->events = &directory_events;
    chat->ports.directory->ctx = chat;
}
