/* base/clock.c: the system's clocks. */
#include "config.h"

#include "base/clock.h"

#include "base/timeform.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define MS UINT64_C(1000000) /* in nanoseconds */

enum { DAYS_OF_WEEK = 7 };

static void read_system(struct clock *clock)
{
    struct timespec mono, real;

    clock_gettime(CLOCK_MONOTONIC, &mono);
    clock_gettime(CLOCK_REALTIME, &real);
    clock->mono_ns = (uint64_t)mono.tv_sec * 1000000000 + (uint64_t)mono.tv_nsec;
    clock->mono_ms = clock->mono_ns / MS;
    clock->real_ms = (int64_t)real.tv_sec * 1000 + real.tv_nsec / 1000000;
}

void clock_init(struct clock *clock)
{
    *clock = (struct clock){.stale = true, .read = read_system};
}

/* The length of the standstill before this reading in nanoseconds; 0 if there was none. */
static uint64_t late_ns(const struct clock *clock)
{
    bool is_late = clock->due_ns != 0 && clock->mono_ns > clock->due_ns &&
                   clock->mono_ns - clock->due_ns > CLOCK_STANDSTILL_MS * MS;

    return is_late ? clock->mono_ns - clock->due_ns : 0;
}

/* Puts the clock back to the time at which it should have been read, and by a grace time more: the standstill
 * may have begun earlier.  The grace time is not given twice in a row: deadlines must pass even if every wait
 * ends late. */
static void leave_out(struct clock *clock, uint64_t before_ns)
{
    uint64_t now_ns = clock->due_ns - (clock->is_late ? 0 : CLOCK_GRACE_MS * MS);

    if (clock->due_ns < CLOCK_GRACE_MS * MS || now_ns < before_ns) {
        now_ns = before_ns;
    }
    clock->lost_ns += clock->mono_ns - now_ns;
    clock->mono_ns = now_ns;
    clock->mono_ms = now_ns / MS;
}

void clock_refresh(struct clock *clock)
{
    uint64_t before_ns = clock->mono_ns, late;

    clock->read(clock);
    clock->stale = false;
    if (clock->lost_ns != 0) {
        clock->mono_ns -= clock->lost_ns;
        clock->mono_ms = clock->mono_ns / MS;
    }
    late = late_ns(clock);
    if (late > 0) {
        leave_out(clock, before_ns);
    }
    clock->is_late = late > 0;
    clock->due_ns = clock->mono_ns;
    if (late > 0 && clock->stood_still != NULL) {
        clock->stood_still(clock, late / MS);
    }
}

void clock_wait(struct clock *clock, uint64_t due_ms)
{
    clock->stale = true;
    clock->due_ns = due_ms * MS;
}

uint64_t clock_now_ns(const struct clock *clock)
{
    struct clock now = *clock;

    now.read(&now);
    return now.mono_ns - clock->lost_ns;
}

const char *clock_iso(int64_t real_ms, char *buf)
{
    time_t sec = (time_t)(real_ms / 1000);
    struct tm tm;
    char date[24];

    if (gmtime_r(&sec, &tm) == NULL || strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &tm) == 0) {
        date[0] = '\0';
    }
    snprintf(buf, CLOCK_ISO_SIZE, "%s.%03dZ", date, (int)(real_ms % 1000));
    return buf;
}

static bool to_local(const struct zone *zone, int64_t real_ms, struct tm *tm)
{
    return zone_local(zone, real_ms / 1000, tm);
}

const char *clock_short(const struct zone *zone, int64_t real_ms, int64_t now_ms, char *buf)
{
    struct tm tm, now;

    buf[0] = '\0';
    if (to_local(zone, real_ms, &tm) && to_local(zone, now_ms, &now)) {
        bool is_today = tm.tm_year == now.tm_year && tm.tm_yday == now.tm_yday;

        strftime(buf, CLOCK_SHORT_SIZE, is_today ? "%H:%M" : "%Y-%m-%d %H:%M", &tm);
    }
    return buf;
}

/* Noon is far from every change of the clocks. */
static int64_t day_number(const struct tm *tm)
{
    struct tm noon = {.tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday, .tm_hour = 12};

    return (int64_t)timegm(&noon) / 86400;
}

const char *clock_recent(const struct zone *zone, int64_t real_ms, int64_t now_ms, char *buf)
{
    struct tm tm, now;

    if (to_local(zone, real_ms, &tm) && to_local(zone, now_ms, &now)) {
        int64_t days = day_number(&now) - day_number(&tm);

        if (days > 0 && days < DAYS_OF_WEEK) {
            strftime(buf, CLOCK_SHORT_SIZE, "%a %H:%M", &tm);
            return buf;
        }
    }
    return clock_short(zone, real_ms, now_ms, buf);
}

const char *clock_date(const struct zone *zone, int64_t real_ms, char *buf)
{
    struct tm tm;

    buf[0] = '\0';
    if (to_local(zone, real_ms, &tm)) {
        strftime(buf, CLOCK_SHORT_SIZE, "%A, %-d %B %Y", &tm);
    }
    return buf;
}

const char *clock_format(const struct zone *zone, int64_t real_ms, const char *form, char *buf)
{
    struct tm tm;

    buf[0] = '\0';
    return to_local(zone, real_ms, &tm) ? timeform_put(form, &tm, buf) : buf;
}

/* A 32nd is the first of the next month. */
static int64_t midnight_ms(const struct zone *zone, const struct tm *tm, int days_on)
{
    struct tm midnight = {.tm_year = tm->tm_year, .tm_mon = tm->tm_mon, .tm_mday = tm->tm_mday + days_on};

    return zone_seconds(zone, &midnight) * 1000;
}

void clock_day(const struct zone *zone, int64_t real_ms, int64_t *begin_ms, int64_t *end_ms)
{
    struct tm tm;

    *begin_ms = *end_ms = 0;
    if (to_local(zone, real_ms, &tm)) {
        *begin_ms = midnight_ms(zone, &tm, 0);
        *end_ms = midnight_ms(zone, &tm, 1);
    }
}

/* A zone whose name is no word, such as "+0330", is shown by its offset alone. */
static void put_zone(const struct tm *tm, char *buf, size_t size)
{
    long minutes = tm->tm_gmtoff / 60, distance = minutes < 0 ? -minutes : minutes;
    const char *name = tm->tm_zone != NULL ? tm->tm_zone : "";
    bool has_name = (name[0] >= 'A' && name[0] <= 'Z') || (name[0] >= 'a' && name[0] <= 'z');
    char utc[24] = "UTC";

    if (minutes != 0) {
        snprintf(utc, sizeof(utc), "UTC%c%02ld:%02ld", minutes < 0 ? '-' : '+', distance / 60, distance % 60);
    }
    if (has_name && strcmp(name, "UTC") != 0) {
        snprintf(buf, size, "%.32s (%s)", name, utc);
    } else {
        snprintf(buf, size, "%s", utc);
    }
}

const char *clock_zone(const struct zone *zone, int64_t real_ms, char *buf)
{
    struct tm tm;

    buf[0] = '\0';
    if (to_local(zone, real_ms, &tm)) {
        put_zone(&tm, buf, CLOCK_ZONED_SIZE);
    }
    return buf;
}

const char *clock_zoned(const struct zone *zone, int64_t real_ms, char *buf)
{
    struct tm tm;

    buf[0] = '\0';
    if (to_local(zone, real_ms, &tm)) {
        size_t len = strftime(buf, CLOCK_ZONED_SIZE, "%Y-%m-%d %H:%M:%S ", &tm);

        put_zone(&tm, buf + len, CLOCK_ZONED_SIZE - len);
    }
    return buf;
}

/* ---- reading a time ---- */

static bool read_digits(const char **at, int least, int most, int *value)
{
    int digits = 0;

    for (*value = 0; digits < most && **at >= '0' && **at <= '9'; digits++) {
        *value = *value * 10 + (*(*at)++ - '0');
    }
    return digits >= least;
}

static bool read_sign(const char **at, char sign)
{
    bool is_there = **at == sign;

    *at += is_there;
    return is_there;
}

static int days_of(int year, int month)
{
    static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

    return days[month - 1] + (month == 2 && is_leap);
}

static bool read_date(const char **at, struct tm *tm)
{
    int year, month, day;

    if (!read_digits(at, 4, 4, &year) || !read_sign(at, '-') || !read_digits(at, 1, 2, &month) ||
        !read_sign(at, '-') || !read_digits(at, 1, 2, &day)) {
        return false;
    }
    if (year < 1970 || month < 1 || month > 12 || day < 1 || day > days_of(year, month)) {
        return false;
    }
    tm->tm_year = year - 1900;
    tm->tm_mon = month - 1;
    tm->tm_mday = day;
    return true;
}

/* Behind the seconds there may be any number of digits, of which the first three count. */
static bool read_hour(const char **at, struct tm *tm, int *ms)
{
    int digit;

    if (!read_digits(at, 1, 2, &tm->tm_hour) || !read_sign(at, ':') || !read_digits(at, 2, 2, &tm->tm_min)) {
        return false;
    }
    if (read_sign(at, ':')) {
        if (!read_digits(at, 2, 2, &tm->tm_sec)) {
            return false;
        }
        if (read_sign(at, '.')) {
            for (int unit = 100; read_digits(at, 1, 1, &digit); unit /= 10) {
                *ms += digit * unit;
            }
        }
    }
    return tm->tm_hour < 24 && tm->tm_min < 60 && tm->tm_sec < 60;
}

static bool to_real(const struct zone *zone, struct tm tm, bool is_utc, int ms, int64_t *real_ms)
{
    int64_t sec = is_utc ? (int64_t)timegm(&tm) : zone_seconds(zone, &tm);

    *real_ms = sec * 1000 + ms;
    return sec >= 0;
}

/* The days since the last one of that name, which may be today. */
static bool read_weekday(const char **at, const struct tm *now, int *days_ago)
{
    static const char *const names[DAYS_OF_WEEK] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};

    for (int i = 0; i < DAYS_OF_WEEK; i++) {
        if (strncasecmp(*at, names[i], 3) == 0 && ((*at)[3] == ' ' || (*at)[3] == '\0')) {
            *at += 3;
            *days_ago = (now->tm_wday - i + DAYS_OF_WEEK) % DAYS_OF_WEEK;
            return true;
        }
    }
    return false;
}

/* An hour behind a day, which may be left out. */
static bool has_hour_behind(const char **at)
{
    bool has_hour = **at == ' ' && (*at)[strspn(*at, " ")] != '\0';

    *at += strspn(*at, " ");
    return has_hour;
}

bool clock_parse(const struct zone *zone, const char *text, int64_t now_ms, int64_t *real_ms)
{
    const char *at = text;
    struct tm tm = {0};
    bool has_date = read_date(&at, &tm), has_hour = true, is_utc = false, has_weekday = false;
    int ms = 0, days_ago = 0;

    if (!has_date) {
        struct tm now;

        at = text;
        if (!to_local(zone, now_ms, &now)) {
            return false;
        }
        tm = (struct tm){.tm_year = now.tm_year, .tm_mon = now.tm_mon, .tm_mday = now.tm_mday};
        has_weekday = read_weekday(&at, &now, &days_ago);
        tm.tm_mday -= days_ago; /* a 0th is the last day of the month before */
    }
    if (has_weekday || (has_date && !read_sign(&at, 'T'))) {
        has_hour = has_hour_behind(&at);
    }
    if (has_hour) {
        if (!read_hour(&at, &tm, &ms)) {
            return false;
        }
        is_utc = has_date && read_sign(&at, 'Z');
    }
    if (at[strspn(at, " ")] != '\0' || !to_real(zone, tm, is_utc, ms, real_ms)) {
        return false;
    }
    if (!has_date && *real_ms > now_ms) {
        tm.tm_mday -= has_weekday ? DAYS_OF_WEEK : 1;
        return to_real(zone, tm, false, ms, real_ms);
    }
    return true;
}
