/* server.h: the whole: builds the parts, wires them, runs them, takes them down.
 *
 * Only here do the parts meet.  Each part is given its slice of the configuration: settings.h. */
#ifndef CHATD_SERVER_H
#define CHATD_SERVER_H

#include "base/log_place.h"
#include "base/strbuf.h"
#include "config/conf.h"

#include <stdbool.h>
#include <stdbool.h>
#include <stddef.h>

struct server;
struct listener_info;

/* Where the configuration comes from: what the command line says, kept for reloads. */
struct server_source {
    const char *path;             /* of the file; NULL: none */
    const char *const *overrides; /* "section.key=value" */
    size_t overrides_count;
};

/* Reads the configuration, with every check of what its values mean; touches nothing else.  NULL,
 * with a line for each error in errors, when it is not right.  conf_free() frees it.  Any thread. */
struct conf *server_load_conf(const struct server_source *source, struct strbuf *errors);

/* Runs a server until it is told to stop.  Takes conf over; source is borrowed until the process ends.  Returns the
 * process's exit status; on a fault at start, a line in errors says which. */
int server_run(const struct server_source *source, struct conf *conf, struct strbuf *errors);

/* The configuration is wrong, and only somebody can put that right: turns away those who wait at the service manager's
 * sockets, as server_run() does when it finds such a thing. */
void server_turn_away(void);

/* "libevent 2.1.12-stable (epoll)" and so on: what is built in; appended. */
void server_describe_build(struct strbuf *out);

/* ---- for reload.c and control_host.c ---- */

const struct server_source *server_source_of(const struct server *server);
const struct conf *server_conf(const struct server *server);
struct log_place server_log_place(const struct server *server);
/* Opens the place for the log that conf names, when it is another than was: *sink, else NULL.  False, with a line in
 * errors, when it cannot be opened.  Any thread. */
bool server_open_log(const struct conf *conf, const struct log_place *was, struct log_sink **sink,
                     struct strbuf *errors);
struct listening;
struct listening_plan;

const struct listening *server_listening(const struct server *server);
/* Whether plan could be changed to, as far as that is known without trying.  False, with lines in errors: it cannot. */
bool server_check_listening(const struct server *server, const struct listening_plan *plan, struct strbuf *errors);
/* Listens where plan says.  False, with a line in errors, when it cannot: then all is as it was. */
bool server_change_listening(struct server *server, const struct listening_plan *plan, struct strbuf *errors);
/* Logs what may not be meant in conf. */
void server_log_warnings(const struct conf *conf);
/* Puts conf in force, in place of the one before, which is freed, and has the log go to sink, unless it is NULL. */
void server_apply(struct server *server, struct conf *conf, struct log_sink *sink);
/* A reload begins, and is over: the service manager is told. */
void server_reload_begins(struct server *server);
void server_reload_ends(struct server *server, bool is_right);

/* ---- for control_host.c ---- */

struct reload;

const char *server_name(const struct server *server);
/* "serving", "draining" (no newcomer is taken) or "stopping"; static. */
const char *server_state(const struct server *server);
/* The i-th place where it listens now, and what for: "people", "metrics", "control"; false behind the last. */
bool server_listener(const struct server *server, size_t i, struct listener_info *info, const char **purpose);
/* Of reload.h, to be asked. */
struct reload *server_reload(struct server *server);
/* Until the next reload.  False, with a sentence in err, when there is no such level. */
bool server_set_log_level(struct server *server, const char *level, struct strbuf *err);
/* As at SIGUSR1: the log's file is opened anew; false when the log goes to no file. */
bool server_reopen_log(struct server *server);
/* Takes newcomers no more, or again.  False with a sentence in err: they cannot be taken. */
bool server_drain(struct server *server, bool is_on, struct strbuf *err);
/* As at SIGTERM: in order; a second time at once. */
void server_stop(struct server *server);

#endif
