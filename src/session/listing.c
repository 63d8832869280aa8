/* session/listing.c: from words to a part of a list. */
#include "config.h"

#include "session/listing.h"

#include "base/mem.h"
#include "base/name.h"
#include "session/answer.h"
#include "session/more.h"
#include "session/pages.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is wanted ---- */

static bool is_place(const char *word)
{
    return word[strspn(word, "0123456789")] == '\0';
}

static bool read_pattern(struct session *s, const char *word, struct listing *listing)
{
    char *folded = name_fold(word, strlen(word));

    if (listing->pattern != NULL || folded == NULL || !glob_init(&listing->glob, folded)) {
        free(folded);
        session_reply(s, REPLY(REPLY_BAD_PATTERN, .value = word, .limit = GLOB_CHARS));
        return false;
    }
    listing->pattern = folded;
    return true;
}

bool listing_read(struct session *s, const struct cmd_args *args, bool has_room, struct listing *listing)
{
    const struct more *more = s->env->going_on;
    bool is_right = true;

    *listing = (struct listing){.from = 1, .more = more != NULL && more->count > 0 ? more : NULL};
    for (int i = 0; i < args->words && is_right; i++) {
        const char *word = args->word[i];

        if (is_place(word) && i == args->words - 1) {
            is_right = pages_read_place(s, word, &listing->from);
        } else if (has_room && i == 0 && (word[0] == '#' || !glob_is_pattern(word))) {
            listing->room = word;
        } else {
            is_right = read_pattern(s, !has_room && word[0] == '#' ? word + 1 : word, listing);
        }
    }
    if (!is_right) {
        listing_fini(listing);
    }
    return is_right;
}

void listing_fini(struct listing *listing)
{
    free(listing->pattern);
    listing->pattern = NULL;
}

bool listing_wants(struct listing *listing, const char *folded)
{
    if (listing->pattern != NULL && !glob_matches(&listing->glob, folded)) {
        return false;
    }
    if (listing->more != NULL && more_has_shown(listing->more, more_hash(folded))) {
        listing->passed++;
        return false;
    }
    return true;
}

struct pick *listing_pick(struct listing *listing, struct pick *list, size_t count, size_t *n)
{
    size_t from = listing->more != NULL ? 0 : listing->from - 1;

    *n = pick_page(list, count, from, *n);
    listing->from = (uint32_t)(listing->passed + from + 1);
    return &list[from < count ? from : count];
}

/* ---- what comes next ---- */

/* The pages are noted, so that the next one can leave out who was on them. */
static void note_pages(struct session *s, const struct listing *listing, const struct pick *list, size_t end)
{
    struct more *more = more_find(s->env->mores, s);
    uint64_t *hashes;

    if (more == NULL || end > MORE_SHOWN || answer_page_rows(s) == 0) {
        return;
    }
    hashes = mem_alloc((end + 1) * sizeof(*hashes));
    for (size_t i = 0; i < end; i++) {
        hashes[i] = more_hash(list[i].name);
    }
    more_set_shown(more, listing->more, hashes, end);
    free(hashes);
}

void listing_end(struct session *s, const struct listing *listing, struct pick *list, size_t count, size_t shown,
                 const char *command)
{
    size_t total = listing->passed + count, last = listing->from - 1 + shown;
    struct strbuf whole = {0};

    strbuf_addf(&whole, "%s%s%s", command, listing->pattern != NULL ? " " : "",
                listing->pattern != NULL ? listing->pattern : "");
    pages_tell(s, listing->from, shown, total, whole.data);
    if (last < total) {
        note_pages(s, listing, list, last - listing->passed);
    }
    strbuf_fini(&whole);
}
