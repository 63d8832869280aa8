/* fake_conf.h: settings files, and the checks of other layers, for the tests of config/. */
#ifndef CHATD_TESTS_UNIT_FAKE_CONF_H
#define CHATD_TESTS_UNIT_FAKE_CONF_H

#include "config/conf.h"

#include <stddef.h>

#define FAKE_CONF_OVERRIDES(...) ((const char *const[]){__VA_ARGS__})

/* A folder with a settings file: the state of a test. */
struct fake_conf {
    char folder[64];
    char file[80];
};

/* Checks as other layers would pass them. */
extern const struct conf_check fake_conf_checks[];

/* For cmocka_unit_test_setup_teardown(). */
int fake_conf_begin(void **state);
int fake_conf_end(void **state);

void fake_conf_write(const struct fake_conf *f, const char *text);
void fake_conf_write_bytes(const struct fake_conf *f, const char *bytes, size_t len);
/* Writes the file and loads it; it must be valid. */
struct conf *fake_conf_load(const struct fake_conf *f, const char *text);
struct conf *fake_conf_load_bytes(const struct fake_conf *f, const char *bytes, size_t len);
/* Loads what must be refused.  wanted holds the errors in their order, with "FILE" in place of the file's path. */
void fake_conf_refuses(const struct fake_conf *f, const char *path, const char *const *overrides, size_t count,
                       const char *wanted);
/* The same for a file with this text, and nothing on the command line. */
void fake_conf_refuses_text(const struct fake_conf *f, const char *text, const char *wanted);
/* wanted has a line for each difference, as conf_diff() tells it. */
void fake_conf_differ(const struct conf *was, const struct conf *is, const char *wanted);

#endif
