/* frontend/text.h: the form for people: a line each, ended by CRLF (a bare LF would staircase on a
 * terminal in character mode).  The first characters tell the kind. */
#ifndef CHATD_FRONTEND_TEXT_H
#define CHATD_FRONTEND_TEXT_H

#include "frontend/form.h"

extern const struct frontend_form text_form;

#endif
