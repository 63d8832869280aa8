/* settings.h: what each part gets of the configuration, and what its values have to mean.
 *
 * No part reads the configuration: server.c cuts its slice here, at the start and after a reload.  A
 * value whose meaning belongs to a part (an address, a room's name) is checked here too, while it is
 * read.  Strings in a slice live as long as the configuration.  Loop thread. */
#ifndef CHATD_SETTINGS_H
#define CHATD_SETTINGS_H

#include "base/log_place.h"
#include "chat/chat.h"
#include "config/conf.h"
#include "door.h"
#include "net/net.h"
#include "session/session.h"

/* For conf_load(). */
extern const struct conf_check settings_checks[];

/* server.name, or what the machine is called; to be freed. */
char *settings_server_name(const struct conf *conf);

struct log_place settings_log(const struct conf *conf);
struct net_limits settings_net(const struct conf *conf);
struct door_limits settings_door(const struct conf *conf);
struct chat_limits settings_chat(const struct conf *conf);
/* rooms.permanent, for chat_set_permanent(); *count of them. */
struct name *settings_permanent(const struct conf *conf, size_t *count);
/* server_name is borrowed. */
struct session_limits settings_session(const struct conf *conf, const char *server_name);

#endif
