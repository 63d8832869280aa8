/* chat/audit.h: the audit trail: what was done with the rights of operators, owners and administrators.
 *
 * Each act is noted once, in the process where it begins, when it is decided: an entry tells what was done, by whom, to
 * whom, where, why and until when.  It goes to the log, and to the store if that keeps it.  Loop thread only. */
#ifndef CHATD_CHAT_AUDIT_H
#define CHATD_CHAT_AUDIT_H

#include "chat/chat_state.h"
#include "chat/port_store.h"

/* Notes an act.  Strings that are NULL count as ""; time_ms is set here. */
void audit_note(struct chat *chat, const struct audit_entry *entry);

#endif
