/* chat/put_out.c: publishes kicks. */
#include "config.h"

#include "chat/put_out.h"

#include "chat/announce.h"
#include "chat/rights.h"

#include <string.h>

/* Does nothing if no ban hits the person. */
static void put_out(const struct room *room, const struct person *person)
{
    const struct rule *ban = rights_ban_on(room, person);

    if (ban == NULL) {
        return;
    }
    (void)announce_owe(room->chat, &(struct message_parts){
                                       .kind = MESSAGE_KICK,
                                       .room = room->name.shown,
                                       .room_folded = room->name.folded,
                                       .actor = ban->by,
                                       .target = person_shown_name(person),
                                       .target_folded = person_folded_name(person),
                                       .text = ban->value,
                                       .text_len = strlen(ban->value),
                                       .origin = message_origin(room->chat->ports.bus->process, 0),
                                       .about = person_id(person),
                                   });
}

/* From the end, since a kick that comes back at once moves the last members into the gaps. */
void put_out_banned(struct room *room)
{
    for (uint32_t i = room->count; i > 0; i--) {
        const struct person *person = i <= room->count ? room_person_at(room, i - 1) : NULL;

        if (person != NULL) {
            put_out(room, person);
        }
    }
}

/* A kick that comes back at once takes the member out of the list, and may end the room; after one that does not, the
 * walk goes on. */
void put_out_of_rooms(struct person *person)
{
    struct member *m = person_rooms(person), *next;

    for (; m != NULL; m = next) {
        next = m->next_of_attachment;
        put_out(m->room, person);
    }
}
