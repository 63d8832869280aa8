/* admin/control_cmd.h: control commands: what a handler is given, and how it answers.
 *
 * An answer may be longer than is wise to hold in memory: it is made in slices, as fast as the asker reads.  One that
 * needs the disk comes later.  Nothing here keeps the loop waiting.  Knows no socket; loop thread only. */
#ifndef CHATD_ADMIN_CONTROL_CMD_H
#define CHATD_ADMIN_CONTROL_CMD_H

#include "admin/control_table.h"
#include "admin/control_wire.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "chat/chat.h"
#include "chat/rooms.h"
#include "net/addr.h"
#include "net/listener.h"
#include "net/net.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct metrics;

/* Who is told what a reload or a check came to, once it is over; embedded by who asks. */
struct control_outcome {
    /* An option differs.  reloadable: a reload applies it; unused: why it has no effect even so, NULL: it has. */
    void (*changed)(struct control_outcome *outcome, const char *option, const char *was, const char *is,
                    bool reloadable, const char *unused);
    void (*error)(struct control_outcome *outcome, const char *line);
    void (*warning)(struct control_outcome *outcome, const char *line);
    /* The last call.  file is what was read, NULL: there is none; not is_right: the configuration is not, and nothing
     * has changed. */
    void (*over)(struct control_outcome *outcome, const char *file, bool is_right);
};

/* One option in force. */
struct control_option {
    struct strbuf name, value;
    const char *from;  /* "default", "file", "command-line", "chatctl" */
    const char *file;  /* with "file", else NULL */
    size_t line;
};

/* What the server does for its administrator, and where its parts are; all borrowed. */
struct control_host {
    struct chat *chat;
    struct net *net;
    struct clock *clock;
    const struct metrics *metrics;
    const char *(*server_name)(void *ctx);
    /* Reads the configuration anew; check_only: changes nothing.  outcome is told later, never from here, unless it is
     * forgotten before that. */
    void (*reload)(void *ctx, bool check_only, struct control_outcome *outcome);
    void (*forget)(void *ctx, struct control_outcome *outcome);
    /* The i-th option, appended to the empty strings of option; false past the last. */
    bool (*option)(void *ctx, size_t i, struct control_option *option);
    /* False, with a sentence in err, when there is no such level. */
    bool (*set_log_level)(void *ctx, const char *level, struct strbuf *err);
    /* Opens the log's file anew, after this; false when the log goes to no file. */
    bool (*reopen_log)(void *ctx);
    /* Takes newcomers no more, or again; false with a sentence in err. */
    bool (*drain)(void *ctx, bool is_on, struct strbuf *err);
    void (*stop)(void *ctx);
    /* "serving", "draining", "stopping". */
    const char *(*state)(void *ctx);
    /* The i-th place where it listens now, and what for: "people", "metrics", "control"; false behind the last. */
    bool (*listener)(void *ctx, size_t i, struct listener_info *info, const char **purpose);
    /* How long a line may be that is said in one piece, in bytes. */
    size_t (*line_bytes)(void *ctx);
    void *ctx;
};

/* Clients to be kicked. */
struct control_kick {
    bool is_by_id;
    uint32_t id;
    struct addr_range range; /* unless by id */
    char *who, *text;        /* as it was asked for; what they are told */
    unsigned count;          /* of those that were */
};

/* One request and what is left of its answer; embedded by who got it. */
struct control_call {
    const struct control_host *host;
    struct strbuf *out;  /* where the answer goes, while it is made */
    const char *request; /* as it came; valid while the command begins */
    uid_t uid;           /* who asks */
    pid_t pid;
    bool is_json;
    int words;
    struct control_wire_word *word; /* valid while the command begins */
    enum control_wire_status status;
    /* Appends the next slice; false: that was the last.  NULL: all has been said. */
    bool (*more)(struct control_call *call);
    void (*end)(struct control_call *call); /* ends the walk below; with more */
    union {
        struct net_walk conns;
        struct rooms_walk rooms;
    } walk;
    struct control_kick kick;
    /* Of a reading of the configuration. */
    struct control_outcome outcome;
    bool is_waiting; /* for the outcome: nothing is said before that */
    bool is_check;
    unsigned changes, restarts, unused; /* the last two are among the first */
    struct strbuf told; /* the outcome, until it is said */
    void (*ready)(struct control_call *call); /* the owner's: there is more to say after a wait */
};

/* A line of the answer; a line's end within it becomes a blank. */
void control_cmd_line(struct control_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* A JSON object as a line of the answer: ended, said and freed. */
void control_cmd_object(struct control_call *call, struct strbuf *object);
/* What was done: a sentence or, with --json, an object with this one member. */
void control_cmd_done(struct control_call *call, const char *key, const char *value, const char *text);
/* What went wrong: a sentence, and the call has failed. */
void control_cmd_error(struct control_call *call, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The request makes no sense, with any server. */
void control_cmd_misused(struct control_call *call, const char *text);
/* Logs that something is changed, and who wants it. */
void control_cmd_note(const struct control_call *call);
/* The i-th word; "" when there is none. */
const char *control_cmd_word(const struct control_call *call, int i);
/* A copy of text, clean (base/text.h) and on one line, to be freed. */
char *control_cmd_clean(const char *text);

#endif
