/* session/keepalive.h: probes to a client that chose them by /set keepalive, so that no router on the way forgets a
 * connection on which nothing is said.
 *
 * By TCP, the system probes after the chosen time instead of after most of limits.dead_seconds.  A router that ends the
 * TCP of each side by itself, as a proxy does, sees nothing of that; so a client that has shown that it speaks telnet
 * gets an IAC NOP too, when nothing was sent to it.  Others would show it.  A session without the choice pays nothing,
 * and all that have made it share one timer.  Loop thread only. */
#ifndef CHATD_SESSION_KEEPALIVE_H
#define CHATD_SESSION_KEEPALIVE_H

#include <stdbool.h>
#include <stdint.h>

struct session;
struct session_env;

enum {
    KEEPALIVE_LEAST_S = 10,
    KEEPALIVE_MOST_S = 3600,
    KEEPALIVE_USUAL_S = 60, /* when no number is given: most routers remember a connection for longer */
};

void keepalive_init(struct session_env *env);
/* Called when no session is left. */
void keepalive_fini(struct session_env *env);
/* Something goes to the client at least every so many seconds, from KEEPALIVE_LEAST_S to KEEPALIVE_MOST_S; 0: no
 * longer. */
void keepalive_set(struct session *s, uint32_t seconds);
/* 0 if it is off. */
uint32_t keepalive_seconds(const struct session *s);
/* The session is over. */
void keepalive_end(struct session *s);

#endif
