/* Tests of frontend/terminals.h: which types are terminals. */
#include "config.h"

#include "frontend/terminals.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

static void terminals_are_known_by_how_their_type_begins(void **state)
{
    (void)state;
    assert_int_equal(terminals_kind("xterm"), TERMINALS_SCREEN);
    assert_int_equal(terminals_kind("XTERM-256COLOR"), TERMINALS_SCREEN);
    assert_int_equal(terminals_kind("DEC-VT100"), TERMINALS_UNKNOWN);
    assert_int_equal(terminals_kind("VT220"), TERMINALS_SCREEN);
    assert_int_equal(terminals_kind("st"), TERMINALS_SCREEN);
    assert_int_equal(terminals_kind("ST-256color"), TERMINALS_SCREEN);
    assert_int_equal(terminals_kind("stone"), TERMINALS_UNKNOWN);
    assert_int_equal(terminals_kind(""), TERMINALS_UNKNOWN);
    assert_int_equal(terminals_kind("IBM-3278-2"), TERMINALS_UNKNOWN);
}

static void mud_clients_and_dumb_terminals_are_told_apart(void **state)
{
    (void)state;
    assert_int_equal(terminals_kind("TINTIN++"), TERMINALS_MUD);
    assert_int_equal(terminals_kind("Mudlet 4.17"), TERMINALS_MUD);
    assert_int_equal(terminals_kind("GNOME-MUD"), TERMINALS_MUD); /* and not as "gnome" */
    assert_int_equal(terminals_kind("gnome-256color"), TERMINALS_SCREEN);
    assert_int_equal(terminals_kind("dumb"), TERMINALS_DUMB);
    assert_int_equal(terminals_kind("UNKNOWN"), TERMINALS_DUMB);
}

static void a_type_tells_the_colours_or_there_are_none(void **state)
{
    (void)state;
    assert_int_equal(terminals_colours("XTERM-256COLOR"), 256);
    assert_int_equal(terminals_colours("xterm"), 16);
    assert_int_equal(terminals_colours("LINUX"), 16);
    assert_int_equal(terminals_colours("xterm-direct"), 256);
    assert_int_equal(terminals_colours("Mudlet 4.17"), 256);
    assert_int_equal(terminals_colours("TINTIN++"), 256);
    assert_int_equal(terminals_colours("CMUD"), 16);
    assert_int_equal(terminals_colours("VT220"), 0);
    assert_int_equal(terminals_colours("xterm-mono"), 0);
    assert_int_equal(terminals_colours("dumb"), 0);
    assert_int_equal(terminals_colours(""), 0);
    assert_int_equal(terminals_colours("IBM-3278-2"), 0);
    assert_true(terminals_does_bidi("mlterm"));
    assert_false(terminals_does_bidi("xterm-256color"));
}

static void clients_for_muds_tell_what_they_can_do(void **state)
{
    (void)state;
    assert_int_equal(terminals_read_mtts("MTTS 271"), 271);
    assert_int_equal(terminals_read_mtts("mtts 65535"), 65535);
    assert_int_equal(terminals_read_mtts("MTTS 65536"), 0);
    assert_int_equal(terminals_read_mtts("MTTS -1"), 0);
    assert_int_equal(terminals_read_mtts("MTTS 13x"), 0);
    assert_int_equal(terminals_read_mtts("MTTS "), 0);
    assert_int_equal(terminals_read_mtts("XTERM"), 0);
    assert_int_equal(terminals_mtts_colours(1), 16);
    assert_int_equal(terminals_mtts_colours(1 | 4 | 8), 256);
    assert_int_equal(terminals_mtts_colours(1 | 256), 256);
    assert_int_equal(terminals_mtts_colours(2 | 4), 0);
    assert_int_equal(terminals_mtts_colours(1 | 8 | 64), 0); /* read aloud */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(terminals_are_known_by_how_their_type_begins),
        cmocka_unit_test(mud_clients_and_dumb_terminals_are_told_apart),
        cmocka_unit_test(a_type_tells_the_colours_or_there_are_none),
        cmocka_unit_test(clients_for_muds_tell_what_they_can_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
