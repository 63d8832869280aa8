/* admin/control_cmd.c: the handlers, and from a request to one of them.
 *
 * A handler says its lines and returns; one with a long answer sets more and end (control_list.c).  What an
 * administrator changes is logged with who they are. */
#include "config.h"

#include "admin/control_cmd.h"

#include "admin/control_list.h"
#include "admin/metrics.h"
#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/rate.h"
#include "base/text.h"
#include "session/session.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A copy, clean and on one line. */
static char *clean_text(const char *text)
{
    char *copy = mem_strdup(text);

    for (char *s = copy; *s != '\0'; s++) {
        if (*s == '\n') {
            *s = ' ';
        }
    }
    copy[text_clean(copy, copy, strlen(copy))] = '\0';
    return copy;
}

/* ---- the answer ---- */

static void add_line(struct control_call *call, char kind, const char *text)
{
    strbuf_addc(call->out, kind);
    for (; *text != '\0'; text++) {
        strbuf_addc(call->out, *text == '\n' ? ' ' : *text);
    }
    strbuf_addc(call->out, '\n');
}

void control_cmd_line(struct control_call *call, const char *fmt, ...)
{
    struct strbuf text = {0};
    va_list ap;

    va_start(ap, fmt);
    strbuf_vaddf(&text, fmt, ap);
    va_end(ap);
    add_line(call, CONTROL_WIRE_TEXT, strbuf_str(&text));
    strbuf_fini(&text);
}

/* Errors tell back what was asked, which may be anything: clean, it is text, and drives no terminal. */
static void add_error(struct control_call *call, const char *text)
{
    struct strbuf object = {0};
    char *clean = clean_text(text);

    if (!call->is_json) {
        add_line(call, CONTROL_WIRE_ERROR, clean);
    } else {
        json_begin(&object, NULL);
        json_str(&object, "error", clean);
        json_end(&object);
        add_line(call, CONTROL_WIRE_ERROR, object.data);
        strbuf_fini(&object);
    }
    free(clean);
}

void control_cmd_error(struct control_call *call, const char *fmt, ...)
{
    struct strbuf text = {0};
    va_list ap;

    va_start(ap, fmt);
    strbuf_vaddf(&text, fmt, ap);
    va_end(ap);
    add_error(call, strbuf_str(&text));
    strbuf_fini(&text);
    call->status = CONTROL_WIRE_FAILED;
}

static void misused(struct control_call *call, const char *text)
{
    add_error(call, text);
    call->status = CONTROL_WIRE_MISUSED;
}

/* An object of its own, which is given up. */
static void say_object(struct control_call *call, struct strbuf *object)
{
    json_end(object);
    control_cmd_line(call, "%s", object->data);
    strbuf_fini(object);
}

/* What was done: a sentence, or an object with one member. */
static void say_done(struct control_call *call, const char *key, const char *value, const char *text)
{
    struct strbuf object = {0};

    if (!call->is_json) {
        control_cmd_line(call, "%s", text);
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, key, value);
    say_object(call, &object);
}

static void note_change(const struct control_call *call)
{
    log_info("control", LOG_STR("command", call->request), LOG_NUM("uid", call->uid), LOG_NUM("pid", call->pid));
}

/* The i-th word; "" when there is none. */
static const char *word(const struct control_call *call, int i)
{
    return i < call->words ? call->word[i].text : "";
}

/* ---- status ---- */

/* What is told of the metrics: as "value of limit" where there is one. */
static const struct {
    const char *label, *key, *metric, *limit;
} shown[] = {
    {"clients", "clients", "chatd_clients", "chatd_clients_limit"},
    {"rooms", "rooms", "chatd_rooms", "chatd_rooms_limit"},
    {"lines said", "lines", "chatd_lines_total", NULL},
    {"private lines", "private_lines", "chatd_private_lines_total", NULL},
    {"deliveries", "deliveries", "chatd_deliveries_total", NULL},
    {"queued bytes", "queue_bytes", "chatd_queue_bytes", "chatd_queue_limit_bytes"},
    {"skipped lines", "skipped_lines", "chatd_skipped_lines_total", NULL},
    {"history bytes", "history_bytes", "chatd_history_bytes", "chatd_history_limit_bytes"},
    {"memory bytes", "memory_bytes", "process_resident_memory_bytes", NULL},
    {"newcomers", "connections", "chatd_connections_total", NULL},
    {"turned away", "refused", "chatd_refused_total", NULL},
    {"flood stops", "flood_stops", "chatd_flood_stops_total", NULL},
};

enum { SHOWN = sizeof(shown) / sizeof(shown[0]) };

static uint64_t uptime_s(const struct control_host *host)
{
    int64_t ms = clock_real_ms(host->clock) - host->metrics->started_ms;

    return ms > 0 ? (uint64_t)ms / 1000 : 0;
}

static double lines_per_second(const struct control_host *host)
{
    return (double)rate_sum(&host->chat->said, clock_ms(host->clock)) / RATE_SECONDS;
}

static void status_json(struct control_call *call)
{
    const struct control_host *host = call->host;
    struct strbuf object = {0};

    json_begin(&object, NULL);
    json_str(&object, "version", PACKAGE_VERSION);
    json_str(&object, "name", host->server_name(host->ctx));
    json_str(&object, "state", host->state(host->ctx));
    json_num(&object, "pid", getpid());
    json_num(&object, "uptime_seconds", (int64_t)uptime_s(host));
    json_real(&object, "lines_per_second", lines_per_second(host), 1);
    for (size_t i = 0; i < SHOWN; i++) {
        uint64_t value = metrics_value(host->metrics, shown[i].metric);

        if (value != METRICS_UNKNOWN) {
            json_num(&object, shown[i].key, (int64_t)value);
        }
    }
    say_object(call, &object);
}

static void status_exec(struct control_call *call)
{
    const struct control_host *host = call->host;
    uint64_t up = uptime_s(host);

    if (call->is_json) {
        status_json(call);
        return;
    }
    control_cmd_line(call, "version        %s", PACKAGE_VERSION);
    control_cmd_line(call, "name           %s", host->server_name(host->ctx));
    control_cmd_line(call, "state          %s", host->state(host->ctx));
    control_cmd_line(call, "pid            %ld", (long)getpid());
    control_cmd_line(call, "up             %llu d %02u:%02u:%02u", (unsigned long long)up / 86400,
                     (unsigned)(up / 3600 % 24), (unsigned)(up / 60 % 60), (unsigned)(up % 60));
    control_cmd_line(call, "lines/s        %.1f", lines_per_second(host));
    for (size_t i = 0; i < SHOWN; i++) {
        uint64_t value = metrics_value(host->metrics, shown[i].metric);

        if (value != METRICS_UNKNOWN && shown[i].limit != NULL) {
            control_cmd_line(call, "%-15s%llu of %llu", shown[i].label, (unsigned long long)value,
                             (unsigned long long)metrics_value(host->metrics, shown[i].limit));
        } else if (value != METRICS_UNKNOWN) {
            control_cmd_line(call, "%-15s%llu", shown[i].label, (unsigned long long)value);
        }
    }
}

/* ---- kick and say ---- */

static void kick_exec(struct control_call *call)
{
    const char *name = word(call, 0);
    char *folded = text_fold(name, strlen(name));
    struct user *user = folded != NULL ? chat_find_user(call->host->chat, folded) : NULL;
    char *text;

    free(folded);
    if (user == NULL) {
        control_cmd_error(call, "there is nobody called %s here", name);
        return;
    }
    note_change(call);
    text = clean_text(word(call, 1));
    say_done(call, "kicked", user_shown_name(user), "The connection is ended.");
    session_end_saying(session_of_user(user), REASON_KICKED, text);
    free(text);
}

/* A notice for each line of text, and for each part of one that is too long. */
static void notify(struct control_call *call, struct room *room, const char *text)
{
    size_t max = call->host->line_bytes(call->host->ctx);

    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char *line = mem_strndup(text, len);
        size_t left = text_clean(line, line, len), at = 0;

        while (at < left) {
            size_t n = text_cut(line + at, left - at, max);

            chat_notice(call->host->chat, room, line + at, n);
            at += n;
        }
        free(line);
        text += len + (text[len] == '\n');
    }
}

static void say_exec(struct control_call *call)
{
    const char *name = word(call, 0);
    struct room *room = NULL;

    if (strcmp(name, "*") != 0) {
        const char *plain = name + (name[0] == '#');
        char *folded = text_fold(plain, strlen(plain));

        room = folded != NULL ? chat_find_room(call->host->chat, folded) : NULL;
        free(folded);
        if (room == NULL) {
            control_cmd_error(call, "there is no room #%s", plain);
            return;
        }
    }
    note_change(call);
    notify(call, room, word(call, 1));
    say_done(call, "said", room != NULL ? room->name.shown : "*", "It is said.");
}

/* ---- the configuration ---- */

struct outcome {
    struct control_call *call;
    bool is_check;
    unsigned changes, restarts;
};

static void tell_changed(void *ctx, const char *option, const char *was, const char *is, bool reloadable)
{
    struct outcome *outcome = ctx;
    struct strbuf object = {0};

    outcome->changes++;
    outcome->restarts += !reloadable;
    if (!outcome->call->is_json) {
        control_cmd_line(outcome->call, "%s: %s -> %s%s", option, was[0] != '\0' ? was : "(empty)",
                         is[0] != '\0' ? is : "(empty)", reloadable ? "" : "  (needs a restart)");
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, "option", option);
    json_str(&object, "was", was);
    json_str(&object, "is", is);
    json_bool(&object, "needs_restart", !reloadable);
    say_object(outcome->call, &object);
}

static void tell_error(void *ctx, const char *line)
{
    struct outcome *outcome = ctx;

    control_cmd_error(outcome->call, "%s", line);
}

static void tell_outcome(struct control_call *call, const struct outcome *outcome)
{
    struct strbuf text = {0};
    const char *done = outcome->is_check ? "The settings are right" : "Reloaded";

    if (call->is_json) {
        return; /* the objects and the status have told it */
    }
    strbuf_addf(&text, "%s: ", done);
    if (outcome->changes == 0) {
        strbuf_adds(&text, "no option differs.");
    } else if (outcome->is_check) {
        strbuf_addf(&text, "a reload would change %u.", outcome->changes - outcome->restarts);
    } else {
        strbuf_addf(&text, "%u changed.", outcome->changes - outcome->restarts);
    }
    if (outcome->restarts > 0) {
        strbuf_addf(&text, " %u %s a restart.", outcome->restarts, outcome->restarts == 1 ? "needs" : "need");
    }
    control_cmd_line(call, "%s", text.data);
    strbuf_fini(&text);
}

static void read_configuration(struct control_call *call, bool is_check)
{
    struct outcome outcome = {.call = call, .is_check = is_check};
    const struct control_outcome to = {.changed = tell_changed, .error = tell_error, .ctx = &outcome};

    if (call->host->reload(call->host->ctx, is_check, &to)) {
        tell_outcome(call, &outcome);
    } else {
        control_cmd_error(call, is_check ? "The settings are not right." :
                                           "The reload is refused: all stays as it was.");
    }
}

static void reload_exec(struct control_call *call)
{
    note_change(call);
    read_configuration(call, false);
}

static void check_exec(struct control_call *call)
{
    read_configuration(call, true);
}

static void tell_option(struct control_call *call, const struct control_option *option)
{
    struct strbuf object = {0};

    if (!call->is_json) {
        strbuf_addf(&object, "%s = %s", strbuf_str(&option->name), strbuf_str(&option->value));
        if (option->file != NULL) {
            control_cmd_line(call, "%-50s  ; %s:%zu", object.data, option->file, option->line);
        } else {
            control_cmd_line(call, "%-50s  ; %s", object.data, option->from);
        }
        strbuf_fini(&object);
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, "option", strbuf_str(&option->name));
    json_str(&object, "value", strbuf_str(&option->value));
    json_str(&object, "from", option->from);
    if (option->file != NULL) {
        json_str(&object, "file", option->file);
        json_num(&object, "line", (int64_t)option->line);
    }
    say_object(call, &object);
}

/* Tells the options that wanted names: one, a section, or "" for all. */
static bool tell_options(struct control_call *call, const char *wanted)
{
    struct control_option option = {0};
    size_t len = strlen(wanted);
    bool is_found = false;

    for (size_t i = 0; call->host->option(call->host->ctx, i, &option); i++) {
        const char *name = strbuf_str(&option.name);

        if (len == 0 || (strncmp(name, wanted, len) == 0 && (name[len] == '\0' || name[len] == '.'))) {
            is_found = true;
            tell_option(call, &option);
        }
        strbuf_reset(&option.name);
        strbuf_reset(&option.value);
    }
    strbuf_fini(&option.name);
    strbuf_fini(&option.value);
    return is_found;
}

static void unknown_option(struct control_call *call, const char *wanted)
{
    struct control_option option = {0};
    struct nearest near = {.wanted = wanted};
    char *best = NULL;

    for (size_t i = 0; call->host->option(call->host->ctx, i, &option); i++) {
        nearest_try(&near, strbuf_str(&option.name));
        if (near.best != best) {
            free(best);
            near.best = best = mem_strdup(near.best);
        }
        strbuf_reset(&option.name);
        strbuf_reset(&option.value);
    }
    strbuf_fini(&option.name);
    strbuf_fini(&option.value);
    control_cmd_error(call, "there is no option or section %s%s%s%s", wanted, best != NULL ? "; did you mean " : "",
                      best != NULL ? best : "", best != NULL ? "?" : "");
    free(best);
}

static void config_exec(struct control_call *call)
{
    if (!tell_options(call, word(call, 0))) {
        unknown_option(call, word(call, 0));
    }
}

static void log_level_exec(struct control_call *call)
{
    struct strbuf err = {0};

    if (call->words == 0) {
        tell_options(call, "log.level");
    } else if (!call->host->set_log_level(call->host->ctx, word(call, 0), &err)) {
        control_cmd_error(call, "%s", strbuf_str(&err));
    } else {
        note_change(call);
        tell_options(call, "log.level");
    }
    strbuf_fini(&err);
}

/* ---- the end ---- */

static void drain_exec(struct control_call *call)
{
    bool is_on = call->words == 0;
    struct strbuf err = {0};

    if (!is_on && strcmp(word(call, 0), "off") != 0) {
        misused(call, "drain takes no newcomers any more, drain off takes them again");
        return;
    }
    note_change(call);
    if (!call->host->drain(call->host->ctx, is_on, &err)) {
        control_cmd_error(call, "%s", strbuf_str(&err));
    } else {
        say_done(call, "state", call->host->state(call->host->ctx),
                 is_on ? "Newcomers are not taken any more." : "Newcomers are taken again.");
    }
    strbuf_fini(&err);
}

static void stop_exec(struct control_call *call)
{
    note_change(call);
    say_done(call, "state", "stopping", "The server stops.");
    call->host->stop(call->host->ctx);
}

/* ---- help ---- */

static void tell_help(struct control_call *call, const struct control_table_row *row)
{
    struct strbuf text = {0};

    if (call->is_json) {
        json_begin(&text, NULL);
        json_str(&text, "command", row->name);
        json_str(&text, "arguments", row->arguments);
        json_str(&text, "help", row->help);
        say_object(call, &text);
        return;
    }
    control_table_help(&text, row);
    control_cmd_line(call, "%s", text.data);
    strbuf_fini(&text);
}

static void unknown_command(struct control_call *call, const char *name, enum control_wire_status status)
{
    struct strbuf text = {0};

    control_table_unknown(&text, name);
    add_error(call, text.data);
    strbuf_fini(&text);
    call->status = status;
}

static void help_exec(struct control_call *call)
{
    size_t i = control_table_find(word(call, 0));

    if (call->words > 0 && i == CONTROL_COUNT) {
        unknown_command(call, word(call, 0), CONTROL_WIRE_FAILED);
    } else if (call->words > 0) {
        tell_help(call, control_table_at(i));
    } else {
        for (i = 0; i < CONTROL_COUNT; i++) {
            tell_help(call, control_table_at(i));
        }
    }
}

/* ---- from a request to a handler ---- */

static void (*const handlers[CONTROL_COUNT])(struct control_call *call) = {
    [CONTROL_STATUS] = status_exec,
    [CONTROL_CLIENTS] = control_list_clients,
    [CONTROL_ROOMS] = control_list_rooms,
    [CONTROL_KICK] = kick_exec,
    [CONTROL_SAY] = say_exec,
    [CONTROL_RELOAD] = reload_exec,
    [CONTROL_CHECK] = check_exec,
    [CONTROL_CONFIG] = config_exec,
    [CONTROL_LOG_LEVEL] = log_level_exec,
    [CONTROL_DRAIN] = drain_exec,
    [CONTROL_STOP] = stop_exec,
    [CONTROL_HELP] = help_exec,
};

/* Takes the options out of the words; false, and told, when there is none of that name. */
static bool take_options(struct control_call *call)
{
    int kept = 0;
    bool is_over = false;

    for (int i = 0; i < call->words; i++) {
        const struct control_wire_word *w = &call->word[i];

        if (is_over || w->is_quoted || strncmp(w->text, "--", 2) != 0) {
            call->word[kept++] = *w;
        } else if (w->text[2] == '\0') {
            is_over = true;
        } else if (strcmp(w->text, "--json") == 0) {
            call->is_json = true;
        } else {
            misused(call, "there is no such option; --json is one, and behind -- no word is");
            return false;
        }
    }
    call->words = kept;
    return true;
}

/* The words from the given one on become one, parted by blanks; text is where it stands then. */
static void join_text(struct control_call *call, int from, struct strbuf *text)
{
    for (int i = from; i < call->words; i++) {
        strbuf_addf(text, "%s%s", i > from ? " " : "", call->word[i].text);
    }
    if (from < call->words) {
        call->word[from].text = text->data;
        call->words = from + 1;
    }
}

static void run(struct control_call *call)
{
    const struct control_table_row *row;
    struct strbuf text = {0};
    size_t id = control_table_find(call->word[0].text);

    if (id == CONTROL_COUNT) {
        unknown_command(call, call->word[0].text, CONTROL_WIRE_MISUSED);
        return;
    }
    row = control_table_at(id);
    call->word++;
    call->words--;
    if (row->takes_text) {
        join_text(call, row->most - 1, &text);
    }
    if (call->words < row->least || call->words > row->most || (row->least == 2 && word(call, 1)[0] == '\0')) {
        struct strbuf usage = {0};

        strbuf_adds(&usage, "usage: ");
        control_table_usage(&usage, row);
        misused(call, usage.data);
        strbuf_fini(&usage);
    } else {
        handlers[id](call);
    }
    strbuf_fini(&text);
}

static void say_end(struct control_call *call)
{
    strbuf_addf(call->out, "%c%d\n", CONTROL_WIRE_END, (int)call->status);
}

void control_cmd_begin(struct control_call *call, char *request, struct strbuf *out)
{
    struct control_wire_word words[CONTROL_WIRE_WORDS];
    char *copy = mem_strdup(request);
    const char *err = NULL;

    *call = (struct control_call){.host = call->host, .uid = call->uid, .pid = call->pid, .out = out};
    call->request = copy;
    call->word = words;
    call->words = control_wire_split(request, words, CONTROL_WIRE_WORDS, &err);
    if (call->words < 0) {
        misused(call, err);
    } else if (take_options(call)) {
        if (call->words > 0) {
            run(call);
        } else {
            misused(call, "a command is wanted; help lists them");
        }
    }
    call->request = NULL;
    call->word = NULL;
    call->words = 0;
    free(copy);
    if (call->more == NULL) {
        say_end(call);
    }
    call->out = NULL;
}

void control_cmd_more(struct control_call *call, struct strbuf *out)
{
    call->out = out;
    if (!call->more(call)) {
        control_cmd_cancel(call);
        say_end(call);
    }
    call->out = NULL;
}

void control_cmd_cancel(struct control_call *call)
{
    if (call->more != NULL) {
        call->end(call);
        call->more = NULL;
    }
}
