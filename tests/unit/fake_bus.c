/* tests/unit/fake_bus.c: one list of entries, in which each process has a place; and who holds which name. */
#include "config.h"

#include "fake_bus.h"

#include "base/container.h"
#include "base/mem.h"
#include "fakes.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROOMS = 16, WAITING = 64, OUT = 4096, NAMES = 256, ENTRIES = 1 << 16 };

struct entered {
    char *folded; /* NULL: the place is free */
    uint32_t from;
};

struct fake_process {
    struct fake_bus *fake;
    uint32_t number;
    struct bus bus;
    struct directory dir;
    struct message *out[OUT]; /* published, without a place in the order yet */
    uint32_t out_count;
    uint32_t cursor;
    struct entered rooms[ROOMS];
    struct bus_enter *enters[WAITING];
    uint32_t enter_count;
    struct directory_request *claims[WAITING];
    uint32_t claim_count;
    bool is_cut, is_busy; /* busy: it is being given something */
    bool is_full;         /* it takes nothing for a while */
    bool has_bus, has_directory; /* not freed by the chat yet */
};

struct held_name {
    char *folded;    /* NULL: the place is free */
    uint32_t holder; /* 0: nobody, any more */
    uint32_t loser;  /* is to be told; 0: nobody */
};

struct fake_bus {
    struct clock *clock;
    fake_bus_given_fn *given;
    void *ctx;
    bool may_be_quick, may_be_full;
    struct fake_process processes[FAKE_BUS_PROCESSES];
    struct fake_bus_entry entries[ENTRIES];
    uint32_t count;
    struct held_name names[NAMES];
};

static struct fake_process *process_of(const struct fake_bus *fake, uint32_t number)
{
    assert_in_range(number, 1, FAKE_BUS_PROCESSES);
    return (struct fake_process *)&fake->processes[number - 1];
}

/* ---- the order ---- */

static bool share_room(const struct message *a, const struct message *b)
{
    const char *list = a->room_folded, *word;
    char folded[256];
    size_t len;

    while ((word = message_next_room(&list, &len)) != NULL) {
        assert_true(len < sizeof(folded));
        memcpy(folded, word, len);
        folded[len] = '\0';
        if (message_names_room(b, folded)) {
            return true;
        }
    }
    return false;
}

static void add_entry(struct fake_bus *fake, struct message *m, uint32_t process)
{
    struct fake_bus_entry *entry = &fake->entries[fake->count];

    assert_true(fake->count < ENTRIES);
    *entry = (struct fake_bus_entry){.m = m, .process = process, .id = ++fake->count};
    entry->time_ms = clock_real_ms(fake->clock);
    if (m != NULL) {
        m->id = entry->id;
    }
}

/* One that was published gets its place: the first, or another one that shares no room with those before it. */
static void take_in(struct fake_process *p)
{
    uint32_t i = fake_rnd(p->out_count);

    for (uint32_t k = 0; k < i; k++) {
        if (share_room(p->out[k], p->out[i])) {
            i = 0;
        }
    }
    add_entry(p->fake, p->out[i], p->number);
    p->out_count--;
    memmove(&p->out[i], &p->out[i + 1], (p->out_count - i) * sizeof(p->out[0]));
}

static struct entered *find_room(const struct fake_process *p, const char *folded)
{
    for (int i = 0; i < ROOMS; i++) {
        if (p->rooms[i].folded != NULL && strcmp(p->rooms[i].folded, folded) == 0) {
            return (struct entered *)&p->rooms[i];
        }
    }
    return NULL;
}

static bool concerns(const struct fake_process *p, const struct fake_bus_entry *entry)
{
    for (int i = 0; i < ROOMS; i++) {
        if (p->rooms[i].folded != NULL && message_names_room(entry->m, p->rooms[i].folded)) {
            return true;
        }
    }
    return entry->process == p->number;
}

static void give(struct fake_process *p)
{
    struct fake_bus *fake = p->fake;
    uint32_t index = p->cursor++;
    const struct fake_bus_entry *entry = &fake->entries[index];

    p->is_busy = true;
    if (entry->m == NULL) {
        p->bus.events->gone(p->bus.ctx, entry->process, entry->id, entry->time_ms);
    } else if (concerns(p, entry)) {
        p->bus.events->message(p->bus.ctx, entry->m);
    }
    p->is_busy = false;
    fake->given(fake->ctx, p->number, index);
}

/* ---- a room's state ---- */

static struct fake_bus_person *find_person(struct fake_bus_state *state, const struct message *m)
{
    for (uint32_t i = 0; i < state->count; i++) {
        if (state->people[i].id == m->actor_id && state->people[i].process == message_process(m)) {
            return &state->people[i];
        }
    }
    return NULL;
}

static void remove_person(struct fake_bus_state *state, struct fake_bus_person *person)
{
    name_fini(&person->name);
    *person = state->people[--state->count];
}

static void put_person(struct fake_bus_state *state, const struct message *m)
{
    struct name name = {.shown = (char *)m->actor, .folded = (char *)m->actor_folded};
    struct fake_bus_person *person = find_person(state, m);

    if (person == NULL) {
        state->people = mem_realloc(state->people, (state->count + 1) * sizeof(*state->people));
        person = &state->people[state->count++];
        *person = (struct fake_bus_person){.process = message_process(m), .id = m->actor_id, .name = name_copy(&name)};
    }
    person->account = m->account;
    person->is_shown |= !m->is_silent;
}

static void rename_person(struct fake_bus_person *person, const struct message *m)
{
    struct name name = {.shown = (char *)m->target, .folded = (char *)m->target_folded};

    if (person != NULL) {
        name_fini(&person->name);
        person->name = name_copy(&name);
    }
}

static void set_topic(struct fake_bus_state *state, const struct message *m)
{
    bool has_one = m->text_len > 0;

    free(state->topic);
    free(state->topic_by);
    state->topic = has_one ? mem_strdup(m->text) : NULL;
    state->topic_by = has_one ? mem_strdup(m->actor) : NULL;
    state->topic_ms = m->time_ms;
}

/* ---- its rules ---- */

static void free_rule(struct fake_bus_rule *one)
{
    free((char *)one->rule.key);
    free((char *)one->rule.label);
    free((char *)one->rule.value);
    free((char *)one->rule.by);
}

static void change_rule(struct fake_bus_state *state, const struct rule *rule, bool is_off)
{
    for (uint32_t i = 0; i < state->rule_count; i++) {
        struct fake_bus_rule *one = &state->rules[i];

        if (one->rule.kind == rule->kind && one->rule.who == rule->who && strcmp(one->rule.key, rule->key) == 0) {
            free_rule(one);
            state->rule_count--;
            memmove(one, one + 1, (state->rule_count - i) * sizeof(*one));
            break;
        }
    }
    state->rules = mem_realloc(state->rules, (state->rule_count + 1) * sizeof(*state->rules));
    state->rules[state->rule_count] = (struct fake_bus_rule){.rule = *rule, .is_off = is_off};
    state->rules[state->rule_count].rule.key = mem_strdup(rule->key);
    state->rules[state->rule_count].rule.label = mem_strdup(rule->label);
    state->rules[state->rule_count].rule.value = mem_strdup(rule->value);
    state->rules[state->rule_count].rule.by = mem_strdup(rule->by);
    state->rule_count++;
}

const struct rule *fake_bus_find_rule(const struct fake_bus_state *state, enum rule_kind kind, const char *key)
{
    for (uint32_t i = 0; i < state->rule_count; i++) {
        const struct fake_bus_rule *one = &state->rules[i];

        if (one->rule.kind == kind && strcmp(one->rule.key, key) == 0) {
            return one->is_off ? NULL : &one->rule;
        }
    }
    return NULL;
}

static bool has_mode(const struct fake_bus_state *state, const char *mode)
{
    return fake_bus_find_rule(state, RULE_MODE, mode) != NULL;
}

static bool is_owner(const struct fake_bus_state *state, const char *account)
{
    const struct rule *role = fake_bus_find_rule(state, RULE_ROLE, account);

    return role != NULL && strcmp(role->value, "owner") == 0;
}

static void set_role(struct fake_bus_state *state, const struct message *m, const char *account, const char *role)
{
    change_rule(state, &(struct rule){.kind = RULE_ROLE, .who = RULE_WHO_ACCOUNT, .key = account, .label = m->actor,
                                      .value = role, .by = m->actor, .time_ms = m->time_ms}, false);
}

static bool has_operator_or_owner(const struct fake_bus_state *state)
{
    bool has = false;

    for (uint32_t i = 0; i < state->rule_count; i++) {
        const struct fake_bus_rule *one = &state->rules[i];

        has |= !one->is_off && one->rule.kind == RULE_ROLE && strcmp(one->rule.value, "voiced") != 0;
    }
    return has;
}

static void set_rule(struct fake_bus_state *state, const struct message *m)
{
    bool ends_owner = m->rule == RULE_ROLE && m->is_off && is_owner(state, m->target_folded), is_handing_on;
    char actor[24];

    snprintf(actor, sizeof(actor), "%lld", (long long)m->account);
    is_handing_on = m->rule == RULE_ROLE && !m->is_off && strcmp(m->text, "owner") == 0 &&
                    strcmp(m->target_folded, actor) != 0 && is_owner(state, actor);
    change_rule(state, &(struct rule){.kind = m->rule, .who = m->who, .key = m->target_folded, .label = m->target,
                                      .value = m->text, .by = m->actor, .time_ms = m->time_ms,
                                      .until_ms = m->until_ms}, m->is_off);
    if (is_handing_on) {
        set_role(state, m, actor, "operator");
    }
    if (ends_owner && has_mode(state, "persistent") && !has_operator_or_owner(state)) {
        change_rule(state, &(struct rule){.kind = RULE_MODE, .key = "persistent", .label = "persistent", .value = "",
                                          .by = m->actor, .time_ms = m->time_ms}, true);
    }
}

static void drop_rules(struct fake_bus_state *state)
{
    while (state->rule_count > 0) {
        free_rule(&state->rules[--state->rule_count]);
    }
}

/* When somebody has gone. */
static void vacate(struct fake_bus_state *state, uint32_t index)
{
    if (state->count > 0 || has_mode(state, "persistent")) {
        return;
    }
    if (has_mode(state, "private") || has_mode(state, "key") || has_mode(state, "invite-only")) {
        free(state->topic);
        free(state->topic_by);
        state->topic = state->topic_by = NULL;
        state->erased_at = index + 1;
    }
    drop_rules(state);
}

static void join_room(struct fake_bus_state *state, const struct message *m)
{
    bool is_new = state->count == 0 && !has_mode(state, "persistent") && m->rule == RULE_ROLE && m->account != 0;
    char account[24];

    put_person(state, m);
    if (is_new) {
        snprintf(account, sizeof(account), "%lld", (long long)m->account);
        set_role(state, m, account, "owner");
        change_rule(state, &(struct rule){.kind = RULE_MODE, .key = "persistent", .label = "persistent", .value = "on",
                                          .by = m->actor, .time_ms = m->time_ms}, false);
    }
}

static void kick(struct fake_bus_state *state, const struct message *m)
{
    for (uint32_t i = 0; i < state->count; i++) {
        if (state->people[i].id == m->about) {
            remove_person(state, &state->people[i]);
            return;
        }
    }
}

static void remove_process(struct fake_bus_state *state, uint32_t process)
{
    for (uint32_t i = state->count; i > 0; i--) {
        if (state->people[i - 1].process == process) {
            remove_person(state, &state->people[i - 1]);
        }
    }
}

void fake_bus_state(const struct fake_bus *fake, const char *folded, uint32_t count, struct fake_bus_state *state)
{
    *state = (struct fake_bus_state){0};
    for (uint32_t i = 0; i < count; i++) {
        const struct fake_bus_entry *entry = &fake->entries[i];
        struct fake_bus_person *person;

        if (entry->m == NULL) {
            remove_process(state, entry->process);
            vacate(state, i);
            continue;
        }
        if (!message_names_room(entry->m, folded)) {
            continue;
        }
        person = find_person(state, entry->m);
        switch (entry->m->kind) {
        case MESSAGE_JOIN:
            join_room(state, entry->m);
            break;
        case MESSAGE_LEAVE:
        case MESSAGE_QUIT:
            if (person != NULL) {
                remove_person(state, person);
            }
            vacate(state, i);
            break;
        case MESSAGE_KICK:
            kick(state, entry->m);
            vacate(state, i);
            break;
        case MESSAGE_RULE:
            set_rule(state, entry->m);
            vacate(state, i);
            break;
        case MESSAGE_RENAME:
            rename_person(person, entry->m);
            break;
        case MESSAGE_TOPIC:
            set_topic(state, entry->m);
            break;
        default:
            break;
        }
    }
}

void fake_bus_state_fini(struct fake_bus_state *state)
{
    while (state->count > 0) {
        remove_person(state, &state->people[state->count - 1]);
    }
    drop_rules(state);
    free(state->rules);
    free(state->people);
    free(state->topic);
    free(state->topic_by);
}

/* ---- the bus of one process ---- */

static struct fake_process *of_bus(struct bus *bus)
{
    return CONTAINER_OF(bus, struct fake_process, bus);
}

static enum bus_answer bus_publish(struct bus *bus, struct message *m)
{
    struct fake_process *p = of_bus(bus);
    struct fake_bus *fake = p->fake;

    assert_int_equal(message_process(m), p->number);
    p->is_full = p->is_full || (fake->may_be_full && fake_rnd(20) == 0);
    if (p->is_cut || p->is_full) {
        return BUS_FAILED;
    }
    assert_true(p->out_count < OUT);
    p->out[p->out_count++] = message_ref(m);
    if (fake->may_be_quick && !p->is_busy && p->out_count == 1 && p->cursor == fake->count && fake_rnd(4) == 0) {
        take_in(p);
        give(p);
        return BUS_DONE;
    }
    return BUS_LATER;
}

/* The state is what the process has been given so far has made: the rest follows. */
static void answer_enter(struct fake_process *p, struct bus_enter *req)
{
    struct entered *room = p->rooms;
    struct fake_bus_state state;

    while (room->folded != NULL) {
        room++;
        assert_true(room < p->rooms + ROOMS);
    }
    assert_null(find_room(p, req->folded));
    *room = (struct entered){.folded = mem_strdup(req->folded), .from = p->cursor};
    fake_bus_state(p->fake, req->folded, p->cursor, &state);
    if (state.topic != NULL) {
        req->topic(req, state.topic, state.topic_by, state.topic_ms);
    }
    for (uint32_t i = 0; i < state.count; i++) {
        const struct fake_bus_person *person = &state.people[i];

        req->person(req, &(struct bus_person){.process = person->process,
                                              .id = person->id,
                                              .shown = person->name.shown,
                                              .folded = person->name.folded,
                                              .account = person->account,
                                              .is_shown = person->is_shown});
    }
    for (uint32_t i = 0; i < state.rule_count; i++) {
        req->rule(req, &state.rules[i].rule, state.rules[i].is_off);
    }
    fake_bus_state_fini(&state);
}

static enum bus_answer bus_enter(struct bus *bus, struct bus_enter *req)
{
    struct fake_process *p = of_bus(bus);

    if (p->is_cut) {
        return BUS_FAILED;
    }
    if (p->fake->may_be_quick && fake_rnd(4) == 0) {
        answer_enter(p, req);
        return BUS_DONE;
    }
    assert_true(p->enter_count < WAITING);
    p->enters[p->enter_count++] = req;
    return BUS_LATER;
}

static void forget_enter(struct fake_process *p, uint32_t i)
{
    p->enter_count--;
    memmove(&p->enters[i], &p->enters[i + 1], (p->enter_count - i) * sizeof(p->enters[0]));
}

static void bus_cancel(struct bus *bus, struct bus_enter *req)
{
    struct fake_process *p = of_bus(bus);
    uint32_t i = 0;

    while (i < p->enter_count && p->enters[i] != req) {
        i++;
    }
    assert_true(i < p->enter_count);
    forget_enter(p, i);
}

static void bus_leave(struct bus *bus, const char *folded)
{
    struct entered *room = find_room(of_bus(bus), folded);

    assert_non_null(room);
    free(room->folded);
    room->folded = NULL;
}

static void bus_free(struct bus *bus)
{
    struct fake_process *p = of_bus(bus);

    assert_int_equal(p->enter_count, 0);
    for (int i = 0; i < ROOMS; i++) {
        assert_null(p->rooms[i].folded);
    }
    p->has_bus = false;
}

static const struct bus_ops bus_ops = {
    .publish = bus_publish,
    .enter = bus_enter,
    .cancel = bus_cancel,
    .leave = bus_leave,
    .free = bus_free,
};

/* ---- the directory of one process ---- */

static struct fake_process *of_directory(struct directory *dir)
{
    return CONTAINER_OF(dir, struct fake_process, dir);
}

static struct held_name *find_name(const struct fake_bus *fake, const char *folded)
{
    for (int i = 0; i < NAMES; i++) {
        if (fake->names[i].folded != NULL && strcmp(fake->names[i].folded, folded) == 0) {
            return (struct held_name *)&fake->names[i];
        }
    }
    return NULL;
}

static struct held_name *get_name(struct fake_bus *fake, const char *folded)
{
    struct held_name *name = find_name(fake, folded);

    if (name == NULL) {
        name = fake->names;
        while (name->folded != NULL) {
            name++;
            assert_true(name < fake->names + NAMES);
        }
        *name = (struct held_name){.folded = mem_strdup(folded)};
    }
    return name;
}

static void forget_if_free(struct held_name *name)
{
    if (name->holder == 0 && name->loser == 0) {
        free(name->folded);
        name->folded = NULL;
    }
}

/* A process that has not learnt yet that it has lost a name can have no other one of it. */
static enum directory_answer answer_claim(struct fake_process *p, const char *folded)
{
    struct held_name *name = get_name(p->fake, folded);

    if (name->holder != 0 || name->loser == p->number) {
        assert_true(name->holder != p->number); /* it knows what it has */
        return DIRECTORY_TAKEN;
    }
    name->holder = p->number;
    return DIRECTORY_GRANTED;
}

static enum directory_answer directory_claim(struct directory *dir, struct directory_request *req)
{
    struct fake_process *p = of_directory(dir);

    if (p->fake->may_be_quick && fake_rnd(4) == 0) {
        return answer_claim(p, req->folded);
    }
    assert_true(p->claim_count < WAITING);
    p->claims[p->claim_count++] = req;
    return DIRECTORY_LATER;
}

static void forget_claim(struct fake_process *p, uint32_t i)
{
    p->claim_count--;
    memmove(&p->claims[i], &p->claims[i + 1], (p->claim_count - i) * sizeof(p->claims[0]));
}

static void directory_cancel(struct directory *dir, struct directory_request *req)
{
    struct fake_process *p = of_directory(dir);
    uint32_t i = 0;

    while (i < p->claim_count && p->claims[i] != req) {
        i++;
    }
    assert_true(i < p->claim_count);
    forget_claim(p, i);
}

static void directory_release(struct directory *dir, const char *folded)
{
    struct fake_process *p = of_directory(dir);
    struct held_name *name = find_name(p->fake, folded);

    assert_non_null(name);
    assert_true(name->holder == p->number || name->loser == p->number);
    if (name->loser == p->number) {
        name->loser = 0;
    } else {
        name->holder = 0;
    }
    forget_if_free(name);
}

static void directory_free(struct directory *dir)
{
    struct fake_process *p = of_directory(dir);

    assert_int_equal(p->claim_count, 0);
    for (int i = 0; i < NAMES; i++) {
        const struct held_name *name = &p->fake->names[i];

        assert_true(name->folded == NULL || (name->holder != p->number && name->loser != p->number));
    }
    p->has_directory = false;
}

static const struct directory_ops directory_ops = {
    .claim = directory_claim,
    .cancel = directory_cancel,
    .release = directory_release,
    .free = directory_free,
};

/* ---- what happens by chance ---- */

static void answer_one_enter(struct fake_process *p)
{
    uint32_t i = fake_rnd(p->enter_count);
    struct bus_enter *req = p->enters[i];

    forget_enter(p, i);
    answer_enter(p, req);
    req->done(req, BUS_DONE);
}

static void answer_one_claim(struct fake_process *p)
{
    uint32_t i = fake_rnd(p->claim_count);
    struct directory_request *req = p->claims[i];

    forget_claim(p, i);
    req->done(req, answer_claim(p, req->folded));
}

static struct held_name *lost_name(const struct fake_process *p)
{
    for (int i = 0; i < NAMES; i++) {
        if (p->fake->names[i].folded != NULL && p->fake->names[i].loser == p->number) {
            return (struct held_name *)&p->fake->names[i];
        }
    }
    return NULL;
}

/* Told again and again, until it is released; a process that is about to do that has other things to do. */
static void tell_lost(struct fake_process *p, const struct held_name *name)
{
    char *folded = mem_strdup(name->folded);

    p->dir.events->lost(p->dir.ctx, folded);
    free(folded);
}

typedef void act_fn(struct fake_process *p);

static bool step(struct fake_process *p)
{
    bool can[] = {!p->is_cut && p->out_count > 0, !p->is_cut && p->cursor < p->fake->count,
                  !p->is_cut && p->enter_count > 0, p->claim_count > 0};
    static act_fn *const acts[] = {take_in, give, answer_one_enter, answer_one_claim};
    const struct held_name *lost = p->has_directory ? lost_name(p) : NULL;
    uint32_t first = fake_rnd(4);

    if (p->is_full && !p->is_cut && fake_rnd(8) == 0) {
        p->is_full = false;
        p->bus.events->state(p->bus.ctx, true);
        return true;
    }

    for (uint32_t i = 0; i < 4; i++) {
        uint32_t act = (first + i) % 4;

        if (can[act]) {
            acts[act](p);
            return true;
        }
    }
    if (lost != NULL && !p->is_cut) {
        tell_lost(p, lost);
        return true;
    }
    return p->is_full && !p->is_cut;
}

bool fake_bus_step(struct fake_bus *fake)
{
    uint32_t first = fake_rnd(FAKE_BUS_PROCESSES);

    for (uint32_t i = 0; i < FAKE_BUS_PROCESSES; i++) {
        struct fake_process *p = &fake->processes[(first + i) % FAKE_BUS_PROCESSES];

        if (p->has_bus && p->bus.events != NULL && step(p)) {
            return true;
        }
    }
    return false;
}

void fake_bus_settle(struct fake_bus *fake)
{
    for (uint32_t i = 0; fake_bus_step(fake); i++) {
        assert_true(i < 1000000); /* it comes to rest */
    }
}

void fake_bus_may_be_quick(struct fake_bus *fake, bool may)
{
    fake->may_be_quick = may;
}

void fake_bus_may_be_full(struct fake_bus *fake, bool may)
{
    fake->may_be_full = may;
}

/* ---- cuts ---- */

void fake_bus_cut(struct fake_bus *fake, uint32_t process)
{
    struct fake_process *p = process_of(fake, process);

    p->is_cut = true;
    while (p->enter_count > 0) {
        struct bus_enter *req = p->enters[0];

        forget_enter(p, 0);
        req->done(req, BUS_FAILED);
    }
    p->bus.events->state(p->bus.ctx, false);
}

bool fake_bus_is_cut(const struct fake_bus *fake, uint32_t process)
{
    return process_of(fake, process)->is_cut;
}

void fake_bus_take_for_gone(struct fake_bus *fake, uint32_t process)
{
    assert_true(process_of(fake, process)->is_cut);
    add_entry(fake, NULL, process);
}

void fake_bus_join(struct fake_bus *fake, uint32_t process)
{
    struct fake_process *p = process_of(fake, process);

    p->is_cut = p->is_full = false;
    p->bus.events->state(p->bus.ctx, true);
}

bool fake_bus_lose_a_name(struct fake_bus *fake, uint32_t process)
{
    uint32_t first = fake_rnd(NAMES);

    for (uint32_t i = 0; i < NAMES; i++) {
        struct held_name *name = &fake->names[(first + i) % NAMES];

        if (name->folded != NULL && name->holder == process && name->loser == 0) {
            name->holder = 0;
            name->loser = process;
            return true;
        }
    }
    return false;
}

uint32_t fake_bus_holder(const struct fake_bus *fake, const char *folded)
{
    const struct held_name *name = find_name(fake, folded);

    return name != NULL ? name->holder : 0;
}

/* ---- the whole ---- */

uint32_t fake_bus_count(const struct fake_bus *fake)
{
    return fake->count;
}

const struct fake_bus_entry *fake_bus_at(const struct fake_bus *fake, uint32_t index)
{
    assert_true(index < fake->count);
    return &fake->entries[index];
}

uint32_t fake_bus_cursor(const struct fake_bus *fake, uint32_t process)
{
    return process_of(fake, process)->cursor;
}

uint32_t fake_bus_entered_at(const struct fake_bus *fake, uint32_t process, const char *folded)
{
    const struct entered *room = find_room(process_of(fake, process), folded);

    return room != NULL ? room->from : UINT32_MAX;
}

struct fake_bus *fake_bus_new(struct clock *clock, fake_bus_given_fn *given, void *ctx)
{
    struct fake_bus *fake = mem_zalloc(sizeof(*fake));

    fake->clock = clock;
    fake->given = given;
    fake->ctx = ctx;
    for (uint32_t i = 0; i < FAKE_BUS_PROCESSES; i++) {
        struct fake_process *p = &fake->processes[i];

        p->fake = fake;
        p->number = i + 1;
        p->bus = (struct bus){.ops = &bus_ops, .process = i + 1};
        p->dir = (struct directory){.ops = &directory_ops};
    }
    return fake;
}

struct bus *fake_bus_of(struct fake_bus *fake, uint32_t process)
{
    process_of(fake, process)->has_bus = true;
    return &process_of(fake, process)->bus;
}

struct directory *fake_bus_directory(struct fake_bus *fake, uint32_t process)
{
    process_of(fake, process)->has_directory = true;
    return &process_of(fake, process)->dir;
}

void fake_bus_end(struct fake_bus *fake)
{
    for (uint32_t i = 0; i < FAKE_BUS_PROCESSES; i++) {
        struct fake_process *p = &fake->processes[i];

        assert_false(p->has_bus || p->has_directory);
        while (p->out_count > 0) {
            message_unref(p->out[--p->out_count]);
        }
    }
    for (uint32_t i = 0; i < fake->count; i++) {
        if (fake->entries[i].m != NULL) {
            message_unref(fake->entries[i].m);
        }
    }
    for (int i = 0; i < NAMES; i++) {
        free(fake->names[i].folded);
    }
    free(fake);
}
