/* frontend/telnet_text.c: putting back what a client's line mode eats. */
#include "config.h"

#include "frontend/telnet_text.h"

#include "base/typed.h"
#include "base/utf8.h"

#include <libtelnet.h>
#include <string.h>

void telnet_text_begin(struct telnet_text *t, const char *text, size_t len)
{
    t->tail_len = (uint8_t)(len < sizeof(t->tail) ? len : sizeof(t->tail));
    if (t->tail_len > 0) {
        memcpy(t->tail, text + len - t->tail_len, t->tail_len);
    }
}

void telnet_text_add(struct telnet_text *t, const char *data, size_t len)
{
    size_t keep = len < sizeof(t->tail) ? sizeof(t->tail) - len : 0;

    memcpy(t->out + t->out_len, data, len);
    t->out_len += len;
    if (keep > t->tail_len) {
        keep = t->tail_len;
    }
    memmove(t->tail, t->tail + t->tail_len - keep, keep);
    len = len < sizeof(t->tail) ? len : sizeof(t->tail);
    memcpy(t->tail + keep, t->out + t->out_len - len, len);
    t->tail_len = (uint8_t)(keep + len);
}

/* A command in the middle of a UTF-8 sequence: the client has taken the sequence's next byte for one of its special
 * keys, bit 7 stripped (83: Ctrl-C, 8F: Ctrl-O, 9A: Ctrl-Z, 9C: Ctrl-\). */
bool telnet_text_heal(struct telnet_text *t, unsigned char command)
{
    char eaten;

    if (t->has_letters) {
        return false;
    }
    switch (command) {
    case TELNET_IP:
        eaten = '\x83';
        break;
    case TELNET_AO:
        eaten = '\x8f';
        break;
    case TELNET_SUSP:
        eaten = '\x9a';
        break;
    case TELNET_BREAK:
        eaten = '\x9c';
        break;
    default:
        return false;
    }
    if (utf8_missing_bytes(t->tail, t->tail_len) == 0) {
        return false;
    }
    telnet_text_add(t, &eaten, 1);
    return true;
}

bool telnet_text_is_inside(const struct telnet_text *t)
{
    char last = t->tail_len > 0 ? t->tail[t->tail_len - 1] : '\n';

    return last != '\n' && last != '\r' && last != '\0' && last != TYPED_ERASE_LINE;
}

void telnet_text_add_key(struct telnet_text *t, char key)
{
    if (telnet_text_is_inside(t)) {
        telnet_text_add(t, &key, 1);
    }
}
