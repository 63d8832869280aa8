/* server.h: the server: builds the parts, connects them, runs them, takes them down.
 *
 * Only server.c knows all parts, and only main.c includes this header: no part knows the server. */
#ifndef CHATD_SERVER_H
#define CHATD_SERVER_H

#include "base/strbuf.h"
#include "config/conf.h"
#include "settings.h"

/* Runs a server until it is told to stop.  Takes over conf and words, as settings_load() gives them; source is borrowed
 * until the process ends.  Returns the process's exit status; if the start fails, appends a line to errors. */
int server_run(const struct settings_source *source, struct conf *conf, struct wordlist *words, struct strbuf *errors);

/* Turns away the newcomers that wait at the service manager's sockets: the configuration is wrong, and the service
 * manager does not start chatd again.  server_run() does the same if it finds such a fault. */
void server_turn_away(void);

#endif
