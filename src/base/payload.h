/* base/payload.h: bytes that many output queues share: immutable once made, counted by reference.
 *
 * Made with one reference, which its maker gives back with payload_unref() when it has handed the
 * payload out.  Loop thread only: the count is a plain integer. */
#ifndef CHATD_BASE_PAYLOAD_H
#define CHATD_BASE_PAYLOAD_H

#include <stdint.h>
#include <stddef.h>

enum payload_class {
    PAYLOAD_KEPT,      /* an answer, a private line: never given up for want of room */
    PAYLOAD_DROPPABLE, /* a room's line: the oldest give way when a reader is too slow */
};

struct payload {
    uint32_t refs;
    uint32_t len;  /* bytes in data, at least 1 */
    uint32_t kind; /* enum payload_class */
    char data[];
};

/* A copy of the len bytes at data (1 to 2^31 - 1), with one reference. */
struct payload *payload_new(const char *data, size_t len, enum payload_class kind);
/* Frees what nobody refers to any more; only for payload_unref(). */
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
