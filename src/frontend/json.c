/* frontend/json.c: what a program behind nc reads. */
#include "config.h"

#include "frontend/json.h"

#include "base/clock.h"
#include "base/json.h"
#include "chat/modes.h"
#include "frontend/reply_json.h"

static void begin(struct strbuf *out, const char *type)
{
    json_begin(out, NULL);
    json_str(out, "type", type);
}

static void end(struct strbuf *out)
{
    json_end(out);
    strbuf_addc(out, '\n');
}

/* Names of rooms are letters, digits, '-', '_' and marks: nothing to escape. */
static void add_rooms(struct strbuf *out, const struct message *m)
{
    const char *list = m->room, *room, *between = "\"#";
    size_t len;

    if (m->kind != MESSAGE_QUIT) {
        strbuf_addf(out, ",\"room\":\"#%s\"", m->room);
        return;
    }
    json_begin_array(out, "rooms");
    while ((room = message_next_room(&list, &len)) != NULL) {
        strbuf_adds(out, between);
        strbuf_add(out, room, len);
        strbuf_addc(out, '"');
        between = ",\"#";
    }
    json_end_array(out);
}

/* A kind's object. */
static const struct kind {
    const char *type, *event; /* NULL: it has no such field */
    const char *text, *target; /* the names of these fields; NULL: it has none */
} kinds[MESSAGE_KINDS] = {
    [MESSAGE_SAY] = {"say", NULL, "text", NULL},
    [MESSAGE_ACTION] = {"action", NULL, "text", NULL},
    [MESSAGE_PRIVATE] = {"private", NULL, "text", "to"},
    [MESSAGE_NOTICE] = {"event", "notice", "notice", NULL},
    [MESSAGE_JOIN] = {"event", "join", NULL, NULL},
    [MESSAGE_LEAVE] = {"event", "leave", "reason", NULL},
    [MESSAGE_QUIT] = {"event", "quit", "reason", NULL},
    [MESSAGE_RENAME] = {"event", "nick", NULL, "nick"},
    [MESSAGE_TOPIC] = {"event", "topic", "topic", NULL},
    [MESSAGE_DELETE] = {"event", "delete", NULL, "writer"},
    [MESSAGE_KICK] = {"event", "kick", "reason", "target"},
    [MESSAGE_RULE] = {"event", NULL, NULL, NULL}, /* by the kind of the rule */
};

/* A mode: {"event":"mode","mode":"slow","on":true,"value":"5"}; a role: {"event":"role","target":"bob",
 * "role":"operator","on":true}; otherwise {"event":"ban","target":"bob","on":true,"reason":"spam","until":TIME}. */
static void add_rule(struct strbuf *out, const struct message *m)
{
    static const char *const events[RULE_KINDS] = {
        [RULE_MODE] = "mode", [RULE_ROLE] = "role", [RULE_BAN] = "ban", [RULE_MUTE] = "mute", [RULE_INVITE] = "invite"};
    static const char *const values[RULE_KINDS] = {
        [RULE_MODE] = "value", [RULE_ROLE] = "role", [RULE_BAN] = "reason", [RULE_MUTE] = "reason",
        [RULE_INVITE] = "reason"};
    enum mode mode = m->rule == RULE_MODE ? modes_find(m->target) : MODES;
    bool is_secret = mode < MODES && modes_row(mode)->is_secret;
    char until[CLOCK_ISO_SIZE];

    json_str(out, "event", events[m->rule]);
    json_str(out, m->rule == RULE_MODE ? "mode" : "target", m->target);
    json_bool(out, "on", !m->is_off);
    if (m->text_len > 0 && !is_secret) {
        json_strn(out, values[m->rule], m->text, m->text_len);
    }
    if (m->until_ms != 0) {
        json_str(out, "until", clock_iso(m->until_ms, until));
    }
}

static void json_message(struct strbuf *out, unsigned encoding, const struct look *look, const struct delivery *d)
{
    const struct message *m = d->m;
    const struct kind *kind = &kinds[m->kind];
    char id[MESSAGE_ID_SIZE], time[CLOCK_ISO_SIZE];

    (void)encoding;
    (void)look;
    begin(out, kind->type);
    if (m->room[0] != '\0' && m->id != 0) { /* what is told to some of the room alone has no place in its order */
        json_str(out, "id", message_id_text(m->id, id));
    }
    json_str(out, "time", clock_iso(m->time_ms, time));
    if (m->room[0] != '\0') {
        add_rooms(out, m);
    }
    json_str(out, "from", m->actor);
    if (kind->event != NULL) {
        json_str(out, "event", kind->event);
    }
    if (m->kind == MESSAGE_DELETE) {
        json_str(out, "about", message_id_text(m->about, id));
    }
    if (m->kind == MESSAGE_RULE) {
        add_rule(out, m);
    }
    if (kind->target != NULL) {
        json_str(out, kind->target, m->target);
    }
    if (kind->text != NULL) {
        json_strn(out, kind->text, m->text, m->text_len);
    }
    if (d->is_replay) {
        json_bool(out, "replay", true);
    }
    end(out);
}

static void json_reply(struct strbuf *out, unsigned encoding, const struct reply *r, const struct reply_context *ctx)
{
    (void)encoding;
    reply_json_add(out, r, ctx);
}

const struct frontend_form json_form = {
    .message = json_message,
    .reply = json_reply,
};
