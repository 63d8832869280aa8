/* admin/control_delete.c: reads the line first: so it is known whether it is there, and the room is told whose it was.
 *
 * The room need not be in use. */
#include "config.h"

#include "admin/control_delete.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/name.h"
#include "chat/port_store.h"
#include "chat/rooms.h"

#include <stdlib.h>
#include <string.h>

static struct store *store_of(const struct control_call *call)
{
    return call->host->chat->ports.store;
}

static void note_line(struct store_read *req, struct message *m)
{
    CONTAINER_OF(req, struct control_call, deletion.read)->deletion.line = message_ref(m);
}

/* What the store has made in memory for a room that nobody is in goes with the call. */
static void end_deletion(struct control_call *call)
{
    struct control_deletion *deletion = &call->deletion;

    if (rooms_find_any(call->host->chat, deletion->room_folded) == NULL) {
        store_of(call)->ops->forget(store_of(call), deletion->room_folded);
    }
    if (deletion->line != NULL) {
        message_unref(deletion->line);
    }
    free(deletion->room);
    free(deletion->room_folded);
    *deletion = (struct control_deletion){0};
}

static void answer(struct control_call *call, enum store_answer answer)
{
    const struct message *line = call->deletion.line;
    char id[MESSAGE_ID_SIZE];

    if (answer == STORE_FAILED) {
        control_cmd_error(call, "the store cannot be read; the log tells why. Nothing is deleted.");
    } else if (line == NULL) {
        control_cmd_error(call, "no line of that id is kept of #%s", call->deletion.room);
    } else {
        control_cmd_audit(call, "delete", line->actor, line->room, message_id_text(line->id, id));
        chat_delete_as_server(call->host->chat, line);
        control_cmd_done(call, "deleted", message_id_text(line->id, id), "The line is deleted.");
    }
    end_deletion(call);
}

static void read_done(struct store_read *req, enum store_answer result)
{
    struct control_call *call = CONTAINER_OF(req, struct control_call, deletion.read);

    control_cmd_resume(call);
    answer(call, result);
    control_cmd_end_wait(call);
}

static void stop_waiting(struct control_call *call)
{
    store_of(call)->ops->cancel(store_of(call), &call->deletion.read);
    end_deletion(call);
}

void control_delete_exec(struct control_call *call)
{
    const char *word = control_cmd_word(call, 0);
    uint64_t id = message_id_parse(control_cmd_word(call, 1));
    enum store_answer result;
    char *folded;

    word += word[0] == '#';
    folded = name_fold(word, strlen(word));
    if (id == 0) {
        control_cmd_misused(call, "an id has 16 hexadecimal digits, as export tells it");
        free(folded);
        return;
    }
    if (folded == NULL) {
        control_cmd_error(call, "%s cannot be a room's name", word);
        return;
    }
    control_cmd_note(call);
    call->deletion = (struct control_deletion){.room = control_cmd_clean(word), .room_folded = folded};
    call->deletion.read = (struct store_read){.room_folded = folded,
                                              .after = id - 1,
                                              .before = id < UINT64_MAX ? id + 1 : 0,
                                              .max_lines = 1,
                                              .max_bytes = UINT64_MAX,
                                              .line = note_line,
                                              .done = read_done};
    result = store_of(call)->ops->read(store_of(call), &call->deletion.read);
    if (result == STORE_LATER) {
        control_cmd_wait(call, stop_waiting);
    } else {
        answer(call, result);
    }
}
