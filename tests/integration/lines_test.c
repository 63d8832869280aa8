/* From bytes to lines: where a line ends, what is cut, what is refused. */
#include "config.h"

#include "harness.h"

static void a_line_is_heard(void)
{
    struct daemon *d = daemon_start();
    struct client *alice = client_join(d, "alice");
    struct client *bob = client_join(d, "bob");

    client_send(alice, "hello\n");
    client_expect_line(bob, "[#lobby] alice: hello");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HARNESS_TEST(a_line_is_heard),
    };

    return harness_main(tests);
}
