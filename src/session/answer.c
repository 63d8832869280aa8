/* session/answer.c: what fits. */
#include "config.h"

#include "session/answer.h"

#include "base/text.h"
#include "base/timeform.h"
#include "base/wrap.h"

#include <string.h>

enum {
    MESSAGE_OVERHEAD = 256, /* bytes of a message beside its text, in json, at most about */
    NAMES_LINE = 400,       /* bytes of names in one line of a list, about */
    ITEM_OVERHEAD = 32,     /* bytes of an item of a list beside its name, in json */
    LIST_OVERHEAD_TEXT = 256, /* bytes of a list beside its items, at most about: a name, a room */
    LIST_OVERHEAD_JSON = 768,
    PAGE_REST = 3,  /* rows beside the items: the heading, the last line, and the one in which is typed */
    PAGE_LEAST = 3,
};

uint32_t answer_room(const struct session *s)
{
    return conn_spare_bytes(s->conn);
}

void answer_message_measure(const struct session *s, uint32_t *overhead, uint32_t *text_factor)
{
    *overhead = MESSAGE_OVERHEAD;
    *text_factor = s->encoding == FRONTEND_JSON ? 2 : 1; /* json may escape every byte of a text */
}

uint32_t answer_message_bytes(const struct session *s, const struct message *m)
{
    uint32_t overhead, text_factor;

    answer_message_measure(s, &overhead, &text_factor);
    return text_factor * m->text_len + overhead;
}

/* ---- pages ---- */

unsigned answer_page_rows(const struct session *s)
{
    unsigned rows = session_rows(s);

    return rows == 0 ? 0 : rows > PAGE_REST + PAGE_LEAST ? rows - PAGE_REST : PAGE_LEAST;
}

size_t answer_page_items(const struct session *s, size_t most, size_t per_row)
{
    size_t items = (size_t)answer_page_rows(s) * per_row;

    return items > 0 && items < most ? items : most;
}

unsigned answer_line_rows(const struct session *s, const char *line)
{
    unsigned columns = session_columns(s);

    return columns == 0 ? 1 : wrap_rows(line, strlen(line), columns);
}

/* Messages are broken for a width that many windows have (base/wrap.h). */
unsigned answer_message_rows(const struct session *s, const struct message *m, bool shows_id)
{
    unsigned columns = session_columns(s), rows = 1;
    char time[TIMEFORM_SIZE], id[MESSAGE_ID_SIZE];
    struct strbuf line = {0};

    if (columns == 0) {
        return rows;
    }
    if ((s->encoding & FRONTEND_TIME) != 0) {
        (void)clock_format(look_zone(session_look(s)), m->time_ms, look_time_form(session_look(s)), time);
    } else {
        (void)clock_short(look_zone(session_look(s)), m->time_ms, clock_real_ms(s->env->clock), time);
    }
    strbuf_addf(&line, "%s %s%s[#%s] %s: ", time, shows_id ? message_id_text(m->id, id) : "", shows_id ? " " : "",
                m->room, m->actor);
    strbuf_add(&line, m->text, m->text_len);
    if (text_columns(line.data, line.len) > columns) {
        rows = wrap_rows(line.data, line.len, wrap_class_columns(wrap_class(columns)));
    }
    strbuf_fini(&line);
    return rows;
}

void answer_page_end(struct session *s, size_t first, size_t last, size_t count, const char *next)
{
    size_t shown = last + 1 - first, left = count - last;

    session_reply(s, REPLY(REPLY_PART_PAGE, .last = (int64_t)last, .count = (int64_t)count,
                           .left = (int64_t)(left < shown ? left : shown), .next = next));
}

/* ---- lists ---- */

static bool is_of_rooms(const struct answer_list *list)
{
    return reply_may_have(list->reply.kind, REPLY_FIELD_ROOMS);
}

static void show_list(struct answer_list *list)
{
    struct reply_list *items = is_of_rooms(list) ? &list->reply.rooms : &list->reply.people;

    *items = (struct reply_list){.items = list->items, .count = list->held};
    session_reply(list->s, &list->reply);
    if (reply_may_have(list->reply.kind, REPLY_FIELD_FIRST)) {
        list->reply.first += (int64_t)list->held;
    }
    if (list->again != REPLY_OK) {
        list->reply.kind = list->again;
    }
    list->held = list->text_bytes = list->bytes = 0;
}

bool answer_list_add(struct answer_list *list, const struct reply_item *item)
{
    bool is_json = list->s->encoding == FRONTEND_JSON;
    size_t len = strlen(item->name), overhead = is_json ? LIST_OVERHEAD_JSON : LIST_OVERHEAD_TEXT;
    size_t rank = item->rank != NULL ? strlen(item->rank) : 0;
    size_t text = len + is_of_rooms(list) + (item->is_away ? strlen(" (away)") : 0) +
                  (item->has_left ? strlen(" (has left)") : 0) + (rank > 0 ? rank + strlen(" ()") : 0);
    size_t bytes = is_json ? len + ITEM_OVERHEAD + (rank > 0 ? rank + strlen(",\"rank\":\"\"") : 0)
                           : text + strlen(", ") + list->reply.cells.name;

    if (list->per_row > 0 ? list->held == list->per_row : list->text_bytes >= NAMES_LINE) {
        show_list(list);
    } else if (list->held == ANSWER_ITEMS) {
        show_list(list);
    }
    if (list->bytes + bytes + overhead > conn_spare_bytes(list->s->conn)) {
        return false;
    }
    list->items[list->held++] = *item;
    list->text_bytes += text + (list->held > 1 ? strlen(", ") : 0);
    list->bytes += bytes;
    list->count++;
    return true;
}

void answer_list_end(struct answer_list *list)
{
    if (list->held > 0) {
        show_list(list);
    }
}
