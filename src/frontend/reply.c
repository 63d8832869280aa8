/* frontend/reply.c: the table of replies, and the fields of one. */
#include "config.h"

#include "frontend/reply.h"

_Static_assert((int)REPLY_FIELD_END <= 128, "a kind's fields are bits of twice 64");

enum row_class { ROW_ANSWER, ROW_NOTICE, ROW_ERROR };

static const struct row {
    enum row_class class;
    enum fault fault;
    const char *type, *text;
} rows[] = {
#define ANSWER(symbol, type, needs, may, text) {ROW_ANSWER, FAULT_COUNT, type, text},
#define NOTICE(symbol, type, needs, may, text) {ROW_NOTICE, FAULT_COUNT, type, text},
#define ERROR(symbol, fault, needs, may, text) {ROW_ERROR, FAULT_##fault, "error", text},
    REPLY_TABLE(ANSWER, NOTICE, ERROR)
#undef ANSWER
#undef NOTICE
#undef ERROR
};

/* Which fields each kind has, as bits: those of the first 64 fields, and those of the others. */
struct row_fields {
    uint64_t needs, may;
};

#define ROW_FIELDS(symbol, type_or_fault, needs, may, text) {needs, (needs) | (may)},

static const struct row_fields first_fields[] = {
#define F(symbol) ((int)REPLY_FIELD_##symbol < 64 ? UINT64_C(1) << REPLY_FIELD_##symbol % 64 : 0)
    REPLY_TABLE(ROW_FIELDS, ROW_FIELDS, ROW_FIELDS)
#undef F
};

static const struct row_fields further_fields[] = {
#define F(symbol) ((int)REPLY_FIELD_##symbol < 64 ? 0 : UINT64_C(1) << REPLY_FIELD_##symbol % 64)
    REPLY_TABLE(ROW_FIELDS, ROW_FIELDS, ROW_FIELDS)
#undef F
};

static const struct row_fields *fields_with(enum reply_kind kind, enum reply_field field)
{
    return field < 64 ? &first_fields[kind] : &further_fields[kind];
}

static const struct field {
    const char *member, *json;
    size_t offset;
    enum reply_value value;
} fields[] = {
#define FIELD(symbol, member, json, type) {#member, json, offsetof(struct reply, member), REPLY_VALUE_##type},
    REPLY_FIELDS(FIELD)
#undef FIELD
};

const char *reply_type(enum reply_kind kind)
{
    return rows[kind].type;
}

const char *reply_sentence(const struct reply *r)
{
    return rows[r->kind].text;
}

bool reply_is_notice(enum reply_kind kind)
{
    return rows[kind].class == ROW_NOTICE;
}

bool reply_is_error(enum reply_kind kind, enum fault *fault)
{
    *fault = rows[kind].fault;
    return rows[kind].class == ROW_ERROR;
}

const char *reply_code(const struct reply *r)
{
    enum fault fault;

    if (!reply_is_error(r->kind, &fault)) {
        return NULL;
    }
    return fault == FAULT_COUNT ? reason_code(r->ending) : fault_code(fault);
}

bool reply_may_have(enum reply_kind kind, enum reply_field field)
{
    return (fields_with(kind, field)->may >> field % 64 & 1) != 0;
}

bool reply_needs(enum reply_kind kind, enum reply_field field)
{
    return (fields_with(kind, field)->needs >> field % 64 & 1) != 0;
}

const char *reply_field_name(enum reply_field field)
{
    return fields[field].json;
}

const char *reply_field_member(enum reply_field field)
{
    return fields[field].member;
}

enum reply_value reply_field_value(enum reply_field field)
{
    return fields[field].value;
}

const void *reply_field_at(const struct reply *r, enum reply_field field)
{
    return (const char *)r + fields[field].offset;
}

void reply_item_show(struct strbuf *out, const struct reply_item *item)
{
    strbuf_adds(out, item->name);
    if (item->rank != NULL) {
        strbuf_addf(out, " (%s)", item->rank);
    }
    strbuf_adds(out, item->is_away ? " (away)" : item->has_left ? " (has left)" : "");
}

/* Neither NULL nor 0, false or an empty list. */
static bool is_set(const struct reply *r, enum reply_field field)
{
    const void *at = reply_field_at(r, field);

    switch (fields[field].value) {
    case REPLY_VALUE_STRING:
    case REPLY_VALUE_ROOM:
    case REPLY_VALUE_USAGE:
    case REPLY_VALUE_LINES:
    case REPLY_VALUE_ALIASES:
    case REPLY_VALUE_WORDS:
        return *(const char *const *)at != NULL;
    case REPLY_VALUE_NUMBER:
    case REPLY_VALUE_SPAN:
    case REPLY_VALUE_TIME:
        return *(const int64_t *)at != 0;
    case REPLY_VALUE_BOOL:
        return *(const bool *)at;
    case REPLY_VALUE_ROOMS:
    case REPLY_VALUE_PEOPLE:
    case REPLY_VALUE_COMMANDS:
        return ((const struct reply_list *)at)->count > 0;
    }
    return false;
}

bool reply_has(const struct reply *r, enum reply_field field)
{
    return reply_needs(r->kind, field) || is_set(r, field);
}

/* What no kind can need and leave NULL. */
static bool is_pointer(enum reply_value value)
{
    return value <= REPLY_VALUE_WORDS;
}

bool reply_is_whole(const struct reply *r)
{
    for (enum reply_field f = 0; f < REPLY_FIELD_END; f++) {
        if (is_set(r, f) ? !reply_may_have(r->kind, f) : reply_needs(r->kind, f) && is_pointer(fields[f].value)) {
            return false;
        }
    }
    return true;
}
