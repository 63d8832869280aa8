/* server.c: puts the parts together.
 *
 * Owns everything that lives as long as the process: the event base, the clock, net, the listeners,
 * the chat with its ports, the sessions' shared state, and the settings in force. */
#include "config.h"

#include "server.h"

#include "accounting.h"
#include "admin/activation.h"
#include "admin/control.h"
#include "admin/metrics.h"
#include "admin/metrics_http.h"
#include "admin/notify.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/mem.h"
#include "base/zones.h"
#include "bus/bus_local.h"
#include "bus/directory_local.h"
#include "chat/bans.h"
#include "chat/chat.h"
#include "chat/graces.h"
#include "chat/marks.h"
#include "chat/rooms.h"
#include "chat/rules_load.h"
#include "control_host.h"
#include "door.h"
#include "frontend/typing_screen.h"
#include "hints.h"
#include "lanes.h"
#include "libevent_log.h"
#include "listening.h"
#include "loop.h"
#include "net/net.h"
#include "net/shares.h"
#include "net/uring.h"
#include "preflight.h"
#include "reload.h"
#include "session/scroll.h"
#include "session/sessions.h"
#include "settings.h"
#include "settings_slices.h"
#include "signals.h"
#include "storing.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <sysexits.h>
#include <unistd.h>

struct server {
    struct settings settings;
    struct event_base *base;
    struct clock clock;
    struct activation activation; /* used until all sockets are open */
    struct listening_plan *plan;  /* likewise */
    struct listening listening;
    struct net net;
    struct shares *shares; /* NULL if the loop's thread makes all writes */
    struct shares_spec writing;
    struct door door;
    struct storing storing;
    struct accounting accounting;
    struct chat chat;
    struct charsets charsets;
    struct session_env sessions;
    struct zones *zones;
    struct lanes lanes;
    struct reload reload;
    struct loop loop;
    struct metrics metrics;
    struct metrics_http metrics_http;
    struct notify notify;
    struct signals signals;
    struct timeq draining;
    struct timeq_node drain;
    struct control control;
    struct control_host_parts control_parts;
    int status;
    struct timeq telling; /* log_limits with lines left out that are not logged yet */
};

/* ---- standstills ---- */

static void stood_still(struct clock *clock, uint64_t ms)
{
    struct server *server = CONTAINER_OF(clock, struct server, clock);

    log_warn("stood still", LOG_NUM("paused_ms", ms));
    door_stood_still(&server->door, ms);
    notify_alive(&server->notify);
}

/* ---- the service manager ---- */

static void count(void *ctx, struct notify_counts *counts)
{
    struct server *server = ctx;

    *counts = (struct notify_counts){
        .clients = server->door.admit.clients,
        .rooms = rooms_count(&server->chat),
        .lines_per_second = rate_per_second(&server->chat.said, clock_ms(&server->clock)),
        .queued_bytes = server->net.queued_bytes,
        .note = server->door.listeners.is_paused ? "draining: no newcomers are taken"
                : bans_lockdown(&server->chat) != NULL ? "lockdown: only people who are logged in may speak"
                : server->chat.keeping.is_failing ? "what is said cannot be written to the database"
                : server->reload.is_refused ? "the last reload was refused"
                                            : NULL,
    };
}

/* ---- stopping and reloading ---- */

static void drain_due(struct timeq *q, struct timeq_node *node)
{
    struct server *server = q->ctx;

    (void)node;
    server->loop.is_stopped = true;
}

static void on_stop(void *ctx)
{
    struct server *server = ctx;

    if (server->door.is_closed) {
        log_warn("stopping at once", LOG_NUM("clients", server->net.count));
        server->status = EXIT_FAILURE; /* the queues are lost */
        server->loop.is_stopped = true;
        return;
    }
    log_info("stopping", LOG_NUM("clients", server->door.admit.clients));
    door_close(&server->door);
    net_end_all(&server->net, REASON_SHUTDOWN);
    notify_stopping(&server->notify);
    timeq_push(&server->draining, &server->drain, clock_ms(&server->clock));
}

static void reload_begins(void *ctx)
{
    struct server *server = ctx;

    notify_reloading(&server->notify);
}

static void reload_ends(void *ctx)
{
    struct server *server = ctx;

    notify_ready(&server->notify);
}

static void on_reload(void *ctx)
{
    struct server *server = ctx;

    reload_ask(&server->reload, false, NULL, NULL);
}

static void on_reopen(void *ctx)
{
    (void)ctx; /* the log belongs to the process */
    (void)log_reopen();
}

/* ---- building ---- */

static void go_on(void *ctx, uint64_t last_id)
{
    bus_local_go_on(ctx, last_id);
}

/* The connections, the chat and the store.  The parts have no limits yet: settings_give() gives each its slice, as
 * after a reload. */
static void build_chat(struct server *server)
{
    struct chat_ports ports = {.bus = bus_local_new(), .directory = directory_local_new()};

    storing_tell_last_id(&server->storing, go_on, ports.bus);
    ports.store = server->storing.store;
    ports.accounts = server->accounting.accounts;
    ports.profiles = storing_profiles(&server->storing);
    ports.mail = server->accounting.mail;
    ports.bans = server->storing.bans;
    net_init(&server->net, server->base, &server->clock, &(struct net_limits){0});
    if (server->shares != NULL) {
        shares_join(server->shares, &server->net);
    }
    server->net.shakes = server->lanes.list[LANES_TLS];
    chat_init(&server->chat, &server->clock, &(struct chat_limits){0}, &ports);
    server->zones = zones_load(zones_dir());
    server->sessions = (struct session_env){.chat = &server->chat,
                                            .clock = &server->clock,
                                            .net = &server->net,
                                            .charsets = &server->charsets,
                                            .gone = door_leave,
                                            .heard = door_heard,
                                            .is_exempt = door_is_exempt,
                                            .zones = server->zones,
                                            .gone_ctx = &server->door};
    charsets_open(&server->charsets);
    sessions_init(&server->sessions, &(struct session_limits){0});
    server->door = (struct door){.net = &server->net, .sessions = &server->sessions};
    door_init(&server->door, &(struct door_limits){0}, &server->telling);
    server->net.relieved_log.telling = &server->telling;
    server->sessions.noted_log.telling = &server->telling;
    server->sessions.address_log.telling = &server->telling;
    server->sessions.filter_log.telling = &server->telling;
}

static const char *why_not_ready(void *ctx)
{
    const struct server *server = ctx;
    const char *why = door_why_not_ready(&server->door);

    return why == NULL && server->chat.awaits_rules ? "the database is still being read" : why;
}

static void build_metrics(struct server *server)
{
    server->metrics = (struct metrics){.admit = &server->door.admit,
                                       .chat = &server->chat,
                                       .listeners = &server->door.listeners,
                                       .certificate = &server->door.expiry,
                                       .handshakes = &server->door.handshakes,
                                       .net = &server->net,
                                       .sessions = &server->sessions,
                                       .passwords = accounting_passwords(&server->accounting),
                                       .turns = &server->loop.turns,
                                       .reloads = server->reload.counts,
                                       .is_reload_refused = &server->reload.is_refused,
                                       .started_ms = clock_real_ms(&server->clock),
                                       .begun_ms = clock_ms(&server->clock)};
    server->metrics_http = (struct metrics_http){
        .base = server->base, .clock = &server->clock, .pages = {.metrics = &server->metrics,
                                                                              .why_not_ready = why_not_ready,
                                                                              .ctx = server}};
    metrics_http_init(&server->metrics_http);
}

/* What administrators use: reloads, metrics, the control socket, signals. */
static void build_admin(struct server *server)
{
    struct control_host host;

    server->reload = (struct reload){.settings = &server->settings,
                                     .listening = &server->listening,
                                     .lane = server->lanes.list[LANES_FILES],
                                     .begins = reload_begins,
                                     .ends = reload_ends,
                                     .ctx = server};
    reload_init(&server->reload);
    build_metrics(server);
    server->control_parts = (struct control_host_parts){.settings = &server->settings,
                                                        .storing = &server->storing,
                                                        .reload = &server->reload,
                                                        .door = &server->door,
                                                        .listening = &server->listening,
                                                        .stop = on_stop,
                                                        .ctx = server};
    host = control_host_of(&server->control_parts);
    host.chat = &server->chat;
    host.net = &server->net;
    host.clock = &server->clock;
    host.metrics = &server->metrics;
    control_init(&server->control, server->base, &server->clock, &host);
    server->control.refused_log.telling = &server->telling;
    server->control.listeners.short_log.telling = &server->telling;
    server->listening = (struct listening){
        .door = &server->door, .metrics = &server->metrics_http, .control = &server->control};
    server->signals = (struct signals){.stop = on_stop, .reload = on_reload, .reopen = on_reopen, .ctx = server};
    signals_init(&server->signals, server->base);
}

static void draw(void *ctx)
{
    struct server *server = ctx;

    typing_screen_draw(&server->sessions.drawn);
}

/* The loop, with all queues of what waits for a time, and the lanes. */
static void build_loop(struct server *server)
{
    struct timeq *timeqs[] = {
        &server->chat.graces->lent,
        &server->chat.graces->overdue,
        &server->chat.graces->resting,
        &server->net.stalled,
        &server->net.lingering,
        marks_timeq(&server->chat),
        &server->door.farewell.leaving,
        &server->door.listeners.resting,
        &server->door.preambles.waiting,
        &server->door.handshakes.waiting,
        &server->door.expiry.looking,
        &server->sessions.arriving,
        &server->sessions.reading,
        &server->sessions.flooded,
        &server->sessions.silent,
        &server->sessions.idle,
        &server->sessions.warned,
        &server->sessions.probing,
        &server->sessions.putting_out.due,
        &server->sessions.telling.due,
        bans_timeq(&server->chat),
        &server->draining,
        &server->door.catching_up,
        &server->chat.expiry,
        &server->chat.folding,
        &server->telling,
        log_retry_by(&server->clock),
        &server->metrics_http.conns,
        &server->metrics_http.resting,
        &server->control.listeners.resting,
        &server->notify.alive,
        &server->notify.telling,
        &server->notify.retrying,
    };

    loop_init(&server->loop, server->base, &server->net, &server->clock);
    for (size_t i = 0; i < LANES; i++) {
        if (server->lanes.list[i] != NULL) {
            loop_add_lane(&server->loop, server->lanes.list[i]);
        }
    }
    for (size_t i = 0; i < sizeof(timeqs) / sizeof(timeqs[0]); i++) {
        loop_add_timeq(&server->loop, timeqs[i]);
    }
    storing_join(&server->storing, &server->loop);
    accounting_join(&server->accounting, &server->loop, &server->telling);
    loop_add_crowd(&server->loop, &server->sessions.crowd.waiting);
    loop_set_draw(&server->loop, draw, server);
}

static void build(struct server *server)
{
    timeq_init(&server->draining, 0, drain_due, server);
    build_chat(server);
    build_admin(server);
    build_loop(server);
    server->settings.net = &server->net;
    server->settings.door = &server->door;
    server->settings.chat = &server->chat;
    server->settings.storing = &server->storing;
    server->settings.accounting = &server->accounting;
    server->settings.sessions = &server->sessions;
    server->settings.control = &server->control;
    server->settings.stopping = &server->draining;
    settings_give(&server->settings);
    rules_load_begin(&server->chat);
}

static void end_writers(struct server *server)
{
    if (server->shares != NULL) {
        shares_free(server->shares);
    }
}

/* The parts that push jobs are taken down before the lanes, so that their last jobs are run: first the connections,
 * then the chat, then the accounts, then the store. */
static void take_down(struct server *server)
{
    signals_fini(&server->signals);
    control_fini(&server->control);
    reload_fini(&server->reload);
    door_close(&server->door);
    metrics_http_fini(&server->metrics_http);
    net_fini(&server->net);
    scroll_fini(&server->sessions);
    sessions_fini(&server->sessions);
    chat_fini(&server->chat);
    charsets_close(&server->charsets);
    zones_free(server->zones);
    accounting_end(&server->accounting);
    storing_end(&server->storing);
    door_fini(&server->door);
    loop_fini(&server->loop);
    end_writers(server);
    accounting_free(&server->accounting);
    lanes_end(&server->lanes);
    event_base_free(server->base);
}

static void run(struct server *server)
{
    server->status = EXIT_SUCCESS;
    log_info("ready", LOG_STR("version", PACKAGE_VERSION), LOG_STR("server", server->settings.name),
             LOG_STR("backend", event_base_get_method(server->base)), LOG_NUM("writers", server->writing.writers),
             LOG_STR("write", server->writing.has_uring ? "io_uring" : "send"), LOG_NUM("pid", getpid()));
    hints_tell_start(&server->door.listeners);
    notify_ready(&server->notify);
    while (!server->loop.is_stopped) {
        loop_turn(&server->loop);
        notify_turn(&server->notify);
        if (server->door.is_closed && server->net.count == 0) {
            server->loop.is_stopped = true;
        }
    }
    if (server->net.queued_bytes > 0) {
        log_warn("clients cut off", LOG_NUM("clients", server->net.count),
                 LOG_NUM("queued_bytes", server->net.queued_bytes));
    }
    server->telling.wait_ms = 0;
    timeq_run(&server->telling, clock_ms(&server->clock));
    notify_stopped(&server->notify);
    log_info("stopped");
}

/* The lanes, the store, which has one of them, and the accounts, which are there too. */
static bool begin_store(struct server *server, struct strbuf *errors)
{
    char *path = storing_path(server->settings.conf);
    bool has_begun = lanes_begin(&server->lanes, path != NULL, errors);

    if (has_begun) {
        int status = storing_begin(&server->storing, path, server->lanes.list[LANES_STORE],
                                   server->lanes.list[LANES_CHECK], &server->clock, errors);

        if (status != 0) {
            server->status = status;
            lanes_end(&server->lanes);
            has_begun = false;
        }
    }
    if (has_begun && !accounting_begin(&server->accounting, &server->storing, server->lanes.list[LANES_STORE],
                                       &server->clock, server->settings.conf, errors)) {
        storing_end(&server->storing);
        lanes_end(&server->lanes);
        has_begun = false;
    }
    free(path);
    return has_begun;
}

/* Returns true if the settings ask for io_uring and the system allows it. */
static bool has_uring(const struct shares_spec *spec)
{
    if (!spec->has_uring || uring_is_usable()) {
        return spec->has_uring;
    }
    log_warn("io_uring refused", LOG_STR("error", strerror(errno)),
             LOG_STR("why", "server.write asks for it, but this build, the kernel or a filter does not have it: "
                            "lines are written by send"));
    return false;
}

/* The threads that write, if the loop's is not to be the only one, and what they write by. */
static bool begin_writers(struct server *server, struct strbuf *errors)
{
    struct shares_spec spec = settings_slices_shares(server->settings.conf);

    spec.has_uring = has_uring(&spec);
    server->writing = spec;
    if (spec.writers > 1 || spec.has_uring) {
        server->shares = shares_new(&spec);
        if (server->shares == NULL) {
            strbuf_addf(errors, "cannot begin the threads of server.writers: %s\n", strerror(errno));
            return false;
        }
    }
    return true;
}

/* Builds the parts that all others need. */
static bool begin(struct server *server, struct strbuf *errors)
{
    static const char *const backends[] = {[CONF_BACKEND_AUTO] = NULL,
                                           [CONF_BACKEND_EPOLL] = "epoll",
                                           [CONF_BACKEND_POLL] = "poll",
                                           [CONF_BACKEND_SELECT] = "select"};
    const struct conf *conf = server->settings.conf;
    struct log_sink *sink;

    if (!settings_open_log(conf, NULL, &sink, errors)) {
        /* A journal or syslogd may be reachable later. */
        bool is_file = conf->log.target == LOG_TARGET_FILE;

        server->status = is_file && preflight_is_lasting(errno) ? EX_CONFIG : EXIT_FAILURE;
        return false;
    }
    settings_use_log(&server->settings, sink);
    timeq_init(&server->telling, LOG_LIMIT_TELL_MS, log_limit_due, NULL);
    libevent_log_begin(&server->clock, &server->telling);
    settings_log_warnings(conf);
    hints_warn_of_root();
    settings_raise_descriptors(&server->settings);
    server->base = loop_base_new(backends[conf->server.event_backend]);
    if (server->base == NULL) {
        strbuf_adds(errors, "this system does not have the event backend that server.event_backend names\n");
        server->status = EX_CONFIG;
        return false;
    }
    if (!begin_writers(server, errors)) {
        event_base_free(server->base);
        return false;
    }
    if (!begin_store(server, errors)) {
        end_writers(server);
        event_base_free(server->base);
        return false;
    }
    return true;
}

void server_turn_away(void)
{
    struct activation activation;
    struct strbuf errors = {0}; /* not reported: the caller has a worse error to report */

    if (activation_open(&activation, &errors)) {
        door_turn_away(&activation);
        activation_close(&activation);
    }
    strbuf_fini(&errors);
}

int server_run(const struct settings_source *source, struct conf *conf, struct wordlist *words, struct strbuf *errors)
{
    struct server *server = mem_zalloc(sizeof(*server));
    bool is_activated = activation_open(&server->activation, errors); /* before anything else is open */
    int status;

    server->plan = listening_plan_new(conf, errors);
    settings_init(&server->settings, source, conf, words);
    server->status = is_activated && server->plan != NULL ? EXIT_FAILURE : EX_CONFIG; /* until it runs */
    clock_init(&server->clock);
    notify_init(&server->notify, &server->clock, count, server);
    if (is_activated && server->plan != NULL && begin(server, errors)) {
        build(server);
        server->status = listening_open(&server->listening, &server->activation, server->plan, errors);
        if (server->status == EXIT_SUCCESS) {
            server->clock.stood_still = stood_still;
            run(server);
        } else {
            int error = errno;

            notify_failed(&server->notify, error, strbuf_str(errors));
            hints_add_taken(errors, error);
        }
        take_down(server);
    } else {
        notify_failed(&server->notify, 0, strbuf_str(errors));
        if (server->status == EX_CONFIG) { /* with another status the service manager starts chatd again */
            door_turn_away(&server->activation);
        }
        activation_close(&server->activation);
    }
    listening_plan_free(server->plan);
    notify_fini(&server->notify);
    status = server->status;
    libevent_log_end();
    log_close();
    settings_fini(&server->settings);
    free(server);
    return status;
}
