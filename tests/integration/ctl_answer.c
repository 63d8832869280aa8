/* tests/integration/ctl_answer.c: see ctl_answer.h. */
#include "config.h"

#include "ctl_answer.h"

#include "ctl.h"
#include "strict_json.h"

#include <string.h>

struct daemon *ctl_answer_start(void)
{
    return daemon_start("-o", ctl_option());
}

void ctl_answer_holds(const char *text, const char *part)
{
    if (strstr(text, part) == NULL) {
        harness_fail("expected: %s\nin: %s", part, text);
    }
}

const char *ctl_answer_object(const char *output, size_t i)
{
    const char *found = NULL;
    size_t n = 0;

    while (*output != '\0') {
        size_t len = strcspn(output, "\n");
        const char *line = harness_text("%.*s", (int)len, output);

        if (line[0] != '{' || !strict_json_is_valid(line)) {
            harness_fail("no object: %s", line);
        }
        if (n++ == i) {
            found = line;
        }
        output += len + (output[len] == '\n');
    }
    if (found == NULL) {
        harness_fail("only %zu objects", n);
    }
    return found;
}

void ctl_answer_member(const char *object, const char *key, const char *want)
{
    const char *got = strict_json_get(object, key);

    if (got == NULL || strcmp(got, want) != 0) {
        harness_fail("%s is %s, not %s, in %s", key, got != NULL ? got : "(missing)", want, object);
    }
}

size_t ctl_answer_lines(const char *text)
{
    size_t n = 0;

    for (; *text != '\0'; text++) {
        n += *text == '\n';
    }
    return n;
}
