/* chat/rank.c: the names of ranks. */
#include "config.h"

#include "chat/rank.h"

#include "base/check.h"

#include <string.h>

static const char *const names[] = {
    [RANK_MEMBER] = "member",
    [RANK_VOICED] = "voiced",
    [RANK_OPERATOR] = "operator",
    [RANK_OWNER] = "owner",
    [RANK_ADMIN] = "admin",
    [RANK_NOBODY] = "nobody",
};

const char *rank_name(enum rank rank)
{
    CHECK(rank <= RANK_NOBODY);
    return names[rank];
}

enum rank rank_of_name(const char *name)
{
    for (enum rank rank = RANK_VOICED; rank <= RANK_OWNER; rank++) {
        if (strcmp(names[rank], name) == 0) {
            return rank;
        }
    }
    return RANK_MEMBER;
}
