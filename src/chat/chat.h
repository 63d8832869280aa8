/* chat/chat.h: the domain: who is here, which rooms there are, who says what where.
 *
 * No I/O: people are reached through their sinks, everything else through the ports.  What needs the
 * directory or the store may finish later: such a function returns CHAT_LATER, and done is called
 * from the loop with the result, unless the person leaves first (chat_exit()).  A person waits for one
 * thing at a time.  Loop thread only. */
#ifndef CHATD_CHAT_CHAT_H
#define CHATD_CHAT_CHAT_H

#include "base/name.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/room.h"

#include <stddef.h>
#include <stdint.h>

/* Takes over the ports, each of which is freed by chat_fini(). */
void chat_init(struct chat *chat, struct clock *clock, const struct chat_limits *limits,
               const struct chat_ports *ports);
/* When nobody is here any more. */
void chat_fini(struct chat *chat);
void chat_set_limits(struct chat *chat, const struct chat_limits *limits);
/* A new person, without a name and in no room: names_rename_guest() comes first. */
struct person *chat_enter(struct chat *chat, struct sink *sink);
/* The person goes: leaves all rooms, of which the sink is told, with text as the last word (may be "").  Each person
 * who is in any of them is told once.  chat_exit() follows. */
void chat_quit(struct person *person, const char *text);
/* The person is gone, out of all rooms as by chat_quit(). */
void chat_exit(struct person *person);
/* From here on the person's rooms are not told that it comes, goes or is renamed; it hears them, and is listed. */
void chat_defer(struct person *person);
/* Ends that: the rooms are told that the person has joined.  Harmless for one who is announced already. */
void chat_announce(struct person *person);
/* Ends that too, and tells nobody: the rooms were told of the person before this process took it over. */
void chat_skip_announcement(struct person *person);

/* Brings the person into the room of that name, which is made if need be; takes name over.  *room is
 * set when the result is CHAT_OK or CHAT_ALREADY. */
enum chat_result chat_join(struct person *person, struct name *name, struct room **room, chat_done_fn *done, void *ctx);
/* Takes the person, who is in it, out of the room, with text as the last word (may be ""): on the person's own wish or
 * not.  The sink is told (sink_ops.left); the room may be gone then. */
void chat_leave(struct person *person, struct room *room, const char *text);

/* Says something in a room; who says it need not be there.  Done when it returns, for this process. */
void chat_say(struct person *person, struct room *room, enum message_kind kind, const char *text, size_t len);
void chat_set_topic(struct person *person, struct room *room, const char *topic);
/* A private line; shown to its writer too. */
enum chat_result chat_private(struct person *from, struct person *to, const char *text, size_t len);

/* The server says something, as nobody else can, in a room or, with NULL, to every person once. */
void chat_notice(struct chat *chat, struct room *room, const char *text, size_t len);

#endif
