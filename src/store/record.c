/* store/record.c: the words for the kinds, and copying. */
#include "config.h"

#include "store/record.h"

#include <string.h>

static const char *const kinds[MESSAGE_KINDS] = {
    [MESSAGE_SAY] = "say",     [MESSAGE_ACTION] = "action", [MESSAGE_PRIVATE] = "private", [MESSAGE_NOTICE] = "notice",
    [MESSAGE_JOIN] = "join",   [MESSAGE_LEAVE] = "leave",   [MESSAGE_QUIT] = "quit",       [MESSAGE_RENAME] = "rename",
    [MESSAGE_TOPIC] = "topic", [MESSAGE_DELETE] = "delete", [MESSAGE_KICK] = "kick",       [MESSAGE_RULE] = "rule",
};

void record_of(const struct message *m, struct parcel_item *item)
{
    *item = (struct parcel_item){.op = PARCEL_LINE,
                                .id = m->id,
                                .time_ms = m->time_ms,
                                 .account = m->account,
                                .room = m->room,
                                .room_folded = m->room_folded,
                                .kind = kinds[m->kind],
                                .name = m->actor,
                                .folded = m->actor_folded,
                                .target = m->target,
                                .text = m->text,
                                .text_len = m->text_len};
}

struct message *record_message(const struct parcel_item *item)
{
    for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
        if (kinds[kind] != NULL && strcmp(kinds[kind], item->kind) == 0) {
            struct message *m = message_new(&(struct message_parts){.kind = (enum message_kind)kind,
                                                                    .time_ms = item->time_ms,
                                                                    .account = item->account,
                                                                    .room = item->room,
                                                                    .room_folded = item->room_folded,
                                                                    .actor = item->name,
                                                                    .actor_folded = item->folded,
                                                                    .target = item->target,
                                                                    .text = item->text,
                                                                    .text_len = item->text_len});

            m->id = item->id;
            return m;
        }
    }
    return NULL;
}
