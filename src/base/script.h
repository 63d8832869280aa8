/* base/script.h: which scripts a character is written in: Unicode's properties Script and Script_Extensions.
 *
 * They are known of letters, marks and decimal digits.  Pure functions; any thread. */
#ifndef CHATD_BASE_SCRIPT_H
#define CHATD_BASE_SCRIPT_H

#include "base/script_table.h"

#include <stdbool.h>
#include <stdint.h>

/* The scripts in which cp is used: all of them for a character of no particular script, such as an ASCII digit or a
 * general accent; none for one that is newer than the table. */
const struct script_set *script_of(int32_t cp);

/* Returns true if cp is used in every script. */
bool script_is_common(int32_t cp);

/* Removes from set the scripts in which cp is not used.  Returns false if none is left: then the characters so far are
 * not of a single script.  Begin with script_all(). */
bool script_narrow(struct script_set *set, int32_t cp);
struct script_set script_all(void);

/* Returns true if there is a script in which both characters are used. */
bool script_is_shared(int32_t a, int32_t b);

/* Returns true for a character of a script that is written without blanks between words: Chinese, Japanese, Thai, Lao,
 * Khmer, Burmese. */
bool script_is_spaceless(int32_t cp);

/* The zero of the decimal system to which the digit cp belongs; -1 if cp is no decimal digit. */
int32_t script_zero(int32_t cp);

#endif
