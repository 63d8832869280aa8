/* chat/room_rules.h: sets and ends the rules of a room, in memory and in the store, with what follows from them.
 *
 * Nothing is published here, nobody is told, and nobody is put out.  Loop thread only. */
#ifndef CHATD_CHAT_ROOM_RULES_H
#define CHATD_CHAT_ROOM_RULES_H

#include "chat/message.h"
#include "chat/room.h"
#include "chat/rule.h"

#include <stdbool.h>
#include <stdint.h>

/* A rule is set or has ended; the store is told. */
void room_rules_set(struct room *room, const struct rule *rule, bool is_off);
/* The same, of a rule that the store has told. */
void room_rules_put(struct room *room, const struct rule *rule);
/* A person has left the room: if nobody is in it any more, and it is not persistent, its rules end. */
void room_rules_vacate(struct room *room);
/* The room has nobody, by the messages that have come back, and is not persistent: who joins it with an account now may
 * become its owner. */
bool room_rules_is_new(const struct room *room);
/* The account is the owner of a new room. */
void room_rules_found(struct room *room, const struct message *join);
/* The room stays although nobody is in it. */
bool room_rules_is_persistent(const struct room *room);
/* The room is no longer in use here. */
void room_rules_free(struct room *room);
/* The rule that a message sets or ends; its strings are the message's. */
struct rule room_rules_of(const struct message *m);

#endif
