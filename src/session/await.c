/* session/await.c: a job without steps, for as long as the chat takes. */
#include "config.h"

#include "session/await.h"

#include "base/container.h"
#include "base/mem.h"
#include "session/job.h"

#include <stdlib.h>

struct await {
    struct session_job job;
    await_tell_fn *tell;
    char *about;
};

static void await_free(struct session_job *job)
{
    struct await *await = CONTAINER_OF(job, struct await, job);

    free(await->about);
    free(await);
}

void await_done(void *ctx, enum chat_result result, struct room *room)
{
    struct session *s = ctx;
    struct await *await = CONTAINER_OF(job_end(s), struct await, job);
    session_then_fn *then = await->job.then;
    enum verb_result told = await->tell(s, result, room, await->about, then);

    await_free(&await->job);
    if (told != VERB_PENDING) {
        then(s, told == VERB_DONE);
    }
}

enum verb_result await_result(struct session *s, enum chat_result result, struct room *room, const char *about,
                              await_tell_fn *tell, session_then_fn *then)
{
    struct await *await;

    if (result != CHAT_LATER) {
        return tell(s, result, room, about, then);
    }
    await = mem_alloc(sizeof(*await));
    *await = (struct await){.job = {.then = then, .free = await_free},
                            .tell = tell,
                            .about = about != NULL ? mem_strdup(about) : NULL};
    job_await(s, &await->job);
    return VERB_PENDING;
}
