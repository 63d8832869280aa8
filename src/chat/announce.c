/* chat/announce.c: what the rooms of a person are told of what the person does. */
#include "config.h"

#include "chat/announce.h"

#include "base/clock.h"
#include "base/strbuf.h"

#include <string.h>

void announce_publish(struct chat *chat, const struct message_parts *parts)
{
    struct message *m = message_new(parts);

    m->time_ms = clock_real_ms(chat->clock);
    chat->ports.bus->ops->publish(chat->ports.bus, m);
    message_unref(m);
}

void announce_event(struct attachment *by, struct room *room, enum message_kind kind, const char *target,
                    const char *text)
{
    const struct person *person = by->person;

    if (person->is_unannounced) {
        return;
    }
    if ((kind == MESSAGE_JOIN || kind == MESSAGE_LEAVE) && room->count > room->chat->limits.announce_members) {
        return; /* a rush of joins must not cost each newcomer a line to everybody: to each attachment,
                 * however few people these may be */
    }
    announce_publish(room->chat, &(struct message_parts){
                            .kind = kind,
                            .room = room->name.shown,
                            .room_folded = room->name.folded,
                            .actor = person_shown_name(person),
                            .actor_folded = person_folded_name(person),
                            .target = target,
                            .text = text,
                            .text_len = strlen(text),
                            .actor_id = person_id(person),
                            .origin = attachment_origin(by),
                        });
}

/* The room last entered stands first among them. */
void announce_quit(struct attachment *by, struct room *const *rooms, uint32_t count, const char *why)
{
    const struct person *person = by->person;
    struct strbuf shown = {0}, folded = {0};

    if (person->is_unannounced || count == 0) {
        return;
    }
    while (count-- > 0) {
        strbuf_addf(&shown, "%s%s", rooms[count]->name.shown, count > 0 ? " " : "");
        strbuf_addf(&folded, "%s%s", rooms[count]->name.folded, count > 0 ? " " : "");
    }
    announce_publish(person->chat, &(struct message_parts){
                            .kind = MESSAGE_QUIT,
                            .room = shown.data,
                            .room_folded = folded.data,
                            .actor = person_shown_name(person),
                            .actor_folded = person_folded_name(person),
                            .text = why,
                            .text_len = strlen(why),
                            .actor_id = person_id(person),
                            .origin = attachment_origin(by),
                        });
    strbuf_fini(&shown);
    strbuf_fini(&folded);
}

/* In every room of the person's. */
void announce_rename(struct attachment *by, const char *nick)
{
    for (struct member *m = by->rooms; m != NULL; m = m->next_of_attachment) {
        announce_event(by, m->room, MESSAGE_RENAME, nick, "");
    }
}
