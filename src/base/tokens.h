/* base/tokens.h: secrets that the server makes: tokens for logging in, invitations to register, first passwords.
 *
 * A token and an invitation are one word each.  The word begins with its kind, so it cannot be taken for a name, and
 * programs that search files for secrets recognize it.  Only the hash of a token or an invitation is stored.  It is
 * made of 32 or 16 random bytes, too many to be guessed, so it needs no salt and no costly hash function.
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

/* Returns TOKENS_LOGIN or TOKENS_INVITATION if the word begins like one, even if it was never made; otherwise
 * TOKENS_NONE. */
enum tokens_kind tokens_kind(const char *word);
/* Makes a secret; the caller wipes text after use (mem_wipe()).  Returns false in a build without libsodium. */
bool tokens_make(enum tokens_kind kind, char text[TOKENS_SIZE]);
/* Makes the hash by which a token or an invitation is looked up.  Returns false in a build without libsodium. */
bool tokens_hash(const char *text, unsigned char hash[TOKENS_HASH_BYTES]);

#endif
