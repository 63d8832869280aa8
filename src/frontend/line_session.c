/* frontend/line_session.c: the session's side of the front end for lines. */
#include "config.h"

#include "frontend/line_session.h"

#include "base/charsets.h"
#include "base/container.h"
#include "frontend/line_keys.h"
#include "frontend/line_priv.h"
#include "frontend/line_telnet.h"
#include "frontend/terminals.h"
#include "frontend/typing_screen.h"

#include <stdlib.h>

static void resume(struct frontend *fe)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    framing_go_on(&l->framing);
    if (line_has(l, LINE_EDITS)) {
        typing_go_on(l->typing);
        line_charge(l, typing_take_cost(l->typing));
    }
    line_keys_settle(l, 0);
    framing_settle(&l->framing);
}

static void describe(const struct frontend *fe, struct reply *r)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);
    const struct telnet_peer *telnet = line_telnet(l);

    if (telnet != NULL) {
        telnet_peer_describe(telnet, r);
    } else {
        r->kind = REPLY_TERMINAL_PLAIN;
    }
    r->edits = line_has(l, LINE_EDITS);
    r->charset = line_is_utf8(l) ? NULL : charsets_name(l->framing.charset);
}

static unsigned columns(const struct frontend *fe)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (line_has(l, LINE_EDITS)) {
        return typing_screen_columns(l->typing); /* the terminal may have told another width */
    }
    return l->telnet != NULL ? telnet_peer_columns(l->telnet) : 0;
}

static unsigned rows(const struct frontend *fe)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (line_has(l, LINE_EDITS)) {
        return typing_screen_rows(l->typing); /* so for these */
    }
    return l->telnet != NULL ? telnet_peer_rows(l->telnet) : 0;
}

static struct frontend_screen screen(const struct frontend *fe)
{
    const struct telnet_peer *telnet = line_telnet(CONTAINER_OF(fe, const struct line, fe));
    const char *type = telnet != NULL ? telnet_peer_terminal(telnet) : NULL;

    unsigned mtts = telnet != NULL ? telnet_peer_mtts(telnet) : 0;
    unsigned colours;

    if (type == NULL) {
        return (struct frontend_screen){0};
    }
    colours = mtts != 0 ? terminals_mtts_colours(mtts) : terminals_colours(type);
    return (struct frontend_screen){.is_known = terminals_kind(type) == TERMINALS_SCREEN || (mtts != 0 && colours > 0),
                                    .colours = colours,
                                    .does_bidi = terminals_does_bidi(type)};
}

static unsigned get_charset(const struct frontend *fe, bool *is_telnet)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    *is_telnet = line_telnet(l) != NULL && telnet_peer_is_heard(line_telnet(l));
    return l->framing.charset;
}

/* A telnet doubles bytes 255 before it has negotiated anything, and inetutils' eats others until it is binary. */
static void set_charset(struct frontend *fe, unsigned charset)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    line_telnet_set_charset(l, charset);
    if (line_telnet(l) != NULL) {
        telnet_peer_fix_charset(line_telnet(l), charset);
    } else if (!line_is_utf8(l) && !line_has(l, LINE_EDITS) && l->framing.has_crlf) {
        line_telnet_begin(l, false);
        line_set(l, LINE_RULED, true);
        line_telnet_erase(l);
    }
}

/* A client that has negotiated takes an IAC NOP for what it is; nc, and a telnet that was silent so far, may show
 * it. */
static unsigned probe(struct frontend *fe)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);
    struct telnet_peer *telnet = line_telnet(l);

    return telnet != NULL && telnet_peer_is_heard(telnet) ? telnet_peer_probe(telnet) : 0;
}

static enum frontend_hiding hide(struct frontend *fe, bool on, bool is_text)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);
    struct telnet_peer *telnet;
    bool is_told, is_sure;

    l->framing.is_secret = on;
    if (line_has(l, LINE_EDITS)) {
        typing_set_secret(l->typing, on);
    } else if (on && is_text && l->telnet == NULL && l->framing.has_crlf) {
        line_telnet_begin(l, false);
        line_set(l, LINE_RULED, true); /* the client does not speak telnet by itself: that is not asked for */
    }
    telnet = line_telnet(l);
    is_sure = telnet != NULL && telnet_peer_is_heard(telnet);
    is_told = telnet != NULL && (is_sure || is_text) && telnet_peer_hide(telnet, on);
    if (is_told) {
        line_telnet_erase(l);
    }
    if (line_has(l, LINE_EDITS) || (is_told && is_sure)) {
        return FRONTEND_HIDDEN;
    }
    return is_told ? FRONTEND_HIDDEN_IF_TELNET : FRONTEND_SHOWN;
}

static enum frontend_editing edit(struct frontend *fe, bool on)
{
    return line_keys_want(CONTAINER_OF(fe, struct line, fe), on);
}

static void disturb(struct frontend *fe, bool is_last)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (line_has(l, LINE_EDITS)) {
        typing_screen_disturb(l->typing, is_last);
    }
}

static unsigned paste(struct frontend *fe, bool say)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    return line_has(l, LINE_EDITS) ? typing_paste(l->typing, say) : 0;
}

static void end(struct frontend *fe)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (line_telnet(l) != NULL) {
        telnet_peer_free(line_telnet(l));
    }
    if (line_has(l, LINE_EDITS)) {
        typing_free(l->typing);
    }
    framing_fini(&l->framing);
    free(l);
}

static const char *get_typed(const struct frontend *fe, size_t *len)
{
    const struct line *l = CONTAINER_OF(fe, struct line, fe);

    *len = 0;
    return line_has(l, LINE_EDITS) ? typing_get_typed(l->typing, len) : NULL;
}

static void put_typed(struct frontend *fe, const char *lines, size_t len)
{
    struct line *l = CONTAINER_OF(fe, struct line, fe);

    if (line_has(l, LINE_EDITS)) {
        typing_put_typed(l->typing, lines, len);
    }
}

const struct frontend_ops line_session_ops = {
    .resume = resume,
    .describe = describe,
    .columns = columns,
    .rows = rows,
    .screen = screen,
    .charset = get_charset,
    .set_charset = set_charset,
    .hide = hide,
    .edit = edit,
    .disturb = disturb,
    .paste = paste,
    .get_typed = get_typed,
    .put_typed = put_typed,
    .probe = probe,
    .free = end,
};
