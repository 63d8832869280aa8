/* chat/message.h: one thing that was said or happened: immutable, counted by reference.
 *
 *   a command makes it --> the bus gives it an id and hands it to every process with members
 *        --> delivered: encoded once per encoding in use, the payload queued for each member
 *        --> the room's history keeps a reference --> gone when it falls out
 *
 * Its strings live in the same allocation.  Loop thread only. */
#ifndef CHATD_CHAT_MESSAGE_H
#define CHATD_CHAT_MESSAGE_H

#include <stddef.h>
#include <stdint.h>

struct history;
struct person;

enum message_kind { MESSAGE_SAY, MESSAGE_ACTION, MESSAGE_EVENT, MESSAGE_PRIVATE };

/* What an event in a room is about. */
enum message_event {
    MESSAGE_NO_EVENT,
    MESSAGE_JOIN,
    MESSAGE_LEAVE,
    MESSAGE_QUIT, /* in all rooms of one who goes: each person in any of them gets it once */
    MESSAGE_NICK,
    MESSAGE_TOPIC,
    MESSAGE_NOTICE,
    MESSAGE_EVENTS
};

struct message {
    uint32_t refs;
    uint8_t kind;  /* enum message_kind */
    uint8_t event; /* enum message_event */
    uint64_t id;   /* orders a room's messages; 0 until the bus has given one */
    int64_t time_ms; /* since 1970 (UTC) */
    const char *room; /* as shown, without '#'; quit: the rooms, a blank between two; "" for a private one, and for a
                       * notice to all */
    const char *room_folded; /* by which it is found (base/name.h); quit: the same rooms */
    const char *from; /* a person's name; notice: "server" */
    const char *to;   /* private: a person's name; nick, topic: the new one; notice: the bare text; quit: the last
                       * word; else "" */
    const char *text; /* clean (base/text.h) */
    uint32_t text_len; /* bytes */
    uint32_t size;     /* bytes of this allocation */
    uint64_t from_id; /* person_id() of the person; 0: not a person's */
    const struct person *origin; /* whose own line it is, while it is delivered in this process; else NULL */
    /* The history that keeps it, and its neighbours in the order of all histories' ages. */
    struct history *kept_by;
    struct message *kept_older, *kept_newer;
};

/* What message_new() copies; strings that are NULL count as "". */
struct message_parts {
    enum message_kind kind;
    enum message_event event;
    int64_t time_ms;
    const char *room, *room_folded, *from, *to;
    const char *text;
    size_t text_len;
    uint64_t from_id;
    const struct person *origin;
};

struct message *message_new(const struct message_parts *parts);
struct message *message_ref(struct message *m);
void message_unref(struct message *m);

/* "join", "leave", "quit", "nick", "topic", "notice"; "" for none; static. */
const char *message_event_name(enum message_event event);
/* The next of a quit's rooms, of len bytes, and *list moves on; NULL at the end. */
const char *message_next_room(const char **list, size_t *len);

/* An id as text: 16 hexadecimal digits, so that ids sort as text too.  buf has MESSAGE_ID_SIZE bytes. */
enum { MESSAGE_ID_SIZE = 17 };
const char *message_id_text(uint64_t id, char *buf);
/* The reverse; 0 when the text is no id. */
uint64_t message_id_parse(const char *text);

#endif
