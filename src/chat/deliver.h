/* chat/deliver.h: one message to many sinks, encoded once per encoding.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_DELIVER_H
#define CHATD_CHAT_DELIVER_H

#include "base/payload.h"
#include "base/wrap.h"
#include "chat/message.h"
#include "chat/ports.h"
#include "chat/replays.h"

#include <stdbool.h>

struct attachment;
struct room;
struct person;
struct person_name;

enum { DELIVER_ENCODINGS = 16 };

/* What kind of message it is, for a sink that treats some of them in its own way; bits. */
enum deliver_topic {
    DELIVER_IGNORABLE = 1, /* a person's own words, and somebody ignores that person */
    DELIVER_COMINGS = 2,
    DELIVER_PRIVATE = 4,
    DELIVER_LONG = 8, /* it may take more than DELIVER_SHORT_COLUMNS as text */
    DELIVER_ANY = 16, /* each */
    DELIVER_IGNORED = 32, /* as DELIVER_IGNORABLE, and whoever ignores that person has been told to shun it */
};

enum {
    DELIVER_SHORT_COLUMNS = 80,
    DELIVER_FORM_COLUMNS = 32, /* of a form beside names and text, at most: a date, brackets, arrows */
};

/* An encoding of a message for windows that it does not fit into; made by the frontend. */
struct deliver_rows {
    struct deliver_rows *next;
    unsigned encoding;
    size_t columns; /* that the line takes when it is not broken */
    struct payload *payloads[WRAP_CLASSES];
};

/* One message on its way. */
struct delivery {
    const struct message *m;
    uint32_t topics;  /* enum deliver_topic */
    bool is_replay;   /* from the history, not new */
    int64_t now_ms;   /* of a replay: the time now, since 1970 */
    struct replays *replays; /* of a replay: the encodings that are kept; NULL: none are */
    bool is_own_copy; /* a private line, shown to who wrote it */
    uint32_t own;     /* the id of the attachment here that it comes from, or DELIVER_NOBODY */
    struct person *from; /* a private line's writer; NULL for others */
    struct deliver_rows *rows; /* those in use */
    struct payload *encoded[DELIVER_ENCODINGS]; /* made by the first sink that needs one */
};

#define DELIVER_NOBODY UINT32_MAX /* no attachment has that id */

/* Where a message comes from, as far as it is from here. */
struct deliver_origin {
    uint32_t own;                /* as in a delivery */
    const struct person *person; /* NULL: somebody elsewhere, or nobody */
};

void deliver_to_room(const struct room *room, const struct message *m, const struct deliver_origin *origin);
/* Once to each attachment that is in any of the rooms, which are all different; returns to how many. */
uint32_t deliver_to_rooms(struct room *const *rooms, uint32_t count, const struct message *m,
                          const struct deliver_origin *origin);
/* To each attachment of those who have one of the names, a uthash table; returns to how many. */
uint32_t deliver_to_all(const struct person_name *names, const struct message *m);
/* Whether any attachment of the person has place for a private line. */
bool deliver_has_place(const struct person *to, size_t text_len);
/* A private line, to all attachments of its receiver that have place, and back to those of its writer. */
void deliver_private(struct attachment *by, struct person *to, const struct message *m);
/* To all attachments of a person but the one of that id, which may be DELIVER_NOBODY; returns to how many. */
uint32_t deliver_to_person(struct person *person, const struct message *m, uint32_t but);
/* From the history, to one who asks for it; now_ms is the time now, since 1970. */
void deliver_replay(struct replays *replays, struct sink *sink, const struct message *m, int64_t now_ms);

#endif
