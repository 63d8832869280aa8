/* control_host.c: from the words of an administrator to the server, and its reports back. */
#include "config.h"

#include "control_host.h"

#include "base/mem.h"
#include "base/text.h"
#include "reload.h"

#include <stdlib.h>
#include <string.h>

static const char *name(void *ctx)
{
    return server_name(ctx);
}

/* Each line of text, to one of the outcome's functions. */
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
    tell_lines(report->errors, outcome, outcome->error);
    tell_lines(report->warnings, outcome, outcome->warning);
    outcome->over(outcome, report->file, report->is_right);
}

static void reload(void *ctx, bool check_only, struct control_outcome *outcome)
{
    reload_ask(server_reload(ctx), check_only, reloaded, outcome);
}

static void forget(void *ctx, struct control_outcome *outcome)
{
    reload_forget(server_reload(ctx), outcome);
}

static bool option(void *ctx, size_t i, struct control_option *option)
{
    static const char *const from[] = {
        [CONF_FROM_DEFAULT] = "default",
        [CONF_FROM_FILE] = "file",
        [CONF_FROM_COMMAND_LINE] = "command-line",
        [CONF_FROM_SET] = "chatctl",
    };
    struct conf_value_info info;

    if (!conf_value_info(server_conf(ctx), i, &info, &option->value)) {
        return false;
    }
    strbuf_addf(&option->name, "%s.%s", info.section, info.key);
    option->from = from[info.from];
    option->file = info.from == CONF_FROM_FILE ? server_source_of(ctx)->path : NULL;
    option->line = info.line;
    return true;
}

static bool set_log_level(void *ctx, const char *level, struct strbuf *err)
{
    return server_set_log_level(ctx, level, err);
}

static bool reopen_log(void *ctx)
{
    return server_reopen_log(ctx);
}

static bool drain(void *ctx, bool is_on, struct strbuf *err)
{
    return server_drain(ctx, is_on, err);
}

static void stop(void *ctx)
{
    server_stop(ctx);
}

static const char *state(void *ctx)
{
    return server_state(ctx);
}

static bool listener(void *ctx, size_t i, struct listener_info *info, const char **purpose)
{
    return server_listener(ctx, i, info, purpose);
}

static size_t line_bytes(void *ctx)
{
    return server_conf(ctx)->limits.line_bytes;
}

struct control_host control_host_of(struct server *server)
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
        .ctx = server,
    };
}
