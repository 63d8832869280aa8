/* session/verbs_order.c: order in rooms: roles, bans, mutes, invitations, and reports.
 *
 * The chat decides (chat/acts.h); here it is told. */
#include "config.h"

#include "chat/port_store.h"
#include "session/verbs.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "chat/acts.h"
#include "chat/audit.h"
#include "chat/owners.h"
#include "chat/rights.h"
#include "chat/rules.h"
#include "session/await.h"
#include "session/find.h"
#include "session/order.h"
#include "session/pages.h"
#include "session/refusal.h"

#include <stdlib.h>
#include <string.h>

/* ---- an act and its result ---- */

/* What is told of an act that has worked; the other fields follow from it. */
static enum verb_result tell_order(struct session *s, enum chat_result result, const char *about, enum reply_kind kind,
                                   const char *act, bool is_on, const char *rank)
{
    char *text = mem_strdup(about);
    struct order order = order_read(text);

    order.by_network = act != NULL && strcmp(act, "invite") != 0;
    order.is_role = rank != NULL;
    if (result == CHAT_OK) {
        session_reply(s, &(struct reply){.kind = kind,
                                         .name = order.what,
                                         .room = order.room,
                                         .act = act,
                                         .on = is_on,
                                         .rank = rank,
                                         .until = order.until_ms});
    } else {
        order_tell_failed(s, result, &order);
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

/* The label is what the person is called, which need not be what was typed; the end need not be what was asked for. */
static enum verb_result await_order(struct session *s, enum chat_result result, const struct room *room,
                                    const char *who, await_tell_fn *tell, session_then_fn *then)
{
    const struct chat *chat = s->env->chat;
    bool has_failed = result != CHAT_OK && result != CHAT_LATER;
    char *about = order_text(has_failed ? who : acts_label(chat), room, has_failed ? 0 : acts_until(chat));
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
    return await_order(s, acts_give_role(&s->self, room, who, role, await_done, s), room, who,
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
    return await_order(s, acts_take_role(&s->self, room, who, role, await_done, s), room, who, tell_plain, then);
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
    return await_order(s, acts_kick(&s->self, room, who, why, await_done, s), room, who, tell_kicked, then);
}

/* The time at the beginning of *text counts from now. */
static bool take_until(struct session *s, const char **text, int64_t *until_ms)
{
    int64_t span_ms;

    if (!order_take_span(s, text, &span_ms)) {
        return false;
    }
    *until_ms = span_ms != 0 ? clock_real_ms(s->env->clock) + span_ms : 0;
    return true;
}

enum verb_result verbs_set_rule(struct session *s, const char *word, enum rule_kind kind, const char *who,
                                const char *text, session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);
    int64_t until_ms;

    if (room == NULL || !take_until(s, &text, &until_ms) || !is_short_enough(s, text)) {
        return VERB_REFUSED;
    }
    return await_order(s, acts_set_rule(&s->self, room, kind, who, until_ms, text, await_done, s), room, who,
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
    return await_order(s, acts_end_rule(&s->self, room, kind, who, await_done, s), room, who,
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
                                          .reason = reply_or_none(rule->value)));
}

/* A rule is known by the act and whom it is about. */
static bool want_rule(struct pages *pages, const char *act, const struct rule *rule)
{
    struct strbuf key = {0};
    bool wanted;

    strbuf_addf(&key, "%s %d %s", act, (int)rule->who, rule->key);
    wanted = pages_want(pages, key.data);
    strbuf_fini(&key);
    return wanted;
}

enum verb_result verbs_show_rules(struct session *s, const char *word, uint32_t from)
{
    struct room *room = find_room_or_current(s, word);
    int64_t now_ms = clock_real_ms(s->env->clock);
    struct strbuf command = {0};
    struct pages pages;
    bool is_admin;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (rights_may(room, s->self.person, RIGHTS_LOOK, RANK_MEMBER) != CHAT_OK) {
        (void)refusal_tell(s, CHAT_NO_RIGHT, room->name.shown);
        return VERB_REFUSED;
    }
    is_admin = rights_rank(room, s->self.person) == RANK_ADMIN;
    pages_begin(&pages, s, from, UINT32_MAX);
    for (size_t i = 0; i < LISTED; i++) {
        const struct rule *rule = NULL;

        while ((rule = rules_next(room->rules, listed[i].kind, rule, now_ms)) != NULL) {
            if (want_rule(&pages, listed[i].act, rule) && !show_rule(s, room, listed[i].act, rule, is_admin)) {
                pages_fill(&pages);
            }
        }
    }
    session_reply(s, REPLY(REPLY_RULES, .room = room->name.shown, .count = (int64_t)pages.count));
    strbuf_addf(&command, "/bans #%s", room->name.shown);
    pages_end(&pages, command.data);
    strbuf_fini(&command);
    return VERB_DONE;
}

/* ---- reports ---- */

enum verb_result verbs_report(struct session *s, const char *name, const char *why)
{
    const struct person *about = find_person(s, name);
    struct strbuf text = {0};
    uint32_t told;

    if (about == NULL || !is_short_enough(s, why)) {
        return VERB_REFUSED;
    }
    if (person_grace(s->self.person) != NULL) { /* it could be anybody's word */
        session_reply(s, REPLY(REPLY_NAME_NOT_YOURS, .name = person_shown_name(s->self.person)));
        return VERB_REFUSED;
    }
    strbuf_addf(&text, "%s reports %s: %s", person_shown_name(s->self.person), person_shown_name(about), why);
    told = rights_tell(s->env->chat, s->current, text.data, text.len);
    if (s->current != NULL) { /* everybody may report: entries without a room are for those with rights */
        audit_note(s->env->chat, &(struct audit_entry){.act = "report",
                                                       .by = owners_trail_name(s->self.person),
                                                       .whom = owners_trail_name(about),
                                                       .room = s->current->name.shown,
                                                       .why = why});
    }
    strbuf_fini(&text);
    session_note(s, "person reported", s->current != NULL ? s->current->name.shown : NULL);
    if (told == 0 && s->current == NULL) {
        session_reply(s, REPLY(REPLY_REPORT_UNHEARD));
        return VERB_REFUSED;
    }
    session_reply(s, REPLY(told > 0 ? REPLY_REPORTED : REPLY_REPORTED_LATER, .name = person_shown_name(about),
                           .count = told));
    return VERB_DONE;
}
