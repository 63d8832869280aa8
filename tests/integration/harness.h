/* tests/integration/harness.h: the daemon as a child, and clients that talk to it, for cmocka.
 *
 * A test is a function without arguments, listed with HARNESS_TEST() and run by harness_main() once on
 * each event backend.  Daemons and clients belong to the harness: after each test it closes the clients
 * that are left, stops the daemons that still run with SIGTERM, and asserts that they exit with 0 and
 * that their logs hold no report of a sanitizer.
 *
 * Every wait has a deadline (harness_deadline_ms()) and polls; none sleeps.  Every failure prints what was
 * expected, what came, and the daemons' logs.  While anything is waited for, the daemons' logs are read. */
#ifndef CHATD_TESTS_HARNESS_H
#define CHATD_TESTS_HARNESS_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdbool.h>
#include <sys/types.h>

struct daemon;
struct client;

/* ---- tests ---- */

typedef void harness_test_fn(void);

struct harness_test {
    harness_test_fn *run;
    bool is_once; /* on one backend only */
};

/* An element of the array for harness_main(). */
#define HARNESS_TEST(fn)                                                                \
    {                                                                                   \
        #fn, harness_run_one, NULL, harness_clean_up, &(struct harness_test){fn, false} \
    }
/* The same for one that needs seconds, or whose subject no backend changes: on the first backend only. */
#define HARNESS_TEST_ONCE(fn)                                                          \
    {                                                                                  \
        #fn, harness_run_one, NULL, harness_clean_up, &(struct harness_test){fn, true} \
    }

/* Runs the tests on each of the backends epoll, poll and select, or on the one that the environment's
 * CHATD_TEST_BACKEND names; main()'s result.  Only names that match CHATD_TEST_FILTER (with * and ?) are
 * run when that is set.
 *
 *     int main(void)
 *     {
 *         const struct CMUnitTest tests[] = {
 *             HARNESS_TEST(a_line_is_heard),
 *         };
 *
 *         return harness_main(tests);
 *     } */
#define harness_main(tests) harness_run_all(tests, sizeof(tests) / sizeof((tests)[0]))

int harness_run_all(const struct CMUnitTest *tests, size_t count);
void harness_run_one(void **state);
int harness_clean_up(void **state);

/* How long any wait takes at most: a minute, or CHATD_TEST_DEADLINE_MS. */
int harness_deadline_ms(void);
/* The backend under test: "epoll", "poll" or "select". */
const char *harness_backend(void);
/* Milliseconds of a clock that never goes back. */
int64_t harness_now_ms(void);
/* Ends the test; prints the formatted reason, a # before each line. */
void harness_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* The formatted text; freed after the test. */
const char *harness_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* An address of this machine that no other process uses by chance: its ports are the test's own. */
const char *harness_own_ipv4(void);
/* Whether one can listen on [::1]: a container often has no IPv6. */
bool harness_has_ipv6(void);
/* n times c, and n times the string s; freed after the test. */
const char *harness_repeat(const char *s, size_t n);
/* A directory of the test's own, empty, removed after the test with what is in it. */
const char *harness_dir(void);
/* Writes a file, and tells its path: DIR/name, DIR being harness_dir(). */
const char *harness_file(const char *name, const char *text);
/* Puts a FIFO in the place of a file.  Who reads it hangs, as on a disk that is away, until the descriptor is
 * closed. */
int harness_fifo(const char *name);

/* ---- daemons ---- */

/* Starts $CHATD (or ./chatd) with defaults for tests and then the given arguments, if any, and waits until it
 * is ready:  daemon_start();  daemon_start("-o", "limits.clients=5").
 *
 * The defaults: server.listen=127.0.0.1:0, server.name=test, the backend under test,
 * limits.connections_per_minute=0, limits.clients_per_address=0, flood.lines_per_second=0.  A later -o
 * for the same option wins. */
#define daemon_start(...) daemon_start_args(HARNESS_ARGS(__VA_ARGS__))
/* The same, not waiting for it to be ready: to see it refuse to start. */
#define daemon_launch(...) daemon_launch_args(HARNESS_ARGS(__VA_ARGS__))
/* The given arguments alone, without the defaults, and not waiting. */
#define daemon_launch_bare(...) daemon_launch_bare_args(HARNESS_ARGS(__VA_ARGS__))

/* The daemons that this test starts from now on are started by a shell, after these commands of its language:
 * daemon_wrap("ulimit -n 40");  daemon_wrap("exec >/dev/full"); */
void daemon_wrap(const char *commands);

/* The daemons that this test starts from now on cannot have a thread: the system says EAGAIN. */
void daemon_deny_threads(void);

/* The daemons that this test starts from now on are handed these descriptors by a service manager, from 3 on,
 * with names parted by colons. */
void daemon_hand_over(const int fds[], unsigned count, const char *names);

/* For arguments that are not known at compile time: an array that ends with NULL. */
struct daemon *daemon_start_args(const char *const args[]);
struct daemon *daemon_launch_args(const char *const args[]);
struct daemon *daemon_launch_bare_args(const char *const args[]);
#define HARNESS_ARGS(...) ((const char *const[]){"", ##__VA_ARGS__, NULL} + 1)

/* Waits for "ready" in the log. */
void daemon_wait_ready(struct daemon *d);

/* Sends a signal. */
void daemon_signal(struct daemon *d, int sig);
/* Waits until it has ended: its exit status, or 128 + the signal that killed it.  From then on its end is the
 * test's business: it is not checked again. */
int daemon_wait(struct daemon *d);
/* Sends a signal and waits. */
int daemon_stop(struct daemon *d, int sig);

pid_t daemon_pid(const struct daemon *d);
/* The n-th address of its log's "listening" lines, from 0: "127.0.0.1:4711", "unix:/tmp/x/sock". */
const char *daemon_address(const struct daemon *d, unsigned n);
/* All it has written to standard error so far, and to standard output. */
const char *daemon_log(struct daemon *d);
const char *daemon_output(struct daemon *d);
/* Waits until the log holds a text, from the beginning or behind what the last call of these found. */
void daemon_wait_log(struct daemon *d, const char *text);
void daemon_wait_log_next(struct daemon *d, const char *text);
/* How often the log holds a text so far. */
unsigned daemon_count_log(struct daemon *d, const char *text);
/* Leaves what it writes to standard error unread, in a pipe made small, until it is called with true. */
void daemon_read_log(struct daemon *d, bool is_read);
/* Its resident memory in KiB; 0 under sanitizers, which keep what is freed. */
long daemon_memory_kib(const struct daemon *d);
/* How often it has gone to wait, ever: an idle one stays at the number. */
long daemon_wakes(const struct daemon *d);
/* The processor time that it has used, ever, in nanoseconds. */
int64_t daemon_cpu_ns(const struct daemon *d);
/* Waits until a SIGSTOP has stopped it. */
void daemon_wait_stopped(const struct daemon *d);
/* How many descriptors it has open. */
unsigned daemon_descriptors(const struct daemon *d);

/* ---- a service manager ---- */

struct manager;

/* Skips the test, with a word, where chatd is built without libsystemd; at its begin. */
void harness_needs_systemd(void);
/* A socket for messages to a service manager; the daemon is told with  daemon_wrap(harness_text("export
 * NOTIFY_SOCKET=%s", manager_path(m))).  Closed after the test. */
struct manager *manager_open(void);
const char *manager_path(const struct manager *m);
/* The next message, awaited; freed after the test. */
const char *manager_next(struct manager *m);
/* Skips messages up to one that holds a text; that one. */
const char *manager_expect(struct manager *m, const char *text);
/* The next message that is there already; NULL: none. */
const char *manager_poll(struct manager *m);
/* A socket for daemon_hand_over() that listens on a port of "127.0.0.1" or "[::1]", or in a file.  Closed after the
 * test. */
int manager_listen(const char *address);
/* The same for any other descriptor. */
int manager_keep(int fd);

/* ---- clients ---- */

/* Connects to the daemon's first address. */
struct client *client_open(struct daemon *d);
/* The same, with a receive buffer as small as rcvbuf asks for. */
struct client *client_open_small(struct daemon *d, int rcvbuf);
/* Connects to an address as daemon_address() tells them. */
struct client *client_open_at(const char *address);
/* The same, once somebody listens there: for a daemon whose log cannot be read.  It has had a visitor
 * before. */
struct client *client_open_when_there(const char *address);
/* The same, coming from another address of this machine: "127.0.0.2". */
struct client *client_open_from(const char *address, const char *source);
/* A client that has read its greeting and has taken a name. */
struct client *client_join(struct daemon *d, const char *name);
/* The same on a client that is open. */
void client_take_name(struct client *c, const char *name);
int client_fd(const struct client *c);

/* Sends all of it, at once if the socket takes it. */
void client_send(struct client *c, const char *text);
void client_sendf(struct client *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void client_send_bytes(struct client *c, const void *data, size_t len);
/* The bytes of a string literal, NULs too. */
#define client_send_literal(c, literal) client_send_bytes(c, literal, sizeof(literal) - 1)
/* Sends pieces of so many bytes.  Over a unix socket each piece is awaited to be read by the daemon before
 * the next is sent; over TCP they are just separate segments, which the daemon may find together. */
void client_send_pieces(struct client *c, const void *data, size_t len, size_t piece);
/* Sends all of it, or what is taken of it before the daemon has ended the connection, whose end is still to be read:
 * of what does not come to its end. */
void client_pour(struct client *c, const void *data, size_t len);
/* Sends one byte as urgent data, the way telnet sends the DM of a Synch. */
void client_send_urgent(struct client *c, char byte);

/* No more will be sent; reading goes on. */
void client_half_close(struct client *c);
/* Closes with whatever is unread, and frees. */
void client_close(struct client *c);
/* Closes with a reset, and frees. */
void client_reset(struct client *c);

/* Lines end at LF; a CR before it is taken off.  What these return is freed after the test. */

/* The next line. */
const char *client_line(struct client *c);
/* Skips lines up to one that holds a text; that line. */
const char *client_expect(struct client *c, const char *text);
/* Skips lines up to one that is exactly this. */
void client_expect_line(struct client *c, const char *line);
/* The next line is exactly this. */
void client_expect_next(struct client *c, const char *line);
/* Skips lines up to one that holds the marker, and fails if one up to there holds the text: so absence is
 * proved by what came later, and nobody waits for nothing. */
void client_expect_none(struct client *c, const char *text, const char *marker);
/* Asks the daemon for something and skips lines up to the answer: every earlier line of this client has been
 * run by then, and all it was sent before has been read. */
void client_sync(struct client *c);
/* The same; and fails if a line up to there holds the text. */
void client_sync_without(struct client *c, const char *text);
/* Everything up to the end of the connection, which is awaited. */
const char *client_rest(struct client *c);
/* The connection is ended in order, not reset; lines before that are skipped. */
void client_expect_eof(struct client *c);
/* Skips bytes up to and with these; for what is not lines. */
void client_expect_bytes(struct client *c, const void *data, size_t len);
#define client_expect_literal(c, literal) client_expect_bytes(c, literal, sizeof(literal) - 1)
/* How often these bytes came so far, skipped or not. */
size_t client_count_bytes(struct client *c, const void *data, size_t len);
#define client_count_literal(c, literal) client_count_bytes(c, literal, sizeof(literal) - 1)
/* All that came so far, skipped or not, NUL-terminated. */
const char *client_seen(const struct client *c);
/* Waits, while c is served, until somebody reads the FIFO, whose first line is an empty one then. */
void client_await_reader(struct client *c, int fifo);
size_t client_seen_bytes(const struct client *c);
/* Reads what is there, without waiting; false once the peer has ended. */
bool client_poll(struct client *c);

#endif
