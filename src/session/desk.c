/* session/desk.c: a table of the sessions whose line is edited. */
#include "config.h"

#include "session/desk.h"

#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"
#include "chat/person.h"
#include "chat/rooms.h"

#include <stdlib.h>
#include <string.h>

enum { DESK_ROOMS = 4 /* more would leave no place for the line */ };

struct desk {
    const struct session *s;
    struct {
        const struct room *room; /* one of the session's; NULL ends the list */
        uint32_t lines;
    } news[DESK_ROOMS];
    UT_hash_handle hh; /* by s, in env->desks */
};

static struct desk *find(struct session *s)
{
    struct desk *desk = NULL;

    HASH_FIND_PTR(s->env->desks, &s, desk);
    return desk;
}

void desk_open(struct session *s)
{
    struct desk *desk = find(s);

    if (desk == NULL) {
        desk = mem_zalloc(sizeof(*desk));
        desk->s = s;
        HASH_ADD_PTR(s->env->desks, s, desk);
    }
}

void desk_close(struct session *s)
{
    struct desk *desk = find(s);

    if (desk != NULL) {
        HASH_DEL(s->env->desks, desk);
        free(desk);
    }
}

void desk_note(struct session *s, const struct delivery *d)
{
    const struct message *m = d->m;
    struct desk *desk;
    const struct room *room;

    if (m->room[0] == '\0' || d->is_replay || message_is_event(m) || m->actor_id == person_id(s->self.person) ||
        (s->current != NULL && strcmp(s->current->name.folded, m->room_folded) == 0)) {
        return;
    }
    desk = find(s);
    room = rooms_find(s->env->chat, m->room_folded);
    for (int i = 0; desk != NULL && room != NULL && i < DESK_ROOMS; i++) {
        if (desk->news[i].room == NULL || desk->news[i].room == room) {
            desk->news[i].room = room;
            desk->news[i].lines++;
            return;
        }
    }
}

void desk_forget(struct session *s, const struct room *room)
{
    struct desk *desk = find(s);
    int kept = 0;

    for (int i = 0; desk != NULL && i < DESK_ROOMS && desk->news[i].room != NULL; i++) {
        if (desk->news[i].room != room) {
            desk->news[kept++] = desk->news[i];
        }
    }
    if (desk != NULL && kept < DESK_ROOMS) {
        memset(&desk->news[kept], 0, (DESK_ROOMS - (size_t)kept) * sizeof(desk->news[0]));
    }
}

void desk_tell(struct session *s, struct strbuf *out, unsigned columns)
{
    struct desk *desk;
    struct strbuf news = {0};

    desk_forget(s, s->current);
    desk = find(s);
    for (int i = 0; desk != NULL && i < DESK_ROOMS && desk->news[i].room != NULL; i++) {
        strbuf_addf(&news, "%s#%s %u", i == 0 ? "[" : ", ", desk->news[i].room->name.shown,
                    (unsigned)desk->news[i].lines);
    }
    if (news.len > 0 && text_columns(news.data, news.len) + strlen("] ") <= columns) {
        strbuf_add(out, news.data, news.len);
        strbuf_adds(out, "] ");
    }
    strbuf_fini(&news);
}
