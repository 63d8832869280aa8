/* base/check.c: what a failed CHECK() does. */
#include "config.h"

#include "base/check.h"

#include <stdio.h>
#include <stdlib.h>

void check_failed(const char *cond, const char *file, int line)
{
    fprintf(stderr, "chatd: bug: %s at %s:%d\n", cond, file, line);
    abort();
}
