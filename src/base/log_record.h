/* base/log_record.h: an event of the log: a level, a phrase, and fields.
 *
 * Callers pass it to base/log.h, which passes it to the sink. */
#ifndef CHATD_BASE_LOG_RECORD_H
#define CHATD_BASE_LOG_RECORD_H

#include <stdint.h>

enum log_level { LOG_LEVEL_ERROR, LOG_LEVEL_WARN, LOG_LEVEL_INFO, LOG_LEVEL_DEBUG };

struct log_field {
    const char *key; /* NULL in the field that ends a list */
    const char *str; /* the value; NULL if num is the value */
    int64_t num;
};

#define LOG_STR(k, v) ((struct log_field){.key = (k), .str = (v)})
#define LOG_NUM(k, v) ((struct log_field){.key = (k), .num = (int64_t)(v)})
#define LOG_END ((struct log_field){0}) /* stands for a last field that is left out */
#define LOG_FIELDS(...) ((const struct log_field[]){__VA_ARGS__ __VA_OPT__(, ) {0}})

/* One event, valid during the call. */
struct log_record {
    enum log_level level;
    const char *phrase;
    const struct log_field *fields;
};

#endif
