/* tests/integration/harness_daemon.c: see harness.h: daemons.
 *
 * One poll() serves every wait: the client or the daemon that is waited for, and the logs of all daemons,
 * since a daemon whose log nobody reads loses lines of it. */
#include "config.h"

#include "harness.h"

#include "harness_priv.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_ARGS = 64,
    MOST_DAEMONS = 32, /* with output that can be read */
    MOST_HANDED = 8,
    PIPE_BYTES = 1 << 20, /* of a log that waits while the test is busy */
};

struct daemon {
    struct daemon *next;
    pid_t pid;          /* 0 after it was waited for */
    int err_fd, out_fd; /* -1 at their end */
    int status;
    bool is_awaited; /* the test has waited for it and checks the status itself */
    bool is_unread;  /* its log stays in the pipe */
    struct bytes log, output;
    size_t log_mark; /* behind the text that the last daemon_wait_log() found */
};

static struct daemon *daemons;
static const char *wrapping; /* NULL if daemons are started without a shell */
static bool denies_threads, denies_io_uring;
static int handed[MOST_HANDED];
static unsigned handed_count;
static const char *handed_names;

/* ---- waiting ---- */

bool harness_read(int fd, struct bytes *b)
{
    for (;;) {
        ssize_t n;

        harness_reserve(b, 65536);
        n = read(fd, b->data + b->len, 65536);
        if (n <= 0) {
            b->data[b->len] = '\0';
            return n < 0 && (errno == EAGAIN || errno == EINTR);
        }
        b->len += (size_t)n;
        b->data[b->len] = '\0';
    }
}

static void read_pipe(int *fd, struct bytes *b)
{
    if (*fd >= 0 && !harness_read(*fd, b)) {
        close(*fd);
        *fd = -1;
    }
}

static bool has_output(const struct daemon *d)
{
    return d->err_fd >= 0 || d->out_fd >= 0;
}

void harness_pump(void)
{
    for (struct daemon *d = daemons; d != NULL; d = d->next) {
        if (!d->is_unread) {
            read_pipe(&d->err_fd, &d->log);
        }
        read_pipe(&d->out_fd, &d->output);
    }
}

bool harness_wait(int fd, short events, int64_t until)
{
    struct pollfd fds[1 + 2 * MOST_DAEMONS];
    nfds_t n = 0;
    int64_t left = until - harness_now_ms();

    fds[n++] = (struct pollfd){.fd = fd, .events = events}; /* poll() skips a negative fd */
    for (struct daemon *d = daemons; d != NULL; d = d->next) {
        if (has_output(d)) {
            fds[n++] = (struct pollfd){.fd = d->is_unread ? -1 : d->err_fd, .events = POLLIN};
            fds[n++] = (struct pollfd){.fd = d->out_fd, .events = POLLIN};
        }
    }
    if (left <= 0) {
        return false;
    }
    if (poll(fds, n, (int)left) < 0 && errno != EINTR) {
        harness_fail("poll: %s", strerror(errno));
    }
    harness_pump();
    return true;
}

/* ---- starting ---- */

/* Called in the child: LISTEN_PID is its own process. */
static void hand_over(void)
{
    char text[32];

    for (unsigned i = 0; i < handed_count; i++) { /* so that no dup2() below overwrites another one */
        handed[i] = fcntl(handed[i], F_DUPFD_CLOEXEC, 100);
    }
    for (unsigned i = 0; i < handed_count; i++) {
        dup2(handed[i], STDERR_FILENO + 1 + (int)i);
    }
    snprintf(text, sizeof(text), "%d", (int)getpid());
    setenv("LISTEN_PID", text, 1);
    snprintf(text, sizeof(text), "%u", handed_count);
    setenv("LISTEN_FDS", text, 1);
    setenv("LISTEN_FDNAMES", handed_names, 1);
}

#define LOWER_HALF(field) \
    ((uint32_t)offsetof(struct seccomp_data, field) + 4 * (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__))

static void use_filter(const struct sock_fprog *filter)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, filter) != 0) {
        dprintf(STDERR_FILENO, "no filter of system calls: %s\n", strerror(errno));
        _exit(127);
    }
}

/* The flags of clone3() are in memory, which the filter cannot read; so clone3() is reported as missing, and the C
 * library uses clone(). */
static void deny_threads(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, LOWER_HALF(args[0])),
        BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, CLONE_THREAD, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAGAIN),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };

    use_filter(&(struct sock_fprog){.len = sizeof(code) / sizeof(code[0]), .filter = code});
}

static void deny_io_uring(void)
{
    struct sock_filter code[] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_io_uring_setup, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    };

    use_filter(&(struct sock_fprog){.len = sizeof(code) / sizeof(code[0]), .filter = code});
}

static void run_child(const char *const argv[], int out_fd, int err_fd)
{
    static const char *const not_theirs[] = {"NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID",
                                             "LISTEN_FDS",    "LISTEN_FDNAMES", "LISTEN_PID"};
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL); /* as a shell would start it; this process ignores the signal */
    dup2(null, STDIN_FILENO);
    dup2(out_fd, STDOUT_FILENO);
    dup2(err_fd, STDERR_FILENO);
    for (size_t i = 0; i < sizeof(not_theirs) / sizeof(not_theirs[0]); i++) {
        unsetenv(not_theirs[i]); /* set by a service manager that runs the tests */
    }
    if (handed_names != NULL) {
        hand_over();
    }
    if (denies_threads) {
        deny_threads();
    }
    if (denies_io_uring) {
        deny_io_uring();
    }
    execv(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

static struct daemon *launch(const char *const argv[])
{
    struct daemon *d = harness_checked(calloc(1, sizeof(*d)));
    int out[2], err[2], count = 0;

    for (const struct daemon *other = daemons; other != NULL; other = other->next) {
        count += has_output(other);
    }
    if (count == MOST_DAEMONS || pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
        harness_fail("too many daemons or descriptors");
    }
    harness_reserve(&d->log, 1);
    harness_reserve(&d->output, 1);
    d->log.data[0] = d->output.data[0] = '\0';
    fflush(NULL);
    d->pid = fork();
    if (d->pid == 0) {
        run_child(argv, out[1], err[1]);
    }
    close(out[1]);
    close(err[1]);
    if (d->pid < 0) {
        harness_fail("fork: %s", strerror(errno));
    }
    (void)fcntl(err[0], F_SETPIPE_SZ, PIPE_BYTES); /* the system may allow less */
    fcntl(out[0], F_SETFL, O_NONBLOCK);
    fcntl(err[0], F_SETFL, O_NONBLOCK);
    d->out_fd = out[0];
    d->err_fd = err[0];
    d->next = daemons;
    daemons = d;
    return d;
}

/* The options in CHATD_TEST_OPTIONS, separated by blanks. */
static size_t add_options(const char *argv[], size_t n)
{
    const char *list = getenv("CHATD_TEST_OPTIONS");

    while (list != NULL && *list != '\0') {
        size_t len = strcspn(list, " ");

        if (n + 2 > MOST_ARGS) {
            harness_fail("more than %d arguments for the daemon", MOST_ARGS);
        }
        argv[n++] = "-o";
        argv[n++] = harness_text("%.*s", (int)len, list);
        list += len + strspn(list + len, " ");
    }
    return n;
}

static struct daemon *launch_with(bool with_defaults, const char *const args[])
{
    static const char *const defaults[] = {
        "-o", "server.listen=127.0.0.1:0", "-o", "server.name=test", "-o", "limits.connections_per_minute=0",
        "-o", "limits.clients_per_address=0", "-o", "flood.lines_per_second=0", "-o", "rooms.fold_above=0",
    };
    const char *argv[MOST_ARGS + 1];
    size_t n = 0;

    if (wrapping != NULL) {
        argv[n++] = "/bin/sh";
        argv[n++] = "-c";
        argv[n++] = harness_text("%s; exec \"$0\" \"$@\"", wrapping);
    }
    argv[n++] = getenv("CHATD") != NULL ? getenv("CHATD") : "./chatd";
    if (with_defaults) {
        for (size_t i = 0; i < sizeof(defaults) / sizeof(defaults[0]); i++) {
            argv[n++] = defaults[i];
        }
        argv[n++] = "-o";
        argv[n++] = harness_text("server.event_backend=%s", harness_backend());
        n = add_options(argv, n);
    }
    for (; *args != NULL; args++) {
        if (n == MOST_ARGS) {
            harness_fail("more than %d arguments for the daemon", MOST_ARGS);
        }
        argv[n++] = *args;
    }
    argv[n] = NULL;
    return launch(argv);
}

void daemon_deny_threads(void)
{
    denies_threads = true;
}

void daemon_deny_io_uring(void)
{
    denies_io_uring = true;
}

void daemon_wrap(const char *commands)
{
    wrapping = commands;
}

void daemon_hand_over(const int fds[], unsigned count, const char *names)
{
    if (count > MOST_HANDED) {
        harness_fail("more than %d descriptors", MOST_HANDED);
    }
    memcpy(handed, fds, count * sizeof(*fds));
    handed_count = count;
    handed_names = names;
}

struct daemon *daemon_start_args(const char *const args[])
{
    struct daemon *d = launch_with(true, args);

    daemon_wait_ready(d);
    return d;
}

struct daemon *daemon_launch_args(const char *const args[])
{
    return launch_with(true, args);
}

struct daemon *daemon_launch_bare_args(const char *const args[])
{
    return launch_with(false, args);
}

static void wait_log_from(struct daemon *d, const char *text, size_t from)
{
    int64_t until = harness_deadline();
    const char *found;

    while ((found = strstr(d->log.data + from, text)) == NULL) {
        if (d->err_fd < 0) {
            harness_fail("expected in the daemon's log: %s\nbut it has ended", text);
        }
        if (!harness_wait(-1, 0, until)) {
            harness_fail("expected in the daemon's log: %s\nbut it did not come", text);
        }
    }
    d->log_mark = (size_t)(found - d->log.data) + strlen(text);
}

void daemon_wait_log(struct daemon *d, const char *text)
{
    wait_log_from(d, text, 0);
}

void daemon_wait_log_next(struct daemon *d, const char *text)
{
    wait_log_from(d, text, d->log_mark);
}

void daemon_wait_ready(struct daemon *d)
{
    daemon_wait_log(d, " ready version=");
}

void daemon_signal(struct daemon *d, int sig)
{
    if (d->pid == 0 || kill(d->pid, sig) != 0) {
        harness_fail("signal %d for a daemon that has ended", sig);
    }
}

/* Returns false if it has not ended at the deadline. */
static bool await_end(struct daemon *d, int64_t until)
{
    int status;
    pid_t pid = 0;

    while (d->pid != 0 && (d->err_fd >= 0 || d->out_fd >= 0)) {
        if (!harness_wait(-1, 0, until)) {
            return false;
        }
    }
    /* A daemon that has closed its log is about to end, which may take a moment. */
    while (d->pid != 0 && (pid = waitpid(d->pid, &status, WNOHANG)) != d->pid) {
        if (pid < 0 || harness_now_ms() > until) {
            return false;
        }
        poll(NULL, 0, 1);
    }
    if (d->pid != 0) {
        d->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
        d->pid = 0;
    }
    return true;
}

int daemon_wait(struct daemon *d)
{
    d->is_awaited = true;
    if (!await_end(d, harness_deadline())) {
        harness_fail("expected the daemon to end, but it did not");
    }
    return d->status;
}

int daemon_stop(struct daemon *d, int sig)
{
    daemon_signal(d, sig);
    return daemon_wait(d);
}

pid_t daemon_pid(const struct daemon *d)
{
    return d->pid;
}

const char *daemon_address(const struct daemon *d, unsigned n)
{
    static const char before[] = " listening address=";
    const char *at = d->log.data;

    for (unsigned i = 0; at != NULL && i <= n; i++) {
        at = strstr(at, before);
        at = at != NULL ? at + strlen(before) : NULL;
    }
    if (at == NULL) {
        harness_fail("the log has no listening address number %u", n);
    }
    return harness_keep(at, strcspn(at, " \n"));
}

const char *daemon_log(struct daemon *d)
{
    harness_pump();
    return d->log.data;
}

const char *daemon_output(struct daemon *d)
{
    harness_pump();
    return d->output.data;
}

unsigned daemon_count_log(struct daemon *d, const char *text)
{
    unsigned count = 0;

    for (const char *at = daemon_log(d); (at = strstr(at, text)) != NULL; at += strlen(text)) {
        count++;
    }
    return count;
}

void daemon_read_log(struct daemon *d, bool is_read)
{
    harness_pump();
    d->is_unread = !is_read;
    if (!is_read && fcntl(d->err_fd, F_SETPIPE_SZ, 4096) < 0) {
        harness_fail("making a pipe small: %s", strerror(errno));
    }
    harness_pump();
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define IS_SANITIZED true
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define IS_SANITIZED true
#endif
#endif
#ifndef IS_SANITIZED
#define IS_SANITIZED false
#endif

long daemon_memory_kib(const struct daemon *d)
{
    FILE *file = fopen(harness_text("/proc/%d/statm", (int)d->pid), "re");
    long pages;

    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) {
        harness_fail("reading /proc/%d/statm: %s", (int)d->pid, strerror(errno));
    }
    fclose(file);
    return IS_SANITIZED ? 0 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}

/* The value of a key in its status file; freed after the test. */
static const char *status_of(const struct daemon *d, const char *key)
{
    FILE *file = fopen(harness_text("/proc/%d/status", (int)d->pid), "re");
    char line[256];

    while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
        if (strncmp(line, key, strlen(key)) == 0) {
            fclose(file);
            return harness_text("%s", line + strlen(key));
        }
    }
    harness_fail("/proc/%d/status has no %s", (int)d->pid, key);
}

int64_t daemon_cpu_ns(const struct daemon *d)
{
    struct timespec used;
    clockid_t clock;

    assert_int_equal(clock_getcpuclockid(daemon_pid(d), &clock), 0);
    assert_int_equal(clock_gettime(clock, &used), 0);
    return (int64_t)used.tv_sec * 1000000000 + used.tv_nsec;
}

long daemon_wakes(const struct daemon *d)
{
    return atol(status_of(d, "voluntary_ctxt_switches:"));
}

void daemon_wait_stopped(const struct daemon *d)
{
    int64_t until = harness_deadline();

    while (strstr(status_of(d, "State:"), "stopped") == NULL) {
        if (!harness_wait(-1, 0, harness_now_ms() + 1) && harness_now_ms() > until) {
            harness_fail("expected the daemon to be stopped");
        }
    }
}

void daemon_freeze(struct daemon *d)
{
    daemon_signal(d, SIGSTOP);
    daemon_wait_stopped(d);
}

void daemon_thaw(struct daemon *d)
{
    daemon_signal(d, SIGCONT);
}

unsigned daemon_descriptors(const struct daemon *d)
{
    DIR *dir = opendir(harness_text("/proc/%d/fd", (int)d->pid));
    unsigned count = 0;

    if (dir == NULL) {
        harness_fail("reading /proc/%d/fd: %s", (int)d->pid, strerror(errno));
    }
    for (const struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        count += entry->d_name[0] != '.';
    }
    closedir(dir);
    return count;
}

void daemon_wait_descriptors(const struct daemon *d, unsigned count)
{
    int64_t until = harness_deadline();
    unsigned open;

    while ((open = daemon_descriptors(d)) != count) {
        if (!harness_wait(-1, 0, harness_now_ms() + 1) && harness_now_ms() > until) {
            harness_fail("expected the daemon to have %u descriptors open, but it has %u", count, open);
        }
    }
}

/* ---- after the test ---- */

static const char *report_in(const struct daemon *d)
{
    static const char *const reports[] = {"Sanitizer", "runtime error:", "chatd: bug:"};

    for (size_t i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        if (strstr(d->log.data, reports[i]) != NULL) {
            return reports[i];
        }
    }
    return NULL;
}

/* Returns NULL if it ended as it should, otherwise what is wrong. */
static const char *stop_in_order(struct daemon *d)
{
    if (d->pid != 0 && harness_has_passed()) {
        kill(d->pid, SIGTERM);
        if (!await_end(d, harness_deadline())) {
            return "the daemon does not end on SIGTERM";
        }
    }
    if (d->pid != 0) {
        return "the test has failed";
    }
    if (!d->is_awaited && d->status != 0) {
        return harness_text("the daemon's exit status is %d", d->status);
    }
    if (report_in(d) != NULL) {
        return harness_text("the log holds: %s", report_in(d));
    }
    return harness_has_passed() ? NULL : "the test has failed";
}

static void kill_now(struct daemon *d)
{
    if (d->pid != 0) {
        kill(d->pid, SIGKILL);
        waitpid(d->pid, NULL, 0);
        harness_pump();
    }
}

static void daemon_free(struct daemon *d)
{
    if (d->err_fd >= 0) {
        close(d->err_fd);
    }
    if (d->out_fd >= 0) {
        close(d->out_fd);
    }
    free(d->log.data);
    free(d->output.data);
    free(d);
}

bool harness_end_daemons(void)
{
    bool is_good = true;

    while (daemons != NULL) {
        struct daemon *d = daemons;
        const char *wrong = stop_in_order(d);

        if (wrong != NULL) {
            is_good = false;
            kill_now(d);
            fprintf(stderr, "# on %s: %s\n", harness_backend(), wrong);
            harness_show("the daemon's log", d->log.data, d->log.len);
        }
        daemons = d->next;
        daemon_free(d);
    }
    wrapping = NULL;
    denies_threads = false;
    denies_io_uring = false;
    handed_names = NULL;
    return is_good;
}
