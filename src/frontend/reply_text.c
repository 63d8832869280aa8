/* frontend/reply_text.c: from a kind's sentence and its fields to lines. */
#include "config.h"

#include "frontend/reply_text.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/cluster.h"
#include "base/text.h"
#include "base/wrap.h"
#include "frontend/usage.h"

#include <stdio.h>
#include <string.h>

#define BEGIN "-- "
#define END "\r\n"
#define RED "\033[31m"
#define PLAIN "\033[0m"

enum { USUAL_COLUMNS = 80 }; /* of a window, when it is not known */

/* ---- fields ---- */

static void add_span(struct strbuf *out, int64_t sec)
{
    if (sec >= 86400) {
        strbuf_addf(out, "%lld d %lld h", (long long)sec / 86400, (long long)sec % 86400 / 3600);
    } else if (sec >= 3600) {
        strbuf_addf(out, "%lld h %lld min", (long long)sec / 3600, (long long)sec % 3600 / 60);
    } else if (sec >= 60) {
        strbuf_addf(out, "%lld min", (long long)sec / 60);
    } else {
        strbuf_addf(out, "%lld s", sec > 0 ? (long long)sec : 0LL);
    }
}

static void add_time(struct strbuf *out, const struct reply_context *ctx, int64_t time_ms, const char *how)
{
    const struct zone *zone = look_zone(ctx->look);
    char text[CLOCK_ZONED_SIZE];

    if (strncmp(how, "zoned", strlen("zoned")) == 0) {
        strbuf_adds(out, clock_zoned(zone, time_ms, text));
    } else if (strncmp(how, "date", strlen("date")) == 0) {
        strbuf_adds(out, clock_date(zone, time_ms, text));
    } else if (strncmp(how, "recent", strlen("recent")) == 0) {
        strbuf_adds(out, clock_recent(zone, time_ms, ctx->now_ms, text));
    } else {
        strbuf_adds(out, clock_short(zone, time_ms, ctx->now_ms, text));
    }
}

/* The n-th of some pieces separated by '|', up to a '}', or the last one if there are fewer. */
static void add_piece(struct strbuf *out, const char *pieces, int n)
{
    size_t len;

    while (n-- > 0 && pieces[strcspn(pieces, "|}")] == '|') {
        pieces += strcspn(pieces, "|}") + 1;
    }
    len = strcspn(pieces, "|}");
    strbuf_add(out, pieces, len);
}

static void add_number(struct strbuf *out, int64_t n, const char *how)
{
    if (how[0] == '\0') {
        strbuf_addf(out, "%lld", (long long)n);
    } else {
        add_piece(out, how, n == 1 ? 0 : n == 0 ? 2 : 1);
    }
}

static void add_blanks(struct strbuf *out, size_t count)
{
    while (count-- > 0) {
        strbuf_addc(out, ' ');
    }
}

/* Pads what stands in out from begin on to a cell of so many columns. */
static void end_cell(struct strbuf *out, size_t begin, size_t columns)
{
    size_t used = text_columns(out->data + begin, out->len - begin);

    add_blanks(out, used < columns ? columns - used : 0);
}

static void add_item(struct strbuf *out, const struct look *look, const struct reply_item *item)
{
    struct strbuf shown = {0};

    if (look == NULL || !look->is.has_isolates) {
        reply_item_show(out, item);
        return;
    }
    reply_item_show(&shown, item);
    look_add_text(look, out, strbuf_str(&shown), shown.len);
    strbuf_fini(&shown);
}

/* cell: the columns of each item, as a row of a table; 0: the items are separated by commas. */
static void add_list(struct strbuf *out, const struct look *look, const struct reply_list *list, const char *sign,
                     unsigned cell)
{
    for (size_t i = 0; i < list->count; i++) {
        size_t begin = out->len;

        strbuf_adds(out, i > 0 && cell == 0 ? ", " : "");
        strbuf_adds(out, sign);
        add_item(out, look, &list->items[i]);
        end_cell(out, begin, i + 1 < list->count ? cell : 0);
    }
}

static void add_aliases(struct strbuf *out, const char *aliases)
{
    for (size_t len; *aliases != '\0'; aliases += len + (aliases[len] == ' ')) {
        len = strcspn(aliases, " ");
        strbuf_adds(out, "/");
        strbuf_add(out, aliases, len);
        strbuf_adds(out, aliases[len] == ' ' ? ", " : "");
    }
}

/* Text of several lines: each begins as an answer does. */
static void add_lines(struct strbuf *out, const char *text)
{
    const char *line;
    size_t len;

    for (bool is_first = true; text_next_line(&text, &line, &len); is_first = false) {
        strbuf_adds(out, is_first ? "" : END BEGIN);
        strbuf_add(out, line, len);
    }
}

static void add_string(struct strbuf *out, const struct reply_context *ctx, const char *text)
{
    look_add_text(ctx->look, out, text, strlen(text));
}

/* how is what stands behind the field's name: "" when nothing does. */
static void add_field(struct strbuf *out, const struct reply *r, const struct reply_context *ctx,
                      enum reply_field field, const char *how)
{
    const void *at = reply_field_at(r, field);

    switch (reply_field_value(field)) {
    case REPLY_VALUE_STRING:
    case REPLY_VALUE_WORDS:
        add_string(out, ctx, how[0] == 'm' && ctx->has_pages ? "/more" : *(const char *const *)at);
        break;
    case REPLY_VALUE_ROOM:
        strbuf_adds(out, how[0] == '\0' ? "#" : "");
        add_string(out, ctx, *(const char *const *)at);
        break;
    case REPLY_VALUE_USAGE:
        if (how[0] == '\0') {
            strbuf_adds(out, *(const char *const *)at);
        } else {
            usage_speak(out, *(const char *const *)at, how[0] == 'm', how[0] == 'm' ? r->given : 0);
        }
        break;
    case REPLY_VALUE_LINES:
        add_lines(out, *(const char *const *)at);
        break;
    case REPLY_VALUE_NUMBER:
        add_number(out, *(const int64_t *)at, how);
        break;
    case REPLY_VALUE_SPAN:
        add_span(out, *(const int64_t *)at);
        break;
    case REPLY_VALUE_BOOL:
        add_piece(out, how, *(const bool *)at ? 0 : 1);
        break;
    case REPLY_VALUE_TIME:
        add_time(out, ctx, *(const int64_t *)at, how);
        break;
    case REPLY_VALUE_ALIASES:
        add_aliases(out, *(const char *const *)at);
        break;
    case REPLY_VALUE_ROOMS:
        add_list(out, ctx->look, at, "#", 0);
        break;
    case REPLY_VALUE_PEOPLE:
        add_list(out, ctx->look, at, "", r->cells.name);
        break;
    case REPLY_VALUE_COMMANDS:
        add_list(out, ctx->look, at, "", 0);
        break;
    }
}

/* ---- sentences ---- */

/* The field of a name in a sentence; a name that is not in the table is a bug of the table's. */
static enum reply_field find_field(const char *name, size_t len)
{
    enum reply_field f = 0;

    while (f < REPLY_FIELD_END && (strncmp(reply_field_member(f), name, len) != 0 ||
                                     reply_field_member(f)[len] != '\0')) {
        f++;
    }
    CHECK(f < REPLY_FIELD_END);
    return f;
}

/* What stands in braces, s being behind the first; returns where it ends.  *is_there: false when it has nothing to
 * show. */
static const char *add_braces(struct strbuf *out, const struct reply *r, const struct reply_context *ctx,
                              const char *s, bool *is_there)
{
    size_t len = strcspn(s, ":}"), whole = strcspn(s, "}");
    enum reply_field field;

    if (len == strlen("command") && strncmp(s, "command", len) == 0) {
        strbuf_adds(out, ctx->command != NULL ? ctx->command : "");
        return s + whole + 1;
    }
    field = find_field(s, len);
    *is_there = *is_there && reply_has(r, field);
    if (*is_there) {
        add_field(out, r, ctx, field, s[len] == ':' ? s + len + 1 : "");
    }
    return s + whole + 1;
}

/* The sentence from s up to end, which a part in brackets has; returns where it ends. */
static const char *add_part(struct strbuf *out, const struct reply *r, const struct reply_context *ctx, const char *s,
                            char end)
{
    size_t begin = out->len;
    bool is_whole = true;

    while (*s != end) {
        size_t len = strcspn(s, end == ']' ? "{[]\n" : "{[\n");

        strbuf_add(out, s, len);
        s += len;
        if (*s == '{') {
            s = add_braces(out, r, ctx, s + 1, &is_whole);
        } else if (*s == '[') {
            s = add_part(out, r, ctx, s + 1, ']') + 1;
        } else if (*s == '\n') {
            strbuf_adds(out, END BEGIN);
            s++;
        }
    }
    if (!is_whole) {
        strbuf_cut(out, begin);
    }
    return s;
}

void reply_text_sentence(struct strbuf *out, const struct reply *r, const struct reply_context *ctx)
{
    add_part(out, r, ctx, reply_sentence(r), '\0');
}

/* ---- composed ---- */

static unsigned columns_of(const struct reply_context *ctx)
{
    return ctx->columns == 0 ? USUAL_COLUMNS : ctx->columns < WRAP_LEAST ? WRAP_LEAST : ctx->columns;
}

/* The names of the commands of a group, in rows that a terminal does not break. */
static void add_group(struct strbuf *out, const struct reply *r, const struct reply_context *ctx)
{
    unsigned columns = columns_of(ctx);
    size_t begin = out->len;

    strbuf_addf(out, BEGIN "%s:", r->group);
    for (size_t i = 0; i < r->commands.count; i++) {
        const char *name = r->commands.items[i].name;

        if (out->len - begin + 2 + strlen(name) > columns) { /* a space, and the slash */
            strbuf_adds(out, END);
            begin = out->len;
            strbuf_adds(out, BEGIN "   ");
        }
        strbuf_addf(out, " /%s", name);
    }
    strbuf_adds(out, END);
}

/* A row of the list of rooms: the name, the number of people, and as much of the topic as the row has place for. */
static void add_room_row(struct strbuf *out, const struct reply *r, const struct reply_context *ctx)
{
    static const char gap[] = "  ", cut[] = "...";
    size_t begin = out->len, used, cell, len;
    char number[24];

    strbuf_adds(out, BEGIN "#");
    strbuf_adds(out, r->room);
    end_cell(out, begin, strlen(BEGIN) + r->cells.name);
    len = (size_t)snprintf(number, sizeof(number), "%lld", (long long)r->count);
    add_blanks(out, len < r->cells.number ? r->cells.number - len : 0);
    strbuf_adds(out, number);
    cell = out->len;
    strbuf_adds(out, text_plural((uint64_t)r->count, " person", " people"));
    if (r->topic != NULL) {
        end_cell(out, cell, strlen(" people"));
        strbuf_adds(out, gap);
        used = text_columns(out->data + begin, out->len - begin);
        len = strlen(r->topic);
        if (used + text_columns(r->topic, len) <= columns_of(ctx)) {
            strbuf_adds(out, r->topic);
        } else if (used + strlen(cut) < columns_of(ctx)) {
            strbuf_add(out, r->topic, cluster_cut(r->topic, len, columns_of(ctx) - used - strlen(cut)));
            strbuf_adds(out, cut);
        }
    }
    strbuf_adds(out, END);
}

void reply_text_add(struct strbuf *out, const struct reply *r, const struct reply_context *ctx, bool colours)
{
    const char *code = reply_code(r);

    if (r->kind == REPLY_HELP_GROUP) {
        add_group(out, r, ctx);
    } else if (r->kind == REPLY_ROOM && r->cells.name > 0) {
        add_room_row(out, r, ctx);
    } else if (code != NULL) {
        strbuf_addf(out, "%s!! %s: ", colours ? RED : "", code);
        reply_text_sentence(out, r, ctx);
        strbuf_adds(out, colours ? PLAIN END : END);
    } else if (reply_sentence(r) != NULL) {
        strbuf_adds(out, BEGIN);
        reply_text_sentence(out, r, ctx);
        strbuf_adds(out, END);
    }
}
