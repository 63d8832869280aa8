/* session/view.h: what a person chooses about how lines look, and the look that follows from it.
 *
 * A look (frontend/look.h) is made when a choice needs one, and a message for a session with one takes the long way
 * (session/hear.c).  A person who sees times is told of each new day by a line before the first line of that day, live
 * or from the history (session_tell_day()); for this, sessions with times take the long way too.  Loop thread only. */
#ifndef CHATD_SESSION_VIEW_H
#define CHATD_SESSION_VIEW_H

#include "session/session.h"

#include <stdbool.h>

enum view_fault {
    VIEW_OK,
    VIEW_BAD_TIME_FORM,
    VIEW_NO_ZONE,  /* there is no such zone */
    VIEW_NO_ZONES, /* the server knows none */
};

/* The choices, or what is known of the terminal, may have changed, or the form. */
void view_follow(struct session *s);
/* Sets how times are shown: "[on|off] [ZONE] [FORM]".  ZONE is a zone of tzdata, or "server"; FORM is a form of times
 * (base/timeform.h).  Each of them turns the times on unless "off" does otherwise: the zone is that of all times that
 * the person is shown, in answers too. */
enum view_fault view_set_time(struct session *s, const char *value);
/* Appends how times are shown, as view_set_time() takes it. */
void view_add_time(const struct session *s, struct strbuf *out);

/* Sets whether names have colours: "on", "off", or "auto", which is so at first: if the terminal is known to have some.
 * Returns false if the value is none of these. */
bool view_set_colour(struct session *s, const char *value);
void view_add_colour(const struct session *s, struct strbuf *out);
/* The same for the isolation of right-to-left text. */
bool view_set_bidi(struct session *s, const char *value);
void view_add_bidi(const struct session *s, struct strbuf *out);

#endif
