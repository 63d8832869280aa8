/* net/admit.c: counts clients, by address and in all. */
#include "config.h"

#include "net/admit.h"

#include "base/check.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* An address or a network that has clients. */
struct admit_net {
    struct netkey key;
    uint32_t clients;
    uint32_t silent; /* of them; counted in networks */
    UT_hash_handle hh;
};

void admit_init(struct admit *admit, struct clock *clock, const struct admit_limits *limits)
{
    *admit = (struct admit){.clock = clock};
    admit_set_limits(admit, limits);
}

void admit_fini(struct admit *admit)
{
    struct admit_net *net, *next;

    HASH_ITER(hh, admit->nets, net, next) {
        HASH_DEL(admit->nets, net);
        free(net);
    }
    pace_fini(&admit->pace);
    pace_fini(&admit->network_pace);
    silent_fini(&admit->silent);
    cidr_set_fini(&admit->exempt);
}

/* The settings have been checked: what is no network is left out. */
static void read_exempt(struct admit *admit, const char *list)
{
    const char *item;
    size_t len;

    cidr_set_fini(&admit->exempt);
    admit->limits.exempt = NULL;
    while (list != NULL && text_next_item(&list, &item, &len)) {
        char *text = mem_strndup(item, len);
        struct cidr net;

        if (cidr_parse(&net, text, NULL)) {
            (void)cidr_set_add(&admit->exempt, &net, admit); /* any value: it is only asked whether there is one */
        }
        free(text);
    }
}

void admit_set_limits(struct admit *admit, const struct admit_limits *limits)
{
    admit->limits = *limits;
    read_exempt(admit, limits->exempt);
    pace_set(&admit->pace, limits->per_minute);
    pace_set(&admit->network_pace, limits->per_minute * ADMIT_NETWORK_PACE);
    admit->silent.limit = limits->silent;
}

void admit_set_extra(struct admit *admit, uint64_t ms)
{
    pace_set_extra(&admit->pace, ms);
    pace_set_extra(&admit->network_pace, ms);
}

bool admit_is_exempt(const struct admit *admit, const struct addr *addr)
{
    struct cidr address;

    return addr->source == ADDR_OF_PROXY ||
           (admit->exempt.count > 0 && addr_cidr(addr, &address) && cidr_set_find(&admit->exempt, &address) != NULL);
}

/* ---- clients ---- */

static struct admit_net *find(const struct admit *admit, const struct netkey *key)
{
    struct admit_net *net;

    HASH_FIND(hh, admit->nets, key, sizeof(*key), net);
    return net;
}

static uint32_t clients_of(const struct admit *admit, const struct netkey *key)
{
    const struct admit_net *net = find(admit, key);

    return net != NULL ? net->clients : 0;
}

static void count(struct admit *admit, const struct netkey *key)
{
    struct admit_net *net = find(admit, key);

    if (net == NULL) {
        net = mem_zalloc(sizeof(*net));
        net->key = *key;
        HASH_ADD(hh, admit->nets, key, sizeof(*key), net);
    }
    net->clients++;
}

static void discount(struct admit *admit, const struct netkey *key)
{
    struct admit_net *net = find(admit, key);

    CHECK(net != NULL && net->clients > 0);
    if (--net->clients == 0) {
        CHECK(net->silent == 0);
        HASH_DEL(admit->nets, net);
        free(net);
    }
}

size_t admit_count_nets(const struct admit *admit)
{
    return HASH_COUNT(admit->nets);
}

/* The most clients of the network of an address; 0 if there is no limit. */
static uint64_t network_limit(const struct admit *admit, const struct addr *addr)
{
    uint64_t limit = addr->kind == ADDR_IPV6 ? admit->limits.network_v6 : admit->limits.network_v4;
    uint64_t per_address = admit->limits.per_address;

    return limit == 0 || per_address == 0 ? 0 : limit > per_address ? limit : per_address;
}

/* The reason for which the limits of its address and network refuse a newcomer. */
static enum reason look_at(struct admit *admit, const struct addr *addr, const struct netkey *address,
                           const struct netkey *network)
{
    uint64_t per_address = admit->limits.per_address, per_network = network_limit(admit, addr);
    uint64_t now_ms = clock_elapsed_ms(admit->clock);

    if (per_address > 0 && clients_of(admit, address) >= per_address) {
        return REASON_ADDRESS_FULL;
    }
    if (per_network > 0 && clients_of(admit, network) >= per_network) {
        return REASON_NETWORK_FULL;
    }
    if (!pace_allows(&admit->pace, address, now_ms)) {
        return REASON_SLOW_DOWN;
    }
    if (per_network > 0 && !pace_allows(&admit->network_pace, network, now_ms)) {
        return REASON_NETWORK_SLOW;
    }
    return admit_silent_level(admit, addr) == 0 ? REASON_SILENT_FULL : REASON_NONE;
}

enum reason admit_refuse(struct admit *admit, enum reason reason)
{
    admit->refused[reason]++;
    return reason;
}

enum reason admit_enter(struct admit *admit, const struct addr *addr)
{
    if (admit->clients >= admit->limits.clients) {
        return admit_refuse(admit, REASON_SERVER_FULL);
    }
    if (admit->is_banned != NULL && admit->is_banned(admit->ctx, addr)) {
        return admit_refuse(admit, REASON_BANNED);
    }
    if (addr->kind != ADDR_UNIX) {
        struct netkey address = netkey_of(addr, NETKEY_ADDRESS), network = netkey_of(addr, NETKEY_NETWORK);

        if (!admit_is_exempt(admit, addr)) {
            enum reason reason = look_at(admit, addr, &address, &network);

            if (reason != REASON_NONE) {
                return admit_refuse(admit, reason);
            }
            pace_take(&admit->pace, &address, clock_elapsed_ms(admit->clock));
            pace_take(&admit->network_pace, &network, clock_elapsed_ms(admit->clock));
        }
        count(admit, &address); /* also if it is exempt: a reload may change that before it leaves */
        count(admit, &network);
    }
    admit->clients++;
    return REASON_NONE;
}

void admit_leave(struct admit *admit, const struct addr *addr, bool was_silent)
{
    CHECK(admit->clients > 0);
    admit->clients--;
    if (addr->kind != ADDR_UNIX) {
        struct netkey address = netkey_of(addr, NETKEY_ADDRESS), network = netkey_of(addr, NETKEY_NETWORK);

        if (was_silent) {
            pace_left_silent(&admit->pace, &address, clock_elapsed_ms(admit->clock));
            pace_left_silent(&admit->network_pace, &network, clock_elapsed_ms(admit->clock));
        }
        discount(admit, &address);
        discount(admit, &network);
    }
}

/* ---- silent clients ---- */

bool admit_begin_silence(struct admit *admit, const struct addr *addr)
{
    struct netkey key;
    struct admit_net *net;

    if (addr->kind == ADDR_UNIX || admit_is_exempt(admit, addr)) {
        return false;
    }
    key = netkey_of(addr, NETKEY_NETWORK);
    net = find(admit, &key);
    CHECK(net != NULL);
    silent_add(&admit->silent, net->silent++);
    return true;
}

void admit_end_silence(struct admit *admit, const struct addr *addr)
{
    struct netkey key = netkey_of(addr, NETKEY_NETWORK);
    struct admit_net *net = find(admit, &key);

    CHECK(net != NULL);
    silent_remove(&admit->silent, net->silent--);
}

uint32_t admit_silent_of(const struct admit *admit, const struct addr *addr)
{
    struct netkey key = netkey_of(addr, NETKEY_NETWORK);
    const struct admit_net *net = find(admit, &key);

    return net != NULL ? net->silent : 0;
}

uint32_t admit_silent_level(const struct admit *admit, const struct addr *addr)
{
    bool is_free = !silent_is_full(&admit->silent) || addr->kind == ADDR_UNIX || admit_is_exempt(admit, addr);

    return is_free ? UINT32_MAX : silent_level(&admit->silent, admit_silent_of(admit, addr));
}

/* ---- what is told ---- */

const char *admit_option(enum reason reason, const struct addr *addr)
{
    switch (reason) {
    case REASON_ADDRESS_FULL:
        return "limits.clients_per_address";
    case REASON_NETWORK_FULL:
        return addr->kind == ADDR_IPV6 ? "limits.network_v6" : "limits.network_v4";
    case REASON_SLOW_DOWN:
    case REASON_NETWORK_SLOW:
        return "limits.connections_per_minute";
    case REASON_SILENT_FULL:
        return "limits.silent_clients";
    case REASON_SERVER_FULL:
        return "limits.clients";
    case REASON_PROXY_ONLY:
    case REASON_PROXY_MISSING:
        return "proxy.from";
    case REASON_PROXY_FULL:
        return "proxy.waiting";
    case REASON_PROXY_LATE:
        return "proxy.seconds";
    default:
        return NULL;
    }
}

const char *admit_counted(enum reason reason, const struct addr *addr, char *buf)
{
    bool is_address = reason == REASON_ADDRESS_FULL || reason == REASON_SLOW_DOWN;
    bool is_network = reason == REASON_NETWORK_FULL || reason == REASON_NETWORK_SLOW;

    buf[0] = '\0';
    if (addr->kind != ADDR_UNIX && (is_address || is_network)) {
        struct netkey key = netkey_of(addr, is_network ? NETKEY_NETWORK : NETKEY_ADDRESS);

        (void)netkey_text(&key, buf);
    }
    return buf;
}
