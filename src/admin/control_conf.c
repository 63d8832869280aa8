/* admin/control_conf.c: the commands about the configuration: reload, check, config, log-level, reopen. */
#include "config.h"

#include "admin/control_conf.h"

#include "base/container.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/nearest.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* ---- reading it anew ---- */

static struct control_call *call_of(struct control_outcome *outcome)
{
    return CONTAINER_OF(outcome, struct control_call, outcome);
}

static void tell_changed(struct control_outcome *outcome, const char *option, const char *was, const char *is,
                         bool reloadable, const char *unused)
{
    struct control_call *call = call_of(outcome);
    const char *note = !reloadable ? "needs a restart" : unused != NULL ? unused : "";
    struct strbuf object = {0};

    control_cmd_resume(call);
    call->changes++;
    call->restarts += !reloadable;
    call->unused += reloadable && unused != NULL;
    if (!call->is_json) {
        control_cmd_line(call, "%s: %s -> %s%s%s%s", option, was[0] != '\0' ? was : "(empty)",
                         is[0] != '\0' ? is : "(empty)", note[0] != '\0' ? "  (" : "", note,
                         note[0] != '\0' ? ")" : "");
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, "option", option);
    json_str(&object, "was", was);
    json_str(&object, "is", is);
    json_bool(&object, "needs_restart", !reloadable);
    if (unused != NULL) {
        json_str(&object, "no_effect", unused);
    }
    control_cmd_object(call, &object);
}

static void tell_certificate(struct control_outcome *outcome, const char *path)
{
    struct control_call *call = call_of(outcome);
    struct strbuf object = {0};

    control_cmd_resume(call);
    if (!call->is_json) {
        control_cmd_line(call, call->is_check ? "tls.certificate: the file %s has a new certificate"
                                              : "tls.certificate: the new certificate in %s is in force", path);
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, "certificate", path);
    control_cmd_object(call, &object);
}

static void tell_error(struct control_outcome *outcome, const char *line)
{
    struct control_call *call = call_of(outcome);

    control_cmd_resume(call);
    control_cmd_error(call, "%s", line);
}

static void tell_warning(struct control_outcome *outcome, const char *line)
{
    struct control_call *call = call_of(outcome);
    struct strbuf object = {0};

    control_cmd_resume(call);
    if (!call->is_json) {
        control_cmd_line(call, "warning: %s", line);
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, "warning", line);
    control_cmd_object(call, &object);
}

static void tell_sum(struct control_call *call, const char *file)
{
    struct strbuf text = {0};

    if (call->is_json) {
        return; /* the objects and the status tell it */
    }
    if (call->is_check) {
        strbuf_addf(&text, "The settings in %s are right: ", file);
    } else {
        strbuf_adds(&text, "Reloaded: ");
    }
    if (call->changes == 0) {
        strbuf_adds(&text, "no option differs.");
    } else if (call->is_check) {
        strbuf_addf(&text, "a reload would change %u.", call->changes - call->restarts - call->unused);
    } else {
        strbuf_addf(&text, "%u changed.", call->changes - call->restarts - call->unused);
    }
    if (call->restarts > 0) {
        strbuf_addf(&text, " %u %s a restart.", call->restarts, text_plural(call->restarts, "needs", "need"));
    }
    if (call->unused > 0) {
        strbuf_addf(&text, " %u %s no effect.", call->unused, text_plural(call->unused, "has", "have"));
    }
    control_cmd_line(call, "%s", text.data);
    strbuf_fini(&text);
}

static void tell_over(struct control_outcome *outcome, const char *file, bool is_right)
{
    struct control_call *call = call_of(outcome);

    control_cmd_resume(call);
    if (is_right && call->is_check && file == NULL) {
        control_cmd_error(call, "There is nothing to check: chatd was started without a file.");
    } else if (is_right) {
        tell_sum(call, file);
    } else {
        control_cmd_error(call, call->is_check ? "The settings are not right."
                                               : "The reload is refused: all stays as it was.");
    }
    control_cmd_end_wait(call);
}

static void stop_reading(struct control_call *call)
{
    call->host->forget(call->host->ctx, &call->outcome);
    strbuf_fini(&call->told);
}

static void read_configuration(struct control_call *call, bool is_check)
{
    call->outcome = (struct control_outcome){
        .changed = tell_changed, .certificate = tell_certificate, .error = tell_error, .warning = tell_warning,
        .over = tell_over};
    call->is_check = is_check;
    control_cmd_wait(call, stop_reading);
    call->host->reload(call->host->ctx, is_check, &call->outcome);
}

void control_conf_reload(struct control_call *call)
{
    control_cmd_note(call);
    read_configuration(call, false);
}

void control_conf_check(struct control_call *call)
{
    read_configuration(call, true);
}

/* ---- what is in force ---- */

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
    control_cmd_object(call, &object);
}

/* Lists the options that wanted names: an option, a section, or "" for all.  Returns false if there is none. */
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
    struct strbuf text = {0};
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
    strbuf_addf(&text, "there is no option or section %s%s%s%s", wanted, best != NULL ? "; did you mean " : "",
                best != NULL ? best : "", best != NULL ? "?" : "");
    control_cmd_misused(call, text.data);
    strbuf_fini(&text);
    free(best);
}

void control_conf_show(struct control_call *call)
{
    if (!tell_options(call, control_cmd_word(call, 0))) {
        unknown_option(call, control_cmd_word(call, 0));
    }
}

void control_conf_log_level(struct control_call *call)
{
    struct strbuf err = {0};

    if (call->words == 0) {
        tell_options(call, "log.level");
    } else if (!call->host->set_log_level(call->host->ctx, control_cmd_word(call, 0), &err)) {
        control_cmd_misused(call, strbuf_str(&err));
    } else {
        control_cmd_note(call);
        tell_options(call, "log.level");
    }
    strbuf_fini(&err);
}

void control_conf_reopen(struct control_call *call)
{
    control_cmd_note(call);
    if (call->host->reopen_log(call->host->ctx)) {
        control_cmd_done(call, "reopened", "log.file", "The log file is opened anew.");
    } else {
        control_cmd_done(call, "reopened", "", "The log does not go to a file: there is nothing to open anew.");
    }
}
