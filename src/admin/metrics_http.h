/* admin/metrics_http.h: the metrics over HTTP, for a Prometheus server or a browser on the same machine.
 *
 * GET and HEAD of /metrics are answered with the exposition, of /healthz with "ok", of / with a line that points to
 * /metrics; whatever else with an error.  The protocol is libevent's evhttp, the bounds are from here: a connection is
 * for one request and ends within METRICS_HTTP_MS, and before that when METRICS_HTTP_CONNS others have come; newcomers
 * are taken in batches with a rest between them; a peer can have no more than some kilobytes kept for it.  So who is
 * slow, or many, costs the loop next to nothing.  There is no access control but the address.  It serves until it is
 * taken down, while a stop waits for people too.  Embedded; loop thread only. */
#ifndef CHATD_ADMIN_METRICS_HTTP_H
#define CHATD_ADMIN_METRICS_HTTP_H

#include "admin/metrics.h"
#include "base/clock.h"
#include "base/strbuf.h"
#include "base/timeq.h"
#include "net/bind.h"
#include "net/listener.h"

#include <event2/event_struct.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct bufferevent;
struct evconnlistener;
struct event_base;
struct evhttp;
struct evhttp_bound_socket;

enum {
    METRICS_HTTP_CONNS = 16,     /* at once; and after so many newcomers there is a rest */
    METRICS_HTTP_REST_MS = 250,
    METRICS_HTTP_MS = 10000,     /* for a request and the taking of its answer */
    METRICS_HTTP_REQUEST = 8192, /* bytes of a request's line and headers, and of its body, or little more */
};

/* A place for a connection. */
struct metrics_http_conn {
    struct bufferevent *bev; /* of a newcomer, until its socket is looked up; borrowed; else NULL */
    struct timeq_node node;  /* in conns, while the next three are valid */
    int fd;                  /* evhttp's, which may have closed it by now */
    dev_t device;            /* and who it was */
    ino_t inode;
};

/* Where it listens, or will. */
struct metrics_http_place {
    struct evhttp_bound_socket *bound; /* NULL: nowhere */
    struct evconnlistener *listener;   /* of it */
    bool is_adopted;
    struct addr_listen asked;          /* unless it is adopted, as is the next */
    struct bind_file file;             /* of a unix socket that was opened here */
};

struct metrics_http {
    struct event_base *base;       /* borrowed, as are the next two */
    struct clock *clock;
    const struct metrics *metrics;
    struct timeq conns;            /* falls due when one has had its time */
    struct metrics_http_conn places[METRICS_HTTP_CONNS]; /* of the last ones, in turn */
    uint64_t newcomers, looked;    /* ever: come, and looked up; the next one's place, counted around */
    struct event look;             /* active while there are newcomers to look up */
    struct timeq resting;
    struct timeq_node rest;
    struct evhttp *http;           /* NULL: there has been no place to listen yet */
    struct metrics_http_place place;
    struct metrics_http_place new_place; /* during a change, if it is another */
    bool is_kept;                  /* during a change: the next place is this one */
    struct metrics_http *next;     /* of those that have listened */
    struct strbuf text;            /* of the last answer; kept for the next */
    bool is_short;                 /* of descriptors or memory, since the last that was taken */
};

/* base, clock and metrics are set; the rest is filled in.  The loop runs conns and resting. */
void metrics_http_init(struct metrics_http *h);
/* A change of where it listens, in the steps of net/listener.h; next may be NULL, for nowhere.  The connections that
 * there are go on. */
void metrics_http_change_begin(struct metrics_http *h, const struct addr_listen *next);
bool metrics_http_change_open(struct metrics_http *h, const struct addr_listen *next, char *err, size_t err_size);
void metrics_http_change_commit(struct metrics_http *h);
void metrics_http_change_cancel(struct metrics_http *h);
/* Whether it listens there, with the same group of the file, or where the service manager says. */
bool metrics_http_is_asked(const struct metrics_http *h, const struct addr_listen *where);
/* Serves on a socket that listens already, and takes it over in every case.  Returns false with a sentence in err. */
bool metrics_http_adopt(struct metrics_http *h, int fd, char *err, size_t err_size);
/* Closes everything. */
/* Where it listens; false: nowhere. */
bool metrics_http_info(const struct metrics_http *h, struct listener_info *info);
void metrics_http_fini(struct metrics_http *h);

#endif
