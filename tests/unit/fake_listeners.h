/* fake_listeners.h: a set of real listeners, on the loopback and in a folder, for the tests of what surrounds them.
 *
 * A test that uses it is linked with --wrap=accept4,--wrap=event_add, to be out of descriptors and memory on demand. */
#ifndef CHATD_TESTS_UNIT_FAKE_LISTENERS_H
#define CHATD_TESTS_UNIT_FAKE_LISTENERS_H

#include "fakes.h"
#include "net/addr.h"
#include "net/addr_listen.h"
#include "net/listener.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAKE_NEWCOMERS = 200 };

struct fake_listeners {
    struct fake_loop f;
    struct listener_set set;
    int newcomers[FAKE_NEWCOMERS], count; /* accepted; their descriptors */
    struct addr last_peer;
    const struct listener_profile *last_profile;  /* of the last newcomer */
    const struct listener_profile *asked_profile; /* of the listeners opened from now on */
    bool closes_all; /* the accept function closes the listeners */
    char folder[64], path[96];
    struct fake_log log;
    int accepts;          /* calls of accept4() */
    int fail_with;        /* errno of accept4(); 0 if it does not fail */
    int fails_left;       /* how often it fails */
    int watch_fails_left; /* how often event_add() fails for an event that reads */
};

extern struct fake_listeners world;
extern const struct listener_profile fake_listeners_ordinary, fake_listeners_special;

/* For cmocka_unit_test_setup_teardown(). */
int fake_listeners_begin(void **state);
int fake_listeners_end(void **state);

void fake_listeners_parse(struct addr_listen *where, const char *text);
/* The unix socket's place, world.path. */
void fake_listeners_parse_path(struct addr_listen *where);
bool fake_listeners_open(const struct addr_listen *where, char *err, size_t err_size);
/* These must succeed. */
void fake_listeners_open_path(void);
/* Returns the port that the system has chosen for "ADDRESS:0". */
uint16_t fake_listeners_open_tcp(const char *place);
/* Listens on an address that no other process uses: the port may be closed meanwhile, and is still free after that.
 * *in gets the address for connecting. */
void fake_listeners_open_own(struct sockaddr_in *in);
/* A client's socket, connected to world.path. */
int fake_listeners_connect(void);
/* Returns 0, or the errno of connect(). */
int fake_listeners_try(const struct sockaddr_in *in);
/* Turns the loop until count newcomers were accepted, and no more. */
void fake_listeners_turn_until(int count);
/* Puts another process's socket at world.path, listening or as one that was killed has left it. */
void fake_listeners_leave_socket(bool is_live, int *fd);

#endif
