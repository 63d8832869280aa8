/* edit/completion.h: completing a word: of the candidates that are offered, finds the one that comes next.
 *
 * The candidates that begin with the word are taken in the order of their folded forms, and round, so that nothing has
 * to be kept but the last one.  Pure. */
#ifndef CHATD_EDIT_COMPLETION_H
#define CHATD_EDIT_COMPLETION_H

#include <stdbool.h>
#include <stddef.h>

enum { COMPLETION_WORD_BYTES = 32 };

/* What is to be completed; made by the editor.  Strings are borrowed during the call. */
struct completion {
    const char *line; /* the line up to the word, len bytes, not NUL-terminated */
    size_t len;
    char lead;        /* '#' or '/', if the word begins with it; otherwise 0 */
    const char *word; /* the rest of the word, folded (base/fold.h) */
    const char *last; /* the folded form of the candidate that stands there; NULL if there is none yet */
    bool backwards;
    /* The result: */
    unsigned offered; /* candidates */
    unsigned count;   /* of those that begin with the word */
    const char *best, *best_folded, *best_end;
    bool is_round;    /* best comes after the end */
    char kept[COMPLETION_WORD_BYTES]; /* the best one, if it was offered as a word */
};

/* Offers a candidate without its lead: how it is written, its folded form, and what follows it (" ", ": ").  Strings
 * are borrowed until the caller of the caller is done. */
void completion_offer(struct completion *c, const char *text, const char *folded, const char *end);
/* The same for a word of less than COMPLETION_WORD_BYTES bytes of ASCII in lower case, which is copied. */
void completion_offer_word(struct completion *c, const char *word, const char *end);

#endif
