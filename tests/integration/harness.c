/* tests/integration/harness.c: see harness.h: runs the tests, reports failures, cleans up. */
#include "config.h"

#include "harness.h"

#include "harness_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <ftw.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    WAIT_MS = 60000, /* long, for a busy machine; only a test that fails waits so long */
    SHOWN_BYTES = 6000, /* of a client's input and of a log, in the report of a failure */
};

struct kept {
    struct kept *next;
    char text[];
};

static struct kept *kept;
static char directory[64];
static const char *backend = "auto";
static bool has_passed;

/* ---- memory ---- */

void *harness_checked(void *p)
{
    if (p == NULL) {
        abort();
    }
    return p;
}

void harness_reserve(struct bytes *b, size_t more)
{
    if (b->len + more + 1 > b->space) {
        b->space = (b->len + more + 1) * 2;
        b->data = harness_checked(realloc(b->data, b->space));
    }
}

static char *keep(size_t len)
{
    struct kept *k = harness_checked(malloc(sizeof(*k) + len + 1));

    k->next = kept;
    k->text[len] = '\0';
    kept = k;
    return k->text;
}

const char *harness_keep(const char *s, size_t len)
{
    char *copy = keep(len);

    memcpy(copy, s, len);
    return copy;
}

const char *harness_vtext(const char *fmt, va_list ap)
{
    char *text;
    int len = vasprintf(&text, fmt, ap);

    if (len < 0) {
        abort();
    }
    const char *copy = harness_keep(text, (size_t)len);
    free(text);
    return copy;
}

const char *harness_text(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    const char *text = harness_vtext(fmt, ap);
    va_end(ap);
    return text;
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

/* Prints "# " before each line, so that received bytes cannot be taken for the result of a test. */
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

void harness_show(const char *title, const char *s, size_t len)
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

    va_start(ap, fmt);
    const char *text = harness_vtext(fmt, ap);
    va_end(ap);
    fprintf(stderr, "# on %s:\n", backend);
    show(text, strlen(text));
    fflush(stderr);
    fail();
    abort(); /* not reached: fail() does not return, which the compiler does not know */
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

int64_t harness_deadline(void)
{
    return harness_now_ms() + harness_deadline_ms();
}

const char *harness_backend(void)
{
    return backend;
}

/* All addresses of 127.0.0.0/8 belong to this machine.  127.0.0.1 is not used: connections come from it, and other
 * processes listen on it. */
const char *harness_own_ipv4(void)
{
    unsigned pid = (unsigned)getpid();

    return harness_text("127.%u.%u.%u", 64 + (pid >> 16 & 63), pid >> 8 & 255, pid & 255);
}

bool harness_has_ipv6(void)
{
    struct sockaddr_in6 loopback = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool has = fd >= 0 && bind(fd, (struct sockaddr *)&loopback, sizeof(loopback)) == 0;

    if (fd >= 0) {
        close(fd);
    }
    return has;
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

int harness_fifo(const char *name)
{
    const char *path = harness_text("%s/%s", harness_dir(), name);
    int fd = -1;

    unlink(path);
    if (mkfifo(path, 0600) == 0) {
        fd = open(path, O_RDWR | O_CLOEXEC); /* opens both ends, so that it does not wait for a reader */
    }
    if (fd < 0) {
        harness_fail("%s: %s", path, strerror(errno));
    }
    return fd;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

/* ---- around each test ---- */

/* Ends and frees everything of a test, whatever the test did. */
static bool clean_up(void)
{
    bool is_good;

    harness_end_clients();
    is_good = harness_end_daemons();
    harness_end_managers();
    if (directory[0] != '\0') {
        nftw(directory, remove_one, 16, FTW_DEPTH | FTW_PHYS);
        directory[0] = '\0';
    }
    while (kept != NULL) {
        struct kept *next = kept->next;

        free(kept);
        kept = next;
    }
    return is_good;
}

bool harness_has_passed(void)
{
    return has_passed;
}

void harness_run_one(void **state)
{
    const struct harness_test *test = *state;

    has_passed = false;
    test->run();
    has_passed = true;
    /* Here and not only in the teardown, whose failures TAP does not report: the daemon's end is part of the test. */
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

/* Removes the tests that run on one backend only; returns the number of the others. */
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
    struct CMUnitTest *chosen = harness_checked(calloc(count + 1, sizeof(*chosen)));
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
