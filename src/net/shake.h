/* net/shake.h: one step of the handshake of a transport object, made in a lane.
 *
 * A step takes up to some milliseconds to compute, and many peers may begin at once: in the loop, all others would
 * wait.  During a step the transport object and its socket belong to the lane, and the loop touches neither.  If the
 * connection ends meanwhile, both are left to the step.  Loop thread only. */
#ifndef CHATD_NET_SHAKE_H
#define CHATD_NET_SHAKE_H

#include "base/lane.h"
#include "net/transport.h"

struct shake;

/* Called with the result of the step, in the loop's thread. */
typedef void shake_done_fn(void *ctx, enum transport_result result);

/* Begins a step; done is called later, never by this function.  Returns NULL if the lane takes no more. */
struct shake *shake_begin(struct lane *lane, struct transport *transport, shake_done_fn *done, void *ctx);
/* done is not called any more.  The transport object is freed and the socket closed: now, or if the step has begun,
 * when it is over. */
void shake_abandon(struct shake *shake);

#endif
