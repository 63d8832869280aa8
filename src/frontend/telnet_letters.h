/* frontend/telnet_letters.h: which bytes 255 are letters, and no telnet, in a charset that has them.
 *
 * In CP1251 it is the last letter of the alphabet, and the bytes of telnet's commands are letters too.  Telnet has 255
 * doubled, but not every client does that.  So a command is one only where people and clients send commands: they stand
 * at the beginning of a line, or are the last bytes of what arrives.  Pure. */
#ifndef CHATD_FRONTEND_TELNET_LETTERS_H
#define CHATD_FRONTEND_TELNET_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

enum { TELNET_LETTERS_NONE = -1 };

/* Whether a byte 255 and one of a command of two bytes are letters.  next is the byte that has come with them, or
 * TELNET_LETTERS_NONE; is_inside tells that they follow text of the same line. */
bool telnet_letters_is_pair(int next, bool is_inside);
/* Whether 255, the byte verb of a negotiation or subnegotiation, and the byte behind it, are. */
bool telnet_letters_is_triple(unsigned verb, unsigned option, bool is_inside);
/* Finds where telnet begins in the n bytes at data, which were plain text so far; SIZE_MAX if it does not. */
size_t telnet_letters_find(const char *data, size_t n);

#endif
