/* store/mail.h: the letters in the database, behind the port of chat/port_mail.h.
 *
 *   keep() --> a guest's: the limit of the address --> the lane: space? written --> done()
 *
 * The store's lane does all work with the database.  What a guest may keep is limited by address too, with waits that
 * grow (store/attempts.h), since anybody can be another guest.  Loop thread only. */
#ifndef CHATD_STORE_MAIL_H
#define CHATD_STORE_MAIL_H

#include "base/clock.h"
#include "base/lane.h"
#include "chat/port_mail.h"
#include "store/db.h"

#include <stdint.h>

struct mail_limits {
    uint64_t most; /* letters that wait for an account; 0: none are kept */
};

/* lane, db and clock are borrowed; only jobs in the lane use db. */
struct mail *mail_new(struct lane *lane, struct db *db, struct clock *clock);
/* Sets the limits: at first there are none kept. */
void mail_set_limits(struct mail *mail, const struct mail_limits *limits);

#endif
