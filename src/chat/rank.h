/* chat/rank.h: what a person may do in a room, in five steps.
 *
 * Pure functions. */
#ifndef CHATD_CHAT_RANK_H
#define CHATD_CHAT_RANK_H

enum rank {
    RANK_MEMBER, /* anybody, in the room or not */
    RANK_VOICED,
    RANK_OPERATOR,
    RANK_OWNER,
    RANK_ADMIN,  /* an administrator of the server, in every room */
    RANK_NOBODY, /* a rank that nobody has */
};

/* "member", "voiced", "operator", "owner", "admin", "nobody"; static.  The value of a rule of the kind RULE_ROLE is one
 * of the second to the fourth. */
const char *rank_name(enum rank rank);
/* The reverse; RANK_MEMBER for any other word. */
enum rank rank_of_name(const char *name);

#endif
