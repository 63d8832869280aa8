/* Tests of admin/metrics.h: the table, the values, and the text form, which promtool reads where it is installed. */
#include "config.h"

#include "admin/metrics.h"

#include "fakes.h"
#include "session/cmd.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static struct fake_metrics fm;
static struct strbuf text;

static int begin(void **state)
{
    (void)state;
    fake_metrics_init(&fm);
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_metrics_fini(&fm);
    strbuf_fini(&text);
    return 0;
}

static const char *exposition(void)
{
    strbuf_reset(&text);
    metrics_write(&fm.m, &text);
    return strbuf_str(&text);
}

/* Checks that the metrics have this line. */
static void assert_line(const char *line)
{
    const char *all = exposition();
    size_t len = strlen(line);

    for (const char *s = all; (s = strstr(s, line)) != NULL; s++) {
        if ((s == all || s[-1] == '\n') && s[len] == '\n') {
            return;
        }
    }
    fail_msg("no line \"%s\" in:\n%s", line, all);
}

static bool ends_in(const char *s, const char *end_of_it)
{
    size_t len = strlen(s), end_len = strlen(end_of_it);

    return len >= end_len && strcmp(s + len - end_len, end_of_it) == 0;
}

/* ---- the table ---- */

static void each_row_is_whole_and_its_name_is_its_own(void **state)
{
    const struct metrics_row *row;

    (void)state;
    for (size_t i = 0; (row = metrics_at(i)) != NULL; i++) {
        assert_ptr_equal(metrics_find(row->name), row);
        assert_true(strncmp(row->name, "chatd_", 6) == 0 || strncmp(row->name, "process_", 8) == 0);
        assert_int_equal(strspn(row->name, "abcdefghijklmnopqrstuvwxyz_"), strlen(row->name));
        assert_true(!islower((unsigned char)row->help[0]) && !ends_in(row->help, "."));
        assert_true((row->get == NULL) == (row->type == METRICS_HISTOGRAM));
        assert_true((row->histogram != NULL) == (row->type == METRICS_HISTOGRAM));
        assert_true(ends_in(row->name, "_total") == (row->type == METRICS_COUNTER));
        assert_true(row->per == 1 || row->per == 1000 || row->per == 1000000000);
        assert_true(row->per == 1 || strstr(row->name, "_seconds") != NULL);
    }
    assert_null(metrics_find("chatd_"));
    assert_null(metrics_find("chatd_clientss"));
}

static void labels_of_a_family_differ(void **state)
{
    const struct metrics_row *row;

    (void)state;
    for (size_t r = 0; (row = metrics_at(r)) != NULL; r++) {
        size_t values = 0;

        for (size_t i = 0; row->label != NULL && i < row->label_count; i++) {
            const char *value = row->label_value(i);

            values += value != NULL;
            for (size_t j = 0; j < i && value != NULL; j++) {
                assert_true(row->label_value(j) == NULL || strcmp(row->label_value(j), value) != 0);
            }
        }
        assert_true(row->label == NULL || values > 0);
    }
}

/* ---- values ---- */

static void values_are_those_of_the_layers(void **state)
{
    (void)state;
    fm.admit.clients = 3;
    fm.chat.lines = 84;
    fm.chat.private_lines = 5;
    fm.chat.deliveries = 1000;
    fm.store->memory_bytes = 0;
    fm.f.net.bytes_in = 10;
    fm.f.net.bytes_out = 20;
    fm.f.net.lines_skipped = 30;
    fm.is_refused = true;
    fm.reloads[METRICS_RELOAD_REFUSED] = 1;
    fm.listeners.accepted[LISTENER_LINES] = 40;
    fm.listeners.accepted[LISTENER_TLS] = 2;
    fm.listeners.refused[LISTENER_TLS_PROXIES] = 7;
    fm.listeners.is_paused = true;
    fm.sessions.lines = 50;
    fm.sessions.flood_stops = 60;
    assert_line("chatd_clients 3");
    assert_line("chatd_clients_limit 500");
    assert_line("chatd_rooms 0");
    assert_line("chatd_rooms_limit 100");
    assert_line("chatd_lines_total 84");
    assert_line("chatd_private_lines_total 5");
    assert_line("chatd_deliveries_total 1000");
    assert_line("chatd_history_limit_bytes 4096");
    assert_line("chatd_received_bytes_total 10");
    assert_line("chatd_sent_bytes_total 20");
    assert_line("chatd_skipped_lines_total 30");
    assert_line("chatd_connections_total{listener=\"lines\"} 40");
    assert_line("chatd_connections_total{listener=\"tls\"} 2");
    assert_line("chatd_listener_refused_total{listener=\"tls-proxies\"} 7");
    assert_null(strstr(exposition(), "listener=\"control\""));
    assert_int_equal(metrics_value(&fm.m, "chatd_connections_total"), 42);
    assert_line("chatd_received_lines_total 50");
    assert_line("chatd_flood_stops_total 60");
    assert_line("chatd_reload_refused 1");
    assert_line("chatd_draining 1");
    assert_line("chatd_reloads_total{result=\"refused\"} 1");
    assert_line("chatd_reloads_total{result=\"applied\"} 0");
    assert_line("chatd_log_lost_lines_total 0");
    assert_line("chatd_build_info{version=\"" PACKAGE_VERSION "\"} 1");
    assert_int_equal(metrics_value(&fm.m, "chatd_clients"), 3);
    assert_int_equal(metrics_value(&fm.m, "chatd_lines_total"), 84);
    fm.admit.clients = 0;
}

static void families_tell_each_value_and_sum_up(void **state)
{
    (void)state;
    fm.f.net.closes[REASON_QUIT] = 2;
    fm.f.net.closes[REASON_STALLED] = 3;
    fm.admit.refused[REASON_SERVER_FULL] = 4;
    fm.listeners.failures[LISTENER_DESCRIPTORS] = 5;
    fm.sessions.faults[FAULT_NO_SUCH_ROOM] = 6;
    for (size_t i = 0; cmd_at(i) != NULL; i++) {
        fm.sessions.commands[i] = strcmp(cmd_at(i)->name, "join") == 0 ? 7 : 0;
    }
    assert_line("chatd_closes_total{reason=\"quit\"} 2");
    assert_line("chatd_closes_total{reason=\"stalled\"} 3");
    assert_line("chatd_closes_total{reason=\"shutdown\"} 0");
    assert_line("chatd_refused_total{reason=\"server-full\"} 4");
    assert_line("chatd_refused_total{reason=\"slow-down\"} 0");
    assert_line("chatd_accept_failures_total{cause=\"descriptors\"} 5");
    assert_line("chatd_errors_total{code=\"no-such-room\"} 6");
    assert_line("chatd_commands_total{command=\"join\"} 7");
    assert_line("chatd_commands_total{command=\"help\"} 0");
    assert_int_equal(metrics_value(&fm.m, "chatd_closes_total"), 5);
    assert_null(strstr(exposition(), "none"));                                    /* the reason "none" is left out */
    assert_null(strstr(exposition(), "chatd_closes_total{reason=\"server-full")); /* it closes no client */
    assert_null(strstr(exposition(), "chatd_refused_total{reason=\"quit"));
}

static void seconds_are_exact(void **state)
{
    (void)state;
    assert_line("process_start_time_seconds 1795262400.007");
    fm.m.started_ms = 1795262400000;
    assert_line("process_start_time_seconds 1795262400");
    fm.m.started_ms = 1795262400120;
    assert_line("process_start_time_seconds 1795262400.12");
    assert_int_equal(metrics_value(&fm.m, "process_start_time_seconds"), 1795262400120);
    assert_line("chatd_tls_certificate_expires_timestamp_seconds 1795262405");
    fm.handshakes.count = 3;
    fm.handshakes.most = 1024;
    fm.handshakes.results[HANDSHAKE_LATE] = 5;
    assert_line("chatd_tls_handshakes 3");
    assert_line("chatd_tls_handshakes_limit 1024");
    assert_line("chatd_tls_handshakes_total{result=\"late\"} 5");
    assert_line("chatd_tls_handshakes_total{result=\"passed\"} 0");
    fm.certificate.until_ms = 0; /* there is none */
    assert_int_equal(metrics_value(&fm.m, "chatd_tls_certificate_expires_timestamp_seconds"), METRICS_UNKNOWN);
}

static void histogram_counts_up(void **state)
{
    (void)state;
    histogram_add(&fm.f.loop.turns, 100000);     /* 100 us */
    histogram_add(&fm.f.loop.turns, 100001);
    histogram_add(&fm.f.loop.turns, 2500000000); /* 2.5 s */
    histogram_add(&fm.f.loop.turns, 60000000000);
    assert_line("chatd_turn_seconds_bucket{le=\"0.0001\"} 1");
    assert_line("chatd_turn_seconds_bucket{le=\"0.00025\"} 2");
    assert_line("chatd_turn_seconds_bucket{le=\"1\"} 2");
    assert_line("chatd_turn_seconds_bucket{le=\"2.5\"} 3");
    assert_line("chatd_turn_seconds_bucket{le=\"10\"} 3");
    assert_line("chatd_turn_seconds_bucket{le=\"+Inf\"} 4");
    assert_line("chatd_turn_seconds_sum 62.500200001");
    assert_line("chatd_turn_seconds_count 4");
}

static void process_is_this_one(void **state)
{
    uint64_t resident = metrics_value(&fm.m, "process_resident_memory_bytes");
    uint64_t fds = metrics_value(&fm.m, "process_open_fds");

    (void)state;
    assert_in_range(resident, 65536, UINT64_C(1) << 40);
    assert_in_range(metrics_value(&fm.m, "process_virtual_memory_bytes"), resident, UINT64_MAX - 1);
    assert_in_range(metrics_value(&fm.m, "process_cpu_seconds_total"), 1, UINT64_MAX - 1);
    assert_in_range(metrics_value(&fm.m, "process_max_fds"), 4, UINT64_MAX);
    if (fds == METRICS_UNKNOWN) { /* an older Linux: the metric is left out as a whole */
        assert_null(strstr(exposition(), "process_open_fds"));
    } else {
        assert_in_range(fds, 4, 10000);
    }
}

/* ---- the text form ---- */

static void help_and_type_come_once_before_the_values(void **state)
{
    const struct metrics_row *row;
    const char *all = exposition();

    (void)state;
    for (size_t i = 0; (row = metrics_at(i)) != NULL; i++) {
        char help[256], value[256];
        const char *at;

        snprintf(help, sizeof(help), "# HELP %s ", row->name);
        snprintf(value, sizeof(value), "\n%s", row->name);
        at = strstr(all, help);
        if (at == NULL) {
            assert_string_equal(row->name, "process_open_fds");
            continue;
        }
        assert_null(strstr(at + 1, help));
        assert_true(strstr(all, value) > at);
    }
}

static const char *odd(size_t i)
{
    return i == 0 ? "a \"b\" \\ c\nd" : NULL;
}

static uint64_t two(const struct metrics *unused, size_t i)
{
    (void)unused;
    (void)i;
    return 2;
}

static void what_would_break_a_line_is_escaped(void **state)
{
    static const struct metrics_row row = {
        .name = "chatd_odd", .type = METRICS_GAUGE, .help = "One \"line\" \\ no\ntwo", .per = 1, .get = two,
        .label = "what", .label_count = 2, .label_value = odd};

    (void)state;
    strbuf_reset(&text);
    metrics_write_row(&fm.m, &row, &text);
    assert_string_equal(strbuf_str(&text), "# HELP chatd_odd One \"line\" \\\\ no\\ntwo\n"
                                           "# TYPE chatd_odd gauge\n"
                                           "chatd_odd{what=\"a \\\"b\\\" \\\\ c\\nd\"} 2\n");
}

static void promtool_is_content(void **state)
{
    FILE *checker;

    (void)state;
    if (system("command -v promtool >/dev/null") != 0) {
        skip();
    }
    checker = popen("promtool check metrics", "w");
    assert_non_null(checker);
    fputs(exposition(), checker);
    assert_int_equal(pclose(checker), 0);
    /* promtool does report errors. */
    checker = popen("promtool check metrics >/dev/null 2>&1", "w");
    assert_non_null(checker);
    fputs("# TYPE chatd_x counter\nchatd_x 1\n", checker);
    assert_int_not_equal(pclose(checker), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_row_is_whole_and_its_name_is_its_own),
        TEST(labels_of_a_family_differ),
        TEST(values_are_those_of_the_layers),
        TEST(families_tell_each_value_and_sum_up),
        TEST(seconds_are_exact),
        TEST(histogram_counts_up),
        TEST(process_is_this_one),
        TEST(help_and_type_come_once_before_the_values),
        TEST(what_would_break_a_line_is_escaped),
        TEST(promtool_is_content),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
