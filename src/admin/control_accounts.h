/* admin/control_accounts.h: the commands about accounts, and about the administrators among them. */
#ifndef CHATD_ADMIN_CONTROL_ACCOUNTS_H
#define CHATD_ADMIN_CONTROL_ACCOUNTS_H

#include "admin/control_cmd.h"

void control_accounts_exec(struct control_call *call);
void control_accounts_admin(struct control_call *call);

#endif
