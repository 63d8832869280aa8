/* Tests of net/tls_check.h: certificates are made for each test. */
#include "config.h"

#include "net/tls_check.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DAY_S = 86400, DAY_MS = 86400000 };

static void days_are_whole_ones(void **state)
{
    (void)state;
    assert_int_equal(tls_check_days(10 * (int64_t)DAY_MS, 0), 10);
    assert_int_equal(tls_check_days(10 * (int64_t)DAY_MS, 1), 9);
    assert_int_equal(tls_check_days(5, 0), 0);
    assert_int_equal(tls_check_days(0, 5), -1);
    assert_int_equal(tls_check_days(0, DAY_MS + 1), -2);
}

#ifdef HAVE_OPENSSL

#include "fake_certs.h"

static char folder[64], cert_path[100], key_path[100];
static struct strbuf told;

static int begin(void **state)
{
    (void)state;
    snprintf(folder, sizeof(folder), "/tmp/chatd-certs-XXXXXX");
    if (mkdtemp(folder) == NULL) {
        return -1;
    }
    snprintf(cert_path, sizeof(cert_path), "%s/cert", folder);
    snprintf(key_path, sizeof(key_path), "%s/key", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    strbuf_fini(&told);
    unlink(cert_path);
    unlink(key_path);
    return rmdir(folder);
}

static int64_t now_ms(void)
{
    return (int64_t)time(NULL) * 1000;
}

/* The text up to here, without the folder's name. */
static const char *take(void)
{
    static char text[1024];
    const char *from = strbuf_str(&told);
    size_t len = 0;

    while (*from != '\0' && len < sizeof(text) - 1) {
        if (strncmp(from, folder, strlen(folder)) == 0) {
            from += strlen(folder);
        } else {
            text[len++] = *from++;
        }
    }
    text[len] = '\0';
    strbuf_fini(&told);
    return text;
}

static struct fake_cert *make(const char *name, long from_s, long until_s, const struct fake_cert *issuer)
{
    return fake_cert_new(
        &(struct fake_cert_spec){.name = name, .from_s = from_s, .until_s = until_s, .issuer = issuer});
}

static struct fake_cert *written(const char *name, long from_s, long until_s)
{
    struct fake_cert *cert = make(name, from_s, until_s, NULL);

    fake_cert_write(cert, cert_path);
    fake_cert_write_key(cert, key_path, 0640);
    return cert;
}

static void good_files_are_passed_over_in_silence(void **state)
{
    struct fake_cert *cert = written("chat.example.org", -10, 30 * DAY_S);

    (void)state;
    tls_check_files(cert_path, key_path, "chat.example.org", &told);
    tls_check_files(cert_path, key_path, "Chat.Example.ORG", &told);
    tls_check_files(cert_path, key_path, "The chat", &told);
    tls_check_files(cert_path, key_path, "chat", &told);
    tls_check_files(cert_path, key_path, "", &told);
    tls_check_dates(cert_path, now_ms(), &told);
    assert_string_equal(take(), "");
    fake_cert_free(cert);
}

static void a_key_that_others_can_read_is_no_secret(void **state)
{
    struct fake_cert *cert = written("chat.example.org", -10, 30 * DAY_S);

    (void)state;
    fake_cert_write_key(cert, key_path, 0644);
    tls_check_files(cert_path, key_path, "", &told);
    assert_string_equal(take(),
                        "tls.key: every user of this machine can read \"/key\"; chmod o= keeps the key secret\n");
    fake_cert_write_key(cert, key_path, 0602);
    tls_check_files(cert_path, key_path, "", &told);
    assert_string_equal(take(),
                        "tls.key: every user of this machine can write \"/key\"; chmod o= keeps the key secret\n");
    tls_check_files(cert_path, "", "", &told); /* the certificate's file has it */
    assert_string_equal(take(),
                        "tls.key: every user of this machine can read \"/cert\"; chmod o= keeps the key secret\n");
    fake_cert_free(cert);
}

static void a_certificate_for_another_name_is_told(void **state)
{
    struct fake_cert *cert = written("chat.example.org", -10, 30 * DAY_S);

    (void)state;
    tls_check_files(cert_path, key_path, "chat.example.net", &told);
    assert_string_equal(take(), "tls.certificate: the certificate in \"/cert\" is not for chat.example.net, the name "
                                "in server.name\n");
    tls_check_files(cert_path, key_path, "192.0.2.1", &told);
    assert_non_null(strstr(take(), "is not for 192.0.2.1"));
    fake_cert_free(cert);
}

static void certificates_are_wanted_in_the_order_of_the_chain(void **state)
{
    static const char wrong[] = "tls.certificate: the certificates in \"/cert\" are not in order: the server's comes "
                                "first, and behind each comes the one of its issuer\n";
    struct fake_cert *root = make("root", -10, 30 * DAY_S, NULL);
    struct fake_cert *between = make("between", -10, 30 * DAY_S, root);
    struct fake_cert *leaf = make("chat.example.org", -10, 30 * DAY_S, between);

    (void)state;
    fake_cert_write_key(leaf, key_path, 0600);
    fake_cert_write(leaf, cert_path);
    fake_cert_append(between, cert_path);
    fake_cert_append(root, cert_path);
    tls_check_files(cert_path, key_path, "chat.example.org", &told);
    assert_string_equal(take(), "");
    fake_cert_write(leaf, cert_path);
    fake_cert_append(root, cert_path);
    fake_cert_append(between, cert_path);
    tls_check_files(cert_path, key_path, "chat.example.org", &told);
    assert_string_equal(take(), wrong);
    fake_cert_write(between, cert_path);
    fake_cert_append(leaf, cert_path);
    tls_check_files(cert_path, key_path, "", &told);
    assert_string_equal(take(), wrong);
    fake_cert_free(leaf);
    fake_cert_free(between);
    fake_cert_free(root);
}

static void dates_are_told_in_time(void **state)
{
    struct fake_cert *cert = written("a", -10, 20 * DAY_S + 100);

    (void)state;
    tls_check_dates(cert_path, now_ms(), &told);
    assert_non_null(strstr(take(), "tls.certificate: the certificate in \"/cert\" expires in 20 days, at 20"));
    fake_cert_free(cert);
    cert = written("a", -10, DAY_S + 100);
    tls_check_dates(cert_path, now_ms(), &told);
    assert_non_null(strstr(take(), " expires in 1 day, at "));
    fake_cert_free(cert);
    cert = written("a", -2 * DAY_S, -DAY_S);
    tls_check_dates(cert_path, now_ms(), &told);
    assert_non_null(strstr(take(), " has expired, at "));
    fake_cert_free(cert);
    cert = written("a", DAY_S, 90 * DAY_S);
    tls_check_dates(cert_path, now_ms(), &told);
    assert_non_null(strstr(take(), " is not valid before "));
    fake_cert_free(cert);
}

static void an_authority_whose_time_is_over_is_told(void **state)
{
    struct fake_cert *good = make("a", -10, 90 * DAY_S, NULL), *over = make("b", -2 * DAY_S, -DAY_S, NULL);

    (void)state;
    fake_cert_write(good, cert_path);
    tls_check_issuers(cert_path, now_ms(), &told);
    assert_string_equal(take(), "");
    fake_cert_append(over, cert_path);
    fake_cert_append(good, cert_path);
    tls_check_issuers(cert_path, now_ms(), &told);
    assert_non_null(strstr(strbuf_str(&told), " has expired, at 20"));
    assert_non_null(strstr(take(), ", so clients that it stands for are refused\n"));
    fake_cert_free(good);
    fake_cert_free(over);
}

static void a_fifo_is_not_opened(void **state)
{
    (void)state;
    assert_int_equal(mkfifo(cert_path, 0600), 0); /* opening it would wait for a writer */
    tls_check_files(cert_path, "", "chat.example.org", &told);
    tls_check_dates(cert_path, now_ms(), &told);
    tls_check_issuers(cert_path, now_ms(), &told);
    assert_string_equal(take(), "");
}

static void no_certificate_is_replaced_by_a_worse_one(void **state)
{
    struct fake_cert *good = make("a", -10, 5 * DAY_S, NULL), *shorter = make("a", -10, DAY_S, NULL);
    struct fake_cert *over = make("a", -2 * DAY_S, -DAY_S, NULL), *early = make("a", DAY_S, 9 * DAY_S, NULL);
    struct x509_st *is = fake_cert_x509(good), *past = fake_cert_x509(over), *to_come = fake_cert_x509(early);

    (void)state;
    assert_true(tls_check_may_replace(is, fake_cert_x509(shorter), "/new", now_ms(), &told));
    assert_true(tls_check_may_replace(past, is, "/new", now_ms(), &told));
    assert_true(tls_check_may_replace(past, to_come, "/new", now_ms(), &told));
    assert_true(tls_check_may_replace(to_come, past, "/new", now_ms(), &told)); /* neither is of use */
    assert_string_equal(take(), "");
    assert_false(tls_check_may_replace(is, past, "/new", now_ms(), &told));
    assert_non_null(strstr(take(), "tls.certificate: the certificate in \"/new\" has expired, at "));
    assert_false(tls_check_may_replace(is, to_come, "/new", now_ms(), &told));
    assert_non_null(strstr(strbuf_str(&told), " is not valid before "));
    assert_non_null(strstr(take(), ", and the one in force is valid\n"));
    fake_cert_free(good);
    fake_cert_free(shorter);
    fake_cert_free(over);
    fake_cert_free(early);
}

#endif

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_are_whole_ones),
#ifdef HAVE_OPENSSL
#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)
        TEST(good_files_are_passed_over_in_silence),
        TEST(a_key_that_others_can_read_is_no_secret),
        TEST(a_certificate_for_another_name_is_told),
        TEST(certificates_are_wanted_in_the_order_of_the_chain),
        TEST(dates_are_told_in_time),
        TEST(an_authority_whose_time_is_over_is_told),
        TEST(a_fifo_is_not_opened),
        TEST(no_certificate_is_replaced_by_a_worse_one),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
