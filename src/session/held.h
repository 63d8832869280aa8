/* session/held.h: lines of a room that arrive before its past has been read: they are held, and shown after it.
 *
 * Loop thread only. */
#ifndef CHATD_SESSION_HELD_H
#define CHATD_SESSION_HELD_H

#include "net/conn.h"

#include <stdbool.h>
#include <stdint.h>

struct held;

struct held *held_new(void);
/* Keeps p, with a reference, behind the others.  Returns false if all together would exceed most bytes. */
bool held_add(struct held *held, struct payload *p, uint32_t most);
/* The number of those kept. */
uint32_t held_payloads(const struct held *held);
/* Sends all, in order, and frees held. */
void held_send(struct held *held, struct conn *conn);

#endif
