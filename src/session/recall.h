/* session/recall.h: asks the profiles (chat/port_profiles.h) what is kept with a person's account, and tells the person
 * which rooms have new lines.
 *
 * The answer comes later, as a rule.  Then a job of the session waits for it, in env->reading.  Loop thread only. */
#ifndef CHATD_SESSION_RECALL_H
#define CHATD_SESSION_RECALL_H

#include "chat/port_profiles.h"
#include "chat/port_store.h"
#include "session/choices.h"
#include "session/session.h"

#include <stdbool.h>
#include <stdint.h>

struct recall_room;

/* As kept: the name of the setting that is the away message; choices have their own. */
#define RECALL_AWAY "away"

/* Embedded in a job's data. */
struct recall {
    struct session *s;
    struct profiles_recall req;
    enum store_answer answer;
    char *room_folded;         /* of the room that it is about; NULL for all */
    struct recall_room *rooms; /* count of them */
    uint32_t count;
    char *away;                /* NULL if there is none */
    char *chosen[CHOICES_MOST]; /* the values of the choices that are kept; NULL for the others */
};

/* Returns true if the person has an account, and something is kept with it. */
bool recall_is_possible(const struct session *s);
/* Initializes recall, which is zeroed, and asks: for all, or for one room.  recall_is_possible().  If it returns
 * STORE_LATER, the caller lets the job wait, by job_wait() or SESSION_STEP_WAIT. */
enum store_answer recall_ask(struct recall *recall, struct session *s, const char *room_folded);
/* The answer that the job has waited for; STORE_FAILED if the time limit of the wait is over, and the recall was
 * cancelled. */
enum store_answer recall_answer(struct recall *recall);
/* Cancels a recall that is not answered, and frees what it owns. */
void recall_fini(struct recall *recall);

/* Returns true if the person is still logged in to the account. */
bool recall_is_valid(const struct recall *recall);
/* Tells the person of each room with new lines, and remembers for those that the person is in where these begin.  If
 * is_attached, the person was there before, and has received the lines of these rooms: only what another session was
 * told, and nothing has shown, is new. */
void recall_tell(const struct recall *recall, bool is_attached);

#endif
