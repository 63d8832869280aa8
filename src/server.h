/* server.h: the whole: builds the parts, wires them, runs them, takes them down.
 *
 * Only there do the parts meet, and only main.c includes this: none of them knows the server. */
#ifndef CHATD_SERVER_H
#define CHATD_SERVER_H

#include "base/strbuf.h"
#include "config/conf.h"
#include "settings.h"

/* Runs a server until it is told to stop.  Takes conf over; source is borrowed until the process ends.  Returns the
 * process's exit status; on a fault at start, a line in errors says which. */
int server_run(const struct settings_source *source, struct conf *conf, struct strbuf *errors);

/* The configuration is wrong, and only somebody can put that right: turns away those who wait at the service manager's
 * sockets, as server_run() does when it finds such a thing. */
void server_turn_away(void);

#endif
