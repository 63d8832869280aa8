/* session/view.c: from choices to a look. */
#include "config.h"

#include "session/view.h"

#include "base/mem.h"
#include "base/timeform.h"
#include "base/zones.h"

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
    struct look_spec spec = {.zone = s->extra->zone, .time_form = s->extra->time_form};
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
    struct session_extra *extra = on ? session_get_extra(s) : s->extra;

    if (on) {
        clock_day(extra->zone, clock_real_ms(s->env->clock), &extra->day_begin_ms, &extra->day_end_ms);
    }
    session_apply_settings(s, encoding, s->wants_echo, session_wants_comings(s));
}

/* The length of the first word of a text, or 0 if it is not for a zone: it has a conversion. */
static size_t zone_len(const char *text)
{
    size_t len = strcspn(text, " ");

    return memchr(text, '%', len) == NULL ? len : 0;
}

static bool is_word(const char *text, size_t len, const char *word)
{
    return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

static enum view_fault find_zone(const struct session *s, const char *name, size_t len, const struct zone **zone)
{
    char copy[ZONE_NAME_BYTES + 1];

    *zone = NULL;
    if (is_word(name, len, "server")) {
        return VIEW_OK;
    }
    if (s->env->zones == NULL || zones_count(s->env->zones) == 0) {
        return VIEW_NO_ZONES;
    }
    if (len > ZONE_NAME_BYTES) {
        return VIEW_NO_ZONE;
    }
    memcpy(copy, name, len);
    copy[len] = '\0';
    *zone = zones_find(s->env->zones, copy);
    return *zone != NULL ? VIEW_OK : VIEW_NO_ZONE;
}

enum view_fault view_set_time(struct session *s, const char *value)
{
    size_t len = strcspn(value, " ");
    bool on = !is_word(value, len, "off"), has_zone;
    const struct zone *zone = NULL;
    struct session_extra *extra;

    if (!on || is_word(value, len, "on")) {
        value += len + strspn(value + len, " ");
    }
    len = zone_len(value);
    has_zone = len > 0;
    if (has_zone) {
        enum view_fault fault = find_zone(s, value, len, &zone);

        if (fault != VIEW_OK) {
            return fault;
        }
        value += len + strspn(value + len, " ");
    }
    if (value[0] != '\0' && !timeform_is_valid(value)) {
        return VIEW_BAD_TIME_FORM;
    }
    if (has_zone || value[0] != '\0') {
        extra = session_get_extra(s);
        extra->zone = has_zone ? zone : extra->zone;
        if (value[0] != '\0') {
            free(extra->time_form);
            extra->time_form = strcmp(value, TIMEFORM_USUAL) != 0 ? mem_strdup(value) : NULL;
        }
        make_look(s);
    }
    set_times(s, on);
    return VIEW_OK;
}

void view_add_time(const struct session *s, struct strbuf *out)
{
    const struct session_extra *extra = s->extra;

    strbuf_adds(out, session_shows_times(s) ? "on" : "off");
    if (extra != NULL && extra->zone != NULL) {
        strbuf_addf(out, " %s", zone_name(extra->zone));
    }
    if (extra != NULL && extra->time_form != NULL) {
        strbuf_addf(out, " %s", extra->time_form);
    }
}
