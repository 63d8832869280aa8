/* preflight.c: checks settings against the machine and the process. */
#include "config.h"

#include "preflight.h"

#include "base/access.h"
#include "base/log_place.h"
#include "base/mem.h"
#include "net/tls_check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { OTHER_DESCRIPTORS = 400 /* beside those of clients: listeners, files, newcomers that are turned away */ };

/* ---- files ---- */

/* The folder of a file; the caller frees it. */
static char *folder_of(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash == NULL ? mem_strdup(".") : mem_strndup(path, slash > path ? (size_t)(slash - path) : 1);
}

/* Returns true if a service manager may make the folder when it starts the service. */
static bool may_come(const char *path)
{
    static const char *const places[] = {"/run/", "/var/run/", "/var/lib/", "/var/log/", "/var/cache/"};

    for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
        if (strncmp(path, places[i], strlen(places[i])) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns 0, or the errno that tells why there can be no file in the folder. */
static int folder_fault(const char *folder)
{
    struct stat st;

    if (stat(folder, &st) == 0) {
        return S_ISDIR(st.st_mode) ? 0 : ENOTDIR;
    }
    return errno == EACCES ? 0 : errno; /* this process may not look, but the server's may */
}

static bool has_folder(const char *path, char *err, size_t err_size)
{
    char *folder = folder_of(path);
    int fault = folder_fault(folder);
    bool has = fault == 0 || (fault == ENOENT && may_come(path));

    if (!has) {
        snprintf(err, err_size, "is in the folder %s: %s", folder, strerror(fault));
    }
    free(folder);
    return has;
}

static bool is_path_free(const char *path, char *err, size_t err_size)
{
    struct stat st;

    if (lstat(path, &st) == 0 && !S_ISSOCK(st.st_mode)) {
        snprintf(err, err_size, "is there already, and is no socket");
        return false;
    }
    return has_folder(path, err, err_size);
}

bool preflight_log(const struct conf *conf, char *err, size_t err_size)
{
    return conf->log.target != LOG_TARGET_FILE || conf->log.file[0] == '\0' ||
           has_folder(conf->log.file, err, err_size);
}

/* ---- addresses ---- */

bool preflight_listen(const char *value, char *err, size_t err_size)
{
    struct addr_listen where;
    const char *path;

    if (!addr_listen_parse(&where, value, strlen(value), err, err_size)) {
        return false;
    }
    path = addr_listen_path(&where);
    return path == NULL || is_path_free(path, err, err_size);
}

bool preflight_listen_or_none(const char *value, char *err, size_t err_size)
{
    return value[0] == '\0' || preflight_listen(value, err, err_size);
}

bool preflight_path_or_none(const char *value, char *err, size_t err_size)
{
    if (value[0] != '\0' && value[0] != '/') {
        snprintf(err, err_size, "is no absolute path");
        return false;
    }
    return value[0] == '\0' || is_path_free(value, err, err_size);
}

bool preflight_store(const char *value, char *err, size_t err_size)
{
    struct stat st;

    if (value[0] != '/') {
        snprintf(err, err_size, "is no absolute path");
        return false;
    }
    if (stat(value, &st) == 0 && !S_ISREG(st.st_mode)) {
        snprintf(err, err_size, "is there already, and is no file");
        return false;
    }
    return has_folder(value, err, err_size);
}

bool preflight_group(const char *value, char *err, size_t err_size)
{
    gid_t group;

    if (!access_find_group(value, &group)) {
        snprintf(err, err_size, "is no group of this system");
        return false;
    }
    return true;
}

/* Finds the next address of *list: *len bytes at *text.  Moves *list behind it. */
static bool next_place(const char **list, const char **text, size_t *len, struct addr_listen *where)
{
    char ignored[256];

    return addr_listen_next(list, text, len) && addr_listen_parse(where, *text, *len, ignored, sizeof(ignored));
}

/* Returns the text of the first address in list that overlaps with where, *len bytes; NULL if there is none. */
static const char *find_overlap(const char *list, const struct addr_listen *where, size_t *len)
{
    struct addr_listen other;
    const char *text;

    while (next_place(&list, &text, len, &other)) {
        if (addr_listen_is_overlapping(&other, where)) {
            return text;
        }
    }
    return NULL;
}

/* Returns true if where is one of the addresses in list. */
static bool is_listed(const char *list, const struct addr_listen *where)
{
    struct addr_listen other;
    const char *text;
    size_t len;

    while (next_place(&list, &text, &len, &other)) {
        if (addr_listen_is_same(&other, where)) {
            return true;
        }
    }
    return false;
}

/* Checks that no two addresses of a list overlap. */
static bool differ(const char *list, char *err, size_t err_size)
{
    const char *text, *other;
    struct addr_listen where;
    size_t len, other_len;

    while (next_place(&list, &text, &len, &where)) {
        other = find_overlap(list, &where, &other_len);
        if (other != NULL && other_len == len && memcmp(other, text, len) == 0) {
            snprintf(err, err_size, "has %.*s twice", (int)len, text);
            return false;
        }
        if (other != NULL) {
            snprintf(err, err_size, "has both %.*s and %.*s, which overlap", (int)len, text, (int)other_len, other);
            return false;
        }
    }
    return true;
}

bool preflight_people(const struct conf *conf, char *err, size_t err_size)
{
    return differ(conf->server.listen, err, err_size);
}

static bool fits_beside(const struct addr_listen *where, const char *list, const char *option, char *err,
                        size_t err_size)
{
    size_t len;
    const char *other = find_overlap(list, where, &len);

    if (other != NULL) {
        snprintf(err, err_size, "overlaps with %.*s of %s", (int)len, other, option);
    }
    return other == NULL;
}

bool preflight_tls(const struct conf *conf, char *err, size_t err_size)
{
    const char *list = conf->tls.listen, *text;
    struct addr_listen where;
    size_t len;

    while (next_place(&list, &text, &len, &where)) {
        if (!fits_beside(&where, conf->server.listen, "server.listen", err, err_size)) {
            return false;
        }
    }
    return differ(conf->tls.listen, err, err_size);
}

bool preflight_proxied(const struct conf *conf, char *err, size_t err_size)
{
    const char *list = conf->proxy.required, *text;
    struct addr_listen where;
    size_t len;

    while (next_place(&list, &text, &len, &where)) {
        if (!is_listed(conf->server.listen, &where) && !is_listed(conf->tls.listen, &where)) {
            snprintf(err, err_size, "has %.*s, which is neither in server.listen nor in tls.listen", (int)len, text);
            return false;
        }
    }
    return true;
}

bool preflight_metrics(const struct conf *conf, char *err, size_t err_size)
{
    const char *list = conf->metrics.listen, *text;
    struct addr_listen where;
    size_t len;

    return !next_place(&list, &text, &len, &where) ||
           (fits_beside(&where, conf->server.listen, "server.listen", err, err_size) &&
            fits_beside(&where, conf->tls.listen, "tls.listen", err, err_size));
}

static bool control_fits_beside(const struct conf *conf, const char *list, const char *option, char *err,
                                size_t err_size)
{
    const char *path = conf->control.socket;
    struct addr_listen where;

    return path[0] == '\0' || !addr_listen_parse_path(&where, path, strlen(path), err, err_size) ||
           fits_beside(&where, list, option, err, err_size);
}

bool preflight_control(const struct conf *conf, char *err, size_t err_size)
{
    return control_fits_beside(conf, conf->server.listen, "server.listen", err, err_size) &&
           control_fits_beside(conf, conf->tls.listen, "tls.listen", err, err_size);
}

bool preflight_control_metrics(const struct conf *conf, char *err, size_t err_size)
{
    return control_fits_beside(conf, conf->metrics.listen, "metrics.listen", err, err_size);
}

/* ---- for the calling process ---- */

uint64_t preflight_descriptors(const struct conf *conf)
{
    return conf->limits.clients + (conf->proxy.from[0] != '\0' ? conf->proxy.waiting : 0) + OTHER_DESCRIPTORS;
}

bool preflight_may_make(const char *path)
{
    char *folder = folder_of(path);
    int error = access(folder, W_OK | X_OK) == 0 ? 0 : errno;

    free(folder);
    errno = error;
    return error == 0;
}

/* A folder with the set-group-ID bit gives its group to the files made in it. */
bool preflight_may_give(const struct addr_listen *where)
{
    char *folder;
    struct stat st;
    bool may;

    if (addr_listen_path(where) == NULL || access_may_give(where->group)) {
        return true;
    }
    folder = folder_of(addr_listen_path(where));
    may = stat(folder, &st) == 0 && (st.st_mode & S_ISGID) != 0 && st.st_gid == where->group;
    free(folder);
    return may;
}

static void warn_of_folder(const char *option, const char *path, struct strbuf *warnings)
{
    char *folder = folder_of(path);

    if (folder_fault(folder) == ENOENT) {
        strbuf_addf(warnings, "%s: the folder %s is not there yet; a unit can make it, as with RuntimeDirectory=\n",
                    option, folder);
    }
    free(folder);
}

static void warn_of_place(const char *option, const struct addr_listen *where, struct strbuf *warnings)
{
    const char *path = addr_listen_path(where);

    if (path == NULL) {
        return;
    }
    warn_of_folder(option, path, warnings);
    if (!preflight_may_give(where)) {
        strbuf_addf(warnings, "%s: this process could not give %s its group; chatd has to run as a member of the "
                    "group, which Group= of its unit names\n", option, path);
    }
}

static void warn_of_list(const char *option, const char *list, struct strbuf *warnings)
{
    struct addr_listen where;
    const char *text;
    size_t len;

    while (next_place(&list, &text, &len, &where)) {
        warn_of_place(option, &where, warnings);
    }
}

static void warn_of_control(const struct conf *conf, struct strbuf *warnings)
{
    const char *path = conf->control.socket;
    struct addr_listen where;
    char ignored[256];

    if (path[0] != '\0' && addr_listen_parse_path(&where, path, strlen(path), ignored, sizeof(ignored)) &&
        access_find_group(conf->control.group, &where.group)) {
        warn_of_place(conf->control.group[0] != '\0' ? "control.group" : "control.socket", &where, warnings);
    }
}

static void warn_of_descriptors(const struct conf *conf, struct strbuf *warnings)
{
    uint64_t need = preflight_descriptors(conf);
    struct rlimit limit;

    if (conf->server.event_backend == CONF_BACKEND_SELECT && need > FD_SETSIZE) {
        strbuf_addf(warnings, "limits.clients: %llu need %llu descriptors, and server.event_backend = select can "
                    "watch %d\n", (unsigned long long)conf->limits.clients, (unsigned long long)need, FD_SETSIZE);
    } else if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_max < need) {
        strbuf_addf(warnings, "limits.clients: %llu need %llu descriptors, and this process can have %llu; "
                    "LimitNOFILE= of a unit gives more\n", (unsigned long long)conf->limits.clients,
                    (unsigned long long)need, (unsigned long long)limit.rlim_max);
    }
}

void preflight_warn_of_certificate(const struct conf *conf, struct strbuf *warnings)
{
    if (conf->tls.certificate[0] != '\0') {
        tls_check_dates(conf->tls.certificate, (int64_t)time(NULL) * 1000, warnings);
    }
}

void preflight_warn(const struct conf *conf, bool is_server, struct strbuf *warnings)
{
    if (!is_server) {
        warn_of_list("server.listen", conf->server.listen, warnings);
        warn_of_list("tls.listen", conf->tls.listen, warnings);
        warn_of_list("metrics.listen", conf->metrics.listen, warnings);
        warn_of_control(conf, warnings);
        if (conf->log.target == LOG_TARGET_FILE) {
            warn_of_folder("log.file", conf->log.file, warnings);
        }
        if (conf->store.path[0] == '/') {
            warn_of_folder("store.path", conf->store.path, warnings);
        }
    }
    preflight_warn_of_certificate(conf, warnings);
    warn_of_descriptors(conf, warnings);
}

bool preflight_is_lasting(int error)
{
    switch (error) {
    case EACCES:
    case EAFNOSUPPORT:
    case EINVAL:
    case EISDIR:
    case ELOOP:
    case ENAMETOOLONG:
    case ENOENT:
    case ENOTDIR:
    case ENXIO:
    case EPERM:
    case EROFS:
        return true;
    default:
        return false;
    }
}
