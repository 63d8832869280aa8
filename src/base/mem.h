/* base/mem.h: small allocations that do not fail.
 *
 * For small, fixed sizes: a process that cannot get 100 bytes cannot report an error either, so it
 * aborts with a message.  A caller checks a size that a peer influences against a limit first.
 * Results are freed with free().  Any thread. */
#ifndef CHATD_BASE_MEM_H
#define CHATD_BASE_MEM_H

#include <stdbool.h>
#include <stddef.h>

/* Aborts unless worked: for a library call that fails only if memory runs out. */
void mem_need(bool worked);
/* Allocates size bytes, not cleared. */
void *mem_alloc(size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1)));
/* Allocates size bytes, all zero. */
void *mem_zalloc(size_t size) __attribute__((malloc, returns_nonnull, alloc_size(1)));
/* The same at an address that is a multiple of alignment, a power of two that divides size. */
void *mem_zalloc_aligned(size_t alignment, size_t size) __attribute__((malloc, returns_nonnull, alloc_size(2)));
/* As realloc(); size is at least 1. */
void *mem_realloc(void *old, size_t size) __attribute__((returns_nonnull, alloc_size(2)));
/* A copy of the len bytes at s, followed by a NUL. */
char *mem_strndup(const char *s, size_t len) __attribute__((malloc, returns_nonnull));
/* A copy of the string s. */
char *mem_strdup(const char *s) __attribute__((malloc, returns_nonnull));
/* Sets len bytes to 0, also where nothing reads them any more: for what is to stay secret. */
void mem_wipe(void *data, size_t len);
/* Wipes the string before it is freed; NULL is allowed. */
void mem_free_secret(char *s);

#endif
