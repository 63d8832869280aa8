/* base/hash.c: the secret of this process's tables.
 *
 * All tables share one secret, because uthash's macros cannot carry one for each table.  It is drawn when the first
 * table needs it, so no module has to be initialized first. */
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
    if (getentropy(&secret, sizeof(secret)) != 0) { /* uses getrandom(2) */
        check_abort("no random bytes: %s", strerror(errno));
    }
    has_secret = true;
}

uint64_t hash_bytes_64(const void *key, size_t len)
{
    if (!has_secret) {
        draw_secret();
    }
    return siphash_24(&secret, key, len);
}

unsigned hash_bytes(const void *key, size_t len)
{
    return (unsigned)hash_bytes_64(key, len);
}
