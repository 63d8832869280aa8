/* session/session.h: one attachment of a person on a connection: where bytes, commands and the chat meet.
 *
 * A session owns its attachment and its connection's frontend; the connection itself is net's.  It lives from
 * sessions_attach() until the connection is freed; its attachment is gone from the chat and the frontend is freed when
 * the connection is over, though the last lines may still be on their way.  Lines come from the frontend one at a
 * time; no further line runs while something holds: a command that finishes later, an empty flood bucket, others
 * who do much and came first.  Loop thread only. */
#ifndef CHATD_SESSION_SESSION_H
#define CHATD_SESSION_SESSION_H

#include "base/bucket.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "chat/chat.h"
#include "frontend/fault.h"
#include "frontend/frontend.h"
#include "frontend/reply.h"
#include "net/conn.h"
#include "session/cmd_list.h"
#include "session/crowd.h"
#include "session/held.h"

#include <stdbool.h>
#include <stdint.h>

/* The sessions' slice of the settings; strings are borrowed. */
struct session_limits {
    const char *server_name;
    const char *motd;         /* "": none; lines parted by '\n' */
    const char *default_room; /* "": none */
    uint32_t nick_chars, room_chars, topic_chars;
    uint32_t history_replay;  /* lines shown on entering a room */
    struct frontend_limits lines;
    struct bucket_rate flood; /* lines a second */
    uint64_t idle_ms;         /* 0: people may be silent for ever */
};

/* Told when a session is gone; peer is its address, and was_silent says that it went without a word, before anybody was
 * told that it had come. */
typedef void session_gone_fn(void *ctx, const struct addr *peer, bool was_silent);

struct session;

/* What follows when something that was pending is over; worked says how it ended, which the person has been told. */
typedef void session_then_fn(struct session *s, bool worked);

/* What all sessions share; embedded by the server, which calls sessions_init(). */
struct session_env {
    struct chat *chat;   /* borrowed */
    struct clock *clock; /* borrowed */
    session_gone_fn *gone;
    void *gone_ctx;
    struct session_limits limits;
    struct frontend_host host;
    struct timeq arriving; /* sessions that have said nothing yet and are not announced */
    struct timeq flooded; /* sessions that wait for a token */
    struct timeq idle;    /* sessions by their last line */
    struct timeq warned;  /* those told that they will be closed */
    struct crowd crowd;   /* sessions with a job */
    struct timeq reading; /* sessions with a job that waits for the store */
    struct log_limit noted_log; /* session_note()'s */
    uint64_t lines;       /* that came, ever, empty ones left out */
    uint64_t flood_stops; /* ever */
    uint64_t commands[CMD_COUNT]; /* that were called, ever, in cmd_at()'s order */
    uint64_t faults[FAULT_COUNT]; /* that were told, ever */
};

/* What can hold a session's lines back; bits. */
enum session_hold {
    SESSION_PENDING = 1, /* a command finishes later */
    SESSION_FLOODED = 2,
    SESSION_JOB = 4,     /* it has a job (session/job.h) */
};

/* What the step of a job has come to. */
enum session_step {
    SESSION_STEP_MORE,   /* the next one in a later turn */
    SESSION_STEP_WAIT,   /* the next one after job_wake(), or when that does not come for too long */
    SESSION_STEP_OK,     /* the command has worked */
    SESSION_STEP_FAILED, /* the person has been told why */
    SESSION_STEP_LINE,   /* it was a line that waited, not a command: nothing is to be told */
};

/* What a session goes on with later (session/job.h): a line that waits for its turn, what is done in steps while others
 * have their turns, what waits for an answer.  Embedded first in what it needs. */
struct session_job {
    const char *command; /* that goes on; NULL: a line, or none */
    struct room *room;   /* that it looks at, one of the person's; NULL: none, or the person is no longer in it */
    uint32_t work;       /* that a step takes, in session/crowd.h's units; 0: a whole share */
    bool is_waiting;     /* for job_wake() */
    struct held *held;   /* what the room says while the job is under way; NULL: it is shown at once */
    session_then_fn *then; /* when it is over; NULL: it is a line */
    /* Some 0.2 ms of work at most, if the session does not lose its job by it; NULL: it waits for the chat. */
    enum session_step (*step)(struct session *s, struct session_job *job);
    void (*free)(struct session_job *job);
};

struct session {
    struct attachment self;  /* first: the fan-out comes in here; its person is NULL when it is over */
    struct conn_owner owner; /* the connection's end comes in here */
    struct conn *conn;
    uint8_t encoding;        /* enum frontend_encoding, without the bell */
    bool hears_own : 1;      /* its own lines are sent back */
    bool wants_bell : 1;
    bool wants_echo : 1;     /* as set; hears_own follows from it and the encoding */
    bool was_told_flood : 1; /* since the last pause with a full bucket */
    bool is_greeted : 1;
    bool has_left : 1;       /* all rooms, for good; was is valid, and other is not */
    bool was_silent : 1;     /* once it is over: it was never announced */
    uint8_t holds;           /* enum session_hold */
    uint8_t quiet;           /* enum deliver_topic: what goes the long way, to be left out or broken into
                              * rows perhaps */
    uint32_t lines_in;       /* that were sent here */
    struct session_env *env;
    union {
        const char *command;     /* the name of the one that runs, or is pending; NULL: none */
        struct session_job *job; /* owned; while SESSION_JOB holds */
    };
    struct room *current;    /* where plain lines go; one of the person's, or NULL; sink_ops.left moves it away */
    union {
        struct person_handle *other; /* who wrote last in private, NULL: nobody yet */
        char *was;                 /* has_left: who this was, a NUL and the current room, "" for none */
    };
    struct bucket flood;
    struct timeq_node wait;  /* in env->arriving until it is announced; in flooded or crowd: who waits there is not
                              * idle; else in idle or warned */
};
_Static_assert(sizeof(struct session) <= 136 || sizeof(void *) != 8, "malloc() gives 136 bytes, then 152");

/* ---- for who looks after all ---- */

static inline struct session *session_of_attachment(struct attachment *attachment)
{
    return CONTAINER_OF(attachment, struct session, self);
}
/* Of an owner that is a session's. */
static inline struct session *session_of_owner(struct conn_owner *owner)
{
    return CONTAINER_OF(owner, struct session, owner);
}

/* ---- for commands, and what makes lines flow ---- */

/* The columns of the person's window, for text; 0: not known, or it is no text that they get. */
unsigned session_columns(const struct session *s);
/* Answers: the command that runs, unless the kind is a notice, which comes of itself.  An error is counted. */
void session_reply(struct session *s, const struct reply *r);
/* The same for one line of an answer that may have many, if the reader's queue has room for it (session/answer.h). */
bool session_reply_if_fits(struct session *s, const struct reply *r);
/* Begins to wait for the person's next line. */
void session_await_line(struct session *s);
/* What is done costs so many lines of flood control, beside the one that is asked for with. */
void session_charge(struct session *s, unsigned cost);
/* The command that runs has worked. */
void session_ok(struct session *s);
/* The line that tells of count lines that gave way, with a reference for the caller. */
struct payload *session_gap(struct session *s, uint32_t count);
/* Tells the reason's goodbye, if it has one, and ends the connection in order. */
void session_end(struct session *s, enum reason reason);
/* The same, and text behind the goodbye, as much of it as a line may say; it may be "". */
void session_end_saying(struct session *s, enum reason reason, const char *text);
/* The person leaves all rooms, with a last word, and is about to go. */
void session_leave_rooms(struct session *s, const char *text);
/* Notes who this was and where, for the last line of the log: both will be gone by then. */
void session_remember(struct session *s);
/* Who has written last in private; NULL: nobody. */
void session_set_other(struct session *s, struct person *other);
/* Logs what the person does, at level debug: who it is, and the room if one is given. */
void session_note(struct session *s, const char *phrase, const char *room);
/* Shows a message out of the history. */
void session_replay(struct session *s, const struct message *m);
/* Keeps p, which is made of d, until session_release(), if it is of what a job holds back.  False: it is to be sent. */
bool session_hold(struct session *s, const struct delivery *d, struct payload *p);
/* Sends what is held back, and holds back nothing more. */
void session_release(struct session *s);
/* Settings of the person's have changed: encoding, echo, ignored people. */
void session_apply_settings(struct session *s, unsigned encoding, bool wants_echo, bool wants_comings);
bool session_wants_comings(const struct session *s);

#endif
