/* base/zone_rule.c: reading a rule, and applying it to a year. */
#include "config.h"

#include "base/zone_rule.h"

#include <string.h>
#include <time.h>

enum {
    DAY = 86400,
    HOUR = 3600,
    MOST_HOURS = 167, /* of a time of a change: it may be some days away (RFC 8536, 3.3.1) */
    MOST_OFFSET = 26, /* hours */
    USUAL_TIME = 2 * HOUR,
};

/* ---- reading ---- */

struct reader {
    const char *at, *end;
};

static bool take(struct reader *r, char c)
{
    bool is_there = r->at < r->end && *r->at == c;

    r->at += is_there;
    return is_there;
}

static bool is_digit(const struct reader *r)
{
    return r->at < r->end && *r->at >= '0' && *r->at <= '9';
}

static bool take_number(struct reader *r, int least, int most, int *n)
{
    int digits = 0;

    for (*n = 0; digits < 3 && is_digit(r); digits++) {
        *n = *n * 10 + (*r->at++ - '0');
    }
    return digits > 0 && *n >= least && *n <= most;
}

/* [+-]h[h[h]][:mm[:ss]] */
static bool take_time(struct reader *r, int most_hours, int32_t *sec)
{
    int sign = take(r, '-') ? -1 : 1, hours, minutes = 0, seconds = 0;

    if (sign > 0) {
        (void)take(r, '+');
    }
    if (!take_number(r, 0, most_hours, &hours)) {
        return false;
    }
    if (take(r, ':')) {
        if (!take_number(r, 0, 59, &minutes) || (take(r, ':') && !take_number(r, 0, 59, &seconds))) {
            return false;
        }
    }
    *sec = sign * (hours * HOUR + minutes * 60 + seconds);
    return true;
}

static bool is_letter(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_of_label(char c, bool is_quoted)
{
    return is_letter(c) || (is_quoted && ((c >= '0' && c <= '9') || c == '+' || c == '-'));
}

/* "CET" or "<+0545>" */
static bool take_label(struct reader *r, char *label)
{
    bool is_quoted = take(r, '<');
    size_t len = 0;

    while (r->at < r->end && is_of_label(*r->at, is_quoted) && len < ZONE_LABEL_SIZE - 1) {
        label[len++] = *r->at++;
    }
    label[len] = '\0';
    return len >= 3 && (!is_quoted || take(r, '>'));
}

/* In a rule an offset is what has to be added to the local time, so its sign is the other way round. */
static bool take_offset(struct reader *r, int32_t *offset)
{
    bool is_there = take_time(r, MOST_OFFSET, offset);

    *offset = -*offset;
    return is_there;
}

static bool take_month_day(struct reader *r, struct zone_change *change)
{
    int month, week, day;

    if (!take_number(r, 1, 12, &month) || !take(r, '.') || !take_number(r, 1, 5, &week) || !take(r, '.') ||
        !take_number(r, 0, 6, &day)) {
        return false;
    }
    change->kind = 'M';
    change->month = (uint8_t)month;
    change->week = (uint8_t)week;
    change->day = (uint16_t)day;
    return true;
}

static bool take_change(struct reader *r, struct zone_change *change)
{
    int day;

    change->time = USUAL_TIME;
    if (!take(r, ',')) {
        return false;
    }
    if (take(r, 'M')) {
        if (!take_month_day(r, change)) {
            return false;
        }
    } else {
        change->kind = take(r, 'J') ? 'J' : '0';
        if (!take_number(r, change->kind == 'J' ? 1 : 0, 365, &day)) {
            return false;
        }
        change->day = (uint16_t)day;
    }
    return !take(r, '/') || take_time(r, MOST_HOURS, &change->time);
}

bool zone_rule_parse(struct zone_rule *rule, const char *text, size_t len)
{
    struct reader r = {text, text + len};

    *rule = (struct zone_rule){0};
    if (!take_label(&r, rule->standard.label) || !take_offset(&r, &rule->standard.offset)) {
        return false;
    }
    if (r.at == r.end) {
        return true;
    }
    rule->has_summer = true;
    rule->summer.offset = rule->standard.offset + HOUR;
    return take_label(&r, rule->summer.label) &&
           ((r.at < r.end && *r.at == ',') || take_offset(&r, &rule->summer.offset)) &&
           take_change(&r, &rule->begin) && take_change(&r, &rule->end) && r.at == r.end;
}

/* ---- applying ---- */

/* The days since 1970 of a day of a year, whose month counts from 1. */
static int64_t days_of(int year, int month, int day)
{
    struct tm tm = {.tm_year = year - 1900, .tm_mon = month - 1, .tm_mday = day};

    return (int64_t)timegm(&tm) / DAY;
}

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* 1970-01-01 was a Thursday. */
static int weekday_of(int64_t days)
{
    return (int)(((days + 4) % 7 + 7) % 7);
}

/* The local time of a change in a year, as if it were UTC. */
static int64_t change_in(const struct zone_change *change, int year)
{
    int64_t days = days_of(year, 1, 1), next;

    switch (change->kind) {
    case 'J': /* the 29th of February has no number */
        days += change->day - 1 + (is_leap(year) && change->day >= 60);
        break;
    case 'M':
        days = days_of(year, change->month, 1);
        next = change->month == 12 ? days_of(year + 1, 1, 1) : days_of(year, change->month + 1, 1);
        days += (change->day - weekday_of(days) + 7) % 7 + 7 * (change->week - 1);
        days -= days >= next ? 7 : 0; /* the fifth is the last one */
        break;
    default:
        days += change->day;
    }
    return days * DAY + change->time;
}

const struct zone_part *zone_rule_at(const struct zone_rule *rule, int64_t sec, bool *is_summer)
{
    time_t local = (time_t)(sec + rule->standard.offset);
    int64_t begin, end;
    struct tm tm;

    *is_summer = false;
    if (!rule->has_summer || gmtime_r(&local, &tm) == NULL) {
        return &rule->standard;
    }
    begin = change_in(&rule->begin, tm.tm_year + 1900) - rule->standard.offset;
    end = change_in(&rule->end, tm.tm_year + 1900) - rule->summer.offset;
    *is_summer = begin < end ? sec >= begin && sec < end : sec >= begin || sec < end;
    return *is_summer ? &rule->summer : &rule->standard;
}
