/* frontend/terminals.h: what a client's terminal type tells (RFC 1091).
 *
 * Pure; any thread. */
#ifndef CHATD_FRONTEND_TERMINALS_H
#define CHATD_FRONTEND_TERMINALS_H

#include <stdbool.h>
#include <stdint.h>

enum terminals_kind {
    TERMINALS_UNKNOWN,
    TERMINALS_SCREEN, /* a terminal that draws by ECMA-48, as its name in terminfo(5) says */
    TERMINALS_MUD,    /* a client for MUDs: it has a line to type in of its own */
    TERMINALS_DUMB,   /* it says that it cannot */
};

/* The kind of a type, in whatever case; "" is unknown. */
enum terminals_kind terminals_kind(const char *type);

/* The colours of a terminal of that type: 0, 16 or 256; 0 also if it is unknown. */
unsigned terminals_colours(const char *type);

/* The number of "MTTS 271", by which a client for MUDs tells what it can do: its bits mean ANSI (1), VT100 (2), UTF-8
 * (4), 256 colours (8), a screen reader (64), true colour (256) and others.  0 if that is none. */
uint16_t terminals_read_mtts(const char *text);
/* The colours that such a number tells of: 0, 16 or 256.  A screen reader has none. */
unsigned terminals_mtts_colours(unsigned mtts);

/* Returns true if a terminal of that type shows right-to-left text by the bidirectional algorithm (UAX #9), isolates
 * included. */
bool terminals_does_bidi(const char *type);

#endif
