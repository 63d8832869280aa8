/* admin/control_list.h: the commands whose answers are long: clients and rooms. */
#ifndef CHATD_ADMIN_CONTROL_LIST_H
#define CHATD_ADMIN_CONTROL_LIST_H

#include "admin/control_cmd.h"

void control_list_clients(struct control_call *call);
void control_list_rooms(struct control_call *call);

#endif
