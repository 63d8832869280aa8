/* edit/completion.c: finds the next candidate. */
#include "config.h"

#include "edit/completion.h"

#include <string.h>

void completion_offer(struct completion *c, const char *text, const char *folded, const char *end)
{
    bool is_round;
    int order;

    c->offered++;
    if (strncmp(folded, c->word, strlen(c->word)) != 0) {
        return;
    }
    c->count++;
    order = c->last == NULL ? 1 : strcmp(folded, c->last);
    is_round = c->last != NULL && (c->backwards ? order >= 0 : order <= 0);
    if (c->best != NULL) {
        bool is_before = strcmp(folded, c->best_folded) < 0;

        if (is_round != c->is_round ? is_round : is_before == c->backwards) {
            return;
        }
    }
    c->best = text;
    c->best_folded = folded;
    c->best_end = end;
    c->is_round = is_round;
}

void completion_offer_word(struct completion *c, const char *word, const char *end)
{
    completion_offer(c, word, word, end);
    if (c->best == word) {
        memcpy(c->kept, word, strlen(word) + 1);
        c->best = c->best_folded = c->kept;
    }
}
