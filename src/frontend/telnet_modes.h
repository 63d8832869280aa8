/* frontend/telnet_modes.h: how what is typed arrives from a client's telnet: the options ECHO and SUPPRESS-GO-AHEAD.
 *
 * ECHO alone hides what is typed (RFC 857: WILL ECHO, and nothing is echoed); both have the client send keys (RFC 857
 * and 858).  Loop thread only. */
#ifndef CHATD_FRONTEND_TELNET_MODES_H
#define CHATD_FRONTEND_TELNET_MODES_H

#include <stdbool.h>

struct telnet_t; /* libtelnet.h */

/* How what is typed arrives. */
enum telnet_mode {
    TELNET_LINES,   /* as lines, which the client echoes and edits */
    TELNET_ASKED,   /* still so: the client has not answered yet */
    TELNET_KEYS,    /* key by key, to be echoed by the server (RFC 857 and 858: WILL ECHO, WILL SUPPRESS-GO-AHEAD) */
    TELNET_REFUSES, /* as lines: the client will not send keys, or no longer */
};

/* An option by which the server asks for keys. */
struct telnet_modes_option {
    bool said : 1; /* WILL was sent, and WONT was not since */
    bool does : 1; /* and DO came */
    bool awaits_dont : 1; /* WONT was sent: the client's DONT is its answer */
};

/* Embedded by its owner, and zeroed.  The owner sets hides and edits; telnet_modes_say() follows. */
struct telnet_modes {
    struct telnet_modes_option echo, sga;
    bool hides : 1;   /* a password is typed */
    bool edits : 1;   /* what is typed is to come key by key, to be echoed here */
    bool refuses : 1; /* the client will not have that */
};

/* Says by the telnet what has changed. */
void telnet_modes_say(struct telnet_modes *m, struct telnet_t *telnet);
/* The client has sent a DO or a DONT for an option. */
void telnet_modes_note(struct telnet_modes *m, unsigned char option, bool does);
enum telnet_mode telnet_modes_now(const struct telnet_modes *m);

#endif
