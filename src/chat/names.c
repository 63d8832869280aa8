/* chat/names.c: the names of people, and renames.
 *
 * A rename, or naming, claims the name in the directory and then publishes the rename.  When that has come back, the
 * person has the new name, and the old one is released.  A person's first name is not published: nobody has seen the
 * person before.
 *
 * Invariant: a name in the table belongs to a person, a naming, or a departed person. */
#include "config.h"

#include "chat/names.h"

#include "base/check.h"
#include "base/container.h"
#include "base/mem.h"
#include "base/lookalike.h"
#include "chat/announce.h"
#include "chat/bans.h"
#include "chat/graces.h"
#include "chat/ops.h"
#include "chat/owners.h"
#include "chat/port_accounts.h"
#include "chat/port_bus.h"
#include "chat/port_directory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The last number tried is at most 1048575 above that of the last guest. */
enum { GUEST_TRIES = 20 };

/* ---- the table ---- */

static void name_add(struct chat *chat, struct person_name *un)
{
    HASH_ADD_KEYPTR(hh, chat->names, un->name.folded, strlen(un->name.folded), un);
}

void names_release(struct chat *chat, struct person_name *un, bool is_held)
{
    HASH_DEL(chat->names, un);
    if (is_held) {
        chat->ports.directory->ops->release(chat->ports.directory, un->name.folded);
    }
    name_fini(&un->name);
}

void names_move(struct chat *chat, struct person_name *from, struct person_name *to, enum name_use use)
{
    HASH_DEL(chat->names, from);
    *to = (struct person_name){.name = from->name, .use = use};
    *from = (struct person_name){0};
    name_add(chat, to);
}

struct person *names_find(const struct chat *chat, const char *folded)
{
    struct person_name *un;

    HASH_FIND_STR(chat->names, folded, un);
    return un != NULL && un->use == NAME_OF_PERSON ? CONTAINER_OF(un, struct person, name) : NULL;
}

/* Finds the person by the name.  If the name has changed meanwhile, which happens only with a slow bus, searches all
 * people. */
struct person *names_find_actor(const struct chat *chat, const struct message *m)
{
    struct person *person;

    if (message_process(m) != chat->ports.bus->process || m->actor_id == 0) {
        return NULL;
    }
    if (chat->speaker != NULL && person_id(chat->speaker) == m->actor_id) {
        return chat->speaker;
    }
    person = names_find(chat, m->actor_folded);
    if (person != NULL && person_id(person) == m->actor_id) {
        return person;
    }
    for (struct person_name *un = chat->names; un != NULL; un = un->hh.next) {
        if (un->use == NAME_OF_PERSON && person_id(CONTAINER_OF(un, struct person, name)) == m->actor_id) {
            return CONTAINER_OF(un, struct person, name);
        }
    }
    return NULL;
}

/* ---- namings ---- */

/* Removes it from the list and frees it; its name was released before. */
static void naming_end(struct naming *naming)
{
    struct naming **link = &naming->chat->namings;

    while (*link != naming) {
        link = &(*link)->next;
    }
    *link = naming->next;
    if (naming->op != NULL) {
        naming->op->naming = NULL;
    }
    free(naming->lost);
    free(naming);
}

/* The person gets the name of the naming. */
static void take(struct naming *naming)
{
    struct person *person = naming->person;
    struct chat *chat = naming->chat;

    if (person == NULL) { /* the person has left meanwhile */
        names_release(chat, &naming->name, true);
    } else {
        if (person->has_name) {
            names_release(chat, &person->name, true);
        }
        names_move(chat, &naming->name, &person->name, NAME_OF_PERSON);
        person->has_name = true;
    }
    naming_end(naming);
}

/* The same name in another case or width: only the shown form changes. */
static void reshape(struct person_name *un, const char *shown)
{
    if (un->name.shown != un->name.folded) {
        free(un->name.shown); /* otherwise it stays as the table's key */
    }
    un->name.shown = strcmp(shown, un->name.folded) == 0 ? un->name.folded : mem_strdup(shown);
}

bool names_receive(struct chat *chat, struct person *person, const struct message *m)
{
    bool is_own_doing = message_source(m) != 0; /* otherwise the name was lost, or the rename is known */
    struct naming *naming;
    struct person_name *un;

    HASH_FIND_STR(chat->names, m->target_folded, un);
    if (un != NULL && person != NULL && un == &person->name && is_own_doing) {
        reshape(un, m->target);
        return true;
    }
    naming = un != NULL && un->use == NAME_ASKED ? CONTAINER_OF(un, struct naming, name) : NULL;
    if (naming == NULL || naming->is_claiming || naming->person_id != m->actor_id ||
        (!is_own_doing && naming->lost == NULL)) {
        return false;
    }
    take(naming);
    return true;
}

static enum chat_result publish(struct attachment *by, struct chat_op *op, const struct name *name)
{
    struct message_parts parts = announce_parts(by, NULL, MESSAGE_RENAME);
    struct strbuf shown = {0}, folded = {0};
    enum chat_result result;

    announce_list_rooms(by, &shown, &folded);
    parts.room = strbuf_str(&shown);
    parts.room_folded = strbuf_str(&folded);
    parts.target = name->shown;
    parts.target_folded = name->folded;
    if (op != NULL) {
        result = ops_publish(op, &parts);
    } else { /* the person has not asked for it, so all attachments are told */
        parts.origin = message_origin(by->person->chat->ports.bus->process, 0);
        result = announce_publish(by->person->chat, &parts) != BUS_FAILED ? CHAT_LATER : CHAT_UNAVAILABLE;
    }
    strbuf_fini(&shown);
    strbuf_fini(&folded);
    return result;
}

/* Returns false if the person has got another name or asked for one meanwhile. */
static bool has_lost(const struct naming *naming)
{
    const struct naming *other = naming->chat->namings;

    while (other != NULL && (other == naming || other->person != naming->person || other->is_claiming)) {
        other = other->next;
    }
    return other == NULL && strcmp(person_folded_name(naming->person), naming->lost) == 0;
}

/* The directory has granted it. */
static enum chat_result granted(struct naming *naming)
{
    struct person *person = naming->person;
    struct chat *chat = naming->chat;
    struct chat_op *op = naming->op;
    enum chat_result result;

    naming->is_claiming = false;
    if (!person->has_name) {
        take(naming);
        if (op != NULL) {
            ops_end(op);
        }
        return CHAT_OK;
    }
    result = naming->lost == NULL || has_lost(naming)
                 ? publish(op != NULL ? op->attachment : person->attachments, op, &naming->name.name)
                 : CHAT_UNAVAILABLE;
    if (result == CHAT_UNAVAILABLE) { /* otherwise it is taken, or will be */
        names_release(chat, &naming->name, true);
        naming_end(naming);
    }
    return result;
}

static enum directory_answer ask(struct naming *naming);

/* Claims guest names until one is granted or an answer comes later.  The more names in a row are taken, the more are
 * skipped: other processes may have given very many, and each answer takes time. */
static enum directory_answer ask_as_guest(struct naming *naming)
{
    struct chat *chat = naming->chat;
    enum directory_answer answer = DIRECTORY_TAKEN;

    while (answer == DIRECTORY_TAKEN && naming->guests < GUEST_TRIES) {
        struct person_name *un;
        char shown[32];
        struct name name;

        if (naming->name.name.folded != NULL) {
            names_release(chat, &naming->name, false);
        }
        chat->last_guest += UINT64_C(1) << naming->guests++;
        snprintf(shown, sizeof(shown), "guest%llu", (unsigned long long)chat->last_guest);
        CHECK(name_init(&name, shown, strlen(shown), sizeof(shown)) == NAME_OK);
        HASH_FIND_STR(chat->names, name.folded, un);
        if (un != NULL) {
            name_fini(&name);
            continue;
        }
        naming->name = (struct person_name){.name = name, .use = NAME_ASKED};
        name_add(chat, &naming->name);
        answer = ask(naming);
    }
    return answer;
}

static void claim_done(struct directory_request *req, enum directory_answer answer);

static enum directory_answer ask(struct naming *naming)
{
    struct directory *dir = naming->chat->ports.directory;

    naming->claim = (struct directory_request){.folded = naming->name.name.folded, .done = claim_done};
    naming->is_claiming = true;
    return dir->ops->claim(dir, &naming->claim);
}

/* Handles the directory's answer, which may be LATER. */
static enum chat_result answered(struct naming *naming, enum directory_answer answer)
{
    struct chat_op *op = naming->op;

    if (answer == DIRECTORY_LATER) {
        return CHAT_LATER;
    }
    if (answer == DIRECTORY_GRANTED) {
        return granted(naming);
    }
    if (naming->name.name.folded != NULL) {
        names_release(naming->chat, &naming->name, false);
    }
    naming_end(naming);
    if (op != NULL) {
        ops_end(op);
    }
    return answer == DIRECTORY_TAKEN ? CHAT_NAME_TAKEN : CHAT_UNAVAILABLE;
}

static void claim_done(struct directory_request *req, enum directory_answer answer)
{
    struct naming *naming = CONTAINER_OF(req, struct naming, claim);
    struct chat_op *op = naming->op;
    chat_done_fn *done = op != NULL ? op->done : NULL;
    void *ctx = op != NULL ? op->ctx : NULL;
    enum chat_result result;

    if (answer == DIRECTORY_TAKEN && naming->guests > 0) {
        answer = ask_as_guest(naming);
    }
    result = answered(naming, answer);
    if (result != CHAT_LATER && done != NULL) {
        done(ctx, result, NULL);
    }
}

static struct naming *naming_new(struct person *person, struct chat_op *op)
{
    struct naming *naming = mem_zalloc(sizeof(*naming));
    struct chat *chat = person->chat;

    naming->chat = chat;
    naming->person = person;
    naming->person_id = person_id(person);
    naming->op = op;
    if (op != NULL) {
        op->naming = naming;
    }
    naming->next = chat->namings;
    chat->namings = naming;
    return naming;
}

/* ---- for people ---- */

/* Another attachment of the person has asked for the same name, and the directory has not answered yet. */
static bool is_asked_for_by(const struct person_name *un, const struct person *person)
{
    return un->use == NAME_ASKED && CONTAINER_OF(un, const struct naming, name)->person == person;
}

void names_set_reserved(struct chat *chat, struct reserved *reserved)
{
    reserved_free(chat->reserved);
    chat->reserved = reserved;
}

bool names_is_kept(const struct chat *chat, const struct name *name)
{
    const struct accounts *accounts = chat->ports.accounts;

    return reserved_has(chat->reserved, name) &&
           (accounts == NULL || accounts->ops->find(accounts, name->folded) == NULL);
}

static const struct account *find_alike(const struct chat *chat, const struct account *own, const struct name *name,
                                        const char *skeleton)
{
    const struct accounts *accounts = chat->ports.accounts;
    const struct account *account = accounts != NULL ? accounts->ops->find_alike(accounts, skeleton) : NULL;

    return account != NULL && account != own && strcmp(account->folded, name->folded) != 0 ? account : NULL;
}

const struct account *names_find_alike(const struct chat *chat, const struct account *own, const struct name *name)
{
    char *skeleton = lookalike_skeleton(name->shown);
    const struct account *account = find_alike(chat, own, name, skeleton);

    free(skeleton);
    return account;
}

/* Returns true if the name looks the same as one that has an account, or as that of a person here, if that is plain.
 * The look of names that are not plain is not kept: it would cost each connection memory. */
static bool is_alike(const struct person *person, const struct name *name)
{
    char *skeleton = lookalike_skeleton(name->shown);
    const struct person *other = strcmp(skeleton, name->folded) != 0 ? names_find(person->chat, skeleton) : NULL;
    bool is = (other != NULL && other != person) ||
              find_alike(person->chat, owners_account(person), name, skeleton) != NULL;

    free(skeleton);
    return is;
}

/* Returns what keeps the name from the person; CHAT_OK if nothing does.  A name that another one's account has is lent
 * at most, and a reserved one is not.  Whoever is logged in to an account of its own is not about to log in to that
 * one. */
static enum chat_result bar(const struct person *person, const struct name *name)
{
    const struct account *account = owners_bar(person, name->folded), *own = owners_account(person);

    if (own != NULL && strcmp(own->folded, name->folded) == 0) {
        return CHAT_OK;
    }
    if (account == NULL && names_is_kept(person->chat, name)) {
        return CHAT_NAME_KEPT;
    }
    if (account == NULL) {
        return is_alike(person, name) ? CHAT_NAME_ALIKE : CHAT_OK;
    }
    return own == NULL && graces_can_lend(person, account->id) &&
                   !reserved_has(person->chat->reserved, name)
               ? CHAT_OK
               : CHAT_NAME_REGISTERED;
}

enum chat_result names_rename(struct attachment *by, struct name *name, chat_done_fn *done, void *ctx)
{
    struct chat *chat = by->person->chat;
    struct naming *naming;
    struct person_name *un;
    enum chat_result result = CHAT_NAME_TAKEN, barred;

    if (by->id == 0) { /* it has quit and is about to exit */
        name_fini(name);
        return CHAT_UNAVAILABLE;
    }
    HASH_FIND_STR(chat->names, name->folded, un);
    barred = un == NULL || un != &by->person->name ? bar(by->person, name) : CHAT_OK;
    if (barred == CHAT_OK && (un == NULL || un != &by->person->name)) {
        barred = bans_may_take(by, name);
    }
    if (barred != CHAT_OK) {
        name_fini(name);
        return barred;
    }
    if (un != NULL && un == &by->person->name) {
        result = strcmp(un->name.shown, name->shown) == 0 ? CHAT_ALREADY
                                                           : publish(by, ops_begin(by, done, ctx), name);
    }
    if (un != NULL) {
        name_fini(name);
        return is_asked_for_by(un, by->person) ? CHAT_UNAVAILABLE : result;
    }
    naming = naming_new(by->person, ops_begin(by, done, ctx));
    naming->name = (struct person_name){.name = *name, .use = NAME_ASKED};
    *name = (struct name){0};
    name_add(chat, &naming->name);
    return answered(naming, ask(naming));
}

enum chat_result names_rename_guest(struct attachment *by, chat_done_fn *done, void *ctx)
{
    struct naming *naming = naming_new(by->person, ops_begin(by, done, ctx));

    return answered(naming, ask_as_guest(naming));
}

void names_lose(struct chat *chat, const char *folded)
{
    struct person *person = names_find(chat, folded);
    struct naming *naming;

    if (person == NULL) {
        return; /* the person who had it has left, or will get another name at once */
    }
    for (naming = chat->namings; naming != NULL; naming = naming->next) {
        if (naming->person == person && (naming->lost != NULL || !naming->is_claiming)) {
            return; /* a naming for it has begun already */
        }
    }
    naming = naming_new(person, NULL);
    naming->lost = mem_strdup(folded);
    (void)answered(naming, ask_as_guest(naming));
}

void names_clear(struct chat *chat)
{
    while (chat->namings != NULL) {
        struct naming *naming = chat->namings;

        CHECK(naming->person == NULL); /* a rename that has not come back */
        names_release(chat, &naming->name, true);
        naming_end(naming);
    }
}

/* Cancels a claim that the directory has not granted yet. */
static void cancel(struct naming *naming)
{
    struct directory *dir = naming->chat->ports.directory;

    dir->ops->cancel(dir, &naming->claim);
    names_release(naming->chat, &naming->name, false);
    naming_end(naming);
}

void names_cancel(struct chat_op *op)
{
    if (op->naming != NULL && op->naming->is_claiming) {
        cancel(op->naming);
    }
}

void names_leave(struct person *person)
{
    struct naming *naming = person->chat->namings, *next;

    for (; naming != NULL; naming = next) {
        next = naming->next;
        if (naming->person == person && naming->is_claiming) {
            cancel(naming);
        } else if (naming->person == person) {
            naming->person = NULL;
        }
    }
}
