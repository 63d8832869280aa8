/* tests/unit/fake_sessions.c: the world of tests of sessions. */
#include "config.h"

#include "fake_sessions.h"

#include "chat/marks.h"
#include "chat/names.h"
#include "chat/rooms.h"
#include "frontend/line.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct fake_loop f;
struct chat chat;
struct fake_directory *dir;
struct fake_store *store;
struct fake_accounts *accounts;
struct fake_profiles *profiles;
struct session_env env;
int gone, silent;
int people[PEOPLE];

static void count_gone(void *ctx, const struct addr *peer, bool was_silent)
{
    assert_ptr_equal(ctx, &gone);
    assert_int_equal(peer->kind, ADDR_UNIX);
    gone++;
    silent += was_silent;
}

static struct session_limits some_limits(void)
{
    return (struct session_limits){
        .server_name = "chat.example",
        .motd = "",
        .default_room = "lobby",
        .nick_chars = 24,
        .room_chars = 32,
        .topic_chars = 256,
        .history_replay = 20,
        .lines = {.line_bytes = 2048, .line_parts = 16},
        .flood = {.tokens = 0, .period_ms = 1000, .burst = 20},
    };
}

int fake_sessions_begin(void **state)
{
    static const struct chat_limits chat_limits = {
        .rooms = 100,
        .rooms_per_client = 16,
        .announce_members = 100,
    };
    struct net_limits net = fake_net_limits();
    struct session_limits limits = some_limits();
    struct chat_ports ports;

    (void)state;
    net.queue_bytes = LIMIT;
    fake_loop_init(&f, &net);
    dir = fake_directory_new();
    store = fake_store_new(1000);
    accounts = fake_accounts_new();
    profiles = fake_profiles_new();
    ports = (struct chat_ports){.bus = &dir->bus,
                                .directory = &dir->dir,
                                .store = &store->store,
                                .accounts = &accounts->accounts,
                                .profiles = &profiles->profiles};
    chat_init(&chat, &f.clock, &chat_limits, &ports);
    env = (struct session_env){
        .chat = &chat, .clock = &f.clock, .gone = count_gone, .gone_ctx = &gone};
    sessions_init(&env, &limits);
    loop_add_timeq(&f.loop, marks_timeq(&chat));
    loop_add_timeq(&f.loop, &env.arriving);
    loop_add_crowd(&f.loop, &env.crowd.waiting);
    loop_add_timeq(&f.loop, &env.reading);
    loop_add_timeq(&f.loop, &env.flooded);
    loop_add_timeq(&f.loop, &env.idle);
    loop_add_timeq(&f.loop, &env.warned);
    gone = silent = 0;
    for (int i = 0; i < PEOPLE; i++) {
        people[i] = -1;
    }
    return 0;
}

int fake_sessions_end(void **state)
{
    (void)state;
    fake_loop_net_fini(&f);
    sessions_fini(&env);
    chat_fini(&chat); /* where the fake directory sees that all was given back */
    fake_accounts_free(accounts);
    fake_profiles_free(profiles);
    fake_store_end(store);
    fake_loop_fini(&f);
    for (int i = 0; i < PEOPLE; i++) {
        if (people[i] >= 0) {
            close(people[i]);
        }
    }
    return 0;
}

struct session *attach(int who, int buffer)
{
    static const struct addr nowhere = {.kind = ADDR_UNIX};

    return sessions_attach(&env, conn_new(&f.net, fake_pair(&people[who], buffer), &nowhere), line_attach);
}

void come(int who, int buffer)
{
    sessions_greet(attach(who, buffer), NULL, NULL);
    fake_loop_turn(&f);
}

void come_both(void)
{
    come(0, 0);
    come(1, 0);
    type(0, "/nick alice\n");
    type(1, "/nick bob\n");
    heard(0);
    heard(1);
}

void type(int who, const char *text)
{
    fake_puts(people[who], text);
    fake_loop_turns(&f, 2);
}

const char *heard(int who)
{
    static char *copy;
    struct strbuf got = {0};

    fake_read(people[who], &got);
    free(copy);
    copy = strbuf_take(&got);
    return copy;
}

struct session *session_called(const char *name)
{
    return session_of_attachment(names_find(&chat, name)->attachments);
}

void take_out(const char *name, const char *room)
{
    chat_leave(&session_called(name)->self, rooms_find(&chat, room), "", NULL, NULL);
}

void assert_heard_part_at(int line, int who, const char *part)
{
    const char *got = heard(who);

    if (strstr(got, part) == NULL) {
        fail_msg("line %d: no '%s' in '%s'", line, part, got);
    }
}

void assert_over(int count)
{
    fake_loop_pass(&f, NET_LINGER_MS);
    fake_loop_turns(&f, 2);
    assert_int_equal(gone, count);
}

void set_flood(uint64_t tokens, uint64_t burst)
{
    struct session_limits limits = env.limits;

    limits.flood.tokens = tokens;
    limits.flood.burst = burst;
    sessions_set_limits(&env, &limits);
}
