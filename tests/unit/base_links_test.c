/* Tests of base/links.h: what is a link and what is not. */
#include "config.h"

#include "base/links.h"

#include "base/wordlist.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

static void assert_all(const char *const texts[], size_t count, bool want)
{
    for (size_t i = 0; i < count; i++) {
        char *folded = wordlist_fold(texts[i], strlen(texts[i]));

        if (links_has(folded) != want) {
            fail_msg("%s: %s", want ? "no link" : "a link", texts[i]);
        }
        free(folded);
    }
}

static void links_are_seen(void **state)
{
    static const char *const texts[] = {
        "http://example.org", "see https://x.y/z now", "HTTPS://EXAMPLE.COM", "ftp://host/file", "(http://a)",
        "irc://x", "http://127.0.0.1/", "http://[::1]/", "www.example.org", "WWW.EXAMPLE.ORG", "go to www.example",
        "example.com", "Example.Com!", "visit example.com.", "<example.net>", "a.b.example.org", "my-shop.xyz",
        "bit.ly/abc", "t.me/spam", "youtu.be/abc", "is.gd/x", "host.local:8080", "192.168.0.1/admin", "10.0.0.1:80",
        "пример.рф", "xn--e1afmkfd.xn--p1ai", "ｅｘａｍｐｌｅ．ｃｏｍ", "example。com", "exa\u200bmple.com", "e\u0336xample.com",
        "text,example.com", "bob@x example.com", "x.me/y",
    };

    (void)state;
    assert_all(texts, sizeof(texts) / sizeof(texts[0]), true);
}

static void other_texts_are_none(void **state)
{
    static const char *const texts[] = {
        "", "hello", "hello. world", "Hello.How are you", "well...ok", "e.g. this", "i.e. that/those", "and/or",
        "3.14", "1.2.3.4", "version 10.2.3", "v1.2/3", "main.c", "script.py", "README.md", "it works.to me",
        "ok.it is", "12:30", "a:b", "http:", "http://", "://", "bob@example.com", "10:20:30", "c.o.m", ".com", "com",
        "..", "...com", "node.js", "www", "www.", "https", "4.5/5", "1.5:2", "/etc/passwd", "src/chat/chat.c",
        "C++/C", "300.1.1.1/x", "привет.как дела", "今天。你好",
    };

    (void)state;
    assert_all(texts, sizeof(texts) / sizeof(texts[0]), false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links_are_seen),
        cmocka_unit_test(other_texts_are_none),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
