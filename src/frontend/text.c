/* frontend/text.c: what a person at telnet or nc reads.
 *
 *   [#lobby] alice: hello        [#lobby] * alice waves        [#lobby] -- bob joined
 *   [alice -> you] psst          -- information                !! code: an error
 *   [#lobby, #ops] -- bob quit
 *   12:00 [#lobby] alice: hello        what is past;    with its id:  12:00 01a1fdfa2aa80000 [#lobby] alice: hello
 *
 * No user can forge one: text and names come here clean (base/text.h, base/name.h), so that none of
 * them holds a line end, an escape or a bracket at the start of a line. */
#include "config.h"

#include "frontend/text.h"

#include "base/clock.h"
#include "frontend/reply_text.h"

#define DIM "\033[2m"
#define PLAIN "\033[0m"

static void add_time(struct strbuf *out, const struct delivery *d)
{
    char time[CLOCK_SHORT_SIZE];

    strbuf_addf(out, "%s ", clock_short(d->m->time_ms, d->is_replay ? d->now_ms : d->m->time_ms, time));
}

/* A name's colour is always the same one; red is the errors'. */
static void add_name(struct strbuf *out, unsigned encoding, const char *name)
{
    unsigned hash = 5381;

    if ((encoding & FRONTEND_COLOUR) == 0) {
        strbuf_adds(out, name);
        return;
    }
    for (const char *s = name; *s != '\0'; s++) {
        hash = hash * 33 + (unsigned char)*s;
    }
    strbuf_addf(out, "\033[1;3%um%s" PLAIN, 2 + hash % 5, name);
}

static void add_private(struct strbuf *out, unsigned encoding, const struct delivery *d)
{
    strbuf_addc(out, '[');
    if (d->is_own_copy) {
        strbuf_adds(out, "you -> ");
        add_name(out, encoding, d->m->target);
    } else {
        add_name(out, encoding, d->m->actor);
        strbuf_adds(out, " -> you");
    }
    strbuf_adds(out, "] ");
    strbuf_add(out, d->m->text, d->m->text_len);
    if ((encoding & FRONTEND_BELL) != 0 && !d->is_own_copy) {
        strbuf_addc(out, '\a');
    }
}

static void add_rooms(struct strbuf *out, const struct message *m)
{
    const char *list = m->room, *room, *between = "[#";
    size_t len;

    if (m->kind != MESSAGE_QUIT) {
        strbuf_addf(out, "[#%s] ", m->room);
        return;
    }
    while ((room = message_next_room(&list, &len)) != NULL) {
        strbuf_adds(out, between);
        strbuf_add(out, room, len);
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

static void add_event(struct strbuf *out, const struct message *m)
{
    const struct event_words *words = &events[m->kind];
    bool is_plain = m->text_len == 0 && m->target[0] == '\0';

    strbuf_adds(out, m->actor);
    strbuf_adds(out, is_plain ? words->plain : words->with);
    strbuf_adds(out, m->target);
    strbuf_add(out, m->text, m->text_len);
}

static void text_message(struct strbuf *out, unsigned encoding, const struct delivery *d)
{
    const struct message *m = d->m;

    if (d->is_replay || (encoding & FRONTEND_TIME) != 0) {
        add_time(out, d); /* of what is past, always */
    }
    if (d->shows_id) {
        char id[MESSAGE_ID_SIZE];

        strbuf_addf(out, "%s ", message_id_text(m->id, id));
    }
    if (m->kind == MESSAGE_PRIVATE) {
        add_private(out, encoding, d);
        strbuf_adds(out, "\r\n");
        return;
    }
    if (m->room[0] != '\0') {
        add_rooms(out, m);
    }
    switch (m->kind) {
    case MESSAGE_ACTION:
        strbuf_adds(out, "* ");
        add_name(out, encoding, m->actor);
        strbuf_addc(out, ' ');
        strbuf_add(out, m->text, m->text_len);
        break;
    case MESSAGE_SAY:
        add_name(out, encoding, m->actor);
        strbuf_adds(out, ": ");
        strbuf_add(out, m->text, m->text_len);
        break;
    default:
        strbuf_adds(out, (encoding & FRONTEND_COLOUR) != 0 ? DIM "-- " : "-- ");
        add_event(out, m);
        strbuf_adds(out, (encoding & FRONTEND_COLOUR) != 0 ? PLAIN : "");
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
