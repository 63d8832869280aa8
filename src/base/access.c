/* base/access.c: modes and groups. */
#include "config.h"

#include "base/access.h"

#include "base/mem.h"

#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { ENTRY_BYTES = 1024, MOST_ENTRY_BYTES = 4 << 20 /* a group of very many members */ };

bool access_parse_mode(const char *text, mode_t *mode)
{
    mode_t n = 0;
    size_t len = strspn(text, "01234567");

    for (size_t i = 0; i < len && i < 8; i++) {
        n = n * 8 + (mode_t)(text[i] - '0');
    }
    *mode = n;
    return len >= 3 && len <= 4 && text[len] == '\0' && n <= 0777 && (n & S_IWUSR) != 0;
}

static bool find_name(const char *name, gid_t *group)
{
    size_t size = ENTRY_BYTES;
    struct group entry, *found = NULL;
    char *buf = NULL;
    int error;

    do {
        buf = mem_realloc(buf, size);
        error = getgrnam_r(name, &entry, buf, size, &found);
        size *= 2;
    } while (error == EINTR || (error == ERANGE && size <= MOST_ENTRY_BYTES));
    if (error == 0 && found != NULL) {
        *group = entry.gr_gid;
    }
    free(buf);
    return error == 0 && found != NULL;
}

bool access_find_group(const char *text, gid_t *group)
{
    char *end;
    unsigned long n;

    *group = (gid_t)-1;
    if (text[0] == '\0' || find_name(text, group)) {
        return true;
    }
    errno = 0;
    n = strtoul(text, &end, 10);
    *group = (gid_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && n < (gid_t)-1;
}

bool access_may_give(gid_t group)
{
    gid_t groups[1024];
    int count;

    if (group == (gid_t)-1 || group == getegid() || geteuid() == 0) {
        return true;
    }
    count = getgroups(sizeof(groups) / sizeof(groups[0]), groups);
    for (int i = 0; i < count; i++) {
        if (groups[i] == group) {
            return true;
        }
    }
    return count < 0; /* not known; the attempt will show it */
}
