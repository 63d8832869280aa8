/* chat/rulings.h: what a kick and a rule do to a room when they come back from the bus.
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_RULINGS_H
#define CHATD_CHAT_RULINGS_H

#include "chat/deliver.h"
#include "chat/message.h"
#include "chat/room.h"

/* A kick: the person is told with the room, and is out of it then; nothing is done if the person has left meanwhile.
 * A rule: it holds; the room is told, and the person whom it is about; a ban puts out those whom it hits.
 * When the role of the last owner ends and nobody is an operator, the room is no longer persistent, and is told so.
 * The room may end by that after the call, not within it: the caller ends it. */
void rulings_receive(struct room *room, const struct message *m, const struct deliver_origin *origin);

#endif
