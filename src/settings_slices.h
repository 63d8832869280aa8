/* settings_slices.h: makes each part's slice of the configuration.
 *
 * No part reads the configuration: each gets its slice, at the start and after a reload.  Strings in a slice live as
 * long as the configuration.  Loop thread only, except settings_slices_log(), settings_slices_permanent() and
 * settings_slices_tls(), which are for any thread. */
#ifndef CHATD_SETTINGS_SLICES_H
#define CHATD_SETTINGS_SLICES_H

#include "base/log_place.h"
#include "base/name.h"
#include "chat/chat.h"
#include "config/conf.h"
#include "door.h"
#include "net/net.h"
#include "net/shares.h"
#include "net/tls_context.h"
#include "session/session.h"
#include "store/accounts.h"
#include "store/mail.h"
#include "store/rings.h"
#include "store/store_sqlite.h"

#include <stddef.h>

/* server.name, or the machine's name; the caller frees it. */
char *settings_slices_server_name(const struct conf *conf);

struct log_place settings_slices_log(const struct conf *conf);
struct net_limits settings_slices_net(const struct conf *conf);
struct shares_spec settings_slices_shares(const struct conf *conf);
struct door_limits settings_slices_door(const struct conf *conf);
/* The strings belong to conf. */
struct tls_settings settings_slices_tls(const struct conf *conf);
struct chat_limits settings_slices_chat(const struct conf *conf);
struct accounts_limits settings_slices_accounts(const struct conf *conf);
struct mail_limits settings_slices_mail(const struct conf *conf);
struct rings_limits settings_slices_history(const struct conf *conf);
/* Without what is in memory, which is the slice above. */
struct store_sqlite_limits settings_slices_store(const struct conf *conf);
/* The *count names in rooms.permanent, for rooms_set_permanent(). */
struct name *settings_slices_permanent(const struct conf *conf, size_t *count);
/* server_name and words are borrowed. */
struct session_limits settings_slices_session(const struct conf *conf, const char *server_name,
                                              const struct wordlist *words);

#endif
