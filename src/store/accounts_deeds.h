/* store/accounts_deeds.h: which steps each deed takes (enum accounts_deed).  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_DEEDS_H
#define CHATD_STORE_ACCOUNTS_DEEDS_H

struct account_ask;

/* Takes the first step of the ask's deed. */
void accounts_deeds_begin(struct account_ask *ask);

#endif
