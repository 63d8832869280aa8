/* tests/integration/s_client.c: the program runs between a socket of the test and the daemon. */
#include "config.h"

#include "s_client.h"

#include "harness_priv.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum { MOST_ARGS = 16 };

void s_client_is_needed(void)
{
#ifdef HAVE_OPENSSL
    if (system("command -v openssl >/dev/null") != 0) {
        print_message("# openssl is not installed\n");
        skip();
    }
#else
    print_message("# chatd is built without OpenSSL\n");
    skip();
#endif
}

static int listen_at(const char *path)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

    snprintf(at.sun_path, sizeof(at.sun_path), "%s", path);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof(at)) != 0 || listen(fd, 1) != 0) {
        harness_fail("%s: %s", path, strerror(errno));
    }
    return fd;
}

static void run_child(const char *const argv[], int fd)
{
    const char *log = harness_text("%s/s_client.log", harness_dir());
    int err = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    signal(SIGPIPE, SIG_DFL);
    dup2(fd, STDIN_FILENO);
    dup2(fd, STDOUT_FILENO);
    dup2(err, STDERR_FILENO);
    execvp(argv[0], (char *const *)(uintptr_t)argv);
    _exit(127);
}

struct client *s_client_open(const char *address, const char *trusted, const char *own)
{
    static unsigned number;
    const char *argv[MOST_ARGS] = {"openssl", "s_client", "-quiet", "-connect", address};
    const char *path = harness_text("%s/s_client.%u", harness_dir(), number++);
    int listening = listen_at(path), fd;
    struct client *c = client_open_at(harness_text("unix:%s", path));
    size_t n = 5;

    if (trusted != NULL) {
        argv[n++] = "-verify_return_error";
        argv[n++] = "-CAfile";
        argv[n++] = trusted;
    }
    if (own != NULL) {
        argv[n++] = "-cert";
        argv[n++] = own;
        argv[n++] = "-key";
        argv[n++] = harness_text("%s.key", own);
    }
    argv[n] = NULL;
    fd = accept(listening, NULL, NULL);
    close(listening);
    assert_true(fd >= 0);
    fflush(NULL);
    signal(SIGCHLD, SIG_DFL);
    switch (fork()) {
    case 0:
        run_child(argv, fd);
        break;
    case -1:
        harness_fail("fork: %s", strerror(errno));
    default:
        close(fd);
    }
    return c;
}

const char *s_client_shell(const char *fmt, ...)
{
    struct bytes b = {0};
    const char *text;
    va_list ap;
    FILE *pipe;

    va_start(ap, fmt);
    fflush(NULL);
    pipe = popen(harness_vtext(fmt, ap), "re");
    va_end(ap);
    assert_non_null(pipe);
    harness_reserve(&b, 1);
    b.data[0] = '\0';
    while (harness_read(fileno(pipe), &b)) {
        /* up to its end */
    }
    pclose(pipe);
    text = harness_keep(b.data, b.len);
    free(b.data);
    return text;
}

const char *s_client_fingerprint_at(const char *address)
{
    return s_client_shell("timeout 60 openssl s_client -connect %s </dev/null 2>/dev/null |"
                          " openssl x509 -noout -fingerprint -sha256 2>&1", address);
}

const char *s_client_fingerprint_of(const char *path)
{
    return s_client_shell("openssl x509 -in %s -noout -fingerprint -sha256 2>&1", path);
}
