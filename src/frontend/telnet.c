/* frontend/telnet.c: taking telnet out of the text, negotiating, and putting back what a client's line mode eats.
 *
 * The bytes are taken apart here, since a peer's bytes are not always telnet: an IAC that no command of RFC 854
 * follows is text, and what is unfinished never takes a line's end with it.  libtelnet gets whole negotiations only,
 * and answers by RFC 1143: nothing that is not due, whatever is repeated.
 *
 * Once, when telnet begins, the server asks for DO BINARY: inetutils' telnet strips bit 7 when it looks
 * for its special keys, and so makes an IP of the byte 83 in a letter; in binary it leaves text alone.
 * It asks for the terminal's type and size too, for /terminal and for editing.  It says WILL for nothing but ECHO,
 * while a password is typed, and ECHO and SGA, for keys that are edited here: the output stays lines ended by CRLF.  A
 * DO TIMING-MARK is answered WONT by libtelnet's rule for options that are not supported: after Ctrl-C inetutils and
 * netkit discard all output until then.  CHARSET (RFC 2066) is offered to a client that has spoken telnet, and either
 * side may request one. */
#include "config.h"

#include "frontend/telnet.h"

#include "base/mem.h"
#include "base/strbuf.h"
#include "base/text.h"
#include "base/typed.h"
#include "base/utf8.h"
#include "frontend/telnet_charset.h"
#include "frontend/telnet_letters.h"
#include "frontend/terminals.h"

#include <libtelnet.h>
#include <stdlib.h>
#include <string.h>

enum {
    TTYPE_CHARS = 40,
    CHARSET_CHARS = 40, /* of a name */
    SUBNEGOTIATION_BYTES = 4096, /* a longer one is no real one */
    SUBNEGOTIATION_KEPT = 1024,  /* of its beginning */
    MORE_TYPES = 2,              /* that are asked for: clients for MUDs tell MTTS as the third */
    LINE_ANSWERS = 16,           /* answers that are as much work as a line */
};

enum state { IN_TEXT, AFTER_IAC, IN_NEGOTIATION, AFTER_SB, IN_SB, IN_SB_AFTER_IAC };

/* An option by which the server asks for keys. */
struct mode {
    bool said : 1; /* WILL was sent, and WONT was not since */
    bool does : 1; /* and DO came */
    bool awaits_dont : 1; /* WONT was sent: the client's DONT is its answer */
};

struct telnet_peer {
    telnet_t *telnet;
    struct conn *conn;
    struct strbuf answers; /* of this call, sent at its end */
    char *out;         /* during telnet_peer_decode() */
    size_t out_len;
    unsigned unpaid;   /* answers that no cost was taken for */
    char tail[3];      /* the last bytes of text: do they end inside a character? */
    uint8_t tail_len;
    uint8_t state;     /* enum state, between calls too */
    uint8_t verb;      /* in a negotiation: WILL, WONT, DO or DONT */
    uint8_t option;    /* in a subnegotiation */
    bool is_eof, is_broken;
    bool is_binary;
    bool is_asked;     /* AYT came */
    bool hides : 1;    /* a password is typed */
    bool edits : 1;    /* what is typed is to come key by key, to be echoed here */
    bool refuses : 1;  /* the client will not have that */
    bool knows_type : 1; /* the terminal's type came, or will not come */
    bool is_heard : 1;   /* the client has negotiated */
    bool has_letters : 1; /* its text is not UTF-8: commands may be letters (frontend/telnet_letters.h) */
    bool has_offered : 1; /* WILL CHARSET was sent */
    bool requests : 1;   /* a charset was requested of the client, which has not answered */
    bool has_charset : 1; /* one was negotiated: the number of it is charset */
    uint8_t more_types : 2; /* were asked for */
    bool is_fixed : 1;    /* the person has chosen charset: nothing else is negotiated */
    uint8_t charset;
    const struct charsets *charsets; /* that may be negotiated; NULL: only UTF-8 */
    struct mode echo, sga;
    uint16_t mtts;
    uint16_t sub_len;  /* of a subnegotiation, all of it */
    uint16_t columns, rows; /* 0: not known */
    struct strbuf sub;         /* its beginning */
    char ttype[TTYPE_CHARS + 1];
};

static const telnet_telopt_t options[] = {
    {TELNET_TELOPT_BINARY, TELNET_WONT, TELNET_DO},
    {TELNET_TELOPT_TTYPE, TELNET_WONT, TELNET_DO},
    {TELNET_TELOPT_NAWS, TELNET_WONT, TELNET_DO},
    {TELNET_CHARSET, TELNET_WILL, TELNET_DO},
    {-1, 0, 0},
};

static bool is_command(unsigned c)
{
    return c >= TELNET_EOF;
}

/* ---- text ---- */

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
 * of its special keys, bit 7 stripped (83: Ctrl-C, 8F: Ctrl-O, 9A: Ctrl-Z, 9C: Ctrl-\).  True when that is put
 * back. */
static bool heal(struct telnet_peer *peer, unsigned char cmd)
{
    char eaten;

    if (peer->has_letters) {
        return false;
    }
    switch (cmd) {
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
    if (utf8_missing_bytes(peer->tail, peer->tail_len) == 0) {
        return false;
    }
    add_text(peer, &eaten, 1);
    return true;
}

/* Whether a line is begun, or all of it was erased. */
static bool is_inside(const struct telnet_peer *peer)
{
    char last = peer->tail_len > 0 ? peer->tail[peer->tail_len - 1] : '\n';

    return last != '\n' && last != '\r' && last != '\0' && last != TYPED_ERASE_LINE;
}

/* The key is nothing where no line is begun: what comes next then stands at its beginning. */
static void add_key(struct telnet_peer *peer, char key)
{
    if (is_inside(peer)) {
        add_text(peer, &key, 1);
    }
}

/* ---- telnet ---- */

static void command(struct telnet_peer *peer, unsigned char cmd)
{
    static const char ctrl_c = 0x03;

    switch (cmd) {
    case TELNET_AYT:
        if (!peer->is_asked) {
            peer->is_asked = true;
            peer->unpaid += LINE_ANSWERS;
        }
        break;
    case TELNET_EOF:
        peer->is_eof = true;
        break;
    case TELNET_EC:
        add_key(peer, TYPED_BACKSPACE);
        break;
    case TELNET_EL:
        add_key(peer, TYPED_ERASE_LINE);
        break;
    case TELNET_IP: /* Ctrl-C, if it is no part of a letter: of the line typed a half may be here by Ctrl-D */
        if (peer->sga.does) {
            add_text(peer, &ctrl_c, 1);
        } else if (!heal(peer, cmd)) {
            add_key(peer, TYPED_ERASE_LINE);
        }
        break;
    default:
        heal(peer, cmd); /* BRK ends nothing either; the rest is of no concern */
    }
}

static int only_charset(const struct telnet_peer *peer)
{
    return peer->is_fixed ? peer->charset : TELNET_CHARSET_ANY;
}

/* The client requests one of its list.  If both sides do so at the same time, it is the client's that fails. */
static void charset_request(struct telnet_peer *peer, const char *list, size_t len)
{
    char name[CHARSET_CHARS + 1] = "";
    unsigned number;
    bool is_good = !peer->requests &&
                   telnet_charset_choose(peer->charsets, only_charset(peer), list, len, &number, name, sizeof(name));

    telnet_charset_add(&peer->answers, is_good ? TELNET_CHARSET_ACCEPTED : TELNET_CHARSET_REJECTED, name);
    peer->unpaid++;
    if (is_good) {
        peer->has_charset = true;
        peer->charset = (uint8_t)number;
    }
}

static void charset_negotiation(struct telnet_peer *peer, const char *data, size_t len)
{
    unsigned number;

    switch (len > 0 ? data[0] : 0) {
    case TELNET_CHARSET_REQUEST:
        charset_request(peer, data + 1, len - 1);
        break;
    case TELNET_CHARSET_ACCEPTED:
        if (peer->requests && !peer->is_fixed && charsets_find(data + 1, len - 1, &number) &&
            charsets_has(peer->charsets, number)) {
            peer->has_charset = true;
            peer->charset = (uint8_t)number;
        }
        peer->requests = false;
        break;
    case TELNET_CHARSET_REJECTED:
        peer->requests = false;
        break;
    case TELNET_CHARSET_TTABLE_IS:
        telnet_charset_add(&peer->answers, TELNET_CHARSET_TTABLE_REJECTED, "");
        peer->unpaid++;
        peer->requests = false;
        break;
    default:
        break;
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

static void subnegotiation(struct telnet_peer *peer)
{
    const unsigned char *data = (const unsigned char *)strbuf_str(&peer->sub);
    size_t len = peer->sub.len;

    if (peer->option == TELNET_TELOPT_NAWS && peer->sub_len == 4) { /* RFC 1073 */
        peer->columns = (uint16_t)(data[0] << 8 | data[1]);
        peer->rows = (uint16_t)(data[2] << 8 | data[3]);
    } else if (peer->option == TELNET_TELOPT_TTYPE && len > 0 && data[0] == TELNET_TTYPE_IS) { /* RFC 1091 */
        take_type(peer, peer->sub.data + 1, len - 1);
    } else if (peer->option == TELNET_CHARSET) {
        charset_negotiation(peer, peer->sub.data, len);
    }
    strbuf_fini(&peer->sub);
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
            peer->requests = true;
            telnet_charset_add_request(&peer->answers, peer->charsets, only_charset(peer));
        }
        break;
    case TELNET_EV_WONT:
        peer->is_binary &= event->neg.telopt != TELNET_TELOPT_BINARY;
        break;
    case TELNET_EV_ERROR: /* out of memory */
        peer->is_broken = true;
        break;
    default:
        break;
    }
}

/* An answer to WILL or WONT for ECHO or SGA, or the client's own wish.  libtelnet's events do not tell a DONT that
 * refuses; a DO that comes unasked is refused by it. */
static void note_mode(struct telnet_peer *peer, struct mode *mode)
{
    bool does = peer->verb == TELNET_DO;

    if (!does && mode->awaits_dont) {
        mode->awaits_dont = false; /* that is of an earlier WONT */
        return;
    }
    mode->awaits_dont = false;
    mode->does = does && mode->said;
    mode->said &= does;
    peer->refuses |= !does && peer->edits;
}

static void note_answer(struct telnet_peer *peer, unsigned char option)
{
    if (option == TELNET_TELOPT_TTYPE) {
        peer->knows_type |= peer->verb == TELNET_WONT;
    } else if (peer->verb == TELNET_DO || peer->verb == TELNET_DONT) {
        if (option == TELNET_TELOPT_ECHO) {
            note_mode(peer, &peer->echo);
        } else if (option == TELNET_TELOPT_SGA) {
            note_mode(peer, &peer->sga);
        }
    }
}

static void add_sub(struct telnet_peer *peer, unsigned char c)
{
    if (peer->sub_len < SUBNEGOTIATION_KEPT) {
        strbuf_addc(&peer->sub, (char)c);
    }
    peer->is_broken |= ++peer->sub_len > SUBNEGOTIATION_BYTES;
}

static void offer_charset(struct telnet_peer *peer)
{
    if (!peer->has_offered) {
        peer->has_offered = true;
        telnet_negotiate(peer->telnet, TELNET_WILL, TELNET_CHARSET);
    }
}

/* One byte behind an IAC in text, and the one behind that, or TELNET_LETTERS_NONE. */
static void take_after_iac(struct telnet_peer *peer, unsigned char c, int next)
{
    char text[2] = {(char)TELNET_IAC, (char)c};

    peer->state = IN_TEXT;
    if (c == TELNET_IAC) {
        add_text(peer, text, 1);
    } else if (peer->has_letters && is_command(c) && c < TELNET_SB && telnet_letters_is_pair(next, is_inside(peer))) {
        add_text(peer, text, 2);
    } else if (c == TELNET_SB) {
        peer->state = AFTER_SB;
    } else if (c > TELNET_SB) {
        peer->verb = c;
        peer->state = IN_NEGOTIATION;
    } else if (is_command(c)) {
        command(peer, c);
    } else if (c != '\0') { /* that is ncat's */
        add_text(peer, text, 2);
    }
}

/* Before an option in state AFTER_SB or IN_NEGOTIATION: whether the bytes before it are letters, and text now. */
static bool were_letters(struct telnet_peer *peer, unsigned char option)
{
    unsigned verb = peer->state == AFTER_SB ? TELNET_SB : peer->verb;
    char text[2] = {(char)TELNET_IAC, (char)verb};

    if (!peer->has_letters || !telnet_letters_is_triple(verb, option, is_inside(peer))) {
        return false;
    }
    peer->state = IN_TEXT;
    add_text(peer, text, 2);
    return true;
}

/* One byte that belongs to telnet. */
static void take_telnet(struct telnet_peer *peer, unsigned char c, int next)
{
    char negotiation[3] = {(char)TELNET_IAC, (char)peer->verb, (char)c};

    switch (peer->state) {
    case AFTER_IAC:
        take_after_iac(peer, c, next);
        break;
    case IN_NEGOTIATION:
        peer->state = IN_TEXT;
        peer->is_heard = true;
        offer_charset(peer);
        telnet_recv(peer->telnet, negotiation, sizeof(negotiation));
        note_answer(peer, c);
        break;
    case AFTER_SB:
        peer->option = c;
        peer->sub_len = 0;
        strbuf_fini(&peer->sub);
        peer->state = c == TELNET_IAC ? IN_SB_AFTER_IAC : IN_SB;
        break;
    case IN_SB:
        if (c == TELNET_IAC) {
            peer->state = IN_SB_AFTER_IAC;
        } else {
            add_sub(peer, c);
        }
        break;
    case IN_SB_AFTER_IAC:
        peer->state = IN_SB;
        if (c == TELNET_SE) {
            peer->state = IN_TEXT;
            subnegotiation(peer);
        } else if (c == TELNET_IAC) {
            add_sub(peer, c);
        } else if (is_command(c)) {
            take_after_iac(peer, c, TELNET_LETTERS_NONE); /* it was never ended */
        } else {
            add_sub(peer, TELNET_IAC); /* a client that does not double 255 in the size of its window */
            add_sub(peer, c);
        }
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

/* Says WILL or WONT, if that is to change. */
static void say_mode(struct telnet_peer *peer, struct mode *mode, unsigned char option, bool on)
{
    if (on != mode->said) {
        telnet_negotiate(peer->telnet, on ? TELNET_WILL : TELNET_WONT, option);
        mode->said = on;
        mode->does = false;
        mode->awaits_dont |= !on;
    }
}

/* Without SGA the client stays in its line mode, and ECHO alone hides what is typed.  Neither is in the table of
 * options: a client that asks for one by itself is refused. */
static bool say_modes(struct telnet_peer *peer)
{
    unsigned unpaid = peer->unpaid;

    if (peer->telnet == NULL) {
        return false;
    }
    say_mode(peer, &peer->echo, TELNET_TELOPT_ECHO, peer->hides || peer->edits);
    say_mode(peer, &peer->sga, TELNET_TELOPT_SGA, peer->edits);
    send_answers(peer);
    peer->unpaid = unpaid; /* that was no answer */
    return true;
}

bool telnet_peer_hide(struct telnet_peer *peer, bool on)
{
    peer->hides = on;
    return say_modes(peer);
}

void telnet_peer_edit(struct telnet_peer *peer, bool on)
{
    peer->edits = on;
    peer->refuses = false;
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
    if (!peer->edits) {
        return TELNET_LINES;
    }
    return peer->refuses ? TELNET_REFUSES : peer->echo.does && peer->sga.does ? TELNET_KEYS : TELNET_ASKED;
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
    strbuf_fini(&peer->sub);
    free(peer);
}

void telnet_peer_set_charsets(struct telnet_peer *peer, const struct charsets *charsets)
{
    peer->charsets = charsets;
}

void telnet_peer_set_utf8(struct telnet_peer *peer, bool on)
{
    peer->has_letters = !on;
}

void telnet_peer_fix_charset(struct telnet_peer *peer, unsigned number)
{
    peer->is_fixed = true;
    peer->has_charset = false;
    peer->charset = (uint8_t)number;
}

bool telnet_peer_take_charset(struct telnet_peer *peer, unsigned *number)
{
    bool has_charset = peer->has_charset;

    peer->has_charset = false;
    *number = peer->charset;
    return has_charset;
}

size_t telnet_peer_decode(struct telnet_peer *peer, const char *data, size_t n, char *out)
{
    peer->out = out;
    peer->out_len = 0;
    if (n == 1 && peer->has_letters && peer->state == IN_TEXT) { /* a key, which is not doubled */
        add_text(peer, data, 1);
        n = 0;
    }
    while (n > 0 && !peer->is_broken && !peer->is_eof) {
        size_t len = 1;

        if ((peer->state == AFTER_SB || peer->state == IN_NEGOTIATION) && were_letters(peer, (unsigned char)*data)) {
            continue;
        }
        if (peer->state == IN_TEXT) {
            const char *iac = memchr(data, TELNET_IAC, n);
            size_t text = iac != NULL ? (size_t)(iac - data) : n;

            if (text > 0) {
                add_text(peer, data, text);
            }
            peer->state = iac != NULL ? AFTER_IAC : IN_TEXT;
            len = text + (iac != NULL);
        } else {
            take_telnet(peer, (unsigned char)*data, n > 1 ? (unsigned char)data[1] : TELNET_LETTERS_NONE);
        }
        data += len;
        n -= len;
    }
    peer->out = NULL;
    send_answers(peer);
    return peer->out_len;
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
    return peer->is_eof;
}

bool telnet_peer_is_broken(const struct telnet_peer *peer)
{
    return peer->is_broken;
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
