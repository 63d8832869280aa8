/* tests/bench/flood.c: a crowd that wants a chat server to be busy with it: connections from many addresses of the
 * loopback network, 127.1.0.0 and up, as fast as asked or as the machine gives.
 *
 * One process, one thread.  Prints one line of key=value pairs. */
#include "config.h"

#include "meter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char usage[] =
    "Usage: flood --port PORT --kind go|reset|hold|drip|line [OPTION]...\n"
    "Connects to 127.0.0.1:PORT, again and again.\n"
    "\n"
    "  --kind go       and ends the connection at once\n"
    "  --kind reset    and resets it at once\n"
    "  --kind hold     and keeps the last --held connections, silently\n"
    "  --kind drip     and sends a byte a second on each of the last --held\n"
    "  --kind line     and sends a line that never ends, as fast as it is taken, on each of the last --held\n"
    "  --rate N        connections a second (20000)\n"
    "  --held N        how many are kept (4000)\n"
    "  --nets N        from how many networks of /24 they come (200)\n"
    "  --hosts N       from how many addresses of each (200)\n"
    "  --seconds S     how long (2)\n";

enum kind { GO, RESET, HOLD, DRIP, LINE, KINDS };

static const char *const kinds[KINDS] = {"go", "reset", "hold", "drip", "line"};

static struct options {
    int port;
    enum kind kind;
    unsigned rate, held, nets, hosts;
    double seconds;
} opt = {.kind = KINDS, .rate = 20000, .held = 4000, .nets = 200, .hosts = 200, .seconds = 2};

static int *held; /* a ring of descriptors; -1: none */
static uint64_t came, failed, bytes;

static void fail(const char *what)
{
    fprintf(stderr, "flood: %s: %s\n", what, strerror(errno));
    exit(1);
}

/* The n-th address that the crowd comes from. */
static struct sockaddr_in source(uint64_t n)
{
    uint32_t net = (uint32_t)(n % opt.nets), host = (uint32_t)(n / opt.nets % opt.hosts);

    return (struct sockaddr_in){.sin_family = AF_INET,
                                .sin_addr.s_addr = htonl((127u << 24 | 1u << 16) + (net << 8) + host + 1)};
}

static int come(void)
{
    struct sockaddr_in from = source(came + failed);
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)opt.port),
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;

    if (fd < 0) {
        fail("socket");
    }
    (void)setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof(on));
    if (bind(fd, (struct sockaddr *)&from, sizeof(from)) != 0 ||
        (connect(fd, (struct sockaddr *)&to, sizeof(to)) != 0 && errno != EINPROGRESS)) {
        close(fd);
        failed++;
        return -1;
    }
    came++;
    return fd;
}

static void end(int fd, bool is_reset)
{
    struct linger now = {.l_onoff = 1, .l_linger = 0};

    if (is_reset) {
        (void)setsockopt(fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
    }
    close(fd);
}

static void come_once(void)
{
    int fd = come(), *place = &held[came % opt.held];

    if (fd < 0) {
        return;
    }
    if (opt.kind == GO || opt.kind == RESET) {
        end(fd, opt.kind == RESET);
        return;
    }
    if (*place >= 0) {
        end(*place, true);
    }
    *place = fd;
}

/* Sends on part of the held connections, so that each has its turn once in a period. */
static void talk(unsigned first, unsigned last)
{
    static char text[4096];

    memset(text, 'x', sizeof(text));
    for (unsigned i = first; i < last; i++) {
        ssize_t n = held[i] < 0 ? 0 : send(held[i], text, opt.kind == DRIP ? 1 : sizeof(text), MSG_NOSIGNAL);

        if (n > 0) {
            bytes += (uint64_t)n;
        } else if (n < 0 && errno != EAGAIN) {
            end(held[i], true);
            held[i] = -1;
        }
    }
}

static void run(void)
{
    uint64_t since = meter_now_ns(), until = since + (uint64_t)(opt.seconds * 1e9), now;
    uint64_t tick = opt.kind == LINE ? 100000000 : 1000000000; /* each held connection has its turn in that time */
    unsigned talked = 0;

    while ((now = meter_now_ns()) < until) {
        uint64_t due = (uint64_t)((double)(now - since) * opt.rate / 1e9);
        unsigned turn = (unsigned)((now - since) % tick * opt.held / tick);

        for (int i = 0; i < 64 && came + failed < due; i++) {
            come_once();
        }
        if (opt.kind == DRIP || opt.kind == LINE) {
            if (turn < talked) {
                talk(talked, opt.held);
                talked = 0;
            }
            talk(talked, turn);
            talked = turn;
        }
        if (came + failed >= due) {
            (void)poll(NULL, 0, 1);
        }
    }
    printf("flood=%s connections=%llu failed=%llu bytes=%llu per_s=%.0f\n", kinds[opt.kind], (unsigned long long)came,
           (unsigned long long)failed, (unsigned long long)bytes,
           (double)came / ((double)(meter_now_ns() - since) / 1e9));
}

static void read_kind(const char *text)
{
    for (opt.kind = GO; opt.kind < KINDS && strcmp(kinds[opt.kind], text) != 0; opt.kind++) {
    }
}

static void read_options(int argc, char **argv)
{
    static const struct option list[] = {
        {"port", required_argument, NULL, 'p'}, {"kind", required_argument, NULL, 'k'},
        {"rate", required_argument, NULL, 'r'}, {"held", required_argument, NULL, 'd'},
        {"nets", required_argument, NULL, 'n'}, {"hosts", required_argument, NULL, 'h'},
        {"seconds", required_argument, NULL, 's'}, {NULL, 0, NULL, 0},
    };
    unsigned *const numbers[] = {['r'] = &opt.rate, ['d'] = &opt.held, ['n'] = &opt.nets, ['h'] = &opt.hosts};
    int c;

    while ((c = getopt_long(argc, argv, "", list, NULL)) != -1) {
        if (c == 'p') {
            opt.port = atoi(optarg);
        } else if (c == 'k') {
            read_kind(optarg);
        } else if (c == 's') {
            opt.seconds = atof(optarg);
        } else if (c != '?') {
            *numbers[c] = (unsigned)strtoul(optarg, NULL, 10);
        } else {
            break;
        }
    }
    if (opt.port <= 0 || opt.kind == KINDS || opt.rate == 0 || opt.held == 0 || opt.nets == 0 || opt.nets > 65000 ||
        opt.hosts == 0 || opt.hosts > 254 || c == '?') {
        fputs(usage, stderr);
        exit(2);
    }
}

int main(int argc, char **argv)
{
    struct rlimit files;

    read_options(argc, argv);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &files);
    }
    held = malloc(opt.held * sizeof(held[0]));
    if (held == NULL) {
        fail("malloc");
    }
    memset(held, 0xff, opt.held * sizeof(held[0]));
    run();
    return 0;
}
