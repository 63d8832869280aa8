/* base/passwords.h: passwords, hashed with argon2id in a lane of their own.
 *
 * A hash takes a processor for some tens of milliseconds, and memory_bytes of memory, on purpose.  So the loop pushes a
 * request and gets the answer later.  Each request has a copy of the password, in memory that the system keeps out of
 * core dumps and swap where it can.  The copy is wiped as soon as the hash is made or the request is freed.
 *
 * Without libsodium (configure --without-sodium) passwords_new() fails with ENOSYS.  Loop thread only. */
#ifndef CHATD_BASE_PASSWORDS_H
#define CHATD_BASE_PASSWORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PASSWORD_MAX_BYTES = 256, /* the most bytes of a password */
    PASSWORD_HASH_SIZE = 128, /* the size of a hash as text, with its NUL; it names the algorithm and its costs */
};

enum password_answer {
    PASSWORD_HASHED, /* hash is set */
    PASSWORD_RIGHT,
    PASSWORD_WRONG,
    PASSWORD_FAILED, /* there was not enough memory */
};

struct password_spec {
    unsigned threads;      /* passwords that are hashed at the same time, at least 1 */
    size_t most;           /* requests in the lane, at least 1: those that wait, run, or have run */
    uint64_t passes;       /* over the memory, at least 1 */
    uint64_t memory_bytes; /* of each thread while it hashes, at least 8192 */
};

struct lane;
struct passwords;
struct password_request;

/* hash is NULL unless the answer is PASSWORD_HASHED.  is_old: the password is right, and its hash was made with other
 * costs than those in force, so it should be hashed anew.  The request is freed after the call. */
typedef void password_done_fn(void *ctx, enum password_answer answer, const char *hash, bool is_old);

/* Returns NULL and sets errno if there is no libsodium, or if the system has no descriptor or cannot start a thread. */
struct passwords *passwords_new(const struct password_spec *spec);
/* Sets the costs of hashes that are requested from now on. */
void passwords_set_costs(struct passwords *p, uint64_t passes, uint64_t memory_bytes);
/* Frees it with all requests, which are not answered. */
void passwords_free(struct passwords *p);
/* The lane, for a loop to wait for and to reap: done functions are called in lane_reap(). */
struct lane *passwords_lane(const struct passwords *p);

/* Hashes a password of at most PASSWORD_MAX_BYTES.  Returns NULL if too many requests are in the lane, or if there is
 * not enough memory; nothing is done then. */
struct password_request *passwords_hash(struct passwords *p, const char *password, size_t len, password_done_fn *done,
                                        void *ctx);
/* Compares a password with a hash.  With hash NULL, for an account that does not exist, it takes as long as for one
 * that exists, and the answer is PASSWORD_WRONG: the time does not tell which accounts exist. */
struct password_request *passwords_verify(struct passwords *p, const char *hash, const char *password, size_t len,
                                          password_done_fn *done, void *ctx);
/* done() is not called any more.  A password that is being hashed is wiped when the hash is made, any other one now. */
void passwords_cancel(struct passwords *p, struct password_request *request);

#endif
