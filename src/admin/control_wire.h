/* admin/control_wire.h: the protocol of the control socket, for server and client.
 *
 * A request is one line of words separated by blanks, ended by LF.  A word in double quotes holds any text; in it \"
 * and \\ stand for the quote and the backslash, and \n for a line end.  A word without quotes that begins with "--" is
 * an option, and some options take the word behind them as their value; a bare "--" ends the options.
 *
 *     kick "bob" "please come back later"
 *     clients --json
 *
 * An answer is a sequence of lines, each ended by LF, whose first character tells the kind:
 *
 *     +text    a line of the answer; with --json an object
 *     !text    an error; with --json an object with "error"
 *     *N       the command is at work, and N percent are done; without N it is not known how much
 *     .N       the end: 0 done, 1 refused or failed, 2 the request is not valid
 *
 * While a command is at work that may take minutes, a line *N comes every half second, so that the client can tell it
 * from a server that does not answer.
 *
 * Several requests may be sent on one connection; they are answered in order.  Pure functions; any thread. */
#ifndef CHATD_ADMIN_CONTROL_WIRE_H
#define CHATD_ADMIN_CONTROL_WIRE_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>

enum {
    CONTROL_WIRE_LINE_BYTES = 16384, /* the greatest length of a request */
    CONTROL_WIRE_WORDS = 1024,
};

/* The first characters of an answer's lines. */
#define CONTROL_WIRE_TEXT '+'
#define CONTROL_WIRE_ERROR '!'
#define CONTROL_WIRE_WORKING '*'
#define CONTROL_WIRE_END '.'

/* The status in an answer's last line, and chatctl's exit status. */
enum control_wire_status { CONTROL_WIRE_DONE, CONTROL_WIRE_FAILED, CONTROL_WIRE_MISUSED };

struct control_wire_word {
    char *text;     /* NUL-terminated, within the line */
    bool is_quoted; /* at least a part of it: it is no option */
};

/* Splits a request into words, in place.  Returns the number of words, at most max; or -1, with a sentence (static) in
 * *err, if the request is not valid. */
int control_wire_split(char *line, struct control_wire_word *words, int max, const char **err);

/* Appends a word to a request, and a blank before it if it is not the first.  The word is quoted if necessary, and
 * always if it begins with "-". */
void control_wire_add(struct strbuf *out, const char *word);

#endif
