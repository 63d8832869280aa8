/* chat/folds.c: what is collected in each room, and how it is told. */
#include "config.h"

#include "chat/folds.h"

#include "base/check.h"
#include "base/clock.h"
#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "chat/attachment.h"
#include "chat/person.h"

#include <stdlib.h>
#include <string.h>

enum { KINDS = 3, FIRST_SPACE = 16 };

/* A join, leave or quit.  What is searched for stands here, so that a search touches no message. */
struct line {
    struct message *m;     /* a reference */
    struct message *named; /* the last rename of somebody who has joined, a reference; NULL if there was none */
    uint64_t actor;        /* m->actor_id */
    unsigned name;         /* hash of the folded name */
    uint8_t kind;
};

/* Where in the lines an attachment's own part begins. */
struct mark {
    uint32_t attachment; /* its id */
    uint32_t at;
};

struct fold {
    struct room *room;
    struct timeq_node wait; /* in chat->folding */
    uint32_t told;          /* how many were told one by one since the wait began, or collected before it */
    struct line *lines;
    uint32_t count, space;
    struct mark *marks;     /* the last one of an attachment counts */
    uint32_t mark_count, mark_space;
    uint8_t kinds[KINDS];   /* of the lines, in the order in which they are told */
    uint8_t kind_count;
    UT_hash_handle hh;      /* by room, in chat->folds */
};

static struct fold *find(const struct room *room)
{
    struct fold *fold = NULL;

    HASH_FIND_PTR(room->chat->folds, &room, fold);
    return fold;
}

static struct fold *get(struct room *room)
{
    struct fold *fold = find(room);

    if (fold == NULL) {
        fold = mem_zalloc(sizeof(*fold));
        fold->room = room;
        HASH_ADD_PTR(room->chat->folds, room, fold);
        timeq_push(&room->chat->folding, &fold->wait, clock_ms(room->chat->clock));
    }
    return fold;
}

/* Forgets what was collected, and whose part begins where. */
static void clear(struct fold *fold)
{
    struct room *room = fold->room;

    for (uint32_t i = 0; i < fold->count; i++) {
        message_unref(fold->lines[i].m);
        if (fold->lines[i].named != NULL) {
            message_unref(fold->lines[i].named);
        }
    }
    for (uint32_t i = 0; room->is_folding && i < room->count; i++) {
        room->members[i].member->flags &= (uint16_t)~MEMBER_APART;
    }
    free(fold->lines);
    free(fold->marks);
    fold->lines = NULL;
    fold->marks = NULL;
    fold->count = fold->space = fold->mark_count = fold->mark_space = 0;
    fold->kind_count = 0;
    room->is_folding = false;
}

static void fold_free(struct fold *fold)
{
    struct chat *chat = fold->room->chat;

    clear(fold);
    timeq_remove(&fold->wait);
    HASH_DEL(chat->folds, fold);
    free(fold);
}

/* ---- telling ---- */

/* Some lines of one kind. */
struct group {
    uint32_t count;
    const struct line *first, *last;
    const char *names[FOLDS_NAMES + 1];
};

static const char *shown_name(const struct line *line)
{
    return line->named != NULL ? line->named->target : line->m->actor;
}

/* Of the lines from an index on; without those of the person but, which may be 0. */
static struct group find_group(const struct fold *fold, uint8_t kind, uint32_t from, uint64_t but)
{
    struct group group = {0};

    for (uint32_t i = from; i < fold->count; i++) {
        const struct line *line = &fold->lines[i];

        if (line->kind != kind || (but != 0 && line->actor == but)) {
            continue;
        }
        if (group.count < FOLDS_NAMES + 1) {
            group.names[group.count] = shown_name(line);
        }
        group.first = group.count++ == 0 ? line : group.first;
        group.last = line;
    }
    return group;
}

/* One message of several, or of one who has another name by now. */
static struct message *make(const struct fold *fold, const struct group *group)
{
    const struct message *last = group->last->m;
    uint32_t named = group->count <= FOLDS_NAMES + 1 ? group->count : FOLDS_NAMES;
    bool is_one = group->count == 1;
    struct strbuf names = {0};
    struct message *m;

    for (uint32_t i = 0; i < named && !is_one; i++) {
        strbuf_addf(&names, "%s%s", i > 0 ? " " : "", group->names[i]);
    }
    m = message_new(&(struct message_parts){
        .kind = last->kind,
        .time_ms = last->time_ms,
        .room = fold->room->name.shown,
        .room_folded = fold->room->name.folded,
        .actor = is_one ? shown_name(group->first) : NULL,
        .actor_id = is_one ? last->actor_id : 0,
        .text = names.data,
        .text_len = names.len,
        .about = is_one ? 0 : group->count,
        .origin = last->origin,
    });
    m->id = last->id;
    strbuf_fini(&names);
    return m;
}

/* What is told of a group, with a reference. */
static struct message *message_of(const struct fold *fold, const struct group *group)
{
    bool is_as_published = group->count == 1 && group->first->named == NULL;

    return is_as_published ? message_ref(group->first->m) : make(fold, group);
}

/* The lines from an index on, to one attachment. */
static void tell_one(const struct fold *fold, struct attachment *at, uint32_t from)
{
    for (uint8_t k = 0; k < fold->kind_count; k++) {
        struct group group = find_group(fold, fold->kinds[k], from, person_id(at->person));

        if (group.count > 0) {
            struct message *m = message_of(fold, &group);

            deliver_to_one(&at->sink, m);
            message_unref(m);
            fold->room->chat->deliveries++;
        }
    }
}

/* Where the part of an attachment begins. */
static uint32_t begin_of(const struct fold *fold, const struct attachment *at)
{
    for (uint32_t i = fold->mark_count; i > 0; i--) {
        if (fold->marks[i - 1].attachment == at->id) {
            return fold->marks[i - 1].at;
        }
    }
    return 0;
}

/* The sinks that fold and were there before the first line. */
static bool hears_all(void *ctx, const struct room_slot *slot)
{
    struct sink *sink = &slot->attachment->sink;

    (void)ctx;
    return (slot->member->flags & MEMBER_APART) == 0 && sink->ops->folds(sink);
}

static void tell(struct fold *fold)
{
    static const struct deliver_origin of_nobody = {.own = DELIVER_NOBODY};
    struct room *room = fold->room;

    for (uint8_t k = 0; k < fold->kind_count; k++) {
        struct group group = find_group(fold, fold->kinds[k], 0, 0);
        struct message *m = message_of(fold, &group);

        room->chat->deliveries += deliver_to_chosen(room, m, &of_nobody, hears_all, NULL);
        message_unref(m);
    }
    for (uint32_t i = 0; i < room->count; i++) {
        struct attachment *at = room->members[i].attachment;

        if ((room->members[i].member->flags & MEMBER_APART) != 0 && at->sink.ops->folds(&at->sink)) {
            tell_one(fold, at, begin_of(fold, at));
        }
    }
    clear(fold);
}

static void bound(struct fold *fold)
{
    if (fold->count >= FOLDS_MOST || fold->mark_count >= FOLDS_MOST) {
        tell(fold);
    }
}

static void due(struct timeq *q, struct timeq_node *node)
{
    struct fold *fold = CONTAINER_OF(node, struct fold, wait);
    uint32_t count = fold->count;

    if (count == 0) {
        fold_free(fold);
        return;
    }
    tell(fold);
    fold->told = count; /* they are the first ones of the next FOLDS_MS */
    timeq_push(q, &fold->wait, clock_ms(fold->room->chat->clock));
}

/* ---- collecting ---- */

static uint8_t place_of(const struct fold *fold, uint8_t kind)
{
    uint8_t place = 0;

    while (place < fold->kind_count && fold->kinds[place] != kind) {
        place++;
    }
    return place;
}

static unsigned hash_of(const char *folded)
{
    return hash_bytes(folded, strlen(folded));
}

static bool is_of(const struct line *line, const struct message *m)
{
    return line->actor == m->actor_id && message_process(line->m) == message_process(m);
}

/* Returns true if a line about the person, or somebody of that name, would be told behind a line of that place or
 * together with it, although it comes before.  but: a line that does not count. */
static bool is_out_of_order(const struct fold *fold, const struct message *m, unsigned name, uint8_t place,
                            const struct line *but)
{
    for (uint32_t i = 0; i < fold->count; i++) {
        const struct line *line = &fold->lines[i];

        if (line != but && (line->name == name || is_of(line, m)) && place_of(fold, line->kind) >= place) {
            return true;
        }
    }
    return false;
}

static void mark(struct fold *fold, struct member *member, uint32_t attachment)
{
    if (fold->mark_count == fold->mark_space) {
        fold->mark_space = fold->mark_space > 0 ? fold->mark_space * 2 : FIRST_SPACE;
        fold->marks = mem_realloc(fold->marks, fold->mark_space * sizeof(fold->marks[0]));
    }
    fold->marks[fold->mark_count++] = (struct mark){.attachment = attachment, .at = fold->count};
    member->flags |= MEMBER_APART;
}

static void collect(struct fold *fold, const struct message *m, const struct deliver_origin *origin)
{
    struct room *room = fold->room;
    unsigned name = hash_of(m->actor_folded);

    if (is_out_of_order(fold, m, name, place_of(fold, m->kind), NULL)) {
        tell(fold);
    }
    if (fold->count == 0) {
        timeq_push(&room->chat->folding, &fold->wait, clock_ms(room->chat->clock));
        room->is_folding = true;
    }
    if (fold->count == fold->space) {
        fold->space = fold->space > 0 ? fold->space * 2 : FIRST_SPACE;
        fold->lines = mem_realloc(fold->lines, fold->space * sizeof(fold->lines[0]));
    }
    if (place_of(fold, m->kind) == fold->kind_count) {
        fold->kinds[fold->kind_count++] = m->kind;
    }
    fold->lines[fold->count++] = (struct line){
        .m = message_ref((struct message *)(uintptr_t)m), .actor = m->actor_id, .name = name, .kind = m->kind};
    for (struct attachment *at = origin->person != NULL ? origin->person->attachments : NULL; at != NULL;
         at = at->next_of_person) {
        for (struct member *in = at->rooms; in != NULL; in = in->next_of_attachment) {
            in->flags |= in->room == room ? MEMBER_APART : 0; /* nobody is told of themselves */
        }
    }
}

/* Returns true if the message is to be told now. */
static bool is_told(struct room *room, const struct message *m)
{
    uint32_t above = room->chat->limits.fold_above;
    struct fold *fold = above > 0 ? get(room) : NULL;

    if (fold != NULL && fold->told >= above) {
        return false;
    }
    folds_before(room, m); /* the limit was changed meanwhile */
    if (fold != NULL) {
        fold->told++;
    }
    return true;
}

/* Marks the members that are in one of these rooms too, where they are told. */
static void mark_told(struct fold *fold, struct room *const *rooms, uint32_t count)
{
    for (uint32_t i = 0; i < fold->room->count; i++) {
        const struct room_slot *slot = &fold->room->members[i];
        bool is_in = false;

        for (const struct member *m = slot->attachment->rooms; m != NULL && !is_in; m = m->next_of_attachment) {
            for (uint32_t k = 0; k < count && !is_in; k++) {
                is_in = m->room == rooms[k];
            }
        }
        if (is_in) {
            mark(fold, slot->member, slot->attachment->id);
        }
    }
}

void folds_deliver(struct room *const *rooms, uint32_t count, const struct message *m,
                   const struct deliver_origin *origin)
{
    struct chat *chat = rooms[0]->chat;
    struct room **ordered = mem_alloc(count * sizeof(*ordered));
    uint32_t told = 0, last = count;

    /* Those that are told come first: a member of one of these, too, has the line. */
    for (uint32_t i = 0; i < count; i++) {
        if (is_told(rooms[i], m)) {
            ordered[told++] = rooms[i];
        } else {
            ordered[--last] = rooms[i];
        }
    }
    for (uint32_t i = told; i < count; i++) {
        struct fold *fold = find(ordered[i]);

        if (told > 0) {
            tell(fold); /* nothing is overtaken by what these members are told now */
        }
        collect(fold, m, origin);
        if (told > 0) {
            mark_told(fold, ordered, told);
        }
    }
    chat->deliveries += deliver_to_rooms(ordered, count, told, m, origin);
    for (uint32_t i = told; i < count; i++) {
        bound(find(ordered[i]));
    }
    free(ordered);
}

/* ---- what else happens ---- */

/* Returns true if the message is by or about somebody whose coming or going is not told yet. */
static bool is_about(const struct fold *fold, const struct message *m)
{
    bool names_one = m->kind == MESSAGE_RENAME || m->kind == MESSAGE_DELETE;
    unsigned name = names_one ? hash_of(m->target_folded) : 0;

    if (m->kind == MESSAGE_RULE) {
        return true; /* its key is an account, a network, or a person */
    }
    for (uint32_t i = 0; i < fold->count; i++) {
        const struct line *line = &fold->lines[i];

        if (is_of(line, m) || (m->kind == MESSAGE_KICK && line->actor == m->about) ||
            (names_one && line->name == name)) {
            return true;
        }
    }
    return false;
}

void folds_tell_before(struct room *room, const struct message *m)
{
    struct fold *fold = find(room);

    if (is_about(fold, m)) {
        tell(fold);
    }
}

/* Who hears of a rename. */
struct renaming {
    const struct fold *fold;
    uint32_t at; /* the line of the person */
    const struct person *person;
};

/* The sinks to which the person has been told, or was there when they entered. */
static bool knows_the_person(void *ctx, const struct room_slot *slot)
{
    const struct renaming *renaming = ctx;
    struct sink *sink = &slot->attachment->sink;

    return slot->attachment->person == renaming->person || !sink->ops->folds(sink) ||
           ((slot->member->flags & MEMBER_APART) != 0 && begin_of(renaming->fold, slot->attachment) > renaming->at);
}

bool folds_take_rename(struct room *room, const struct message *m, const struct deliver_origin *origin)
{
    struct fold *fold = find(room);
    unsigned name = hash_of(m->target_folded);
    struct renaming renaming = {.fold = fold, .at = fold->count, .person = origin->person};
    struct line *line = NULL;

    for (uint32_t i = 0; i < fold->count; i++) {
        if (is_of(&fold->lines[i], m)) {
            line = &fold->lines[i];
            renaming.at = i;
        }
    }
    if (line == NULL || line->kind != MESSAGE_JOIN ||
        is_out_of_order(fold, m, name, place_of(fold, MESSAGE_JOIN), line)) {
        return false;
    }
    room->chat->deliveries += deliver_to_chosen(room, m, origin, knows_the_person, &renaming);
    if (line->named != NULL) {
        message_unref(line->named);
    }
    line->named = message_ref((struct message *)(uintptr_t)m);
    line->name = name;
    return true;
}

void folds_note_entered(struct room *room, const struct attachment *attachment)
{
    struct fold *fold = find(room);

    mark(fold, attachment->rooms, attachment->id);
    bound(fold);
}

void folds_catch_up(struct attachment *attachment, bool tells)
{
    for (struct member *m = attachment->rooms; m != NULL; m = m->next_of_attachment) {
        struct fold *fold = m->room->is_folding ? find(m->room) : NULL;

        if (fold != NULL && tells) {
            tell_one(fold, attachment, (m->flags & MEMBER_APART) != 0 ? begin_of(fold, attachment) : 0);
        }
        if (fold != NULL) {
            mark(fold, m, attachment->id);
            bound(fold);
        }
    }
}

void folds_forget(struct room *room)
{
    struct fold *fold = find(room);

    if (fold != NULL) {
        fold_free(fold);
    }
}

void folds_init(struct chat *chat)
{
    timeq_init(&chat->folding, FOLDS_MS, due, chat);
}

void folds_fini(struct chat *chat)
{
    CHECK(chat->folds == NULL); /* each ends with its room */
}
