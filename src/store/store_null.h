/* store/store_null.h: the store that keeps nothing: messages live as long as the process, in the
 * rooms' histories.  Loop thread only. */
#ifndef CHATD_STORE_STORE_NULL_H
#define CHATD_STORE_STORE_NULL_H

#include "chat/ports.h"

/* Freed by its end operation. */
struct store *store_null_new(void);

#endif
