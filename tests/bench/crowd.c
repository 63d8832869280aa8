/* tests/bench/crowd.c: see crowd.h. */
#include "config.h"

#include "crowd.h"

#include "secure.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
    EVENTS = 1024,
    READ_BYTES = 1 << 16,
    IGNORED_AT_ONCE = 50,   /* commands before what they are answered is read */
    SAY_AT_ONCE = 64,       /* messages in one write */
    STUCK_RCVBUF = 4096,    /* small, so that it is full soon */
    PATIENCE_MS = 60000,    /* the longest wait without any input */
    WATCHED = 0x7fffffff,   /* stands for the watched descriptor; no client has this number */
    CONNECT_RETRIES = 1000, /* of 10 ms: the server may not listen yet */
};

void crowd_fail(const char *format, ...)
{
    va_list ap;

    fputs("load: ", stderr);
    va_start(ap, format);
    vfprintf(stderr, format, ap);
    va_end(ap);
    fputc('\n', stderr);
    exit(EXIT_FAILURE);
}

void crowd_init(struct crowd *c, const struct wire *wire, int port, unsigned count)
{
    c->wire = wire;
    c->port = port;
    c->epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    c->clients = calloc(count, sizeof(*c->clients));
    c->speakers = calloc(count, sizeof(*c->speakers));
    if (c->epoll_fd < 0 || c->clients == NULL || c->speakers == NULL) {
        crowd_fail("no memory for %u clients", count);
    }
}

/* ---- logging in ---- */

static void write_all(const struct client *client, const char *bytes, size_t n)
{
    ssize_t sent = client->secure != NULL ? secure_send(client->secure, bytes, n)
                                          : send(client->fd, bytes, n, MSG_NOSIGNAL | MSG_DONTWAIT);

    if (sent != (ssize_t)n) {
        crowd_fail("a write of %zu bytes: %s", n, sent < 0 ? strerror(errno) : "the server does not read");
    }
}

static int connect_one(const struct crowd *c, enum crowd_role role)
{
    struct sockaddr_in sa = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)c->port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1, small = STUCK_RCVBUF;

    for (int i = 0; i < CONNECT_RETRIES; i++) {
        int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

        if (fd < 0) {
            crowd_fail("a socket: %s", strerror(errno));
        }
        if (role == CROWD_STUCK) {
            setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small));
        }
        if (connect(fd, (struct sockaddr *)&sa, sizeof(sa)) == 0) {
            struct linger reset = {.l_onoff = 1, .l_linger = 0};

            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
            /* Close with a reset: thousands of ports in TIME_WAIT would be missing in the next run. */
            setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
            fcntl(fd, F_SETFL, O_NONBLOCK);
            return fd;
        }
        if (errno != ECONNREFUSED) {
            crowd_fail("cannot connect to port %d: %s", c->port, strerror(errno));
        }
        close(fd);
        usleep(10000);
    }
    crowd_fail("nobody listens on port %d", c->port);
}

void crowd_wait_for_server(const struct crowd *c)
{
    close(connect_one(c, CROWD_MEMBER));
    usleep(200000); /* the server completes its start, and notices the end of this connection */
}

/* Takes the next step of logging in, or completes it. */
static void log_in(struct crowd *c, unsigned i)
{
    struct client *client = &c->clients[i];
    char line[WIRE_LINE];
    size_t n = client->role == CROWD_SPEAKER ? 0 : wire_login(c->wire, client->step, i, client->room, line);

    if (n > 0) {
        write_all(client, line, n);
        return;
    }
    client->is_in = true;
    c->count_in++;
    if (client->role == CROWD_STUCK) {
        epoll_ctl(c->epoll_fd, EPOLL_CTL_DEL, client->fd, NULL);
    }
}

unsigned crowd_add(struct crowd *c, unsigned room, enum crowd_role role)
{
    unsigned i = c->count++;
    struct client *client = &c->clients[i];
    struct epoll_event ev = {.events = EPOLLIN, .data.u32 = i};

    *client = (struct client){.fd = connect_one(c, role), .room = room, .role = (uint8_t)role};
    if (c->is_secure) {
        client->secure = secure_begin(client->fd);
    }
    if (epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, client->fd, &ev) != 0) {
        crowd_fail("epoll: %s", strerror(errno));
    }
    log_in(c, i);
    return i;
}

static void complain_of_missing(const struct crowd *c)
{
    for (unsigned i = 0; i < c->count; i++) {
        if (!c->clients[i].is_in) {
            crowd_fail("%u of %u have not been let in, the first is %u, in step %d; its last bytes: %.*s",
                       c->count - c->count_in, c->count, i, c->clients[i].step, c->clients[i].tail_len,
                       c->clients[i].tail);
        }
    }
}

void crowd_wait_in(struct crowd *c, unsigned but)
{
    while (c->count_in + but < c->count) {
        if (crowd_turn(c, PATIENCE_MS) == 0) {
            complain_of_missing(c);
        }
    }
}

void crowd_settle(struct crowd *c, int quiet_ms)
{
    uint64_t quiet_since = meter_now_ns();

    while (meter_now_ns() - quiet_since < (uint64_t)quiet_ms * 1000000u) {
        if (crowd_turn(c, quiet_ms) > 0) {
            quiet_since = meter_now_ns();
        }
    }
}

void crowd_ignore(struct crowd *c, unsigned m, unsigned members, unsigned ignored)
{
    char line[WIRE_LINE];

    for (unsigned k = 1; k <= ignored; k++) {
        write_all(&c->clients[m], line, wire_ignore((m + k) % members, line));
        if (k % IGNORED_AT_ONCE == 0 || k == ignored) {
            crowd_turn(c, PATIENCE_MS);
        }
    }
}

/* ---- messages ---- */

void crowd_let_say(struct crowd *c, unsigned client, uint32_t n)
{
    if (c->clients[client].due == 0 && n > 0) {
        c->speakers[c->speakers_count++] = client;
    }
    c->clients[client].due += n;
}

static void say(struct crowd *c, unsigned i)
{
    struct client *client = &c->clients[i];
    uint64_t now = meter_now_ns();
    char bytes[SAY_AT_ONCE * WIRE_LINE];
    size_t n = 0;
    uint32_t said = 0;

    while (said < client->due && said < SAY_AT_ONCE) {
        struct flight *flight = &c->flights[c->next_number % CROWD_FLIGHTS];

        if (flight->left > 0) {
            crowd_fail("message %u is not done, %u others later", c->next_number - CROWD_FLIGHTS,
                       CROWD_FLIGHTS);
        }
        *flight = (struct flight){.sent_ns = now, .sender = i, .left = c->receivers};
        n += wire_say(c->wire, client->room, c->next_number++, c->text_bytes, bytes + n);
        said++;
    }
    c->outstanding += said;
    client->due -= said;
    write_all(client, bytes, n);
}

static void say_what_is_due(struct crowd *c)
{
    unsigned count = c->speakers_count, kept = 0;

    for (unsigned k = 0; k < count; k++) {
        unsigned i = c->speakers[k];

        say(c, i);
        if (c->clients[i].due > 0) {
            c->speakers[kept++] = i;
        }
    }
    c->speakers_count = kept;
}

static void arrive(struct crowd *c, uint32_t number, uint64_t now)
{
    struct flight *flight = &c->flights[number % CROWD_FLIGHTS];

    if (c->next_number - number - 1 >= CROWD_FLIGHTS || flight->left == 0) {
        crowd_fail("message %u came to more than it was for, or is none", number);
    }
    c->deliveries++;
    meter_times_add(&c->latency, now - flight->sent_ns);
    if (--flight->left == 0) {
        c->done++;
        c->outstanding--;
        if (c->refills) {
            crowd_let_say(c, flight->sender, 1);
        }
    }
}

/* ---- turns ---- */

static void end_of_server(const struct crowd *c, unsigned i, ssize_t got)
{
    const struct client *client = &c->clients[i];

    crowd_fail("the server ended connection %u of %u (%s); its last bytes: %.*s", i + 1, c->count,
               got < 0 ? strerror(errno) : "an end of file", client->tail_len, client->tail);
}

static void read_one(struct crowd *c, unsigned i)
{
    static char buf[WIRE_ANSWER + READ_BYTES];
    struct client *client = &c->clients[i];
    char *fresh = buf + client->tail_len;
    ssize_t got;
    const char *end;
    uint64_t now;

    memcpy(buf, client->tail, client->tail_len);
    got = client->secure != NULL ? secure_recv(client->secure, fresh, READ_BYTES)
                                 : recv(client->fd, fresh, READ_BYTES, 0);
    if (got <= 0) {
        if (got < 0 && errno == EAGAIN) {
            return;
        }
        end_of_server(c, i, got);
    }
    end = fresh + got;
    client->tail_len = (uint8_t)(end - buf < WIRE_ANSWER ? end - buf : WIRE_ANSWER);
    memcpy(client->tail, end - client->tail_len, client->tail_len);
    if (!client->is_in) {
        if (wire_is_answered(c->wire, client->step, buf, (size_t)(end - buf))) {
            client->tail_len = 0;
            client->step++;
            log_in(c, i);
        }
        return;
    }
    if (client->role != CROWD_MEMBER) {
        return;
    }
    now = meter_now_ns();
    for (const char *p = fresh, *mark;; p = mark + 1) {
        mark = memchr(p, WIRE_MARK, (size_t)(end - p));
        if (mark == NULL) {
            break;
        }
        if (mark - buf >= WIRE_DIGITS) {
            arrive(c, wire_number(mark), now);
        }
        c->reads += p == fresh;
    }
}

int crowd_turn(struct crowd *c, int timeout_ms)
{
    struct epoll_event events[EVENTS];
    uint64_t deadline = 0;
    int n;

    say_what_is_due(c);
    do {
        n = epoll_wait(c->epoll_fd, events, EVENTS, c->spins ? 0 : timeout_ms);
        if (n < 0 && errno != EINTR) {
            crowd_fail("epoll: %s", strerror(errno));
        }
        if (n <= 0 && c->spins && deadline == 0) {
            deadline = meter_now_ns() + (uint64_t)timeout_ms * 1000000u;
        }
    } while (n <= 0 && c->spins && meter_now_ns() < deadline);
    c->watched_is_ready = false;
    for (int k = 0; k < n; k++) {
        if (events[k].data.u32 == WATCHED) {
            c->watched_is_ready = true;
        } else {
            read_one(c, events[k].data.u32);
        }
    }
    say_what_is_due(c);
    return n < 0 ? 0 : n;
}

void crowd_watch(struct crowd *c, int fd)
{
    struct epoll_event ev = {.events = EPOLLIN, .data.u32 = WATCHED};

    if (epoll_ctl(c->epoll_fd, EPOLL_CTL_ADD, fd, &ev) != 0) {
        crowd_fail("epoll: %s", strerror(errno));
    }
}

void crowd_finish(struct crowd *c)
{
    c->refills = false;
    while (c->outstanding > 0) {
        if (crowd_turn(c, PATIENCE_MS) == 0) {
            crowd_fail("%u messages were not delivered to all", c->outstanding);
        }
    }
}
