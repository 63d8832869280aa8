/* store/record.h: converts messages to items of parcels and back.
 *
 * Kinds are stored as words, so that people can read the database, and a change of an enum does not change what is
 * stored. */
#ifndef CHATD_STORE_RECORD_H
#define CHATD_STORE_RECORD_H

#include "chat/message.h"
#include "store/parcel.h"

#include <stdbool.h>

/* Makes the item of a message.  item borrows m's strings. */
void record_of(const struct message *m, struct parcel_item *item);
/* Makes a message; NULL if its kind is not known to this program. */
struct message *record_message(const struct parcel_item *item);

#endif
