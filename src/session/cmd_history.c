/* session/cmd_history.c: /history: what was said before. */
#include "config.h"

#include "chat/port_store.h"
#include "session/cmd.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/text.h"
#include "session/answer.h"
#include "session/around.h"
#include "session/lines.h"
#include "session/missed.h"
#include "session/past.h"
#include "session/search.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static enum verb_result history_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_history = {
    .name = "history",
    .usage = "[ids] [N|new | since|before ID | around TIME | SEARCH]",
    .takes_text = true,
    .who = CMD_IN_ROOM,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "shows lines",
    .args = "N shows the last N lines; without it, the last 20.\n"
            "new shows the lines that you have missed, for which you need an account;\n"
            "new #ROOM shows those of another one of your rooms.\n"
            "since ID shows the lines after the one with that id, as in the JSON form.\n"
            "before ID shows the last lines before it; before ID SEARCH searches these.\n"
            "around TIME shows the lines before and after it, as in around 14:02, around\n"
            "Tue 14:02, around 2026-11-24 or around 2026-11-24 14:02.\n"
            "SEARCH shows the lines that hold this text, or all these words where there is\n"
            "a database; the writer's name is searched too.\n"
            "With ids before all that, each line is shown with its id, for /delete.",
    .example = "history backup",
    .exec = history_exec,
};

enum {
    LAST_SHOWN = 20,     /* lines, unless told how many */
    MOST_ASKED = 100000, /* lines: no room can be told to keep more */
};

/* ---- the last lines, those since an id, those before one ---- */

struct request {
    struct past past;
    void (*show)(struct request *req);
    uint32_t wanted; /* the last lines: how many */
    uint64_t since;  /* the lines since an id: that one */
};

/* The last lines, or as many of them as there is place for. */
static void show_last(struct request *req)
{
    const struct past *past = &req->past;
    uint32_t first = past_fit_newest(past, answer_room(past->s), 0), shown = past->count - first;
    uint64_t kept = past->read.kept, wanted = req->wanted < kept ? req->wanted : kept;
    char next[PAST_NEXT_SIZE];

    past_show(past, first, past->count);
    if (answer_page_rows(past->s) > 0 && shown > 0 && shown == wanted && wanted < kept) {
        past_next(past, next, "before", past->lines[first]->id);
        session_reply(past->s, REPLY(REPLY_HISTORY_PAGE, .room = past->job.room->name.shown, .count = shown,
                                     .all = (int64_t)kept, .next = next));
    } else {
        session_reply(past->s, REPLY(REPLY_HISTORY, .room = past->job.room->name.shown, .count = shown,
                                     .all = (int64_t)kept));
    }
    past_tell_hidden(past, past_hidden(past, first, past->count));
    if (shown < wanted) {
        past_tell_older(past, first, wanted - shown);
    }
}

/* Lines after an id, from the oldest on, as many as there is place for. */
static void show_since(struct request *req)
{
    const struct past *past = &req->past;
    uint32_t end = past_fit_oldest(past, answer_room(past->s), answer_page_rows(past->s));
    int64_t left = (int64_t)(past->read.rest + past->count - end);
    bool is_all = past->read.kept == past->read.rest + past->count;
    const char *room = past->job.room->name.shown;
    char next[PAST_NEXT_SIZE];

    if (past->read.kept > 0 && is_all) {
        session_reply(past->s, REPLY(REPLY_HISTORY_BEGINS, .room = room));
    }
    past_show(past, 0, end);
    if (left > 0) {
        past_next(past, next, "since", end > 0 ? past->lines[end - 1]->id : req->since);
        session_reply(past->s, REPLY(REPLY_HISTORY_MORE, .room = room, .count = end, .left = left, .next = next));
    } else {
        session_reply(past->s, REPLY(REPLY_HISTORY_SINCE, .room = room, .count = end));
    }
    past_tell_hidden(past, past_hidden(past, 0, end));
}

/* Lines before an id, the newest of them, as many as there is place for. */
static void show_before(struct request *req)
{
    const struct past *past = &req->past;
    uint32_t first = past_fit_newest(past, answer_room(past->s), answer_page_rows(past->s));
    int64_t shown = past->count - first, left = (int64_t)(past->read.rest + first);
    const char *room = past->job.room->name.shown;
    char next[PAST_NEXT_SIZE];

    past_show(past, first, past->count);
    past_next(past, next, "before", shown > 0 ? past->lines[first]->id : past->read.before);
    if (left == 0) {
        session_reply(past->s, REPLY(REPLY_HISTORY_BEFORE, .room = room, .count = shown));
    } else if (shown == 0) {
        session_reply(past->s, REPLY(REPLY_HISTORY_NONE, .room = room, .count = 0, .left = left, .next = next));
    } else {
        session_reply(past->s, REPLY(REPLY_HISTORY_OLDER, .room = room, .count = shown, .left = left, .next = next));
    }
    past_tell_hidden(past, past_hidden(past, first, past->count));
}

static void request_free(struct session_job *job)
{
    struct request *req = CONTAINER_OF(job, struct request, past.job);

    past_fini(&req->past);
    free(req);
}

static bool finish(struct request *req, enum store_answer answer)
{
    if (answer == STORE_FAILED) {
        session_reply(req->past.s, REPLY(REPLY_HISTORY_UNAVAILABLE));
        return false;
    }
    req->show(req);
    return true;
}

static enum session_step request_step(struct session *s, struct session_job *job)
{
    struct request *req = CONTAINER_OF(job, struct request, past.job);

    if (job->room == NULL) {
        session_reply(s, REPLY(REPLY_HISTORY_ROOM_LOST));
        return SESSION_STEP_FAILED;
    }
    return finish(req, past_answer(&req->past)) ? SESSION_STEP_OK : SESSION_STEP_FAILED;
}

static struct request *request_new(struct session *s, enum store_end end, bool with_ids,
                                   void (*show)(struct request *req))
{
    struct request *req = mem_zalloc(sizeof(*req));

    past_init(&req->past, s, s->current, request_step, request_free);
    past_bound(&req->past, MOST_ASKED, answer_room(s));
    req->past.read.end = end;
    req->past.with_ids = with_ids;
    req->show = show;
    return req;
}

/* Takes req over. */
static enum verb_result begin(struct request *req)
{
    enum store_answer answer = past_ask(&req->past);
    bool worked;

    if (answer == STORE_LATER) {
        lines_await_job(req->past.s, &req->past.job);
        return VERB_PENDING;
    }
    worked = finish(req, answer);
    request_free(&req->past.job);
    return worked ? VERB_DONE : VERB_REFUSED;
}

/* ---- what is asked for ---- */

/* A text that is a number and nothing else, whatever its sign: nobody searches for that. */
static bool is_number(const char *text)
{
    const char *digits = text + (*text == '-' || *text == '+');

    return *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0';
}

static enum verb_result begin_last(struct session *s, uint32_t n, bool with_ids)
{
    struct request *req = request_new(s, STORE_NEWEST, with_ids, show_last);

    req->wanted = req->past.read.max_lines = n;
    return begin(req);
}

static enum verb_result begin_so_many(struct session *s, const char *number, bool with_ids)
{
    unsigned long n = number[0] == '-' ? 0 : strtoul(number, NULL, 10); /* one that is far too large is ULONG_MAX */

    if (n < 1 || n > MOST_ASKED) {
        session_reply(s, REPLY(REPLY_BAD_LINES, .limit = MOST_ASKED));
        return VERB_REFUSED;
    }
    return begin_last(s, (uint32_t)n, with_ids);
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

/* A program that has no id yet begins with zeros, which no line has, nor 1. */
static uint64_t parse_id(struct session *s, const char *word, const char *text)
{
    uint64_t id = strcmp(text, "0000000000000000") == 0 ? 1 : message_id_parse(text);

    if (id == 0) {
        session_reply(s, REPLY(REPLY_BAD_ID, .value = word));
    }
    return id;
}

static enum verb_result begin_since(struct session *s, const char *text, bool with_ids)
{
    uint64_t id = parse_id(s, "since", text);
    struct request *req;

    if (id == 0) {
        return VERB_REFUSED;
    }
    req = request_new(s, STORE_OLDEST, with_ids, show_since);
    req->past.read.after = req->since = id;
    return begin(req);
}

static enum verb_result begin_search(struct session *s, const char *words, uint64_t before, bool with_ids)
{
    if (strlen(words) > CMD_WORD_BYTES) { /* folding makes a character up to 18: nobody waits for that */
        session_reply(s, REPLY(REPLY_SEARCH_TOO_LONG, .limit = CMD_WORD_BYTES));
        return VERB_REFUSED;
    }
    return search_begin(s, words, before, with_ids) ? VERB_PENDING : VERB_REFUSED;
}

/* An id, and perhaps words to search for. */
static enum verb_result begin_before(struct session *s, const char *text, bool with_ids)
{
    size_t id_len = strcspn(text, " ");
    const char *words = text + id_len + strspn(text + id_len, " ");
    char word[MESSAGE_ID_SIZE] = "";
    struct request *req;
    uint64_t id;

    if (id_len < sizeof(word)) {
        memcpy(word, text, id_len);
        word[id_len] = '\0';
    }
    id = parse_id(s, "before", word);
    if (id == 0) {
        return VERB_REFUSED;
    }
    if (*words != '\0') {
        return begin_search(s, words, id, with_ids);
    }
    req = request_new(s, STORE_NEWEST, with_ids, show_before);
    req->past.read.before = id;
    return begin(req);
}

/* What is behind "new" is a room's name with its sign, or the text is searched for. */
static bool is_of_new(const char *behind)
{
    return behind != NULL && (*behind == '\0' || (*behind == '#' && strchr(behind, ' ') == NULL));
}

static enum verb_result history_exec(struct session *s, struct cmd_args *args)
{
    const char *behind_ids = behind_word(args->text, "ids"), *text = behind_ids != NULL ? behind_ids : args->text;
    const char *since = behind_word(text, "since"), *before = behind_word(text, "before");
    const char *around = behind_word(text, "around"), *new = behind_word(text, "new");
    bool with_ids = behind_ids != NULL;

    if (*text == '\0') {
        return begin_last(s, LAST_SHOWN, with_ids);
    }
    if (is_number(text)) {
        return begin_so_many(s, text, with_ids);
    }
    if (is_of_new(new)) {
        return missed_begin(s, new, with_ids);
    }
    if (since != NULL) {
        return begin_since(s, since, with_ids);
    }
    if (before != NULL) {
        return begin_before(s, before, with_ids);
    }
    if (around != NULL) {
        return around_begin(s, around, with_ids);
    }
    return begin_search(s, text, 0, with_ids);
}
