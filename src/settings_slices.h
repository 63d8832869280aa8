/* settings_slices.h: what each part gets of the configuration.
 *
 * No part reads the configuration: it is given its slice, at the start and after a reload.  Strings in a slice live as
 * long as the configuration.  Loop thread, but for settings_slices_log() and settings_slices_permanent(): any. */
#ifndef CHATD_SETTINGS_SLICES_H
#define CHATD_SETTINGS_SLICES_H

#include "base/log_place.h"
#include "base/name.h"
#include "chat/chat.h"
#include "config/conf.h"
#include "door.h"
#include "net/net.h"
#include "session/session.h"
#include "store/rings.h"

#include <stddef.h>

/* server.name, or what the machine is called; to be freed. */
char *settings_slices_server_name(const struct conf *conf);

struct log_place settings_slices_log(const struct conf *conf);
struct net_limits settings_slices_net(const struct conf *conf);
struct door_limits settings_slices_door(const struct conf *conf);
struct chat_limits settings_slices_chat(const struct conf *conf);
struct rings_limits settings_slices_history(const struct conf *conf);
/* rooms.permanent, for rooms_set_permanent(); *count of them. */
struct name *settings_slices_permanent(const struct conf *conf, size_t *count);
/* server_name is borrowed. */
struct session_limits settings_slices_session(const struct conf *conf, const char *server_name);

#endif
