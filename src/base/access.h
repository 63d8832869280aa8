/* base/access.h: the access rights of a file, its mode and its group, as settings name them.
 *
 * Any thread; but access_find_group() may wait for the system's databases, so it is not called in the loop. */
#ifndef CHATD_BASE_ACCESS_H
#define CHATD_BASE_ACCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* Reads a mode of three or four octal digits, such as "0660".  Returns false for other text, a mode above 0777, and a
 * mode that does not let the file's owner write. */
bool access_parse_mode(const char *text, mode_t *mode);
/* Reads the name or the number of a group.  "" stands for no group: *group is then (gid_t)-1.  Returns false if there
 * is no group of that name. */
bool access_find_group(const char *text, gid_t *group);
/* Returns true if this process can give a file of its own to the group: as a member of it, or as root. */
bool access_may_give(gid_t group);

#endif
