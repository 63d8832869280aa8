/* base/script_table.h: the scripts of characters, as base/script_table.awk finds them in Unicode's data.  For
 * base/script.h alone. */
#ifndef CHATD_BASE_SCRIPT_TABLE_H
#define CHATD_BASE_SCRIPT_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* A set of scripts, as UTS 39 (section 5.1) augments it: for Chinese, Japanese and Korean there is a script each that
 * has all characters of the scripts that the language is written in, and Latin letters. */
struct script_set {
    uint64_t bits[3]; /* one for each script, numbered in script_table.awk */
};

/* The characters from first to the next run's first.  Those that are neither letters, marks nor digits belong to any
 * run. */
struct script_run {
    uint32_t first : 24;
    uint32_t set : 8; /* its index in script_table_sets */
};

extern const struct script_set script_table_sets[]; /* the first two: of all scripts, and of none */
extern const struct script_run script_table_runs[]; /* in order; the first begins with 0 */
extern const size_t script_table_run_count;
extern const int32_t script_table_zeros[]; /* in order: the zero of each decimal system, which nine digits follow */
extern const size_t script_table_zero_count;

#endif
