/* store/accounts_keys.h: the tokens and certificates of an account.
 *
 * Each function takes the first step of a deed, which goes on by itself and finishes the ask.  The ask's account
 * exists.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_KEYS_H
#define CHATD_STORE_ACCOUNTS_KEYS_H

struct account_ask;

void accounts_keys_add_token(struct account_ask *ask);
void accounts_keys_list_tokens(struct account_ask *ask);
void accounts_keys_remove_token(struct account_ask *ask);
void accounts_keys_add_certificate(struct account_ask *ask);
void accounts_keys_list_certificates(struct account_ask *ask);
void accounts_keys_remove_certificate(struct account_ask *ask);

#endif
