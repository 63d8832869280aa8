/* admin/control_store.c: what an administrator does with the database.
 *
 * Both acts may take minutes, and are given up if the client does not wait for them. */
#include "config.h"

#include "admin/control_store.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- backup ---- */

static void free_path(struct control_call *call)
{
    free(call->backup_path);
    call->backup_path = NULL;
    call->backup = NULL;
}

static void backup_done(void *ctx, const char *why)
{
    struct control_call *call = ctx;

    control_cmd_resume(call);
    if (why != NULL) {
        control_cmd_error(call, "there is no backup: %s", why);
    } else {
        struct strbuf text = {0};

        strbuf_addf(&text, "%s is a whole copy of the database.", call->backup_path);
        control_cmd_done(call, "backup", call->backup_path, text.data);
        strbuf_fini(&text);
    }
    free_path(call);
    control_cmd_end_wait(call);
}

static void stop_backup(struct control_call *call)
{
    call->host->cancel_backup(call->backup);
    free_path(call);
}

static int backup_percent(const struct control_call *call)
{
    return call->host->backup_percent(call->backup);
}

static void begin_backup(struct control_call *call, const char *path)
{
    struct strbuf err = {0};

    if (path[0] != '/') {
        control_cmd_misused(call, "the server needs the whole path of the file, from / on");
        return;
    }
    control_cmd_note(call);
    call->backup_path = mem_strdup(path);
    call->backup = call->host->backup(call->host->ctx, path, backup_done, call, &err);
    if (call->backup != NULL) {
        control_cmd_wait_long(call, stop_backup, backup_percent);
    } else {
        control_cmd_error(call, "there is no backup: %s", strbuf_str(&err));
        free_path(call);
    }
    strbuf_fini(&err);
}

/* ---- check ---- */

/* An error for each line of the report. */
static void tell_problems(struct control_call *call, const char *what, const char *report)
{
    const char *line;
    size_t len;

    while (text_next_line(&report, &line, &len)) {
        control_cmd_error(call, "%s: %.*s", what, (int)len, line);
    }
}

static void check_done(void *ctx, bool is_damaged, const char *report)
{
    struct control_call *call = ctx;

    call->check = NULL;
    control_cmd_resume(call);
    if (is_damaged) {
        char *first = mem_strndup(report, strcspn(report, "\n"));

        log_error("store damaged", LOG_STR("why", first));
        free(first);
        tell_problems(call, "the database is damaged", report);
    } else if (*report != '\0') {
        tell_problems(call, "the database cannot be checked", report);
    } else {
        control_cmd_done(call, "check", "whole", "The database is whole.");
    }
    control_cmd_end_wait(call);
}

static void stop_check(struct control_call *call)
{
    call->host->cancel_check(call->check);
    call->check = NULL;
}

static void begin_check(struct control_call *call)
{
    struct strbuf err = {0};

    call->check = call->host->check_store(call->host->ctx, check_done, call, &err);
    if (call->check != NULL) {
        control_cmd_wait_long(call, stop_check, NULL);
    } else {
        control_cmd_error(call, "there is no check: %s", strbuf_str(&err));
    }
    strbuf_fini(&err);
}

void control_store_exec(struct control_call *call)
{
    const char *act = control_cmd_word(call, 0);

    if (strcmp(act, "backup") == 0 && call->words == 2) {
        begin_backup(call, control_cmd_word(call, 1));
    } else if (strcmp(act, "check") == 0 && call->words == 1) {
        begin_check(call);
    } else {
        control_cmd_misused(call, "usage: store backup FILE|check");
    }
}
