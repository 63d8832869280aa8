/* admin/metrics_http.h: the metrics over HTTP, for a Prometheus server or a browser on the same machine.
 *
 * libevent's evhttp speaks the protocol, metrics_pages.h makes the answers, and this module sets the bounds.  A
 * connection is for one request; it ends within METRICS_HTTP_MS, or earlier if METRICS_HTTP_CONNS newer
 * ones have come.  Newcomers are accepted in batches with a rest between them, and a few kilobytes at most are kept for
 * a peer.  So slow peers, or many, cost the loop very little.  There is no access control but the address.  Requests
 * are served until the end, also while a stop waits for clients to leave.  Embedded by its owner; loop thread only. */
#ifndef CHATD_ADMIN_METRICS_HTTP_H
#define CHATD_ADMIN_METRICS_HTTP_H

#include "admin/metrics_pages.h"
#include "base/clock.h"
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
    METRICS_HTTP_CONNS = 16,     /* the most connections at once; also the number of newcomers in a batch */
    METRICS_HTTP_REST_MS = 250,
    METRICS_HTTP_MS = 10000,     /* for reading a request and writing its answer */
    METRICS_HTTP_REQUEST = 8192, /* about the most bytes of a request's line and headers, and of its body */
};

/* An entry for a connection. */
struct metrics_http_conn {
    struct bufferevent *bev; /* of a newcomer whose socket was not looked up yet, borrowed; otherwise NULL */
    struct timeq_node node;  /* in conns, while fd, device and inode are valid */
    int fd;                  /* the socket, which evhttp owns and may have closed */
    dev_t device;            /* identifies the socket, with inode: fd may be another one by now */
    ino_t inode;
};

/* An address on which it listens. */
struct metrics_http_place {
    struct evhttp_bound_socket *bound; /* NULL if it does not listen */
    struct evconnlistener *listener;   /* of bound */
    bool is_adopted;
    struct addr_listen asked;          /* the address asked for; not set if it is adopted */
    struct bind_file file;             /* of a unix socket that was opened here */
};

struct metrics_http {
    struct event_base *base;       /* borrowed, as is the next */
    struct clock *clock;
    struct metrics_pages pages;    /* its owner sets what it has to */
    struct timeq conns;            /* a node falls due when its connection has had its time */
    struct metrics_http_conn places[METRICS_HTTP_CONNS]; /* the newest connections; used as a ring */
    uint64_t newcomers, looked;    /* since the start: accepted, and looked up; modulo the ring's size, its ends */
    struct event look;             /* active while there are newcomers to look up */
    struct timeq resting;
    struct timeq_node rest;
    struct evhttp *http;           /* NULL until there is an address to listen on */
    struct metrics_http_place place;
    struct metrics_http_place new_place; /* during a change, if the address differs */
    bool is_kept;                  /* during a change: the address stays */
    struct metrics_http *next;     /* in the list of those that have listened */
    bool is_short;                 /* a shortage of descriptors or memory was logged, and nothing was accepted since */
};

/* The caller has set base, clock and pages.  The loop runs conns and resting. */
void metrics_http_init(struct metrics_http *h);
/* Changes the address, in the steps of net/listener_change.h; next may be NULL, for none.  Existing connections
 * go on. */
void metrics_http_change_begin(struct metrics_http *h, const struct addr_listen *next);
bool metrics_http_change_open(struct metrics_http *h, const struct addr_listen *next, char *err, size_t err_size);
void metrics_http_change_commit(struct metrics_http *h);
void metrics_http_change_cancel(struct metrics_http *h);
/* Returns true if it listens on where, with the same group of the file, or on an adopted socket. */
bool metrics_http_is_asked(const struct metrics_http *h, const struct addr_listen *where);
/* Takes over a listening socket, in every case, and serves on it.  Returns false and writes a sentence to err if it
 * cannot. */
bool metrics_http_adopt(struct metrics_http *h, int fd, char *err, size_t err_size);
/* Describes the address.  Returns false if there is none. */
bool metrics_http_info(const struct metrics_http *h, struct listener_info *info);
/* Closes the listener and all connections. */
void metrics_http_fini(struct metrics_http *h);

#endif
