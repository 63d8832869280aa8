/* store/mail.c: one job of the lane for each request. */
#include "config.h"

#include "store/mail.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "chat/port_accounts.h"
#include "store/account_jobs.h"
#include "store/attempts.h"
#include "store/mail_rows.h"

#include <stdlib.h>
#include <string.h>

enum { MOST_ADDRESSES = 8192 };

struct mail_db {
    struct mail mail;
    struct account_jobs jobs;
    struct clock *clock;
    struct mail_limits limits;
    struct attempts_table guests; /* letters of guests, by address */
    unsigned waiting;             /* requests that are not answered yet */
};

/* A request that is not answered yet; of a guest's letter it has the address. */
struct mail_ask {
    struct mail_db *db;
    struct mail_request *req;
    struct account_job *job;
    char from[ATTEMPTS_KEY_SIZE]; /* "" if it is not limited by address */
};

/* A few at once, and then one in ten minutes in the end. */
static const struct attempts_rule guest_rule = {.free = 5, .first_s = 5, .most_s = 600, .forget_s = 3600};

static struct mail_db *db_of(struct mail *mail)
{
    return CONTAINER_OF(mail, struct mail_db, mail);
}

static struct mail_ask *ask_new(struct mail_db *m, struct mail_request *req)
{
    struct mail_ask *ask = mem_zalloc(sizeof(*ask));

    ask->db = m;
    ask->req = req;
    m->waiting++;
    return ask;
}

static void ask_free(struct mail_ask *ask)
{
    ask->req->mail_data = NULL;
    ask->db->waiting--;
    free(ask);
}

static enum mail_answer begin(struct mail_ask *ask, account_rows_fn *fn, bool writes, struct account_work *given,
                              account_job_done_fn *done)
{
    given->account = ask->req->account;
    given->now_ms = clock_real_ms(ask->db->clock);
    ask->req->mail_data = ask;
    ask->job = account_jobs_push(&ask->db->jobs, fn, writes, given, done, ask);
    if (ask->job == NULL) {
        ask_free(ask);
        return MAIL_FAILED;
    }
    return MAIL_LATER;
}

/* ---- keeping ---- */

static uint64_t limit_of(const struct mail_db *m, enum mail_answer answer)
{
    switch (answer) {
    case MAIL_GUESTS:
        return mail_rows_guests(m->limits.most);
    case MAIL_WRITER:
        return mail_rows_writer(m->limits.most);
    default:
        return m->limits.most;
    }
}

static void kept(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct mail_ask *ask = who;
    struct mail_request *req;
    enum mail_answer answer = result->answer == ACCOUNTS_DONE ? result->mail : MAIL_FAILED;

    (void)jobs;
    if (ask == NULL) {
        return;
    }
    req = ask->req;
    if (answer != MAIL_DONE && ask->from[0] != '\0') {
        attempts_take_back(attempts_get(&ask->db->guests, ask->from));
    }
    req->limit = limit_of(ask->db, answer);
    ask_free(ask);
    req->done(req, answer);
}

static enum mail_answer mail_keep(struct mail *mail, struct mail_request *req)
{
    struct mail_db *m = db_of(mail);
    struct mail_ask *ask;
    struct account_work given = {0};

    if (m->limits.most == 0) {
        return MAIL_OFF;
    }
    ask = ask_new(m, req);
    if (req->letter.writer == 0 && req->from != NULL) {
        struct attempts_count *count = attempts_get(&m->guests, attempts_key(req->from, ask->from));
        uint64_t now_ms = clock_ms(m->clock);

        req->wait_s = attempts_wait_s(count, &guest_rule, now_ms);
        if (req->wait_s > 0) {
            ask_free(ask);
            return MAIL_SLOW;
        }
        attempts_begin(count, &guest_rule, now_ms);
    }
    given.most = m->limits.most;
    given.writer = req->letter.writer;
    given.name = mem_strdup(req->letter.name);
    given.folded = mem_strdup(req->letter.folded);
    given.text = mem_strndup(req->letter.text, req->letter.text_len);
    return begin(ask, mail_rows_keep, true, &given, kept);
}

/* ---- delivering ---- */

static void have_read(struct account_jobs *jobs, void *who, struct account_work *result)
{
    struct mail_ask *ask = who;
    struct mail_letter *letters;
    struct mail_request *req;

    (void)jobs;
    if (ask == NULL) {
        return;
    }
    letters = mem_alloc((result->count + 1) * sizeof(*letters));
    for (size_t i = 0; i < result->count; i++) {
        const struct account_row *row = &result->rows[i];

        letters[i] = (struct mail_letter){.id = row->id,
                                          .time_ms = row->created_ms,
                                          .name = row->name,
                                          .folded = row->folded,
                                          .writer = row->writer,
                                          .text = row->text,
                                          .text_len = strlen(row->text)};
    }
    req = ask->req;
    req->letters = letters;
    req->count = result->count;
    ask_free(ask);
    req->done(req, result->answer == ACCOUNTS_DONE ? MAIL_DONE : MAIL_FAILED);
    free(letters);
}

static enum mail_answer mail_read(struct mail *mail, struct mail_request *req)
{
    struct account_work given = {0};

    return begin(ask_new(db_of(mail), req), mail_rows_read, false, &given, have_read);
}

static void mail_cancel(struct mail *mail, struct mail_request *req)
{
    struct mail_ask *ask = req->mail_data;

    CHECK(ask != NULL && ask->req == req && ask->db == db_of(mail));
    account_jobs_forget(&ask->db->jobs, ask->job);
    ask_free(ask);
}

static void mail_erase(struct mail *mail, int64_t account, int64_t upto_id)
{
    struct account_work given = {.account = account, .upto_id = upto_id};

    (void)account_jobs_push(&db_of(mail)->jobs, mail_rows_erase, true, &given, NULL, NULL);
}

/* ---- the start and the end ---- */

static void mail_free(struct mail *mail)
{
    struct mail_db *m = db_of(mail);

    CHECK(m->waiting == 0);
    account_jobs_end(&m->jobs);
    attempts_fini(&m->guests);
    free(m);
}

static const struct mail_ops ops = {
    .keep = mail_keep, .read = mail_read, .cancel = mail_cancel, .erase = mail_erase, .free = mail_free};

struct mail *mail_new(struct lane *lane, struct db *db, struct clock *clock)
{
    struct mail_db *m = mem_zalloc(sizeof(*m));

    m->mail.ops = &ops;
    m->jobs = (struct account_jobs){.lane = lane, .db = db};
    m->clock = clock;
    m->guests.most = MOST_ADDRESSES;
    return &m->mail;
}

void mail_set_limits(struct mail *mail, const struct mail_limits *limits)
{
    db_of(mail)->limits = *limits;
}
