/* session/verbs_delete.c: to delete a line of a room's history.
 *
 *   [the line is read: the store alone knows who has said it] --> [chat_delete()] --> [it comes back from the bus]
 *
 * The room is the one that was current when the command ran. */
#include "config.h"

#include "chat/port_store.h"
#include "session/verbs.h"

#include "base/container.h"
#include "base/mem.h"
#include "chat/rank.h"
#include "session/await.h"
#include "session/past.h"

#include <stdlib.h>
#include <strings.h>

enum {
    PAGE_LINES = 64,   /* read at once, for one's last line */
    MOST_LOOKED = 1024, /* lines, for the same */
};

struct deleting {
    struct past past;
    uint64_t id;     /* 0: the last line that the person has said */
    uint32_t looked; /* lines */
};

static void deleting_free(struct session_job *job)
{
    struct deleting *deleting = CONTAINER_OF(job, struct deleting, past.job);

    past_fini(&deleting->past);
    free(deleting);
}

/* about is the line's id. */
static enum verb_result tell_deleted(struct session *s, enum chat_result result, struct room *room, const char *about,
                                     session_then_fn *then)
{
    (void)then;
    switch (result == CHAT_OK && room == NULL ? CHAT_NOT_IN_ROOM : result) {
    case CHAT_OK:
        session_reply(s, REPLY(REPLY_DELETED, .room = room->name.shown, .about = about));
        return VERB_DONE;
    case CHAT_NOT_YOURS:
        session_reply(s, REPLY(REPLY_NOT_YOUR_LINE, .needed = rank_name(s->env->chat->refusal.needed)));
        return VERB_REFUSED;
    case CHAT_NAME_REGISTERED:
        session_reply(s, REPLY(REPLY_NAME_NOT_YOURS, .name = person_shown_name(s->self.person)));
        return VERB_REFUSED;
    case CHAT_NOT_IN_ROOM:
        session_reply(s, REPLY(REPLY_HISTORY_ROOM_LOST));
        return VERB_REFUSED;
    default:
        session_reply(s, REPLY(REPLY_DELETE_UNAVAILABLE));
        return VERB_REFUSED;
    }
}

/* The line, of what was read; NULL: it is not there. */
static const struct message *find_line(const struct deleting *deleting)
{
    const struct past *past = &deleting->past;

    for (uint32_t i = past->count; i > 0; i--) {
        const struct message *m = past->lines[i - 1];

        if (deleting->id != 0 ? m->id == deleting->id : chat_has_said(past->s->self.person, m)) {
            return m;
        }
    }
    return NULL;
}

/* Reads on as long as there is no line, and more to look at. */
static enum store_answer go_on(struct deleting *deleting, enum store_answer answer)
{
    struct past *past = &deleting->past;

    while (answer == STORE_DONE && find_line(deleting) == NULL && past->read.more && deleting->id == 0) {
        deleting->looked += past->count;
        if (deleting->looked >= MOST_LOOKED || past->count == 0) {
            break;
        }
        past->read.before = past->read.next;
        answer = past_ask(past);
    }
    return answer;
}

/* The session has no job. */
static enum verb_result finish(struct session *s, struct deleting *deleting, struct room *room,
                               enum store_answer answer, session_then_fn *then)
{
    const struct message *line = answer == STORE_DONE ? find_line(deleting) : NULL;
    enum chat_result result;
    char id[MESSAGE_ID_SIZE];

    if (answer == STORE_FAILED) {
        session_reply(s, REPLY(REPLY_HISTORY_UNAVAILABLE));
        return VERB_REFUSED;
    }
    if (line == NULL) {
        session_reply(s, REPLY(deleting->id != 0 ? REPLY_NO_SUCH_LINE : REPLY_NO_LINE_OF_YOURS,
                               .room = room->name.shown));
        return VERB_REFUSED;
    }
    message_id_text(line->id, id);
    result = chat_delete(&s->self, room, line, await_done, s);
    return await_result(s, result, room, id, tell_deleted, then);
}

static enum session_step step(struct session *s, struct session_job *job)
{
    struct deleting *deleting = CONTAINER_OF(job, struct deleting, past.job);
    enum store_answer answer;
    enum verb_result result;

    if (job->room == NULL) {
        session_reply(s, REPLY(REPLY_HISTORY_ROOM_LOST));
        return SESSION_STEP_FAILED;
    }
    answer = go_on(deleting, past_answer(&deleting->past));
    if (answer == STORE_LATER) {
        return SESSION_STEP_WAIT;
    }
    (void)job_end(s); /* what follows may have a job of its own */
    result = finish(s, deleting, job->room, answer, job->then);
    if (result != VERB_PENDING) {
        job->then(s, result == VERB_DONE);
    }
    return SESSION_STEP_GONE;
}

enum verb_result verbs_delete(struct session *s, const char *line, session_then_fn *then)
{
    struct deleting *deleting;
    enum store_answer answer;
    enum verb_result result;
    uint64_t id = message_id_parse(line);

    if (id == 0 && strcasecmp(line, "last") != 0) {
        session_reply(s, REPLY(REPLY_BAD_LINE_ID));
        return VERB_REFUSED;
    }
    deleting = mem_zalloc(sizeof(*deleting));
    deleting->id = id;
    past_init(&deleting->past, s, s->current, step, deleting_free);
    past_bound(&deleting->past, id != 0 ? 1 : PAGE_LINES, UINT32_MAX);
    deleting->past.read.after = id != 0 ? id - 1 : 0;
    deleting->past.read.before = id != 0 && id < UINT64_MAX ? id + 1 : 0;
    answer = go_on(deleting, past_ask(&deleting->past));
    if (answer == STORE_LATER) {
        deleting->past.job.then = then;
        job_wait(s, &deleting->past.job);
        return VERB_PENDING;
    }
    result = finish(s, deleting, s->current, answer, then);
    deleting_free(&deleting->past.job);
    return result;
}
