/* base/crew.c: one counter from which pieces are taken, and the helpers' sleep. */
#include "config.h"

#include "base/crew.h"

#include "base/mem.h"
#include "base/thread.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

enum {
    SPIN_NS = 10000, /* the longest look for what another thread is about to do; then the thread sleeps */
    SPINS = 16,      /* between two looks at the clock */
};

struct helper {
    struct crew *crew;
    unsigned member;
    pthread_t thread;
};

struct crew {
    struct crew_spec spec;
    struct helper *helpers;
    unsigned count; /* of helpers */
    int avoided;    /* the processor that the helpers keep off; -1 if there is none yet */
    bool stays;     /* the system refuses to place threads */
    pthread_mutex_t lock;
    pthread_cond_t given;   /* pieces were offered, or the end has begun */
    pthread_cond_t finished; /* the loop's thread sleeps, and a helper has done its pieces */
    /* Each of these on a cache line of its own. */
    _Alignas(64) _Atomic uint64_t next; /* the number of pieces, in the upper half, and of those that are taken */
    _Alignas(64) _Atomic uint32_t done; /* pieces */
    _Atomic bool is_awaited;            /* the loop's thread sleeps until done grows */
    _Alignas(64) _Atomic uint32_t round; /* changes with each crew_begin() */
    _Atomic bool has_more;
    _Atomic bool is_ending;
    _Atomic unsigned asleep; /* helpers */
};

/* ---- taking pieces ---- */

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

/* Large shares at first, so that a member works on neighbours; single pieces at last, so that all end together. */
static uint32_t share_of(const struct crew *crew, uint32_t left)
{
    uint32_t share = crew->count > 0 ? left / (2 * crew->spec.members) : left;

    return share == 0 ? 1 : smaller(share, crew->spec.most_once);
}

/* Both numbers are in one variable, so a helper that comes late cannot take a number of one round for a piece of the
 * next. */
static bool take(struct crew *crew, uint32_t *first, uint32_t *end)
{
    uint64_t next = atomic_load_explicit(&crew->next, memory_order_acquire);
    uint32_t share;

    do {
        uint32_t count = (uint32_t)(next >> 32), taken = (uint32_t)next;

        if (taken >= count) {
            return false;
        }
        share = share_of(crew, count - taken);
        *first = taken;
        *end = taken + share;
    } while (!atomic_compare_exchange_weak_explicit(&crew->next, &next, next + share, memory_order_acq_rel,
                                                    memory_order_acquire));
    return true;
}

/* ---- waiting ---- */

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

static inline void relax(void)
{
#if defined(__x86_64__) || defined(__i386__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
}

/* Waits for a short time until the number is no longer, or is, so much.  Returns true if that has come. */
static bool spin(const _Atomic uint32_t *number, uint32_t value, bool is_wanted)
{
    uint64_t end_ns = 0;

    do {
        for (int i = 0; i < SPINS; i++) {
            if ((atomic_load_explicit(number, memory_order_acquire) == value) == is_wanted) {
                return true;
            }
            relax();
        }
        if (end_ns == 0) {
            end_ns = now_ns() + SPIN_NS;
        }
    } while (now_ns() < end_ns);
    return false;
}

/* ---- helpers ---- */

/* Waits for the round after the one seen.  Returns false at the end. */
static bool wait_for_round(struct crew *crew, uint32_t *seen)
{
    if (!atomic_load_explicit(&crew->has_more, memory_order_relaxed) || !spin(&crew->round, *seen, false)) {
        pthread_mutex_lock(&crew->lock);
        atomic_fetch_add(&crew->asleep, 1); /* before round is read: crew_begin() writes and reads them in turn */
        while (atomic_load(&crew->round) == *seen && !atomic_load(&crew->is_ending)) {
            pthread_cond_wait(&crew->given, &crew->lock);
        }
        atomic_fetch_sub(&crew->asleep, 1);
        pthread_mutex_unlock(&crew->lock);
    }
    *seen = atomic_load(&crew->round);
    return !atomic_load(&crew->is_ending);
}

static void tell_done(struct crew *crew, uint32_t pieces)
{
    atomic_fetch_add(&crew->done, pieces);
    if (atomic_load(&crew->is_awaited)) {
        pthread_mutex_lock(&crew->lock);
        pthread_cond_signal(&crew->finished);
        pthread_mutex_unlock(&crew->lock);
    }
}

static void *help(void *arg)
{
    struct helper *helper = arg;
    struct crew *crew = helper->crew;
    uint32_t seen = 0, first, end;

    thread_set_name(crew->spec.name);
    while (wait_for_round(crew, &seen)) {
        while (take(crew, &first, &end)) {
            crew->spec.fn(crew->spec.ctx, helper->member, first, end);
            tell_done(crew, end - first);
        }
    }
    return NULL;
}

/* ---- the loop's side ---- */

struct crew *crew_new(const struct crew_spec *spec)
{
    struct crew *crew = mem_zalloc_aligned(_Alignof(struct crew), sizeof(*crew));
    int error = 0;

    crew->spec = *spec;
    crew->avoided = -1;
    crew->helpers = mem_zalloc(spec->members * sizeof(crew->helpers[0]));
    pthread_mutex_init(&crew->lock, NULL);
    pthread_cond_init(&crew->given, NULL);
    pthread_cond_init(&crew->finished, NULL);
    while (crew->count + 1 < spec->members && error == 0) {
        struct helper *helper = &crew->helpers[crew->count];

        *helper = (struct helper){.crew = crew, .member = crew->count + 1};
        error = thread_begin(&helper->thread, help, helper);
        crew->count += error == 0;
    }
    if (error != 0) {
        crew_free(crew);
        errno = error;
        return NULL;
    }
    return crew;
}

void crew_free(struct crew *crew)
{
    pthread_mutex_lock(&crew->lock);
    atomic_store(&crew->is_ending, true);
    atomic_fetch_add(&crew->round, 1);
    pthread_cond_broadcast(&crew->given);
    pthread_mutex_unlock(&crew->lock);
    for (unsigned i = 0; i < crew->count; i++) {
        pthread_join(crew->helpers[i].thread, NULL);
    }
    pthread_cond_destroy(&crew->finished);
    pthread_cond_destroy(&crew->given);
    pthread_mutex_destroy(&crew->lock);
    free(crew->helpers);
    free(crew);
}

/* Keeps the helpers off the processor on which the loop's thread runs now. */
static void keep_off(struct crew *crew)
{
    int processor = thread_processor();

    if (processor == crew->avoided || crew->stays) {
        return;
    }
    for (unsigned i = 0; i < crew->count && !crew->stays; i++) {
        crew->stays = thread_keep_off(crew->helpers[i].thread, processor) != 0;
    }
    crew->avoided = processor;
}

/* Wakes up to so many of the helpers that sleep. */
static void wake(struct crew *crew, unsigned helpers)
{
    unsigned asleep = atomic_load(&crew->asleep);

    if (helpers == 0 || asleep == 0) {
        return;
    }
    keep_off(crew);
    pthread_mutex_lock(&crew->lock);
    for (unsigned i = 0; i < helpers && i < asleep; i++) {
        pthread_cond_signal(&crew->given);
    }
    pthread_mutex_unlock(&crew->lock);
}

void crew_begin(struct crew *crew, uint32_t count, unsigned helpers, bool has_more)
{
    atomic_store_explicit(&crew->done, 0, memory_order_relaxed);
    atomic_store_explicit(&crew->has_more, has_more, memory_order_relaxed);
    atomic_store_explicit(&crew->next, (uint64_t)count << 32, memory_order_release);
    atomic_fetch_add(&crew->round, 1);
    wake(crew, helpers);
}

static void wait_for(struct crew *crew, uint32_t pieces)
{
    if (spin(&crew->done, pieces, true)) {
        return;
    }
    pthread_mutex_lock(&crew->lock);
    atomic_store(&crew->is_awaited, true); /* before done is read: tell_done() writes and reads them in turn */
    while (atomic_load(&crew->done) != pieces) {
        pthread_cond_wait(&crew->finished, &crew->lock);
    }
    atomic_store(&crew->is_awaited, false);
    pthread_mutex_unlock(&crew->lock);
}

uint32_t crew_finish(struct crew *crew, struct turn *turn)
{
    uint32_t first, end, count, taken;
    uint64_t next;

    while (take(crew, &first, &end)) {
        crew->spec.fn(crew->spec.ctx, 0, first, end);
        atomic_fetch_add_explicit(&crew->done, end - first, memory_order_relaxed);
        if (turn_is_over(turn)) {
            break;
        }
    }
    next = atomic_exchange(&crew->next, 0); /* nobody takes more */
    count = (uint32_t)(next >> 32);
    taken = (uint32_t)next;
    wait_for(crew, taken);
    return smaller(taken, count);
}
