/* chat/bans.h: who is banned from the whole server, who is muted in it, and whether it is in lockdown.
 *
 * Administrators decide that, with chatctl or in the chat, and both call bans_add() and bans_remove().  Entries stay
 * over restarts if there is a port to keep them (struct bans_store).
 *
 * A ban of an address is asked for by the door, before a newcomer is let in.  The others are asked for where a person
 * logs in or takes a name.  People who are here already are put out by whoever listens (bans_listen()).  Someone who is
 * muted hears everything, and may write to administrators.  In lockdown guests hear the rooms that they are in, and
 * neither speak nor enter rooms nor register.  Administrators who are logged in are never hit, whatever the entry.
 *
 * A name that the server gives (guest7) is not hit by a pattern: the person has not chosen it.  Loop thread only. */
#ifndef CHATD_CHAT_BANS_H
#define CHATD_CHAT_BANS_H

#include "base/strbuf.h"
#include "chat/attachment.h"
#include "chat/ban_list.h"
#include "chat/bans_what.h"
#include "chat/chat_state.h"
#include "chat/person.h"

#include <stdbool.h>
#include <stdint.h>

struct timeq;

/* ---- asking ---- */

/* The entry that hits an address, an account, or the attachment: by its address, account or name; NULL if there is
 * none. */
const struct ban *bans_of_address(const struct chat *chat, enum ban_act act, const struct cidr *address);
const struct ban *bans_of_account(const struct chat *chat, enum ban_act act, int64_t account);
const struct ban *bans_on(const struct attachment *at, enum ban_act act);
/* The lockdown; NULL if there is none. */
const struct ban *bans_lockdown(const struct chat *chat);
/* CHAT_OK, CHAT_SERVER_MUTED or CHAT_LOCKDOWN: whether the attachment may say something that others read; to_admin: an
 * administrator alone reads it. */
enum chat_result bans_may_speak(const struct attachment *by, bool to_admin);
/* CHAT_OK or CHAT_LOCKDOWN: to enter a room. */
enum chat_result bans_may_enter(const struct attachment *by);
/* CHAT_OK, CHAT_NAME_BANNED, CHAT_SERVER_MUTED or CHAT_LOCKDOWN: to take a name, which everybody in one's rooms
 * reads. */
enum chat_result bans_may_take(const struct attachment *by, const struct name *name);

/* Appends how an entry is written: "192.0.2.7", "192.0.2.7 (pest)", "account=alice", "name=spam*"; each but for the
 * parentheses is a what for bans_remove(). */
void bans_show(struct strbuf *out, const struct ban *ban);
/* Appends what people who are hit are told: its reason and its end, "spam (until 14:02)"; nothing if it has neither. */
void bans_explain(struct strbuf *out, const struct chat *chat, const struct ban *ban);

/* ---- changing ---- */

/* What an administrator wants.  what is a word, as in chat/bans_what.h; for a lockdown it is NULL. */
struct bans_wish {
    enum ban_act act;
    const char *what;
    int64_t for_ms;     /* 0 if it does not end by itself */
    const char *reason; /* clean, on one line; may be "" */
    const char *by;     /* the administrator's name, or "chatctl" */
    const struct attachment *attachment; /* the administrator's; NULL with chatctl */
};

/* Adds an entry, in the place of one that hits the same.  *ban is the entry, if BANS_DONE.  Appends to why. */
enum bans_answer bans_add(struct chat *chat, const struct bans_wish *wish, const struct ban **ban, struct strbuf *why);
/* Ends an entry: that of what, or the one that was made for a person called so.  Appends to label how it is written. */
enum bans_answer bans_remove(struct chat *chat, const struct bans_wish *wish, struct strbuf *label, struct strbuf *why);
/* Returns true if entries stay over restarts. */
bool bans_are_kept(const struct chat *chat);
/* All entries, for walks (chat/ban_list.h). */
struct ban_list *bans_list(const struct chat *chat);

/* ---- for the owners of chat, and the files of chat ---- */

/* The queue that the loop runs: entries end. */
struct timeq *bans_timeq(const struct chat *chat);
/* Has changed() called after an entry was added, or a lockdown ended: people who are here may be hit. */
void bans_listen(struct chat *chat, void (*changed)(void *ctx, enum ban_act act), void *ctx);
/* The chat has its ports. */
void bans_init(struct chat *chat);
void bans_fini(struct chat *chat);
/* The account has ended, and its entries with it. */
void bans_forget_account(struct chat *chat, int64_t account);

#endif
