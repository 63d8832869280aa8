/* admin/control_delete.h: the command delete: erases a line from the history of a room. */
#ifndef CHATD_ADMIN_CONTROL_DELETE_H
#define CHATD_ADMIN_CONTROL_DELETE_H

#include "admin/control_cmd.h"

void control_delete_exec(struct control_call *call);

#endif
