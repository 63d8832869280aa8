/* chat/graces.c: the table of names that are lent, or rest. */
#include "config.h"

#include "chat/graces.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "chat/chat_state.h"
#include "chat/owners.h"
#include "chat/person.h"

#include <stdlib.h>

enum { OVERDUE_MS = 1000 };

static struct grace *find(const struct graces *graces, int64_t account)
{
    struct grace *grace;

    HASH_FIND(hh, graces->by_account, &account, sizeof(account), grace);
    return grace;
}

static void drop(struct graces *graces, struct grace *grace)
{
    timeq_remove(&grace->node);
    HASH_DEL(graces->by_account, grace);
    free(grace);
}

static void rest_due(struct timeq *q, struct timeq_node *node)
{
    drop(CONTAINER_OF(q, struct graces, resting), CONTAINER_OF(node, struct grace, node));
}

struct graces *graces_new(timeq_due_fn *due, void *ctx)
{
    struct graces *graces = mem_zalloc(sizeof(*graces));

    timeq_init(&graces->lent, 0, due, ctx);
    timeq_init(&graces->overdue, OVERDUE_MS, due, ctx);
    timeq_init(&graces->resting, GRACES_REST_MS, rest_due, NULL);
    return graces;
}

void graces_free(struct graces *graces)
{
    struct grace *grace, *next;

    HASH_ITER(hh, graces->by_account, grace, next) {
        CHECK(grace->person == NULL);
        drop(graces, grace);
    }
    free(graces);
}

bool graces_can_lend(const struct person *person, int64_t account)
{
    const struct graces *graces = person->chat->graces;

    return graces->lent.wait_ms > 0 && !person->had_grace && find(graces, account) == NULL &&
           owners_find(person->chat, account) == NULL;
}

void graces_begin(struct person *person, int64_t account)
{
    struct chat *chat = person->chat;
    struct grace *grace = find(chat->graces, account);

    CHECK(person_grace(person) == NULL && (grace == NULL || grace->person == NULL));
    if (grace == NULL) {
        grace = mem_zalloc(sizeof(*grace));
        grace->account = account;
        HASH_ADD(hh, chat->graces->by_account, account, sizeof(grace->account), grace);
    }
    grace->person = person;
    person_handle(person)->grace = grace;
    person->had_grace = true;
    timeq_push(&chat->graces->lent, &grace->node, clock_ms(chat->clock));
}

uint64_t graces_left_ms(const struct grace *grace)
{
    const struct chat *chat = grace->person->chat;
    uint64_t waited_ms = clock_ms(chat->clock) - grace->node.since_ms, wait_ms = chat->graces->lent.wait_ms;

    return grace->is_due || waited_ms > wait_ms ? 0 : wait_ms - waited_ms;
}

void graces_prolong(struct grace *grace)
{
    struct chat *chat = grace->person->chat;

    grace->is_due = true;
    timeq_push(&chat->graces->overdue, &grace->node, clock_ms(chat->clock));
}

void graces_end(struct person *person)
{
    struct grace *grace = person_grace(person);
    struct chat *chat = person->chat;

    if (grace != NULL) {
        person->handle->grace = NULL;
        grace->person = NULL;
        grace->is_due = false;
        timeq_push(&chat->graces->resting, &grace->node, clock_ms(chat->clock));
    }
}

void graces_fulfil(struct person *person)
{
    struct grace *grace = person_grace(person);

    if (grace != NULL) {
        person->handle->grace = NULL;
        person->had_grace = false;
        drop(person->chat->graces, grace);
    }
}

void graces_forget(struct graces *graces, int64_t account)
{
    struct grace *grace = find(graces, account);

    if (grace != NULL && grace->person != NULL) {
        grace->person->handle->grace = NULL;
    }
    if (grace != NULL) {
        drop(graces, grace);
    }
}
