/* session/secret.h: a line that is a password, which a command asks for.
 *
 * The command is not over until the line has come: VERB_ASKED.  The line is no line of chat, whatever it holds.  It
 * waits for nobody else's turn, so no copy of it is made on the way, and it is wiped when the command has taken it.
 * Where the peer's echo can be switched off, it is off meanwhile.  An empty line ends the command.  Loop thread
 * only. */
#ifndef CHATD_SESSION_SECRET_H
#define CHATD_SESSION_SECRET_H

#include "session/session.h"
#include "session/verbs.h"

#include <stdbool.h>
#include <stddef.h>

struct secret;

/* What a command does with the line: a text of at least one byte, which is wiped afterwards.  It may ask for another
 * line. */
typedef enum verb_result secret_fn(struct session *s, const struct secret *asked, const char *text, size_t len);

/* What is asked for; the session's until the line has come. */
struct secret {
    const char *command; /* that has asked; set by secret_ask() */
    secret_fn *answer;
    session_then_fn *then;
    char *word;     /* what the answer is for: a name, an invitation; owned; NULL: nothing */
    char *before;   /* the secret that was asked for before; owned, and wiped; NULL: none */
    bool with_lines; /* of /forget */
};

/* Asks for the next line, as the kind of reply says; takes over word and before.  Returns VERB_ASKED. */
enum verb_result secret_ask(struct session *s, enum reply_kind kind, const struct secret *asked);
/* The line has come: cut, if it was too long.  The command that has asked runs again. */
enum verb_result secret_answer(struct session *s, char *text, size_t len, bool cut);
/* The command is refused before it has asked.  The lines behind it, as many as it would have asked for, may be on their
 * way: they are not said.  Returns VERB_REFUSED. */
enum verb_result secret_refuse(struct session *s, unsigned lines);
/* The session is over; harmless when nothing is asked for. */
void secret_drop(struct session *s);

#endif
