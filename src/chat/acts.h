/* chat/acts.h: what owners, operators and administrators do in rooms.
 *
 * Each act checks the right (chat/rights.h), publishes a message, and is carried out on every process when that comes
 * back.  It notes itself in the audit trail.
 *
 * who is what a person has typed: the name of a person who is here or in the room; the name of an account; or, for bans
 * and mutes, an address or a network (base/cidr.h).  A person who is logged in is meant by the account; a guest by the
 * address, so that another name does not help, or by being this person if there is none.
 *
 * The results are those of chat_leave(), without CHAT_NOT_IN_ROOM: the person need not be in the room.  Beside these:
 *
 *     CHAT_NO_RIGHT         refusal.needed is the rank that the act needs
 *     CHAT_ONESELF          nobody does this to themselves
 *     CHAT_NO_SUCH_PERSON   nobody here has that name, and no account
 *
 * and those that a function names.  Loop thread only. */
#ifndef CHATD_CHAT_ACTS_H
#define CHATD_CHAT_ACTS_H

#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/rank.h"
#include "chat/room.h"
#include "chat/rule.h"

#include <stdint.h>

/* Gives a role: RANK_VOICED, RANK_OPERATOR; or RANK_OWNER, by which an owner who gives it becomes an operator.
 * CHAT_NEEDS_ACCOUNT: the person is a guest; CHAT_ALREADY: has that role, or a higher one; CHAT_OWNS_TOO_MANY:
 * refusal.limit rooms already; CHAT_TOO_MANY_RULES. */
enum chat_result acts_give_role(struct attachment *by, struct room *room, const char *who, enum rank role,
                                chat_done_fn *done, void *ctx);
/* Takes the role of an operator or of a voiced member; one's own too.  CHAT_NO_SUCH_RULE: the person does not have that
 * role. */
enum chat_result acts_take_role(struct attachment *by, struct room *room, const char *who, enum rank role,
                                chat_done_fn *done, void *ctx);
/* Puts a person out of the room, who may come back.  why may be "".  CHAT_NOT_THERE: the person is not in the room. */
enum chat_result acts_kick(struct attachment *by, struct room *room, const char *who, const char *why,
                           chat_done_fn *done, void *ctx);
/* RULE_BAN, RULE_MUTE or RULE_INVITE, until until_ms (since 1970; 0: until it is ended), or, about a guest who is known
 * by no address, for a day at most: acts_until() tells.  why may be "".  A ban puts
 * out everybody it hits.  It takes the place of one of the same kind about the same.  CHAT_TOO_MANY_RULES:
 * refusal.limit; CHAT_BAD_VALUE: who is a network where none is possible, or begins like one and is none. */
enum chat_result acts_set_rule(struct attachment *by, struct room *room, enum rule_kind kind, const char *who,
                               int64_t until_ms, const char *why, chat_done_fn *done, void *ctx);
/* Ends one.  who may also be its label.  CHAT_NO_SUCH_RULE: there is none.  CHAT_NO_RIGHT: it hits the actor, and
 * somebody of a higher rank has to end it. */
enum chat_result acts_end_rule(struct attachment *by, struct room *room, enum rule_kind kind, const char *who,
                               chat_done_fn *done, void *ctx);
/* Sets a mode (chat/modes.h), or ends it.  CHAT_NO_SUCH_MODE; CHAT_BAD_VALUE; CHAT_ALREADY: it has that value. */
enum chat_result acts_set_mode(struct attachment *by, struct room *room, const char *mode, const char *value,
                               chat_done_fn *done, void *ctx);
/* The name of the person or account, or the network, that the last act that did not fail was about, as shown to people;
 * valid until the next act. */
const char *acts_label(const struct chat *chat);
/* When what that act has set ends by itself, since 1970; 0 if it does not. */
int64_t acts_until(const struct chat *chat);

#endif
