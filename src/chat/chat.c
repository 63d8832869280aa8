/* chat/chat.c: what people do, and what passes between them; how they come and go is in chat/chat_people.c.
 *
 * What they do is published; what that changes is changed when it comes back (chat/receive.c). */
#include "config.h"

#include "chat/chat.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/announce.h"
#include "chat/audit.h"
#include "chat/bans.h"
#include "chat/deliver.h"
#include "chat/departed.h"
#include "chat/expiry.h"
#include "chat/folds.h"
#include "chat/graces.h"
#include "chat/logins.h"
#include "chat/marks.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/owners.h"
#include "chat/port_bus.h"
#include "chat/port_store.h"
#include "chat/receive.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "chat/rules_load.h"
#include "chat/seen.h"

#include <stdlib.h>
#include <string.h>

#define SERIAL_STEP 2654435769u /* odd: no two processes begin alike, and neighbours are far apart */

/* ---- the store ---- */

static void store_changed(struct keeping *keeping, const char *why)
{
    struct chat *chat = CONTAINER_OF(keeping, struct chat, keeping);
    struct strbuf text = {0};

    if (why != NULL) {
        strbuf_addf(&text, "what is said cannot be kept just now, and waits in memory: %s", why);
    } else {
        strbuf_adds(&text, "what is said is kept again");
    }
    (void)rights_tell(chat, NULL, text.data, text.len);
    strbuf_fini(&text);
}

/* ---- beginning and end ---- */

void chat_init(struct chat *chat, struct clock *clock, const struct chat_limits *limits,
               const struct chat_ports *ports)
{
    *chat = (struct chat){.clock = clock, .ports = *ports};
    receive_begin(chat);
    chat->last_serial = ports->bus->process * SERIAL_STEP; /* other processes have other ids */
    keeping_init(&chat->keeping, ports->store);
    chat->keeping.changed = store_changed;
    marks_init(chat);
    bans_init(chat);
    logins_listen(chat);
    expiry_init(chat);
    folds_init(chat);
    chat_set_limits(chat, limits);
}

void chat_fini(struct chat *chat)
{
    chat->is_ending = true;
    logins_forget(chat);
    seen_forget(chat);
    rules_load_end(chat);
    departed_clear(chat);
    names_clear(chat);
    names_set_reserved(chat, NULL);
    announce_forget(chat);
    rooms_set_permanent(chat, NULL, 0);
    rooms_forget(chat);
    CHECK(chat->people == 0 && chat->owners == NULL && chat->names == NULL && chat->rooms == NULL && chat->ops == NULL);
    replays_fini(&chat->replays);
    bans_fini(chat);
    chat->ports.bus->ops->free(chat->ports.bus);
    chat->ports.directory->ops->free(chat->ports.directory);
    keeping_fini(&chat->keeping);
    marks_fini(chat);
    expiry_fini(chat);
    folds_fini(chat);
    free(chat->label);
    rooms_set_common(chat, NULL);
}

void chat_set_limits(struct chat *chat, const struct chat_limits *limits)
{
    chat->limits = *limits;
    chat->graces->lent.wait_ms = limits->grace_s * UINT64_C(1000);
}

/* ---- messages ---- */

enum chat_result chat_say(struct attachment *from, struct room *room, enum message_kind kind, const char *text,
                          size_t len, bool is_part)
{
    struct chat *chat = from->person->chat;
    struct message_parts parts = announce_parts(from, room, kind);
    enum chat_result may = bans_may_speak(from, false);
    enum bus_answer answer;

    if (person_grace(from->person) != NULL) {
        return CHAT_NAME_REGISTERED;
    }
    may = may == CHAT_OK ? rights_may_say(room, from->person, is_part) : may;
    if (may != CHAT_OK) {
        return may;
    }
    parts.text = text;
    parts.text_len = len;
    parts.is_silent = false;
    chat->speaker = from->person;
    answer = announce_publish(chat, &parts);
    chat->speaker = NULL;
    if (answer == BUS_FAILED) {
        return CHAT_UNAVAILABLE;
    }
    rights_note_said(room, from->person);
    chat->lines++;
    rate_note(&chat->said, clock_ms(chat->clock));
    return CHAT_OK;
}

void chat_notice(struct chat *chat, struct room *room, const char *text, size_t len)
{
    struct message_parts parts = {.kind = MESSAGE_NOTICE,
                                  .actor = "server",
                                  .text = text,
                                  .text_len = len,
                                  .origin = message_origin(chat->ports.bus->process, 0)};

    if (room != NULL) {
        parts.room = room->name.shown;
        parts.room_folded = room->name.folded;
        (void)announce_publish(chat, &parts);
    } else {
        struct message *m = message_new(&parts);

        m->time_ms = clock_real_ms(chat->clock);
        chat->deliveries += deliver_to_all(chat->names, m);
        message_unref(m);
    }
}

enum chat_result chat_set_topic(struct attachment *by, struct room *room, const char *topic, chat_done_fn *done,
                                void *ctx)
{
    struct message_parts parts = announce_parts(by, room, MESSAGE_TOPIC);
    enum chat_result may = bans_may_speak(by, false);

    if (room_find_member(room, by->person) == NULL) {
        return CHAT_NOT_IN_ROOM;
    }
    if (person_grace(by->person) != NULL) {
        return CHAT_NAME_REGISTERED;
    }
    may = may == CHAT_OK ? rights_may_set_topic(room, by->person) : may;
    if (may != CHAT_OK) {
        return may;
    }
    if (!ops_can_begin(by)) {
        return CHAT_UNAVAILABLE;
    }
    parts.text = topic;
    parts.text_len = strlen(topic);
    rights_note_said(room, by->person);
    return ops_publish(ops_begin(by, done, ctx), &parts);
}

/* ---- erasing ---- */

bool chat_has_said(const struct person *person, const struct message *line)
{
    int64_t account = owners_account_id(person);

    return (line->actor_id != 0 && line->actor_id == person_id(person)) ||
           (account != 0 && line->account == account);
}

/* What parts lack to say that the line is gone. */
static void set_line(struct message_parts *parts, const struct message *line)
{
    parts->target = line->actor;
    parts->target_folded = line->actor_folded;
    parts->about = line->id;
}

enum chat_result chat_delete(struct attachment *by, struct room *room, const struct message *line, chat_done_fn *done,
                             void *ctx)
{
    struct message_parts parts = announce_parts(by, room, MESSAGE_DELETE);
    struct chat *chat = room->chat;
    bool is_own = chat_has_said(by->person, line);
    enum chat_result result;

    if (room_find_member(room, by->person) == NULL) {
        return CHAT_NOT_IN_ROOM;
    }
    if (!is_own &&
        rights_may(room, by->person, RIGHTS_DELETE, rights_rank_of_account(room, line->account)) != CHAT_OK) {
        return CHAT_NOT_YOURS;
    }
    if (person_grace(by->person) != NULL) {
        return CHAT_NAME_REGISTERED;
    }
    if (!ops_can_begin(by)) {
        return CHAT_UNAVAILABLE;
    }
    set_line(&parts, line);
    result = ops_publish(ops_begin(by, done, ctx), &parts);
    if (!is_own && (result == CHAT_OK || result == CHAT_LATER)) {
        char id[MESSAGE_ID_SIZE];

        audit_note(chat, &(struct audit_entry){.act = "delete",
                                               .by = owners_trail_name(by->person),
                                               .whom = owners_name_of(chat, line->account, line->actor),
                                               .room = line->room,
                                               .why = message_id_text(line->id, id)});
    }
    return result;
}

void chat_delete_as_server(struct chat *chat, const struct message *line)
{
    struct message_parts parts = {.kind = MESSAGE_DELETE,
                                  .room = line->room,
                                  .room_folded = line->room_folded,
                                  .actor = "server",
                                  .origin = message_origin(chat->ports.bus->process, 0)};

    set_line(&parts, line);
    (void)announce_owe(chat, &parts);
}

/* ---- private lines ---- */

enum chat_result chat_private(struct attachment *by, struct person *to, const char *text, size_t len)
{
    enum chat_result may = bans_may_speak(by, owners_is_admin(to));
    struct person *from = by->person;
    struct message *m;

    if (person_grace(from) != NULL || person_grace(to) != NULL) {
        return CHAT_NAME_REGISTERED;
    }
    if (may != CHAT_OK) {
        return may;
    }
    if (!deliver_has_place(to, len)) {
        return CHAT_NO_PLACE;
    }
    from->chat->private_lines++;
    rate_note(&from->chat->said, clock_ms(from->chat->clock));
    m = message_new(&(struct message_parts){
        .kind = MESSAGE_PRIVATE,
        .actor = person_shown_name(from),
        .actor_folded = person_folded_name(from),
        .target = person_shown_name(to),
        .text = text,
        .text_len = len,
        .actor_id = person_id(from),
        .origin = announce_origin(by),
        .time_ms = clock_real_ms(from->chat->clock),
    });
    deliver_private(by, to, m);
    message_unref(m);
    return CHAT_OK;
}

/* ---- rooms ---- */

enum chat_result chat_join(struct attachment *attachment, struct name *name, const char *key, struct room **out,
                           chat_done_fn *done, void *ctx)
{
    struct person *person = attachment->person;
    struct chat *chat = person->chat;
    enum chat_result result = CHAT_OK;
    struct room *room;
    struct chat_op *op;

    HASH_FIND_STR(chat->rooms, name->folded, room);
    *out = room;
    if (attachment->id == 0) {
        result = CHAT_UNAVAILABLE;
    } else if (room != NULL && room_find_member(room, person) != NULL) {
        result = CHAT_ALREADY;
    } else if (bans_may_enter(attachment) != CHAT_OK) {
        result = CHAT_LOCKDOWN;
    } else if (person->room_count >= chat->limits.rooms_per_client) {
        result = CHAT_TOO_MANY;
    } else if (room == NULL && HASH_COUNT(chat->rooms) >= chat->limits.rooms) {
        result = CHAT_FULL;
    } else if (room == NULL && rooms_has_alike(chat, name)) {
        result = CHAT_NAME_ALIKE;
    } else if (room != NULL && room->is_open) {
        result = rooms_may_join(attachment, room, key);
    }
    if (result != CHAT_OK) {
        name_fini(name);
        return result;
    }
    if (room == NULL) {
        *out = room = rooms_make(chat, name, &result);
    } else if (!room->is_open) {
        result = CHAT_LATER;
    }
    name_fini(name);
    if (result == CHAT_UNAVAILABLE) {
        rooms_refuse(room);
        return result;
    }
    op = ops_begin(attachment, done, ctx);
    op->room = room;
    if (result == CHAT_LATER) {
        op->key = key != NULL ? mem_strdup(key) : NULL;
        ops_push(&room->waiting, op);
        return CHAT_LATER;
    }
    result = rooms_join(op);
    if (result != CHAT_OK && result != CHAT_LATER) {
        rooms_end(room);
    }
    return result;
}

enum chat_result chat_leave(struct attachment *attachment, struct room *room, const char *text, chat_done_fn *done,
                            void *ctx)
{
    struct message_parts parts;

    if (room_find_member(room, attachment->person) == NULL) {
        return CHAT_NOT_IN_ROOM;
    }
    if (!ops_can_begin(attachment)) {
        return CHAT_UNAVAILABLE;
    }
    parts = announce_leave(attachment, room, bans_may_speak(attachment, false) == CHAT_OK ? text : "");
    return ops_publish(ops_begin(attachment, done, ctx), &parts);
}
