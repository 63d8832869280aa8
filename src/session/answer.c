/* session/answer.c: what fits. */
#include "config.h"

#include "session/answer.h"

#include "base/text.h"

#include <string.h>

enum {
    MESSAGE_OVERHEAD = 256, /* bytes of a message beside its text, in json, at most about */
    NAMES_LINE = 400,       /* bytes of names in one line of a list, about */
};

uint32_t answer_room(const struct session *s)
{
    return conn_spare_bytes(s->conn);
}

uint32_t answer_message_bytes(const struct session *s, const struct message *m)
{
    /* json may escape every byte of a text */
    return (s->encoding == FRONTEND_JSON ? 2 : 1) * m->text_len + MESSAGE_OVERHEAD;
}

uint32_t answer_replay(struct session *s, const struct history *h, uint32_t end, uint32_t n, uint32_t room)
{
    uint32_t first = end;

    while (first > 0 && end - first < n) {
        uint32_t bytes = answer_message_bytes(s, history_at(h, first - 1));

        if (bytes > room) {
            break;
        }
        room -= bytes;
        first--;
    }
    for (uint32_t i = first; i < end; i++) {
        session_replay(s, history_at(h, i));
    }
    return first;
}

void answer_tell_older(struct session *s, const struct history *h, uint32_t first, uint32_t count)
{
    char id[MESSAGE_ID_SIZE];

    if (first == h->count) {
        session_info(s, "%u %s left out: too much is waiting for you to read it; /history %u asks again", count,
                     text_plural(count, "line was", "lines were"), count);
    } else {
        session_info(s, "%u older %s left out: /history before %s", count, text_plural(count, "line was", "lines were"),
                     message_id_text(history_at(h, first)->id, id));
    }
}

/* ---- names ---- */

static const char *or_empty(const char *s)
{
    return s != NULL ? s : "";
}

static void show_line(struct answer_names *names)
{
    session_info(names->s, "%s%s%s", or_empty(names->begin), strbuf_str(&names->line), or_empty(names->end));
    strbuf_reset(&names->line);
    names->begin = names->again;
}

bool answer_names_add(struct answer_names *names, const char *before, const char *name, const char *behind)
{
    if (names->line.len >= NAMES_LINE) {
        show_line(names);
    }
    if (!session_fits(names->s, names->line.len + strlen(before) + strlen(name) + strlen(behind))) {
        return false;
    }
    strbuf_addf(&names->line, "%s%s%s%s", names->line.len > 0 ? ", " : "", before, name, behind);
    names->count++;
    return true;
}

void answer_names_end(struct answer_names *names)
{
    if (names->line.len > 0) {
        show_line(names);
    }
    strbuf_fini(&names->line);
}

void answer_tell_more(struct session *s, unsigned count)
{
    session_info(s, "%u more %s left out: too much is waiting for you to read it", count,
                 text_plural(count, "was", "were"));
}
