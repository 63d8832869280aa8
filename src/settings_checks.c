/* settings_checks.c: the checks and their table. */
#include "config.h"

#include "settings_checks.h"

#include "base/access.h"
#include "base/cidr.h"
#include "base/log_place.h"
#include "base/name.h"
#include "base/reserved.h"
#include "base/text.h"
#include "base/unix_users.h"
#include "preflight.h"
#include "session/answer.h"
#include "settings_slices.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

static const char *without_hash(const char *room)
{
    return room + (room[0] == '#');
}

static bool check_room(const char *value, char *err, size_t err_size)
{
    const char *plain = without_hash(value);
    enum name_fault fault = NAME_OK;
    struct name name;

    if (value[0] != '\0') {
        fault = name_init(&name, plain, strlen(plain), NAME_MOST_CHARS);
    }
    if (fault == NAME_OK && value[0] != '\0') {
        name_fini(&name);
    } else if (fault != NAME_OK) {
        name_fault_text(fault, NAME_MOST_CHARS, err, err_size);
    }
    return fault == NAME_OK;
}

static bool check_name(const char *value, char *err, size_t err_size)
{
    struct name name;
    enum name_fault fault = name_init_person(&name, value, strlen(value), NAME_MOST_CHARS);

    if (fault == NAME_OK) {
        name_fini(&name);
    } else {
        name_fault_text(fault, NAME_MOST_CHARS, err, err_size);
    }
    return fault == NAME_OK;
}

static bool check_network(const char *value, char *err, size_t err_size)
{
    struct strbuf why = {0};
    struct cidr net;
    bool is_right = cidr_parse(&net, value, &why);

    if (!is_right) {
        snprintf(err, err_size, "is wrong: %s", strbuf_str(&why));
    }
    strbuf_fini(&why);
    return is_right;
}

static bool check_proxy(const char *value, char *err, size_t err_size)
{
    return strcmp(value, "unix") == 0 || check_network(value, err, err_size);
}

static bool proxies_are_named(const struct conf *conf, char *err, size_t err_size)
{
    if (conf->proxy.required[0] != '\0' && conf->proxy.from[0] == '\0') {
        snprintf(err, err_size, "needs proxy.from, which is empty: nobody could connect");
        return false;
    }
    return true;
}

/* A network of no bits is everybody. */
static bool proxies_are_few(const struct conf *conf, char *err, size_t err_size)
{
    const char *list = conf->proxy.from, *item;
    size_t len;

    while (text_next_item(&list, &item, &len)) {
        if (len > 2 && memcmp(item + len - 2, "/0", 2) == 0) {
            snprintf(err, err_size, "has %.*s: anybody can come from any address that they like", (int)len, item);
            return false;
        }
    }
    return true;
}

static bool check_control_mode(const char *value, char *err, size_t err_size)
{
    mode_t mode;

    if (access_parse_mode(value, &mode)) {
        return true;
    }
    snprintf(err, err_size, "is no mode of three octal digits that lets its owner write, as 0660 does");
    return false;
}

/* Newcomers could not enter a default room whose name is too long, and would silently be in no room. */
static bool default_room_fits(const struct conf *conf, char *err, size_t err_size)
{
    const char *room = without_hash(conf->server.default_room);
    struct name name;

    if (room[0] == '\0') {
        return true;
    }
    if (name_init(&name, room, strlen(room), (size_t)conf->limits.room_chars) == NAME_OK) {
        name_fini(&name);
        return true;
    }
    snprintf(err, err_size, "is longer than limits.room_chars, %llu", (unsigned long long)conf->limits.room_chars);
    return false;
}

static void free_names(struct name *names, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        name_fini(&names[i]);
    }
    free(names);
}

/* Checks that no permanent room's name is too long or given twice, in any case or width. */
static bool permanent_fit(const struct conf *conf, char *err, size_t err_size)
{
    size_t count, max = (size_t)conf->limits.room_chars;
    struct name *names = settings_slices_permanent(conf, &count);

    err[0] = '\0';
    for (size_t i = 0; i < count && err[0] == '\0'; i++) {
        if (text_chars(names[i].shown, strlen(names[i].shown)) > max ||
            text_chars(names[i].folded, strlen(names[i].folded)) > max) {
            snprintf(err, err_size, "names #%s, which is longer than limits.room_chars, %zu", names[i].shown, max);
        }
        for (size_t k = 0; k < i && err[0] == '\0'; k++) {
            if (strcmp(names[i].folded, names[k].folded) == 0) {
                snprintf(err, err_size, "names #%s twice", names[i].shown);
            }
        }
    }
    free_names(names, count);
    return err[0] == '\0';
}

/* Checks that there may be as many rooms as there are permanent ones and the default room, which newcomers need. */
static bool permanent_are_few(const struct conf *conf, char *err, size_t err_size)
{
    const char *room = without_hash(conf->server.default_room);
    char *folded = room[0] != '\0' ? name_fold(room, strlen(room)) : NULL;
    bool is_one_more = folded != NULL;
    size_t count;
    struct name *names = settings_slices_permanent(conf, &count);

    for (size_t i = 0; i < count && is_one_more; i++) {
        is_one_more = strcmp(names[i].folded, folded) != 0;
    }
    free(folded);
    free_names(names, count);
    if (count == 0 || count + is_one_more <= conf->limits.rooms) {
        return true;
    }
    snprintf(err, err_size, "names %zu %s, which %sis more than limits.rooms, %llu", count,
             text_plural(count, "room", "rooms"), count > conf->limits.rooms ? "" : "with server.default_room ",
             (unsigned long long)conf->limits.rooms);
    return false;
}

/* Checks that the replay has room for a line of the greatest length. */
static bool replay_fits(const struct conf *conf, char *err, size_t err_size)
{
    uint64_t room = answer_replay_room((uint32_t)conf->limits.queue_bytes / 2);
    uint64_t lines = room / conf->limits.line_bytes;

    if (conf->history.replay <= lines || conf->history.lines <= lines) {
        return true;
    }
    snprintf(err, err_size,
             "lines may be more than a newcomer's queue has room for, with limits.queue_bytes, %llu: of lines as "
             "long as limits.line_bytes, %llu, the last %llu are shown",
             (unsigned long long)conf->limits.queue_bytes, (unsigned long long)conf->limits.line_bytes,
             (unsigned long long)lines);
    return false;
}

static bool log_has_file(const struct conf *conf, char *err, size_t err_size)
{
    if (conf->log.target == LOG_TARGET_FILE && conf->log.file[0] == '\0') {
        snprintf(err, err_size, "needs log.file, which is empty");
        return false;
    }
    return true;
}

static bool unix_users_differ(const struct conf *conf, char *err, size_t err_size)
{
    return unix_users_check_all(conf->accounts.unix_users, err, err_size);
}

static bool check_store(const char *value, char *err, size_t err_size)
{
    if (value[0] == '\0' || strcmp(value, "auto") == 0) {
        return true;
    }
#ifdef HAVE_SQLITE
    return preflight_store(value, err, err_size);
#else
    snprintf(err, err_size, "needs SQLite, which this chatd is built without");
    return false;
#endif
}

static bool check_tls_listen(const char *value, char *err, size_t err_size)
{
#ifdef HAVE_OPENSSL
    return preflight_listen(value, err, err_size);
#else
    (void)value;
    snprintf(err, err_size, "needs OpenSSL, which this chatd is built without");
    return false;
#endif
}

static bool tls_has_certificate(const struct conf *conf, char *err, size_t err_size)
{
    if (conf->tls.listen[0] != '\0' && conf->tls.certificate[0] == '\0') {
        snprintf(err, err_size, "needs tls.certificate, which is empty");
        return false;
    }
    return true;
}

static bool clients_have_ca(const struct conf *conf, char *err, size_t err_size)
{
    if (conf->tls.client_certificates >= CONF_CLIENTS_CA && conf->tls.client_ca[0] == '\0') {
        snprintf(err, err_size, "needs tls.client_ca, which is empty");
        return false;
    }
    return true;
}

const struct conf_check settings_checks_all[] = {
    {.option = "server.listen", .is_valid = preflight_listen},
    {.option = "server.listen", .with = "server.listen", .fits = preflight_people},
    {.option = "tls.listen", .is_valid = check_tls_listen},
    {.option = "tls.listen", .with = "server.listen", .fits = preflight_tls},
    {.option = "tls.listen", .with = "tls.certificate", .fits = tls_has_certificate},
    {.option = "tls.client_certificates", .with = "tls.client_ca", .fits = clients_have_ca},
    {.option = "server.default_room", .is_valid = check_room},
    {.option = "control.socket", .is_valid = preflight_path_or_none},
    {.option = "control.socket", .with = "server.listen", .also = "tls.listen", .fits = preflight_control},
    {.option = "control.socket", .with = "metrics.listen", .fits = preflight_control_metrics},
    {.option = "control.mode", .is_valid = check_control_mode},
    {.option = "control.group", .is_valid = preflight_group},
    {.option = "server.default_room", .with = "limits.room_chars", .fits = default_room_fits},
    {.option = "rooms.permanent", .is_valid = check_room},
    {.option = "rooms.permanent", .with = "limits.room_chars", .fits = permanent_fit},
    {.option = "rooms.permanent", .with = "limits.rooms", .also = "server.default_room", .fits = permanent_are_few},
    {.option = "accounts.reserved", .is_valid = reserved_check},
    {.option = "metrics.listen", .is_valid = preflight_listen_or_none},
    {.option = "metrics.listen", .with = "server.listen", .also = "tls.listen", .fits = preflight_metrics},
    {.option = "history.replay", .with = "limits.queue_bytes", .also = "limits.line_bytes", .fits = replay_fits,
     .is_warning = true},
    {.option = "store.path", .is_valid = check_store},
    {.option = "accounts.unix_users", .is_valid = unix_users_check},
    {.option = "accounts.unix_users", .with = "accounts.unix_users", .fits = unix_users_differ},
    {.option = "accounts.admins", .is_valid = check_name},
    {.option = "limits.exempt", .is_valid = check_network},
    {.option = "proxy.from", .is_valid = check_proxy},
    {.option = "proxy.from", .with = "proxy.from", .fits = proxies_are_few, .is_warning = true},
    {.option = "proxy.required", .is_valid = preflight_listen},
    {.option = "proxy.required", .with = "proxy.from", .fits = proxies_are_named},
    {.option = "proxy.required", .with = "server.listen", .also = "tls.listen", .fits = preflight_proxied},
    {.option = "log.target", .with = "log.file", .fits = log_has_file},
    {.option = "log.file", .with = "log.target", .fits = preflight_log},
    {.option = NULL},
};
