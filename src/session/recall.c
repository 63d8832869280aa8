/* session/recall.c: what was answered, kept until the job goes on. */
#include "config.h"

#include "session/recall.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/marks.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"
#include "chat/port_profiles.h"
#include "chat/port_store.h"
#include "chat/rooms.h"
#include "session/choices.h"
#include "session/job.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ROOMS = 20 /* that are told; of the others, their number is */ };

struct recall_room {
    char *name, *folded;
    uint64_t mark, lines;
    int64_t time_ms;
};

static struct profiles *profiles_of(const struct session *s)
{
    return s->env->chat->ports.profiles;
}

/* ---- what is answered ---- */

static void take_choice(struct recall *recall, const char *name, const char *value)
{
    size_t i = choices_find(name);

    if (i < CHOICES_MOST && !choices_at(i)->is_of_terminal) {
        free(recall->chosen[i]);
        recall->chosen[i] = mem_strdup(value);
    }
}

static void take_setting(struct profiles_recall *req, const char *setting, const char *value)
{
    struct recall *recall = CONTAINER_OF(req, struct recall, req);

    if (strcmp(setting, RECALL_AWAY) == 0) {
        free(recall->away);
        recall->away = mem_strdup(value);
    } else {
        take_choice(recall, setting, value);
    }
}

static void take_room(struct profiles_recall *req, const struct profiles_room *room)
{
    struct recall *recall = CONTAINER_OF(req, struct recall, req);

    recall->rooms = mem_realloc(recall->rooms, (recall->count + 1) * sizeof(recall->rooms[0]));
    recall->rooms[recall->count++] = (struct recall_room){.name = mem_strdup(room->room),
                                                          .folded = mem_strdup(room->room_folded),
                                                          .mark = room->mark,
                                                          .lines = room->lines,
                                                          .time_ms = room->time_ms};
}

static void done(struct profiles_recall *req, enum store_answer answer)
{
    struct recall *recall = CONTAINER_OF(req, struct recall, req);

    recall->answer = answer;
    job_wake(recall->s);
}

/* ---- asking ---- */

bool recall_is_possible(const struct session *s)
{
    return profiles_of(s) != NULL && owners_account(s->self.person) != NULL;
}

enum store_answer recall_ask(struct recall *recall, struct session *s, const char *room_folded)
{
    recall->s = s;
    recall->room_folded = room_folded != NULL ? mem_strdup(room_folded) : NULL;
    recall->req = (struct profiles_recall){.account = owners_account(s->self.person)->id,
                                           .room_folded = recall->room_folded,
                                           .most_rooms = MOST_ROOMS,
                                           .setting = take_setting,
                                           .room = take_room,
                                           .done = done};
    recall->answer = STORE_LATER; /* done() is called then, and not before recall() has returned */
    recall->answer = profiles_of(s)->ops->recall(profiles_of(s), &recall->req);
    return recall->answer;
}

static void stop_waiting(struct recall *recall)
{
    if (recall->s != NULL && recall->answer == STORE_LATER) {
        profiles_of(recall->s)->ops->cancel(profiles_of(recall->s), &recall->req);
        recall->answer = STORE_FAILED;
    }
}

enum store_answer recall_answer(struct recall *recall)
{
    stop_waiting(recall);
    return recall->answer;
}

void recall_fini(struct recall *recall)
{
    stop_waiting(recall);
    for (uint32_t i = 0; i < recall->count; i++) {
        free(recall->rooms[i].name);
        free(recall->rooms[i].folded);
    }
    free(recall->rooms);
    for (size_t i = 0; i < CHOICES_MOST; i++) {
        free(recall->chosen[i]);
    }
    free(recall->away);
    free(recall->room_folded);
}

bool recall_is_valid(const struct recall *recall)
{
    const struct account *account = owners_account(recall->s->self.person);

    return account != NULL && account->id == recall->req.account;
}

/* ---- telling ---- */

/* room: NULL if the person is not in it. */
static void tell_room(struct session *s, const struct recall_room *new, const struct room *room)
{
    char id[MESSAGE_ID_SIZE];
    struct strbuf next = {0};

    if (room == NULL) {
        strbuf_addf(&next, "/join #%s", new->name);
    } else {
        strbuf_adds(&next, "/history new");
        if (room != s->current) {
            strbuf_addf(&next, " #%s", room->name.shown);
        }
    }
    session_reply(s, REPLY(room != NULL ? REPLY_NEW_LINES : REPLY_NEW_LINES_ELSEWHERE, .room = new->name,
                           .count = (int64_t)new->lines, .since = message_id_text(new->mark, id),
                           .time = new->time_ms, .next = strbuf_str(&next)));
    strbuf_fini(&next);
}

void recall_tell(const struct recall *recall, bool is_attached)
{
    struct session *s = recall->s;
    struct person *person = s->self.person;

    for (uint32_t i = 0; i < recall->count; i++) {
        const struct recall_room *new = &recall->rooms[i];
        const struct room *room = rooms_find(s->env->chat, new->folded);
        bool is_in = room != NULL && room_find_member(room, person) != NULL;

        if (!marks_may_tell(person, new->folded) ||
            (is_in && is_attached && marks_unread(person, room) != new->mark)) {
            continue;
        }
        if (is_in) {
            marks_set_unread(person, room, new->mark);
        }
        tell_room(s, new, is_in ? room : NULL);
    }
    if (recall->req.rest > 0) {
        session_reply(s, REPLY(REPLY_NEW_ROOMS_OMITTED, .count = recall->req.rest));
    }
}
