/* store/gate.c: two numbers and a lock. */
#include "config.h"

#include "store/gate.h"

#include "base/mem.h"
#include "base/thread.h"

#include <pthread.h>
#include <stdlib.h>

struct gate {
    pthread_mutex_t lock; /* of all below */
    pthread_cond_t ran;
    unsigned running; /* jobs that were pushed and have not run */
    unsigned refs;    /* these, and the owner */
};

struct gate *gate_new(void)
{
    struct gate *gate = mem_zalloc(sizeof(*gate));

    pthread_mutex_init(&gate->lock, NULL);
    thread_cond_init(&gate->ran);
    gate->refs = 1;
    return gate;
}

void gate_unref(struct gate *gate)
{
    bool is_last;

    pthread_mutex_lock(&gate->lock);
    is_last = --gate->refs == 0;
    pthread_mutex_unlock(&gate->lock);
    if (is_last) {
        pthread_cond_destroy(&gate->ran);
        pthread_mutex_destroy(&gate->lock);
        free(gate);
    }
}

void gate_enter(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->running++;
    gate->refs++;
    pthread_mutex_unlock(&gate->lock);
}

void gate_leave(struct gate *gate)
{
    pthread_mutex_lock(&gate->lock);
    gate->running--;
    pthread_cond_signal(&gate->ran);
    pthread_mutex_unlock(&gate->lock);
}

bool gate_wait(struct gate *gate, const struct timespec *until)
{
    int error = 0;
    bool is_free;

    pthread_mutex_lock(&gate->lock);
    while (gate->running > 0 && error == 0) {
        error = pthread_cond_timedwait(&gate->ran, &gate->lock, until);
    }
    is_free = gate->running == 0;
    pthread_mutex_unlock(&gate->lock);
    return is_free;
}
