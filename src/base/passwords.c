/* base/passwords.c: the memory of requests, and the work of the lane.
 *
 * The loop and the lane share a request while it is in the lane.  The lane reads the question and writes the answer;
 * the loop uses only done and is_cancelled. */
#include "config.h"

#include "base/passwords.h"

#include <errno.h>

#ifdef HAVE_SODIUM

#include "base/check.h"
#include "base/container.h"
#include "base/lane.h"
#include "base/mem.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

_Static_assert((int)PASSWORD_HASH_SIZE == (int)crypto_pwhash_STRBYTES, "a hash as libsodium has it");

enum { DRAIN_MS = 0 /* at the end no request is worth a wait, and a hash does not take long */ };

struct passwords {
    struct lane *lane;
    uint64_t passes;
    size_t memory_bytes;
};

/* Allocated by sodium_malloc(): locked, and wiped when it is freed. */
struct password_request {
    struct lane_job job;
    password_done_fn *done;
    void *ctx;
    bool is_cancelled;
    bool has_hash;   /* to compare with */
    bool is_nobody;  /* there is no account: the hash only takes the same time, and the password is wrong */
    bool is_old;
    enum password_answer answer;
    uint64_t passes;
    size_t memory_bytes;
    size_t len;
    char hash[PASSWORD_HASH_SIZE];
    char password[PASSWORD_MAX_BYTES];
};

static void make_hash(struct password_request *r)
{
    r->answer = crypto_pwhash_str_alg(r->hash, r->password, r->len, r->passes, r->memory_bytes,
                                      crypto_pwhash_ALG_ARGON2ID13) == 0
                    ? PASSWORD_HASHED
                    : PASSWORD_FAILED;
}

/* libsodium also reports a password as wrong if it had no memory to compare it. */
static bool has_memory_for(const char *hash)
{
    unsigned long long kib = 0;
    void *memory;

    if (sscanf(hash, "$argon2id$v=%*u$m=%llu", &kib) != 1 || kib == 0 || kib > SIZE_MAX / 1024) {
        return true; /* it is no valid hash, so no password matches it */
    }
    memory = mmap(NULL, (size_t)kib * 1024, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) {
        return false;
    }
    munmap(memory, (size_t)kib * 1024);
    return true;
}

static void compare(struct password_request *r)
{
    if (crypto_pwhash_str_verify(r->hash, r->password, r->len) == 0) {
        r->answer = PASSWORD_RIGHT;
        r->is_old = crypto_pwhash_str_needs_rehash(r->hash, r->passes, r->memory_bytes) != 0;
    } else {
        r->answer = has_memory_for(r->hash) ? PASSWORD_WRONG : PASSWORD_FAILED;
    }
}

static void run(struct lane_job *job)
{
    struct password_request *r = CONTAINER_OF(job, struct password_request, job);

    if (r->has_hash) {
        compare(r);
    } else {
        make_hash(r);
        if (r->is_nobody && r->answer == PASSWORD_HASHED) {
            r->answer = PASSWORD_WRONG;
        }
    }
    sodium_memzero(r->password, sizeof(r->password));
}

static void done(struct lane_job *job)
{
    struct password_request *r = CONTAINER_OF(job, struct password_request, job);

    if (!r->is_cancelled) {
        r->done(r->ctx, r->answer, r->answer == PASSWORD_HASHED ? r->hash : NULL, r->is_old);
    }
}

static void release(struct lane_job *job)
{
    sodium_free(CONTAINER_OF(job, struct password_request, job));
}

static const struct lane_job_ops ops = {.run = run, .done = done, .free = release};

struct passwords *passwords_new(const struct password_spec *spec)
{
    struct lane_spec lane = {.name = "hash", .threads = spec->threads, .most = spec->most, .drain_ms = DRAIN_MS};
    struct passwords *p;

    if (sodium_init() < 0) {
        errno = EAGAIN;
        return NULL;
    }
    p = mem_zalloc(sizeof(*p));
    passwords_set_costs(p, spec->passes, spec->memory_bytes);
    p->lane = lane_new(&lane);
    if (p->lane == NULL) {
        free(p);
        return NULL;
    }
    return p;
}

void passwords_set_costs(struct passwords *p, uint64_t passes, uint64_t memory_bytes)
{
    CHECK(passes >= crypto_pwhash_OPSLIMIT_MIN && memory_bytes >= crypto_pwhash_MEMLIMIT_MIN);
    p->passes = passes;
    p->memory_bytes = (size_t)memory_bytes;
}

void passwords_free(struct passwords *p)
{
    (void)lane_free(p->lane);
    free(p);
}

static struct password_request *request_new(const struct passwords *p, const char *password, size_t len,
                                            password_done_fn *done_fn, void *ctx)
{
    struct password_request *r;

    CHECK(len <= PASSWORD_MAX_BYTES);
    r = sodium_malloc(sizeof(*r));
    if (r == NULL) {
        return NULL;
    }
    *r = (struct password_request){.job.ops = &ops,
                                   .done = done_fn,
                                   .ctx = ctx,
                                   .passes = p->passes,
                                   .memory_bytes = p->memory_bytes,
                                   .len = len};
    memcpy(r->password, password, len);
    return r;
}

static struct password_request *push(struct passwords *p, struct password_request *r)
{
    if (r != NULL && !lane_push(p->lane, &r->job)) {
        sodium_free(r);
        return NULL;
    }
    return r;
}

struct password_request *passwords_hash(struct passwords *p, const char *password, size_t len,
                                        password_done_fn *done_fn, void *ctx)
{
    return push(p, request_new(p, password, len, done_fn, ctx));
}

struct password_request *passwords_verify(struct passwords *p, const char *hash, const char *password, size_t len,
                                          password_done_fn *done_fn, void *ctx)
{
    struct password_request *r = request_new(p, password, len, done_fn, ctx);

    if (r != NULL) {
        size_t hash_len = hash != NULL ? strnlen(hash, PASSWORD_HASH_SIZE) : 0;

        r->has_hash = hash != NULL;
        r->is_nobody = hash == NULL;
        memcpy(r->hash, hash != NULL ? hash : "", hash_len < PASSWORD_HASH_SIZE ? hash_len : 0); /* one too long is
                                                                                                  * none: wrong */
    }
    return push(p, r);
}

void passwords_cancel(struct passwords *p, struct password_request *r)
{
    if (!lane_cancel(p->lane, &r->job)) {
        r->is_cancelled = true;
    }
}

struct lane *passwords_lane(const struct passwords *p)
{
    return p->lane;
}

#else /* HAVE_SODIUM */

struct passwords *passwords_new(const struct password_spec *spec)
{
    (void)spec;
    errno = ENOSYS;
    return NULL;
}

void passwords_set_costs(struct passwords *p, uint64_t passes, uint64_t memory_bytes)
{
    (void)p;
    (void)passes;
    (void)memory_bytes;
}

void passwords_free(struct passwords *p)
{
    (void)p;
}

struct password_request *passwords_hash(struct passwords *p, const char *password, size_t len, password_done_fn *done,
                                        void *ctx)
{
    (void)p;
    (void)password;
    (void)len;
    (void)done;
    (void)ctx;
    return NULL;
}

struct password_request *passwords_verify(struct passwords *p, const char *hash, const char *password, size_t len,
                                          password_done_fn *done, void *ctx)
{
    (void)hash;
    return passwords_hash(p, password, len, done, ctx);
}

void passwords_cancel(struct passwords *p, struct password_request *request)
{
    (void)p;
    (void)request;
}

struct lane *passwords_lane(const struct passwords *p)
{
    (void)p;
    return NULL;
}

#endif
