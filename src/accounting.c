/* accounting.c: chooses the accounts, and gives them the lane for passwords. */
#include "config.h"

#include "accounting.h"

#include "base/log_limit.h"
#include "base/passwords.h"
#include "settings_slices.h"
#include "store/accounts.h"
#include "store/accounts_absent.h"
#include "store/mail.h"
#include "storing.h"

#include <errno.h>
#include <string.h>

#if defined(HAVE_SODIUM) && defined(HAVE_SQLITE)

enum { MOST_PASSWORDS = 64 /* that wait, are hashed, or were */ };

bool accounting_begin(struct accounting *accounting, const struct storing *storing, struct lane *lane,
                      struct clock *clock, const struct conf *conf, struct strbuf *errors)
{
    struct db *db = storing_db(storing);

    if (db == NULL) {
        accounting->accounts = accounts_absent_new(ACCOUNTS_WITHOUT_STORE);
        return true;
    }
    accounting->passwords = passwords_new(&(struct password_spec){.threads = (unsigned)conf->accounts.hash_threads,
                                                                  .most = MOST_PASSWORDS,
                                                                  .passes = conf->accounts.hash_passes,
                                                                  .memory_bytes = conf->accounts.hash_memory});
    if (accounting->passwords == NULL) {
        strbuf_addf(errors, "cannot begin the threads for passwords: %s\n", strerror(errno));
        return false;
    }
    accounting->accounts = accounts_new(&(struct accounts_spec){.lane = lane,
                                                                .db = db,
                                                                .store = storing->store,
                                                                .passwords = accounting->passwords,
                                                                .clock = clock,
                                                                .limits = settings_slices_accounts(conf)});
    accounting->mail = mail_new(lane, db, clock);
    return true;
}

void accounting_join(struct accounting *accounting, struct loop *loop, struct timeq *telling)
{
    if (accounting->passwords != NULL) {
        loop_add_lane(loop, passwords_lane(accounting->passwords));
        loop_add_timeq(loop, accounts_timeq(accounting->accounts));
        accounts_log_limit(accounting->accounts)->telling = telling;
    }
}

void accounting_give(struct accounting *accounting, const struct conf *conf)
{
    struct accounts_limits limits = settings_slices_accounts(conf);
    struct mail_limits mail_limits = settings_slices_mail(conf);

    if (accounting->passwords != NULL) {
        mail_set_limits(accounting->mail, &mail_limits);
        accounts_set_limits(accounting->accounts, &limits);
    }
}

#else

bool accounting_begin(struct accounting *accounting, const struct storing *storing, struct lane *lane,
                      struct clock *clock, const struct conf *conf, struct strbuf *errors)
{
    (void)storing;
    (void)lane;
    (void)clock;
    (void)conf;
    (void)errors;
#ifdef HAVE_SODIUM
    accounting->accounts = accounts_absent_new(ACCOUNTS_WITHOUT_SQLITE);
#else
    accounting->accounts = accounts_absent_new(ACCOUNTS_WITHOUT_SODIUM);
#endif
    return true;
}

void accounting_join(struct accounting *accounting, struct loop *loop, struct timeq *telling)
{
    (void)accounting;
    (void)loop;
    (void)telling;
}

void accounting_give(struct accounting *accounting, const struct conf *conf)
{
    (void)accounting;
    (void)conf;
}

#endif

struct lane *accounting_passwords(const struct accounting *accounting)
{
    return accounting->passwords != NULL ? passwords_lane(accounting->passwords) : NULL;
}

void accounting_end(struct accounting *accounting)
{
    if (accounting->mail != NULL) {
        accounting->mail->ops->free(accounting->mail);
    }
    accounting->accounts->ops->free(accounting->accounts);
}

void accounting_free(struct accounting *accounting)
{
    if (accounting->passwords != NULL) {
        passwords_free(accounting->passwords);
    }
}
