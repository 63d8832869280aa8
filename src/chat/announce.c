/* chat/announce.c: what the rooms of a person are told of what the person does. */
#include "config.h"

#include "chat/announce.h"

#include "base/clock.h"
#include "base/strbuf.h"

void announce_publish(struct chat *chat, const struct message_parts *parts)
{
    struct message *m = message_new(parts);

    m->time_ms = clock_real_ms(chat->clock);
    chat->ports.bus->ops->publish(chat->ports.bus, m);
    m->origin = NULL; /* the person may go before the message does */
    message_unref(m);
}

/* "alice joined", "alice left: good night", "alice is now bob": verb, then more behind join. */
void announce_event(struct person *person, struct room *room, enum message_event event, const char *verb,
                     const char *join, const char *more)
{
    bool is_coming = event == MESSAGE_JOIN || event == MESSAGE_LEAVE;
    struct strbuf text = {0};

    if (person->is_unannounced) {
        return;
    }
    if (is_coming && room->count > room->chat->limits.announce_members) {
        return; /* a rush of joins must not cost each newcomer a line to everybody */
    }
    strbuf_addf(&text, "%s %s%s%s", person_shown_name(person), verb, more[0] != '\0' ? join : "", more);
    announce_publish(room->chat, &(struct message_parts){
                            .kind = MESSAGE_EVENT,
                            .event = event,
                            .room = room->name.shown,
                            .room_folded = room->name.folded,
                            .from = person_shown_name(person),
                            .to = is_coming ? "" : more,
                            .text = text.data,
                            .text_len = text.len,
                            .from_id = person_id(person),
                            .origin = person,
                        });
    strbuf_fini(&text);
}

/* "bob quit: good night", in rooms that the person was in; the last entered stands first among them. */
void announce_quit(struct person *person, struct room *const *rooms, uint32_t count, const char *why)
{
    struct strbuf text = {0}, shown = {0}, folded = {0};

    if (person->is_unannounced || count == 0) {
        return;
    }
    while (count-- > 0) {
        strbuf_addf(&shown, "%s%s", rooms[count]->name.shown, count > 0 ? " " : "");
        strbuf_addf(&folded, "%s%s", rooms[count]->name.folded, count > 0 ? " " : "");
    }
    strbuf_addf(&text, "%s quit%s%s", person_shown_name(person), why[0] != '\0' ? ": " : "", why);
    announce_publish(person->chat, &(struct message_parts){
                            .kind = MESSAGE_EVENT,
                            .event = MESSAGE_QUIT,
                            .room = shown.data,
                            .room_folded = folded.data,
                            .from = person_shown_name(person),
                            .to = why,
                            .text = text.data,
                            .text_len = text.len,
                            .from_id = person_id(person),
                            .origin = person,
                        });
    strbuf_fini(&text);
    strbuf_fini(&shown);
    strbuf_fini(&folded);
}

/* In every room of the person's. */
void announce_rename(struct person *person, const char *nick)
{
    for (struct member *m = person->rooms; m != NULL; m = m->next_of_person) {
        announce_event(person, m->room, MESSAGE_NICK, "is now", " ", nick);
    }
}
