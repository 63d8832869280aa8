/* chat/user.c: what a person has about them. */
#include "config.h"

#include "chat/user.h"

#include "base/mem.h"

#include <stdlib.h>

const char *user_shown_name(const struct user *user)
{
    return user->has_name ? user->name.name.shown : "";
}

/* People of one second have different serials, and those of one serial, which comes again after four thousand million
 * people, different seconds. */
uint64_t user_id(const struct user *user)
{
    return (uint64_t)user->since_s << 32 | user->serial;
}

/* ---- what others refer to ---- */

/* The person's handle, with the person's own reference. */
static struct user_handle *handle_get(struct user *user)
{
    if (user->handle == NULL) {
        user->handle = mem_zalloc(sizeof(*user->handle));
        user->handle->refs = 1;
        user->handle->id = user_id(user);
        user->handle->user = user;
    }
    return user->handle;
}

struct user_handle *user_handle_ref(struct user *user)
{
    struct user_handle *handle = handle_get(user);

    handle->refs++;
    return handle;
}

void user_handle_unref(struct user_handle *handle)
{
    if (--handle->refs == 0) {
        free(handle->name);
        free(handle);
    }
}

const char *user_handle_name(const struct user_handle *handle)
{
    return handle->user != NULL ? user_shown_name(handle->user) : handle->name;
}

void user_leave_handle(struct user *user)
{
    struct user_handle *handle = user->handle;

    if (handle == NULL) {
        return;
    }
    user_set_away(user, NULL);
    if (handle->refs > 1) {
        handle->name = mem_strdup(user_shown_name(user));
    }
    handle->user = NULL;
    user->handle = NULL;
    user_handle_unref(handle);
}

/* ---- away ---- */

const char *user_away(const struct user *user)
{
    return user->handle != NULL ? user->handle->away : NULL;
}

void user_set_away(struct user *user, const char *text)
{
    if (text != NULL || user_away(user) != NULL) {
        free(handle_get(user)->away);
        user->handle->away = text != NULL ? mem_strdup(text) : NULL;
    }
}
