/* chat/succession.c: ends the rules about an account. */
#include "config.h"

#include "chat/succession.h"

#include "base/mem.h"
#include "chat/announce.h"
#include "chat/audit.h"
#include "chat/port_accounts.h"
#include "chat/port_store.h"
#include "chat/rank.h"
#include "chat/room.h"
#include "chat/rooms.h"
#include "chat/rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ID_TEXT = 24, LISTED = 32 };

/* Everybody learns of a new owner, and nobody need learn that an account has ended. */
static void publish(struct room *room, const struct rule *rule, bool is_off)
{
    (void)announce_owe(room->chat, &(struct message_parts){
                                       .kind = MESSAGE_RULE,
                                       .room = room->name.shown,
                                       .room_folded = room->name.folded,
                                       .actor = "server",
                                       .target = rule->label,
                                       .target_folded = rule->key,
                                       .text = rule->value,
                                       .text_len = strlen(rule->value),
                                       .origin = message_origin(room->chat->ports.bus->process, 0),
                                       .until_ms = rule->until_ms,
                                       .rule = rule->kind,
                                       .who = rule->who,
                                       .is_silent = is_off,
                                       .is_off = is_off,
                                   });
}

static bool is_owner(const struct rule *role)
{
    return rank_of_name(role->value) == RANK_OWNER;
}

/* The owner of that account goes. */
static void hand_on(struct room *room, const char *account)
{
    const struct rule *role = rules_next(room->rules, RULE_ROLE, NULL, 0), *heir = NULL;
    bool has_other = false;

    for (; role != NULL; role = rules_next(room->rules, RULE_ROLE, role, 0)) {
        has_other |= is_owner(role) && strcmp(role->key, account) != 0;
        if (heir == NULL && rank_of_name(role->value) == RANK_OPERATOR) {
            heir = role;
        }
    }
    if (!has_other && heir != NULL) {
        struct rule owner = *heir;

        owner.value = rank_name(RANK_OWNER);
        audit_note(room->chat, &(struct audit_entry){.act = "owner",
                                                     .by = "server",
                                                     .whom = owner.label,
                                                     .room = room->name.shown,
                                                     .why = "the account of the owner has ended"});
        publish(room, &owner, false);
    }
}

/* The room may be gone after this, unless it is opening: without an owner it ends when nobody is in it. */
static void end_in(struct room *room, const char *account)
{
    bool was_opening = room->is_opening;

    room->is_opening = true; /* it does not end before all of these rules have */
    for (enum rule_kind kind = RULE_ROLE; kind < RULE_KINDS; kind++) {
        const struct rule *rule = rules_find(room->rules, kind, RULE_WHO_ACCOUNT, account, chat_now_ms(room->chat));

        if (rule != NULL && kind == RULE_ROLE && is_owner(rule)) {
            hand_on(room, account);
            rule = rules_find(room->rules, kind, RULE_WHO_ACCOUNT, account, chat_now_ms(room->chat));
        }
        if (rule != NULL) {
            publish(room, rule, true);
        }
    }
    room->is_opening = was_opening;
    rooms_end(room);
}

void succession_end_account(struct chat *chat, int64_t account)
{
    char key[ID_TEXT];
    struct room *room, *next;

    snprintf(key, sizeof(key), "%" PRId64, account);
    HASH_ITER(hh, chat->rooms, room, next) {
        if (room->rules != NULL) {
            end_in(room, key);
        }
    }
}

static bool has_ended(const struct chat *chat, const struct rule *rule)
{
    const struct accounts *accounts = chat->ports.accounts;

    return rule->who == RULE_WHO_ACCOUNT && accounts->ops->get(accounts, strtoll(rule->key, NULL, 10)) == NULL;
}

/* An account of a room's rules that has ended; NULL if there is none.  The caller frees it. */
static char *find_ended(const struct room *room)
{
    for (enum rule_kind kind = RULE_ROLE; kind < RULE_KINDS; kind++) {
        const struct rule *rule = rules_next(room->rules, kind, NULL, 0);

        while (rule != NULL && !has_ended(room->chat, rule)) {
            rule = rules_next(room->rules, kind, rule, 0);
        }
        if (rule != NULL) {
            return mem_strdup(rule->key);
        }
    }
    return NULL;
}

/* A bus that does not answer at once leaves the rules there for the moment: so as many as there are accounts are
 * ended at most. */
void succession_check(struct chat *chat, struct room *room)
{
    const struct accounts *accounts = chat->ports.accounts;
    uint32_t most = rules_count(room->rules);
    char *account;

    if (accounts == NULL || accounts->absence != ACCOUNTS_PRESENT) {
        return;
    }
    while (most-- > 0 && (account = find_ended(room)) != NULL) {
        end_in(room, account);
        free(account);
    }
}
