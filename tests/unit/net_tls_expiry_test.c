/* Tests of net/tls_expiry.h: a real certificate; the clock is the test's. */
#include "config.h"

#include "net/tls_expiry.h"

#include "base/strbuf.h"
#include "fake_certs.h"
#include "fakes.h"
#include "net/tls_check.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

#ifdef HAVE_OPENSSL

enum { DAY_S = 86400, DAY_MS = 86400000, HOUR_MS = 3600000 };

static struct tls_expiry expiry;
static struct clock now;
static struct fake_log lines;
static struct strbuf told;
static struct fake_cert *cert;

static int begin(void **state)
{
    (void)state;
    fake_clock_init(&now);
    fake_log_init(&lines);
    tls_expiry_init(&expiry, &now);
    cert = fake_cert_new(&(struct fake_cert_spec){.name = "a", .from_s = -10, .until_s = 30 * DAY_S});
    return 0;
}

static int end(void **state)
{
    (void)state;
    tls_expiry_fini(&expiry);
    fake_cert_free(cert);
    fake_log_fini(&lines);
    strbuf_fini(&told);
    return 0;
}

/* Sets the clock to that long before the certificate's end, and an hour later looks. */
static void look_before(int64_t before_ms)
{
    now.real_ms = tls_check_validity(fake_cert_x509(cert)).until_ms - before_ms;
    now.mono_ms += HOUR_MS;
    timeq_run(&expiry.looking, clock_ms(&now));
}

/* How often the log has the text so far. */
static unsigned count(const char *text)
{
    unsigned found = 0;

    strbuf_adds(&told, fake_log_read(&lines));
    for (const char *s = strbuf_str(&told); (s = strstr(s, text)) != NULL; s++) {
        found++;
    }
    return found;
}

static unsigned warnings(void)
{
    return count("certificate expires soon") + count("certificate has expired");
}

static void each_line_comes_once(void **state)
{
    (void)state;
    now.real_ms = tls_check_validity(fake_cert_x509(cert)).until_ms - 30 * (int64_t)DAY_MS;
    tls_expiry_watch(&expiry, fake_cert_x509(cert), "/etc/chatd/chatd.crt");
    look_before(22 * (int64_t)DAY_MS + 1);
    assert_int_equal(warnings(), 0);
    look_before(21 * (int64_t)DAY_MS + HOUR_MS);
    assert_int_equal(count("certificate expires soon days=21 path=/etc/chatd/chatd.crt until="), 1);
    look_before(20 * (int64_t)DAY_MS);
    look_before(8 * (int64_t)DAY_MS);
    assert_int_equal(warnings(), 1);
    look_before(7 * (int64_t)DAY_MS);
    look_before(6 * (int64_t)DAY_MS);
    assert_int_equal(warnings(), 2);
    look_before(DAY_MS + HOUR_MS);
    look_before(HOUR_MS);
    assert_int_equal(count("certificate expires soon days=1 "), 1);
    assert_int_equal(warnings(), 3);
    look_before(-HOUR_MS);
    look_before(-2 * (int64_t)HOUR_MS);
    assert_int_equal(count("certificate has expired path=/etc/chatd/chatd.crt until="), 1);
    assert_int_equal(warnings(), 4);
}

static void at_the_start_only_the_last_line_that_is_due_comes(void **state)
{
    (void)state;
    now.real_ms = tls_check_validity(fake_cert_x509(cert)).until_ms - 3 * (int64_t)DAY_MS;
    tls_expiry_watch(&expiry, fake_cert_x509(cert), "a");
    assert_int_equal(count("certificate expires soon days=3 "), 1);
    assert_int_equal(warnings(), 1);
    tls_expiry_watch(&expiry, fake_cert_x509(cert), "a"); /* read again by a reload */
    assert_int_equal(warnings(), 1);
}

static void a_new_certificate_is_another_matter(void **state)
{
    struct fake_cert *next = fake_cert_new(&(struct fake_cert_spec){.name = "a", .until_s = 90 * DAY_S});

    (void)state;
    now.real_ms = tls_check_validity(fake_cert_x509(cert)).until_ms - DAY_MS;
    tls_expiry_watch(&expiry, fake_cert_x509(cert), "a");
    assert_int_equal(warnings(), 1);
    tls_expiry_watch(&expiry, fake_cert_x509(next), "b");
    look_before(0);
    assert_int_equal(warnings(), 1);
    now.real_ms = tls_check_validity(fake_cert_x509(next)).until_ms - 5 * (int64_t)DAY_MS;
    now.mono_ms += HOUR_MS;
    timeq_run(&expiry.looking, clock_ms(&now));
    assert_int_equal(count("certificate expires soon days=5 path=b "), 1);
    assert_int_equal(count("certificate in force path="), 2);
    tls_expiry_watch(&expiry, NULL, "");
    assert_int_equal(expiry.until_ms, 0);
    assert_true(timeq_is_empty(&expiry.looking)); /* nothing wakes the loop */
    fake_cert_free(next);
}

#endif

static void without_a_certificate_nothing_is_due(void **state)
{
    struct tls_expiry none;
    struct clock clock;

    (void)state;
    fake_clock_init(&clock);
    tls_expiry_init(&none, &clock);
    tls_expiry_watch(&none, NULL, "");
    assert_true(timeq_is_empty(&none.looking));
    assert_int_equal(none.until_ms, 0);
    tls_expiry_fini(&none);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_certificate_nothing_is_due),
#ifdef HAVE_OPENSSL
        cmocka_unit_test_setup_teardown(each_line_comes_once, begin, end),
        cmocka_unit_test_setup_teardown(at_the_start_only_the_last_line_that_is_due_comes, begin, end),
        cmocka_unit_test_setup_teardown(a_new_certificate_is_another_matter, begin, end),
#endif
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
