/* chat/rule.h: a rule of a room: a mode, a role, or an entry about somebody who is banned, muted or invited. */
#ifndef CHATD_CHAT_RULE_H
#define CHATD_CHAT_RULE_H

#include <stdint.h>

/* The kinds of rules. */
enum rule_kind {
    RULE_NONE,
    RULE_MODE,   /* a property of the room */
    RULE_ROLE,   /* an account is an owner or operator, or voiced */
    RULE_BAN,    /* may not enter */
    RULE_MUTE,   /* may not speak */
    RULE_INVITE, /* may enter a room that is not for everybody */
    RULE_KINDS
};

/* What a rule is about. */
enum rule_who {
    RULE_WHO_NONE,    /* the room itself */
    RULE_WHO_ACCOUNT, /* whoever is logged in to it */
    RULE_WHO_NETWORK, /* whoever comes from it */
    RULE_WHO_PERSON,  /* a guest without an address; it ends with the person */
};

/* A room has at most one with the same kind, who and key; another one takes its place.  Strings are borrowed for the
 * call. */
struct rule {
    enum rule_kind kind;
    enum rule_who who; /* mode: RULE_WHO_NONE; role: RULE_WHO_ACCOUNT; ban, mute, invite: what the key is */
    const char *key;   /* mode: its name (chat/modes.h); account: its id in decimal; network: as cidr_text() gives it;
                        * person: person_id() in decimal */
    const char *label; /* what people are shown: the name of the account or person at that time, or the network as it
                        * was typed; mode: its name */
    const char *value; /* mode: its value; role: rank_name() of it (chat/rank.h); ban, mute, invite: the reason, or
                        * "" */
    const char *by;    /* the name of the person who has made it, or "server" */
    int64_t time_ms, until_ms; /* since 1970 (UTC); until_ms: when it ends by itself, 0 if it does not */
};

#endif
