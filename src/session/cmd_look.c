/* session/cmd_look.c: /rooms, /who, /whois: what and who is there. */
#include "config.h"

#include "session/cmd.h"

#include "base/glob.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/pick.h"
#include "chat/graces.h"
#include "chat/names.h"
#include "chat/others.h"
#include "chat/owners.h"
#include "chat/rights.h"
#include "chat/rooms.h"
#include "session/answer.h"
#include "session/find.h"

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
    LOOKED_AT = 500,     /* rooms or people: so many cost a token more */
};

/* ---- what of a list is wanted ---- */

struct wish {
    const char *room; /* as written; NULL: none */
    char *pattern;    /* folded, to be freed; NULL: all */
    struct glob glob; /* of pattern */
    uint32_t from;    /* counted from 1 */
};

static bool is_place(const char *word)
{
    return word[strspn(word, "0123456789")] == '\0';
}

static bool read_pattern(struct session *s, const char *word, struct wish *wish)
{
    char *folded = name_fold(word, strlen(word));

    if (wish->pattern != NULL || folded == NULL || !glob_init(&wish->glob, folded)) {
        free(folded);
        session_reply(s, REPLY(REPLY_BAD_PATTERN, .value = word, .limit = GLOB_CHARS));
        return false;
    }
    wish->pattern = folded;
    return true;
}

static bool read_place(struct session *s, const char *word, struct wish *wish)
{
    unsigned long from = strtoul(word, NULL, 10);

    if (from < 1 || from > UINT32_MAX) {
        session_reply(s, REPLY(REPLY_BAD_PLACE, .value = word));
        return false;
    }
    wish->from = (uint32_t)from;
    return true;
}

/* A number is a place in the list, and ends the wish; a word with a * or ? is a pattern; any other one, and one that
 * begins with #, is a room if has_room says that one can be named.  On false all is told and freed. */
static bool read_wish(struct session *s, const struct cmd_args *args, bool has_room, struct wish *wish)
{
    bool is_right = true;

    *wish = (struct wish){.from = 1};
    for (int i = 0; i < args->words && is_right; i++) {
        const char *word = args->word[i];

        if (is_place(word) && i == args->words - 1) {
            is_right = read_place(s, word, wish);
        } else if (has_room && i == 0 && (word[0] == '#' || !glob_is_pattern(word))) {
            wish->room = word;
        } else {
            is_right = read_pattern(s, !has_room && word[0] == '#' ? word + 1 : word, wish);
        }
    }
    if (!is_right) {
        free(wish->pattern);
    }
    return is_right;
}

/* Tells which part of a list was shown, if it was not all, and how to see what comes next.  command is what to type
 * for that, without the pattern and the place. */
static void tell_part(struct session *s, const struct wish *wish, size_t shown, size_t count, const char *command)
{
    size_t last = wish->from - 1 + shown;
    enum reply_kind kind = wish->from < last ? REPLY_PART : REPLY_PART_ONE;
    int64_t total = (int64_t)count;
    struct strbuf next = {0};

    if (count > 0 && wish->from > count) {
        session_reply(s, REPLY(REPLY_PART_BEHIND, .count = total));
    } else if (last < count) {
        strbuf_addf(&next, "%s%s%s %zu", command, wish->pattern != NULL ? " " : "",
                    wish->pattern != NULL ? wish->pattern : "", last + 1);
        if (shown == 0) {
            session_reply(s, REPLY(REPLY_PART_NONE, .count = total, .next = next.data));
        } else {
            session_reply(s, REPLY(kind, .first = wish->from, .last = (int64_t)last, .count = total,
                                   .next = next.data));
        }
        strbuf_fini(&next);
    } else if (count > 0 && wish->from > 1) {
        session_reply(s, REPLY(kind, .first = wish->from, .last = (int64_t)last, .count = total));
    }
}

/* ---- /rooms ---- */

/* Those that are open, seen by the person, and match the pattern; *count of them, of *all. */
static struct pick *find_rooms(const struct person *person, const struct wish *wish, size_t *count, size_t *all)
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
        if (wish->pattern == NULL || glob_matches(&wish->glob, room->name.folded)) {
            list[(*count)++] = (struct pick){.rank = pick_rank_of(UINT32_MAX - room->people, room->name.folded),
                                             .name = room->name.folded,
                                             .item = room};
        }
    }
    return list;
}

/* False when the reader's queue has no room for it. */
static bool show_room(struct session *s, const struct room *room)
{
    return session_reply_if_fits(
        s, REPLY(REPLY_ROOM, .room = room->name.shown, .count = room->people, .topic = room->topic));
}

static enum verb_result rooms_exec(struct session *s, struct cmd_args *args)
{
    size_t count, all, n, shown = 0;
    struct pick *rooms;
    struct wish wish;

    if (!read_wish(s, args, false, &wish)) {
        return VERB_REFUSED;
    }
    rooms = find_rooms(s->self.person, &wish, &count, &all);
    session_charge(s, (unsigned)(all / LOOKED_AT));
    n = pick_page(rooms, count, wish.from - 1, ROOMS_SHOWN);
    if (wish.pattern != NULL) {
        session_reply(s, REPLY(REPLY_ROOMS_MATCHING, .count = (int64_t)count, .all = (int64_t)all,
                               .pattern = wish.pattern));
    } else {
        session_reply(s, REPLY(REPLY_ROOMS, .all = (int64_t)all));
    }
    while (shown < n && show_room(s, rooms[wish.from - 1 + shown].item)) {
        shown++;
    }
    tell_part(s, &wish, shown, count, "/rooms");
    free(wish.pattern);
    free(rooms);
    return VERB_DONE;
}

/* ---- /who ---- */

static void add_name(struct pick *list, const struct name *name, const struct wish *wish, size_t *count)
{
    if (name->folded != NULL && (wish->pattern == NULL || glob_matches(&wish->glob, name->folded))) {
        list[(*count)++] =
            (struct pick){.rank = pick_rank_of_name(name->folded), .name = name->folded, .item = name->shown};
    }
}

/* By their shown names: those who are here, and those who are in the room elsewhere. */
static struct pick *find_people(const struct room *room, const struct wish *wish, size_t *count)
{
    struct pick *list = mem_alloc((room->people + 1) * sizeof(*list));

    *count = 0;
    for (uint32_t i = 0; i < room->count; i++) {
        const struct person *person = room_person_at(room, i);

        if (person != NULL) {
            add_name(list, &person->name.name, wish, count);
        }
    }
    for (const struct other *other = room->others; other != NULL; other = other->hh.next) {
        add_name(list, &other->name, wish, count);
    }
    return list;
}

/* NULL for a plain member, and for people elsewhere. */
static const char *shown_rank(const struct room *room, const struct person *person)
{
    enum rank rank = person != NULL ? rights_rank(room, person) : RANK_MEMBER;

    return rank > RANK_MEMBER ? rank_name(rank) : NULL;
}

static enum verb_result list_people(struct session *s, const struct room *room, const struct wish *wish)
{
    struct answer_list list = {
        .s = s, .reply = {.kind = REPLY_MEMBERS, .room = room->name.shown, .first = wish->from}};
    struct strbuf command = {0};
    size_t count, n;
    struct pick *people = find_people(room, wish, &count);

    n = pick_page(people, count, wish->from - 1, NAMES_SHOWN);
    if (wish->pattern != NULL) {
        session_reply(s, REPLY(REPLY_WHO_MATCHING, .room = room->name.shown, .count = (int64_t)count,
                               .all = room->people, .pattern = wish->pattern));
    } else {
        session_reply(s, REPLY(REPLY_WHO, .room = room->name.shown, .all = room->people));
    }
    while (list.count < n) {
        const struct pick *pick = &people[wish->from - 1 + list.count];
        const struct person *person = names_find(room->chat, pick->name);
        struct reply_item item = {.name = pick->item,
                                  .is_away = person != NULL && person_away(person) != NULL,
                                  .rank = shown_rank(room, person)};

        if (!answer_list_add(&list, &item)) {
            break;
        }
    }
    answer_list_end(&list);
    strbuf_addf(&command, "/who #%s", room->name.shown);
    tell_part(s, wish, list.count, count, command.data);
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
    struct wish wish;

    if (!read_wish(s, args, true, &wish)) {
        return VERB_REFUSED;
    }
    room = is_person(s, wish.room) ? NULL : find_room_or_current(s, wish.room);
    if (room != NULL) {
        session_charge(s, room->people / LOOKED_AT);
        result = list_people(s, room, &wish);
    }
    free(wish.pattern);
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
    show_rooms_of(s, person);
    if (person_away(person) != NULL && person_grace(person) == NULL) { /* who has a name lent says nothing under it */
        session_reply(s, REPLY(REPLY_AWAY, .name = person_shown_name(person), .reason = person_away(person)));
    }
    return VERB_DONE;
}
