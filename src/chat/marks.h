/* chat/marks.h: read marks: how far people with accounts have received the lines of their rooms.
 *
 * The profiles keep the marks (chat/port_profiles.h).  A mark is noted when its person leaves the room, quits or logs
 * out, and, for those who stay, in rounds, in rooms with new lines.  So nothing is done for each receiver of a line,
 * and a server where nothing is said does not wake up.
 *
 * A round notes only lines that were said before the round before it: what was sent to a client whose machine has
 * vanished meanwhile has never arrived, and its connection is closed by then, as a rule (limits.dead_seconds).  When
 * such a connection was a person's last one, nothing more is noted: lines are rather told twice than never.
 *
 * The rooms in which a person has missed lines that were not shown yet are the person's unread rooms; they are in
 * memory (chat/owners.h).  Such a mark stays where it is until a further line of the room was delivered.  Loop thread
 * only. */
#ifndef CHATD_CHAT_MARKS_H
#define CHATD_CHAT_MARKS_H

#include "base/timeq.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stdint.h>

/* Called by chat_init() and chat_fini(). */
void marks_init(struct chat *chat);
void marks_fini(struct chat *chat);
/* The queue that a loop runs. */
struct timeq *marks_timeq(struct chat *chat);

/* For marks_line(): somebody is logged in, and the last line has this id. */
void marks_expect_round(struct chat *chat, uint64_t newest);
/* A line of the room was delivered and passed to the store. */
static inline void marks_line(struct room *room, uint64_t id)
{
    room->newest_id = id;
    if (room->chat->owners != NULL) {
        marks_expect_round(room->chat, id);
    }
}
/* The person is about to quit, and nobody knows whether the last lines have arrived. */
void marks_lose(struct person *person);
/* The person, who is still in the room, is about to leave it. */
void marks_leave(struct person *person, const struct room *room);
/* The person is about to log out, and stays in the rooms. */
void marks_log_out(struct person *person);

/* Returns true if the person may be told that the room has new lines: nobody learns that of a room that they could not
 * enter, or not without its key. */
bool marks_may_tell(const struct person *person, const char *room_folded);
/* The id behind which the lines begin that the person has missed in the room, which is one of theirs, and that were not
 * shown; 0 if there are none. */
uint64_t marks_unread(const struct person *person, const struct room *room);
/* Sets that id for one of the person's rooms; 0 if there are none.  Does nothing if the person is a guest. */
void marks_set_unread(struct person *person, const struct room *room, uint64_t since);
/* The person was shown what was missed in the room, up to this id, and with is_all nothing is left. */
void marks_show(struct person *person, const struct room *room, uint64_t upto, bool is_all);

#endif
