/* chat/names.c: who has which name, and who has asked for one.
 *
 * Invariant: a name in the table belongs to a person, as the name or as the one asked for. */
#include "config.h"

#include "chat/names.h"

#include "base/check.h"
#include "base/container.h"
#include "chat/announce.h"
#include "chat/ops.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void name_add(struct chat *chat, struct person_name *un)
{
    HASH_ADD_KEYPTR(hh, chat->names, un->name.folded, strlen(un->name.folded), un);
}

void names_release(struct chat *chat, struct person_name *un, bool is_held)
{
    HASH_DEL(chat->names, un);
    if (is_held) {
        chat->ports.directory->ops->release(chat->ports.directory, DIRECTORY_NAME, un->name.folded);
    }
    name_fini(&un->name);
}

/* The name that was asked for becomes the person's. */
static void name_take(struct attachment *by, struct person_name *asked)
{
    struct person *person = by->person;
    struct chat *chat = person->chat;

    if (person->has_name) {
        announce_rename(by, asked->name.shown);
        names_release(chat, &person->name, true);
    }
    HASH_DEL(chat->names, asked);
    person->name = (struct person_name){.name = asked->name};
    person->has_name = true;
    name_add(chat, &person->name);
}

static enum chat_result name_answer(struct chat_op *op, enum directory_answer answer)
{
    if (answer == DIRECTORY_GRANTED) {
        name_take(op->attachment, &op->name);
        return CHAT_OK;
    }
    names_release(op->attachment->person->chat, &op->name, false);
    return answer == DIRECTORY_TAKEN ? CHAT_NAME_TAKEN : CHAT_UNAVAILABLE;
}

static void name_claim_done(struct directory_request *req, enum directory_answer answer)
{
    struct chat_op *op = CONTAINER_OF(req, struct chat_op, claim);

    ops_finish(op, name_answer(op, answer), NULL);
}

/* The same name in another case or width: the person keeps it and shows it differently. */
static enum chat_result reshape(struct attachment *by, struct name *name)
{
    struct name shaped = *name;
    struct person_name *un = &by->person->name;

    *name = (struct name){0};
    if (strcmp(un->name.shown, shaped.shown) == 0) {
        name_fini(&shaped);
        return CHAT_ALREADY;
    }
    announce_rename(by, shaped.shown);
    if (un->name.shown != un->name.folded) {
        free(un->name.shown); /* else it stays, as the table's key */
    }
    un->name.shown = shaped.shown;
    if (shaped.folded != shaped.shown) {
        free(shaped.folded);
    }
    return CHAT_OK;
}

enum chat_result names_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx)
{
    struct chat *chat = by->person->chat;
    struct directory *dir = chat->ports.directory;
    struct person_name *un;
    struct chat_op *op;
    enum directory_answer answer;
    enum chat_result result;

    HASH_FIND_STR(chat->names, name->folded, un);
    if (un != NULL) {
        if (un == &by->person->name) {
            return reshape(by, name);
        }
        name_fini(name);
        return CHAT_NAME_TAKEN;
    }
    op = ops_begin(by, done, ctx);
    op->name = (struct person_name){.name = *name, .is_pending = true};
    *name = (struct name){0};
    name_add(chat, &op->name);
    op->claim = (struct directory_request){
        .kind = DIRECTORY_NAME, .folded = op->name.name.folded, .done = name_claim_done};
    answer = dir->ops->claim(dir, &op->claim);
    if (answer == DIRECTORY_LATER) {
        return CHAT_LATER;
    }
    result = name_answer(op, answer);
    ops_end(op);
    return result;
}

enum chat_result names_rename_guest(struct attachment *by, chat_done_fn *done, void *ctx)
{
    char shown[32];
    struct name name;

    snprintf(shown, sizeof(shown), "guest%llu", (unsigned long long)++by->person->chat->last_guest);
    CHECK(name_init(&name, shown, strlen(shown), sizeof(shown)) == NAME_OK);
    return names_rename(by, &name, done, ctx);
}

struct person *names_find(const struct chat *chat, const char *folded)
{
    struct person_name *un;

    HASH_FIND_STR(chat->names, folded, un);
    return un != NULL && !un->is_pending ? CONTAINER_OF(un, struct person, name) : NULL;
}

const struct attachment *names_find_origin(const struct chat *chat, const struct message *m)
{
    const struct person *person = m->origin != 0 ? names_find(chat, m->actor_folded) : NULL;
    const struct attachment *at = person != NULL ? person->attachments : NULL;

    while (at != NULL && attachment_origin(at) != m->origin) {
        at = at->next_of_person;
    }
    return at;
}
