/* chat/folds.h: tells in one line of many people who come or go at once.
 *
 * The first rooms.fold_above joins, leaves and quits of a room within FOLDS_MS are told at once.  Those that follow
 * are collected, and told together FOLDS_MS behind the first that was collected:
 *
 *     [#lobby] -- 14 joined: dave, erin, frank and 11 others
 *
 * They are told earlier when one of these people says or does something, or something is done to them, so that the
 * order stays.  Somebody who has joined and takes another name meanwhile is told of by that name alone.
 *
 * Sinks that do not fold (sink_ops.folds) are told each at once, and so are the person's own sinks.  A sink that enters
 * the room meanwhile is told of those alone who came or went after it.
 *
 * A room has a fold for FOLDS_MS after somebody has come or gone; other rooms have nothing of it.  The fold holds
 * messages, and no pointer to a person.  Loop thread only. */
#ifndef CHATD_CHAT_FOLDS_H
#define CHATD_CHAT_FOLDS_H

#include "chat/chat_state.h"
#include "chat/deliver.h"
#include "chat/message.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

enum {
    FOLDS_MS = 1000,
    FOLDS_MOST = 512, /* collected in a room, before they are told */
    FOLDS_NAMES = 3,  /* named, of those who are told together; one more if that is all */
};

/* The loop runs chat->folding. */
void folds_init(struct chat *chat);
void folds_fini(struct chat *chat);

/* Tells the count (at least 1) rooms, which are all different, of a join, leave or quit, or collects it.  The message
 * names all of them. */
void folds_deliver(struct room *const *rooms, uint32_t count, const struct message *m,
                   const struct deliver_origin *origin);
/* Tells what was collected, for another message of the room comes next that must not be told before it. */
void folds_tell_before(struct room *room, const struct message *m);
static inline void folds_before(struct room *room, const struct message *m)
{
    if (room->is_folding) {
        folds_tell_before(room, m);
    }
}
/* Returns true if the rename of somebody who has joined is told together with the join, to all who do not know of the
 * person yet; the others are told of it now. */
bool folds_take_rename(struct room *room, const struct message *m, const struct deliver_origin *origin);
static inline bool folds_rename(struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    return room->is_folding && folds_take_rename(room, m, origin);
}
/* The attachment has just been added to the room. */
void folds_note_entered(struct room *room, const struct attachment *attachment);
static inline void folds_entered(struct room *room, const struct attachment *attachment)
{
    if (room->is_folding) {
        folds_note_entered(room, attachment);
    }
}
/* The attachment's sink is about to fold, or no longer: with tells, it is told now what was collected in its rooms;
 * without, it was told each. */
void folds_catch_up(struct attachment *attachment, bool tells);
/* The room ends: it has nobody who could be told. */
void folds_forget(struct room *room);

#endif
