/* chat/announce.c: makes messages of what people do. */
#include "config.h"

#include "chat/announce.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/rules.h"

#include <stdlib.h>
#include <string.h>

/* ---- publishing ---- */

static enum bus_answer publish(struct chat *chat, struct message *m)
{
    return chat->ports.bus->ops->publish(chat->ports.bus, m);
}

static struct message *make(struct chat *chat, const struct message_parts *parts)
{
    struct message *m = message_new(parts);

    m->time_ms = clock_real_ms(chat->clock);
    return m;
}

enum bus_answer announce_publish(struct chat *chat, const struct message_parts *parts)
{
    struct message *m = make(chat, parts);
    enum bus_answer answer = publish(chat, m);

    message_unref(m);
    return answer;
}

/* If messages are owed already, it is put behind them, so that the order stays. */
static void owe(struct chat *chat, struct message *m)
{
    struct chat_owed **link = &chat->owed, *owed = mem_zalloc(sizeof(*owed));

    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = owed;
    owed->m = message_ref(m);
}

bool announce_owe(struct chat *chat, const struct message_parts *parts)
{
    struct message *m = make(chat, parts);
    enum bus_answer answer = chat->owed == NULL ? publish(chat, m) : BUS_FAILED;

    if (answer == BUS_FAILED) {
        owe(chat, m);
    }
    message_unref(m);
    return answer == BUS_DONE;
}

static void drop_first(struct chat *chat)
{
    struct chat_owed *owed = chat->owed;

    chat->owed = owed->next;
    message_unref(owed->m);
    free(owed);
}

void announce_pay(struct chat *chat)
{
    while (chat->owed != NULL && publish(chat, chat->owed->m) != BUS_FAILED) {
        drop_first(chat);
    }
}

void announce_forget(struct chat *chat)
{
    while (chat->owed != NULL) {
        drop_first(chat);
    }
}

/* ---- what people do ---- */

uint64_t announce_origin(const struct attachment *by)
{
    return message_origin(by->person->chat->ports.bus->process, by->id);
}

struct message_parts announce_parts(const struct attachment *by, const struct room *room, enum message_kind kind)
{
    const struct person *person = by->person;

    return (struct message_parts){
        .kind = kind,
        .room = room != NULL ? room->name.shown : NULL,
        .room_folded = room != NULL ? room->name.folded : NULL,
        .actor = person_shown_name(person),
        .actor_folded = person_folded_name(person),
        .actor_id = person_id(person),
        .origin = announce_origin(by),
        .account = owners_account_id(person),
        .is_silent = person->is_unannounced,
    };
}

/* The number of receivers: attachments of other people in this process, and people elsewhere. */
static uint32_t audience(const struct room *room, const struct person *person)
{
    uint32_t own = room_find_member(room, person) != NULL ? person_live_attachments(person) : 0;

    return room->count - own + others_count(room);
}

struct message_parts announce_join(const struct attachment *by, struct room *room)
{
    struct message_parts parts = announce_parts(by, room, MESSAGE_JOIN);

    /* If many people join at once, each join must not cost a line to every member.  Attachments are counted, not
     * people, since each gets a line. */
    parts.is_silent |= audience(room, by->person) + person_live_attachments(by->person) >
                       room->chat->limits.announce_members;
    room->joins_under_way++;
    return parts;
}

/* None of a person who has not logged in to the account that has their name. */
static void set_last_word(struct message_parts *parts, const struct person *person, const char *text)
{
    parts->text = person_grace(person) == NULL ? text : "";
    parts->text_len = strlen(parts->text);
}

struct message_parts announce_leave(const struct attachment *by, const struct room *room, const char *text)
{
    struct message_parts parts = announce_parts(by, room, MESSAGE_LEAVE);

    set_last_word(&parts, by->person, text);
    parts.is_silent |= audience(room, by->person) > room->chat->limits.announce_members;
    return parts;
}

static void add_room(struct strbuf *list, const char *name)
{
    strbuf_addf(list, "%s%s", list->len > 0 ? " " : "", name);
}

/* Returns 1 unless it has come back. */
static uint32_t publish_quit(const struct attachment *by, const struct room *const *rooms, uint32_t count,
                             const char *text, bool is_silent)
{
    struct message_parts parts = announce_parts(by, NULL, MESSAGE_QUIT);
    struct strbuf shown = {0}, folded = {0};
    bool is_back;

    while (count-- > 0) { /* in the order in which they were entered */
        add_room(&shown, rooms[count]->name.shown);
        add_room(&folded, rooms[count]->name.folded);
    }
    parts.room = shown.data;
    parts.room_folded = folded.data;
    set_last_word(&parts, by->person, text);
    parts.is_silent |= is_silent;
    is_back = announce_owe(by->person->chat, &parts);
    strbuf_fini(&shown);
    strbuf_fini(&folded);
    return is_back ? 0 : 1;
}

/* The rooms of somebody who quits, by how they learn of it. */
struct quit_rooms {
    const struct room **together, **alone, **untold;
    uint32_t together_count, alone_count, untold_count;
};

/* A message names all of its rooms to each of them: a private room is not named to others. */
static void sort_quit_room(struct quit_rooms *rooms, const struct room *room, const struct person *person)
{
    uint32_t ears = audience(room, person);

    if (person->is_unannounced || ears == 0 || ears > person->chat->limits.announce_members) {
        rooms->untold[rooms->untold_count++] = room;
    } else if (rules_has_mode(room->rules, MODE_PRIVATE)) {
        rooms->alone[rooms->alone_count++] = room;
    } else {
        rooms->together[rooms->together_count++] = room;
    }
}

/* Collects the rooms that are told, and the others, before anything is published: a message that comes back at once
 * takes the person out of rooms. */
uint32_t announce_quit(const struct attachment *by, const struct room *joining, const char *text)
{
    const struct person *person = by->person;
    size_t most = person->room_count + (size_t)1;
    const struct room **list = mem_alloc(3 * most * sizeof(*list));
    struct quit_rooms rooms = {.together = list, .alone = list + most, .untold = list + 2 * most};
    uint32_t waits = 0;

    for (const struct member *m = by->rooms; m != NULL; m = m->next_of_attachment) {
        sort_quit_room(&rooms, m->room, person);
    }
    if (joining != NULL) {
        rooms.untold[rooms.untold_count++] = joining;
    }
    for (uint32_t i = 0; i < rooms.together_count; i += ANNOUNCE_ROOMS) {
        uint32_t rest = rooms.together_count - i;

        waits += publish_quit(by, rooms.together + i, rest < ANNOUNCE_ROOMS ? rest : ANNOUNCE_ROOMS, text, false);
    }
    for (uint32_t i = 0; i < rooms.alone_count; i++) {
        waits += publish_quit(by, rooms.alone + i, 1, text, false);
    }
    if (rooms.untold_count > 0) {
        waits += publish_quit(by, rooms.untold, rooms.untold_count, text, true);
    }
    free(list);
    return waits;
}

void announce_account(const struct person *person, struct room *room)
{
    struct chat *chat = person->chat;
    struct message_parts parts;

    if (chat->ports.bus->process == 0) {
        return; /* alone */
    }
    parts = announce_join(person->attachments, room);
    parts.origin = message_origin(chat->ports.bus->process, 0);
    parts.is_silent = true;
    (void)announce_owe(chat, &parts);
}

void announce_account_to_all(const struct person *person)
{
    for (const struct member *m = person_rooms(person); m != NULL; m = m->next_of_attachment) {
        announce_account(person, m->room);
    }
}

void announce_list_rooms(const struct attachment *by, struct strbuf *shown, struct strbuf *folded)
{
    for (const struct member *m = by->rooms; m != NULL; m = m->next_of_attachment) {
        add_room(shown, m->room->name.shown);
        add_room(folded, m->room->name.folded);
    }
}
