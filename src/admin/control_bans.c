/* admin/control_bans.c: ban, mute and lockdown, which differ in their act and their words alone. */
#include "config.h"

#include "admin/control_bans.h"

#include "base/json.h"
#include "base/span.h"
#include "chat/bans.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE_LINES = 64, SLICE_LOOKED_AT = 1000 };

static const struct words {
    const char *is, *key, *ended, *ended_key, *usage;
} words_of[BAN_ACTS] = {
    [BAN_BAN] = {"is banned", "banned", "is banned no longer", "unbanned", "ban add WHAT, remove WHAT or list"},
    [BAN_MUTE] = {"is muted", "muted", "is muted no longer", "unmuted", "mute add WHAT, remove WHAT or list"},
    [BAN_LOCKDOWN] = {"is in lockdown", "lockdown", "is in lockdown no longer", "lockdown", "lockdown on or off"},
};

/* ---- what comes of it ---- */

static void add_until(struct strbuf *out, const struct ban *ban)
{
    char until[CLOCK_ISO_SIZE];

    if (ban->until_ms != 0) {
        strbuf_addf(out, " until %s", clock_iso(ban->until_ms, until));
    }
}

static void tell_unkept(struct control_call *call)
{
    if (!call->is_json && !bans_are_kept(call->host->chat)) {
        control_cmd_line(call, "It is in memory alone, and ends with the server: store.path names no database.");
    }
}

static void tell_added(struct control_call *call, const struct ban *ban)
{
    const struct words *words = &words_of[ban->act];
    struct strbuf what = {0}, until = {0}, object = {0};
    char iso[CLOCK_ISO_SIZE];

    if (ban->kind == BAN_EVERYBODY) {
        strbuf_adds(&what, "The server");
    } else {
        bans_show(&what, ban);
    }
    if (call->is_json) {
        json_begin(&object, NULL);
        if (ban->kind == BAN_EVERYBODY) {
            json_bool(&object, words->key, true);
        } else {
            json_str(&object, words->key, what.data);
        }
        if (ban->until_ms != 0) {
            json_str(&object, "until", clock_iso(ban->until_ms, iso));
        }
        json_bool(&object, "kept", bans_are_kept(call->host->chat));
        control_cmd_object(call, &object);
    } else {
        add_until(&until, ban);
        control_cmd_line(call, "%s %s%s.", what.data, words->is, strbuf_str(&until));
        tell_unkept(call);
    }
    strbuf_fini(&what);
    strbuf_fini(&until);
}

static void tell_refused(struct control_call *call, enum bans_answer answer, const char *what, const char *why)
{
    switch (answer) {
    case BANS_NO_ACCOUNT:
        control_cmd_error(call, "%s names no account", what);
        break;
    case BANS_TOO_WIDE:
        control_cmd_error(call, "every name matches %s; lockdown keeps out all who are not logged in", what);
        break;
    case BANS_HITS_ADMIN:
        control_cmd_error(call, "%s is an administrator: \"admin remove\" comes first", what);
        break;
    case BANS_FULL:
        control_cmd_error(call, "there are %d entries, or %d patterns with wildcards, and no more are possible",
                          BAN_MOST, BAN_MOST_PATTERNS);
        break;
    default:
        control_cmd_error(call, "%s", why);
        break;
    }
}

/* ---- acts ---- */

/* Returns false and adds an error if --for has no time. */
static bool read_for(struct control_call *call, int64_t *ms)
{
    const char *text = call->option[CONTROL_OPTION_FOR];

    *ms = 0;
    switch (text != NULL ? span_parse(text, ms) : SPAN_OK) {
    case SPAN_OK:
        return true;
    case SPAN_TOO_LONG:
        control_cmd_misused(call, "--for takes a time of at most 36500d; without it, there is no end");
        return false;
    default:
        control_cmd_misused(call, "--for takes a time such as 30m, 2h, 7d or 1h30m");
        return false;
    }
}

static void add(struct control_call *call, enum ban_act act)
{
    const char *given = call->option[CONTROL_OPTION_REASON];
    char by[CONTROL_CMD_BY_SIZE];
    struct bans_wish wish = {.act = act, .what = control_cmd_word(call, 1), .by = control_cmd_by(call, by)};
    const struct ban *ban;
    struct strbuf why = {0};
    enum bans_answer answer;
    char *reason;

    if (!read_for(call, &wish.for_ms)) {
        return;
    }
    reason = control_cmd_clean(given != NULL ? given : "");
    wish.reason = reason;
    control_cmd_note(call);
    answer = bans_add(call->host->chat, &wish, &ban, &why);
    if (answer == BANS_DONE) {
        tell_added(call, ban);
    } else {
        tell_refused(call, answer, wish.what, strbuf_str(&why));
    }
    strbuf_fini(&why);
    free(reason);
}

static void take_off(struct control_call *call, enum ban_act act)
{
    char by[CONTROL_CMD_BY_SIZE];
    struct bans_wish wish = {.act = act, .what = control_cmd_word(call, 1), .by = control_cmd_by(call, by)};
    const struct words *words = &words_of[act];
    struct strbuf label = {0}, why = {0}, text = {0};

    if (bans_remove(call->host->chat, &wish, &label, &why) == BANS_DONE) {
        control_cmd_note(call);
        strbuf_addf(&text, "%s %s.", strbuf_str(&label), words->ended);
        control_cmd_done(call, words->ended_key, strbuf_str(&label), text.data);
    } else if (why.len > 0) {
        control_cmd_error(call, "%s", why.data);
    } else {
        control_cmd_error(call, "there is no %s of %s%s%s%s", ban_list_act_name(act), wish.what,
                          label.len > 0 ? ", but one of " : "", strbuf_str(&label),
                          label.len > 0 ? ", which hits it too" : "");
    }
    strbuf_fini(&label);
    strbuf_fini(&why);
    strbuf_fini(&text);
}

/* ---- the list ---- */

static void entry_json(struct control_call *call, const struct ban *ban)
{
    struct ban_target target = ban_list_target(ban);
    struct strbuf object = {0}, what = {0};
    char text[BAN_KEY_SIZE], iso[CLOCK_ISO_SIZE];

    json_begin(&object, NULL);
    if (ban->kind == BAN_NETWORK) {
        json_str(&object, "what", ban_list_target_text(&target, text));
    } else {
        bans_show(&what, ban);
        json_str(&object, "what", strbuf_str(&what));
    }
    json_str(&object, "kind", ban_list_kind_name((enum ban_kind)ban->kind));
    json_str(&object, "label", ban->label);
    json_str(&object, "by", ban->by);
    json_str(&object, "created", clock_iso(ban->created_ms, iso));
    if (ban->until_ms != 0) {
        json_str(&object, "until", clock_iso(ban->until_ms, iso));
    }
    json_str(&object, "reason", ban->reason);
    control_cmd_object(call, &object);
    strbuf_fini(&what);
}

static void entry_line(struct control_call *call, const struct ban *ban)
{
    char created[CLOCK_ISO_SIZE], until[CLOCK_ISO_SIZE] = "-";
    struct strbuf what = {0};

    if (ban->until_ms != 0) {
        clock_iso(ban->until_ms, until);
    }
    bans_show(&what, ban);
    control_cmd_line(call, "%-26s%-26s%-14s %-30s %s", clock_iso(ban->created_ms, created), until, ban->by,
                     strbuf_str(&what), ban->reason);
    strbuf_fini(&what);
}

static bool more_entries(struct control_call *call)
{
    const struct ban *ban = NULL;

    for (int told = 0, looked = 0; told < SLICE_LINES && looked < SLICE_LOOKED_AT; looked++) {
        ban = ban_list_walk_next(&call->walk.bans);
        if (ban == NULL) {
            break;
        }
        if (ban->act == (uint8_t)call->listed_act) {
            (call->is_json ? entry_json : entry_line)(call, ban);
            told++;
        }
    }
    return ban != NULL;
}

static void end_list(struct control_call *call)
{
    ban_list_walk_end(bans_list(call->host->chat), &call->walk.bans);
}

static void list(struct control_call *call, enum ban_act act)
{
    if (!call->is_json) {
        control_cmd_line(call, "%-26s%-26s%-14s %-30s %s", "CREATED", "UNTIL", "BY", "WHAT", "REASON");
    }
    call->listed_act = act;
    ban_list_walk_begin(bans_list(call->host->chat), &call->walk.bans);
    call->more = more_entries;
    call->end = end_list;
}

/* ---- choosing ---- */

static void exec(struct control_call *call, enum ban_act act)
{
    const char *wanted = control_cmd_word(call, 0);
    bool has_options = call->option[CONTROL_OPTION_FOR] != NULL || call->option[CONTROL_OPTION_REASON] != NULL;

    if (strcmp(wanted, "add") == 0 && call->words == 2) {
        add(call, act);
    } else if (strcmp(wanted, "remove") == 0 && call->words == 2 && !has_options) {
        take_off(call, act);
    } else if (strcmp(wanted, "list") == 0 && call->words == 1 && !has_options) {
        list(call, act);
    } else {
        control_cmd_misused(call, words_of[act].usage);
    }
}

void control_bans_ban(struct control_call *call)
{
    exec(call, BAN_BAN);
}

void control_bans_mute(struct control_call *call)
{
    exec(call, BAN_MUTE);
}

static void end_lockdown(struct control_call *call)
{
    char by[CONTROL_CMD_BY_SIZE];
    struct bans_wish wish = {.act = BAN_LOCKDOWN, .by = control_cmd_by(call, by)};
    struct strbuf label = {0}, object = {0};

    control_cmd_note(call);
    (void)bans_remove(call->host->chat, &wish, &label, &label);
    strbuf_fini(&label);
    if (call->is_json) {
        json_begin(&object, NULL);
        json_bool(&object, "lockdown", false);
        control_cmd_object(call, &object);
    } else {
        control_cmd_line(call, "The server is in no lockdown.");
    }
}

void control_bans_lockdown(struct control_call *call)
{
    const char *wanted = control_cmd_word(call, 0);
    bool has_options = call->option[CONTROL_OPTION_FOR] != NULL || call->option[CONTROL_OPTION_REASON] != NULL;
    const struct ban *lockdown = bans_lockdown(call->host->chat);

    if (strcmp(wanted, "on") == 0) {
        add(call, BAN_LOCKDOWN);
    } else if (strcmp(wanted, "off") == 0 && !has_options) {
        end_lockdown(call);
    } else if (call->words > 0 || has_options) {
        control_cmd_misused(call, words_of[BAN_LOCKDOWN].usage);
    } else if (lockdown != NULL) {
        tell_added(call, lockdown);
    } else if (call->is_json) {
        struct strbuf object = {0};

        json_begin(&object, NULL);
        json_bool(&object, "lockdown", false);
        control_cmd_object(call, &object);
    } else {
        control_cmd_line(call, "The server is in no lockdown.");
    }
}
