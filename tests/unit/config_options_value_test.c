/* Tests of config/options_value.h: what a value of each kind may be. */
#include "config.h"

#include "config/options_value.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Checks the number that text is read as; or, if error is not NULL, the error. */
static void assert_reads_at(int at, const char *option, const char *text, uint64_t number, const char *error)
{
    char section[32];
    const char *dot = strchr(option, '.');
    const struct options_row *row;
    struct options_value value;
    struct strbuf err = {0};
    bool is_read;

    snprintf(section, sizeof(section), "%.*s", (int)(dot - option), option);
    row = options_find(section, dot + 1);
    assert_non_null(row);
    is_read = options_value_parse(row, text, &value, &err);
    if (is_read != (error == NULL) || strcmp(strbuf_str(&err), error != NULL ? error : "") != 0 ||
        (is_read && value.number != number)) {
        fail_msg("line %d: %s = \"%s\" was read as %llu \"%s\"", at, option, text,
                 (unsigned long long)value.number, strbuf_str(&err));
    }
    free(value.text);
    strbuf_fini(&err);
}
#define assert_reads(option, text, number) assert_reads_at(__LINE__, option, text, number, NULL)
#define assert_refuses(option, text, error) assert_reads_at(__LINE__, option, text, 0, error)

static void number_is_held_to_its_bounds(void **state)
{
    (void)state;
    assert_refuses("limits.clients", "0", "0 is below the minimum, 1 client");
    assert_reads("limits.clients", "1", 1);
    assert_reads("limits.clients", "1000000", 1000000);
    assert_refuses("limits.clients", "1000001", "1000001 is above the maximum, 1000000 clients");
    assert_reads("limits.clients_per_address", "0", 0);
    assert_refuses("limits.nick_chars", "1", "1 is below the minimum, 2 characters");
    assert_refuses("limits.connections_per_minute", "1000001",
                   "1000001 is above the maximum, 1000000 connections a minute");
    assert_refuses("server.drain_seconds", "3601", "3601 is above the maximum, 3600 seconds");
}

static void what_is_no_number_is_refused(void **state)
{
    (void)state;
    assert_refuses("limits.clients", "", "has no value");
    assert_refuses("limits.clients", "many", "\"many\" is no whole number");
    assert_refuses("limits.clients", "5x", "\"5x\" is no whole number");
    assert_refuses("limits.clients", "5 6", "\"5 6\" is no whole number");
    assert_refuses("limits.clients", "+5", "\"+5\" is no whole number");
    assert_refuses("limits.clients", "-", "\"-\" is no whole number");
    assert_refuses("limits.clients", "1.5", "\"1.5\" is no whole number");
    assert_refuses("limits.clients", "0x10", "\"0x10\" is no whole number");
    assert_refuses("limits.clients", "5K", "\"5K\" is no whole number");
    assert_reads("limits.clients", "0010", 10);
}

static void negative_number_is_below_the_minimum(void **state)
{
    (void)state;
    assert_refuses("limits.clients", "-5", "-5 is below the minimum, 1 client");
    assert_refuses("limits.clients_per_address", "-1", "-1 is below the minimum, 0 clients");
    assert_refuses("limits.clients", "-18446744073709551615",
                   "-18446744073709551615 is below the minimum, 1 client");
}

static void number_past_64_bits_is_above_the_maximum(void **state)
{
    (void)state;
    assert_refuses("limits.clients", "18446744073709551617",
                   "18446744073709551617 is above the maximum, 1000000 clients");
    assert_refuses("limits.clients", "184467440737095516160000000000000000000000000",
                   "1844674407370955161600000000000000000000... is above the maximum, 1000000 clients");
    assert_refuses("limits.queue_bytes", "18014398509481985K",
                   "18014398509481985K is above the maximum, 1G bytes");
    assert_refuses("limits.queue_bytes", "16777216T", "16777216T is above the maximum, 1G bytes");
}

static void bytes_take_suffixes_of_1024(void **state)
{
    (void)state;
    assert_reads("limits.queue_bytes", "65536", 65536);
    assert_reads("limits.queue_bytes", "64K", 65536);
    assert_reads("limits.queue_bytes", "64k", 65536);
    assert_reads("limits.queue_bytes", "1M", 1048576);
    assert_reads("limits.queue_bytes", "1G", UINT64_C(1) << 30);
    assert_reads("limits.memory_bytes", "1T", UINT64_C(1) << 40);
    assert_reads("history.bytes", "0K", 0);
    assert_refuses("limits.queue_bytes", "63K", "63K is below the minimum, 64K bytes");
    assert_refuses("limits.queue_bytes", "1025M", "1025M is above the maximum, 1G bytes");
    assert_refuses("limits.line_bytes", "255", "255 is below the minimum, 256 bytes");
    for (size_t i = 0; i < 4; i++) {
        static const char *const bad[] = {"64KB", "64 K", "K", "64Q"};
        char want[128];

        snprintf(want, sizeof(want),
                 "\"%s\" is no number of bytes, such as 65536 or 64K (K, M, G and T are powers of 1024)", bad[i]);
        assert_refuses("limits.queue_bytes", bad[i], want);
    }
}

static void choice_is_one_of_its_names(void **state)
{
    (void)state;
    assert_reads("server.event_backend", "auto", CONF_BACKEND_AUTO);
    assert_reads("server.event_backend", "select", CONF_BACKEND_SELECT);
    assert_reads("limits.queue_policy", "disconnect", CONF_QUEUE_DISCONNECT);
    assert_reads("log.level", "error", 0);
    assert_reads("log.level", "debug", 3);
    assert_refuses("log.level", "", "has no value");
    assert_refuses("log.level", "loud", "\"loud\" is none of error, warn, info, debug");
    assert_refuses("log.level", "wran", "\"wran\" is none of error, warn, info, debug; did you mean warn?");
    assert_refuses("log.level", "2", "\"2\" is none of error, warn, info, debug");
}

static void word_stands_for_a_number(void **state)
{
    const struct options_row *row = options_find("server", "writers");
    struct strbuf text = {0};

    (void)state;
    assert_reads("server.writers", "auto", 0);
    assert_reads("server.writers", "1", 1);
    assert_reads("server.writers", "32", 32);
    assert_refuses("server.writers", "0", "0 is below the minimum, 1 thread");
    assert_refuses("server.writers", "33", "33 is above the maximum, 32 threads");
    assert_refuses("server.writers", "some", "\"some\" is neither a whole number nor auto");
    assert_refuses("server.writers", "", "has no value");
    options_value_format_number(row, 0, &text);
    strbuf_addc(&text, ' ');
    options_value_format_number(row, 3, &text);
    assert_string_equal(strbuf_str(&text), "auto 3");
    strbuf_reset(&text);
    options_value_describe(row, &text);
    assert_string_equal(strbuf_str(&text), "Default: auto. Range: auto, or 1 to 32 threads. It needs a restart.");
    strbuf_fini(&text);
}

static void text_is_held_to_its_length(void **state)
{
    char text[257];

    (void)state;
    memset(text, 'x', sizeof(text));
    text[256] = '\0';
    assert_refuses("server.name", text, "is longer than 255 bytes");
    text[255] = '\0';
    assert_reads("server.name", text, 0);
    assert_reads("server.name", "", 0);
    assert_refuses("server.listen", "", "has no value");
}

static void backslash_n_parts_lines_of_the_message_alone(void **state)
{
    const struct options_row *motd = options_find("server", "motd");
    const struct options_row *name = options_find("server", "name");
    struct options_value value;
    struct strbuf err = {0};

    (void)state;
    assert_true(options_value_parse(motd, "a\\nb\\\\n\\", &value, &err));
    assert_string_equal(value.text, "a\nb\\\n\\");
    free(value.text);
    assert_true(options_value_parse(name, "a\\nb", &value, &err));
    assert_string_equal(value.text, "a\\nb");
    free(value.text);
    strbuf_fini(&err);
}

/* Formatting is the inverse of reading: a value in the report of a reload can be written into a file. */
static void formatted_number_is_read_back(void **state)
{
    static const uint64_t numbers[] = {65535, 65536, 65537, 100 * 1024 + 1, 1 << 20, (1 << 20) + 1024, 1 << 30};
    const struct options_row *row = options_find("limits", "memory_bytes");

    (void)state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct options_row wide = *row;
        struct options_value value;
        struct strbuf text = {0};

        wide.min = 0;
        options_value_format_number(&wide, numbers[i], &text);
        assert_true(options_value_parse(&wide, strbuf_str(&text), &value, &text));
        assert_true(value.number == numbers[i]);
        strbuf_fini(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_is_held_to_its_bounds),
        cmocka_unit_test(what_is_no_number_is_refused),
        cmocka_unit_test(negative_number_is_below_the_minimum),
        cmocka_unit_test(number_past_64_bits_is_above_the_maximum),
        cmocka_unit_test(bytes_take_suffixes_of_1024),
        cmocka_unit_test(choice_is_one_of_its_names),
        cmocka_unit_test(word_stands_for_a_number),
        cmocka_unit_test(text_is_held_to_its_length),
        cmocka_unit_test(backslash_n_parts_lines_of_the_message_alone),
        cmocka_unit_test(formatted_number_is_read_back),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
