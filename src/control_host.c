/* control_host.c: passes an administrator's commands to the parts of the server, and their reports back. */
#include "config.h"

#include "control_host.h"

#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "door.h"
#include "listening.h"
#include "reload.h"
#include "settings.h"
#include "storing.h"

#include <stdlib.h>
#include <string.h>

static const char *name(void *ctx)
{
    const struct control_host_parts *parts = ctx;

    return parts->settings->name;
}

/* Passes each line of text to tell, one of the outcome's functions. */
static void tell_lines(const char *text, struct control_outcome *outcome,
                       void (*tell)(struct control_outcome *outcome, const char *line))
{
    const char *line;
    size_t len;

    while (text_next_line(&text, &line, &len)) {
        char *copy = mem_strndup(line, len);

        tell(outcome, copy);
        free(copy);
    }
}

static void reloaded(void *ctx, const struct reload_report *report)
{
    struct control_outcome *outcome = ctx;

    for (size_t i = 0; i < report->count; i++) {
        const struct reload_change *change = &report->changes[i];

        outcome->changed(outcome, change->option, change->was, change->is, change->reloadable,
                         change->unused);
    }
    if (report->certificate != NULL && report->is_right) {
        outcome->certificate(outcome, report->certificate);
    }
    tell_lines(report->errors, outcome, outcome->error);
    tell_lines(report->warnings, outcome, outcome->warning);
    outcome->over(outcome, report->file, report->is_right);
}

static void reload(void *ctx, bool check_only, struct control_outcome *outcome)
{
    const struct control_host_parts *parts = ctx;

    reload_ask(parts->reload, check_only, reloaded, outcome);
}

static void forget(void *ctx, struct control_outcome *outcome)
{
    const struct control_host_parts *parts = ctx;

    reload_forget(parts->reload, outcome);
}

static bool option(void *ctx, size_t i, struct control_option *option)
{
    static const char *const from[] = {
        [CONF_FROM_DEFAULT] = "default",
        [CONF_FROM_FILE] = "file",
        [CONF_FROM_COMMAND_LINE] = "command-line",
        [CONF_FROM_SET] = "chatctl",
    };
    const struct settings *settings = ((const struct control_host_parts *)ctx)->settings;
    struct conf_value_info info;

    if (!conf_value_info(settings->conf, i, &info, &option->value)) {
        return false;
    }
    strbuf_addf(&option->name, "%s.%s", info.section, info.key);
    option->from = from[info.from];
    option->file = info.from == CONF_FROM_FILE ? settings->source->path : NULL;
    option->line = info.line;
    return true;
}

static bool set_log_level(void *ctx, const char *level, struct strbuf *err)
{
    const struct control_host_parts *parts = ctx;

    return settings_set_log_level(parts->settings, level, err);
}

static bool reopen_log(void *ctx)
{
    (void)ctx; /* the log belongs to the process */
    return log_reopen();
}

static bool drain(void *ctx, bool is_on, struct strbuf *err)
{
    const struct control_host_parts *parts = ctx;

    return door_drain(parts->door, is_on, err);
}

static void stop(void *ctx)
{
    const struct control_host_parts *parts = ctx;

    parts->stop(parts->ctx);
}

static const char *state(void *ctx)
{
    const struct control_host_parts *parts = ctx;

    return door_state(parts->door);
}

static bool listener(void *ctx, size_t i, struct listener_info *info, const char **purpose)
{
    const struct control_host_parts *parts = ctx;

    return listening_at(parts->listening, i, info, purpose);
}

static size_t line_bytes(void *ctx)
{
    const struct control_host_parts *parts = ctx;

    return parts->settings->conf->limits.line_bytes;
}

static size_t nick_chars(void *ctx)
{
    const struct control_host_parts *parts = ctx;

    return parts->settings->conf->limits.nick_chars;
}

static struct backup_job *backup(void *ctx, const char *to, void (*done)(void *ctx, const char *why), void *done_ctx,
                                 struct strbuf *err)
{
    const struct control_host_parts *parts = ctx;

    return storing_backup(parts->storing, to, done, done_ctx, err);
}

static struct check_job *check_store(void *ctx, void (*done)(void *ctx, bool is_damaged, const char *report),
                                     void *done_ctx, struct strbuf *err)
{
    const struct control_host_parts *parts = ctx;

    return storing_check(parts->storing, done, done_ctx, err);
}

struct control_host control_host_of(struct control_host_parts *parts)
{
    return (struct control_host){
        .server_name = name,
        .reload = reload,
        .forget = forget,
        .option = option,
        .set_log_level = set_log_level,
        .reopen_log = reopen_log,
        .drain = drain,
        .stop = stop,
        .state = state,
        .listener = listener,
        .line_bytes = line_bytes,
        .nick_chars = nick_chars,
        .backup = backup,
        .backup_percent = storing_backup_percent,
        .cancel_backup = storing_cancel_backup,
        .check_store = check_store,
        .cancel_check = storing_cancel_check,
        .ctx = parts,
    };
}
