/* store/record.h: a message as it is kept, and what is kept as a message.
 *
 * Kinds are kept as words, so that the database is read by people, and no change of an enum changes what is there. */
#ifndef CHATD_STORE_RECORD_H
#define CHATD_STORE_RECORD_H

#include "chat/message.h"
#include "store/parcel.h"

#include <stdbool.h>

/* item borrows m's strings. */
void record_of(const struct message *m, struct parcel_item *item);
/* Makes a message; NULL if its kind is not known to this program. */
struct message *record_message(const struct parcel_item *item);

#endif
