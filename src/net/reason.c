/* net/reason.c: the texts of the table of reasons. */
#include "config.h"

#include "net/reason.h"

#include <stddef.h>

static const struct {
    const char *code, *goodbye;
} table[] = {
#define REASON_ROW(symbol, code, goodbye) {code, goodbye},
    REASON_TABLE(REASON_ROW)
#undef REASON_ROW
};

const char *reason_code(enum reason reason)
{
    return table[reason].code;
}

const char *reason_goodbye(enum reason reason)
{
    return table[reason].goodbye;
}

bool reason_is_refusal(enum reason reason)
{
    switch (reason) {
    case REASON_SERVER_FULL:
    case REASON_ADDRESS_FULL:
    case REASON_NETWORK_FULL:
    case REASON_NETWORK_SLOW:
    case REASON_SILENT_FULL:
    case REASON_SLOW_DOWN:
    case REASON_BANNED:
    case REASON_PROXY_ONLY:
    case REASON_PROXY_FULL:
    case REASON_PROXY_MISSING:
    case REASON_PROXY_LATE:
    case REASON_PROXY_LONG:
    case REASON_PROXY_WRONG:
        return true;
    default:
        return false;
    }
}

bool reason_is_end(enum reason reason)
{
    return reason == REASON_BANNED || reason == REASON_SILENT_FULL ||
           (reason != REASON_NONE && !reason_is_refusal(reason));
}
