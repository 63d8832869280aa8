/* session/cmd_look.c: /rooms, /who, /whois: what and who is there. */
#include "config.h"

#include "session/cmd.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

static enum cmd_result rooms_exec(struct session *s, struct cmd_args *args);
static enum cmd_result who_exec(struct session *s, struct cmd_args *args);
static enum cmd_result whois_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_rooms = {
    .name = "rooms",
    .aliases = "list",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "lists the rooms, the largest first",
    .exec = rooms_exec,
};

const struct cmd cmd_who = {
    .name = "who",
    .aliases = "names",
    .usage = "[ROOM]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "lists who is in the current room, or in another",
    .args = "ROOM is any room; without it, the current one.",
    .example = "who lobby",
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
    ROOMS_SHOWN = 100,  /* an answer has to end: in a terminal, and in a queue */
    NAMES_SHOWN = 500,
};

/* ---- /rooms ---- */

static int by_size(const void *a, const void *b)
{
    const struct room *x = *(const struct room *const *)a, *y = *(const struct room *const *)b;

    return x->count != y->count ? (x->count < y->count ? 1 : -1) : strcmp(x->name.folded, y->name.folded);
}

static enum cmd_result rooms_exec(struct session *s, struct cmd_args *args)
{
    size_t space = HASH_COUNT(s->env->chat->rooms), count = 0;
    const struct room **rooms = mem_alloc((space + 1) * sizeof(struct room *));
    struct room *room, *next;
    HASH_ITER(hh, s->env->chat->rooms, room, next) {
        if (room->is_open) {
            rooms[count++] = room;
        }
    }
    *args->cost += (unsigned)(count / 500); /* a long list is dear */
    qsort(rooms, count, sizeof(struct room *), by_size);
    session_info(s, "%zu room%s:", count, count == 1 ? "" : "s");
    for (size_t i = 0; i < count && i < ROOMS_SHOWN; i++) {
        session_info(s, "#%s  %u %s%s%s", rooms[i]->name.shown, rooms[i]->count,
                     rooms[i]->count == 1 ? "person" : "people", rooms[i]->topic != NULL ? "  " : "",
                     rooms[i]->topic != NULL ? rooms[i]->topic : "");
    }
    if (count > ROOMS_SHOWN) {
        session_info(s, "and %zu smaller ones", count - ROOMS_SHOWN);
    }
    free(rooms);
    return CMD_OK;
}

/* ---- /who ---- */

static enum cmd_result who_exec(struct session *s, struct cmd_args *args)
{
    const struct room *room = cmd_room_or_current(s, args->word[0], args->cost);
    struct strbuf line = {0};

    if (room == NULL) {
        return CMD_FAILED;
    }
    session_info(s, "#%s: %u %s", room->name.shown, room->count, room->count == 1 ? "person" : "people");
    for (uint32_t i = 0; i < room->count && i < NAMES_SHOWN; i++) {
        const struct user *user = room_user_at(room, i);

        strbuf_addf(&line, "%s%s%s", line.len > 0 ? ", " : "", user_shown_name(user),
                    user_away(user) != NULL ? " (away)" : "");
        if (line.len >= CMD_NAMES_LINE) {
            session_info(s, "%s", line.data);
            strbuf_reset(&line);
        }
    }
    if (line.len > 0) {
        session_info(s, "%s", line.data);
    }
    if (room->count > NAMES_SHOWN) {
        session_info(s, "and %u more", room->count - NAMES_SHOWN);
    }
    strbuf_fini(&line);
    return CMD_OK;
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

static enum cmd_result whois_exec(struct session *s, struct cmd_args *args)
{
    const struct user *user = cmd_find_user(s, args->word[0], args->cost);
    struct clock *clock = s->env->clock;
    struct strbuf line = {0};

    if (user == NULL) {
        return CMD_FAILED;
    }
    strbuf_addf(&line, "%s came ", user_shown_name(user));
    add_span(&line, clock_real_ms(clock) / 1000 - user->since_s);
    strbuf_adds(&line, " ago and was last active ");
    add_span(&line, (int64_t)(clock_ms(clock) / 1000) - user->active_s);
    strbuf_adds(&line, " ago.");
    session_info(s, "%s", line.data);
    strbuf_reset(&line);
    for (const struct member *m = user->rooms; m != NULL; m = m->next_of_user) {
        strbuf_addf(&line, "%s#%s", line.len > 0 ? ", " : "in ", m->room->name.shown);
    }
    session_info(s, "%s is %s.", user_shown_name(user), line.len > 0 ? line.data : "in no room");
    if (user_away(user) != NULL) {
        session_info(s, "%s is away: %s", user_shown_name(user), user_away(user));
    }
    strbuf_fini(&line);
    return CMD_OK;
}
