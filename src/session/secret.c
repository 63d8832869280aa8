/* session/secret.c: asking for a password, and taking it. */
#include "config.h"

#include "session/secret.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>

static enum frontend_hiding hide(const struct session *s, bool on)
{
    struct frontend *fe = frontend_of_conn(s->conn);

    return fe != NULL && fe->ops->hide != NULL ? fe->ops->hide(fe, on, s->encoding != FRONTEND_JSON) : FRONTEND_SHOWN;
}

enum verb_result secret_ask(struct session *s, enum reply_kind kind, const struct secret *asked)
{
    struct secret *own = mem_alloc(sizeof(*own));
    enum frontend_hiding hiding;

    CHECK(!s->asks_secret && s->holds == 0);
    *own = *asked;
    own->command = s->command;
    hiding = hide(s, true);
    session_reply(s, REPLY(kind, .hidden = hiding != FRONTEND_SHOWN, .unsure = hiding == FRONTEND_HIDDEN_IF_TELNET));
    s->asked = own;
    s->asks_secret = true;
    return VERB_ASKED;
}

static void free_asked(struct secret *asked)
{
    free(asked->word);
    mem_free_secret(asked->before);
    free(asked);
}

enum verb_result secret_answer(struct session *s, char *text, size_t len, bool cut)
{
    struct secret *asked = s->asked;
    enum verb_result result = VERB_REFUSED;
    size_t begin = 0;

    s->asks_secret = false;
    s->command = asked->command;
    (void)hide(s, false);
    while (begin < len && text[begin] == ' ') { /* as in front of one that stands behind a command */
        begin++;
    }
    if (cut) {
        session_reply(s, REPLY(REPLY_LINE_TOO_LONG, .limit = (int64_t)s->env->limits.lines.line_bytes *
                                                             s->env->limits.lines.line_parts));
    } else if (begin == len) {
        session_reply(s, REPLY(REPLY_NO_PASSWORD));
    } else {
        s->guarded = 1; /* until it has worked: people type a password that was wrong again at once */
        result = asked->answer(s, asked, text + begin, len - begin);
    }
    mem_wipe(text, len);
    free_asked(asked);
    return result;
}

enum verb_result secret_refuse(struct session *s, unsigned lines)
{
    s->guarded = lines & 3u;
    return VERB_REFUSED;
}

void secret_drop(struct session *s)
{
    if (s->asks_secret) {
        s->asks_secret = false;
        free_asked(s->asked);
        s->command = NULL;
    }
}
