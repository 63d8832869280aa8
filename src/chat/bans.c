/* chat/bans.c: asks and changes the list, keeps what changes, and lets entries end. */
#include "config.h"

#include "chat/bans.h"

#include "base/container.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/timeq.h"
#include "chat/audit.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"
#include "chat/port_bans.h"
#include "chat/port_store.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
    REASON_BYTES = 400,
    LOOK_MS = 60000, /* the longest wait for an end: the clock of the system may be set meanwhile */
};

struct bans {
    struct chat *chat;
    struct ban_list list;
    struct timeq expiring; /* has the node while an entry will end */
    struct timeq_node node;
    void (*changed)(void *ctx, enum ban_act act); /* NULL: nobody listens */
    void *ctx;
};

/* ---- asking ---- */

const struct ban *bans_of_address(const struct chat *chat, enum ban_act act, const struct cidr *address)
{
    return ban_list_find_net(&chat->bans->list, act, address, chat_now_ms(chat));
}

const struct ban *bans_of_account(const struct chat *chat, enum ban_act act, int64_t account)
{
    const struct account *a = chat->ports.accounts != NULL
                                  ? chat->ports.accounts->ops->get(chat->ports.accounts, account)
                                  : NULL;

    return a == NULL || a->is_admin ? NULL : ban_list_find_account(&chat->bans->list, act, account, chat_now_ms(chat));
}

static const struct ban *of_name(const struct chat *chat, enum ban_act act, const struct name *name)
{
    if (chat->bans->list.acts[act].names == NULL && chat->bans->list.acts[act].patterns == NULL) {
        return NULL;
    }
    return name_is_reserved(name) ? NULL : ban_list_find_name(&chat->bans->list, act, name->folded, chat_now_ms(chat));
}

const struct ban *bans_on(const struct attachment *at, enum ban_act act)
{
    const struct person *person = at->person;
    const struct chat *chat = person->chat;
    const struct account *account;
    const struct ban *ban = NULL;
    struct sink *sink = (struct sink *)&at->sink;
    struct cidr address;

    if (chat->bans->list.acts[act].count == 0) {
        return NULL;
    }
    account = owners_account(person);
    if (account != NULL && account->is_admin) {
        return NULL;
    }
    if (owners_answering_id(person) != 0) {
        ban = bans_of_account(chat, act, owners_answering_id(person));
    }
    if (ban == NULL && person->has_name) {
        ban = of_name(chat, act, &person->name.name);
    }
    if (ban == NULL && sink->ops->address(sink, &address)) {
        ban = bans_of_address(chat, act, &address);
    }
    return ban;
}

const struct ban *bans_lockdown(const struct chat *chat)
{
    return ban_list_find_everybody(&chat->bans->list, BAN_LOCKDOWN, chat_now_ms(chat));
}

enum chat_result bans_may_enter(const struct attachment *by)
{
    return bans_lockdown(by->person->chat) != NULL && owners_account(by->person) == NULL ? CHAT_LOCKDOWN : CHAT_OK;
}

enum chat_result bans_may_speak(const struct attachment *by, bool to_admin)
{
    if (by->person->chat->bans->list.count == 0 || to_admin) {
        return CHAT_OK;
    }
    return bans_on(by, BAN_MUTE) != NULL ? CHAT_SERVER_MUTED : bans_may_enter(by);
}

enum chat_result bans_may_take(const struct attachment *by, const struct name *name)
{
    const struct chat *chat = by->person->chat;
    const struct account *account;

    if (chat->bans->list.count == 0) {
        return CHAT_OK;
    }
    account = owners_account(by->person);
    if (account != NULL && account->is_admin) {
        return CHAT_OK;
    }
    if (of_name(chat, BAN_BAN, name) != NULL) {
        return CHAT_NAME_BANNED;
    }
    return account != NULL && strcmp(account->folded, name->folded) == 0 ? CHAT_OK : bans_may_speak(by, false);
}

/* ---- showing ---- */

void bans_show(struct strbuf *out, const struct ban *ban)
{
    static const char *const prefixes[BAN_KINDS] = {
        [BAN_NETWORK] = "", [BAN_ACCOUNT] = "account=", [BAN_PATTERN] = "name=", [BAN_EVERYBODY] = "*"};
    char text[CIDR_TEXT_SIZE];

    strbuf_adds(out, prefixes[ban->kind]);
    if (ban->kind != BAN_NETWORK) {
        strbuf_adds(out, ban->label);
        return;
    }
    strbuf_adds(out, cidr_text(&ban->net, text));
    if (strcmp(ban->label, text) != 0 && ban->label[0] != '\0') {
        strbuf_addf(out, " (%s)", ban->label);
    }
}

void bans_explain(struct strbuf *out, const struct chat *chat, const struct ban *ban)
{
    char text[CLOCK_SHORT_SIZE];

    strbuf_adds(out, ban->reason);
    if (ban->until_ms != 0) {
        const char *until = clock_short(NULL, ban->until_ms, chat_now_ms(chat), text);

        strbuf_addf(out, ban->reason[0] != '\0' ? " (until %s)" : "until %s", until);
    }
}

/* ---- keeping ---- */

/* An act of an administrator.  until_ms is 0 if it is about no time. */
static void note(struct chat *chat, const char *act, const struct ban *ban, const char *by, const char *why,
                 int64_t until_ms)
{
    struct strbuf shown = {0};

    if (ban->kind != BAN_EVERYBODY) {
        bans_show(&shown, ban);
    }
    audit_note(chat, &(struct audit_entry){
                         .act = act, .by = by, .whom = strbuf_str(&shown), .why = why, .until_ms = until_ms});
    strbuf_fini(&shown);
}

static void log_end(const struct ban *ban)
{
    struct strbuf shown = {0};

    bans_show(&shown, ban);
    log_info("ban ended", LOG_STR("act", ban_list_act_name((enum ban_act)ban->act)),
             LOG_STR("whom", strbuf_str(&shown)), LOG_STR("by", ban->by));
    strbuf_fini(&shown);
}

static struct bans_row row_of(const struct ban *ban, const struct ban_target *target, char *buf)
{
    return (struct bans_row){.act = ban_list_act_name((enum ban_act)ban->act),
                             .kind = ban_list_kind_name((enum ban_kind)ban->kind),
                             .what = ban_list_target_text(target, buf),
                             .label = ban->label,
                             .reason = ban->reason,
                             .by = ban->by,
                             .created_ms = ban->created_ms,
                             .until_ms = ban->until_ms};
}

static void pass_on(const struct chat *chat, const struct ban *ban, bool is_kept)
{
    struct bans_store *store = chat->ports.bans;
    struct ban_target target = ban_list_target(ban);
    char buf[BAN_KEY_SIZE];
    struct bans_row row = row_of(ban, &target, buf);

    if (store != NULL) {
        (is_kept ? store->ops->keep : store->ops->drop)(store, &row);
    }
}

bool bans_are_kept(const struct chat *chat)
{
    return chat->ports.bans != NULL;
}

/* ---- ends ---- */

static void await_end(struct bans *bans)
{
    const struct heap_node *first = heap_first(&bans->list.due);
    int64_t wait_ms;

    if (first == NULL) {
        timeq_remove(&bans->node);
        return;
    }
    wait_ms = first->at - chat_now_ms(bans->chat);
    bans->expiring.wait_ms = wait_ms < 0 ? 0 : wait_ms < LOOK_MS ? (uint64_t)wait_ms : LOOK_MS;
    timeq_push(&bans->expiring, &bans->node, clock_ms(bans->chat->clock));
}

static void changed(const struct bans *bans, enum ban_act act)
{
    if (bans->changed != NULL) {
        bans->changed(bans->ctx, act);
    }
}

static void end(struct bans *bans, struct ban *ban)
{
    enum ban_act act = (enum ban_act)ban->act;

    pass_on(bans->chat, ban, false);
    ban_list_remove(&bans->list, ban);
    await_end(bans);
    if (act == BAN_LOCKDOWN) {
        changed(bans, act);
    }
}

static void expiring_due(struct timeq *q, struct timeq_node *node)
{
    struct bans *bans = q->ctx;
    const struct heap_node *first = heap_first(&bans->list.due);

    (void)node;
    if (first != NULL && first->at <= chat_now_ms(bans->chat)) {
        struct ban *ban = CONTAINER_OF(first, struct ban, expiry);

        log_end(ban);
        end(bans, ban);
    } else {
        await_end(bans);
    }
}

/* ---- changing ---- */

static struct ban *add(struct bans *bans, const struct ban_spec *spec)
{
    struct ban *ban = ban_list_add(&bans->list, spec);

    if (ban != NULL) {
        await_end(bans);
        changed(bans, spec->act);
    }
    return ban;
}

/* Whoever may use chatctl has it; in the chat, administrators. */
static bool has_right(const struct bans_wish *wish)
{
    return wish->attachment == NULL || owners_is_admin(wish->attachment->person);
}

/* An administrator is not to be hit, nor, by chance, the one who asks. */
static enum bans_answer judge(const struct chat *chat, const struct bans_wish *wish, const struct bans_what *what)
{
    struct sink *sink = wish->attachment != NULL ? (struct sink *)&wish->attachment->sink : NULL;
    const struct accounts *accounts = chat->ports.accounts;
    struct cidr own;

    if (wish->attachment != NULL && wish->attachment->person == what->person) {
        return BANS_HITS_SELF;
    }
    if (sink != NULL && what->target.kind == BAN_NETWORK && sink->ops->address(sink, &own) &&
        cidr_holds(&what->target.net, &own)) {
        return BANS_HITS_SELF;
    }
    if (what->target.kind == BAN_ACCOUNT && accounts->ops->get(accounts, what->target.account)->is_admin) {
        return BANS_HITS_ADMIN;
    }
    return BANS_DONE;
}

enum bans_answer bans_add(struct chat *chat, const struct bans_wish *wish, const struct ban **ban, struct strbuf *why)
{
    struct bans_what what = {.target.kind = BAN_EVERYBODY};
    enum bans_answer answer = BANS_DONE;
    char *reason = mem_strndup(wish->reason, text_cut(wish->reason, strlen(wish->reason), REASON_BYTES));

    *ban = NULL;
    if (!has_right(wish)) {
        answer = BANS_NO_RIGHT;
    } else if (wish->act != BAN_LOCKDOWN) {
        answer = bans_what_find(chat, wish->what, &what, why);
    }
    if (answer == BANS_DONE) {
        answer = judge(chat, wish, &what);
    }
    if (answer == BANS_DONE) {
        int64_t now_ms = chat_now_ms(chat);

        *ban = add(chat->bans, &(struct ban_spec){.act = wish->act,
                                                  .target = what.target,
                                                  .label = strbuf_str(&what.label),
                                                  .reason = reason,
                                                  .by = wish->by,
                                                  .created_ms = now_ms,
                                                  .until_ms = wish->for_ms != 0 ? now_ms + wish->for_ms : 0});
        answer = *ban != NULL ? BANS_DONE : BANS_FULL;
    }
    if (answer == BANS_DONE) {
        note(chat, ban_list_act_name(wish->act), *ban, wish->by, (*ban)->reason, (*ban)->until_ms);
        pass_on(chat, *ban, true);
    }
    free(reason);
    bans_what_fini(&what);
    return answer;
}

enum bans_answer bans_remove(struct chat *chat, const struct bans_wish *wish, struct strbuf *label, struct strbuf *why)
{
    static const char *const undone[BAN_ACTS] = {
        [BAN_BAN] = "unban", [BAN_MUTE] = "unmute", [BAN_LOCKDOWN] = "lockdown off"};
    struct ban *ban, *other = NULL;

    if (!has_right(wish)) {
        return BANS_NO_RIGHT;
    }
    if (wish->act == BAN_LOCKDOWN) {
        ban = chat->bans->list.acts[BAN_LOCKDOWN].everybody;
    } else {
        ban = bans_what_entry(chat, &chat->bans->list, wish->act, wish->what, &other, why);
    }
    if (ban == NULL) {
        if (other != NULL) {
            bans_show(label, other);
        }
        return BANS_NO_SUCH;
    }
    bans_show(label, ban);
    note(chat, undone[wish->act], ban, wish->by, NULL, 0);
    end(chat->bans, ban);
    return BANS_DONE;
}

void bans_forget_account(struct chat *chat, int64_t account)
{
    struct ban_target target = {.kind = BAN_ACCOUNT, .account = account};

    for (enum ban_act act = 0; act < BAN_ACTS; act++) {
        struct ban *ban = ban_list_get(&chat->bans->list, act, &target);

        if (ban != NULL) {
            end(chat->bans, ban);
        }
    }
}

struct ban_list *bans_list(const struct chat *chat)
{
    return &chat->bans->list;
}

/* ---- the start ---- */

/* Returns false if the row has another form than those that are kept: by an older chatd, or by hand. */
static bool read_target(const struct bans_row *row, struct ban_target *target)
{
    enum ban_kind kind = 0;
    char *end;

    while (kind < BAN_KINDS && strcmp(ban_list_kind_name(kind), row->kind) != 0) {
        kind++;
    }
    *target = (struct ban_target){.kind = kind, .folded = row->what};
    switch (kind) {
    case BAN_NETWORK:
        return cidr_parse(&target->net, row->what, NULL);
    case BAN_ACCOUNT:
        errno = 0;
        target->account = strtoll(row->what, &end, 10);
        return errno == 0 && *end == '\0' && target->account > 0;
    case BAN_PATTERN:
        return bans_what_is_pattern(row->what);
    default:
        return kind == BAN_EVERYBODY;
    }
}

static void row_read(void *ctx, const struct bans_row *row)
{
    struct bans *bans = ctx;
    struct ban_spec spec = {.label = row->label,
                            .reason = row->reason,
                            .by = row->by,
                            .created_ms = row->created_ms,
                            .until_ms = row->until_ms};

    while (spec.act < BAN_ACTS && strcmp(ban_list_act_name(spec.act), row->act) != 0) {
        spec.act++;
    }
    if (spec.act == BAN_ACTS || !read_target(row, &spec.target) ||
        (spec.target.kind == BAN_EVERYBODY) != (spec.act == BAN_LOCKDOWN)) {
        log_warn("ban not understood", LOG_STR("act", row->act), LOG_STR("whom", row->what));
    } else if (ban_list_get(&bans->list, spec.act, &spec.target) == NULL) { /* else it was replaced meanwhile */
        (void)add(bans, &spec);
    }
}

struct timeq *bans_timeq(const struct chat *chat)
{
    return &chat->bans->expiring;
}

void bans_listen(struct chat *chat, void (*listener)(void *ctx, enum ban_act act), void *ctx)
{
    chat->bans->changed = listener;
    chat->bans->ctx = ctx;
}

void bans_init(struct chat *chat)
{
    static const struct bans_events events = {.row = row_read};
    struct bans *bans = chat->bans = mem_zalloc(sizeof(*bans));

    bans->chat = chat;
    timeq_init(&bans->expiring, 0, expiring_due, bans);
    if (chat->ports.bans != NULL) {
        chat->ports.bans->ops->begin(chat->ports.bans, &events, bans);
    }
}

void bans_fini(struct chat *chat)
{
    timeq_remove(&chat->bans->node);
    ban_list_fini(&chat->bans->list);
    free(chat->bans);
    chat->bans = NULL;
}
