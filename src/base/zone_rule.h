/* base/zone_rule.h: the rule of a zone for times that its table does not reach: POSIX's TZ,
 * "CET-1CEST,M3.5.0,M10.5.0/3" (RFC 8536, 3.3).
 *
 * Pure; any thread. */
#ifndef CHATD_BASE_ZONE_RULE_H
#define CHATD_BASE_ZONE_RULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ZONE_LABEL_SIZE = 12 /* of "CEST" or "+0545", with its NUL */ };

/* A part of the year, or all of it, with one offset. */
struct zone_part {
    char label[ZONE_LABEL_SIZE];
    int32_t offset; /* seconds east of Greenwich */
};

/* When the clocks change: Jn, n, or Mm.w.d; and at which second of that day. */
struct zone_change {
    char kind; /* 'J', 'M', or '0' for n */
    uint16_t day;      /* n; of M: 0 is Sunday */
    uint8_t month, week;
    int32_t time;
};

struct zone_rule {
    struct zone_part standard, summer;
    bool has_summer;
    struct zone_change begin, end; /* of summer */
};

/* Reads the len bytes at text.  False: they are no rule. */
bool zone_rule_parse(struct zone_rule *rule, const char *text, size_t len);
/* What holds at a time, in seconds since 1970; *is_summer. */
const struct zone_part *zone_rule_at(const struct zone_rule *rule, int64_t sec, bool *is_summer);

#endif
