/* chat/chat_people.c: people and their attachments come and go.
 *
 * Invariant: all attachments of a person that have not quit are in the same rooms. */
#include "config.h"

#include "chat/chat.h"

#include "base/check.h"
#include "base/mem.h"
#include "chat/announce.h"
#include "chat/bans.h"
#include "chat/deliver.h"
#include "chat/departed.h"
#include "chat/graces.h"
#include "chat/ignore.h"
#include "chat/members.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "chat/seen.h"

#include <stdlib.h>

/* ---- a person's attachments: first those that have not quit ---- */

static void list_remove(struct attachment *attachment)
{
    struct attachment **link = &attachment->person->attachments;

    while (*link != attachment) {
        link = &(*link)->next_of_person;
    }
    *link = attachment->next_of_person;
    attachment->next_of_person = NULL;
}

/* Inserts it behind all attachments of its kind. */
static void list_add(struct attachment *attachment)
{
    struct attachment **link = &attachment->person->attachments;

    while (*link != NULL && ((*link)->id != 0 || attachment->id == 0)) {
        link = &(*link)->next_of_person;
    }
    attachment->next_of_person = *link;
    *link = attachment;
}

/* ---- coming ---- */

/* Gives the attachment a person and an id. */
static void tie(struct attachment *attachment, struct person *person)
{
    struct chat *chat = person->chat;

    attachment->person = person;
    attachment->id = ++chat->last_attachment;
    if (attachment->id == 0 || attachment->id == DELIVER_NOBODY) {
        attachment->id = chat->last_attachment = 1; /* the numbers begin anew, and these are none of them */
    }
    list_add(attachment);
}

static void make_person(struct chat *chat, struct attachment *attachment)
{
    struct person *person = mem_zalloc(sizeof(*person));

    person->chat = chat;
    person->since_s = (uint32_t)(clock_real_ms(chat->clock) / 1000);
    person->active_s = (uint32_t)(clock_ms(chat->clock) / 1000);
    person->serial = ++chat->last_serial;
    attachment->rooms = NULL;
    tie(attachment, person);
    chat->people++;
}

void chat_enter(struct chat *chat, struct attachment *attachment)
{
    make_person(chat, attachment);
    attachment->since_s = attachment->person->since_s;
}

void chat_defer(struct person *person)
{
    person->is_unannounced = true;
}

void chat_announce(struct attachment *attachment)
{
    struct person *person = attachment->person;

    if (!person->is_unannounced) {
        return;
    }
    person->is_unannounced = false;
    for (struct member *m = attachment->rooms; m != NULL; m = m->next_of_attachment) {
        struct message_parts parts = announce_join(attachment, m->room);

        (void)announce_owe(person->chat, &parts);
    }
}

void chat_skip_announcement(struct person *person)
{
    person->is_unannounced = false;
}

/* ---- going ---- */

/* The person leaves all rooms when its last attachment quits.  Until the quit has come back, the person is one of the
 * others of its rooms. */
static void quit_rooms(struct attachment *attachment, const struct room *joining, const char *text)
{
    struct person *person = attachment->person;
    struct chat *chat = person->chat;
    uint32_t process = chat->ports.bus->process, waits = announce_quit(attachment, joining, text);

    if (waits > 0) {
        departed_add(chat, person, waits);
    }
    while (attachment->rooms != NULL) {
        const struct member *member = attachment->rooms;
        struct room *room = member->room;
        uint16_t flags = member->flags;
        struct other *other;

        members_leave(person, room);
        other = others_put(room, process, person_id(person), person_shown_name(person), person_folded_name(person));
        other->account = owners_account_id(person);
        other->is_shown = (flags & MEMBER_SHOWN) != 0;
        other->is_again = (flags & MEMBER_AGAIN) != 0;
    }
}

/* Ends the operation of the attachment, if there is one.  Returns the room that the person will be in when its message
 * comes back. */
static const struct room *cancel_op(struct attachment *attachment)
{
    struct chat_op *op = ops_find(attachment);
    struct room *room;
    bool is_joining;

    if (op == NULL) {
        return NULL;
    }
    room = op->room;
    is_joining = room != NULL && op->is_published;
    names_cancel(op);
    if (op->queue != NULL) {
        ops_remove(op);
    }
    ops_end(op);
    if (room != NULL) {
        rooms_end(room);
    }
    return is_joining ? room : NULL;
}

/* The last word goes to all rooms of the person at once: whoever may say nothing in one of them has none. */
static bool may_have_last_word(const struct attachment *attachment)
{
    if (bans_may_speak(attachment, false) != CHAT_OK) {
        return false;
    }
    for (const struct member *m = attachment->rooms; m != NULL; m = m->next_of_attachment) {
        if (rights_may_say(m->room, attachment->person, false) != CHAT_OK) {
            return false;
        }
    }
    return true;
}

void chat_quit(struct attachment *attachment, const char *text)
{
    const struct room *joining;

    if (attachment->id == 0) {
        return;
    }
    if (text[0] != '\0' && !may_have_last_word(attachment)) {
        text = "";
    }
    joining = cancel_op(attachment);
    if (person_live_attachments(attachment->person) == 1) {
        quit_rooms(attachment, joining, text);
        if (!attachment->person->is_unannounced) {
            seen_note(attachment->person->chat, person_shown_name(attachment->person),
                      person_folded_name(attachment->person));
        }
        graces_end(attachment->person);
        owners_remove(attachment->person); /* who comes with the account meanwhile is a new person */
    }
    members_leave_alone(attachment);
    attachment->id = 0;
    list_remove(attachment);
    list_add(attachment);
}

/* With the last attachment, the person is freed. */
static void untie(struct attachment *attachment)
{
    struct person *person = attachment->person;
    struct chat *chat = person->chat;

    chat_quit(attachment, "");
    if (attachment->next_of_person != NULL || person->attachments != attachment) {
        list_remove(attachment);
        return;
    }
    ignore_fini(person);
    person_leave_handle(person);
    names_leave(person);
    if (!departed_take_name(chat, person) && person->has_name) {
        names_release(chat, &person->name, true);
    }
    free(person);
    chat->people--;
}

void chat_attach(struct attachment *attachment, struct person *person)
{
    CHECK(attachment->id != 0 && person != attachment->person && person->has_name);
    untie(attachment);
    tie(attachment, person);
    if (person->attachments != attachment) {
        members_enter_too(attachment);
    }
    attachment->sink.ops->changed(&attachment->sink);
}

void chat_detach(struct attachment *attachment)
{
    struct chat *chat = attachment->person->chat;
    int64_t account = owners_answering_id(attachment->person);

    CHECK(attachment->id != 0);
    untie(attachment);
    make_person(chat, attachment);
    if (account != 0) {
        person_handle(attachment->person)->account = account;
    }
    attachment->sink.ops->changed(&attachment->sink);
}

void chat_exit(struct attachment *attachment)
{
    untie(attachment);
    attachment->person = NULL;
}
