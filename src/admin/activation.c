/* admin/activation.c: reads the sockets out of the environment and checks them. */
#include "config.h"

#include "admin/activation.h"

#include "base/log.h"
#include "base/mem.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef HAVE_SYSTEMD
#include <errno.h>
#include <fcntl.h>
#include <systemd/sd-daemon.h>
#endif

enum { TURN_AWAY_MOST = 8192 /* newcomers: twice as many as chatd.socket lets wait */ };

#ifdef HAVE_SYSTEMD
/* The service manager can also pass sockets for datagrams, pipes and files and, with Accept=yes, a connection. */
static bool is_listening_stream(int fd)
{
    return sd_is_socket(fd, AF_INET, SOCK_STREAM, 1) > 0 || sd_is_socket(fd, AF_INET6, SOCK_STREAM, 1) > 0 ||
           sd_is_socket(fd, AF_UNIX, SOCK_STREAM, 1) > 0;
}

static bool check(const struct activation_socket *s, struct strbuf *errors)
{
    if (!is_listening_stream(s->fd)) {
        strbuf_addf(errors,
                    "descriptor %d of the service manager, \"%s\", is no listening stream socket of TCP or unix: "
                    "ListenStream= and Accept=no make one\n",
                    s->fd, s->name);
        return false;
    }
    if (fcntl(s->fd, F_SETFL, fcntl(s->fd, F_GETFL) | O_NONBLOCK) != 0) {
        strbuf_addf(errors, "descriptor %d of the service manager, \"%s\": %s\n", s->fd, s->name, strerror(errno));
        return false;
    }
    return true;
}

bool activation_open(struct activation *activation, struct strbuf *errors)
{
    char **names = NULL;
    int count = sd_listen_fds_with_names(1, &names);
    bool is_right = true;

    *activation = (struct activation){0};
    if (count < 0) {
        strbuf_addf(errors, "LISTEN_FDS and LISTEN_FDNAMES promise descriptors that are not there: %s\n",
                    strerror(-count));
        return false;
    }
    activation->count = (unsigned)count;
    activation->sockets = mem_zalloc((size_t)(count + 1) * sizeof(*activation->sockets));
    for (int i = 0; i < count; i++) {
        struct activation_socket *s = &activation->sockets[i];

        *s = (struct activation_socket){.fd = SD_LISTEN_FDS_START + i, .name = names[i]};
        is_right &= check(s, errors);
    }
    free(names); /* the strings now belong to the sockets */
    if (!is_right) {
        activation_close(activation);
    }
    return is_right;
}
#else
bool activation_open(struct activation *activation, struct strbuf *errors)
{
    (void)errors;
    *activation = (struct activation){0};
    return true;
}
#endif

/* For people who are sent lines in clear. */
static bool is_for_lines(const struct activation_socket *s)
{
    return strcmp(s->name, ACTIVATION_CONTROL) != 0 && strcmp(s->name, ACTIVATION_METRICS) != 0 &&
           strcmp(s->name, ACTIVATION_TLS) != 0;
}

static int take(struct activation_socket *s)
{
    int fd = s->fd;

    s->fd = -1;
    return fd;
}

int activation_take(struct activation *activation, const char *name)
{
    for (unsigned i = 0; i < activation->count; i++) {
        struct activation_socket *s = &activation->sockets[i];

        if (s->fd >= 0 && strcmp(s->name, name) == 0) {
            return take(s);
        }
    }
    return -1;
}

int activation_take_peoples(struct activation *activation, const char **name)
{
    for (unsigned i = 0; i < activation->count; i++) {
        struct activation_socket *s = &activation->sockets[i];

        if (s->fd >= 0 && is_for_lines(s)) {
            *name = s->name;
            return take(s);
        }
    }
    return -1;
}

void activation_warn(const struct activation *activation)
{
    for (unsigned i = 0; i < activation->count; i++) {
        if (activation->sockets[i].fd >= 0) {
            log_warn("socket of the service manager is not used", LOG_STR("socket", activation->sockets[i].name));
        }
    }
}

/* As in net/accept.c: bytes that the newcomer has sent are read first; otherwise the kernel would send a reset and the
 * line would be lost. */
static void turn_away(int fd, const char *line)
{
    char junk[512];

    (void)!send(fd, line, strlen(line), MSG_NOSIGNAL | MSG_DONTWAIT);
    shutdown(fd, SHUT_WR);
    for (int i = 0; i < 8 && recv(fd, junk, sizeof(junk), MSG_DONTWAIT) > 0; i++) {
    }
    close(fd);
}

/* Accepts the next newcomer; -1 if none waits.  poll() keeps this from blocking: the service manager may have made the
 * socket blocking again. */
static int accept_next(int listen_fd)
{
    struct pollfd p = {.fd = listen_fd, .events = POLLIN};

    return poll(&p, 1, 0) > 0 ? accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC) : -1;
}

void activation_turn_away(const struct activation *activation, const char *line)
{
    for (unsigned i = 0; i < activation->count; i++) {
        const struct activation_socket *s = &activation->sockets[i];
        int fd;

        for (int n = 0; n < TURN_AWAY_MOST && (fd = accept_next(s->fd)) >= 0; n++) {
            turn_away(fd, is_for_lines(s) ? line : "");
        }
    }
}

void activation_close(struct activation *activation)
{
    for (unsigned i = 0; i < activation->count; i++) {
        if (activation->sockets[i].fd >= 0) {
            close(activation->sockets[i].fd);
        }
        free(activation->sockets[i].name);
    }
    free(activation->sockets);
    *activation = (struct activation){0};
}
