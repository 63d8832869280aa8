/* session/find.c: the look-up, and what is said when nothing is found. */
#include "config.h"

#include "session/find.h"

#include "chat/names.h"
#include "chat/near.h"
#include "chat/rights.h"
#include "chat/rooms.h"

#include <stdlib.h>
#include <string.h>

enum { NEAR_COST = 1 /* of looking for the name nearest to one that is not there */ };

struct person *find_person(struct session *s, const char *word)
{
    const struct chat *chat = s->env->chat;
    char *folded = name_fold(word, strlen(word));
    struct person *person = folded != NULL ? names_find(chat, folded) : NULL;

    if (person == NULL) {
        const struct person *near = folded != NULL ? near_person(chat, s->current, folded) : NULL;

        session_reply(s, REPLY(REPLY_NO_SUCH_NAME, .name = word,
                               .near = near != NULL ? person_shown_name(near) : NULL));
        session_charge(s, NEAR_COST);
    }
    free(folded);
    return person;
}

struct room *find_room(struct session *s, const char *word)
{
    const struct chat *chat = s->env->chat;
    const char *name = word + (word[0] == '#');
    char *folded = name_fold(name, strlen(name));
    struct room *room = folded != NULL ? rooms_find(chat, folded) : NULL;

    if (room != NULL && !rights_sees(room, s->self.person)) {
        room = NULL; /* the answer does not betray it */
    }
    if (room == NULL) {
        const struct room *near = folded != NULL ? near_room(chat, s->self.person, folded) : NULL;

        session_reply(s, REPLY(REPLY_NO_SUCH_ROOM, .room = name, .near_room = near != NULL ? near->name.shown : NULL));
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
        session_reply(s, REPLY(REPLY_BAD_ROOM_NAME, .room = plain, .limit = s->env->limits.room_chars,
                               .problem = name_fault_code(fault),
                               .why = name_fault_text(fault, s->env->limits.room_chars, why, sizeof(why))));
    }
    return fault == NAME_OK;
}

struct room *find_room_or_current(struct session *s, const char *word)
{
    if (word != NULL) {
        return find_room(s, word);
    }
    if (s->current == NULL) {
        session_reply(s, REPLY(REPLY_NO_ROOM_NAMED));
    }
    return s->current;
}
