/* admin/control_export.c: reads a room's lines page by page, as fast as the client takes them.
 *
 *   ask() --> lines in call->told --> more() appends them to the answer, and asks for the next page
 *
 * A page is asked for when the one before it has been taken, so that at most one is in memory.  What is said meanwhile
 * is exported too, if it is said before the last page. */
#include "config.h"

#include "admin/control_export.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/name.h"
#include "chat/deliver.h"
#include "chat/port_store.h"
#include "chat/rooms.h"
#include "frontend/json.h"

#include <stdlib.h>
#include <string.h>

enum { PAGE_LINES = 64, PAGE_BYTES = 1 << 17 /* more than the longest line */ };

static struct store *store_of(const struct control_call *call)
{
    return call->host->chat->ports.store;
}

static void page_line(struct store_read *req, struct message *m)
{
    struct control_call *call = CONTAINER_OF(req, struct control_call, exporting.read);
    struct delivery d = {.m = m};
    struct strbuf line = {0};

    json_form.message(&line, FRONTEND_JSON, NULL, &d);
    strbuf_addc(&call->told, CONTROL_WIRE_TEXT);
    strbuf_add(&call->told, line.data, line.len);
    strbuf_fini(&line);
    call->exporting.lines++;
}

/* What the page has come to, but for its lines. */
static void end_page(struct control_call *call, enum store_answer answer)
{
    struct control_export *exporting = &call->exporting;

    exporting->has_more = answer == STORE_DONE && exporting->read.more;
    exporting->has_failed = answer == STORE_FAILED;
    if (exporting->has_failed) {
        strbuf_reset(&call->told); /* lines before a failure count for nothing */
    }
    exporting->read.after = exporting->read.next;
}

static void page_done(struct store_read *req, enum store_answer answer)
{
    struct control_call *call = CONTAINER_OF(req, struct control_call, exporting.read);

    end_page(call, answer);
    call->is_waiting = false;
    call->ready(call);
}

static void stop_waiting(struct control_call *call)
{
    store_of(call)->ops->cancel(store_of(call), &call->exporting.read);
}

static void ask(struct control_call *call)
{
    enum store_answer answer = store_of(call)->ops->read(store_of(call), &call->exporting.read);

    if (answer == STORE_LATER) {
        control_cmd_wait(call, stop_waiting);
    } else {
        end_page(call, answer);
    }
}

static bool more_pages(struct control_call *call)
{
    struct control_export *exporting = &call->exporting;

    strbuf_add(call->out, strbuf_str(&call->told), call->told.len);
    strbuf_reset(&call->told);
    if (exporting->has_failed) {
        control_cmd_error(call, "the store cannot be read; the log tells why. %s",
                          exporting->lines > 0 ? "What was told is not all." : "Nothing was told.");
    } else if (exporting->lines == 0) {
        control_cmd_error(call, "no line is kept of #%s", exporting->room);
    }
    if (exporting->has_more) {
        ask(call);
        return true;
    }
    return false;
}

/* What the store has made in memory for a room that nobody is in goes with the call. */
static void end_export(struct control_call *call)
{
    if (rooms_find_any(call->host->chat, call->exporting.room_folded) == NULL) {
        store_of(call)->ops->forget(store_of(call), call->exporting.room_folded);
    }
    free(call->exporting.room);
    free(call->exporting.room_folded);
    strbuf_fini(&call->told);
    call->exporting = (struct control_export){0};
}

void control_export_exec(struct control_call *call)
{
    const char *word = control_cmd_word(call, 0);
    char *folded;

    word += word[0] == '#';
    folded = name_fold(word, strlen(word));
    if (folded == NULL) {
        control_cmd_error(call, "%s cannot be a room's name", word);
        return;
    }
    control_cmd_note(call);
    call->exporting = (struct control_export){.room = control_cmd_clean(word), .room_folded = folded};
    call->exporting.read = (struct store_read){.room_folded = folded,
                                               .end = STORE_OLDEST,
                                               .max_lines = PAGE_LINES,
                                               .max_bytes = PAGE_BYTES,
                                               .text_factor = 1,
                                               .line = page_line,
                                               .done = page_done};
    call->more = more_pages;
    call->end = end_export;
    ask(call);
}
