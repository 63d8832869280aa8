/* Tests of session/cmd.h: the table of commands.  What commands do is seen in session_verbs_test.c and
 * from outside. */
#include "config.h"

#include "session/cmd.h"

#include "base/text.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

enum { COLUMNS = 80 }; /* of a row in which an answer stands */

static void each_entry_is_whole(void **state)
{
    const struct cmd *cmd;

    (void)state;
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        assert_int_equal(strspn(cmd->name, "abcdefghijklmnopqrstuvwxyz"), strlen(cmd->name));
        assert_non_null(cmd->exec);
        assert_non_null(cmd->usage);
        assert_true(cmd->cost >= 1);
        assert_true(cmd->min_words <= cmd->max_words && cmd->max_words <= CMD_WORDS);
        assert_true(cmd->takes_text || !cmd->needs_text);
        assert_non_null(cmd->help);
        assert_true(islower((unsigned char)cmd->help[0]) && strpbrk(cmd->help, "\r\n") == NULL);
        assert_int_not_equal(cmd->help[strlen(cmd->help) - 1], '.');
        assert_true(cmd->group < CMD_GROUP_COUNT);
        assert_true(strlen("-- / : ") + strlen(cmd->name) + strlen(cmd->usage) + strlen(cmd->help) <= COLUMNS);
    }
    assert_true(cmd_at(0) != NULL);
    assert_non_null(cmd_at(CMD_COUNT - 1));
    assert_null(cmd_at(CMD_COUNT));
    assert_null(cmd_at(1000000));
}

/* Every word of its usage in capitals is explained, and the example is a use of it. */
static void each_entry_with_arguments_explains_them(void **state)
{
    const struct cmd *cmd;

    (void)state;
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        const char *text = cmd->args, *line;
        size_t len;

        assert_int_equal(cmd->args != NULL, cmd->usage[0] != '\0');
        assert_int_equal(cmd->example != NULL, cmd->usage[0] != '\0');
        if (cmd->args == NULL) {
            continue;
        }
        while (text_next_line(&text, &line, &len)) {
            assert_in_range(len, 1, COLUMNS - strlen("-- "));
        }
        for (const char *word = cmd->usage; *(word += strcspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ")) != '\0';) {
            char noun[32];

            len = strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
            snprintf(noun, sizeof(noun), "%.*s", (int)len, word);
            assert_non_null(strstr(cmd->args, noun));
            word += len;
        }
        assert_memory_equal(cmd->example, cmd->name, strlen(cmd->name));
        assert_int_equal(cmd->example[strlen(cmd->name)], ' ');
    }
}

/* Arguments that may be left out stand in brackets. */
static void usage_says_what_is_needed(void **state)
{
    const struct cmd *cmd;

    (void)state;
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        bool needs = cmd->min_words > 0 || cmd->needs_text, takes = cmd->max_words > 0 || cmd->takes_text;

        assert_int_equal(cmd->usage[0] != '\0', takes);
        assert_int_equal(cmd->usage[0] != '\0' && cmd->usage[0] != '[', needs);
    }
}

static void every_name_and_alias_is_of_one_command(void **state)
{
    const struct cmd *cmd;

    (void)state;
    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        char words[200], *rest = words, *word;

        snprintf(words, sizeof(words), "%s %s", cmd->name, cmd->aliases != NULL ? cmd->aliases : "");
        while ((word = strsep(&rest, " ")) != NULL) {
            if (*word != '\0') {
                assert_ptr_equal(cmd_find(word), cmd); /* and not one before it */
            }
        }
    }
}

static void name_is_found_in_any_case_and_only_whole(void **state)
{
    (void)state;
    assert_ptr_equal(cmd_find("JoIn"), cmd_find("join"));
    assert_ptr_equal(cmd_find("PART"), cmd_find("leave"));
    assert_ptr_equal(cmd_find("?"), cmd_find("help"));
    assert_ptr_equal(cmd_find("names"), cmd_find("who"));
    assert_ptr_equal(cmd_find("list"), cmd_find("rooms"));
    assert_ptr_equal(cmd_find("query"), cmd_find("msg"));
    assert_null(cmd_find(""));
    assert_null(cmd_find(" "));
    assert_null(cmd_find("joi"));
    assert_null(cmd_find("joins"));
    assert_null(cmd_find("query privmsg"));
    assert_null(cmd_find("all")); /* /help all is another thing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_entry_is_whole),
        cmocka_unit_test(each_entry_with_arguments_explains_them),
        cmocka_unit_test(usage_says_what_is_needed),
        cmocka_unit_test(every_name_and_alias_is_of_one_command),
        cmocka_unit_test(name_is_found_in_any_case_and_only_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
