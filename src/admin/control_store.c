/* admin/control_store.c: what an administrator does with the database. */
#include "config.h"

#include "admin/control_store.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

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

static void stop_waiting(struct control_call *call)
{
    call->host->cancel_backup(call->backup);
    free_path(call);
}

void control_store_exec(struct control_call *call)
{
    const char *path = control_cmd_word(call, 1);
    struct strbuf err = {0};

    if (strcmp(control_cmd_word(call, 0), "backup") != 0) {
        control_cmd_misused(call, "store backup FILE");
        return;
    }
    if (path[0] != '/') {
        control_cmd_misused(call, "the server needs the whole path of the file, from / on");
        return;
    }
    control_cmd_note(call);
    call->backup_path = mem_strdup(path);
    call->backup = call->host->backup(call->host->ctx, path, backup_done, call, &err);
    if (call->backup != NULL) {
        control_cmd_wait(call, stop_waiting);
    } else {
        control_cmd_error(call, "there is no backup: %s", strbuf_str(&err));
        free_path(call);
    }
    strbuf_fini(&err);
}
