/* bus/bus_local.h: the bus of a single process: a message comes back in the call that publishes it.
 *
 * It is here that a message gets its id, since whoever orders messages must number them.  Loop thread
 * only. */
#ifndef CHATD_BUS_BUS_LOCAL_H
#define CHATD_BUS_BUS_LOCAL_H

#include "chat/ports.h"

/* Freed by its free operation. */
struct bus *bus_local_new(void);

#endif
