/* base/charsets.c: the table. */
#include "config.h"

#include "base/charsets.h"

#include <ctype.h>
#include <string.h>

enum {
    ASCII = 128,
    NAME_CHARS = 24, /* no name is longer */
};

/* A name by which a charset is asked for consists of letters and digits, in lower case. */
static const struct kind {
    const char *name, *iana;
    const char *converter; /* iconv's; where terminals use more than the standard has, of that; NULL: UTF-8 */
    const char *names;     /* separated by blanks */
} kinds[] = {
    [CHARSETS_UTF8] = {"utf-8", "UTF-8", NULL, "utf8 unicode"},
    {"latin1", "ISO-8859-1", "ISO-8859-1", "latin1 iso88591 l1 88591"},
    {"latin2", "ISO-8859-2", "ISO-8859-2", "latin2 iso88592 l2"},
    {"latin5", "ISO-8859-9", "ISO-8859-9", "latin5 iso88599 l5"},
    {"latin9", "ISO-8859-15", "ISO-8859-15", "latin9 iso885915 l9"},
    {"greek", "ISO-8859-7", "ISO-8859-7", "greek iso88597"},
    {"cp437", "IBM437", "CP437", "cp437 ibm437 437 dos"},
    {"cp850", "IBM850", "CP850", "cp850 ibm850 850"},
    {"cp852", "IBM852", "CP852", "cp852 ibm852 852"},
    {"cp866", "IBM866", "CP866", "cp866 ibm866 866 alt"},
    {"cp1250", "windows-1250", "CP1250", "cp1250 windows1250 win1250 1250"},
    {"cp1251", "windows-1251", "CP1251", "cp1251 windows1251 win1251 1251 win"},
    {"cp1252", "windows-1252", "CP1252", "cp1252 windows1252 win1252 1252 ansi"},
    {"cp1253", "windows-1253", "CP1253", "cp1253 windows1253 win1253 1253"},
    {"cp1254", "windows-1254", "CP1254", "cp1254 windows1254 win1254 1254"},
    {"cp1257", "windows-1257", "CP1257", "cp1257 windows1257 win1257 1257"},
    {"koi8-r", "KOI8-R", "KOI8-R", "koi8r koi8"},
    {"koi8-u", "KOI8-U", "KOI8-U", "koi8u"},
    {"big5", "Big5", "BIG5", "big5 cp950 950 cnbig5"},
    {"shift-jis", "Shift_JIS", "CP932", "shiftjis sjis xsjis mskanji cp932 932 windows31j"},
    {"euc-jp", "EUC-JP", "EUC-JP", "eucjp"},
    {"euc-kr", "EUC-KR", "UHC", "euckr cp949 949 uhc ksc56011987"},
    {"gbk", "GBK", "GBK", "gbk cp936 936 gb2312 euccn"},
    {"gb18030", "GB18030", "GB18030", "gb18030"},
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };
_Static_assert((int)KINDS <= (int)CHARSETS_MOST, "there is place for each");

/* ---- names ---- */

const char *charsets_name(unsigned number)
{
    return number < KINDS ? kinds[number].name : NULL;
}

const char *charsets_iana_name(unsigned number)
{
    return number < KINDS ? kinds[number].iana : NULL;
}

/* The letters and digits of a name, in lower case; "" if there are too many. */
static void normalize(const char *name, size_t len, char out[NAME_CHARS + 1])
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)name[i];

        if (c >= ASCII || !isalnum(c)) {
            continue;
        }
        if (n == NAME_CHARS) {
            n = 0;
            break;
        }
        out[n++] = (char)tolower(c);
    }
    out[n] = '\0';
}

static bool has_name(const char *names, const char *name)
{
    size_t len = strlen(name);

    for (const char *at = names; (at = strstr(at, name)) != NULL; at += len) {
        if ((at == names || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0')) {
            return true;
        }
    }
    return false;
}

bool charsets_find(const char *name, size_t len, unsigned *number)
{
    char wanted[NAME_CHARS + 1];

    normalize(name, len, wanted);
    for (unsigned i = 0; i < KINDS && wanted[0] != '\0'; i++) {
        if (has_name(kinds[i].names, wanted)) {
            *number = i;
            return true;
        }
    }
    return false;
}

const struct charset *charsets_get(const struct charsets *all, unsigned number)
{
    return all != NULL && number < KINDS ? all->each[number] : NULL;
}

bool charsets_has(const struct charsets *all, unsigned number)
{
    return number == CHARSETS_UTF8 || charsets_get(all, number) != NULL;
}

void charsets_open(struct charsets *all)
{
    *all = (struct charsets){0};
    for (unsigned i = CHARSETS_UTF8 + 1; i < KINDS; i++) {
        all->each[i] = charset_open(kinds[i].name, kinds[i].converter);
    }
}

void charsets_close(struct charsets *all)
{
    for (unsigned i = 0; i < KINDS; i++) {
        if (all->each[i] != NULL) {
            charset_close(all->each[i]);
        }
    }
    *all = (struct charsets){0};
}
