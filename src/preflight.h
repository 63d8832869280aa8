/* preflight.h: checks whether the settings can work on this machine, as far as this can be known without changing
 * anything.
 *
 * A setting that is wrong for every process is an error: a group that does not exist, an address that is given
 * twice.  A setting that depends on the process that will run (its groups, its limits, the folders that a service
 * manager makes for it) is a warning, since the check is often made by another process.  May wait for the disk; any
 * thread. */
#ifndef CHATD_PREFLIGHT_H
#define CHATD_PREFLIGHT_H

#include "base/strbuf.h"
#include "config/conf.h"
#include "net/addr_listen.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* ---- for conf_load() ---- */

bool preflight_listen(const char *value, char *err, size_t err_size);
bool preflight_listen_or_none(const char *value, char *err, size_t err_size);
bool preflight_path_or_none(const char *value, char *err, size_t err_size);
/* Of a database, which need not be there. */
bool preflight_store(const char *value, char *err, size_t err_size);
bool preflight_group(const char *value, char *err, size_t err_size);
/* The log's file, if that is where the log goes. */
bool preflight_log(const struct conf *conf, char *err, size_t err_size);
/* Check that no two addresses overlap: within server.listen, and those of the other options with all before them. */
bool preflight_people(const struct conf *conf, char *err, size_t err_size);
bool preflight_tls(const struct conf *conf, char *err, size_t err_size);
/* Checks that proxy.required has only addresses of server.listen and tls.listen. */
bool preflight_proxied(const struct conf *conf, char *err, size_t err_size);
bool preflight_metrics(const struct conf *conf, char *err, size_t err_size);
bool preflight_control(const struct conf *conf, char *err, size_t err_size);
bool preflight_control_metrics(const struct conf *conf, char *err, size_t err_size);

/* ---- for the calling process ---- */

/* The number of descriptors that conf asks for: those of clients, of connections that wait for a PROXY header, and
 * others. */
uint64_t preflight_descriptors(const struct conf *conf);
/* Returns true if this process can give the file of the unix socket at where its group. */
bool preflight_may_give(const struct addr_listen *where);
/* Returns true if this process can make a file at path; otherwise sets errno. */
bool preflight_may_make(const char *path);
/* Appends a line for each setting that this process could not put in force, though another process could.  If is_server
 * is set, leaves out what the server checks itself when it opens its sockets. */
void preflight_warn(const struct conf *conf, bool is_server, struct strbuf *warnings);

/* Appends a line if the certificate is not valid now, or ends soon. */
void preflight_warn_of_certificate(const struct conf *conf, struct strbuf *warnings);

/* Returns true if a call that failed with this errno will fail until an administrator changes something: for a missing
 * right, but not for an address in use. */
bool preflight_is_lasting(int error);

#endif
