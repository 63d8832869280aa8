/* session/choices.h: what a person can choose with /set: the one table of it.
 *
 * A choice is on or off, and holds for the session.  Choices belong to the person, not to the terminal: they are kept
 * with the account (session/profile.h).  Loop thread only. */
#ifndef CHATD_SESSION_CHOICES_H
#define CHATD_SESSION_CHOICES_H

#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>

struct choice {
    const char *name;
    const char *help; /* what is shown if it is on */
    bool (*get)(const struct session *s);
    /* Does nothing if the form, which is json, does not have it. */
    void (*set)(struct session *s, bool on);
};

/* Choice i, in the order of /set; NULL if i is past the last one. */
const struct choice *choices_at(size_t i);
/* The choice with that name; ASCII case is ignored.  NULL if there is none. */
const struct choice *choices_find(const char *name);

#endif
