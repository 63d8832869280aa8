/* base/fingerprint.c: bytes to hexadecimal digits and back. */
#include "config.h"

#include "base/fingerprint.h"

#include <stdio.h>
#include <string.h>

const char *fingerprint_text(const unsigned char bytes[FINGERPRINT_BYTES], char text[FINGERPRINT_SIZE])
{
    for (int i = 0; i < FINGERPRINT_BYTES; i++) {
        snprintf(text + 3 * i, 3, "%02X", bytes[i]);
        text[3 * i + 2] = i + 1 < FINGERPRINT_BYTES ? ':' : '\0';
    }
    return text;
}

/* The value of a digit; -1 if it is none. */
static int digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;

    return at == NULL ? -1 : (int)(at - digits < 16 ? at - digits : at - digits - 6);
}

bool fingerprint_parse(const char *text, unsigned char bytes[FINGERPRINT_BYTES])
{
    for (int i = 0; i < FINGERPRINT_BYTES; i++) {
        int high, low;

        text += i > 0 && *text == ':';
        high = digit(text[0]);
        low = high >= 0 ? digit(text[1]) : -1;
        if (low < 0) {
            return false;
        }
        bytes[i] = (unsigned char)(high << 4 | low);
        text += 2;
    }
    return *text == '\0';
}
