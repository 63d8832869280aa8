/* frontend/line_telnet.c: the beginning of telnet, and its charset. */
#include "config.h"

#include "frontend/line_telnet.h"

#include "frontend/line_priv.h"

#include <string.h>

#define ERASE_ROW "\r\033[K"

void line_telnet_begin(struct line *l, bool is_known)
{
    size_t len;
    const char *line = framing_held(&l->framing, &len);

    l->telnet = telnet_peer_new(l->framing.conn, line != NULL ? line : "", len);
    if (!line_is_utf8(l)) {
        telnet_peer_set_utf8(l->telnet, false);
        telnet_peer_fix_charset(l->telnet, l->framing.charset);
    }
    telnet_peer_greet(l->telnet, is_known);
}

void line_telnet_erase(struct line *l)
{
    if (!telnet_peer_is_heard(line_telnet(l))) {
        conn_send_bytes(l->framing.conn, ERASE_ROW, strlen(ERASE_ROW));
    }
}

void line_telnet_set_charset(struct line *l, unsigned charset)
{
    framing_set_charset(&l->framing, charset);
    if (line_telnet(l) != NULL) {
        telnet_peer_set_utf8(line_telnet(l), line_is_utf8(l));
    }
}
