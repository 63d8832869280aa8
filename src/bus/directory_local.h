/* bus/directory_local.h: the directory of a single process: what the chat's own tables do not know as
 * taken is free, at once.  Loop thread only. */
#ifndef CHATD_BUS_DIRECTORY_LOCAL_H
#define CHATD_BUS_DIRECTORY_LOCAL_H

#include "chat/ports.h"

/* Freed by its free operation. */
struct directory *directory_local_new(void);

#endif
