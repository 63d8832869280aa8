/* admin/control_people.h: the commands to people. */
#ifndef CHATD_ADMIN_CONTROL_PEOPLE_H
#define CHATD_ADMIN_CONTROL_PEOPLE_H

#include "admin/control_cmd.h"

void control_people_kick(struct control_call *call);
void control_people_say(struct control_call *call);

#endif
