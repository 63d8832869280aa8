/* session/mention.c: what is looked for in a line. */
#include "config.h"

#include "session/mention.h"

#include "base/mem.h"
#include "base/wordlist.h"
#include "chat/person.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define BETWEEN " ,"

/* ---- looking ---- */

/* The person's name as it is looked for; it is folded when it has changed. */
static const char *called(struct session *s)
{
    struct session_extra *extra = session_get_extra(s);
    const char *name = person_shown_name(s->self.person);

    if (extra->called == NULL || strcmp(extra->called, name) != 0) {
        free(extra->called);
        free(extra->called_folded);
        extra->called = mem_strdup(name);
        extra->called_folded = wordlist_fold(name, strlen(name));
    }
    return extra->called_folded;
}

static bool has_words(const char *text, size_t len, const char *words)
{
    for (; words != NULL && *words != '\0'; words += strlen(words) + 1) {
        if (wordlist_has_whole(text, len, words)) {
            return true;
        }
    }
    return false;
}

static bool is_mention(struct session *s, struct delivery *d)
{
    const struct message *m = d->m;
    const char *name;
    size_t len;

    if (message_is_event(m) || m->kind == MESSAGE_PRIVATE || m->actor_id == person_id(s->self.person)) {
        return false;
    }
    if (d->folded == NULL) {
        d->folded = wordlist_fold(m->text, m->text_len);
    }
    name = called(s);
    if (d->folded == NULL || name == NULL) {
        return false;
    }
    len = strlen(d->folded);
    return (name[0] != '\0' && wordlist_has_whole(d->folded, len, name)) ||
           has_words(d->folded, len, s->extra->highlight_folded);
}

unsigned mention_bits(struct session *s, struct delivery *d)
{
    bool rings;

    if (!session_seeks_mentions(s) || !is_mention(s, d)) {
        return 0;
    }
    rings = s->wants_bell && s->extra->bells_mention && !d->is_replay;
    return FRONTEND_MENTION | (rings ? FRONTEND_BELL : 0u);
}

/* ---- words ---- */

static void forget_words(struct session_extra *extra)
{
    free(extra->highlight);
    free(extra->highlight_folded);
    extra->highlight = extra->highlight_folded = NULL;
}

/* Adds a word to both lists. */
static bool add_word(struct strbuf *shown, struct strbuf *folded, const char *word, size_t len)
{
    char *form = len <= MENTION_WORD_BYTES ? wordlist_fold(word, len) : NULL;
    bool is_right = form != NULL && form[0] != '\0' && strlen(form) <= MENTION_WORD_BYTES;

    if (is_right) {
        strbuf_adds(shown, shown->len > 0 ? " " : "");
        strbuf_add(shown, word, len);
        strbuf_add(folded, form, strlen(form) + 1);
    }
    free(form);
    return is_right;
}

static bool read_words(const char *value, struct strbuf *shown, struct strbuf *folded)
{
    unsigned words = 0;
    size_t len;

    for (value += strspn(value, BETWEEN); *value != '\0'; value += len + strspn(value + len, BETWEEN)) {
        len = strcspn(value, BETWEEN);
        if (++words > MENTION_WORDS || !add_word(shown, folded, value, len)) {
            return false;
        }
    }
    return words > 0;
}

bool mention_set_words(struct session *s, const char *value)
{
    struct strbuf shown = {0}, folded = {0};
    bool is_right;

    if (strcasecmp(value, "off") == 0) {
        if (s->extra != NULL) {
            forget_words(s->extra);
        }
        return true;
    }
    value += strncasecmp(value, "on ", 3) == 0 ? 3 : 0;
    is_right = read_words(value, &shown, &folded);
    if (is_right) {
        struct session_extra *extra = session_get_extra(s);

        forget_words(extra);
        strbuf_addc(&folded, '\0'); /* the end of the list */
        extra->highlight = strbuf_take(&shown);
        extra->highlight_folded = strbuf_take(&folded);
    }
    strbuf_fini(&shown);
    strbuf_fini(&folded);
    return is_right;
}

void mention_add_words(const struct session *s, struct strbuf *out)
{
    bool on = s->extra != NULL && s->extra->highlight != NULL;

    strbuf_addf(out, "%s%s%s", on ? "on" : "off", on ? " " : "", on ? s->extra->highlight : "");
}
