/* Tests of admin/control.h with real sockets, a loop turned by hand and a host that does nothing: the clients that may
 * send requests, and the slices of answers. tests/integration/control_test.c tests what the commands do. */
#include "config.h"

#include "admin/control.h"

#include "admin/metrics.h"
#include "bus/bus_local.h"
#include "bus/directory_local.h"
#include "chat/names.h"
#include "fakes.h"
#include "store/store_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STALL_S = 10, OPTIONS = 500 };

static struct fake_loop f;
static struct chat chat;
static struct store *store;
static struct control control;
static char folder[] = "/tmp/chatd-control-XXXXXX";
static char path[64];
static int options_asked;

static bool option(void *ctx, size_t i, struct control_option *option)
{
    (void)ctx;
    options_asked++;
    if (i >= OPTIONS) {
        return false;
    }
    strbuf_addf(&option->name, "section.option%zu", i);
    strbuf_addf(&option->value, "%0100d", 0);
    option->from = "default";
    return true;
}

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 1000, .rooms_per_client = 1000};
    struct net_limits net = fake_net_limits();
    static const struct rings_limits history = {.lines = 10, .bytes = 1 << 20};
    struct chat_ports ports = {.bus = bus_local_new(), .directory = directory_local_new()};
    struct control_host host = {.option = option};

    (void)state;
    strcpy(folder, "/tmp/chatd-control-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/sock", folder);
    fake_loop_init(&f, &net);
    ports.store = store = store_memory_new(&history);
    chat_init(&chat, &f.clock, &limits, &ports);
    host.chat = &chat;
    host.net = &f.net;
    host.clock = &f.clock;
    control_init(&control, f.base, &f.clock, &host);
    control_set_stall(&control, STALL_S);
    options_asked = 0;
    return 0;
}

static int end(void **state)
{
    (void)state;
    control_fini(&control);
    fake_loop_net_fini(&f);
    chat_fini(&chat);
    store->ops->end(store, 0);
    fake_loop_fini(&f);
    unlink(path);
    return rmdir(folder);
}

static void open_at_path(mode_t mode, gid_t group)
{
    struct addr_listen where;
    char text[128], err[256] = "";

    snprintf(text, sizeof(text), "unix:%s", path);
    assert_true(addr_listen_parse(&where, text, strlen(text), err, sizeof(err)));
    where.mode = (uint16_t)mode;
    where.group = group;
    control_change_begin(&control, &where);
    if (!control_change_open(&control, &where, err, sizeof(err))) {
        fail_msg("%s", err);
    }
    control_change_commit(&control, &where);
}

static int connect_to(const struct sockaddr_un *un, socklen_t len)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_int_equal(connect(fd, (const struct sockaddr *)un, len), 0);
    fake_loop_turn(&f);
    return fd;
}

static int come(void)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};

    strcpy(un.sun_path, path);
    return connect_to(&un, sizeof(un));
}

/* Everything that a client gets, until nothing more comes. */
static const char *hear(int fd)
{
    static struct strbuf got;
    size_t before;

    strbuf_reset(&got);
    do {
        before = got.len;
        fake_loop_turns(&f, 2);
        fake_read(fd, &got);
    } while (got.len > before);
    return strbuf_str(&got);
}

/* ---- answers ---- */

static void answer_is_made_no_faster_than_it_is_read(void **state)
{
    char nick[32];
    struct fake_sink sink;
    struct room *room;
    struct name name;
    const char *all;
    int fd, lines = 0, turns_full = 0;

    (void)state;
    fake_sink_init(&sink);
    chat_enter(&chat, &sink.at);
    assert_int_equal(names_rename_guest(&sink.at, NULL, NULL), CHAT_OK);
    for (int i = 0; i < 1000; i++) {
        snprintf(nick, sizeof(nick), "room-with-a-name-%d", i);
        name = fake_name(nick);
        assert_int_equal(chat_join(&sink.at, &name, NULL, &room, NULL, NULL), CHAT_OK);
        room_set_topic(room, "a topic that is as long as topics are, so that much is to be said", "alice", 0, 0);
    }
    open_at_path(0600, (gid_t)-1);
    fd = come();
    assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &(int){2048}, sizeof(int)), 0);
    fake_puts(fd, "rooms\n");
    while (chat.walks == NULL && turns_full < 10) {
        fake_loop_turn(&f);
        turns_full++;
    }
    fake_loop_turns(&f, 100);
    assert_non_null(chat.walks); /* the walk has not ended: about as much was made as the kernel takes */

    /* Rooms end meanwhile, also the next one of the walk. */
    for (int i = 0; i < 900; i++) {
        chat_leave(&sink.at, sink.at.rooms->room, "", NULL, NULL);
    }
    all = hear(fd);
    assert_null(chat.walks);
    for (const char *s = all; *s != '\0'; s++) {
        lines += *s == '\n';
    }
    assert_true(lines > 100 && lines < 1000);
    assert_non_null(strstr(all, "+#room-with-a-name-99 "));
    assert_string_equal(all + strlen(all) - 3, ".0\n");
    fake_puts(fd, "rooms\n");
    fake_loop_turn(&f);
    close(fd); /* the client does not read the rest */
    fake_loop_turns(&f, 5);
    assert_null(chat.walks);
    assert_int_equal(control.count, 0);
    chat_exit(&sink.at);
    fake_sink_fini(&sink);
}

static void one_request_is_run_at_a_time(void **state)
{
    int fd;

    (void)state;
    open_at_path(0600, (gid_t)-1);
    fd = come();
    for (int i = 0; i < 100; i++) {
        fake_puts(fd, "config\n");
    }
    fake_loop_turns(&f, 100);
    assert_true(options_asked <= 20 * (OPTIONS + 1)); /* requests whose answers are not read are not run */
    hear(fd);
    assert_int_equal(options_asked, 100 * (OPTIONS + 1));
    shutdown(fd, SHUT_WR);
    fake_loop_turns(&f, 3);
    assert_int_equal(control.count, 0);
    close(fd);
}

static void what_is_left_of_an_answer_is_written_at_the_end(void **state)
{
    struct control_host host = control.host;
    struct strbuf got = {0};
    int fd;

    (void)state;
    open_at_path(0600, (gid_t)-1);
    fd = come();
    fake_puts(fd, "help\n");
    fake_loop_turn(&f); /* the request has run, and its answer is not written yet */
    assert_true(fake_is_quiet(fd));
    control_fini(&control);
    fake_read(fd, &got);
    assert_non_null(strstr(strbuf_str(&got), "+stop "));
    assert_string_equal(got.data + got.len - 3, ".0\n");
    strbuf_fini(&got);
    close(fd);
    control_init(&control, f.base, &f.clock, &host);
    control_set_stall(&control, STALL_S);
}

static const char *test_state(void *ctx)
{
    (void)ctx;
    return "serving";
}

static bool test_listener(void *ctx, size_t i, struct listener_info *info, const char **purpose)
{
    (void)ctx;
    snprintf(info->address, sizeof(info->address), "[::]:4000");
    info->socket = "people";
    *purpose = "people";
    return i < 1;
}

static void uptime_does_not_jump_with_the_clock(void **state)
{
    struct fake_metrics fm;
    int fd;

    (void)state;
    fake_metrics_init(&fm);
    fm.m.begun_ms = f.clock.mono_ms;
    control.host.metrics = &fm.m;
    control.host.server_name = control.host.state = test_state;
    control.host.listener = test_listener;
    open_at_path(0600, (gid_t)-1);
    fd = come();
    f.clock.real_ms += INT64_C(86400000); /* as on a machine that gets the time from the network after the start */
    fake_clock_advance(&f.clock, 61000);
    fake_puts(fd, "status\n");
    assert_non_null(strstr(hear(fd), "+up             0 d 00:01:01\n"));
    close(fd);
    fake_metrics_fini(&fm);
}

/* ---- who is let in ---- */

/* The first character of the answer that another user gets, or 0. */
static char ask_as(const struct sockaddr_un *un, socklen_t len, uid_t uid, gid_t gid, gid_t second)
{
    int ends[2], status;
    char first = 0;
    pid_t pid;

    assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
    pid = fork();
    if (pid == 0) {
        int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        char c = 0;

        if (setgroups(1, &second) != 0 || setgid(gid) != 0 || setuid(uid) != 0 ||
            connect(fd, (const struct sockaddr *)un, len) != 0) {
            _exit(1);
        }
        (void)!write(ends[1], "c", 1); /* connected */
        (void)!send(fd, "log-level\n", 10, MSG_NOSIGNAL);
        _exit(recv(fd, &c, 1, 0) == 1 ? c : 0);
    }
    close(ends[1]);
    assert_int_equal(read(ends[0], &first, 1), 1);
    while (waitpid(pid, &status, WNOHANG) == 0) {
        fake_loop_turn(&f);
        usleep(1000);
    }
    close(ends[0]);
    return (char)WEXITSTATUS(status);
}

static void socket_without_a_file_is_for_root_and_its_own_user(void **state)
{
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    socklen_t len = sizeof(sa_family_t); /* the kernel gives an abstract name */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), client;

    (void)state;
    assert_int_equal(bind(fd, (const struct sockaddr *)&un, len), 0);
    assert_int_equal(listen(fd, 5), 0);
    len = sizeof(un);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&un, &len), 0);
    control_adopt(&control, fd, "control");
    client = connect_to(&un, len);
    fake_puts(client, "log-level\n");
    assert_string_equal(hear(client), ".0\n"); /* this host has no such option */
    close(client);
    if (getuid() == 0) {
        assert_int_equal(ask_as(&un, len, 65533, 65533, 65533), '!');
    }
}

static void adopted_socket_has_its_file_s_mode_and_group(void **state)
{
    enum { SOMEBODY = 65533, GROUP = 65532 };
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    (void)state;
    strcpy(un.sun_path, path);
    assert_int_equal(bind(fd, (const struct sockaddr *)&un, sizeof(un)), 0);
    assert_int_equal(listen(fd, 5), 0);
    assert_int_equal(chmod(path, 0660), 0);
    if (getuid() != 0) {
        close(fd);
        return; /* the test cannot become another user */
    }
    assert_int_equal(chown(path, (uid_t)-1, GROUP), 0);
    assert_int_equal(chmod(folder, 0755), 0);
    control_adopt(&control, fd, "control");
    assert_int_equal(control.access.mode & 0777, 0660);
    assert_int_equal(chmod(path, 0666), 0); /* everyone who can reach the socket */
    assert_int_equal(ask_as(&un, sizeof(un), SOMEBODY, SOMEBODY, SOMEBODY), '!');
    assert_int_equal(ask_as(&un, sizeof(un), SOMEBODY, GROUP, SOMEBODY), '.');
    assert_int_equal(ask_as(&un, sizeof(un), SOMEBODY, SOMEBODY, GROUP), '.'); /* its second group */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(answer_is_made_no_faster_than_it_is_read),
        TEST(one_request_is_run_at_a_time),
        TEST(what_is_left_of_an_answer_is_written_at_the_end),
        TEST(uptime_does_not_jump_with_the_clock),
        TEST(socket_without_a_file_is_for_root_and_its_own_user),
        TEST(adopted_socket_has_its_file_s_mode_and_group),
    };

    signal(SIGPIPE, SIG_IGN); /* as in signals.c */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
