/* admin/control_status.h: the command that tells the state of the server. */
#ifndef CHATD_ADMIN_CONTROL_STATUS_H
#define CHATD_ADMIN_CONTROL_STATUS_H

#include "admin/control_cmd.h"

void control_status_tell(struct control_call *call);

#endif
