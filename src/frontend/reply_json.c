/* frontend/reply_json.c: the fields of a reply, one by one. */
#include "config.h"

#include "frontend/reply_json.h"

#include "base/clock.h"
#include "base/json.h"
#include "base/text.h"
#include "frontend/reply_text.h"

#include <string.h>

/* A room's name is letters, digits, '-', '_' and marks; what somebody has typed may be anything. */
static void add_room(struct strbuf *out, const char *key, const char *room)
{
    struct strbuf name = {0};

    strbuf_addf(&name, "#%s", room);
    json_str(out, key, name.data);
    strbuf_fini(&name);
}

/* No string has a line's end in it. */
static void add_lines(struct strbuf *out, const char *key, const char *text)
{
    struct strbuf joined = {0};
    const char *line;
    size_t len;

    while (text_next_line(&text, &line, &len)) {
        strbuf_adds(&joined, joined.len > 0 ? " " : "");
        strbuf_add(&joined, line, len);
    }
    json_str(out, key, strbuf_str(&joined));
    strbuf_fini(&joined);
}

static void add_aliases(struct strbuf *out, const char *key, const char *aliases)
{
    json_begin_array(out, key);
    for (size_t len; *aliases != '\0'; aliases += len + (aliases[len] == ' ')) {
        len = strcspn(aliases, " ");
        json_strn(out, NULL, aliases, len);
    }
    json_end_array(out);
}

static void add_item(struct strbuf *out, const struct reply_item *item, enum reply_value value)
{
    if (value == REPLY_VALUE_ROOMS) {
        add_room(out, NULL, item->name);
        return;
    }
    json_begin(out, NULL);
    json_str(out, "name", item->name);
    if (value == REPLY_VALUE_COMMANDS) {
        json_str(out, "usage", item->usage);
    }
    if (item->rank != NULL) {
        json_str(out, "rank", item->rank);
    }
    if (item->is_away) {
        json_bool(out, "away", true);
    }
    if (item->has_left) {
        json_bool(out, "left", true);
    }
    json_end(out);
}

static void add_list(struct strbuf *out, const char *key, const struct reply_list *list, enum reply_value value)
{
    json_begin_array(out, key);
    for (size_t i = 0; i < list->count; i++) {
        add_item(out, &list->items[i], value);
    }
    json_end_array(out);
}

static void add_field(struct strbuf *out, const struct reply *r, enum reply_field field)
{
    const void *at = reply_field_at(r, field);
    const char *key = reply_field_name(field);
    enum reply_value value = reply_field_value(field);
    char time[CLOCK_ISO_SIZE];

    switch (value) {
    case REPLY_VALUE_STRING:
    case REPLY_VALUE_USAGE:
        json_str(out, key, *(const char *const *)at);
        break;
    case REPLY_VALUE_ROOM:
        add_room(out, key, *(const char *const *)at);
        break;
    case REPLY_VALUE_LINES:
        add_lines(out, key, *(const char *const *)at);
        break;
    case REPLY_VALUE_ALIASES:
        add_aliases(out, key, *(const char *const *)at);
        break;
    case REPLY_VALUE_WORDS:
        break;
    case REPLY_VALUE_NUMBER:
    case REPLY_VALUE_SPAN:
        json_num(out, key, *(const int64_t *)at);
        break;
    case REPLY_VALUE_BOOL:
        json_bool(out, key, *(const bool *)at);
        break;
    case REPLY_VALUE_TIME:
        json_str(out, key, clock_iso(*(const int64_t *)at, time));
        break;
    case REPLY_VALUE_ROOMS:
    case REPLY_VALUE_PEOPLE:
    case REPLY_VALUE_COMMANDS:
        add_list(out, key, at, value);
        break;
    }
}

void reply_json_add(struct strbuf *out, const struct reply *r, const struct reply_context *ctx)
{
    const char *code = reply_code(r);
    struct strbuf text = {0};

    if (reply_type(r->kind) == NULL) {
        return;
    }
    json_begin(out, NULL);
    json_str(out, "type", reply_type(r->kind));
    if (code != NULL) {
        json_str(out, "code", code);
    }
    if (ctx->command != NULL && !reply_is_notice(r->kind)) {
        json_str(out, "command", ctx->command);
    }
    for (enum reply_field f = 0; f < REPLY_FIELD_END; f++) {
        if (reply_has(r, f)) {
            add_field(out, r, f);
        }
    }
    if (code != NULL) {
        reply_text_sentence(&text, r, ctx);
        json_str(out, "text", text.data);
        strbuf_fini(&text);
    }
    json_end(out);
    strbuf_addc(out, '\n');
}
