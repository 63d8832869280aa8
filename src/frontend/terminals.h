/* frontend/terminals.h: what a client's terminal type tells (RFC 1091).
 *
 * Pure; any thread. */
#ifndef CHATD_FRONTEND_TERMINALS_H
#define CHATD_FRONTEND_TERMINALS_H

#include <stdbool.h>

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

/* Returns true if a terminal of that type shows right-to-left text by the bidirectional algorithm (UAX #9), isolates
 * included. */
bool terminals_does_bidi(const char *type);

#endif
