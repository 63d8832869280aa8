/* admin/control_cmd.c: the functions that all handlers of control commands use. */
#include "config.h"

#include "admin/control_cmd.h"

#include "base/json.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "chat/audit.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

char *control_cmd_clean(const char *text)
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

/* Adds an error line.  It may repeat parts of the request, so it is cleaned: then it cannot control a terminal. */
static void add_error(struct control_call *call, const char *text)
{
    struct strbuf object = {0};
    char *clean = control_cmd_clean(text);

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

void control_cmd_misused(struct control_call *call, const char *text)
{
    add_error(call, text);
    call->status = CONTROL_WIRE_MISUSED;
}

void control_cmd_object(struct control_call *call, struct strbuf *object)
{
    json_end(object);
    control_cmd_line(call, "%s", object->data);
    strbuf_fini(object);
}

void control_cmd_done(struct control_call *call, const char *key, const char *value, const char *text)
{
    struct strbuf object = {0};

    if (!call->is_json) {
        control_cmd_line(call, "%s", text);
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, key, value);
    control_cmd_object(call, &object);
}

void control_cmd_note(const struct control_call *call)
{
    log_info("control", LOG_STR("command", call->request), LOG_NUM("uid", call->uid), LOG_NUM("pid", call->pid));
}

const char *control_cmd_by(const struct control_call *call, char *buf)
{
    snprintf(buf, CONTROL_CMD_BY_SIZE, "uid %lu", (unsigned long)call->uid); /* no person's name has a blank */
    return buf;
}

void control_cmd_audit(const struct control_call *call, const char *act, const char *whom, const char *room,
                       const char *why)
{
    char by[CONTROL_CMD_BY_SIZE];

    audit_note(call->host->chat,
               &(struct audit_entry){
                   .act = act, .by = control_cmd_by(call, by), .whom = whom, .room = room, .why = why});
}

/* ---- an answer that comes later ---- */

void control_cmd_wait(struct control_call *call, void (*stop_waiting)(struct control_call *call))
{
    call->is_waiting = true;
    call->stop_waiting = stop_waiting;
}

void control_cmd_wait_long(struct control_call *call, void (*stop_waiting)(struct control_call *call),
                           int (*percent)(const struct control_call *call))
{
    control_cmd_wait(call, stop_waiting);
    call->is_long = true;
    call->percent = percent;
}

void control_cmd_resume(struct control_call *call)
{
    call->out = &call->told;
}

static bool say_told(struct control_call *call)
{
    strbuf_add(call->out, strbuf_str(&call->told), call->told.len);
    return false;
}

static void free_told(struct control_call *call)
{
    strbuf_fini(&call->told);
}

void control_cmd_end_wait(struct control_call *call)
{
    call->out = NULL;
    call->is_waiting = false;
    call->more = say_told;
    call->end = free_told;
    call->ready(call);
}

/* ---- words ---- */

const char *control_cmd_word(const struct control_call *call, int i)
{
    return i < call->words ? call->word[i].text : "";
}
