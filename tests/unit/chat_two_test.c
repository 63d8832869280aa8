/* Tests of chat/port_bus.h and chat/port_directory.h: two chats on one bus and one directory that answer late,
 * in another order than they were asked, cut a process off, take it for gone and lose its names.  What must hold
 * whatever they do is checked after each thing that happens: it is what these ports are for. */
#include "config.h"

#include "chat/chat.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/acts.h"
#include "chat/deliver.h"
#include "chat/logins.h"
#include "chat/names.h"
#include "chat/ops.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "chat/rules.h"
#include "chat/rules_load.h"
#include "chat/succession.h"
#include "fake_accounts.h"
#include "fake_bus.h"
#include "fakes.h"
#include "store/store_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CHATS = 2, EARS = 4, ROOMS = 4, HEARD = 1 << 14, ACCOUNTS = 4 };

static const char *const accounts[ACCOUNTS] = {"otto", "pia", "quin", "rosa"};

/* ---- the world ------------------------------------------------------------------------------------ */

/* A person of one chat, and what it has heard. */
struct ear {
    struct attachment at; /* at.person is NULL: nobody is here */
    struct process *process;
    const char *address;
    uint64_t heard[HEARD]; /* ids of what was delivered, oldest first, renames and quits left out */
    uint32_t count;
    uint32_t owns;         /* of these: what it has said or done itself */
    uint32_t deliveries;   /* of the message that was given last */
    char last[128];        /* what was delivered last: kind, actor, target */
    struct strbuf renames; /* each that was delivered: actor, target, and a line end */
    int dones;
    enum chat_result result;
};

struct process {
    uint32_t number;
    struct chat chat;
    struct store *store;
    struct fake_accounts *accounts; /* the same in both */
    struct ear ears[EARS];
    bool was_taken_for_gone; /* and has not come to rest since */
};

static struct clock now;
static struct fake_bus *bus;
static struct process processes[CHATS];
static struct process *const one = &processes[0], *const two = &processes[1];
static uint32_t said; /* so many lines, each another */

static void given(void *ctx, uint32_t process, uint32_t index);

/* The last account is an administrator's. */
static void set_admin(struct process *p)
{
    struct accounts_request req = {.deed = ACCOUNTS_SET_ADMIN, .account = ACCOUNTS, .on = true, .is_admin = true};

    assert_int_equal(p->accounts->accounts.ops->ask(&p->accounts->accounts, &req), ACCOUNTS_DONE);
}

static int begin(void **state)
{
    static const struct chat_limits limits = {.rooms = 100,
                                              .rooms_per_client = 16,
                                              .announce_members = 100,
                                              .rooms_per_account = 3,
                                              .rules_per_room = 40};
    static const char *const addresses[EARS] = {"192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1"};
    static const struct rings_limits rings = {.lines = 100000, .bytes = UINT64_MAX};

    (void)state;
    fake_clock_init(&now);
    bus = fake_bus_new(&now, given, NULL);
    said = 0;
    for (uint32_t i = 0; i < CHATS; i++) {
        struct process *p = &processes[i];
        struct chat_ports ports = {.bus = fake_bus_of(bus, i + 1), .directory = fake_bus_directory(bus, i + 1)};

        memset(p, 0, sizeof(*p));
        p->number = i + 1;
        ports.store = p->store = store_memory_new(&rings);
        p->accounts = fake_accounts_new();
        for (int k = 0; k < ACCOUNTS; k++) {
            assert_int_equal(fake_accounts_add(p->accounts, accounts[k], accounts[k], "secret"), k + 1);
        }
        ports.accounts = &p->accounts->accounts;
        chat_init(&p->chat, &now, &limits, &ports);
        set_admin(p);
        rules_load_begin(&p->chat);
        for (int k = 0; k < EARS; k++) {
            p->ears[k].process = p;
            p->ears[k].address = addresses[k];
        }
    }
    return 0;
}

static void go(struct ear *ear)
{
    chat_exit(&ear->at);
    strbuf_fini(&ear->renames);
    ear->count = 0;
}

static int end(void **state)
{
    (void)state;
    for (int i = 0; i < CHATS; i++) {
        for (int k = 0; k < EARS; k++) {
            if (processes[i].ears[k].at.person != NULL) {
                go(&processes[i].ears[k]);
            }
        }
    }
    for (int i = 0; i < CHATS; i++) {
        chat_fini(&processes[i].chat);
        processes[i].store->ops->end(processes[i].store, 0);
        fake_accounts_free(processes[i].accounts);
    }
    fake_bus_end(bus);
    return 0;
}

/* ---- an attachment that hears --------------------------------------------------------------------- */

static struct ear *ear_of(struct sink *sink)
{
    return CONTAINER_OF(attachment_of_sink(sink), struct ear, at);
}

static void ear_deliver(struct sink *sink, struct delivery *d)
{
    struct ear *ear = ear_of(sink);

    if (d->m->kind != MESSAGE_RENAME && d->m->kind != MESSAGE_QUIT && d->m->id != 0) {
        assert_true(ear->count < HEARD);
        ear->heard[ear->count++] = d->m->id;
    }
    if (d->m->kind == MESSAGE_RENAME) {
        strbuf_addf(&ear->renames, "%s %s\n", d->m->actor, d->m->target);
    }
    ear->owns += d->own == ear->at.id;
    ear->deliveries += d->m->id != 0; /* else it is told to this process alone */
    snprintf(ear->last, sizeof(ear->last), "%d %s %s", d->m->kind, d->m->actor, d->m->target);
}

static uint32_t ear_deliver_run(const struct room_slot *members, uint32_t count, struct delivery *d)
{
    (void)count;
    ear_deliver(&members->attachment->sink, d);
    return 1;
}

static void ear_changed_rooms(struct sink *sink, struct room *room)
{
    (void)sink;
    (void)room;
}

static void ear_left(struct sink *sink, const struct room *room)
{
    (void)sink;
    (void)room;
}

static void ear_erased(struct sink *sink, const struct room *room, uint64_t id)
{
    (void)sink;
    (void)room;
    (void)id;
}

static void ear_news(struct sink *sink, enum sink_news news, const char *name)
{
    (void)sink;
    (void)news;
    (void)name;
}

static void ear_changed(struct sink *sink)
{
    (void)sink;
}

static void ear_shun(struct sink *sink, bool on)
{
    (void)sink;
    (void)on;
}

static bool ear_has_place(struct sink *sink, size_t len)
{
    (void)sink;
    (void)len;
    return true;
}

static bool ear_address(struct sink *sink, struct cidr *out)
{
    return cidr_parse(out, ear_of(sink)->address, NULL);
}

static bool ear_folds(struct sink *sink)
{
    (void)sink;
    return false;
}

static const struct sink_ops ear_ops = {
    .folds = ear_folds,
    .deliver = ear_deliver,
    .deliver_run = ear_deliver_run,
    .entered = ear_changed_rooms,
    .left = ear_left,
    .erased = ear_erased,
    .changed = ear_changed,
    .shun = ear_shun,
    .news = ear_news,
    .has_place = ear_has_place,
    .address = ear_address,
};

static void done(void *ctx, enum chat_result result, struct room *room)
{
    struct ear *ear = ctx;

    (void)room;
    ear->dones++;
    ear->result = result;
}

static void come(struct ear *ear)
{
    ear->at = (struct attachment){.sink = {.ops = &ear_ops}};
    ear->count = ear->owns = 0;
    chat_enter(&ear->process->chat, &ear->at);
    (void)names_rename_guest(&ear->at, done, ear);
}

/* Waits until what the ear does is done, if it is not. */
static enum chat_result finish(struct ear *ear, enum chat_result result)
{
    while (result == CHAT_LATER && ops_find(&ear->at) != NULL) {
        assert_true(fake_bus_step(bus));
    }
    return result == CHAT_LATER ? ear->result : result;
}

static enum chat_result rename_to(struct ear *ear, const char *shown)
{
    struct name name = fake_name(shown);

    return names_rename(&ear->at, &name, done, ear);
}

static enum chat_result join(struct ear *ear, const char *shown)
{
    struct name name = fake_name(shown);
    struct room *room;

    return chat_join(&ear->at, &name, NULL, &room, done, ear);
}

/* Somebody with a name in a room, when all have come to rest. */
static void come_as(struct ear *ear, const char *name, const char *room)
{
    come(ear);
    fake_bus_settle(bus);
    assert_int_equal(finish(ear, rename_to(ear, name)), CHAT_OK);
    if (room != NULL) {
        assert_int_equal(finish(ear, join(ear, room)), CHAT_OK);
    }
    fake_bus_settle(bus);
}

static struct room *room_of(struct process *p, const char *folded)
{
    return rooms_find(&p->chat, folded);
}

static enum chat_result say(struct ear *ear, struct room *room)
{
    char text[32];
    int len = snprintf(text, sizeof(text), "line %u", ++said);

    return chat_say(&ear->at, room, MESSAGE_SAY, text, (size_t)len, false);
}

static void note_newest(struct store_read *req, struct message *m)
{
    *(struct message **)req->store_data = message_ref(m);
}

/* Deletes the last line kept of the room. */
static enum chat_result delete_last(struct ear *ear, struct room *room)
{
    struct store *store = ear->process->store;
    struct message *newest = NULL;
    struct store_read req = {.room_folded = room->name.folded,
                             .max_lines = 1,
                             .max_bytes = UINT64_MAX,
                             .line = note_newest,
                             .store_data = &newest};
    enum chat_result result = CHAT_NOT_YOURS;

    store->ops->read(store, &req);
    if (newest != NULL) {
        result = chat_delete(&ear->at, room, newest, done, ear);
        message_unref(newest);
    }
    return result;
}

/* ---- what must hold ------------------------------------------------------------------------------- */

static bool is_here(const struct ear *ear)
{
    return ear->at.person != NULL && ear->at.id != 0;
}

static const struct fake_bus_person *find_in(const struct fake_bus_state *state, uint32_t process, uint64_t id)
{
    for (uint32_t i = 0; i < state->count; i++) {
        if (state->people[i].process == process && state->people[i].id == id) {
            return &state->people[i];
        }
    }
    return NULL;
}

/* The rules of the room are those of the state, of those that have not ended by themselves. */
static void check_rules(const struct room *room, const struct fake_bus_state *state)
{
    int64_t now_ms = clock_real_ms(&now);
    uint32_t holding = 0, held = 0;

    for (uint32_t i = 0; i < state->rule_count; i++) {
        const struct rule *want = &state->rules[i].rule, *rule;

        if (state->rules[i].is_off || (want->until_ms != 0 && want->until_ms <= now_ms)) {
            continue;
        }
        rule = rules_find(room->rules, want->kind, want->who, want->key, now_ms);
        assert_non_null(rule);
        assert_string_equal(rule->value, want->value);
        assert_string_equal(rule->label, want->label);
        assert_string_equal(rule->by, want->by);
        assert_true(rule->until_ms == want->until_ms);
        holding++;
    }
    for (enum rule_kind kind = RULE_MODE; kind < RULE_KINDS; kind++) {
        const struct rule *rule = NULL;

        while ((rule = rules_next(room->rules, kind, rule, now_ms)) != NULL) {
            held++;
        }
    }
    assert_int_equal(held, holding);
}

/* Each member has the rank of its account in that state. */
static void check_ranks(const struct room *room, const struct fake_bus_state *state)
{
    for (uint32_t i = 0; i < room->count; i++) {
        int64_t account = owners_account_id(room->members[i].attachment->person);
        const struct rule *role;
        char key[24];

        snprintf(key, sizeof(key), "%lld", (long long)account);
        role = fake_bus_find_rule(state, RULE_ROLE, key);
        assert_int_equal(room->members[i].member->role, account == ACCOUNTS ? RANK_ADMIN
                                                        : role != NULL      ? rank_of_name(role->value)
                                                                            : RANK_MEMBER);
    }
}

/* Each person of the room, here and elsewhere, is one of the state, under that name; and there are no more of them. */
static void check_people(struct process *p, const struct room *room, const struct fake_bus_state *state,
                         bool is_at_rest)
{
    uint32_t found = 0;

    for (uint32_t i = 0; i < room->count; i++) {
        const struct person *person = room_person_at(room, i);
        const struct fake_bus_person *known =
            person != NULL ? find_in(state, p->number, person_id(person)) : NULL;

        if (person == NULL) {
            continue; /* another attachment of one who is listed */
        }
        assert_non_null(known);
        if (is_at_rest) { /* else a rename and a join may have crossed each other */
            assert_string_equal(known->name.shown, person_shown_name(person));
            assert_true(known->account == owners_account_id(person));
        }
        found++;
    }
    for (const struct other *other = room->others; other != NULL; other = other->hh.next) {
        const struct fake_bus_person *known = find_in(state, (uint32_t)other->key.process, other->key.id);

        assert_non_null(known);
        if (other->key.process != p->number) { /* those who have gone from here: as above */
            assert_string_equal(known->name.shown, other->name.shown);
            assert_string_equal(known->name.folded, other->name.folded);
            assert_true(known->account == other->account);
        }
        found++;
    }
    assert_int_equal(found, state->count);
    assert_int_equal(room->people, state->count);
}

/* A room is what the messages that its process was given have made it: the same on each that has been given as many. */
static void check_room(struct process *p, const struct room *room, bool is_at_rest)
{
    struct fake_bus_state state;

    fake_bus_state(bus, room->name.folded, fake_bus_cursor(bus, p->number), &state);
    if (state.topic == NULL) {
        assert_null(room->topic);
    } else {
        assert_string_equal(room->topic, state.topic);
        assert_string_equal(room->topic_by, state.topic_by);
        assert_true(room->topic_ms == state.topic_ms);
    }
    check_rules(room, &state);
    check_ranks(room, &state);
    if (!p->was_taken_for_gone) { /* else its people are being published again */
        check_people(p, room, &state, is_at_rest);
    }
    fake_bus_state_fini(&state);
}

/* What is said is heard by each who is in the room, once, and by nobody else; in order. */
static void check_heard(struct process *p, const struct fake_bus_entry *entry)
{
    const struct room *room = entry->m != NULL ? rooms_find(&p->chat, entry->m->room_folded) : NULL;

    for (int i = 0; i < EARS; i++) {
        struct ear *ear = &p->ears[i];
        bool is_line = entry->m != NULL && entry->m->kind == MESSAGE_SAY;

        if (is_here(ear) && is_line) {
            bool is_in = room != NULL && room_find_member(room, ear->at.person) != NULL;

            assert_int_equal(ear->deliveries, is_in ? 1 : 0);
        }
        assert_true(ear->count < 2 || ear->heard[ear->count - 2] < ear->heard[ear->count - 1]);
        ear->deliveries = 0;
    }
}

static void given(void *ctx, uint32_t process, uint32_t index)
{
    struct process *p = &processes[process - 1];
    const struct fake_bus_entry *entry = fake_bus_at(bus, index);

    (void)ctx;
    if (entry->m == NULL && entry->process == process) {
        p->was_taken_for_gone = true;
    }
    check_heard(p, entry);
    for (const struct room *room = p->chat.rooms; room != NULL; room = room->hh.next) {
        if (room->is_open) {
            check_room(p, room, false);
        }
    }
}

/* At rest: a name has one holder, as the directory says, and one person in all. */
static void check_names(void)
{
    for (int i = 0; i < CHATS * EARS; i++) {
        const struct ear *ear = &processes[i / EARS].ears[i % EARS];

        if (!is_here(ear) || !ear->at.person->has_name) {
            continue;
        }
        assert_int_equal(fake_bus_holder(bus, person_folded_name(ear->at.person)), ear->process->number);
        for (int k = 0; k < i; k++) {
            const struct ear *other = &processes[k / EARS].ears[k % EARS];

            if (is_here(other) && other->at.person->has_name && other->at.person != ear->at.person) {
                assert_string_not_equal(person_folded_name(ear->at.person), person_folded_name(other->at.person));
            }
        }
    }
}

/* By indices of the order: lines that are deleted. */
static bool is_gone[1 << 16];

static void find_gone(uint32_t end)
{
    memset(is_gone, 0, sizeof(is_gone));
    for (uint32_t i = 0; i < end; i++) {
        const struct message *m = fake_bus_at(bus, i)->m;

        if (m != NULL && m->kind == MESSAGE_DELETE) {
            is_gone[m->about - 1] = true;
        }
    }
}

/* What is kept of a room is all that was said in it since the process has entered it, each line once and in order, but
 * for what is deleted: the next line of the order, from an index on. */
static uint32_t next_line(const char *folded, uint32_t i, uint32_t end)
{
    while (i < end) {
        const struct message *m = fake_bus_at(bus, i)->m;

        if (m != NULL && m->kind == MESSAGE_SAY && strcmp(m->room_folded, folded) == 0 && !is_gone[i]) {
            return i;
        }
        i++;
    }
    return end;
}

struct past {
    struct store_read read;
    uint32_t at, end; /* indices of the order */
};

static void past_line(struct store_read *req, struct message *m)
{
    struct past *past = CONTAINER_OF(req, struct past, read);

    past->at = next_line(req->room_folded, past->at, past->end);
    assert_true(past->at < past->end);
    assert_true(m->id == fake_bus_at(bus, past->at++)->id);
}

static void check_past(struct process *p, const struct room *room)
{
    struct fake_bus_state state;
    struct past past = {.read = {.room_folded = room->name.folded, .max_lines = UINT32_MAX, .max_bytes = UINT64_MAX,
                                 .line = past_line}};

    past.at = fake_bus_entered_at(bus, p->number, room->name.folded);
    past.end = fake_bus_cursor(bus, p->number);
    fake_bus_state(bus, room->name.folded, past.end, &state);
    past.at = past.at > state.erased_at ? past.at : state.erased_at;
    fake_bus_state_fini(&state);
    find_gone(past.end);
    assert_int_equal(p->store->ops->read(p->store, &past.read), STORE_DONE);
    assert_int_equal(next_line(room->name.folded, past.at, past.end), past.end);
}

static void check_rest(void)
{
    fake_bus_settle(bus);
    check_names();
    for (int i = 0; i < CHATS; i++) {
        struct process *p = &processes[i];

        p->was_taken_for_gone = false;
        assert_null(p->chat.ops);
        assert_null(p->chat.namings);
        assert_null(p->chat.departed);
        assert_null(p->chat.owed);
        for (const struct room *room = p->chat.rooms; room != NULL; room = room->hh.next) {
            assert_true(room->is_open);
            assert_true(room->count > 0 || rules_has_mode(room->rules, MODE_PERSISTENT));
            assert_int_equal(room->joins_under_way, 0);
            check_room(p, room, true);
            check_past(p, room);
        }
    }
}

/* ---- one thing after another ---------------------------------------------------------------------- */

static struct ear *const a = &processes[0].ears[0], *const b = &processes[0].ears[1], *const c = &processes[1].ears[0];

static void people_of_two_processes_are_in_one_room(void **state)
{
    (void)state;
    come_as(a, "alice", "lobby");
    come_as(c, "carol", "lobby");
    assert_int_equal(room_of(one, "lobby")->people, 2);
    assert_int_equal(room_of(two, "lobby")->people, 2);
    assert_string_equal(a->last, "4 carol "); /* she was told of the join */
    assert_int_equal(finish(c, chat_set_topic(&c->at, room_of(two, "lobby"), "tea", done, c)), CHAT_OK);
    fake_bus_settle(bus);
    assert_string_equal(room_of(one, "lobby")->topic, "tea");
    assert_string_equal(room_of(one, "lobby")->topic_by, "carol");
    assert_int_equal(finish(c, rename_to(c, "cat")), CHAT_OK);
    fake_bus_settle(bus);
    assert_string_equal(a->last, "7 carol cat");
    assert_int_equal(finish(c, chat_leave(&c->at, room_of(two, "lobby"), "", done, c)), CHAT_OK);
    assert_null(room_of(two, "lobby"));
    fake_bus_settle(bus);
    assert_string_equal(a->last, "5 cat ");
    assert_int_equal(room_of(one, "lobby")->people, 1);
    check_rest();
}

static void nothing_has_changed_before_it_has_come_back(void **state)
{
    (void)state;
    come_as(a, "alice", "lobby");
    come_as(b, "bob", NULL);
    assert_int_equal(join(b, "lobby"), CHAT_LATER);
    assert_null(b->at.rooms);
    assert_int_equal(chat_set_topic(&a->at, room_of(one, "lobby"), "tea", done, a), CHAT_LATER);
    assert_null(room_of(one, "lobby")->topic);
    check_rest();
    assert_int_equal(a->result, CHAT_OK);
    assert_int_equal(b->result, CHAT_OK);
    assert_string_equal(room_of(one, "lobby")->topic, "tea");
    assert_int_equal(rename_to(b, "rob"), CHAT_LATER);
    assert_int_equal(chat_leave(&a->at, room_of(one, "lobby"), "", done, a), CHAT_LATER);
    assert_non_null(a->at.rooms);
    assert_string_equal(person_shown_name(b->at.person), "bob");
    check_rest();
    assert_null(a->at.rooms);
    assert_string_equal(person_shown_name(b->at.person), "rob");
}

static void name_is_given_to_one_of_two(void **state)
{
    (void)state;
    come_as(a, "alice", NULL);
    come_as(c, "carol", NULL);
    assert_int_equal(rename_to(a, "eve"), CHAT_LATER);
    assert_int_equal(rename_to(c, "eve"), CHAT_LATER);
    check_rest();
    assert_true((a->result == CHAT_OK) != (c->result == CHAT_OK));
    assert_true(a->result == CHAT_NAME_TAKEN || c->result == CHAT_NAME_TAKEN);
}

static void guests_of_two_processes_have_different_names(void **state)
{
    (void)state;
    for (int i = 0; i < EARS; i++) {
        come(&one->ears[i]);
        come(&two->ears[i]);
    }
    check_rest();
    for (int i = 0; i < EARS; i++) {
        assert_int_equal(one->ears[i].result, CHAT_OK);
        assert_int_equal(two->ears[i].result, CHAT_OK);
        assert_non_null(strstr(person_shown_name(one->ears[i].at.person), "guest"));
    }
}

static void own_line_is_heard_once_as_the_own(void **state)
{
    uint32_t heard;

    (void)state;
    come_as(a, "alice", "lobby");
    come_as(c, "carol", "lobby");
    a->owns = c->owns = 0;
    heard = a->count;
    assert_int_equal(say(a, room_of(one, "lobby")), CHAT_OK);
    assert_int_equal(a->count, heard);
    assert_int_equal(rename_to(a, "amy"), CHAT_LATER); /* under whatever name it comes back */
    check_rest();
    assert_int_equal(a->count, heard + 1);
    assert_int_equal(a->owns, 2);
    assert_int_equal(c->owns, 0);
}

static void notice_reaches_the_room_in_both(void **state)
{
    uint32_t heard_here, heard_there;

    (void)state;
    come_as(a, "alice", "lobby");
    come_as(c, "carol", "lobby");
    heard_here = a->count;
    heard_there = c->count;
    chat_notice(&one->chat, room_of(one, "lobby"), "soon", 4);
    fake_bus_settle(bus);
    assert_int_equal(a->count, heard_here + 1);
    assert_int_equal(c->count, heard_there + 1);
    assert_string_equal(c->last, "3 server ");
}

static void line_that_is_deleted_is_gone_from_both(void **state)
{
    struct room *here, *there;

    (void)state;
    come_as(a, "alice", "lobby");
    come_as(c, "carol", "lobby");
    here = room_of(one, "lobby");
    there = room_of(two, "lobby");
    assert_int_equal(say(a, here), CHAT_OK);
    assert_int_equal(say(a, here), CHAT_OK);
    fake_bus_settle(bus);
    assert_int_equal(delete_last(c, there), CHAT_NOT_YOURS);
    assert_int_equal(two->store->ops->count(two->store, "lobby"), 2);
    assert_int_equal(delete_last(a, here), CHAT_LATER);
    assert_int_equal(one->store->ops->count(one->store, "lobby"), 2); /* until it comes back */
    check_rest();
    assert_int_equal(a->result, CHAT_OK);
    assert_int_equal(one->store->ops->count(one->store, "lobby"), 1);
    assert_int_equal(two->store->ops->count(two->store, "lobby"), 1);
    assert_string_equal(c->last, "9 alice alice");
    chat_delete_as_server(&two->chat, fake_bus_at(bus, next_line("lobby", 0, fake_bus_count(bus)))->m);
    check_rest();
    assert_int_equal(one->store->ops->count(one->store, "lobby"), 0);
    assert_int_equal(two->store->ops->count(two->store, "lobby"), 0);
    assert_string_equal(a->last, "9 server alice");
}

static void newcomer_hears_all_that_the_past_does_not_have(void **state)
{
    struct room *room;

    (void)state;
    come_as(a, "alice", "lobby");
    come_as(c, "carol", NULL);
    room = room_of(one, "lobby");
    for (int i = 0; i < 200; i++) {
        assert_int_equal(say(a, room), CHAT_OK);
        if (i == 100) {
            assert_int_equal(join(c, "lobby"), CHAT_LATER);
        }
        fake_bus_step(bus);
        fake_bus_step(bus);
    }
    check_rest(); /* where what is kept, and was heard, is compared */
    assert_int_equal(c->result, CHAT_OK);
    assert_in_range(c->count, 2, 200);
}

static void who_goes_keeps_name_and_place_until_all_know(void **state)
{
    (void)state;
    come_as(a, "alice", "lobby");
    come_as(b, "bob", "lobby");
    come_as(c, "carol", "lobby");
    chat_quit(&a->at, "night");
    go(a);
    assert_int_equal(room_of(one, "lobby")->count, 1);
    assert_int_equal(room_of(one, "lobby")->people, 3);
    assert_null(names_find(&one->chat, "alice"));
    assert_int_equal(fake_bus_holder(bus, "alice"), 1);
    assert_int_equal(rename_to(b, "alice"), CHAT_NAME_TAKEN);
    fake_bus_settle(bus);
    assert_int_equal(fake_bus_holder(bus, "alice"), 0);
    assert_string_equal(b->last, "6 alice ");
    assert_string_equal(c->last, "6 alice ");
    assert_int_equal(finish(c, rename_to(c, "alice")), CHAT_OK);
    check_rest();
}

static void who_goes_while_entering_is_in_no_room(void **state)
{
    (void)state;
    come_as(c, "carol", "lobby");
    for (int steps = 0; steps < 8; steps++) {
        come_as(a, "alice", NULL);
        assert_int_equal(join(a, "lobby"), CHAT_LATER);
        for (int i = 0; i < steps; i++) {
            fake_bus_step(bus);
        }
        go(a);
        check_rest();
        assert_null(room_of(one, "lobby"));
        assert_int_equal(room_of(two, "lobby")->people, 1);
        assert_int_equal(fake_bus_holder(bus, "alice"), 0);
    }
}

static void newcomer_that_is_not_announced_is_listed_and_not_told_of(void **state)
{
    (void)state;
    come_as(c, "carol", "lobby");
    come_as(a, "alice", NULL);
    chat_defer(a->at.person);
    c->last[0] = '\0';
    assert_int_equal(finish(a, join(a, "lobby")), CHAT_OK);
    fake_bus_settle(bus);
    assert_string_equal(c->last, "");
    assert_int_equal(room_of(two, "lobby")->people, 2);
    chat_announce(&a->at);
    fake_bus_settle(bus);
    assert_string_equal(c->last, "4 alice ");
    assert_int_equal(room_of(two, "lobby")->people, 2);
    check_rest();
}

static void who_loses_a_name_becomes_a_guest(void **state)
{
    (void)state;
    come_as(a, "alice", "lobby");
    come_as(c, "carol", "lobby");
    assert_true(fake_bus_lose_a_name(bus, 1));
    assert_int_equal(rename_to(c, "alice"), CHAT_LATER); /* it is free for others at once */
    check_rest();
    assert_int_equal(c->result, CHAT_OK);
    assert_non_null(strstr(person_shown_name(a->at.person), "guest"));
    assert_non_null(strstr(strbuf_str(&a->renames), "alice guest")); /* she is told, and the room */
    assert_non_null(strstr(strbuf_str(&c->renames), "alice guest"));
    assert_int_equal(finish(a, rename_to(a, "amy")), CHAT_OK);
    check_rest();

    come_as(b, "bob", NULL); /* in no room: nobody else would tell */
    go(a);
    fake_bus_settle(bus);
    assert_true(fake_bus_lose_a_name(bus, 1));
    check_rest();
    assert_non_null(strstr(strbuf_str(&b->renames), "bob guest"));
}

/* ---- cut off -------------------------------------------------------------------------------------- */

static void who_is_cut_off_is_told_and_catches_up(void **state)
{
    uint32_t heard;

    (void)state;
    come_as(a, "alice", "lobby");
    come_as(b, "bob", "lobby");
    come_as(c, "carol", "lobby");
    assert_int_equal(join(a, "ops"), CHAT_LATER); /* does not wait for a bus that may never come back */
    assert_int_equal(chat_set_topic(&b->at, room_of(one, "lobby"), "tea", done, b), CHAT_LATER);
    a->dones = b->dones = 0;
    fake_bus_cut(bus, 1);
    assert_int_equal(a->dones + b->dones, 2);
    assert_int_equal(a->result, CHAT_UNAVAILABLE);
    assert_int_equal(b->result, CHAT_UNAVAILABLE);
    assert_null(room_of(one, "ops"));
    assert_int_equal(say(a, room_of(one, "lobby")), CHAT_UNAVAILABLE);
    assert_int_equal(join(a, "ops"), CHAT_UNAVAILABLE);
    assert_int_equal(chat_leave(&a->at, room_of(one, "lobby"), "", done, a), CHAT_UNAVAILABLE);
    assert_int_equal(chat_set_topic(&a->at, room_of(one, "lobby"), "", done, a), CHAT_UNAVAILABLE);
    assert_int_equal(finish(a, rename_to(a, "amy")), CHAT_UNAVAILABLE);
    assert_string_equal(person_shown_name(a->at.person), "alice");
    go(b); /* which must be told once it can be */
    heard = a->count;
    for (int i = 0; i < 10; i++) {
        assert_int_equal(say(c, room_of(two, "lobby")), CHAT_OK);
    }
    fake_bus_settle(bus);
    assert_int_equal(a->count, heard);
    assert_int_equal(room_of(two, "lobby")->people, 3);
    fake_bus_join(bus, 1);
    check_rest();
    assert_int_equal(a->count, heard + 11); /* and the topic, which was on its way */
    assert_string_equal(room_of(two, "lobby")->topic, "tea");
    assert_int_equal(room_of(two, "lobby")->people, 2);
    assert_int_equal(fake_bus_holder(bus, "bob"), 0);
}

static void process_that_is_gone_takes_its_people_along(void **state)
{
    (void)state;
    come_as(a, "alice", "lobby");
    come_as(b, "bob", "lobby");
    come_as(c, "carol", "lobby");
    fake_bus_cut(bus, 1);
    fake_bus_take_for_gone(bus, 1);
    c->deliveries = 0;
    fake_bus_settle(bus);
    assert_int_equal(room_of(two, "lobby")->people, 1);
    assert_true(strcmp(c->last, "6 alice ") == 0 || strcmp(c->last, "6 bob ") == 0);
    go(b);
    fake_bus_join(bus, 1);
    check_rest();
    assert_int_equal(room_of(two, "lobby")->people, 2); /* she is there after all */
    assert_int_equal(room_of(one, "lobby")->people, 2);
    assert_string_equal(c->last, "4 alice ");
}

/* ---- rules ---------------------------------------------------------------------------------------- */

/* Somebody who is logged in to an account, in a room, when all have come to rest. */
static void come_logged_in(struct ear *ear, int64_t account, const char *room)
{
    come(ear);
    fake_bus_settle(bus);
    assert_int_equal(finish(ear, logins_begin(&ear->at, account, done, ear)), CHAT_OK);
    assert_int_equal(finish(ear, join(ear, room)), CHAT_OK);
    fake_bus_settle(bus);
}

static void roles_bans_and_modes_are_the_same_in_both(void **state)
{
    struct room *room;

    (void)state;
    come_logged_in(a, 1, "lobby"); /* otto makes it */
    come_logged_in(c, 2, "lobby");
    come_as(b, "bob", "lobby");
    assert_int_equal(a->at.rooms->role, RANK_OWNER);
    assert_int_equal(rules_role(room_of(two, "lobby")->rules, 1), RANK_OWNER); /* the bus has told it */
    assert_int_equal(c->at.rooms->role, RANK_MEMBER);
    room = room_of(one, "lobby");
    assert_int_equal(finish(a, acts_give_role(&a->at, room, "pia", RANK_OPERATOR, done, a)), CHAT_OK);
    fake_bus_settle(bus);
    assert_int_equal(c->at.rooms->role, RANK_OPERATOR);
    room = room_of(two, "lobby");
    assert_int_equal(acts_kick(&c->at, room, "otto", "", done, c), CHAT_NO_RIGHT); /* who is elsewhere */
    assert_int_equal(two->chat.refusal.needed, RANK_ADMIN);
    assert_int_equal(finish(c, acts_set_mode(&c->at, room, "moderated", "on", done, c)), CHAT_OK);
    fake_bus_settle(bus);
    assert_int_equal(say(b, room_of(one, "lobby")), CHAT_MODERATED);
    assert_int_equal(finish(c, acts_set_rule(&c->at, room, RULE_BAN, "192.0.2.0/24", 0, "spam", done, c)), CHAT_OK);
    check_rest();
    assert_null(b->at.rooms); /* his process has put him out: its owner stays, who has the same network */
    assert_int_equal(room_of(two, "lobby")->people, 2);
    assert_int_equal(join(b, "lobby"), CHAT_BANNED);
    assert_int_equal(finish(c, acts_kick(&c->at, room, "otto", "", done, c)), CHAT_NO_RIGHT);
    assert_int_equal(finish(a, acts_kick(&a->at, room_of(one, "lobby"), "pia", "", done, a)), CHAT_OK);
    check_rest();
    assert_null(c->at.rooms);
    assert_string_equal(c->last, "10 otto pia");
    assert_non_null(room_of(two, "lobby")); /* it is persistent */
}

static void room_has_one_owner_though_two_make_it(void **state)
{
    (void)state;
    for (int round = 0; round < 50; round++) {
        come(a);
        come(c);
        fake_bus_settle(bus);
        (void)finish(a, logins_begin(&a->at, 1, done, a));
        (void)finish(c, logins_begin(&c->at, 2, done, c));
        assert_int_equal(join(a, "lobby"), CHAT_LATER);
        assert_int_equal(join(c, "lobby"), CHAT_LATER);
        check_rest();
        assert_int_equal(a->at.rooms->role + c->at.rooms->role, RANK_OWNER + RANK_MEMBER);
        assert_int_equal(room_of(one, "lobby")->rules->counts[RULE_ROLE], 1);
        if (a->at.rooms->role == RANK_OWNER) {
            (void)finish(a, acts_set_mode(&a->at, room_of(one, "lobby"), "persistent", "off", done, a));
        } else {
            (void)finish(c, acts_set_mode(&c->at, room_of(two, "lobby"), "persistent", "off", done, c));
        }
        go(a);
        go(c);
        check_rest();
        assert_null(room_of(one, "lobby"));
        assert_null(room_of(two, "lobby"));
    }
}

/* By a message of one of them. */
static void room_that_nobody_inherits_ends_in_both_when_it_is_empty(void **state)
{
    (void)state;
    come_logged_in(a, 1, "lobby"); /* otto makes it */
    come_logged_in(c, 2, "lobby");
    succession_end_account(&one->chat, 1);
    assert_true(rules_has_mode(room_of(one, "lobby")->rules, MODE_PERSISTENT)); /* nothing has come back */
    check_rest();
    assert_false(rules_has_mode(room_of(one, "lobby")->rules, MODE_PERSISTENT));
    assert_false(rules_has_mode(room_of(two, "lobby")->rules, MODE_PERSISTENT));
    assert_int_equal(a->at.rooms->role, RANK_MEMBER);
    go(a);
    go(c);
    check_rest();
    assert_null(room_of(one, "lobby"));
    assert_null(room_of(two, "lobby"));
}

static void who_is_banned_while_entering_is_in_the_room_nowhere(void **state)
{
    (void)state;
    for (int steps = 0; steps < 12; steps++) {
        come_logged_in(c, 2, "lobby");
        come_as(b, "bob", NULL);
        assert_int_equal(join(b, "lobby"), CHAT_LATER);
        for (int i = 0; i < steps; i++) {
            fake_bus_step(bus);
        }
        (void)acts_set_rule(&c->at, room_of(two, "lobby"), RULE_BAN, "192.0.2.2", 0, "", done, c);
        check_rest();
        assert_null(b->at.rooms);
        assert_int_equal(room_of(two, "lobby")->people, 1);
        assert_int_equal(finish(c, acts_end_rule(&c->at, room_of(two, "lobby"), RULE_BAN, "192.0.2.2", done, c)),
                         CHAT_OK);
        go(b);
        go(c);
        check_rest();
    }
}

/* ---- whatever comes ------------------------------------------------------------------------------- */

static const char *any_name(void)
{
    static const char *const names[] = {"amy", "bea", "cat", "dan", "eve", "fay", "guest1", "guest2", "guest3"};
    uint32_t i = fake_rnd(9 + ACCOUNTS);

    return i < 9 ? names[i] : accounts[i - 9];
}

static const char *anybody(void)
{
    static const char *const networks[] = {"192.0.2.0/24", "198.51.100.1", "2001:db8::/32"};

    return fake_rnd(4) == 0 ? networks[fake_rnd(3)] : any_name();
}

/* An act of any kind.  What needs a rank that the actor does not have is refused. */
static void order(struct ear *ear, struct room *room)
{
    static const enum mode modes[] = {MODE_INVITE_ONLY, MODE_MODERATED, MODE_KEY, MODE_PRIVATE, MODE_PERSISTENT,
                                      MODE_TOPIC_LOCK, MODE_LIMIT, MODE_NO_GUESTS, MODE_SLOW, MODE_SETTLE};
    enum rule_kind kind = RULE_BAN + fake_rnd(3);
    enum rank role = RANK_VOICED + fake_rnd(3);
    int64_t until_ms = fake_rnd(2) == 0 ? 0 : clock_real_ms(&now) + fake_rnd(100);
    enum mode mode = modes[fake_rnd(10)];

    switch (fake_rnd(8)) {
    case 0:
        (void)acts_give_role(&ear->at, room, any_name(), role, done, ear);
        break;
    case 1:
        (void)acts_take_role(&ear->at, room, any_name(), role == RANK_OWNER ? RANK_VOICED : role, done, ear);
        break;
    case 2:
        (void)acts_kick(&ear->at, room, any_name(), "", done, ear);
        break;
    case 3:
        (void)acts_set_rule(&ear->at, room, kind, anybody(), until_ms, "why", done, ear);
        break;
    case 4:
    case 5:
        (void)acts_end_rule(&ear->at, room, kind, anybody(), done, ear);
        break;
    default:
        (void)acts_set_mode(&ear->at, room, modes_row(mode)->name, fake_rnd(3) > 0 ? "off"
                            : modes_row(mode)->type == MODE_FLAG ? "on" : "1", done, ear);
    }
}

/* Logs in to an account to which nobody here is, or out of it. */
static void log_in_or_out(struct ear *ear)
{
    struct chat *chat = &ear->process->chat;
    const struct account *account = owners_account(ear->at.person);
    int64_t wanted = 1 + fake_rnd(ACCOUNTS);

    if (account == NULL && owners_find(chat, wanted) == NULL) {
        (void)logins_begin(&ear->at, wanted, done, ear);
    } else if (account != NULL && strcmp(account->folded, person_folded_name(ear->at.person)) != 0) {
        logins_end(ear->at.person);
    }
}

static void talk(struct ear *ear)
{
    struct room *room = NULL;

    for (struct member *m = ear->at.rooms; m != NULL; m = m->next_of_attachment) {
        room = room == NULL || fake_rnd(2) == 0 ? m->room : room;
    }
    if (room == NULL) {
        return;
    }
    switch (fake_rnd(12)) {
    case 0:
        (void)chat_leave(&ear->at, room, "", done, ear);
        break;
    case 1:
        (void)chat_set_topic(&ear->at, room, fake_rnd(3) == 0 ? "" : fake_rnd(2) == 0 ? "tea" : "coffee", done, ear);
        break;
    case 2:
        (void)delete_last(ear, room);
        break;
    case 3:
    case 4:
    case 5:
        order(ear, room);
        break;
    default:
        (void)say(ear, room);
    }
}

/* What is known of an account ends in all rooms, as if it had ended. */
static void end_an_account(struct process *p)
{
    succession_end_account(&p->chat, 1 + fake_rnd(ACCOUNTS));
}

static void act(struct ear *ear)
{
    static const char *const names[] = {"amy", "bea", "cat", "dan", "eve", "Amy", "BEA", "fay"};
    static const char *const rooms[ROOMS] = {"one", "Two", "three", "four"};

    if (ear->at.person == NULL) {
        come(ear);
        if (fake_rnd(3) == 0) {
            chat_defer(ear->at.person);
        }
    } else if (fake_rnd(20) == 0) {
        if (fake_rnd(2) == 0) {
            chat_quit(&ear->at, "");
            fake_bus_step(bus);
        }
        go(ear);
    } else if (fake_rnd(20) == 0) {
        struct ear *other = &ear->process->ears[fake_rnd(EARS)];

        if (is_here(ear) && is_here(other) && ear->at.person != other->at.person && other->at.person->has_name) {
            chat_attach(&ear->at, other->at.person);
        }
    } else if (fake_rnd(40) == 0) {
        end_an_account(ear->process);
    } else if (ops_find(&ear->at) == NULL && ear->at.person->has_name) {
        switch (fake_rnd(9)) {
        case 8:
            log_in_or_out(ear);
            break;
        case 0:
            (void)rename_to(ear, names[fake_rnd(8)]);
            break;
        case 1:
        case 2:
            (void)join(ear, rooms[fake_rnd(ROOMS)]);
            timeq_run(&ear->process->chat.expiry, clock_ms(&now));
            break;
        case 3:
            chat_announce(&ear->at);
            break;
        default:
            talk(ear);
        }
    }
}

static void disturb(struct process *p)
{
    if (fake_bus_is_cut(bus, p->number)) {
        if (fake_rnd(3) == 0) {
            fake_bus_take_for_gone(bus, p->number);
        }
        fake_bus_join(bus, p->number);
    } else if (fake_rnd(2) == 0) {
        fake_bus_cut(bus, p->number);
    } else {
        (void)fake_bus_lose_a_name(bus, p->number);
    }
}

static void whatever_comes(bool is_disturbed)
{
    for (int round = 0; round < 30; round++) {
        fake_bus_may_be_quick(bus, round % 2 == 1);
        fake_bus_may_be_full(bus, is_disturbed && round % 4 > 1);
        for (int i = 0; i < 400; i++) {
            struct process *p = &processes[fake_rnd(CHATS)];

            fake_clock_advance(&now, fake_rnd(3));
            if (fake_rnd(3) > 0) {
                (void)fake_bus_step(bus);
            } else if (is_disturbed && fake_rnd(12) == 0) {
                disturb(p);
            } else {
                act(&p->ears[fake_rnd(EARS)]);
            }
        }
        for (int i = 0; i < CHATS; i++) {
            if (fake_bus_is_cut(bus, processes[i].number)) {
                fake_bus_join(bus, processes[i].number);
            }
        }
        fake_bus_may_be_full(bus, false);
        check_rest();
    }
}

static void rooms_are_the_same_in_both_whatever_comes(void **state)
{
    (void)state;
    whatever_comes(false);
}

static void rooms_are_the_same_in_both_though_one_is_cut_off(void **state)
{
    (void)state;
    whatever_comes(true);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(people_of_two_processes_are_in_one_room),
        TEST(nothing_has_changed_before_it_has_come_back),
        TEST(name_is_given_to_one_of_two),
        TEST(guests_of_two_processes_have_different_names),
        TEST(own_line_is_heard_once_as_the_own),
        TEST(notice_reaches_the_room_in_both),
        TEST(line_that_is_deleted_is_gone_from_both),
        TEST(newcomer_hears_all_that_the_past_does_not_have),
        TEST(who_goes_keeps_name_and_place_until_all_know),
        TEST(who_goes_while_entering_is_in_no_room),
        TEST(newcomer_that_is_not_announced_is_listed_and_not_told_of),
        TEST(who_loses_a_name_becomes_a_guest),
        TEST(who_is_cut_off_is_told_and_catches_up),
        TEST(process_that_is_gone_takes_its_people_along),
        TEST(roles_bans_and_modes_are_the_same_in_both),
        TEST(room_has_one_owner_though_two_make_it),
        TEST(room_that_nobody_inherits_ends_in_both_when_it_is_empty),
        TEST(who_is_banned_while_entering_is_in_the_room_nowhere),
        TEST(rooms_are_the_same_in_both_whatever_comes),
        TEST(rooms_are_the_same_in_both_though_one_is_cut_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
