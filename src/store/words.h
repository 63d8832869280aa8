/* store/words.h: splits texts into words, for the index that is searched.
 *
 * Text is folded (base/text.h), so case, width and compatibility forms do not matter.  Then a word is a run of letters,
 * digits and marks.  Latin and Greek letters lose their accents, and the Cyrillic ё is е: "café" and "cafe" are the
 * same word.  In scripts that are written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) each character
 * begins a word of two: 東京都 is 東京 京都 都.  An emoji or another symbol is a word.
 *
 * Pure functions; any thread. */
#ifndef CHATD_STORE_WORDS_H
#define CHATD_STORE_WORDS_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the words of text, which is valid UTF-8, with a blank behind each. */
void words_split(struct strbuf *out, const char *text, size_t len);
/* Appends an FTS5 query for the texts that have all words of text.  A word of at least three characters also finds
 * longer words that begin with it: "deploy" finds "deployment".  Words in double quotes are found in that order, the
 * last one as a whole word.  Of a long text only the first words, some 32, are searched for.  Returns false, and
 * appends nothing, if text has no word. */
bool words_query(struct strbuf *out, const char *text, size_t len);

#endif
