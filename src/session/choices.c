/* session/choices.c: the table, and how each choice is read and set. */
#include "config.h"

#include "session/choices.h"

#include <strings.h>

static bool has_bit(const struct session *s, unsigned bit)
{
    return s->encoding != FRONTEND_JSON && (s->encoding & bit) != 0;
}

static void set_bit(struct session *s, unsigned bit, bool on)
{
    if (s->encoding != FRONTEND_JSON) {
        session_apply_settings(s, on ? s->encoding | bit : s->encoding & ~bit, s->wants_echo,
                               session_wants_comings(s));
    }
}

static bool get_time(const struct session *s)
{
    return has_bit(s, FRONTEND_TIME);
}

static void set_time(struct session *s, bool on)
{
    set_bit(s, FRONTEND_TIME, on);
}

static bool get_colour(const struct session *s)
{
    return has_bit(s, FRONTEND_COLOUR);
}

static void set_colour(struct session *s, bool on)
{
    set_bit(s, FRONTEND_COLOUR, on);
}

static bool get_bell(const struct session *s)
{
    return s->wants_bell;
}

static void set_bell(struct session *s, bool on)
{
    s->wants_bell = on;
}

static void set_joins(struct session *s, bool on)
{
    session_apply_settings(s, s->encoding, s->wants_echo, on);
}

static bool get_echo(const struct session *s)
{
    return s->wants_echo;
}

static void set_echo(struct session *s, bool on)
{
    session_apply_settings(s, s->encoding, on, session_wants_comings(s));
}

static const struct choice choices[] = {
    {"time", "the time before each message", get_time, set_time},
    {"colour", "names in colours", get_colour, set_colour},
    {"bell", "a bell with each private line", get_bell, set_bell},
    {"joins", "people who join, leave and quit", session_wants_comings, set_joins},
    {"echo", "your own lines too", get_echo, set_echo},
};

enum { CHOICES = sizeof(choices) / sizeof(choices[0]) };

const struct choice *choices_at(size_t i)
{
    return i < CHOICES ? &choices[i] : NULL;
}

const struct choice *choices_find(const char *name)
{
    for (size_t i = 0; i < CHOICES; i++) {
        if (strcasecmp(choices[i].name, name) == 0) {
            return &choices[i];
        }
    }
    return NULL;
}
