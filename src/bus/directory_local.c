/* bus/directory_local.c: grants every claim, since there is no other process. */
#include "config.h"

#include "bus/directory_local.h"

#include "base/mem.h"

#include <stdlib.h>

static enum directory_answer local_claim(struct directory *dir, struct directory_request *req)
{
    (void)dir;
    (void)req;
    return DIRECTORY_GRANTED;
}

static void local_cancel(struct directory *dir, struct directory_request *req)
{
    (void)dir;
    (void)req;
}

static void local_release(struct directory *dir, const char *folded)
{
    (void)dir;
    (void)folded;
}

static void local_free(struct directory *dir)
{
    free(dir);
}

static const struct directory_ops ops = {
    .claim = local_claim,
    .cancel = local_cancel,
    .release = local_release,
    .free = local_free,
};

struct directory *directory_local_new(void)
{
    struct directory *dir = mem_zalloc(sizeof(*dir));

    dir->ops = &ops;
    return dir;
}
