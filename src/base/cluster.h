/* base/cluster.h: the characters of a text as people see them: grapheme clusters (Unicode's UAX #29).
 *
 * A cluster ends at CLUSTER_BYTES if it is longer: the longest emoji in use, a family with skin tones, has 41 bytes,
 * and without a bound the cost of a line of combining marks would be quadratic.  Pure functions over valid UTF-8; any
 * thread. */
#ifndef CHATD_BASE_CLUSTER_H
#define CHATD_BASE_CLUSTER_H

#include <stddef.h>

enum { CLUSTER_BYTES = 48 };

/* Where the last cluster of the len bytes at s begins; 0 if len is 0. */
size_t cluster_begin(const char *s, size_t len);
/* Where the cluster ends that begins at at, which is at most len; len if at is len. */
size_t cluster_end(const char *s, size_t len, size_t at);
/* The bytes of the first clusters of the len bytes at s that take at most so many columns together (text_columns()). */
size_t cluster_cut(const char *s, size_t len, size_t columns);

#endif
