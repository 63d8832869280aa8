/* Tests of base/log_journal.h, with a socket in place of the journal's. */
#include "config.h"

#include "base/log_journal.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/log_stream.h"
#include "base/timeq.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fake_logd journal;
static char got[300000];
static size_t got_len;

/* ---- the journal ---- */

static int set_up(void **state)
{
    (void)state;
    fake_logd_init(&journal);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_logd_fini(&journal);
    return 0;
}

static void open_journal(void)
{
    char err[256] = "";
    struct log_sink *sink = log_journal_open(journal.path, err, sizeof(err));

    assert_string_equal(err, "");
    assert_non_null(sink);
    log_use(sink);
}

/* Reads the next record; returns false if there is none. */
static bool receive(void)
{
    ssize_t n = recv(journal.fd, got, sizeof(got) - 1, 0);

    got_len = n > 0 ? (size_t)n : 0;
    got[got_len] = '\0';
    return n > 0;
}

/* The value of a field in the record, read as the journal reads it; *len is its length. */
static const char *field(const char *name, size_t *len)
{
    const char *p = got, *end = got + got_len;

    while (p < end) {
        size_t name_len = strcspn(p, "=\n");
        const char *value = p + name_len + 1;
        size_t value_len = 0;

        assert_true(value < end);
        if (p[name_len] == '=') {
            const char *line_end = memchr(value, '\n', (size_t)(end - value));

            assert_non_null(line_end);
            value_len = (size_t)(line_end - value);
        } else {
            for (int i = 7; i >= 0; i--) {
                value_len = value_len << 8 | (unsigned char)value[i];
            }
            value += 8;
        }
        assert_true(value + value_len < end && value[value_len] == '\n');
        if (name_len == strlen(name) && memcmp(p, name, name_len) == 0) {
            *len = value_len;
            return value;
        }
        p = value + value_len + 1;
    }
    return NULL;
}

static void assert_field_at(int line, const char *name, const char *want)
{
    size_t len = 0;
    const char *value = field(name, &len);

    if (value == NULL || len != strlen(want) || memcmp(value, want, len) != 0) {
        fail_msg("line %d: %s is '%.*s', not '%s'", line, name, (int)len, value != NULL ? value : "(missing)", want);
    }
}
#define assert_field(name, want) assert_field_at(__LINE__, name, want)

/* ---- records ---- */

static void a_record_has_message_priority_and_its_fields(void **state)
{
    size_t len;

    (void)state;
    open_journal();
    log_info("client closed", LOG_NUM("client", 12), LOG_STR("reason", "quit"), LOG_STR("name", "two words"),
             LOG_NUM("bytes_in", INT64_MIN), LOG_STR("room", ""));
    assert_true(receive());
    assert_field("MESSAGE", "client closed client=12 reason=quit name=\"two words\" bytes_in=-9223372036854775808 "
                            "room=\"\"");
    assert_field("PRIORITY", "6");
    assert_field("SYSLOG_IDENTIFIER", "chatd");
    assert_field("CHATD_CLIENT", "12");
    assert_field("CHATD_REASON", "quit");
    assert_field("CHATD_NAME", "two words");
    assert_field("CHATD_BYTES_IN", "-9223372036854775808");
    assert_field("CHATD_ROOM", "");
    assert_null(field("CHATD_ADDRESS", &len));
    assert_false(receive());
}

static void each_level_has_its_priority(void **state)
{
    (void)state;
    open_journal();
    log_set_level(LOG_LEVEL_DEBUG);
    log_error("e");
    log_warn("w");
    log_debug("d");
    log_set_level(LOG_LEVEL_INFO);
    log_debug("not this");
    assert_true(receive());
    assert_field("PRIORITY", "3");
    assert_field("MESSAGE", "e");
    assert_true(receive());
    assert_field("PRIORITY", "4");
    assert_true(receive());
    assert_field("PRIORITY", "7");
    assert_false(receive());
}

static void no_value_can_forge_a_field(void **state)
{
    static const char forged[] = "alice\nPRIORITY=0\nMESSAGE=the server is on fire\n";
    char longest[5000];

    (void)state;
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    longest[100] = '\n';
    open_journal();
    log_info("v", LOG_STR("name", forged), LOG_STR("long", longest), LOG_STR("odd", "\x1b[31m\xff="),
             LOG_STR("room", "\n"));
    assert_true(receive());
    assert_field("PRIORITY", "6");
    assert_field("CHATD_NAME", forged);
    assert_field("CHATD_LONG", longest); /* whole, unlike in the message */
    assert_field("CHATD_ODD", "\x1b[31m\xff=");
    assert_field("CHATD_ROOM", "\n");
    assert_non_null(strstr(got, "MESSAGE=v name=\"alice\\nPRIORITY=0\\nMESSAGE=the server is on fire\\n\" long="));
}

/* ---- a journal in trouble ---- */

/* Reads all records.  The numbers in their fields go on from *next; some may be missing if a record reports them as
 * lost. */
static void read_story(int *next, int *times_lost)
{
    while (receive()) {
        size_t len;
        const char *count = field("CHATD_COUNT", &len);

        if (count != NULL) {
            assert_field("PRIORITY", "4");
            *next += atoi(count);
            ++*times_lost;
        } else {
            assert_int_equal(atoi(field("CHATD_N", &len)), *next);
            ++*next;
        }
    }
}

static int log_numbers(int from, int count)
{
    for (int n = from; n < from + count; n++) {
        log_info("line", LOG_NUM("n", n));
    }
    return from + count;
}

static void a_journal_that_does_not_read_stops_nobody_and_the_loss_is_told(void **state)
{
    int next = 0, times_lost = 0, n;

    (void)state;
    open_journal();
    n = log_numbers(0, 100000);
    assert_true(log_lost() > 0);
    while (next < n) {
        int before = next;

        read_story(&next, &times_lost);
        if (next == before) {
            n = log_numbers(n, 1);
        }
        assert_true(next <= n && n < 150000);
    }
    assert_true(times_lost > 0);
}

/* Runs the queue as a loop's turns do, with no further line. */
static void what_waits_is_sent_by_and_by_and_nothing_of_a_burst_is_lost(void **state)
{
    struct clock clock = {.mono_ms = 1000};
    int next = 0, times_lost = 0, n;
    struct timeq *retrying;

    (void)state;
    open_journal();
    retrying = log_retry_by(&clock);
    n = log_numbers(0, 10000);
    assert_int_not_equal(timeq_wait_ms(retrying, 1000), TIMEQ_NEVER);
    for (int i = 0; i < 20000 && next < n; i++) {
        read_story(&next, &times_lost);
        clock.mono_ms += 1;
        timeq_run(retrying, clock.mono_ms);
    }
    assert_int_equal(next, n);
    assert_int_equal(times_lost, 0);
    clock.mono_ms += 1000;
    timeq_run(retrying, clock.mono_ms);
    assert_int_equal(timeq_wait_ms(retrying, clock.mono_ms), TIMEQ_NEVER); /* the loop may sleep */
}

static void a_journal_that_is_stuck_is_asked_less_and_less_often(void **state)
{
    struct clock clock = {.mono_ms = 1000};
    struct timeq *retrying;
    int next = 0, times_lost = 0, asked = 0;

    (void)state;
    open_journal();
    retrying = log_retry_by(&clock);
    log_numbers(0, 5000);
    for (; clock.mono_ms < 11000; clock.mono_ms++) {
        asked += timeq_wait_ms(retrying, clock.mono_ms) == 0;
        timeq_run(retrying, clock.mono_ms);
    }
    assert_true(asked > 8 && asked < 25);
    read_story(&next, &times_lost);
    clock.mono_ms += 1000;
    timeq_run(retrying, clock.mono_ms);
    assert_true(timeq_wait_ms(retrying, clock.mono_ms) < 100); /* it reads again */
}

/* log_close() waits by a poll() without descriptors; the journal's reader uses that time. */
static int *read_up_to; /* NULL if no reader reads meanwhile */
int __real_poll(struct pollfd *fds, nfds_t count, int ms);
int __wrap_poll(struct pollfd *fds, nfds_t count, int ms);

int __wrap_poll(struct pollfd *fds, nfds_t count, int ms)
{
    int times_lost = 0;

    if (count > 0) {
        return __real_poll(fds, count, ms);
    }
    if (read_up_to != NULL) {
        read_story(read_up_to, &times_lost);
        assert_int_equal(times_lost, 0);
    }
    return 0;
}

static void the_end_sends_what_waits_if_somebody_reads(void **state)
{
    int next = 0, times_lost = 0;

    (void)state;
    open_journal();
    log_numbers(0, 5000);
    read_up_to = &next;
    log_close();
    read_up_to = NULL;
    read_story(&next, &times_lost);
    assert_int_equal(next, 5000);
    assert_int_equal(times_lost, 0);
}

static void a_journal_that_is_started_again_is_found(void **state)
{
    int next = 0, times_lost = 0, n;

    (void)state;
    open_journal();
    n = log_numbers(0, 5);
    read_story(&next, &times_lost);
    assert_int_equal(next, 5);
    fake_logd_stop(&journal);
    n = log_numbers(n, 7);
    fake_logd_start(&journal);
    n = log_numbers(n, 1);
    read_story(&next, &times_lost);
    assert_int_equal(times_lost, 0); /* records that came meanwhile have waited */
    assert_int_equal(next, n);
}

static void what_still_waits_is_told_as_lost_in_the_next_place(void **state)
{
    int ends[2];
    ssize_t n;

    (void)state;
    open_journal();
    fake_logd_stop(&journal);
    log_numbers(0, 3);
    assert_int_equal(pipe(ends), 0);
    log_use(log_stream_open(ends[1]));
    log_close();
    n = read(ends[0], got, sizeof(got) - 1);
    assert_true(n > 0);
    got[n] = '\0';
    assert_non_null(strstr(got, " warn  log lines lost count=3\n"));
    close(ends[0]);
    close(ends[1]);
}

static void where_nobody_listens_is_an_error_that_names_it(void **state)
{
    char err[256] = "";
    char want[256];
    char longer[200];

    (void)state;
    fake_logd_stop(&journal);
    assert_null(log_journal_open(journal.path, err, sizeof(err)));
    snprintf(want, sizeof(want), "%s: No such file or directory", journal.path);
    assert_string_equal(err, want);
    memset(longer, 'x', sizeof(longer) - 1);
    longer[sizeof(longer) - 1] = '\0';
    assert_null(log_journal_open(longer, err, sizeof(err)));
    assert_non_null(strstr(err, "too long"));
}

/* ---- whose standard error it is ---- */

static void the_journals_stream_is_known_by_device_and_inode(void **state)
{
    struct stat st;
    char text[64];

    (void)state;
    unsetenv("JOURNAL_STREAM");
    assert_false(log_journal_is_behind(journal.fd));
    assert_int_equal(fstat(journal.fd, &st), 0);
    snprintf(text, sizeof(text), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino);
    setenv("JOURNAL_STREAM", text, 1);
    assert_true(log_journal_is_behind(journal.fd));
    assert_false(log_journal_is_behind(STDIN_FILENO));
    assert_false(log_journal_is_behind(-1));
    snprintf(text, sizeof(text), "%ju:%ju", (uintmax_t)st.st_dev, (uintmax_t)st.st_ino + 1);
    setenv("JOURNAL_STREAM", text, 1);
    assert_false(log_journal_is_behind(journal.fd));
    setenv("JOURNAL_STREAM", "nonsense", 1);
    assert_false(log_journal_is_behind(journal.fd));
    unsetenv("JOURNAL_STREAM");
}

#define with_journal(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_journal(a_record_has_message_priority_and_its_fields),
        with_journal(each_level_has_its_priority),
        with_journal(no_value_can_forge_a_field),
        with_journal(a_journal_that_does_not_read_stops_nobody_and_the_loss_is_told),
        with_journal(what_waits_is_sent_by_and_by_and_nothing_of_a_burst_is_lost),
        with_journal(a_journal_that_is_stuck_is_asked_less_and_less_often),
        with_journal(the_end_sends_what_waits_if_somebody_reads),
        with_journal(a_journal_that_is_started_again_is_found),
        with_journal(what_still_waits_is_told_as_lost_in_the_next_place),
        with_journal(where_nobody_listens_is_an_error_that_names_it),
        with_journal(the_journals_stream_is_known_by_device_and_inode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
