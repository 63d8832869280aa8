/* admin/control_request.h: from a request to the lines of its answer.
 *
 * Knows no socket; loop thread only. */
#ifndef CHATD_ADMIN_CONTROL_REQUEST_H
#define CHATD_ADMIN_CONTROL_REQUEST_H

#include "admin/control_cmd.h"
#include "base/strbuf.h"

#include <stdbool.h>

/* Runs the request, a line without its end, which it changes; host, uid, pid and ready are set.  Appends the answer,
 * or its beginning, or nothing yet when it has to wait, to out. */
void control_request_begin(struct control_call *call, char *request, struct strbuf *out);
/* True while there is more to come: control_request_more() appends it. */
static inline bool control_request_has_more(const struct control_call *call)
{
    return call->more != NULL;
}
void control_request_more(struct control_call *call, struct strbuf *out);
/* True while the answer waits for something: ready() tells when there is more. */
static inline bool control_request_is_waiting(const struct control_call *call)
{
    return call->is_waiting;
}
/* Nobody wants the rest. */
void control_request_cancel(struct control_call *call);

#endif
