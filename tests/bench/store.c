/* tests/bench/store.c: measures the store: lines per second, the loop's cost of a line, and the time of reads
 * meanwhile.
 *
 *   store [--seconds S] [--rate N] [--folder DIR]
 *
 * The calling thread takes the place of the loop: in turns of a millisecond it adds as many lines as the rate asks for
 * (or, if that is 0, as many as are taken), runs the writer's queues and reaps its jobs.  The lane's thread writes to
 * the disk, as in the daemon.  At the end all lines are written, the database is checked, and rooms are read and
 * searched.  Prints one key=value line for each figure. */
#include "config.h"

#include "base/clock.h"
#include "base/lane.h"
#include "base/turn.h"
#include "store/db.h"
#include "store/integrity.h"
#include "store/rows_read.h"
#include "store/writer.h"

#include <getopt.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { ROOMS = 100, PEOPLE = 1000, WORDS = 20000, WORD_BYTES = 12, TEXT_BYTES = 400, SYNC_MS = 200, END_MS = 600000 };

static char words[WORDS][WORD_BYTES];
static char rooms[ROOMS][16], people[PEOPLE][16];
static uint64_t seed = 88172645463325252u;
static double slowest_turn_ms;

static uint64_t draw(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static double now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Makes a text in which few words are common and most are rare, as in texts that people write. */
static size_t make_text(char *text)
{
    uint64_t count = 3 + draw(12);
    size_t len = 0;

    for (uint64_t i = 0; i < count; i++) {
        double r = (double)draw(100000) / 1e5;

        len += (size_t)snprintf(text + len, TEXT_BYTES - len, "%s%s", i > 0 ? " " : "",
                                words[(size_t)(r * r * r * r * WORDS)]);
    }
    return len;
}

static void make_names(void)
{
    for (int i = 0; i < WORDS; i++) {
        uint64_t len = 2 + draw(WORD_BYTES - 3);

        for (uint64_t k = 0; k < len; k++) {
            words[i][k] = "etaoinshrdlucmfwypvbgkqjxz"[draw(26) * draw(26) / 26];
        }
    }
    for (int i = 0; i < ROOMS; i++) {
        snprintf(rooms[i], sizeof(rooms[i]), "room%d", i);
    }
    for (int i = 0; i < PEOPLE; i++) {
        snprintf(people[i], sizeof(people[i]), "person%d", i);
    }
}

static void kept(void *ctx, uint64_t upto)
{
    *(uint64_t *)ctx = upto;
}

static void state(void *ctx, enum db_fault fault, const char *why)
{
    (void)ctx;
    fprintf(stderr, "store: %s%s\n", fault != DB_OK ? "fails: " : "works again", why);
}

static const struct writer_events events = {.kept = kept, .state = state};

static bool add_line(struct writer *writer, uint64_t id, uint64_t *text_bytes)
{
    char text[TEXT_BYTES];
    size_t len = make_text(text);
    const char *room = rooms[draw(ROOMS)], *name = people[draw(PEOPLE)];

    *text_bytes += len;
    return writer_add(writer, &(struct parcel_item){.op = PARCEL_LINE,
                                                   .id = id,
                                                   .time_ms = (int64_t)(id >> 16),
                                                   .room = room,
                                                   .room_folded = room,
                                                   .kind = "say",
                                                   .name = name,
                                                   .folded = name,
                                                   .target = "",
                                                   .text = text,
                                                   .text_len = len});
}

static void run_queues(struct writer *writer, struct clock *clock, struct lane *lane, int wait_ms)
{
    struct pollfd bell = {.fd = lane_bell(lane), .events = POLLIN};

    clock->stale = true;
    if (poll(&bell, 1, wait_ms) > 0) {
        lane_reap(lane, NULL);
    }
    clock->stale = true;
    timeq_run(&writer->syncing, clock_ms(clock));
    timeq_run(&writer->retrying, clock_ms(clock));
}

/* Adds lines for so many seconds; *spent_ms is the time spent in writer_add() and on making the lines. */
static uint64_t add_lines(struct writer *writer, struct clock *clock, struct lane *lane, double seconds, double rate,
                          double *spent_ms, uint64_t *text_bytes)
{
    uint64_t first = (uint64_t)clock_real_ms(clock) << 16, count = 0;
    double begun = now_ms(), end = begun + seconds * 1e3, now = begun;

    while (now < end) {
        uint64_t due = rate > 0 ? (uint64_t)((now - begun) / 1e3 * rate) : count + 1000;
        bool is_full = false;
        double before = now_ms(), turn;

        while (count < due && !is_full) {
            is_full = !add_line(writer, first + count, text_bytes);
            count += !is_full;
        }
        *spent_ms += now_ms() - before;
        run_queues(writer, clock, lane, is_full || rate > 0 ? 1 : 0);
        turn = now_ms() - before - 1;
        slowest_turn_ms = turn > slowest_turn_ms ? turn : slowest_turn_ms;
        now = now_ms();
    }
    return count;
}

static void read_rooms(struct db *db)
{
    double read_ms = 0, search_ms = 0, slowest_ms = 0;
    enum { READS = 200 };

    for (int i = 0; i < READS; i++) {
        struct rows_query query = {.room_folded = rooms[draw(ROOMS)], .max_lines = 50, .max_bytes = UINT64_MAX};
        struct rows_page page = {0};
        double begun = now_ms(), took;

        rows_read_page(db, &query, &page);
        parcel_fini(&page.lines);
        read_ms += now_ms() - begun;
        page = (struct rows_page){0};
        query.words = words[draw(WORDS)];
        begun = now_ms();
        rows_read_page(db, &query, &page);
        parcel_fini(&page.lines);
        took = now_ms() - begun;
        search_ms += took;
        slowest_ms = took > slowest_ms ? took : slowest_ms;
    }
    printf("read_ms=%.3f search_ms=%.3f search_slowest_ms=%.3f\n", read_ms / READS, search_ms / READS, slowest_ms);
}

static int measure(const char *path, double seconds, double rate)
{
    struct lane *lane = lane_new(&(struct lane_spec){.name = "store", .threads = 1, .most = 8, .drain_ms = END_MS});
    struct db *db = db_new(&(struct db_spec){.path = path, .busy_ms = 1000});
    struct strbuf report = {0};
    struct clock clock;
    struct writer writer;
    struct stat st;
    double begun = now_ms(), spent_ms = 0, took;
    uint64_t count, text_bytes = 0, upto = 0;
    enum db_fault fault = db_open(db);

    if (lane == NULL || fault != DB_OK) {
        fprintf(stderr, "store: %s\n", lane == NULL ? "no thread" : db_why(db));
        return 1;
    }
    clock_init(&clock);
    writer_init(&writer, lane, &clock, db, DB_OK,
                &(struct writer_limits){.sync_ms = SYNC_MS, .most_bytes = 32 << 20});
    writer.events = &events;
    writer.ctx = &upto;
    begun = now_ms();
    count = add_lines(&writer, &clock, lane, seconds, rate, &spent_ms, &text_bytes);
    if (writer_end(&writer, END_MS) != 0) {
        fprintf(stderr, "store: lines are lost\n");
        return 1;
    }
    took = now_ms() - begun;
    lane_free(lane);
    stat(path, &st);
    printf("lines=%" PRIu64 " lines_per_second=%.0f loop_ns_per_line=%.0f slowest_turn_ms=%.1f transactions=%" PRIu64
           " slowest_transaction_ms=%" PRIu64 " text_bytes_per_line=%.1f bytes_per_line=%.1f\n",
           count, (double)count / took * 1e3, spent_ms * 1e6 / (double)count, slowest_turn_ms, writer.stats.attempts,
           writer.stats.slowest_ms, (double)text_bytes / (double)count, (double)st.st_size / (double)count);
    if (integrity_check(path, NULL, &report) != INTEGRITY_WHOLE) {
        fprintf(stderr, "store: %s", strbuf_str(&report));
        return 1;
    }
    db = db_new(&(struct db_spec){.path = path});
    if (db_open(db) == DB_OK) {
        read_rooms(db);
    }
    db_free(db);
    return 0;
}

int main(int argc, char **argv)
{
    static const struct option options[] = {{"seconds", required_argument, NULL, 's'},
                                            {"rate", required_argument, NULL, 'r'},
                                            {"folder", required_argument, NULL, 'f'},
                                            {NULL, 0, NULL, 0}};
    const char *folder = "/tmp";
    double seconds = 5, rate = 0;
    char path[4096], extra[4200];
    int option, status;

    while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
        switch (option) {
        case 's':
            seconds = strtod(optarg, NULL);
            break;
        case 'r':
            rate = strtod(optarg, NULL);
            break;
        case 'f':
            folder = optarg;
            break;
        default:
            fprintf(stderr, "usage: store [--seconds S] [--rate N] [--folder DIR]\n");
            return 2;
        }
    }
    make_names();
    snprintf(path, sizeof(path), "%s/chatd-bench-%d.db", folder, (int)getpid());
    status = measure(path, seconds, rate);
    unlink(path);
    snprintf(extra, sizeof(extra), "%s-wal", path);
    unlink(extra);
    snprintf(extra, sizeof(extra), "%s-shm", path);
    unlink(extra);
    return status;
}
