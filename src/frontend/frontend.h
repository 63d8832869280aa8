/* frontend/frontend.h: the contract between a session and the protocol its person speaks.
 *
 * A frontend makes lines of a connection's bytes and hands them to the session, and it puts into
 * bytes what the session has to say.  Sessions know this header and no frontend.  Loop thread only. */
#ifndef CHATD_FRONTEND_FRONTEND_H
#define CHATD_FRONTEND_FRONTEND_H

#include "base/container.h"
#include "base/strbuf.h"
#include "chat/deliver.h"
#include "frontend/form.h"
#include "net/conn.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- bytes to lines ---- */

/* What a person is told of the way their lines come in. */
enum frontend_notice {
    FRONTEND_NOT_UTF8, /* letters in another encoding were left out: once per connection */
    FRONTEND_HERE,     /* their client has asked whether somebody is here */
};

/* What a frontend tells the owner of its connection. */
struct frontend_events {
    /* A line of len bytes, edited and clean (base/typed.h), with a NUL behind it, to be changed at will; cut says
     * that it was longer than any line may be, and that text is its beginning.  Returns false when no
     * further line is to be run until frontend_ops.resume(). */
    bool (*line)(struct conn_owner *owner, char *text, size_t len, bool cut);
    /* The person is to be told something, before the line that comes next. */
    void (*notice)(struct conn_owner *owner, enum frontend_notice notice);
    /* The frontend has answered the peer by itself, which was as much work as so many lines.  Returns false as line()
     * does. */
    bool (*worked)(struct conn_owner *owner, unsigned lines);
    /* The peer will send no more and every line has been run. */
    void (*ended)(struct conn_owner *owner);
    /* What held the frontend back itself is over (its share of a turn was used up, or the person did
     * not read what is queued): if the session does not hold either, resume(). */
    void (*ready)(struct conn_owner *owner);
    /* What columns() tells is another now. */
    void (*resized)(struct conn_owner *owner);
};

struct frontend;

struct frontend_ops {
    /* Sends what the protocol begins with, to a new peer; NULL if it begins with nothing. */
    void (*greet)(struct frontend *fe);
    /* Goes on with the lines that have waited. */
    void (*resume)(struct frontend *fe);
    /* What is known of the person's client: the kind of r, one of the type "terminal", and its fields but for the form,
     * which point into the frontend. */
    void (*describe)(const struct frontend *fe, struct reply *r);
    /* The columns of the person's window; 0: not known. */
    unsigned (*columns)(const struct frontend *fe);
    /* By the owner, once the connection is over. */
    void (*free)(struct frontend *fe);
};

struct frontend {
    struct conn_input input; /* its connection's */
    const struct frontend_ops *ops;
};

/* Settings of a frontend for lines: its slice. */
struct frontend_limits {
    uint32_t line_bytes; /* a line is said in parts of so many bytes */
    uint32_t line_parts; /* and in so many parts at most */
};

/* What all frontends of one kind are given by who opens them. */
struct frontend_host {
    const struct frontend_limits *limits;
    const struct frontend_events *events;
};

/* Makes a frontend for a connection that has its owner, as the connection's input side.  Sends nothing: greet() does,
 * which is called for a new peer and not for one that was restored.  Lines wait until the first resume().  host is
 * borrowed. */
typedef void frontend_attach_fn(struct conn *conn, const struct frontend_host *host);

/* The frontend of such a connection; NULL before that and once the connection is over. */
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
/* d's message in an encoding, made the first time it is asked for; borrowed from d.  What is shown out of the history
 * is made for the first newcomer and kept for the next, as far as chat/replays.h does. */
struct payload *frontend_encode(struct delivery *d, unsigned encoding);
/* The same for a window of so many columns, at least 1: if the message does not fit, it is broken into rows, once for
 * each of few widths.  Borrowed until the next message is encoded. */
struct payload *frontend_encode_rows(struct delivery *d, unsigned encoding, unsigned columns);
/* Breaks lines of a form into rows for such a window; json stays as it is. */
void frontend_wrap(struct strbuf *out, unsigned encoding, unsigned columns);

#endif
