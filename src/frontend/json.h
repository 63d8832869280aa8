/* frontend/json.h: the form for programs: one JSON object (RFC 8259) in each line, ended by LF. */
#ifndef CHATD_FRONTEND_JSON_H
#define CHATD_FRONTEND_JSON_H

#include "frontend/form.h"

extern const struct frontend_form json_form;

#endif
