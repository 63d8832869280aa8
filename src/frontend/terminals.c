/* frontend/terminals.c: the types that are known. */
#include "config.h"

#include "frontend/terminals.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

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
