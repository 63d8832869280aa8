/* base/payload.h: bytes shared by many output queues: immutable and reference-counted.
 *
 * A payload is made with one reference.  The code that made it gives this reference back with payload_unref() after
 * it has queued the payload.  Loop thread only: the count is a plain integer. */
#ifndef CHATD_BASE_PAYLOAD_H
#define CHATD_BASE_PAYLOAD_H

#include <stdint.h>
#include <stddef.h>

enum payload_class {
    PAYLOAD_KEPT,      /* an answer or a private line: not dropped when a queue is full */
    PAYLOAD_DROPPABLE, /* a line of a room: the oldest are dropped when a client reads too slowly */
};

struct payload {
    uint32_t refs;
    uint32_t len;  /* bytes in data, at least 1 */
    uint32_t kind; /* enum payload_class */
    char data[];
};

/* A copy of the len bytes at data (1 to 2^31 - 1), with one reference. */
struct payload *payload_new(const char *data, size_t len, enum payload_class kind);
/* Frees the payload; only for payload_unref(). */
void payload_free(struct payload *p);

static inline struct payload *payload_ref(struct payload *p)
{
    p->refs++;
    return p;
}

static inline void payload_unref(struct payload *p)
{
    if (--p->refs == 0) {
        payload_free(p);
    }
}

#endif
