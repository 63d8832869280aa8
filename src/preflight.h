/* preflight.h: whether what the settings name can work here, as far as that can be known without touching anything.
 *
 * What is never right is an error, wherever it is looked at: a group that does not exist, an address that is given
 * twice.  What depends on the process that will run (its groups, its limits, the folders that a service manager makes
 * for it) is a warning, since a check is often made by another one.  May wait for the disk; any thread. */
#ifndef CHATD_PREFLIGHT_H
#define CHATD_PREFLIGHT_H

#include "base/strbuf.h"
#include "config/conf.h"
#include "net/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- for conf_load() ---- */

bool preflight_listen(const char *value, char *err, size_t err_size);
bool preflight_listen_or_none(const char *value, char *err, size_t err_size);
bool preflight_path_or_none(const char *value, char *err, size_t err_size);
bool preflight_group(const char *value, char *err, size_t err_size);
/* The log's file, if that is where the log goes. */
bool preflight_log(const struct conf *conf, char *err, size_t err_size);
/* No two places overlap: within server.listen, and of the other options with those named before them. */
bool preflight_people(const struct conf *conf, char *err, size_t err_size);
bool preflight_metrics(const struct conf *conf, char *err, size_t err_size);
bool preflight_control(const struct conf *conf, char *err, size_t err_size);
bool preflight_control_metrics(const struct conf *conf, char *err, size_t err_size);

/* ---- of the process that asks ---- */

/* The descriptors that conf asks for: those of clients, and others. */
uint64_t preflight_descriptors(const struct conf *conf);
/* Whether this process can give a file at where its group. */
bool preflight_may_give(const struct addr_listen *where);
/* Whether this process can make a file at path; else false, with errno set. */
bool preflight_may_make(const char *path);
/* Appends a line for each thing that this process could not do, though another could.  is_server: of what the server
 * itself looks at, and refuses, there is none. */
void preflight_warn(const struct conf *conf, bool is_server, struct strbuf *warnings);

/* Whether what has failed for this reason will always fail until an administrator changes something: a missing right,
 * and not, for example, an address in use. */
bool preflight_is_lasting(int error);

#endif
