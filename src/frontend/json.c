/* frontend/json.c: what a program behind nc reads. */
#include "config.h"

#include "frontend/json.h"

#include "base/clock.h"

#include <string.h>

static void add_string(struct strbuf *out, const char *s, size_t len)
{
    strbuf_addc(out, '"');
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '"' || c == '\\') {
            strbuf_addc(out, '\\');
            strbuf_addc(out, (char)c);
        } else if (c < 0x20) {
            strbuf_addf(out, "\\u%04x", c); /* cleaned text has none; an answer of ours might */
        } else {
            strbuf_addc(out, (char)c);
        }
    }
    strbuf_addc(out, '"');
}

/* A further field of the object. */
static void add_field(struct strbuf *out, const char *key, const char *value, size_t len)
{
    strbuf_addf(out, ",\"%s\":", key);
    add_string(out, value, len);
}

static void begin(struct strbuf *out, const char *type)
{
    strbuf_addf(out, "{\"type\":\"%s\"", type);
}

static void end(struct strbuf *out)
{
    strbuf_adds(out, "}\n");
}

static void adds_field(struct strbuf *out, const char *key, const char *value)
{
    add_field(out, key, value, strlen(value));
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
    if (m->kind != MESSAGE_PRIVATE) {
        adds_field(out, "id", message_id_text(m->id, id));
    }
    adds_field(out, "time", clock_iso(m->time_ms, time));
    if (m->kind == MESSAGE_PRIVATE) {
        adds_field(out, "from", m->from);
        adds_field(out, "to", m->to);
    } else {
        strbuf_adds(out, ",\"room\":\"#");
        strbuf_adds(out, m->room); /* letters, digits, '-', '_' and marks: nothing to escape */
        strbuf_addc(out, '"');
        adds_field(out, "from", m->from);
    }
    if (m->event != MESSAGE_NO_EVENT) {
        adds_field(out, "event", message_event_name(m->event));
    }
    if (m->event == MESSAGE_NICK || m->event == MESSAGE_TOPIC) {
        adds_field(out, message_event_name(m->event), m->to);
    }
    add_field(out, "text", m->text, m->text_len);
    if (d->is_replay) {
        strbuf_adds(out, ",\"replay\":true");
    }
    end(out);
}

static void json_info(struct strbuf *out, unsigned encoding, const char *command, const char *text)
{
    (void)encoding;
    begin(out, "info");
    if (command[0] != '\0') {
        adds_field(out, "command", command);
    }
    adds_field(out, "text", text);
    end(out);
}

static void json_error(struct strbuf *out, unsigned encoding, const char *code, const char *text)
{
    (void)encoding;
    begin(out, "error");
    adds_field(out, "code", code);
    adds_field(out, "text", text);
    end(out);
}

static void json_ok(struct strbuf *out, unsigned encoding, const char *command)
{
    (void)encoding;
    begin(out, "ok");
    adds_field(out, "command", command);
    end(out);
}

static void json_gap(struct strbuf *out, unsigned encoding, uint32_t count)
{
    (void)encoding;
    begin(out, "info");
    strbuf_addf(out, ",\"skipped\":%u", count);
    adds_field(out, "text", "lines were skipped here: you were reading too slowly");
    end(out);
}

const struct frontend_form json_form = {
    .message = json_message,
    .info = json_info,
    .error = json_error,
    .ok = json_ok,
    .gap = json_gap,
};
