/* reload.h: a new configuration for a running server. */
#ifndef CHATD_RELOAD_H
#define CHATD_RELOAD_H

#include "server.h"

/* Reads the configuration anew.  When it is right as a whole, puts in force what can be changed while
 * the server runs, and logs what changed and what needs a restart; otherwise logs every error and
 * leaves all as it is. */
void reload_run(struct server *server);

#endif
