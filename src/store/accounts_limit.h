/* store/accounts_limit.h: which attempts of a request are counted where, and how long it waits.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_LIMIT_H
#define CHATD_STORE_ACCOUNTS_LIMIT_H

struct account_ask;

/* The seconds until an attempt may begin; 0 if it may begin now. */
unsigned accounts_limit_wait_s(struct account_ask *ask);
/* Counts an attempt, which begins. */
void accounts_limit_begin(struct account_ask *ask);
/* Takes back the count: the attempt was right, or was not made. */
void accounts_limit_take_back(struct account_ask *ask);
/* The owner has logged in: clears the account's count, and notes the owner's address. */
void accounts_limit_forget(struct account_ask *ask);

#endif
