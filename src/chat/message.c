/* chat/message.c: makes messages. */
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

/* If a folded name is equal to the shown one, as for most names, it is stored once. */
static bool is_same(const char *shown, const char *folded)
{
    return folded == NULL || strcmp(shown, folded) == 0;
}

static size_t name_size(const char *shown, const char *folded)
{
    return strlen(shown) + 1 + (is_same(shown, folded) ? 0 : strlen(folded) + 1);
}

static const char *put_folded(char **at, const char *shown, const char *folded)
{
    return is_same(shown, folded) ? shown : put(at, folded, strlen(folded));
}

struct message *message_new(const struct message_parts *parts)
{
    const char *room = or_empty(parts->room), *actor = or_empty(parts->actor), *target = or_empty(parts->target);
    size_t size = sizeof(struct message) + name_size(room, parts->room_folded) +
                  name_size(actor, parts->actor_folded) + name_size(target, parts->target_folded) +
                  parts->text_len + 1;
    struct message *m = mem_zalloc(size);
    char *at = (char *)(m + 1);

    m->refs = 1;
    m->kind = (uint8_t)parts->kind;
    m->time_ms = parts->time_ms;
    m->room = put(&at, room, strlen(room));
    m->room_folded = put_folded(&at, m->room, parts->room_folded);
    m->actor = put(&at, actor, strlen(actor));
    m->actor_folded = put_folded(&at, m->actor, parts->actor_folded);
    m->target = put(&at, target, strlen(target));
    m->target_folded = put_folded(&at, m->target, parts->target_folded);
    m->text = put(&at, or_empty(parts->text), parts->text_len);
    m->text_len = (uint32_t)parts->text_len;
    m->size = (uint32_t)size;
    m->actor_id = parts->actor_id;
    m->is_silent = parts->is_silent;
    m->origin = parts->origin;
    m->account = parts->account;
    m->about = parts->about;
    m->until_ms = parts->until_ms;
    m->rule = (uint8_t)parts->rule;
    m->who = (uint8_t)parts->who;
    m->is_off = parts->is_off;
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

const char *message_next_room(const char **list, size_t *len)
{
    const char *room = *list;

    *len = strcspn(room, " ");
    *list = room + *len + (room[*len] == ' ');
    return *len > 0 ? room : NULL;
}

bool message_names_room(const struct message *m, const char *folded)
{
    const char *list = m->room_folded, *room;
    size_t len;

    while ((room = message_next_room(&list, &len)) != NULL) {
        if (strlen(folded) == len && memcmp(room, folded, len) == 0) {
            return true;
        }
    }
    return false;
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
