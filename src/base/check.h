/* base/check.h: the assertion that stays in every build.
 *
 * CHECK(cond) is for bugs in chatd itself, never for anything that a peer, a file or the system can
 * cause.  A failed check prints the condition and its place and aborts, so that the service manager
 * restarts a process whose memory can no longer be trusted. */
#ifndef CHATD_BASE_CHECK_H
#define CHATD_BASE_CHECK_H

#define CHECK(cond) \
    (__builtin_expect(!(cond), 0) ? check_failed(#cond, __FILE__, __LINE__) : (void)0)

/* Prints "chatd: ", the formatted text and a line end to standard error and aborts.  It allocates nothing and does not
 * wait: if standard error takes nothing now, the text is lost.  Any thread. */
_Noreturn void check_abort(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same with "bug: COND at FILE:LINE". */
_Noreturn void check_failed(const char *cond, const char *file, int line);

#endif
