/* listening.h: where the server listens: for people, for the metrics, for its administrators.
 *
 * A socket that the service manager hands over for one of them takes the place of what the settings say.  A reload
 * changes the rest all or nothing: new sockets are opened before old ones are closed, and what stays the same stays
 * open. */
#ifndef CHATD_LISTENING_H
#define CHATD_LISTENING_H

#include "admin/activation.h"
#include "admin/control.h"
#include "admin/metrics_http.h"
#include "base/strbuf.h"
#include "config/conf.h"
#include "door.h"
#include "net/listener.h"

#include <stdbool.h>
#include <stddef.h>

/* All borrowed. */
struct listening {
    struct door *door; /* people come in by its listeners */
    struct metrics_http *metrics;
    struct control *control;
};

/* What the settings say of it, read out of them. */
struct listening_plan;
/* NULL, with lines in errors, when it cannot be done.  May wait for the system to tell about a group; any thread. */
struct listening_plan *listening_plan_new(const struct conf *conf, struct strbuf *errors);
void listening_plan_free(struct listening_plan *plan);

/* Takes over what is for it of the activation, and closes what nobody wants, with a warning once all else is open;
 * opens the rest as planned.  Returns the process's exit status, EXIT_SUCCESS, or with a line in errors, and why in
 * errno, another when one cannot be opened; the others are for their owners to close. */
int listening_open(const struct listening *listening, struct activation *activation, const struct listening_plan *plan,
                   struct strbuf *errors);
/* Whether a plan could be changed to, as far as this process can know without trying.  False, with lines in errors, and
 * why in errno, when it cannot. */
bool listening_check(const struct listening *listening, const struct listening_plan *plan, struct strbuf *errors);
/* Changes to another plan.  False, with a line in errors, when a place cannot be opened, or the door is closed for
 * good: then all is as it was. */
bool listening_change(const struct listening *listening, const struct listening_plan *plan, struct strbuf *errors);

/* Why an option, "server.listen", has no effect with the configuration conf here and now: a sentence's end, static;
 * NULL: it has. */
const char *listening_unused(const struct listening *listening, const struct conf *conf, const char *option);

/* The i-th place where the server listens now, and what for: "people", "metrics", "control"; false behind the last. */
bool listening_at(const struct listening *listening, size_t i, struct listener_info *info, const char **purpose);

#endif
