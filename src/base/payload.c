/* base/payload.c: allocates and frees payloads. */
#include "config.h"

#include "base/payload.h"

#include "base/check.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct payload *payload_new(const char *data, size_t len, enum payload_class kind)
{
    struct payload *p;

    CHECK(len > 0 && len <= INT32_MAX);
    p = mem_alloc(sizeof(*p) + len);
    p->refs = 1;
    p->len = (uint32_t)len;
    p->kind = kind;
    memcpy(p->data, data, len);
    return p;
}

void payload_free(struct payload *p)
{
    free(p);
}
