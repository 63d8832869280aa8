/* tests/bench/floor.c: the least work with which a program can send a member's message to all members of a room: it
 * reads what is ready, and then makes one send() per receiver and turn.
 *
 * What it spends is what the kernel takes for that; what a chat server spends beside it is the server's
 * own.  So it does nothing else: no names, no lines, no queues, no limits, no complaints.  A connection
 * first sends the number of its room, is answered "ok", and then gets all that is said there, its own too. */
#include "config.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FDS = 1 << 16, ROOMS = 1 << 15, EVENTS = 1024, TURN_BYTES = 1 << 16, READ_BYTES = 1 << 14 };

struct room {
    int *fds;
    unsigned count, space;
    char *said; /* what was said in this turn; TURN_BYTES, allocated when somebody speaks */
    size_t said_bytes;
};

static struct room rooms[ROOMS];
static int room_of[FDS]; /* by descriptor: the room's number plus one; 0 if it is not known yet */
static unsigned dirty[EVENTS];
static unsigned dirty_count;
static int epoll_fd;

static _Noreturn void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void watch(int fd)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.fd = fd};

    if (epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) {
        die("epoll_ctl");
    }
}

static void take_newcomers(int listener)
{
    int fd, on = 1;

    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0 && fd < FDS) {
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        room_of[fd] = 0;
        watch(fd);
    }
}

static void enter(int fd, const char *number)
{
    int n = atoi(number);
    struct room *room = &rooms[n >= 0 && n < ROOMS ? n : 0];

    if (room->count == room->space) {
        room->space = room->space > 0 ? room->space * 2 : 16;
        room->fds = realloc(room->fds, room->space * sizeof(*room->fds));
        if (room->fds == NULL) {
            die("realloc");
        }
    }
    room->fds[room->count++] = fd;
    room_of[fd] = (int)(room - rooms) + 1;
    (void)!send(fd, "ok\n", 3, MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void leave(int fd)
{
    struct room *room = room_of[fd] > 0 ? &rooms[room_of[fd] - 1] : NULL;

    for (unsigned i = 0; room != NULL && i < room->count; i++) {
        if (room->fds[i] == fd) {
            room->fds[i] = room->fds[--room->count];
            break;
        }
    }
    close(fd);
}

static void take(int fd)
{
    struct room *room = room_of[fd] > 0 ? &rooms[room_of[fd] - 1] : NULL;
    char number[READ_BYTES];
    ssize_t n;

    if (room == NULL) {
        n = recv(fd, number, sizeof(number) - 1, 0);
        if (n > 0) {
            number[n] = '\0';
            enter(fd, number);
            return;
        }
    } else {
        if (room->said == NULL && (room->said = malloc(TURN_BYTES)) == NULL) {
            die("malloc");
        }
        n = TURN_BYTES - (ssize_t)room->said_bytes;
        if (n == 0) {
            return; /* epoll reports it again in the next turn */
        }
        n = recv(fd, room->said + room->said_bytes, (size_t)n, 0);
        if (n > 0) {
            if (room->said_bytes == 0) {
                dirty[dirty_count++] = (unsigned)(room - rooms);
            }
            room->said_bytes += (size_t)n;
            return;
        }
    }
    leave(fd);
}

static void tell_all(void)
{
    for (unsigned k = 0; k < dirty_count; k++) {
        struct room *room = &rooms[dirty[k]];

        for (unsigned i = 0; i < room->count; i++) {
            (void)!send(room->fds[i], room->said, room->said_bytes, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
        room->said_bytes = 0;
    }
    dirty_count = 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    static struct epoll_event events[EVENTS];
    struct rlimit files;
    int on = 1;

    sa.sin_port = htons((uint16_t)(argc == 2 ? atoi(argv[1]) : 0));
    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    if (bind(listener, (struct sockaddr *)&sa, sizeof(sa)) != 0 || listen(listener, 511) != 0) {
        die("listen");
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    watch(listener);
    for (;;) {
        int n = epoll_wait(epoll_fd, events, EVENTS, -1);

        for (int i = 0; i < n; i++) {
            if (events[i].data.fd == listener) {
                take_newcomers(listener);
            } else {
                take(events[i].data.fd);
            }
        }
        tell_all();
    }
}
