/* base/wordlist.h: a set of words, read from a file, and the search for them in a text.
 *
 * A word consists of letters, marks and digits.  In a text, whole words count: what stands between other characters.
 * Scripts that are written without blanks between words (Chinese, Japanese, Thai, Lao, Khmer, Burmese) have no such
 * boundaries: a word in them is found anywhere. */
#ifndef CHATD_BASE_WORDLIST_H
#define CHATD_BASE_WORDLIST_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

struct wordlist;

/* Reads a file of words, one a line; blanks around a word, empty lines, and what follows a '#' do not count.  Returns
 * NULL and appends lines to errors if the file cannot be read or a line is not one word.  Waits for the disk; any
 * thread. */
struct wordlist *wordlist_load(const char *path, struct strbuf *errors);
/* May be NULL. */
void wordlist_free(struct wordlist *list);

size_t wordlist_count(const struct wordlist *list);

/* The form in which words are compared: folded (base/fold.h), and without general marks, with which a word could be
 * struck out.  NULL if the text is not valid UTF-8; the caller frees it. */
char *wordlist_fold(const char *text, size_t len);

/* Finds the first word in a text of that form, and returns it; NULL if there is none.  Borrowed.  Takes time in
 * proportion to the length of the text, whatever the number of words. */
const char *wordlist_find(const struct wordlist *list, const char *folded);

/* Returns true if word, of that form too, stands in the text of that form, len bytes, as a whole: a word in the sense
 * above, or anything else that begins and ends where words do, such as a name with a '-'.  word is not "". */
bool wordlist_has_whole(const char *folded, size_t len, const char *word);

#endif
