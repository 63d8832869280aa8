/* chat/room.c: membership. */
#include "config.h"

#include "chat/room.h"

#include "base/check.h"
#include "base/mem.h"
#include "chat/person.h"

#include <stdlib.h>

enum { FIRST_SPACE = 4 };

struct room *room_new(struct chat *chat, struct name *name)
{
    struct room *room = mem_zalloc(sizeof(*room));

    room->chat = chat;
    room->name = *name;
    *name = (struct name){0};
    return room;
}

void room_free(struct room *room)
{
    CHECK(room->count == 0 && room->waiting == NULL && room->others == NULL);
    name_fini(&room->name);
    free(room->members);
    free(room->topic);
    free(room->topic_by);
    free(room);
}

void room_add(struct room *room, struct attachment *attachment)
{
    struct member *member = mem_alloc(sizeof(*member));

    if (room->count == room->space) {
        room->space = room->space > 0 ? room->space + room->space / 2 : FIRST_SPACE;
        room->members = mem_realloc(room->members, room->space * sizeof(*room->members));
    }
    *member = (struct member){.room = room, .next_of_attachment = attachment->rooms, .index = room->count};
    room->members[room->count++] = (struct room_slot){.attachment = attachment, .member = member};
    attachment->rooms = member;
}

void room_remove(struct room *room, struct attachment *attachment)
{
    struct member **link = &attachment->rooms, *member;

    while ((*link)->room != room) {
        link = &(*link)->next_of_attachment;
    }
    member = *link;
    *link = member->next_of_attachment;
    CHECK(room->members[member->index].member == member);
    room->members[member->index] = room->members[--room->count];
    room->members[member->index].member->index = member->index;
    free(member);
}

struct person *room_person_at(const struct room *room, uint32_t i)
{
    const struct attachment *attachment = room->members[i].attachment;

    return attachment->person->attachments == attachment ? attachment->person : NULL;
}

struct member *room_find_member(const struct room *room, const struct person *person)
{
    /* Searches the person's rooms, which are few, and not the room's members, which may be many. */
    for (struct member *m = person_rooms(person); m != NULL; m = m->next_of_attachment) {
        if (m->room == room) {
            return m;
        }
    }
    return NULL;
}

void room_set_topic(struct room *room, const char *topic, const char *by, int64_t account, int64_t time_ms)
{
    bool has_one = topic != NULL && topic[0] != '\0';

    free(room->topic);
    free(room->topic_by);
    room->topic = has_one ? mem_strdup(topic) : NULL;
    room->topic_by = has_one ? mem_strdup(by) : NULL;
    room->topic_ms = time_ms;
    room->topic_account = has_one ? account : 0;
}
