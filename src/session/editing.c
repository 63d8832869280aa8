/* session/editing.c: the prompt, and candidates for a word. */
#include "config.h"

#include "session/editing.h"

#include "base/text.h"
#include "chat/attachment.h"
#include "chat/person.h"
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

static void offer_commands(struct completion *c)
{
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        completion_offer(c, cmd->name, cmd->name, " ");
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
        completion_offer(c, room->name.shown, room->name.folded, " ");
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

/* A word of a usage that stands for something; a keyword is in lower case and stands for itself. */
static void offer_for(struct session *s, struct completion *c, const char *word)
{
    if (strcmp(word, "ROOM") == 0) {
        offer_rooms(s, c);
    } else if (strcmp(word, "COMMAND") == 0) {
        offer_commands(c);
    } else if (strcmp(word, "TOPIC") == 0) {
        for (size_t i = 0; topics_at(i) != NULL; i++) {
            completion_offer_word(c, topics_at(i)->name, " ");
        }
    } else if (strcmp(word, "SETTING") == 0) {
        offer_settings(c);
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
            offer_for(s, c, word);
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
        offer_people(s, c, " "); /* a later word of the text */
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
        offer_commands(c);
    } else if (c->lead == '#') {
        offer_rooms(s, c);
    } else if (cmd != NULL) {
        offer_argument(s, c, cmd, count_words(c->line, c->len) - 1);
    } else {
        offer_people(s, c, c->len == 0 ? ": " : " ");
    }
}
