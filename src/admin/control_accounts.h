/* admin/control_accounts.h: the command about accounts: add, passwd, remove, list, invite. */
#ifndef CHATD_ADMIN_CONTROL_ACCOUNTS_H
#define CHATD_ADMIN_CONTROL_ACCOUNTS_H

#include "admin/control_cmd.h"

void control_accounts_exec(struct control_call *call);

#endif
