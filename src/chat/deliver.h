/* chat/deliver.h: one message to many sinks, encoded once per encoding.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_DELIVER_H
#define CHATD_CHAT_DELIVER_H

#include "base/payload.h"
#include "chat/message.h"
#include "chat/ports.h"

#include <stdbool.h>

struct room;
struct user_name;

enum { DELIVER_ENCODINGS = 16 };

/* What kind of message it is, for a sink that treats some of them in its own way; bits. */
enum deliver_topic { DELIVER_FROM_PERSON = 1, DELIVER_COMINGS = 2, DELIVER_PRIVATE = 4 };

/* One message on its way. */
struct delivery {
    const struct message *m;
    uint32_t topics;  /* enum deliver_topic */
    bool is_replay;   /* from the history, not new */
    bool is_own_copy; /* a private line, shown to who wrote it */
    char *from_folded; /* made by the first sink that needs it */
    struct payload *encoded[DELIVER_ENCODINGS]; /* made by the first sink that needs one */
};

/* Who it is from, folded: once for all who ignore somebody; NULL when that cannot be folded. */
const char *deliver_from_folded(struct delivery *d);
void deliver_to_room(const struct room *room, const struct message *m);
/* To whoever has one of the names, a uthash table. */
void deliver_to_all(const struct user_name *names, const struct message *m);
void deliver_to_sink(struct sink *sink, const struct message *m, bool is_replay, bool is_own_copy);

#endif
