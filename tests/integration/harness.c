/* tests/integration/harness.c: see harness.h.
 *
 * One poll() serves every wait: the client or the daemon that is waited for, and the logs of all daemons,
 * since a daemon whose log nobody reads loses lines of it. */
#include "config.h"

#include "harness.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <linux/sockios.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#if defined(__SANITIZE_ADDRESS__)
#define SLOWER 4
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define SLOWER 4
#endif
#endif
#ifndef SLOWER
#define SLOWER 1
#endif

enum {
    WAIT_MS = 10000 * SLOWER,
    MOST_ARGS = 64,
    MOST_DAEMONS = 32,
    SHOWN_BYTES = 6000, /* of what a client saw and of a log, in a failure */
};

struct bytes {
    char *data; /* NUL-terminated, never NULL once anything was added */
    size_t len, space;
};

struct daemon {
    struct daemon *next;
    pid_t pid;          /* 0 when it has been waited for */
    int err_fd, out_fd; /* -1: at their end */
    int status;
    bool is_awaited; /* by the test, which then judges the status */
    bool is_unread;  /* its log stays in the pipe */
    struct bytes log, output;
    size_t log_mark; /* behind what the last daemon_wait_log() found */
};

struct client {
    struct client *next;
    int fd;
    int number;
    bool is_unix;
    bool is_ended;
    int error; /* errno of the read that ended it, 0 for an orderly end */
    struct bytes in;
    size_t at;       /* up to here in has been looked at */
    size_t line_len; /* of the line last looked at */
};

struct kept {
    struct kept *next;
    char text[];
};

static struct daemon *daemons;
static struct client *clients;
static struct kept *kept;
static int clients_opened;
static char directory[64];
static const char *backend = "auto";
static const char *wrapping; /* NULL: daemons are started without a shell */
static bool has_passed;

/* ---- memory ---- */

static void *checked(void *p)
{
    if (p == NULL) {
        abort();
    }
    return p;
}

static void bytes_reserve(struct bytes *b, size_t more)
{
    if (b->len + more + 1 > b->space) {
        b->space = (b->len + more + 1) * 2;
        b->data = checked(realloc(b->data, b->space));
    }
}

static char *keep(size_t len)
{
    struct kept *k = checked(malloc(sizeof(*k) + len + 1));

    k->next = kept;
    k->text[len] = '\0';
    kept = k;
    return k->text;
}

static const char *keep_bytes(const char *s, size_t len)
{
    char *copy = keep(len);

    memcpy(copy, s, len);
    return copy;
}

const char *harness_text(const char *fmt, ...)
{
    va_list ap;
    char *text;
    int len;

    va_start(ap, fmt);
    len = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (len < 0) {
        abort();
    }
    const char *copy = keep_bytes(text, (size_t)len);
    free(text);
    return copy;
}

const char *harness_repeat(const char *s, size_t n)
{
    size_t len = strlen(s);
    char *text = keep(len * n);

    for (size_t i = 0; i < n; i++) {
        memcpy(text + i * len, s, len);
    }
    return text;
}

/* ---- failing ---- */

/* Each line after "# ", so that nothing that came over the wire can pass for a result of a test. */
static void show(const char *s, size_t len)
{
    fputs("#   ", stderr);
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)s[i];

        if (c == '\n') {
            fputs(i + 1 < len ? "\n#   " : "", stderr);
        } else if (c < ' ' || c == 0x7f || c == 0xff) {
            fprintf(stderr, "<%02X>", c);
        } else {
            fputc(c, stderr);
        }
    }
    fputc('\n', stderr);
}

static void show_titled(const char *title, const char *s, size_t len)
{
    fprintf(stderr, "# %s", title);
    if (len > SHOWN_BYTES) {
        fprintf(stderr, " (the last %d of %zu bytes)", SHOWN_BYTES, len);
        s += len - SHOWN_BYTES;
        len = SHOWN_BYTES;
    }
    fputs(":\n", stderr);
    show(len > 0 ? s : "(nothing)", len > 0 ? len : strlen("(nothing)"));
}

void harness_fail(const char *fmt, ...)
{
    va_list ap;
    char *text;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0) {
        abort();
    }
    va_end(ap);
    fprintf(stderr, "# on %s:\n", backend);
    show(text, strlen(text));
    free(text);
    fflush(stderr);
    fail();
    abort(); /* fail() does not return; the compiler does not know */
}

static void client_fail(struct client *c, const char *fmt, ...) __attribute__((format(printf, 2, 3), noreturn));

static void client_fail(struct client *c, const char *fmt, ...)
{
    va_list ap;
    char *text;

    va_start(ap, fmt);
    if (vasprintf(&text, fmt, ap) < 0) {
        abort();
    }
    va_end(ap);
    show_titled(harness_text("client %d saw", c->number), c->in.data, c->at);
    show_titled("and then", c->in.data + c->at, c->in.len - c->at);
    const char *why = harness_text("client %d: %s", c->number, text);
    free(text);
    harness_fail("%s", why);
}

/* ---- time ---- */

int harness_deadline_ms(void)
{
    const char *set = getenv("CHATD_TEST_DEADLINE_MS");

    return set != NULL ? atoi(set) : WAIT_MS;
}

int64_t harness_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static int64_t deadline(void)
{
    return harness_now_ms() + harness_deadline_ms();
}

const char *harness_backend(void)
{
    return backend;
}

/* ---- files ---- */

const char *harness_dir(void)
{
    if (directory[0] == '\0') {
        strcpy(directory, "/tmp/chatd-test.XXXXXX");
        if (mkdtemp(directory) == NULL) {
            directory[0] = '\0';
            harness_fail("mkdtemp: %s", strerror(errno));
        }
    }
    return directory;
}

const char *harness_file(const char *name, const char *text)
{
    const char *path = harness_text("%s/%s", harness_dir(), name);
    FILE *file = fopen(path, "we");

    if (file == NULL || fputs(text, file) == EOF || fclose(file) != 0) {
        harness_fail("%s: %s", path, strerror(errno));
    }
    return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* ---- waiting ---- */

/* Reads what is there; false at the end. */
static bool read_some(int fd, struct bytes *b)
{
    for (;;) {
        ssize_t n;

        bytes_reserve(b, 65536);
        n = read(fd, b->data + b->len, 65536);
        if (n <= 0) {
            b->data[b->len] = '\0';
            return n < 0 && (errno == EAGAIN || errno == EINTR);
        }
        b->len += (size_t)n;
        b->data[b->len] = '\0';
    }
}

static void read_pipe(int *fd, struct bytes *b)
{
    if (*fd >= 0 && !read_some(*fd, b)) {
        close(*fd);
        *fd = -1;
    }
}

static void pump_daemons(void)
{
    for (struct daemon *d = daemons; d != NULL; d = d->next) {
        if (!d->is_unread) {
            read_pipe(&d->err_fd, &d->log);
        }
        read_pipe(&d->out_fd, &d->output);
    }
}

/* Waits until fd is ready or some daemon has written something; false when the deadline has passed. */
static bool wait_for(int fd, short events, int64_t until)
{
    struct pollfd fds[1 + 2 * MOST_DAEMONS];
    nfds_t n = 0;
    int64_t left = until - harness_now_ms();

    fds[n++] = (struct pollfd){.fd = fd, .events = events}; /* a negative one is passed over */
    for (struct daemon *d = daemons; d != NULL; d = d->next) {
        fds[n++] = (struct pollfd){.fd = d->is_unread ? -1 : d->err_fd, .events = POLLIN};
        fds[n++] = (struct pollfd){.fd = d->out_fd, .events = POLLIN};
    }
    if (left <= 0) {
        return false;
    }
    if (poll(fds, n, (int)left) < 0 && errno != EINTR) {
        harness_fail("poll: %s", strerror(errno));
    }
    pump_daemons();
    return true;
}

/* ---- daemons ---- */

static void run_child(const char *const argv[], int out_fd, int err_fd)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL); /* not this process's choice, but what a shell would give it */
    dup2(null, STDIN_FILENO);
    dup2(out_fd, STDOUT_FILENO);
    dup2(err_fd, STDERR_FILENO);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static struct daemon *launch(const char *const argv[])
{
    struct daemon *d = checked(calloc(1, sizeof(*d)));
    int out[2], err[2], count = 0;

    for (const struct daemon *other = daemons; other != NULL; other = other->next) {
        count++;
    }
    if (count == MOST_DAEMONS || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
        harness_fail("too many daemons or descriptors");
    }
    bytes_reserve(&d->log, 1);
    bytes_reserve(&d->output, 1);
    d->log.data[0] = d->output.data[0] = '\0';
    fflush(NULL);
    d->pid = fork();
    if (d->pid == 0) {
        run_child(argv, out[1], err[1]);
    }
    close(out[1]);
    close(err[1]);
    if (d->pid < 0) {
        harness_fail("fork: %s", strerror(errno));
    }
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    d->out_fd = out[0];
    d->err_fd = err[0];
    d->next = daemons;
    daemons = d;
    return d;
}

static struct daemon *launch_with(bool with_defaults, const char *const args[])
{
    static const char *const defaults[] = {
        "-o", "server.listen=127.0.0.1:0", "-o", "server.name=test", "-o", "limits.connections_per_minute=0",
        "-o", "limits.clients_per_address=0", "-o", "flood.lines_per_second=0",
    };
    const char *argv[MOST_ARGS + 1];
    size_t n = 0;

    if (wrapping != NULL) {
        argv[n++] = "/bin/sh";
        argv[n++] = "-c";
        argv[n++] = harness_text("%s; exec \"$0\" \"$@\"", wrapping);
    }
    argv[n++] = getenv("CHATD") != NULL ? getenv("CHATD") : "./chatd";
    if (with_defaults) {
        for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
            argv[n++] = defaults[i];
        }
        argv[n++] = "-o";
        argv[n++] = harness_text("server.event_backend=%s", backend);
    }
    for (; *args != NULL; args++) {
        if (n == MOST_ARGS) {
            harness_fail("more than %d arguments for the daemon", MOST_ARGS);
        }
        argv[n++] = *args;
    }
    argv[n] = NULL;
    return launch(argv);
}

void daemon_wrap(const char *commands)
{
    wrapping = commands;
}

struct daemon *daemon_start_args(const char *const args[])
{
    struct daemon *d = launch_with(true, args);

    daemon_wait_ready(d);
    return d;
}

struct daemon *daemon_launch_args(const char *const args[])
{
    return launch_with(true, args);
}

struct daemon *daemon_launch_bare_args(const char *const args[])
{
    return launch_with(false, args);
}

static void wait_log_from(struct daemon *d, const char *text, size_t from)
{
    int64_t until = deadline();
    const char *found;

    while ((found = strstr(d->log.data + from, text)) == NULL) {
        if (d->err_fd < 0) {
            harness_fail("expected in the daemon's log: %s\nbut it has ended", text);
        }
        if (!wait_for(-1, 0, until)) {
            harness_fail("expected in the daemon's log: %s\nbut it did not come", text);
        }
    }
    d->log_mark = (size_t)(found - d->log.data) + strlen(text);
}

void daemon_wait_log(struct daemon *d, const char *text)
{
    wait_log_from(d, text, 0);
}

void daemon_wait_log_next(struct daemon *d, const char *text)
{
    wait_log_from(d, text, d->log_mark);
}

void daemon_wait_ready(struct daemon *d)
{
    daemon_wait_log(d, " ready version=");
}

void daemon_signal(struct daemon *d, int sig)
{
    if (d->pid == 0 || kill(d->pid, sig) != 0) {
        harness_fail("signal %d for a daemon that has ended", sig);
    }
}

/* False when it has not ended at the deadline. */
static bool await_end(struct daemon *d, int64_t until)
{
    int status;
    pid_t pid = 0;

    while (d->pid != 0 && (d->err_fd >= 0 || d->out_fd >= 0)) {
        if (!wait_for(-1, 0, until)) {
            return false;
        }
    }
    /* What has closed its log is about to end; it may take it a moment. */
    while (d->pid != 0 && (pid = waitpid(d->pid, &status, WNOHANG)) != d->pid) {
        if (pid < 0 || harness_now_ms() > until) {
            return false;
        }
        poll(NULL, 0, 1);
    }
    if (d->pid != 0) {
        d->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        d->pid = 0;
    }
    return true;
}

int daemon_wait(struct daemon *d)
{
    d->is_awaited = true;
    if (!await_end(d, deadline())) {
        harness_fail("expected the daemon to end, but it did not");
    }
    return d->status;
}

int daemon_stop(struct daemon *d, int sig)
{
    daemon_signal(d, sig);
    return daemon_wait(d);
}

pid_t daemon_pid(const struct daemon *d)
{
    return d->pid;
}

const char *daemon_address(const struct daemon *d, unsigned n)
{
    static const char before[] = " listening address=";
    const char *at = d->log.data;

    for (unsigned i = 0; at != NULL && i <= n; i++) {
        at = strstr(at, before);
        at = at != NULL ? at + strlen(before) : NULL;
    }
    if (at == NULL) {
        harness_fail("the log has no listening address number %u", n);
    }
    return keep_bytes(at, strcspn(at, " \n"));
}

const char *daemon_log(struct daemon *d)
{
    pump_daemons();
    return d->log.data;
}

const char *daemon_output(struct daemon *d)
{
    pump_daemons();
    return d->output.data;
}

unsigned daemon_count_log(struct daemon *d, const char *text)
{
    unsigned count = 0;

    for (const char *at = daemon_log(d); (at = strstr(at, text)) != NULL; at += strlen(text)) {
        count++;
    }
    return count;
}

void daemon_read_log(struct daemon *d, bool is_read)
{
    d->is_unread = !is_read;
    if (!is_read && fcntl(d->err_fd, F_SETPIPE_SZ, 4096) < 0) {
        harness_fail("making a pipe small: %s", strerror(errno));
    }
    pump_daemons();
}

long daemon_memory_kib(const struct daemon *d)
{
    FILE *file = fopen(harness_text("/proc/%d/statm", (int)d->pid), "re");
    long pages;

    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) {
        harness_fail("reading /proc/%d/statm: %s", (int)d->pid, strerror(errno));
    }
    fclose(file);
    return SLOWER > 1 ? 0 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}

unsigned daemon_descriptors(const struct daemon *d)
{
    DIR *dir = opendir(harness_text("/proc/%d/fd", (int)d->pid));
    unsigned count = 0;

    if (dir == NULL) {
        harness_fail("reading /proc/%d/fd: %s", (int)d->pid, strerror(errno));
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(dir);
    return count;
}

/* ---- clients: connecting ---- */

static socklen_t parse_address(const char *text, struct sockaddr_storage *ss)
{
    const char *colon = strrchr(text, ':');
    char host[64] = "";

    *ss = (struct sockaddr_storage){0};
    if (strncmp(text, "unix:", 5) == 0) {
        struct sockaddr_un *un = (struct sockaddr_un *)ss;

        un->sun_family = AF_UNIX;
        snprintf(un->sun_path, sizeof(un->sun_path), "%s", text + 5);
        return sizeof(*un);
    }
    if (colon == NULL || (size_t)(colon - text) >= sizeof(host)) {
        harness_fail("no address: %s", text);
    }
    memcpy(host, text + (text[0] == '['), (size_t)(colon - text) - (text[0] == '[' ? 2 : 0));
    if (text[0] == '[') {
        struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)ss;

        in6->sin6_family = AF_INET6;
        in6->sin6_port = htons((uint16_t)atoi(colon + 1));
        assert_int_equal(inet_pton(AF_INET6, host, &in6->sin6_addr), 1);
        return sizeof(*in6);
    }
    struct sockaddr_in *in = (struct sockaddr_in *)ss;

    in->sin_family = AF_INET;
    in->sin_port = htons((uint16_t)atoi(colon + 1));
    assert_int_equal(inet_pton(AF_INET, host, &in->sin_addr), 1);
    return sizeof(*in);
}

/* source: the address to come from; NULL: the system's choice. */
static struct client *open_at(const char *address, int rcvbuf, const char *source)
{
    struct client *c = checked(calloc(1, sizeof(*c)));
    struct sockaddr_storage ss;
    socklen_t len = parse_address(address, &ss);
    int one = 1;

    bytes_reserve(&c->in, 1);
    c->in.data[0] = '\0';
    c->number = ++clients_opened;
    c->is_unix = ss.ss_family == AF_UNIX;
    c->fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
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
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&ss, len) != 0) {
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

struct client *client_open_when_there(const char *address)
{
    struct sockaddr_storage ss;
    socklen_t len = parse_address(address, &ss);
    int64_t until = deadline();

    for (;;) {
        int fd = socket(ss.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
        int result = connect(fd, (struct sockaddr *)&ss, len);

        close(fd);
        if (result == 0 || harness_now_ms() > until) {
            return open_at(address, 0, NULL);
        }
        pump_daemons();
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

/* ---- clients: sending ---- */

void client_send_bytes(struct client *c, const void *data, size_t len)
{
    const char *at = data;
    int64_t until = deadline();

    while (len > 0) {
        ssize_t n = send(c->fd, at, len, MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN && errno != EINTR) {
            client_fail(c, "sending %zu bytes: %s", len, strerror(errno));
        }
        if (n < 0 && !wait_for(c->fd, POLLOUT, until)) {
            client_fail(c, "the daemon does not take %zu bytes more", len);
        }
        at += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
}

void client_send(struct client *c, const char *text)
{
    client_send_bytes(c, text, strlen(text));
}

void client_sendf(struct client *c, const char *fmt, ...)
{
    va_list ap;
    char *text;
    int len;

    va_start(ap, fmt);
    len = vasprintf(&text, fmt, ap);
    va_end(ap);
    if (len < 0) {
        abort();
    }
    const char *copy = keep_bytes(text, (size_t)len);
    free(text);
    client_send_bytes(c, copy, (size_t)len);
}

/* Of a unix socket the kernel tells how much the peer has not read yet; of TCP only what is not acknowledged. */
static void await_read(struct client *c)
{
    int64_t until = deadline();
    int unread = 0;

    while (ioctl(c->fd, SIOCOUTQ, &unread) == 0 && unread > 0) {
        if (harness_now_ms() > until) {
            client_fail(c, "the daemon does not read %d bytes", unread);
        }
        pump_daemons();
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

/* ---- clients: ending ---- */

static void client_free(struct client *c)
{
    struct client **link = &clients;

    while (*link != c) {
        link = &(*link)->next;
    }
    *link = c->next;
    if (c->fd >= 0) {
        close(c->fd);
    }
    free(c->in.data);
    free(c);
}

void client_half_close(struct client *c)
{
    shutdown(c->fd, SHUT_WR);
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

/* ---- clients: receiving ---- */

bool client_poll(struct client *c)
{
    pump_daemons();
    if (!c->is_ended && !read_some(c->fd, &c->in)) {
        c->is_ended = true;
        c->error = errno == EAGAIN ? 0 : errno;
    }
    return !c->is_ended;
}

/* More bytes or the end; false at the deadline. */
static bool client_wait(struct client *c, int64_t until)
{
    size_t before = c->in.len;

    while (!c->is_ended && c->in.len == before) {
        errno = 0;
        client_poll(c);
        if (!c->is_ended && c->in.len == before && !wait_for(c->fd, POLLIN, until)) {
            return false;
        }
    }
    return c->in.len > before;
}

/* The next line without its end; NULL at the end of the connection or at the deadline.  It can hold NULs when
 * telnet's answers stand in it: line_len is its length. */
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
    return keep_bytes(start, len);
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
    const char *line = next_line(c, deadline());

    if (line == NULL) {
        client_fail(c, "expected a line, but %s", how_it_is(c));
    }
    return line;
}

const char *client_expect(struct client *c, const char *text)
{
    int64_t until = deadline();
    const char *line;

    do {
        line = next_line(c, until);
        if (line == NULL) {
            client_fail(c, "expected a line with: %s\nbut %s", text, how_it_is(c));
        }
    } while (!line_holds(c, line, text));
    return line;
}

void client_expect_line(struct client *c, const char *line)
{
    int64_t until = deadline();
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
    const char *got = next_line(c, deadline());

    if (got == NULL) {
        client_fail(c, "expected next the line: %s\nbut %s", line, how_it_is(c));
    }
    if (strcmp(got, line) != 0) {
        client_fail(c, "expected next the line: %s\nbut it is:              %s", line, got);
    }
}

void client_expect_none(struct client *c, const char *text, const char *marker)
{
    int64_t until = deadline();
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

/* An answer that no other question has: the fault's text repeats the question. */
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
    int64_t until = deadline();
    size_t at = c->at;

    while (client_wait(c, until)) {
    }
    if (!c->is_ended) {
        client_fail(c, "expected the connection to end, but it did not");
    }
    c->at = c->in.len;
    return keep_bytes(c->in.data + at, c->in.len - at);
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
    int64_t until = deadline();
    const char *found;

    while ((found = memmem(c->in.data + c->at, c->in.len - c->at, data, len)) == NULL) {
        if (!client_wait(c, until)) {
            show_titled("expected bytes", data, len);
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

/* ---- around each test ---- */

static const char *report_in(const struct daemon *d)
{
    static const char *const reports[] = {"Sanitizer", "runtime error:", "chatd: bug:"};

    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        if (strstr(d->log.data, reports[i]) != NULL) {
            return reports[i];
        }
    }
    return NULL;
}

/* Null when all is well, else what is wrong. */
static const char *stop_in_order(struct daemon *d)
{
    if (d->pid != 0 && has_passed) {
        kill(d->pid, SIGTERM);
        if (!await_end(d, deadline())) {
            return "the daemon does not end on SIGTERM";
        }
    }
    if (d->pid != 0) {
        return "the test has failed";
    }
    if (!d->is_awaited && d->status != 0) {
        return harness_text("the daemon's exit status is %d", d->status);
    }
    if (report_in(d) != NULL) {
        return harness_text("the log holds: %s", report_in(d));
    }
    return has_passed ? NULL : "the test has failed";
}

static void kill_now(struct daemon *d)
{
    if (d->pid != 0) {
        kill(d->pid, SIGKILL);
        waitpid(d->pid, NULL, 0);
        pump_daemons();
    }
}

static void daemon_free(struct daemon *d)
{
    if (d->err_fd >= 0) {
        close(d->err_fd);
    }
    if (d->out_fd >= 0) {
        close(d->out_fd);
    }
    free(d->log.data);
    free(d->output.data);
    free(d);
}

/* Everything of a test is gone after this, whatever the test did. */
static bool clean_up(void)
{
    bool is_good = true;

    while (clients != NULL) {
        client_free(clients);
    }
    while (daemons != NULL) {
        struct daemon *d = daemons;
        const char *wrong = stop_in_order(d);

        if (wrong != NULL) {
            is_good = false;
            kill_now(d);
            fprintf(stderr, "# on %s: %s\n", backend, wrong);
            show_titled("the daemon's log", d->log.data, d->log.len);
        }
        daemons = d->next;
        daemon_free(d);
    }
    if (directory[0] != '\0') {
        nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        directory[0] = '\0';
    }
    clients_opened = 0;
    wrapping = NULL;
    while (kept != NULL) {
        struct kept *next = kept->next;

        free(kept);
        kept = next;
    }
    return is_good;
}

void harness_run_one(void **state)
{
    const struct harness_test *test = *state;

    has_passed = false;
    test->run();
    has_passed = true;
    /* Here, not only in the teardown, of which TAP tells nothing: the daemon's end is part of the test. */
    if (!clean_up()) {
        has_passed = false;
        harness_fail("the daemon did not end as it should");
    }
}

int harness_clean_up(void **state)
{
    (void)state;
    clean_up();
    return 0;
}

/* Leaves out the tests that one backend is enough for; the number of the others. */
static size_t without_once(struct CMUnitTest *tests, size_t count)
{
    size_t n = 0;

    for (size_t i = 0; i < count; i++) {
        const struct harness_test *test = tests[i].initial_state;

        if (!test->is_once) {
            tests[n++] = tests[i];
        }
    }
    return n;
}

int harness_run_all(const struct CMUnitTest *tests, size_t count)
{
    static const char *const backends[] = {"epoll", "poll", "select"};
    const char *only = getenv("CHATD_TEST_BACKEND");
    const char *filter = getenv("CHATD_TEST_FILTER");
    struct CMUnitTest *chosen = checked(calloc(count + 1, sizeof(*chosen)));
    size_t n = 0;
    int failed = 0;

    signal(SIGPIPE, SIG_IGN);
    for (size_t i = 0; i < count; i++) {
        if (filter == NULL || fnmatch(filter, tests[i].name, 0) == 0) {
            chosen[n++] = tests[i];
        }
    }
    for (size_t i = 0; i < sizeof(backends) / sizeof(backends[0]); i++) {
        if (n > 0 && (only == NULL || strcmp(only, backends[i]) == 0)) {
            backend = backends[i];
            failed += _cmocka_run_group_tests(backend, chosen, n, NULL, NULL);
            n = without_once(chosen, n);
        }
    }
    free(chosen);
    return failed > 0;
}
