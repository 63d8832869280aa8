/* session/extra.c: made and freed. */
#include "config.h"

#include "session/extra.h"

#include "base/mem.h"

#include <stdlib.h>

struct session_extra *extra_new(void)
{
    return mem_zalloc(sizeof(struct session_extra));
}

void extra_free(struct session_extra *extra)
{
    if (extra == NULL) {
        return;
    }
    if (extra->other != NULL) {
        person_handle_unref(extra->other);
    }
    look_unref(extra->look);
    free(extra->was);
    free(extra->time_form);
    free(extra->highlight);
    free(extra->highlight_folded);
    free(extra->called);
    free(extra->called_folded);
    free(extra);
}
