/* tests/unit/fake_store.c: a memory store whose answers the test holds back. */
#include "config.h"

#include "fake_store.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "fakes.h"
#include "store/store_memory.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_LINES = 4096 };

/* A read that waits, and its answer. */
struct fake_read {
    struct store_read *asked;
    struct store_read own;
    struct message *lines[MOST_LINES]; /* references */
    int count;
    struct fake_read *next;
};

static struct fake_store *store_of(struct store *store)
{
    return CONTAINER_OF(store, struct fake_store, store);
}

/* ---- lines ---- */

static enum store_fate store_append(struct store *store, const char *room_folded, struct message *m)
{
    struct fake_store *s = store_of(store);

    assert_true(m->id > 0);
    assert_string_equal(room_folded, m->room_folded);
    s->appended++;
    if (s->fate != STORE_REFUSED) {
        assert_int_equal(s->memory->ops->append(s->memory, room_folded, m), STORE_KEPT);
    }
    s->lines_waiting += s->fate == STORE_WAITS;
    s->last_id = m->id;
    return s->fate;
}

void fake_store_fill(struct fake_store *s, const char *room, int n)
{
    for (int i = 0; i < n; i++) {
        struct strbuf text = {0};
        struct message *m;

        strbuf_addf(&text, "old %d", i + 1);
        m = message_new(&(struct message_parts){.kind = MESSAGE_SAY,
                                                .time_ms = FAKE_REAL_MS,
                                                .room = room,
                                                .room_folded = room,
                                                .actor = "elder",
                                                .text = text.data,
                                                .text_len = text.len});
        m->id = ++s->last_id;
        assert_int_equal(s->memory->ops->append(s->memory, room, m), STORE_KEPT);
        message_unref(m);
        strbuf_fini(&text);
    }
}

void fake_store_keep(struct fake_store *s)
{
    s->lines_waiting = 0;
    s->store.events->kept(s->store.ctx, s->last_id);
}

void fake_store_lose(struct fake_store *s)
{
    uint64_t lines = s->lines_waiting;

    s->lines_waiting = 0;
    s->store.events->lost(s->store.ctx, lines);
}

void fake_store_tell(struct fake_store *s, const char *why)
{
    s->store.events->state(s->store.ctx, why);
}

/* ---- reads ---- */

static void keep_line(struct store_read *own, struct message *m)
{
    struct fake_read *read = CONTAINER_OF(own, struct fake_read, own);

    assert_true(read->count < MOST_LINES);
    read->lines[read->count++] = message_ref(m);
}

static void free_read(struct fake_read *read)
{
    while (read->count > 0) {
        message_unref(read->lines[--read->count]);
    }
    free(read);
}

static enum store_answer store_read(struct store *store, struct store_read *req)
{
    struct fake_store *s = store_of(store);
    struct fake_read **link = &s->waiting, *read;

    s->reads++;
    if (s->answer == STORE_DONE) {
        return s->memory->ops->read(s->memory, req);
    }
    if (s->answer == STORE_FAILED) {
        return STORE_FAILED;
    }
    read = mem_zalloc(sizeof(*read));
    read->asked = req;
    read->own = *req;
    read->own.line = keep_line;
    assert_int_equal(s->memory->ops->read(s->memory, &read->own), STORE_DONE);
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = read;
    return STORE_LATER;
}

void fake_store_done(struct fake_store *s, enum store_answer answer)
{
    struct fake_read *read = s->waiting;
    struct store_read *req;
    int given;

    if (read == NULL) {
        fail_msg("no read waits");
        return;
    }
    s->waiting = read->next;
    req = read->asked;
    assert_string_equal(req->room_folded, read->own.room_folded); /* the caller has not changed it */
    given = answer == STORE_DONE ? read->count : read->count / 2;
    for (int i = 0; i < given; i++) {
        req->line(req, read->lines[i]);
    }
    req->more = read->own.more;
    req->next = read->own.next;
    req->rest = read->own.rest;
    req->kept = read->own.kept;
    req->looked = read->own.looked;
    req->looked_lines = read->own.looked_lines;
    free_read(read);
    req->done(req, answer);
}

static void store_cancel(struct store *store, struct store_read *req)
{
    struct fake_store *s = store_of(store);

    for (struct fake_read **link = &s->waiting; *link != NULL; link = &(*link)->next) {
        struct fake_read *read = *link;

        if (read->asked == req) {
            *link = read->next;
            free_read(read);
            s->cancels++;
            return;
        }
    }
    fail_msg("cancelled a read that does not wait");
}

static void note_newest(struct store_read *req, struct message *m)
{
    *(const struct message **)req->store_data = m;
}

const struct message *fake_store_newest(struct fake_store *s, const char *room)
{
    const struct message *newest = NULL;
    struct store_read req = {.room_folded = room,
                             .max_lines = 1,
                             .max_bytes = UINT64_MAX,
                             .line = note_newest,
                             .store_data = &newest};

    s->memory->ops->read(s->memory, &req);
    return newest;
}

/* ---- topics ---- */

static enum store_fate store_set_topic(struct store *store, const struct store_topic *topic)
{
    struct fake_store *s = store_of(store);

    strbuf_addf(&s->topics, "#%s %s: %s\n", topic->room, topic->by, topic->text);
    return s->fate;
}

static void tell_topic(const struct fake_store *s, struct store_state *req)
{
    if (s->kept_topic != NULL) {
        req->topic(req, &(struct store_topic){.text = s->kept_topic, .by = "elder", .time_ms = FAKE_REAL_MS});
    }
}

static enum store_answer store_state(struct store *store, struct store_state *req)
{
    struct fake_store *s = store_of(store);

    if (s->is_late) {
        s->asked = req;
        return STORE_LATER;
    }
    tell_topic(s, req);
    return STORE_DONE;
}

void fake_store_answer_state(struct fake_store *s)
{
    struct store_state *req = s->asked;

    assert_non_null(req);
    s->asked = NULL;
    tell_topic(s, req);
    req->done(req, STORE_DONE);
}

static void store_cancel_state(struct store *store, struct store_state *req)
{
    struct fake_store *s = store_of(store);

    s->cancels++;
    if (s->asked == req) {
        s->asked = NULL;
    }
}

/* ---- rules ---- */

struct fake_rule {
    struct fake_rule *next;
    char *room, *folded;
    struct rule rule; /* with copies of its strings */
};

static void free_rule(struct fake_rule *kept)
{
    free(kept->room);
    free(kept->folded);
    free((char *)kept->rule.key);
    free((char *)kept->rule.label);
    free((char *)kept->rule.value);
    free((char *)kept->rule.by);
    free(kept);
}

static struct fake_rule **find_rule(struct fake_store *s, const char *folded, const struct rule *rule)
{
    struct fake_rule **link = &s->rules;

    while (*link != NULL && (strcmp((*link)->folded, folded) != 0 || (*link)->rule.kind != rule->kind ||
                             (*link)->rule.who != rule->who || strcmp((*link)->rule.key, rule->key) != 0)) {
        link = &(*link)->next;
    }
    return link;
}

static enum store_fate store_set_rule(struct store *store, const char *room, const char *room_folded,
                                      const struct rule *rule, bool is_off)
{
    struct fake_store *s = store_of(store);
    struct fake_rule **link = find_rule(s, room_folded, rule), *kept = *link;

    assert_true(rule->who != RULE_WHO_PERSON);
    if (kept != NULL) {
        *link = kept->next;
        free_rule(kept);
    }
    if (is_off) {
        return s->fate;
    }
    kept = mem_zalloc(sizeof(*kept));
    kept->room = mem_strdup(room);
    kept->folded = mem_strdup(room_folded);
    kept->rule = *rule;
    kept->rule.key = mem_strdup(rule->key);
    kept->rule.label = mem_strdup(rule->label);
    kept->rule.value = mem_strdup(rule->value);
    kept->rule.by = mem_strdup(rule->by);
    for (link = &s->rules; *link != NULL; link = &(*link)->next) {
    }
    *link = kept;
    return s->fate;
}

static enum store_fate store_end_rules(struct store *store, const char *room_folded, bool with_lines)
{
    struct fake_store *s = store_of(store);
    struct fake_rule **link = &s->rules;

    while (*link != NULL) {
        struct fake_rule *kept = *link;

        if (strcmp(kept->folded, room_folded) == 0) {
            *link = kept->next;
            free_rule(kept);
        } else {
            link = &kept->next;
        }
    }
    strbuf_addf(&s->ended, "#%s%s ", room_folded, with_lines ? "!" : "");
    return s->fate;
}

static void tell_rules(const struct fake_store *s, struct store_rules *req)
{
    for (const struct fake_rule *kept = s->rules; kept != NULL; kept = kept->next) {
        req->rule(req, kept->room, kept->folded, &kept->rule);
    }
}

static enum store_answer store_read_rules(struct store *store, struct store_rules *req)
{
    struct fake_store *s = store_of(store);

    if (s->rules_answer == STORE_DONE) {
        tell_rules(s, req);
    } else if (s->rules_answer == STORE_LATER) {
        s->rules_asked = req;
    }
    return s->rules_answer;
}

void fake_store_answer_rules(struct fake_store *s, enum store_answer answer)
{
    struct store_rules *req = s->rules_asked;

    assert_non_null(req);
    s->rules_asked = NULL;
    if (answer == STORE_DONE) {
        tell_rules(s, req);
    }
    req->done(req, answer);
}

static void store_cancel_rules(struct store *store, struct store_rules *req)
{
    struct fake_store *s = store_of(store);

    assert_ptr_equal(s->rules_asked, req);
    s->rules_asked = NULL;
}

const char *fake_store_rules(struct fake_store *s, const char *room)
{
    static const char *const kinds[RULE_KINDS] = {"none", "mode", "role", "ban", "mute", "invite"};
    static const char *const whos[] = {"", "account ", "network ", "person "};

    strbuf_reset(&s->shown_rules);
    for (const struct fake_rule *kept = s->rules; kept != NULL; kept = kept->next) {
        const struct rule *rule = &kept->rule;

        if (strcmp(kept->folded, room) == 0) {
            strbuf_addf(&s->shown_rules, "%s %s%s%s%s %s\n", kinds[rule->kind],
                        rule->kind == RULE_ROLE ? "" : whos[rule->who], rule->key,
                        rule->kind == RULE_MODE ? "" : " ", rule->kind == RULE_MODE ? "" : rule->label, rule->value);
        }
    }
    return strbuf_str(&s->shown_rules);
}

/* ---- the rest ---- */

static enum store_fate store_audit(struct store *store, const struct audit_entry *entry)
{
    struct fake_store *s = store_of(store);

    assert_true(entry->time_ms != 0);
    strbuf_addf(&s->audits, "%s %s %s #%s: %s\n", entry->act, entry->by, entry->whom, entry->room, entry->why);
    return s->fate;
}

static enum store_fate store_erase(struct store *store, const char *room_folded, uint64_t id)
{
    struct fake_store *s = store_of(store);

    s->erased = id;
    if (s->fate != STORE_REFUSED) {
        s->memory->ops->erase(s->memory, room_folded, id);
    }
    return s->fate;
}

static uint64_t store_count(const struct store *store, const char *room_folded)
{
    const struct fake_store *s = CONTAINER_OF(store, const struct fake_store, store);

    return s->memory->ops->count(s->memory, room_folded);
}

uint64_t fake_store_count(const struct fake_store *s, const char *room)
{
    return store_count(&s->store, room);
}

static void store_forget(struct store *store, const char *room_folded)
{
    (void)room_folded; /* the lines stay */
    store_of(store)->forgotten++;
}

static uint64_t store_end(struct store *store, unsigned deadline_ms)
{
    struct fake_store *s = store_of(store);
    uint64_t lost = s->lines_waiting;

    assert_null(s->waiting);
    assert_null(store->events);
    assert_null(s->asked);
    s->memory->ops->end(s->memory, deadline_ms);
    strbuf_fini(&s->topics);
    strbuf_fini(&s->audits);
    assert_null(s->rules_asked);
    while (s->rules != NULL) {
        struct fake_rule *kept = s->rules;

        s->rules = kept->next;
        free_rule(kept);
    }
    strbuf_fini(&s->shown_rules);
    strbuf_fini(&s->ended);
    free(s);
    return lost;
}

static const struct store_ops ops = {
    .append = store_append,
    .read = store_read,
    .cancel = store_cancel,
    .set_topic = store_set_topic,
    .state = store_state,
    .cancel_state = store_cancel_state,
    .erase = store_erase,
    .audit = store_audit,
    .set_rule = store_set_rule,
    .end_rules = store_end_rules,
    .read_rules = store_read_rules,
    .cancel_rules = store_cancel_rules,
    .count = store_count,
    .forget = store_forget,
    .end = store_end,
};

struct fake_store *fake_store_new(uint32_t lines)
{
    struct rings_limits limits = {.lines = lines, .bytes = 1 << 20};
    struct fake_store *s = mem_zalloc(sizeof(*s));

    s->store.ops = &ops;
    s->store.keeps_audit = true;
    s->memory = store_memory_new(&limits);
    s->answer = s->rules_answer = STORE_DONE;
    s->fate = STORE_KEPT;
    return s;
}

void fake_store_end(struct fake_store *s)
{
    s->store.ops->end(&s->store, 0);
}
