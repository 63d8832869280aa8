/* admin/control_audit.h: the command audit: tells the entries of the audit trail. */
#ifndef CHATD_ADMIN_CONTROL_AUDIT_H
#define CHATD_ADMIN_CONTROL_AUDIT_H

#include "admin/control_cmd.h"

void control_audit_exec(struct control_call *call);

#endif
