/* storing.h: the store that the settings name, which is in memory or in a database: opened, given its limits, ended.
 *
 * Embedded by the server; loop thread only. */
#ifndef CHATD_STORING_H
#define CHATD_STORING_H

#include "base/lane.h"
#include "base/strbuf.h"
#include "config/conf.h"
#include "loop.h"

#include <stdbool.h>
#include <stdint.h>

struct backup_job;
struct bans_store;
struct check_job;
struct db;
struct profiles;
struct store;

struct storing {
    struct store *store;
    struct bans_store *bans; /* NULL: it is no database */
    bool is_lasting; /* it is a database */
    struct lane *lane; /* the database's, borrowed, as is the next */
    struct lane *checking;
};

/* The path of the database: of conf, or in the state directory of the service manager; NULL if lines are kept in memory
 * alone.  The caller frees it. */
char *storing_path(const struct conf *conf);
/* Opens the store at path, which may be NULL.  lane is for a database alone, and checking for checks of it.  Returns 0,
 * or the status with which the process has to exit, and adds a line to errors. */
int storing_begin(struct storing *storing, const char *path, struct lane *lane, struct lane *checking,
                  struct clock *clock, struct strbuf *errors);
/* Adds its queues to the loop. */
void storing_join(struct storing *storing, struct loop *loop);
/* Calls go_on as store_sqlite_tell_last_id() does; not at all if lines are kept in memory alone. */
void storing_tell_last_id(struct storing *storing, void (*go_on)(void *ctx, uint64_t last_id), void *ctx);
/* The database, as store_sqlite_db() has it; NULL if lines are kept in memory alone. */
struct db *storing_db(const struct storing *storing);
/* What is kept with accounts; NULL if lines are kept in memory alone.  Ends with the store. */
struct profiles *storing_profiles(const struct storing *storing);
/* Begins a backup of the database (store/backup_job.h); done is called later.  Returns NULL and appends a sentence to
 * err if it cannot. */
struct backup_job *storing_backup(struct storing *storing, const char *to, void (*done)(void *ctx, const char *why),
                                  void *ctx, struct strbuf *err);
void storing_cancel_backup(struct backup_job *job);
/* The percentage that is done. */
int storing_backup_percent(const struct backup_job *job);
/* Begins a check of the database (store/check_job.h); done is called later.  Returns NULL and appends a sentence to err
 * if it cannot. */
struct check_job *storing_check(struct storing *storing,
                                void (*done)(void *ctx, bool is_damaged, const char *report), void *ctx,
                                struct strbuf *err);
void storing_cancel_check(struct check_job *job);
/* Gives it its limits, at the start and after a reload. */
void storing_give(struct storing *storing, const struct conf *conf);
/* Called after all lines have been passed to the store, and before its lane ends: writes them, and logs how many are
 * lost. */
void storing_end(struct storing *storing);

#endif
