/* frontend/line_keys.h: whether what comes from a client is lines or keys, which are edited (frontend/typing.h).
 *
 * Editing begins when a client sends keys: one that speaks telnet once it agrees to that (frontend/telnet.h), another
 * one, such as "stty -icanon -echo; nc", when bytes come without a line's end.  It begins and ends between two reads or
 * runs of lines (line_keys_settle()), since a line may ask for it while lines are run.  Loop thread only. */
#ifndef CHATD_FRONTEND_LINE_KEYS_H
#define CHATD_FRONTEND_LINE_KEYS_H

#include "frontend/frontend.h"

#include <stdbool.h>
#include <stddef.h>

struct line;

/* The person asks for editing, or for lines again: from line_keys_settle() on. */
enum frontend_editing line_keys_want(struct line *l, bool on);
/* Begins or ends to edit, as was asked for; bytes is the length of the read that has done so, 0 if none has. */
void line_keys_settle(struct line *l, size_t bytes);
/* The n bytes at data come next from a client without telnet of which keys are expected (LINE_AWAITS_KEYS). */
void line_keys_look(struct line *l, const char *data, size_t n);
/* The client, which speaks telnet, may have answered whether it sends keys: goes by that. */
void line_keys_note_answer(struct line *l);
/* Applies the rule of the settings (enum frontend_edit_rule) once the type of the telnet's terminal is known. */
void line_keys_apply_rule(struct line *l);

#endif
