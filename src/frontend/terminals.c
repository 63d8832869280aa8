/* frontend/terminals.c: the types that are known. */
#include "config.h"

#include "frontend/terminals.h"

#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { MTTS_ANSI = 1, MTTS_256_COLOURS = 8, MTTS_SCREEN_READER = 64, MTTS_TRUE_COLOUR = 256 };

/* What a type begins with. */
static const struct type {
    const char *begin;
    enum terminals_kind kind;
} types[] = {
    {"xterm", TERMINALS_SCREEN},     {"vt1", TERMINALS_SCREEN},       {"vt2", TERMINALS_SCREEN},
    {"vt3", TERMINALS_SCREEN},       {"vt4", TERMINALS_SCREEN},       {"vt5", TERMINALS_SCREEN},
    {"linux", TERMINALS_SCREEN},     {"screen", TERMINALS_SCREEN},    {"tmux", TERMINALS_SCREEN},
    {"rxvt", TERMINALS_SCREEN},      {"putty", TERMINALS_SCREEN},     {"konsole", TERMINALS_SCREEN},
    {"gnome", TERMINALS_SCREEN},     {"vte", TERMINALS_SCREEN},       {"alacritty", TERMINALS_SCREEN},
    {"foot", TERMINALS_SCREEN},      {"kitty", TERMINALS_SCREEN},     {"wezterm", TERMINALS_SCREEN},
    {"iterm", TERMINALS_SCREEN},     {"st-", TERMINALS_SCREEN},       {"contour", TERMINALS_SCREEN},
    {"ghostty", TERMINALS_SCREEN},   {"eterm", TERMINALS_SCREEN},     {"mlterm", TERMINALS_SCREEN},
    {"nsterm", TERMINALS_SCREEN},    {"cygwin", TERMINALS_SCREEN},    {"mintty", TERMINALS_SCREEN},
    {"dtterm", TERMINALS_SCREEN},    {"ansi", TERMINALS_SCREEN},      {"ms-terminal", TERMINALS_SCREEN},
    {"mudlet", TERMINALS_MUD},       {"tintin", TERMINALS_MUD},       {"cmud", TERMINALS_MUD},
    {"zmud", TERMINALS_MUD},         {"mushclient", TERMINALS_MUD},   {"tinyfugue", TERMINALS_MUD},
    {"potato", TERMINALS_MUD},       {"atlantis", TERMINALS_MUD},     {"blowtorch", TERMINALS_MUD},
    {"kildclient", TERMINALS_MUD},   {"gnome-mud", TERMINALS_MUD},    {"kbtin", TERMINALS_MUD},
    {"beip", TERMINALS_MUD},         {"mudrammer", TERMINALS_MUD},    {"blightmud", TERMINALS_MUD},
    {"fado", TERMINALS_MUD},         {"axmud", TERMINALS_MUD},        {"mukluk", TERMINALS_MUD},
    {"dumb", TERMINALS_DUMB},        {"unknown", TERMINALS_DUMB},     {"network", TERMINALS_DUMB},
    {"emacs", TERMINALS_DUMB},
};

enum terminals_kind terminals_kind(const char *type)
{
    enum terminals_kind kind = TERMINALS_UNKNOWN;
    size_t longest = 0;

    for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
        size_t len = strlen(types[i].begin);

        if (len > longest && strncasecmp(type, types[i].begin, len) == 0) {
            longest = len;
            kind = types[i].kind;
        }
    }
    return strcasecmp(type, "st") == 0 ? TERMINALS_SCREEN : kind;
}

static bool begins(const char *type, const char *begin)
{
    return strncasecmp(type, begin, strlen(begin)) == 0;
}

static bool is_one_of(const char *type, const char *const *begins_with, size_t count)
{
    size_t i = 0;

    while (i < count && !begins(type, begins_with[i])) {
        i++;
    }
    return i < count;
}

/* Types that mean 256 colours without saying so, and those that mean none: DEC's, in whose terminfo there are none. */
unsigned terminals_colours(const char *type)
{
    static const char *const many[] = {"alacritty", "contour", "foot",    "ghostty", "iterm",  "kitty",       "konsole",
                                       "mintty",    "mlterm",  "mudlet",  "tintin",  "nsterm", "ms-terminal", "vte",
                                       "gnome",     "wezterm", "axmud",   "blightmud"};
    static const char *const none[] = {"vt1", "vt2", "vt3", "vt4"};
    enum terminals_kind kind = terminals_kind(type);

    if (kind == TERMINALS_UNKNOWN || kind == TERMINALS_DUMB || strcasestr(type, "-mono") != NULL ||
        is_one_of(type, none, sizeof(none) / sizeof(none[0]))) {
        return 0;
    }
    return strcasestr(type, "256color") != NULL || strcasestr(type, "direct") != NULL ||
                   strcasestr(type, "truecolor") != NULL || is_one_of(type, many, sizeof(many) / sizeof(many[0]))
               ? 256
               : 16;
}

uint16_t terminals_read_mtts(const char *text)
{
    static const char begin[] = "MTTS ";
    unsigned long bits;
    char *end;

    if (!begins(text, begin) || !isdigit((unsigned char)text[strlen(begin)])) {
        return 0;
    }
    bits = strtoul(text + strlen(begin), &end, 10);
    return *end == '\0' && bits <= UINT16_MAX ? (uint16_t)bits : 0;
}

unsigned terminals_mtts_colours(unsigned mtts)
{
    if ((mtts & MTTS_SCREEN_READER) != 0 || (mtts & (MTTS_ANSI | MTTS_256_COLOURS | MTTS_TRUE_COLOUR)) == 0) {
        return 0;
    }
    return (mtts & (MTTS_256_COLOURS | MTTS_TRUE_COLOUR)) != 0 ? 256 : 16;
}

bool terminals_does_bidi(const char *type)
{
    return begins(type, "mlterm") || begins(type, "konsole");
}
