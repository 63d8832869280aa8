/* config/options_value.c: one value of an option: how it is read, held and shown.
 *
 * A value is checked here on its own; checks.c checks values that depend on each other. */
#include "config.h"

#include "config/options_value.h"

#include "base/check.h"
#include "base/nearest.h"
#include "base/text.h"
#include "config/mistakes.h"

#include <stdbool.h>
#include <string.h>

enum { K = 1024 };

enum amount { AMOUNT_OK, AMOUNT_NONE, AMOUNT_LOW, AMOUNT_HIGH };

/* Unlike strtoull() it takes no sign, no blanks and no other base, and distinguishes a number that is too large from
 * text that is no number. */
static enum amount read_amount(const char *s, bool has_suffix, uint64_t *number)
{
    static const char suffixes[] = "KMGTkmgt";
    const char *suffix;
    bool is_negative = *s == '-';
    bool is_high = false;
    uint64_t factor = 1;

    s += is_negative;
    *number = 0;
    if (*s < '0' || *s > '9') {
        return AMOUNT_NONE;
    }
    for (; *s >= '0' && *s <= '9'; s++) {
        is_high |= __builtin_mul_overflow(*number, 10, number);
        is_high |= __builtin_add_overflow(*number, (uint64_t)(*s - '0'), number);
    }
    if (has_suffix && *s != '\0' && (suffix = strchr(suffixes, *s)) != NULL) {
        factor = UINT64_C(1) << (10 * ((suffix - suffixes) % 4 + 1));
        s++;
    }
    is_high |= __builtin_mul_overflow(*number, factor, number);
    if (*s != '\0') {
        return AMOUNT_NONE;
    }
    if (is_negative) {
        return AMOUNT_LOW;
    }
    return is_high ? AMOUNT_HIGH : AMOUNT_OK;
}

void options_value_format_number(const struct options_row *row, uint64_t number, struct strbuf *out)
{
    static const char suffixes[] = "KMGT";
    size_t power = 0;

    if (row->type == OPTIONS_CHOICE) {
        strbuf_adds(out, row->choices[number]);
        return;
    }
    if (row->word != NULL && number == 0) {
        strbuf_adds(out, row->word);
        return;
    }
    if (row->type == OPTIONS_BYTES && number >= 64 * K) { /* a small amount reads better in bytes */
        for (; number % K == 0 && power < 4; power++) {
            number /= K;
        }
    }
    strbuf_addf(out, "%llu", (unsigned long long)number);
    if (power != 0) {
        strbuf_addc(out, suffixes[power - 1]);
    }
}

/* "10 clients", "1 client": the first word of a unit is a noun in the plural. */
static void add_with_unit(const struct options_row *row, uint64_t number, struct strbuf *out)
{
    size_t noun = strcspn(row->unit, " ");

    options_value_format_number(row, number, out);
    strbuf_addc(out, ' ');
    strbuf_addf(out, "%.*s%s", (int)noun - 1, row->unit, text_plural(number, "", "s"));
    strbuf_adds(out, row->unit + noun);
}

static bool parse_number(const struct options_row *row, const char *text, uint64_t *number,
                         struct strbuf *err)
{
    enum amount amount;

    if (row->word != NULL && strcmp(text, row->word) == 0) {
        *number = 0;
        return true;
    }
    amount = read_amount(text, row->type == OPTIONS_BYTES, number);
    if (amount == AMOUNT_OK && *number < row->min) {
        amount = AMOUNT_LOW;
    } else if (amount == AMOUNT_OK && *number > row->max) {
        amount = AMOUNT_HIGH;
    }
    switch (amount) {
    case AMOUNT_OK:
        return true;
    case AMOUNT_NONE:
        mistakes_quote(err, text);
        if (row->type == OPTIONS_BYTES) {
            strbuf_adds(err, " is no number of bytes, such as 65536 or 64K"
                             " (K, M, G and T are powers of 1024)");
        } else if (row->word != NULL) {
            strbuf_addf(err, " is neither a whole number nor %s", row->word);
        } else {
            strbuf_adds(err, " is no whole number");
        }
        return false;
    case AMOUNT_LOW:
    case AMOUNT_HIGH:
        mistakes_show(err, text, 40);
        strbuf_adds(err, amount == AMOUNT_LOW ? " is below the minimum, " : " is above the maximum, ");
        add_with_unit(row, amount == AMOUNT_LOW ? row->min : row->max, err);
        return false;
    }
    return false;
}

static void add_choices(const struct options_row *row, struct strbuf *out)
{
    for (size_t i = 0; row->choices[i] != NULL; i++) {
        strbuf_addf(out, "%s%s", i == 0 ? "" : ", ", row->choices[i]);
    }
}

static bool parse_choice(const struct options_row *row, const char *text, uint64_t *number,
                         struct strbuf *err)
{
    struct nearest near = {.wanted = text};

    for (size_t i = 0; row->choices[i] != NULL; i++) {
        if (strcmp(row->choices[i], text) == 0) {
            *number = i;
            return true;
        }
        nearest_try(&near, row->choices[i]);
    }
    mistakes_quote(err, text);
    strbuf_adds(err, " is none of ");
    add_choices(row, err);
    if (near.best != NULL) {
        strbuf_addf(err, "; did you mean %s?", near.best);
    }
    return false;
}

static bool parse_text(const struct options_row *row, const char *text, char **out, struct strbuf *err)
{
    struct strbuf value = {0};

    if (strlen(text) > row->max) {
        strbuf_adds(err, "is longer than ");
        add_with_unit(row, row->max, err);
        return false;
    }
    for (; *text != '\0'; text++) {
        if (row->type == OPTIONS_LINES && text[0] == '\\' && text[1] == 'n') {
            strbuf_addc(&value, '\n');
            text++;
        } else {
            strbuf_addc(&value, *text);
        }
    }
    *out = strbuf_take(&value);
    return true;
}

bool options_value_parse(const struct options_row *row, const char *text, struct options_value *out,
                   struct strbuf *err)
{
    *out = (struct options_value){0};
    if (*text == '\0' && (row->min > 0 || !options_is_text(row))) {
        strbuf_adds(err, "has no value");
        return false;
    }
    if (options_is_text(row)) {
        return parse_text(row, text, &out->text, err);
    }
    if (row->type == OPTIONS_CHOICE) {
        return parse_choice(row, text, &out->number, err);
    }
    return parse_number(row, text, &out->number, err);
}

void options_value_store(const struct options_row *row, struct conf *cfg, const struct options_value *value)
{
    void *field = (char *)cfg + row->offset;

    if (options_is_text(row)) {
        *(const char **)field = value->text;
    } else {
        *(uint64_t *)field = value->number;
    }
}

uint64_t options_value_number(const struct options_row *row, const struct conf *cfg)
{
    const void *field = (const char *)cfg + row->offset;

    CHECK(!options_is_text(row));
    return *(const uint64_t *)field;
}

const char *options_value_text(const struct options_row *row, const struct conf *cfg)
{
    const void *field = (const char *)cfg + row->offset;

    CHECK(options_is_text(row));
    return *(const char *const *)field;
}

void options_value_format(const struct options_row *row, const struct conf *cfg, struct strbuf *out)
{
    if (!options_is_text(row)) {
        options_value_format_number(row, options_value_number(row, cfg), out);
        return;
    }
    for (const char *s = options_value_text(row, cfg); *s != '\0'; s++) {
        if (*s == '\n') {
            strbuf_adds(out, "\\n");
        } else {
            strbuf_addc(out, *s);
        }
    }
}

void options_value_describe(const struct options_row *row, struct strbuf *out)
{
    bool is_text = options_is_text(row);

    if (*row->default_text == '\0') {
        strbuf_addf(out, "Default: empty, %s.", row->none);
    } else {
        strbuf_addf(out, "Default: %s.", row->default_text);
    }
    if (row->type == OPTIONS_CHOICE) {
        strbuf_adds(out, " One of: ");
        add_choices(row, out);
        strbuf_addc(out, '.');
    } else if (is_text) {
        strbuf_adds(out, " At most ");
        add_with_unit(row, row->max, out);
    } else {
        strbuf_adds(out, " Range: ");
        if (row->word != NULL) {
            strbuf_addf(out, "%s, or ", row->word);
        }
        options_value_format_number(row, row->min, out);
        strbuf_adds(out, " to ");
        add_with_unit(row, row->max, out);
    }
    if (row->type != OPTIONS_CHOICE) {
        if (row->none != NULL && !(is_text && *row->default_text == '\0')) {
            strbuf_addf(out, "; %s: %s", is_text ? "empty" : "0", row->none);
        }
        strbuf_addc(out, '.');
    }
    strbuf_adds(out, row->reloadable ? " A reload applies it." : " It needs a restart.");
}
