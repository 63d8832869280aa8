/* store/account_limits.h: the settings that limit accounts. */
#ifndef CHATD_STORE_ACCOUNT_LIMITS_H
#define CHATD_STORE_ACCOUNT_LIMITS_H

#include <stdint.h>

enum accounts_registration { ACCOUNTS_OPEN, ACCOUNTS_REGISTRATION_CLOSED, ACCOUNTS_BY_INVITATION };

struct accounts_limits {
    enum accounts_registration registration;
    uint64_t most;             /* the most accounts */
    uint64_t tokens;           /* the most tokens of an account */
    uint64_t certificates;     /* the most certificates of an account */
    uint64_t password_chars;   /* the fewest characters of a new password */
    uint64_t invitation_days;  /* how long an invitation is valid */
    uint64_t hash_passes, hash_memory_bytes;
    const char *admins; /* the names of administrators, separated by commas; used only while the limits are set */
};

#endif
