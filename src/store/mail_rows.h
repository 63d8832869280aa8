/* store/mail_rows.h: keeps, reads and erases letters in the database.
 *
 * The functions are run by account_rows_run().  Any thread, one at a time for each database. */
#ifndef CHATD_STORE_MAIL_ROWS_H
#define CHATD_STORE_MAIL_ROWS_H

#include "store/account_rows.h"

/* Of so many letters that may wait for an account, those that guests may take, and those that one account may. */
static inline uint64_t mail_rows_guests(uint64_t most)
{
    return (most + 1) / 2;
}
static inline uint64_t mail_rows_writer(uint64_t most)
{
    return (most + 3) / 4;
}

/* Writes the letter of name, folded, writer and text for account, unless as many wait as most allows: sets mail. */
account_rows_fn mail_rows_keep;
/* Reads the letters of account as rows, the oldest first, at most MAIL_READ_MOST. */
account_rows_fn mail_rows_read;
/* Writes: erases the letters of account up to upto_id. */
account_rows_fn mail_rows_erase;

#endif
