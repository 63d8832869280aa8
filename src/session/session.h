/* session/session.h: a session: an attachment of a person on a connection; it connects front end, commands and chat.
 *
 * A session owns its attachment and its connection's front end; net owns the connection.  It lives from
 * sessions_attach() until the connection is freed.  When the connection is over, the attachment exits and the front end
 * is freed, although the last lines may still be written.  The front end passes one line at a time; no further line
 * runs while a hold is set: for a command that finishes later, an empty flood bucket, or other sessions that do much
 * and came first.  Loop thread only. */
#ifndef CHATD_SESSION_SESSION_H
#define CHATD_SESSION_SESSION_H

#include "base/bucket.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/fingerprint.h"
#include "base/heap.h"
#include "base/log_limit.h"
#include "base/timeq.h"
#include "chat/chat.h"
#include "frontend/fault.h"
#include "frontend/frontend.h"
#include "frontend/reply.h"
#include "net/conn.h"
#include "session/cmd_list.h"
#include "session/crowd.h"
#include "session/extra.h"
#include "session/held.h"
#include "session/sweep.h"

#include <stdbool.h>
#include <stdint.h>

struct wordlist;
struct zones;

/* Who may post links. */
enum filter_links { FILTER_LINKS_OF_ALL, FILTER_LINKS_OF_MEMBERS /* with an account */, FILTER_LINKS_OF_NOBODY };

/* What may not be said in public (session/filter.h). */
struct filter_limits {
    const struct wordlist *words; /* borrowed; NULL if there are none */
    bool tells;                   /* a word is told to those who have the right, and not refused */
    enum filter_links links;
};

/* The sessions' slice of the settings; strings are borrowed. */
struct session_limits {
    const char *server_name;
    const char *motd;         /* lines separated by '\n'; "" if there is none */
    const char *default_room; /* "" if there is none */
    bool skips_first_steps;
    uint32_t nick_chars, room_chars, topic_chars;
    uint32_t history_replay;  /* lines shown on entering a room */
    struct frontend_limits lines;
    struct bucket_rate flood; /* lines a second */
    uint64_t idle_ms;         /* 0 if there is no limit */
    struct filter_limits filter;
};

/* Called when a session is gone. peer is its address; was_silent says that it left without a word, before it was
 * announced. */
typedef void session_gone_fn(void *ctx, const struct addr *peer, bool was_silent);

struct desk;
struct more;
struct scroll;
struct secret;
struct session;

/* Called when an operation that was pending is over; worked tells whether it has succeeded.  The person has been told
 * the result. */
typedef void session_then_fn(struct session *s, bool worked);

/* The state that all sessions share; embedded by the server, which calls sessions_init(). */
struct session_env {
    struct chat *chat;   /* borrowed */
    struct clock *clock; /* borrowed */
    struct net *net;     /* borrowed */
    const struct charsets *charsets; /* borrowed; NULL: terminals are UTF-8 */
    session_gone_fn *gone;
    /* Called when a session that is_silent has sent its first line, is logged in, or is gone. */
    void (*heard)(void *ctx, const struct addr *peer);
    /* Whether attempts from that address are not limited; NULL: all are. */
    bool (*is_exempt)(void *ctx, const struct addr *peer);
    void *gone_ctx; /* of all three */
    struct session_limits limits;
    struct frontend_host host;
    struct frontend_drawn drawn;
    struct looks looks;
    struct zones *zones; /* borrowed */
    struct scroll *scrolls; /* of accounts whose owners are not edited now: a uthash table (session/scroll.h) */
    struct desk *desks;    /* of the sessions whose line is edited: a uthash table (session/desk.h) */
    struct more *mores;    /* of the sessions with a list to go on with: a uthash table (session/more.h) */
    struct more *going_on; /* that of the session whose /more runs; NULL if none does */
    struct {               /* of the list that is being shown (session/pages.h) */
        unsigned left;     /* rows */
        bool is_bounded, is_begun;
    } page;
    struct timeq arriving; /* sessions that have said nothing yet and are not announced */
    struct timeq silent;  /* those that are announced by now, in the order in which they came */
    struct timeq flooded; /* sessions that wait for a token */
    struct timeq idle;    /* sessions in order of their last line */
    struct timeq warned;  /* sessions that were told that they will be closed */
    struct heap keepalives; /* session/keepalive.h */
    struct timeq probing; /* probe, until the first of them is due */
    struct timeq_node probe;
    struct crowd crowd;   /* sessions with a job */
    struct timeq reading; /* sessions with a job that waits for the store */
    struct sweep putting_out; /* those that a ban hits; the loop runs .due, as that of the next one */
    struct sweep telling;     /* of a lockdown */
    struct log_limit noted_log; /* for session_note() */
    struct log_limit address_log; /* for session_note_address() */
    struct log_limit filter_log; /* for words that are told */
    uint64_t lines;       /* received since the start, without empty ones */
    uint64_t flood_stops; /* ever */
    uint64_t commands[CMD_COUNT]; /* called since the start, in cmd_at()'s order */
    uint64_t faults[FAULT_COUNT]; /* sent since the start */
};

/* The holds that keep a session's lines from running; bits. */
enum session_hold {
    SESSION_PENDING = 1, /* a command finishes later */
    SESSION_FLOODED = 2,
    SESSION_JOB = 4,     /* it has a job (session/job.h) */
};

/* In session.quiet, and no topic: what the person types is edited here, so all goes the long way. */
enum { SESSION_EDITS = 128 };

/* The result of a job's step. */
enum session_step {
    SESSION_STEP_MORE,   /* the next one in a later turn */
    SESSION_STEP_WAIT,   /* the next one after job_wake(), or after a time limit */
    SESSION_STEP_OK,     /* the command has worked */
    SESSION_STEP_FAILED, /* the person has been told why */
    SESSION_STEP_GONE,   /* it has called job_end(): the session may have another job, and no result is told here */
};

/* A job, with which a session goes on later (session/job.h): a line that waits for its turn, work that is done in
 * steps, or a wait for an answer.  Embedded as the first field of its data. */
struct session_job {
    const char *command; /* the command that goes on; NULL if there is none, or it is a line */
    struct room *room;   /* the room that it reads; NULL if there is none or the person has left it */
    uint32_t work;       /* the work of a step, in session/crowd.h's units; 0 for a whole share */
    bool is_waiting;     /* for job_wake() */
    struct held *held;   /* the room's lines since the job began; NULL if they are shown at once */
    session_then_fn *then; /* called when the job is over; NULL if it is a line */
    /* Does a step, of about 0.2 ms at most unless the job ends by it.  NULL if the job waits for the chat. */
    enum session_step (*step)(struct session *s, struct session_job *job);
    void (*free)(struct session_job *job);
    /* A line of its room is gone from the history.  NULL if the job keeps no lines. */
    void (*erased)(struct session_job *job, uint64_t id);
};

struct session {
    struct attachment self;  /* first, for the fan-out; its person is NULL when the session is over */
    struct conn_owner owner; /* called by the connection */
    struct conn *conn;
    uint8_t encoding;        /* enum frontend_encoding, without the bell */
    bool hears_own : 1;      /* its own lines are sent back */
    bool wants_bell : 1;
    bool wants_echo : 1;     /* as set by the person; hears_own follows from it and the encoding */
    bool was_told_flood : 1; /* the person was told of the flood since the last pause with a full bucket */
    bool is_greeted : 1;
    bool has_left : 1;       /* it has left all rooms for good: extra->was is valid */
    bool was_silent : 1;     /* when the session is over: it was never announced */
    bool asks_secret : 1;    /* the next line is a password */
    uint8_t holds;           /* enum session_hold */
    uint8_t quiet;           /* enum deliver_topic: what goes the long way, to be left out or broken into
                              * rows perhaps; and SESSION_EDITS */
    uint32_t lines_in : 28;  /* lines received */
    uint32_t hears_each : 1; /* each who joins, leaves or quits is told singly, as in JSON always */
    uint32_t is_silent : 1;  /* counted as one that has sent no line yet (net/silent.h); set when it comes */
    uint32_t guarded : 2;    /* so many lines that come next may be passwords, unless a command comes first */
    struct session_env *env;
    union {
        const char *command;     /* the name of the command that runs or is pending; NULL if there is none */
        struct session_job *job; /* owned; while SESSION_JOB holds */
        struct secret *asked;    /* owned; while asks_secret */
    };
    struct room *current;    /* the room for plain lines, one of the person's, or NULL; sink_ops.left changes it */
    struct session_extra *extra; /* what few sessions have (session/extra.h), owned; NULL if it is nothing */
    struct bucket flood;
    struct timeq_node wait;  /* in env->arriving until it is announced, then in silent while is_silent; in flooded or
                              * crowd: who waits there is not idle; else in idle or warned */
};
_Static_assert(sizeof(struct session) <= 136 || sizeof(void *) != 8, "malloc() gives 136 bytes, then 152");

/* ---- for who looks after all ---- */

static inline struct session *session_of_attachment(struct attachment *attachment)
{
    return CONTAINER_OF(attachment, struct session, self);
}
/* The session of an owner that belongs to one. */
static inline struct session *session_of_owner(struct conn_owner *owner)
{
    return CONTAINER_OF(owner, struct session, owner);
}

/* ---- for commands, and what makes lines flow ---- */

/* The columns of the person's window, and its rows; 0 if they are not known or the form is not text. */
unsigned session_columns(const struct session *s);
unsigned session_rows(const struct session *s);
/* Sends a reply: an answer to the command that runs, or, if its kind is a notice, an unasked one.  Counts errors. */
void session_reply(struct session *s, const struct reply *r);
/* The same for one line of a long answer, if the queue has space for it (session/answer.h). */
bool session_reply_if_fits(struct session *s, const struct reply *r);
/* The same for a list that is never long: however much waits in the queue, only the page bounds it. */
bool session_reply_if_page_has_rows(struct session *s, const struct reply *r);
/* Begins to wait for the person's next line. */
void session_await_line(struct session *s);
/* The session is no longer silent, if it was: the person has sent a line, or is logged in. */
void session_end_silence(struct session *s);
/* Charges so many lines of flood control, beside the one of the line that runs. */
void session_charge(struct session *s, unsigned cost);
/* Reports that the command that runs has succeeded. */
void session_ok(struct session *s);
/* Returns the line that tells that count lines were dropped, with a reference for the caller. */
struct payload *session_gap(struct session *s, uint32_t count);
/* Sends the reason's goodbye, if it has one, and ends the connection in order. */
void session_end(struct session *s, enum reason reason);
/* The same, with text behind the goodbye, cut to one line; it may be "". */
void session_end_saying(struct session *s, enum reason reason, const char *text);
/* The attachment quits, with a last word; the session is about to end. */
void session_leave_rooms(struct session *s, const char *text);
/* Keeps the name and the room for the last line of the log, when both are gone. */
void session_remember(struct session *s);
/* What few sessions have, made if there is none. */
struct session_extra *session_get_extra(struct session *s);
/* The last sender of a private line; NULL if there is none. */
struct person_handle *session_other(const struct session *s);
void session_set_other(struct session *s, struct person *other);
/* How lines look to the person; NULL as to most, and in the JSON form. */
const struct look *session_look(const struct session *s);
/* The session as a reader: its encoding, its look and its window. */
struct frontend_reader session_reader(const struct session *s);
/* Returns true if the person sees the time before each line. */
bool session_shows_times(const struct session *s);
/* Returns true if the person is shown, or told by a bell, that a line speaks of them (session/mention.h). */
bool session_seeks_mentions(const struct session *s);
/* Tells the person of a new day, if times are shown and a line of that time, which is shown next, begins one. */
void session_tell_day(struct session *s, int64_t time_ms);
/* Logs at level debug what the person does, with the name, and with the room unless it is NULL. */
void session_note(struct session *s, const char *phrase, const char *room);
/* Logs at level info what an administrator may keep an address out for, with the address and the name; with the reason
 * and the room unless they are NULL. */
void session_note_address(struct session *s, const char *phrase, const char *reason, const char *room);
/* Shows a message out of the history, with its id or without. */
void session_replay(struct session *s, const struct message *m, bool with_id);
/* Keeps p, which is made of d, until session_release(), if it is of what a job holds back.  False: it is to be sent. */
bool session_hold(struct session *s, const struct delivery *d, struct payload *p);
/* Sends what is held back, and holds back nothing more. */
void session_release(struct session *s);
/* Returns true if what the person types is edited here. */
static inline bool session_edits(const struct session *s)
{
    return (s->quiet & SESSION_EDITS) != 0;
}
/* What the person types is edited here from now on, or no longer. */
void session_set_edits(struct session *s, bool on);
/* Called before anything is queued for the person. */
void session_disturb(const struct session *s);
/* The fingerprint of the certificate that the client has shown by TLS (fingerprint_text()).  Returns false if it has
 * shown none. */
bool session_certificate(const struct session *s, char text[FINGERPRINT_SIZE]);
/* Applies changed settings of the person: encoding, echo, ignored people. */
void session_apply_settings(struct session *s, unsigned encoding, bool wants_echo, bool wants_comings);
bool session_wants_comings(const struct session *s);
/* Returns true if it is enough that many who come or go at once are told in one line. */
bool session_folds(const struct session *s);
/* Sets whether each is told singly, in the text form. */
void session_set_each(struct session *s, bool on);

#endif
