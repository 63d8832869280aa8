/* net/admit.c: counts clients, by address and in all. */
#include "config.h"

#include "net/admit.h"

#include "base/check.h"
#include "base/container.h"
#include "base/hash.h"
#include "base/mem.h"
#include "base/text.h"

#include <arpa/inet.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    FORGET_MS = 60000,      /* after this time the bucket is full again */
    IPV6_NETWORK_BYTES = 8, /* of an address: networks of this length are counted as one address */
};

struct admit_key {
    uint8_t kind;
    uint8_t ip[16];
};

struct admit_peer {
    struct admit_key key;
    uint32_t clients;
    struct bucket bucket; /* a token for each client */
    struct bucket silent; /* a token for each silent client, which gives its other token back */
    struct timeq_node idle;
    UT_hash_handle hh;
};

static struct admit_key key_of(const struct addr *addr)
{
    struct admit_key key;

    memset(&key, 0, sizeof(key)); /* compared as bytes */
    key.kind = addr->kind;
    memcpy(key.ip, addr->ip, addr->kind == ADDR_IPV6 ? IPV6_NETWORK_BYTES : 4);
    return key;
}

static void forget_due(struct timeq *q, struct timeq_node *node)
{
    struct admit *admit = q->ctx;
    struct admit_peer *peer = CONTAINER_OF(node, struct admit_peer, idle);

    HASH_DEL(admit->peers, peer);
    free(peer);
}

void admit_init(struct admit *admit, struct clock *clock, const struct admit_limits *limits)
{
    *admit = (struct admit){.clock = clock};
    timeq_init(&admit->forgetting, FORGET_MS, forget_due, admit);
    admit_set_limits(admit, limits);
}

void admit_fini(struct admit *admit)
{
    struct admit_peer *peer, *next;

    HASH_ITER(hh, admit->peers, peer, next) {
        HASH_DEL(admit->peers, peer);
        free(peer);
    }
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
    admit->rate = (struct bucket_rate){
        .tokens = limits->per_minute,
        .period_ms = 60000,
        .burst = limits->per_minute > 0 ? limits->per_minute : 1,
    };
    admit->silent_rate = admit->rate;
    admit->silent_rate.tokens *= ADMIT_SILENT;
    admit->silent_rate.burst *= ADMIT_SILENT;
}

void admit_set_extra(struct admit *admit, uint64_t ms)
{
    admit->rate.extra_ms = admit->silent_rate.extra_ms = ms;
}

static struct admit_peer *peer_get(struct admit *admit, const struct addr *addr)
{
    struct admit_key key = key_of(addr);
    struct admit_peer *peer;

    HASH_FIND(hh, admit->peers, &key, sizeof(key), peer);
    if (peer == NULL) {
        peer = mem_zalloc(sizeof(*peer));
        peer->key = key;
        bucket_init(&peer->bucket, &admit->rate, clock_elapsed_ms(admit->clock));
        bucket_init(&peer->silent, &admit->silent_rate, clock_elapsed_ms(admit->clock));
        HASH_ADD(hh, admit->peers, key, sizeof(key), peer);
        timeq_push(&admit->forgetting, &peer->idle, clock_ms(admit->clock));
    }
    return peer;
}

static enum reason refuse(struct admit *admit, enum reason reason)
{
    admit->refused[reason]++;
    return reason;
}

enum reason admit_enter(struct admit *admit, const struct addr *addr)
{
    struct admit_peer *peer;

    if (admit->clients >= admit->limits.clients) {
        return refuse(admit, REASON_SERVER_FULL);
    }
    if (admit->is_banned != NULL && admit->is_banned(admit->ctx, addr)) {
        return refuse(admit, REASON_BANNED);
    }
    if (addr->kind != ADDR_UNIX) {
        bool is_exempt = admit_is_exempt(admit, addr);

        peer = peer_get(admit, addr);
        if (!is_exempt && admit->limits.per_address > 0 && peer->clients >= admit->limits.per_address) {
            return refuse(admit, REASON_ADDRESS_FULL);
        }
        if (!is_exempt && !bucket_has(&peer->bucket, &admit->rate, clock_elapsed_ms(admit->clock))) {
            return refuse(admit, REASON_SLOW_DOWN);
        }
        if (!is_exempt) {
            bucket_take(&peer->bucket, &admit->rate, 1);
        }
        peer->clients++; /* also if it is exempt: a reload may change that before it leaves */
        timeq_remove(&peer->idle);
    }
    admit->clients++;
    return REASON_NONE;
}

bool admit_is_exempt(const struct admit *admit, const struct addr *addr)
{
    struct cidr address;

    return admit->exempt.count > 0 && addr_cidr(addr, &address) && cidr_set_find(&admit->exempt, &address) != NULL;
}

const char *admit_option(enum reason reason)
{
    switch (reason) {
    case REASON_ADDRESS_FULL:
        return "limits.clients_per_address";
    case REASON_SLOW_DOWN:
        return "limits.connections_per_minute";
    case REASON_BANNED:
        return NULL;
    default:
        return "limits.clients";
    }
}

const char *admit_network(const struct addr *addr, char *buf)
{
    struct addr network = {.kind = addr->kind};
    char text[INET6_ADDRSTRLEN];

    buf[0] = '\0';
    if (addr->kind == ADDR_IPV6) {
        memcpy(network.ip, addr->ip, IPV6_NETWORK_BYTES);
        inet_ntop(AF_INET6, network.ip, text, sizeof(text));
        snprintf(buf, ADDR_TEXT_SIZE, "%s/%d", text, 8 * IPV6_NETWORK_BYTES);
    }
    return buf;
}

void admit_leave(struct admit *admit, const struct addr *addr, bool was_silent)
{
    struct admit_key key = key_of(addr);
    struct admit_peer *peer;

    CHECK(admit->clients > 0);
    admit->clients--;
    if (addr->kind == ADDR_UNIX) {
        return;
    }
    HASH_FIND(hh, admit->peers, &key, sizeof(key), peer);
    CHECK(peer != NULL && peer->clients > 0);
    if (was_silent && bucket_has(&peer->silent, &admit->silent_rate, clock_elapsed_ms(admit->clock))) {
        bucket_take(&peer->silent, &admit->silent_rate, 1);
        bucket_give(&peer->bucket, &admit->rate, 1);
    }
    if (--peer->clients == 0) {
        timeq_push(&admit->forgetting, &peer->idle, clock_ms(admit->clock));
    }
}
