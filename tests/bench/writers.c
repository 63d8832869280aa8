/* tests/bench/writers.c: measures how much faster several threads write a turn's lines than one.
 *
 *   writers [--writers N] [--from N] [--members 'N N'] [--messages 'N N'] [--rounds N] [--uring]
 *
 * Uses net/ as the daemon does, without a chat: lines of 80 bytes are queued for all members, and what is timed is
 * writing them, turn after turn, until no queue holds anything.  The members are TCP connections over loopback.  Their
 * other ends are in another process, which sleeps meanwhile, and reads everything between two measurements: the sockets
 * have room, and the readers need no processor.
 *
 * With --uring what is compared with one writer that calls send() are N writers, 1 as well, that use io_uring.
 *
 * One writer and N writers take turns.  Prints a line for each number of members and of messages: medians of the times,
 * the median of the ratios of neighbours with the values that 1 in 10 is below and above, the CPU time of all threads,
 * and the 10th percentiles, which a busy machine disturbs least, and the 99th. */
#include "config.h"

#include "base/clock.h"
#include "base/payload.h"
#include "loop.h"
#include "net/conn.h"
#include "net/flush.h"
#include "net/net.h"
#include "net/shares.h"

#include <arpa/inet.h>
#include <errno.h>
#include <event2/event.h>
#include <fcntl.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { LINE_BYTES = 80, MOST_MESSAGES = 256, FEW = 64, WRITES = 200000, LEAST_ROUNDS = 20, WARM = 5 };

static struct net net;
static struct clock the_clock;
static struct conn **conns;
static unsigned members;
static int to_readers, from_readers; /* pipes */

static _Noreturn void die(const char *what)
{
    fprintf(stderr, "writers: %s: %s\n", what, strerror(errno));
    exit(EXIT_FAILURE);
}

static double seconds(clockid_t which)
{
    struct timespec now;

    clock_gettime(which, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* ---- the other ends ---- */

static void read_all(const int *fds)
{
    static char buf[65536];

    for (unsigned i = 0; i < members; i++) {
        while (recv(fds[i], buf, sizeof(buf), MSG_DONTWAIT) > 0) {
        }
    }
}

/* In the other process: connects, then reads everything each time a byte comes, and answers it. */
static _Noreturn void be_readers(uint16_t port, int in, int out)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK), .sin_port = htons(port)};
    int *fds = calloc(members, sizeof(*fds));
    char byte;

    for (unsigned i = 0; i < members; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fds[i] < 0 || connect(fds[i], (const struct sockaddr *)&sa, sizeof(sa)) != 0) {
            die("connect");
        }
    }
    while (read(in, &byte, 1) == 1) {
        read_all(fds);
        if (write(out, &byte, 1) != 1) {
            break;
        }
    }
    _exit(EXIT_SUCCESS);
}

static void drain(void)
{
    char byte = 0;

    if (write(to_readers, &byte, 1) != 1 || read(from_readers, &byte, 1) != 1) {
        die("the readers");
    }
}

static void accept_all(int listener)
{
    struct addr peer = {0};
    int on = 1;

    conns = calloc(members, sizeof(struct conn *));
    for (unsigned i = 0; i < members; i++) {
        int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);

        if (fd < 0) {
            die("accept");
        }
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
        conns[i] = conn_new(&net, fd, &peer);
    }
}

/* Returns the process with the other ends. */
static pid_t connect_all(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(sa);
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), to[2], from[2];
    pid_t pid;

    if (listener < 0 || bind(listener, (const struct sockaddr *)&sa, len) != 0 || listen(listener, 4096) != 0 ||
        getsockname(listener, (struct sockaddr *)&sa, &len) != 0 || pipe2(to, O_CLOEXEC) != 0 ||
        pipe2(from, O_CLOEXEC) != 0) {
        die("listen");
    }
    pid = fork();
    if (pid < 0) {
        die("fork");
    }
    if (pid == 0) {
        close(to[1]);
        be_readers(ntohs(sa.sin_port), to[0], from[1]);
    }
    close(to[0]);
    close(from[1]);
    to_readers = to[1];
    from_readers = from[0];
    accept_all(listener);
    close(listener);
    return pid;
}

/* ---- measuring ---- */

struct sample {
    double wall, cpu;
};

static void queue(unsigned messages)
{
    char line[LINE_BYTES];

    memset(line, 'x', sizeof(line));
    for (unsigned m = 0; m < messages; m++) {
        struct payload *p = payload_new(line, sizeof(line), PAYLOAD_DROPPABLE);

        for (unsigned i = 0; i < members; i++) {
            conn_send(conns[i], p);
        }
        payload_unref(p);
    }
}

static struct sample write_all(unsigned messages)
{
    struct sample sample;

    queue(messages);
    clock_refresh(&the_clock);
    sample.cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    sample.wall = seconds(CLOCK_MONOTONIC);
    do {
        flush_run(&net);
    } while (net_has_work(&net));
    sample.wall = seconds(CLOCK_MONOTONIC) - sample.wall;
    sample.cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - sample.cpu;
    if (net.queued_bytes > 0) {
        fputs("writers: a socket had no room: fewer --messages are needed\n", stderr);
        exit(EXIT_FAILURE);
    }
    drain();
    return sample;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Sorts the numbers. */
static double at(double *numbers, unsigned count, double part)
{
    qsort(numbers, count, sizeof(*numbers), compare);
    return numbers[(unsigned)(part * (count - 1))];
}

static void measure(struct shares *shares, unsigned messages, unsigned rounds)
{
    net_write_list_fn *alone = net.write_list;
    double *wall[2], *cpu[2], *ratios = calloc(rounds, sizeof(double));
    double cpus[2] = {0};

    for (int way = 0; way < 2; way++) {
        wall[way] = calloc(rounds, sizeof(double));
        cpu[way] = calloc(rounds, sizeof(double));
    }
    for (unsigned round = 0; round < rounds + WARM; round++) {
        for (unsigned turn = 0; turn < 2; turn++) {
            unsigned way = (round + turn) % 2;
            struct sample sample;

            net.write_list = alone;
            if (way == 1) {
                shares_join(shares, &net);
            }
            sample = write_all(messages);
            if (round >= WARM) {
                wall[way][round - WARM] = sample.wall * 1e6;
                cpu[way][round - WARM] = sample.cpu * 1e6;
                cpus[way] += sample.cpu;
            }
        }
        if (round >= WARM) {
            ratios[round - WARM] = wall[1][round - WARM] / wall[0][round - WARM];
        }
    }
    net.write_list = alone;
    printf("members=%u messages=%u rounds=%u one_us=%.1f shared_us=%.1f ratio=%.3f low=%.3f high=%.3f cpu_ratio=%.3f "
           "one_p10_us=%.1f shared_p10_us=%.1f p10_ratio=%.3f one_p99_us=%.1f shared_p99_us=%.1f p99_ratio=%.3f\n",
           members, messages, rounds, at(wall[0], rounds, 0.5), at(wall[1], rounds, 0.5), at(ratios, rounds, 0.5),
           at(ratios, rounds, 0.1), at(ratios, rounds, 0.9), cpus[1] / cpus[0], at(wall[0], rounds, 0.1),
           at(wall[1], rounds, 0.1), at(wall[1], rounds, 0.1) / at(wall[0], rounds, 0.1), at(wall[0], rounds, 0.99),
           at(wall[1], rounds, 0.99), at(wall[1], rounds, 0.99) / at(wall[0], rounds, 0.99));
    fflush(stdout);
    for (int way = 0; way < 2; way++) {
        free(wall[way]);
        free(cpu[way]);
    }
    free(ratios);
}

/* All numbers of messages for so many members, in a process of its own. */
static void measure_members(unsigned count, const struct shares_spec *spec, const char *messages, unsigned rounds)
{
    struct net_limits limits = {.queue_bytes = 1 << 20, .memory_bytes = UINT64_C(1) << 40, .stall_ms = 86400000};
    struct event_base *base = loop_base_new(NULL);
    struct shares *shares;
    pid_t readers;
    char *end;

    members = count;
    clock_init(&the_clock);
    net_init(&net, base, &the_clock, &limits);
    readers = connect_all();
    shares = shares_new(spec);
    if (shares == NULL) {
        die("threads");
    }
    drain();
    for (unsigned long n; (n = strtoul(messages, &end, 10)) > 0; messages = end) {
        unsigned fit = rounds > 0 ? rounds : WRITES / members;

        measure(shares, n < MOST_MESSAGES ? (unsigned)n : MOST_MESSAGES, fit > LEAST_ROUNDS ? fit : LEAST_ROUNDS);
    }
    kill(readers, SIGKILL);
    waitpid(readers, NULL, 0);
    exit(EXIT_SUCCESS);
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"writers", 1, NULL, 'w'},  {"from", 1, NULL, 'f'},
                                            {"members", 1, NULL, 'm'},  {"messages", 1, NULL, 'n'},
                                            {"rounds", 1, NULL, 'r'},   {"uring", 0, NULL, 'u'},
                                            {NULL, 0, NULL, 0}};
    struct shares_spec spec = {.writers = 2, .from = FEW};
    const char *counts = "20 500 10000", *messages = "1 32";
    struct rlimit files;
    unsigned rounds = 0;
    int status = EXIT_SUCCESS;
    char *end;

    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        switch (c) {
        case 'w': spec.writers = (unsigned)atoi(optarg); break;
        case 'f': spec.from = (uint32_t)atoi(optarg); break;
        case 'm': counts = optarg; break;
        case 'n': messages = optarg; break;
        case 'r': rounds = (unsigned)atoi(optarg); break;
        case 'u': spec.has_uring = true; break;
        default: return EXIT_FAILURE;
        }
    }
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    for (unsigned long n; (n = strtoul(counts, &end, 10)) > 0; counts = end) {
        pid_t pid = fork();
        int how;

        if (pid == 0) {
            measure_members((unsigned)n, &spec, messages, rounds);
        }
        if (pid < 0 || waitpid(pid, &how, 0) != pid || how != 0) {
            status = EXIT_FAILURE;
        }
    }
    return status;
}
