/* session/mention.h: lines that speak of a person: the name stands in them, or a word of /highlight.
 *
 * Whole words count, folded as names are, in any script (base/wordlist.h).  A mention is marked if names have colours,
 * and rings if the person has chosen so; otherwise it changes nothing.  The text is folded once for all who look for
 * something in it, and whoever looks for nothing pays nothing.  Loop thread only. */
#ifndef CHATD_SESSION_MENTION_H
#define CHATD_SESSION_MENTION_H

#include "chat/deliver.h"
#include "session/session.h"

#include <stdbool.h>

enum {
    MENTION_WORDS = 16,      /* of /highlight */
    MENTION_WORD_BYTES = 64, /* of each, in either form */
};

/* What the message adds to the encoding of the person's session: FRONTEND_MENTION, FRONTEND_BELL, or nothing. */
unsigned mention_bits(struct session *s, struct delivery *d);

/* Sets the words, separated by blanks or commas: "on WORDS" or "WORDS", or "off".  Returns false if there are none, too
 * many, or too long ones. */
bool mention_set_words(struct session *s, const char *value);
/* Appends them as mention_set_words() takes them. */
void mention_add_words(const struct session *s, struct strbuf *out);

#endif
