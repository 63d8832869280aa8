/* session/find.c: the look-up, and what is said when nothing is found. */
#include "config.h"

#include "session/find.h"

#include "chat/names.h"
#include "chat/near.h"
#include "chat/rooms.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR_COST = 1 /* of looking for the name nearest to one that is not there */ };

static void tell_no_such_name(struct session *s, const char *word, const struct person *near)
{
    if (near != NULL) {
        session_error(s, FAULT_NO_SUCH_NAME, "there is nobody called %s here; did you mean %s?", word,
                      person_shown_name(near));
    } else {
        session_error(s, FAULT_NO_SUCH_NAME, "there is nobody called %s here", word);
    }
}

struct person *find_person(struct session *s, const char *word)
{
    const struct chat *chat = s->env->chat;
    char *folded = name_fold(word, strlen(word));
    struct person *person = folded != NULL ? names_find(chat, folded) : NULL;

    if (person == NULL) {
        tell_no_such_name(s, word, folded != NULL ? near_person(chat, s->current, folded) : NULL);
        session_charge(s, NEAR_COST);
    }
    free(folded);
    return person;
}

static void tell_no_such_room(struct session *s, const char *name, const struct room *near)
{
    if (near != NULL) {
        session_error(s, FAULT_NO_SUCH_ROOM, "there is no room #%s; did you mean #%s? /rooms lists them", name,
                      near->name.shown);
    } else {
        session_error(s, FAULT_NO_SUCH_ROOM, "there is no room #%s; /rooms lists them", name);
    }
}

struct room *find_room(struct session *s, const char *word)
{
    const struct chat *chat = s->env->chat;
    const char *name = word + (word[0] == '#');
    char *folded = name_fold(name, strlen(name));
    struct room *room = folded != NULL ? rooms_find(chat, folded) : NULL;

    if (room == NULL) {
        tell_no_such_room(s, name, folded != NULL ? near_room(chat, s->self.person, folded) : NULL);
        session_charge(s, NEAR_COST);
    }
    free(folded);
    return room;
}

bool find_room_name(struct session *s, const char *word, struct name *name)
{
    const char *plain = word + (word[0] == '#');
    enum name_fault fault = name_init(name, plain, strlen(plain), s->env->limits.room_chars);
    char why[128];

    if (fault != NAME_OK) {
        session_error(s, FAULT_BAD_NAME, "a room's name %s",
                      name_fault_text(fault, s->env->limits.room_chars, why, sizeof(why)));
    }
    return fault == NAME_OK;
}

struct room *find_room_or_current(struct session *s, const char *word)
{
    if (word != NULL) {
        return find_room(s, word);
    }
    if (s->current == NULL) {
        session_error(s, FAULT_NO_ROOM, "you are in no room: name one, or enter one with /join ROOM");
    }
    return s->current;
}
