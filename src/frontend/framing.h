/* frontend/framing.h: splits a connection's text into lines for its session.
 *
 * A line ends at LF or CR; an LF or NUL behind a CR is skipped.  It does not matter in what pieces a line arrives.
 * Each line is edited and cleaned (base/typed.h).  Lines that must wait are kept, and the connection is not read
 * meanwhile.  Loop thread only. */
#ifndef CHATD_FRONTEND_FRAMING_H
#define CHATD_FRONTEND_FRAMING_H

#include "frontend/frontend.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FRAMING_TURN_LINES = 32 /* run for one connection before others have their turn */ };

/* Embedded by the front end, and zeroed.  It sets conn, host and has_begun, and may set is_waiting and is_eof; all else
 * is framing's own. */
struct framing {
    struct conn *conn;
    const struct frontend_host *host;
    struct rest *rest;       /* the bytes that are kept; NULL if there are none */
    bool is_after_cr : 1;    /* an LF or NUL that comes next belongs to the end of the last line */
    bool has_begun : 1;      /* the bytes are known to be text; until then they wait in rest */
    bool is_later : 1;       /* the connection's first line has passed */
    bool is_overlong : 1;    /* the bytes up to the next line end are dropped */
    bool is_waiting : 1;     /* lines wait for the session or the next turn */
    bool is_eof : 1;         /* the peer has ended its text */
    bool is_ended : 1;       /* ended() has been called */
    bool told_not_utf8 : 1;
    bool is_secret : 1;      /* the line that comes next: the bytes of it are wiped */
    bool has_crlf : 1;       /* a line has ended with CR LF or CR NUL */
    bool is_read_ahead : 1;  /* set by the front end: it takes bytes while lines wait */
    uint8_t state;           /* the front end's own */
    uint8_t charset;         /* of the peer's text (base/charsets.h): framing_set_charset() */
    uint32_t ahead_bytes;    /* input that the front end keeps itself: framing_note_ahead() */
};

/* Runs the lines in the n bytes at data, which are changed, and keeps what is left over. */
void framing_feed(struct framing *f, char *data, size_t n);
/* The same for text that is UTF-8, whatever the charset. */
void framing_feed_decoded(struct framing *f, char *data, size_t n);
/* The lines that follow the one that runs are in that charset.  Lines are cut at their ends before they are decoded,
 * which no charset has in a character. */
void framing_set_charset(struct framing *f, unsigned charset);
/* Called by the front end after it has fed all bytes that it received: tells the session if the text has ended, and
 * lets the connection be read if no line waits. */
void framing_settle(struct framing *f);
/* No more text will come.  The bytes kept so far are known to be text. */
void framing_end(struct framing *f);
/* Lines need not wait any longer: runs those that are kept.  framing_settle() follows. */
void framing_go_on(struct framing *f);
/* Lets lines wait until the next turn. */
void framing_yield(struct framing *f);

/* Tells how many bytes of input the front end keeps itself. */
void framing_note_ahead(struct framing *f, size_t bytes);
/* Keeps bytes that are not yet known to be text. */
void framing_hold(struct framing *f, const char *data, size_t n);
/* The bytes that are kept, *len of them, which the caller may change until the next call; NULL if there are none. */
char *framing_held(const struct framing *f, size_t *len);
/* Decodes them, with those that come in a charset: from now on framing_feed_decoded() brings text. */
void framing_decode_held(struct framing *f);
/* Removes the last n of them. */
void framing_take_back(struct framing *f, size_t n);
/* Frees what is kept. */
void framing_fini(struct framing *f);

#endif
