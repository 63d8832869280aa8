/* chat/port_bans.h: the port that keeps the bans of the whole server after the process has ended.  Loop thread only. */
#ifndef CHATD_CHAT_PORT_BANS_H
#define CHATD_CHAT_PORT_BANS_H

#include <stdint.h>

/* A ban, mute or lockdown of the whole server (chat/ban_list.h), as it is kept: act, kind and what are its key.
 * Strings are borrowed for the call. */
struct bans_row {
    const char *act, *kind; /* ban_list_act_name(), ban_list_kind_name() */
    const char *what;       /* ban_list_target_text() */
    const char *label, *reason, *by;
    int64_t created_ms, until_ms; /* since 1970 (UTC); until_ms is 0 if it does not end by itself */
};

struct bans_events {
    /* A row was read, at the start; within begin(), or later from the loop. */
    void (*row)(void *ctx, const struct bans_row *row);
};

struct bans_store;

struct bans_store_ops {
    /* Called once, before the other operations: has the rows told, which is done within the call if the database can be
     * read. */
    void (*begin)(struct bans_store *bans, const struct bans_events *events, void *ctx);
    /* Keeps a row from now on, in the place of one with the same key; or no longer keeps it.  Never waits.  What cannot
     * be written is written later, in order. */
    void (*keep)(struct bans_store *bans, const struct bans_row *row);
    void (*drop)(struct bans_store *bans, const struct bans_row *row);
};

struct bans_store {
    const struct bans_store_ops *ops;
};

#endif
