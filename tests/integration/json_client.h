/* tests/integration/json_client.h: clients of the harness that have chosen the JSON form. */
#ifndef CHATD_TESTS_JSON_CLIENT_H
#define CHATD_TESTS_JSON_CLIENT_H

#include "harness.h"

/* A client of that name, for which the form has been chosen. */
struct client *json_client_join(struct daemon *d, const char *name);
/* The next object; every line is checked.  Valid as a line of client_line() is. */
const char *json_client_next(struct client *c);
/* Skips objects up to one of a type; that one. */
const char *json_client_expect(struct client *c, const char *type);
/* Fails unless the object's value of key is that; NULL: there is no such key. */
void json_client_check(const char *line, const char *key, const char *value);
/* Sends line, and expects objects that begin with these texts, up to a NULL, and then the command's ok. */
void json_client_answers(struct client *c, const char *line, ...);

#endif
