/* frontend/telnet.c: what is negotiated with a client, and what follows.
 *
 * The bytes are taken apart by frontend/telnet_parts.h.  libtelnet gets whole negotiations only, and answers by RFC
 * 1143: nothing that is not due, whatever is repeated.
 *
 * Once, when telnet begins, the server asks for DO BINARY: inetutils' telnet strips bit 7 when it looks for its special
 * keys, and so makes an IP of the byte 83 in a letter; in binary it leaves text alone.  It asks for the terminal's type
 * and size too, for /terminal and for editing.  It says WILL for nothing but ECHO, while a password is typed, and ECHO
 * and SGA, for keys that are edited here: the output stays lines ended by CRLF.  A DO TIMING-MARK is answered WONT by
 * libtelnet's rule for options that are not supported: after Ctrl-C inetutils and netkit discard all output until then.
 * CHARSET (RFC 2066) is offered to a client that has spoken telnet, and either side may request one. */
#include "config.h"

#include "frontend/telnet.h"

#include "base/container.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/typed.h"
#include "frontend/telnet_charset.h"
#include "frontend/telnet_charset_state.h"
#include "frontend/telnet_parts.h"
#include "frontend/terminals.h"

#include <libtelnet.h>
#include <stdlib.h>
#include <string.h>

enum {
    TTYPE_CHARS = 40,
    MORE_TYPES = 2,    /* that are asked for: clients for MUDs tell MTTS as the third */
    LINE_ANSWERS = 16, /* answers that are as much work as a line */
};

struct telnet_peer {
    telnet_t *telnet;
    struct conn *conn;
    struct strbuf answers; /* of this call, sent at its end */
    struct telnet_parts parts;
    const struct charsets *charsets; /* that may be negotiated; NULL: only UTF-8 */
    unsigned unpaid;     /* answers that no cost was taken for */
    bool is_binary;
    bool is_asked;       /* AYT came */
    bool knows_type : 1; /* the terminal's type came, or will not come */
    bool is_heard : 1;   /* the client has negotiated */
    bool has_offered : 1; /* WILL CHARSET was sent */
    uint8_t more_types : 2; /* were asked for */
    struct telnet_modes modes;
    struct telnet_charset_state charset;
    uint16_t mtts;
    uint16_t columns, rows; /* 0: not known */
    char ttype[TTYPE_CHARS + 1];
};

static const telnet_telopt_t options[] = {
    {TELNET_TELOPT_BINARY, TELNET_WONT, TELNET_DO},
    {TELNET_TELOPT_TTYPE, TELNET_WONT, TELNET_DO},
    {TELNET_TELOPT_NAWS, TELNET_WONT, TELNET_DO},
    {TELNET_CHARSET, TELNET_WILL, TELNET_DO},
    {-1, 0, 0},
};

static struct telnet_peer *peer_of(struct telnet_parts *p)
{
    return CONTAINER_OF(p, struct telnet_peer, parts);
}

static void take_command(struct telnet_parts *p, unsigned char cmd)
{
    struct telnet_peer *peer = peer_of(p);
    static const char ctrl_c = 0x03;

    switch (cmd) {
    case TELNET_AYT:
        if (!peer->is_asked) {
            peer->is_asked = true;
            peer->unpaid += LINE_ANSWERS;
        }
        break;
    case TELNET_EOF:
        p->is_eof = true;
        break;
    case TELNET_EC:
        telnet_text_add_key(&p->text, TYPED_BACKSPACE);
        break;
    case TELNET_EL:
        telnet_text_add_key(&p->text, TYPED_ERASE_LINE);
        break;
    case TELNET_IP: /* Ctrl-C, if it is no part of a letter: of the line typed a half may be here by Ctrl-D */
        if (peer->modes.sga.does) {
            telnet_text_add(&p->text, &ctrl_c, 1);
        } else if (!telnet_text_heal(&p->text, cmd)) {
            telnet_text_add_key(&p->text, TYPED_ERASE_LINE);
        }
        break;
    default:
        telnet_text_heal(&p->text, cmd); /* BRK ends nothing either; the rest is of no concern */
    }
}

/* A client is asked once, since each time a terminal may become of another type (RFC 1091); but one for MUDs names
 * itself, then its terminal, and then what it can do (MTTS). */
static void take_type(struct telnet_peer *peer, const char *data, size_t len)
{
    char type[TTYPE_CHARS + 1];

    len = len < TTYPE_CHARS ? len : TTYPE_CHARS;
    type[text_clean(type, data, len)] = '\0';
    if (peer->more_types == 0) {
        memcpy(peer->ttype, type, sizeof(peer->ttype));
        peer->knows_type = true;
    } else if (peer->mtts == 0) {
        peer->mtts = terminals_read_mtts(type);
    }
    if (terminals_kind(peer->ttype) == TERMINALS_MUD && peer->mtts == 0 && peer->more_types < MORE_TYPES) {
        peer->more_types++;
        telnet_ttype_send(peer->telnet);
    }
}

static void take_subnegotiation(struct telnet_parts *p, unsigned char option)
{
    struct telnet_peer *peer = peer_of(p);
    const unsigned char *data = (const unsigned char *)strbuf_str(&p->sub);
    size_t len = p->sub.len;

    if (option == TELNET_TELOPT_NAWS && p->sub_len == 4) { /* RFC 1073 */
        peer->columns = (uint16_t)(data[0] << 8 | data[1]);
        peer->rows = (uint16_t)(data[2] << 8 | data[3]);
    } else if (option == TELNET_TELOPT_TTYPE && len > 0 && data[0] == TELNET_TTYPE_IS) { /* RFC 1091 */
        take_type(peer, p->sub.data + 1, len - 1);
    } else if (option == TELNET_CHARSET) {
        peer->unpaid +=
            telnet_charset_state_receive(&peer->charset, peer->charsets, p->sub.data, len, &peer->answers);
    }
}

static void event_cb(telnet_t *telnet, telnet_event_t *event, void *arg)
{
    struct telnet_peer *peer = arg;

    switch (event->type) {
    case TELNET_EV_SEND:
        strbuf_add(&peer->answers, event->data.buffer, event->data.size);
        peer->unpaid++;
        break;
    case TELNET_EV_WILL:
        if (event->neg.telopt == TELNET_TELOPT_TTYPE) {
            telnet_ttype_send(telnet);
        }
        peer->is_binary |= event->neg.telopt == TELNET_TELOPT_BINARY;
        break;
    case TELNET_EV_DO:
        if (event->neg.telopt == TELNET_CHARSET) {
            telnet_charset_state_request(&peer->charset, peer->charsets, &peer->answers);
        }
        break;
    case TELNET_EV_WONT:
        peer->is_binary &= event->neg.telopt != TELNET_TELOPT_BINARY;
        break;
    case TELNET_EV_ERROR: /* out of memory */
        peer->parts.is_broken = true;
        break;
    default:
        break;
    }
}

static void offer_charset(struct telnet_peer *peer)
{
    if (!peer->has_offered) {
        peer->has_offered = true;
        telnet_negotiate(peer->telnet, TELNET_WILL, TELNET_CHARSET);
    }
}

static void take_negotiation(struct telnet_parts *p, unsigned char verb, unsigned char option)
{
    struct telnet_peer *peer = peer_of(p);
    char negotiation[3] = {(char)TELNET_IAC, (char)verb, (char)option};

    peer->is_heard = true;
    offer_charset(peer);
    telnet_recv(peer->telnet, negotiation, sizeof(negotiation));
    if (option == TELNET_TELOPT_TTYPE) {
        peer->knows_type |= verb == TELNET_WONT;
    } else if (verb == TELNET_DO || verb == TELNET_DONT) {
        telnet_modes_note(&peer->modes, option, verb == TELNET_DO);
    }
}

static const struct telnet_parts_ops parts_ops = {
    .command = take_command,
    .negotiation = take_negotiation,
    .subnegotiation = take_subnegotiation,
};

static void send_answers(struct telnet_peer *peer)
{
    conn_send_bytes(peer->conn, peer->answers.data, peer->answers.len);
    strbuf_fini(&peer->answers);
}

struct telnet_peer *telnet_peer_new(struct conn *conn, const char *text, size_t len)
{
    struct telnet_peer *peer = mem_zalloc(sizeof(*peer));

    peer->conn = conn;
    telnet_text_begin(&peer->parts.text, text, len);
    peer->telnet = telnet_init(options, event_cb, 0, peer);
    if (peer->telnet == NULL) {
        peer->parts.is_broken = true; /* out of memory: this connection ends, politely */
    }
    return peer;
}

void telnet_peer_greet(struct telnet_peer *peer, bool is_known)
{
    if (peer->telnet == NULL) {
        return;
    }
    telnet_negotiate(peer->telnet, TELNET_DO, TELNET_TELOPT_BINARY);
    telnet_negotiate(peer->telnet, TELNET_DO, TELNET_TELOPT_TTYPE);
    telnet_negotiate(peer->telnet, TELNET_DO, TELNET_TELOPT_NAWS);
    if (is_known) {
        offer_charset(peer);
    }
    peer->unpaid = 0; /* these are no answers */
    send_answers(peer);
}

static bool say_modes(struct telnet_peer *peer)
{
    unsigned unpaid = peer->unpaid;

    if (peer->telnet == NULL) {
        return false;
    }
    telnet_modes_say(&peer->modes, peer->telnet);
    send_answers(peer);
    peer->unpaid = unpaid; /* that was no answer */
    return true;
}

bool telnet_peer_hide(struct telnet_peer *peer, bool on)
{
    peer->modes.hides = on;
    return say_modes(peer);
}

void telnet_peer_edit(struct telnet_peer *peer, bool on)
{
    peer->modes.edits = on;
    peer->modes.refuses = false;
    (void)say_modes(peer);
}

unsigned telnet_peer_probe(struct telnet_peer *peer)
{
    static const char nop[] = {(char)TELNET_IAC, (char)TELNET_NOP};

    conn_send_bytes(peer->conn, nop, sizeof(nop));
    return sizeof(nop);
}

bool telnet_peer_is_heard(const struct telnet_peer *peer)
{
    return peer->is_heard;
}

enum telnet_mode telnet_peer_mode(const struct telnet_peer *peer)
{
    return telnet_modes_now(&peer->modes);
}

const char *telnet_peer_terminal(const struct telnet_peer *peer)
{
    return peer->knows_type ? peer->ttype : NULL;
}

unsigned telnet_peer_mtts(const struct telnet_peer *peer)
{
    return peer->mtts;
}

void telnet_peer_free(struct telnet_peer *peer)
{
    if (peer->telnet != NULL) {
        telnet_free(peer->telnet);
    }
    telnet_parts_fini(&peer->parts);
    free(peer);
}

void telnet_peer_set_charsets(struct telnet_peer *peer, const struct charsets *charsets)
{
    peer->charsets = charsets;
}

void telnet_peer_set_utf8(struct telnet_peer *peer, bool on)
{
    peer->parts.text.has_letters = !on;
}

void telnet_peer_fix_charset(struct telnet_peer *peer, unsigned number)
{
    telnet_charset_state_fix(&peer->charset, number);
}

bool telnet_peer_take_charset(struct telnet_peer *peer, unsigned *number)
{
    return telnet_charset_state_take(&peer->charset, number);
}

size_t telnet_peer_decode(struct telnet_peer *peer, const char *data, size_t n, char *out)
{
    size_t len = telnet_parts_take(&peer->parts, &parts_ops, data, n, out);

    send_answers(peer);
    return len;
}

bool telnet_peer_take_question(struct telnet_peer *peer)
{
    bool is_asked = peer->is_asked;

    peer->is_asked = false;
    return is_asked;
}

unsigned telnet_peer_take_cost(struct telnet_peer *peer)
{
    unsigned lines = peer->unpaid / LINE_ANSWERS;

    peer->unpaid %= LINE_ANSWERS;
    return lines;
}

bool telnet_peer_is_eof(const struct telnet_peer *peer)
{
    return peer->parts.is_eof;
}

bool telnet_peer_is_broken(const struct telnet_peer *peer)
{
    return peer->parts.is_broken;
}

unsigned telnet_peer_columns(const struct telnet_peer *peer)
{
    return peer->columns;
}

unsigned telnet_peer_rows(const struct telnet_peer *peer)
{
    return peer->rows;
}

void telnet_peer_describe(const struct telnet_peer *peer, struct reply *r)
{
    r->kind = REPLY_TERMINAL_TELNET;
    r->telnet = true;
    r->binary = peer->is_binary;
    r->terminal = reply_or_none(peer->ttype);
    if (peer->columns > 0) {
        r->columns = peer->columns;
        r->rows = peer->rows;
    }
}
