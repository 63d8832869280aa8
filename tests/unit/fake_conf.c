/* fake_conf.c: settings files, and the checks of other layers, for the tests of config/. */
#include "config.h"

#include "fake_conf.h"

#include "base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int fake_conf_begin(void **state)
{
    struct fake_conf *f = calloc(1, sizeof(*f));

    *state = f;
    strcpy(f->folder, "/tmp/chatd-conf.XXXXXX");
    if (mkdtemp(f->folder) == NULL) {
        return -1;
    }
    snprintf(f->file, sizeof(f->file), "%s/chatd.ini", f->folder);
    return 0;
}

int fake_conf_end(void **state)
{
    struct fake_conf *f = *state;

    unlink(f->file);
    rmdir(f->folder);
    free(f);
    return 0;
}

void fake_conf_write_bytes(const struct fake_conf *f, const char *bytes, size_t len)
{
    FILE *out = fopen(f->file, "w");

    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

void fake_conf_write(const struct fake_conf *f, const char *text)
{
    fake_conf_write_bytes(f, text, strlen(text));
}

/* A check as another layer would pass it: "!" in an item is wrong. */
static bool has_no_mark(const char *value, char *err, size_t err_size)
{
    if (strchr(value, '!') == NULL) {
        return true;
    }
    snprintf(err, err_size, "holds a mark");
    return false;
}

/* A check of two options together: they may not be the same. */
static bool is_no_room(const struct conf *cfg, char *err, size_t err_size)
{
    if (cfg->server.name[0] == '\0' || strcmp(cfg->server.name, cfg->server.default_room) != 0) {
        return true;
    }
    snprintf(err, err_size, "is server.default_room too");
    return false;
}

/* The same for numbers. */
static bool is_kept(const struct conf *cfg, char *err, size_t err_size)
{
    if (cfg->history.replay <= cfg->history.lines) {
        return true;
    }
    snprintf(err, err_size, "is above history.lines, %u", (unsigned)cfg->history.lines);
    return false;
}

/* A warning about three options, whose values work nevertheless. */
static bool is_calm(const struct conf *cfg, char *err, size_t err_size)
{
    if (cfg->flood.burst * cfg->limits.line_bytes <= cfg->limits.queue_bytes) {
        return true;
    }
    snprintf(err, err_size, "lines at once are many");
    return false;
}

const struct conf_check fake_conf_checks[] = {
    {.option = "flood.burst", .with = "limits.line_bytes", .also = "limits.queue_bytes", .fits = is_calm,
     .is_warning = true},
    {.option = "server.listen", .is_valid = has_no_mark},
    {.option = "server.default_room", .is_valid = has_no_mark},
    {.option = "server.motd", .is_valid = has_no_mark},
    {.option = "server.name", .with = "server.default_room", .fits = is_no_room},
    {.option = "history.replay", .with = "history.lines", .fits = is_kept},
    {.option = NULL},
};

struct conf *fake_conf_load_bytes(const struct fake_conf *f, const char *bytes, size_t len)
{
    struct strbuf errors = {0};
    struct conf *cfg;

    fake_conf_write_bytes(f, bytes, len);
    cfg = conf_load(f->file, NULL, 0, fake_conf_checks, &errors);
    if (cfg == NULL) {
        fail_msg("refused: %s", strbuf_str(&errors));
    }
    assert_int_equal(errors.len, 0);
    strbuf_fini(&errors);
    return cfg;
}

struct conf *fake_conf_load(const struct fake_conf *f, const char *text)
{
    return fake_conf_load_bytes(f, text, strlen(text));
}

void fake_conf_refuses(const struct fake_conf *f, const char *path, const char *const *overrides, size_t count,
                       const char *wanted)
{
    struct strbuf errors = {0};
    struct strbuf want = {0};

    for (const char *s = wanted; *s != '\0'; s++) {
        if (strncmp(s, "FILE", 4) == 0) {
            strbuf_adds(&want, f->file);
            s += 3;
        } else {
            strbuf_addc(&want, *s);
        }
    }
    assert_null(conf_load(path, overrides, count, fake_conf_checks, &errors));
    assert_string_equal(strbuf_str(&errors), strbuf_str(&want));
    strbuf_fini(&errors);
    strbuf_fini(&want);
}

void fake_conf_refuses_text(const struct fake_conf *f, const char *text, const char *wanted)
{
    fake_conf_write(f, text);
    fake_conf_refuses(f, f->file, NULL, 0, wanted);
}

static void note_change(void *ctx, const char *option, const char *was, const char *is, bool reloadable)
{
    strbuf_addf(ctx, "%s: %s -> %s%s\n", option, was, is, reloadable ? "" : " (restart)");
}

void fake_conf_differ(const struct conf *was, const struct conf *is, const char *wanted)
{
    struct strbuf changes = {0};

    conf_diff(was, is, note_change, &changes);
    assert_string_equal(strbuf_str(&changes), wanted);
    strbuf_fini(&changes);
}
