/* admin/control_wire.c: quotes words and splits lines into words. */
#include "config.h"

#include "admin/control_wire.h"

#include <string.h>

/* The character for which a backslash and c stand in quotes. */
static char unescape(char c)
{
    return c == 'n' ? '\n' : c;
}

/* Copies a word from *from to *to, which is never ahead of *from.  Returns false if a quote is not closed. */
static bool take_word(char **from, char **to, bool *is_quoted)
{
    char *r = *from, *w = *to;
    bool in_quotes = false;

    for (; *r != '\0' && (in_quotes || (*r != ' ' && *r != '\t')); r++) {
        if (*r == '"') {
            in_quotes = !in_quotes;
            *is_quoted = true;
        } else if (in_quotes && *r == '\\' && r[1] != '\0') {
            *w++ = unescape(*++r);
        } else {
            *w++ = *r;
        }
    }
    *from = r;
    *to = w;
    return !in_quotes;
}

int control_wire_split(char *line, struct control_wire_word *words, int max, const char **err)
{
    char *r = line, *w = line;
    int count = 0;

    for (;;) {
        r += strspn(r, " \t");
        if (*r == '\0') {
            return count;
        }
        if (count == max) {
            *err = "too many words";
            return -1;
        }
        words[count] = (struct control_wire_word){.text = w};
        if (!take_word(&r, &w, &words[count].is_quoted)) {
            *err = "a quote has no end";
            return -1;
        }
        r += *r != '\0'; /* the word's NUL may overwrite this byte */
        *w++ = '\0';
        count++;
    }
}

void control_wire_add(struct strbuf *out, const char *word)
{
    static const char bare[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.#*/:,=@+%";

    if (out->len > 0) {
        strbuf_addc(out, ' ');
    }
    if (word[0] != '\0' && word[0] != '-' && word[strspn(word, bare)] == '\0') {
        strbuf_adds(out, word);
        return;
    }
    strbuf_addc(out, '"');
    for (; *word != '\0'; word++) {
        if (*word == '"' || *word == '\\') {
            strbuf_addc(out, '\\');
        }
        if (*word == '\n') {
            strbuf_adds(out, "\\n");
        } else {
            strbuf_addc(out, *word);
        }
    }
    strbuf_addc(out, '"');
}
