/* chat/attachment.h: one way in and out of a person: one session of theirs.
 *
 * Embedded by the session, which sets the sink's ops and calls chat_enter().  A person may have several attachments.
 * All of them are in the same rooms; each hears what the others say.  Loop thread only. */
#ifndef CHATD_CHAT_ATTACHMENT_H
#define CHATD_CHAT_ATTACHMENT_H

#include "chat/message.h"
#include "chat/ports.h"

#include <stdbool.h>
#include <stdint.h>

struct member;
struct person;

struct attachment {
    struct sink sink;        /* first: the fan-out comes in here */
    struct person *person;
    struct attachment *next_of_person;
    struct member *rooms;    /* last joined first, through next_of_attachment */
    uint32_t id;             /* which of all attachments it is; 0: it has quit, and is in no room any more */
    uint32_t since_s;        /* when it came, since 1970 */
};

/* What a sink is embedded in. */
static inline struct attachment *attachment_of_sink(struct sink *sink)
{
    return (struct attachment *)sink;
}

#endif
