/* session/mailbag.h: reads the letters that wait for a person's account (chat/letters.h), and shows them.
 *
 * They are shown as soon as they are read, while a job of the session waits for that in env->reading.  Those that have
 * got into the session's queue are erased; the others stay.  Loop thread only. */
#ifndef CHATD_SESSION_MAILBAG_H
#define CHATD_SESSION_MAILBAG_H

#include "chat/port_mail.h"
#include "session/session.h"

#include <stdbool.h>

/* Embedded in a job's data; zeroed at first. */
struct mailbag {
    struct session *s;
    struct mail_request req;
    bool is_asked_for; /* by a command: it is told too if there are none */
    bool is_waiting;
    bool has_failed;   /* the person has been told */
};

/* Asks.  Returns true if the caller lets the job wait, by job_wait() or SESSION_STEP_WAIT; otherwise it is over. */
bool mailbag_ask(struct mailbag *bag, struct session *s, bool is_asked_for);
/* The job goes on: if there is no answer yet, the time limit of the wait is over, and the person is told.  Returns
 * false if the letters could not be read. */
bool mailbag_end(struct mailbag *bag);
/* Cancels it if it is not answered. */
void mailbag_fini(struct mailbag *bag);

#endif
