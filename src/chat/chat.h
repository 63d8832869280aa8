/* chat/chat.h: the domain: people, rooms, and what people do.
 *
 * No I/O: the chat reaches people through the sinks of their attachments, and everything else through the ports.  A
 * function takes an attachment and not a person if its lines are not sent back to that attachment, or if the attachment
 * waits for the result.  A function that needs the directory or the bus may finish later: it returns CHAT_LATER, and
 * done is called from the loop with the result, unless the attachment quits first (chat_quit()).  An attachment waits
 * for one operation at a time; two attachments of a person may both wait.
 *
 * A person in a grace (chat/graces.h) says nothing, as CHAT_NAME_REGISTERED tells, and has no last word.  Loop thread
 * only. */
#ifndef CHATD_CHAT_CHAT_H
#define CHATD_CHAT_CHAT_H

#include "base/name.h"
#include "chat/attachment.h"
#include "chat/chat_state.h"
#include "chat/person.h"
#include "chat/room.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Takes over the bus and the directory, which are freed by chat_fini(); the store and the accounts are borrowed until
 * then. */
void chat_init(struct chat *chat, struct clock *clock, const struct chat_limits *limits,
               const struct chat_ports *ports);
/* Called when no attachment is left. */
void chat_fini(struct chat *chat);
void chat_set_limits(struct chat *chat, const struct chat_limits *limits);
/* Makes a person with this attachment, without a name and in no room; names_rename_guest() or names_rename() follows.
 * The caller has set the ops of the attachment's sink, and keeps the attachment until chat_exit(). */
void chat_enter(struct chat *chat, struct attachment *attachment);
/* The attachment quits: its operation ends, and it leaves all rooms; its sink is told of each.  If it is the person's
 * last attachment, the person quits too: each person who shares a room is told once, with text as the last word (may be
 * ""). chat_exit() follows. */
void chat_quit(struct attachment *attachment, const char *text);
/* Moves the attachment, which has not quit, to another person, who has a name.  It leaves its own person as in
 * chat_exit(), and enters all rooms of the other one.  Only its sink is told: of each room, and of the change. */
void chat_attach(struct attachment *attachment, struct person *person);
/* The reverse: the attachment, which has not quit, leaves its person as in chat_exit(), and has one of its own, as
 * after chat_enter(). */
void chat_detach(struct attachment *attachment);
/* Removes the attachment, after chat_quit() if that was not called.  With the last attachment the person is freed
 * too. */
void chat_exit(struct attachment *attachment);
/* Defers the person's announcement: from now on rooms are not told that the person joins, leaves or is renamed.  The
 * person receives their lines and is listed. */
void chat_defer(struct person *person);
/* Ends the deferral: the rooms are told that the person has joined.  Does nothing if there is none. */
void chat_announce(struct attachment *attachment);
/* Ends the deferral without telling the rooms. */
void chat_skip_announcement(struct person *person);

/* Brings the person, with all attachments, into the room of that name, which is made if it does not exist.  Takes over
 * name.  key is what the person has given as the room's key, or NULL. *room is set if the result is CHAT_OK or
 * CHAT_ALREADY.  A person with an account who makes a room becomes its owner: member.role tells with CHAT_OK.  The
 * results of rights_may_enter() are possible too, and also if the room's rules change while the join is under way.  If
 * the operation ends with CHAT_UNAVAILABLE because the bus is cut off, the join may have been published: the person is
 * then in the room when it comes back. */
enum chat_result chat_join(struct attachment *attachment, struct name *name, const char *key, struct room **room,
                           chat_done_fn *done, void *ctx);
/* Takes the person, with all attachments, out of the room, with text as the last word (may be ""), whether the person
 * wants it or not.  Each sink is told (sink_ops.left); the room may have ended then.  Returns CHAT_OK, CHAT_LATER,
 * CHAT_NOT_IN_ROOM, or CHAT_UNAVAILABLE if the bus does not take the message or the attachment waits for another
 * operation. */
enum chat_result chat_leave(struct attachment *attachment, struct room *room, const char *text, chat_done_fn *done,
                            void *ctx);

/* Says something in a room; the person need not be in it.  is_part: a further part of what was said just before, which
 * is one line for the mode slow.  Returns CHAT_OK if it was published, and is delivered to the members when it comes
 * back; CHAT_UNAVAILABLE if the bus does not take it; CHAT_NAME_REGISTERED; CHAT_SERVER_MUTED or CHAT_LOCKDOWN
 * (chat/bans.h); or a result of rights_may_say(). */
enum chat_result chat_say(struct attachment *from, struct room *room, enum message_kind kind, const char *text,
                          size_t len, bool is_part);
/* Sets or clears the topic.  The results are those of chat_leave() and rights_may_set_topic(), CHAT_NAME_REGISTERED,
 * and those of chat/bans.h. */
enum chat_result chat_set_topic(struct attachment *by, struct room *room, const char *topic, chat_done_fn *done,
                                void *ctx);
/* Erases a line of the room from its history, everywhere: line is what the store has told of it.  People may erase what
 * they have said themselves, with the account that they are logged in to, or since they came; and operators what people
 * have said who rank lower.  The results are those of chat_leave(), CHAT_NOT_YOURS and CHAT_NAME_REGISTERED. */
enum chat_result chat_delete(struct attachment *by, struct room *room, const struct message *line, chat_done_fn *done,
                             void *ctx);
/* Returns true if the person has said the line. */
bool chat_has_said(const struct person *person, const struct message *line);
/* Sends a private line, to all attachments of the receiver and of the sender.  Returns CHAT_OK; CHAT_NO_PLACE if no
 * attachment of the receiver has space for it; CHAT_NAME_REGISTERED if one of both is in a grace; CHAT_SERVER_MUTED or
 * CHAT_LOCKDOWN (chat/bans.h). */
enum chat_result chat_private(struct attachment *by, struct person *to, const char *text, size_t len);

/* Sends a notice of the server, which no person can forge, to a room; or, if room is NULL, to every attachment once. */
void chat_notice(struct chat *chat, struct room *room, const char *text, size_t len);
/* The server erases a line from the history of its room, which need not be in use; line is what the store has told of
 * it. */
void chat_delete_as_server(struct chat *chat, const struct message *line);

#endif
