/* store/backup.c: two connections, and a file that is renamed at the end. */
#include "config.h"

#include "store/backup.h"

#include "base/mem.h"
#include "base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STEP_PAGES = 128, FILE_MODE = 0600, BUSY_MS = 1000 };

struct backup {
    char *from, *to;
    char *part; /* the copy's name until it is whole */
    bool has_part;
    sqlite3 *source, *copy;
    sqlite3_backup *backup;
    int percent;
    struct strbuf why;
};

struct backup *backup_new(const char *from, const char *to)
{
    struct backup *backup = mem_zalloc(sizeof(*backup));
    struct strbuf part = {0};

    backup->from = mem_strdup(from);
    backup->to = mem_strdup(to);
    strbuf_addf(&part, "%s.part", to);
    backup->part = strbuf_take(&part);
    return backup;
}

/* What is open, but for the copy that is whole. */
static void end(struct backup *backup)
{
    if (backup->backup != NULL) {
        sqlite3_backup_finish(backup->backup);
        backup->backup = NULL;
    }
    sqlite3_close(backup->copy);
    sqlite3_close(backup->source);
    backup->copy = backup->source = NULL;
    if (backup->has_part) {
        unlink(backup->part);
        backup->has_part = false;
    }
}

static int fail(struct backup *backup, const char *path, const char *why)
{
    if (backup->why.len == 0) {
        strbuf_addf(&backup->why, "%s: %s", path, why);
    }
    end(backup);
    return -1;
}

/* The file is made here, so that nobody else can read it, and so that two backups to one name do not mix. */
static int make_part(struct backup *backup)
{
    int fd = open(backup->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, FILE_MODE);

    if (fd < 0 && errno == EEXIST) {
        strbuf_addf(&backup->why, "%s is there: a backup that is not at its end, or what is left of one", backup->part);
        return -1;
    }
    if (fd < 0) {
        return fail(backup, backup->part, strerror(errno));
    }
    close(fd);
    backup->has_part = true;
    return 0;
}

static int begin(struct backup *backup)
{
    if (make_part(backup) != 0) {
        return -1;
    }
    if (sqlite3_open_v2(backup->from, &backup->source, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) !=
            SQLITE_OK ||
        sqlite3_busy_timeout(backup->source, BUSY_MS) != SQLITE_OK ||
        /* The one state begins with the first read. */
        sqlite3_exec(backup->source, "BEGIN; SELECT count(*) FROM sqlite_schema", NULL, NULL, NULL) != SQLITE_OK) {
        return fail(backup, backup->from, backup->source != NULL ? sqlite3_errmsg(backup->source) : "no memory");
    }
    if (sqlite3_open_v2(backup->part, &backup->copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL) != SQLITE_OK) {
        return fail(backup, backup->part, backup->copy != NULL ? sqlite3_errmsg(backup->copy) : "no memory");
    }
    backup->backup = sqlite3_backup_init(backup->copy, "main", backup->source, "main");
    return backup->backup != NULL ? 1 : fail(backup, backup->part, sqlite3_errmsg(backup->copy));
}

/* The copy is closed first: only then is all of it in its file. */
static int finish(struct backup *backup)
{
    int code = sqlite3_backup_finish(backup->backup);

    backup->backup = NULL;
    if (code == SQLITE_OK) {
        code = sqlite3_exec(backup->copy, "PRAGMA journal_mode = DELETE", NULL, NULL, NULL);
    }
    if (code != SQLITE_OK) {
        return fail(backup, backup->part, sqlite3_errmsg(backup->copy));
    }
    code = sqlite3_close(backup->copy);
    backup->copy = NULL;
    if (code != SQLITE_OK) {
        return fail(backup, backup->part, sqlite3_errstr(code));
    }
    if (rename(backup->part, backup->to) != 0) {
        return fail(backup, backup->to, strerror(errno));
    }
    backup->has_part = false;
    backup->percent = 100;
    end(backup);
    return 0;
}

int backup_step(struct backup *backup)
{
    int code, total;

    if (backup->backup == NULL) {
        return begin(backup);
    }
    code = sqlite3_backup_step(backup->backup, STEP_PAGES);
    total = sqlite3_backup_pagecount(backup->backup);
    if (total > 0) {
        backup->percent = (int)(100 * (int64_t)(total - sqlite3_backup_remaining(backup->backup)) / total);
    }
    if (code == SQLITE_DONE) {
        return finish(backup);
    }
    if (code == SQLITE_OK || code == SQLITE_BUSY || code == SQLITE_LOCKED) {
        return 1;
    }
    return fail(backup, backup->part, sqlite3_errstr(code));
}

int backup_percent(const struct backup *backup)
{
    return backup->percent;
}

const char *backup_why(const struct backup *backup)
{
    return strbuf_str(&backup->why);
}

void backup_free(struct backup *backup)
{
    end(backup);
    strbuf_fini(&backup->why);
    free(backup->part);
    free(backup->from);
    free(backup->to);
    free(backup);
}
