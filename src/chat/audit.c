/* chat/audit.c: an entry becomes a line of the log and an entry of the store. */
#include "config.h"

#include "chat/audit.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/strbuf.h"

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static void log_entry(const struct audit_entry *entry)
{
    struct strbuf room = {0};
    char until[CLOCK_ISO_SIZE] = "";

    if (entry->room[0] != '\0') {
        strbuf_addf(&room, "#%s", entry->room);
    }
    if (entry->until_ms != 0) {
        clock_iso(entry->until_ms, until);
    }
    log_info("audit", LOG_STR("act", entry->act), LOG_STR("by", entry->by), LOG_STR("whom", entry->whom),
             LOG_STR("room", strbuf_str(&room)), LOG_STR("why", entry->why), LOG_STR("until", until));
    strbuf_fini(&room);
}

void audit_note(struct chat *chat, const struct audit_entry *entry)
{
    struct store *store = chat->ports.store;
    struct audit_entry whole = {.act = entry->act,
                                .by = or_empty(entry->by),
                                .whom = or_empty(entry->whom),
                                .room = or_empty(entry->room),
                                .why = or_empty(entry->why),
                                .until_ms = entry->until_ms,
                                .time_ms = clock_real_ms(chat->clock)};

    log_entry(&whole);
    if (store->keeps_audit && store->ops->audit(store, &whole) == STORE_REFUSED) {
        log_error("audit entry not stored", LOG_STR("act", whole.act));
    }
}
