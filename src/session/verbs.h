/* session/verbs.h: the verbs: what a person can do, with any front end.
 *
 * A verb takes what the peer has typed: words that name persons and rooms, and text with its length.  It checks them
 * (names, lengths, the current room, space in the receiver's queue), calls the chat, and tells the person the result.
 * It knows no command line: commands (cmd_*.c), plain lines (lines.c) and the arrival of a newcomer (sessions.c) call
 * verbs.  The cost of a verb beyond that of the line is charged to the session.  Loop thread only. */
#ifndef CHATD_SESSION_VERBS_H
#define CHATD_SESSION_VERBS_H

#include "chat/chat_state.h"
#include "chat/rank.h"
#include "session/job.h"
#include "session/session.h"

#include <stdbool.h>
#include <stddef.h>

enum verb_result {
    VERB_DONE,
    VERB_REFUSED, /* the person has been told why */
    VERB_ASKED,   /* the next line belongs to it (session/secret.h); the caller leaves s->command alone */
    VERB_PENDING, /* then() follows, once, unless the session ends first; until that the session has a job
                   * (session/job.h), and the caller lets no further line run */
};

/* ---- talking: verbs_talk.c ---- */

/* A text of more than limits.line_bytes is sent in parts, each a message of its own.  A text of too many parts is
 * refused as a whole. */

/* Says text in the room of that name, which the person need not be in; room is NULL for the current one. */
enum verb_result verbs_say(struct session *s, const char *room, const char *text, size_t len);
/* The same for an action. */
enum verb_result verbs_act(struct session *s, const char *room, const char *text, size_t len);
/* Sends a private line to a person. */
enum verb_result verbs_tell(struct session *s, const char *name, const char *text, size_t len);
enum verb_result verbs_tell_person(struct session *s, struct person *to, const char *text, size_t len);
/* Sends a private line to the person who has sent the last one, whatever name that person has now, and to no other
 * person. */
enum verb_result verbs_reply(struct session *s, const char *text, size_t len);

/* ---- taking back: verbs_delete.c ---- */

/* Erases a line from the history of the current room: that of an id, or with "last" the last one that the person has
 * said there. */
enum verb_result verbs_delete(struct session *s, const char *line, session_then_fn *then);

/* ---- letters: verbs_mail.c ---- */

/* The same to a person or the owner of an account of that name, who may be absent: then it is kept for them.  Such a
 * text is one line. */
enum verb_result verbs_write(struct session *s, const char *name, const char *text, size_t len, session_then_fn *then);
/* Shows the letters that wait for the account to which the person is logged in. */
enum verb_result verbs_show_letters(struct session *s, session_then_fn *then);

/* ---- rooms: verbs_rooms.c ---- */

/* Enters the room of that name, which becomes the current one; one that does not exist is made.  key is NULL if none
 * was given; it is refused if the room has none. */
enum verb_result verbs_join(struct session *s, const char *room, const char *key, session_then_fn *then);
/* Leaves the room; NULL for the current one. */
enum verb_result verbs_leave(struct session *s, const char *room, session_then_fn *then);
/* Makes one of the person's rooms the current one. */
enum verb_result verbs_switch(struct session *s, const char *room);
/* Tells which rooms the person is in, and which is the current one. */
enum verb_result verbs_show_rooms(struct session *s);
/* Sets the topic of a room, NULL for the current one; "" clears it. */
enum verb_result verbs_set_topic(struct session *s, const char *room, const char *topic, session_then_fn *then);
/* Tells the topic of a room, NULL for the current one. */
enum verb_result verbs_show_topic(struct session *s, const char *room);
/* Tells who is in a room that the person is in, and its topic. */
void verbs_show_room(struct session *s, const struct room *room);

/* ---- order in rooms: verbs_order.c ---- */

/* room is a room's name, or NULL for the current one.  who is the name of a person or an account, or, for bans and
 * mutes, an address or a network. */

enum verb_result verbs_give_role(struct session *s, const char *room, const char *who, enum rank role,
                                 session_then_fn *then);
enum verb_result verbs_take_role(struct session *s, const char *room, const char *who, enum rank role,
                                 session_then_fn *then);
/* Puts a person out of the room; why may be "". */
enum verb_result verbs_kick(struct session *s, const char *room, const char *who, const char *why,
                            session_then_fn *then);
/* Bans, mutes or invites; text is "[TIME] [WHY]", as in "2h spam". */
enum verb_result verbs_set_rule(struct session *s, const char *room, enum rule_kind kind, const char *who,
                                const char *text, session_then_fn *then);
enum verb_result verbs_end_rule(struct session *s, const char *room, enum rule_kind kind, const char *who,
                                session_then_fn *then);
/* Lists bans, mutes and invitations, from a place on. */
enum verb_result verbs_show_rules(struct session *s, const char *room, uint32_t from);
/* Reports a person to the operators of the current room, if there is one, and to the administrators. */
enum verb_result verbs_report(struct session *s, const char *name, const char *why);

/* ---- modes of rooms: verbs_mode.c ---- */

/* Sets a mode; or ends it, if value says so. */
enum verb_result verbs_set_mode(struct session *s, const char *room, const char *mode, const char *value,
                                session_then_fn *then);
/* Tells one mode of a room; all if mode is NULL. */
enum verb_result verbs_show_modes(struct session *s, const char *room, const char *mode);

/* ---- accounts: verbs_account.c ---- */

/* A password or token is the caller's, who wipes it.  With NULL for a password, the next line is asked for. */

/* Makes an account of the person's name, to which the person is logged in then.  invitation may be NULL. */
enum verb_result verbs_register(struct session *s, const char *invitation, const char *password,
                                session_then_fn *then);
/* Logs in: the person gets the account's name; or the session becomes another one of the person's who is logged in
 * already. */
enum verb_result verbs_login(struct session *s, const char *name, const char *password, session_then_fn *then);
enum verb_result verbs_login_token(struct session *s, const char *token, session_then_fn *then);
/* The same for a newcomer who is the owner of the account of that folded name, if there is one. */
enum verb_result verbs_login_trusted(struct session *s, const char *folded, session_then_fn *then);
/* The same for a newcomer who has shown the certificate with that fingerprint (fingerprint_text()), if an account has
 * it, and has proven that; otherwise the newcomer is told. */
enum verb_result verbs_login_cert(struct session *s, const char *fingerprint, session_then_fn *then);
/* Logs in to the account that has added the certificate that the client shows, which proves it. */
enum verb_result verbs_cert_accept(struct session *s, session_then_fn *then);
/* Logs out: the person is a guest again.  A session that shares its person with others gets one of its own. */
enum verb_result verbs_logout(struct session *s, session_then_fn *then);

/* ---- one's account: verbs_owner.c ---- */

/* Asks for the present password, and for another one. */
enum verb_result verbs_set_password(struct session *s, session_then_fn *then);
/* Asks for the password, and erases the account, and with_lines what it has said too. */
enum verb_result verbs_forget(struct session *s, bool with_lines, session_then_fn *then);
/* Makes a token, which is shown; ends one; lists them. */
enum verb_result verbs_token_new(struct session *s, const char *label, session_then_fn *then);
enum verb_result verbs_token_revoke(struct session *s, const char *label, session_then_fn *then);
enum verb_result verbs_token_list(struct session *s, session_then_fn *then);
/* Adds a certificate that logs in; NULL: the one that this client has shown; ends one; lists them. */
enum verb_result verbs_cert_add(struct session *s, const char *fingerprint, session_then_fn *then);
enum verb_result verbs_cert_remove(struct session *s, const char *fingerprint, session_then_fn *then);
enum verb_result verbs_cert_list(struct session *s, session_then_fn *then);

/* ---- oneself, and others: verbs_person.c ---- */

/* Takes another name. */
enum verb_result verbs_rename(struct session *s, const char *name, session_then_fn *then);
/* Marks the person as away; senders of private lines are sent text, which is not "". */
enum verb_result verbs_set_away(struct session *s, const char *text);
/* Marks the person as no longer away. */
enum verb_result verbs_come_back(struct session *s);
/* Tells when the person or the owner of the account of that name was last here. */
enum verb_result verbs_show_seen(struct session *s, const char *name);
/* Ignores the person of that name, or no longer; or lists the ignored people. */
enum verb_result verbs_ignore(struct session *s, const char *name);
enum verb_result verbs_unignore(struct session *s, const char *name);
enum verb_result verbs_show_ignored(struct session *s);
/* Quits, with a last word, which may be "" and is cut to one line. */
enum verb_result verbs_quit(struct session *s, const char *text, size_t len);

/* ---- for administrators of the server: verbs_admin.c ---- */

/* Bans from the whole server: what is a word as in chat/bans_what.h, text an optional span of time and a reason. */
enum verb_result verbs_ban(struct session *s, const char *what, const char *text);
/* Ends such a ban. */
enum verb_result verbs_unban(struct session *s, const char *what);
/* Lists these bans, the newest first, beginning with place from, which is at least 1. */
enum verb_result verbs_show_bans(struct session *s, uint32_t from);

#endif
