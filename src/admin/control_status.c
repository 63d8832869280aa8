/* admin/control_status.c: tells the state of the server: numbers from its metrics, and the addresses it listens on. */
#include "config.h"

#include "admin/control_status.h"

#include "admin/metrics.h"
#include "base/json.h"
#include "base/rate.h"
#include "base/text.h"
#include "chat/bans.h"
#include "net/tls_check.h"

#include <unistd.h>

/* The metrics in the status; "value of limit" if there is a limit. */
static const struct {
    const char *label, *key, *metric, *limit;
    bool is_bytes;
} shown[] = {
    {"clients", "clients", "chatd_clients", "chatd_clients_limit", false},
    {"rooms", "rooms", "chatd_rooms", "chatd_rooms_limit", false},
    {"lines said", "lines", "chatd_lines_total", NULL, false},
    {"private lines", "private_lines", "chatd_private_lines_total", NULL, false},
    {"deliveries", "deliveries", "chatd_deliveries_total", NULL, false},
    {"queued", "queue_bytes", "chatd_queue_bytes", "chatd_queue_limit_bytes", true},
    {"input", "input_bytes", "chatd_input_bytes", NULL, true},
    {"skipped lines", "skipped_lines", "chatd_skipped_lines_total", NULL, false},
    {"history", "history_bytes", "chatd_history_bytes", "chatd_history_limit_bytes", true},
    {"store failing", "store_failing", "chatd_store_failing", NULL, false},
    {"store waiting", "store_waiting_bytes", "chatd_store_waiting_bytes", NULL, true},
    {"lines lost", "store_lost_lines", "chatd_store_lost_lines_total", NULL, false},
    {"accounts", "accounts", "chatd_accounts", "chatd_accounts_limit", false},
    {"registrations", "registrations", "chatd_registrations_total", NULL, false},
    {"log-ins tried", "logins", "chatd_logins_total", NULL, false},
    {"hashes waiting", "password_hashes", "chatd_password_hashes", NULL, false},
    {"memory", "memory_bytes", "process_resident_memory_bytes", NULL, true},
    {"newcomers", "connections", "chatd_connections_total", NULL, false},
    {"turned away", "refused", "chatd_refused_total", NULL, false},
    {"flood stops", "flood_stops", "chatd_flood_stops_total", NULL, false},
};

enum { SHOWN = sizeof(shown) / sizeof(shown[0]) };

static uint64_t uptime_s(const struct control_host *host)
{
    return (clock_ms(host->clock) - host->metrics->begun_ms) / 1000;
}

static double lines_per_second(const struct control_host *host)
{
    return rate_per_second(&host->chat->said, clock_ms(host->clock));
}

/* The certificate's end in milliseconds since 1970; false if TLS has none. */
static bool find_certificate(const struct control_host *host, int64_t *until_ms, int64_t *days)
{
    uint64_t value = metrics_value(host->metrics, "chatd_tls_certificate_expires_timestamp_seconds");

    if (value == METRICS_UNKNOWN) {
        return false;
    }
    *until_ms = (int64_t)value;
    *days = tls_check_days(*until_ms, clock_real_ms(host->clock));
    return true;
}

static void status_json(struct control_call *call)
{
    const struct control_host *host = call->host;
    struct strbuf object = {0};
    struct listener_info info;
    const char *purpose;
    int64_t until_ms, days;
    char until[CLOCK_ISO_SIZE];

    json_begin(&object, NULL);
    json_str(&object, "version", PACKAGE_VERSION);
    json_str(&object, "name", host->server_name(host->ctx));
    json_str(&object, "state", host->state(host->ctx));
    json_bool(&object, "lockdown", bans_lockdown(host->chat) != NULL);
    json_num(&object, "pid", getpid());
    json_num(&object, "uptime_seconds", (int64_t)uptime_s(host));
    json_real(&object, "lines_per_second", lines_per_second(host), 1);
    for (size_t i = 0; i < SHOWN; i++) {
        uint64_t value = metrics_value(host->metrics, shown[i].metric);

        if (value != METRICS_UNKNOWN) {
            json_num(&object, shown[i].key, (int64_t)value);
        }
    }
    if (find_certificate(host, &until_ms, &days)) {
        json_str(&object, "certificate_until", clock_iso(until_ms, until));
        json_num(&object, "certificate_days", days);
    }
    json_begin_array(&object, "listeners");
    for (size_t i = 0; host->listener(host->ctx, i, &info, &purpose); i++) {
        json_begin(&object, NULL);
        json_str(&object, "address", info.address);
        json_str(&object, "for", purpose);
        json_str(&object, "from", info.socket != NULL ? "service-manager" : "configuration");
        if (info.socket != NULL) {
            json_str(&object, "socket", info.socket);
        }
        json_end(&object);
    }
    json_end_array(&object);
    control_cmd_object(call, &object);
}

/* "512 bytes", "1.5 KiB", "256 MiB" */
static void add_bytes(struct strbuf *out, uint64_t bytes)
{
    static const char *const units[] = {"KiB", "MiB", "GiB", "TiB"};
    size_t unit = 0;
    double n = (double)bytes / 1024;

    if (bytes < 1024) {
        strbuf_addf(out, "%u %s", (unsigned)bytes, text_plural(bytes, "byte", "bytes"));
        return;
    }
    for (; n >= 1024 && unit < 3; unit++) {
        n /= 1024;
    }
    strbuf_addf(out, "%.*f %s", n < 10 && (double)(unsigned)n < n ? 1 : 0, n, units[unit]);
}

static void add_value(struct strbuf *out, uint64_t value, bool is_bytes)
{
    if (is_bytes) {
        add_bytes(out, value);
    } else {
        strbuf_addf(out, "%llu", (unsigned long long)value);
    }
}

/* Only while there is one. */
static void tell_lockdown(struct control_call *call)
{
    const struct ban *lockdown = bans_lockdown(call->host->chat);
    char since[CLOCK_ISO_SIZE];
    struct strbuf why = {0};

    if (lockdown != NULL) {
        bans_explain(&why, call->host->chat, lockdown);
        control_cmd_line(call, "lockdown       since %s%s%s", clock_iso(lockdown->created_ms, since),
                         why.len > 0 ? ": " : "", strbuf_str(&why));
        strbuf_fini(&why);
    }
}

static void tell_certificate(struct control_call *call)
{
    int64_t until_ms, days;
    char until[CLOCK_ISO_SIZE];

    if (!find_certificate(call->host, &until_ms, &days)) {
        return;
    }
    clock_iso(until_ms, until);
    if (days < 0) {
        control_cmd_line(call, "certificate    expired at %s", until);
    } else {
        control_cmd_line(call, "certificate    expires in %lld %s, at %s", (long long)days,
                         text_plural((uint64_t)days, "day", "days"), until);
    }
}

static void tell_listeners(struct control_call *call)
{
    const struct control_host *host = call->host;
    const char *purpose, *label = "listening";
    struct listener_info info;

    for (size_t i = 0; host->listener(host->ctx, i, &info, &purpose); i++) {
        if (info.socket != NULL) {
            control_cmd_line(call, "%-15s%s for %s, socket %s of the service manager", label, info.address, purpose,
                             info.socket);
        } else {
            control_cmd_line(call, "%-15s%s for %s, as configured", label, info.address, purpose);
        }
        label = "";
    }
}

void control_status_tell(struct control_call *call)
{
    const struct control_host *host = call->host;
    uint64_t up = uptime_s(host);

    if (call->is_json) {
        status_json(call);
        return;
    }
    control_cmd_line(call, "version        %s", PACKAGE_VERSION);
    control_cmd_line(call, "name           %s", host->server_name(host->ctx));
    control_cmd_line(call, "state          %s", host->state(host->ctx));
    tell_lockdown(call);
    control_cmd_line(call, "pid            %ld", (long)getpid());
    control_cmd_line(call, "up             %llu d %02u:%02u:%02u", (unsigned long long)up / 86400,
                     (unsigned)(up / 3600 % 24), (unsigned)(up / 60 % 60), (unsigned)(up % 60));
    control_cmd_line(call, "lines/s        %.1f", lines_per_second(host));
    for (size_t i = 0; i < SHOWN; i++) {
        uint64_t value = metrics_value(host->metrics, shown[i].metric);
        struct strbuf text = {0};

        if (value == METRICS_UNKNOWN) {
            continue;
        }
        add_value(&text, value, shown[i].is_bytes);
        if (shown[i].limit != NULL) {
            strbuf_adds(&text, " of ");
            add_value(&text, metrics_value(host->metrics, shown[i].limit), shown[i].is_bytes);
        }
        control_cmd_line(call, "%-15s%s", shown[i].label, text.data);
        strbuf_fini(&text);
    }
    tell_certificate(call);
    tell_listeners(call);
}
