/* frontend/text.h: the form for people: lines ended by CRLF (on a terminal in character mode a bare LF would not return
 * to the first column).  The first characters of a line tell its kind. */
#ifndef CHATD_FRONTEND_TEXT_H
#define CHATD_FRONTEND_TEXT_H

#include "frontend/form.h"

extern const struct frontend_form text_form;

#endif
