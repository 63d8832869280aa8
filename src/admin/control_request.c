/* admin/control_request.c: calls the handler of a request; also has the handlers that need no file of their own.
 *
 * A handler adds its lines and returns.  A handler with a long answer sets more and end (control_list.c).  A handler
 * that has to wait calls control_cmd_wait() (control_conf.c).  Each change by an administrator is
 * logged with the uid and pid of the client. */
#include "config.h"

#include "admin/control_request.h"

#include "admin/control_accounts.h"
#include "admin/control_audit.h"
#include "admin/control_bans.h"
#include "admin/control_conf.h"
#include "admin/control_delete.h"
#include "admin/control_export.h"
#include "admin/control_list.h"
#include "admin/control_people.h"
#include "admin/control_status.h"
#include "admin/control_store.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

/* ---- the end ---- */

static void drain_exec(struct control_call *call)
{
    bool is_on = call->words == 0;
    struct strbuf err = {0};

    if (!is_on && strcmp(control_cmd_word(call, 0), "off") != 0) {
        control_cmd_misused(call, "drain takes no newcomers any more, drain off takes them again");
        return;
    }
    control_cmd_note(call);
    if (!call->host->drain(call->host->ctx, is_on, &err)) {
        control_cmd_error(call, "%s", strbuf_str(&err));
    } else {
        control_cmd_done(call, "state", call->host->state(call->host->ctx),
                 is_on ? "Newcomers are not taken any more." : "Newcomers are taken again.");
    }
    strbuf_fini(&err);
}

static void stop_exec(struct control_call *call)
{
    control_cmd_note(call);
    control_cmd_done(call, "state", "stopping", "The server stops.");
    call->host->stop(call->host->ctx);
}

/* ---- help ---- */

static void tell_help(struct control_call *call, const struct control_table_row *row)
{
    struct strbuf text = {0};

    control_table_help(&text, row, call->is_json);
    control_cmd_line(call, "%s", text.data);
    strbuf_fini(&text);
}

static void unknown_command(struct control_call *call, const char *name)
{
    struct strbuf text = {0};

    control_table_unknown(&text, name);
    control_cmd_misused(call, text.data);
    strbuf_fini(&text);
}

static void help_exec(struct control_call *call)
{
    size_t i = control_table_find(control_cmd_word(call, 0));

    if (call->words > 0 && i == CONTROL_COUNT) {
        unknown_command(call, control_cmd_word(call, 0));
    } else if (call->words > 0) {
        tell_help(call, control_table_at(i));
    } else {
        for (i = 0; i < CONTROL_COUNT; i++) {
            tell_help(call, control_table_at(i));
        }
    }
}

/* chatctl makes it itself, where its user wants it. */
static void mkcert_exec(struct control_call *call)
{
    control_cmd_misused(call, "chatctl makes certificates itself, without the server");
}

/* ---- calling a handler ---- */

static void (*const handlers[CONTROL_COUNT])(struct control_call *call) = {
    [CONTROL_STATUS] = control_status_tell,
    [CONTROL_CLIENTS] = control_list_clients,
    [CONTROL_ROOMS] = control_list_rooms,
    [CONTROL_KICK] = control_people_kick,
    [CONTROL_SAY] = control_people_say,
    [CONTROL_ACCOUNT] = control_accounts_exec,
    [CONTROL_ADMIN] = control_accounts_admin,
    [CONTROL_AUDIT] = control_audit_exec,
    [CONTROL_DELETE] = control_delete_exec,
    [CONTROL_BAN] = control_bans_ban,
    [CONTROL_MUTE] = control_bans_mute,
    [CONTROL_LOCKDOWN] = control_bans_lockdown,
    [CONTROL_EXPORT] = control_export_exec,
    [CONTROL_STORE] = control_store_exec,
    [CONTROL_RELOAD] = control_conf_reload,
    [CONTROL_CHECK] = control_conf_check,
    [CONTROL_CONFIG] = control_conf_show,
    [CONTROL_LOG_LEVEL] = control_conf_log_level,
    [CONTROL_REOPEN] = control_conf_reopen,
    [CONTROL_DRAIN] = drain_exec,
    [CONTROL_STOP] = stop_exec,
    [CONTROL_MKCERT] = mkcert_exec,
    [CONTROL_HELP] = help_exec,
};

/* Takes option *i and, if it has one, its value, the word behind it, and moves *i on.  Returns false and adds an error
 * if that is not possible. */
static bool take_value(struct control_call *call, int *i)
{
    const char *name = call->word[*i].text + 2;
    size_t option = 0;

    while (option < CONTROL_OPTION_COUNT && strcmp(control_table_option(option), name) != 0) {
        option++;
    }
    if (option == CONTROL_OPTION_COUNT) {
        control_cmd_misused(call, "there is no such option; --json is one, and behind -- no word is");
        return false;
    }
    if (!control_table_has_value(option)) {
        call->option[option] = "";
        return true;
    }
    if (*i + 1 == call->words) {
        control_cmd_misused(call, "an option's value has to follow it");
        return false;
    }
    call->option[option] = call->word[++*i].text;
    return true;
}

/* Removes the options from the words.  Returns false and adds an error if one is not known. */
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
        } else if (!take_value(call, &i)) {
            return false;
        }
    }
    call->words = kept;
    return true;
}

/* Adds an error if the command does not take an option that was given. */
static bool fits_options(struct control_call *call, const struct control_table_row *row)
{
    for (size_t i = 0; i < CONTROL_OPTION_COUNT; i++) {
        if (call->option[i] != NULL && !control_table_takes(row, i)) {
            struct strbuf text = {0};

            strbuf_addf(&text, "%s takes no --%s", row->name, control_table_option(i));
            control_cmd_misused(call, text.data);
            strbuf_fini(&text);
            return false;
        }
    }
    return true;
}

/* Joins the words from number from on, separated by blanks, to one word, which is stored in text. */
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
        unknown_command(call, call->word[0].text);
        return;
    }
    row = control_table_at(id);
    if (!fits_options(call, row)) {
        return;
    }
    call->word++;
    call->words--;
    if (row->takes_text) {
        join_text(call, row->most - 1, &text);
    }
    if (call->words < row->least || call->words > row->most ||
        (row->least == 2 && control_cmd_word(call, 1)[0] == '\0')) { /* the text is empty */
        struct strbuf usage = {0};

        strbuf_adds(&usage, "usage: ");
        control_table_usage(&usage, row);
        control_cmd_misused(call, usage.data);
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

void control_request_begin(struct control_call *call, char *request, struct strbuf *out)
{
    struct control_wire_word words[CONTROL_WIRE_WORDS];
    char *copy = mem_strdup(request);
    const char *err = NULL;

    *call = (struct control_call){
        .host = call->host, .uid = call->uid, .pid = call->pid, .ready = call->ready, .out = out};
    call->request = copy;
    call->word = words;
    call->words = control_wire_split(request, words, CONTROL_WIRE_WORDS, &err);
    if (call->words < 0) {
        control_cmd_misused(call, err);
    } else if (take_options(call)) {
        if (call->words > 0) {
            run(call);
        } else {
            control_cmd_misused(call, "a command is wanted; help lists them");
        }
    }
    call->request = NULL;
    memset(call->option, 0, sizeof(call->option));
    call->word = NULL;
    call->words = 0;
    free(copy);
    if (call->more == NULL && !call->is_waiting) {
        say_end(call);
    }
    call->out = NULL;
}

void control_request_more(struct control_call *call, struct strbuf *out)
{
    call->out = out;
    if (!call->more(call)) {
        control_request_cancel(call);
        say_end(call);
    }
    call->out = NULL;
}

bool control_request_say_working(struct control_call *call, struct strbuf *out)
{
    if (!call->is_waiting || !call->is_long) {
        return false;
    }
    strbuf_addc(out, CONTROL_WIRE_WORKING);
    if (call->percent != NULL) {
        strbuf_addf(out, "%d", call->percent(call));
    }
    strbuf_addc(out, '\n');
    return true;
}

void control_request_cancel(struct control_call *call)
{
    if (call->is_waiting) {
        call->stop_waiting(call);
        call->is_waiting = false;
    }
    if (call->more != NULL) {
        call->end(call);
        call->more = NULL;
    }
}
