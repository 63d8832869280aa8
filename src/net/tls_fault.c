/* net/tls_fault.c: OpenSSL's queue of errors. */
#include "config.h"

#include "net/tls_fault.h"

#ifdef HAVE_OPENSSL
#include <openssl/err.h>
#include <stddef.h>
#include <string.h>

void tls_fault_clear(void)
{
    ERR_clear_error();
}

const char *tls_fault_take(void)
{
    unsigned long error = ERR_peek_error();
    const char *text = ERR_SYSTEM_ERROR(error) ? strerror(ERR_GET_REASON(error)) : ERR_reason_error_string(error);

    ERR_clear_error();
    return text != NULL ? text : "unknown error";
}
#else
void tls_fault_clear(void)
{
}

const char *tls_fault_take(void)
{
    return "unknown error";
}
#endif
