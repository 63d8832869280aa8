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

static struct frontend_screen screen_of(const struct session *s)
{
    const struct frontend *fe = frontend_of_conn(s->conn);

    return fe == NULL || fe->ops->screen == NULL ? (struct frontend_screen){0} : fe->ops->screen(fe);
}

static enum extra_wish colour_wish(const struct session *s)
{
    return s->extra != NULL ? (enum extra_wish)s->extra->colour : EXTRA_AUTO;
}

static enum extra_wish bidi_wish(const struct session *s)
{
    return s->extra != NULL ? (enum extra_wish)s->extra->bidi : EXTRA_AUTO;
}

static bool shows_colours(const struct session *s, const struct frontend_screen *screen)
{
    enum extra_wish wish = colour_wish(s);

    return wish == EXTRA_ON || (wish == EXTRA_AUTO && screen->is_known && screen->colours > 0);
}

/* A terminal in another charset has no isolates. */
static bool shows_isolates(const struct session *s, const struct frontend_screen *screen)
{
    bool is_telnet;

    return (bidi_wish(s) == EXTRA_ON || (bidi_wish(s) == EXTRA_AUTO && screen->does_bidi)) &&
           terminal_charset(s, &is_telnet) == NULL;
}

/* Makes the look that follows from the choices and the terminal. */
static void make_look(struct session *s, const struct frontend_screen *screen)
{
    struct look_spec spec = {.has_256_colours = shows_colours(s, screen) && screen->colours == 256,
                             .has_isolates = shows_isolates(s, screen)};
    struct look *look;

    if (s->extra != NULL) {
        spec.zone = s->extra->zone;
        spec.time_form = s->extra->time_form;
    }
    spec.charset = terminal_charset(s, &spec.is_telnet);
    look = look_get(&s->env->looks, &spec);
    if (look != NULL || s->extra != NULL) {
        struct look *was = session_get_extra(s)->look;

        s->extra->look = look;
        look_unref(was);
    }
}

void view_follow(struct session *s)
{
    struct frontend_screen screen = screen_of(s);
    unsigned encoding = s->encoding & ~(unsigned)FRONTEND_COLOUR;

    make_look(s, &screen);
    if (encoding != FRONTEND_JSON && shows_colours(s, &screen)) {
        encoding |= FRONTEND_COLOUR;
    }
    session_apply_settings(s, encoding, s->wants_echo, session_wants_comings(s));
}

/* ---- what is wished of the terminal ---- */

static bool is_word(const char *text, size_t len, const char *word)
{
    return len == strlen(word) && strncasecmp(text, word, len) == 0;
}

/* "on", "off", "auto", or "auto" behind what it means just now. */
static bool read_wish(const char *value, uint8_t *wish)
{
    static const char *const words[] = {[EXTRA_AUTO] = "auto", [EXTRA_ON] = "on", [EXTRA_OFF] = "off"};

    if (strcasecmp(value, "on auto") == 0 || strcasecmp(value, "off auto") == 0) {
        value = words[EXTRA_AUTO];
    }
    for (uint8_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcasecmp(value, words[i]) == 0) {
            *wish = i;
            return true;
        }
    }
    return false;
}

static void add_wish(struct strbuf *out, bool on, enum extra_wish wish)
{
    strbuf_addf(out, "%s%s", on ? "on" : "off", wish == EXTRA_AUTO ? " auto" : "");
}

bool view_set_colour(struct session *s, const char *value)
{
    uint8_t wish;

    if (!read_wish(value, &wish)) {
        return false;
    }
    session_get_extra(s)->colour = wish;
    view_follow(s);
    return true;
}

void view_add_colour(const struct session *s, struct strbuf *out)
{
    add_wish(out, s->encoding != FRONTEND_JSON && (s->encoding & FRONTEND_COLOUR) != 0, colour_wish(s));
}

bool view_set_bidi(struct session *s, const char *value)
{
    uint8_t wish;

    if (!read_wish(value, &wish)) {
        return false;
    }
    session_get_extra(s)->bidi = wish;
    view_follow(s);
    return true;
}

void view_add_bidi(const struct session *s, struct strbuf *out)
{
    const struct look *look = session_look(s);

    add_wish(out, look != NULL && look->is.has_isolates, bidi_wish(s));
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
        view_follow(s);
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
