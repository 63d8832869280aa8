/* frontend/line_priv.h: what the files line*.c share: a client whose bytes are text, and what is known of how it types.
 *
 *   line.c --> line_session.c --> line_keys.c --> line_telnet.c
 *
 * A file uses those to the right of it. */
#ifndef CHATD_FRONTEND_LINE_PRIV_H
#define CHATD_FRONTEND_LINE_PRIV_H

#include "frontend/framing.h"
#include "frontend/frontend.h"
#include "frontend/telnet.h"
#include "frontend/typing.h"

#include <stdbool.h>
#include <stdint.h>

/* What is known about editing; bits of framing.state. */
enum {
    LINE_EDITS = 1,       /* typing is valid, and not telnet */
    LINE_WANTED = 2,      /* it is to begin */
    LINE_UNWANTED = 4,    /* it is to end */
    LINE_ASKED = 8,       /* the client was asked for keys, by telnet */
    LINE_AWAITS_KEYS = 16, /* a client without telnet: what comes next tells whether it sends keys */
    LINE_UNASKED = 32,    /* the person has not asked for it, and is not told when it fails */
    LINE_RULED = 64,      /* the rule of the settings was applied */
};

struct line {
    struct frontend fe;
    struct framing framing;
    union {
        struct telnet_peer *telnet; /* NULL until the peer speaks it */
        struct typing *typing;      /* while LINE_EDITS; it knows the telnet */
    };
};

static inline bool line_has(const struct line *l, unsigned bits)
{
    return (l->framing.state & bits) != 0;
}

static inline void line_set(struct line *l, unsigned bits, bool on)
{
    l->framing.state = (uint8_t)(on ? l->framing.state | bits : l->framing.state & ~bits);
}

static inline struct telnet_peer *line_telnet(const struct line *l)
{
    return line_has(l, LINE_EDITS) ? typing_telnet(l->typing) : l->telnet;
}

static inline const struct frontend_events *line_events(const struct line *l)
{
    return l->framing.host->events;
}

static inline bool line_is_utf8(const struct line *l)
{
    return l->framing.charset == CHARSETS_UTF8;
}

/* The client has cost as much work as so many lines. */
static inline void line_charge(struct line *l, unsigned lines)
{
    if (lines > 0 && !line_events(l)->worked(l->framing.conn->owner, lines)) {
        l->framing.is_waiting = true;
    }
}

#endif
