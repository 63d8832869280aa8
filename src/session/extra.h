/* session/extra.h: what a session has only if its person uses it, and a name that it keeps to its end.
 *
 * Made when it is first needed (session_get_extra()), and freed with the session: a session that needs nothing of it
 * pays for one pointer.  Loop thread only. */
#ifndef CHATD_SESSION_EXTRA_H
#define CHATD_SESSION_EXTRA_H

#include "chat/person.h"
#include "frontend/frontend.h"

#include <stdbool.h>
#include <stdint.h>

struct keepalive;

/* What is wished of the terminal. */
enum extra_wish {
    EXTRA_AUTO, /* if the terminal is known to do it */
    EXTRA_ON,
    EXTRA_OFF,
};

struct session_extra {
    struct person_handle *other; /* the last sender of a private line, with a reference; NULL if there is none */
    char *was;                   /* if has_left: the name, a NUL, and the current room ("" if there was none) */
    struct look *look;           /* how lines look (session/view.h), with a reference; NULL as most readers' */
    const struct zone *zone;     /* as chosen, one of env->zones; NULL: the server's */
    char *time_form;             /* as chosen; NULL: the usual one */
    struct keepalive *keepalive; /* session/keepalive.h, which frees it; NULL if the person has not chosen it */
    uint8_t colour, bidi;        /* enum extra_wish */
    bool bells_mention;          /* with wants_bell: mentions ring too */
    char *highlight;             /* the words, separated by blanks, as chosen; NULL: none */
    char *highlight_folded;      /* as they are looked for (base/wordlist.h), each ended by a NUL, and a NUL */
    char *called, *called_folded; /* the person's name when a mention was looked for last, and its form for that */
    int64_t last_seen_ms;        /* when the account was used last, and attempts to log in that have failed since: */
    uint32_t failures;           /* until session/profile.h tells them, then 0 */
    int64_t day_begin_ms, day_end_ms; /* the day of the line that was shown last, if times are shown */
};

struct session_extra *extra_new(void);
/* Frees it and what it owns; NULL is nothing. */
void extra_free(struct session_extra *extra);

#endif
