/* admin/notify.h: what the service manager is told, by the protocol of sd_notify(3): ready, reloading,
 * stopping, a line for "systemctl status", and that the loop still turns.
 *
 * sd_notify() waits when the manager's queue is full, and a manager can be stuck; so the datagrams are
 * sent here, and none waits.  What changes the manager's mind about the state of the service is kept and
 * sent again; a status or a sign of life gives way to the next.  With nobody to tell (no NOTIFY_SOCKET, or
 * built without libsystemd) all of this does nothing.  An idle process is woken by the watchdog alone: there is a
 * status to tell only after something has happened, and while lines said count as of late.  Embedded by its owner;
 * loop thread only. */
#ifndef CHATD_ADMIN_NOTIFY_H
#define CHATD_ADMIN_NOTIFY_H

#include "base/clock.h"
#include "base/strbuf.h"
#include "base/timeq.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/un.h>

enum {
    NOTIFY_STATUS_MS = 3000,  /* from a change to the status that tells it */
    NOTIFY_DRAIN_MS = 1000,   /* between two demands for more time to stop */
    NOTIFY_EXTEND_MS = 10000, /* more time that each of them asks for */
    NOTIFY_RETRY_MS = 250,    /* when the manager's queue is full */
    NOTIFY_UNSENT_BYTES = 4096,
};

/* What the status is made of. */
struct notify_counts {
    uint64_t clients, rooms;
    double lines_per_second; /* said of late; 0 when none was */
    uint64_t queued_bytes;   /* waiting to be sent */
    const char *note;        /* a literal to put behind it, told at once when it changes; NULL: none */
};

/* Cheap: called in each turn of the loop. */
typedef void notify_count_fn(void *ctx, struct notify_counts *counts);

struct notify {
    struct clock *clock; /* borrowed */
    notify_count_fn *count;
    void *ctx;                  /* for count */
    int fd;                     /* -1: nobody to tell */
    socklen_t addr_len;
    struct sockaddr_un addr;
    bool is_ready;              /* has been told once */
    bool is_stopping;
    bool is_deaf;               /* the last datagram could not be sent; logged */
    bool owes_sign;             /* of life: the last one could not be sent */
    struct notify_counts told;  /* when the status was last made */
    struct strbuf status;       /* as last sent */
    struct strbuf unsent;       /* datagrams to send again, each ended by NUL */
    struct timeq alive, telling, retrying; /* each for one node: the loop runs them */
    struct timeq_node alive_node, telling_node, retrying_node;
};

/* Takes what the environment tells out of it.  The owner adds the three queues to the loop. */
void notify_init(struct notify *notify, struct clock *clock, notify_count_fn *count, void *ctx);
void notify_fini(struct notify *notify);

/* Newcomers are taken; or a reload is over, whatever came of it. */
void notify_ready(struct notify *notify);
/* A reload begins; notify_ready() ends it. */
void notify_reloading(struct notify *notify);
/* From now on more time is asked for as long as there are bytes to be sent. */
void notify_stopping(struct notify *notify);
/* It has stopped, whatever was left to be sent: the status of a service that is down. */
void notify_stopped(struct notify *notify);
/* The server cannot start: an errno, or 0, and a sentence, told up to its first newline. */
void notify_failed(struct notify *notify, int error, const char *text);
/* Gives a watchdog its sign of life before it is due: the manager's time has gone on while the loop's stood still. */
void notify_alive(struct notify *notify);
/* At the end of each turn of the loop: sees whether there is something new to tell. */
void notify_turn(struct notify *notify);

#endif
