/* admin/notify.h: tells the service manager the state of the server, by the protocol of sd_notify(3): ready, reloading,
 * stopping, a line for "systemctl status", and signs of life for the watchdog.
 *
 * sd_notify() waits if the manager's queue is full, and a manager can hang; so the datagrams are sent here, without
 * waiting.  A change of state that could not be sent is kept and sent again; a status or a sign of life that could not
 * be sent is replaced by the next one.  If there is no manager (no NOTIFY_SOCKET, or a build without libsystemd), all
 * functions do nothing.  Only the watchdog wakes an idle process: a status is sent only after something has changed, or
 * while the rate of lines is not 0.  Embedded by its owner; loop thread only. */
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
    NOTIFY_DRAIN_MS = 1000,   /* between two requests for more time to stop */
    NOTIFY_EXTEND_MS = 10000, /* the time that each of them asks for */
    NOTIFY_RETRY_MS = 250,    /* before a datagram is sent again */
    NOTIFY_UNSENT_BYTES = 4096,
};

/* The values in the status. */
struct notify_counts {
    uint64_t clients, rooms;
    double lines_per_second; /* on average in the last seconds */
    uint64_t queued_bytes;   /* in the output queues */
    const char *note;        /* a string literal for the end, sent at once if it changes; NULL if there is none */
};

/* Sets the values.  Called in each turn of the loop, so it must be cheap. */
typedef void notify_count_fn(void *ctx, struct notify_counts *counts);

struct notify {
    struct clock *clock; /* borrowed */
    notify_count_fn *count;
    void *ctx;                  /* for count */
    int fd;                     /* -1 if there is no manager */
    socklen_t addr_len;
    struct sockaddr_un addr;
    bool is_ready;              /* READY=1 was sent or queued */
    bool is_stopping;
    bool is_deaf;               /* the last datagram could not be sent; that was logged */
    bool owes_sign;             /* the last sign of life could not be sent */
    struct notify_counts told;  /* the values in the status that was made last */
    struct strbuf status;       /* the status that was sent last */
    struct strbuf unsent;       /* datagrams to send again, each ended by NUL */
    struct timeq alive, telling, retrying; /* for one node each; run by the loop */
    struct timeq_node alive_node, telling_node, retrying_node;
};

/* Reads the manager's variables and removes them from the environment.  The owner adds the three queues to the loop. */
void notify_init(struct notify *notify, struct clock *clock, notify_count_fn *count, void *ctx);
void notify_fini(struct notify *notify);

/* The server accepts newcomers; or a reload is over, applied or refused. */
void notify_ready(struct notify *notify);
/* A reload begins; notify_ready() ends it. */
void notify_reloading(struct notify *notify);
/* The server is stopping.  From now on, more time is asked for as long as there are bytes to be sent. */
void notify_stopping(struct notify *notify);
/* The server has stopped: sends the last status, which tells the bytes that were lost, if any. */
void notify_stopped(struct notify *notify);
/* The server cannot start: sends error, an errno or 0, and text up to its first newline. */
void notify_failed(struct notify *notify, int error, const char *text);
/* Sends a sign of life before it is due: the manager's clock has gone on during a standstill, the loop's has not. */
void notify_alive(struct notify *notify);
/* Called at the end of each turn of the loop: has a new status sent if something has changed. */
void notify_turn(struct notify *notify);

#endif
