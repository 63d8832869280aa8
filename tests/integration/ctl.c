/* tests/integration/ctl.c: see ctl.h. */
#include "config.h"

#include "ctl.h"

#include "harness_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MOST_ARGS = 32 };

const char *ctl_socket(void)
{
    return harness_text("%s/control", harness_dir());
}

const char *ctl_option(void)
{
    return harness_text("control.socket=%s", ctl_socket());
}

static void run_child(const char *const argv[], const char *socket, int out, int err)
{
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    dup2(null, STDIN_FILENO);
    dup2(out, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    setenv("CHATD_SOCKET", socket, 1);
    execv(argv[0], (char *const *)(uintptr_t)argv);
    dprintf(STDERR_FILENO, "%s: %s\n", argv[0], strerror(errno));
    _exit(127);
}

/* Reads a pipe up to its end. */
static const char *read_all(int fd, const char *what)
{
    int64_t until = harness_deadline();
    struct bytes b = {0};
    const char *text;

    fcntl(fd, F_SETFL, O_NONBLOCK);
    harness_reserve(&b, 1);
    b.data[0] = '\0';
    while (harness_read(fd, &b)) {
        if (!harness_wait(fd, POLLIN, until)) {
            harness_fail("chatctl %s does not end", what);
        }
    }
    close(fd);
    text = harness_keep(b.data, b.len);
    free(b.data);
    return text;
}

struct ctl ctl_run_args(const char *const args[])
{
    const char *argv[MOST_ARGS + 2], *socket = ctl_socket(), *what = args[0] != NULL ? args[0] : "";
    struct ctl result;
    int out[2], err[2], status;
    size_t n = 0;
    pid_t pid;

    argv[n++] = getenv("CHATCTL") != NULL ? getenv("CHATCTL") : "./chatctl";
    while (*args != NULL && n <= MOST_ARGS) {
        argv[n++] = *args++;
    }
    argv[n] = NULL;
    if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0) {
        harness_fail("pipe: %s", strerror(errno));
    }
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        run_child(argv, socket, out[1], err[1]);
    }
    close(out[1]);
    close(err[1]);
    result.output = read_all(out[0], what);
    result.errors = read_all(err[0], what);
    if (pid < 0 || waitpid(pid, &status, 0) != pid) {
        harness_fail("chatctl: %s", strerror(errno));
    }
    result.status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
    return result;
}

const char *ctl_ok_args(const char *const args[])
{
    struct ctl result = ctl_run_args(args);

    if (result.status != 0 || result.errors[0] != '\0') {
        harness_fail("chatctl %s: status %d, errors: %s", args[0], result.status, result.errors);
    }
    return result.output;
}

const char *ctl_fails_args(int status, const char *const args[])
{
    struct ctl result = ctl_run_args(args);

    if (result.status != status) {
        harness_fail("chatctl %s: status %d, not %d; output: %serrors: %s", args[0] != NULL ? args[0] : "",
                     result.status, status, result.output, result.errors);
    }
    return result.errors;
}

struct client *ctl_open(void)
{
    return client_open_at(harness_text("unix:%s", ctl_socket()));
}
