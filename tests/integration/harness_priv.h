/* tests/integration/harness_priv.h: functions that only the files of the harness use. */
#ifndef CHATD_TESTS_HARNESS_PRIV_H
#define CHATD_TESTS_HARNESS_PRIV_H

#include "harness.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    char *data; /* NUL-terminated; NULL until something is added */
    size_t len, space;
};

/* Returns p, or ends the program if it is NULL. */
void *harness_checked(void *p);
void harness_reserve(struct bytes *b, size_t more);
/* A NUL-terminated copy that is freed after the test. */
const char *harness_keep(const char *s, size_t len);
/* harness_text() with its arguments in a list. */
const char *harness_vtext(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
/* Prints len bytes under a title; if they are many, only the last ones. */
void harness_show(const char *title, const char *s, size_t len);
/* The deadline of a wait that begins now. */
int64_t harness_deadline(void);
/* Returns true if the test's function has returned, so that it has not failed. */
bool harness_has_passed(void);

/* Reads without waiting; returns false at the end of the stream. */
bool harness_read(int fd, struct bytes *b);
/* Reads the output of all daemons. */
void harness_pump(void);
/* Waits until fd is ready or a daemon has written something; returns false if the deadline has passed. */
bool harness_wait(int fd, short events, int64_t until);

/* Ends every daemon, in order if the test has passed.  Returns false, after printing the reason, if one of them did not
 * end as it should. */
bool harness_end_daemons(void);
/* Closes every client. */
void harness_end_clients(void);
/* Closes the service managers and their sockets. */
void harness_end_managers(void);

#endif
