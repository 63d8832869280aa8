/* tests/integration/ctl.h: chatctl as a child, for tests of the control socket. */
#ifndef CHATD_TESTS_CTL_H
#define CHATD_TESTS_CTL_H

#include "harness.h"

/* The result of a run; freed after the test. */
struct ctl {
    int status; /* its exit status, or 128 + the signal that killed it */
    const char *output, *errors;
};

/* The path of a control socket for the test, and the option with which a daemon opens it. */
const char *ctl_socket(void);
const char *ctl_option(void);

/* Runs $CHATCTL (or ./chatctl) with CHATD_SOCKET=ctl_socket() and these arguments, and waits for its end. */
#define ctl_run(...) ctl_run_args(HARNESS_ARGS(__VA_ARGS__))
struct ctl ctl_run_args(const char *const args[]);
/* The same; asserts that the exit status is 0, and returns the output. */
#define ctl_ok(...) ctl_ok_args(HARNESS_ARGS(__VA_ARGS__))
const char *ctl_ok_args(const char *const args[]);
/* The same; asserts the exit status, and returns the errors. */
#define ctl_fails(status, ...) ctl_fails_args(status, HARNESS_ARGS(__VA_ARGS__))
const char *ctl_fails_args(int status, const char *const args[]);

/* Connects to the control socket without chatctl. */
struct client *ctl_open(void);

#endif
