/* frontend/typing.h: edits what a person types, key by key, between the connection's text and framing.
 *
 *   keys --> editor (edit/editor.h) --Enter--> lines that wait --> framing --> session
 *               |
 *            screen (frontend/typing_screen.h) --> the connection's queue, once a turn
 *
 * Made when editing begins, and not before.  Loop thread only. */
#ifndef CHATD_FRONTEND_TYPING_H
#define CHATD_FRONTEND_TYPING_H

#include <stdbool.h>
#include <stddef.h>

struct framing;
struct telnet_peer;
struct typing;

/* Begins to edit.  f and telnet are borrowed; telnet is NULL for a client that sends keys without it. */
struct typing *typing_new(struct framing *f, struct telnet_peer *telnet);
/* The telnet it was given. */
struct telnet_peer *typing_telnet(const struct typing *t);
/* Ends to edit: what is typed so far is framing's, as an unfinished line, and the lines that wait are run first. */
void typing_end(struct typing *t);
/* The connection is over. */
void typing_free(struct typing *t);

/* Takes the n bytes at data.  Nothing but typing_is_full() bounds what it keeps: the caller stops reading then. */
void typing_feed(struct typing *t, const char *data, size_t n);
/* The same for what is UTF-8, whatever the charset. */
void typing_feed_text(struct typing *t, const char *data, size_t n);
/* Framing waits no longer. */
void typing_go_on(struct typing *t);
/* Returns the flood control's cost, in lines, of what was done since the last call. */
unsigned typing_take_cost(struct typing *t);

/* As in struct frontend_ops. */
unsigned typing_paste(struct typing *t, bool say);
const char *typing_get_typed(const struct typing *t, size_t *len);
void typing_put_typed(struct typing *t, const char *lines, size_t len);
/* A password is typed from now on, which is not shown; or no longer. */
void typing_set_secret(struct typing *t, bool on);

#endif
