/* chat/graces.h: a person has an account's name for a while, and is expected to log in to it.
 *
 *   takes the name --> is told, and can say nothing --> logs in: the name is the person's own
 *                                                   \-> does not: a guest's name, and the name rests
 *
 * A name that rests is lent to nobody: whoever takes such a name again and again, from any address, has it once in
 * GRACES_REST_MS, and never while the owner is here.  The owner needs no grace, since logging in gets the name at once.
 * As nobody who has not logged in can say anything by an account's name, nobody is deceived by it.
 *
 * Invariant: a name that is lent has one person, whose handle leads to the grace.  Loop thread only. */
#ifndef CHATD_CHAT_GRACES_H
#define CHATD_CHAT_GRACES_H

#include "base/hash.h"
#include "base/timeq.h"

#include <stdbool.h>
#include <stdint.h>

struct person;

enum { GRACES_REST_MS = 3600000 };

/* An account's name that is lent, or rests. */
struct grace {
    int64_t account;
    struct person *person;  /* who has the name; NULL: it rests */
    bool is_due;            /* the person was told that the time is over */
    struct timeq_node node; /* in lent, overdue or resting */
    UT_hash_handle hh;      /* by account */
};

/* The chat's. */
struct graces {
    struct grace *by_account; /* a uthash table */
    struct timeq lent;        /* its wait_ms is the time to log in; 0: names are not lent */
    struct timeq overdue;     /* what was due, but the person has the name still */
    struct timeq resting;
};

/* due is called with a grace that is over, and is in no queue then; ctx is for due. */
struct graces *graces_new(timeq_due_fn *due, void *ctx);
/* Called when nobody has a name any more. */
void graces_free(struct graces *graces);

/* True when the account's name, which is not the person's own, can be lent to the person now. */
bool graces_can_lend(const struct person *person, int64_t account);
/* The person, who is in no grace, has the name of that account from now on. */
void graces_begin(struct person *person, int64_t account);
/* The milliseconds until it is over. */
uint64_t graces_left_ms(const struct grace *grace);
/* The grace's time was over, and the person still has the name: it is due again later. */
void graces_prolong(struct grace *grace);
/* The person does not have the name any more, or is leaving: it rests.  Does nothing if the person is in no grace. */
void graces_end(struct person *person);
/* The person is logged in: the name is its own, and can be lent again later.  The same. */
void graces_fulfil(struct person *person);
/* The account has ended: its name is as any other. */
void graces_forget(struct graces *graces, int64_t account);

#endif
