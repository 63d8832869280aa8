/* base/container.h: gets from an embedded member to the struct that embeds it. */
#ifndef CHATD_BASE_CONTAINER_H
#define CHATD_BASE_CONTAINER_H

#include <stddef.h>

#define CONTAINER_OF(member_ptr, type, member) ((type *)(void *)((char *)(member_ptr) - offsetof(type, member)))

#endif
