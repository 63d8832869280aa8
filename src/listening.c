/* listening.c: opens and changes the listeners, from the settings and the service manager's sockets. */
#include "config.h"

#include "listening.h"

#include "base/access.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/unix_users.h"
#include "net/addr_listen.h"
#include "net/listener_change.h"
#include "net/net.h"
#include "net/tls_check.h"
#include "net/tls_context.h"
#include "preflight.h"
#include "settings_slices.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <sysexits.h>
#include <unistd.h>

struct listening_plan {
    char *listen, *tls_listen; /* server.listen and tls.listen, for the log */
    struct listener_place *people; /* those of server.listen, then those of tls.listen */
    size_t people_count;
    struct addr_listen *proxied; /* proxy.required */
    size_t proxied_count;
    char *certificate;       /* the file that tls.certificate names */
    struct tls_context *tls; /* NULL if there is none */
    struct addr_listen metrics, control;
    bool has_metrics, has_control;
    struct unix_users *users;
};

/* ---- planning ---- */

/* The option that names the places of listeners with this profile. */
static const char *option_of(const struct listener_profile *profile)
{
    return profile->is_layered ? "tls.listen" : "server.listen";
}

static bool plan_proxied(struct listening_plan *plan, const struct conf *conf, struct strbuf *errors)
{
    const char *list = conf->proxy.required, *part;
    char err[512];
    size_t len;

    while (addr_listen_next(&list, &part, &len)) {
        plan->proxied = mem_realloc(plan->proxied, (plan->proxied_count + 1) * sizeof(plan->proxied[0]));
        if (!addr_listen_parse(&plan->proxied[plan->proxied_count], part, len, err, sizeof(err))) {
            strbuf_addf(errors, "proxy.required: \"%.*s\" %s\n", (int)len, part, err);
            return false;
        }
        plan->proxied_count++;
    }
    return true;
}

/* Returns true if proxy.required has the address. */
static bool is_proxied(const struct listening_plan *plan, const struct addr_listen *at)
{
    size_t i = 0;

    while (i < plan->proxied_count && !addr_listen_is_same(&plan->proxied[i], at)) {
        i++;
    }
    return i < plan->proxied_count;
}

/* The profile of a listener at an address, which is for lines or for TLS. */
static const struct listener_profile *profile_at(const struct listening_plan *plan, const struct addr_listen *at,
                                                 bool is_tls)
{
    const struct door_profile *profiles[2][2] = {{&door_lines, &door_tls}, {&door_proxied_lines, &door_proxied_tls}};

    return &profiles[is_proxied(plan, at)][is_tls]->listener;
}

/* Appends the places of one option. */
static bool plan_places(struct listening_plan *plan, const char *option, const char *list, bool is_tls,
                        struct strbuf *errors)
{
    struct listener_place *place;
    const char *part;
    char err[512];
    size_t len;

    while (addr_listen_next(&list, &part, &len)) {
        plan->people = mem_realloc(plan->people, (plan->people_count + 1) * sizeof(plan->people[0]));
        place = &plan->people[plan->people_count];
        if (!addr_listen_parse(&place->at, part, len, err, sizeof(err))) {
            strbuf_addf(errors, "%s: \"%.*s\" %s\n", option, (int)len, part, err);
            return false;
        }
        place->profile = profile_at(plan, &place->at, is_tls);
        plan->people_count++;
    }
    return true;
}

static bool plan_people(struct listening_plan *plan, const struct conf *conf, struct strbuf *errors)
{
    struct tls_settings tls = settings_slices_tls(conf);

    plan->listen = mem_strdup(conf->server.listen);
    plan->tls_listen = mem_strdup(conf->tls.listen);
    plan->certificate = mem_strdup(conf->tls.certificate);
    if (conf->tls.certificate[0] != '\0') {
        plan->tls = tls_context_new(&tls, errors);
        if (plan->tls == NULL) {
            return false;
        }
    }
    return plan_proxied(plan, conf, errors) &&
           plan_places(plan, "server.listen", conf->server.listen, false, errors) &&
           plan_places(plan, "tls.listen", conf->tls.listen, true, errors);
}

static bool plan_metrics(struct listening_plan *plan, const struct conf *conf, struct strbuf *errors)
{
    const char *at = conf->metrics.listen;
    char err[512];

    plan->has_metrics = at[0] != '\0';
    if (plan->has_metrics && !addr_listen_parse(&plan->metrics, at, strlen(at), err, sizeof(err))) {
        strbuf_addf(errors, "metrics.listen: \"%s\" %s\n", at, err);
        return false;
    }
    return true;
}

static bool plan_control(struct listening_plan *plan, const struct conf *conf, struct strbuf *errors)
{
    const char *path = conf->control.socket;
    char err[512];
    mode_t mode;

    plan->has_control = path[0] != '\0';
    if (!plan->has_control) {
        return true;
    }
    if (!addr_listen_parse_path(&plan->control, path, strlen(path), err, sizeof(err))) {
        strbuf_addf(errors, "control.socket: \"%s\" %s\n", path, err);
        return false;
    }
    (void)access_parse_mode(conf->control.mode, &mode); /* it was checked when the settings were read */
    plan->control.mode = (uint16_t)mode;
    if (!access_find_group(conf->control.group, &plan->control.group)) {
        strbuf_addf(errors, "control.group: there is no group \"%s\"\n", conf->control.group);
        return false;
    }
    return true;
}

struct listening_plan *listening_plan_new(const struct conf *conf, struct strbuf *errors)
{
    struct listening_plan *plan = mem_zalloc(sizeof(*plan));

    plan->users = unix_users_new(conf->accounts.unix_users);
    if (plan_people(plan, conf, errors) && plan_metrics(plan, conf, errors) && plan_control(plan, conf, errors)) {
        return plan;
    }
    listening_plan_free(plan);
    return NULL;
}

void listening_plan_free(struct listening_plan *plan)
{
    if (plan != NULL) {
        free(plan->listen);
        free(plan->tls_listen);
        free(plan->certificate);
        free(plan->people);
        free(plan->proxied);
        tls_context_unref(plan->tls);
        unix_users_free(plan->users);
        free(plan);
    }
}

/* ---- changing to a plan ---- */

static bool fail(struct strbuf *errors, const char *option, const char *err)
{
    int error = errno;

    strbuf_addf(errors, "%s: %s\n", option, err);
    errno = error;
    return false;
}

/* Checks for a unix socket that is not open yet that its file can be made and given its group.  If not, appends a line
 * to errors and sets *error to the errno. */
static void check_place(const struct addr_listen *where, const char *option, int *error, struct strbuf *errors)
{
    const char *path = addr_listen_path(where);

    if (path != NULL && !preflight_may_make(path)) {
        *error = errno;
        strbuf_addf(errors, "%s: cannot listen on unix:%s: %s\n", option, path, strerror(*error));
    } else if (path != NULL && !preflight_may_give(where)) {
        *error = EPERM;
        strbuf_addf(errors, "%s: chatd cannot give %s its group: it does not run as a member; Group= of its unit makes "
                    "it one\n", option, path);
    }
}

/* The service manager's sockets for TLS stay whatever the settings say. */
static bool check_tls(const struct listening *listening, const struct listening_plan *plan, int *error,
                      struct strbuf *errors)
{
    if (plan->tls == NULL && listener_has_adopted(&listening->door->listeners, &door_tls.listener)) {
        strbuf_addf(errors, "tls.certificate: the service manager's socket \"%s\" needs one\n", ACTIVATION_TLS);
        *error = EINVAL;
        return false;
    }
    if (plan->tls != NULL && listening->door->tls != NULL &&
        !tls_check_may_replace(tls_context_certificate(listening->door->tls), tls_context_certificate(plan->tls),
                               plan->certificate, clock_real_ms(listening->door->net->clock), errors)) {
        *error = EINVAL;
        return false;
    }
    return true;
}

const char *listening_new_certificate(const struct listening *listening, const struct listening_plan *plan)
{
    bool is_new = plan->tls != NULL && listening->door->tls != NULL &&
                  tls_expiry_is_new(&listening->door->expiry, tls_context_certificate(plan->tls));

    return is_new ? plan->certificate : NULL;
}

/* Removes the places of options that give way to the service manager's sockets. */
static size_t remove_unused(const struct listener_set *people, struct listener_place *places, size_t count)
{
    size_t left = 0;

    for (size_t i = 0; i < count; i++) {
        if (!listener_has_adopted(people, places[i].profile)) {
            places[left++] = places[i];
        }
    }
    return left;
}

bool listening_check(const struct listening *listening, const struct listening_plan *plan, struct strbuf *errors)
{
    const struct listener_set *people = &listening->door->listeners, *control = &listening->control->listeners;
    int error = 0;

    (void)check_tls(listening, plan, &error, errors);
    for (size_t i = 0; i < plan->people_count; i++) {
        const struct listener_place *place = &plan->people[i];

        if (!listener_has_adopted(people, place->profile) && !listener_is_asked(people, &place->at)) {
            check_place(&place->at, option_of(place->profile), &error, errors);
        }
    }
    if (plan->has_metrics && !metrics_http_is_asked(listening->metrics, &plan->metrics)) {
        check_place(&plan->metrics, "metrics.listen", &error, errors);
    }
    if (plan->has_control && !listener_has_adopted(control, NULL) && !listener_is_asked(control, &plan->control)) {
        check_place(&plan->control, plan->control.group != (gid_t)-1 ? "control.group" : "control.socket", &error,
                    errors);
    }
    errno = error;
    return error == 0;
}

/* The option of the first place that is not open. */
static const char *option_not_open(const struct listener_set *people, const struct listening_plan *plan)
{
    size_t i = 0;

    while (i + 1 < plan->people_count && listener_is_asked(people, &plan->people[i].at)) {
        i++;
    }
    return option_of(plan->people[i].profile);
}

/* The profile of a socket for people that the service manager has opened, was; ctx is the plan. */
static const struct listener_profile *choose_profile(const void *ctx, const struct listener_profile *was,
                                                     const struct addr_listen *bound)
{
    struct addr_listen either = *bound;

    /* "*:4000": the system does not tell whether a socket takes IPv4 too. */
    either.dual_stack = true;
    return profile_at(ctx, is_proxied(ctx, &either) ? &either : bound, was->is_layered);
}

bool listening_change(const struct listening *listening, struct listening_plan *plan, struct strbuf *errors)
{
    struct listener_set *people = &listening->door->listeners;
    bool has_control = !listener_has_adopted(&listening->control->listeners, NULL); /* the plan holds for it */
    const struct addr_listen *metrics = plan->has_metrics ? &plan->metrics : NULL;
    const struct addr_listen *control = plan->has_control ? &plan->control : NULL;
    bool is_open = true;
    char err[512];
    int error;

    if (listening->door->is_closed) {
        strbuf_adds(errors, "the server is stopping\n");
        return false;
    }
    if (!listening_check(listening, plan, errors)) {
        return false;
    }
    plan->people_count = remove_unused(people, plan->people, plan->people_count);
    listener_change_begin(people, plan->people, plan->people_count);
    metrics_http_change_begin(listening->metrics, metrics);
    if (has_control) {
        control_change_begin(listening->control, control);
    }
    if (!listener_change_open(people, plan->people, plan->people_count, err, sizeof(err))) {
        is_open = fail(errors, option_not_open(people, plan), err);
    } else if (!metrics_http_change_open(listening->metrics, metrics, err, sizeof(err))) {
        is_open = fail(errors, "metrics.listen", err);
    } else if (has_control && !control_change_open(listening->control, control, err, sizeof(err))) {
        is_open = fail(errors, "control.socket", err);
    }
    error = errno;
    (is_open ? listener_change_commit : listener_change_cancel)(people);
    (is_open ? metrics_http_change_commit : metrics_http_change_cancel)(listening->metrics);
    if (has_control && is_open) {
        control_change_commit(listening->control, control);
    } else if (has_control) {
        control_change_cancel(listening->control);
    }
    if (is_open) {
        listener_choose(people, choose_profile, plan);
        door_set_users(listening->door, unix_users_copy(plan->users));
        door_set_tls(listening->door, plan->tls, plan->certificate);
        plan->tls = NULL;
    }
    errno = error;
    return is_open;
}

const char *listening_unused(const struct listening *listening, const struct conf *conf, const char *option)
{
    static const char by_manager[] = "the service manager's socket is used instead";
    bool is_control = strncmp(option, "control.", strlen("control.")) == 0;

    const struct listener_set *people = &listening->door->listeners;

    if ((strcmp(option, "server.listen") == 0 && listener_has_adopted(people, &door_lines.listener)) ||
        (strcmp(option, "tls.listen") == 0 && listener_has_adopted(people, &door_tls.listener)) ||
        (strcmp(option, "metrics.listen") == 0 && listening->metrics->place.is_adopted) ||
        (is_control && listener_has_adopted(&listening->control->listeners, NULL))) {
        return by_manager;
    }
    if (is_control && conf->control.socket[0] == '\0' && strcmp(option, "control.socket") != 0) {
        return "there is no control.socket";
    }
    return NULL;
}

bool listening_at(const struct listening *listening, size_t i, struct listener_info *info, const char **purpose)
{
    const struct listener_set *people = &listening->door->listeners;
    struct listener_info there;
    size_t count = 0;

    while (listener_info(people, count, &there)) {
        count++;
    }
    if (i < count) {
        bool is_there = listener_info(people, i, info);

        *purpose = info->profile->is_layered ? "people over TLS" : "people";
        return is_there;
    }
    i -= count;
    if (metrics_http_info(listening->metrics, info) && i-- == 0) {
        *purpose = "metrics";
        return true;
    }
    *purpose = "control";
    return listener_info(&listening->control->listeners, i, info);
}

/* ---- the start ---- */

/* Takes over the service manager's sockets for people, if there are any. */
static void adopt_peoples(const struct listening *listening, struct activation *activation,
                          const struct listening_plan *plan)
{
    struct listener_set *people = &listening->door->listeners;
    const char *name;

    for (int fd; (fd = activation_take_peoples(activation, &name)) >= 0;) {
        listener_adopt(people, fd, name, &door_lines.listener);
    }
    for (int fd; (fd = activation_take(activation, ACTIVATION_TLS)) >= 0;) {
        listener_adopt(people, fd, ACTIVATION_TLS, &door_tls.listener);
    }
    if (listener_has_adopted(people, &door_lines.listener)) {
        log_info("server.listen gives way to the service manager's sockets", LOG_STR("listen", plan->listen));
    }
    if (listener_has_adopted(people, &door_tls.listener) && plan->tls_listen[0] != '\0') {
        log_info("tls.listen gives way to the service manager's sockets", LOG_STR("listen", plan->tls_listen));
    }
}

static bool adopt_metrics(const struct listening *listening, struct activation *activation, struct strbuf *errors)
{
    int fd = activation_take(activation, ACTIVATION_METRICS);
    char err[512];

    return fd < 0 || metrics_http_adopt(listening->metrics, fd, err, sizeof(err)) ||
           fail(errors, "metrics.listen", err);
}

/* The mode of a file decides who may command the server, so a control socket without a file is refused. */
static bool adopt_control(const struct listening *listening, struct activation *activation, struct strbuf *errors)
{
    int fd = activation_take(activation, ACTIVATION_CONTROL);
    struct sockaddr_un un = {0};
    socklen_t len = sizeof(un);

    if (fd < 0) {
        return true;
    }
    if (getsockname(fd, (struct sockaddr *)&un, &len) != 0 || un.sun_family != AF_UNIX || un.sun_path[0] == '\0') {
        strbuf_addf(errors, "the service manager's socket \"%s\" has to be a unix socket with a path\n",
                    ACTIVATION_CONTROL);
        close(fd);
        errno = EINVAL;
        return false;
    }
    control_adopt(listening->control, fd, ACTIVATION_CONTROL);
    return true;
}

int listening_open(const struct listening *listening, struct activation *activation, struct listening_plan *plan,
                   struct strbuf *errors)
{
    int status = EXIT_FAILURE, error;

    adopt_peoples(listening, activation, plan);
    if (adopt_metrics(listening, activation, errors) && adopt_control(listening, activation, errors) &&
        listening_change(listening, plan, errors)) {
        status = EXIT_SUCCESS;
        activation_warn(activation);
    } else if (preflight_is_lasting(errno)) {
        status = EX_CONFIG;
    }
    error = errno;
    activation_close(activation);
    errno = error;
    return status;
}
