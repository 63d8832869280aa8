/* frontend/frontend.h: the contract between a session and a front end, which speaks a protocol.
 *
 * A front end decodes a connection's bytes to lines for the session, and encodes the session's messages and replies to
 * bytes.  Sessions know this header and no front end.  Loop thread only. */
#ifndef CHATD_FRONTEND_FRONTEND_H
#define CHATD_FRONTEND_FRONTEND_H

#include "base/charsets.h"
#include "base/container.h"
#include "base/strbuf.h"
#include "chat/deliver.h"
#include "edit/completion.h"
#include "frontend/form.h"
#include "net/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- bytes to lines ---- */

/* Notices to a person about the lines that arrive. */
enum frontend_notice {
    FRONTEND_NOT_UTF8, /* bytes that the charset does not have were dropped; sent once for each charset */
    FRONTEND_HERE,     /* the client has asked whether the server is there */
    FRONTEND_EDIT_ON,  /* what is typed is edited here from now on */
    FRONTEND_EDIT_OFF, /* no longer, since the client will not have it */
    FRONTEND_EDIT_REFUSED, /* the client will not begin */
    FRONTEND_EDIT_LINES,   /* it cannot: the client sends whole lines */
    FRONTEND_LINE_FULL,    /* the line being edited is as long as it may be, and characters were left out */
    FRONTEND_PASTE_CUT,    /* what was pasted was too much, and its end was left out */
    FRONTEND_CUT,          /* the last line was not finished when the connection was cut, and was not run */
    FRONTEND_LINES_DROPPED, /* Ctrl-C: lines that were pasted and not said yet are forgotten */
};

/* The calls of a front end to the owner of its connection. */
struct frontend_events {
    /* A line of len bytes, edited and clean (base/typed.h), followed by a NUL; the callee may change it. cut says that
     * the line was too long and that text is only its beginning.  Returns false if no further line may run until
     * frontend_ops.resume(). */
    bool (*line)(struct conn_owner *owner, char *text, size_t len, bool cut);
    /* Asks the session to send a notice before the next line. */
    void (*notice)(struct conn_owner *owner, enum frontend_notice notice);
    /* The front end has answered the peer by itself, which was as much work as so many lines.  Returns false as line()
     * does. */
    bool (*worked)(struct conn_owner *owner, unsigned lines);
    /* The peer will send no more, and every line has run. */
    void (*ended)(struct conn_owner *owner);
    /* The front end can go on: it had used up its share of a turn, or the client had not read its queue.  The session
     * calls resume() unless it has a hold itself. */
    void (*ready)(struct conn_owner *owner);
    /* The result of columns(), screen() or charset() has changed. */
    void (*resized)(struct conn_owner *owner);
    /* Returns true if the client may choose a charset: what it is sent is text for people. */
    bool (*takes_charset)(struct conn_owner *owner);

    /* The next ones are called while what is typed is edited here (frontend_ops.edit()). */
    /* Editing has begun or ended: disturb() is to be called from now on, or not any more. */
    void (*edits)(struct conn_owner *owner, bool on);
    /* Appends what stands before the line being typed; clean text. */
    void (*prompt)(struct conn_owner *owner, struct strbuf *out);
    /* Offers candidates for a word. */
    void (*complete)(struct conn_owner *owner, struct completion *c);
    /* Returns true if the line may be kept, to be called back: it holds no password. */
    bool (*may_keep)(struct conn_owner *owner, const char *line);
    /* So many lines were pasted, and wait for frontend_ops.paste(). */
    void (*pasted)(struct conn_owner *owner, unsigned lines);
};

struct frontend;

enum frontend_editing {
    FRONTEND_EDITS_NOT,
    FRONTEND_EDITS_SOON, /* if the client agrees */
    FRONTEND_EDITS,
};

enum frontend_hiding {
    FRONTEND_SHOWN,
    FRONTEND_HIDDEN_IF_TELNET, /* the client was told so, and is taken for one that understands it */
    FRONTEND_HIDDEN,
};

/* What a terminal shows; all 0 if nothing is known of it. */
struct frontend_screen {
    bool is_known;    /* it draws by ECMA-48; a client for MUDs only if it says so by MTTS */
    unsigned colours; /* 0, 16 or 256 */
    bool does_bidi;   /* right-to-left text, with isolates */
};

struct frontend_ops {
    /* Sends what the protocol begins with, to a new peer; NULL if it begins with nothing. */
    void (*greet)(struct frontend *fe);
    /* Runs the lines that have waited. */
    void (*resume)(struct frontend *fe);
    /* What is known of the person's client: the kind of r, one of the type "terminal", and its fields but for the form,
     * which point into the frontend. */
    void (*describe)(const struct frontend *fe, struct reply *r);
    /* The columns of the person's window; 0 if they are not known. */
    unsigned (*columns)(const struct frontend *fe);
    /* Its rows, likewise. */
    unsigned (*rows)(const struct frontend *fe);
    /* What is known of the person's terminal by the type that the client has told. */
    struct frontend_screen (*screen)(const struct frontend *fe);
    /* The charset of the person's terminal (base/charsets.h).  *is_telnet tells that its bytes 255 are doubled.  NULL
     * if it is always UTF-8. */
    unsigned (*charset)(const struct frontend *fe, bool *is_telnet);
    /* The lines that follow the one that runs are in that charset, which host->charsets have.  The caller encodes what
     * it sends.  NULL if it is always UTF-8. */
    void (*set_charset)(struct frontend *fe, unsigned charset);
    /* The peer's client does not show what is typed from now on, or shows it again.  Returns what is so now.  is_text:
     * the person gets text, in which a few odd bytes break nothing.  NULL if no client can be told so. */
    enum frontend_hiding (*hide)(struct frontend *fe, bool on, bool is_text);
    /* Begins or ends to edit what is typed, key by key, as soon as the client agrees; the person is told.  Returns
     * what is so now.  NULL if the protocol has no such thing. */
    enum frontend_editing (*edit)(struct frontend *fe, bool on);
    /* Something is about to be sent to a person for whom lines are edited: it will stand above the line being typed,
     * which is drawn again at the end of the turn; or, if it is the last, below what is typed so far. */
    void (*disturb)(struct frontend *fe, bool is_last);
    /* Has the lines said that were pasted and wait, or drops them.  Returns their number. */
    unsigned (*paste)(struct frontend *fe, bool say);
    /* The lines that were typed while lines are edited, to be called back: each with a NUL, the oldest first; *len is
     * 0 if there are none.  Borrowed for the moment. */
    const char *(*get_typed)(const struct frontend *fe, size_t *len);
    /* Puts such lines before those. */
    void (*put_typed)(struct frontend *fe, const char *lines, size_t len);
    /* Sends something that the client takes and does not show, if it has shown that it knows such a thing.  Returns the
     * number of bytes.  NULL if no client of the protocol does. */
    unsigned (*probe)(struct frontend *fe);
    /* Called by the owner when the connection is over. */
    void (*free)(struct frontend *fe);
};

struct frontend {
    struct conn_input input; /* of its connection */
    const struct frontend_ops *ops;
};

/* For which clients what is typed is edited here, without their asking. */
enum frontend_edit_rule {
    FRONTEND_EDIT_AUTO,  /* those that speak telnet and tell the type of a terminal that is known */
    FRONTEND_EDIT_ALL,   /* those that speak telnet, except clients for MUDs */
    FRONTEND_EDIT_NEVER, /* none, even if they ask */
};

/* The slice of the settings for front ends. */
struct frontend_limits {
    uint32_t line_bytes; /* the greatest length of the parts in which a line is said */
    uint32_t line_parts; /* the greatest number of parts */
    enum frontend_edit_rule edit;
};

/* Those whose line being typed is to be drawn before the turn's writes; embedded and zeroed by the owner of all. */
struct frontend_drawn {
    struct typing *first;
};

/* What the owner gives to all its front ends; borrowed. */
struct frontend_host {
    const struct frontend_limits *limits;
    const struct frontend_events *events;
    struct frontend_drawn *drawn;
    const struct charsets *charsets; /* NULL if there are none but UTF-8 */
};

/* Makes a front end for a connection that has its owner, as the connection's input side.  Sends nothing: greet() does,
 * which is called for a new peer and not for one that was restored.  Lines wait until the first resume(). host is
 * borrowed. */
typedef void frontend_attach_fn(struct conn *conn, const struct frontend_host *host);

/* The front end of such a connection; NULL before it is attached and when the connection is over. */
static inline struct frontend *frontend_of_conn(const struct conn *conn)
{
    return conn->input != NULL ? CONTAINER_OF(conn->input, struct frontend, input) : NULL;
}

/* ---- messages to bytes ---- */

/* The form of an encoding: text or json. */
const struct frontend_form *frontend_form(unsigned encoding);
/* The error line that tells a peer why the server ends the connection, and said behind it, NULL or "" for nothing;
 * no line for a reason of the peer's own. */
void frontend_goodbye(struct strbuf *out, unsigned encoding, enum reason reason, const char *said);
/* The message of d in an encoding, made the first time it is needed; borrowed from d.  An encoding of an old line is
 * kept for the next newcomer, as far as chat/replays.h keeps it. */
struct payload *frontend_encode(struct delivery *d, unsigned encoding);

/* What is known of a reader. */
struct frontend_reader {
    unsigned encoding;
    const struct look *look; /* or NULL */
    unsigned columns;        /* of the window; 0: lines are not broken */
};

/* The message of d for a reader, made once for all readers who are alike: a message that does not fit into the window
 * is broken into rows, once for each of a few widths.  Borrowed until the next message is encoded. */
struct payload *frontend_encode_for(struct delivery *d, const struct frontend_reader *reader);
/* Breaks lines of a form into rows for the reader, and encodes them in the reader's charset; json stays as it is. */
void frontend_wrap(struct strbuf *out, const struct frontend_reader *reader);

#endif
