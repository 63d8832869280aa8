/* settings.c: reads a configuration and puts it in force. */
#include "config.h"

#include "settings.h"

#include "accounting.h"
#include "admin/control.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/reserved.h"
#include "base/text.h"
#include "base/timeq.h"
#include "base/wordlist.h"
#include "chat/chat.h"
#include "chat/names.h"
#include "chat/rooms.h"
#include "door.h"
#include "net/listener.h"
#include "net/net.h"
#include "net/tls_check.h"
#include "net/tls_context.h"
#include "preflight.h"
#include "session/sessions.h"
#include "settings_checks.h"
#include "settings_slices.h"
#include "storing.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

/* ---- reading ---- */

/* Checks the files that TLS needs. */
static bool check_tls(struct conf *conf, struct strbuf *errors)
{
    struct tls_settings tls = settings_slices_tls(conf);
    struct strbuf warnings = {0};
    struct tls_context *context;

    if (conf->tls.certificate[0] == '\0') {
        return true;
    }
    context = tls_context_new(&tls, errors);
    tls_context_unref(context);
    tls_check_files(tls.certificate, tls.key, conf->server.name, &warnings);
    if (tls.client_ca[0] != '\0') {
        tls_check_issuers(tls.client_ca, (int64_t)time(NULL) * 1000, &warnings);
    }
    conf_warn(conf, strbuf_str(&warnings));
    strbuf_fini(&warnings);
    return context != NULL;
}

struct conf *settings_load(const struct settings_source *source, struct wordlist **words, struct strbuf *errors)
{
    struct conf *conf =
        conf_load(source->path, source->overrides, source->overrides_count, settings_checks_all, errors);

    *words = NULL;
    if (conf != NULL && conf->moderation.words[0] != '\0') {
        *words = wordlist_load(conf->moderation.words, errors);
        if (*words == NULL) {
            conf_free(conf);
            conf = NULL;
        }
    }
    if (conf != NULL && !check_tls(conf, errors)) {
        wordlist_free(*words);
        *words = NULL;
        conf_free(conf);
        conf = NULL;
    }
    return conf;
}

bool settings_open_log(const struct conf *conf, const struct log_place *was, struct log_sink **sink,
                       struct strbuf *errors)
{
    struct log_place is = settings_slices_log(conf);
    char err[4608]; /* holds a path */

    *sink = NULL;
    if (was != NULL && was->target == is.target && was->facility == is.facility && strcmp(was->file, is.file) == 0) {
        return true;
    }
    *sink = log_place_open(&is, err, sizeof(err));
    if (*sink == NULL) {
        int error = errno;

        strbuf_addf(errors, "log.%s: %s\n", is.target == LOG_TARGET_FILE ? "file" : "target", err);
        errno = error;
    }
    return *sink != NULL;
}

void settings_init(struct settings *settings, const struct settings_source *source, struct conf *conf,
                   struct wordlist *words)
{
    *settings = (struct settings){
        .source = source, .conf = conf, .words = words, .name = settings_slices_server_name(conf)};
}

void settings_fini(struct settings *settings)
{
    free(settings->name);
    wordlist_free(settings->words);
    conf_free(settings->conf);
}

/* ---- putting it in force ---- */

void settings_use_log(const struct settings *settings, struct log_sink *sink)
{
    if (sink != NULL) {
        log_use(sink);
    }
    log_set_level((enum log_level)settings->conf->log.level);
}

void settings_log_warnings(const struct conf *conf)
{
    const char *text = conf_warnings(conf), *line;
    size_t len;

    while (text_next_line(&text, &line, &len)) {
        char *warning = mem_strndup(line, len);

        log_warn("setting may not be meant", LOG_STR("why", warning));
        free(warning);
    }
}

void settings_raise_descriptors(const struct settings *settings)
{
    struct rlimit limit;
    rlim_t want = (rlim_t)preflight_descriptors(settings->conf);

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= want) {
        return;
    }
    limit.rlim_cur = limit.rlim_max < want ? limit.rlim_max : want;
    setrlimit(RLIMIT_NOFILE, &limit);
    if (limit.rlim_cur < want) {
        log_warn("fewer descriptors than clients", LOG_NUM("descriptors", limit.rlim_cur),
                 LOG_NUM("clients", settings->conf->limits.clients));
    }
}

void settings_give(struct settings *settings)
{
    const struct conf *conf = settings->conf;
    struct net_limits net = settings_slices_net(conf);
    struct door_limits door = settings_slices_door(conf);
    struct chat_limits chat = settings_slices_chat(conf);
    size_t permanent_count;
    struct name *permanent = settings_slices_permanent(conf, &permanent_count);
    struct session_limits sessions = settings_slices_session(conf, settings->name, settings->words);

    net_set_limits(settings->net, &net);
    door_set_limits(settings->door, &door);
    chat_set_limits(settings->chat, &chat);
    storing_give(settings->storing, conf);
    accounting_give(settings->accounting, conf);
    names_set_reserved(settings->chat, reserved_new(conf->accounts.reserved));
    rooms_set_permanent(settings->chat, permanent, permanent_count);
    rooms_set_common(settings->chat, sessions.default_room);
    sessions_set_limits(settings->sessions, &sessions);
    control_set_stall(settings->control, conf->limits.stall_seconds);
    settings->stopping->wait_ms = conf->server.drain_seconds * 1000;
}

void settings_apply(struct settings *settings, struct conf *conf, struct wordlist *words, struct log_sink *sink)
{
    struct conf *old = settings->conf;
    struct wordlist *old_words = settings->words;
    char *old_name = settings->name;

    settings->conf = conf;
    settings->words = words;
    settings->name = settings_slices_server_name(conf);
    settings_use_log(settings, sink);
    if (conf->limits.clients != old->limits.clients) {
        settings_raise_descriptors(settings);
        listener_set_find_max_fd(&settings->door->listeners);
        listener_set_find_max_fd(&settings->control->listeners);
    }
    settings_give(settings);
    free(old_name);
    wordlist_free(old_words);
    conf_free(old);
}

bool settings_set_log_level(struct settings *settings, const char *level, struct strbuf *err)
{
    if (!conf_set(settings->conf, "log.level", level, err)) {
        return false;
    }
    log_set_level((enum log_level)settings->conf->log.level);
    return true;
}
