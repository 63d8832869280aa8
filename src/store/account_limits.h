/* store/account_limits.h: what accounts are allowed. */
#ifndef CHATD_STORE_ACCOUNT_LIMITS_H
#define CHATD_STORE_ACCOUNT_LIMITS_H

#include <stdint.h>

enum accounts_registration { ACCOUNTS_OPEN, ACCOUNTS_REGISTRATION_CLOSED, ACCOUNTS_BY_INVITATION };

struct accounts_limits {
    enum accounts_registration registration;
    uint64_t most;             /* accounts */
    uint64_t tokens;           /* of each account */
    uint64_t password_chars;   /* at least, of a password */
    uint64_t invitation_days;  /* that an invitation is valid */
    uint64_t hash_passes, hash_memory_bytes;
};

#endif
