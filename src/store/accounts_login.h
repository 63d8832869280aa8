/* store/accounts_login.h: logging in.
 *
 * Each function takes the first step of a deed, which goes on by itself and finishes the ask.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_LOGIN_H
#define CHATD_STORE_ACCOUNTS_LOGIN_H

struct account_ask;

void accounts_login_by_password(struct account_ask *ask);
void accounts_login_by_token(struct account_ask *ask);
void accounts_login_by_certificate(struct account_ask *ask);
/* The ask's account exists, and its owner was identified in another way. */
void accounts_login_trusted(struct account_ask *ask);

#endif
