/* chat/message.c: making messages. */
#include "config.h"

#include "chat/message.h"

#include "base/mem.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *put(char **at, const char *s, size_t len)
{
    char *copy = *at;

    memcpy(copy, s, len);
    copy[len] = '\0';
    *at += len + 1;
    return copy;
}

static const char *or_empty(const char *s)
{
    return s != NULL ? s : "";
}

struct message *message_new(const struct message_parts *parts)
{
    const char *room = or_empty(parts->room), *from = or_empty(parts->from), *to = or_empty(parts->to);
    const char *folded = or_empty(parts->room_folded);
    bool is_same = strcmp(room, folded) == 0; /* as most are: then it is kept once */
    size_t size = sizeof(struct message) + strlen(room) + (is_same ? 0 : strlen(folded) + 1) + strlen(from) +
                  strlen(to) + parts->text_len + 4;
    struct message *m = mem_zalloc(size);
    char *at = (char *)(m + 1);

    m->refs = 1;
    m->kind = (uint8_t)parts->kind;
    m->event = (uint8_t)parts->event;
    m->time_ms = parts->time_ms;
    m->room = put(&at, room, strlen(room));
    m->room_folded = is_same ? m->room : put(&at, folded, strlen(folded));
    m->from = put(&at, from, strlen(from));
    m->to = put(&at, to, strlen(to));
    m->text = put(&at, or_empty(parts->text), parts->text_len);
    m->text_len = (uint32_t)parts->text_len;
    m->size = (uint32_t)size;
    m->from_id = parts->from_id;
    m->origin = parts->origin;
    return m;
}

struct message *message_ref(struct message *m)
{
    m->refs++;
    return m;
}

void message_unref(struct message *m)
{
    if (--m->refs == 0) {
        free(m);
    }
}

const char *message_event_name(enum message_event event)
{
    static const char *const names[MESSAGE_EVENTS] = {"", "join", "leave", "quit", "nick", "topic", "notice"};

    return names[event];
}

const char *message_next_room(const char **list, size_t *len)
{
    const char *room = *list;

    *len = strcspn(room, " ");
    *list = room + *len + (room[*len] == ' ');
    return *len > 0 ? room : NULL;
}

const char *message_id_text(uint64_t id, char *buf)
{
    snprintf(buf, MESSAGE_ID_SIZE, "%016llx", (unsigned long long)id);
    return buf;
}

uint64_t message_id_parse(const char *text)
{
    if (strlen(text) != MESSAGE_ID_SIZE - 1 || strspn(text, "0123456789abcdefABCDEF") != MESSAGE_ID_SIZE - 1) {
        return 0;
    }
    return strtoull(text, NULL, 16);
}
