/* frontend/telnet_text.h: the text that a client's telnet is taken out of, and what the client has made of it.
 *
 * inetutils' telnet takes bytes of letters for its special keys, and sends a command for each: that is healed.
 * Commands that edit the line become the keys of base/typed.h.  Loop thread only. */
#ifndef CHATD_FRONTEND_TELNET_TEXT_H
#define CHATD_FRONTEND_TELNET_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Embedded by its owner, and zeroed.  The owner sets out before it adds text, and has_letters. */
struct telnet_text {
    char *out;
    size_t out_len;
    char tail[3]; /* the last bytes of text: do they end inside a character? */
    uint8_t tail_len;
    bool has_letters; /* it is not UTF-8: commands may be letters (frontend/telnet_letters.h) */
};

/* The len bytes at text came before all else, and are not written to out. */
void telnet_text_begin(struct telnet_text *t, const char *text, size_t len);
void telnet_text_add(struct telnet_text *t, const char *data, size_t len);
/* Adds a key that edits the line.  It is nothing where no line is begun: what comes next then stands at its
 * beginning. */
void telnet_text_add_key(struct telnet_text *t, char key);
/* Returns true if a line is begun, and not all of it was erased. */
bool telnet_text_is_inside(const struct telnet_text *t);
/* A command (RFC 854) has come.  Returns true if it stands for a byte of a letter, which is added. */
bool telnet_text_heal(struct telnet_text *t, unsigned char command);

#endif
