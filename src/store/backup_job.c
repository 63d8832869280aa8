/* store/backup_job.c: a new job for each step, as the lane frees those that have run. */
#include "config.h"

#include "store/backup_job.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "store/backup.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEPS = 4 /* a job, of a few milliseconds each */ };

#define MAGIC "SQLite format 3"

struct backup_job {
    struct lane *lane;
    backup_job_done_fn *done;
    void *ctx;
    struct step *step; /* in the lane */
    int percent;
};

struct step {
    struct lane_job job;
    struct backup_job *owner; /* NULL: cancelled */
    struct backup *backup;    /* NULL: a later step has it */
    char *from, *to;          /* of the first step: to is looked at first; else NULL */
    int result;               /* of backup_step() */
    struct strbuf why;
};

/* ---- in the thread ---- */

/* True for the database that is copied, and for the files that SQLite has beside it. */
static bool is_in_use(const char *from, const struct stat *to)
{
    static const char *const suffixes[] = {"", "-wal", "-shm"};
    bool is_one = false;

    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        struct strbuf path = {0};
        struct stat st;

        strbuf_addf(&path, "%s%s", from, suffixes[i]);
        is_one |= stat(path.data, &st) == 0 && st.st_dev == to->st_dev && st.st_ino == to->st_ino;
        strbuf_fini(&path);
    }
    return is_one;
}

/* True if a file begins as a database does.  Not for one that this process has open: closing it here would end SQLite's
 * locks. */
static bool is_database(const char *path)
{
    char head[sizeof(MAGIC)] = "";
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    bool is_one = fd >= 0 && pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) &&
                  memcmp(head, MAGIC, sizeof(head)) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return is_one;
}

/* True if what is at to, if anything, may be replaced. */
static bool may_replace(struct step *step)
{
    struct stat to;

    if (lstat(step->to, &to) != 0) {
        return true; /* if there is more than its absence, the copying tells of it */
    }
    if (stat(step->to, &to) == 0 && is_in_use(step->from, &to)) {
        strbuf_addf(&step->why, "%s is the database itself", step->to);
        return false;
    }
    if (!S_ISREG(to.st_mode) || !is_database(step->to)) {
        strbuf_addf(&step->why, "%s is there, and is no database", step->to);
        return false;
    }
    return true;
}

static void run_step(struct lane_job *job)
{
    struct step *step = CONTAINER_OF(job, struct step, job);

    if (step->to != NULL && !may_replace(step)) {
        step->result = -1;
        return;
    }
    step->result = 1;
    for (int i = 0; i < STEPS && step->result > 0; i++) {
        step->result = backup_step(step->backup);
    }
    if (step->result < 0) {
        strbuf_adds(&step->why, backup_why(step->backup));
    }
}

/* ---- in the loop ---- */

static void free_step(struct lane_job *job)
{
    struct step *step = CONTAINER_OF(job, struct step, job);

    if (step->backup != NULL) {
        backup_free(step->backup);
    }
    strbuf_fini(&step->why);
    free(step->from);
    free(step->to);
    free(step);
}

static void step_done(struct lane_job *job);

static const struct lane_job_ops ops = {.run = run_step, .done = step_done, .free = free_step};

static struct step *step_new(struct backup_job *owner, struct backup *backup)
{
    struct step *step = mem_zalloc(sizeof(*step));

    step->job.ops = &ops;
    step->owner = owner;
    step->backup = backup;
    return step;
}

static void end(struct backup_job *owner, const char *why)
{
    owner->done(owner->ctx, why);
    free(owner);
}

static void step_done(struct lane_job *job)
{
    struct step *step = CONTAINER_OF(job, struct step, job);
    struct backup_job *owner = step->owner;
    struct backup *backup = step->backup;

    if (owner == NULL) {
        return; /* what there is of it goes with the step */
    }
    if (step->result <= 0) {
        end(owner, step->result < 0 ? strbuf_str(&step->why) : NULL);
        return;
    }
    step->backup = NULL;
    owner->percent = backup_percent(backup);
    owner->step = step_new(owner, backup);
    if (!lane_push(owner->lane, &owner->step->job)) {
        free_step(&owner->step->job);
        end(owner, "the store has too much to do");
    }
}

struct backup_job *backup_job_begin(struct lane *lane, const char *from, const char *to, backup_job_done_fn *done,
                                    void *ctx)
{
    struct backup_job *owner = mem_zalloc(sizeof(*owner));

    *owner = (struct backup_job){.lane = lane, .done = done, .ctx = ctx};
    owner->step = step_new(owner, backup_new(from, to));
    owner->step->from = mem_strdup(from);
    owner->step->to = mem_strdup(to);
    if (!lane_push(lane, &owner->step->job)) {
        free_step(&owner->step->job);
        free(owner);
        return NULL;
    }
    return owner;
}

int backup_job_percent(const struct backup_job *owner)
{
    return owner->percent;
}

void backup_job_cancel(struct backup_job *owner)
{
    owner->step->owner = NULL;
    (void)lane_cancel(owner->lane, &owner->step->job);
    free(owner);
}
