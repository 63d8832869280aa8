/* What the built chatd has of everything that chatd-protocol(7) lists, a thing a line, for protocol.sh:
 *
 *   command /nick NAME        alias /name         event join
 *   error no-such-room        last-word idle      reason eof
 *   field say id              (of each type of the JSON form, and of each code of an error)
 *   value id string           (what a field holds) */
#include "config.h"

#include "frontend/frontend.h"
#include "session/cmd.h"
#include "frontend/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_commands(void)
{
    const struct cmd *cmd;

    for (size_t i = 0; (cmd = cmd_at(i)) != NULL; i++) {
        const char *alias = cmd->aliases != NULL ? cmd->aliases : "";

        printf("command /%s%s%s\n", cmd->name, cmd->usage[0] != '\0' ? " " : "", cmd->usage);
        while (*alias != '\0') {
            size_t len = strcspn(alias, " ");

            printf("alias /%.*s\n", (int)len, alias);
            alias += len + (alias[len] == ' ');
        }
    }
}

static void print_codes(void)
{
    static const enum fault faults[] = {
#define FAULT(symbol, code) FAULT_##symbol,
        FAULT_TABLE(FAULT)
#undef FAULT
    };
    static const enum reason reasons[] = {
#define REASON(symbol, code, goodbye) REASON_##symbol,
        REASON_TABLE(REASON)
#undef REASON
    };

    for (size_t i = 0; i < sizeof(faults) / sizeof(faults[0]); i++) {
        printf("error %s\n", fault_code(faults[i]));
    }
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        printf("%s %s\n", reason_goodbye(reasons[i]) != NULL ? "last-word" : "reason", reason_code(reasons[i]));
    }
}

/* The fields of one object, whose strings hold no quotes. */
static void print_fields(struct strbuf *object)
{
    char type[32] = "", event[32];

    for (char *s = strtok(object->data, "{,}\n"); s != NULL; s = strtok(NULL, "{,}\n")) {
        size_t len = strcspn(s + 1, "\"");

        if (type[0] == '\0' && sscanf(s, "\"type\":\"%31[a-z]\"", type) != 1) {
            printf("field ? %s\n", s); /* the first is not the type */
            break;
        }
        printf("field %s %.*s\nvalue %.*s %s\n", type, (int)len, s + 1, (int)len, s + 1,
               s[len + 3] == '[' ? "strings" : s[len + 3] == '"' ? "string" : "boolean");
        if (sscanf(s, "\"event\":\"%31[a-z]\"", event) == 1) {
            printf("event %s\n", event);
        }
    }
    strbuf_fini(object);
}

/* Of the past; room may be NULL. */
static void print_message(enum message_kind kind, enum rule_kind rule, const char *room)
{
    struct message *m = message_new(&(struct message_parts){
        .kind = kind, .rule = rule, .until_ms = 1, .room = room, .actor = "a", .target = "t", .text = "x",
        .text_len = 1});
    struct delivery d = {.m = m, .is_replay = true};
    struct strbuf out = {0};

    m->id = 1;
    frontend_form(FRONTEND_JSON)->message(&out, FRONTEND_JSON, NULL, &d);
    print_fields(&out);
    message_unref(m);
}

static void print_json(void)
{
    for (enum message_kind kind = 0; kind < MESSAGE_KINDS; kind++) {
        for (enum rule_kind rule = RULE_MODE; rule < (kind == MESSAGE_RULE ? RULE_KINDS : RULE_ROLE); rule++) {
            print_message(kind, rule, kind != MESSAGE_PRIVATE ? "r" : NULL);
        }
    }
}

static const char *json_type_of(enum reply_value value)
{
    switch (value) {
    case REPLY_VALUE_NUMBER:
    case REPLY_VALUE_SPAN:
        return "number";
    case REPLY_VALUE_BOOL:
        return "boolean";
    case REPLY_VALUE_ALIASES:
    case REPLY_VALUE_ROOMS:
        return "strings";
    case REPLY_VALUE_PEOPLE:
    case REPLY_VALUE_COMMANDS:
        return "objects";
    default:
        return "string";
    }
}

/* The fields of a kind: under its type, those of an error under its code. */
static void print_reply(enum reply_kind kind)
{
    enum fault fault;
    bool is_error = reply_is_error(kind, &fault);
    const char *type = is_error && fault < FAULT_COUNT ? fault_code(fault) : reply_type(kind);

    if (type == NULL) {
        return;
    }
    printf("field %s type\n", reply_type(kind));
    if (is_error) {
        printf("field error code\nvalue code string\nfield error command\nfield error text\n");
    } else if (!reply_is_notice(kind)) {
        printf("field %s command\nvalue command string\n", type);
    }
    for (enum reply_field f = 0; f < REPLY_FIELD_END; f++) {
        if (reply_field_name(f) != NULL && reply_may_have(kind, f)) {
            printf("field %s %s\nvalue %s %s\n", type, reply_field_name(f), reply_field_name(f),
                   json_type_of(reply_field_value(f)));
        }
    }
}

int main(void)
{
    print_commands();
    print_codes();
    print_json();
    for (enum reply_kind kind = 0; kind < REPLY_KINDS; kind++) {
        print_reply(kind);
    }
    return EXIT_SUCCESS;
}
