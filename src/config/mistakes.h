/* config/mistakes.h: all mistakes in a settings file and on a command line, reported together.
 *
 * Mistakes are collected in any order and written in the order in which a reader meets them: those of the file
 * by line, then those of the command line by argument.  Embedded by its owner, which calls mistakes_fini(). */
#ifndef CHATD_CONFIG_MISTAKES_H
#define CHATD_CONFIG_MISTAKES_H

#include "base/strbuf.h"

#include <stddef.h>

/* The place where a value was given: a line of the file, from 1 on, or MISTAKES_OVERRIDE + an index into the
 * overrides.  As the place of a mistake, 0 is the file as a whole; as the place of a value, 0 is "nowhere: the
 * default". */
enum { MISTAKES_OVERRIDE = 1 << 30 };

enum { MISTAKES_MAX = 100 }; /* more than anybody reads; the rest is counted */

struct mistake {
    size_t place;
    size_t order; /* of the same place, the mistake that was found first comes first */
    char *text;   /* owned; with its prefix, without a line end */
};

struct mistakes {
    const char *path;             /* borrowed; NULL if there is no file */
    const char *const *overrides; /* borrowed */
    struct mistake list[MISTAKES_MAX];
    size_t count;
    size_t skipped; /* found after list was full */
};

void mistakes_init(struct mistakes *m, const char *path, const char *const *overrides);
void mistakes_fini(struct mistakes *m);

/* Adds a mistake: fmt makes a sentence that begins with the option or with what else is wrong.  "PATH:LINE: " or
 * "-o ARGUMENT: " is put before it. */
void mistakes_add(struct mistakes *m, size_t place, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Appends every mistake to out, one per line. */
void mistakes_write(struct mistakes *m, struct strbuf *out);

/* Appends text, cut to max_bytes and cleaned so that it cannot end a line or control a terminal. */
void mistakes_show(struct strbuf *out, const char *text, size_t max_bytes);
/* The same in double quotes: the form of a value in a mistake. */
void mistakes_quote(struct strbuf *out, const char *text);

#endif
