/* base/tokens.h: secrets that the server makes: tokens to log in with, invitations to register, first passwords.
 *
 * A token and an invitation are one word each that begins with what it is, so nobody takes it for a name, and a program
 * that looks for secrets in files knows it.  Of both, only the hash is kept: it is of 32 or 16 random bytes, which
 * nobody can try out, so it needs no salt and no work.
 *
 * Without libsodium (configure --without-sodium) nothing is made.  Any thread. */
#ifndef CHATD_BASE_TOKENS_H
#define CHATD_BASE_TOKENS_H

#include <stdbool.h>

enum tokens_kind {
    TOKENS_NONE,
    TOKENS_LOGIN,      /* "chatd.token." and 43 characters */
    TOKENS_INVITATION, /* "chatd.invite." and 22 characters */
    TOKENS_PASSWORD,   /* 25 letters and digits in groups, easily read and typed */
    TOKENS_KINDS
};

enum {
    TOKENS_SIZE = 64,       /* of the longest as text, with its NUL */
    TOKENS_HASH_BYTES = 32, /* of a hash */
};

/* TOKENS_LOGIN or TOKENS_INVITATION when the word begins like one, whether or not there is such a one; else
 * TOKENS_NONE. */
enum tokens_kind tokens_kind(const char *word);
/* Makes a new one; the caller wipes text after use (mem_wipe()).  False: built without libsodium. */
bool tokens_make(enum tokens_kind kind, char text[TOKENS_SIZE]);
/* The hash of a token or an invitation, to find it by.  False: built without libsodium. */
bool tokens_hash(const char *text, unsigned char hash[TOKENS_HASH_BYTES]);

#endif
