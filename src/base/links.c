/* base/links.c: looks at each piece of a text that could be the name of a host. */
#include "config.h"

#include "base/links.h"

#include "base/utf8.h"

#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum { IDEOGRAPHIC_STOP = 0x3002 /* separates labels too (IDNA, RFC 3490, section 3.1) */ };

/* Top-level domains that make a link of a name alone.  Those that are words of common languages (it, me, to), or the
 * ends of files' names (sh, py, md), are not here: such links need a path. */
static const char *const domains[] = {
    "ai",   "app",   "ar",   "biz",  "blog",  "br",   "ca",   "cc",   "ch",     "chat", "click", "cloud", "club",
    "cn",   "co",    "com",  "cz",   "de",    "dev",  "edu",  "eu",   "fi",     "fr",   "fun",   "gg",    "gl",
    "gov",  "gq",    "gr",   "hu",   "icu",   "info", "io",   "jp",   "kr",     "kz",   "link",  "live",  "ly",
    "mobi", "mx",    "name", "net",  "news",  "nl",   "nz",   "one",  "online", "onion", "org",  "page",  "pro",
    "pt",   "ru",    "shop", "site", "space", "store", "stream", "su", "tech",  "tk",   "top",   "tr",    "tv",
    "tw",   "ua",    "uk",   "us",   "vip",   "website", "wiki", "win", "work", "world", "xxx",  "xyz",   "бг",
    "рф",   "укр",   "中国", "中國", "닷컴",
};

/* ---- names of hosts ---- */

/* The labels of a name, as they are read. */
struct host {
    unsigned labels;      /* that are not empty */
    bool has_www;         /* it begins with "www." */
    bool is_number;       /* all labels so far are numbers, of 255 at most */
    const char *last;     /* the last label */
    size_t last_len;
};

static bool is_number(const char *s, size_t len)
{
    unsigned value = 0;

    for (size_t i = 0; i < len; i++) {
        if (!isdigit((unsigned char)s[i]) || i == 3) {
            return false;
        }
        value = value * 10 + (unsigned)(s[i] - '0');
    }
    return value <= 255;
}

static void add_label(struct host *host, const char *s, size_t len)
{
    if (len == 0) {
        return;
    }
    host->has_www = host->has_www || (host->labels == 0 && len == 3 && memcmp(s, "www", 3) == 0);
    host->is_number = (host->labels == 0 || host->is_number) && is_number(s, len);
    host->labels++;
    host->last = s;
    host->last_len = len;
}

/* Returns true if the last label is a top-level domain by which a name is a link. */
static bool has_domain(const struct host *host)
{
    if (host->last_len > 4 && memcmp(host->last, "xn--", 4) == 0) {
        return true;
    }
    for (size_t i = 0; i < sizeof(domains) / sizeof(domains[0]); i++) {
        if (strlen(domains[i]) == host->last_len && memcmp(domains[i], host->last, host->last_len) == 0) {
            return true;
        }
    }
    return false;
}

/* Returns true if the last label could be a top-level domain: it has two letters or more, and no digit. */
static bool has_letters(const struct host *host)
{
    for (size_t i = 0; i < host->last_len; i++) {
        if (isdigit((unsigned char)host->last[i]) || host->last[i] == '-') {
            return false;
        }
    }
    return host->last_len >= 2;
}

/* Returns true if a path or a port begins at s. */
static bool has_more(const char *s)
{
    return (s[0] == '/' && s[1] != '\0' && s[1] != ' ') || (s[0] == ':' && isdigit((unsigned char)s[1]));
}

/* behind: what follows the name. */
static bool is_link(const struct host *host, const char *behind)
{
    if (host->labels < 2) {
        return false;
    }
    if (host->is_number) {
        return host->labels == 4 && has_more(behind);
    }
    return host->has_www || has_domain(host) || (has_letters(host) && has_more(behind));
}

/* ---- the text ---- */

static bool is_of_label(int32_t cp)
{
    utf8proc_category_t category = utf8proc_category(cp);

    return cp == '-' || (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_ND);
}

/* Reads a name, which begins at s.  Returns its length, with the full stops behind it. */
static size_t read_host(const char *s, size_t len, struct host *host)
{
    size_t at = 0, label = 0;

    while (at < len) {
        int32_t cp;
        size_t n = utf8_next(s + at, len - at, &cp);

        if (cp == '.' || cp == IDEOGRAPHIC_STOP) {
            add_label(host, s + label, at - label);
            label = at + n;
        } else if (!is_of_label(cp)) {
            break;
        }
        at += n;
    }
    add_label(host, s + label, at - label);
    return at;
}

/* Returns true if "://" and something follow a scheme that ends at at. */
static bool is_scheme(const char *s, size_t at)
{
    return at > 0 && isalnum((unsigned char)s[at - 1]) && strncmp(s + at, "://", 3) == 0 &&
           (unsigned char)s[at + 3] > ' ';
}

bool links_has(const char *folded)
{
    size_t len = strlen(folded), at = 0;
    bool is_mail = false; /* an '@' stands before */

    while (at < len) {
        struct host host = {0};
        size_t n = read_host(folded + at, len - at, &host);
        bool is_ended = n > 0 && folded[at + n - 1] == '.';

        if (is_scheme(folded, at + n) || (!is_mail && is_link(&host, is_ended ? "" : folded + at + n))) {
            return true;
        }
        at += n;
        if (at < len) {
            int32_t cp;

            at += utf8_next(folded + at, len - at, &cp);
            is_mail = cp == '@';
        }
    }
    return false;
}
