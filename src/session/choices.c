/* session/choices.c: the table, and how each choice is read and set. */
#include "config.h"

#include "session/choices.h"

#include "session/keepalive.h"
#include "session/mention.h"
#include "session/view.h"

#include <stdlib.h>
#include <strings.h>

/* ---- on or off ---- */

static void put(struct strbuf *out, bool on)
{
    strbuf_adds(out, on ? "on" : "off");
}

static bool read_on(const char *value, bool *on)
{
    *on = strcasecmp(value, "on") == 0;
    return *on || strcasecmp(value, "off") == 0;
}

/* ---- time ---- */

static enum choice_result set_time(struct session *s, const char *value)
{
    if (s->encoding == FRONTEND_JSON) {
        return CHOICE_OF_TEXT;
    }
    switch (view_set_time(s, value)) {
    case VIEW_OK:
        return CHOICE_SET;
    case VIEW_BAD_TIME_FORM:
        return CHOICE_BAD_TIME_FORM;
    case VIEW_NO_ZONE:
        return CHOICE_NO_ZONE;
    case VIEW_NO_ZONES:
        break;
    }
    return CHOICE_NO_ZONES;
}

/* ---- colour, bidi, highlight ---- */

static enum choice_result set_by(struct session *s, const char *value,
                                 bool (*set)(struct session *s, const char *value))
{
    if (s->encoding == FRONTEND_JSON) {
        return CHOICE_OF_TEXT;
    }
    return set(s, value) ? CHOICE_SET : CHOICE_BAD;
}

static enum choice_result set_colour(struct session *s, const char *value)
{
    return set_by(s, value, view_set_colour);
}

static enum choice_result set_bidi(struct session *s, const char *value)
{
    return set_by(s, value, view_set_bidi);
}

static enum choice_result set_highlight(struct session *s, const char *value)
{
    return set_by(s, value, mention_set_words);
}

/* ---- bell, joins, echo ---- */

static void get_bell(const struct session *s, struct strbuf *out)
{
    put(out, s->wants_bell);
    strbuf_adds(out, s->wants_bell && s->extra != NULL && s->extra->bells_mention ? " mention" : "");
}

static enum choice_result set_bell(struct session *s, const char *value)
{
    bool mention = strcasecmp(value, "mention") == 0 || strcasecmp(value, "on mention") == 0, on = mention;

    if (!mention && !read_on(value, &on)) {
        return CHOICE_BAD;
    }
    s->wants_bell = on;
    if (mention || s->extra != NULL) {
        session_get_extra(s)->bells_mention = mention;
    }
    session_apply_settings(s, s->encoding, s->wants_echo, session_wants_comings(s));
    return CHOICE_SET;
}

static void get_joins(const struct session *s, struct strbuf *out)
{
    if (session_folds(s)) {
        strbuf_adds(out, "on folded");
    } else {
        put(out, session_wants_comings(s));
    }
}

/* Folded: many at once in one line; on: each. */
static enum choice_result set_joins(struct session *s, const char *value)
{
    bool folded = strcasecmp(value, "folded") == 0 || strcasecmp(value, "on folded") == 0, on = folded;

    if (!folded && !read_on(value, &on)) {
        return CHOICE_BAD;
    }
    if (folded && s->encoding == FRONTEND_JSON) {
        return CHOICE_OF_TEXT;
    }
    session_set_each(s, on && !folded);
    session_apply_settings(s, s->encoding, s->wants_echo, on);
    return CHOICE_SET;
}

static void get_echo(const struct session *s, struct strbuf *out)
{
    put(out, s->wants_echo);
}

static enum choice_result set_echo(struct session *s, const char *value)
{
    bool on;

    if (!read_on(value, &on)) {
        return CHOICE_BAD;
    }
    session_apply_settings(s, s->encoding, on, session_wants_comings(s));
    return CHOICE_SET;
}

/* ---- keepalive ---- */

static void get_keepalive(const struct session *s, struct strbuf *out)
{
    uint32_t seconds = keepalive_seconds(s);

    put(out, seconds > 0);
    if (seconds > 0 && seconds != KEEPALIVE_USUAL_S) {
        strbuf_addf(out, " %u", (unsigned)seconds);
    }
}

static enum choice_result set_keepalive(struct session *s, const char *value)
{
    const char *number = strncasecmp(value, "on ", 3) == 0 ? value + 3 : value;
    char *end;
    unsigned long seconds = strtoul(number, &end, 10);
    bool on;

    if (read_on(value, &on)) {
        keepalive_set(s, on ? KEEPALIVE_USUAL_S : 0);
    } else if (*end == '\0' && seconds >= KEEPALIVE_LEAST_S && seconds <= KEEPALIVE_MOST_S) {
        keepalive_set(s, (uint32_t)seconds);
    } else {
        return CHOICE_BAD;
    }
    return CHOICE_SET;
}

/* ---- the table ---- */

static const struct choice choices[] = {
    {"time", "the time before each message",
     "can be on, off, a zone such as Europe/Berlin, or a form such as %H:%M:%S", "on off", true,
     view_add_time, set_time, false},
    {"colour", "names in colours", "can be on, off or auto", "on off auto", false,
     view_add_colour, set_colour, false},
    {"bell", "a bell with each private line", "can be on, off or mention", "on off mention", false,
     get_bell, set_bell, false},
    {"highlight", "lines with these words are marked, as those with your name",
     "takes up to 16 words, or off", "off", false, mention_add_words, set_highlight, false},
    {"joins", "people who join, leave and quit", "can be on, off or folded", "on off folded", false,
     get_joins, set_joins, false},
    {"echo", "your own lines too", "can be on or off", "on off", false, get_echo, set_echo, false},
    {"keepalive", "a sign of life when nothing is sent to you, so that no router forgets your connection",
     "can be on, off or a number of seconds from 10 to 3600", "on off", false, get_keepalive, set_keepalive, false},
    {"bidi", "right-to-left text apart from the line around it", "can be on, off or auto", "on off auto", false,
     view_add_bidi, set_bidi, true},
};

enum { CHOICES = sizeof(choices) / sizeof(choices[0]) };
_Static_assert((int)CHOICES <= (int)CHOICES_MOST, "CHOICES_MOST is enough");

const struct choice *choices_at(size_t i)
{
    return i < CHOICES ? &choices[i] : NULL;
}

size_t choices_find(const char *name)
{
    for (size_t i = 0; i < CHOICES; i++) {
        if (strcasecmp(choices[i].name, name) == 0) {
            return i;
        }
    }
    return CHOICES_MOST;
}
