/* tests/integration/json_client.c: checking each line, and comparing fields. */
#include "config.h"

#include "json_client.h"

#include "strict_json.h"

#include <stdarg.h>
#include <string.h>

const char *json_client_next(struct client *c)
{
    const char *line = client_line(c);

    if (!strict_json_is_valid(line) || strict_json_get(line, "type") == NULL) {
        harness_fail("no object of JSON: %s", line);
    }
    return line;
}

const char *json_client_expect(struct client *c, const char *type)
{
    const char *line;

    do {
        line = json_client_next(c);
    } while (strcmp(strict_json_get(line, "type"), type) != 0);
    return line;
}

void json_client_check(const char *line, const char *key, const char *value)
{
    const char *got = strict_json_get(line, key);

    if (value == NULL ? got != NULL : got == NULL || strcmp(got, value) != 0) {
        harness_fail("expected \"%s\" to be: %s\nbut the object is: %s", key,
                     value != NULL ? value : "(not there)", line);
    }
}

struct client *json_client_join(struct daemon *d, const char *name)
{
    struct client *c = client_join(d, name);

    client_send(c, "/format json\n");
    client_expect_line(c, "{\"type\":\"ok\",\"command\":\"format\"}");
    return c;
}

void json_client_answers(struct client *c, const char *line, ...)
{
    const char *begin, *got;
    va_list ap;

    client_sendf(c, "%s\n", line);
    va_start(ap, line);
    while ((begin = va_arg(ap, const char *)) != NULL) {
        got = json_client_next(c);
        if (strncmp(got, begin, strlen(begin)) != 0) {
            harness_fail("%s: expected: %s\nbut the object is: %s", line, begin, got);
        }
    }
    va_end(ap);
    got = json_client_next(c);
    if (strcmp(strict_json_get(got, "type"), "ok") != 0) {
        harness_fail("%s: one too many: %s", line, got);
    }
}
