/* frontend/telnet_modes.c: asks for keys, and notes the answers. */
#include "config.h"

#include "frontend/telnet_modes.h"

#include <stddef.h> /* libtelnet.h needs it */
#include <libtelnet.h>

/* Says WILL or WONT, if that is to change. */
static void say_option(struct telnet_t *telnet, struct telnet_modes_option *o, unsigned char option, bool on)
{
    if (on != o->said) {
        telnet_negotiate(telnet, on ? TELNET_WILL : TELNET_WONT, option);
        o->said = on;
        o->does = false;
        o->awaits_dont |= !on;
    }
}

/* Without SGA the client stays in its line mode, and ECHO alone hides what is typed.  Neither is in the table of
 * options of frontend/telnet.c: a client that asks for one by itself is refused. */
void telnet_modes_say(struct telnet_modes *m, struct telnet_t *telnet)
{
    say_option(telnet, &m->echo, TELNET_TELOPT_ECHO, m->hides || m->edits);
    say_option(telnet, &m->sga, TELNET_TELOPT_SGA, m->edits);
}

/* An answer to WILL or WONT for ECHO or SGA, or the client's own wish.  libtelnet's events do not tell a DONT that
 * refuses; a DO that comes unasked is refused by it. */
static void note_option(struct telnet_modes *m, struct telnet_modes_option *o, bool does)
{
    if (!does && o->awaits_dont) {
        o->awaits_dont = false; /* that is of an earlier WONT */
        return;
    }
    o->awaits_dont = false;
    o->does = does && o->said;
    o->said &= does;
    m->refuses |= !does && m->edits;
}

void telnet_modes_note(struct telnet_modes *m, unsigned char option, bool does)
{
    if (option == TELNET_TELOPT_ECHO) {
        note_option(m, &m->echo, does);
    } else if (option == TELNET_TELOPT_SGA) {
        note_option(m, &m->sga, does);
    }
}

enum telnet_mode telnet_modes_now(const struct telnet_modes *m)
{
    if (!m->edits) {
        return TELNET_LINES;
    }
    return m->refuses ? TELNET_REFUSES : m->echo.does && m->sga.does ? TELNET_KEYS : TELNET_ASKED;
}
