/* Tests of config/conf.h on real files: the values that are read, and the mistakes that are reported. */
#include "config.h"

#include "config/conf.h"

#include "config/sample.h"

#include "base/log.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define OVERRIDES(...) ((const char *const[]){__VA_ARGS__})

struct fixture {
    char folder[64];
    char file[80];
};

static int make_folder(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));

    *state = f;
    strcpy(f->folder, "/tmp/chatd-conf.XXXXXX");
    if (mkdtemp(f->folder) == NULL) {
        return -1;
    }
    snprintf(f->file, sizeof(f->file), "%s/chatd.ini", f->folder);
    return 0;
}

static int remove_folder(void **state)
{
    struct fixture *f = *state;

    unlink(f->file);
    rmdir(f->folder);
    free(f);
    return 0;
}

static void write_bytes(const struct fixture *f, const char *bytes, size_t len)
{
    FILE *out = fopen(f->file, "w");

    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, len, out), len);
    assert_int_equal(fclose(out), 0);
}

static void write_text(const struct fixture *f, const char *text)
{
    write_bytes(f, text, strlen(text));
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

static const struct conf_check checks[] = {
    {.option = "flood.burst", .with = "limits.line_bytes", .also = "limits.queue_bytes", .fits = is_calm,
     .is_warning = true},
    {.option = "server.listen", .is_valid = has_no_mark},
    {.option = "server.default_room", .is_valid = has_no_mark},
    {.option = "server.motd", .is_valid = has_no_mark},
    {.option = "server.name", .with = "server.default_room", .fits = is_no_room},
    {.option = "history.replay", .with = "history.lines", .fits = is_kept},
    {.option = NULL},
};

static struct conf *load_bytes(const struct fixture *f, const char *bytes, size_t len)
{
    struct strbuf errors = {0};
    struct conf *cfg;

    write_bytes(f, bytes, len);
    cfg = conf_load(f->file, NULL, 0, checks, &errors);
    if (cfg == NULL) {
        fail_msg("refused: %s", strbuf_str(&errors));
    }
    assert_int_equal(errors.len, 0);
    strbuf_fini(&errors);
    return cfg;
}

static struct conf *load_good(const struct fixture *f, const char *text)
{
    return load_bytes(f, text, strlen(text));
}

/* wanted holds the errors in their order, with "FILE" in place of the file's path. */
static void assert_errors(const struct fixture *f, const char *path, const char *const *overrides,
                          size_t count, const char *wanted)
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
    assert_null(conf_load(path, overrides, count, checks, &errors));
    assert_string_equal(strbuf_str(&errors), strbuf_str(&want));
    strbuf_fini(&errors);
    strbuf_fini(&want);
}

static void assert_file_errors(const struct fixture *f, const char *text, const char *wanted)
{
    write_text(f, text);
    assert_errors(f, f->file, NULL, 0, wanted);
}

/* ---- what is read ---- */

static void without_a_file_the_defaults_hold(void **state)
{
    struct strbuf errors = {0};
    struct conf *cfg = conf_load(NULL, NULL, 0, checks, &errors);

    (void)state;
    assert_non_null(cfg);
    assert_string_equal(cfg->server.listen, "*:4000");
    assert_string_equal(cfg->server.name, "");
    assert_string_equal(cfg->server.motd, "");
    assert_string_equal(cfg->server.default_room, "lobby");
    assert_int_equal(cfg->server.event_backend, CONF_BACKEND_AUTO);
    assert_int_equal(cfg->server.drain_seconds, 10);
    assert_int_equal(cfg->limits.clients, 10000);
    assert_int_equal(cfg->limits.clients_per_address, 64);
    assert_int_equal(cfg->limits.connections_per_minute, 60);
    assert_int_equal(cfg->limits.line_bytes, 2048);
    assert_int_equal(cfg->limits.queue_bytes, 262144);
    assert_int_equal(cfg->limits.queue_policy, CONF_QUEUE_SKIP_OLDEST);
    assert_int_equal(cfg->limits.queues_bytes, 268435456);
    assert_int_equal(cfg->limits.stall_seconds, 120);
    assert_int_equal(cfg->limits.idle_seconds, 0);
    assert_int_equal(cfg->limits.rooms, 10000);
    assert_int_equal(cfg->limits.rooms_per_client, 16);
    assert_int_equal(cfg->limits.nick_chars, 24);
    assert_int_equal(cfg->limits.room_chars, 32);
    assert_int_equal(cfg->limits.topic_chars, 256);
    assert_int_equal(cfg->flood.lines_per_second, 5);
    assert_int_equal(cfg->flood.burst, 20);
    assert_int_equal(cfg->rooms.announce_members, 100);
    assert_int_equal(cfg->history.lines, 200);
    assert_int_equal(cfg->history.replay, 20);
    assert_int_equal(cfg->history.bytes, 67108864);
    assert_int_equal(cfg->log.level, LOG_LEVEL_INFO);
    conf_free(cfg);
    conf_free(NULL);
}

static void file_replaces_defaults(void **state)
{
    struct conf *cfg = load_good(*state, "# a comment\n"
                                         "[server]\n"
                                         "listen = 127.0.0.1:4000, [::1]:4000, unix:/run/chatd.sock ; three places\n"
                                         "name=caf\xc3\xa9\n"
                                         "default_room =\n"
                                         "event_backend = poll\n"
                                         "\n"
                                         "[ limits ] ; blanks are fine\n"
                                         "  clients = 5\n"
                                         "queue_policy = disconnect\n"
                                         "queue_bytes = 1M\n"
                                         "[server]\n" /* again */
                                         "drain_seconds = 0\n"
                                         "[log]\n"
                                         "level = debug"); /* has no line end */

    assert_string_equal(cfg->server.listen, "127.0.0.1:4000, [::1]:4000, unix:/run/chatd.sock");
    assert_string_equal(cfg->server.name, "caf\xc3\xa9");
    assert_string_equal(cfg->server.default_room, "");
    assert_int_equal(cfg->server.event_backend, CONF_BACKEND_POLL);
    assert_int_equal(cfg->server.drain_seconds, 0);
    assert_int_equal(cfg->limits.clients, 5);
    assert_int_equal(cfg->limits.queue_policy, CONF_QUEUE_DISCONNECT);
    assert_int_equal(cfg->limits.queue_bytes, 1048576);
    assert_int_equal(cfg->log.level, LOG_LEVEL_DEBUG);
    assert_int_equal(cfg->limits.rooms, 10000);
    conf_free(cfg);
}

static void empty_file_is_fine(void **state)
{
    conf_free(load_good(*state, ""));
    conf_free(load_good(*state, "\xef\xbb\xbf"));
    conf_free(load_good(*state, "\xef\xbb\xbf\xef\xbb\xbf[log]\n"));
    conf_free(load_good(*state, "\n\r\n ; nothing\n"));
}

static void mark_of_utf8_and_crlf_are_fine(void **state)
{
    struct conf *cfg = load_good(*state, "\xef\xbb\xbf[limits]\r\nclients = 5\r\n"
                                         "[server]\r\nmotd = a\r\n  b\r\n");

    assert_int_equal(cfg->limits.clients, 5);
    assert_string_equal(cfg->server.motd, "a\nb");
    conf_free(cfg);
}

static void indented_line_adds_a_line_to_the_message(void **state)
{
    struct conf *cfg = load_good(*state, "[server]\n"
                                         "motd = Welcome.\n"
                                         "\tBe kind; be brief. ; the rules\n"
                                         "\n"
                                         "    ; a comment between\n"
                                         "  clients = 5 [really]\n"
                                         "  two\\nlines\n"
                                         "name = x\n");

    assert_string_equal(cfg->server.motd, "Welcome.\nBe kind; be brief.\nclients = 5 [really]\ntwo\nlines");
    assert_string_equal(cfg->server.name, "x");
    conf_free(cfg);
    cfg = load_good(*state, "[server]\nmotd =\n  first\n  second\n");
    assert_string_equal(cfg->server.motd, "first\nsecond");
    conf_free(cfg);
}

static void indented_line_adds_to_a_list(void **state)
{
    struct conf *cfg = load_good(*state, "[server]\n"
                                         "listen = *:4000\n"
                                         "  127.0.0.1:1,\n"
                                         "  unix:/x\n");

    assert_string_equal(cfg->server.listen, "*:4000, 127.0.0.1:1, unix:/x");
    conf_free(cfg);
    cfg = load_good(*state, "[server]\nlisten =\n  *:1\n  *:2\n");
    assert_string_equal(cfg->server.listen, "*:1, *:2");
    conf_free(cfg);
}

static void line_of_198_bytes_is_read_whole(void **state)
{
    char text[300] = "[server]\nname = ";
    size_t start = strlen(text);
    struct conf *cfg;

    memset(text + start, 'x', 198 - strlen("name = "));
    strcat(text, "\n[limits]\nclients = 5\n");
    cfg = load_good(*state, text);
    assert_int_equal(strlen(cfg->server.name), 191);
    assert_int_equal(cfg->limits.clients, 5);
    conf_free(cfg);
}

static void override_replaces_the_file_and_the_last_one_wins(void **state)
{
    const struct fixture *f = *state;
    struct strbuf errors = {0};
    struct conf *cfg;
    const char *const *overrides =
        OVERRIDES("limits.clients=6", "server.motd=a\\nb=c", "limits.clients = 7", "server.default_room=");

    write_text(f, "[limits]\nclients = 5\n[server]\nmotd = x\n");
    cfg = conf_load(f->file, overrides, 4, checks, &errors);
    assert_non_null(cfg);
    assert_int_equal(cfg->limits.clients, 7);
    assert_string_equal(cfg->server.motd, "a\nb=c");
    assert_string_equal(cfg->server.default_room, "");
    conf_free(cfg);
}

/* ---- what is wrong in a file ---- */

static void every_error_of_a_file_is_told_with_its_line(void **state)
{
    assert_file_errors(*state,
                       "clients = 5\n" /* 1 */
                       "[server]\n"
                       "listen = *:4000, a!b, c!d\n"
                       "clients = 5\n"
                       "name\n" /* 5 */
                       "[limitz]\n"
                       "rooms = x\n"
                       "[limits\n"
                       "clients = 0\n"
                       "clientz = 1\n" /* 10 */
                       "clients = many\n"
                       "[limits] rooms = 5\n"
                       "rooms = 5\n"
                       "= 5\n"
                       "line_bytes = 1M\n" /* 15 */
                       "[log]\n"
                       "level = loud\n",
                       "FILE:1: clients: no [section] stands above it; did you mean limits.clients?\n"
                       "FILE:3: server.listen: \"a!b\" holds a mark\n"
                       "FILE:3: server.listen: \"c!d\" holds a mark\n"
                       "FILE:4: server.clients: there is no such option; did you mean limits.clients?\n"
                       "FILE:5: the line is no \"key = value\"\n"
                       "FILE:6: [limitz]: there is no such section; did you mean [limits]?\n"
                       "FILE:8: the section has no ']' at its end\n"
                       "FILE:9: limits.clients: 0 is below the minimum, 1 client\n"
                       "FILE:10: limits.clientz: there is no such option; did you mean limits.clients?\n"
                       "FILE:11: limits.clients: is given twice; the first time in line 9\n"
                       "FILE:11: limits.clients: \"many\" is no whole number\n"
                       "FILE:12: behind a section's ']' nothing else may stand\n"
                       "FILE:14: the line has no key in front of its '='\n"
                       "FILE:15: limits.line_bytes: 1M is above the maximum, 16384 bytes\n"
                       "FILE:17: log.level: \"loud\" is none of error, warn, info, debug\n");
}

static void unknown_section_is_told_once(void **state)
{
    assert_file_errors(*state, "[xyzzyxyzzy]\nclients = 0\nfoo = 1\n  more\n[limits]\nclients = 0\n",
                       "FILE:1: [xyzzyxyzzy]: there is no such section\n"
                       "FILE:6: limits.clients: 0 is below the minimum, 1 client\n");
    assert_file_errors(*state, "[]\nclients = 0\n", "FILE:1: []: there is no such section\n");
}

static void unknown_key_is_told_with_its_like(void **state)
{
    assert_file_errors(*state,
                       "[server]\n"
                       "xyzzyxyzzy = 1\n"
                       "  which goes on\n"
                       "Listen = *:1\n"
                       "limits.clients = 5\n"
                       "burts = 1\n",
                       "FILE:2: server.xyzzyxyzzy: there is no such option\n"
                       "FILE:4: server.Listen: there is no such option; did you mean server.listen?\n"
                       "FILE:5: server.limits.clients: there is no such option; did you mean clients below [limits]?\n"
                       "FILE:6: server.burts: there is no such option; did you mean flood.burst?\n");
}

static void key_before_any_section_is_told(void **state)
{
    assert_file_errors(*state, "xyzzyxyzzy = 1\nlimits.clients = 5\n",
                       "FILE:1: xyzzyxyzzy: no [section] stands above it\n"
                       "FILE:2: limits.clients: no [section] stands above it; did you mean clients below [limits]?\n");
}

static void option_given_three_times_is_told_twice(void **state)
{
    assert_file_errors(*state, "[limits]\nrooms = 1\nrooms = 2\n[log]\n[limits]\nrooms = 3\n",
                       "FILE:3: limits.rooms: is given twice; the first time in line 2\n"
                       "FILE:6: limits.rooms: is given twice; the first time in line 2\n");
}

static void too_long_line_is_told_and_its_rest_is_no_line(void **state)
{
    char text[700] = "[limits]\nclients = 5 ";
    size_t len;

    memset(text + strlen(text), ' ', 199 - strlen("clients = 5 "));
    strcat(text, "\nrooms = 0\n; ");
    len = strlen(text);
    memset(text + len, 'x', 300); /* a comment may have any length */
    strcat(text, "\n");
    assert_file_errors(*state, text,
                       "FILE:2: the line is longer than 198 bytes; continue the value on the next line, indented\n"
                       "FILE:3: limits.rooms: 0 is below the minimum, 1 room\n");
}

/* A value of which a part could not be read is not checked, neither alone nor with others. */
static void value_that_could_not_be_read_whole_is_not_judged(void **state)
{
    char text[600] = "[server]\nlisten = a!b\n  ";

    memset(text + strlen(text), 'x', 200);
    strcat(text, "\n  c!d\nname = x\n");
    assert_file_errors(
        *state, text,
        "FILE:3: the line is longer than 198 bytes; continue the value on the next line, indented\n");
    assert_file_errors(*state, "[limits]\nqueue_bytes = 64\nline_bytes = 16384\nqueues_bytes = 1M\n",
                       "FILE:2: limits.queue_bytes: 64 is below the minimum, 64K bytes\n");
}

static void indented_line_below_a_refused_line_belongs_to_it(void **state)
{
    assert_file_errors(*state,
                       "[server]\n"
                       "motd = x\n"
                       "listen *:4000\n"
                       "  a!b\n"
                       "  unix:/x\n"
                       "name = y\n"
                       "  z\n",
                       "FILE:3: the line is no \"key = value\"\n"
                       "FILE:7: server.name: an indented line would continue its value, which has only one line; "
                       "an option's own line begins without a blank\n");
}

static void indented_first_key_is_a_key_even_below_a_refused_one(void **state)
{
    assert_file_errors(*state, "[limits]\n  clients 5\n  rooms = 0\n",
                       "FILE:2: the line is no \"key = value\"\n"
                       "FILE:3: limits.rooms: 0 is below the minimum, 1 room\n");
}

static void section_without_its_end_ends_the_value_above(void **state)
{
    assert_file_errors(*state, "[server]\nmotd = x\n[limits\n  clients = 0\n",
                       "FILE:3: the section has no ']' at its end\n"
                       "FILE:4: limits.clients: 0 is below the minimum, 1 client\n");
}

static void colon_and_comment_make_no_key(void **state)
{
    assert_file_errors(*state, "[server]\nname: x\nname ; = x\n",
                       "FILE:2: the line is no \"key = value\"\n"
                       "FILE:3: the line is no \"key = value\"\n");
}

static void missing_value_is_told(void **state)
{
    assert_file_errors(*state, "[limits]\nclients =\n[server]\nlisten = ;none\n[log]\nlevel = \n",
                       "FILE:2: limits.clients: has no value\n"
                       "FILE:4: server.listen: has no value\n"
                       "FILE:6: log.level: has no value\n");
    assert_file_errors(*state, "[server]\nlisten = , ,\n", "FILE:2: server.listen: has no value\n");
}

static void check_of_another_layer_judges_what_was_given(void **state)
{
    assert_file_errors(*state, "[server]\ndefault_room = a!\nmotd = fine\n  not!\n",
                       "FILE:2: server.default_room: \"a!\" holds a mark\n"
                       "FILE:3: server.motd: \"fine?not!\" holds a mark\n");
}

static void check_of_two_options_is_told_where_the_later_one_stands(void **state)
{
    const struct fixture *f = *state;

    assert_file_errors(f, "[server]\nname = inn\ndefault_room = inn\n[limits]\nrooms = 0\n[history]\nreplay = 500\n",
                       "FILE:3: server.name: \"inn\" is server.default_room too\n"
                       "FILE:5: limits.rooms: 0 is below the minimum, 1 room\n"
                       "FILE:7: history.replay: 500 is above history.lines, 200\n");
    assert_file_errors(f, "[server]\ndefault_room = inn\nname = inn\n",
                       "FILE:3: server.name: \"inn\" is server.default_room too\n");
    write_text(f, "[server]\ndefault_room = inn\n");
    assert_errors(f, f->file, OVERRIDES("server.name=inn"), 1,
                  "-o server.name=inn: server.name: \"inn\" is server.default_room too\n");
    assert_file_errors(f, "[server]\nname = lobby\n", "FILE:2: server.name: \"lobby\" is server.default_room too\n");
    conf_free(load_good(f, "[server]\nname = inn\ndefault_room = bar\n[history]\nlines = 9\nreplay = 9\n"));

    /* A value that is wrong by itself causes no further mistakes. */
    assert_file_errors(f, "[server]\nname = i!\ndefault_room = i!\n",
                       "FILE:3: server.default_room: \"i!\" holds a mark\n");
}

static void assert_warned(const struct fixture *f, const char *text, const char *wanted)
{
    struct conf *cfg = load_good(f, text);
    const char *warnings = conf_warnings(cfg);

    if (wanted[0] == '\0') {
        assert_string_equal(warnings, "");
    } else {
        assert_memory_equal(warnings, f->file, strlen(f->file));
        assert_string_equal(warnings + strlen(f->file), wanted);
    }
    conf_free(cfg);
}

static void what_may_not_be_meant_is_right_and_warned_of(void **state)
{
    const struct fixture *f = *state;

    assert_warned(f, "", "");
    assert_warned(f, "[flood]\nburst = 1000\n", ":2: flood.burst: 1000 lines at once are many\n");
    assert_warned(f, "[flood]\nburst = 100\n[limits]\nqueue_bytes = 64K\nline_bytes = 1000\n",
                  ":5: flood.burst: 100 lines at once are many\n");
    assert_warned(f, "[limits]\nline_bytes = 1000\nqueue_bytes = 64K\n[flood]\nburst = 65\n", "");

    /* Only the mistake is reported. */
    assert_file_errors(f, "[flood]\nburst = 1000\n[limits]\nrooms = 0\n",
                       "FILE:4: limits.rooms: 0 is below the minimum, 1 room\n");
    assert_file_errors(f, "[flood]\nburst = 1000\n[limits]\nqueue_bytes = 1\n",
                       "FILE:4: limits.queue_bytes: 1 is below the minimum, 64K bytes\n");
}

static void options_that_do_not_fit_together_are_told_by_both_names(void **state)
{
    const struct fixture *f = *state;

    assert_file_errors(f, "[limits]\nqueues_bytes = 1M\nqueue_bytes = 2M\n",
                       "FILE:3: limits.queues_bytes: 1M is below limits.queue_bytes, 2M\n");
    assert_file_errors(f, "[limits]\nline_bytes = 16384\nqueue_bytes = 64K\n",
                       "FILE:3: limits.queue_bytes: 64K is below 16 times limits.line_bytes, 256K\n");
    conf_free(load_good(f, "[limits]\nline_bytes = 16384\nqueue_bytes = 256K\n"));
    conf_free(load_good(f, "[limits]\nqueues_bytes = 1M\nqueue_bytes = 1M\n"));
    write_text(f, "[limits]\nqueues_bytes = 1M\n");
    assert_errors(f, f->file, OVERRIDES("limits.queue_bytes=2M"), 1,
                  "-o limits.queue_bytes=2M: limits.queues_bytes: 1M is below limits.queue_bytes, 2M\n");
}

static void what_is_no_text_is_told(void **state)
{
    static const char zeros[] = "[limits]\nclients = 0\nrooms = \0005\nburst = 0\n";
    const struct fixture *f = *state;

    write_bytes(f, zeros, sizeof(zeros) - 1);
    assert_errors(f, f->file, NULL, 0, "FILE:3: the line holds a NUL byte: this is no text file\n");
    assert_file_errors(f, "[server]\n; caf\xe9\nname = caf\xe9\nmotd = \x1b[2J\n  more\n[limits]\nrooms = 0\n",
                       "FILE:2: the line is not UTF-8 text\n"
                       "FILE:3: the line is not UTF-8 text\n"
                       "FILE:4: the line holds a control character\n"
                       "FILE:7: limits.rooms: 0 is below the minimum, 1 room\n");
}

static void what_cannot_be_read_is_told(void **state)
{
    const struct fixture *f = *state;
    struct strbuf errors = {0};
    char wanted[160];

    unlink(f->file);
    assert_errors(f, f->file, OVERRIDES("limits.clients=0"), 1,
                  "FILE: cannot be opened: No such file or directory\n"
                  "-o limits.clients=0: limits.clients: 0 is below the minimum, 1 client\n");
    assert_null(conf_load(f->folder, NULL, 0, NULL, &errors));
    snprintf(wanted, sizeof(wanted), "%s: cannot be read: Is a directory\n", f->folder);
    assert_string_equal(strbuf_str(&errors), wanted);
    strbuf_fini(&errors);
}

/* At the start "-c <(program)" works.  At a reload that pipe is empty, and reading a pipe without a writer would
 * wait. */
static void pipe_is_read_once_and_never_waited_for(void **state)
{
    const struct fixture *f = *state;
    char path[32], wanted[64];
    struct strbuf errors = {0};
    struct conf *conf;
    int ends[2];

    assert_int_equal(pipe(ends), 0);
    assert_int_equal(write(ends[1], "[limits]\nclients = 7\n", 21), 21);
    close(ends[1]);
    snprintf(path, sizeof(path), "/dev/fd/%d", ends[0]);
    conf = conf_load(path, NULL, 0, NULL, &errors);
    assert_non_null(conf);
    assert_int_equal(conf->limits.clients, 7);
    conf_free(conf);
    assert_null(conf_load(path, NULL, 0, NULL, &errors));
    snprintf(wanted, sizeof(wanted), "%s: is a pipe with nothing in it\n", path);
    assert_string_equal(strbuf_str(&errors), wanted);
    strbuf_fini(&errors);
    close(ends[0]);
    unlink(f->file);
    assert_int_equal(mkfifo(f->file, 0600), 0);
    assert_errors(f, f->file, NULL, 0, "FILE: is a pipe with nothing in it\n");
}

static void file_without_permission_is_told(void **state)
{
    const struct fixture *f = *state;

    if (geteuid() == 0) {
        skip(); /* root may read everything */
    }
    write_text(f, "");
    assert_int_equal(chmod(f->file, 0), 0);
    assert_errors(f, f->file, NULL, 0, "FILE: cannot be opened: Permission denied\n");
}

static void huge_file_is_refused(void **state)
{
    const struct fixture *f = *state;
    size_t len = (1 << 20) + 1;
    char *text = malloc(len);

    memset(text, '\n', len);
    write_bytes(f, text, len);
    assert_errors(f, f->file, NULL, 0, "FILE: is larger than 1048576 bytes: this is no file of settings\n");
    conf_free(load_bytes(f, text, len - 1));
    assert_errors(f, "/dev/zero", NULL, 0,
                  "/dev/zero: is larger than 1048576 bytes: this is no file of settings\n");
    free(text);
}

static void errors_past_a_hundred_are_counted(void **state)
{
    const struct fixture *f = *state;
    struct strbuf text = {0};
    struct strbuf wanted = {0};

    for (int i = 1; i <= 250; i++) {
        strbuf_adds(&text, "garbage\n");
        if (i <= 100) {
            strbuf_addf(&wanted, "FILE:%d: the line is no \"key = value\"\n", i);
        }
    }
    strbuf_adds(&wanted, "FILE: 150 more errors are not shown\n");
    assert_file_errors(f, strbuf_str(&text), strbuf_str(&wanted));
    strbuf_fini(&text);
    strbuf_fini(&wanted);
}

/* ---- what is wrong on the command line ---- */

static void every_error_of_the_command_line_is_told_in_its_order(void **state)
{
    assert_errors(*state, NULL,
                  OVERRIDES("limits.clients=0", "limits.clientz=5", "clients=5", "limits.clients",
                            "limit.rooms=5", "", "limits.rooms=", "server.listen=a!",
                            "xyzzyxyzzy=1", "server.name=\xff",
                            "server.motd=a\nb", ".=", "server.clients=5"),
                  13,
                  "-o limits.clients=0: limits.clients: 0 is below the minimum, 1 client\n"
                  "-o limits.clientz=5: limits.clientz: there is no such option; did you mean limits.clients?\n"
                  "-o clients=5: is no section.key=value; did you mean limits.clients?\n"
                  "-o limits.clients: is no section.key=value\n"
                  "-o limit.rooms=5: limit.rooms: there is no such option; did you mean limits.rooms?\n"
                  "-o : is no section.key=value\n"
                  "-o limits.rooms=: limits.rooms: has no value\n"
                  "-o server.listen=a!: server.listen: \"a!\" holds a mark\n"
                  "-o xyzzyxyzzy=1: is no section.key=value\n"
                  "-o server.name=?: the argument is not UTF-8 text\n"
                  "-o server.motd=a?b: the argument holds a control character\n"
                  "-o .=: .: there is no such option\n"
                  "-o server.clients=5: server.clients: there is no such option; did you mean limits.clients?\n");
}

static void errors_of_the_file_do_not_stop_those_of_the_command_line(void **state)
{
    const struct fixture *f = *state;

    write_text(f, "[limits]\nrooms = 0\n");
    assert_errors(f, f->file, OVERRIDES("limits.rooms=5", "limits.clients=0"), 2,
                  "FILE:2: limits.rooms: 0 is below the minimum, 1 room\n"
                  "-o limits.clients=0: limits.clients: 0 is below the minimum, 1 client\n");
}

/* ---- comparing snapshots ---- */

static void note_change(void *ctx, const char *option, const char *was, const char *is, bool reloadable)
{
    strbuf_addf(ctx, "%s: %s -> %s%s\n", option, was, is, reloadable ? "" : " (restart)");
}

static void assert_differ(const struct conf *was, const struct conf *is, const char *wanted)
{
    struct strbuf changes = {0};

    conf_diff(was, is, note_change, &changes);
    assert_string_equal(strbuf_str(&changes), wanted);
    strbuf_fini(&changes);
}

static void diff_tells_each_change_as_text(void **state)
{
    struct conf *was = load_good(*state, "");
    struct conf *is = load_good(*state, "[server]\nlisten = *:1\nmotd = a\n  b\n[limits]\nqueue_bytes = 1M\n"
                                        "line_bytes = 4096\nclients = 10000\n[log]\nlevel = debug\n"
                                        "[server]\nevent_backend = poll\n");

    assert_differ(was, was, "");
    assert_differ(was, is,
                  "server.listen: *:4000 -> *:1\n"
                  "server.motd:  -> a\\nb\n"
                  "server.event_backend: auto -> poll (restart)\n"
                  "limits.line_bytes: 2048 -> 4096\n"
                  "limits.queue_bytes: 256K -> 1M\n"
                  "log.level: info -> debug\n");
    conf_free(was);
    conf_free(is);
}

static void what_needs_a_restart_keeps_its_running_value(void **state)
{
    struct conf *running = load_good(*state, "[server]\nlisten = *:1\nevent_backend = poll\n");
    struct conf *cfg = load_good(*state, "[server]\nlisten = *:2\nname = x\n[limits]\nclients = 5\n");

    conf_keep_fixed(cfg, running);
    conf_free(running);
    assert_string_equal(cfg->server.listen, "*:2");
    assert_int_equal(cfg->server.event_backend, CONF_BACKEND_POLL);
    assert_string_equal(cfg->server.name, "x");
    assert_int_equal(cfg->limits.clients, 5);
    conf_free(cfg);
}

/* "VALUE from N line M" of one option in cfg. */
static void assert_value(const struct conf *cfg, const char *section, const char *key, const char *wanted)
{
    struct conf_value_info info;
    struct strbuf value = {0};
    size_t i = 0;

    while (conf_value_info(cfg, i++, &info, &value) &&
           (strcmp(info.section, section) != 0 || strcmp(info.key, key) != 0)) {
        strbuf_reset(&value);
    }
    strbuf_addf(&value, " from %d line %zu", (int)info.from, info.line);
    assert_string_equal(strbuf_str(&value), wanted);
    strbuf_fini(&value);
}

static void where_a_value_comes_from_is_known(void **state)
{
    static const char *const overrides[] = {"limits.rooms=7"};
    struct fixture *f = *state;
    struct strbuf text = {0};
    struct conf *cfg;

    write_text(f, "[server]\nmotd = a\n b\n[limits]\nrooms = 5\nclients = 6\n");
    cfg = conf_load(f->file, overrides, 1, NULL, &text);
    assert_non_null(cfg);
    assert_value(cfg, "server", "listen", "*:4000 from 0 line 0");
    assert_value(cfg, "server", "motd", "a\\nb from 1 line 2");
    assert_value(cfg, "limits", "clients", "6 from 1 line 6");
    assert_value(cfg, "limits", "rooms", "7 from 2 line 0");

    assert_true(conf_set(cfg, "log.level", "debug", &text));
    assert_value(cfg, "log", "level", "debug from 3 line 0");
    assert_false(conf_set(cfg, "log.level", "loud", &text));
    assert_non_null(strstr(strbuf_str(&text), "\"loud\" is none of error, "));
    assert_value(cfg, "log", "level", "debug from 3 line 0");
    strbuf_fini(&text);
    conf_free(cfg);
}

static void options_are_listed_in_the_table_s_order(void **state)
{
    struct conf_option_info info;
    size_t count = 0;

    (void)state;
    assert_true(conf_option_info(0, &info));
    assert_string_equal(info.section, "server");
    assert_string_equal(info.key, "listen");
    assert_string_equal(info.default_text, "*:4000");
    assert_true(info.reloadable);
    while (conf_option_info(count, &info)) {
        assert_non_null(info.unit);
        assert_non_null(info.help);
        count++;
    }
    assert_string_equal(info.section, "control");
    assert_false(conf_option_info(count + 1, &info));
}

/* ---- the sample ---- */

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
    struct conf *defaults = load_good(*state, "");
    struct conf *cfg = load_good(*state, sample);

    assert_differ(defaults, cfg, "");
    conf_free(cfg);
    conf_free(defaults);
    free(sample);
}

static void sample_with_each_option_active_parses_to_the_defaults(void **state)
{
    char *sample = print_sample();
    struct strbuf active = {0};
    struct conf *defaults = load_good(*state, "");
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
    cfg = load_good(*state, strbuf_str(&active));
    assert_differ(defaults, cfg, "");
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_file_the_defaults_hold),
        TEST(file_replaces_defaults),
        TEST(empty_file_is_fine),
        TEST(mark_of_utf8_and_crlf_are_fine),
        TEST(indented_line_adds_a_line_to_the_message),
        TEST(indented_line_adds_to_a_list),
        TEST(line_of_198_bytes_is_read_whole),
        TEST(override_replaces_the_file_and_the_last_one_wins),
        TEST(every_error_of_a_file_is_told_with_its_line),
        TEST(unknown_section_is_told_once),
        TEST(unknown_key_is_told_with_its_like),
        TEST(key_before_any_section_is_told),
        TEST(option_given_three_times_is_told_twice),
        TEST(too_long_line_is_told_and_its_rest_is_no_line),
        TEST(value_that_could_not_be_read_whole_is_not_judged),
        TEST(indented_line_below_a_refused_line_belongs_to_it),
        TEST(indented_first_key_is_a_key_even_below_a_refused_one),
        TEST(section_without_its_end_ends_the_value_above),
        TEST(colon_and_comment_make_no_key),
        TEST(missing_value_is_told),
        TEST(check_of_another_layer_judges_what_was_given),
        TEST(check_of_two_options_is_told_where_the_later_one_stands),
        TEST(what_may_not_be_meant_is_right_and_warned_of),
        TEST(options_that_do_not_fit_together_are_told_by_both_names),
        TEST(what_is_no_text_is_told),
        TEST(what_cannot_be_read_is_told),
        TEST(pipe_is_read_once_and_never_waited_for),
        TEST(file_without_permission_is_told),
        TEST(huge_file_is_refused),
        TEST(errors_past_a_hundred_are_counted),
        TEST(every_error_of_the_command_line_is_told_in_its_order),
        TEST(errors_of_the_file_do_not_stop_those_of_the_command_line),
        TEST(diff_tells_each_change_as_text),
        TEST(what_needs_a_restart_keeps_its_running_value),
        TEST(where_a_value_comes_from_is_known),
        TEST(options_are_listed_in_the_table_s_order),
        TEST(sample_parses_to_the_defaults),
        TEST(sample_with_each_option_active_parses_to_the_defaults),
        TEST(sample_file_is_the_printed_one),
        TEST(sample_fits_a_terminal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
