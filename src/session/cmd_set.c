/* session/cmd_set.c: /format, /set, /terminal: how things are shown to one person. */
#include "config.h"

#include "session/cmd.h"

#include "base/nearest.h"

#include <string.h>
#include <strings.h>

static enum verb_result format_exec(struct session *s, struct cmd_args *args);
static enum verb_result set_exec(struct session *s, struct cmd_args *args);
static enum verb_result terminal_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_format = {
    .name = "format",
    .usage = "text|json",
    .min_words = 1,
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_VIEW,
    .help = "chooses lines for people, or JSON for programs",
    .args = "text is for people; json is for programs, one object a line.",
    .example = "format json",
    .exec = format_exec,
};

const struct cmd cmd_set = {
    .name = "set",
    .usage = "[NAME [on|off]]",
    .max_words = 2,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_VIEW,
    .help = "shows or changes what you see",
    .args = "NAME is time, colour, bell, joins or echo; without it, all are shown.\n"
            "on or off changes it; without them, it is shown.",
    .example = "set time on",
    .exec = set_exec,
};

const struct cmd cmd_terminal = {
    .name = "terminal",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_VIEW,
    .help = "tells what is known of your client",
    .exec = terminal_exec,
};

/* ---- /format ---- */

static enum verb_result format_exec(struct session *s, struct cmd_args *args)
{
    bool json = strcasecmp(args->word[0], "json") == 0;

    if (!json && strcasecmp(args->word[0], "text") != 0) {
        session_reply(s, REPLY(REPLY_BAD_FORM, .value = args->word[0]));
        return VERB_REFUSED;
    }
    if (json != (s->encoding == FRONTEND_JSON)) {
        session_apply_settings(s, json ? FRONTEND_JSON : 0, s->wants_echo, session_wants_comings(s));
    }
    if (!json) {
        session_reply(s, REPLY(REPLY_FORM_TEXT));
    }
    return VERB_DONE;
}

/* ---- /set ---- */

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

static const struct setting {
    const char *name;
    const char *help;
    bool (*get)(const struct session *s);
    void (*set)(struct session *s, bool on);
} settings[] = {
    {"time", "the time before each message", get_time, set_time},
    {"colour", "names in colours", get_colour, set_colour},
    {"bell", "a bell with each private line", get_bell, set_bell},
    {"joins", "people who join, leave and quit", session_wants_comings, set_joins},
    {"echo", "your own lines too", get_echo, set_echo},
};

enum { SETTINGS = sizeof(settings) / sizeof(settings[0]) };

static void show(struct session *s, const struct setting *setting)
{
    session_reply(s, REPLY(REPLY_SETTING, .name = setting->name, .on = setting->get(s), .help = setting->help));
}

static const struct setting *find(struct session *s, const char *name)
{
    struct nearest near = {.wanted = name};

    for (size_t i = 0; i < SETTINGS; i++) {
        if (strcasecmp(settings[i].name, name) == 0) {
            return &settings[i];
        }
        nearest_try(&near, settings[i].name);
    }
    session_reply(s, REPLY(REPLY_NO_SUCH_SETTING, .name = name, .near = near.best));
    return NULL;
}

static enum verb_result set_exec(struct session *s, struct cmd_args *args)
{
    const struct setting *setting;
    bool on;

    if (args->words == 0) {
        for (size_t i = 0; i < SETTINGS; i++) {
            show(s, &settings[i]);
        }
        return VERB_DONE;
    }
    setting = find(s, args->word[0]);
    if (setting == NULL) {
        return VERB_REFUSED;
    }
    if (args->words == 2) {
        on = strcasecmp(args->word[1], "on") == 0;
        if (!on && strcasecmp(args->word[1], "off") != 0) {
            session_reply(s, REPLY(REPLY_BAD_SETTING, .name = setting->name, .value = args->word[1]));
            return VERB_REFUSED;
        }
        setting->set(s, on);
        if (setting->get(s) != on) {
            session_reply(s, REPLY(REPLY_SETTING_OF_TEXT, .name = setting->name));
            return VERB_REFUSED;
        }
    }
    show(s, setting);
    return VERB_DONE;
}

/* ---- /terminal ---- */

static enum verb_result terminal_exec(struct session *s, struct cmd_args *args)
{
    const struct frontend *fe = frontend_of_conn(s->conn);
    struct reply r = {.form = s->encoding == FRONTEND_JSON ? "json" : "text"};

    (void)args;
    fe->ops->describe(fe, &r);
    session_reply(s, &r);
    return VERB_DONE;
}
