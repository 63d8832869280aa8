/* store/profiles.c: items for the writer, and one job a recall. */
#include "config.h"

#include "store/profiles.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "chat/port_store.h"
#include "store/profile_rows.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_IN_LANE = 8 };

/* A recall. */
struct profile_ask {
    struct reads_item read;
    struct profiles_db *profiles;
    struct profiles_recall *req; /* NULL: cancelled */
    /* The thread's: */
    struct db *db;
    struct profile_rows rows;
    enum db_fault fault;
};

static struct profiles_db *db_of(struct profiles *profiles)
{
    return CONTAINER_OF(profiles, struct profiles_db, profiles);
}

/* ---- notes ---- */

static enum store_fate add(struct profiles *profiles, const struct parcel_item *item)
{
    return writer_add(db_of(profiles)->writer, item) ? STORE_WAITS : STORE_REFUSED;
}

static enum store_fate profiles_set(struct profiles *profiles, int64_t account, const char *setting, const char *value)
{
    const char *text = value != NULL ? value : "";

    return add(profiles, &(struct parcel_item){.op = PARCEL_SETTING,
                                               .account = account,
                                               .room = "",
                                               .room_folded = "",
                                               .kind = setting,
                                               .name = "",
                                               .folded = "",
                                               .target = "",
                                               .text = text,
                                               .text_len = strlen(text)});
}

static enum store_fate profiles_mark(struct profiles *profiles, int64_t account, const char *room,
                                     const char *room_folded, uint64_t upto)
{
    return add(profiles, &(struct parcel_item){.op = PARCEL_MARK,
                                               .id = upto,
                                               .time_ms = clock_real_ms(db_of(profiles)->writer->clock),
                                               .account = account,
                                               .room = room,
                                               .room_folded = room_folded,
                                               .kind = "",
                                               .name = "",
                                               .folded = "",
                                               .target = "",
                                               .text = ""});
}

/* ---- the job ---- */

static void recall_run(struct lane_job *job)
{
    struct profile_ask *ask = CONTAINER_OF(job, struct profile_ask, read.job);

    ask->fault = db_open(ask->db);
    if (ask->fault == DB_OK) {
        ask->fault = profile_rows_read(ask->db, &ask->rows);
    }
}

static void give(const struct profile_ask *ask, struct profiles_recall *req)
{
    const struct profile_rows *rows = &ask->rows;

    for (size_t i = 0; i < rows->settings_count; i++) {
        req->setting(req, rows->settings[i].setting, rows->settings[i].value);
    }
    for (size_t i = 0; i < rows->rooms_count; i++) {
        const struct profile_room *room = &rows->rooms[i];

        req->room(req, &(struct profiles_room){.room = room->name,
                                               .room_folded = room->folded,
                                               .mark = room->mark,
                                               .time_ms = room->time_ms,
                                               .lines = room->lines});
    }
    req->rest = rows->rest;
}

static void recall_done(struct lane_job *job)
{
    struct profile_ask *ask = CONTAINER_OF(job, struct profile_ask, read.job);
    struct profiles_db *profiles = ask->profiles;
    struct profiles_recall *req = ask->req;

    reads_leave(&ask->read);
    if (req != NULL) {
        req->profiles_data = NULL;
        if (ask->fault == DB_OK) {
            give(ask, req);
        }
        req->done(req, ask->fault == DB_OK ? STORE_DONE : STORE_FAILED);
    }
    reads_go(&profiles->reads);
}

static void recall_free(struct lane_job *job)
{
    struct profile_ask *ask = CONTAINER_OF(job, struct profile_ask, read.job);

    profile_rows_fini(&ask->rows);
    free(ask);
}

static const struct lane_job_ops job_ops = {.run = recall_run, .done = recall_done, .free = recall_free};

void profiles_go(struct profiles_db *profiles)
{
    reads_go(&profiles->reads);
}

/* ---- the port's side ---- */

static enum store_answer profiles_recall(struct profiles *port, struct profiles_recall *req)
{
    struct profiles_db *profiles = db_of(port);
    struct profile_ask *ask = mem_zalloc(sizeof(*ask));

    *ask = (struct profile_ask){.read.job.ops = &job_ops,
                                .profiles = profiles,
                                .req = req,
                                .db = profiles->db,
                                .rows = {.account = req->account,
                                         .room_folded =
                                             req->room_folded != NULL ? mem_strdup(req->room_folded) : NULL,
                                         .most_rooms = req->most_rooms,
                                         .most_lines = PROFILES_MOST_COUNTED}};
    req->profiles_data = ask;
    reads_begin(&profiles->reads, &ask->read);
    return STORE_LATER;
}

static void profiles_cancel(struct profiles *port, struct profiles_recall *req)
{
    struct profile_ask *ask = req->profiles_data;

    CHECK(ask != NULL && ask->req == req && ask->profiles == db_of(port));
    ask->req = NULL;
    req->profiles_data = NULL;
    reads_cancel(&ask->read);
}

static const struct profiles_ops ops = {
    .set = profiles_set, .mark = profiles_mark, .recall = profiles_recall, .cancel = profiles_cancel};

void profiles_init(struct profiles_db *profiles, struct lane *lane, struct db *db, struct writer *writer)
{
    *profiles = (struct profiles_db){.profiles.ops = &ops, .db = db, .writer = writer};
    reads_init(&profiles->reads, lane, writer, MOST_IN_LANE, NULL);
}
