/* store/accounts_forget.h: the end of an account, which goes on after its request was cancelled.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_FORGET_H
#define CHATD_STORE_ACCOUNTS_FORGET_H

struct account_ask;
struct accounts_db;

/* Removes the ask's account, and its lines before it if with_lines; then finishes the ask. */
void accounts_forget_begin(struct account_ask *ask);
/* Ends all waits for lines to be written; those accounts are not removed. */
void accounts_forget_end(struct accounts_db *a);

#endif
