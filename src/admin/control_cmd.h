/* admin/control_cmd.h: control commands: the call that a handler gets, and the functions with which it answers.
 *
 * An answer may be too long to be held in memory: it is made in slices, as fast as the client reads.  An answer that
 * needs the disk comes later.  Nothing here blocks the loop.  Knows no socket; loop thread only. */
#ifndef CHATD_ADMIN_CONTROL_CMD_H
#define CHATD_ADMIN_CONTROL_CMD_H

#include "admin/control_table.h"
#include "admin/control_wire.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "chat/ban_list.h"
#include "chat/chat.h"
#include "chat/port_accounts.h"
#include "chat/port_store.h"
#include "chat/rooms.h"
#include "net/addr.h"
#include "net/listener.h"
#include "net/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct backup_job;
struct check_job;
struct metrics;

/* Receives the result of a reload or a check when it is over; embedded by the caller. */
struct control_outcome {
    /* An option has changed.  reloadable: a reload applies it.  unused: why it has no effect, NULL if it has one. */
    void (*changed)(struct control_outcome *outcome, const char *option, const char *was, const char *is,
                    bool reloadable, const char *unused);
    /* The file at path has another certificate than the one that was in force. */
    void (*certificate)(struct control_outcome *outcome, const char *path);
    void (*error)(struct control_outcome *outcome, const char *line);
    void (*warning)(struct control_outcome *outcome, const char *line);
    /* The last call.  file is the file that was read; NULL if there is none.  If is_right is false, the configuration
     * is not valid and nothing has changed. */
    void (*over)(struct control_outcome *outcome, const char *file, bool is_right);
};

/* One option in force. */
struct control_option {
    struct strbuf name, value;
    const char *from;  /* "default", "file", "command-line", "chatctl" */
    const char *file;  /* if from is "file", otherwise NULL */
    size_t line;
};

/* The server, as commands see it: its parts, and functions that act on it; all borrowed. */
struct control_host {
    struct chat *chat;
    struct net *net;
    struct clock *clock;
    const struct metrics *metrics;
    const char *(*server_name)(void *ctx);
    /* Reads the configuration anew; if check_only is set, changes nothing.  outcome is called later, never by this
     * function, unless forget() is called before that. */
    void (*reload)(void *ctx, bool check_only, struct control_outcome *outcome);
    void (*forget)(void *ctx, struct control_outcome *outcome);
    /* Describes option i, by appending to the empty strings of option.  Returns false if i is past the last one. */
    bool (*option)(void *ctx, size_t i, struct control_option *option);
    /* Returns false and appends a sentence to err if there is no such level. */
    bool (*set_log_level)(void *ctx, const char *level, struct strbuf *err);
    /* Has the log file opened anew.  Returns false if the log does not go to a file. */
    bool (*reopen_log)(void *ctx);
    /* Stops accepting newcomers (is_on), or accepts them again.  Returns false and appends a sentence to err if it
     * cannot. */
    bool (*drain)(void *ctx, bool is_on, struct strbuf *err);
    void (*stop)(void *ctx);
    /* "serving", "draining" or "stopping". */
    const char *(*state)(void *ctx);
    /* Describes address i on which the server listens, and its purpose: "people", "people over TLS", "metrics" or
     * "control".  Returns false if i is past the last one. */
    bool (*listener)(void *ctx, size_t i, struct listener_info *info, const char **purpose);
    /* The greatest length in bytes of a line that is said in one piece. */
    size_t (*line_bytes)(void *ctx);
    /* The greatest length in characters of a person's name. */
    size_t (*nick_chars)(void *ctx);
    /* Begins to copy the database to a path.  done is called later, never by this function, unless cancel_backup() is
     * called before that; why is a sentence without its end if it failed, NULL if the copy is there.  Returns NULL and
     * appends a sentence to err if it cannot. */
    struct backup_job *(*backup)(void *ctx, const char *to, void (*done)(void *ctx, const char *why), void *done_ctx,
                                 struct strbuf *err);
    int (*backup_percent)(const struct backup_job *job); /* that is done */
    void (*cancel_backup)(struct backup_job *job);
    /* Begins to check the database.  done is called later, never by this function, unless cancel_check() is called
     * before that; report has a line for each problem, and says why the database could not be read if it is not
     * damaged.  Returns NULL and appends a sentence to err if it cannot. */
    struct check_job *(*check_store)(void *ctx, void (*done)(void *ctx, bool is_damaged, const char *report),
                                     void *done_ctx, struct strbuf *err);
    void (*cancel_check)(struct check_job *job);
    void *ctx;
};

/* The clients to be kicked by a command. */
struct control_kick {
    bool is_by_id;
    uint32_t id;
    struct addr_range range; /* unless is_by_id */
    struct person_handle *person; /* whose clients; NULL unless a name was given */
    char *who, *text;        /* CLIENT as it was given; the reason for the clients */
    unsigned count;          /* clients kicked so far */
};

/* A room whose lines are told by a command, page by page. */
struct control_export {
    struct store_read read;   /* of the page */
    char *room, *room_folded; /* its name as it was given, without '#' */
    uint64_t lines;           /* so far */
    bool has_more, has_failed;
};

/* A line that a command erases from the history of its room. */
struct control_deletion {
    struct store_read read;
    char *room, *room_folded; /* its name as it was given, without '#' */
    struct message *line;     /* a reference; NULL until it is found */
};

/* The audit trail, told page by page. */
struct control_auditing {
    struct store_audit read; /* of the page */
    bool has_more, has_failed;
};

/* One request and the rest of its answer; embedded by the owner, a connection. */
struct control_call {
    const struct control_host *host;
    struct strbuf *out;  /* the answer is appended to it while it is made */
    const char *request; /* as it came; valid while the command begins */
    uid_t uid;           /* of the client, as is pid */
    pid_t pid;
    bool is_json;
    int words;
    struct control_wire_word *word; /* valid while the command begins */
    const char *option[CONTROL_OPTION_COUNT]; /* likewise: values, "" of one that has none; NULL: not given */
    enum control_wire_status status;
    /* Appends the next slice; returns false after the last one.  NULL if the answer is complete. */
    bool (*more)(struct control_call *call);
    void (*end)(struct control_call *call); /* ends the walk below; set together with more */
    union {
        struct net_walk conns;
        struct rooms_walk rooms;
        struct ban_walk bans;
    } walk;
    enum ban_act listed_act;
    struct control_kick kick;
    struct control_export exporting;
    struct control_deletion deletion;
    struct control_auditing auditing;
    struct backup_job *backup; /* under way */
    char *backup_path;
    struct check_job *check;   /* under way */
    struct accounts_request account; /* asked for, or the last one */
    char *account_name;              /* whose account it is about */
    bool is_waiting;                 /* there is no answer yet */
    bool is_long;                    /* the wait may take minutes: the client is told now and then that it goes on */
    void (*stop_waiting)(struct control_call *call); /* called if the client is gone meanwhile */
    int (*percent)(const struct control_call *call); /* that is done, in a long wait; NULL if that is not known */
    /* For a reload or a check. */
    struct control_outcome outcome;
    bool is_check;
    unsigned changes, restarts, unused; /* restarts and unused are included in changes */
    struct strbuf told; /* lines that were made in a wait, until they are appended to the answer */
    void (*ready)(struct control_call *call); /* set by the owner; called when a wait is over */
};

/* Adds a line to the answer; a line end within it becomes a blank. */
void control_cmd_line(struct control_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Ends a JSON object, adds it to the answer as a line, and frees it. */
void control_cmd_object(struct control_call *call, struct strbuf *object);
/* Adds what was done: a sentence or, with --json, an object with this one member. */
void control_cmd_done(struct control_call *call, const char *key, const char *value, const char *text);
/* Adds a sentence that says what went wrong; the call has failed. */
void control_cmd_error(struct control_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds a sentence that says that the request is not valid; no server would accept it. */
void control_cmd_misused(struct control_call *call, const char *text);
/* Logs that the client's command changes something. */
void control_cmd_note(const struct control_call *call);
enum { CONTROL_CMD_BY_SIZE = 32 };
/* "uid 0": the client's user, as the audit trail names it; buf has CONTROL_CMD_BY_SIZE bytes and is returned. */
const char *control_cmd_by(const struct control_call *call, char *buf);
/* Notes an act of the client's in the audit trail (chat/audit.h); what there is not is NULL. */
void control_cmd_audit(const struct control_call *call, const char *act, const char *whom, const char *room,
                       const char *why);
/* Begins a wait: the handler returns without an answer. */
void control_cmd_wait(struct control_call *call, void (*stop_waiting)(struct control_call *call));
/* The same for work that may take minutes.  percent tells how much of it is done, and may be NULL. */
void control_cmd_wait_long(struct control_call *call, void (*stop_waiting)(struct control_call *call),
                           int (*percent)(const struct control_call *call));
/* Lines can be added to the answer while it waits. */
void control_cmd_resume(struct control_call *call);
/* The wait is over, and the answer complete.  The call may be gone after it. */
void control_cmd_end_wait(struct control_call *call);
/* Word i; "" if there is none. */
const char *control_cmd_word(const struct control_call *call, int i);
/* A copy of text, clean (base/text.h) and on one line; the caller frees it. */
char *control_cmd_clean(const char *text);

#endif
