/* session/cmd_room.c: /join, /leave, /room, /topic: where a person is. */
#include "config.h"

#include "session/cmd.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/answer.h"
#include "session/find.h"
#include "session/held.h"
#include "session/lines.h"
#include "session/past.h"

#include <stdlib.h>

static enum cmd_result join_exec(struct session *s, struct cmd_args *args);
static enum cmd_result leave_exec(struct session *s, struct cmd_args *args);
static enum cmd_result room_exec(struct session *s, struct cmd_args *args);
static enum cmd_result topic_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_join = {
    .name = "join",
    .aliases = "j",
    .usage = "ROOM",
    .min_words = 1,
    .max_words = 2, /* the second one, a key as on IRC, is refused with an answer of its own */
    .who = CMD_ANYONE,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "enters a room, which becomes your current one",
    .args = "ROOM is a name, with or without its #; a room that does not exist is made.\n"
            "It becomes your current room: what you type is said there.",
    .example = "join ops",
    .exec = join_exec,
};

const struct cmd cmd_leave = {
    .name = "leave",
    .aliases = "part",
    .usage = "[ROOM]",
    .max_words = 1,
    .who = CMD_NAMES_ROOM,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "leaves the current room, or another",
    .args = "ROOM is a room that you are in; without it, the current one.",
    .example = "leave ops",
    .exec = leave_exec,
};

const struct cmd cmd_room = {
    .name = "room",
    .aliases = "switch",
    .usage = "[ROOM]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_ROOMS,
    .help = "shows your rooms, or makes one of them the current one",
    .args = "ROOM is a room that you are in, and becomes the current one;\n"
            "without it, your rooms are shown.",
    .example = "room lobby",
    .exec = room_exec,
};

const struct cmd cmd_topic = {
    .name = "topic",
    .usage = "[TEXT]",
    .takes_text = true,
    .who = CMD_IN_ROOM,
    .cost = 1,
    .work = CMD_ROOM,
    .group = CMD_GROUP_ROOMS,
    .help = "shows or sets the current room's topic",
    .args = "TEXT is the new topic, and - clears it; without it, the topic is shown.",
    .example = "topic what runs, and what does not",
    .exec = topic_exec,
};

/* ---- entering ---- */

/* Who set it stands before the text, which could say anything. */
static void tell_topic(struct session *s, const struct room *room)
{
    char time[CLOCK_SHORT_SIZE];

    session_info(s, "The topic of #%s, set by %s at %s: %s", room->name.shown, room->topic_by,
                 clock_short(room->topic_ms, clock_real_ms(s->env->clock), time), room->topic);
}

void cmd_tell_room(struct session *s, const struct room *room)
{
    uint32_t others = room->people - 1;

    if (others == 0) {
        session_info(s, "You are in #%s, nobody else is.", room->name.shown);
    } else {
        session_info(s, "You are in #%s with %u %s.", room->name.shown, others, text_plural(others, "other", "others"));
    }
    if (room->topic != NULL) {
        tell_topic(s, room);
    }
}

/* The room's last lines, of which the store tells. */
struct entering {
    struct past past;
    uint32_t wanted;
};

static void entering_free(struct session_job *job)
{
    struct entering *entering = CONTAINER_OF(job, struct entering, past.job);

    past_fini(&entering->past);
    free(entering);
}

static void show_replay(struct entering *entering)
{
    struct past *past = &entering->past;
    uint32_t first = past_fit_newest(past, answer_replay_room(answer_room(past->s))), shown = past->count - first;
    uint64_t wanted = entering->wanted < past->read.kept ? entering->wanted : past->read.kept;

    past_show(past, first, past->count);
    if (shown < wanted) {
        past_tell_older(past, first, wanted - shown);
    }
}

/* What the room has said meanwhile comes behind its past. */
static void end_welcome(struct session *s, struct entering *entering, enum store_answer answer)
{
    if (answer == STORE_DONE) {
        show_replay(entering);
    } else {
        session_reply(s, REPLY(REPLY_PAST_UNREAD, .room = entering->past.job.room->name.shown));
    }
    session_release(s);
    if (s->is_greeted) { /* else the greeting will tell */
        cmd_tell_room(s, entering->past.job.room);
    }
}

static enum session_step entering_step(struct session *s, struct session_job *job)
{
    struct entering *entering = CONTAINER_OF(job, struct entering, past.job);

    if (job->room != NULL) { /* else the person is out again, and knows */
        end_welcome(s, entering, past_answer(&entering->past));
    }
    return SESSION_STEP_OK;
}

static enum cmd_result welcome(struct session *s, struct room *room)
{
    struct entering *entering = mem_zalloc(sizeof(*entering));
    enum store_answer answer;

    s->current = room;
    session_note(s, "room entered", room);
    entering->wanted = s->env->limits.history_replay;
    past_init(&entering->past, s, room, entering_step, entering_free);
    past_bound(&entering->past, entering->wanted, answer_replay_room(answer_room(s)));
    answer = entering->wanted > 0 ? past_ask(&entering->past) : STORE_DONE;
    if (answer == STORE_LATER) {
        entering->past.job.held = held_new();
        lines_await_job(s, &entering->past.job);
        return CMD_PENDING;
    }
    end_welcome(s, entering, answer);
    entering_free(&entering->past.job);
    return CMD_OK;
}

static enum cmd_result tell_join(struct session *s, enum chat_result result, struct room *room)
{
    switch (result) {
    case CHAT_OK:
        return welcome(s, room);
    case CHAT_ALREADY:
        s->current = room;
        session_info(s, "You are in #%s already; it is your current room now.", room->name.shown);
        return CMD_OK;
    case CHAT_TOO_MANY:
        session_error(s, FAULT_TOO_MANY_ROOMS, "you are in %u %s, which is as many as one may be; /leave one first",
                      s->self.person->room_count, text_plural(s->self.person->room_count, "room", "rooms"));
        return CMD_FAILED;
    case CHAT_FULL:
        session_error(s, FAULT_ROOMS_FULL, "no more rooms can be made now; /rooms lists those there are");
        return CMD_FAILED;
    default:
        session_error(s, FAULT_UNAVAILABLE, "that room cannot be entered just now; please try again");
        return CMD_FAILED;
    }
}

static void join_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;
    enum cmd_result told = tell_join(s, result, room);

    if (told != CMD_PENDING) {
        lines_complete(s, told == CMD_OK);
    }
}

enum cmd_result cmd_enter_room(struct session *s, struct name *name)
{
    struct room *room = NULL;
    enum chat_result result = chat_join(&s->self, name, &room, join_done, s);

    return result == CHAT_LATER ? CMD_PENDING : tell_join(s, result, room);
}

static enum cmd_result join_exec(struct session *s, struct cmd_args *args)
{
    struct name name;

    if (args->words > 1) {
        session_error(s, FAULT_USAGE, "rooms have no keys, and a room's name is one word, as in /join %s; you have "
                      "entered nothing", args->word[0]);
        return CMD_FAILED;
    }
    if (!find_room_name(s, args->word[0], &name)) {
        return CMD_FAILED;
    }
    return cmd_enter_room(s, &name);
}

/* ---- leaving, switching ---- */

/* The room that word names, if the person is in it; NULL, and told, else. */
static struct room *own_room(struct session *s, const char *word)
{
    struct room *room = find_room_or_current(s, word);

    if (room != NULL && room_find_member(room, s->self.person) == NULL) {
        session_error(s, FAULT_NOT_IN_ROOM, "you are not in #%s; /join %s enters it", room->name.shown,
                      room->name.shown);
        return NULL;
    }
    return room;
}

static enum cmd_result tell_left(struct session *s, enum chat_result result, const char *room)
{
    if (result != CHAT_OK) {
        session_error(s, FAULT_UNAVAILABLE, "that room cannot be left just now; please try again");
        return CMD_FAILED;
    }
    if (s->current != NULL) {
        session_info(s, "You have left #%s; your current room is #%s.", room, s->current->name.shown);
    } else {
        session_info(s, "You have left #%s and are in no room now; /join ROOM enters one.", room);
    }
    return CMD_OK;
}

static void leave_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;

    lines_complete(s, tell_left(s, result, room != NULL ? room->name.shown : "") == CMD_OK);
}

static enum cmd_result leave_exec(struct session *s, struct cmd_args *args)
{
    struct room *room = own_room(s, args->word[0]);
    struct strbuf name = {0};
    enum chat_result result;
    enum cmd_result told;

    if (room == NULL) {
        return CMD_FAILED;
    }
    strbuf_adds(&name, room->name.shown);
    session_note(s, "room left", room);
    result = chat_leave(&s->self, room, "", leave_done, s);
    told = result == CHAT_LATER ? CMD_PENDING : tell_left(s, result, strbuf_str(&name));
    strbuf_fini(&name);
    return told;
}

/* The current room, and the others that the person is in. */
static void show_rooms(struct session *s)
{
    struct strbuf begin = {0};
    struct answer_names names = {.s = s, .again = "you are in ", .end = " too."};
    const struct member *m = s->self.rooms;

    if (s->self.person->room_count == 1) {
        session_info(s, "Your current room is #%s.", s->current->name.shown);
        return;
    }
    strbuf_addf(&begin, "Your current room is #%s; you are in ", s->current->name.shown);
    names.begin = begin.data;
    while (m != NULL && (m->room == s->current || answer_names_add(&names, "#", m->room->name.shown, ""))) {
        m = m->next_of_attachment;
    }
    answer_names_end(&names);
    if (m != NULL) {
        answer_tell_more(s, s->self.person->room_count - 1 - names.count);
    }
    strbuf_fini(&begin);
}

static enum cmd_result room_exec(struct session *s, struct cmd_args *args)
{
    struct room *room;

    if (args->word[0] != NULL) {
        room = own_room(s, args->word[0]);
        if (room == NULL) {
            return CMD_FAILED;
        }
        s->current = room;
    }
    if (s->current == NULL) {
        session_info(s, "You are in no room; /join ROOM enters one.");
        return CMD_OK;
    }
    show_rooms(s);
    return CMD_OK;
}

/* ---- the topic ---- */

static enum cmd_result tell_topic_set(struct session *s, enum chat_result result, bool is_cleared)
{
    if (result != CHAT_OK) {
        session_error(s, FAULT_UNAVAILABLE, "the topic cannot be set just now; please try again");
        return CMD_FAILED;
    }
    session_info(s, is_cleared ? "The topic is cleared." : "The topic is set.");
    return CMD_OK;
}

static void topic_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;

    lines_complete(s, tell_topic_set(s, result, room != NULL && room->topic == NULL) == CMD_OK);
}

static enum cmd_result topic_exec(struct session *s, struct cmd_args *args)
{
    enum chat_result result;
    struct room *room = s->current;
    uint32_t max = s->env->limits.topic_chars;
    const char *topic = args->text[0] == '-' && args->text[1] == '\0' ? "" : args->text;

    if (args->text_len == 0) {
        if (room->topic != NULL) {
            tell_topic(s, room);
        } else {
            session_info(s, "#%s has no topic; /topic TEXT sets one", room->name.shown);
        }
        return CMD_OK;
    }
    if (text_chars(topic, strlen(topic)) > max) {
        session_error(s, FAULT_TOPIC_TOO_LONG, "a topic has at most %u %s; it is as it was", max,
                      text_plural(max, "character", "characters"));
        return CMD_FAILED;
    }
    result = chat_set_topic(&s->self, room, topic, topic_done, s);
    return result == CHAT_LATER ? CMD_PENDING : tell_topic_set(s, result, topic[0] == '\0');
}
