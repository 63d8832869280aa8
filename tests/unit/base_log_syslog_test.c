/* Tests of base/log_syslog.h, with a socket in place of syslogd's. */
#include "config.h"

#include "base/log_syslog.h"

#include "base/log.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static struct fake_logd syslogd;
static char got[10000];

static int set_up(void **state)
{
    (void)state;
    fake_logd_init(&syslogd);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fake_logd_fini(&syslogd);
    return 0;
}

static void open_syslog(enum log_facility facility)
{
    char err[256] = "";
    struct log_sink *sink = log_syslog_open(syslogd.path, facility, err, sizeof(err));

    assert_string_equal(err, "");
    assert_non_null(sink);
    log_use(sink);
}

static bool receive(void)
{
    ssize_t n = recv(syslogd.fd, got, sizeof(got) - 1, 0);

    got[n > 0 ? n : 0] = '\0';
    return n > 0;
}

static void assert_matches(const char *pattern)
{
    regex_t re;

    assert_int_equal(regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB), 0);
    if (regexec(&re, got, 0, NULL, 0) != 0) {
        fail_msg("'%s' does not match %s", got, pattern);
    }
    regfree(&re);
}

static void a_datagram_has_priority_local_time_and_who_it_is_from(void **state)
{
    char pattern[256];
    char before[32], after[32];
    time_t t;

    (void)state;
    setenv("TZ", "XYZ-5", 1);
    open_syslog(LOG_FACILITY_DAEMON);
    do { /* until all of it happens within one second */
        while (receive()) {
        }
        t = time(NULL);
        strftime(before, sizeof(before), "%b %e %H:%M:%S", localtime(&t));
        log_info("client closed", LOG_NUM("client", 12), LOG_STR("name", "a\nb"));
        t = time(NULL);
        strftime(after, sizeof(after), "%b %e %H:%M:%S", localtime(&t));
    } while (strcmp(before, after) != 0);
    assert_true(receive());
    snprintf(pattern, sizeof(pattern), "^<30>[A-Z][a-z]{2} [ 1-3][0-9] [0-9]{2}:[0-9]{2}:[0-9]{2} chatd\\[%ld\\]: "
             "client closed client=12 name=\"a\\\\nb\"$", (long)getpid());
    assert_matches(pattern);
    assert_memory_equal(got + 4, before, strlen(before));
    unsetenv("TZ");
    tzset();
}

static void level_and_facility_make_the_priority(void **state)
{
    (void)state;
    log_set_level(LOG_LEVEL_DEBUG);
    open_syslog(LOG_FACILITY_USER);
    log_error("x");
    assert_true(receive());
    assert_matches("^<11>");
    open_syslog(LOG_FACILITY_LOCAL0);
    log_warn("x");
    assert_true(receive());
    assert_matches("^<132>");
    open_syslog(LOG_FACILITY_LOCAL0 + 3);
    log_info("x");
    assert_true(receive());
    assert_matches("^<158>");
    open_syslog(LOG_FACILITY_LOCAL7);
    log_debug("x");
    assert_true(receive());
    assert_matches("^<191>");
    log_set_level(LOG_LEVEL_INFO);
}

static void a_syslogd_that_does_not_read_stops_nobody_and_the_loss_is_told(void **state)
{
    int lines = 0, lost = 0;

    (void)state;
    open_syslog(LOG_FACILITY_DAEMON);
    for (int i = 0; i < 150000; i++) {
        log_info("line");
    }
    assert_true(log_lost() > 0);
    while (log_lost() > (uint64_t)lost) {
        if (!receive()) {
            log_info("line"); /* sends on what waits */
            lines--;
        } else if (strstr(got, ": log lines lost count=") != NULL) {
            assert_matches("^<28>.*: log lines lost count=[0-9]+$");
            lost += atoi(strstr(got, "count=") + 6);
        } else {
            /* Matching a pattern for each of so many lines would take a minute under sanitizers. */
            assert_memory_equal(got, "<30>", 4);
            assert_string_equal(got + strlen(got) - strlen(": line"), ": line");
            lines++;
        }
    }
    assert_true(lines > 0 && lines + lost <= 150000);
}

static void a_syslogd_that_is_started_again_is_found(void **state)
{
    (void)state;
    open_syslog(LOG_FACILITY_DAEMON);
    log_info("one");
    assert_true(receive());
    fake_logd_stop(&syslogd);
    log_info("two");
    log_info("three");
    fake_logd_start(&syslogd);
    log_info("four");
    assert_true(receive());
    assert_matches(": two$");
    assert_true(receive());
    assert_matches(": three$");
    assert_true(receive());
    assert_matches(": four$");
    assert_false(receive());
}

static void where_nobody_listens_is_an_error_that_names_it(void **state)
{
    char err[256] = "";
    char want[256];

    (void)state;
    close(syslogd.fd); /* its file stays, as when syslogd was killed */
    syslogd.fd = -1;
    assert_null(log_syslog_open(syslogd.path, LOG_FACILITY_DAEMON, err, sizeof(err)));
    snprintf(want, sizeof(want), "%s: Connection refused", syslogd.path);
    assert_string_equal(err, want);
    unlink(syslogd.path);
}

#define with_syslogd(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        with_syslogd(a_datagram_has_priority_local_time_and_who_it_is_from),
        with_syslogd(level_and_facility_make_the_priority),
        with_syslogd(a_syslogd_that_does_not_read_stops_nobody_and_the_loss_is_told),
        with_syslogd(a_syslogd_that_is_started_again_is_found),
        with_syslogd(where_nobody_listens_is_an_error_that_names_it),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
