/* tests/unit/stores.h: what the tests of src/store/ share: a scratch folder, lines to write, a disk that is full or
 * read-only. */
#ifndef CHATD_TESTS_STORES_H
#define CHATD_TESTS_STORES_H

#include "store/parcel.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A setup and a teardown of cmocka's: a folder of the test's own, that goes with all that is in it. */
int stores_begin(void **state);
int stores_end(void **state);
/* A path in that folder; static, one of eight. */
const char *stores_path(const char *name);

/* The whole of a file, *len bytes, to be freed. */
char *stores_read_file(const char *path, size_t *len);
void stores_write_file(const char *path, const char *bytes, size_t len);

/* A line of name in a room; its folded forms are taken to be the same. */
void stores_add(struct parcel *parcel, uint64_t id, const char *room, const char *name, const char *text);

/* In a child process, where the folder is a file system of its own of so many bytes, runs body, whose failed assertions
 * are this test's.  Skips the test where that is not allowed. */
void stores_on_small_disk(size_t bytes, void (*body)(void));
/* Within such a body: the file system cannot be written to, or can again. */
void stores_set_read_only(bool is_read_only);

#endif
