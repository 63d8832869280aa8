/* session/cmd_history.c: /history: what was said before. */
#include "config.h"

#include "session/cmd.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum cmd_result history_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_history = {
    .name = "history",
    .usage = "[N | since ID | SEARCH...]",
    .takes_text = true,
    .who = CMD_IN_ROOM,
    .cost = 2,
    .group = CMD_GROUP_ROOMS,
    .help = "shows what was said in the room",
    .args = "N shows the last N lines; without it, the last 20.\n"
            "since ID shows the lines after the one with that id, as in the JSON form.\n"
            "SEARCH shows the lines with these words, and those of that person.",
    .example = "history backup",
    .exec = history_exec,
};

enum {
    LAST_SHOWN = 20,        /* lines, unless told how many */
    MOST_ASKED = 100000,    /* lines: no room can be told to keep more */
    LINE_OVERHEAD = 256, /* bytes of a line beside its text, in json, at most about */
    MATCHES_SHOWN = 50,
    SEARCH_BYTES = 1 << 20, /* looked through in one command, which is some milliseconds' work */
    TOKEN_BYTES = 1 << 17,  /* of them, for each further line that a command counts as */
    FOLD_COST = 16,         /* what folding costs against searching ASCII */
    ID_CHARS = MESSAGE_ID_SIZE - 1,
};

static uint32_t cost_of(const struct message *m)
{
    return 2 * m->text_len + LINE_OVERHEAD; /* json may escape every byte of a text */
}

/* The room of a history that the queue can take as an answer: what the person has not read yet counts. */
static uint32_t budget(const struct session *s)
{
    return conn_spare_bytes(s->conn);
}

/* The last n lines, or as many of them as there is place for. */
static enum cmd_result show_last(struct session *s, const struct history *h, uint32_t n)
{
    uint32_t place = budget(s), first = h->count;
    uint32_t wanted = n < h->count ? n : h->count;

    while (h->count - first < wanted && cost_of(history_at(h, first - 1)) <= place) {
        place -= cost_of(history_at(h, --first));
    }
    for (uint32_t i = first; i < h->count; i++) {
        session_replay(s, history_at(h, i));
    }
    session_info(s, "%u of %u line%s kept in #%s", h->count - first, h->count, h->count == 1 ? "" : "s",
                 s->current->name.shown);
    return CMD_OK;
}

/* Lines after id, from the oldest on, as many as there is place for. */
static enum cmd_result show_since(struct session *s, const struct history *h, uint64_t id)
{
    uint32_t place = budget(s), first = history_after(h, id), i;
    char last[MESSAGE_ID_SIZE];

    if (h->count > 0 && first == 0) {
        session_info(s, "these are all that is kept: there may have been older ones");
    }
    for (i = first; i < h->count && cost_of(history_at(h, i)) <= place; i++) {
        place -= cost_of(history_at(h, i));
        session_replay(s, history_at(h, i));
        id = history_at(h, i)->id;
    }
    if (i < h->count) {
        session_info(s, "%u more: /history since %s", h->count - i, message_id_text(id, last));
    } else {
        session_info(s, "%u line%s", i - first, i - first == 1 ? "" : "s");
    }
    return CMD_OK;
}

static bool is_ascii(const char *s)
{
    while (*s != '\0' && (unsigned char)*s < 0x80) {
        s++;
    }
    return *s == '\0';
}

/* True when s holds folded; *work gets what finding out has cost. */
static bool holds(const char *s, size_t len, const char *folded, uint32_t *work)
{
    size_t folded_len;
    char *own;
    bool found;

    if (is_ascii(s)) {
        *work += (uint32_t)len;
        return strcasestr(s, folded) != NULL;
    }
    own = text_fold(s, len);
    folded_len = own != NULL ? strlen(own) : 0;
    *work += (uint32_t)(folded_len > len ? folded_len : len) * FOLD_COST;
    found = own != NULL && strstr(own, folded) != NULL;
    free(own);
    return found;
}

/* The newest lines that hold the words, or are by a person whose name does. */
static enum cmd_result show_matches(struct session *s, const struct history *h, const char *words, unsigned *cost)
{
    char *folded = text_fold(words, strlen(words));
    const struct message *found[MATCHES_SHOWN];
    uint32_t place = budget(s), count = 0, work = 0, i = h->count;

    while (folded != NULL && i > 0 && count < MATCHES_SHOWN && work < SEARCH_BYTES) {
        const struct message *m = history_at(h, --i);

        if ((holds(m->text, m->text_len, folded, &work) || holds(m->from, strlen(m->from), folded, &work)) &&
            cost_of(m) <= place) {
            place -= cost_of(m);
            found[count++] = m;
        }
    }
    free(folded);
    *cost += work / TOKEN_BYTES;
    for (uint32_t k = count; k > 0; k--) {
        session_replay(s, found[k - 1]);
    }
    session_info(s, "%u line%s found among the last %u in #%s", count, count == 1 ? "" : "s", h->count - i,
                 s->current->name.shown);
    return CMD_OK;
}

/* A text that is a number and nothing else, whatever its sign: nobody searches for that. */
static bool is_number(const char *text)
{
    const char *digits = text + (*text == '-' || *text == '+');

    return *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0';
}

static enum cmd_result show_so_many(struct session *s, const struct history *h, const char *number)
{
    unsigned long n = number[0] == '-' ? 0 : strtoul(number, NULL, 10); /* one that is far too large is ULONG_MAX */

    if (n < 1 || n > MOST_ASKED) {
        session_error(s, FAULT_BAD_VALUE, "the number of lines is from 1 to %d, as in /history %d", MOST_ASKED,
                      LAST_SHOWN);
        return CMD_FAILED;
    }
    return show_last(s, h, (uint32_t)n);
}

/* The text behind a first word, its blanks left out; NULL when the text does not begin with that word. */
static const char *behind_word(const char *text, const char *word)
{
    size_t len = strlen(word);

    if (strncasecmp(text, word, len) != 0 || (text[len] != ' ' && text[len] != '\0')) {
        return NULL;
    }
    return text + len + strspn(text + len, " ");
}

static enum cmd_result history_exec(struct session *s, struct cmd_args *args)
{
    const struct history *h = &s->current->history;
    const char *since = behind_word(args->text, "since");
    uint64_t id;

    if (args->text_len == 0) {
        return show_last(s, h, LAST_SHOWN);
    }
    if (is_number(args->text)) {
        return show_so_many(s, h, args->text);
    }
    if (since != NULL) {
        id = message_id_parse(since);
        if (id == 0) {
            session_error(s, FAULT_BAD_VALUE,
                          "since is followed by an id of %d hexadecimal digits, as in the json form's \"id\"",
                          ID_CHARS);
            return CMD_FAILED;
        }
        return show_since(s, h, id);
    }
    if (args->text_len > CMD_WORD_BYTES) { /* folding makes a character up to 18: nobody waits for that */
        session_error(s, FAULT_TEXT_TOO_LONG, "what is searched for has at most %d bytes", CMD_WORD_BYTES);
        return CMD_FAILED;
    }
    return show_matches(s, h, args->text, args->cost);
}
