/* tests/unit/fake_sessions.h: people on real connections, a chat whose directory, bus and store answer when they are
 * told to, and a clock that stands still.  For tests of sessions: one world, which begins and ends with each case. */
#ifndef CHATD_TESTS_FAKE_SESSIONS_H
#define CHATD_TESTS_FAKE_SESSIONS_H

#include "fake_accounts.h"
#include "fake_profiles.h"
#include "fake_store.h"
#include "fakes.h"
#include "session/sessions.h"

enum { PEOPLE = 6, LIMIT = 65536 /* bytes of a queue */ };

extern struct fake_loop f;
extern struct chat chat;
extern struct fake_directory *dir;
extern struct fake_store *store;
extern struct fake_accounts *accounts;
extern struct fake_profiles *profiles;
extern struct session_env env;
extern int gone, silent;     /* sessions that have ended; those of them that went without a word */
extern int people[PEOPLE];   /* the clients' ends; -1: none */

/* Set-up and tear-down: the store keeps 1000 lines a room. */
int fake_sessions_begin(void **state);
int fake_sessions_end(void **state);

/* A client with a session that is not greeted yet; buffer as in fake_pair(). */
struct session *attach(int who, int buffer);
/* A newcomer. */
void come(int who, int buffer);
/* Alice and Bob, the first two, in the lobby, with nothing left to hear. */
void come_both(void);
/* Sends text, and lets the loop turn. */
void type(int who, const char *text);
/* What a client has been sent since the last call; valid until the next. */
const char *heard(int who);
/* The session of somebody who is here. */
struct session *session_called(const char *name);
/* Takes somebody out of a room as somebody else does it: by the chat, beside the person's session. */
void take_out(const char *name, const char *room);

#define assert_heard(who, want) assert_string_equal(heard(who), want)
#define assert_nothing(who) assert_string_equal(heard(who), "")

/* A client has been sent a text with that part. */
void assert_heard_part_at(int line, int who, const char *part);
#define assert_heard_part(who, part) assert_heard_part_at(__LINE__, who, part)
/* So many connections are done with, once those who do not take the end have had their time for it. */
void assert_over(int count);
/* Flood control from here on: tokens a second, 0 for none. */
void set_flood(uint64_t tokens, uint64_t burst);

#endif
