/* reload.c: all or nothing. */
#include "config.h"

#include "reload.h"

#include "base/log.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static void changed(void *ctx, const char *option, const char *was, const char *is, bool reloadable)
{
    struct reload_report *report = ctx;

    report->changes = mem_realloc(report->changes, (report->count + 1) * sizeof(report->changes[0]));
    report->changes[report->count++] = (struct reload_change){
        .option = mem_strdup(option), .was = mem_strdup(was), .is = mem_strdup(is), .reloadable = reloadable};
    report->restarts += !reloadable;
}

/* The configuration as it is now, prepared; NULL when it is not right.  The report tells either way. */
static struct conf *read_anew(struct server *server, struct reload_report *report)
{
    struct conf *conf;

    *report = (struct reload_report){0};
    conf = server_load_conf(server_source_of(server), &report->errors);
    report->is_right = conf != NULL && server_prepare(server, conf, &report->errors);
    if (!report->is_right) {
        conf_free(conf);
        return NULL;
    }
    conf_diff(server_conf(server), conf, changed, report);
    return conf;
}

static void log_errors(const struct strbuf *errors)
{
    const char *s = strbuf_str(errors);

    while (*s != '\0') {
        size_t len = strcspn(s, "\n");
        char *line = mem_strndup(s, len);

        log_error("reload refused", LOG_STR("error", line));
        free(line);
        s += len + (s[len] == '\n');
    }
}

static void log_changes(const struct reload_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct reload_change *change = &report->changes[i];

        log_info(change->reloadable ? "option changed" : "option needs a restart", LOG_STR("option", change->option),
                 LOG_STR("was", change->was), LOG_STR("is", change->is));
    }
}

void reload_run(struct server *server, struct reload_report *report)
{
    struct conf *conf = read_anew(server, report);

    if (conf == NULL) {
        log_errors(&report->errors);
        return;
    }
    log_changes(report); /* in the old log, which may be left for another */
    conf_keep_fixed(conf, server_conf(server));
    server_apply(server, conf);
    log_info("reloaded", LOG_NUM("changes", report->count));
}

void reload_check(struct server *server, struct reload_report *report)
{
    struct conf *conf = read_anew(server, report);

    if (conf != NULL) {
        server_unprepare(server);
        conf_free(conf);
    }
}

void reload_report_fini(struct reload_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        free(report->changes[i].option);
        free(report->changes[i].was);
        free(report->changes[i].is);
    }
    free(report->changes);
    strbuf_fini(&report->errors);
    *report = (struct reload_report){0};
}
