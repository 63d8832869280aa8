/* base/tokens.c: writes random bytes as text, and hashes the text (BLAKE2b). */
#include "config.h"

#include "base/tokens.h"

#include <stddef.h>
#include <string.h>

static const char *const prefixes[TOKENS_KINDS] = {
    [TOKENS_LOGIN] = "chatd.token.", /* no name has a full stop */
    [TOKENS_INVITATION] = "chatd.invite.",
};

enum tokens_kind tokens_kind(const char *word)
{
    for (enum tokens_kind kind = TOKENS_NONE; kind < TOKENS_KINDS; kind++) {
        if (prefixes[kind] != NULL && strncmp(word, prefixes[kind], strlen(prefixes[kind])) == 0) {
            return kind;
        }
    }
    return TOKENS_NONE;
}

#ifdef HAVE_SODIUM

#include "base/check.h"

#include <sodium.h>
#include <stdio.h>

enum { LOGIN_BYTES = 32, INVITATION_BYTES = 16, PASSWORD_CHARS = 25, GROUP_CHARS = 5 };

static void make_word(const char *prefix, size_t bytes, char text[TOKENS_SIZE])
{
    unsigned char random[LOGIN_BYTES];
    size_t len = strlen(prefix);

    CHECK(bytes <= sizeof(random));
    CHECK(len + sodium_base64_ENCODED_LEN(bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING) <= TOKENS_SIZE);
    randombytes_buf(random, bytes);
    memcpy(text, prefix, len);
    sodium_bin2base64(text + len, TOKENS_SIZE - len, random, bytes, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sodium_memzero(random, sizeof(random));
}

/* 32 characters, without those that look like others (0 and o, 1 and l): 125 bits. */
static void make_password(char text[TOKENS_SIZE])
{
    static const char letters[] = "abcdefghijkmnpqrstuvwxyz23456789";
    size_t len = 0;

    _Static_assert(sizeof(letters) - 1 == 32, "each is as likely");
    for (size_t i = 0; i < PASSWORD_CHARS; i++) {
        if (i > 0 && i % GROUP_CHARS == 0) {
            text[len++] = '-';
        }
        text[len++] = letters[randombytes_uniform(sizeof(letters) - 1)];
    }
    text[len] = '\0';
}

bool tokens_make(enum tokens_kind kind, char text[TOKENS_SIZE])
{
    CHECK(sodium_init() >= 0);
    switch (kind) {
    case TOKENS_LOGIN:
        make_word(prefixes[kind], LOGIN_BYTES, text);
        break;
    case TOKENS_INVITATION:
        make_word(prefixes[kind], INVITATION_BYTES, text);
        break;
    default:
        make_password(text);
        break;
    }
    return true;
}

bool tokens_hash(const char *text, unsigned char hash[TOKENS_HASH_BYTES])
{
    CHECK(sodium_init() >= 0);
    return crypto_generichash(hash, TOKENS_HASH_BYTES, (const unsigned char *)text, strlen(text), NULL, 0) == 0;
}

#else /* HAVE_SODIUM */

bool tokens_make(enum tokens_kind kind, char text[TOKENS_SIZE])
{
    (void)kind;
    text[0] = '\0';
    return false;
}

bool tokens_hash(const char *text, unsigned char hash[TOKENS_HASH_BYTES])
{
    (void)text;
    memset(hash, 0, TOKENS_HASH_BYTES);
    return false;
}

#endif
