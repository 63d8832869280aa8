/* frontend/typing_priv.h: what the files typing*.c share: the state of editing for one connection. */
#ifndef CHATD_FRONTEND_TYPING_PRIV_H
#define CHATD_FRONTEND_TYPING_PRIV_H

#include "base/charsets.h"
#include "base/strbuf.h"
#include "edit/editor.h"
#include "edit/screen.h"
#include "frontend/framing.h"
#include "frontend/frontend.h"
#include "frontend/terminal_text.h"
#include "frontend/waiting.h"

#include <stdbool.h>
#include <stdint.h>

struct typing {
    struct typing *next_drawn;
    bool is_to_be_drawn;
    bool is_mute;          /* nothing is drawn any more: the connection ends */
    bool wants_bell;
    bool has_line;         /* Enter was pressed, but too many lines wait */
    bool has_asked_size;
    bool knows_rows;       /* of the window */
    bool told_full;        /* the person was told that the line is too long */
    struct framing *framing;
    struct telnet_peer *telnet;
    struct editor editor;
    struct screen screen;
    struct strbuf keys;    /* input that waits: behind has_line, or for the next turn; UTF-8 */
    struct terminal_half half;
    struct waiting waiting;
    uint64_t charged;      /* of the editor's work and the bytes drawn */
    uint64_t drawn;
};

static inline const struct frontend_events *typing_events(const struct typing *t)
{
    return t->framing->host->events;
}

static inline void typing_tell(const struct typing *t, enum frontend_notice notice)
{
    typing_events(t)->notice(t->framing->conn->owner, notice);
}

/* NULL: it is UTF-8. */
static inline const struct charset *typing_charset(const struct typing *t)
{
    return charsets_get(t->framing->host->charsets, t->framing->charset);
}

#endif
