/* net/accept.h: accepts newcomers from a listening socket.
 *
 * They are accepted in bounded batches and passed to the set's accept function.  If the process or the system has no
 * descriptor or memory left, one newcomer is told so with the help of the spare descriptor, and the listener rests.
 * Loop thread only. */
#ifndef CHATD_NET_ACCEPT_H
#define CHATD_NET_ACCEPT_H

struct listener;

/* Accepts the newcomers that wait, as many as LISTENER_BATCH and the turn allow; a listener that is leaving accepts
 * LISTENER_LAST in all.  The accept function may close the listeners; l is then freed. */
void accept_batch(struct listener *l);

#endif
