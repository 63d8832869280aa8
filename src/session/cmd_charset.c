/* session/cmd_charset.c: /set charset: the charset of a person's terminal. */
#include "config.h"

#include "session/cmd.h"

#include "session/view.h"

#include <string.h>

/* The names of those that there are, separated by commas. */
static void add_names(struct strbuf *out, const struct charsets *all)
{
    for (unsigned i = 0; charsets_name(i) != NULL; i++) {
        if (charsets_has(all, i)) {
            strbuf_addf(out, "%s%s", i > 0 ? ", " : "", charsets_name(i));
        }
    }
}

static void show(struct session *s, const char *names)
{
    const struct look *look = session_look(s);

    session_reply(s, REPLY(REPLY_CHARSET, .charset = look_is_encoded(look) ? charset_name(look->is.charset)
                                                                           : charsets_name(CHARSETS_UTF8),
                           .charsets = names));
}

/* The answer has the new charset. */
static enum verb_result set(struct session *s, const char *name, const char *names)
{
    struct frontend *fe = frontend_of_conn(s->conn);
    unsigned number;

    if (!charsets_find(name, strlen(name), &number)) {
        session_reply(s, REPLY(REPLY_NO_SUCH_CHARSET, .value = strlen(name) <= CMD_WORD_BYTES ? name : "",
                               .charsets = names));
        return VERB_REFUSED;
    }
    if (number != CHARSETS_UTF8 && s->encoding == FRONTEND_JSON) {
        session_reply(s, REPLY(REPLY_SETTING_OF_TEXT, .name = "charset"));
        return VERB_REFUSED;
    }
    if (!charsets_has(s->env->charsets, number) || (number != CHARSETS_UTF8 && fe->ops->set_charset == NULL)) {
        session_reply(s, REPLY(REPLY_NO_CONVERTER, .charset = charsets_name(number), .charsets = names));
        return VERB_REFUSED;
    }
    if (fe->ops->set_charset != NULL) {
        fe->ops->set_charset(fe, number);
        view_follow(s);
    }
    show(s, NULL);
    return VERB_DONE;
}

enum verb_result cmd_charset_set(struct session *s, const char *name)
{
    struct strbuf names = {0};
    enum verb_result result = VERB_DONE;

    add_names(&names, s->env->charsets);
    if (name == NULL || name[0] == '\0') {
        show(s, name == NULL ? names.data : NULL);
    } else {
        result = set(s, name, names.data);
    }
    strbuf_fini(&names);
    return result;
}
