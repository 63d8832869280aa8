/* tests/integration/ctl_answer.h: what the answers to chatctl have to hold. */
#ifndef CHATD_TESTS_CTL_ANSWER_H
#define CHATD_TESTS_CTL_ANSWER_H

#include "harness.h"

#include <stddef.h>

/* A daemon with the control socket. */
struct daemon *ctl_answer_start(void);
void ctl_answer_holds(const char *text, const char *part);
/* Fails unless each line is an object; returns line i, counted from 0. */
const char *ctl_answer_object(const char *output, size_t i);
void ctl_answer_member(const char *object, const char *key, const char *want);
size_t ctl_answer_lines(const char *text);

#endif
