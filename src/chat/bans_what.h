/* chat/bans_what.h: what an administrator means by a word: a network, an account, a person or names.
 *
 * A word is one of these:
 *
 *     192.0.2.1, 192.0.2.0/24     an address or a network
 *     account=alice               an account
 *     name=spam*, spam*           names: * is any text, ? is one character
 *     alice                       a person who is here: the account, or the address of a guest (an IPv6 /64, which one
 *                                 person usually has all of); or else an account; or else a name
 *
 * Loop thread only. */
#ifndef CHATD_CHAT_BANS_WHAT_H
#define CHATD_CHAT_BANS_WHAT_H

#include "base/strbuf.h"
#include "chat/ban_list.h"
#include "chat/chat_state.h"
#include "chat/person.h"

#include <stdbool.h>

enum bans_answer {
    BANS_DONE,
    BANS_BAD_WHAT,   /* it is nothing that could be hit: why has the sentence */
    BANS_NO_ACCOUNT, /* there is no account of that name */
    BANS_TOO_WIDE,   /* a pattern that all names match */
    BANS_HITS_ADMIN, /* it is an administrator's account */
    BANS_HITS_SELF,  /* it would hit the one who asks */
    BANS_NO_RIGHT,   /* the one who asks is no administrator */
    BANS_FULL,       /* there are too many entries, or patterns */
    BANS_NO_SUCH,    /* there is no such entry; label is that of one that hits this too, or "" */
};

/* Zeroed at first. */
struct bans_what {
    struct ban_target target;
    char *folded;          /* of the target, and owned */
    struct strbuf label;   /* how it is shown */
    struct person *person; /* the one who was named; NULL if there is none */
};

/* Finds what a word means; appends to why with BANS_BAD_WHAT.  The caller calls bans_what_fini() in each case. */
enum bans_answer bans_what_find(struct chat *chat, const char *word, struct bans_what *what, struct strbuf *why);
void bans_what_fini(struct bans_what *what);
/* Returns true if a folded pattern can be one. */
bool bans_what_is_pattern(const char *folded);
/* The entry of an act that a word means: of what it means now, or that was made for somebody called so; NULL if there
 * is none, and then *other is one that hits the same, or NULL. */
struct ban *bans_what_entry(struct chat *chat, struct ban_list *list, enum ban_act act, const char *word,
                            struct ban **other, struct strbuf *why);

#endif
