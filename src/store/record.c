/* store/record.c: the words for the kinds, and copying. */
#include "config.h"

#include "store/record.h"

#include <string.h>

/* A switch, so that the compiler tells of a kind that lacks its word. */
static const char *word_of(enum message_kind kind)
{
    switch (kind) {
    case MESSAGE_SAY:
        return "say";
    case MESSAGE_ACTION:
        return "action";
    case MESSAGE_PRIVATE:
        return "private";
    case MESSAGE_NOTICE:
        return "notice";
    case MESSAGE_JOIN:
        return "join";
    case MESSAGE_LEAVE:
        return "leave";
    case MESSAGE_QUIT:
        return "quit";
    case MESSAGE_RENAME:
        return "rename";
    case MESSAGE_TOPIC:
        return "topic";
    case MESSAGE_DELETE:
        return "delete";
    case MESSAGE_KICK:
        return "kick";
    case MESSAGE_RULE:
        return "rule";
    case MESSAGE_KINDS:
        break;
    }
    return ""; /* no line has it */
}

void record_of(const struct message *m, struct parcel_item *item)
{
    *item = (struct parcel_item){.op = PARCEL_LINE,
                                .id = m->id,
                                .time_ms = m->time_ms,
                                 .account = m->account,
                                .room = m->room,
                                .room_folded = m->room_folded,
                                .kind = word_of((enum message_kind)m->kind),
                                .name = m->actor,
                                .folded = m->actor_folded,
                                .target = m->target,
                                .text = m->text,
                                .text_len = m->text_len};
}

struct message *record_message(const struct parcel_item *item)
{
    for (int kind = 0; kind < MESSAGE_KINDS; kind++) {
        if (strcmp(word_of((enum message_kind)kind), item->kind) == 0) {
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
