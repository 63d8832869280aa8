/* session/verbs_rooms.c: to enter rooms and leave them, to choose the current one, and their topics. */
#include "config.h"

#include "chat/port_store.h"
#include "session/verbs.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "chat/modes.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "chat/rules.h"
#include "session/answer.h"
#include "session/await.h"
#include "session/filter.h"
#include "session/find.h"
#include "session/held.h"
#include "session/past.h"
#include "session/recall.h"
#include "session/refusal.h"

#include <stdlib.h>
#include <string.h>

/* ---- what is told of a room ---- */

static void tell_topic(struct session *s, const struct room *room)
{
    session_reply(s, REPLY(REPLY_TOPIC, .room = room->name.shown, .topic = room->topic, .by = room->topic_by,
                           .time = room->topic_ms));
}

/* What those who enter have to know: that nothing is kept, for example. */
static void tell_modes(struct session *s, const struct room *room)
{
    for (enum mode mode = 0; mode < MODES; mode++) {
        const struct mode_row *row = modes_row(mode);

        if (row->entering != NULL && rules_has_mode(room->rules, mode)) {
            session_reply(s, REPLY(REPLY_MODE_ENTERING, .room = room->name.shown, .mode = row->name, .on = true,
                                   .value = row->type == MODE_NUMBER ? rules_mode(room->rules, mode) : NULL,
                                   .help = row->entering));
        }
    }
}

void verbs_show_room(struct session *s, const struct room *room)
{
    uint32_t others = room->people - 1;

    session_reply(s, REPLY(others > 0 ? REPLY_JOINED : REPLY_JOINED_ALONE, .room = room->name.shown, .others = others));
    if (room->topic != NULL) {
        tell_topic(s, room);
    }
    tell_modes(s, room);
}

/* ---- entering ---- */

/* The room's last lines, of which the store tells, and then the number of new ones, of which the profiles do. */
struct entering {
    struct past past;
    struct recall recall;
    bool is_recalling;
    uint32_t wanted;
};

static void entering_free(struct session_job *job)
{
    struct entering *entering = CONTAINER_OF(job, struct entering, past.job);

    past_fini(&entering->past);
    recall_fini(&entering->recall);
    free(entering);
}

static void show_replay(struct entering *entering)
{
    struct past *past = &entering->past;
    uint32_t first = past_fit_newest(past, answer_replay_room(answer_room(past->s)), 0), shown = past->count - first;
    uint64_t wanted = entering->wanted < past->read.kept ? entering->wanted : past->read.kept;

    past_show(past, first, past->count);
    if (shown < wanted) {
        past_tell_older(past, first, wanted - shown);
    }
}

/* What the room has said meanwhile comes behind its past. */
static void end_past(struct session *s, struct entering *entering, enum store_answer answer)
{
    if (answer == STORE_DONE) {
        show_replay(entering);
    } else {
        session_reply(s, REPLY(REPLY_PAST_UNREAD, .room = entering->past.job.room->name.shown));
    }
    session_release(s);
    if (s->is_greeted) { /* else the greeting will tell */
        verbs_show_room(s, entering->past.job.room);
    }
}

static enum store_answer begin_recall(struct session *s, struct entering *entering)
{
    if (!recall_is_possible(s)) {
        return STORE_DONE;
    }
    entering->is_recalling = true;
    return recall_ask(&entering->recall, s, entering->past.job.room->name.folded);
}

static void end_recall(struct session *s, const struct entering *entering, enum store_answer answer)
{
    if (answer == STORE_FAILED) {
        session_reply(s, REPLY(REPLY_PROFILE_UNREAD));
    } else if (entering->is_recalling && recall_is_valid(&entering->recall)) {
        recall_tell(&entering->recall, false);
    }
}

static enum session_step entering_step(struct session *s, struct session_job *job)
{
    struct entering *entering = CONTAINER_OF(job, struct entering, past.job);
    enum store_answer answer;

    if (job->room == NULL) { /* the person is out again, and knows */
        return SESSION_STEP_OK;
    }
    if (entering->is_recalling) {
        answer = recall_answer(&entering->recall);
    } else {
        end_past(s, entering, past_answer(&entering->past));
        answer = begin_recall(s, entering);
        if (answer == STORE_LATER) {
            return SESSION_STEP_WAIT;
        }
    }
    end_recall(s, entering, answer);
    return SESSION_STEP_OK;
}

static enum verb_result show_entered(struct session *s, struct room *room, session_then_fn *then)
{
    struct entering *entering = mem_zalloc(sizeof(*entering));
    enum store_answer answer;

    s->current = room;
    session_note(s, "room entered", room->name.shown);
    entering->wanted = s->env->limits.history_replay;
    past_init(&entering->past, s, room, entering_step, entering_free);
    past_bound(&entering->past, entering->wanted, answer_replay_room(answer_room(s)));
    entering->past.job.then = then;
    answer = entering->wanted > 0 ? past_ask(&entering->past) : STORE_DONE;
    if (answer == STORE_LATER) {
        entering->past.job.held = held_new();
        job_wait(s, &entering->past.job);
        return VERB_PENDING;
    }
    end_past(s, entering, answer);
    answer = begin_recall(s, entering);
    if (answer == STORE_LATER) {
        job_wait(s, &entering->past.job);
        return VERB_PENDING;
    }
    end_recall(s, entering, answer);
    entering_free(&entering->past.job);
    return VERB_DONE;
}

/* about: the name of the room, behind NEW if there was no such room. */
#define NEW "+"

static enum verb_result tell_join(struct session *s, enum chat_result result, struct room *room, const char *about,
                                  session_then_fn *then)
{
    bool is_new = about[0] == NEW[0];

    switch (result) {
    case CHAT_OK:
        if (is_new && rights_rank(room, s->self.person) == RANK_OWNER) {
            session_reply(s, REPLY(REPLY_ROOM_OWNED, .room = room->name.shown, .rank = rank_name(RANK_OWNER)));
        }
        return show_entered(s, room, then);
    case CHAT_ALREADY:
        s->current = room;
        session_reply(s, REPLY(REPLY_JOINED_ALREADY, .room = room->name.shown));
        return VERB_DONE;
    case CHAT_TOO_MANY:
        session_reply(s, REPLY(REPLY_TOO_MANY_ROOMS, .limit = s->self.person->room_count));
        return VERB_REFUSED;
    case CHAT_FULL:
        session_reply(s, REPLY(REPLY_ROOMS_FULL));
        return VERB_REFUSED;
    case CHAT_NAME_ALIKE:
        session_reply(s, REPLY(REPLY_ROOM_ALIKE, .room = about + is_new));
        return VERB_REFUSED;
    default:
        if (!refusal_tell(s, result, about + is_new)) {
            session_reply(s, REPLY(REPLY_ROOM_UNAVAILABLE));
        }
        return VERB_REFUSED;
    }
}

/* Returns true if a person gives a room that name: it does not exist yet, and no setting names it. */
static bool is_new_name(const struct session *s, const char *word, const struct name *name)
{
    return rooms_find(s->env->chat, name->folded) == NULL && strcmp(word, s->env->limits.default_room) != 0;
}

enum verb_result verbs_join(struct session *s, const char *word, const char *key, session_then_fn *then)
{
    struct room *room;
    enum chat_result result;
    enum verb_result told;
    struct strbuf about = {0};
    struct name name;

    if (!find_room_name(s, word, &name)) {
        return VERB_REFUSED;
    }
    if (is_new_name(s, word, &name) && !filter_allows(s, NULL, name.shown, strlen(name.shown))) {
        name_fini(&name);
        return VERB_REFUSED;
    }
    room = rooms_find(s->env->chat, name.folded);
    if (key != NULL && (room == NULL || !rules_has_mode(room->rules, MODE_KEY))) {
        /* This is a name of two words more often than the key of a room that has none. */
        session_reply(s, REPLY(REPLY_NO_KEYS, .value = word));
        name_fini(&name);
        return VERB_REFUSED;
    }
    strbuf_addf(&about, "%s%s", room == NULL ? NEW : "", name.shown);
    result = chat_join(&s->self, &name, key, &room, await_done, s);
    told = await_result(s, result, room, about.data, tell_join, then);
    strbuf_fini(&about);
    return told;
}

/* ---- leaving, choosing ---- */

static void tell_not_in(struct session *s, const char *room)
{
    session_reply(s, REPLY(REPLY_NOT_IN_ROOM, .room = room));
}

/* name: of the room left, which may be gone by now. */
static enum verb_result tell_leave(struct session *s, enum chat_result result, struct room *room, const char *name,
                                   session_then_fn *then)
{
    (void)room;
    (void)then;
    switch (result) {
    case CHAT_OK:
        session_note(s, "room left", name);
        if (s->current != NULL) {
            session_reply(s, REPLY(REPLY_LEFT, .room = name, .current = s->current->name.shown));
        } else {
            session_reply(s, REPLY(REPLY_LEFT_LAST, .room = name));
        }
        return VERB_DONE;
    case CHAT_NOT_IN_ROOM:
        tell_not_in(s, name);
        return VERB_REFUSED;
    default:
        session_reply(s, REPLY(REPLY_LEAVE_UNAVAILABLE));
        return VERB_REFUSED;
    }
}

enum verb_result verbs_leave(struct session *s, const char *word, session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);
    enum verb_result told;
    char *name;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    name = mem_strdup(room->name.shown); /* the room may end */
    told = await_result(s, chat_leave(&s->self, room, "", await_done, s), NULL, name, tell_leave, then);
    free(name);
    return told;
}

/* The current room, and the others that the person is in. */
static void show_several(struct session *s)
{
    struct answer_list list = {
        .s = s, .reply = {.kind = REPLY_CURRENT_OF, .current = s->current->name.shown}, .again = REPLY_CURRENT_AND};
    const struct member *m = s->self.rooms;

    while (m != NULL && (m->room == s->current ||
                         answer_list_add(&list, &(struct reply_item){.name = m->room->name.shown}))) {
        m = m->next_of_attachment;
    }
    answer_list_end(&list);
    if (m != NULL) {
        session_reply(s, REPLY(REPLY_OMITTED, .count = (int64_t)(s->self.person->room_count - 1 - list.count)));
    }
}

enum verb_result verbs_show_rooms(struct session *s)
{
    if (s->current == NULL) {
        session_reply(s, REPLY(REPLY_CURRENT_NONE));
    } else if (s->self.person->room_count == 1) {
        session_reply(s, REPLY(REPLY_CURRENT, .current = s->current->name.shown));
    } else {
        show_several(s);
    }
    return VERB_DONE;
}

enum verb_result verbs_switch(struct session *s, const char *word)
{
    struct room *room = find_room(s, word);

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (room_find_member(room, s->self.person) == NULL) {
        tell_not_in(s, room->name.shown);
        return VERB_REFUSED;
    }
    s->current = room;
    return verbs_show_rooms(s);
}

/* ---- the topic ---- */

enum verb_result verbs_show_topic(struct session *s, const char *word)
{
    const struct room *room = find_room_or_current(s, word);

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (room->topic != NULL) {
        tell_topic(s, room);
    } else {
        session_reply(s, REPLY(REPLY_TOPIC_NONE, .room = room->name.shown));
    }
    return VERB_DONE;
}

/* room is NULL if it is gone by now: the person has left it meanwhile.  name is its name. */
static enum verb_result tell_topic_set(struct session *s, enum chat_result result, struct room *room, const char *name,
                                       session_then_fn *then)
{
    (void)then;
    switch (result == CHAT_OK && room == NULL ? CHAT_NOT_IN_ROOM : result) {
    case CHAT_OK:
        if (room->topic != NULL) {
            session_reply(s, REPLY(REPLY_TOPIC_SET, .room = room->name.shown, .topic = room->topic));
        } else {
            session_reply(s, REPLY(REPLY_TOPIC_CLEARED, .room = room->name.shown));
        }
        return VERB_DONE;
    case CHAT_NOT_IN_ROOM:
        tell_not_in(s, name);
        return VERB_REFUSED;
    default:
        if (!refusal_tell(s, result, name)) {
            session_reply(s, REPLY(REPLY_TOPIC_UNAVAILABLE));
        }
        return VERB_REFUSED;
    }
}

enum verb_result verbs_set_topic(struct session *s, const char *word, const char *topic, session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);
    uint32_t max = s->env->limits.topic_chars;
    enum chat_result result;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (text_chars(topic, strlen(topic)) > max) {
        session_reply(s, REPLY(REPLY_TOPIC_TOO_LONG, .limit = max));
        return VERB_REFUSED;
    }
    if (!filter_allows(s, room, topic, strlen(topic))) {
        return VERB_REFUSED;
    }
    result = chat_set_topic(&s->self, room, topic, await_done, s);
    return await_result(s, result, room, room->name.shown, tell_topic_set, then);
}
