/* chat/members.c: adds the attachments of a person to a room, and removes them, together.
 *
 * Invariants: all attachments of a person that have not quit are in the same rooms.  Only take_out() takes an
 * attachment out of a room, and tells its sink. */
#include "config.h"

#include "chat/members.h"

#include "chat/folds.h"
#include "chat/marks.h"
#include "chat/ops.h"

/* An attachment that waits for this room is told by its own operation. */
static void tell_entered(struct attachment *attachment, struct room *room)
{
    const struct chat_op *op = ops_find(attachment);

    if (op == NULL || op->room != room) {
        attachment->sink.ops->entered(&attachment->sink, room);
    }
}

void members_enter(struct person *person, struct room *room)
{
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        room_add(room, at);
        folds_entered(room, at);
    }
    room->people++;
    person->room_count++;
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        tell_entered(at, room);
    }
}

void members_enter_too(struct attachment *attachment)
{
    struct member *all = NULL;

    for (struct member *m = person_rooms(attachment->person); m != NULL; m = m->next_of_attachment) {
        room_add(m->room, attachment);
        attachment->rooms->role = m->role;
        attachment->rooms->flags = m->flags & (uint16_t)~MEMBER_APART;
        folds_entered(m->room, attachment);
    }
    while (attachment->rooms != NULL) { /* the list is in reverse order */
        struct member *m = attachment->rooms;

        attachment->rooms = m->next_of_attachment;
        m->next_of_attachment = all;
        all = m;
    }
    attachment->rooms = all;
    for (struct member *m = all; m != NULL; m = m->next_of_attachment) {
        attachment->sink.ops->entered(&attachment->sink, m->room);
    }
}

void members_set_flags(struct person *person, const struct room *room, uint16_t flags, bool on)
{
    for (struct attachment *at = person->attachments; at != NULL; at = at->next_of_person) {
        for (struct member *m = at->rooms; m != NULL; m = m->next_of_attachment) {
            if (m->room == room) {
                m->flags = (uint16_t)(on ? m->flags | flags : m->flags & ~flags);
            }
        }
    }
}

/* The only function that takes an attachment out of a room. */
static void take_out(struct attachment *attachment, struct room *room)
{
    room_remove(room, attachment);
    attachment->sink.ops->left(&attachment->sink, room);
}

void members_leave(struct person *person, struct room *room)
{
    marks_leave(person, room);
    room->people--;
    person->room_count--;
    for (struct attachment *at = person->attachments; at != NULL && at->id != 0; at = at->next_of_person) {
        take_out(at, room);
    }
}

void members_leave_alone(struct attachment *attachment)
{
    while (attachment->rooms != NULL) {
        take_out(attachment, attachment->rooms->room);
    }
}
