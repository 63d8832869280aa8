/* store/profiles.h: what is kept with accounts, in the database, behind the port of chat/port_profiles.h.
 *
 *   set(), mark() --> the writer, among the lines
 *   recall() --(what waits is written first)--> reads (store/reads.h) --> setting(), room(), done()
 *
 * Embedded by the store that keeps lines in the database (store/store_sqlite.h).  Loop thread only. */
#ifndef CHATD_STORE_PROFILES_H
#define CHATD_STORE_PROFILES_H

#include "base/lane.h"
#include "chat/port_profiles.h"
#include "store/reads.h"
#include "store/writer.h"

struct profiles_db {
    struct profiles profiles;
    struct reads reads; /* the recalls */
    struct db *db;      /* borrowed, as is the writer; used in the lane alone */
    struct writer *writer;
};

/* Ends without a call, when no recall waits. */
void profiles_init(struct profiles_db *profiles, struct lane *lane, struct db *db, struct writer *writer);
/* Takes recalls that wait to the lane, if it has space: called from time to time. */
void profiles_go(struct profiles_db *profiles);

#endif
