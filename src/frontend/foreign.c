/* frontend/foreign.c: the shapes of other protocols.
 *
 * Each is exact enough that nobody's first line has it: "SSH-2.0 is old" and "GET READY" are said.  Bytes that could
 * be either are waited for, but only where what has come is no text. */
#include "config.h"

#include "frontend/foreign.h"

#include "net/conn.h"

#include <stdint.h>
#include <string.h>

/* ---- by the first bytes ---- */

/* What is binary, and the PROXY header that would pass for lines. */
static const struct signature {
    enum reason reason;
    uint8_t len;
    struct {
        uint8_t min, max;
    } bytes[FOREIGN_FIRST_BYTES];
} signatures[] = {
#define BYTE(c) {c, c}
#define ANY {0x00, 0xff}
    /* RFC 8446, 5.1 and 4: a record of type handshake, in it a ClientHello. */
    {REASON_TLS, 6, {BYTE(0x16), BYTE(0x03), {0x00, 0x04}, {0x00, 0x40}, ANY, BYTE(0x01)}},
    /* RFC 5246, E.2: the hello of version 2 of SSL, which old clients begin with. */
    {REASON_TLS, 5, {{0x80, 0x8f}, ANY, BYTE(0x01), {0x00, 0x03}, {0x00, 0x04}}},
    /* The PROXY protocol, 2.2: the signature of version 2. */
    {REASON_PROXY,
     12,
     {BYTE('\r'), BYTE('\n'), BYTE('\r'), BYTE('\n'), BYTE('\0'), BYTE('\r'), BYTE('\n'), BYTE('Q'), BYTE('U'),
      BYTE('I'), BYTE('T'), BYTE('\n')}},
    /* RDP by MS-RDPBCGR, 2.2.1.1: TPKT (RFC 1006) with a connection request (X.224). */
    {REASON_RDP, 6, {BYTE(0x03), BYTE(0x00), BYTE(0x00), {0x0b, 0xff}, {0x06, 0xfe}, BYTE(0xe0)}},
    /* SMB by MS-SMB2, 2.1, and MS-SMB, 2.1: a length of less than 512, and the version's mark. */
    {REASON_SMB, 8, {BYTE(0x00), BYTE(0x00), {0x00, 0x01}, ANY, {0xfe, 0xff}, BYTE('S'), BYTE('M'), BYTE('B')}},
    /* SMB over NetBIOS (RFC 1002, 4.3.2): a session request with two names. */
    {REASON_SMB, 5, {BYTE(0x81), BYTE(0x00), BYTE(0x00), {0x44, 0xff}, BYTE(0x20)}},
#undef BYTE
#undef ANY
};

enum reason foreign_by_bytes(const char *s, size_t len, bool *undecided)
{
    *undecided = false;
    for (size_t i = 0; i < sizeof(signatures) / sizeof(signatures[0]); i++) {
        const struct signature *sig = &signatures[i];
        size_t n = len < sig->len ? len : sig->len;
        size_t at = 0;

        while (at < n && (uint8_t)s[at] >= sig->bytes[at].min && (uint8_t)s[at] <= sig->bytes[at].max) {
            at++;
        }
        if (at == sig->len) {
            *undecided = false;
            return sig->reason;
        }
        *undecided |= at == len;
    }
    return REASON_NONE;
}

/* ---- by the first line ---- */

static bool has_prefix(const char *s, size_t len, const char *prefix)
{
    return len >= strlen(prefix) && memcmp(s, prefix, strlen(prefix)) == 0;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* How many bytes from s on are in the set. */
static size_t span(const char *s, size_t len, const char *set)
{
    size_t n = 0;

    while (n < len && s[n] != '\0' && strchr(set, s[n]) != NULL) {
        n++;
    }
    return n;
}

static bool has_one_of(const char *s, size_t len, const char *const prefixes[])
{
    for (; *prefixes != NULL; prefixes++) {
        if (has_prefix(s, len, *prefixes)) {
            return true;
        }
    }
    return false;
}

/* "METHOD SP target SP NAME/digit": HTTP (RFC 9112, 3), and what has its lines from it, RTSP (RFC 2326, 6) and SIP
 * (RFC 3261, 7.1).  Of a line that was cut, the target's begin. */
static enum reason by_request(const char *s, size_t len, bool cut)
{
    static const struct {
        enum reason reason;
        const char *version, *targets[5];
    } kinds[] = {
        {REASON_HTTP, " HTTP/", {"/", "* ", "http:", "https:"}},
        {REASON_RTSP, " RTSP/", {"/", "* ", "rtsp:", "rtspu:"}},
        {REASON_SIP, " SIP/", {"sip:", "sips:", "tel:"}},
    };
    size_t method = span(s, len, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
    const char *target = s + method + 1;
    const char *version;

    if (method == 0 || method + 1 >= len || s[method] != ' ') {
        return REASON_NONE;
    }
    version = memrchr(s + method, ' ', len - method);
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        size_t name = strlen(kinds[i].version);
        size_t left = (size_t)(s + len - version);
        bool is_version = version > s + method && left > name && has_prefix(version, left, kinds[i].version) &&
                          is_digit(version[name]);
        bool is_target = has_one_of(target, len - method - 1, kinds[i].targets) ||
                         (kinds[i].reason == REASON_HTTP && has_prefix(s, len, "CONNECT ") && !cut);

        if (is_target && (cut || is_version)) {
            return kinds[i].reason;
        }
    }
    return REASON_NONE;
}

/* "SSH-2.0-software", a comment perhaps (RFC 4253, 4.2). */
static bool is_ssh(const char *s, size_t len)
{
    return len > 8 && has_prefix(s, len, "SSH-") && (s[4] == '1' || s[4] == '2') && s[5] == '.' && is_digit(s[6]) &&
           (s[7] == '-' ? s[8] != ' ' : len > 9 && is_digit(s[7]) && s[8] == '-' && s[9] != ' ');
}

/* "PROXY TCP4 address address port port" (the PROXY protocol, 2.1); the rest of UNKNOWN may be missing. */
static bool is_proxy(const char *s, size_t len)
{
    size_t at = strlen("PROXY TCP4 "), spaces = 3;

    if (has_prefix(s, len, "PROXY UNKNOWN")) {
        at = strlen("PROXY UNKNOWN");
        spaces = 4;
        if (len == at) {
            return true;
        }
    } else if (!has_prefix(s, len, "PROXY TCP4 ") && !has_prefix(s, len, "PROXY TCP6 ")) {
        return false;
    }
    if (span(s + at, len - at, "0123456789abcdefABCDEF.: ") < len - at) {
        return false;
    }
    for (; at < len; at++) {
        spaces -= s[at] == ' ';
    }
    return spaces == 0;
}

enum reason foreign_by_line(const char *s, size_t len, bool cut)
{
    if (len == 0 || s[0] < 'A' || s[0] > 'Z') {
        return REASON_NONE;
    }
    if (!cut && is_ssh(s, len)) {
        return REASON_SSH;
    }
    if (!cut && is_proxy(s, len)) {
        return REASON_PROXY;
    }
    return by_request(s, len, cut);
}

const char *foreign_answer(enum reason reason)
{
    return reason == REASON_HTTP ? "HTTP/1.1 400 Bad Request\r\n"
                                   "Content-Type: text/plain; charset=utf-8\r\n"
                                   "Content-Length: 58\r\n"
                                   "Connection: close\r\n"
                                   "\r\n"
                                   "This is a chat server: use telnet or nc, not a web client\n"
                                 : NULL;
}

void foreign_refuse(struct conn *conn, enum reason reason)
{
    const char *answer = foreign_answer(reason);

    conn_drop_unsent(conn);
    if (answer == NULL) {
        conn_request_end(conn, reason);
    } else {
        conn_send_bytes(conn, answer, strlen(answer));
        conn_finish(conn, reason);
    }
}
