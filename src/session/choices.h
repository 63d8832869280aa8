/* session/choices.h: what a person can choose with /set: the one table of it.
 *
 * A choice holds for the session.  Choices belong to the person, not to the terminal: they are kept with the account
 * (session/profile.h), as words that /set takes.  Loop thread only. */
#ifndef CHATD_SESSION_CHOICES_H
#define CHATD_SESSION_CHOICES_H

#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>

enum choice_result {
    CHOICE_SET,
    CHOICE_OF_TEXT,       /* the form, which is json, does not have it */
    CHOICE_BAD,           /* there is no such value */
    CHOICE_BAD_TIME_FORM,
    CHOICE_NO_ZONE,       /* there is no such time zone */
    CHOICE_NO_ZONES,      /* the server knows none */
};

struct choice {
    const char *name;
    const char *help; /* what is shown if it is on */
    const char *values; /* the end of a sentence that begins with its name */
    const char *words;  /* those that it can be, separated by blanks */
    bool takes_zone;    /* it can be the name of a time zone, too */
    /* Appends the value: "on" or "off", and behind a blank what else there is to it. */
    void (*get)(const struct session *s, struct strbuf *out);
    enum choice_result (*set)(struct session *s, const char *value);
    bool is_of_terminal; /* it is not kept with the account */
};

enum { CHOICES_MOST = 16 };

/* Choice i, in the order of /set; NULL if i is past the last one. */
const struct choice *choices_at(size_t i);
/* The number of the choice with that name; ASCII case is ignored.  CHOICES_MOST if there is none. */
size_t choices_find(const char *name);

#endif
