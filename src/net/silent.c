/* net/silent.c: counts networks by their silent clients. */
#include "config.h"

#include "net/silent.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void silent_fini(struct silent *silent)
{
    free(silent->networks);
    silent->networks = NULL;
    silent->room = 0;
}

static void make_room(struct silent *silent, size_t n)
{
    size_t room = silent->room > 0 ? silent->room : 16;

    while (room <= n) {
        room *= 2;
    }
    if (room > silent->room) {
        silent->networks = mem_realloc(silent->networks, room * sizeof(silent->networks[0]));
        memset(silent->networks + silent->room, 0, (room - silent->room) * sizeof(silent->networks[0]));
        silent->room = room;
    }
}

void silent_add(struct silent *silent, uint32_t had)
{
    make_room(silent, (size_t)had + 1);
    if (had > 0) {
        silent->networks[had]--;
    }
    silent->networks[had + 1]++;
    silent->count++;
    if (had + 1 > silent->most) {
        silent->most = had + 1;
    }
}

void silent_remove(struct silent *silent, uint32_t had)
{
    CHECK(had > 0 && silent->networks[had] > 0);
    silent->networks[had]--;
    if (had > 1) {
        silent->networks[had - 1]++;
    }
    silent->count--;
    if (silent->networks[silent->most] == 0) {
        silent->most--; /* this network had the most, and has one less now */
    }
}

uint32_t silent_level(const struct silent *silent, uint32_t has)
{
    uint64_t above = 0, gives = 0; /* networks with more than level, and the clients that they would lose */
    uint32_t level = silent->most;

    if (silent->most <= has + 1) {
        return 0;
    }
    while (level > has + 1 && gives < silent_batch(silent)) {
        above += silent->networks[level];
        gives += above;
        level--;
    }
    return level;
}
