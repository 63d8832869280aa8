/* session/cmd_look.c: /rooms, /who, /whois: what and who is there. */
#include "config.h"

#include "session/cmd.h"

#include "base/glob.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/pick.h"
#include "base/text.h"
#include "session/answer.h"
#include "session/find.h"

#include <stdlib.h>
#include <string.h>

static enum cmd_result rooms_exec(struct session *s, struct cmd_args *args);
static enum cmd_result who_exec(struct session *s, struct cmd_args *args);
static enum cmd_result whois_exec(struct session *s, struct cmd_args *args);

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
        session_error(s, FAULT_BAD_VALUE, "a list takes one pattern of at most %d characters", GLOB_CHARS);
        return false;
    }
    wish->pattern = folded;
    return true;
}

static bool read_place(struct session *s, const char *word, struct wish *wish)
{
    unsigned long from = strtoul(word, NULL, 10);

    if (from < 1 || from > UINT32_MAX) {
        session_error(s, FAULT_BAD_VALUE, "a list begins with its entry 1");
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
 * for that, without the place. */
static void tell_part(struct session *s, const struct wish *wish, size_t shown, size_t count, const char *command)
{
    size_t last = wish->from - 1 + shown;

    if (count == 0) {
        return;
    }
    if (wish->from > count) {
        session_info(s, "the list ends with %zu", count);
    } else if (last < count && shown == 0) {
        session_info(s, "too much is waiting for you to read it: %s %zu asks again", command, last + 1);
    } else if (last < count) {
        session_info(s, "%u to %zu of %zu; %s %zu shows more", wish->from, last, count, command, last + 1);
    } else if (wish->from > 1) {
        session_info(s, "%u to %zu of %zu", wish->from, last, count);
    }
}

/* ---- /rooms ---- */

/* Those that are open and match the pattern; *count of them, of *all. */
static struct pick *find_rooms(const struct chat *chat, const struct wish *wish, size_t *count, size_t *all)
{
    struct pick *list = mem_alloc((HASH_COUNT(chat->rooms) + 1) * sizeof(*list));
    struct room *room, *next;

    *count = *all = 0;
    HASH_ITER(hh, chat->rooms, room, next) {
        if (!room->is_open) {
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
    struct strbuf line = {0};
    bool fits;

    strbuf_addf(&line, "#%s  %u %s", room->name.shown, room->people, text_plural(room->people, "person", "people"));
    if (room->topic != NULL) {
        strbuf_addf(&line, "  %s", room->topic);
    }
    fits = session_fits(s, line.len);
    if (fits) {
        session_info(s, "%s", line.data);
    }
    strbuf_fini(&line);
    return fits;
}

static enum cmd_result rooms_exec(struct session *s, struct cmd_args *args)
{
    size_t count, all, n, shown = 0;
    struct strbuf command = {0};
    struct pick *rooms;
    struct wish wish;

    if (!read_wish(s, args, false, &wish)) {
        return CMD_FAILED;
    }
    rooms = find_rooms(s->env->chat, &wish, &count, &all);
    *args->cost += (unsigned)(all / LOOKED_AT);
    n = pick_page(rooms, count, wish.from - 1, ROOMS_SHOWN);
    if (wish.pattern != NULL) {
        session_info(s, "%zu of %zu %s %s %s%s", count, all, text_plural(all, "room", "rooms"),
                     text_plural(count, "matches", "match"), wish.pattern, count > 0 ? ":" : "");
    } else {
        session_info(s, "%zu %s:", all, text_plural(all, "room", "rooms"));
    }
    while (shown < n && show_room(s, rooms[wish.from - 1 + shown].item)) {
        shown++;
    }
    strbuf_addf(&command, "/rooms%s%s", wish.pattern != NULL ? " " : "", wish.pattern != NULL ? wish.pattern : "");
    tell_part(s, &wish, shown, count, command.data);
    strbuf_fini(&command);
    free(wish.pattern);
    free(rooms);
    return CMD_OK;
}

/* ---- /who ---- */

static struct pick *find_people(const struct room *room, const struct wish *wish, size_t *count)
{
    struct pick *list = mem_alloc((room->people + 1) * sizeof(*list));

    *count = 0;
    for (uint32_t i = 0; i < room->count; i++) {
        const struct person *person = room_person_at(room, i);
        const char *folded = person != NULL ? person->name.name.folded : NULL;

        if (folded == NULL) {
            continue;
        }
        if (wish->pattern == NULL || glob_matches(&wish->glob, folded)) {
            list[(*count)++] = (struct pick){.rank = pick_rank_of_name(folded), .name = folded, .item = person};
        }
    }
    return list;
}

static enum cmd_result list_people(struct session *s, const struct room *room, const struct wish *wish)
{
    struct answer_names names = {.s = s};
    struct strbuf command = {0};
    size_t count, n;
    struct pick *people = find_people(room, wish, &count);

    n = pick_page(people, count, wish->from - 1, NAMES_SHOWN);
    if (wish->pattern != NULL) {
        session_info(s, "#%s: %zu of %u %s %s %s", room->name.shown, count, room->people,
                     text_plural(room->people, "person", "people"), text_plural(count, "matches", "match"),
                     wish->pattern);
    } else {
        session_info(s, "#%s: %u %s", room->name.shown, room->people, text_plural(room->people, "person", "people"));
    }
    while (names.count < n) {
        const struct person *person = people[wish->from - 1 + names.count].item;

        if (!answer_names_add(&names, "", person_shown_name(person), person_away(person) != NULL ? " (away)" : "")) {
            break;
        }
    }
    answer_names_end(&names);
    strbuf_addf(&command, "/who #%s%s%s", room->name.shown, wish->pattern != NULL ? " " : "",
                wish->pattern != NULL ? wish->pattern : "");
    tell_part(s, wish, names.count, count, command.data);
    strbuf_fini(&command);
    free(people);
    return CMD_OK;
}

static enum cmd_result who_exec(struct session *s, struct cmd_args *args)
{
    enum cmd_result result = CMD_FAILED;
    const struct room *room;
    struct wish wish;

    if (!read_wish(s, args, true, &wish)) {
        return CMD_FAILED;
    }
    room = find_room_or_current(s, wish.room);
    if (room != NULL) {
        *args->cost += room->count / LOOKED_AT;
        result = list_people(s, room, &wish);
    }
    free(wish.pattern);
    return result;
}

/* ---- /whois ---- */

static void add_span(struct strbuf *out, int64_t sec)
{
    if (sec >= 86400) {
        strbuf_addf(out, "%lld d %lld h", (long long)sec / 86400, (long long)sec % 86400 / 3600);
    } else if (sec >= 3600) {
        strbuf_addf(out, "%lld h %lld min", (long long)sec / 3600, (long long)sec % 3600 / 60);
    } else if (sec >= 60) {
        strbuf_addf(out, "%lld min", (long long)sec / 60);
    } else {
        strbuf_addf(out, "%lld s", sec > 0 ? (long long)sec : 0LL);
    }
}

static void show_rooms_of(struct session *s, const struct person *person)
{
    struct strbuf begin = {0};
    struct answer_names names = {.s = s, .end = "."};
    const struct member *m = person_rooms(person);

    if (m == NULL) {
        session_info(s, "%s is in no room.", person_shown_name(person));
        return;
    }
    strbuf_addf(&begin, "%s is in ", person_shown_name(person));
    names.begin = names.again = begin.data;
    while (m != NULL && answer_names_add(&names, "#", m->room->name.shown, "")) {
        m = m->next_of_attachment;
    }
    answer_names_end(&names);
    if (m != NULL) {
        answer_tell_more(s, person->room_count - names.count);
    }
    strbuf_fini(&begin);
}

static enum cmd_result whois_exec(struct session *s, struct cmd_args *args)
{
    const struct person *person = find_person(s, args->word[0]);
    struct clock *clock = s->env->clock;
    struct strbuf line = {0};

    if (person == NULL) {
        return CMD_FAILED;
    }
    strbuf_addf(&line, "%s came ", person_shown_name(person));
    add_span(&line, clock_real_ms(clock) / 1000 - person->since_s);
    strbuf_adds(&line, " ago and was last active ");
    add_span(&line, (int64_t)(clock_ms(clock) / 1000) - person->active_s);
    strbuf_adds(&line, " ago.");
    session_info(s, "%s", line.data);
    show_rooms_of(s, person);
    if (person_away(person) != NULL) {
        session_info(s, "%s is away: %s", person_shown_name(person), person_away(person));
    }
    strbuf_fini(&line);
    return CMD_OK;
}
