/* session/verbs_admin.c: what administrators of the server do in the chat: bans from the whole server.
 *
 * The chat decides whether the person is one (chat/bans.h), and does the same as for chatctl. */
#include "config.h"

#include "session/pages.h"
#include "session/verbs.h"

#include "chat/bans.h"
#include "chat/owners.h"
#include "session/order.h"

enum { BANS_SHOWN = 50 /* an answer has to end */ };

static void tell_no_right(struct session *s)
{
    session_reply(s, REPLY(REPLY_NOT_ADMIN, .needed = "admin"));
}

static void tell_refused(struct session *s, enum bans_answer answer, const char *what, const char *why)
{
    switch (answer) {
    case BANS_NO_RIGHT:
        tell_no_right(s);
        break;
    case BANS_NO_ACCOUNT:
        session_reply(s, REPLY(REPLY_BAN_NO_ACCOUNT, .what = what));
        break;
    case BANS_TOO_WIDE:
        session_reply(s, REPLY(REPLY_BAN_TOO_WIDE, .what = what));
        break;
    case BANS_HITS_ADMIN:
        session_reply(s, REPLY(REPLY_BAN_HITS_ADMIN, .what = what));
        break;
    case BANS_HITS_SELF:
        session_reply(s, REPLY(REPLY_BAN_HITS_SELF, .what = what));
        break;
    case BANS_FULL:
        session_reply(s, REPLY(REPLY_BANS_FULL, .limit = BAN_MOST));
        break;
    default:
        session_reply(s, REPLY(REPLY_BAD_BAN, .what = what, .why = why));
        break;
    }
}

enum verb_result verbs_ban(struct session *s, const char *what, const char *text)
{
    struct bans_wish wish = {.act = BAN_BAN, .what = what, .attachment = &s->self};
    const struct ban *ban;
    struct strbuf why = {0}, shown = {0};
    enum bans_answer answer;

    if (!order_take_span(s, &text, &wish.for_ms)) {
        return VERB_REFUSED;
    }
    wish.reason = text;
    wish.by = owners_trail_name(s->self.person);
    answer = bans_add(s->env->chat, &wish, &ban, &why);
    if (answer == BANS_DONE) {
        bans_show(&shown, ban);
        session_reply(s, REPLY(bans_are_kept(s->env->chat) ? REPLY_GBAN_ADDED : REPLY_GBAN_ADDED_UNKEPT,
                               .what = shown.data, .on = true, .until = ban->until_ms,
                               .reason = reply_or_none(ban->reason)));
    } else {
        tell_refused(s, answer, what, strbuf_str(&why));
    }
    strbuf_fini(&why);
    strbuf_fini(&shown);
    return answer == BANS_DONE ? VERB_DONE : VERB_REFUSED;
}

enum verb_result verbs_unban(struct session *s, const char *what)
{
    struct bans_wish wish = {.act = BAN_BAN, .what = what, .attachment = &s->self};
    struct strbuf label = {0}, why = {0};
    enum bans_answer answer;

    wish.by = owners_trail_name(s->self.person);
    answer = bans_remove(s->env->chat, &wish, &label, &why);
    if (answer == BANS_DONE) {
        session_reply(s, REPLY(REPLY_GBAN_REMOVED, .what = label.data, .on = false));
    } else if (answer == BANS_NO_SUCH && why.len == 0) {
        session_reply(s, REPLY(REPLY_NO_SUCH_BAN, .what = what, .near = reply_or_none(strbuf_str(&label))));
    } else {
        tell_refused(s, answer, what, strbuf_str(&why));
    }
    strbuf_fini(&label);
    strbuf_fini(&why);
    return answer == BANS_DONE ? VERB_DONE : VERB_REFUSED;
}

/* Returns false if the queue has no space for it. */
static bool show_ban(struct session *s, const struct ban *ban)
{
    struct strbuf shown = {0};
    bool fits;

    bans_show(&shown, ban);
    fits = session_reply_if_fits(s, REPLY(REPLY_GBAN, .what = shown.data, .by = ban->by, .time = ban->created_ms,
                                          .until = ban->until_ms, .reason = reply_or_none(ban->reason)));
    strbuf_fini(&shown);
    return fits;
}

enum verb_result verbs_show_bans(struct session *s, uint32_t from)
{
    const struct ban_list *list = bans_list(s->env->chat);
    struct pages pages;

    if (!owners_is_admin(s->self.person)) {
        tell_no_right(s);
        return VERB_REFUSED;
    }
    if (list->acts[BAN_BAN].count == 0) {
        session_reply(s, REPLY(REPLY_GBANS_NONE, .count = 0));
        return VERB_DONE;
    }
    pages_begin(&pages, s, from, BANS_SHOWN);
    for (const struct ban *ban = list->last; ban != NULL; ban = ban->prev) {
        struct strbuf key = {0};

        if (ban->act == BAN_BAN) {
            bans_show(&key, ban);
            if (pages_want(&pages, key.data) && !show_ban(s, ban)) {
                pages_fill(&pages);
            }
            strbuf_fini(&key);
        }
    }
    if (pages.shown == pages.count) { /* all of them, and so nothing else tells how many there are */
        session_reply(s, REPLY(REPLY_PART, .first = 1, .last = (int64_t)pages.count, .count = (int64_t)pages.count));
    }
    pages_end(&pages, "/gbans");
    return VERB_DONE;
}
