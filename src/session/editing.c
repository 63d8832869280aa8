/* session/editing.c: the prompt, and candidates for a word. */
#include "config.h"

#include "session/editing.h"

#include "base/charsets.h"
#include "base/text.h"
#include "base/zones.h"
#include "chat/attachment.h"
#include "chat/modes.h"
#include "chat/person.h"
#include "chat/rights.h"
#include "chat/room.h"
#include "chat/rooms.h"
#include "session/choices.h"
#include "session/cmd.h"
#include "session/desk.h"
#include "session/scroll.h"
#include "session/session.h"
#include "session/topics.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

enum { NAME_BYTES = 32 /* no command's name is longer */, CANDIDATES_OF_LINE = 1024 };

void editing_set(struct conn_owner *owner, bool on)
{
    struct session *s = session_of_owner(owner);

    if (on) {
        session_set_edits(s, true);
        desk_open(s);
        scroll_take(s);
    } else {
        scroll_leave(s);
        desk_close(s);
        session_set_edits(s, false);
    }
}

void editing_prompt(struct conn_owner *owner, struct strbuf *out)
{
    struct session *s = session_of_owner(owner);
    struct strbuf room = {0};
    unsigned columns = session_columns(s) / 2, used;

    if (s->asks_secret) {
        strbuf_adds(out, "password: ");
        return;
    }
    if (s->current != NULL) {
        strbuf_addf(&room, "#%s", s->current->name.shown);
    }
    strbuf_adds(&room, "> ");
    used = (unsigned)text_columns(room.data, room.len) + 1;
    desk_tell(s, out, columns > used ? columns - used : 0);
    strbuf_add(out, room.data, room.len);
    strbuf_fini(&room);
}

void editing_pasted(struct conn_owner *owner, unsigned lines)
{
    session_reply(session_of_owner(owner), REPLY(REPLY_PASTED, .count = lines));
}

/* The command of a line; NULL if there is none. */
static const struct cmd *command_of(const char *line, size_t len)
{
    char name[NAME_BYTES];
    size_t n = 0;

    if (len < 2 || line[0] != '/') {
        return NULL;
    }
    while (1 + n < len && line[1 + n] != ' ') {
        n++;
    }
    if (n == 0 || n >= sizeof(name)) {
        return NULL;
    }
    memcpy(name, line + 1, n);
    name[n] = '\0';
    return cmd_find(name);
}

bool editing_may_keep(struct conn_owner *owner, const char *line)
{
    const struct cmd *cmd = command_of(line, strlen(line));

    (void)owner;
    return cmd == NULL || cmd->group != CMD_GROUP_ACCOUNTS;
}

/* ---- candidates ---- */

static void offer_commands(const struct session *s, struct completion *c)
{
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        if (cmd_is_shown(s, cmd)) {
            completion_offer(c, cmd->name, cmd->name, " ");
        }
    }
}

/* The topics of /help, among which are the groups of commands. */
static void offer_topics(const struct session *s, struct completion *c)
{
    for (size_t i = 0; topics_at(i) != NULL; i++) {
        completion_offer_word(c, topics_at(i)->name, " ");
    }
    for (enum cmd_group group = 0; group < CMD_GROUP_COUNT; group++) {
        if (cmd_is_shown_group(s, group)) {
            completion_offer_word(c, cmd_group_name(group), " ");
        }
    }
}

static void offer_person(struct session *s, struct completion *c, const struct person *person, const char *end)
{
    if (person != NULL && person != s->self.person && person->has_name) {
        completion_offer(c, person->name.name.shown, person->name.name.folded, end);
    }
}

/* The people in the current room.  A large room costs lines of flood control. */
static void offer_people(struct session *s, struct completion *c, const char *end)
{
    const struct room *room = s->current;

    for (uint32_t i = 0; room != NULL && i < room->count; i++) {
        offer_person(s, c, room_person_at(room, i), end);
    }
    if (room != NULL) {
        session_charge(s, room->count / CANDIDATES_OF_LINE);
    }
}

static void offer_rooms(struct session *s, struct completion *c)
{
    struct chat *chat = s->env->chat;
    struct rooms_walk walk;
    const struct room *room;

    rooms_walk_begin(chat, &walk);
    while ((room = rooms_walk_next(&walk)) != NULL) {
        if (room->is_open && rights_sees(room, s->self.person)) {
            completion_offer(c, room->name.shown, room->name.folded, " ");
        }
    }
    rooms_walk_end(chat, &walk);
    session_charge(s, rooms_count(chat) / CANDIDATES_OF_LINE);
}

static void offer_settings(struct completion *c)
{
    for (size_t i = 0; choices_at(i) != NULL; i++) {
        completion_offer(c, choices_at(i)->name, choices_at(i)->name, " ");
    }
    completion_offer_word(c, "charset", " ");
    completion_offer_word(c, "edit", " ");
}

/* By their names, and by the ends of these, "berlin". */
static void offer_zones(const struct session *s, struct completion *c)
{
    const struct zones *zones = s->env->zones;

    for (size_t i = 0; i < zones_count(zones); i++) {
        const struct zone *zone = zones_at(zones, i);
        const char *end = strrchr(zone_folded_name(zone), '/');

        completion_offer(c, zone_name(zone), zone_folded_name(zone), " ");
        if (end != NULL) {
            completion_offer(c, zone_name(zone), end + 1, " ");
        }
    }
    completion_offer_word(c, "server", " ");
}

static void offer_charsets(const struct session *s, struct completion *c)
{
    for (unsigned i = 0; charsets_name(i) != NULL; i++) {
        if (charsets_has(s->env->charsets, i)) {
            completion_offer_word(c, charsets_name(i), " ");
        }
    }
}

static void offer_words(struct completion *c, const char *words)
{
    for (size_t len; *words != '\0'; words += len + (words[len] == ' ')) {
        char word[COMPLETION_WORD_BYTES];

        len = strcspn(words, " ");
        if (len < sizeof(word)) {
            memcpy(word, words, len);
            word[len] = '\0';
            completion_offer_word(c, word, " ");
        }
    }
}

/* The room that a command may have before its arguments; "" if the line has none. */
static const char *room_of(const struct completion *c, const struct cmd *cmd)
{
    const char *at = c->line + strcspn(c->line, " ");

    at += strspn(at, " ");
    return cmd->who == CMD_HASH_ROOM && at < c->line + c->len && *at == '#' ? at : "";
}

/* The first argument, as a name; "" if it is too long for one. */
static void read_name(const struct completion *c, const struct cmd *cmd, char name[NAME_BYTES])
{
    const char *room = room_of(c, cmd), *at = *room != '\0' ? room : c->line;
    size_t len;

    at += strcspn(at, " ");
    at += strspn(at, " ");
    len = strcspn(at, " ");
    len = len < NAME_BYTES ? len : 0;
    memcpy(name, at, len);
    name[len] = '\0';
}

static void offer_modes(struct completion *c)
{
    for (enum mode mode = 0; mode < MODES; mode++) {
        completion_offer_word(c, modes_row(mode)->name, " ");
    }
}

/* What the setting, or the mode, that the line names can be. */
static void offer_values(const struct session *s, struct completion *c, const struct cmd *cmd)
{
    char name[NAME_BYTES];
    const struct choice *choice;

    read_name(c, cmd, name);
    if (cmd->who == CMD_HASH_ROOM) {
        enum mode mode = modes_find(name);

        offer_words(c, mode == MODES ? "" : modes_row(mode)->type == MODE_FLAG ? "on off" : "off");
        return;
    }
    choice = choices_at(choices_find(name));
    if (strcasecmp(name, "charset") == 0) {
        offer_charsets(s, c);
    } else if (choice != NULL || strcasecmp(name, "edit") == 0) {
        offer_words(c, choice != NULL ? choice->words : "on off");
    }
    if (choice != NULL && choice->takes_zone) {
        offer_zones(s, c);
    }
}

/* A word of a usage that stands for something; a keyword is in lower case and stands for itself. */
static void offer_for(struct session *s, struct completion *c, const struct cmd *cmd, const char *word)
{
    if (strcmp(word, "ROOM") == 0) {
        offer_rooms(s, c);
    } else if (strcmp(word, "COMMAND") == 0) {
        offer_commands(s, c);
    } else if (strcmp(word, "TOPIC") == 0) {
        offer_topics(s, c);
    } else if (strcmp(word, "SETTING") == 0) {
        offer_settings(c);
    } else if (strcmp(word, "MODE") == 0) {
        offer_modes(c);
    } else if (strcmp(word, "VALUE") == 0) {
        offer_values(s, c, cmd);
    } else if (strcmp(word, "NAME") == 0 || strcmp(word, "TEXT") == 0 || strcmp(word, "REASON") == 0) {
        offer_people(s, c, " ");
    } else if (islower((unsigned char)word[0])) {
        completion_offer_word(c, word, " ");
    }
}

/* The argument of a command that has so many arguments before it.  In a usage "a | b" begins alternatives anew, "a|b"
 * are two words for one place, and the brackets around what may be left out do not matter. */
static void offer_argument(struct session *s, struct completion *c, const struct cmd *cmd, unsigned place)
{
    const char *at = cmd->usage;
    unsigned here = 0;
    bool is_known = false;

    while (*at != '\0') {
        size_t len = strspn(at, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-");
        char word[COMPLETION_WORD_BYTES];

        if (len > 0 && len < sizeof(word) && here == place) {
            memcpy(word, at, len);
            word[len] = '\0';
            offer_for(s, c, cmd, word);
            is_known = true;
        }
        at += len;
        if (strncmp(at, " | ", 3) == 0) {
            here = 0;
            at += 3;
        } else if (*at == ' ') {
            here++;
            at++;
        } else if (*at != '\0') {
            at++;
        }
    }
    if (!is_known && cmd->takes_text) {
        offer_for(s, c, cmd, strstr(cmd->usage, "VALUE") != NULL ? "VALUE" : "TEXT"); /* a later word of the text */
    }
}

static unsigned count_words(const char *text, size_t len)
{
    unsigned words = 0;

    for (size_t i = 0; i < len; i++) {
        words += text[i] != ' ' && (i + 1 == len || text[i + 1] == ' ');
    }
    return words;
}

void editing_complete(struct conn_owner *owner, struct completion *c)
{
    struct session *s = session_of_owner(owner);
    const struct cmd *cmd = command_of(c->line, c->len);

    session_charge(s, 1);
    if (c->lead == '/') {
        offer_commands(s, c);
    } else if (c->lead == '#') {
        offer_rooms(s, c);
    } else if (cmd != NULL) {
        offer_argument(s, c, cmd, count_words(c->line, c->len) - 1 - (*room_of(c, cmd) != '\0'));
    } else {
        offer_people(s, c, c->len == 0 ? ": " : " ");
    }
}
