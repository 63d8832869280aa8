/* session/cmd_history.c: /history: what was said before. */
#include "config.h"

#include "session/cmd.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "chat/ignore.h"
#include "session/answer.h"
#include "session/lines.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum cmd_result history_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_history = {
    .name = "history",
    .usage = "[N | since|before ID | SEARCH...]",
    .takes_text = true,
    .who = CMD_IN_ROOM,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "shows what was said in the room",
    .args = "N shows the last N lines; without it, the last 20.\n"
            "since ID shows the lines after the one with that id, as in the JSON form.\n"
            "before ID shows the last lines before that one.\n"
            "SEARCH shows the lines that hold this text, or whose writer's name does.",
    .example = "history backup",
    .exec = history_exec,
};

enum {
    LAST_SHOWN = 20,        /* lines, unless told how many */
    MOST_ASKED = 100000,    /* lines: no room can be told to keep more */
    MATCHES_SHOWN = 50,
    /* Work is counted in bytes of ASCII looked through, some 0.5 ns each. */
    FOLD_WORK = 16,         /* of a byte that has to be folded */
    TOKEN_WORK = 1 << 17,   /* for each further line of flood control that a search counts as */
    SEARCH_WORK = 1 << 23,  /* in one search: all of a history with the default's lines, in most scripts */
    STEP_NS = 50000,        /* in one step, and the line that is looked at then: 0.2 ms at the default's line_bytes */
    ID_CHARS = MESSAGE_ID_SIZE - 1,
};

/* Lines by people that the person ignores count, and are not shown: else the count would look wrong. */
static void tell_hidden(struct session *s, const struct history *h, uint32_t first, uint32_t end)
{
    uint32_t hidden = 0;

    for (uint32_t i = first; i < end && ignore_count(s->self.person) > 0; i++) {
        hidden += ignore_has(s->self.person, history_at(h, i)->actor_id);
    }
    if (hidden > 0) {
        session_info(s, "%u of these %s by people that you ignore, and hidden", hidden,
                     text_plural(hidden, "is", "are"));
    }
}

/* The last n lines, or as many of them as there is place for. */
static enum cmd_result show_last(struct session *s, const struct history *h, uint32_t n)
{
    uint32_t wanted = n < h->count ? n : h->count;
    uint32_t first = answer_replay(s, h, h->count, wanted, answer_room(s));

    session_info(s, "%u of %u %s kept in #%s", h->count - first, h->count, text_plural(h->count, "line", "lines"),
                 s->current->name.shown);
    tell_hidden(s, h, first, h->count);
    if (h->count - first < wanted) {
        answer_tell_older(s, h, first, wanted - (h->count - first));
    }
    return CMD_OK;
}

/* Lines after id, from the oldest on, as many as there is place for. */
static enum cmd_result show_since(struct session *s, const struct history *h, uint64_t id)
{
    uint32_t place = answer_room(s), first = history_after(h, id), i;
    char last[MESSAGE_ID_SIZE];

    if (h->count > 0 && first == 0) {
        session_info(s, "these are all that is kept: there may have been older ones");
    }
    for (i = first; i < h->count && answer_message_bytes(s, history_at(h, i)) <= place; i++) {
        place -= answer_message_bytes(s, history_at(h, i));
        session_replay(s, history_at(h, i));
        id = history_at(h, i)->id;
    }
    if (i < h->count) {
        session_info(s, "%u more: /history since %s", h->count - i, message_id_text(id, last));
    } else {
        session_info(s, "%u %s", i - first, text_plural(i - first, "line", "lines"));
    }
    tell_hidden(s, h, first, i);
    return CMD_OK;
}

/* Lines before id, the newest of them, as many as there is place for. */
static enum cmd_result show_before(struct session *s, const struct history *h, uint64_t id)
{
    uint32_t end = history_after(h, id - 1), first = answer_replay(s, h, end, end, answer_room(s));

    if (first == 0) {
        session_info(s, "%u %s; there are no older ones", end, text_plural(end, "line", "lines"));
    } else if (first == end) {
        session_info(s, "%u older: /history before %s", end, message_id_text(id, (char[MESSAGE_ID_SIZE]){0}));
    } else {
        answer_tell_older(s, h, first, first);
    }
    tell_hidden(s, h, first, end);
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
    *work += (uint32_t)(folded_len > len ? folded_len : len) * FOLD_WORK;
    found = own != NULL && strstr(own, folded) != NULL;
    free(own);
    return found;
}

/* A search on its way through a history, from the newest line to the oldest, while lines come and fall out. */
struct search {
    struct session_job job;
    char *folded;        /* the words */
    uint64_t before;     /* ids from here on have been looked at */
    uint32_t looked;     /* at lines */
    uint32_t place;      /* bytes that may still be shown */
    uint32_t work;       /* by holds() */
    uint32_t count, left_out;
    struct message *found[MATCHES_SHOWN]; /* the newest first; references */
};

static void search_free(struct session_job *job)
{
    struct search *search = CONTAINER_OF(job, struct search, job);

    for (uint32_t i = 0; i < search->count; i++) {
        message_unref(search->found[i]);
    }
    free(search->folded);
    free(search);
}

/* A line by somebody whose name holds the words is found too. */
static void look_at(const struct session *s, struct search *search, struct message *m)
{
    search->before = m->id;
    search->looked++;
    if (ignore_has(s->self.person, m->actor_id)) {
        return; /* it would not be shown */
    }
    if (!holds(m->text, m->text_len, search->folded, &search->work) &&
        !holds(m->actor, strlen(m->actor), search->folded, &search->work)) {
        return;
    }
    if (search->count < MATCHES_SHOWN && search->left_out == 0 && answer_message_bytes(s, m) <= search->place) {
        search->place -= answer_message_bytes(s, m);
        search->found[search->count++] = message_ref(m);
    } else {
        search->left_out++;
    }
}

/* The queue may have filled up while the search went on: what it has no place for any more is left out, the oldest
 * first. */
static void tell_found(struct session *s, struct search *search)
{
    struct strbuf left = {0};
    uint32_t place = answer_room(s), fit = 0;

    session_charge(s, search->work / TOKEN_WORK);
    while (fit < search->count && answer_message_bytes(s, search->found[fit]) <= place) {
        place -= answer_message_bytes(s, search->found[fit++]);
    }
    search->left_out += search->count - fit;
    for (uint32_t i = fit; i > 0; i--) {
        session_replay(s, search->found[i - 1]);
    }
    if (search->left_out > 0) {
        strbuf_addf(&left, ", and %u older that %s not shown", search->left_out,
                    text_plural(search->left_out, "is", "are"));
    }
    session_info(s, "%u %s found among the last %u in #%s%s", fit, text_plural(fit, "line", "lines"),
                 search->looked, search->job.room->name.shown, strbuf_str(&left));
    strbuf_fini(&left);
}

static enum session_step search_step(struct session *s, struct session_job *job)
{
    struct search *search = CONTAINER_OF(job, struct search, job);
    const struct clock *clock = s->env->clock;
    uint64_t begun_ns = clock_now_ns(clock);
    const struct history *h;
    uint32_t i;

    if (job->room == NULL) {
        session_charge(s, search->work / TOKEN_WORK);
        session_error(s, FAULT_NOT_IN_ROOM, "you are no longer in the room that was searched; nothing of it is shown");
        return SESSION_STEP_FAILED;
    }
    h = &job->room->history;
    i = history_after(h, search->before - 1);
    do {
        if (i == 0 || search->work >= SEARCH_WORK) {
            tell_found(s, search);
            return SESSION_STEP_OK;
        }
        look_at(s, search, history_at(h, --i));
    } while (clock_now_ns(clock) - begun_ns < STEP_NS);
    return SESSION_STEP_MORE;
}

static enum cmd_result begin_search(struct session *s, const char *words)
{
    struct search *search = mem_zalloc(sizeof(*search));

    *search = (struct search){.job = {.room = s->current, .step = search_step, .free = search_free},
                              .folded = text_fold(words, strlen(words)),
                              .before = UINT64_MAX,
                              .place = answer_room(s)};
    if (search->folded == NULL) {
        search_free(&search->job);
        session_error(s, FAULT_BAD_VALUE, "that cannot be searched for");
        return CMD_FAILED;
    }
    lines_begin_job(s, &search->job);
    return CMD_PENDING;
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

typedef enum cmd_result show_from_fn(struct session *s, const struct history *h, uint64_t id);

/* word is "since" or "before"; text is what follows it. */
static enum cmd_result show_from(struct session *s, const struct history *h, const char *word, const char *text,
                                 show_from_fn *show)
{
    uint64_t id = message_id_parse(text);

    if (id == 0) {
        session_error(s, FAULT_BAD_VALUE,
                      "%s is followed by an id of %d hexadecimal digits, as in the JSON form's \"id\"", word, ID_CHARS);
        return CMD_FAILED;
    }
    return show(s, h, id);
}

static enum cmd_result history_exec(struct session *s, struct cmd_args *args)
{
    const struct history *h = &s->current->history;
    const char *since = behind_word(args->text, "since"), *before = behind_word(args->text, "before");

    if (args->text_len == 0) {
        return show_last(s, h, LAST_SHOWN);
    }
    if (is_number(args->text)) {
        return show_so_many(s, h, args->text);
    }
    if (since != NULL) {
        return show_from(s, h, "since", since, show_since);
    }
    if (before != NULL) {
        return show_from(s, h, "before", before, show_before);
    }
    if (args->text_len > CMD_WORD_BYTES) { /* folding makes a character up to 18: nobody waits for that */
        session_error(s, FAULT_TEXT_TOO_LONG, "what is searched for has at most %d bytes", CMD_WORD_BYTES);
        return CMD_FAILED;
    }
    return begin_search(s, args->text);
}
