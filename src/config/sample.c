/* config/sample.c: the sample file: conf/chatd.ini and --print-config are this text.
 *
 * The line of an option begins with ';' and the key, the line of a comment with "; ".  So a copy of the file keeps
 * following the defaults, and tests and editors can tell options from comments. */
#include "config.h"

#include "config/sample.h"

#include "base/check.h"
#include "base/strbuf.h"
#include "config/options.h"
#include "config/options_value.h"

#include <string.h>

enum { COLUMNS = 78 };

static const char preface[] =
    "; chatd.ini: the settings of chatd. chatd.ini(5) tells more.\n"
    ";\n"
    "; Each option stands here with its default, behind a ';'. Take the ';' away to\n"
    "; set an option; as long as it stands, the option follows chatd's own default,\n"
    "; also when a later chatd has a better one.\n"
    ";\n"
    "; \"chatd --check-config\" checks the installed chatd.ini, and with \"-c FILE\"\n"
    "; any other file. A reload (SIGHUP, \"systemctl reload chatd\") applies what\n"
    "; says so below; the rest needs a restart. A number of bytes may end in K, M,\n"
    "; G or T, powers of 1024.\n"
    "; A line has at most 198 bytes; a longer list or message goes on in lines that\n"
    "; begin with a blank.\n";

static const struct {
    const char *section, *help;
} sections[] = {
    {"server", "The server: where it listens, how it greets."},
    {"tls", "TLS: where clients connect over an encrypted line, and with what certificate."},
    {"limits", "The limits: nothing waits without a bound, and a bound that is reached is told."},
    {"proxy", "Proxies in front of chatd, which tell the addresses of their clients."},
    {"flood", "Who talks too fast."},
    {"terminal", "What is done for people at a terminal."},
    {"rooms", "What rooms tell their members."},
    {"history", "What rooms remember."},
    {"store", "What is kept over restarts."},
    {"accounts", "Names that belong to somebody."},
    {"moderation", "What is not said in public; nothing unless it is set."},
    {"log", "What is logged, and where."},
    {"metrics", "What monitoring sees."},
    {"control", "How an administrator reaches the running server: see chatctl(1)."},
};

/* Words are separated by blanks; none is longer than a line. */
static void print_comment(FILE *out, const char *text)
{
    size_t column = 1;

    fputc(';', out);
    while (*text != '\0') {
        size_t len = strcspn(text, " ");

        if (column + 1 + len > COLUMNS) {
            fputs("\n;", out);
            column = 1;
        }
        fprintf(out, " %.*s", (int)len, text);
        column += 1 + len;
        text += len;
        text += strspn(text, " ");
    }
    fputc('\n', out);
}

const char *sample_section_help(const char *section)
{
    size_t i = 0;

    while (strcmp(sections[i].section, section) != 0) {
        i++;
        CHECK(i < sizeof(sections) / sizeof(sections[0]));
    }
    return sections[i].help;
}

static void print_section(FILE *out, const char *name)
{
    fputs("\n\n", out);
    print_comment(out, sample_section_help(name));
    fprintf(out, "[%s]\n", name);
}

static void print_option(FILE *out, const struct options_row *row)
{
    struct strbuf facts = {0};

    options_value_describe(row, &facts);
    fputc('\n', out);
    print_comment(out, row->help);
    print_comment(out, strbuf_str(&facts));
    fprintf(out, ";%s =%s%s\n", row->key, *row->default_text != '\0' ? " " : "", row->default_text);
    strbuf_fini(&facts);
}

void sample_print(FILE *out)
{
    const char *section = "";

    fputs(preface, out);
    for (size_t i = 0; i < options_count(); i++) {
        const struct options_row *row = options_get(i);

        if (strcmp(row->section, section) != 0) {
            section = row->section;
            print_section(out, section);
        }
        print_option(out, row);
    }
}
