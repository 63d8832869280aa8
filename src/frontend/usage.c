/* frontend/usage.c: from "[COMMAND | all]" to "a command or all". */
#include "config.h"

#include "frontend/usage.h"

#include <ctype.h>
#include <string.h>

/* The length of an argument in a usage, with its alternatives: "NAME|ROOM", "[COMMAND | all]"; 0: there is none. */
static size_t argument_len(const char *usage)
{
    size_t len = strcspn(usage, " []");

    if (strncmp(usage + len, " | ", 3) == 0) {
        return len + 3 + argument_len(usage + len + 3);
    }
    return len;
}

/* An argument as it is spoken of: "a name or a room", "a command or all". */
static void add_argument(struct strbuf *out, const char *arg, size_t len)
{
    bool is_first = true;

    for (size_t i = 0, n; i < len; i += n + strspn(arg + i + n, " |")) {
        bool is_noun = arg[i] >= 'A' && arg[i] <= 'Z';

        n = strcspn(arg + i, " |[]");
        strbuf_addf(out, "%s%s", is_first ? "" : " or ", !is_noun ? "" : strchr("AEIO", arg[i]) != NULL ? "an " : "a ");
        is_first = false;
        for (size_t k = i; k < i + n; k++) {
            strbuf_addc(out, is_noun ? (char)tolower((unsigned char)arg[k]) : arg[k]);
        }
    }
}

/* The next argument of a usage from *s on; NULL: there is none, or, for needed_only, none that must be given. */
static const char *next_argument(const char **s, bool needed_only, size_t *len)
{
    const char *arg;

    *s += strspn(*s, needed_only ? " " : " []");
    arg = *s;
    *len = argument_len(arg);
    *s += *len;
    return *len > 0 ? arg : NULL;
}

void usage_speak(struct strbuf *out, const char *usage, bool needed_only, int64_t without)
{
    const char *arg = NULL, *next;
    size_t len = 0, next_len;

    for (int64_t i = 0; i < without; i++) {
        next_argument(&usage, needed_only, &len);
    }
    arg = next_argument(&usage, needed_only, &len);
    for (const char *joint = ""; arg != NULL; arg = next, len = next_len) {
        next = next_argument(&usage, needed_only, &next_len);
        strbuf_adds(out, joint[0] != '\0' && next == NULL ? " and " : joint);
        add_argument(out, arg, len);
        joint = ", ";
    }
}
