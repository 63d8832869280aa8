/* chat/message.h: one thing that was said or happened: immutable, counted by reference.
 *
 *   a command makes it --> the bus gives it an id and hands it to every process with members
 *        --> delivered: encoded once per encoding in use, the payload queued for each member
 *        --> the store keeps a reference, or what it is made of --> gone when nobody has one any more
 *
 * Its strings live in the same allocation.  Loop thread only. */
#ifndef CHATD_CHAT_MESSAGE_H
#define CHATD_CHAT_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What it is about; the forms make words of that.  Events come last. */
enum message_kind {
    MESSAGE_SAY,
    MESSAGE_ACTION,
    MESSAGE_PRIVATE,
    MESSAGE_NOTICE, /* the server says something */
    MESSAGE_JOIN,
    MESSAGE_LEAVE,
    MESSAGE_QUIT,   /* in all rooms of one who goes: each person in any of them gets it once */
    MESSAGE_RENAME,
    MESSAGE_TOPIC,
    MESSAGE_KINDS
};

struct message {
    uint32_t refs;
    uint8_t kind;  /* enum message_kind */
    bool is_silent; /* nobody is shown it: it only changes who is where */
    uint64_t id;   /* orders a room's messages; 0 until the bus has given one */
    int64_t time_ms; /* since 1970 (UTC) */
    const char *room; /* as shown, without '#'; quit, rename: the rooms, a blank between two; "" for a private one, and
                       * for a notice to all */
    const char *room_folded; /* by which it is found (base/name.h); the same rooms */
    const char *actor; /* the person that says or does it, by name; notice: "server" */
    const char *actor_folded;
    const char *target; /* private: the receiver's name; rename: the actor's new one; else "" */
    const char *target_folded;
    const char *text; /* clean (base/text.h): what is said; topic: the new one, "" when it is cleared; leave, quit: the
                       * last word, or ""; join, rename: "" */
    uint32_t text_len; /* bytes */
    uint32_t size;     /* bytes of this allocation */
    uint64_t actor_id; /* person_id() of the person; 0: not a person's */
    uint64_t origin;   /* message_origin() */
};

/* What message_new() copies; strings that are NULL count as "". */
struct message_parts {
    enum message_kind kind;
    int64_t time_ms;
    const char *room, *room_folded;
    const char *actor, *actor_folded; /* folded may be NULL: as actor */
    const char *target, *target_folded; /* in the same way */
    const char *text;
    size_t text_len;
    uint64_t actor_id, origin;
    bool is_silent;
};

struct message *message_new(const struct message_parts *parts);
struct message *message_ref(struct message *m);
void message_unref(struct message *m);

/* True for what happens in rooms and to all, beside what people say. */
static inline bool message_is_event(const struct message *m)
{
    return m->kind >= MESSAGE_NOTICE;
}
/* Where a message comes from: the process, by its number (chat/ports.h), and whose line it is there, by a number that
 * is 0 when it is nobody's. */
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
/* The next of several rooms, of len bytes, and *list moves on; NULL at the end. */
const char *message_next_room(const char **list, size_t *len);

/* True when the room of that folded name is one of them. */
bool message_names_room(const struct message *m, const char *folded);

/* An id as text: 16 hexadecimal digits, so that ids sort as text too.  buf has MESSAGE_ID_SIZE bytes. */
enum { MESSAGE_ID_SIZE = 17 };
const char *message_id_text(uint64_t id, char *buf);
/* The reverse; 0 when the text is no id. */
uint64_t message_id_parse(const char *text);

#endif
