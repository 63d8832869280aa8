/* config/mistakes.h: everything that is wrong with a file and a command line, told at once.
 *
 * Mistakes are gathered in whatever order they are found and written in the order in which a person
 * meets them: the file's by line, then the command line's by argument.  Embedded by its owner, who
 * calls mistakes_fini(). */
#ifndef CHATD_CONFIG_MISTAKES_H
#define CHATD_CONFIG_MISTAKES_H

#include "base/strbuf.h"

#include <stddef.h>

/* Where something was given: a line of the file, from 1 on, or MISTAKES_OVERRIDE + an index into the
 * overrides.  0 is the file as a whole for a mistake, and "nowhere, the default" for a value. */
enum { MISTAKES_OVERRIDE = 1 << 30 };

enum { MISTAKES_MAX = 100 }; /* more than anybody reads; the rest is counted */

struct mistake {
    size_t place;
    size_t order; /* of finding: of one place, the first found comes first */
    char *text;   /* owned; with its prefix, without a line end */
};

struct mistakes {
    const char *path;             /* borrowed; NULL: there is no file */
    const char *const *overrides; /* borrowed */
    struct mistake list[MISTAKES_MAX];
    size_t count;
    size_t skipped; /* found after list was full */
};

void mistakes_init(struct mistakes *m, const char *path, const char *const *overrides);
void mistakes_fini(struct mistakes *m);

/* The format gives a sentence that names the option or what else is wrong; "PATH:LINE: " or
 * "-o ARGUMENT: " is put in front. */
void mistakes_add(struct mistakes *m, size_t place, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Appends every mistake to out, a line each. */
void mistakes_write(struct mistakes *m, struct strbuf *out);

/* Appends text so that it cannot end a line or drive a terminal, and cut to max_bytes. */
void mistakes_show(struct strbuf *out, const char *text, size_t max_bytes);
/* The same in double quotes, as a value is named in a mistake. */
void mistakes_quote(struct strbuf *out, const char *text);

#endif
