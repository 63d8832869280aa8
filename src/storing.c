/* storing.c: chooses the store, and passes on to it. */
#include "config.h"

#include "storing.h"

#include "base/log.h"
#include "base/mem.h"
#include "settings_slices.h"
#include "store/backup_job.h"
#include "store/bans_db.h"
#include "store/check_job.h"
#include "store/db.h"
#include "store/store_memory.h"
#include "store/store_sqlite.h"

#include <stdlib.h>
#include <string.h>
#include <sysexits.h>

enum { END_MS = 5000 /* for the store to write what waits at the end */ };

#define FILE_NAME "chatd.db"

/* With several state directories, the first one. */
static char *path_in_state_directory(void)
{
    const char *folder = getenv("STATE_DIRECTORY");
    struct strbuf path = {0};

    if (folder == NULL || folder[0] != '/') {
        return NULL;
    }
    strbuf_add(&path, folder, strcspn(folder, ":"));
    strbuf_adds(&path, "/" FILE_NAME);
    return strbuf_take(&path);
}

char *storing_path(const struct conf *conf)
{
#ifdef HAVE_SQLITE
    if (strcmp(conf->store.path, "auto") == 0) {
        return path_in_state_directory();
    }
    return conf->store.path[0] != '\0' ? mem_strdup(conf->store.path) : NULL;
#else
    (void)path_in_state_directory;
    (void)conf; /* of which the check has made sure that it names none */
    return NULL;
#endif
}

#ifdef HAVE_SQLITE
static int open_database(struct storing *storing, const char *path, struct lane *lane, struct clock *clock,
                         struct strbuf *errors)
{
    struct strbuf why = {0};
    enum store_sqlite_opened opened =
        store_sqlite_new(&storing->store, path, lane, clock, &(struct store_sqlite_limits){0}, &why);
    int status = 0;

    storing->lane = lane;
    switch (opened) {
    case STORE_SQLITE_OPEN:
        storing->is_lasting = true;
        log_info("store opened", LOG_STR("path", path));
        break;
    case STORE_SQLITE_LATER:
        storing->is_lasting = true;
        break; /* the store tells of it from the loop */
    case STORE_SQLITE_TAKEN:
        status = EXIT_FAILURE; /* the other one may end */
        break;
    case STORE_SQLITE_REFUSED:
        status = EX_CONFIG;
        break;
    }
    if (status != 0) {
        strbuf_addf(errors, "store.path: %s\n", strbuf_str(&why));
    }
    strbuf_fini(&why);
    if (status == 0) {
        storing->bans = bans_db_new(lane, storing_db(storing), clock);
    }
    return status;
}
#endif

int storing_begin(struct storing *storing, const char *path, struct lane *lane, struct lane *checking,
                  struct clock *clock, struct strbuf *errors)
{
    storing->checking = checking;
#ifdef HAVE_SQLITE
    if (path != NULL) {
        return open_database(storing, path, lane, clock, errors);
    }
#endif
    (void)path;
    (void)lane;
    (void)clock;
    (void)errors;
    storing->store = store_memory_new(&(struct rings_limits){0});
    return 0;
}

void storing_join(struct storing *storing, struct loop *loop)
{
#ifdef HAVE_SQLITE
    struct timeq *timeqs[STORE_SQLITE_TIMEQS];
    size_t count = storing->is_lasting ? store_sqlite_timeqs(storing->store, timeqs) : 0;

    for (size_t i = 0; i < count; i++) {
        loop_add_timeq(loop, timeqs[i]);
    }
    if (storing->bans != NULL) {
        loop_add_timeq(loop, bans_db_timeq(storing->bans));
    }
#else
    (void)storing;
    (void)loop;
#endif
}

void storing_tell_last_id(struct storing *storing, void (*go_on)(void *ctx, uint64_t last_id), void *ctx)
{
#ifdef HAVE_SQLITE
    if (storing->is_lasting) {
        store_sqlite_tell_last_id(storing->store, go_on, ctx);
    }
#else
    (void)storing;
    (void)go_on;
    (void)ctx;
#endif
}

struct db *storing_db(const struct storing *storing)
{
#ifdef HAVE_SQLITE
    return storing->is_lasting ? store_sqlite_db(storing->store) : NULL;
#else
    (void)storing;
    return NULL;
#endif
}

struct profiles *storing_profiles(const struct storing *storing)
{
#ifdef HAVE_SQLITE
    return storing->is_lasting ? store_sqlite_profiles(storing->store) : NULL;
#else
    (void)storing;
    return NULL;
#endif
}

/* The path of the database that is in use; NULL, with a sentence in err, if there is none. */
static const char *path_in_use(const struct storing *storing, struct strbuf *err)
{
#ifdef HAVE_SQLITE
    if (storing->is_lasting) {
        return db_path(storing_db(storing));
    }
    strbuf_adds(err, "store.path names no database");
#else
    (void)storing;
    strbuf_adds(err, "this chatd is built without SQLite");
#endif
    return NULL;
}

struct backup_job *storing_backup(struct storing *storing, const char *to, void (*done)(void *ctx, const char *why),
                                  void *ctx, struct strbuf *err)
{
    const char *path = path_in_use(storing, err);
    struct backup_job *job = NULL;

#ifdef HAVE_SQLITE
    if (path != NULL) {
        job = backup_job_begin(storing->lane, path, to, done, ctx);
        strbuf_adds(err, job == NULL ? "the store has too much to do just now; try again" : "");
    }
#else
    (void)path;
    (void)to;
    (void)done;
    (void)ctx;
#endif
    return job;
}

void storing_cancel_backup(struct backup_job *job)
{
#ifdef HAVE_SQLITE
    backup_job_cancel(job);
#else
    (void)job;
#endif
}

int storing_backup_percent(const struct backup_job *job)
{
#ifdef HAVE_SQLITE
    return backup_job_percent(job);
#else
    (void)job;
    return 0;
#endif
}

struct check_job *storing_check(struct storing *storing,
                                void (*done)(void *ctx, bool is_damaged, const char *report), void *ctx,
                                struct strbuf *err)
{
    const char *path = path_in_use(storing, err);
    struct check_job *job = NULL;

#ifdef HAVE_SQLITE
    if (path != NULL) {
        job = check_job_begin(storing->checking, path, done, ctx);
        strbuf_adds(err, job == NULL ? "another check is under way" : "");
    }
#else
    (void)path;
    (void)done;
    (void)ctx;
#endif
    return job;
}

void storing_cancel_check(struct check_job *job)
{
#ifdef HAVE_SQLITE
    check_job_cancel(job);
#else
    (void)job;
#endif
}

void storing_give(struct storing *storing, const struct conf *conf)
{
    struct rings_limits history = settings_slices_history(conf);

#ifdef HAVE_SQLITE
    if (storing->is_lasting) {
        struct store_sqlite_limits limits = settings_slices_store(conf);

        limits.memory = history;
        store_sqlite_set_limits(storing->store, &limits);
        return;
    }
#endif
    store_memory_set_limits(storing->store, &history);
}

void storing_end(struct storing *storing)
{
    uint64_t lost;

#ifdef HAVE_SQLITE
    if (storing->bans != NULL) {
        bans_db_end(storing->bans);
    }
#endif
    lost = storing->store->ops->end(storing->store, END_MS);

    if (lost > 0) {
        log_error("lines lost", LOG_NUM("count", lost));
    }
}
