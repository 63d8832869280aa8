/* server.c: puts the parts together.
 *
 * Owns everything that lives as long as the process: the event base, the clock, net, the listeners,
 * the chat with its ports, the sessions' shared state, and the settings in force. */
#include "config.h"

#include "server.h"

#include "admin/activation.h"
#include "admin/control.h"
#include "admin/metrics.h"
#include "admin/metrics_http.h"
#include "admin/notify.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/lane.h"
#include "base/log.h"
#include "base/log_limit.h"
#include "base/mem.h"
#include "bus/bus_local.h"
#include "bus/directory_local.h"
#include "chat/chat.h"
#include "chat/rooms.h"
#include "control_host.h"
#include "door.h"
#include "hints.h"
#include "libevent_log.h"
#include "listening.h"
#include "loop.h"
#include "net/net.h"
#include "preflight.h"
#include "reload.h"
#include "session/sessions.h"
#include "settings.h"
#include "settings_slices.h"
#include "signals.h"
#include "store/store_memory.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <sysexits.h>
#include <unistd.h>

/* The lanes, each with its threads beside the loop's. */
enum lane_id {
    LANE_FILES, /* reads settings and opens logs */
    LANES
};

static const struct lane_spec lane_specs[LANES] = {
    [LANE_FILES] = {.name = "files", .threads = 1, .most = 4, .drain_ms = 1000}, /* no reload is worth more */
};

enum { STORE_END_MS = 5000 /* for the store to write what waits at the end */ };

struct server {
    struct settings settings;
    struct event_base *base;
    struct clock clock;
    struct activation activation; /* used until all sockets are open */
    struct listening_plan *plan;  /* likewise */
    struct listening listening;
    struct net net;
    struct door door;
    struct store *store;
    struct chat chat;
    struct session_env sessions;
    struct lane *lanes[LANES];
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

static struct event_base *base_new(enum conf_backend backend)
{
    static const char *const methods[] = {"epoll", "poll", "select"};
    struct event_config *config = event_config_new();
    struct event_base *base;

    if (config == NULL) {
        return NULL;
    }
    event_config_set_flag(config, EVENT_BASE_FLAG_NOLOCK);
    for (size_t i = 0; backend != CONF_BACKEND_AUTO && i < sizeof(methods) / sizeof(methods[0]); i++) {
        if (i + 1 != (size_t)backend) {
            event_config_avoid_method(config, methods[i]);
        }
    }
    base = event_base_new_with_config(config);
    event_config_free(config);
    return base;
}

static void build(struct server *server)
{
    const struct conf *conf = server->settings.conf;
    struct net_limits net = settings_slices_net(conf);
    struct door_limits door = settings_slices_door(conf);
    struct chat_limits chat = settings_slices_chat(conf);
    size_t permanent_count;
    struct name *permanent = settings_slices_permanent(conf, &permanent_count);
    struct session_limits sessions = settings_slices_session(conf, server->settings.name);
    struct control_host host;
    struct rings_limits history = settings_slices_history(conf);
    struct chat_ports ports = {.bus = bus_local_new(), .directory = directory_local_new()};

    ports.store = server->store = store_memory_new(&history);
    net_init(&server->net, server->base, &server->clock, &net);
    chat_init(&server->chat, &server->clock, &chat, &ports);
    rooms_set_permanent(&server->chat, permanent, permanent_count);
    server->sessions = (struct session_env){.chat = &server->chat,
                                            .clock = &server->clock,
                                            .gone = door_leave,
                                            .gone_ctx = &server->door};
    sessions_init(&server->sessions, &sessions);
    timeq_init(&server->draining, conf->server.drain_seconds * 1000, drain_due, server);
    server->door = (struct door){.net = &server->net, .sessions = &server->sessions};
    door_init(&server->door, &door, &server->telling);
    server->net.relieved_log.telling = &server->telling;
    server->sessions.noted_log.telling = &server->telling;
    loop_init(&server->loop, server->base, &server->net, &server->clock);
    for (size_t i = 0; i < LANES; i++) {
        loop_add_lane(&server->loop, server->lanes[i]);
    }
    server->reload = (struct reload){.settings = &server->settings,
                                     .listening = &server->listening,
                                     .lane = server->lanes[LANE_FILES],
                                     .begins = reload_begins,
                                     .ends = reload_ends,
                                     .ctx = server};
    reload_init(&server->reload);
    loop_add_timeq(&server->loop, &server->net.stalled);
    loop_add_timeq(&server->loop, &server->net.lingering);
    loop_add_timeq(&server->loop, &server->door.admit.forgetting);
    loop_add_timeq(&server->loop, &server->door.listeners.resting);
    loop_add_timeq(&server->loop, &server->door.preambles.waiting);
    loop_add_timeq(&server->loop, &server->sessions.arriving);
    loop_add_crowd(&server->loop, &server->sessions.crowd.waiting);
    loop_add_timeq(&server->loop, &server->sessions.reading);
    loop_add_timeq(&server->loop, &server->sessions.flooded);
    loop_add_timeq(&server->loop, &server->sessions.idle);
    loop_add_timeq(&server->loop, &server->sessions.warned);
    loop_add_timeq(&server->loop, &server->draining);
    loop_add_timeq(&server->loop, &server->door.catching_up);
    loop_add_timeq(&server->loop, &server->telling);
    loop_add_timeq(&server->loop, log_retry_by(&server->clock));
    server->metrics = (struct metrics){.admit = &server->door.admit,
                                       .chat = &server->chat,
                                       .listeners = &server->door.listeners,
                                       .net = &server->net,
                                       .sessions = &server->sessions,
                                       .turns = &server->loop.turns,
                                       .reloads = server->reload.counts,
                                       .is_reload_refused = &server->reload.is_refused,
                                       .started_ms = clock_real_ms(&server->clock),
                                       .begun_ms = clock_ms(&server->clock)};
    server->metrics_http = (struct metrics_http){
        .base = server->base, .clock = &server->clock, .metrics = &server->metrics};
    metrics_http_init(&server->metrics_http);
    loop_add_timeq(&server->loop, &server->metrics_http.conns);
    loop_add_timeq(&server->loop, &server->metrics_http.resting);
    server->control_parts = (struct control_host_parts){.settings = &server->settings,
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
    control_init(&server->control, server->base, &server->clock, &host, conf->limits.stall_seconds);
    server->control.refused_log.telling = &server->telling;
    server->control.listeners.short_log.telling = &server->telling;
    loop_add_timeq(&server->loop, &server->control.listeners.resting);
    loop_add_timeq(&server->loop, &server->notify.alive);
    loop_add_timeq(&server->loop, &server->notify.telling);
    loop_add_timeq(&server->loop, &server->notify.retrying);
    server->listening = (struct listening){
        .door = &server->door, .metrics = &server->metrics_http, .control = &server->control};
    server->settings.net = &server->net;
    server->settings.door = &server->door;
    server->settings.chat = &server->chat;
    server->settings.store = server->store;
    server->settings.sessions = &server->sessions;
    server->settings.control = &server->control;
    server->settings.stopping = &server->draining;
    server->signals = (struct signals){.stop = on_stop, .reload = on_reload, .reopen = on_reopen, .ctx = server};
    signals_init(&server->signals, server->base);
}

/* Ends the first count lanes, all at the same time. */
static void end_lanes(struct server *server, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lane_end(server->lanes[i]);
    }
    for (size_t i = 0; i < count; i++) {
        size_t lost = lane_free(server->lanes[i]);

        if (lost > 0) {
            log_error("jobs lost", LOG_STR("lane", lane_specs[i].name), LOG_NUM("count", lost));
        }
    }
}

static bool begin_lanes(struct server *server, struct strbuf *errors)
{
    for (size_t i = 0; i < LANES; i++) {
        server->lanes[i] = lane_new(&lane_specs[i]);
        if (server->lanes[i] == NULL) {
            strbuf_addf(errors, "cannot begin the threads for %s: %s\n", lane_specs[i].name, strerror(errno));
            end_lanes(server, i);
            return false;
        }
    }
    return true;
}

/* Called after all lines have been passed to the store, and before its lane ends. */
static void end_store(struct server *server)
{
    uint64_t lost = server->store->ops->end(server->store, STORE_END_MS);

    if (lost > 0) {
        log_error("lines lost", LOG_NUM("count", lost));
    }
}

/* The parts that push jobs are taken down before the lanes, so that their last jobs are run: first the connections,
 * then the chat, then the store. */
static void take_down(struct server *server)
{
    signals_fini(&server->signals);
    control_fini(&server->control);
    reload_fini(&server->reload);
    door_close(&server->door);
    metrics_http_fini(&server->metrics_http);
    net_fini(&server->net);
    chat_fini(&server->chat);
    end_store(server);
    door_fini(&server->door);
    loop_fini(&server->loop);
    end_lanes(server, LANES);
    event_base_free(server->base);
}

static void run(struct server *server)
{
    server->status = EXIT_SUCCESS;
    log_info("ready", LOG_STR("version", PACKAGE_VERSION), LOG_STR("server", server->settings.name),
             LOG_STR("backend", event_base_get_method(server->base)), LOG_NUM("pid", getpid()));
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

/* Builds the parts that all others need. */
static bool begin(struct server *server, struct strbuf *errors)
{
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
    server->base = base_new((enum conf_backend)conf->server.event_backend);
    if (server->base == NULL) {
        strbuf_adds(errors, "this system does not have the event backend that server.event_backend names\n");
        server->status = EX_CONFIG;
        return false;
    }
    if (!begin_lanes(server, errors)) {
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

int server_run(const struct settings_source *source, struct conf *conf, struct strbuf *errors)
{
    struct server *server = mem_zalloc(sizeof(*server));
    bool is_activated = activation_open(&server->activation, errors); /* before anything else is open */
    int status;

    server->plan = listening_plan_new(conf, errors);
    settings_init(&server->settings, source, conf);
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
