/* Tests of base/log_file.h: a thread that writes to real files, and to a disk that is full. */
#include "config.h"

#include "base/log_file.h"

#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DEADLINE_MS = 120000, STAMP_BYTES = 31 /* "2026-11-21T12:00:00.123Z info  " */ };

static char dir[64];
static char path[96];  /* the log */
static char moved[96]; /* the path to which it is moved */
static char got[2 << 20];

static int set_up(void **state)
{
    (void)state;
    strcpy(dir, "/tmp/log_file_test.XXXXXX");
    if (mkdtemp(dir) == NULL) {
        return -1;
    }
    snprintf(path, sizeof(path), "%s/log", dir);
    snprintf(moved, sizeof(moved), "%s/log.1", dir);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    log_close();
    log_file_finish(DEADLINE_MS);
    unlink(path);
    unlink(moved);
    return rmdir(dir);
}

static void open_log(void)
{
    char err[256] = "";
    struct log_sink *sink = log_file_open(path, err, sizeof(err));

    assert_string_equal(err, "");
    assert_non_null(sink);
    log_use(sink);
}

/* Waits for the end as long as the disk needs: log_close() gives up after some seconds. */
static void close_log(void)
{
    log_close();
    log_file_finish(DEADLINE_MS);
}

static const char *text_of(const char *file)
{
    int fd = open(file, O_RDONLY);
    ssize_t n = fd >= 0 ? read(fd, got, sizeof(got) - 1) : 0;

    assert_true(n >= 0 && n < (ssize_t)sizeof(got) - 1);
    got[n] = '\0';
    if (fd >= 0) {
        close(fd);
    }
    return got;
}

/* Waits until a file holds a text. */
static const char *wait_for(const char *file, const char *text)
{
    for (int i = 0; i < DEADLINE_MS / 2; i++) {
        if (strstr(text_of(file), text) != NULL) {
            return got;
        }
        poll(NULL, 0, 2);
    }
    fail_msg("%s never came to hold '%s' but is: %s", file, text, got);
    return NULL;
}

static int log_numbers(int from, int count)
{
    for (int n = from; n < from + count; n++) {
        log_info("line", LOG_NUM("n", n), LOG_STR("filler", "some text that makes it longer"));
    }
    return from + count;
}

/* Checks that text consists of whole lines, numbered in order from *next on; lines may be missing if a line reports
 * them as lost. */
static void check_story(char *text, int *next, int *times_lost)
{
    char *save = NULL;

    assert_true(text[0] == '\0' || text[strlen(text) - 1] == '\n');
    for (char *line = strtok_r(text, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        int n = 0;
        char end = '\0';

        assert_true(strlen(line) > STAMP_BYTES);
        if (sscanf(line + STAMP_BYTES, "log lines lost count=%d", &n) == 1) {
            assert_true(n > 0);
            *next += n;
            ++*times_lost;
        } else {
            if (sscanf(line + STAMP_BYTES, "line n=%d filler=\"some text that makes it longer%c", &n, &end) != 2 ||
                end != '"') {
                fail_msg("not a whole line: '%s'", line);
            }
            assert_int_equal(n, *next);
            ++*next;
        }
    }
}

/* ---- an ordinary life ---- */

static void lines_are_appended_and_all_of_them_at_the_end(void **state)
{
    int fd = open(path, O_WRONLY | O_CREAT, 0600);
    int next = 0, times_lost = 0;

    (void)state;
    assert_int_equal(write(fd, "before\n", 7), 7);
    close(fd);
    open_log();
    log_numbers(0, 5000);
    close_log();
    assert_memory_equal(text_of(path), "before\n", 7);
    check_story(got + 7, &next, &times_lost);
    assert_int_equal(times_lost, 0);
    assert_int_equal(next, 5000);
}

static void a_new_file_is_for_its_group_to_read(void **state)
{
    mode_t before = umask(0);
    struct stat st;

    (void)state;
    open_log();
    umask(before);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 07777, 0640);
}

static void what_is_no_file_is_refused_with_its_path(void **state)
{
    char err[256] = "";
    char want[256];

    (void)state;
    snprintf(want, sizeof(want), "%s: Is a directory", dir);
    assert_null(log_file_open(dir, err, sizeof(err)));
    assert_string_equal(err, want);
    assert_null(log_file_open("/nowhere/log", err, sizeof(err)));
    assert_string_equal(err, "/nowhere/log: No such file or directory");
    assert_int_equal(mkfifo(path, 0600), 0);
    snprintf(want, sizeof(want), "%s: is no file", path);
    assert_null(log_file_open(path, err, sizeof(err))); /* it does not wait for a reader */
    assert_string_equal(err, want);
}

static void no_thread_and_no_descriptor_is_left_behind(void **state)
{
    int lowest;

    (void)state;
    open_log();
    close_log();
    lowest = dup(STDIN_FILENO);
    for (int i = 0; i < 20; i++) {
        open_log();
        log_info("x");
        log_reopen();
    }
    close_log();
    close(lowest);
    assert_int_equal(dup(STDIN_FILENO), lowest);
    close(lowest);
    text_of(path);
    for (int i = 0; i < 20; i++) { /* log_close() returned after each had written all */
        char *line = strstr(got, " x\n");

        assert_non_null(line);
        line[1] = '-';
    }
}

/* ---- rotation ---- */

static void a_file_moved_away_is_opened_anew_and_no_line_is_lost(void **state)
{
    int next = 0, times_lost = 0;

    (void)state;
    open_log();
    log_numbers(0, 100);
    wait_for(path, "n=99 ");
    assert_int_equal(rename(path, moved), 0);
    log_numbers(100, 100);
    wait_for(moved, "n=199 "); /* until the log is opened anew, it goes on in the old file */
    log_reopen();
    log_numbers(200, 100);
    close_log();
    text_of(moved);
    check_story(got, &next, &times_lost);
    assert_int_equal(next, 200);
    text_of(path);
    check_story(got, &next, &times_lost);
    assert_int_equal(next, 300);
    assert_int_equal(times_lost, 0);
}

static void a_file_that_cannot_be_opened_anew_is_gone_on_with(void **state)
{
    (void)state;
    open_log();
    log_info("one");
    wait_for(path, " one\n");
    assert_int_equal(rename(path, moved), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    log_reopen();
    wait_for(moved, " error log file not opened anew path=/tmp/");
    log_info("two");
    wait_for(moved, " two\n");
    assert_int_equal(rmdir(path), 0);
    log_reopen();
    log_info("three");
    wait_for(path, " three\n");
    assert_null(strstr(text_of(moved), "three"));
}

/* ---- a disk in trouble ---- */

static void set_file_size(rlim_t size)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = size < limit.rlim_max ? size : limit.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static void wait_for_losses(uint64_t more_than)
{
    for (int i = 0; i < DEADLINE_MS && log_lost() <= more_than; i++) {
        poll(NULL, 0, 1);
    }
    assert_true(log_lost() > more_than);
}

/* The limit makes a write short, as a full disk does, and lets the next one fail. */
static void a_full_disk_tears_no_line_and_the_loss_is_told_when_there_is_room(void **state)
{
    uint64_t lost = log_lost();
    int next = 0, times_lost = 0, n;

    (void)state;
    open_log();
    n = log_numbers(0, 10);
    wait_for(path, "n=9 ");
    for (rlim_t size = 10001; size < 10150; size += 7) {
        set_file_size(size + 1000 * (rlim_t)times_lost);
        n = log_numbers(n, 300);
        wait_for_losses(lost);
        set_file_size(RLIM_INFINITY);
        close_log(); /* all lines are written, and the lost ones are reported */
        lost = log_lost();
        text_of(path);
        assert_int_equal(truncate(path, 0), 0);
        next = next < n - 300 ? next : n - 300;
        check_story(got, &next, &times_lost);
        assert_int_equal(next, n);
        assert_true(times_lost > 0);
        times_lost = 0;
        open_log();
    }
}

static void the_loss_is_told_without_waiting_for_another_line(void **state)
{
    uint64_t lost = log_lost();
    int next = 0, times_lost = 0;

    (void)state;
    set_file_size(5000);
    open_log();
    log_numbers(0, 1000);
    wait_for_losses(lost);
    set_file_size(RLIM_INFINITY);
    wait_for(path, " warn  log lines lost count=");
    wait_for(path, " error=\"File too large\"\n");
    close_log();
    text_of(path);
    check_story(got, &next, &times_lost);
    assert_int_equal(next, 1000);
}

static void a_device_without_room_takes_nothing_and_stops_nobody(void **state)
{
    uint64_t lost = log_lost();
    char err[256] = "";
    struct log_sink *sink = log_file_open("/dev/full", err, sizeof(err));

    (void)state;
    assert_non_null(sink);
    log_use(sink);
    log_numbers(0, 50);
    close_log();
    assert_int_equal(log_lost() - lost, 50);
}

/* A disk that stalls: the thread's write() waits until the test lets it go on. */
static atomic_int stall; /* 0: writes do not wait; 1: the next write to a file will; 2: one waits */
static int stalled_fd = -1;
static pthread_t loop_thread;
ssize_t __real_write(int fd, const void *data, size_t len);
ssize_t __wrap_write(int fd, const void *data, size_t len);

ssize_t __wrap_write(int fd, const void *data, size_t len)
{
    if (!pthread_equal(pthread_self(), loop_thread) && atomic_load(&stall) == 1) {
        char byte;

        atomic_store(&stall, 2);
        (void)!read(stalled_fd, &byte, 1);
        atomic_store(&stall, 0);
    }
    return __real_write(fd, data, len);
}

static void a_disk_that_stalls_stops_nobody_and_the_loss_is_told(void **state)
{
    int next = 0, times_lost = 0, n, gate[2];
    uint64_t lost = log_lost();

    (void)state;
    assert_int_equal(pipe(gate), 0);
    stalled_fd = gate[0];
    open_log();
    atomic_store(&stall, 1);
    n = log_numbers(0, 1);
    for (int i = 0; i < DEADLINE_MS && atomic_load(&stall) != 2; i++) {
        poll(NULL, 0, 1);
    }
    assert_int_equal(atomic_load(&stall), 2);
    n = log_numbers(n, 20000);
    assert_true(log_lost() > lost);
    log_use(NULL); /* a reload that moves the log does not wait either */
    assert_int_equal(write(gate[1], "x", 1), 1);
    log_file_finish(DEADLINE_MS);
    text_of(path);
    check_story(got, &next, &times_lost);
    assert_true(next > 100 && next < n);
    open_log();
    close_log(); /* reported by the next sink */
    next = times_lost = 0;
    text_of(path);
    check_story(got, &next, &times_lost);
    assert_true(times_lost > 0);
    assert_int_equal(next, n);
    close(gate[0]);
    close(gate[1]);
}

static void the_end_does_not_wait_for_ever(void **state)
{
    int gate[2];

    (void)state;
    assert_int_equal(pipe(gate), 0);
    stalled_fd = gate[0];
    open_log();
    atomic_store(&stall, 1);
    log_info("x");
    log_use(NULL);
    log_file_finish(50);
    assert_int_equal(write(gate[1], "x", 1), 1);
    log_file_finish(DEADLINE_MS);
    assert_non_null(strstr(text_of(path), " x\n"));
    close(gate[0]);
    close(gate[1]);
}

#define with_dir(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_dir(lines_are_appended_and_all_of_them_at_the_end),
        with_dir(a_new_file_is_for_its_group_to_read),
        with_dir(what_is_no_file_is_refused_with_its_path),
        with_dir(no_thread_and_no_descriptor_is_left_behind),
        with_dir(a_file_moved_away_is_opened_anew_and_no_line_is_lost),
        with_dir(a_file_that_cannot_be_opened_anew_is_gone_on_with),
        with_dir(a_full_disk_tears_no_line_and_the_loss_is_told_when_there_is_room),
        with_dir(the_loss_is_told_without_waiting_for_another_line),
        with_dir(a_device_without_room_takes_nothing_and_stops_nobody),
        with_dir(a_disk_that_stalls_stops_nobody_and_the_loss_is_told),
        with_dir(the_end_does_not_wait_for_ever),
    };

    loop_thread = pthread_self();
    signal(SIGPIPE, SIG_IGN);
    signal(SIGXFSZ, SIG_IGN); /* as the daemon does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
