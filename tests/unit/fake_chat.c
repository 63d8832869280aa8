/* tests/unit/fake_chat.c: puts the fakes together. */
#include "config.h"

#include "fake_chat.h"

#include "chat/logins.h"
#include "chat/names.h"
#include "chat/owners.h"
#include "chat/rooms.h"
#include "chat/rules_load.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

static void begin_chat(struct fake_chat *f)
{
    static const struct chat_limits limits = {.rooms = 100,
                                              .rooms_per_client = 16,
                                              .announce_members = 100,
                                              .rooms_per_account = 3,
                                              .rules_per_room = 100};
    struct chat_ports ports;

    f->dir = fake_directory_new();
    ports = (struct chat_ports){.bus = &f->dir->bus,
                                .directory = &f->dir->dir,
                                .store = &f->store->store,
                                .accounts = &f->accounts->accounts};
    chat_init(&f->chat, &f->clock, &limits, &ports);
    rules_load_begin(&f->chat);
    for (int i = 0; i < FAKE_CHAT_EARS; i++) {
        f->ears[i].chat = &f->chat;
    }
}

static void end_chat(struct fake_chat *f)
{
    for (int i = 0; i < FAKE_CHAT_EARS; i++) {
        if (f->ears[i].sink.at.person != NULL) {
            fake_ear_go(&f->ears[i]);
        }
    }
    fake_directory_pass(f->dir);
    chat_fini(&f->chat);
}

void fake_chat_init(struct fake_chat *f)
{
    *f = (struct fake_chat){0};
    fake_clock_init(&f->clock);
    f->store = fake_store_new(1000);
    f->accounts = fake_accounts_new();
    begin_chat(f);
}

void fake_chat_fini(struct fake_chat *f)
{
    end_chat(f);
    fake_accounts_free(f->accounts);
    fake_store_end(f->store);
}

void fake_chat_restart(struct fake_chat *f)
{
    end_chat(f);
    begin_chat(f);
}

/* ---- people ---- */

void fake_ear_done(void *ctx, enum chat_result result, struct room *room)
{
    struct fake_ear *ear = ctx;

    (void)room;
    ear->dones++;
    ear->result = result;
}

static void come(struct fake_chat *f, struct fake_ear *ear, const char *address)
{
    assert_null(ear->sink.at.person);
    fake_sink_init(&ear->sink);
    ear->sink.address = address;
    ear->dones = 0;
    chat_enter(&f->chat, &ear->sink.at);
    assert_int_equal(names_rename_guest(&ear->sink.at, fake_ear_done, ear), CHAT_OK);
}

void fake_ear_come(struct fake_chat *f, struct fake_ear *ear, const char *name, const char *address)
{
    struct name own = fake_name(name);

    come(f, ear, address);
    assert_int_equal(names_rename(&ear->sink.at, &own, fake_ear_done, ear), CHAT_OK);
}

void fake_ear_come_logged_in(struct fake_chat *f, struct fake_ear *ear, const char *name, const char *address)
{
    int64_t account = fake_chat_account(f, name);

    come(f, ear, address);
    if (account == 0) {
        account = fake_accounts_add(f->accounts, name, name, "secret");
    }
    assert_int_equal(logins_begin(&ear->sink.at, account, fake_ear_done, ear), CHAT_OK);
}

void fake_ear_go(struct fake_ear *ear)
{
    chat_exit(&ear->sink.at);
    fake_sink_fini(&ear->sink);
    ear->sink.at.person = NULL;
}

enum chat_result fake_ear_join(struct fake_ear *ear, const char *room, const char *key)
{
    struct name name = fake_name(room);
    struct room *joined;

    return chat_join(&ear->sink.at, &name, key, &joined, fake_ear_done, ear);
}

enum chat_result fake_ear_say(struct fake_ear *ear, const char *room, const char *text)
{
    return chat_say(&ear->sink.at, rooms_find(ear->chat, room), MESSAGE_SAY, text, strlen(text), false);
}

bool fake_ear_is_in(const struct fake_ear *ear, const char *folded)
{
    const struct room *room = rooms_find(ear->chat, folded);

    return room != NULL && ear->sink.at.person != NULL && room_find_member(room, ear->sink.at.person) != NULL;
}

/* ---- accounts and rooms ---- */

int64_t fake_chat_account(const struct fake_chat *f, const char *name)
{
    const struct account *account = f->accounts->accounts.ops->find(&f->accounts->accounts, name);

    return account != NULL ? account->id : 0;
}

void fake_chat_set_admin(struct fake_chat *f, const char *name, bool on)
{
    struct accounts_request req = {
        .deed = ACCOUNTS_SET_ADMIN, .account = fake_chat_account(f, name), .on = on, .is_admin = true};

    assert_int_equal(f->accounts->accounts.ops->ask(&f->accounts->accounts, &req), ACCOUNTS_DONE);
}

struct room *fake_chat_room(struct fake_chat *f, const char *room)
{
    struct room *found = rooms_find(&f->chat, room);

    assert_non_null(found);
    return found;
}
