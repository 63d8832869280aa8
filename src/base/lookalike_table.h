/* base/lookalike_table.h: what characters look like, as base/lookalike_table_maker.c finds it in Unicode's data.  For
 * base/lookalike.c alone. */
#ifndef CHATD_BASE_LOOKALIKE_TABLE_H
#define CHATD_BASE_LOOKALIKE_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct lookalike_row {
    uint32_t cp : 18;
    uint32_t at : 14; /* in lookalike_table_text: what it looks like, ended by NUL */
};

extern const char lookalike_table_text[];
extern const struct lookalike_row lookalike_table_rows[]; /* in order of cp */
extern const size_t lookalike_table_row_count;

#endif
