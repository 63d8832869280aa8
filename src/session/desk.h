/* session/desk.h: what a session has only while its line is edited: the numbers of new lines in other rooms.
 *
 * They stand in the prompt: "[#ops 3] #lobby> ".  A room is new again when it becomes the current one.  Kept beside the
 * sessions, so that those that are not edited have nothing of it.  Loop thread only. */
#ifndef CHATD_SESSION_DESK_H
#define CHATD_SESSION_DESK_H

#include "base/strbuf.h"
#include "chat/deliver.h"
#include "session/session.h"

/* The line is edited from now on, or no longer; the latter is harmless if it never was. */
void desk_open(struct session *s);
void desk_close(struct session *s);
/* Notes a line that the person has been sent. */
void desk_note(struct session *s, const struct delivery *d);
/* The person is no longer in the room. */
void desk_forget(struct session *s, const struct room *room);
/* Appends the rooms with new lines, of at most so many columns; nothing if there are none. */
void desk_tell(struct session *s, struct strbuf *out, unsigned columns);

#endif
