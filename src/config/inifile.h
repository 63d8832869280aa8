/* config/inifile.h: reads a settings file as a sequence of sections, keys and continued values. */
#ifndef CHATD_CONFIG_INIFILE_H
#define CHATD_CONFIG_INIFILE_H

#include "config/mistakes.h"

#include <stdbool.h>
#include <stddef.h>

enum { INIFILE_MAX_BYTES = 1 << 20 };

/* Callbacks for the parts of a file, called in the order of the file.  Strings are valid during the call. */
struct inifile_events {
    void (*section)(void *ctx, const char *name, size_t line);
    void (*key)(void *ctx, const char *key, const char *value, size_t line);
    /* An indented line: it continues the value of the last key. */
    void (*more)(void *ctx, const char *text, size_t line);
    /* Returns true if an indented line that begins with '#' continues the value of the last key, false if it is a
     * comment. */
    bool (*takes_hash)(void *ctx);
    /* A line that continues the value of the last key could not be read: the value is incomplete. */
    void (*broken)(void *ctx);
};

/* Reads the file at path to its end.  A line that is no valid line of settings is added to mistakes and skipped. */
void inifile_read(const char *path, const struct inifile_events *events, void *ctx, struct mistakes *mistakes);

/* Returns NULL if the len bytes at s are text that fits on one line, otherwise the end of a sentence that says why
 * they are not. */
const char *inifile_text_fault(const char *s, size_t len);

#endif
