/* reload.c: all or nothing. */
#include "config.h"

#include "reload.h"

#include "base/log.h"

#include <string.h>

static void changed(void *ctx, const char *option, const char *was, const char *is, bool reloadable)
{
    unsigned *changes = ctx;

    ++*changes;
    log_info(reloadable ? "option changed" : "option needs a restart", LOG_STR("option", option), LOG_STR("was", was),
             LOG_STR("is", is));
}

static void log_errors(struct strbuf *errors)
{
    char *rest = errors->data, *line;

    while (rest != NULL && (line = strsep(&rest, "\n")) != NULL) {
        if (line[0] != '\0') {
            log_error("reload refused", LOG_STR("error", line));
        }
    }
}

void reload_run(struct server *server)
{
    const struct conf *running = server_conf(server);
    struct strbuf errors = {0};
    struct conf *conf = server_load_conf(server_source_of(server), &errors);
    unsigned changes = 0;

    if (conf == NULL) {
        log_errors(&errors);
        strbuf_fini(&errors);
        return;
    }
    conf_diff(running, conf, changed, &changes);
    conf_keep_fixed(conf, running);
    server_apply(server, conf);
    log_info("reloaded", LOG_NUM("changes", changes));
    strbuf_fini(&errors);
}
