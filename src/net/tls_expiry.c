/* net/tls_expiry.c: looks at the date every hour. */
#include "config.h"

#include "net/tls_expiry.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "net/tls_check.h"

#include <stdlib.h>
#include <string.h>

enum { LOOK_MS = 3600000 };

/* A line is due when there are no more days than that; the last one is due when it has expired. */
static const int64_t steps[] = {TLS_CHECK_SOON_DAYS, 7, 1, -1};

enum { STEPS = sizeof(steps) / sizeof(steps[0]) };

static void tell(const struct tls_expiry *e, int64_t days)
{
    char until[CLOCK_ISO_SIZE];

    clock_iso(e->until_ms, until);
    if (days < 0) {
        log_error("certificate has expired", LOG_STR("path", e->path), LOG_STR("until", until));
    } else {
        log_warn("certificate expires soon", LOG_NUM("days", days), LOG_STR("path", e->path), LOG_STR("until", until));
    }
}

static void look(struct tls_expiry *e)
{
    int64_t days = tls_check_days(e->until_ms, clock_real_ms(e->clock));
    unsigned due = 0;

    while (due < STEPS && days <= steps[due]) {
        due++;
    }
    if (due > e->told) {
        tell(e, days);
        e->told = due;
    }
    timeq_push(&e->looking, &e->look, clock_ms(e->clock));
}

static void look_due(struct timeq *q, struct timeq_node *node)
{
    (void)q;
    look(CONTAINER_OF(node, struct tls_expiry, look));
}

void tls_expiry_init(struct tls_expiry *e, struct clock *clock)
{
    *e = (struct tls_expiry){.clock = clock};
    timeq_init(&e->looking, LOOK_MS, look_due, e);
}

void tls_expiry_fini(struct tls_expiry *e)
{
    free(e->path);
}

bool tls_expiry_is_new(const struct tls_expiry *e, const struct x509_st *certificate)
{
    unsigned char fingerprint[FINGERPRINT_BYTES];

    tls_check_fingerprint(certificate, fingerprint);
    return memcmp(fingerprint, e->fingerprint, sizeof(fingerprint)) != 0;
}

static void begin(struct tls_expiry *e, const struct x509_st *certificate)
{
    char text[FINGERPRINT_SIZE], until[CLOCK_ISO_SIZE];

    e->told = 0;
    e->until_ms = tls_check_validity(certificate).until_ms;
    tls_check_fingerprint(certificate, e->fingerprint);
    log_info("certificate in force", LOG_STR("path", e->path),
             LOG_STR("fingerprint", fingerprint_text(e->fingerprint, text)),
             LOG_STR("until", clock_iso(e->until_ms, until)));
}

void tls_expiry_watch(struct tls_expiry *e, const struct x509_st *certificate, const char *path)
{
    free(e->path);
    e->path = mem_strdup(path);
    if (certificate == NULL) {
        timeq_remove(&e->look);
        e->until_ms = 0;
        memset(e->fingerprint, 0, sizeof(e->fingerprint));
        return;
    }
    if (tls_expiry_is_new(e, certificate)) { /* otherwise a reload has read the same one again */
        begin(e, certificate);
    }
    look(e);
}
