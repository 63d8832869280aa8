/* chat/seen.c: a table that keeps the order in which names were given up. */
#include "config.h"

#include "chat/seen.h"

#include "base/clock.h"
#include "base/mem.h"
#include "base/name.h"
#include "chat/port_accounts.h"

#include <stdlib.h>
#include <string.h>

static void drop(struct chat *chat, struct seen *seen)
{
    HASH_DEL(chat->seen, seen);
    free(seen->shown);
    free(seen->folded);
    free(seen);
}

static struct seen *find(const struct chat *chat, const char *folded)
{
    struct seen *seen;

    HASH_FIND_STR(chat->seen, folded, seen);
    return seen;
}

/* What an account has is the account's, whoever had its name. */
static bool is_remembered(const struct chat *chat, const char *shown, const char *folded)
{
    const struct accounts *accounts = chat->ports.accounts;
    const struct name name = {.shown = (char *)shown, .folded = (char *)folded};

    return folded[0] != '\0' && !name_is_reserved(&name) &&
           (accounts == NULL || accounts->ops->find(accounts, folded) == NULL);
}

void seen_note(struct chat *chat, const char *shown, const char *folded)
{
    struct seen *seen = find(chat, folded);

    if (seen != NULL) {
        drop(chat, seen); /* it comes last now */
    }
    if (!is_remembered(chat, shown, folded)) {
        return;
    }
    if (HASH_COUNT(chat->seen) == SEEN_MOST) {
        drop(chat, chat->seen);
    }
    seen = mem_alloc(sizeof(*seen));
    *seen = (struct seen){
        .shown = mem_strdup(shown), .folded = mem_strdup(folded), .time_ms = clock_real_ms(chat->clock)};
    HASH_ADD_KEYPTR(hh, chat->seen, seen->folded, strlen(seen->folded), seen);
}

const struct seen *seen_find(const struct chat *chat, const char *folded)
{
    return find(chat, folded);
}

void seen_forget(struct chat *chat)
{
    while (chat->seen != NULL) {
        drop(chat, chat->seen);
    }
}
