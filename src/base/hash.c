/* base/hash.c: the secret of this process's tables.
 *
 * It is the process's own and no table's, because uthash's macros have no place for one, and is drawn when the first
 * table needs it: so that there is no order of starting to be kept, and none to be forgotten. */
#include "config.h"

#include "base/hash.h"

#include "base/check.h"
#include "base/siphash.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

static struct siphash_key secret;
static bool has_secret;

static void draw_secret(void)
{
    if (getentropy(&secret, sizeof(secret)) != 0) { /* by getrandom(2) */
        check_abort("no random bytes: %s", strerror(errno));
    }
    has_secret = true;
}

unsigned hash_bytes(const void *key, size_t len)
{
    if (!has_secret) {
        draw_secret();
    }
    return (unsigned)siphash_24(&secret, key, len);
}
