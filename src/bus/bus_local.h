/* bus/bus_local.h: the bus of a single process: a message comes back in the call that publishes it.
 *
 * The bus gives messages their ids, since it decides on their order.  Loop thread only. */
#ifndef CHATD_BUS_BUS_LOCAL_H
#define CHATD_BUS_BUS_LOCAL_H

#include "chat/port_bus.h"

/* Freed by its free operation. */
struct bus *bus_local_new(void);
/* The ids of the next messages will be greater than last_id, which an earlier process has given, even if the clock was
 * set back. */
void bus_local_go_on(struct bus *bus, uint64_t last_id);

#endif
