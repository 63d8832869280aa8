/* base/zones.c: the list, sorted by name. */
#include "config.h"

#include "base/zones.h"

#include "base/mem.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_ZONES = 4096,
    MOST_DEPTH = 3, /* America/Argentina/Ushuaia */
};

struct zones {
    struct zone **list;
    size_t count, space;
};

static void add(struct zones *zones, struct zone *zone)
{
    if (zones->count == zones->space) {
        zones->space = zones->space > 0 ? zones->space * 2 : 512;
        zones->list = mem_realloc(zones->list, zones->space * sizeof(zones->list[0]));
    }
    zones->list[zones->count++] = zone;
}

/* ---- reading ---- */

const char *zones_dir(void)
{
    const char *dir = getenv("TZDIR");

    return dir != NULL && dir[0] != '\0' ? dir : "/usr/share/zoneinfo";
}

static void read_file(struct zones *zones, int fd, const char *name, char *data)
{
    ssize_t len = read(fd, data, ZONE_FILE_BYTES); /* a longer one ends without a rule */
    struct zone *zone = len > 0 ? zone_new(name, data, (size_t)len) : NULL;

    if (zone != NULL) {
        add(zones, zone);
    }
}

/* Names of zones and of their folders begin with a capital letter; those of the other files do not: posix and right,
 * which hold the same zones once more, posixrules, zone.tab. */
static bool is_name(const char *name)
{
    size_t len = strlen(name);

    return name[0] >= 'A' && name[0] <= 'Z' && len == strspn(name, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                                   "abcdefghijklmnopqrstuvwxyz0123456789_+-");
}

static void read_folder(struct zones *zones, int fd, const char *prefix, int depth, char *data);

static void read_entry(struct zones *zones, int folder, const char *prefix, const char *name, int depth, char *data)
{
    char path[ZONE_NAME_BYTES + 1];
    struct stat st;
    int fd, len = snprintf(path, sizeof(path), "%s%s%s", prefix, prefix[0] != '\0' ? "/" : "", name);

    if (!is_name(name) || len < 0 || (size_t)len >= sizeof(path) || zones->count >= MOST_ZONES) {
        return;
    }
    fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0) {
            close(fd);
        }
        return;
    }
    if (S_ISDIR(st.st_mode) && depth < MOST_DEPTH) {
        read_folder(zones, fd, path, depth + 1, data);
        return;
    }
    if (S_ISREG(st.st_mode) && st.st_size <= ZONE_FILE_BYTES) {
        read_file(zones, fd, path, data);
    }
    close(fd);
}

/* Takes over fd. */
static void read_folder(struct zones *zones, int fd, const char *prefix, int depth, char *data)
{
    DIR *dir = fdopendir(fd);
    const struct dirent *entry;

    if (dir == NULL) {
        close(fd);
        return;
    }
    while ((entry = readdir(dir)) != NULL) {
        read_entry(zones, dirfd(dir), prefix, entry->d_name, depth, data);
    }
    closedir(dir);
}

static int compare(const void *a, const void *b)
{
    const struct zone *const *left = a, *const *right = b;

    return strcasecmp(zone_name(*left), zone_name(*right));
}

struct zones *zones_load(const char *dir)
{
    struct zones *zones = mem_zalloc(sizeof(*zones));
    char *data = mem_alloc(ZONE_FILE_BYTES);
    int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (fd >= 0) {
        read_folder(zones, fd, "", 1, data);
    }
    free(data);
    if (zones->count > 0) {
        qsort(zones->list, zones->count, sizeof(zones->list[0]), compare);
    }
    return zones;
}

void zones_free(struct zones *zones)
{
    if (zones != NULL) {
        for (size_t i = 0; i < zones->count; i++) {
            zone_free(zones->list[i]);
        }
        free(zones->list);
        free(zones);
    }
}

/* ---- finding ---- */

size_t zones_count(const struct zones *zones)
{
    return zones->count;
}

const struct zone *zones_at(const struct zones *zones, size_t i)
{
    return zones->list[i];
}

const struct zone *zones_find(const struct zones *zones, const char *name)
{
    const struct zone *found = NULL;
    unsigned count = 0;

    for (size_t i = 0; i < zones->count; i++) {
        const char *whole = zone_name(zones->list[i]), *last = strrchr(whole, '/');

        if (strcasecmp(whole, name) == 0) {
            return zones->list[i];
        }
        if (last != NULL && strcasecmp(last + 1, name) == 0) {
            found = zones->list[i];
            count++;
        }
    }
    return count == 1 ? found : NULL;
}
