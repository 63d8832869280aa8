/* door.h: newcomers: admitted or refused as they come, counted out as they leave, and taken no more for a while or
 * for good.
 *
 *   listener --> (preamble) --> admission --> session
 *                                   '-------> a line that tells why not, and the end
 *
 * Owns admission and the listeners for people; where these listen is decided by listening.h.  Embedded by the server;
 * loop thread only. */
#ifndef CHATD_DOOR_H
#define CHATD_DOOR_H

#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/timeq.h"
#include "frontend/frontend.h"
#include "net/admit.h"
#include "net/listener.h"
#include "net/preamble.h"

#include <stdbool.h>
#include <stdint.h>

struct activation;
struct net;
struct session_env;

/* How those who come in by a listener are served: the profile of each listener is one of these. */
struct door_profile {
    struct listener_profile listener;
    const struct preamble_kind *preamble; /* with which they begin, and which tells their address; NULL: with none */
    frontend_attach_fn *attach_frontend;
};

/* Lines, by nc and telnet: what server.listen says, and the service manager's sockets. */
extern const struct door_profile door_lines;

/* Its slice of the settings. */
struct door_limits {
    struct admit_limits admit;
    uint32_t dead_s; /* limits.dead_seconds */
};

struct door {
    struct net *net;              /* borrowed, as is the next */
    struct session_env *sessions;
    struct admit admit;
    struct preamble_set preambles; /* its waiting ones are for the loop */
    struct listener_set listeners; /* its resting queue is for the loop, as is admit's forgetting */
    struct strbuf sorry;           /* the listeners' line for when there is no descriptor */
    struct log_limit refused_log;
    struct timeq catching_up;      /* after a standstill; for the loop */
    struct timeq_node catch_up;
    bool is_closed;                /* door_close() has been called */
};

/* net and sessions are set; the rest is filled in.  telling is the owner's queue of log_limit_due(), borrowed. */
void door_init(struct door *door, const struct door_limits *limits, struct timeq *telling);
/* After door_close(), once no session is left that could leave. */
void door_fini(struct door *door);
/* After a reload. */
void door_set_limits(struct door *door, const struct door_limits *limits);

/* A session is over: for struct session_env, which calls it with the door. */
void door_leave(void *door, const struct addr *peer, bool was_silent);
/* The process has stood still for ms.  What newcomers and clients did meanwhile comes all at once: for a moment they
 * may bring as much more as they could have brought in that time. */
void door_stood_still(struct door *door, uint64_t ms);

/* Takes newcomers no more, or again.  False, with a sentence in err: they cannot be taken. */
bool door_drain(struct door *door, bool is_on, struct strbuf *err);
/* Takes no newcomer any more, for good: the server is stopping. */
void door_close(struct door *door);
/* "serving", "draining" (no newcomer is taken) or "stopping"; static. */
const char *door_state(const struct door *door);

/* The server cannot start: turns away the newcomers that wait at the service manager's sockets, whom nobody else would
 * answer. */
void door_turn_away(const struct activation *activation);

#endif
