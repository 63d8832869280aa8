/* admin/control_table.h: the table of control commands, for the server's handlers, chatctl's help and the shell
 * completion; tests/lint/manual.sh checks chatctl(1) against it.
 *
 * X(symbol, name, least, most, takes_text, arguments, help): least and most are numbers of words; takes_text says that
 * the last word is a text, to which all further words are joined. */
#ifndef CHATD_ADMIN_CONTROL_TABLE_H
#define CHATD_ADMIN_CONTROL_TABLE_H

#include "base/strbuf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CONTROL_TABLE(X)                                                                                         \
    X(STATUS, "status", 0, 0, false, "", "tells how the server is: people, rooms, load, memory")                 \
    X(CLIENTS, "clients", 0, 0, false, "", "lists the people connected, the newest first")                       \
    X(ROOMS, "rooms", 0, 0, false, "", "lists the rooms, the oldest first")                                      \
    X(KICK, "kick", 1, 2, true, "CLIENT [REASON]", "ends connections, given by name, id or address, and says why") \
    X(SAY, "say", 2, 2, true, "ROOM|* TEXT", "says something as the server, in a room or to all")                \
    X(ACCOUNT, "account", 1, 2, false, "ACT [NAME]", "accounts: add, passwd or remove with a NAME; list; invite") \
    X(ADMIN, "admin", 1, 2, false, "ACT [NAME]", "administrators among the accounts: add or remove a NAME; list")   \
    X(AUDIT, "audit", 0, 0, false, "", "tells what was done with special rights; --since TIME: from then on")      \
    X(DELETE, "delete", 2, 2, false, "ROOM ID", "deletes a line from what is kept of a room, and tells the room") \
    X(BAN, "ban", 1, 2, false, "ACT [WHAT]", "bans from the server: add (--for TIME, --reason TEXT) or remove; list") \
    X(MUTE, "mute", 1, 2, false, "ACT [WHAT]", "the same of people who may listen, and not speak")               \
    X(LOCKDOWN, "lockdown", 0, 1, false, "[on|off]", "has only people who are logged in speak and enter rooms")  \
    X(EXPORT, "export", 1, 1, false, "ROOM", "tells all lines that are kept of a room, as JSON, the oldest first")  \
    X(STORE, "store", 1, 2, false, "backup FILE|check", "while it is in use, copies the database or checks it")  \
    X(RELOAD, "reload", 0, 0, false, "", "reads the configuration again, and tells what changed")                \
    X(CHECK, "check", 0, 0, false, "", "reads the configuration as a reload would, and changes nothing")         \
    X(CONFIG, "config", 0, 1, false, "[OPTION|SECTION]", "tells the options in force and where each comes from") \
    X(LOG_LEVEL, "log-level", 0, 1, false, "[LEVEL]", "tells what is logged, or sets it until the next reload")  \
    X(REOPEN, "reopen", 0, 0, false, "", "opens log.file anew, after it was moved away")                         \
    X(DRAIN, "drain", 0, 1, false, "[off]", "takes no more newcomers; off: takes them again")                    \
    X(STOP, "stop", 0, 0, false, "", "stops the server in order, as SIGTERM does")                               \
    X(MKCERT, "mkcert", 0, 0, false, "", "makes a self-signed certificate and its key; needs no server")         \
    X(HELP, "help", 0, 1, false, "[COMMAND]", "lists the commands, or explains one")

/* The options of commands.  X(symbol, name, whether a value follows, the commands that take it). */
#define CONTROL_OPTIONS(X)                          \
    X(CERT, "cert", true, " mkcert ")                \
    X(DAYS, "days", true, " mkcert ")                \
    X(FOR, "for", true, " ban mute lockdown ")       \
    X(FORCE, "force", false, " mkcert ")             \
    X(KEY, "key", true, " mkcert ")                  \
    X(LINES, "lines", false, " account ")            \
    X(NAME, "name", true, " mkcert ")                \
    X(OUT, "out", true, " mkcert ")                  \
    X(REASON, "reason", true, " ban mute lockdown ") \
    X(SINCE, "since", true, " audit ")

enum control_option_id {
#define CONTROL_OPTION_SYMBOL(symbol, ...) CONTROL_OPTION_##symbol,
    CONTROL_OPTIONS(CONTROL_OPTION_SYMBOL)
#undef CONTROL_OPTION_SYMBOL
    CONTROL_OPTION_COUNT
};

enum control_table_id {
#define CONTROL_TABLE_SYMBOL(symbol, ...) CONTROL_##symbol,
    CONTROL_TABLE(CONTROL_TABLE_SYMBOL)
#undef CONTROL_TABLE_SYMBOL
    CONTROL_COUNT
};

struct control_table_row {
    const char *name;
    uint8_t least, most; /* words */
    bool takes_text;
    const char *arguments; /* "" if there are none */
    const char *help;
};

/* i is below CONTROL_COUNT. */
const struct control_table_row *control_table_at(size_t i);
/* The name of an option of commands, without its dashes; i is below CONTROL_OPTION_COUNT. */
const char *control_table_option(size_t i);
/* Returns true if a value follows that option. */
bool control_table_has_value(size_t option);
/* Returns true if a command takes that option. */
bool control_table_takes(const struct control_table_row *row, size_t option);
/* The index of a command; CONTROL_COUNT if there is no such command. */
size_t control_table_find(const char *name);
/* The name of the command nearest to name; NULL if none is near. */
const char *control_table_suggest(const char *name);
/* "there is no command NAME; did you mean OTHER?" */
void control_table_unknown(struct strbuf *out, const char *name);
/* "kick NAME [REASON]" */
void control_table_usage(struct strbuf *out, const struct control_table_row *row);
/* Appends usage and help, as a line or as a JSON object. */
void control_table_help(struct strbuf *out, const struct control_table_row *row, bool is_json);

#endif
