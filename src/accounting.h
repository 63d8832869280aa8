/* accounting.h: the accounts that the settings and the build allow: made, given their limits, ended.
 *
 * Embedded by the server; loop thread only. */
#ifndef CHATD_ACCOUNTING_H
#define CHATD_ACCOUNTING_H

#include "base/clock.h"
#include "base/lane.h"
#include "base/strbuf.h"
#include "base/timeq.h"
#include "chat/port_accounts.h"
#include "chat/port_mail.h"
#include "config/conf.h"
#include "loop.h"

#include <stdbool.h>

struct passwords;
struct storing;

struct accounting {
    struct accounts *accounts; /* of a server without accounts, those of store/accounts_absent.h */
    struct passwords *passwords; /* NULL: there are no accounts */
    struct mail *mail; /* NULL likewise */
};

/* After the store has begun.  lane is the store's.  Returns false and adds a line to errors if the threads for
 * passwords cannot be made; then there is nothing to end. */
bool accounting_begin(struct accounting *accounting, const struct storing *storing, struct lane *lane,
                      struct clock *clock, const struct conf *conf, struct strbuf *errors);
/* Adds its lane and its queue to the loop.  telling: for the lines that it logs. */
void accounting_join(struct accounting *accounting, struct loop *loop, struct timeq *telling);
/* The lane that hashes passwords; NULL if there is none. */
struct lane *accounting_passwords(const struct accounting *accounting);
/* After a reload. */
void accounting_give(struct accounting *accounting, const struct conf *conf);
/* When no request waits, before the store ends. */
void accounting_end(struct accounting *accounting);
/* After the loop has ended, which has its lane. */
void accounting_free(struct accounting *accounting);

#endif
