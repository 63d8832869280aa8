/* tests/bench/paste.c: see paste.h. */
#include "config.h"

#include "paste.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
    ASK_EVERY_MS = 50,
    ASKERS = 20,
    QUESTIONS = 256, /* of one client, the most that may wait for their answers */
    LINE_BYTES = 48,
    LATE_MS = 20000, /* the longest wait for an answer */
    EVENTS = 256,
    READ_BYTES = 1 << 16,
    CROWD_NICE = 10, /* so that the crowd's reading does not delay the process that measures */
};

static const char answer_mark[] = "{\"type\":\"ok\",\"command\":\"time\"}\n";

/* ---- those who ask ---- */

struct asker {
    int fd;
    uint64_t asked_ns[QUESTIONS]; /* a ring */
    unsigned first, waiting;
    size_t matched; /* bytes of the mark that have come */
};

static struct asker askers[ASKERS];
static unsigned next_asker;
static unsigned waiting; /* questions of all */

static int connect_to(int port)
{
    struct sockaddr_in sa = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    if (fd < 0 || connect(fd, (struct sockaddr *)&sa, sizeof(sa)) != 0) {
        crowd_fail("cannot connect to port %d: %s", port, strerror(errno));
    }
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return fd;
}

static void ask(void)
{
    struct asker *a = &askers[next_asker++ % ASKERS];
    static const char question[] = "/time\n";

    if (a->waiting == QUESTIONS ||
        send(a->fd, question, sizeof(question) - 1, MSG_NOSIGNAL) != (ssize_t)sizeof(question) - 1) {
        crowd_fail("a question cannot be asked");
    }
    a->asked_ns[(a->first + a->waiting++) % QUESTIONS] = meter_now_ns();
    waiting++;
}

/* No part of the mark comes twice in it but for its first byte, so a mismatch begins anew. */
static void look_for_answers(struct asker *a, const char *bytes, size_t n, struct meter_times *times)
{
    for (size_t i = 0; i < n; i++) {
        if (bytes[i] != answer_mark[a->matched]) {
            a->matched = bytes[i] == answer_mark[0];
        } else if (++a->matched == sizeof(answer_mark) - 1) {
            a->matched = 0;
            if (a->waiting == 0) {
                crowd_fail("an answer to no question");
            }
            meter_times_add(times, meter_now_ns() - a->asked_ns[a->first]);
            a->first = (a->first + 1) % QUESTIONS;
            a->waiting--;
            waiting--;
        }
    }
}

static void read_answers(int timeout_ms, struct meter_times *times)
{
    struct pollfd p[ASKERS];
    char buf[4096];

    for (unsigned i = 0; i < ASKERS; i++) {
        p[i] = (struct pollfd){.fd = askers[i].fd, .events = POLLIN};
    }
    if (poll(p, ASKERS, timeout_ms > 0 ? timeout_ms : 0) <= 0) {
        return;
    }
    for (unsigned i = 0; i < ASKERS; i++) {
        ssize_t n = p[i].revents != 0 ? recv(askers[i].fd, buf, sizeof(buf), 0) : -1;

        if (n == 0) {
            crowd_fail("a client that asks was disconnected");
        }
        look_for_answers(&askers[i], buf, n > 0 ? (size_t)n : 0, times);
    }
}

/* Asks till the time is over, and waits for what is missing then. */
static void ask_until(uint64_t end_ns, struct meter_times *times)
{
    uint64_t next_ns = meter_now_ns(), now_ns;

    while ((now_ns = meter_now_ns()) < end_ns) {
        if (now_ns >= next_ns) {
            ask();
            next_ns += ASK_EVERY_MS * UINT64_C(1000000);
        }
        read_answers((int)((int64_t)(next_ns - meter_now_ns()) / 1000000) + 1, times);
    }
    while (waiting > 0) {
        if (meter_now_ns() > end_ns + LATE_MS * UINT64_C(1000000)) {
            crowd_fail("%u answers have not come", waiting);
        }
        read_answers(100, times);
    }
}

/* ready tells by a byte that the crowd may begin. */
static void run_askers(int port, double seconds, struct meter_times *times, int ready)
{
    static const char login[] = "/format json\n/join #elsewhere\n";
    struct meter_times *unused = calloc(1, sizeof(*unused));

    for (unsigned i = 0; i < ASKERS; i++) {
        askers[i].fd = connect_to(port);
        if (unused == NULL || send(askers[i].fd, login, sizeof(login) - 1, MSG_NOSIGNAL) < 0) {
            crowd_fail("those who ask cannot log in");
        }
        ask();
    }
    while (waiting > 0) {
        read_answers(1000, unused);
    }
    if (write(ready, "r", 1) != 1) {
        crowd_fail("the crowd is gone");
    }
    ask_until(meter_now_ns() + (uint64_t)(seconds * 1e9), times);
}

/* ---- the crowd ---- */

static void paste(const struct crowd *c, unsigned lines)
{
    char *text = malloc((size_t)lines * LINE_BYTES);

    for (unsigned i = 0; text != NULL && i < c->count; i++) {
        size_t n = 0;

        for (unsigned k = 0; k < lines; k++) {
            n += (size_t)snprintf(text + n, LINE_BYTES, "line %u of a paste by client %u\n", k, i);
        }
        if (send(c->clients[i].fd, text, n, MSG_NOSIGNAL) != (ssize_t)n) {
            crowd_fail("a paste of %zu bytes is not taken", n);
        }
    }
    free(text);
}

static void read_all_until(const struct crowd *c, uint64_t end_ns)
{
    static char buf[READ_BYTES];
    struct epoll_event events[EVENTS];

    while (meter_now_ns() < end_ns) {
        int n = epoll_wait(c->epoll_fd, events, EVENTS, 10);

        for (int i = 0; i < n; i++) {
            if (recv(c->clients[events[i].data.u32].fd, buf, sizeof(buf), 0) == 0) {
                crowd_fail("the server has closed a connection");
            }
        }
    }
}

void paste_run(struct crowd *c, unsigned lines, double seconds, struct meter_times *answers)
{
    struct meter_times *times = mmap(NULL, sizeof(*times), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    int ready[2], status;
    char byte;
    pid_t pid;

    if (times == MAP_FAILED || pipe(ready) != 0) {
        crowd_fail("no memory");
    }
    pid = fork();
    if (pid == 0) {
        run_askers(c->port, seconds, times, ready[1]);
        _exit(EXIT_SUCCESS);
    }
    close(ready[1]);
    if (pid < 0 || read(ready[0], &byte, 1) != 1) {
        crowd_fail("nobody asks");
    }
    setpriority(PRIO_PROCESS, 0, CROWD_NICE);
    paste(c, lines);
    read_all_until(c, meter_now_ns() + (uint64_t)(seconds * 1e9));
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != EXIT_SUCCESS) {
        crowd_fail("those who ask have failed");
    }
    *answers = *times;
    munmap(times, sizeof(*times));
    close(ready[0]);
}
