/* reload.c: reads configurations in a lane and applies them in the loop. */
#include "config.h"

#include "reload.h"

#include "base/check.h"
#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/wordlist.h"
#include "listening.h"
#include "preflight.h"
#include "settings.h"
#include "settings_slices.h"

#include <stdlib.h>
#include <string.h>

struct reload_request {
    struct reload_request *next;
    bool is_check;
    reload_done_fn *done;
    void *ctx;
};

/* The thread uses only this, and data of the server that never changes. */
struct job {
    struct lane_job job;
    struct reload *reload; /* for done() */
    bool is_check;
    const struct settings_source *source;
    struct log_place log;  /* the one in force */
    char *log_file;        /* a copy, for log */
    struct conf *conf;
    struct wordlist *words; /* of conf */
    struct strbuf errors;
    struct strbuf warnings;
    struct log_sink *sink; /* opened for conf; NULL if the log stays where it is */
    struct listening_plan *plan; /* of conf; NULL if the configuration is not valid */
};

/* ---- the report ---- */

/* For conf_diff(). */
struct difference {
    struct reload_report *report;
    const struct listening *listening;
    const struct conf *is;
};

static void changed(void *ctx, const char *option, const char *was, const char *is, bool reloadable)
{
    const struct difference *difference = ctx;
    struct reload_report *report = difference->report;
    const char *unused = listening_unused(difference->listening, difference->is, option);

    report->changes = mem_realloc(report->changes, (report->count + 1) * sizeof(report->changes[0]));
    report->changes[report->count++] = (struct reload_change){
        .option = mem_strdup(option), .was = mem_strdup(was), .is = mem_strdup(is), .reloadable = reloadable,
        .unused = unused};
    report->applied += reloadable && unused == NULL;
}

static void report_fini(struct reload_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        free(report->changes[i].option);
        free(report->changes[i].was);
        free(report->changes[i].is);
    }
    free(report->changes);
}

/* ---- the log ---- */

static void log_errors(const char *errors)
{
    const char *line;
    size_t len;

    while (text_next_line(&errors, &line, &len)) {
        char *error = mem_strndup(line, len);

        log_error("reload refused", LOG_STR("error", error));
        free(error);
    }
}

static void log_changes(const struct reload_report *report)
{
    for (size_t i = 0; i < report->count; i++) {
        const struct reload_change *change = &report->changes[i];

        log_info(!change->reloadable      ? "option needs a restart"
                 : change->unused != NULL ? "option has no effect"
                                          : "option changed",
                 LOG_STR("option", change->option), LOG_STR("was", change->was), LOG_STR("is", change->is),
                 change->unused != NULL ? LOG_STR("why", change->unused) : LOG_END);
    }
}

/* ---- the job ---- */

static void run(struct lane_job *lane_job)
{
    struct job *job = CONTAINER_OF(lane_job, struct job, job);

    job->conf = settings_load(job->source, &job->words, &job->errors);
    if (job->conf != NULL && settings_open_log(job->conf, &job->log, &job->sink, &job->errors)) {
        job->plan = listening_plan_new(job->conf, &job->errors);
        strbuf_adds(&job->warnings, conf_warnings(job->conf));
    }
    if (job->conf != NULL && job->is_check) {
        preflight_warn(job->conf, true, &job->warnings);
    } else if (job->conf != NULL) {
        preflight_warn_of_certificate(job->conf, &job->warnings); /* the door logs that */
    }
}

/* Takes over conf, words and sink. */
static void apply(struct reload *reload, struct conf *conf, struct wordlist *words, struct log_sink *sink,
                  const struct reload_report *report)
{
    settings_log_warnings(conf);
    log_changes(report); /* to the old log, which settings_apply() may replace */
    conf_keep_fixed(conf, reload->settings->conf);
    settings_apply(reload->settings, conf, words, sink);
    log_info("reloaded", LOG_NUM("changes", report->applied));
}

static void begin_next(struct reload *reload);

/* Completes the first request. */
static void done(struct lane_job *lane_job)
{
    struct job *job = CONTAINER_OF(lane_job, struct job, job);
    struct reload *reload = job->reload;
    struct reload_request *request = reload->first;
    struct reload_report report = {
        .file = job->source->path, .is_right = job->plan != NULL};

    if (report.is_right) {
        report.certificate = listening_new_certificate(reload->listening, job->plan);
        report.is_right = request->is_check
                              ? listening_check(reload->listening, job->plan, &job->errors)
                              : listening_change(reload->listening, job->plan, &job->errors);
    }
    report.warnings = strbuf_str(&job->warnings);
    report.errors = strbuf_str(&job->errors);
    if (report.is_right) {
        conf_diff(reload->settings->conf, job->conf, changed,
                  &(struct difference){.report = &report, .listening = reload->listening, .is = job->conf});
    }
    if (!request->is_check) {
        if (report.is_right) {
            apply(reload, job->conf, job->words, job->sink, &report);
            job->conf = NULL;
            job->words = NULL;
            job->sink = NULL;
        } else {
            log_errors(report.errors);
        }
        reload->is_refused = !report.is_right;
        reload->counts[report.is_right ? METRICS_RELOAD_APPLIED : METRICS_RELOAD_REFUSED]++;
        reload->ends(reload->ctx);
    }
    reload->first = request->next;
    if (reload->first == NULL) {
        reload->end = &reload->first;
    }
    begin_next(reload); /* before done, which may ask anew */
    if (request->done != NULL) {
        request->done(request->ctx, &report);
    }
    free(request);
    report_fini(&report);
}

static void job_free(struct lane_job *lane_job)
{
    struct job *job = CONTAINER_OF(lane_job, struct job, job);

    conf_free(job->conf);
    wordlist_free(job->words);
    log_drop(job->sink);
    listening_plan_free(job->plan);
    strbuf_fini(&job->errors);
    strbuf_fini(&job->warnings);
    free(job->log_file);
    free(job);
}

static const struct lane_job_ops ops = {.run = run, .done = done, .free = job_free};

static void begin_next(struct reload *reload)
{
    struct job *job;

    if (reload->first == NULL) {
        return;
    }
    job = mem_zalloc(sizeof(*job));
    job->job.ops = &ops;
    job->reload = reload;
    job->is_check = reload->first->is_check;
    job->source = reload->settings->source;
    job->log = settings_slices_log(reload->settings->conf);
    job->log_file = mem_strdup(job->log.file);
    job->log.file = job->log_file;
    if (!reload->first->is_check) {
        reload->begins(reload->ctx);
    }
    CHECK(lane_push(reload->lane, &job->job)); /* there is one job at a time, so the lane is not full */
}

/* ---- asking ---- */

void reload_init(struct reload *reload)
{
    reload->first = NULL;
    reload->end = &reload->first;
}

void reload_fini(struct reload *reload)
{
    struct reload_request *request;

    while ((request = reload->first) != NULL) {
        reload->first = request->next;
        free(request);
    }
}

/* Returns true if a reload is waiting: it will read the file as it is now. */
static bool is_asked_for(const struct reload *reload)
{
    const struct reload_request *request = reload->first;

    while (request != NULL && (request == reload->first || request->is_check)) {
        request = request->next;
    }
    return request != NULL;
}

static void append(struct reload *reload, struct reload_request *request)
{
    request->next = NULL;
    *reload->end = request;
    reload->end = &request->next;
}

void reload_ask(struct reload *reload, bool is_check, reload_done_fn *done_fn, void *ctx)
{
    struct reload_request *request;

    if (done_fn == NULL && is_asked_for(reload)) {
        return; /* many signals cause one reload */
    }
    request = mem_alloc(sizeof(*request));
    *request = (struct reload_request){.is_check = is_check, .done = done_fn, .ctx = ctx};
    append(reload, request);
    if (reload->first == request) {
        begin_next(reload);
    }
}

/* Forgets the caller of a request that has not begun. */
static void forget_later(struct reload *reload, struct reload_request **link)
{
    struct reload_request *request = *link;

    *link = request->next;
    if (request->next == NULL) {
        reload->end = link;
    }
    if (request->is_check || is_asked_for(reload)) {
        free(request);
    } else {
        append(reload, request);
    }
}

void reload_forget(struct reload *reload, const void *ctx)
{
    struct reload_request **link = &reload->first;

    while (*link != NULL && (*link)->ctx != ctx) {
        link = &(*link)->next;
    }
    if (*link != NULL) {
        (*link)->done = NULL;
        (*link)->ctx = NULL;
        if (*link != reload->first) {
            forget_later(reload, link);
        }
    }
}
