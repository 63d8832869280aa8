/* store/words.h: the words of a text, for the index by which texts are searched.
 *
 * Text is folded (base/text.h), so case, width and compatibility forms do not count.  Then a word is a run of letters,
 * digits and marks.  Latin and Greek letters lose their accents, and the Cyrillic ё is е: "café" and "cafe" are one
 * word.  In scripts that are written without spaces (Chinese, Japanese, Thai, Lao, Khmer, Burmese) each character
 * begins a word of two: 東京都 is 東京 京都 都.  An emoji or another symbol is a word.
 *
 * Pure functions; any thread. */
#ifndef CHATD_STORE_WORDS_H
#define CHATD_STORE_WORDS_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

/* Appends the words of valid UTF-8, a blank behind each. */
void words_split(struct strbuf *out, const char *text, size_t len);
/* Appends what FTS5 is asked for, to find the texts that have all words that are looked for: a word is found by its
 * beginning of at least three characters, "deploy" in "deployment"; what stands in double quotes is found in its order,
 * its last word whole.  False, and nothing appended, when there is no word in it. */
bool words_query(struct strbuf *out, const char *text, size_t len);

#endif
