/* chat/deliver.h: one message to many sinks, encoded once per encoding.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_DELIVER_H
#define CHATD_CHAT_DELIVER_H

#include "base/payload.h"
#include "base/wrap.h"
#include "chat/message.h"
#include "chat/port_sink.h"
#include "chat/replays.h"

#include <stdbool.h>

struct attachment;
struct room;
struct room_slot;
struct person;
struct person_name;

enum { DELIVER_ENCODINGS = 16 };

/* Properties of a message, for sinks that treat some messages differently; bits. */
enum deliver_topic {
    DELIVER_IGNORABLE = 1, /* a person's own words, and the person is ignored by somebody */
    DELIVER_COMINGS = 2,
    DELIVER_PRIVATE = 4,
    DELIVER_LONG = 8, /* as text it may take more than DELIVER_SHORT_COLUMNS */
    DELIVER_ANY = 16, /* each */
    DELIVER_IGNORED = 32, /* as DELIVER_IGNORABLE, and the sinks of those who ignore the person were told to shun it */
};

enum {
    DELIVER_SHORT_COLUMNS = 80,
    DELIVER_FORM_COLUMNS = 32, /* the most that a form adds to names and text: a date, brackets, arrows */
};

/* A message for readers of one encoding and one look, whole and broken into rows for windows that are too narrow; made
 * by the front end. */
struct deliver_rows {
    struct deliver_rows *next;
    const void *look; /* the front end's, NULL for most readers */
    unsigned encoding;
    size_t columns;        /* of the line when it is not broken */
    struct payload *plain; /* it, or NULL if it is in encoded[] of the delivery */
    struct payload *text;  /* it in UTF-8, if the readers' charset is another; otherwise NULL */
    struct payload *payloads[WRAP_CLASSES];
};

/* The delivery of one message. */
struct delivery {
    const struct message *m;
    uint32_t topics;  /* enum deliver_topic */
    bool is_replay;   /* the message is from the history */
    bool shows_id;    /* a replay that is to show the message's id, in every form */
    int64_t now_ms;   /* for a replay: the time now, since 1970 */
    struct replays *replays; /* for a replay: the kept encodings; NULL if none are kept */
    bool is_own_copy; /* a private line that is sent back to its sender */
    uint32_t own;     /* the id of the attachment here from which it comes, or DELIVER_NOBODY */
    struct person *from; /* the sender of a private line; otherwise NULL */
    struct deliver_rows *rows; /* those made so far */
    char *folded;        /* the text as words are looked for in it (base/wordlist.h), once a sink needs it; owned */
    struct payload *encoded[DELIVER_ENCODINGS]; /* without a look; each is made when the first sink needs it */
};

#define DELIVER_NOBODY UINT32_MAX /* no attachment has that id */

/* The origin of a message, if it comes from this process. */
struct deliver_origin {
    uint32_t own;                /* as in a delivery */
    const struct person *person; /* NULL if it is a person elsewhere, or none */
};

void deliver_to_room(const struct room *room, const struct message *m, const struct deliver_origin *origin);
/* Delivers once to each attachment that is in any of the rooms, which are all different.  In those behind the first
 * told ones only the sinks that do not fold are told (sink_ops.folds), and those of the origin's person.  Returns the
 * number of deliveries. */
uint32_t deliver_to_rooms(struct room *const *rooms, uint32_t count, uint32_t told, const struct message *m,
                          const struct deliver_origin *origin);
/* Delivers to the members that are chosen.  Returns their number. */
typedef bool deliver_choose_fn(void *ctx, const struct room_slot *slot);
uint32_t deliver_to_chosen(const struct room *room, const struct message *m, const struct deliver_origin *origin,
                           deliver_choose_fn *choose, void *ctx);
void deliver_to_one(struct sink *sink, const struct message *m);
/* Delivers to each attachment of the people in names, a uthash table.  Returns the number of deliveries. */
uint32_t deliver_to_all(const struct person_name *names, const struct message *m);
/* Returns true if any attachment of the person has space for a private line. */
bool deliver_has_place(const struct person *to, size_t text_len);
/* Delivers a private line to all attachments of the receiver that have space, and to those of the sender. */
void deliver_private(struct attachment *by, struct person *to, const struct message *m);
/* Delivers to all attachments of a person except the one with the id but, which may be DELIVER_NOBODY.  Returns the
 * number of deliveries. */
uint32_t deliver_to_person(struct person *person, const struct message *m, uint32_t but);
/* Delivers a message from the history to one sink; now_ms is the time now, since 1970. */
void deliver_replay(struct replays *replays, struct sink *sink, const struct message *m, int64_t now_ms);
/* The same, showing the message's id. */
void deliver_replay_with_id(struct sink *sink, const struct message *m, int64_t now_ms);

#endif
