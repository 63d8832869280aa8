/* base/access.h: who may use a file: its mode and its group, as settings name them.
 *
 * Asking for a group may wait for the system's databases: never in the loop.  Any thread. */
#ifndef CHATD_BASE_ACCESS_H
#define CHATD_BASE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads a mode in three or four octal digits, "0660", that lets its owner write. */
bool access_parse_mode(const char *text, mode_t *mode);
/* Reads the name or number of a group; "" is none, (gid_t)-1.  False when there is no group of that name. */
bool access_find_group(const char *text, gid_t *group);
/* Whether this process can give a file of its own to the group: as a member of it, or since it has the right to. */
bool access_may_give(gid_t group);

#endif
