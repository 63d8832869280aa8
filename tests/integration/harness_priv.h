/* tests/integration/harness_priv.h: what the files of the harness share. */
#ifndef CHATD_TESTS_HARNESS_PRIV_H
#define CHATD_TESTS_HARNESS_PRIV_H

#include "harness.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct bytes {
    char *data; /* NUL-terminated, never NULL once anything was added */
    size_t len, space;
};

/* Memory that was got, or the end of the program. */
void *harness_checked(void *p);
void harness_reserve(struct bytes *b, size_t more);
/* A copy, NUL-terminated, that lives until the test has ended. */
const char *harness_keep(const char *s, size_t len);
/* harness_text() with its arguments in a list. */
const char *harness_vtext(const char *fmt, va_list ap) __attribute__((format(printf, 1, 0)));
/* Prints len bytes under a title; of many, the last. */
void harness_show(const char *title, const char *s, size_t len);
/* When a wait that begins now has to end. */
int64_t harness_deadline(void);
/* True once the test's function has returned: it has not failed so far. */
bool harness_has_passed(void);

/* Reads what is there; false at the end. */
bool harness_read(int fd, struct bytes *b);
/* Reads what the daemons have written. */
void harness_pump(void);
/* Waits until fd is ready or some daemon has written something; false when the deadline has passed. */
bool harness_wait(int fd, short events, int64_t until);

/* Ends every daemon, in order if the test has passed; false, and printed, when one of them did not end as it
 * should. */
bool harness_end_daemons(void);
/* Closes every client. */
void harness_end_clients(void);
/* Closes the service managers and their sockets. */
void harness_end_managers(void);

#endif
