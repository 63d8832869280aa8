/* session/pages.c: which item is on the page, and what is told below it. */
#include "config.h"

#include "session/pages.h"

#include "base/mem.h"
#include "session/answer.h"
#include "session/more.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_SPACE = 32 };

bool pages_read_place(struct session *s, const char *word, uint32_t *from)
{
    unsigned long place = word == NULL ? 1 : word[strspn(word, "0123456789")] == '\0' ? strtoul(word, NULL, 10) : 0;

    if (place < 1 || place > INT32_MAX) {
        session_reply(s, REPLY(REPLY_BAD_PLACE, .value = word));
        return false;
    }
    *from = (uint32_t)place;
    return true;
}

void pages_begin(struct pages *pages, struct session *s, size_t from, size_t most)
{
    unsigned rows = answer_page_rows(s);
    const struct more *more = s->env->going_on;
    bool goes_on = more != NULL && more->count > 0;

    *pages = (struct pages){
        .s = s, .more = goes_on ? more : NULL, .from = goes_on ? 1 : from, .most = answer_page_items(s, most, 1)};
    s->env->page.left = rows;
    s->env->page.is_bounded = rows > 0;
    s->env->page.is_begun = false;
}

static void note(struct pages *pages, uint64_t key)
{
    if (answer_page_rows(pages->s) == 0 || pages->key_count > MORE_SHOWN) {
        return;
    }
    if (pages->key_count == pages->key_space) {
        pages->key_space = pages->key_space > 0 ? pages->key_space * 2 : FIRST_SPACE;
        pages->keys = mem_realloc(pages->keys, pages->key_space * sizeof(pages->keys[0]));
    }
    pages->keys[pages->key_count++] = key;
}

bool pages_want(struct pages *pages, const char *key)
{
    uint64_t hash = more_hash(key);

    pages->count++;
    if (pages->more != NULL && more_has_shown(pages->more, hash)) {
        pages->passed++;
        return false;
    }
    if (pages->is_full || pages->shown == pages->most) {
        return false;
    }
    note(pages, hash);
    if (pages->count - pages->passed < pages->from) {
        return false;
    }
    pages->shown++;
    return true;
}

void pages_fill(struct pages *pages)
{
    pages->is_full = true;
    pages->shown--;
    pages->key_count -= pages->key_count > 0;
}

void pages_end(struct pages *pages, const char *command)
{
    bool is_whole = pages->shown == pages->count && pages->from == 1;
    struct more *more;

    pages->s->env->page.is_bounded = false;
    if (is_whole && pages->keeps_other) {
        free(pages->keys);
        pages->keys = NULL;
        return;
    }
    pages_tell(pages->s, pages->passed + pages->from, pages->shown, pages->count, command);
    more = more_find(pages->s->env->mores, pages->s);
    if (more != NULL) {
        more_set_shown(more, pages->more, pages->keys, pages->key_count);
    }
    free(pages->keys);
    pages->keys = NULL;
}

void pages_tell(struct session *s, size_t first, size_t shown, size_t total, const char *command)
{
    size_t last = first - 1 + shown;
    enum reply_kind kind = first < last ? REPLY_PART : REPLY_PART_ONE;
    struct strbuf next = {0};

    if (last < total) {
        strbuf_addf(&next, "%s %zu", command, last + 1);
    }
    if (total > 0 && first > total) {
        session_reply(s, REPLY(REPLY_PART_BEHIND, .count = (int64_t)total));
    } else if (last < total && shown == 0) {
        session_reply(s, REPLY(REPLY_PART_NONE, .count = (int64_t)total, .next = next.data));
    } else if (last < total && answer_page_rows(s) > 0) {
        answer_page_end(s, first, last, total, next.data);
    } else if (last < total || (first > 1 && total > 0)) {
        session_reply(s, REPLY(kind, .first = (int64_t)first, .last = (int64_t)last, .count = (int64_t)total,
                               .next = next.data));
    }
    if (last >= total) {
        more_drop(&s->env->mores, s);
    }
    strbuf_fini(&next);
}
