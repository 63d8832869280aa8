/* A fuzz target for the PROXY header: whatever a peer sends, the answer does not depend on how it is cut, nothing
 * behind a header is taken for a part of it, and a header whose meaning is written down again means the same.
 *
 * In "make check" it is a test that makes its own input from a number; SEEDS=100000000 in the environment makes it go
 * on for longer.  For libFuzzer:
 *
 *   clang -g -DFUZZER -fsanitize=fuzzer,address,undefined -Ibuild -Isrc -o proxy_fuzz \
 *       tests/fuzz/proxy_fuzz.c src/net/{proxy_header,addr}.c src/base/{check,cidr,mem,strbuf,text,utf8}.c \
 *       -lutf8proc -lcmocka */
#include "config.h"

#include "net/proxy_header.h"

#include "base/check.h"
#include "base/strbuf.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static const struct addr proxy = {.kind = ADDR_IPV4, .ip = {198, 51, 100, 9}, .port = 7};

static bool is_same(const struct addr *a, const struct addr *b)
{
    return a->kind == b->kind && a->port == b->port && memcmp(a->ip, b->ip, sizeof(a->ip)) == 0;
}

/* From bytes of their own, so that a read behind their end is seen. */
static enum preamble_answer look(const uint8_t *data, size_t len, struct preamble_found *found)
{
    char *copy = malloc(len);
    enum preamble_answer answer;

    CHECK(copy != NULL);
    memcpy(copy, data, len);
    *found = (struct preamble_found){.peer = proxy};
    answer = proxy_header_look(copy, len, found);
    free(copy);
    return answer;
}

/* The line of version 1 for the client's address. */
static void check_again(const struct preamble_found *found)
{
    struct preamble_found again;
    struct strbuf line = {0};
    char text[ADDR_TEXT_SIZE], *port;

    addr_text(&found->peer, text);
    port = strrchr(text, ':');
    *port = '\0';
    if (found->peer.kind == ADDR_IPV6) {
        text[strlen(text) - 1] = '\0';
        strbuf_addf(&line, "PROXY TCP6 %s ::1 %s 4000\r\n", text + 1, port + 1);
    } else {
        strbuf_addf(&line, "PROXY TCP4 %s 127.0.0.1 %s 4000\r\n", text, port + 1);
    }
    CHECK(look((const uint8_t *)line.data, line.len, &again) == PREAMBLE_WHOLE);
    CHECK(again.used == line.len && is_same(&again.peer, &found->peer));
    strbuf_fini(&line);
}

static void fuzz(const uint8_t *data, size_t size)
{
    enum preamble_answer whole, part = PREAMBLE_MORE;
    struct preamble_found found, before;

    size = size < PROXY_HEADER_MOST ? size : PROXY_HEADER_MOST;
    if (size == 0) {
        return;
    }
    whole = look(data, size, &found);
    for (size_t len = 1; len <= size && part == PREAMBLE_MORE; len++) {
        part = look(data, len, &before);
        CHECK(part != PREAMBLE_WHOLE || before.used == len);
    }
    CHECK(part == whole);
    CHECK(whole != PREAMBLE_MORE || size < PROXY_HEADER_MOST);
    CHECK(whole == PREAMBLE_WHOLE || (is_same(&found.peer, &proxy) && !found.is_own));
    if (whole == PREAMBLE_WHOLE) {
        CHECK(found.used <= size && found.used == before.used);
        CHECK(is_same(&found.peer, &before.peer) && found.is_own == before.is_own);
        CHECK(!found.is_own || is_same(&found.peer, &proxy));
        if (found.peer.kind != ADDR_UNIX) {
            check_again(&found);
        }
    }
}

#ifdef FUZZER

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz(data, size);
    return 0;
}

#else

/* What random bytes alone would never make. */
static const struct piece {
    const char *data;
    size_t len;
} pieces[] = {
#define PIECE(s) {s, sizeof(s) - 1}
    PIECE("PROXY "), PIECE("TCP4 "), PIECE("TCP6 "), PIECE("UNKNOWN"), PIECE("192.0.2.1 "), PIECE("2001:db8::1 "),
    PIECE("::ffff:192.0.2.1 "), PIECE("65535 "), PIECE("0"), PIECE("4000"), PIECE(" "), PIECE("\r\n"), PIECE("\n"),
    PIECE("\r\n\r\n\0\r\nQUIT\n"), PIECE("\x21\x11\0\x0c"), PIECE("\x21\x21\0\x24"), PIECE("\x21\x31\0\xd8"),
    PIECE("\x20\0\0\0"), PIECE("\x21\0\0\x04"), PIECE("\0\0\0\0\0\0\0\0\0\0\0\0"),
    PIECE("\0\0\0\0\0\0\0\0\0\0\xff\xff"),
    PIECE("\x21\x11\x0f\xf0"), PIECE("\xc0\0\2\1\xc6\x33\x64\1\xdc\4\x0f\xa0"),
#undef PIECE
};

/* The orders of pieces that make a header, which some of the inputs begin with. */
static const uint8_t begins[][8] = {{0, 1, 4, 4, 7, 9, 11}, {0, 2, 5, 6, 7, 8, 11}, {0, 3, 11}, {13, 14, 22},
                                    {13, 15, 20, 22, 22, 22}, {13, 16, 19, 19}, {13, 17}, {13, 18, 22}, {13, 21, 22}};

static void answer_does_not_depend_on_how_the_bytes_are_cut(void **state)
{
    const char *seeds = getenv("SEEDS");
    uint32_t count = seeds != NULL ? (uint32_t)strtoul(seeds, NULL, 10) : 20000, seed;

    (void)state;
    for (uint32_t i = 0; i < count; i++) {
        const uint8_t *begin = begins[i % (sizeof(begins) / sizeof(begins[0]))];
        struct strbuf input = {0};

        seed = i * 2654435761u + 1;
        for (int k = 0; k < 12; k++) {
            uint32_t r = (seed = seed * 1664525 + 1013904223) >> 8;
            const struct piece *piece = &pieces[(r >> 6) % (sizeof(pieces) / sizeof(pieces[0]))];

            if (r % 32 == 0) {
                strbuf_addc(&input, (char)(r >> 10));
            }
            if (k < 8 && r % 16 != 1 && (k == 0 || begin[k] != 0)) {
                piece = &pieces[begin[k]];
            }
            strbuf_add(&input, piece->data, piece->len);
        }
        fuzz((const uint8_t *)input.data, input.len);
        strbuf_fini(&input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(answer_does_not_depend_on_how_the_bytes_are_cut),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif
