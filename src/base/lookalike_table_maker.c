/* base/lookalike_table_maker.c: a program that makes base/lookalike_table.c out of Unicode's list of characters that
 * look alike (UTS 39, section 4), as ICU has it.
 *
 * "make unicode" builds and runs it; it is no part of chatd.  Of ICU's version depends the version of the list. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/uspoof.h>
#include <unicode/ustring.h>

enum { MOST_UNITS = 64, MOST_BYTES = 256, MOST_TEXT = 1 << 14, MOST_ROWS = 1 << 12, MOST_COLUMNS = 120 };

static char text[MOST_TEXT]; /* the prototypes, each ended by NUL */
static size_t text_len;
static struct {
    UChar32 cp;
    size_t at;
} rows[MOST_ROWS];
static size_t row_count;

/* Finds the text, or adds it. */
static size_t place_of(const char *s)
{
    size_t at = 0;

    while (at < text_len && strcmp(text + at, s) != 0) {
        at += strlen(text + at) + 1;
    }
    if (at == text_len) {
        memcpy(text + at, s, strlen(s) + 1);
        text_len += strlen(s) + 1;
    }
    return at;
}

/* Names hold only these, and of these only what has no compatibility decomposition is looked up. */
static int is_needed(const UNormalizer2 *nfkd, UChar32 cp, const UChar *units, int32_t len)
{
    uint32_t mask = U_GC_L_MASK | U_GC_ND_MASK | U_GC_MN_MASK | U_GC_MC_MASK;
    UErrorCode err = U_ZERO_ERROR;

    return (U_GET_GC_MASK(cp) & mask) != 0 && !u_hasBinaryProperty(cp, UCHAR_DEFAULT_IGNORABLE_CODE_POINT) &&
           unorm2_isNormalized(nfkd, units, len, &err);
}

static void add(const USpoofChecker *checker, UChar32 cp, const UChar *units, int32_t len)
{
    UChar like[MOST_UNITS];
    char bytes[MOST_BYTES];
    UErrorCode err = U_ZERO_ERROR;
    int32_t like_len = uspoof_getSkeleton(checker, 0, units, len, like, MOST_UNITS, &err);

    u_strToUTF8(bytes, MOST_BYTES, NULL, like, like_len, &err);
    if (u_strcmp(like, units) != 0 && U_SUCCESS(err) && strcmp(bytes, "rn") != 0) { /* lookalike.c turns that into m */
        rows[row_count].cp = cp;
        rows[row_count++].at = place_of(bytes);
    }
}

static void collect(void)
{
    UErrorCode err = U_ZERO_ERROR;
    USpoofChecker *checker = uspoof_open(&err);
    const UNormalizer2 *nfkd = unorm2_getNFKDInstance(&err);

    for (UChar32 cp = 1; cp <= 0x10ffff && U_SUCCESS(err); cp++) {
        UChar units[3] = {0};
        int32_t len = 0;

        U16_APPEND_UNSAFE(units, len, cp);
        if (!U_IS_SURROGATE(cp) && is_needed(nfkd, cp, units, len)) {
            add(checker, cp, units, len);
        }
    }
    uspoof_close(checker);
}

/* Each piece of the text is a string literal of its own, so that no digit continues an escape. */
static int print_piece(const char *s, int column)
{
    char piece[4 * MOST_BYTES + 8] = "\"";
    size_t len = 1;

    while (*s != '\0') {
        int plain = (unsigned char)*s >= ' ' && (unsigned char)*s < 0x7f && *s != '"' && *s != '\\';

        len += (size_t)snprintf(piece + len, sizeof(piece) - len, plain ? "%c" : "\\%03o", (unsigned char)*s);
        s++;
    }
    len += (size_t)snprintf(piece + len, sizeof(piece) - len, "\\0\"");
    if (column + 1 + (int)len > MOST_COLUMNS) {
        printf("\n   ");
        column = 3;
    }
    printf(" %s", piece);
    return column + 1 + (int)len;
}

static void print_row(size_t i, int *column)
{
    char row[32];
    int len = snprintf(row, sizeof(row), "{0x%x, %zu},", (unsigned)rows[i].cp, rows[i].at);

    if (*column + 1 + len > MOST_COLUMNS) {
        printf("\n   ");
        *column = 3;
    }
    printf(" %s", row);
    *column += 1 + len;
}

int main(void)
{
    UVersionInfo version;
    int column = 3;

    u_getUnicodeVersion(version);
    collect();
    printf("/* base/lookalike_table.c: what characters look like, of version %d.%d of Unicode's data.\n *\n"
           " * Made by base/lookalike_table_maker.c; \"make unicode\" renews it.  Do not edit it. */\n"
           "#include \"config.h\"\n\n#include \"base/lookalike_table.h\"\n\n"
           "const char lookalike_table_text[] =\n   ",
           version[0], version[1]);
    for (size_t at = 0; at < text_len; at += strlen(text + at) + 1) {
        column = print_piece(text + at, column);
    }
    printf(";\n\nconst struct lookalike_row lookalike_table_rows[] = {\n   ");
    column = 3;
    for (size_t i = 0; i < row_count; i++) {
        print_row(i, &column);
    }
    printf("\n};\nconst size_t lookalike_table_row_count = "
           "sizeof(lookalike_table_rows) / sizeof(lookalike_table_rows[0]);\n");
    return row_count > 0 && text_len < MOST_TEXT ? 0 : 1;
}
