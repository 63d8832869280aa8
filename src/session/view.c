/* session/view.c: from choices to a look. */
#include "config.h"

#include "session/view.h"

#include "base/mem.h"
#include "base/timeform.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The charset of the terminal; NULL: UTF-8. */
static const struct charset *terminal_charset(const struct session *s, bool *is_telnet)
{
    const struct frontend *fe = frontend_of_conn(s->conn);

    *is_telnet = false;
    return fe == NULL || fe->ops->charset == NULL
               ? NULL
               : charsets_get(s->env->host.charsets, fe->ops->charset(fe, is_telnet));
}

/* Makes the look that follows from the choices and the terminal. */
static void make_look(struct session *s)
{
    struct look_spec spec = {.time_form = s->extra->time_form};
    struct look *was = s->extra->look;

    spec.charset = terminal_charset(s, &spec.is_telnet);
    s->extra->look = look_get(&s->env->looks, &spec);
    look_unref(was);
}

void view_follow_terminal(struct session *s)
{
    bool is_telnet;

    if (s->extra != NULL || terminal_charset(s, &is_telnet) != NULL) {
        (void)session_get_extra(s);
        make_look(s);
    }
    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
}

/* ---- times ---- */

static void set_times(struct session *s, bool on)
{
    unsigned encoding = on ? s->encoding | FRONTEND_TIME : s->encoding & ~(unsigned)FRONTEND_TIME;

    if (on && !session_shows_times(s)) {
        struct session_extra *extra = session_get_extra(s);

        clock_day(clock_real_ms(s->env->clock), &extra->day_begin_ms, &extra->day_end_ms);
    }
    session_apply_settings(s, encoding, s->wants_echo, session_wants_comings(s));
}

static void set_time_form(struct session *s, const char *form)
{
    struct session_extra *extra = session_get_extra(s);

    free(extra->time_form);
    extra->time_form = form != NULL && strcmp(form, TIMEFORM_USUAL) != 0 ? mem_strdup(form) : NULL;
    make_look(s);
}

enum view_fault view_set_time(struct session *s, const char *value)
{
    if (strcasecmp(value, "off") == 0 || strcasecmp(value, "on") == 0) {
        set_times(s, strcasecmp(value, "on") == 0);
        return VIEW_OK;
    }
    if (strchr(value, '%') == NULL) {
        return VIEW_BAD_VALUE;
    }
    if (!timeform_is_valid(value)) {
        return VIEW_BAD_TIME_FORM;
    }
    set_time_form(s, value);
    set_times(s, true);
    return VIEW_OK;
}

void view_add_time(const struct session *s, struct strbuf *out)
{
    if (!session_shows_times(s)) {
        strbuf_adds(out, "off");
    } else {
        strbuf_adds(out, s->extra->time_form != NULL ? s->extra->time_form : "on");
    }
}
