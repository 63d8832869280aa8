/* tests/bench/load.c: puts a load on a chat server and measures what the server uses for it.
 *
 * One process, one thread; the server runs on another core.  Prints one line of key=value pairs. */
#include "config.h"

#include "crowd.h"
#include "paste.h"

#include <errno.h>
#include <getopt.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

enum { SETTLE_MS = 200, FIRST_IDLE = 16 };

static const char usage[] =
    "Usage: load --wire chatd|irc|redis|floor --port PORT --pid PID [OPTION]...\n"
    "       load --free-port\n"
    "Talks to the server PID at 127.0.0.1:PORT, and prints what that used.\n"
    "\n"
    "  --rooms N       rooms (1)\n"
    "  --receivers N   receivers of each message (500)\n"
    "  --window N      closed loop: messages in flight in each room (32)\n"
    "  --senders N     who say them, each the same number (as many as there are in flight)\n"
    "  --rate N        open loop instead: messages a second, over all rooms\n"
    "  --idle N        no messages: N members (over 16) in rooms of --receivers, 0: in one room\n"
    "  --at-once N     who log in at the same time (8)\n"
    "  --paste N       instead: each of --receivers members pastes N lines, and others wait for answers: chatd alone\n"
    "  --stuck N       members of the first room that never read (0)\n"
    "  --ignored N     others in the room whom each member ignores: chatd alone, in one room, one sender (0)\n"
    "  --warm N        messages before anything is measured (enough for 0.3 seconds)\n"
    "  --seconds S     how long it is measured (2)\n"
    "  --messages N    how many messages are measured, instead of --seconds\n"
    "  --tls           over TLS; the server's certificate is not checked\n"
    "  --spin          never sleep, so that the server need not wake the load\n"
    "  --free-port     print a port that nobody listens on\n";

static struct options {
    const struct wire *wire;
    int port;
    pid_t pid;
    unsigned rooms, receivers, window, senders, rate, idle, stuck, ignored, warm, messages, at_once, paste;
    double seconds;
    bool spins, is_secure;
} opt = {.rooms = 1, .receivers = 500, .window = 32, .at_once = 8, .seconds = 2};

static struct crowd crowd;
static unsigned server_descriptors; /* counted when all have logged in */

/* ---- measuring ---- */

struct reading {
    uint64_t wall_ns, cpu_ns, done, deliveries, reads;
};

static struct reading take(void)
{
    return (struct reading){.wall_ns = meter_now_ns(),
                            .cpu_ns = meter_cpu_ns(opt.pid),
                            .done = crowd.done,
                            .deliveries = crowd.deliveries,
                            .reads = crowd.reads};
}

static double us(uint64_t ns)
{
    return (double)ns / 1000;
}

static double ratio(double a, double b)
{
    return b > 0 ? a / b : 0;
}

static void tell(const struct reading *a, const struct reading *b)
{
    double wall_us = us(b->wall_ns - a->wall_ns), cpu_us = us(b->cpu_ns - a->cpu_ns);
    double deliveries = (double)(b->deliveries - a->deliveries);

    printf("messages=%llu deliveries=%.0f wall_s=%.3f cpu_us=%.3f cpu_per_delivery_us=%.4f busy=%.3f "
           "deliveries_per_s=%.0f batch=%.2f",
           (unsigned long long)(b->done - a->done), deliveries, wall_us / 1e6, cpu_us,
           ratio(cpu_us, deliveries), ratio(cpu_us, wall_us), ratio(deliveries * 1e6, wall_us),
           ratio(deliveries, (double)(b->reads - a->reads)));
    printf(" p50_us=%.1f p90_us=%.1f p99_us=%.1f p999_us=%.1f max_us=%.1f",
           us(meter_times_at(&crowd.latency, 0.5)), us(meter_times_at(&crowd.latency, 0.9)),
           us(meter_times_at(&crowd.latency, 0.99)), us(meter_times_at(&crowd.latency, 0.999)),
           us(crowd.latency.max_ns));
    printf(" rss_kb=%llu lost=%d\n", (unsigned long long)meter_rss_bytes(opt.pid) / 1024,
           (int)server_descriptors - (int)meter_descriptors(opt.pid));
}

/* ---- the crowd ---- */

static unsigned add(unsigned room, enum crowd_role role)
{
    unsigned i = crowd_add(&crowd, room, role);

    crowd_wait_in(&crowd, opt.at_once - 1);
    return i;
}

/* Fills the rooms; senders gets the numbers of the clients that will speak. */
static void gather(unsigned *senders)
{
    unsigned members = opt.receivers + (opt.wire->echoes ? 0 : 1);
    unsigned s = 0;

    crowd_init(&crowd, opt.wire, opt.port, opt.rooms * (members + opt.senders) + opt.stuck);
    crowd.receivers = opt.receivers;
    for (unsigned room = 0; room < opt.rooms; room++) {
        for (unsigned m = 0, next = 0; m < members; m++) {
            unsigned i = add(room, CROWD_MEMBER);

            /* Senders are spread over the room, so that no server's order of members favours them. */
            if (!opt.wire->publishes_apart && next < opt.senders && m == next * members / opt.senders) {
                senders[s++] = i;
                next++;
            }
        }
        for (unsigned k = 0; opt.wire->publishes_apart && k < opt.senders; k++) {
            senders[s++] = add(room, CROWD_SPEAKER);
        }
    }
    for (unsigned k = 0; k < opt.stuck; k++) {
        add(0, CROWD_STUCK);
    }
    crowd_wait_in(&crowd, 0);
    for (unsigned m = 0; opt.ignored > 0 && m < members; m++) {
        crowd_ignore(&crowd, m, members, opt.ignored);
    }
    crowd.receivers -= opt.ignored; /* that each one is by as many */
    crowd_settle(&crowd, SETTLE_MS);
}

/* ---- loads ---- */

/* Keeps the window full until so many messages are done or, if messages is 0, for so many seconds; then waits until all
 * messages are done. */
static void keep_window(const unsigned *senders, uint64_t messages, double seconds)
{
    uint64_t end_ns = meter_now_ns() + (uint64_t)(seconds * 1e9);
    uint64_t first = crowd.done;

    crowd.refills = true;
    for (unsigned i = 0; i < opt.rooms * opt.senders; i++) {
        unsigned share = opt.window / opt.senders + (i % opt.senders < opt.window % opt.senders ? 1 : 0);

        crowd_let_say(&crowd, senders[i], share);
    }
    while (messages > 0 ? crowd.done - first + crowd.outstanding < messages : meter_now_ns() < end_ns) {
        crowd_turn(&crowd, 1000);
    }
    crowd_finish(&crowd);
}

/* Says opt.rate messages a second, whether earlier ones are done or not. */
static void keep_rate(const unsigned *senders, uint64_t messages)
{
    struct itimerspec every = {.it_interval.tv_nsec = 1000000000 / opt.rate,
                               .it_value.tv_nsec = 1000000000 / opt.rate};
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
    uint64_t said = 0, ticks;

    if (fd < 0 || timerfd_settime(fd, 0, &every, NULL) != 0) {
        crowd_fail("a timer: %s", strerror(errno));
    }
    crowd_watch(&crowd, fd);
    while (said < messages) {
        crowd_turn(&crowd, 1000);
        if (crowd.watched_is_ready && read(fd, &ticks, sizeof(ticks)) == (ssize_t)sizeof(ticks)) {
            for (; ticks > 0 && said < messages; ticks--) {
                crowd_let_say(&crowd, senders[said++ % (opt.rooms * opt.senders)], 1);
            }
        }
    }
    close(fd);
    crowd_finish(&crowd);
}

static void run_messages(void)
{
    unsigned *senders = calloc(opt.rooms * opt.senders, sizeof(*senders));
    struct reading before, after;

    if (senders == NULL) {
        crowd_fail("no memory");
    }
    gather(senders);
    server_descriptors = meter_descriptors(opt.pid);
    /* The kernel holds megabytes for a client that does not read; long texts fill its buffers sooner. */
    crowd.text_bytes = opt.stuck > 0 ? WIRE_LONG : WIRE_TEXT;
    keep_window(senders, opt.warm, 0.3);
    crowd.text_bytes = WIRE_TEXT;
    crowd_settle(&crowd, SETTLE_MS);
    memset(&crowd.latency, 0, sizeof(crowd.latency));
    before = take();
    if (opt.rate > 0) {
        keep_rate(senders, opt.messages > 0 ? opt.messages : (uint64_t)(opt.rate * opt.seconds));
    } else {
        keep_window(senders, opt.messages, opt.seconds);
    }
    after = take();
    tell(&before, &after);
    free(senders);
}

static void run_idle(void)
{
    struct reading before, in, rested;
    double members = opt.idle - FIRST_IDLE;
    uint64_t empty, full;

    crowd_init(&crowd, opt.wire, opt.port, opt.idle);
    crowd_wait_for_server(&crowd);
    /* The first clients have the server load the code that it needs for any member. */
    for (unsigned i = 0; i < FIRST_IDLE; i++) {
        add(opt.receivers > 0 ? i / opt.receivers : 0, CROWD_MEMBER);
    }
    crowd_wait_in(&crowd, 0);
    crowd_settle(&crowd, SETTLE_MS);
    empty = meter_rss_bytes(opt.pid);
    before = take();
    for (unsigned i = FIRST_IDLE; i < opt.idle; i++) {
        add(opt.receivers > 0 ? i / opt.receivers : 0, CROWD_MEMBER);
    }
    crowd_wait_in(&crowd, 0);
    crowd_settle(&crowd, SETTLE_MS);
    in = take();
    full = meter_rss_bytes(opt.pid);
    crowd_settle(&crowd, (int)(opt.seconds * 1000));
    rested = take();
    printf("members=%u empty_kb=%llu rss_kb=%llu rss_per_member=%.0f login_us=%.3f login_wall_s=%.2f "
           "rest_us_per_s=%.2f\n",
           opt.idle, (unsigned long long)empty / 1024, (unsigned long long)full / 1024,
           ratio(full > empty ? (double)(full - empty) : 0, members), us(in.cpu_ns - before.cpu_ns) / members,
           us(in.wall_ns - before.wall_ns) / 1e6,
           ratio(us(rested.cpu_ns - in.cpu_ns), us(rested.wall_ns - in.wall_ns) / 1e6));
}

/* How long the answers take of one who is in another room than the crowd that pastes. */
static void run_paste(void)
{
    struct reading before, after;

    crowd_init(&crowd, opt.wire, opt.port, opt.receivers);
    crowd_wait_for_server(&crowd);
    for (unsigned i = 0; i < opt.receivers; i++) {
        add(0, CROWD_MEMBER);
    }
    crowd_wait_in(&crowd, 0);
    crowd_settle(&crowd, SETTLE_MS);
    before = take();
    paste_run(&crowd, opt.paste, opt.seconds, &crowd.latency);
    after = take();
    printf("members=%u lines=%u answers=%llu busy=%.3f p50_us=%.1f p99_us=%.1f max_us=%.1f\n", opt.receivers, opt.paste,
           (unsigned long long)crowd.latency.count,
           ratio(us(after.cpu_ns - before.cpu_ns), us(after.wall_ns - before.wall_ns)),
           us(meter_times_at(&crowd.latency, 0.5)), us(meter_times_at(&crowd.latency, 0.99)), us(crowd.latency.max_ns));
}

/* ---- the command line ---- */

static int print_free_port(void)
{
    struct sockaddr_in sa = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof(sa);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (fd < 0 || bind(fd, (struct sockaddr *)&sa, len) != 0 ||
        getsockname(fd, (struct sockaddr *)&sa, &len) != 0) {
        crowd_fail("no port is free: %s", strerror(errno));
    }
    printf("%d\n", ntohs(sa.sin_port));
    close(fd);
    return EXIT_SUCCESS;
}

static unsigned number(const char *text)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);

    if (end == text || *end != '\0' || n > 100000000) {
        crowd_fail("%s: a whole number was expected", text);
    }
    return (unsigned)n;
}

static void parse(int argc, char **argv)
{
    enum { WIRE = 1, PORT, PID, ROOMS, RECEIVERS, WINDOW, SENDERS, RATE, IDLE, STUCK, WARM, SECONDS, MESSAGES,
           AT_ONCE, SPIN, TLS, IGNORED, PASTE };
    static const struct option options[] = {
        {"wire", 1, NULL, WIRE},       {"port", 1, NULL, PORT},           {"pid", 1, NULL, PID},
        {"rooms", 1, NULL, ROOMS},     {"receivers", 1, NULL, RECEIVERS}, {"window", 1, NULL, WINDOW},
        {"senders", 1, NULL, SENDERS}, {"rate", 1, NULL, RATE},           {"idle", 1, NULL, IDLE},
        {"stuck", 1, NULL, STUCK},     {"warm", 1, NULL, WARM},           {"seconds", 1, NULL, SECONDS},
        {"messages", 1, NULL, MESSAGES}, {"at-once", 1, NULL, AT_ONCE},    {"spin", 0, NULL, SPIN},
        {"tls", 0, NULL, TLS},
        {"ignored", 1, NULL, IGNORED},     {"paste", 1, NULL, PASTE},
        {NULL, 0, NULL, 0},
    };
    unsigned *const numbers[] = {[ROOMS] = &opt.rooms, [RECEIVERS] = &opt.receivers, [WINDOW] = &opt.window,
                                 [SENDERS] = &opt.senders, [RATE] = &opt.rate, [IDLE] = &opt.idle,
                                 [STUCK] = &opt.stuck, [WARM] = &opt.warm, [MESSAGES] = &opt.messages,
                                 [AT_ONCE] = &opt.at_once, [IGNORED] = &opt.ignored,
                                 [PASTE] = &opt.paste};

    for (int c; (c = getopt_long(argc, argv, "", options, NULL)) != -1;) {
        if (c == WIRE) {
            opt.wire = wire_find(optarg);
        } else if (c == PORT) {
            opt.port = (int)number(optarg);
        } else if (c == PID) {
            opt.pid = (pid_t)number(optarg);
        } else if (c == SECONDS) {
            opt.seconds = strtod(optarg, NULL);
        } else if (c == SPIN) {
            opt.spins = true;
        } else if (c == TLS) {
            opt.is_secure = true;
        } else if (c != '?') {
            *numbers[c] = number(optarg);
        } else {
            opt.wire = NULL;
            break;
        }
    }
    if (opt.wire == NULL || opt.port == 0 || opt.pid == 0 || optind < argc || opt.rooms == 0 ||
        opt.window == 0 || opt.at_once == 0 ||
        (opt.ignored > 0 && (opt.rooms > 1 || opt.ignored >= opt.receivers)) ||
        (opt.idle > 0 && opt.idle <= FIRST_IDLE)) {
        fputs(usage, stderr);
        exit(EXIT_FAILURE);
    }
    if (opt.senders == 0 || opt.senders > opt.window) {
        opt.senders = opt.window;
    }
    if (!opt.wire->publishes_apart && opt.senders > opt.receivers) {
        opt.senders = opt.receivers > 0 ? opt.receivers : 1;
    }
    crowd.spins = opt.spins;
    crowd.is_secure = opt.is_secure;
}

int main(int argc, char **argv)
{
    struct rlimit files;

    if (argc == 2 && strcmp(argv[1], "--free-port") == 0) {
        return print_free_port();
    }
    parse(argc, argv);
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    if (opt.paste > 0) {
        run_paste();
    } else if (opt.idle > 0) {
        run_idle();
    } else {
        run_messages();
    }
    return EXIT_SUCCESS;
}
