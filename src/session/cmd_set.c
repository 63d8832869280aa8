/* session/cmd_set.c: /format, /set, /highlight, /terminal: how things are shown to one person. */
#include "config.h"

#include "session/cmd.h"

#include "base/nearest.h"
#include "base/zones.h"
#include "session/choices.h"
#include "session/profile.h"
#include "session/view.h"

#include <string.h>
#include <strings.h>

enum { ZONE_COST = 4 /* lines of flood control, for a search among hundreds of names */ };

static enum verb_result format_exec(struct session *s, struct cmd_args *args);
static enum verb_result set_exec(struct session *s, struct cmd_args *args);
static enum verb_result highlight_exec(struct session *s, struct cmd_args *args);
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
    .usage = "[SETTING [VALUE]]",
    .max_words = 1,
    .takes_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_VIEW,
    .help = "shows or changes what you see",
    .args = "SETTING is time, colour, bell, highlight, joins, echo, keepalive, bidi,\n"
            "charset or edit; without it, all are told.\n"
            "VALUE is on or off; without it, the setting is shown. It can also be:\n"
            "for time, a zone (Europe/Berlin), a form (%H:%M:%S), or both;\n"
            "for colour and bidi, auto: as your terminal is known; for bell, mention;\n"
            "for joins, folded: many at once are told in one line, which is so at first;\n"
            "for keepalive, a number of seconds;\n"
            "for charset, a name, such as cp1251; it holds for this connection.\n"
            "If you are logged in, it is kept with your account.",
    .example = "set time on",
    .exec = set_exec,
};

const struct cmd cmd_highlight = {
    .name = "highlight",
    .usage = "[WORDS | off]",
    .takes_text = true,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_VIEW,
    .help = "marks lines with these words",
    .args = "WORDS are up to 16, separated by blanks; whole words count, in any case.\n"
            "They replace those before; off ends it; without either, they are shown.\n"
            "Who says them is marked if names have colours; /set bell mention rings.",
    .example = "highlight lunch backup",
    .exec = highlight_exec,
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
    if (json && look_is_encoded(session_look(s))) {
        session_reply(s, REPLY(REPLY_CHARSET_OF_TEXT, .charset = charset_name(session_look(s)->is.charset)));
        return VERB_REFUSED;
    }
    if (json != (s->encoding == FRONTEND_JSON)) {
        session_apply_settings(s, json ? FRONTEND_JSON : 0, s->wants_echo, session_wants_comings(s));
        view_follow(s);
        if (session_edits(s)) { /* a program types whole lines */
            struct frontend *fe = frontend_of_conn(s->conn);

            fe->ops->edit(fe, false);
        }
    }
    if (!json) {
        session_reply(s, REPLY(REPLY_FORM_TEXT));
    }
    return VERB_DONE;
}

/* ---- /set ---- */

static void show(struct session *s, const struct choice *setting)
{
    struct strbuf value = {0};
    const char *rest;

    setting->get(s, &value);
    rest = strchr(value.data, ' ');
    session_reply(s, REPLY(REPLY_SETTING, .name = setting->name, .on = strncmp(value.data, "on", 2) == 0,
                           .value = rest != NULL ? rest + 1 : NULL, .help = setting->help));
    strbuf_fini(&value);
}

static const struct choice *find(struct session *s, const char *name)
{
    const struct choice *setting = choices_at(choices_find(name));
    struct nearest near = {.wanted = name};

    if (setting == NULL) {
        for (size_t i = 0; choices_at(i) != NULL; i++) {
            nearest_try(&near, choices_at(i)->name);
        }
        session_reply(s, REPLY(REPLY_NO_SUCH_SETTING, .name = name, .near = near.best));
    }
    return setting;
}

/* The zone that is nearest by its whole name, or by the end of it, "Berln"; NULL if none is near. */
static const char *near_zone(struct session *s, const char *value)
{
    const struct zones *zones = s->env->zones;
    struct nearest near = {.wanted = value}, ends = {.wanted = value};
    const char *near_end = NULL;

    session_charge(s, ZONE_COST);
    for (size_t i = 0; i < zones_count(zones); i++) {
        const char *name = zone_name(zones_at(zones, i)), *end = strrchr(name, '/');

        nearest_try(&near, name);
        if (end != NULL) {
            nearest_try(&ends, end + 1);
            near_end = ends.best == end + 1 ? name : near_end;
        }
    }
    return near.best != NULL ? near.best : near_end;
}

/* A value that is too long to be one is not repeated. */
static void tell_refused(struct session *s, const struct choice *setting, const char *value, enum choice_result result)
{
    bool is_long = strlen(value) > CMD_WORD_BYTES;
    const char *near = result == CHOICE_NO_ZONE ? near_zone(s, value) : NULL;

    if (result == CHOICE_OF_TEXT) {
        session_reply(s, REPLY(REPLY_SETTING_OF_TEXT, .name = setting->name));
    } else if (result == CHOICE_BAD_TIME_FORM) {
        session_reply(s, REPLY(REPLY_BAD_TIME_FORM, .value = value));
    } else if (near != NULL) {
        session_reply(s, REPLY(REPLY_NO_ZONE, .value = value, .near = near));
    } else if (result == CHOICE_NO_ZONES) {
        session_reply(s, REPLY(REPLY_NO_ZONES));
    } else {
        session_reply(s, REPLY(REPLY_BAD_SETTING, .name = setting->name, .value = is_long ? "" : value,
                               .why = setting->values));
    }
}

/* Sets the choice if there is a value, and shows it. */
static enum verb_result set_choice(struct session *s, const struct choice *setting, const struct cmd_args *args)
{
    if (args->text_len > 0) {
        enum choice_result result = args->text_len <= CMD_WORD_BYTES ? setting->set(s, args->text) : CHOICE_BAD;

        if (result != CHOICE_SET) {
            tell_refused(s, setting, args->text, result);
            return VERB_REFUSED;
        }
        profile_note_choice(s, setting);
    }
    show(s, setting);
    return VERB_DONE;
}

static enum verb_result set_exec(struct session *s, struct cmd_args *args)
{
    const struct choice *setting;

    if (args->words == 0) {
        for (size_t i = 0; choices_at(i) != NULL; i++) {
            show(s, choices_at(i));
        }
        (void)cmd_charset_set(s, "");
        return cmd_edit_set(s, NULL);
    }
    if (strcasecmp(args->word[0], "edit") == 0) { /* it is the terminal's, and no choice that is kept */
        return cmd_edit_set(s, reply_or_none(args->text));
    }
    if (strcasecmp(args->word[0], "charset") == 0) { /* so is this */
        return cmd_charset_set(s, reply_or_none(args->text));
    }
    setting = find(s, args->word[0]);
    return setting != NULL ? set_choice(s, setting, args) : VERB_REFUSED;
}

static enum verb_result highlight_exec(struct session *s, struct cmd_args *args)
{
    return set_choice(s, choices_at(choices_find("highlight")), args);
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
