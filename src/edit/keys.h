/* edit/keys.h: from the bytes that a terminal sends to keys.
 *
 * Knows the sequences of xterm, rxvt, the Linux console, VT220, screen and tmux by a table, UTF-8, Alt as an ESC before
 * a key, and bracketed paste.  A sequence may arrive in pieces.  What is no key costs itself alone: the bytes behind it
 * are keys again.  There is no timer: an ESC waits for the byte that follows, whenever that comes.  Pure. */
#ifndef CHATD_EDIT_KEYS_H
#define CHATD_EDIT_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum keys_code {
    KEYS_NONE,      /* no key is complete yet, or bytes were dropped */
    KEYS_TEXT,      /* characters */
    KEYS_CONTROL,   /* Ctrl and a letter, or one of @ [ \ ] ^ _, which is in letter */
    KEYS_ALT,       /* Alt and an ASCII character, which is in letter */
    KEYS_ENTER,
    KEYS_TAB,
    KEYS_BACK_TAB,  /* Shift-Tab */
    KEYS_BACKSPACE,
    KEYS_WORD_BACKSPACE, /* Alt-Backspace, Ctrl-Backspace */
    KEYS_DELETE,
    KEYS_WORD_DELETE, /* Ctrl-Delete */
    KEYS_INSERT,
    KEYS_UP,
    KEYS_DOWN,
    KEYS_LEFT,
    KEYS_RIGHT,
    KEYS_WORD_LEFT, /* Ctrl-Left, Alt-Left */
    KEYS_WORD_RIGHT,
    KEYS_HOME,
    KEYS_END,
    KEYS_PASTE,     /* the terminal begins to send what is pasted */
    KEYS_PASTED,    /* the end of that */
    KEYS_REPORT,    /* the terminal tells the cursor's position, as it was asked to */
    KEYS_OTHER,     /* a key that is of no use here */
};

struct keys_key {
    uint8_t code;    /* enum keys_code */
    char letter;     /* of KEYS_CONTROL and KEYS_ALT; a letter is lower case */
    bool not_utf8;   /* with KEYS_NONE: bytes that are not UTF-8 were dropped */
    const char *text; /* of KEYS_TEXT: valid UTF-8 of len bytes, until the next call or the end of the data */
    size_t len;
    unsigned row, column; /* of KEYS_REPORT */
};

enum { KEYS_SEQUENCE_BYTES = 24 /* no key's sequence is longer; a longer one is dropped up to its end */ };

/* Embedded and zeroed. */
struct keys {
    uint8_t len;
    bool has_alt : 1;     /* the sequence has an ESC before it */
    bool is_overlong : 1; /* the sequence has more bytes than there is place for */
    bool is_after_cr : 1; /* an LF or NUL that comes next belongs to the last Enter */
    bool is_pasting : 1;  /* between KEYS_PASTE and KEYS_PASTED: all is text but Enter and Tab; Ctrl-C
                           * ends it too */
    char bytes[KEYS_SEQUENCE_BYTES]; /* the beginning of a sequence that is not complete */
};

/* Takes at most one key from the n bytes (at least 1) at data.  Returns the number of bytes that are done with, which
 * is 0 only if bytes of an earlier call were dropped. */
size_t keys_next(struct keys *k, const char *data, size_t n, struct keys_key *key);

#endif
