/* bus/directory_local.h: the directory of a single process: a name that is not in the chat's own tables is free.  Every
 * claim is answered at once.  Loop thread only. */
#ifndef CHATD_BUS_DIRECTORY_LOCAL_H
#define CHATD_BUS_DIRECTORY_LOCAL_H

#include "chat/port_directory.h"

/* Freed by its free operation. */
struct directory *directory_local_new(void);

#endif
