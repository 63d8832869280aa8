/* admin/control_conf.h: the commands about the configuration. */
#ifndef CHATD_ADMIN_CONTROL_CONF_H
#define CHATD_ADMIN_CONTROL_CONF_H

#include "admin/control_cmd.h"

void control_conf_reload(struct control_call *call);
void control_conf_check(struct control_call *call);
void control_conf_show(struct control_call *call);
void control_conf_log_level(struct control_call *call);
void control_conf_reopen(struct control_call *call);

#endif
