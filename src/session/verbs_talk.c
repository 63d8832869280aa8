/* session/verbs_talk.c: to say something: in a room, or to one person. */
#include "config.h"

#include "session/verbs.h"

#include "base/text.h"
#include "session/filter.h"
#include "session/find.h"
#include "session/refusal.h"
#include "session/sanction.h"

/* ---- parts ---- */

/* Sends one part of a text on.  is_further: others were sent before. */
typedef enum verb_result part_fn(struct session *s, void *to, const char *text, size_t len, bool is_further);

/* Parts that show nothing are left out: the whole does show something.  Each part more than the first is a line. */
static enum verb_result send_parts(struct session *s, const char *text, size_t len, part_fn *part, void *to)
{
    const struct frontend_limits *limits = &s->env->limits.lines;
    enum verb_result result = VERB_DONE;
    bool is_further = false;
    unsigned parts = 0;

    for (size_t at = 0; at < len; parts++) {
        at += text_cut(text + at, len - at, limits->line_bytes);
    }
    if (parts > limits->line_parts) {
        session_reply(s, REPLY(REPLY_TOO_MANY_PARTS, .limit = limits->line_parts, .bytes = limits->line_bytes));
        return VERB_REFUSED;
    }
    session_charge(s, parts > 1 ? parts - 1 : 0);
    while (len > 0 && result == VERB_DONE) {
        size_t n = text_cut(text, len, limits->line_bytes);

        if (!text_is_blank(text, n)) {
            result = part(s, to, text, n, is_further);
            is_further = true;
        }
        text += n;
        len -= n;
    }
    return result;
}

/* ---- in a room ---- */

static enum verb_result say(struct session *s, struct room *room, enum message_kind kind, const char *text, size_t len,
                            bool is_further)
{
    enum chat_result result = chat_say(&s->self, room, kind, text, len, is_further);

    if (result == CHAT_OK) {
        return VERB_DONE;
    }
    if (!refusal_tell(s, result, room->name.shown)) {
        session_reply(s, REPLY(REPLY_LINE_UNAVAILABLE));
    }
    return VERB_REFUSED;
}

static enum verb_result say_part(struct session *s, void *to, const char *text, size_t len, bool is_further)
{
    return say(s, to, MESSAGE_SAY, text, len, is_further);
}

static enum verb_result act_part(struct session *s, void *to, const char *text, size_t len, bool is_further)
{
    return say(s, to, MESSAGE_ACTION, text, len, is_further);
}

static enum verb_result send_to_room(struct session *s, const char *word, const char *text, size_t len, part_fn *part)
{
    struct room *room = word != NULL ? find_room(s, word) : s->current;
    enum verb_result result;

    if (room == NULL) {
        if (word == NULL) {
            session_reply(s, REPLY(REPLY_NO_ROOM));
        }
        return VERB_REFUSED;
    }
    if (!filter_allows(s, room, text, len)) {
        return VERB_REFUSED;
    }
    result = send_parts(s, text, len, part, room);
    /* A member hears it like any other line; others would see nothing. */
    if (result == VERB_DONE && room_find_member(room, s->self.person) == NULL) {
        session_reply(s, REPLY(REPLY_SAID, .room = room->name.shown));
    }
    return result;
}

enum verb_result verbs_say(struct session *s, const char *room, const char *text, size_t len)
{
    return send_to_room(s, room, text, len, say_part);
}

enum verb_result verbs_act(struct session *s, const char *room, const char *text, size_t len)
{
    return send_to_room(s, room, text, len, act_part);
}

/* ---- to a person ---- */

static enum verb_result private_part(struct session *s, void *to, const char *text, size_t len, bool is_further)
{
    struct person *person = to;
    enum chat_result result = chat_private(&s->self, person, text, len);

    (void)is_further;
    switch (result) {
    case CHAT_OK:
        return VERB_DONE;
    case CHAT_NAME_REGISTERED:
        if (person_grace(s->self.person) != NULL) {
            session_reply(s, REPLY(REPLY_NAME_NOT_YOURS, .name = person_shown_name(s->self.person)));
        } else {
            session_reply(s, REPLY(REPLY_NAME_NOT_THEIRS, .name = person_shown_name(person)));
        }
        return VERB_REFUSED;
    default:
        if (!sanction_tell(s, result)) {
            session_reply(s, REPLY(REPLY_NOT_READING, .name = person_shown_name(person)));
        }
        return VERB_REFUSED;
    }
}

enum verb_result verbs_tell_person(struct session *s, struct person *to, const char *text, size_t len)
{
    enum verb_result result = send_parts(s, text, len, private_part, to);

    if (result == VERB_DONE && person_away(to) != NULL && to != s->self.person) {
        session_reply(s, REPLY(REPLY_AWAY, .name = person_shown_name(to), .reason = person_away(to)));
    }
    return result;
}

enum verb_result verbs_tell(struct session *s, const char *name, const char *text, size_t len)
{
    struct person *to = find_person(s, name);

    return to != NULL ? verbs_tell_person(s, to, text, len) : VERB_REFUSED;
}

enum verb_result verbs_reply(struct session *s, const char *text, size_t len)
{
    const struct person_handle *other = session_other(s);

    if (other == NULL) {
        session_reply(s, REPLY(REPLY_NOBODY_TO_REPLY));
        return VERB_REFUSED;
    }
    if (other->person == NULL) {
        session_reply(s, REPLY(REPLY_WRITER_HAS_LEFT, .name = person_handle_name(other)));
        return VERB_REFUSED;
    }
    return verbs_tell_person(s, other->person, text, len);
}
