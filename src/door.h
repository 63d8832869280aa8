/* door.h: the door: admits or refuses newcomers, counts clients that leave, and closes for a while or for good.
 *
 *   listener --> (PROXY header) --> admission --> (TLS handshake) --> session
 *                      '----------------'-------> a line that tells the reason, and the end
 *
 * Owns admission and the listeners for people; listening.h chooses their addresses.  Embedded by the server;
 * loop thread only. */
#ifndef CHATD_DOOR_H
#define CHATD_DOOR_H

#include "base/cidr_set.h"
#include "base/log_limit.h"
#include "base/strbuf.h"
#include "base/timeq.h"
#include "frontend/frontend.h"
#include "net/admit.h"
#include "net/farewell.h"
#include "net/handshake.h"
#include "net/listener.h"
#include "net/preamble.h"
#include "net/tls_expiry.h"

#include <stdbool.h>
#include <stdint.h>

struct activation;
struct tls_context;
struct net;
struct session_env;

/* How the newcomers of a listener are served: the profile of each of the door's listeners is one of these. */
struct door_profile {
    struct listener_profile listener;
    frontend_attach_fn *attach_frontend;
    bool is_proxied; /* every connection comes from a proxy and begins with a PROXY header: proxy.required */
};

/* Lines, for nc and telnet: the profile of server.listen and of the service manager's sockets. */
extern const struct door_profile door_lines;
/* The same over TLS: the profile of tls.listen and of the service manager's sockets for it. */
extern const struct door_profile door_tls;
/* The same two for the addresses that proxy.required names. */
extern const struct door_profile door_proxied_lines, door_proxied_tls;

struct unix_users;

/* Which connections begin with a PROXY header (net/proxy_header.h). */
struct door_proxies {
    const char *from;  /* networks, and "unix", separated by commas: the proxies, from which alone a header is taken;
                        * used only while the limits are set */
    bool is_everywhere; /* each connection from there, whatever the listener; otherwise those of listeners whose profile
                        * is_proxied */
    uint32_t waiting;  /* headers that are waited for at once */
    uint64_t wait_ms;  /* for a header, counted from accept() */
};

/* Its slice of the settings. */
struct door_limits {
    struct admit_limits admit;
    struct door_proxies proxies;
    uint32_t dead_s; /* limits.dead_seconds */
    uint32_t handshakes;
    uint64_t handshake_ms;
};

struct door {
    struct net *net;              /* borrowed */
    struct session_env *sessions; /* borrowed */
    struct admit admit;
    struct farewell farewell;      /* the loop runs its queue leaving */
    struct preamble_set preambles; /* PROXY headers; the loop runs its queue waiting */
    struct cidr_set proxies;       /* the networks of limits.proxies.from */
    bool has_unix_proxies;         /* "unix" is one of them */
    bool is_proxied_everywhere;    /* limits.proxies.is_everywhere */
    struct handshake_set handshakes; /* the loop runs its queue waiting */
    struct tls_context *tls;       /* for connections from now on; NULL if there is none */
    struct tls_expiry expiry;      /* of its certificate; the loop runs its queue looking */
    struct listener_set listeners; /* the loop runs its queue resting */
    struct strbuf sorry;           /* the listeners' line for a newcomer if there is no descriptor */
    struct strbuf line, why;       /* of the last newcomer that was refused; kept, so that refusing allocates nothing */
    struct log_limit refused_log;
    struct timeq catching_up;      /* after a standstill; run by the loop */
    struct timeq_node catch_up;
    struct unix_users *users;      /* base/unix_users.h: those who own accounts; NULL if there are none */
    bool is_closed;                /* door_close() has been called */
};

/* The caller has set net and sessions.  telling is the owner's queue of log_limit_due(), borrowed. */
void door_init(struct door *door, const struct door_limits *limits, struct timeq *telling);
/* Called after door_close(), when no session is left. */
void door_fini(struct door *door);
/* Called after a reload. */
void door_set_limits(struct door *door, const struct door_limits *limits);

/* Which users of this machine are logged in to which account as soon as they connect to a unix socket.  Takes over
 * users. */
void door_set_users(struct door *door, struct unix_users *users);

/* The certificate and the rules of TLS for connections from now on.  Takes over the reference; NULL if there are none,
 * and then there is no listener for TLS.  path is the certificate's file, for the log. */
void door_set_tls(struct door *door, struct tls_context *tls, const char *path);

/* A session is over: the session_gone_fn of struct session_env, called with the door. */
void door_leave(void *door, const struct addr *peer, bool was_silent);
/* A session is no longer silent: session_env.heard, called with the door. */
void door_heard(void *door, const struct addr *peer);
/* Whether limits.exempt has the address: session_env.is_exempt, called with the door. */
bool door_is_exempt(void *door, const struct addr *peer);
/* The process has stood still for ms.  Newcomers and lines of that time arrive all at once, so for a moment the limits
 * of rates allow as many more as they allow in ms. */
void door_stood_still(struct door *door, uint64_t ms);

/* Stops accepting newcomers (is_on), or accepts them again.  Returns false and appends a sentence to err if it
 * cannot. */
bool door_drain(struct door *door, bool is_on, struct strbuf *err);
/* Stops accepting newcomers for good: the server is stopping. */
void door_close(struct door *door);
/* "serving", "draining" (no newcomer is accepted) or "stopping"; static. */
const char *door_state(const struct door *door);

/* Why newcomers should go elsewhere now; NULL if they are welcome; static. */
const char *door_why_not_ready(const struct door *door);

/* Turns away the newcomers that wait at the service manager's sockets.  Called if the server cannot start: nothing else
 * would answer them. */
void door_turn_away(const struct activation *activation);

#endif
