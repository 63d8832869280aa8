/* frontend/line_keys.c: when editing begins and ends. */
#include "config.h"

#include "frontend/line_keys.h"

#include "base/mem.h"
#include "frontend/line_priv.h"
#include "frontend/line_telnet.h"
#include "frontend/terminals.h"

#include <string.h>

/* What of a line is here already is the first that is typed. */
static void begin_editing(struct line *l)
{
    struct telnet_peer *telnet = l->telnet;
    struct strbuf begun = {0};
    size_t len;
    const char *line;

    framing_decode_held(&l->framing);
    line = framing_held(&l->framing, &len);
    if (line != NULL && !l->framing.is_waiting) {
        strbuf_add(&begun, line, len);
        framing_take_back(&l->framing, len);
    }
    l->typing = typing_new(&l->framing, telnet);
    l->framing.state = LINE_EDITS | LINE_RULED;
    line_events(l)->edits(l->framing.conn->owner, true);
    line_events(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_ON);
    if (telnet == NULL) {
        line_events(l)->resized(l->framing.conn->owner);
    }
    if (begun.len > 0) {
        typing_feed_text(l->typing, begun.data, begun.len);
        mem_wipe(begun.data, begun.len);
    }
    strbuf_fini(&begun);
}

static void end_editing(struct line *l)
{
    struct typing *typing = l->typing;
    struct telnet_peer *telnet = typing_telnet(typing);

    if (!line_has(l, LINE_UNWANTED)) { /* above what is typed so far */
        line_events(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_OFF);
    }
    line_events(l)->edits(l->framing.conn->owner, false);
    l->telnet = telnet;
    l->framing.state = LINE_RULED;
    if (telnet != NULL) {
        telnet_peer_edit(telnet, false);
    }
    typing_end(typing);
}

/* The last read had just bytes, or none is known of if that is 0. */
static void begin_if_wanted(struct line *l, size_t bytes)
{
    line_set(l, LINE_WANTED, false);
    if (l->telnet != NULL) {
        telnet_peer_edit(l->telnet, true);
        line_set(l, LINE_ASKED, true);
    } else if (bytes > 0 && bytes <= strlen("\r\n")) {
        begin_editing(l); /* Enter has come alone: it is a key */
    } else if (l->framing.has_crlf) {
        line_telnet_begin(l, false);
        telnet_peer_edit(l->telnet, true);
        line_telnet_erase(l);
        line_set(l, LINE_ASKED, true);
    } else {
        line_set(l, LINE_AWAITS_KEYS, true);
    }
}

void line_keys_note_answer(struct line *l)
{
    switch (telnet_peer_mode(line_telnet(l))) {
    case TELNET_KEYS:
        if (!line_has(l, LINE_EDITS)) {
            begin_editing(l);
        }
        break;
    case TELNET_REFUSES:
        if (line_has(l, LINE_EDITS)) {
            end_editing(l);
        } else if (line_has(l, LINE_ASKED)) {
            bool is_asked = !line_has(l, LINE_UNASKED);

            line_set(l, LINE_ASKED | LINE_UNASKED, false);
            telnet_peer_edit(l->telnet, false);
            if (is_asked) {
                line_events(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_REFUSED);
            }
        }
        break;
    case TELNET_ASKED:
    case TELNET_LINES:
        break;
    }
}

void line_keys_settle(struct line *l, size_t bytes)
{
    if (!conn_is_open(l->framing.conn)) {
        return;
    }
    if (line_has(l, LINE_UNWANTED)) {
        if (line_has(l, LINE_EDITS)) {
            end_editing(l);
        } else if (l->telnet != NULL) {
            telnet_peer_edit(l->telnet, false);
        }
        l->framing.state = LINE_RULED;
    } else if (line_has(l, LINE_WANTED) && !line_has(l, LINE_EDITS)) {
        begin_if_wanted(l, bytes);
    }
    if (line_telnet(l) != NULL) {
        line_keys_note_answer(l);
    }
}

void line_keys_apply_rule(struct line *l)
{
    const char *type = telnet_peer_terminal(l->telnet);
    enum frontend_edit_rule rule = l->framing.host->limits->edit;
    enum terminals_kind kind = terminals_kind(type != NULL ? type : "");

    if (type == NULL) {
        return;
    }
    line_set(l, LINE_RULED, true);
    if (line_has(l, LINE_ASKED | LINE_WANTED | LINE_UNWANTED)) {
        return;
    }
    if (rule == FRONTEND_EDIT_AUTO ? kind == TERMINALS_SCREEN
                                   : rule == FRONTEND_EDIT_ALL && kind != TERMINALS_MUD && kind != TERMINALS_DUMB) {
        line_set(l, LINE_UNASKED | LINE_WANTED, true);
    }
}

/* A whole line is none. */
void line_keys_look(struct line *l, const char *data, size_t n)
{
    bool has_end = memchr(data, '\n', n) != NULL || memchr(data, '\r', n) != NULL;

    if (has_end && n == 1) {
        return; /* who knows? */
    }
    line_set(l, LINE_AWAITS_KEYS, false);
    if (has_end) {
        line_events(l)->notice(l->framing.conn->owner, FRONTEND_EDIT_LINES);
    } else {
        begin_editing(l);
    }
}

enum frontend_editing line_keys_want(struct line *l, bool on)
{
    bool is_on = line_has(l, LINE_EDITS);

    line_set(l, on ? LINE_UNWANTED : LINE_WANTED, false);
    line_set(l, on ? LINE_WANTED : LINE_UNWANTED, on != is_on);
    line_set(l, LINE_UNASKED, false);
    return is_on == on && is_on ? FRONTEND_EDITS : on ? FRONTEND_EDITS_SOON : FRONTEND_EDITS_NOT;
}
