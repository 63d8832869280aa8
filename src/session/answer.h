/* session/answer.h: bounds answers of many lines by the space in the receiver's queue.
 *
 * An answer is cut to the space that the queue has: no connection is closed, and no line is dropped, because of what a
 * client has asked for.  The caller tells what was left out, and how to ask for it.  Loop thread only. */
#ifndef CHATD_SESSION_ANSWER_H
#define CHATD_SESSION_ANSWER_H

#include "frontend/reply.h"
#include "session/session.h"

#include <stdbool.h>
#include <stdint.h>

/* The space for an answer, in bytes as answer_message_bytes() counts them. */
uint32_t answer_room(const struct session *s);
/* The part of that space for the lines replayed on joining a room; the rest is for the greeting and the message of the
 * day. */
static inline uint32_t answer_replay_room(uint32_t room)
{
    return room - room / 4;
}

/* Sets the bytes that a message takes in the session's form, at most about: *overhead, and *text_factor for each byte
 * of its text. */
void answer_message_measure(const struct session *s, uint32_t *overhead, uint32_t *text_factor);
/* The bytes that m takes, from both. */
uint32_t answer_message_bytes(const struct session *s, const struct message *m);

/* ---- pages ---- */

enum { ANSWER_BEGIN_COLUMNS = 3 /* of the columns of a row, those that begin it: "-- " */ };

/* The rows of a page of a list in the person's window, beside the list's heading and its last line; 0 if they are not
 * known, and lists have no pages. */
unsigned answer_page_rows(const struct session *s);
/* The most items of one answer: of a page, if so many stand in a row, and at most most. */
size_t answer_page_items(const struct session *s, size_t most, size_t per_row);
/* The rows that an answer of one line takes in the person's window; 1 if the window's width is not known. */
unsigned answer_line_rows(const struct session *s, const char *line);
/* The same of an old line, about, with its id or without. */
unsigned answer_message_rows(const struct session *s, const struct message *m, bool shows_id);
/* Ends a page with the items first to last of count, which are more: tells of /more, which runs next. */
void answer_page_end(struct session *s, size_t first, size_t last, size_t count, const char *next);

/* ---- lists ---- */

/* A list of people or rooms, several in a reply.  The caller sets s, reply and again; the rest is zeroed. */
enum { ANSWER_ITEMS = 136 };
struct answer_list {
    struct session *s;
    struct reply reply;    /* the kind and its fields, without the list; a field "first" grows with each reply */
    enum reply_kind again; /* the kind of all replies but the first; REPLY_OK for the same kind */
    size_t per_row;        /* items of a reply, which is a row of a table then (reply.cells); 0: those of a line */
    struct reply_item items[ANSWER_ITEMS];
    size_t held;           /* items that are not sent yet */
    size_t text_bytes;     /* the bytes of those in the text form */
    size_t bytes;          /* the bytes of those in the session's form, at most */
    uint32_t count;        /* items that were added */
};

/* Adds an item, whose name must stay valid until answer_list_end().  Returns false, and does not add it, if the queue
 * has no space for it. */
bool answer_list_add(struct answer_list *list, const struct reply_item *item);
/* Sends the items that are not sent yet. */
void answer_list_end(struct answer_list *list);

#endif
