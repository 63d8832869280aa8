/* tests/bench/wire.c: see wire.h. */
#include "config.h"

#include "wire.h"

#include <stdio.h>
#include <string.h>

static const struct wire wires[] = {
    {"chatd", WIRE_CHATD, .echoes = false},
    {"irc", WIRE_IRC, .echoes = false},
    {"redis", WIRE_REDIS, .echoes = true, .publishes_apart = true},
    {"floor", WIRE_FLOOR, .echoes = true},
};

const struct wire *wire_find(const char *name)
{
    for (size_t i = 0; i < sizeof(wires) / sizeof(wires[0]); i++) {
        if (strcmp(wires[i].name, name) == 0) {
            return &wires[i];
        }
    }
    return NULL;
}

size_t wire_login(const struct wire *w, unsigned step, unsigned person, unsigned room, char buf[WIRE_LINE])
{
    char name[16];
    int n = 0;

    switch (w->kind) {
    case WIRE_CHATD:
        if (step == 0) {
            n = snprintf(buf, WIRE_LINE, "/nick u%u\r\n/join #r%u\r\n", person, room);
        }
        break;
    case WIRE_IRC:
        if (step == 0) {
            n = snprintf(buf, WIRE_LINE, "NICK u%u\r\nUSER u%u 0 * :u%u\r\n", person, person, person);
        } else if (step == 1) {
            n = snprintf(buf, WIRE_LINE, "JOIN #r%u\r\n", room);
        }
        break;
    case WIRE_REDIS:
        if (step == 0) {
            n = snprintf(name, sizeof(name), "r%u", room);
            n = snprintf(buf, WIRE_LINE, "*2\r\n$9\r\nSUBSCRIBE\r\n$%d\r\n%s\r\n", n, name);
        }
        break;
    case WIRE_FLOOR:
        if (step == 0) {
            n = snprintf(buf, WIRE_LINE, "%u\n", room);
        }
        break;
    }
    return (size_t)n;
}

static bool has(const char *bytes, size_t n, const char *wanted)
{
    return memmem(bytes, n, wanted, strlen(wanted)) != NULL;
}

bool wire_is_answered(const struct wire *w, unsigned step, const char *bytes, size_t n)
{
    switch (w->kind) {
    case WIRE_CHATD:
        return has(bytes, n, "You are in #");
    case WIRE_IRC: /* the end of the message of the day, or its absence; then the end of the list of members */
        return step == 0 ? has(bytes, n, " 376 ") || has(bytes, n, " 422 ") : has(bytes, n, " 366 ");
    case WIRE_REDIS:
        return has(bytes, n, ":1\r\n");
    case WIRE_FLOOR:
        return has(bytes, n, "ok\n");
    }
    return false;
}

size_t wire_ignore(unsigned person, char buf[WIRE_LINE])
{
    return (size_t)snprintf(buf, WIRE_LINE, "/ignore u%u\r\n", person);
}

size_t wire_say(const struct wire *w, unsigned room, uint32_t number, unsigned text_bytes,
                char buf[WIRE_LINE])
{
    char text[WIRE_LONG + 1], name[16];
    int n = 0;

    memset(text, 'x', text_bytes);
    snprintf(text + text_bytes - 1 - WIRE_DIGITS, WIRE_DIGITS + 2, "%08x%c", number, WIRE_MARK);
    switch (w->kind) {
    case WIRE_CHATD:
        n = snprintf(buf, WIRE_LINE, "%s\r\n", text);
        break;
    case WIRE_IRC:
        n = snprintf(buf, WIRE_LINE, "PRIVMSG #r%u :%s\r\n", room, text);
        break;
    case WIRE_REDIS:
        n = snprintf(name, sizeof(name), "r%u", room);
        n = snprintf(buf, WIRE_LINE, "*3\r\n$7\r\nPUBLISH\r\n$%d\r\n%s\r\n$%u\r\n%s\r\n", n, name, text_bytes,
                     text);
        break;
    case WIRE_FLOOR:
        n = snprintf(buf, WIRE_LINE, "%s\n", text);
        break;
    }
    return (size_t)n;
}

uint32_t wire_number(const char *mark)
{
    uint32_t number = 0;

    for (const char *p = mark - WIRE_DIGITS; p < mark; p++) {
        number = number << 4 | (uint32_t)(*p <= '9' ? *p - '0' : *p - 'a' + 10);
    }
    return number;
}
