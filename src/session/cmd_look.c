/* session/cmd_look.c: /rooms, /who, /whois: what and who is there. */
#include "config.h"

#include "chat/port_accounts.h"
#include "session/cmd.h"

#include "base/mem.h"
#include "base/name.h"
#include "base/pick.h"
#include "base/text.h"
#include "chat/graces.h"
#include "chat/names.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "net/conn.h"
#include "net/tls.h"
#include "session/answer.h"
#include "session/find.h"
#include "session/listing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum verb_result rooms_exec(struct session *s, struct cmd_args *args);
static enum verb_result who_exec(struct session *s, struct cmd_args *args);
static enum verb_result whois_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_rooms = {
    .name = "rooms",
    .aliases = "list",
    .usage = "[PATTERN] [PLACE]",
    .max_words = 2,
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "lists the rooms, the largest first",
    .args = "PATTERN chooses some: * is any text, ? is one character.\n"
            "PLACE is one in the list: 101 shows the 101st room and those that follow.",
    .example = "rooms dev*",
    .exec = rooms_exec,
};

const struct cmd cmd_who = {
    .name = "who",
    .aliases = "names",
    .usage = "[ROOM] [PATTERN] [PLACE]",
    .max_words = 3,
    .who = CMD_NAMES_ROOM,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "lists the people in the room, or in another",
    .args = "ROOM is any room; without it, the current one.\n"
            "PATTERN chooses some people: * is any text, ? is one character.\n"
            "PLACE is one in the list: 501 shows the 501st name and those that follow;\n"
            "a room whose name is a number needs its #.",
    .example = "who #lobby al*",
    .exec = who_exec,
};

const struct cmd cmd_whois = {
    .name = "whois",
    .usage = "NAME",
    .min_words = 1,
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 1,
    .group = CMD_GROUP_PEOPLE,
    .help = "tells about a person: rooms, since when, whether away",
    .args = "NAME is a person who is here.",
    .example = "whois alice",
    .exec = whois_exec,
};

enum {
    ROOMS_SHOWN = 100, /* an answer has to end: in a terminal, and in a queue */
    NAMES_SHOWN = 500,
    LOOKED_AT = 500, /* rooms or people: so many cost a token more */
    GAP = 2,         /* columns between the cells of a row */
};

/* ---- /rooms ---- */

/* Those that are open, seen by the person, and wanted; *count of them, of *all. */
static struct pick *find_rooms(const struct person *person, struct listing *listing, size_t *count, size_t *all)
{
    const struct chat *chat = person->chat;
    struct pick *list = mem_alloc((HASH_COUNT(chat->rooms) + 1) * sizeof(*list));
    struct room *room, *next;

    *count = *all = 0;
    HASH_ITER(hh, chat->rooms, room, next) {
        if (!room->is_open || !rights_sees(room, person)) {
            continue;
        }
        (*all)++;
        if (listing_wants(listing, room->name.folded)) {
            list[(*count)++] = (struct pick){.rank = pick_rank_of(UINT32_MAX - room->people, room->name.folded),
                                             .name = room->name.folded,
                                             .item = room};
        }
    }
    return list;
}

/* A single room stands for itself, with its whole topic. */
static struct reply_cells cells_of_rooms(const struct session *s, const struct pick *page, size_t n)
{
    struct reply_cells cells = {0};

    for (size_t i = 0; i < n && n > 1 && session_columns(s) > 0; i++) {
        const struct room *room = page[i].item;
        unsigned name = (unsigned)text_columns(room->name.shown, strlen(room->name.shown)) + 1 + GAP;
        unsigned number = (unsigned)snprintf(NULL, 0, "%u", (unsigned)room->people);

        cells.name = name > cells.name ? name : cells.name;
        cells.number = number > cells.number ? number : cells.number;
    }
    return cells;
}

/* False when the reader's queue has no room for it. */
static bool show_room(struct session *s, const struct room *room, const struct reply_cells *cells)
{
    return session_reply_if_fits(s, REPLY(REPLY_ROOM, .room = room->name.shown, .count = room->people,
                                          .topic = room->topic, .cells = *cells));
}

static enum verb_result rooms_exec(struct session *s, struct cmd_args *args)
{
    size_t count, all, n = answer_page_items(s, ROOMS_SHOWN, 1), shown = 0;
    struct pick *rooms, *page;
    struct reply_cells cells;
    struct listing listing;

    if (!listing_read(s, args, false, &listing)) {
        return VERB_REFUSED;
    }
    rooms = find_rooms(s->self.person, &listing, &count, &all);
    session_charge(s, (unsigned)(all / LOOKED_AT));
    page = listing_pick(&listing, rooms, count, &n);
    cells = cells_of_rooms(s, page, n);
    if (listing.pattern != NULL) {
        session_reply(s, REPLY(REPLY_ROOMS_MATCHING, .count = (int64_t)(listing.passed + count), .all = (int64_t)all,
                               .pattern = listing.pattern));
    } else {
        session_reply(s, REPLY(REPLY_ROOMS, .all = (int64_t)all));
    }
    while (shown < n && show_room(s, page[shown].item, &cells)) {
        shown++;
    }
    listing_end(s, &listing, rooms, count, shown, "/rooms");
    listing_fini(&listing);
    free(rooms);
    return VERB_DONE;
}

/* ---- /who ---- */

static void add_name(struct pick *list, const struct name *name, struct listing *listing, size_t *count)
{
    if (name->folded != NULL && listing_wants(listing, name->folded)) {
        list[(*count)++] =
            (struct pick){.rank = pick_rank_of_name(name->folded), .name = name->folded, .item = name->shown};
    }
}

/* By their shown names: those who are here, and those who are in the room elsewhere. */
static struct pick *find_people(const struct room *room, struct listing *listing, size_t *count)
{
    struct pick *list = mem_alloc((room->people + 1) * sizeof(*list));

    *count = 0;
    for (uint32_t i = 0; i < room->count; i++) {
        const struct person *person = room_person_at(room, i);

        if (person != NULL) {
            add_name(list, &person->name.name, listing, count);
        }
    }
    for (const struct other *other = room->others; other != NULL; other = other->hh.next) {
        add_name(list, &other->name, listing, count);
    }
    return list;
}

/* NULL for a plain member, and for people elsewhere. */
static const char *shown_rank(const struct room *room, const struct person *person)
{
    enum rank rank = person != NULL ? rights_rank(room, person) : RANK_MEMBER;

    return rank > RANK_MEMBER ? rank_name(rank) : NULL;
}

static struct reply_item item_of(const struct room *room, const struct pick *pick)
{
    const struct person *person = names_find(room->chat, pick->name);

    return (struct reply_item){.name = pick->item,
                               .is_away = person != NULL && person_away(person) != NULL,
                               .rank = shown_rank(room, person)};
}

static unsigned item_columns(const struct reply_item *item)
{
    struct strbuf out = {0};
    unsigned columns;

    reply_item_show(&out, item);
    columns = (unsigned)text_columns(out.data, out.len);
    strbuf_fini(&out);
    return columns;
}

/* The columns of a cell that holds each of n people, and in *per_row how many cells a row of the window has; 0: the
 * names are separated by commas, for the width is not known. */
static unsigned cell_of_people(const struct session *s, const struct room *room, const struct pick *page, size_t n,
                               size_t *per_row)
{
    unsigned columns = session_columns(s), cell = 0;

    *per_row = 0;
    for (size_t i = 0; i < n && columns > 0; i++) {
        struct reply_item item = item_of(room, &page[i]);
        unsigned own = item_columns(&item) + GAP;

        cell = own > cell ? own : cell;
    }
    if (cell > 0) {
        columns = columns > ANSWER_BEGIN_COLUMNS ? columns - ANSWER_BEGIN_COLUMNS + GAP : 0; /* no gap ends a row */
        *per_row = columns > cell ? columns / cell : 1;
    }
    return cell;
}

static enum verb_result list_people(struct session *s, const struct room *room, struct listing *listing)
{
    struct answer_list list = {.s = s, .reply = {.kind = REPLY_MEMBERS, .room = room->name.shown}};
    struct strbuf command = {0};
    size_t count, n = answer_page_items(s, NAMES_SHOWN, session_columns(s) / (1 + GAP) + 1);
    struct pick *people = find_people(room, listing, &count), *page = listing_pick(listing, people, count, &n);

    list.reply.first = listing->from;
    list.reply.cells.name = cell_of_people(s, room, page, n, &list.per_row);
    if (list.per_row > 0 && n > answer_page_items(s, NAMES_SHOWN, list.per_row)) {
        n = answer_page_items(s, NAMES_SHOWN, list.per_row);
    }
    if (listing->pattern != NULL) {
        session_reply(s, REPLY(REPLY_WHO_MATCHING, .room = room->name.shown,
                               .count = (int64_t)(listing->passed + count), .all = room->people,
                               .pattern = listing->pattern));
    } else {
        session_reply(s, REPLY(REPLY_WHO, .room = room->name.shown, .all = room->people));
    }
    while (list.count < n) {
        struct reply_item item = item_of(room, &page[list.count]);

        if (!answer_list_add(&list, &item)) {
            break;
        }
    }
    answer_list_end(&list);
    strbuf_addf(&command, "/who #%s", room->name.shown);
    listing_end(s, listing, people, count, list.count, command.data);
    strbuf_fini(&command);
    free(people);
    return VERB_DONE;
}

/* Whether the word names a person and no room; the error has been sent then. */
static bool is_person(struct session *s, const char *word)
{
    char *folded = word != NULL && word[0] != '#' ? name_fold(word, strlen(word)) : NULL;
    const struct person *person = folded != NULL ? names_find(s->env->chat, folded) : NULL;
    const struct room *room = folded != NULL ? rooms_find(s->env->chat, folded) : NULL;
    bool is_one = person != NULL && (room == NULL || !rights_sees(room, s->self.person));

    free(folded);
    if (is_one) {
        session_reply(s, REPLY(REPLY_NO_ROOM_BUT_PERSON, .room = word, .name = person_shown_name(person)));
    }
    return is_one;
}

static enum verb_result who_exec(struct session *s, struct cmd_args *args)
{
    enum verb_result result = VERB_REFUSED;
    const struct room *room;
    struct listing listing;

    if (!listing_read(s, args, true, &listing)) {
        return VERB_REFUSED;
    }
    room = is_person(s, listing.room) ? NULL : find_room_or_current(s, listing.room);
    if (room != NULL) {
        session_charge(s, room->people / LOOKED_AT);
        result = list_people(s, room, &listing);
    }
    listing_fini(&listing);
    return result;
}

/* ---- /whois ---- */

/* Clocks may have been put back. */
static int64_t span(int64_t sec)
{
    return sec > 0 ? sec : 0;
}

static void show_rooms_of(struct session *s, const struct person *person)
{
    struct answer_list list = {
        .s = s, .reply = {.kind = REPLY_WHOIS_ROOMS, .name = person_shown_name(person)}};
    uint32_t seen = 0;
    bool fits = true;

    for (const struct member *m = person_rooms(person); m != NULL; m = m->next_of_attachment) {
        if (rights_sees(m->room, s->self.person)) {
            fits = fits && answer_list_add(&list, &(struct reply_item){.name = m->room->name.shown});
            seen++;
        }
    }
    if (seen == 0) {
        session_reply(s, REPLY(REPLY_WHOIS_NO_ROOM, .name = person_shown_name(person)));
        return;
    }
    answer_list_end(&list);
    if (!fits) {
        session_reply(s, REPLY(REPLY_OMITTED, .count = (int64_t)(seen - list.count)));
    }
}

/* Each of the person's connections is encrypted. */
static bool is_over_tls(const struct person *person)
{
    struct attachment *at = person->attachments;

    while (at != NULL && tls_version(conn_transport(session_of_attachment(at)->conn)) != NULL) {
        at = at->next_of_person;
    }
    return at == NULL && person->attachments != NULL;
}

static enum verb_result whois_exec(struct session *s, struct cmd_args *args)
{
    const struct person *person = find_person(s, args->word[0]);
    struct clock *clock = s->env->clock;
    const struct account *account;

    if (person == NULL) {
        return VERB_REFUSED;
    }
    account = owners_account(person);
    session_reply(s, REPLY(REPLY_WHOIS, .name = person_shown_name(person),
                           .connected = span(clock_real_ms(clock) / 1000 - person->since_s),
                           .idle = span((int64_t)(clock_ms(clock) / 1000) - person->active_s)));
    if (account != NULL) {
        session_reply(s, REPLY(REPLY_WHOIS_ACCOUNT, .name = person_shown_name(person), .account = account->name,
                               .time = account->created_ms));
    } else if (person_grace(person) != NULL) {
        session_reply(s, REPLY(REPLY_WHOIS_IN_GRACE, .name = person_shown_name(person),
                               .seconds = (int64_t)((graces_left_ms(person_grace(person)) + 999) / 1000)));
    }
    if (account != NULL && account->is_admin) {
        session_reply(s, REPLY(REPLY_WHOIS_ADMIN, .name = person_shown_name(person), .admin = true));
    }
    if (is_over_tls(person)) {
        session_reply(s, REPLY(REPLY_WHOIS_TLS, .name = person_shown_name(person), .tls = true));
    }
    show_rooms_of(s, person);
    if (person_away(person) != NULL && person_grace(person) == NULL) { /* who has a name lent says nothing under it */
        session_reply(s, REPLY(REPLY_AWAY, .name = person_shown_name(person), .reason = person_away(person)));
    }
    return VERB_DONE;
}
