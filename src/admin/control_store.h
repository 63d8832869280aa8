/* admin/control_store.h: the command about the database: backup. */
#ifndef CHATD_ADMIN_CONTROL_STORE_H
#define CHATD_ADMIN_CONTROL_STORE_H

#include "admin/control_cmd.h"

void control_store_exec(struct control_call *call);

#endif
