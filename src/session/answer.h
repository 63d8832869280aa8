/* session/answer.h: answers of many lines, which the reader's queue has room for.
 *
 * What an answer may queue is bounded by what its reader has not read yet: nobody is closed, and nobody's lines give
 * way, because of what was asked for.  The caller tells what was left out, and how to ask for it.  Loop thread only. */
#ifndef CHATD_SESSION_ANSWER_H
#define CHATD_SESSION_ANSWER_H

#include "frontend/reply.h"
#include "session/session.h"

#include <stdbool.h>
#include <stdint.h>

/* The room of an answer that is out of the history: bytes, by answer_message_bytes(). */
uint32_t answer_room(const struct session *s);
/* How much of a room the lines that are replayed on entering may take: the rest is for the greeting and its message of
 * the day. */
static inline uint32_t answer_replay_room(uint32_t room)
{
    return room - room / 4;
}

/* A message takes in this person's form at most about so many bytes, and so many for each byte of its text. */
void answer_message_measure(const struct session *s, uint32_t *overhead, uint32_t *text_factor);
/* Both together. */
uint32_t answer_message_bytes(const struct session *s, const struct message *m);

/* A list of people or rooms, several in a reply: begins zeroed but for s, reply and again. */
enum { ANSWER_ITEMS = 136 };
struct answer_list {
    struct session *s;
    struct reply reply;    /* the kind, with its fields but for the list; a field "first" counts on with the list */
    enum reply_kind again; /* of each reply but the first; REPLY_OK: the same */
    struct reply_item items[ANSWER_ITEMS];
    size_t held;           /* items that are not shown yet */
    size_t text_bytes;     /* of theirs in the text form */
    size_t bytes;          /* of theirs in the reader's form, at most */
    uint32_t count;        /* of items that were added */
};

/* Adds an item, whose name stays valid until the end; false: the reader's queue has no room for it. */
bool answer_list_add(struct answer_list *list, const struct reply_item *item);
/* Shows what is held. */
void answer_list_end(struct answer_list *list);

#endif
