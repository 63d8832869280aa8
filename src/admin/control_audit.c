/* admin/control_audit.c: reads the audit trail page by page, as fast as the client takes it, like control_export.c. */
#include "config.h"

#include "admin/control_audit.h"

#include "base/container.h"
#include "base/json.h"
#include "base/span.h"
#include "base/text.h"
#include "chat/port_store.h"

#include <stdio.h>
#include <string.h>

enum { PAGE_ENTRIES = 64 };

static struct store *store_of(const struct control_call *call)
{
    return call->host->chat->ports.store;
}

/* ---- an entry ---- */

static void entry_json(struct control_call *call, const struct audit_entry *entry)
{
    char time[CLOCK_ISO_SIZE];
    struct strbuf object = {0}, room = {0};

    json_begin(&object, NULL);
    json_str(&object, "time", clock_iso(entry->time_ms, time));
    json_str(&object, "act", entry->act);
    json_str(&object, "by", entry->by);
    if (entry->whom[0] != '\0') {
        json_str(&object, "whom", entry->whom);
    }
    if (entry->room[0] != '\0') {
        strbuf_addf(&room, "#%s", entry->room);
        json_str(&object, "room", room.data);
    }
    if (entry->why[0] != '\0') {
        json_str(&object, "why", entry->why);
    }
    if (entry->until_ms != 0) {
        json_str(&object, "until", clock_iso(entry->until_ms, time));
    }
    control_cmd_object(call, &object);
    strbuf_fini(&room);
}

/* In columns; what is longer moves the rest of its line.  "-" stands for what there is not. */
static void add_column(struct strbuf *line, const char *text, size_t width)
{
    const char *shown = text[0] != '\0' ? text : "-";
    size_t columns = text_columns(shown, strlen(shown));

    strbuf_adds(line, shown);
    strbuf_addf(line, "%*s", columns + 2 < width ? (int)(width - columns) : 2, "");
}

static void entry_line(struct control_call *call, const struct audit_entry *entry)
{
    char time[CLOCK_ISO_SIZE];
    struct strbuf line = {0}, room = {0};

    strbuf_addf(&room, "%s%s", entry->room[0] != '\0' ? "#" : "", entry->room);
    add_column(&line, clock_iso(entry->time_ms, time), 26);
    add_column(&line, entry->by, 14);
    add_column(&line, entry->act, 16);
    add_column(&line, entry->whom, 18);
    add_column(&line, strbuf_str(&room), 14);
    add_column(&line, entry->until_ms != 0 ? clock_iso(entry->until_ms, time) : "", 26);
    strbuf_adds(&line, entry->why);
    while (line.len > 0 && line.data[line.len - 1] == ' ') {
        line.data[--line.len] = '\0';
    }
    control_cmd_line(call, "%s", line.data);
    strbuf_fini(&line);
    strbuf_fini(&room);
}

/* ---- reading ---- */

/* Lines that come before the page is asked to be told wait in call->told. */
static void page_entry(struct store_audit *req, const struct audit_entry *entry)
{
    struct control_call *call = CONTAINER_OF(req, struct control_call, auditing.read);
    struct strbuf *out = call->out;

    control_cmd_resume(call);
    (call->is_json ? entry_json : entry_line)(call, entry);
    call->out = out;
}

static void end_page(struct control_call *call, enum store_answer answer)
{
    struct control_auditing *auditing = &call->auditing;

    auditing->has_more = answer == STORE_DONE && auditing->read.more;
    auditing->has_failed = answer == STORE_FAILED;
    if (auditing->has_failed) {
        strbuf_reset(&call->told); /* entries before a failure count for nothing */
    }
    auditing->read.after = auditing->read.next;
}

static void page_done(struct store_audit *req, enum store_answer answer)
{
    struct control_call *call = CONTAINER_OF(req, struct control_call, auditing.read);

    end_page(call, answer);
    call->is_waiting = false;
    call->ready(call);
}

static void stop_waiting(struct control_call *call)
{
    store_of(call)->ops->cancel_audit(store_of(call), &call->auditing.read);
}

static void ask(struct control_call *call)
{
    enum store_answer answer = store_of(call)->ops->read_audit(store_of(call), &call->auditing.read);

    if (answer == STORE_LATER) {
        control_cmd_wait(call, stop_waiting);
    } else {
        end_page(call, answer);
    }
}

static bool more_pages(struct control_call *call)
{
    strbuf_add(call->out, strbuf_str(&call->told), call->told.len);
    strbuf_reset(&call->told);
    if (call->auditing.has_failed) {
        control_cmd_error(call, "the store cannot be read to the end; the log tells why, and has each entry too");
    }
    if (call->auditing.has_more) {
        ask(call);
        return true;
    }
    return false;
}

static void end_audit(struct control_call *call)
{
    strbuf_fini(&call->told);
}

/* A span back from now, or a time. */
static bool parse_since(const char *text, int64_t now_ms, int64_t *since_ms)
{
    int64_t span_ms;

    if (span_parse(text, &span_ms) == SPAN_OK) {
        *since_ms = now_ms - span_ms;
        return true;
    }
    return clock_parse(NULL, text, now_ms, since_ms);
}

void control_audit_exec(struct control_call *call)
{
    struct store_audit read = {.max_entries = PAGE_ENTRIES, .entry = page_entry, .done = page_done};
    const char *since = call->option[CONTROL_OPTION_SINCE];

    if (since != NULL && !parse_since(since, clock_real_ms(call->host->clock), &read.since_ms)) {
        control_cmd_misused(call, "--since takes 2h or 7d, or a time: 14:02, 2026-11-24 or \"2026-11-24 14:02\"");
        return;
    }
    if (!store_of(call)->keeps_audit) {
        control_cmd_error(call, "the audit trail is in the log alone: there is no database to keep it (store.path)");
        return;
    }
    call->auditing = (struct control_auditing){.read = read};
    if (!call->is_json) {
        control_cmd_line(call, "%-26s%-14s%-16s%-18s%-14s%-26s%s", "TIME", "BY", "ACT", "WHOM", "ROOM", "UNTIL", "WHY");
    }
    call->more = more_pages;
    call->end = end_audit;
    ask(call);
}
