/* fake_typist.h: a client of the front end for lines, on a real connection, and a session that writes down what it is
 * told. */
#ifndef CHATD_TESTS_UNIT_FAKE_TYPIST_H
#define CHATD_TESTS_UNIT_FAKE_TYPIST_H

#include "base/strbuf.h"
#include "fakes.h"
#include "frontend/frontend.h"
#include "net/conn.h"

#include <stdbool.h>
#include <stddef.h>

struct fake_typist {
    struct conn_owner owner;
    struct conn *conn; /* NULL once closed */
    struct frontend *fe;
    int far;             /* the client's end */
    struct strbuf lines; /* "line|line|"; a cut one as "line~|" */
    int count, ended, closed, readies, notices, work;
    unsigned columns; /* as told at the last change */
    enum reason reason;
    int holds_after; /* lines are held after so many; 0: never */
    bool work_holds; /* after telnet's answers */
    bool keeps_hold; /* ready does not resume */
    bool is_json;    /* no charset may be negotiated */
};

extern struct fake_typist typist;
extern struct fake_loop typist_loop;
extern struct frontend_limits typist_limits; /* read by the front end while it runs */
extern struct charsets typist_charsets;      /* only UTF-8, unless a test opens them */

/* For cmocka_unit_test_setup_teardown(): lines are run from the begin on. */
int fake_typist_begin(void **state);
int fake_typist_end(void **state);
/* Another one in place of the one that was closed; its lines wait for resume(). */
void fake_typist_open(void);
void fake_typist_close(void);

/* The client sends it, and the loop turns once. */
void fake_typist_feed(const char *data, size_t len);
void fake_typist_puts(const char *text);

/* The session was told so since this was called last. */
void fake_typist_lines_at(int line, const char *want);
#define assert_lines(want) fake_typist_lines_at(__LINE__, want)

#endif
