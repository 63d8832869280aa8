/* frontend/json.c: what a program behind nc reads. */
#include "config.h"

#include "frontend/json.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"

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

    if (m->event != MESSAGE_QUIT) {
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

static void json_message(struct strbuf *out, unsigned encoding, const struct delivery *d)
{
    static const char *const types[] = {
        [MESSAGE_SAY] = "say",
        [MESSAGE_ACTION] = "action",
        [MESSAGE_EVENT] = "event",
        [MESSAGE_PRIVATE] = "private",
    };
    const struct message *m = d->m;
    char id[MESSAGE_ID_SIZE], time[CLOCK_ISO_SIZE];

    (void)encoding;
    begin(out, types[m->kind]);
    if (m->room[0] != '\0') {
        json_str(out, "id", message_id_text(m->id, id));
    }
    json_str(out, "time", clock_iso(m->time_ms, time));
    if (m->kind == MESSAGE_PRIVATE) {
        json_str(out, "from", m->from);
        json_str(out, "to", m->to);
    } else {
        if (m->room[0] != '\0') {
            add_rooms(out, m);
        }
        json_str(out, "from", m->from);
    }
    if (m->event != MESSAGE_NO_EVENT) {
        json_str(out, "event", message_event_name(m->event));
    }
    if (m->event == MESSAGE_NICK || m->event == MESSAGE_TOPIC || m->event == MESSAGE_NOTICE) {
        json_str(out, message_event_name(m->event), m->to);
    }
    if (m->event == MESSAGE_QUIT) {
        json_str(out, "reason", m->to);
    }
    json_strn(out, "text", m->text, m->text_len);
    if (d->is_replay) {
        json_bool(out, "replay", true);
    }
    end(out);
}

static void json_info(struct strbuf *out, unsigned encoding, const char *command, const char *text)
{
    (void)encoding;
    begin(out, "info");
    if (command[0] != '\0') {
        json_str(out, "command", command);
    }
    json_str(out, "text", text);
    end(out);
}

static void json_error(struct strbuf *out, unsigned encoding, const char *code, const char *text)
{
    (void)encoding;
    begin(out, "error");
    json_str(out, "code", code);
    json_str(out, "text", text);
    end(out);
}

static void json_ok(struct strbuf *out, unsigned encoding, const char *command)
{
    (void)encoding;
    begin(out, "ok");
    json_str(out, "command", command);
    end(out);
}

static void json_gap(struct strbuf *out, unsigned encoding, uint32_t count)
{
    (void)encoding;
    begin(out, "info");
    json_num(out, "skipped", count);
    json_str(out, "text", text_plural(count, "a line was skipped here: you were reading too slowly",
                                      "lines were skipped here: you were reading too slowly"));
    end(out);
}

const struct frontend_form json_form = {
    .message = json_message,
    .info = json_info,
    .error = json_error,
    .ok = json_ok,
    .gap = json_gap,
};
