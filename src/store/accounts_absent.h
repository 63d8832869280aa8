/* store/accounts_absent.h: the accounts of a server without accounts: each request is answered ACCOUNTS_ABSENT, and no
 * name has an account.  Loop thread only. */
#ifndef CHATD_STORE_ACCOUNTS_ABSENT_H
#define CHATD_STORE_ACCOUNTS_ABSENT_H

#include "chat/port_accounts.h"

/* absence says why there are no accounts; it is not ACCOUNTS_PRESENT. */
struct accounts *accounts_absent_new(enum accounts_absence absence);

#endif
