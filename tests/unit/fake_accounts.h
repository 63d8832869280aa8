/* tests/unit/fake_accounts.h: accounts in memory, which answer late or as the test says when they are told to. */
#ifndef CHATD_TESTS_FAKE_ACCOUNTS_H
#define CHATD_TESTS_FAKE_ACCOUNTS_H

#include "chat/port_accounts.h"

#include <stdbool.h>

struct fake_account;
struct fake_ask;

struct fake_accounts {
    struct accounts accounts;
    struct fake_account *list; /* in the order of names */
    struct fake_ask *waiting;  /* the first to have asked first */
    bool is_late;              /* requests wait for fake_accounts_answer() */
    enum accounts_answer answer; /* to every request; ACCOUNTS_DONE: what is right */
    unsigned wait_s;             /* with SLOW */
    bool is_closed;              /* nobody can register */
    const char *invitation;      /* nobody can without this one; NULL: all can */
    int64_t now_ms;              /* since 1970 (UTC) */
    int64_t last_id;
    int asked, cancels, seen;
};

/* Freed by its free operation, at which no request may wait. */
struct fake_accounts *fake_accounts_new(void);
void fake_accounts_free(struct fake_accounts *a);
/* Makes an account without telling of it, as one of an earlier process.  Returns its id. */
int64_t fake_accounts_add(struct fake_accounts *a, const char *name, const char *folded, const char *password);
/* Ends an account, as an administrator does. */
void fake_accounts_remove(struct fake_accounts *a, const char *folded);
/* How many requests wait. */
int fake_accounts_waiting(const struct fake_accounts *a);
/* Answers the request that waits first. */
void fake_accounts_answer(struct fake_accounts *a);

#endif
