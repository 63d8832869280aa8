/* hints.c: hints for the first minute at a terminal. */
#include "config.h"

#include "hints.h"

#include "base/log.h"
#include "base/mem.h"
#include "net/addr.h"
#include "net/addr_listen.h"
#include "net/listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LOOPBACK_NET = 127, OTHER_PORT = 5000 };

static bool is_at_terminal(void)
{
    return isatty(STDERR_FILENO) == 1;
}

/* How a client on this machine reaches an address, and whether clients elsewhere can. */
struct way {
    char command[160]; /* "" if there is none that is safe in a shell */
    bool is_local;
    unsigned port;
};

static void find_way(struct way *way, const struct addr_listen *at)
{
    const struct sockaddr *sa = (const struct sockaddr *)&at->addr;
    const char *path = addr_listen_path(at);
    char host[INET6_ADDRSTRLEN];
    struct addr addr;

    *way = (struct way){.port = 4000};
    if (path != NULL) {
        way->is_local = true;
        if (path[0] == '/') {
            snprintf(way->command, sizeof(way->command), "nc -U %s", path);
        }
        return;
    }
    addr_from_sockaddr(&addr, sa);
    way->port = addr.port;
    if (sa->sa_family == AF_INET) {
        inet_ntop(AF_INET, addr.ip, host, sizeof(host));
        way->is_local = addr.ip[0] == LOOPBACK_NET;
    } else {
        inet_ntop(AF_INET6, addr.ip, host, sizeof(host));
        way->is_local = strcmp(host, "::1") == 0;
    }
    if (strcmp(host, "::") == 0 || strcmp(host, "0.0.0.0") == 0) {
        strcpy(host, "localhost");
    }
    snprintf(way->command, sizeof(way->command), "nc %s %u", host, addr.port);
}

void hints_tell_start(const struct listener_set *people)
{
    const struct addr_listen *at = listener_first_at(people);
    struct strbuf text = {0};
    struct way way;

    if (!is_at_terminal() || at == NULL) {
        return;
    }
    find_way(&way, at);
    if (way.command[0] != '\0') {
        strbuf_addf(&text, "chatd: to talk, type in another terminal: %s\n", way.command);
    }
    if (way.is_local) {
        strbuf_addf(&text, "chatd: only users of this machine reach it; -o server.listen=*:%u lets others in\n",
                    way.port);
    } else {
        strbuf_addf(&text, "chatd: anyone who reaches this port may talk; -o server.listen=127.0.0.1:%u keeps "
                    "others out\n", way.port);
    }
    strbuf_adds(&text, "chatd: Ctrl-C ends it\n");
    (void)!write(STDERR_FILENO, text.data, text.len);
    strbuf_fini(&text);
}

/* Adds the same address with another port.  The address stays, so that a server meant for this machine alone is not
 * opened to others. */
static void add_other_port(struct strbuf *errors, const char *address)
{
    const char *end = address + strcspn(address, "\n"), *colon = end;
    size_t host;

    while (colon > address && (*colon != ':' || colon[1] == ' ')) { /* finds the colon before the port */
        colon--;
    }
    host = (size_t)(colon - address);
    if (host == strlen("[::]") && strncmp(address, "[::]", host) == 0) {
        address = "*";
        host = 1;
    }
    strbuf_addf(errors, "another program has that address; -o server.listen=%.*s:%u takes another port\n", (int)host,
                address, strtoul(colon + 1, NULL, 10) == OTHER_PORT ? OTHER_PORT + 1 : OTHER_PORT);
}

void hints_add_taken(struct strbuf *errors, int error)
{
    static const char begin[] = "server.listen: cannot listen on ", unix_begin[] = "unix:";
    const char *address = strbuf_str(errors) + strlen(begin);

    if (error != EADDRINUSE || !is_at_terminal() || strncmp(strbuf_str(errors), begin, strlen(begin)) != 0) {
        return;
    }
    if (strncmp(address, unix_begin, strlen(unix_begin)) == 0) {
        strbuf_adds(errors, "another program serves that socket; server.listen takes another path\n");
    } else {
        char *copy = mem_strdup(address); /* appending to errors may move it */

        add_other_port(errors, copy);
        free(copy);
    }
}

void hints_warn_of_root(void)
{
    if (geteuid() == 0) {
        log_warn("runs as root", LOG_STR("why", "chatd needs no rights: start it as another user, or by its unit"));
    }
}
