/* session/sanction.c: makes replies of the entries that hit a session. */
#include "config.h"

#include "session/sanction.h"

#include "chat/bans.h"
#include "chat/port_accounts.h"

bool sanction_tell(struct session *s, enum chat_result result)
{
    const struct ban *ban;

    switch (result) {
    case CHAT_SERVER_MUTED:
        ban = bans_on(&s->self, BAN_MUTE);
        session_reply(s, REPLY(REPLY_SERVER_MUTED, .until = ban->until_ms, .reason = reply_or_none(ban->reason)));
        return true;
    case CHAT_LOCKDOWN:
        ban = bans_lockdown(s->env->chat);
        session_reply(s, REPLY(REPLY_LOCKDOWN, .until = ban->until_ms, .reason = reply_or_none(ban->reason)));
        return true;
    case CHAT_NAME_BANNED:
        session_reply(s, REPLY(REPLY_NAME_BANNED, .own = person_shown_name(s->self.person)));
        return true;
    default:
        return false;
    }
}

bool sanction_tell_banned(struct session *s, const struct account *account)
{
    const struct ban *ban = bans_of_account(s->env->chat, BAN_BAN, account->id);

    if (ban != NULL) {
        session_reply(s, REPLY(REPLY_ACCOUNT_BANNED, .name = account->name, .until = ban->until_ms,
                               .reason = reply_or_none(ban->reason)));
    }
    return ban != NULL;
}

bool sanction_put_out(struct session *s)
{
    const struct ban *ban = bans_on(&s->self, BAN_BAN);
    struct strbuf why = {0};

    if (ban == NULL) {
        return false;
    }
    bans_explain(&why, s->env->chat, ban);
    session_end_saying(s, REASON_BANNED, strbuf_str(&why));
    strbuf_fini(&why);
    return true;
}

void sanction_tell_lockdown(struct session *s)
{
    const struct ban *ban = bans_lockdown(s->env->chat);

    if (ban != NULL) {
        session_reply(s, REPLY(REPLY_LOCKDOWN_ON, .on = true, .until = ban->until_ms,
                               .reason = reply_or_none(ban->reason)));
    } else {
        session_reply(s, REPLY(REPLY_LOCKDOWN_OFF, .on = false));
    }
}
