/* chat/seen.h: when people who are gone were last here, by their names.
 *
 * Of an account that is kept with it (chat/port_accounts.h).  Of the names of guests the process remembers those that
 * were given up last, SEEN_MOST of them; and none that a newcomer gets.  Loop thread only. */
#ifndef CHATD_CHAT_SEEN_H
#define CHATD_CHAT_SEEN_H

#include "chat/chat_state.h"

#include <stdint.h>

enum { SEEN_MOST = 1024 };

/* A name that nobody has any more, as far as this list knows. */
struct seen {
    char *shown, *folded;
    int64_t time_ms; /* when it was given up, since 1970 (UTC) */
    UT_hash_handle hh; /* by folded; the oldest first */
};

/* A person has given up a name, by leaving or for another one. */
void seen_note(struct chat *chat, const char *shown, const char *folded);
/* The name's entry; NULL if there is none.  Borrowed until the loop goes on. */
const struct seen *seen_find(const struct chat *chat, const char *folded);
/* Called at the end of a chat. */
void seen_forget(struct chat *chat);

#endif
