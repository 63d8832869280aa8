/* config/inifile.c: reads a settings file through inih.
 *
 * inih knows the format.  This file adds what inih does not report: the number of each line, and every
 * mistake instead of only the first.  To that end it hands over the lines one by one and counts them.  A line
 * that inih would refuse, cut or misread never reaches it: inih gets an empty line instead.  Three habits of
 * inih 55 need care:
 *   - it splits a line that is longer than its buffer and takes the rest for a line of its own;
 *   - after a line that is no "key = value", an indented line continues the key before that line;
 *     here such an indented line is skipped, since it belongs to the line that was refused;
 *   - it cuts a comment behind a value on the key's line, but not on a line that continues the value, and it
 *     ignores text behind a section's ']'.
 * This file does not know what the sections and keys mean. */
#include "config.h"

#include "config/inifile.h"

#include "base/check.h"
#include "base/strbuf.h"

#include <errno.h>
#include <fcntl.h>
#include <ini.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utf8proc.h>

struct reader {
    char *next; /* the first byte that has not been read yet */
    char *end;
    size_t line;  /* the number of the line that was read last */
    bool has_key; /* inih remembers a key; an indented line continues it */
    bool is_more; /* the last line given to inih is such an indented line */
    bool skips;   /* indented lines are skipped: they belong to a line that was refused */
    const struct inifile_events *events;
    void *ctx;
    struct mistakes *mistakes;
};

const char *inifile_text_fault(const char *s, size_t len)
{
    while (len > 0) {
        utf8proc_int32_t code;
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s, (utf8proc_ssize_t)len, &code);

        if (n <= 0) {
            return "is not UTF-8 text";
        }
        if ((code < 0x20 && code != '\t') || code == 0x7f) {
            return "holds a control character";
        }
        s += n;
        len -= (size_t)n;
    }
    return NULL;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* Ends s before a ';' that stands behind a blank. */
static void cut_comment(char *s)
{
    for (size_t i = 1; s[0] != '\0' && s[i] != '\0'; i++) {
        if (s[i] == ';' && is_blank(s[i - 1])) {
            s[i] = '\0';
            return;
        }
    }
}

static void cut_blanks(char *s)
{
    size_t len = strlen(s);

    while (len > 0 && is_blank(s[len - 1])) {
        len--;
    }
    s[len] = '\0';
}

/* Adds the mistake in a line that is kept from inih. */
static const char *refuse(struct reader *r, bool is_indented, const char *fault)
{
    mistakes_add(r->mistakes, r->line, "the line %s", fault);
    if (is_indented && r->has_key) {
        r->events->broken(r->ctx);
    }
    r->skips = !is_indented || r->has_key;
    return "";
}

/* A section is taken even if its line has a mistake, so that the keys below it are checked as options of it. */
static const char *take_section(struct reader *r, char *s)
{
    char *end;
    char *rest;

    cut_comment(s);
    end = strchr(s, ']');
    if (end == NULL) {
        end = s + strlen(s);
        mistakes_add(r->mistakes, r->line, "the section has no ']' at its end");
    } else {
        rest = end + 1 + strspn(end + 1, " \t");
        if (*rest != '\0' && *rest != ';' && *rest != '#') {
            mistakes_add(r->mistakes, r->line, "behind a section's ']' nothing else may stand");
        }
    }
    s += 1 + strspn(s + 1, " \t");
    while (end > s && is_blank(end[-1])) {
        end--;
    }
    *end = '\0';
    r->has_key = false;
    r->skips = false;
    r->events->section(r->ctx, s, r->line);
    return "[section]";
}

/* The line as inih gets it: as it is, or empty. */
static const char *examine(struct reader *r, char *line, size_t len, size_t max_len)
{
    const char *fault = inifile_text_fault(line, len);
    char too_long[128];
    char *start = line + strspn(line, " \t");
    bool is_indented = start > line;
    char *sep;

    if (fault != NULL) {
        return refuse(r, is_indented, fault);
    }
    if (*start == '\0' || *start == ';' || (is_indented && r->skips)) {
        return "";
    }
    if (*start == '#' && !(is_indented && r->has_key && r->events->takes_hash(r->ctx))) {
        return "";
    }
    if (len > max_len) {
        snprintf(too_long, sizeof(too_long),
                 "is longer than %zu bytes; continue the value on the next line, indented", max_len);
        return refuse(r, is_indented, too_long);
    }
    r->is_more = is_indented && r->has_key;
    if (!r->is_more && *start == '[') {
        return take_section(r, start);
    }
    cut_comment(line);
    if (r->is_more && *start == '#') { /* inih would take it for a comment */
        cut_blanks(start);
        r->events->more(r->ctx, start, r->line);
        return "";
    }
    if (r->is_more) {
        return line;
    }
    sep = start + strcspn(start, "=:"); /* inih takes both; one way to write it is enough */
    if (*sep != '=') {
        return refuse(r, is_indented, "is no \"key = value\"");
    }
    if (sep == start) {
        return refuse(r, is_indented, "has no key in front of its '='");
    }
    r->has_key = true;
    r->skips = false;
    return line;
}

/* inih's fgets(). */
static char *next_line(char *into, int room, void *stream)
{
    struct reader *r = stream;
    char *line = r->next;
    char *end;
    size_t len;

    if (line == r->end) {
        return NULL;
    }
    end = memchr(line, '\n', (size_t)(r->end - line));
    r->next = end != NULL ? end + 1 : r->end;
    if (end == NULL) {
        end = r->end;
    }
    if (end > line && end[-1] == '\r') {
        end--;
    }
    *end = '\0'; /* at r->end stands the buffer's own NUL */
    r->line++;
    len = (size_t)snprintf(into, (size_t)room, "%s\n",
                           examine(r, line, (size_t)(end - line), (size_t)room - 2));
    CHECK(len < (size_t)room);
    return into;
}

/* inih's handler.  The place is taken from the reader, which knows it better than inih. */
static int take_value(void *user, const char *section, const char *key, const char *value)
{
    struct reader *r = user;

    (void)section;
    if (r->is_more) {
        r->events->more(r->ctx, value, r->line);
    } else {
        r->events->key(r->ctx, key, value, r->line);
    }
    return 1;
}

/* Does not wait for a writer if the path is a pipe: all later reloads would wait too. */
static int open_file(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

    if (fd >= 0) {
        fcntl(fd, F_SETFL, 0);
    }
    return fd;
}

/* An empty pipe, which was read before or has no writer, is not meant as an empty file. */
static bool is_dry_pipe(int fd, const struct strbuf *text)
{
    struct stat st;

    return text->len == 0 && fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* Reads the whole file into memory, so that one state of the file is checked. */
static bool load(const char *path, struct strbuf *text, struct mistakes *mistakes)
{
    char part[16384];
    ssize_t n;
    int fd = open_file(path);

    if (fd < 0) {
        mistakes_add(mistakes, 0, "cannot be opened: %s", strerror(errno));
        return false;
    }
    while ((n = read(fd, part, sizeof(part))) != 0) {
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n < 0) {
            mistakes_add(mistakes, 0, "cannot be read: %s", strerror(errno));
            break;
        }
        strbuf_add(text, part, (size_t)n);
        if (text->len > INIFILE_MAX_BYTES) {
            mistakes_add(mistakes, 0, "is larger than %d bytes: this is no file of settings",
                       INIFILE_MAX_BYTES);
            break;
        }
    }
    if (n == 0 && is_dry_pipe(fd, text)) {
        mistakes_add(mistakes, 0, "is a pipe with nothing in it");
        n = -1;
    }
    close(fd);
    return n == 0;
}

/* A NUL shows that the file is no text at all (a program, UTF-16): one mistake about that is enough. */
static bool holds_nul(const struct strbuf *text, struct mistakes *mistakes)
{
    size_t len = strlen(strbuf_str(text));
    size_t line = 1;

    if (len == text->len) {
        return false;
    }
    for (size_t i = 0; i < len; i++) {
        line += text->data[i] == '\n';
    }
    mistakes_add(mistakes, line, "the line holds a NUL byte: this is no text file");
    return true;
}

void inifile_read(const char *path, const struct inifile_events *events, void *ctx, struct mistakes *mistakes)
{
    struct reader r = {.events = events, .ctx = ctx, .mistakes = mistakes};
    struct strbuf text = {0};

    if (load(path, &text, mistakes) && text.len != 0 && !holds_nul(&text, mistakes)) {
        r.next = text.data;
        r.end = text.data + text.len;
        while (strncmp(r.next, "\xef\xbb\xbf", 3) == 0) { /* inih would remove a second byte-order mark itself */
            r.next += 3;
        }
        /* Nothing reaches inih that it refuses, so an error can only be a failure of its own. */
        if (ini_parse_stream(next_line, &r, take_value, &r) != 0) {
            mistakes_add(mistakes, r.line, "the line cannot be read");
        }
    }
    strbuf_fini(&text);
}
