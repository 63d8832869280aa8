/* admin/control_export.h: the command export: all lines that are kept of a room. */
#ifndef CHATD_ADMIN_CONTROL_EXPORT_H
#define CHATD_ADMIN_CONTROL_EXPORT_H

#include "admin/control_cmd.h"

void control_export_exec(struct control_call *call);

#endif
