/* base/name.h: the names of persons and rooms.
 *
 * A name has two forms: the shown form, as it was given (composed), and the folded form, by which names
 * are compared.  Names that differ only in case, width or another compatibility form are the same name.
 * Pure functions; any thread. */
#ifndef CHATD_BASE_NAME_H
#define CHATD_BASE_NAME_H

#include <stddef.h>

enum {
    NAME_MOST_CHARS = 64, /* no setting allows longer names */
    /* The most marks on one letter: enough for Burmese and Tibetan, too few to draw over other lines. */
    NAME_MARKS = 6,
    NAME_MARKS_STACKED = 4, /* above, below or within the letter, which take no column of their own (UTS 39, 5.4) */
    NAME_MARKS_GENERAL = 2, /* such as accents, which are of no particular script */
};

enum name_fault {
    NAME_OK,
    NAME_EMPTY,
    NAME_TOO_LONG, /* more than max_chars code points, in either form */
    NAME_BAD_START, /* the first character, in either form, is neither a letter nor a digit */
    NAME_BAD_CHAR, /* a character other than letters, decimal digits, marks, '-' and '_', in either form; also a
                      character that is invisible (default-ignorable), a mark that encloses, a letter that looks like
                      one of the signs ':', '!', '*', '-', '<' and '>', and one that does so behind a letter of
                      another script or a digit */
    NAME_MIXED_SCRIPTS, /* there is no script in which all of its characters are used (UTS 39, 5.1); but Chinese,
                           Japanese and Korean may stand with Latin letters ("highly restrictive", 5.2) */
    NAME_MIXED_DIGITS, /* digits of more than one decimal system (UTS 39, 5.3) */
    NAME_MANY_MARKS, /* more marks on a letter than the limits above, or the same one twice in a row */
    NAME_RESERVED, /* a name that no person can have; not returned by name_init(), which is also used for rooms and
                      guests, but by name_init_person() */
};

struct name {
    char *shown;  /* NFC, without a room's '#' */
    char *folded; /* NFKC_Casefold of shown; folding it again changes nothing */
};

/* Checks that the len bytes at s (clean text, see base/text.h) are a name of at most max_chars code points, and makes
 * its two forms, which name_fini() frees.  On a fault *out is zeroed and need not be freed. */
enum name_fault name_init(struct name *out, const char *s, size_t len, size_t max_chars);
/* The same for a name that a person is to have, with an account or without one. */
enum name_fault name_init_person(struct name *out, const char *s, size_t len, size_t max_chars);
void name_fini(struct name *n);

/* The folded form of the len bytes at s, for looking up a name; the caller frees it.  NULL if it cannot be a name of
 * anything.  Costs no more than folding a name of the greatest length, however long the text is. */
char *name_fold(const char *s, size_t len);
/* A copy, for the caller to name_fini(). */
struct name name_copy(const struct name *n);

/* Returns nonzero for names that no person can have, with an account neither: "you", with which a private line is shown
 * to its receiver; "server", by which notices come; "guest" with a number, as the chat names guests; and what can be
 * read as one of these.  What else is reserved is a setting (base/reserved.h). */
int name_is_reserved(const struct name *n);

/* What is wrong, for programs: "empty", "too-long", "bad-start", "bad-character", "mixed-scripts", "mixed-digits",
 * "too-many-marks", "reserved"; static. */
const char *name_fault_code(enum name_fault fault);
/* The end of a sentence that says what is wrong: "is longer than 24 characters", "must begin with a letter
 * or a digit", ...  Written to buf (size bytes, 120 suffice), which is returned. */
const char *name_fault_text(enum name_fault fault, size_t max_chars, char *buf, size_t size);

#endif
