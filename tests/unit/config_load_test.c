/* Tests of config/load.h by conf_load(), on real files: values that are read, and mistakes that are reported. */
#include "config.h"

#include "config/load.h"

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
#include <sys/stat.h>
#include <unistd.h>

static void mark_of_utf8_and_crlf_are_fine(void **state)
{
    struct conf *cfg = fake_conf_load(*state, "\xef\xbb\xbf[limits]\r\nclients = 5\r\n"
                                      "[server]\r\nmotd = a\r\n  b\r\n");

    assert_int_equal(cfg->limits.clients, 5);
    assert_string_equal(cfg->server.motd, "a\nb");
    conf_free(cfg);
}

static void indented_line_adds_a_line_to_the_message(void **state)
{
    struct conf *cfg = fake_conf_load(*state, "[server]\n"
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
    cfg = fake_conf_load(*state, "[server]\nmotd =\n  first\n  second\n");
    assert_string_equal(cfg->server.motd, "first\nsecond");
    conf_free(cfg);
}

static void indented_line_adds_to_a_list(void **state)
{
    struct conf *cfg = fake_conf_load(*state, "[server]\n"
                                      "listen = *:4000\n"
                                      "  127.0.0.1:1,\n"
                                      "  unix:/x\n");

    assert_string_equal(cfg->server.listen, "*:4000, 127.0.0.1:1, unix:/x");
    conf_free(cfg);
    cfg = fake_conf_load(*state, "[server]\nlisten =\n  *:1\n  *:2\n");
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
    cfg = fake_conf_load(*state, text);
    assert_int_equal(strlen(cfg->server.name), 191);
    assert_int_equal(cfg->limits.clients, 5);
    conf_free(cfg);
}

static void override_replaces_the_file_and_the_last_one_wins(void **state)
{
    const struct fake_conf *f = *state;
    struct strbuf errors = {0};
    struct conf *cfg;
    const char *const *overrides =
        FAKE_CONF_OVERRIDES("limits.clients=6", "server.motd=a\\nb=c", "limits.clients = 7", "server.default_room=");

    fake_conf_write(f, "[limits]\nclients = 5\n[server]\nmotd = x\n");
    cfg = conf_load(f->file, overrides, 4, fake_conf_checks, &errors);
    assert_non_null(cfg);
    assert_int_equal(cfg->limits.clients, 7);
    assert_string_equal(cfg->server.motd, "a\nb=c");
    assert_string_equal(cfg->server.default_room, "");
    conf_free(cfg);
}

static void every_error_of_a_file_is_told_with_its_line(void **state)
{
    fake_conf_refuses_text(*state,
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
    fake_conf_refuses_text(*state, "[xyzzyxyzzy]\nclients = 0\nfoo = 1\n  more\n[limits]\nclients = 0\n",
                           "FILE:1: [xyzzyxyzzy]: there is no such section\n"
                           "FILE:6: limits.clients: 0 is below the minimum, 1 client\n");
    fake_conf_refuses_text(*state, "[]\nclients = 0\n", "FILE:1: []: there is no such section\n");
}

static void unknown_key_is_told_with_its_like(void **state)
{
    fake_conf_refuses_text(*state,
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
    fake_conf_refuses_text(*state, "xyzzyxyzzy = 1\nlimits.clients = 5\n",
                           "FILE:1: xyzzyxyzzy: no [section] stands above it\n"
        "FILE:2: limits.clients: no [section] stands above it; did you mean clients below [limits]?\n");
}

static void option_given_three_times_is_told_twice(void **state)
{
    fake_conf_refuses_text(*state, "[limits]\nrooms = 1\nrooms = 2\n[log]\n[limits]\nrooms = 3\n",
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
    fake_conf_refuses_text(*state, text,
                           "FILE:2: the line is longer than 198 bytes; continue the value on the next line, indented\n"
                           "FILE:3: limits.rooms: 0 is below the minimum, 1 room\n");
}

/* A value of which a part could not be read is not checked, neither alone nor with others. */
static void value_that_could_not_be_read_whole_is_not_judged(void **state)
{
    char text[600] = "[server]\nlisten = a!b\n  ";

    memset(text + strlen(text), 'x', 200);
    strcat(text, "\n  c!d\nname = x\n");
    fake_conf_refuses_text(
                           *state, text,
        "FILE:3: the line is longer than 198 bytes; continue the value on the next line, indented\n");
    fake_conf_refuses_text(*state, "[limits]\nqueue_bytes = 64\nline_bytes = 16384\nmemory_bytes = 1M\n",
                           "FILE:2: limits.queue_bytes: 64 is below the minimum, 64K bytes\n");
}

static void indented_line_below_a_refused_line_belongs_to_it(void **state)
{
    fake_conf_refuses_text(*state,
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
    fake_conf_refuses_text(*state, "[limits]\n  clients 5\n  rooms = 0\n",
                           "FILE:2: the line is no \"key = value\"\n"
                           "FILE:3: limits.rooms: 0 is below the minimum, 1 room\n");
}

static void section_without_its_end_ends_the_value_above(void **state)
{
    fake_conf_refuses_text(*state, "[server]\nmotd = x\n[limits\n  clients = 0\n",
                           "FILE:3: the section has no ']' at its end\n"
                           "FILE:4: limits.clients: 0 is below the minimum, 1 client\n");
}

static void colon_and_comment_make_no_key(void **state)
{
    fake_conf_refuses_text(*state, "[server]\nname: x\nname ; = x\n",
                           "FILE:2: the line is no \"key = value\"\n"
                           "FILE:3: the line is no \"key = value\"\n");
}

static void missing_value_is_told(void **state)
{
    fake_conf_refuses_text(*state, "[limits]\nclients =\n[server]\nlisten = ;none\n[log]\nlevel = \n",
                           "FILE:2: limits.clients: has no value\n"
                           "FILE:4: server.listen: has no value\n"
                           "FILE:6: log.level: has no value\n");
    fake_conf_refuses_text(*state, "[server]\nlisten = , ,\n", "FILE:2: server.listen: has no value\n");
}

static void what_is_no_text_is_told(void **state)
{
    static const char zeros[] = "[limits]\nclients = 0\nrooms = \0005\nburst = 0\n";
    const struct fake_conf *f = *state;

    fake_conf_write_bytes(f, zeros, sizeof(zeros) - 1);
    fake_conf_refuses(f, f->file, NULL, 0, "FILE:3: the line holds a NUL byte: this is no text file\n");
    fake_conf_refuses_text(f, "[server]\n; caf\xe9\nname = caf\xe9\nmotd = \x1b[2J\n  more\n[limits]\nrooms = 0\n",
                           "FILE:2: the line is not UTF-8 text\n"
                           "FILE:3: the line is not UTF-8 text\n"
                           "FILE:4: the line holds a control character\n"
                           "FILE:7: limits.rooms: 0 is below the minimum, 1 room\n");
}

static void what_cannot_be_read_is_told(void **state)
{
    const struct fake_conf *f = *state;
    struct strbuf errors = {0};
    char wanted[160];

    unlink(f->file);
    fake_conf_refuses(f, f->file, FAKE_CONF_OVERRIDES("limits.clients=0"), 1,
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
    const struct fake_conf *f = *state;
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
    fake_conf_refuses(f, f->file, NULL, 0, "FILE: is a pipe with nothing in it\n");
}

static void file_without_permission_is_told(void **state)
{
    const struct fake_conf *f = *state;

    if (geteuid() == 0) {
        skip(); /* root may read everything */
    }
    fake_conf_write(f, "");
    assert_int_equal(chmod(f->file, 0), 0);
    fake_conf_refuses(f, f->file, NULL, 0, "FILE: cannot be opened: Permission denied\n");
}

static void huge_file_is_refused(void **state)
{
    const struct fake_conf *f = *state;
    size_t len = (1 << 20) + 1;
    char *text = malloc(len);

    memset(text, '\n', len);
    fake_conf_write_bytes(f, text, len);
    fake_conf_refuses(f, f->file, NULL, 0, "FILE: is larger than 1048576 bytes: this is no file of settings\n");
    conf_free(fake_conf_load_bytes(f, text, len - 1));
    fake_conf_refuses(f, "/dev/zero", NULL, 0,
                      "/dev/zero: is larger than 1048576 bytes: this is no file of settings\n");
    free(text);
}

static void errors_past_a_hundred_are_counted(void **state)
{
    const struct fake_conf *f = *state;
    struct strbuf text = {0};
    struct strbuf wanted = {0};

    for (int i = 1; i <= 250; i++) {
        strbuf_adds(&text, "garbage\n");
        if (i <= 100) {
            strbuf_addf(&wanted, "FILE:%d: the line is no \"key = value\"\n", i);
        }
    }
    strbuf_adds(&wanted, "FILE: 150 more errors are not shown\n");
    fake_conf_refuses_text(f, strbuf_str(&text), strbuf_str(&wanted));
    strbuf_fini(&text);
    strbuf_fini(&wanted);
}

static void every_error_of_the_command_line_is_told_in_its_order(void **state)
{
    fake_conf_refuses(*state, NULL,
                      FAKE_CONF_OVERRIDES("limits.clients=0", "limits.clientz=5", "clients=5", "limits.clients",
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
    const struct fake_conf *f = *state;

    fake_conf_write(f, "[limits]\nrooms = 0\n");
    fake_conf_refuses(f, f->file, FAKE_CONF_OVERRIDES("limits.rooms=5", "limits.clients=0"), 2,
                      "FILE:2: limits.rooms: 0 is below the minimum, 1 room\n"
                      "-o limits.clients=0: limits.clients: 0 is below the minimum, 1 client\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_conf_begin, fake_conf_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
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
        TEST(what_is_no_text_is_told),
        TEST(what_cannot_be_read_is_told),
        TEST(pipe_is_read_once_and_never_waited_for),
        TEST(file_without_permission_is_told),
        TEST(huge_file_is_refused),
        TEST(errors_past_a_hundred_are_counted),
        TEST(every_error_of_the_command_line_is_told_in_its_order),
        TEST(errors_of_the_file_do_not_stop_those_of_the_command_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
