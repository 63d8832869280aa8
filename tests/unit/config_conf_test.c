/* Tests of config/conf.h: snapshots of real files, and how they are compared and changed. */
#include "config.h"

#include "config/conf.h"

#include "base/log.h"
#include "fake_conf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void without_a_file_the_defaults_hold(void **state)
{
    struct strbuf errors = {0};
    struct conf *cfg = conf_load(NULL, NULL, 0, fake_conf_checks, &errors);

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
    assert_int_equal(cfg->limits.memory_bytes, 268435456);
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
    struct conf *cfg = fake_conf_load(*state, "# a comment\n"
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
    conf_free(fake_conf_load(*state, ""));
    conf_free(fake_conf_load(*state, "\xef\xbb\xbf"));
    conf_free(fake_conf_load(*state, "\xef\xbb\xbf\xef\xbb\xbf[log]\n"));
    conf_free(fake_conf_load(*state, "\n\r\n ; nothing\n"));
}

static void diff_tells_each_change_as_text(void **state)
{
    struct conf *was = fake_conf_load(*state, "");
    struct conf *is = fake_conf_load(*state, "[server]\nlisten = *:1\nmotd = a\n  b\n[limits]\nqueue_bytes = 1M\n"
                                     "line_bytes = 4096\nclients = 10000\n[log]\nlevel = debug\n"
                                     "[server]\nevent_backend = poll\n");

    fake_conf_differ(was, was, "");
    fake_conf_differ(was, is,
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
    struct conf *running = fake_conf_load(*state, "[server]\nlisten = *:1\nevent_backend = poll\n");
    struct conf *cfg = fake_conf_load(*state, "[server]\nlisten = *:2\nname = x\n[limits]\nclients = 5\n");

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
    struct fake_conf *f = *state;
    struct strbuf text = {0};
    struct conf *cfg;

    fake_conf_write(f, "[server]\nmotd = a\n b\n[limits]\nrooms = 5\nclients = 6\n");
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

#define TEST(name) cmocka_unit_test_setup_teardown(name, fake_conf_begin, fake_conf_end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_a_file_the_defaults_hold),
        TEST(file_replaces_defaults),
        TEST(empty_file_is_fine),
        TEST(diff_tells_each_change_as_text),
        TEST(what_needs_a_restart_keeps_its_running_value),
        TEST(where_a_value_comes_from_is_known),
        TEST(options_are_listed_in_the_table_s_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
