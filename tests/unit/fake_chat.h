/* tests/unit/fake_chat.h: a chat with accounts and a store, in which people come, log in and act. */
#ifndef CHATD_TESTS_FAKE_CHAT_H
#define CHATD_TESTS_FAKE_CHAT_H

#include "chat/chat.h"
#include "fake_accounts.h"
#include "fake_store.h"
#include "fakes.h"

#include <stdbool.h>
#include <stdint.h>

enum { FAKE_CHAT_EARS = 8 };

/* A person, by one attachment. */
struct fake_ear {
    struct fake_sink sink; /* sink.at.person is NULL: nobody is here */
    int dones;             /* operations that were answered later */
    enum chat_result result; /* the last of these */
    struct chat *chat;
};

struct fake_chat {
    struct clock clock;
    struct chat chat;
    struct fake_directory *dir; /* its bus may be slow */
    struct fake_store *store;
    struct fake_accounts *accounts;
    struct fake_ear ears[FAKE_CHAT_EARS];
};

void fake_chat_init(struct fake_chat *f);
void fake_chat_fini(struct fake_chat *f);
/* Everybody goes, and the chat ends and begins anew on the same store and accounts. */
void fake_chat_restart(struct fake_chat *f);

/* Somebody comes under a name, as a guest, from an address, or from a unix socket if address is NULL. */
void fake_ear_come(struct fake_chat *f, struct fake_ear *ear, const char *name, const char *address);
/* The same, logged in to the account of that name, which is made if there is none. */
void fake_ear_come_logged_in(struct fake_chat *f, struct fake_ear *ear, const char *name, const char *address);
void fake_ear_go(struct fake_ear *ear);
/* Enters a room; the result at once, which may be CHAT_LATER. */
enum chat_result fake_ear_join(struct fake_ear *ear, const char *room, const char *key);
enum chat_result fake_ear_say(struct fake_ear *ear, const char *room, const char *text);
/* Returns true if the person is in the room. */
bool fake_ear_is_in(const struct fake_ear *ear, const char *room);
/* A chat_done_fn: ctx is the ear. */
void fake_ear_done(void *ctx, enum chat_result result, struct room *room);
/* The account of that name; 0: there is none. */
int64_t fake_chat_account(const struct fake_chat *f, const char *name);
/* An administrator makes the account one of an administrator, or no longer. */
void fake_chat_set_admin(struct fake_chat *f, const char *name, bool on);
/* A room that is there. */
struct room *fake_chat_room(struct fake_chat *f, const char *room);

#endif
