/* chat/ops.c: begins and ends operations. */
#include "config.h"

#include "chat/ops.h"

#include "base/check.h"
#include "base/mem.h"
#include "chat/announce.h"
#include "chat/port_bus.h"

#include <stdlib.h>
#include <string.h>

/* Operations are in a table and not in the attachments: few attachments have one at a time, and there may be very many
 * attachments. */
static struct chat_op *find(const struct chat *chat, uint32_t id)
{
    struct chat_op *op;

    HASH_FIND(hh, chat->ops, &id, sizeof(id), op);
    return op;
}

struct chat_op *ops_find(const struct attachment *attachment)
{
    return find(attachment->person->chat, attachment->id);
}

struct chat_op *ops_begin(struct attachment *attachment, chat_done_fn *done, void *ctx)
{
    struct chat_op *op = mem_zalloc(sizeof(*op));

    CHECK(ops_find(attachment) == NULL);
    *op = (struct chat_op){.attachment = attachment, .id = attachment->id, .done = done, .ctx = ctx};
    HASH_ADD(hh, attachment->person->chat->ops, id, sizeof(op->id), op);
    return op;
}

void ops_push(struct chat_op **queue, struct chat_op *op)
{
    op->queue = queue;
    op->next = *queue;
    *queue = op;
}

void ops_remove(struct chat_op *op)
{
    struct chat_op **link = op->queue;

    while (*link != op) {
        link = &(*link)->next;
    }
    *link = op->next;
    op->queue = NULL;
}

/* Ends the wait; the caller tells of the result. */
void ops_end(struct chat_op *op)
{
    if (op->naming != NULL) {
        op->naming->op = NULL;
    }
    HASH_DEL(op->attachment->person->chat->ops, op);
    mem_free_secret(op->key);
    free(op);
}

void ops_finish(struct chat_op *op, enum chat_result result, struct room *room)
{
    chat_done_fn *done = op->done;
    void *ctx = op->ctx;

    ops_end(op);
    done(ctx, result, room);
}

static unsigned hash_of(const char *room_folded, const char *target_folded)
{
    return hash_bytes(room_folded, strlen(room_folded)) ^ hash_bytes(target_folded, strlen(target_folded));
}

enum chat_result ops_publish(struct chat_op *op, const struct message_parts *parts)
{
    enum bus_answer answer;
    enum chat_result result;
    bool is_back;

    op->awaits = parts->kind;
    op->awaits_hash = hash_of(parts->room_folded != NULL ? parts->room_folded : "",
                              parts->target_folded != NULL ? parts->target_folded
                              : parts->target != NULL      ? parts->target
                                                           : "");
    op->is_published = op->is_in_call = true;
    answer = announce_publish(op->attachment->person->chat, parts);
    op->is_in_call = false;
    is_back = op->is_back || answer == BUS_DONE;
    if (answer == BUS_LATER && !is_back) {
        return CHAT_LATER;
    }
    result = is_back ? op->result : CHAT_UNAVAILABLE;
    ops_end(op);
    return result;
}

bool ops_can_begin(const struct attachment *attachment)
{
    return attachment->id != 0 && ops_find(attachment) == NULL;
}

void ops_come_back(struct chat *chat, const struct message *m, enum chat_result result, struct room *room)
{
    bool is_ours = message_process(m) == chat->ports.bus->process;
    struct chat_op *op = is_ours ? find(chat, message_source(m)) : NULL;

    if (op == NULL || !op->is_published || op->awaits != m->kind ||
        op->awaits_hash != hash_of(m->room_folded, m->target_folded)) {
        return;
    }
    op->result = result;
    if (op->is_in_call) {
        op->is_back = true;
    } else {
        ops_finish(op, result, result == CHAT_OK ? room : NULL);
    }
}

void ops_cut(struct chat *chat)
{
    struct chat_op *op = chat->ops;

    while (op != NULL) {
        if (op->is_published) {
            ops_finish(op, CHAT_UNAVAILABLE, NULL);
            op = chat->ops; /* the callee may have begun another operation */
        } else {
            op = op->hh.next;
        }
    }
}
