/* chat/user.c: what a person has about them. */
#include "config.h"

#include "chat/user.h"

#include "base/mem.h"

#include <stdlib.h>

const char *user_shown_name(const struct user *user)
{
    return user->has_name ? user->name.name.shown : "";
}

void user_set_away(struct user *user, const char *text)
{
    free(user->away);
    user->away = text != NULL ? mem_strdup(text) : NULL;
}
