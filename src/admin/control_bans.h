/* admin/control_bans.h: the commands about bans of the whole server: ban, mute, lockdown. */
#ifndef CHATD_ADMIN_CONTROL_BANS_H
#define CHATD_ADMIN_CONTROL_BANS_H

#include "admin/control_cmd.h"

void control_bans_ban(struct control_call *call);
void control_bans_mute(struct control_call *call);
void control_bans_lockdown(struct control_call *call);

#endif
