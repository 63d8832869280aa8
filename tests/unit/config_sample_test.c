/* Tests of config/sample.h: the sample is valid, and is the file that is installed. */
#include "config.h"

#include "config/sample.h"

#include "config/conf.h"
#include "fake_conf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *print_sample(void)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    sample_print(out);
    fclose(out);
    return text;
}

static void sample_parses_to_the_defaults(void **state)
{
    char *sample = print_sample();
    struct conf *defaults = fake_conf_load(*state, "");
    struct conf *cfg = fake_conf_load(*state, sample);

    fake_conf_differ(defaults, cfg, "");
    conf_free(cfg);
    conf_free(defaults);
    free(sample);
}

static void sample_with_each_option_active_parses_to_the_defaults(void **state)
{
    char *sample = print_sample();
    struct strbuf active = {0};
    struct conf *defaults = fake_conf_load(*state, "");
    struct conf *cfg;
    struct conf_option_info info;
    size_t count = 0;
    size_t options = 0;

    for (const char *s = sample; *s != '\0'; s++) {
        if (*s == ';' && s[1] >= 'a' && s[1] <= 'z' && (s == sample || s[-1] == '\n')) {
            count++;
        } else {
            strbuf_addc(&active, *s);
        }
    }
    while (conf_option_info(options, &info)) {
        options++;
    }
    assert_int_equal(count, options);
    cfg = fake_conf_load(*state, strbuf_str(&active));
    fake_conf_differ(defaults, cfg, "");
    conf_free(cfg);
    conf_free(defaults);
    strbuf_fini(&active);
    free(sample);
}

static void sample_file_is_the_printed_one(void **state)
{
    const char *top = getenv("top_srcdir") != NULL ? getenv("top_srcdir") : ".";
    char *sample = print_sample();
    char *file = calloc(1, strlen(sample) + 2);
    char path[4096];
    FILE *in;

    (void)state;
    snprintf(path, sizeof(path), "%s/conf/chatd.ini", top);
    in = fopen(path, "r");
    assert_non_null(in);
    assert_int_equal(fread(file, 1, strlen(sample) + 1, in), strlen(sample));
    assert_string_equal(file, sample);
    fclose(in);
    free(file);
    free(sample);
}

static void sample_fits_a_terminal(void **state)
{
    char *sample = print_sample();

    (void)state;
    for (char *line = strtok(sample, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        assert_true(strlen(line) <= 78);
    }
    free(sample);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_conf_begin, fake_conf_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(sample_parses_to_the_defaults),
        TEST(sample_with_each_option_active_parses_to_the_defaults),
        TEST(sample_file_is_the_printed_one),
        TEST(sample_fits_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
