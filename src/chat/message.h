/* chat/message.h: one line or event: immutable and reference-counted.
 *
 *   a command makes it --> the bus gives it an id and passes it to every process with members
 *        --> delivered: encoded once per encoding in use, the payload queued for each member
 *        --> the store keeps a reference, or a copy --> freed with the last reference
 *
 * Its strings live in the same allocation.  Loop thread only. */
#ifndef CHATD_CHAT_MESSAGE_H
#define CHATD_CHAT_MESSAGE_H

#include "chat/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The kinds of messages; the forms make sentences of them.  Events come last. */
enum message_kind {
    MESSAGE_SAY,
    MESSAGE_ACTION,
    MESSAGE_PRIVATE,
    MESSAGE_NOTICE, /* the server says something */
    MESSAGE_JOIN,
    MESSAGE_LEAVE,
    MESSAGE_QUIT,   /* a person leaves all rooms: each person who shares one gets it once */
    MESSAGE_RENAME,
    MESSAGE_TOPIC,
    MESSAGE_DELETE, /* a line of the room is gone from its history */
    MESSAGE_KICK,   /* a person is put out of a room */
    MESSAGE_RULE,   /* a rule of a room is set or ended (chat/rule.h) */
    MESSAGE_KINDS
};

struct message {
    uint32_t refs;
    uint8_t kind;  /* enum message_kind */
    bool is_silent : 1; /* it is not shown to anybody, and only changes members */
    bool is_off : 1;    /* rule: it ends */
    uint8_t rule, who;  /* rule: enum rule_kind, enum rule_who; join: rule is RULE_ROLE if the actor becomes the owner
                         * of a new room (chat/port_bus.h, rule 4); otherwise 0 */
    uint64_t id;   /* orders a room's messages; 0 until the bus has given one */
    int64_t time_ms; /* since 1970 (UTC) */
    const char *room; /* as shown, without '#'; for quit and rename the rooms, separated by blanks; "" for a private
                       * line and a notice to all */
    const char *room_folded; /* the folded names (base/name.h) of the same rooms */
    const char *actor; /* the name of the person that says or does it; "server" for a notice */
    const char *actor_folded;
    const char *target; /* private: the receiver's name; rename: the actor's new name; delete: the name of the line's
                         * writer; kick: the name of the person who is put out; rule: its label; otherwise "" */
    const char *target_folded; /* rule: its key, which is not for people's eyes */
    const char *text; /* clean (base/text.h): the line; topic: the new one, "" if it is cleared; leave, quit: the last
                       * word, or ""; kick: the reason, or ""; rule: its value; join, rename, delete: "";
                       * of a message about several people, the first names, separated by blanks */
    uint32_t text_len; /* bytes */
    uint32_t size;     /* bytes of this allocation */
    uint64_t actor_id; /* person_id() of the actor; 0 if it is no person */
    uint64_t origin;   /* message_origin() */
    int64_t account;   /* the actor's; 0: a guest's, or nobody's */
    uint64_t about;    /* delete: the line's id; kick: person_id() of the target; join, leave, quit: the number of
                        * people if it is about several (chat/folds.h): then it has no actor, and is never published;
                        * otherwise 0 */
    int64_t until_ms;  /* rule: its until_ms; otherwise 0 */
};

/* The parts that message_new() copies; a string that is NULL counts as "". */
struct message_parts {
    enum message_kind kind;
    int64_t time_ms;
    const char *room, *room_folded;
    const char *actor, *actor_folded; /* folded may be NULL if it is the same as actor */
    const char *target, *target_folded; /* likewise */
    const char *text;
    size_t text_len;
    uint64_t actor_id, origin, about;
    int64_t account, until_ms;
    enum rule_kind rule;
    enum rule_who who;
    bool is_silent, is_off;
};

struct message *message_new(const struct message_parts *parts);
struct message *message_ref(struct message *m);
void message_unref(struct message *m);

/* Returns true for events, and false for what people say. */
static inline bool message_is_event(const struct message *m)
{
    return m->kind >= MESSAGE_NOTICE;
}
/* The origin of a message: the number of the process (chat/port_bus.h), and a number of the source in that process,
 * which is 0 if there is none. */
static inline uint64_t message_origin(uint32_t process, uint32_t source)
{
    return (uint64_t)process << 32 | source;
}
static inline uint32_t message_process(const struct message *m)
{
    return (uint32_t)(m->origin >> 32);
}
static inline uint32_t message_source(const struct message *m)
{
    return (uint32_t)m->origin;
}
/* Returns the next of several rooms, *len bytes, and moves *list behind it; NULL at the end. */
const char *message_next_room(const char **list, size_t *len);

/* True when the room of that folded name is one of them. */
bool message_names_room(const struct message *m, const char *folded);

/* The lowest id of a message of that time: an id has 48 bits of milliseconds, and 16 that distinguish the messages of
 * one millisecond.  When the clock was set back, ids go on behind those given before it. */
static inline uint64_t message_id_at(int64_t time_ms)
{
    return (uint64_t)time_ms << 16;
}

/* An id as text: 16 hexadecimal digits, so that ids sort as text too.  buf has MESSAGE_ID_SIZE bytes. */
enum { MESSAGE_ID_SIZE = 17 };
const char *message_id_text(uint64_t id, char *buf);
/* The id in a text; 0 if the text is no id. */
uint64_t message_id_parse(const char *text);

#endif
