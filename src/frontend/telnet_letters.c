/* frontend/telnet_letters.c: letters or commands. */
#include "config.h"

#include "frontend/telnet_letters.h"

#include <libtelnet.h>
#include <stdint.h>
#include <string.h>

enum {
    LAST_OPTION = 49, /* that is in use between client and server */
    SPACE = 0x20,
    BEGIN_BYTES = 3,
};

/* An interrupt is followed by DO TIMING-MARK; a client that keeps the connection alive may have sent a line too. */
bool telnet_letters_is_pair(int next, bool is_inside)
{
    return next != TELNET_LETTERS_NONE && next != TELNET_IAC && (is_inside || next >= 0x80);
}

/* A control is no letter, whereas words with DONT at their end, and a blank or punctuation behind it, are many. */
bool telnet_letters_is_triple(unsigned verb, unsigned option, bool is_inside)
{
    if (option < SPACE) {
        return option == '\n' || option == '\r';
    }
    return option > LAST_OPTION || (is_inside && verb == TELNET_DONT);
}

size_t telnet_letters_find(const char *data, size_t n)
{
    size_t at = 0;

    while (n - at >= BEGIN_BYTES) {
        const char *iac = memchr(data + at, TELNET_IAC, n - at - (BEGIN_BYTES - 1));
        unsigned verb, option;

        if (iac == NULL) {
            break;
        }
        at = (size_t)(iac - data);
        verb = (unsigned char)iac[1];
        option = (unsigned char)iac[2];
        if ((verb == TELNET_WILL || verb == TELNET_DO) && !telnet_letters_is_triple(verb, option, true)) {
            /* An interrupt stands before it. */
            return at >= 2 && (unsigned char)data[at - 2] == TELNET_IAC && (unsigned char)data[at - 1] == TELNET_IP
                       ? at - 2 : at;
        }
        at++;
    }
    return SIZE_MAX;
}
