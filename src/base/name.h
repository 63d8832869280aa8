/* base/name.h: what a person or a room may be called.
 *
 * A name has two forms: the shown one, as it was given (composed), and the folded one, by which
 * names are compared: look-alikes by case, width or other compatibility forms are one name.
 * Pure functions; any thread. */
#ifndef CHATD_BASE_NAME_H
#define CHATD_BASE_NAME_H

#include <stddef.h>

/* No setting allows longer names. */
enum { NAME_MOST_CHARS = 64 };

enum name_fault {
    NAME_OK,
    NAME_EMPTY,
    NAME_TOO_LONG, /* more than max_chars code points, in either form */
    NAME_BAD_START, /* the first character, of either form, is no letter and no digit */
    NAME_BAD_CHAR, /* a character other than letters, decimal digits, marks, '-' and '_', in either form;
                      also one that is invisible (default-ignorable), more than 3 marks in a row, and letters
                      that look like the signs ':', '!', '*', '-', '<' and '>', or would beside another script */
    NAME_RESERVED, /* one that nobody can take; never of name_init(), which rooms and guests go through
                      too, but of who asks name_is_reserved() for a person */
};

struct name {
    char *shown;  /* NFC, without a room's '#' */
    char *folded; /* NFKC_Casefold of it; as a name it is itself again */
};

/* Checks the len bytes at s (clean text, see base/text.h) as a name of at most max_chars code points
 * and makes its two forms, which name_fini() frees; on a fault *out is zeroed and nothing is to be freed. */
enum name_fault name_init(struct name *out, const char *s, size_t len, size_t max_chars);
void name_fini(struct name *n);

/* The folded form of the len bytes at s, by which what is there under that name is found, to be freed by the caller;
 * NULL when they can name nothing.  Costs no more than a name does, however long the folded form would be. */
char *name_fold(const char *s, size_t len);
/* Another of the same, for the caller to name_fini(). */
struct name name_copy(const struct name *n);

/* True for names that no person can choose: "you", "server", "system", "guest" with a number (in any script's digits),
 * and what looks like one of these in letters of other scripts. */
int name_is_reserved(const struct name *n);

/* A sentence's end that says what is wrong: "is longer than 24 characters", "must begin with a letter
 * or a digit", ...; written into buf (size bytes, 120 suffice), which is returned. */
const char *name_fault_text(enum name_fault fault, size_t max_chars, char *buf, size_t size);

#endif
