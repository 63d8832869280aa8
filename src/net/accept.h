/* net/accept.h: newcomers, taken from a listening socket.
 *
 * In bounded batches, each handed to the set's callee.  When the process or the system is out of descriptors or memory,
 * a newcomer is told so through the set's spare descriptor, and the listener rests.  Loop thread only. */
#ifndef CHATD_NET_ACCEPT_H
#define CHATD_NET_ACCEPT_H

struct listener;

/* Takes those who wait, as many as the batch and the turn allow, and no more than LISTENER_LAST of one that is leaving.
 * The callee may close the listeners: then l is gone. */
void accept_batch(struct listener *l);

#endif
