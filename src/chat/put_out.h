/* chat/put_out.h: puts people out of a room whom a ban hits.
 *
 * It is published as a kick by the process in which the person is, since only that knows the addresses.  Loop thread
 * only. */
#ifndef CHATD_CHAT_PUT_OUT_H
#define CHATD_CHAT_PUT_OUT_H

#include "chat/person.h"
#include "chat/room.h"

/* Everybody in the room who is in this process and whom a ban hits.  The caller sees to it that the room does not end
 * meanwhile (room->is_opening). */
void put_out_banned(struct room *room);
/* The person, from all rooms where a ban hits the person: who has just logged in. */
void put_out_of_rooms(struct person *person);

#endif
