/* chat/attachment.h: an attachment: one session of a person.
 *
 * Embedded by the session, which sets the sink's ops and calls chat_enter().  A person may have several attachments.
 * All of them are in the same rooms, and each receives what the others say.  Loop thread only. */
#ifndef CHATD_CHAT_ATTACHMENT_H
#define CHATD_CHAT_ATTACHMENT_H

#include "chat/message.h"
#include "chat/port_sink.h"

#include <stdbool.h>
#include <stdint.h>

struct member;
struct person;

struct attachment {
    struct sink sink;        /* the first field: the fan-out has pointers to it */
    struct person *person;
    struct attachment *next_of_person;
    struct member *rooms;    /* linked by next_of_attachment, the last joined first */
    uint32_t id;             /* unique among all attachments; 0 if it has quit and is in no room any more */
    uint32_t since_s;        /* when it came, since 1970 */
};

/* The attachment that embeds a sink. */
static inline struct attachment *attachment_of_sink(struct sink *sink)
{
    return (struct attachment *)sink;
}

#endif
