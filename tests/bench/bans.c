/* What bans of addresses cost: the memory of each, and the time of a lookup, as a newcomer has one. */
#include "config.h"

#include "chat/ban_list.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { LOOKUPS = 1000000 };

static double now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static struct cidr random_address(void)
{
    uint32_t bits = (uint32_t)random() << 1 ^ (uint32_t)random();
    uint8_t ip[4] = {(uint8_t)(bits >> 24), (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits};

    return cidr_of(CIDR_IPV4, ip, 32);
}

static double lookup_ns(const struct ban_list *list, int *hits)
{
    double since = now_ns();

    for (int i = 0; i < LOOKUPS; i++) {
        struct cidr address = random_address();

        *hits += list != NULL ? ban_list_find_net(list, BAN_BAN, &address, 1) != NULL : address.ip[0] == 0;
    }
    return (now_ns() - since) / LOOKUPS;
}

static void measure(unsigned count, double idle_ns, int *hits)
{
    struct ban_list list = {0};
    size_t before = mallinfo2().uordblks;
    char text[CIDR_TEXT_SIZE];

    while (list.count < count) {
        struct cidr net = random_address();

        (void)ban_list_add(&list, &(struct ban_spec){.act = BAN_BAN,
                                                     .target = {.kind = BAN_NETWORK, .net = net},
                                                     .label = cidr_text(&net, text),
                                                     .reason = "spam",
                                                     .by = "uid 0",
                                                     .created_ms = 1,
                                                     .until_ms = list.count % 2 == 0 ? 0 : 1000000});
    }
    printf("%7u bans: %6.1f MB, %5.0f ns for a lookup\n", count, (double)(mallinfo2().uordblks - before) / 1e6,
           lookup_ns(&list, hits) - idle_ns);
    ban_list_fini(&list);
}

int main(void)
{
    int hits = 0;
    double idle_ns = lookup_ns(NULL, &hits);

    measure(0, idle_ns, &hits);
    measure(100, idle_ns, &hits);
    measure(10000, idle_ns, &hits);
    measure(100000, idle_ns, &hits);
    measure(1000000, idle_ns, &hits);
    return hits < 0;
}
