/* frontend/telnet.c: negotiating, and putting back what a client's line mode eats.
 *
 * Once, at the first IAC, the server asks for DO BINARY: inetutils' telnet strips bit 7 when it looks
 * for its special keys, and so makes an IP of the byte 83 in a letter; in binary it leaves text alone.
 * It asks for the terminal's type and size too, for /terminal.  It never says WILL: the output stays
 * lines ended by CRLF.  A DO TIMING-MARK is answered WONT by libtelnet's rule for options that are not
 * supported: after Ctrl-C inetutils and netkit discard all output until then. */
#include "config.h"

#include "frontend/telnet.h"

#include "base/mem.h"
#include "base/text.h"

#include <libtelnet.h>
#include <stdlib.h>
#include <string.h>

enum {
    /* libtelnet inflates what follows a COMPRESS2 subnegotiation, asked for or not, while it takes in
     * the bytes it was given: in small slices a peer's bomb stays small until the event for it has
     * been seen. */
    SLICE_BYTES = 128,
    TTYPE_CHARS = 40,
    /* Of one subnegotiation.  At 16 KiB libtelnet would pass the rest of it off as text, and does not tell
     * that warning from others. */
    SUBNEGOTIATION_BYTES = 4096,
};

struct telnet_peer {
    telnet_t *telnet;
    struct conn *conn;
    struct strbuf answers; /* of this call, sent at its end */
    char *out;         /* during telnet_peer_decode() */
    size_t out_len;
    char tail[3];      /* the last bytes of text: do they end inside a character? */
    uint8_t tail_len;
    uint32_t silent_bytes; /* taken in since libtelnet last told of anything: a subnegotiation's */
    uint32_t most_silent_bytes;
    bool is_eof, is_broken;
    bool is_binary;
    uint16_t columns, rows; /* 0: not known */
    char ttype[TTYPE_CHARS + 1];
};

static const telnet_telopt_t options[] = {
    {TELNET_TELOPT_BINARY, TELNET_WONT, TELNET_DO},
    {TELNET_TELOPT_TTYPE, TELNET_WONT, TELNET_DO},
    {TELNET_TELOPT_NAWS, TELNET_WONT, TELNET_DO},
    {-1, 0, 0},
};

static void add_text(struct telnet_peer *peer, const char *data, size_t len)
{
    size_t keep = len < sizeof(peer->tail) ? sizeof(peer->tail) - len : 0;

    memcpy(peer->out + peer->out_len, data, len);
    peer->out_len += len;
    if (keep > peer->tail_len) {
        keep = peer->tail_len;
    }
    memmove(peer->tail, peer->tail + peer->tail_len - keep, keep);
    len = len < sizeof(peer->tail) ? len : sizeof(peer->tail);
    memcpy(peer->tail + keep, peer->out + peer->out_len - len, len);
    peer->tail_len = (uint8_t)(keep + len);
}

/* A command in the middle of a UTF-8 sequence: the client has taken the sequence's next byte for one
 * of its special keys, bit 7 stripped (83: Ctrl-C, 8F: Ctrl-O, 9A: Ctrl-Z, 9C: Ctrl-\). */
static void heal(struct telnet_peer *peer, unsigned char command)
{
    char eaten;

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
        return;
    }
    if (text_missing_bytes(peer->tail, peer->tail_len) > 0) {
        add_text(peer, &eaten, 1);
    }
}

static void command(struct telnet_peer *peer, unsigned char cmd)
{
    static const char here[] = "-- yes, chatd is here\r\n";

    switch (cmd) {
    case TELNET_AYT:
        strbuf_add(&peer->answers, here, sizeof(here) - 1);
        break;
    case TELNET_EOF:
        peer->is_eof = true;
        break;
    default:
        heal(peer, cmd); /* IP and BRK end nothing; the rest is of no concern */
    }
}

static void subnegotiation(struct telnet_peer *peer, const telnet_event_t *event)
{
    const unsigned char *data = (const unsigned char *)event->sub.buffer;

    if (event->sub.telopt == TELNET_TELOPT_NAWS && event->sub.size == 4) { /* RFC 1073 */
        peer->columns = (uint16_t)(data[0] << 8 | data[1]);
        peer->rows = (uint16_t)(data[2] << 8 | data[3]);
    }
}

static void ttype(struct telnet_peer *peer, const char *name)
{
    size_t len = strnlen(name, TTYPE_CHARS);

    peer->ttype[text_clean(peer->ttype, name, len)] = '\0';
}

static void event_cb(telnet_t *telnet, telnet_event_t *event, void *arg)
{
    struct telnet_peer *peer = arg;

    peer->silent_bytes = 0;
    if (peer->is_broken) {
        return;
    }
    switch (event->type) {
    case TELNET_EV_DATA:
        if (peer->out != NULL && !peer->is_eof) {
            add_text(peer, event->data.buffer, event->data.size);
        }
        break;
    case TELNET_EV_SEND:
        strbuf_add(&peer->answers, event->data.buffer, event->data.size);
        break;
    case TELNET_EV_IAC:
        command(peer, event->iac.cmd);
        break;
    case TELNET_EV_WILL:
        if (event->neg.telopt == TELNET_TELOPT_TTYPE) {
            telnet_ttype_send(telnet);
        }
        peer->is_binary |= event->neg.telopt == TELNET_TELOPT_BINARY;
        break;
    case TELNET_EV_WONT:
        peer->is_binary &= event->neg.telopt != TELNET_TELOPT_BINARY;
        break;
    case TELNET_EV_SUBNEGOTIATION:
        subnegotiation(peer, event);
        break;
    case TELNET_EV_TTYPE:
        if (event->ttype.cmd == TELNET_TTYPE_IS) {
            ttype(peer, event->ttype.name);
        }
        break;
    case TELNET_EV_COMPRESS: /* never offered */
    case TELNET_EV_ERROR:
        peer->is_broken = true;
        break;
    default:
        break;
    }
}

static void send_answers(struct telnet_peer *peer)
{
    conn_send_bytes(peer->conn, peer->answers.data, peer->answers.len);
    strbuf_fini(&peer->answers);
}

struct telnet_peer *telnet_peer_new(struct conn *conn, const char *text, size_t len)
{
    struct telnet_peer *peer = mem_zalloc(sizeof(*peer));

    peer->conn = conn;
    peer->tail_len = (uint8_t)(len < sizeof(peer->tail) ? len : sizeof(peer->tail));
    if (peer->tail_len > 0) {
        memcpy(peer->tail, text + len - peer->tail_len, peer->tail_len);
    }
    peer->telnet = telnet_init(options, event_cb, 0, peer);
    if (peer->telnet == NULL) {
        peer->is_broken = true; /* out of memory: this connection ends, politely */
        return peer;
    }
    telnet_negotiate(peer->telnet, TELNET_DO, TELNET_TELOPT_BINARY);
    telnet_negotiate(peer->telnet, TELNET_DO, TELNET_TELOPT_TTYPE);
    telnet_negotiate(peer->telnet, TELNET_DO, TELNET_TELOPT_NAWS);
    send_answers(peer);
    return peer;
}

void telnet_peer_free(struct telnet_peer *peer)
{
    if (peer->telnet != NULL) {
        telnet_free(peer->telnet);
    }
    free(peer);
}

size_t telnet_peer_decode(struct telnet_peer *peer, const char *data, size_t n, char *out)
{
    peer->out = out;
    peer->out_len = 0;
    while (n > 0 && !peer->is_broken && !peer->is_eof) {
        size_t slice = n < SLICE_BYTES ? n : SLICE_BYTES;

        peer->silent_bytes += (uint32_t)slice;
        if (peer->silent_bytes > peer->most_silent_bytes) {
            peer->most_silent_bytes = peer->silent_bytes;
        }
        telnet_recv(peer->telnet, data, slice);
        peer->is_broken |= peer->silent_bytes > SUBNEGOTIATION_BYTES;
        data += slice;
        n -= slice;
    }
    peer->out = NULL;
    send_answers(peer);
    return peer->out_len;
}

size_t telnet_peer_kept_bytes(const struct telnet_peer *peer)
{
    /* libtelnet collects a subnegotiation in a buffer of 512, 2048 or 8192 bytes, which never shrinks.  The least
     * one is what any client needs that tells of its terminal. */
    return peer->most_silent_bytes <= 512 ? 0 : peer->most_silent_bytes <= 2048 ? 2048 : 8192;
}

bool telnet_peer_is_eof(const struct telnet_peer *peer)
{
    return peer->is_eof;
}

bool telnet_peer_is_broken(const struct telnet_peer *peer)
{
    return peer->is_broken;
}

void telnet_peer_describe(const struct telnet_peer *peer, struct strbuf *out)
{
    strbuf_addf(out, "your client speaks telnet; %s\n",
                peer->is_binary ? "its text is binary: every letter arrives whole"
                                : "its text is not binary: it may spoil letters outside ASCII");
    if (peer->ttype[0] != '\0') {
        strbuf_addf(out, "terminal type: %s\n", peer->ttype);
    }
    if (peer->columns > 0) {
        strbuf_addf(out, "window: %u columns, %u rows\n", peer->columns, peer->rows);
    }
}
