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

/* The last of them is guest1048575 at most beyond the last guest's. */
enum { GUEST_TRIES = 20 };

static void name_claim_done(struct directory_request *req, enum directory_answer answer);

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

static enum directory_answer claim(struct chat_op *op, struct name *name)
{
    struct chat *chat = op->attachment->person->chat;
    struct directory *dir = chat->ports.directory;

    op->name = (struct person_name){.name = *name, .is_pending = true};
    *name = (struct name){0};
    name_add(chat, &op->name);
    op->claim = (struct directory_request){
        .kind = DIRECTORY_NAME, .folded = op->name.name.folded, .done = name_claim_done};
    return dir->ops->claim(dir, &op->claim);
}

/* Asks for guest names until one is granted, or the answer comes later.  The more of them in a row are taken, the more
 * are left out: other processes may have given very many, and an answer may take its time. */
static enum directory_answer claim_guest(struct chat_op *op)
{
    struct chat *chat = op->attachment->person->chat;
    enum directory_answer answer = DIRECTORY_TAKEN;

    while (answer == DIRECTORY_TAKEN && op->guests < GUEST_TRIES) {
        struct person_name *un;
        char shown[32];
        struct name name;

        chat->last_guest += UINT64_C(1) << op->guests++;
        snprintf(shown, sizeof(shown), "guest%llu", (unsigned long long)chat->last_guest);
        CHECK(name_init(&name, shown, strlen(shown), sizeof(shown)) == NAME_OK);
        HASH_FIND_STR(chat->names, name.folded, un);
        if (un != NULL) {
            name_fini(&name);
            continue;
        }
        answer = claim(op, &name);
        if (answer == DIRECTORY_TAKEN) {
            names_release(chat, &op->name, false);
        }
    }
    return answer;
}

/* The name that was asked for, and is in the table, is the person's now, or nobody's. */
static enum chat_result name_answer(struct chat_op *op, enum directory_answer answer)
{
    if (answer == DIRECTORY_GRANTED) {
        name_take(op->attachment, &op->name);
        return CHAT_OK;
    }
    names_release(op->attachment->person->chat, &op->name, false);
    return answer == DIRECTORY_TAKEN ? CHAT_NAME_TAKEN : CHAT_UNAVAILABLE;
}

static enum chat_result guest_answer(struct chat_op *op, enum directory_answer answer)
{
    switch (answer) {
    case DIRECTORY_LATER:
        return CHAT_LATER;
    case DIRECTORY_TAKEN:
        return CHAT_NAME_TAKEN; /* each that was tried, and is out of the table */
    default:
        return name_answer(op, answer);
    }
}

static void name_claim_done(struct directory_request *req, enum directory_answer answer)
{
    struct chat_op *op = CONTAINER_OF(req, struct chat_op, claim);
    enum chat_result result;

    if (op->guests > 0 && answer == DIRECTORY_TAKEN) {
        names_release(op->attachment->person->chat, &op->name, false);
        result = guest_answer(op, claim_guest(op));
    } else {
        result = name_answer(op, answer);
    }
    if (result != CHAT_LATER) {
        ops_finish(op, result, NULL);
    }
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

/* By another attachment of the person: nobody else has the name, but whether it can be had is not known yet. */
static bool is_asked_for_by(const struct person_name *un, const struct person *person)
{
    return un->is_pending && CONTAINER_OF(un, const struct chat_op, name)->attachment->person == person;
}

enum chat_result names_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx)
{
    struct chat *chat = by->person->chat;
    struct person_name *un;
    struct chat_op *op;
    enum directory_answer answer;
    enum chat_result result;

    HASH_FIND_STR(chat->names, name->folded, un);
    if (un == &by->person->name) {
        return reshape(by, name);
    }
    if (un != NULL) {
        name_fini(name);
        return is_asked_for_by(un, by->person) ? CHAT_UNAVAILABLE : CHAT_NAME_TAKEN;
    }
    op = ops_begin(by, done, ctx);
    answer = claim(op, name);
    if (answer == DIRECTORY_LATER) {
        return CHAT_LATER;
    }
    result = name_answer(op, answer);
    ops_end(op);
    return result;
}

enum chat_result names_rename_guest(struct attachment *by, chat_done_fn *done, void *ctx)
{
    struct chat_op *op = ops_begin(by, done, ctx);
    enum chat_result result = guest_answer(op, claim_guest(op));

    if (result != CHAT_LATER) {
        ops_end(op);
    }
    return result;
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
