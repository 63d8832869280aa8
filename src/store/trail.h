/* store/trail.h: the audit trail, in and out of the database.  A read (struct store_audit) is one job in the lane, once
 * what waits is written.
 *
 * Loop thread only. */
#ifndef CHATD_STORE_TRAIL_H
#define CHATD_STORE_TRAIL_H

#include "base/lane.h"
#include "chat/port_store.h"
#include "store/writer.h"

struct trail {
    struct lane *lane; /* borrowed, as are the next two */
    struct db *db;     /* used in the lane alone */
    struct writer *writer;
};

void trail_init(struct trail *trail, struct lane *lane, struct db *db, struct writer *writer);
/* Passes an entry to the writer.  Returns false if too much waits to be written. */
bool trail_add(struct trail *trail, const struct audit_entry *entry);
/* STORE_LATER, or STORE_FAILED if entries cannot be written or read just now. */
enum store_answer trail_read(struct trail *trail, struct store_audit *req);
/* Cancels a read that was answered STORE_LATER. */
void trail_cancel(struct trail *trail, struct store_audit *req);

#endif
