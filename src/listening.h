/* listening.h: the addresses on which the server listens: for people, for the metrics, for its administrators.
 *
 * A socket that the service manager passes for one of these purposes replaces the addresses in the settings.  A reload
 * changes the other addresses all together or not at all: new sockets are opened before old ones are closed, and
 * sockets whose address is unchanged stay open. */
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
    struct door *door; /* has the listeners for people */
    struct metrics_http *metrics;
    struct control *control;
};

/* The addresses in the settings. */
struct listening_plan;
/* Reads the addresses in conf, the users who are logged in by connecting to them (accounts.unix_users), and the
 * certificate and key for TLS.  Returns NULL and appends lines to errors if anything is wrong.  May wait for the disk
 * and the system's databases of users and groups; any thread. */
struct listening_plan *listening_plan_new(const struct conf *conf, struct strbuf *errors);
void listening_plan_free(struct listening_plan *plan);

/* Takes over the sockets in activation and opens the other addresses of the plan.  Sockets of activation that have no
 * purpose are closed, with a warning.  Returns EXIT_SUCCESS; or, if an address cannot be opened, the process's exit
 * status: then a line is appended to errors, errno is set, and the owners close the sockets that are open. */
int listening_open(const struct listening *listening, struct activation *activation, struct listening_plan *plan,
                   struct strbuf *errors);
/* Checks whether listening_change() would succeed, as far as this can be known without trying.  If not, returns false,
 * appends lines to errors and sets errno. */
bool listening_check(const struct listening *listening, const struct listening_plan *plan, struct strbuf *errors);
/* The file of a certificate that would take the place of another one; NULL if none does.  It lives as long as the
 * plan. */
const char *listening_new_certificate(const struct listening *listening, const struct listening_plan *plan);
/* Changes to another plan, which is used up.  If an address cannot be opened, or the door is closed for good, returns
 * false, appends a line to errors, and changes nothing. */
bool listening_change(const struct listening *listening, struct listening_plan *plan, struct strbuf *errors);

/* The reason why an option ("server.listen") of conf has no effect in this process: the end of a sentence, static.
 * NULL if it has an effect. */
const char *listening_unused(const struct listening *listening, const struct conf *conf, const char *option);

/* Describes address i on which the server listens now, and its purpose: "people", "people over TLS", "metrics" or
 * "control".  Returns false if i is past the last one. */
bool listening_at(const struct listening *listening, size_t i, struct listener_info *info, const char **purpose);

#endif
