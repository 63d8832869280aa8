/* admin/control_wire.h: what goes over the control socket, for both of its ends.
 *
 * A request is one line of words parted by blanks, ended by LF.  A word in double quotes holds any text: \" and \\
 * stand for these two, \n for a line's end.  A bare word that begins with "--" is an option; behind a bare "--" no
 * word is.
 *
 *     kick "bob" "please come back later"
 *     clients --json
 *
 * An answer is lines, each ended by LF, whose first character tells the kind:
 *
 *     +text    a line of the answer; with --json an object
 *     !text    what went wrong; with --json an object with "error"
 *     .N       the end: 0 done, 1 refused or failed, 2 a request that makes no sense
 *
 * Several requests may be sent on one connection; they are answered in order.  Pure functions; any thread. */
#ifndef CHATD_ADMIN_CONTROL_WIRE_H
#define CHATD_ADMIN_CONTROL_WIRE_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CONTROL_WIRE_LINE_BYTES = 16384, /* of a request at most */
    CONTROL_WIRE_WORDS = 1024,
};

/* First characters of an answer's lines. */
#define CONTROL_WIRE_TEXT '+'
#define CONTROL_WIRE_ERROR '!'
#define CONTROL_WIRE_END '.'

/* Of an answer's last line, and of chatctl's exit. */
enum control_wire_status { CONTROL_WIRE_DONE, CONTROL_WIRE_FAILED, CONTROL_WIRE_MISUSED };

struct control_wire_word {
    char *text;     /* NUL-terminated, within the line */
    bool is_quoted; /* in part at least: never an option */
};

/* Parts a request in place.  Returns the number of words, at most max; -1 with a sentence in *err (static) when it
 * makes no sense. */
int control_wire_split(char *line, struct control_wire_word *words, int max, const char **err);

/* Appends a word to a request, behind a blank if it is not the first, quoted if need be: one that begins with "-"
 * is. */
void control_wire_add(struct strbuf *out, const char *word);

#endif
