/* tests/integration/harness.h: the daemon as a child, and clients that talk to it, for cmocka.
 *
 * A test is a function without arguments, listed with HARNESS_TEST() and run by harness_main() once on
 * each event backend.  The harness owns daemons and clients: after each test it closes the clients
 * that are left, stops the daemons that still run with SIGTERM, and asserts that they exit with 0 and
 * that their logs hold no report of a sanitizer.
 *
 * Every wait polls and has a deadline (harness_deadline_ms()); none sleeps.  Every failure prints what was
 * expected, what was received, and the daemons' logs.  Every wait reads the daemons' logs meanwhile. */
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
/* The same for a test that takes seconds, or that does not depend on the backend: it runs on the first backend only. */
#define HARNESS_TEST_ONCE(fn)                                                          \
    {                                                                                  \
        #fn, harness_run_one, NULL, harness_clean_up, &(struct harness_test){fn, true} \
    }

/* Runs the tests on each of the backends epoll, poll and select, or only on the backend in the environment variable
 * CHATD_TEST_BACKEND.  If CHATD_TEST_FILTER is set, only tests whose names match it (with * and ?) are run.
 * CHATD_TEST_OPTIONS may hold options for each daemon, separated by blanks: "server.writers=3 log.level=debug".
 * Returns main()'s result.
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

/* The longest time of any wait: a minute, or CHATD_TEST_DEADLINE_MS. */
int harness_deadline_ms(void);
/* The backend under test: "epoll", "poll" or "select". */
const char *harness_backend(void);
/* The time in milliseconds by a clock that never goes back. */
int64_t harness_now_ms(void);
/* Fails the test and prints the formatted reason, with "# " before each line. */
void harness_fail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* The formatted text; freed after the test. */
const char *harness_text(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* An address of this machine that other processes are unlikely to use: all its ports are free for the test. */
const char *harness_own_ipv4(void);
/* Returns true if a socket can listen on [::1]: a container often has no IPv6. */
bool harness_has_ipv6(void);
/* The string s, n times; freed after the test. */
const char *harness_repeat(const char *s, size_t n);
/* An empty directory for the test, removed after it with everything in it. */
const char *harness_dir(void);
/* Writes a file in harness_dir(); returns its path. */
const char *harness_file(const char *name, const char *text);
/* Replaces a file by a FIFO.  A process that reads it hangs, as on a disk that does not answer, until the descriptor is
 * closed. */
int harness_fifo(const char *name);

/* ---- daemons ---- */

/* Starts $CHATD (or ./chatd) with defaults for tests and then the given arguments, if any, and waits until it
 * is ready: daemon_start(); daemon_start("-o", "limits.clients=5").
 *
 * The defaults: server.listen=127.0.0.1:0, server.name=test, the backend under test,
 * limits.connections_per_minute=0, limits.clients_per_address=0, flood.lines_per_second=0, rooms.fold_above=0.  A later
 * -o for the same option wins. */
#define daemon_start(...) daemon_start_args(HARNESS_ARGS(__VA_ARGS__))
/* The same without waiting until it is ready, for a daemon that refuses to start. */
#define daemon_launch(...) daemon_launch_args(HARNESS_ARGS(__VA_ARGS__))
/* The same with the given arguments alone, without the defaults. */
#define daemon_launch_bare(...) daemon_launch_bare_args(HARNESS_ARGS(__VA_ARGS__))

/* From now on, a shell runs these commands and then starts the daemons of this test:
 * daemon_wrap("ulimit -n 40"); daemon_wrap("exec >/dev/full"); */
void daemon_wrap(const char *commands);

/* From now on, the daemons that this test starts cannot start a thread: the system returns EAGAIN. */
void daemon_deny_threads(void);
/* From now on, daemons of this test are started with a filter that refuses io_uring. */
void daemon_deny_io_uring(void);

/* From now on, the daemons that this test starts get these descriptors as from a service manager, from 3 on,
 * with names separated by colons. */
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
/* Waits until it has ended; returns its exit status, or 128 + the signal that killed it.  The harness then does not
 * check its end. */
int daemon_wait(struct daemon *d);
/* Sends a signal and waits. */
int daemon_stop(struct daemon *d, int sig);

pid_t daemon_pid(const struct daemon *d);
/* The address in the n-th "listening" line of its log, counted from 0: "127.0.0.1:4711", "unix:/tmp/x/sock". */
const char *daemon_address(const struct daemon *d, unsigned n);
/* Everything that it has written so far, to standard error and to standard output. */
const char *daemon_log(struct daemon *d);
const char *daemon_output(struct daemon *d);
/* Waits until the log holds a text: anywhere, or behind the text that the last call of either function found. */
void daemon_wait_log(struct daemon *d, const char *text);
void daemon_wait_log_next(struct daemon *d, const char *text);
/* The number of times that the log holds a text so far. */
unsigned daemon_count_log(struct daemon *d, const char *text);
/* With false, leaves its standard error unread, in a small pipe; with true, reads it again. */
void daemon_read_log(struct daemon *d, bool is_read);
/* Its resident memory in KiB; 0 under sanitizers, which keep freed memory. */
long daemon_memory_kib(const struct daemon *d);
/* The number of times that it has waited since its start; for an idle daemon it does not change. */
long daemon_wakes(const struct daemon *d);
/* The processor time that it has used since its start, in nanoseconds. */
int64_t daemon_cpu_ns(const struct daemon *d);
/* Waits until a SIGSTOP has stopped it. */
void daemon_wait_stopped(const struct daemon *d);
/* Stops it until daemon_thaw().  What clients do meanwhile reaches it all at once: connections that were opened, used
 * and perhaps closed have had no time to be silent, late or idle, however slowly this process runs. */
void daemon_freeze(struct daemon *d);
void daemon_thaw(struct daemon *d);
/* The number of descriptors that it has open. */
unsigned daemon_descriptors(const struct daemon *d);
/* Waits until it has so many open: it closes one after the peer has seen the end. */
void daemon_wait_descriptors(const struct daemon *d, unsigned count);

/* ---- a service manager ---- */

struct manager;

/* Called at the beginning of a test: skips the test, with a message, if chatd is built without libsystemd. */
void harness_needs_systemd(void);
/* Opens a socket for messages to a service manager.  The daemon learns its path by daemon_wrap(harness_text("export
 * NOTIFY_SOCKET=%s", manager_path(m))).  Closed after the test. */
struct manager *manager_open(void);
const char *manager_path(const struct manager *m);
/* Waits for the next message and returns it; freed after the test. */
const char *manager_next(struct manager *m);
/* Skips messages up to one that holds a text, and returns that one. */
const char *manager_expect(struct manager *m, const char *text);
/* Returns the next message without waiting; NULL if there is none. */
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
/* Connects to an address in the form of daemon_address(). */
struct client *client_open_at(const char *address);
struct client *client_open_small_at(const char *address, int rcvbuf);
/* The same, after waiting until a daemon listens there; for a daemon whose log cannot be read.  The wait makes one more
 * connection before. */
struct client *client_open_when_there(const char *address);
/* The same, from another address of this machine: "127.0.0.2". */
struct client *client_open_from(const char *address, const char *source);
/* Opens a client, reads its greeting and takes a name. */
struct client *client_join(struct daemon *d, const char *name);
/* Reads the greeting of an open client and takes a name. */
void client_take_name(struct client *c, const char *name);
int client_fd(const struct client *c);

/* A layer between a client and its socket, such as TLS. */
struct client_layer {
    /* As send() and recv() on a socket that does not block: the result, or -1 and errno. */
    ssize_t (*send)(struct client_layer *layer, const void *data, size_t len);
    ssize_t (*recv)(struct client_layer *layer, void *buf, size_t size);
    /* Ends the output; reading goes on. */
    void (*half_close)(struct client_layer *layer);
    void (*free)(struct client_layer *layer);
};
/* From now on all that c sends and receives goes through layer, which is taken over. */
void client_set_layer(struct client *c, struct client_layer *layer);
struct client_layer *client_layer(const struct client *c);

/* Sends all of the text; waits if the socket does not take it at once. */
void client_send(struct client *c, const char *text);
void client_sendf(struct client *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void client_send_bytes(struct client *c, const void *data, size_t len);
/* Sends the bytes of a string literal, NULs included. */
#define client_send_literal(c, literal) client_send_bytes(c, literal, sizeof(literal) - 1)
/* Sends pieces of so many bytes.  On a unix socket, waits until the daemon has read a piece before the next one is
 * sent; on TCP the pieces are separate segments, and the daemon may read several together. */
void client_send_pieces(struct client *c, const void *data, size_t len, size_t piece);
/* Sends all of the bytes, or as many as are taken before the daemon ends the connection.  The end can still be read
 * after that. */
void client_pour(struct client *c, const void *data, size_t len);
/* Sends one byte as urgent data, the way telnet sends the DM of a Synch. */
void client_send_urgent(struct client *c, char byte);

/* Ends the client's output; reading goes on. */
void client_half_close(struct client *c);
/* Closes the connection, even if bytes are unread, and frees the client. */
void client_close(struct client *c);
/* Closes the connection with a reset, and frees the client. */
void client_reset(struct client *c);

/* Lines end at LF; a CR before it is removed.  The strings that these functions return are freed after the test. */

/* Waits for the next line and returns it. */
const char *client_line(struct client *c);
/* Skips lines up to one that holds a text, and returns that line. */
const char *client_expect(struct client *c, const char *text);
/* Skips lines up to the answers to so many "/help all".  Each of them has a first line; or, where not even that had a
 * place behind what the client has not read yet, a line that says so. */
void client_expect_helps(struct client *c, int count);
/* Skips lines up to one that is exactly this. */
void client_expect_line(struct client *c, const char *line);
/* Fails unless the next line is exactly this. */
void client_expect_next(struct client *c, const char *line);
/* Skips lines up to one that holds the marker, and fails if one of them holds the text.  So a line that
 * came later proves the absence, and no wait runs into its deadline. */
void client_expect_none(struct client *c, const char *text, const char *marker);
/* Sends a command and skips lines up to its answer: by then every earlier line of this client has been
 * run, and everything sent to it before has been read. */
void client_sync(struct client *c);
/* The same; fails if a line up to the answer holds the text. */
void client_sync_without(struct client *c, const char *text);
/* Waits for the end of the connection and returns everything up to it. */
const char *client_rest(struct client *c);
/* Waits for the end of the connection and fails if it is a reset; lines before it are skipped. */
void client_expect_eof(struct client *c);
/* Skips bytes up to the end of these; for input that is no lines. */
void client_expect_bytes(struct client *c, const void *data, size_t len);
#define client_expect_literal(c, literal) client_expect_bytes(c, literal, sizeof(literal) - 1)
/* The number of times that these bytes were received so far, skipped or not. */
size_t client_count_bytes(struct client *c, const void *data, size_t len);
#define client_count_literal(c, literal) client_count_bytes(c, literal, sizeof(literal) - 1)
/* Everything received so far, skipped or not, NUL-terminated. */
const char *client_seen(const struct client *c);
/* Waits until a process reads the FIFO, and keeps c served meanwhile.  The FIFO's first line is then an empty one. */
void client_await_reader(struct client *c, int fifo);
size_t client_seen_bytes(const struct client *c);
/* Reads without waiting; returns false if the daemon has ended the connection. */
bool client_poll(struct client *c);

#endif
