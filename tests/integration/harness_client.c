/* tests/integration/harness_client.c: see harness.h: clients. */
#include "config.h"

#include "harness.h"

#include "harness_priv.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

struct client {
    struct client *next;
    int fd;
    struct client_layer *layer; /* NULL if there is none */
    int number;
    bool is_unix;
    bool is_ended;
    int error; /* errno of the read that failed; 0 for an orderly end */
    struct bytes in;
    size_t at;       /* the test has read in up to here */
    size_t line_len; /* of the last line */
};

static struct client *clients;
static int clients_opened;

static void client_fail(struct client *c, const char *fmt, ...)
    __attribute__((format(printf, 2, 3), noreturn));

static void client_fail(struct client *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    const char *why = harness_vtext(fmt, ap);
    va_end(ap);
    harness_show(harness_text("client %d saw", c->number), c->in.data, c->at);
    harness_show("and then", c->in.data + c->at, c->in.len - c->at);
    harness_fail("client %d: %s", c->number, why);
}

/* ---- connecting ---- */

/* An address of any family. */
union address {
    struct sockaddr any;
    struct sockaddr_in in;
    struct sockaddr_in6 in6;
    struct sockaddr_un un;
};

static socklen_t parse_address(const char *text, union address *at)
{
    const char *colon = strrchr(text, ':');
    char host[64] = "";

    memset(at, 0, sizeof(*at));
    if (strncmp(text, "unix:", 5) == 0) {
        at->un.sun_family = AF_UNIX;
        snprintf(at->un.sun_path, sizeof(at->un.sun_path), "%s", text + 5);
        return sizeof(at->un);
    }
    if (colon == NULL || (size_t)(colon - text) >= sizeof(host)) {
        harness_fail("no address: %s", text);
    }
    memcpy(host, text + (text[0] == '['), (size_t)(colon - text) - (text[0] == '[' ? 2 : 0));
    if (text[0] == '[') {
        at->in6.sin6_family = AF_INET6;
        at->in6.sin6_port = htons((uint16_t)atoi(colon + 1));
        assert_int_equal(inet_pton(AF_INET6, host, &at->in6.sin6_addr), 1);
        return sizeof(at->in6);
    }
    at->in.sin_family = AF_INET;
    at->in.sin_port = htons((uint16_t)atoi(colon + 1));
    assert_int_equal(inet_pton(AF_INET, host, &at->in.sin_addr), 1);
    return sizeof(at->in);
}

/* source is the client's address; NULL if the system chooses it. */
static struct client *open_at(const char *address, int rcvbuf, const char *source)
{
    struct client *c = harness_checked(calloc(1, sizeof(*c)));
    union address at;
    socklen_t len = parse_address(address, &at);
    int one = 1;

    harness_reserve(&c->in, 1);
    c->in.data[0] = '\0';
    c->number = ++clients_opened;
    c->is_unix = at.any.sa_family == AF_UNIX;
    c->fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    c->next = clients;
    clients = c;
    if (c->fd >= 0 && !c->is_unix) {
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
    }
    if (c->fd >= 0 && rcvbuf > 0) {
        setsockopt(c->fd, SOL_SOCKET, SO_RCVBUF, &rcvbuf, sizeof(rcvbuf));
    }
    if (c->fd >= 0 && source != NULL) {
        struct sockaddr_in from = {.sin_family = AF_INET};

        assert_int_equal(inet_pton(AF_INET, source, &from.sin_addr), 1);
        if (bind(c->fd, (struct sockaddr *)&from, sizeof(from)) != 0) {
            harness_fail("coming from %s: %s", source, strerror(errno));
        }
    }
    if (c->fd < 0 || connect(c->fd, &at.any, len) != 0) {
        harness_fail("connecting to %s: %s", address, strerror(errno));
    }
    fcntl(c->fd, F_SETFL, O_NONBLOCK);
    return c;
}

struct client *client_open(struct daemon *d)
{
    return open_at(daemon_address(d, 0), 0, NULL);
}

struct client *client_open_small(struct daemon *d, int rcvbuf)
{
    return open_at(daemon_address(d, 0), rcvbuf, NULL);
}

struct client *client_open_at(const char *address)
{
    return open_at(address, 0, NULL);
}

struct client *client_open_small_at(const char *address, int rcvbuf)
{
    return open_at(address, rcvbuf, NULL);
}

struct client *client_open_when_there(const char *address)
{
    union address at;
    socklen_t len = parse_address(address, &at);
    int64_t until = harness_deadline();

    for (;;) {
        int fd = socket(at.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int result = connect(fd, &at.any, len);

        close(fd);
        if (result == 0 || harness_now_ms() > until) {
            return open_at(address, 0, NULL);
        }
        harness_pump();
        sched_yield();
    }
}

struct client *client_open_from(const char *address, const char *source)
{
    return open_at(address, 0, source);
}

void client_take_name(struct client *c, const char *name)
{
    client_sendf(c, "/nick %s\n", name);
    client_expect_line(c, harness_text("-- You are now %s.", name));
}

struct client *client_join(struct daemon *d, const char *name)
{
    struct client *c = client_open(d);

    client_take_name(c, name);
    return c;
}

int client_fd(const struct client *c)
{
    return c->fd;
}

void client_set_layer(struct client *c, struct client_layer *layer)
{
    c->layer = layer;
}

struct client_layer *client_layer(const struct client *c)
{
    return c->layer;
}

/* ---- sending ---- */

/* Returns false and sets errno if the daemon has ended the connection before all was sent. */
static bool send_all(struct client *c, const void *data, size_t len)
{
    const char *at = data;
    int64_t until = harness_deadline();

    while (len > 0) {
        ssize_t n = c->layer != NULL ? c->layer->send(c->layer, at, len) : send(c->fd, at, len, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            return false;
        }
        if (n < 0 && !harness_wait(c->fd, POLLOUT, until)) {
            client_fail(c, "the daemon does not take %zu bytes more", len);
        }
        at += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

void client_send_bytes(struct client *c, const void *data, size_t len)
{
    if (!send_all(c, data, len)) {
        client_fail(c, "sending %zu bytes: %s", len, strerror(errno));
    }
}

void client_pour(struct client *c, const void *data, size_t len)
{
    if (!send_all(c, data, len) && errno != EPIPE && errno != ECONNRESET) {
        client_fail(c, "sending %zu bytes: %s", len, strerror(errno));
    }
}

void client_send(struct client *c, const char *text)
{
    client_send_bytes(c, text, strlen(text));
}

void client_sendf(struct client *c, const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    client_send(c, harness_vtext(fmt, ap));
    va_end(ap);
}

/* For a unix socket the kernel tells how many bytes the peer has not read; for TCP only how many are not
 * acknowledged. */
static void await_read(struct client *c)
{
    int64_t until = harness_deadline();
    int unread = 0;

    while (ioctl(c->fd, SIOCOUTQ, &unread) == 0 && unread > 0) {
        if (harness_now_ms() > until) {
            client_fail(c, "the daemon does not read %d bytes", unread);
        }
        harness_pump();
        sched_yield();
    }
}

void client_send_pieces(struct client *c, const void *data, size_t len, size_t piece)
{
    const char *at = data;

    for (size_t n; len > 0; at += n, len -= n) {
        n = len < piece ? len : piece;
        client_send_bytes(c, at, n);
        if (c->is_unix) {
            await_read(c);
        }
    }
}

void client_send_urgent(struct client *c, char byte)
{
    if (send(c->fd, &byte, 1, MSG_OOB | MSG_NOSIGNAL) != 1) {
        client_fail(c, "sending urgent data: %s", strerror(errno));
    }
}

/* ---- ending ---- */

static void client_free(struct client *c)
{
    struct client **link = &clients;

    while (*link != c) {
        link = &(*link)->next;
    }
    *link = c->next;
    if (c->layer != NULL) {
        c->layer->free(c->layer);
    }
    if (c->fd >= 0) {
        close(c->fd);
    }
    free(c->in.data);
    free(c);
}

void client_half_close(struct client *c)
{
    if (c->layer != NULL) {
        c->layer->half_close(c->layer);
    } else {
        shutdown(c->fd, SHUT_WR);
    }
}

void client_close(struct client *c)
{
    client_free(c);
}

void client_reset(struct client *c)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    client_free(c);
}

/* ---- receiving ---- */

/* As harness_read(). */
static bool read_layer(struct client *c)
{
    ssize_t n;

    do {
        harness_reserve(&c->in, 16384);
        n = c->layer->recv(c->layer, c->in.data + c->in.len, 16384);
        c->in.len += n > 0 ? (size_t)n : 0;
        c->in.data[c->in.len] = '\0';
    } while (n > 0);
    errno = n < 0 ? errno : 0;
    return errno == EAGAIN;
}

bool client_poll(struct client *c)
{
    harness_pump();
    if (!c->is_ended && !(c->layer != NULL ? read_layer(c) : harness_read(c->fd, &c->in))) {
        c->is_ended = true;
        c->error = errno == EAGAIN ? 0 : errno;
    }
    return !c->is_ended;
}

/* Waits for more bytes or the end; returns false at the deadline. */
static bool client_wait(struct client *c, int64_t until)
{
    size_t before = c->in.len;

    while (!c->is_ended && c->in.len == before) {
        errno = 0;
        client_poll(c);
        if (!c->is_ended && c->in.len == before && !harness_wait(c->fd, POLLIN, until)) {
            return false;
        }
    }
    return c->in.len > before;
}

/* The next line without its end; NULL at the end of the connection or at the deadline.  It can hold NULs if
 * telnet's answers are in it; line_len is its length. */
static const char *next_line(struct client *c, int64_t until)
{
    const char *start, *end;
    size_t len, scanned = c->at;

    while (c->in.len == scanned || (end = memchr(c->in.data + scanned, '\n', c->in.len - scanned)) == NULL) {
        scanned = c->in.len;
        if (!client_wait(c, until)) {
            return NULL;
        }
    }
    start = c->in.data + c->at;
    len = (size_t)(end - start);
    c->at += len + 1;
    len -= len > 0 && start[len - 1] == '\r';
    c->line_len = len;
    return harness_keep(start, len);
}

static bool line_holds(const struct client *c, const char *line, const char *text)
{
    return memmem(line, c->line_len, text, strlen(text)) != NULL;
}

static const char *how_it_is(const struct client *c)
{
    if (!c->is_ended) {
        return "it did not come";
    }
    return c->error == 0 ? "the daemon ended the connection" : "the connection was reset";
}

const char *client_line(struct client *c)
{
    const char *line = next_line(c, harness_deadline());

    if (line == NULL) {
        client_fail(c, "expected a line, but %s", how_it_is(c));
    }
    return line;
}

const char *client_expect(struct client *c, const char *text)
{
    int64_t until = harness_deadline();
    const char *line;

    do {
        line = next_line(c, until);
        if (line == NULL) {
            client_fail(c, "expected a line with: %s\nbut %s", text, how_it_is(c));
        }
    } while (!line_holds(c, line, text));
    return line;
}

void client_expect_helps(struct client *c, int count)
{
    static const char first[] = "-- /help [COMMAND", none[] = "/help all 1 asks again";

    for (int i = 0; i < count; i++) {
        int64_t until = harness_deadline();
        const char *line;

        do {
            line = next_line(c, until);
            if (line == NULL) {
                client_fail(c, "expected answers to %d /help all\nbut %s after %d of them", count, how_it_is(c), i);
            }
        } while (!line_holds(c, line, first) && !line_holds(c, line, none));
    }
}

void client_expect_line(struct client *c, const char *line)
{
    int64_t until = harness_deadline();
    const char *got;

    do {
        got = next_line(c, until);
        if (got == NULL) {
            client_fail(c, "expected the line: %s\nbut %s", line, how_it_is(c));
        }
    } while (strcmp(got, line) != 0);
}

void client_expect_next(struct client *c, const char *line)
{
    const char *got = next_line(c, harness_deadline());

    if (got == NULL) {
        client_fail(c, "expected next the line: %s\nbut %s", line, how_it_is(c));
    }
    if (strcmp(got, line) != 0) {
        client_fail(c, "expected next the line: %s\nbut it is:              %s", line, got);
    }
}

void client_expect_none(struct client *c, const char *text, const char *marker)
{
    int64_t until = harness_deadline();
    const char *line;

    do {
        line = next_line(c, until);
        if (line == NULL) {
            client_fail(c, "expected a line with: %s\nbut %s", marker, how_it_is(c));
        }
        if (line_holds(c, line, text)) {
            client_fail(c, "expected no line with: %s\nbut there is: %s", text, line);
        }
    } while (!line_holds(c, line, marker));
}

/* Sends a command and returns an answer that no other command gets: the error repeats the command. */
static const char *ask(struct client *c)
{
    static unsigned number;

    client_sendf(c, "/whois sync-%u\n", ++number);
    return harness_text("there is nobody called sync-%u here", number);
}

void client_sync(struct client *c)
{
    client_expect(c, ask(c));
}

void client_sync_without(struct client *c, const char *text)
{
    client_expect_none(c, text, ask(c));
}

const char *client_rest(struct client *c)
{
    int64_t until = harness_deadline();
    size_t at = c->at;

    while (client_wait(c, until)) {
    }
    if (!c->is_ended) {
        client_fail(c, "expected the connection to end, but it did not");
    }
    c->at = c->in.len;
    return harness_keep(c->in.data + at, c->in.len - at);
}

void client_expect_eof(struct client *c)
{
    client_rest(c);
    if (c->error != 0) {
        client_fail(c, "expected an orderly end, but it is: %s", strerror(c->error));
    }
}

void client_expect_bytes(struct client *c, const void *data, size_t len)
{
    int64_t until = harness_deadline();
    const char *found;

    while ((found = memmem(c->in.data + c->at, c->in.len - c->at, data, len)) == NULL) {
        if (!client_wait(c, until)) {
            harness_show("expected bytes", data, len);
            client_fail(c, "expected bytes, but %s", how_it_is(c));
        }
    }
    c->at = (size_t)(found - c->in.data) + len;
}

size_t client_count_bytes(struct client *c, const void *data, size_t len)
{
    const char *at = c->in.data, *end = at + c->in.len;
    size_t count = 0;

    while ((at = memmem(at, (size_t)(end - at), data, len)) != NULL) {
        at += len;
        count++;
    }
    return count;
}

const char *client_seen(const struct client *c)
{
    return c->in.data;
}

size_t client_seen_bytes(const struct client *c)
{
    return c->in.len;
}

/* ---- after the test ---- */

void harness_end_clients(void)
{
    while (clients != NULL) {
        client_free(clients);
    }
    clients_opened = 0;
}

void client_await_reader(struct client *c, int fifo)
{
    int64_t until = harness_deadline();
    int left;

    if (write(fifo, "\n", 1) != 1) {
        harness_fail("writing into the FIFO: %s", strerror(errno));
    }
    while (ioctl(fifo, FIONREAD, &left) == 0 && left > 0) {
        if (harness_now_ms() > until) {
            client_fail(c, "no process reads the FIFO");
        }
        client_sync(c);
    }
}
