/* session/topics.h: what /help explains beside commands: the one table of it.
 *
 * A topic may have the name of a command or of a group of commands; /help tells of all then.  Pure; any thread. */
#ifndef CHATD_SESSION_TOPICS_H
#define CHATD_SESSION_TOPICS_H

#include <stddef.h>

struct topic {
    const char *name;
    const char *text; /* sentences in lines separated by '\n', none longer than a row of a terminal */
};

/* Topic i; NULL if i is past the last one. */
const struct topic *topics_at(size_t i);
/* The topic with that name; ASCII case is ignored.  NULL if there is none. */
const struct topic *topics_find(const char *name);

#endif
