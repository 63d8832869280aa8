/* session/verbs_order.c: order in rooms: roles, bans, mutes, invitations, modes, and reports.
 *
 * The chat decides (chat/acts.h); here it is told. */
#include "config.h"

#include "session/verbs.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/span.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "chat/acts.h"
#include "chat/audit.h"
#include "chat/modes.h"
#include "chat/owners.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "chat/rules.h"
#include "session/answer.h"
#include "session/await.h"
#include "session/find.h"
#include "session/sanction.h"

#include <stdlib.h>
#include <string.h>

/* ---- refusals ---- */

/* Who has at least this rank. */
static const char *holders(enum rank rank)
{
    return rank <= RANK_VOICED     ? "voiced members, operators and the owner"
           : rank == RANK_OPERATOR ? "operators and the owner"
                                   : "the owner";
}

/* False for a room that nobody has made with an account, or whose owner's account has ended. */
static bool has_owner(const struct session *s, const char *name)
{
    char *folded = name_fold(name, strlen(name));
    const struct room *room = folded != NULL ? rooms_find(s->env->chat, folded) : NULL;
    const struct rules *rules = room != NULL ? room->rules : NULL;
    const struct rule *rule = NULL;

    free(folded);
    while ((rule = rules_next(rules, RULE_ROLE, rule, 0)) != NULL &&
           rank_of_name(rule->value) != RANK_OWNER) {
    }
    return rule != NULL;
}

static void tell_no_right(struct session *s, enum rank needed, const char *room)
{
    if (needed < RANK_ADMIN && !has_owner(s, room)) {
        session_reply(s, REPLY(REPLY_NO_RIGHT_NO_OWNER, .room = room, .needed = rank_name(needed)));
    } else if (needed == RANK_NOBODY) {
        session_reply(s, REPLY(REPLY_NO_RIGHT_ON_ADMIN, .room = room, .needed = rank_name(needed)));
    } else if (needed == RANK_ADMIN) {
        session_reply(s, REPLY(REPLY_NO_RIGHT_ADMIN, .room = room, .needed = rank_name(needed)));
    } else {
        session_reply(s, REPLY(REPLY_NO_RIGHT, .room = room, .needed = rank_name(needed), .why = holders(needed)));
    }
}

bool verbs_tell_refusal(struct session *s, enum chat_result result, const char *room)
{
    const struct chat_refusal *refusal = &s->env->chat->refusal;
    const char *why = refusal->why != NULL && refusal->why[0] != '\0' ? refusal->why : NULL;

    switch (result) {
    case CHAT_NO_RIGHT:
        tell_no_right(s, refusal->needed, room);
        break;
    case CHAT_NAME_REGISTERED:
        session_reply(s, REPLY(REPLY_NAME_NOT_YOURS, .name = person_shown_name(s->self.person)));
        break;
    case CHAT_BANNED:
        session_reply(s, REPLY(REPLY_BANNED, .room = room, .until = refusal->until_ms, .reason = why));
        break;
    case CHAT_MUTED:
        session_reply(s, REPLY(REPLY_MUTED, .room = room, .until = refusal->until_ms, .reason = why));
        break;
    case CHAT_NO_GUESTS:
        session_reply(s, REPLY(REPLY_NO_GUESTS, .room = room));
        break;
    case CHAT_INVITE_ONLY:
        session_reply(s, REPLY(REPLY_INVITE_ONLY, .room = room));
        break;
    case CHAT_NEEDS_KEY:
        session_reply(s, REPLY(REPLY_NEEDS_KEY, .room = room));
        break;
    case CHAT_ROOM_FULL:
        session_reply(s, REPLY(REPLY_ROOM_FULL, .room = room, .limit = refusal->limit));
        break;
    case CHAT_MODERATED:
        session_reply(s, REPLY(REPLY_MODERATED, .room = room));
        break;
    case CHAT_SLOW:
        session_reply(s, REPLY(REPLY_SLOW, .room = room, .remaining = refusal->wait_s));
        break;
    case CHAT_SETTLING:
        session_reply(s, REPLY(REPLY_SETTLING, .room = room, .remaining = refusal->wait_s));
        break;
    default:
        return sanction_tell(s, result);
    }
    return true;
}

/* ---- an act and its result ---- */

/* What an act is about, as one string that outlives the wait for it: names, a rank's, a mode's, and rooms' names hold
 * no blank. */
struct order {
    char *what, *room;
    int64_t until_ms;
};

static char *order_text(const char *what, const struct room *room, int64_t until_ms)
{
    struct strbuf text = {0};

    strbuf_addf(&text, "%s %s %lld", what, room->name.shown, (long long)until_ms);
    return strbuf_take(&text);
}

static struct order order_read(char *text)
{
    struct order order = {.what = text};
    char *end = strchr(text, ' ');

    *end++ = '\0';
    order.room = end;
    end = strchr(end, ' ');
    *end++ = '\0';
    order.until_ms = strtoll(end, NULL, 10);
    return order;
}

static void tell_failed(struct session *s, enum chat_result result, const struct order *order)
{
    uint32_t limit = s->env->chat->refusal.limit;

    if (verbs_tell_refusal(s, result, order->room)) {
        return;
    }
    switch (result) {
    case CHAT_ONESELF:
        session_reply(s, REPLY(REPLY_ORDER_SELF, .name = order->what));
        break;
    case CHAT_NO_SUCH_PERSON:
        session_reply(s, REPLY(REPLY_ORDER_NOBODY, .name = order->what));
        break;
    case CHAT_NEEDS_ACCOUNT:
        session_reply(s, REPLY(REPLY_NEEDS_ACCOUNT, .name = order->what));
        break;
    case CHAT_NOT_THERE:
        session_reply(s, REPLY(REPLY_NOT_THERE, .name = order->what, .room = order->room));
        break;
    case CHAT_ALREADY:
        session_reply(s, REPLY(REPLY_ORDER_ALREADY, .name = order->what, .room = order->room));
        break;
    case CHAT_NO_SUCH_RULE:
        session_reply(s, REPLY(REPLY_NO_SUCH_RULE, .name = order->what, .room = order->room));
        break;
    case CHAT_TOO_MANY_RULES:
        session_reply(s, REPLY(REPLY_TOO_MANY_RULES, .room = order->room, .limit = limit));
        break;
    case CHAT_OWNS_TOO_MANY:
        session_reply(s, REPLY(REPLY_OWNS_TOO_MANY, .name = order->what, .limit = limit));
        break;
    case CHAT_BAD_VALUE:
        session_reply(s, REPLY(REPLY_BAD_NETWORK, .value = order->what));
        break;
    default:
        session_reply(s, REPLY(REPLY_ORDER_UNAVAILABLE));
    }
}

/* What is told of an act that has worked; the other fields follow from it. */
static enum verb_result tell_order(struct session *s, enum chat_result result, const char *about, enum reply_kind kind,
                                   const char *act, bool is_on, const char *rank)
{
    char *text = mem_strdup(about);
    struct order order = order_read(text);

    if (result == CHAT_OK) {
        session_reply(s, &(struct reply){.kind = kind,
                                         .name = order.what,
                                         .room = order.room,
                                         .act = act,
                                         .on = is_on,
                                         .rank = rank,
                                         .until = order.until_ms});
    } else {
        tell_failed(s, result, &order);
    }
    free(text);
    return result == CHAT_OK ? VERB_DONE : VERB_REFUSED;
}

/* The await_tell_fn of each act. */
#define ORDER_TELL(name, ...)                                                                                  \
    static enum verb_result tell_##name(struct session *s, enum chat_result result, struct room *room,                 \
                                        const char *about, session_then_fn *then)                                      \
    {                                                                                                                  \
        (void)room;                                                                                                    \
        (void)then;                                                                                                    \
        return tell_order(s, result, about, __VA_ARGS__);                                                              \
    }
ORDER_TELL(voiced, REPLY_ROLE_VOICED, NULL, false, "voiced")
ORDER_TELL(operator, REPLY_ROLE_OPERATOR, NULL, false, "operator")
ORDER_TELL(owner, REPLY_ROLE_OWNER, NULL, false, "owner")
ORDER_TELL(plain, REPLY_ROLE_TAKEN, NULL, false, "member")
ORDER_TELL(kicked, REPLY_KICKED, NULL, false, NULL)
ORDER_TELL(banned, REPLY_BAN_SET, "ban", true, NULL)
ORDER_TELL(muted, REPLY_MUTE_SET, "mute", true, NULL)
ORDER_TELL(invited, REPLY_INVITE_SET, "invite", true, NULL)
ORDER_TELL(unbanned, REPLY_BAN_ENDED, "ban", false, NULL)
ORDER_TELL(unmuted, REPLY_MUTE_ENDED, "mute", false, NULL)
ORDER_TELL(uninvited, REPLY_INVITE_ENDED, "invite", false, NULL)
#undef ORDER_TELL

/* The label is what the person is called, which need not be what was typed. */
static enum verb_result await_order(struct session *s, enum chat_result result, const struct room *room,
                                    const char *who, int64_t until_ms, await_tell_fn *tell, session_then_fn *then)
{
    bool has_failed = result != CHAT_OK && result != CHAT_LATER;
    char *about = order_text(has_failed ? who : acts_label(s->env->chat), room, until_ms);
    enum verb_result told = await_result(s, result, NULL, about, tell, then);

    free(about);
    return told;
}

/* ---- roles ---- */

enum verb_result verbs_give_role(struct session *s, const char *word, const char *who, enum rank role,
                                 session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);

    if (room == NULL) {
        return VERB_REFUSED;
    }
    return await_order(s, acts_give_role(&s->self, room, who, role, await_done, s), room, who, 0,
                       role == RANK_OWNER      ? tell_owner
                       : role == RANK_OPERATOR ? tell_operator
                                               : tell_voiced,
                       then);
}

enum verb_result verbs_take_role(struct session *s, const char *word, const char *who, enum rank role,
                                 session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);

    if (room == NULL) {
        return VERB_REFUSED;
    }
    return await_order(s, acts_take_role(&s->self, room, who, role, await_done, s), room, who, 0, tell_plain, then);
}

/* ---- kicks, bans, mutes, invitations ---- */

/* Reasons are bounded as topics are. */
static bool is_short_enough(struct session *s, const char *why)
{
    uint32_t max = s->env->limits.topic_chars;

    if (text_chars(why, strlen(why)) > max) {
        session_reply(s, REPLY(REPLY_REASON_TOO_LONG, .limit = max));
        return false;
    }
    return true;
}

enum verb_result verbs_kick(struct session *s, const char *word, const char *who, const char *why,
                            session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);

    if (room == NULL || !is_short_enough(s, why)) {
        return VERB_REFUSED;
    }
    return await_order(s, acts_kick(&s->self, room, who, why, await_done, s), room, who, 0, tell_kicked, then);
}

/* Moves *text behind the time at its beginning, if there is one. */
static bool take_until(struct session *s, const char **text, int64_t *until_ms)
{
    int64_t span_ms;

    *until_ms = 0;
    switch (span_take(text, &span_ms)) {
    case SPAN_OK:
        *until_ms = clock_real_ms(s->env->clock) + span_ms;
        return true;
    case SPAN_TOO_LONG:
        session_reply(s, REPLY(REPLY_BAD_SPAN, .limit = SPAN_MOST_DAYS));
        return false;
    default:
        if (span_is_meant(*text)) { /* not the reason of something without an end */
            session_reply(s, REPLY(REPLY_BAD_SPAN, .limit = SPAN_MOST_DAYS));
            return false;
        }
        return true;
    }
}

enum verb_result verbs_set_rule(struct session *s, const char *word, enum rule_kind kind, const char *who,
                                const char *text, session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);
    int64_t until_ms;

    if (room == NULL || !take_until(s, &text, &until_ms) || !is_short_enough(s, text)) {
        return VERB_REFUSED;
    }
    return await_order(s, acts_set_rule(&s->self, room, kind, who, until_ms, text, await_done, s), room, who, until_ms,
                       kind == RULE_BAN    ? tell_banned
                       : kind == RULE_MUTE ? tell_muted
                                           : tell_invited,
                       then);
}

enum verb_result verbs_end_rule(struct session *s, const char *word, enum rule_kind kind, const char *who,
                                session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);

    if (room == NULL) {
        return VERB_REFUSED;
    }
    return await_order(s, acts_end_rule(&s->self, room, kind, who, await_done, s), room, who, 0,
                       kind == RULE_BAN    ? tell_unbanned
                       : kind == RULE_MUTE ? tell_unmuted
                                           : tell_uninvited,
                       then);
}

/* ---- the list of them ---- */

static const struct listed {
    enum rule_kind kind;
    const char *act;
} listed[] = {{RULE_BAN, "ban"}, {RULE_MUTE, "mute"}, {RULE_INVITE, "invite"}};

enum { LISTED = sizeof(listed) / sizeof(listed[0]) };

/* False when the reader's queue has no room for it.  The network is for administrators: it is somebody's address. */
static bool show_rule(struct session *s, const struct room *room, const char *act, const struct rule *rule,
                      bool is_admin)
{
    bool has_network = rule->who == RULE_WHO_NETWORK && is_admin && strcmp(rule->key, rule->label) != 0;

    return session_reply_if_fits(s, REPLY(REPLY_RULE, .room = room->name.shown, .act = act, .name = rule->label,
                                          .on = true, .network = has_network ? rule->key : NULL, .by = rule->by,
                                          .time = rule->time_ms, .until = rule->until_ms,
                                          .reason = rule->value[0] != '\0' ? rule->value : NULL));
}

enum verb_result verbs_show_rules(struct session *s, const char *word)
{
    struct room *room = find_room_or_current(s, word);
    int64_t now_ms = clock_real_ms(s->env->clock), count = 0, shown = 0;
    bool fits = true, is_admin;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (rights_may(room, s->self.person, RIGHTS_LOOK, RANK_MEMBER) != CHAT_OK) {
        (void)verbs_tell_refusal(s, CHAT_NO_RIGHT, room->name.shown);
        return VERB_REFUSED;
    }
    is_admin = rights_rank(room, s->self.person) == RANK_ADMIN;
    for (size_t i = 0; i < LISTED; i++) {
        const struct rule *rule = NULL;

        while ((rule = rules_next(room->rules, listed[i].kind, rule, now_ms)) != NULL) {
            fits = fits && show_rule(s, room, listed[i].act, rule, is_admin);
            count++;
            shown += fits;
        }
    }
    session_reply(s, REPLY(REPLY_RULES, .room = room->name.shown, .count = count));
    if (shown < count) {
        session_reply(s, REPLY(REPLY_OMITTED, .count = count - shown));
    }
    return VERB_DONE;
}

/* ---- modes ---- */

static void tell_no_such_mode(struct session *s, const char *name)
{
    session_reply(s, REPLY(REPLY_NO_SUCH_MODE, .mode = name, .near = modes_nearest(name)));
}

/* False when the reader's queue has no room for it. */
static bool show_mode(struct session *s, const struct room *room, enum mode mode)
{
    const struct mode_row *row = modes_row(mode);
    const char *value = rules_mode(room->rules, mode);
    bool is_shown = row->type != MODE_FLAG &&
                    (!row->is_secret || rights_rank(room, s->self.person) >= row->needs);

    return session_reply_if_fits(s, REPLY(REPLY_MODE, .room = room->name.shown, .mode = row->name,
                                          .on = value != NULL, .value = is_shown ? value : NULL, .help = row->help));
}

enum verb_result verbs_show_modes(struct session *s, const char *word, const char *name)
{
    struct room *room = find_room_or_current(s, word);
    enum mode mode = name != NULL ? modes_find(name) : MODES;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (name != NULL && mode == MODES) {
        tell_no_such_mode(s, name);
        return VERB_REFUSED;
    }
    if (name != NULL) {
        (void)show_mode(s, room, mode);
        return VERB_DONE;
    }
    for (mode = 0; mode < MODES && show_mode(s, room, mode); mode++) {
    }
    if (mode < MODES) {
        session_reply(s, REPLY(REPLY_OMITTED, .count = (int64_t)(MODES - mode)));
    }
    return VERB_DONE;
}

static enum verb_result tell_mode_set(struct session *s, enum chat_result result, struct room *room, const char *about,
                                      session_then_fn *then)
{
    char *text = mem_strdup(about);
    struct order order = order_read(text);
    enum mode mode = modes_find(order.what);
    enum verb_result told = VERB_DONE;

    (void)then;
    if (result == CHAT_OK && room != NULL) {
        (void)show_mode(s, room, mode);
    } else if (result == CHAT_NO_SUCH_MODE) {
        tell_no_such_mode(s, order.what);
        told = VERB_REFUSED;
    } else if (result == CHAT_BAD_VALUE) {
        const struct mode_row *row = modes_row(mode);

        session_reply(s, REPLY(row->type == MODE_FLAG ? REPLY_BAD_MODE_FLAG
                               : row->type == MODE_NUMBER ? REPLY_BAD_MODE_NUMBER : REPLY_BAD_MODE_TEXT,
                               .mode = row->name, .least = row->min, .limit = row->max));
        told = VERB_REFUSED;
    } else if (result == CHAT_ALREADY) {
        session_reply(s, REPLY(REPLY_MODE_ALREADY, .room = order.room, .mode = order.what));
        told = VERB_REFUSED;
    } else if (result != CHAT_OK) {
        tell_failed(s, result, &order);
        told = VERB_REFUSED;
    }
    free(text);
    return told;
}

enum verb_result verbs_set_mode(struct session *s, const char *word, const char *mode, const char *value,
                                session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);
    enum verb_result told;
    char *about;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    about = order_text(mode, room, 0);
    told = await_result(s, acts_set_mode(&s->self, room, mode, value, await_done, s), room, about, tell_mode_set, then);
    free(about);
    return told;
}

/* ---- reports ---- */

enum verb_result verbs_report(struct session *s, const char *name, const char *why)
{
    const struct person *about = find_person(s, name);
    struct strbuf text = {0};

    if (about == NULL || !is_short_enough(s, why)) {
        return VERB_REFUSED;
    }
    if (person_grace(s->self.person) != NULL) { /* it could be anybody's word */
        session_reply(s, REPLY(REPLY_NAME_NOT_YOURS, .name = person_shown_name(s->self.person)));
        return VERB_REFUSED;
    }
    strbuf_addf(&text, "%s reports %s: %s", person_shown_name(s->self.person), person_shown_name(about), why);
    rights_tell(s->env->chat, s->current, text.data, text.len);
    if (s->current != NULL) { /* everybody may report: entries without a room are for those with rights */
        audit_note(s->env->chat, &(struct audit_entry){.act = "report",
                                                       .by = owners_trail_name(s->self.person),
                                                       .whom = owners_trail_name(about),
                                                       .room = s->current->name.shown,
                                                       .why = why});
    }
    strbuf_fini(&text);
    session_note(s, "person reported", s->current != NULL ? s->current->name.shown : NULL);
    session_reply(s, REPLY(REPLY_REPORTED, .name = person_shown_name(about)));
    return VERB_DONE;
}
