/* session/filter.c: looks for words and links in folded text. */
#include "config.h"

#include "session/filter.h"

#include "base/links.h"
#include "base/log.h"
#include "base/wordlist.h"
#include "chat/owners.h"
#include "chat/rights.h"
#include "session/session.h"

#include <stdlib.h>

/* Says who says which word where; not if the room's rules will refuse it. */
static void tell(struct session *s, const struct room *room, const char *word)
{
    struct strbuf shown = {0}, text = {0};
    uint32_t unsaid;

    if (room != NULL && rights_may_say(room, s->self.person, true) != CHAT_OK) {
        return;
    }
    if (!log_limit_allows(&s->env->filter_log, clock_ms(s->env->clock), &unsaid)) {
        return;
    }
    strbuf_addf(&shown, "#%s", room != NULL ? room->name.shown : "");
    log_warn("filtered word", LOG_NUM("client", s->conn->id), LOG_STR("name", person_shown_name(s->self.person)),
             LOG_STR("word", word), LOG_NUM("unsaid", unsaid),
             room != NULL ? LOG_STR("room", strbuf_str(&shown)) : LOG_END);
    strbuf_addf(&text, "%s says \"%s\", a word to be told", person_shown_name(s->self.person), word);
    (void)rights_tell(s->env->chat, room, text.data, text.len);
    strbuf_fini(&text);
    strbuf_fini(&shown);
}

static bool allows_words(struct session *s, const struct room *room, const char *folded)
{
    const struct filter_limits *limits = &s->env->limits.filter;
    const char *word = wordlist_find(limits->words, folded);

    if (word == NULL) {
        return true;
    }
    if (limits->tells) {
        tell(s, room, word);
        return true;
    }
    session_reply(s, REPLY(REPLY_WORD_REFUSED, .value = word));
    return false;
}

static bool may_link(const struct session *s)
{
    switch (s->env->limits.filter.links) {
    case FILTER_LINKS_OF_ALL:
        return true;
    case FILTER_LINKS_OF_MEMBERS:
        return owners_account_id(s->self.person) != 0;
    case FILTER_LINKS_OF_NOBODY:
        break;
    }
    return false;
}

static bool allows_links(struct session *s, const char *folded)
{
    if (may_link(s) || !links_has(folded)) {
        return true;
    }
    session_reply(s, REPLY(s->env->limits.filter.links == FILTER_LINKS_OF_MEMBERS ? REPLY_LINK_OF_GUEST
                                                                                   : REPLY_LINK_REFUSED));
    return false;
}

bool filter_allows(struct session *s, const struct room *room, const char *text, size_t len)
{
    const struct filter_limits *limits = &s->env->limits.filter;
    bool is_allowed = true;
    char *folded;

    if (limits->words == NULL && limits->links == FILTER_LINKS_OF_ALL) {
        return true;
    }
    folded = wordlist_fold(text, len);
    if (folded != NULL) {
        is_allowed = allows_links(s, folded) && (limits->words == NULL || allows_words(s, room, folded));
    }
    free(folded);
    return is_allowed;
}
