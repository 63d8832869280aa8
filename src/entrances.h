/* entrances.h: where the server listens: for people, for the metrics, for its administrators.
 *
 * A socket that the service manager hands over for one of them takes the place of what the settings say. */
#ifndef CHATD_ENTRANCES_H
#define CHATD_ENTRANCES_H

#include "admin/activation.h"
#include "admin/control.h"
#include "admin/metrics_http.h"
#include "base/strbuf.h"
#include "config/conf.h"
#include "net/listener.h"

/* All borrowed. */
struct entrances {
    const struct conf *conf;
    struct activation *activation;
    struct listener_set *people;
    struct metrics_http *metrics;
    struct control *control;
};

/* Opens all, and closes what of the activation nobody wants, with a warning once all else is open.  Returns the
 * process's exit status, EXIT_SUCCESS, or with a line in errors, and why in errno, another when one cannot be opened;
 * the others are for their owners to close. */
int entrances_open(const struct entrances *entrances, struct strbuf *errors);

#endif
