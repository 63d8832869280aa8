/* Tests of sessions that are attachments of one person: what each of them hears and shows, on real connections, and how
 * an administrator ends them. */
#include "config.h"

#include "chat/names.h"
#include "chat/others.h"
#include "chat/rooms.h"
#include "session/sessions.h"

#include "admin/control.h"
#include "bus/bus_local.h"
#include "fake_store.h"
#include "fakes.h"
#include "frontend/line.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* The clients: two of Alice's, one of Bob's. */
enum { DESK, PHONE, BOB, CLIENTS };

static struct fake_loop f;
static struct chat chat;
static struct fake_directory *dir;
static struct fake_store *store;
static struct session_env env;
static struct session *sessions[CLIENTS];
static int clients[CLIENTS];
static int gone;

static void count_gone(void *ctx, const struct addr *peer, bool was_silent)
{
    (void)ctx;
    (void)peer;
    (void)was_silent;
    gone++;
}

static void come(int client, const char *nick)
{
    static const struct addr nowhere = {.kind = ADDR_UNIX};
    struct name name = fake_name(nick);

    sessions[client] = sessions_attach(&env, conn_new(&f.net, fake_pair(&clients[client], 0), &nowhere), line_attach);
    sessions_greet(sessions[client], NULL, NULL);
    if (names_find(&chat, name.folded) != NULL) {
        chat_attach(&sessions[client]->self, names_find(&chat, name.folded));
        name_fini(&name);
    } else {
        assert_int_equal(names_rename(&sessions[client]->self, &name, NULL, NULL), CHAT_OK);
    }
    fake_puts(clients[client], "/format text\n");
    fake_loop_turns(&f, 2);
}

static const char *heard(int client)
{
    static char *copy;
    struct strbuf got = {0};

    fake_loop_turns(&f, 2);
    fake_read(clients[client], &got);
    free(copy);
    copy = strbuf_take(&got);
    return copy;
}

#define assert_heard(client, want) assert_string_equal(heard(client), want)

static void forget_all(void)
{
    for (int i = 0; i < CLIENTS; i++) {
        heard(i);
    }
}

static void type(int client, const char *text)
{
    fake_puts(clients[client], text);
    fake_loop_turns(&f, 2);
}

/* All in the lobby, with nothing left to hear. */
static int begin(void **state)
{
    static const struct chat_limits chat_limits = {.rooms = 100, .rooms_per_client = 16, .announce_members = 100};
    struct net_limits net = fake_net_limits();
    struct session_limits limits = {
        .server_name = "chat.example",
        .motd = "",
        .default_room = "lobby",
        .nick_chars = 24,
        .room_chars = 32,
        .topic_chars = 256,
        .lines = {.line_bytes = 2048, .line_parts = 16},
        .flood = {.tokens = 0, .period_ms = 1000, .burst = 20},
    };
    struct chat_ports ports;

    (void)state;
    fake_loop_init(&f, &net);
    dir = fake_directory_new();
    store = fake_store_new(50);
    ports = (struct chat_ports){.bus = bus_local_new(), .directory = &dir->dir, .store = &store->store};
    chat_init(&chat, &f.clock, &chat_limits, &ports);
    env = (struct session_env){.chat = &chat, .clock = &f.clock, .gone = count_gone};
    sessions_init(&env, &limits);
    loop_add_timeq(&f.loop, &env.arriving);
    loop_add_crowd(&f.loop, &env.crowd.waiting);
    loop_add_timeq(&f.loop, &env.reading);
    gone = 0;
    come(DESK, "alice");
    come(PHONE, "alice");
    come(BOB, "bob");
    forget_all();
    return 0;
}

static int end(void **state)
{
    (void)state;
    fake_loop_net_fini(&f);
    chat_fini(&chat); /* where the fake directory sees that all was given back */
    fake_store_end(store);
    fake_loop_fini(&f);
    for (int i = 0; i < CLIENTS; i++) {
        close(clients[i]);
    }
    return 0;
}

static void each_hears_what_the_other_says_and_not_itself(void **state)
{
    (void)state;
    assert_ptr_equal(sessions[PHONE]->current, rooms_find(&chat, "lobby"));
    type(DESK, "hello\n");
    assert_heard(DESK, "");
    assert_heard(PHONE, "[#lobby] alice: hello\r\n");
    assert_heard(BOB, "[#lobby] alice: hello\r\n");
    type(PHONE, "/me waves\n");
    assert_heard(DESK, "[#lobby] * alice waves\r\n");
    assert_heard(PHONE, "");
    type(DESK, "/nick amy\n");
    assert_heard(PHONE, "[#lobby] -- alice is now amy\r\n");
    assert_heard(BOB, "[#lobby] * alice waves\r\n[#lobby] -- alice is now amy\r\n");
}

static void people_are_counted_and_listed_once(void **state)
{
    (void)state;
    type(BOB, "/who\n/rooms\n");
    assert_heard(BOB, "-- #lobby: 2 people\r\n-- alice, bob\r\n-- 1 room:\r\n-- #lobby  2 people\r\n");
    type(BOB, "/join lobby\n/leave\n");
    forget_all();
    type(BOB, "/join lobby\n");
    assert_heard(BOB, "-- You are in #lobby with 1 other.\r\n");
}

static void people_of_other_processes_are_counted_and_listed_too(void **state)
{
    (void)state;
    type(DESK, "/away lunch\n");
    others_put(rooms_find(&chat, "lobby"), 2, 7, "Ann", "ann");
    forget_all();
    type(BOB, "/who\n/who b*\n/rooms\n");
    assert_heard(BOB, "-- #lobby: 3 people\r\n-- alice (away), Ann, bob\r\n-- #lobby: 1 of 3 people matches b*\r\n"
                      "-- bob\r\n-- 1 room:\r\n-- #lobby  3 people\r\n");
}

static void rooms_are_the_person_s_and_the_current_one_is_the_session_s(void **state)
{
    (void)state;
    type(DESK, "/join ops\n");
    forget_all();
    type(DESK, "in ops\n");
    assert_heard(PHONE, "[#ops] alice: in ops\r\n");
    type(PHONE, "in the lobby\n");
    assert_heard(BOB, "[#lobby] alice: in the lobby\r\n");
    type(PHONE, "/leave\n");
    assert_ptr_equal(sessions[PHONE]->current, rooms_find(&chat, "ops"));
    forget_all();
    type(DESK, "/leave ops\n"); /* where the other one was then */
    assert_heard(PHONE, "[#ops] -- alice left\r\n");
    assert_null(sessions[PHONE]->current);
    assert_null(rooms_find(&chat, "ops"));
    forget_all();
    type(PHONE, "anybody?\n");
    assert_non_null(strstr(heard(PHONE), "!! no-room: "));
    type(DESK, "/join lobby\n");
    assert_ptr_equal(sessions[PHONE]->current, rooms_find(&chat, "lobby"));
}

static void comings_that_are_left_out_are_not_one_s_own(void **state)
{
    (void)state;
    type(PHONE, "/set joins off\n");
    forget_all();
    type(BOB, "/join ops\n");
    type(DESK, "/join ops\n");
    assert_heard(PHONE, "[#ops] -- alice joined\r\n");
    type(BOB, "/leave\n");
    assert_heard(PHONE, "");
}

static void private_lines_are_shown_on_both(void **state)
{
    (void)state;
    type(BOB, "/msg alice psst\n");
    assert_heard(DESK, "[bob -> you] psst\r\n");
    assert_heard(PHONE, "[bob -> you] psst\r\n");
    forget_all();
    type(PHONE, "/reply what?\n");
    assert_heard(BOB, "[alice -> you] what?\r\n");
    assert_heard(DESK, "[you -> bob] what?\r\n");
    assert_heard(PHONE, "[you -> bob] what?\r\n");
    type(DESK, "/reply here too\n"); /* it knows who wrote */
    assert_heard(BOB, "[alice -> you] here too\r\n");
}

static void ignoring_on_one_hides_on_both(void **state)
{
    (void)state;
    type(DESK, "/ignore bob\n");
    forget_all();
    type(BOB, "hello\n/msg alice psst\n");
    assert_heard(DESK, "");
    assert_heard(PHONE, "");
    type(PHONE, "/unignore bob\n");
    assert_heard(PHONE, "-- You hear bob again.\r\n");
    type(BOB, "again\n");
    assert_heard(DESK, "[#lobby] bob: again\r\n");
}

static void person_stays_until_the_last_one_goes(void **state)
{
    (void)state;
    type(DESK, "/quit\n");
    fake_loop_turns(&f, 3);
    assert_heard(BOB, "");
    type(PHONE, "still here\n");
    assert_heard(BOB, "[#lobby] alice: still here\r\n");
    close(clients[PHONE]);
    clients[PHONE] = -1;
    fake_loop_turns(&f, 3);
    assert_heard(BOB, "[#lobby] -- alice quit\r\n");
}

/* ---- a bus that is cut off ---- */

static enum bus_answer fail_to_publish(struct bus *bus, struct message *m)
{
    (void)bus;
    (void)m;
    return BUS_FAILED;
}

static void one_whose_line_cannot_be_sent_is_told(void **state)
{
    const struct bus_ops *ops = chat.ports.bus->ops;
    struct bus_ops failing = *ops;

    (void)state;
    failing.publish = fail_to_publish;
    chat.ports.bus->ops = &failing;
    type(DESK, "hello\n/me waves\n");
    assert_heard(DESK, "!! unavailable: nothing can be said in a room just now; your line was not sent\r\n"
                       "!! unavailable: nothing can be said in a room just now; your line was not sent\r\n");
    assert_heard(BOB, "");
    type(BOB, "/msg alice psst\n"); /* which needs no bus */
    assert_heard(PHONE, "[bob -> you] psst\r\n");
    chat.ports.bus->ops = ops;
    type(DESK, "and now\n");
    assert_heard(PHONE, "[#lobby] alice: and now\r\n");
}

/* ---- a bus that is slow ---- */

static struct message *held[8];
static size_t held_count;

static enum bus_answer hold(struct bus *bus, struct message *m)
{
    (void)bus;
    assert_true(held_count < sizeof(held) / sizeof(held[0]));
    held[held_count++] = message_ref(m);
    return BUS_LATER;
}

/* The i-th of what is held comes back. */
static void let_go(size_t i)
{
    struct message *m = held[i];

    memmove(&held[i], &held[i + 1], (--held_count - i) * sizeof(held[0]));
    m->id = 1 + held_count;
    chat.ports.bus->events->message(chat.ports.bus->ctx, m);
    message_unref(m);
    fake_loop_turns(&f, 2);
}

static void room_may_be_left_while_its_topic_is_on_its_way(void **state)
{
    const struct bus_ops *ops = chat.ports.bus->ops;
    struct bus_ops slow = *ops;

    (void)state;
    type(DESK, "/join den\n");
    forget_all();
    slow.publish = hold;
    chat.ports.bus->ops = &slow;
    type(DESK, "/topic tea\n");
    type(PHONE, "/leave den\n");
    assert_heard(DESK, "");
    let_go(1);
    assert_heard(PHONE, "-- You have left #den; your current room is #lobby.\r\n");
    assert_heard(DESK, "[#den] -- alice left\r\n");
    let_go(0);
    assert_heard(DESK, "!! not-in-room: you are not in #den; /join den enters it\r\n");
    chat.ports.bus->ops = ops;
    type(DESK, "and on it goes\n");
    assert_heard(PHONE, "[#lobby] alice: and on it goes\r\n");
}

static void both_may_ask_for_the_same_on_a_slow_bus(void **state)
{
    const struct bus_ops *ops = chat.ports.bus->ops;
    struct bus_ops slow = *ops;

    (void)state;
    slow.publish = hold;
    chat.ports.bus->ops = &slow;
    type(DESK, "/join den\n");
    type(PHONE, "/join den\n");
    let_go(0);
    assert_heard(DESK, "-- You are in #den, nobody else is.\r\n");
    let_go(0);
    assert_heard(PHONE, "[#den] -- alice joined\r\n-- You are in #den, nobody else is.\r\n");
    assert_heard(DESK, "");
    type(DESK, "/leave den\n");
    type(PHONE, "/leave den\n");
    let_go(0);
    forget_all();
    let_go(0);
    heard(PHONE);
    type(DESK, "/nick amy\n");
    type(PHONE, "/nick zoe\n");
    let_go(0);
    let_go(0);
    chat.ports.bus->ops = ops;
    assert_string_equal(person_shown_name(sessions[DESK]->self.person), "zoe");
    type(BOB, "/quit\n");
    forget_all();
    type(DESK, "still well\n");
    assert_heard(PHONE, "[#lobby] zoe: still well\r\n");
}

/* One goes, or both do, with all that is on its way. */
static void those_who_wait_for_a_slow_bus_may_go(void **state)
{
    const struct bus_ops *ops = chat.ports.bus->ops;
    struct bus_ops slow = *ops;

    (void)state;
    slow.publish = hold;
    chat.ports.bus->ops = &slow;
    type(DESK, "/join den\n");
    type(PHONE, "/nick zoe\n");
    shutdown(clients[DESK], SHUT_RDWR);
    fake_loop_turns(&f, 4);
    let_go(0);
    assert_ptr_equal(sessions[PHONE]->current, rooms_find(&chat, "lobby"));
    let_go(0);
    assert_string_equal(person_shown_name(sessions[PHONE]->self.person), "zoe");
    type(PHONE, "/join nest\n");
    shutdown(clients[PHONE], SHUT_RDWR);
    fake_loop_turns(&f, 4);
    while (held_count > 0) {
        let_go(0);
    }
    chat.ports.bus->ops = ops;
    assert_null(names_find(&chat, "zoe"));
    assert_null(rooms_find(&chat, "nest"));
    type(BOB, "/who\n");
    assert_non_null(strstr(heard(BOB), "-- #lobby: 1 person\r\n-- bob\r\n"));
}

/* ---- kick ---- */

static bool no_option(void *ctx, size_t i, struct control_option *option)
{
    (void)ctx;
    (void)i;
    (void)option;
    return false;
}

/* What the control socket answers to a request. */
static const char *ask(const char *request)
{
    static struct strbuf got;
    struct sockaddr_un un = {.sun_family = AF_UNIX};
    struct control_host host = {.option = no_option, .chat = &chat, .net = &f.net, .clock = &f.clock};
    char folder[] = "/tmp/chatd-attach-XXXXXX", text[64], err[256] = "";
    struct addr_listen where;
    struct control control;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    assert_non_null(mkdtemp(folder));
    snprintf(text, sizeof(text), "unix:%s/sock", folder);
    snprintf(un.sun_path, sizeof(un.sun_path), "%s/sock", folder);
    assert_true(addr_listen_parse(&where, text, strlen(text), err, sizeof(err)));
    control_init(&control, f.base, &f.clock, &host);
    control_change_begin(&control, &where);
    assert_true(control_change_open(&control, &where, err, sizeof(err)));
    control_change_commit(&control, &where);
    assert_int_equal(connect(fd, (const struct sockaddr *)&un, sizeof(un)), 0);
    fake_loop_turn(&f);
    fake_puts(fd, request);
    strbuf_reset(&got);
    for (int i = 0; i < 8; i++) {
        fake_loop_turn(&f);
        fake_read(fd, &got);
    }
    control_fini(&control);
    close(fd);
    unlink(un.sun_path);
    rmdir(folder);
    return strbuf_str(&got);
}

static void clients_are_listed_each_and_kicked_together(void **state)
{
    const char *answer;
    int rows = 0;

    (void)state;
    answer = ask("clients\n");
    for (const char *s = answer; (s = strstr(s, "alice")) != NULL; s++) {
        rows++;
    }
    assert_int_equal(rows, 2);
    answer = ask("kick alice \"come back later\"\n");
    rows = 0;
    for (const char *s = answer; (s = strstr(s, "The connection of alice, id ")) != NULL; s++) {
        rows++;
    }
    assert_int_equal(rows, 2);
    assert_heard(DESK, "!! kicked: an administrator has ended your connection: come back later\r\n");
    assert_heard(PHONE, "!! kicked: an administrator has ended your connection: come back later\r\n");
    assert_heard(BOB, "[#lobby] -- alice quit\r\n");
    assert_null(names_find(&chat, "alice"));
}

/* In slices, as other long answers are. */
static void person_with_very_many_connections_is_kicked_whole(void **state)
{
    static const struct addr nowhere = {.kind = ADDR_UNIX};
    enum { MANY = 50 };
    int ends[MANY], rows = 0;

    (void)state;
    for (int i = 0; i < MANY; i++) {
        struct session *s = sessions_attach(&env, conn_new(&f.net, fake_pair(&ends[i], 0), &nowhere), line_attach);

        chat_attach(&s->self, names_find(&chat, "alice"));
    }
    for (const char *s = ask("kick --json alice\n"); (s = strstr(s, "\"kicked\":\"alice\"")) != NULL; s++) {
        rows++;
    }
    assert_int_equal(rows, MANY + 2);
    assert_null(names_find(&chat, "alice"));
    assert_heard(BOB, "[#lobby] -- alice quit\r\n");
    for (int i = 0; i < MANY; i++) {
        close(ends[i]);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_hears_what_the_other_says_and_not_itself),
        TEST(people_are_counted_and_listed_once),
        TEST(people_of_other_processes_are_counted_and_listed_too),
        TEST(rooms_are_the_person_s_and_the_current_one_is_the_session_s),
        TEST(comings_that_are_left_out_are_not_one_s_own),
        TEST(private_lines_are_shown_on_both),
        TEST(ignoring_on_one_hides_on_both),
        TEST(person_stays_until_the_last_one_goes),
        TEST(one_whose_line_cannot_be_sent_is_told),
        TEST(room_may_be_left_while_its_topic_is_on_its_way),
        TEST(both_may_ask_for_the_same_on_a_slow_bus),
        TEST(those_who_wait_for_a_slow_bus_may_go),
        TEST(clients_are_listed_each_and_kicked_together),
        TEST(person_with_very_many_connections_is_kicked_whole),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
