/* store/accounts_register.h: new accounts, and the invitations to register one.
 *
 * Each function takes the first step of a deed, which goes on by itself and finishes the ask.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_REGISTER_H
#define CHATD_STORE_ACCOUNTS_REGISTER_H

struct account_ask;

void accounts_register_begin(struct account_ask *ask);
/* Makes an invitation. */
void accounts_register_invite(struct account_ask *ask);

#endif
