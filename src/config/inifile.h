/* config/inifile.h: a file of settings as a run of sections, keys and continued values. */
#ifndef CHATD_CONFIG_INIFILE_H
#define CHATD_CONFIG_INIFILE_H

#include "config/mistakes.h"

#include <stdbool.h>
#include <stddef.h>

enum { INIFILE_MAX_BYTES = 1 << 20 };

/* What a file consists of, told in its order.  Strings are borrowed for the call. */
struct inifile_events {
    void (*section)(void *ctx, const char *name, size_t line);
    void (*key)(void *ctx, const char *key, const char *value, size_t line);
    /* An indented line: it continues the value of the last key. */
    void (*more)(void *ctx, const char *text, size_t line);
    /* Whether an indented line that begins with '#' continues the last key's value, and is no comment. */
    bool (*takes_hash)(void *ctx);
    /* A line that continues the last key's value could not be read: the value is not whole. */
    void (*broken)(void *ctx);
};

/* Reads the file at path to its end.  What cannot be read as lines of settings goes to mistakes, and
 * the reading goes on behind it. */
void inifile_read(const char *path, const struct inifile_events *events, void *ctx, struct mistakes *mistakes);

/* NULL when the len bytes at s are text that fits on a line; else a sentence's end that says why not. */
const char *inifile_text_fault(const char *s, size_t len);

#endif
