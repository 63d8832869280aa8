/* entrances.c: from the settings and the service manager's sockets to what listens. */
#include "config.h"

#include "entrances.h"

#include "base/log.h"
#include "net/addr.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

/* The service manager's sockets for people, if there are any. */
static bool adopt_peoples(const struct entrances *e)
{
    const char *name;
    bool has_any = false;

    for (int fd; (fd = activation_take_peoples(e->activation, &name)) >= 0; has_any = true) {
        listener_adopt(e->people, fd, name);
    }
    if (has_any) {
        log_info("server.listen gives way to the service manager's sockets",
                 LOG_STR("listen", e->conf->server.listen));
    }
    return has_any;
}

static bool listen_all(const struct entrances *e, struct strbuf *errors)
{
    const char *list = e->conf->server.listen, *part;
    char err[512];
    size_t len;

    while (addr_next_listen(&list, &part, &len)) {
        struct addr_listen where;

        if (!addr_parse_listen(&where, part, len, err, sizeof(err))) {
            strbuf_addf(errors, "server.listen: \"%.*s\" %s\n", (int)len, part, err);
            return false;
        }
        if (!listener_open(e->people, &where, err, sizeof(err))) {
            strbuf_addf(errors, "%s\n", err);
            return false;
        }
    }
    return true;
}

/* On the service manager's socket, or where the settings say. */
static bool serve_metrics(const struct entrances *e, struct strbuf *errors)
{
    const char *at = e->conf->metrics.listen;
    int fd = activation_take(e->activation, ACTIVATION_METRICS);
    struct addr_listen where;
    char err[512];
    bool is_served;

    if (fd >= 0) {
        is_served = metrics_http_adopt(e->metrics, fd, err, sizeof(err));
    } else if (at[0] == '\0') {
        return true;
    } else {
        is_served = addr_parse_listen(&where, at, strlen(at), err, sizeof(err)) &&
                    metrics_http_open(e->metrics, &where, err, sizeof(err));
    }
    if (!is_served) {
        strbuf_addf(errors, "metrics.listen: %s\n", err);
    }
    return is_served;
}

/* Who may command the server is told by the mode of a file, which other sockets do not have. */
static bool adopt_control(const struct entrances *e, int fd, struct strbuf *errors)
{
    struct sockaddr_un un = {0};
    socklen_t len = sizeof(un);

    if (getsockname(fd, (struct sockaddr *)&un, &len) != 0 || un.sun_family != AF_UNIX || un.sun_path[0] == '\0') {
        strbuf_addf(errors, "the service manager's socket \"%s\" has to be a unix socket with a path\n",
                    ACTIVATION_CONTROL);
        close(fd);
        errno = EINVAL;
        return false;
    }
    control_adopt(e->control, fd, ACTIVATION_CONTROL);
    return true;
}

static bool open_control(const struct entrances *e, int *status, struct strbuf *errors)
{
    const struct conf *conf = e->conf;
    char err[512];
    mode_t mode;
    gid_t group;

    if (conf->control.socket[0] == '\0') {
        return true;
    }
    (void)control_parse_mode(conf->control.mode, &mode); /* which was checked */
    if (!control_find_group(conf->control.group, &group)) {
        strbuf_addf(errors, "control.group: there is no group \"%s\"\n", conf->control.group);
        errno = EINVAL;
        *status = EX_CONFIG;
        return false;
    }
    if (!control_open(e->control, conf->control.socket, mode, group, err, sizeof(err))) {
        strbuf_addf(errors, "control.socket: %s\n", err);
        return false;
    }
    return true;
}

static bool serve_control(const struct entrances *e, int *status, struct strbuf *errors)
{
    int fd = activation_take(e->activation, ACTIVATION_CONTROL);

    return fd >= 0 ? adopt_control(e, fd, errors) : open_control(e, status, errors);
}

int entrances_open(const struct entrances *e, struct strbuf *errors)
{
    int status = EXIT_FAILURE, error;

    if ((adopt_peoples(e) || listen_all(e, errors)) && serve_metrics(e, errors) && serve_control(e, &status, errors)) {
        status = EXIT_SUCCESS;
        activation_warn(e->activation);
    }
    error = errno;
    activation_close(e->activation);
    errno = error;
    return status;
}
