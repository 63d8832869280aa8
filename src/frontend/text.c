/* frontend/text.c: what a person at telnet or nc reads.
 *
 *   [#lobby] alice: hello        [#lobby] * alice waves        [#lobby] -- bob joined
 *   [alice -> you] psst          -- information                !! code: an error
 *   [#lobby, #ops] -- bob quit
 *   12:00 [#lobby] alice: hello        what is past, or with its time;  with its id too:
 *   12:00 01a1fdfa2aa80000 [#lobby] alice: hello
 *
 * No user can forge one: text and names come here clean (base/text.h, base/name.h), so that none of
 * them holds a line end, an escape or a bracket at the start of a line. */
#include "config.h"

#include "frontend/text.h"

#include "base/clock.h"
#include "base/span.h"
#include "base/text.h"
#include "base/timeform.h"
#include "chat/modes.h"
#include "chat/rank.h"
#include "frontend/reply_text.h"

#include <string.h>

#define DIM "\033[2m"
#define PLAIN "\033[0m"

enum { SECOND_MS = 1000 };

/* A reader who sees times is told of each new day by a line of its own, and so needs no date in front of what is
 * past. */
static void add_time(struct strbuf *out, unsigned encoding, const struct look *look, const struct delivery *d)
{
    char time[TIMEFORM_SIZE];

    if ((encoding & FRONTEND_TIME) != 0) {
        strbuf_adds(out, clock_format(look_zone(look), d->m->time_ms, look_time_form(look), time));
    } else {
        strbuf_adds(out, clock_short(look_zone(look), d->m->time_ms, d->now_ms, time));
    }
    strbuf_addc(out, ' ');
}

/* How a line is made. */
struct style {
    const struct look *look;
    bool has_colours, is_mention;
};

static void add_name(struct strbuf *out, const struct style *style, const char *name, const char *folded)
{
    look_add_name(style->look, out, name, folded, style->has_colours, style->is_mention);
}

static void add_text(struct strbuf *out, const struct style *style, const struct message *m)
{
    look_add_text(style->look, out, m->text, m->text_len);
}

static void add_shown(struct strbuf *out, const struct style *style, const char *name)
{
    look_add_text(style->look, out, name, strlen(name));
}

static void add_private(struct strbuf *out, unsigned encoding, const struct style *style, const struct delivery *d)
{
    strbuf_addc(out, '[');
    if (d->is_own_copy) {
        strbuf_adds(out, "you -> ");
        add_name(out, style, d->m->target, d->m->target_folded);
    } else {
        add_name(out, style, d->m->actor, d->m->actor_folded);
        strbuf_adds(out, " -> you");
    }
    strbuf_adds(out, "] ");
    add_text(out, style, d->m);
    if ((encoding & FRONTEND_BELL) != 0 && !d->is_own_copy) {
        strbuf_addc(out, '\a');
    }
}

static void add_rooms(struct strbuf *out, const struct style *style, const struct message *m)
{
    const char *list = m->room, *room, *between = "[#";
    size_t len;

    if (m->kind != MESSAGE_QUIT) {
        strbuf_adds(out, "[#");
        add_shown(out, style, m->room);
        strbuf_adds(out, "] ");
        return;
    }
    while ((room = message_next_room(&list, &len)) != NULL) {
        strbuf_adds(out, between);
        look_add_text(style->look, out, room, len);
        between = ", #";
    }
    strbuf_adds(out, "] ");
}

/* The verb between the actor and the target or text: plain when there is neither. */
static const struct event_words {
    const char *plain, *with;
} events[MESSAGE_KINDS] = {
    [MESSAGE_NOTICE] = {": ", ": "},
    [MESSAGE_JOIN] = {" joined", NULL},
    [MESSAGE_LEAVE] = {" left", " left: "},
    [MESSAGE_QUIT] = {" quit", " quit: "},
    [MESSAGE_RENAME] = {NULL, " is now "},
    [MESSAGE_TOPIC] = {" cleared the topic", " set the topic: "},
    [MESSAGE_DELETE] = {NULL, " deleted a line of "},
};

static void add_reason(struct strbuf *out, const struct style *style, const struct message *m)
{
    if (m->text_len > 0) {
        strbuf_adds(out, ": ");
        add_text(out, style, m);
    }
}

/* "for 1 h": until then, from the time of the message. */
static void add_until(struct strbuf *out, const struct message *m)
{
    if (m->until_ms > m->time_ms) {
        char span[SPAN_TEXT_SIZE];

        strbuf_addf(out, " for %s", span_text(m->until_ms - m->time_ms + SECOND_MS - 1, span)); /* rounded up */
    }
}

/* Of the value of a secret mode nothing is shown. */
static void add_mode(struct strbuf *out, const struct message *m)
{
    enum mode mode = modes_find(m->target);
    const struct mode_row *row = mode < MODES ? modes_row(mode) : NULL;

    if (m->is_off) {
        strbuf_addf(out, " turned off %s", m->target);
    } else if (row == NULL || row->type == MODE_FLAG || row->is_secret) {
        strbuf_addf(out, row != NULL && row->is_secret ? " set a %s" : " turned on %s", m->target);
    } else {
        bool is_one = strcmp(m->text, "1") == 0; /* units are plurals */

        strbuf_addf(out, " set %s to %s", m->target, m->text);
        if (row->unit != NULL) {
            strbuf_addf(out, " %.*s", (int)(strlen(row->unit) - is_one), row->unit);
        }
    }
}

static void add_role(struct strbuf *out, const struct style *style, const struct message *m)
{
    enum rank role = rank_of_name(m->text);

    if (role == RANK_VOICED) {
        strbuf_adds(out, m->is_off ? " took the voice of " : " gave a voice to ");
        add_shown(out, style, m->target);
        return;
    }
    strbuf_adds(out, m->is_off ? " removed " : " made ");
    add_shown(out, style, m->target);
    strbuf_adds(out, m->is_off ? " from the operators" : role == RANK_OWNER ? " the owner" : " an operator");
}

static void add_rule(struct strbuf *out, const struct style *style, const struct message *m)
{
    static const struct {
        const char *on, *off;
    } words[RULE_KINDS] = {
        [RULE_BAN] = {" banned ", " ended the ban of "},
        [RULE_MUTE] = {" muted ", " unmuted "},
        [RULE_INVITE] = {" invited ", " took back the invitation of "},
    };

    add_shown(out, style, m->actor);
    switch (m->rule) {
    case RULE_MODE:
        add_mode(out, m);
        break;
    case RULE_ROLE:
        add_role(out, style, m);
        break;
    default:
        strbuf_adds(out, m->is_off ? words[m->rule].off : words[m->rule].on);
        add_shown(out, style, m->target);
        if (!m->is_off) {
            add_until(out, m);
            add_reason(out, style, m);
        }
    }
}

static void add_kick(struct strbuf *out, const struct style *style, const struct message *m)
{
    add_shown(out, style, m->actor);
    strbuf_adds(out, " put ");
    add_shown(out, style, m->target);
    strbuf_adds(out, " out");
    add_reason(out, style, m);
}

/* Several people at once, of whom the text has the first names. */
static void add_several(struct strbuf *out, const struct style *style, const struct message *m)
{
    uint64_t left = m->about;
    size_t len;

    strbuf_addf(out, "%llu%s: ", (unsigned long long)m->about, events[m->kind].plain);
    for (const char *name = m->text; *name != '\0'; name += len + (name[len] == ' ')) {
        bool is_last = --left == 0;

        len = strcspn(name, " ");
        strbuf_adds(out, name == m->text ? "" : is_last ? " and " : ", ");
        look_add_text(style->look, out, name, len);
    }
    if (left > 0) {
        strbuf_addf(out, " and %llu %s", (unsigned long long)left, text_plural(left, "other", "others"));
    }
}

static void add_event(struct strbuf *out, const struct style *style, const struct message *m)
{
    const struct event_words *words = &events[m->kind];
    bool is_plain = m->text_len == 0 && m->target[0] == '\0';

    add_shown(out, style, m->actor);
    strbuf_adds(out, is_plain ? words->plain : words->with);
    add_shown(out, style, m->target);
    add_text(out, style, m);
}

static void add_what(struct strbuf *out, const struct style *style, const struct message *m)
{
    if (m->kind == MESSAGE_KICK) {
        add_kick(out, style, m);
    } else if (m->kind == MESSAGE_RULE) {
        add_rule(out, style, m);
    } else if (m->about > 0 && (m->kind == MESSAGE_JOIN || m->kind == MESSAGE_LEAVE || m->kind == MESSAGE_QUIT)) {
        add_several(out, style, m);
    } else {
        add_event(out, style, m);
    }
}

static void text_message(struct strbuf *out, unsigned encoding, const struct look *look, const struct delivery *d)
{
    const struct message *m = d->m;
    struct style style = {.look = look,
                          .has_colours = (encoding & FRONTEND_COLOUR) != 0,
                          .is_mention = (encoding & FRONTEND_MENTION) != 0};

    if (d->is_replay || (encoding & FRONTEND_TIME) != 0) {
        add_time(out, encoding, look, d); /* of what is past, always */
    }
    if (d->shows_id) {
        char id[MESSAGE_ID_SIZE];

        strbuf_addf(out, "%s ", message_id_text(m->id, id));
    }
    if (m->kind == MESSAGE_PRIVATE) {
        add_private(out, encoding, &style, d);
        strbuf_adds(out, "\r\n");
        return;
    }
    if (m->room[0] != '\0') {
        add_rooms(out, &style, m);
    }
    if (!message_is_event(m)) {
        if (m->kind == MESSAGE_ACTION) {
            strbuf_adds(out, "* ");
        }
        add_name(out, &style, m->actor, m->actor_folded);
        strbuf_adds(out, m->kind == MESSAGE_ACTION ? " " : ": ");
        add_text(out, &style, m);
        if (style.is_mention && (encoding & FRONTEND_BELL) != 0) {
            strbuf_addc(out, '\a');
        }
    } else {
        strbuf_adds(out, style.has_colours ? DIM "-- " : "-- ");
        add_what(out, &style, m);
        strbuf_adds(out, style.has_colours ? PLAIN : "");
    }
    strbuf_adds(out, "\r\n");
}

static void text_reply(struct strbuf *out, unsigned encoding, const struct reply *r, const struct reply_context *ctx)
{
    reply_text_add(out, r, ctx, (encoding & FRONTEND_COLOUR) != 0);
}

const struct frontend_form text_form = {
    .message = text_message,
    .reply = text_reply,
};
