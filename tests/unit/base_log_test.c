/* Tests of base/log.h, on real pipes, sockets, terminals and files. */
#include "config.h"

#include "base/log.h"
#include "base/log_stream.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

/* ---- reading what was logged ---------------------------------------------------------------------- */

static char got[1 << 20];
static int ends[2]; /* of the pipe or socket of one test: [0] is read, [1] is logged to */

/* Reads without waiting, and appends the bytes to got. */
static void drain(void)
{
    size_t len = strlen(got);
    ssize_t n;

    while ((n = read(ends[0], got + len, sizeof(got) - 1 - len)) > 0) {
        len += (size_t)n;
    }
    got[len] = '\0';
}

static int make_place(void **state, int made)
{
    (void)state;
    got[0] = '\0';
    if (made == 0) {
        fcntl(ends[0], F_SETFL, fcntl(ends[0], F_GETFL) | O_NONBLOCK);
    }
    return made;
}

static int make_pipe(void **state)
{
    return make_place(state, pipe2(ends, O_CLOEXEC));
}

static int make_socket(void **state)
{
    return make_place(state, socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends));
}

static int make_terminal(void **state)
{
    struct termios raw;

    ends[0] = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[0] < 0 || grantpt(ends[0]) != 0 || unlockpt(ends[0]) != 0) {
        return -1;
    }
    ends[1] = open(ptsname(ends[0]), O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (ends[1] < 0 || tcgetattr(ends[1], &raw) != 0) {
        return -1;
    }
    cfmakeraw(&raw); /* LF stays LF */
    return make_place(state, tcsetattr(ends[1], TCSANOW, &raw));
}

static int close_place(void **state)
{
    (void)state;
    log_close();
    close(ends[0]);
    if (ends[1] >= 0) {
        close(ends[1]);
    }
    return 0;
}

static void open_log(int fd, enum log_level level)
{
    log_use(log_stream_open(fd));
    log_set_level(level);
}

/* The text behind time and level in the only line that was logged. */
static const char *logged(void)
{
    size_t len;

    got[0] = '\0';
    drain();
    len = strlen(got);
    assert_true(len > 31 && got[len - 1] == '\n' && strchr(got, '\n') == got + len - 1);
    got[len - 1] = '\0';
    return got + strlen("2026-11-21T12:00:00.123Z info  ");
}

static void assert_value_at(int line, const char *value, const char *want)
{
    const char *line_got;

    log_info("v", LOG_STR("k", value));
    line_got = logged();
    if (strncmp(line_got, "v k=", 4) != 0 || strcmp(line_got + 4, want) != 0) {
        fail_msg("line %d: got '%s', not 'v k=%s'", line, line_got, want);
    }
}
#define assert_value(value, want) assert_value_at(__LINE__, value, want)

/* ---- what a line looks like ----------------------------------------------------------------------- */

static void line_is_time_level_phrase_and_pairs(void **state)
{
    regex_t re;

    (void)state;
    open_log(ends[1], LOG_LEVEL_DEBUG);
    log_error("first");
    log_warn("second thing", LOG_NUM("n", -5));
    log_info("third", LOG_NUM("min", INT64_MIN), LOG_STR("reason", "quit"), LOG_STR("peer", "[::1]:5000"));
    log_debug("fourth", LOG_NUM("max", INT64_MAX));
    drain();
#define STAMP "[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-6][0-9]\\.[0-9]{3}Z "
    assert_int_equal(regcomp(&re,
                             "^" STAMP "error first\n" STAMP "warn  second thing n=-5\n" STAMP
                             "info  third min=-9223372036854775808 reason=quit peer=\\[::1\\]:5000\n" STAMP
                             "debug fourth max=9223372036854775807\n$",
                             REG_EXTENDED | REG_NOSUB),
                     0);
    if (regexec(&re, got, 0, NULL, 0) != 0) {
        fail_msg("got: %s", got);
    }
    regfree(&re);
}

/* time() may be some milliseconds behind the clock that the log reads. */
static time_t now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec;
}

static void time_is_that_of_utc(void **state)
{
    char before[32];
    char after[32];
    time_t t = now();

    (void)state;
    setenv("TZ", "XYZ-5", 1);
    tzset();
    open_log(ends[1], LOG_LEVEL_INFO);
    strftime(before, sizeof(before), "%Y-%m-%dT%H:%M:%S", gmtime(&t));
    log_info("x");
    t = now();
    strftime(after, sizeof(after), "%Y-%m-%dT%H:%M:%S", gmtime(&t));
    logged();
    got[strlen(before)] = '\0';
    assert_true(strcmp(before, got) <= 0 && strcmp(got, after) <= 0);
    unsetenv("TZ");
    tzset();
}

static void plain_values_stand_as_they_are(void **state)
{
    (void)state;
    open_log(ends[1], LOG_LEVEL_INFO);
    assert_value("quit", "quit");
    assert_value("127.0.0.1:5000", "127.0.0.1:5000");
    assert_value("жанна-世界", "жанна-世界");
}

static void values_that_could_mislead_are_quoted_and_escaped(void **state)
{
    (void)state;
    open_log(ends[1], LOG_LEVEL_INFO);
    assert_value("", "\"\"");
    assert_value("two words", "\"two words\"");
    assert_value("a=b", "\"a=b\"");
    assert_value("say \"hi\"", "\"say \\\"hi\\\"\"");
    assert_value("back\\slash", "\"back\\\\slash\"");
    assert_value("x\n2026-11-21T12:00:00.123Z error forged", "\"x\\n2026-11-21T12:00:00.123Z error forged\"");
    assert_value("\r\t", "\"\\r\\t\"");
    assert_value("\x1b[31m\x7f\x01", "\"\\x1B[31m\\x7F\\x01\"");
    assert_value("a\xff\xc3(\xed\xa0\x80", "\"a\\xFF\\xC3(\\xED\\xA0\\x80\"");
    assert_value("\xc2\x85\xc2\x9b", "\"\\u{0085}\\u{009B}\"");
    assert_value("é\u202e\u2066\u2028\u2029", "\"é\\u{202E}\\u{2066}\\u{2028}\\u{2029}\"");
    assert_value("\ufeff\U0010ffff", "\"\\u{FEFF}\\u{10FFFF}\"");
}

static void long_values_are_cut_and_later_fields_stay(void **state)
{
    char value[5000];
    char want[1100];

    (void)state;
    open_log(ends[1], LOG_LEVEL_INFO);
    memset(value, 'x', sizeof(value) - 1);
    value[sizeof(value) - 1] = '\0';
    log_info("long", LOG_STR("a", value), LOG_NUM("b", 7));
    snprintf(want, sizeof(want), "long a=%.1024s... b=7", value);
    assert_string_equal(logged(), want);
    memcpy(value + 1023, "é", 2); /* the letter is not cut in the middle */
    log_info("long", LOG_STR("a", value), LOG_NUM("b", 7));
    snprintf(want, sizeof(want), "long a=%.1023s... b=7", value);
    assert_string_equal(logged(), want);
    value[0] = ' ';
    log_info("long", LOG_STR("a", value));
    snprintf(want, sizeof(want), "long a=\"%.1023s...\"", value);
    assert_string_equal(logged(), want);
}

static void line_never_exceeds_what_a_pipe_takes_at_once(void **state)
{
    char value[3000];

    (void)state;
    open_log(ends[1], LOG_LEVEL_INFO);
    for (size_t len = 2000; len < sizeof(value); len++) {
        const char *line;
        size_t line_len;

        memset(value, '\x01', len - 1000); /* four bytes each */
        memset(value + len - 1000, 'x', 1000);
        value[len - 1] = '\0';
        log_info("long", LOG_STR("a", value), LOG_STR("b", value), LOG_STR("c", value + 1900),
                 LOG_STR("d", value), LOG_STR("e", value), LOG_NUM("f", INT64_MIN), LOG_NUM("g", INT64_MIN));
        line = logged();
        line_len = strlen(got) + 1;
        assert_true(line_len <= 4000 && line_len > 3000);
        assert_non_null(strstr(line, "...\" b=\""));
    }
}

static void lines_above_the_level_are_not_written(void **state)
{
    (void)state;
    open_log(ends[1], LOG_LEVEL_WARN);
    log_info("no");
    log_debug("no");
    log_warn("yes");
    assert_string_equal(logged(), "yes");
    log_set_level(LOG_LEVEL_DEBUG);
    log_debug("yes");
    assert_string_equal(logged(), "yes");
    log_set_level(LOG_LEVEL_ERROR);
    log_warn("no");
    log_error("yes");
    assert_string_equal(logged(), "yes");
    log_set_level(LOG_LEVEL_INFO);
}

static void errno_is_kept(void **state)
{
    (void)state;
    open_log(ends[1], LOG_LEVEL_INFO);
    close(ends[0]);
    errno = ENOENT;
    log_info("to nobody");
    assert_int_equal(errno, ENOENT);
    ends[0] = open("/dev/null", O_RDONLY);
}

/* ---- where it goes -------------------------------------------------------------------------------- */

static void without_open_lines_go_to_standard_error(void **state)
{
    int real = dup(STDERR_FILENO);

    (void)state;
    dup2(ends[1], STDERR_FILENO);
    log_info("hello");
    log_close();
    dup2(real, STDERR_FILENO);
    close(real);
    assert_string_equal(logged(), "hello");
}

static void the_description_that_others_share_is_left_alone(void **state)
{
    int before = fcntl(ends[1], F_GETFL);

    (void)state;
    open_log(ends[1], LOG_LEVEL_INFO);
    log_info("x");
    assert_int_equal(fcntl(ends[1], F_GETFL), before);
    log_close();
    assert_int_equal(fcntl(ends[1], F_GETFL), before);
    assert_int_equal(close(ends[1]), 0); /* log_close() has left it open */
    ends[1] = -1;
    drain();
    assert_int_equal(read(ends[0], got, 1), 0); /* no other writer is left open */
}

static void files_are_appended_to(void **state)
{
    char path[] = "/tmp/base_log_test.XXXXXX";

    (void)state;
    ends[0] = -1;
    ends[1] = mkstemp(path);
    assert_true(ends[1] >= 0);
    open_log(ends[1], LOG_LEVEL_INFO);
    log_info("one");
    log_info("two");
    ends[0] = open(path, O_RDONLY);
    unlink(path);
    got[0] = '\0';
    drain();
    assert_non_null(strstr(got, " one\n"));
    assert_non_null(strstr(got, " two\n"));
}

/* ---- a reader that is behind ---------------------------------------------------------------------- */

/* Logs lines, numbered from first, until some are certainly lost; returns the number of the next line. */
static int log_until_full(int first)
{
    int n = first;

    for (; n < first + 20000; n++) {
        log_info("line", LOG_NUM("n", n), LOG_STR("filler", "some text that makes it longer"));
    }
    return n;
}

/* Checks that got consists of whole lines, numbered in order from *next on; a line that reports lost lines counts for
 * them. *next is then the number after the last. */
static void check_story(int *next, int *times_lost)
{
    char *save = NULL;

    assert_true(got[0] == '\0' || got[strlen(got) - 1] == '\n');
    for (char *line = strtok_r(got, "\n", &save); line != NULL; line = strtok_r(NULL, "\n", &save)) {
        const char *text = line + strlen("2026-11-21T12:00:00.123Z info  ");
        int n = 0;
        char end = '\0';

        assert_true(strlen(line) > 31);
        if (sscanf(text, "log lines lost count=%d", &n) == 1) {
            assert_true(n > 0);
            *next += n;
            ++*times_lost;
        } else {
            if (sscanf(text, "line n=%d filler=\"some text that makes it longer%c", &n, &end) != 2 ||
                end != '"') {
                fail_msg("not a whole line: '%s'", line);
            }
            assert_int_equal(n, *next);
            ++*next;
        }
    }
    got[0] = '\0';
}

/* The whole test: fill, read all, log more, read all. */
static void check_full_place(void)
{
    int logged_lines;
    int next = 0;
    int times_lost = 0;

    open_log(ends[1], LOG_LEVEL_INFO);
    logged_lines = log_until_full(0);
    drain();
    assert_true(strlen(got) > 0 && strlen(got) < sizeof(got) / 2);
    log_info("line", LOG_NUM("n", logged_lines++), LOG_STR("filler", "some text that makes it longer"));
    drain();
    check_story(&next, &times_lost);
    assert_true(times_lost > 0);
    assert_int_equal(next, logged_lines);

    times_lost = 0;
    logged_lines = log_until_full(logged_lines);
    drain();
    log_close(); /* reports the lines that are not reported yet */
    drain();
    check_story(&next, &times_lost);
    assert_true(times_lost > 0);
    assert_int_equal(next, logged_lines);
}

static void full_pipe_does_not_block_and_the_loss_is_told_when_drained(void **state)
{
    (void)state;
    check_full_place();
}

static void full_socket_does_not_block_and_the_loss_is_told_when_drained(void **state)
{
    (void)state;
    check_full_place();
}

static void full_terminal_does_not_block_and_no_line_is_torn(void **state)
{
    (void)state;
    check_full_place();
}

static void full_pipe_that_cannot_be_opened_anew_does_not_block_either(void **state)
{
    struct rlimit limit;
    rlim_t before;
    int lowest = dup(ends[1]);

    (void)state;
    close(lowest);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    before = limit.rlim_cur;
    limit.rlim_cur = (rlim_t)lowest; /* EMFILE for the next open() */
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    check_full_place();
    limit.rlim_cur = before;
    setrlimit(RLIMIT_NOFILE, &limit);
}

static void slow_reader_gets_whole_lines_in_order(void **state)
{
    int next = 0;
    int times_lost = 0;
    int n = 0;
    uint32_t pause = 7;

    (void)state;
    fcntl(ends[1], F_SETPIPE_SZ, 4096);
    open_log(ends[1], LOG_LEVEL_INFO);
    for (int round = 0; round < 300; round++) {
        pause = pause * 1103515245 + 12345;
        for (uint32_t i = pause >> 16 & 127; i > 0; i--) {
            log_info("line", LOG_NUM("n", n++), LOG_STR("filler", "some text that makes it longer"));
        }
        drain();
        check_story(&next, &times_lost);
    }
    log_close();
    drain();
    check_story(&next, &times_lost);
    assert_int_equal(next, n);
    assert_true(times_lost > 10);
}

static void loss_is_told_in_the_next_place_when_not_in_the_first(void **state)
{
    int first[2] = {ends[0], ends[1]};
    const char *told;

    open_log(ends[1], LOG_LEVEL_INFO);
    log_until_full(0);
    assert_int_equal(make_pipe(state), 0);
    open_log(ends[1], LOG_LEVEL_INFO);
    log_close();
    told = logged();
    close(first[0]);
    close(first[1]);
    assert_int_equal(strncmp(told, "log lines lost count=", 21), 0);
}

static void reader_that_is_gone_is_survived(void **state)
{
    (void)state;
    open_log(ends[1], LOG_LEVEL_INFO);
    close(ends[0]);
    ends[0] = -1;
    for (int i = 0; i < 3; i++) {
        log_info("to nobody");
    }
    log_close();
}

#define on_a(place, test) cmocka_unit_test_setup_teardown(test, make_##place, close_place)

int main(void)
{
    const struct CMUnitTest tests[] = {
        on_a(pipe, line_is_time_level_phrase_and_pairs),
        on_a(pipe, time_is_that_of_utc),
        on_a(pipe, plain_values_stand_as_they_are),
        on_a(pipe, values_that_could_mislead_are_quoted_and_escaped),
        on_a(pipe, long_values_are_cut_and_later_fields_stay),
        on_a(pipe, line_never_exceeds_what_a_pipe_takes_at_once),
        on_a(pipe, lines_above_the_level_are_not_written),
        on_a(pipe, errno_is_kept),
        on_a(pipe, without_open_lines_go_to_standard_error),
        on_a(pipe, the_description_that_others_share_is_left_alone),
        cmocka_unit_test_teardown(files_are_appended_to, close_place),
        on_a(pipe, full_pipe_does_not_block_and_the_loss_is_told_when_drained),
        on_a(socket, full_socket_does_not_block_and_the_loss_is_told_when_drained),
        on_a(terminal, full_terminal_does_not_block_and_no_line_is_torn),
        on_a(pipe, full_pipe_that_cannot_be_opened_anew_does_not_block_either),
        on_a(pipe, slow_reader_gets_whole_lines_in_order),
        on_a(pipe, loss_is_told_in_the_next_place_when_not_in_the_first),
        on_a(pipe, reader_that_is_gone_is_survived),
    };

    signal(SIGPIPE, SIG_IGN); /* as the daemon does */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
