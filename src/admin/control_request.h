/* admin/control_request.h: runs a request and makes the lines of its answer.
 *
 * Knows no socket; loop thread only. */
#ifndef CHATD_ADMIN_CONTROL_REQUEST_H
#define CHATD_ADMIN_CONTROL_REQUEST_H

#include "admin/control_cmd.h"
#include "base/strbuf.h"

#include <stdbool.h>

/* Runs the request, a line without its end; changes the line.  The caller has set host, uid, pid and ready.  Appends to
 * out the answer, or its first slice, or nothing if the answer waits. */
void control_request_begin(struct control_call *call, char *request, struct strbuf *out);
/* Returns true if the answer has more slices: control_request_more() appends the next one. */
static inline bool control_request_has_more(const struct control_call *call)
{
    return call->more != NULL;
}
void control_request_more(struct control_call *call, struct strbuf *out);
/* Returns true if the answer waits for something: ready() is called when there is more. */
static inline bool control_request_is_waiting(const struct control_call *call)
{
    return call->is_waiting;
}
/* Appends a line that says that the command goes on, if the answer waits for long work; otherwise returns false. */
bool control_request_say_working(struct control_call *call, struct strbuf *out);
/* Drops the rest of the answer. */
void control_request_cancel(struct control_call *call);

#endif
