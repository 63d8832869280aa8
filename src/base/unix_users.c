/* base/unix_users.c: a small array. */
#include "config.h"

#include "base/unix_users.h"

#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"

#include <errno.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ENTRY_BYTES = 1024, MOST_ENTRY_BYTES = 1 << 20 };

struct unix_users {
    size_t count;
    struct {
        uid_t uid;
        char *account;
    } list[];
};

/* ---- one item ---- */

static bool find_name(const char *name, uid_t *uid)
{
    size_t size = ENTRY_BYTES;
    struct passwd entry, *found = NULL;
    char *buf = NULL;
    int error;

    do {
        buf = mem_realloc(buf, size);
        error = getpwnam_r(name, &entry, buf, size, &found);
        size *= 2;
    } while (error == EINTR || (error == ERANGE && size <= MOST_ENTRY_BYTES));
    if (error == 0 && found != NULL) {
        *uid = entry.pw_uid;
    }
    free(buf);
    return error == 0 && found != NULL;
}

static bool find_user(const char *text, uid_t *uid)
{
    char *end;
    unsigned long n;

    if (find_name(text, uid)) {
        return true;
    }
    errno = 0;
    n = strtoul(text, &end, 10);
    *uid = (uid_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && n < (uid_t)-1;
}

/* The account's name; NULL, and a sentence's end in err, if it is none. */
static char *fold_account(const char *text, char *err, size_t err_size)
{
    struct name name;
    enum name_fault fault = name_init(&name, text, strlen(text), NAME_MOST_CHARS);
    char *folded = NULL;
    char why[128];

    if (fault != NAME_OK) {
        snprintf(err, err_size, "names an account that %s", name_fault_text(fault, NAME_MOST_CHARS, why, sizeof(why)));
        return NULL;
    }
    if (name_is_reserved(&name)) {
        snprintf(err, err_size, "names an account that nobody can have");
    } else {
        folded = mem_strdup(name.folded);
    }
    name_fini(&name);
    return folded;
}

/* The folded name of the account; NULL on an error. */
static char *parse(const char *item, uid_t *uid, char *err, size_t err_size)
{
    const char *colon = strchr(item, ':');
    char *user = colon != NULL ? mem_strndup(item, (size_t)(colon - item)) : NULL;
    char *account = NULL;

    if (user == NULL || user[0] == '\0' || colon[1] == '\0') {
        snprintf(err, err_size, "is not a user and an account, as in root:alice");
    } else if (!find_user(user, uid)) {
        snprintf(err, err_size, "names a user that this system does not have");
    } else {
        account = fold_account(colon + 1, err, err_size);
    }
    free(user);
    return account;
}

bool unix_users_check(const char *item, char *err, size_t err_size)
{
    uid_t uid;
    char *account = parse(item, &uid, err, err_size);

    free(account);
    return account != NULL;
}

/* ---- the list ---- */

static void add(struct unix_users **users, uid_t uid, char *account)
{
    *users = mem_realloc(*users, sizeof(**users) + ((*users)->count + 1) * sizeof((*users)->list[0]));
    (*users)->list[(*users)->count].uid = uid;
    (*users)->list[(*users)->count++].account = account;
}

struct unix_users *unix_users_new(const char *list)
{
    struct unix_users *users = mem_zalloc(sizeof(*users));
    const char *item;
    size_t len;

    while (text_next_item(&list, &item, &len)) {
        char *text = mem_strndup(item, len), err[256], *account;
        uid_t uid;

        account = parse(text, &uid, err, sizeof(err));
        if (account != NULL) {
            add(&users, uid, account);
        }
        free(text);
    }
    return users;
}

struct unix_users *unix_users_copy(const struct unix_users *users)
{
    struct unix_users *copy = mem_zalloc(sizeof(*copy));

    for (size_t i = 0; i < users->count; i++) {
        add(&copy, users->list[i].uid, mem_strdup(users->list[i].account));
    }
    return copy;
}

void unix_users_free(struct unix_users *users)
{
    for (size_t i = 0; users != NULL && i < users->count; i++) {
        free(users->list[i].account);
    }
    free(users);
}

const char *unix_users_find(const struct unix_users *users, uid_t uid)
{
    for (size_t i = 0; users != NULL && i < users->count; i++) {
        if (users->list[i].uid == uid) {
            return users->list[i].account;
        }
    }
    return NULL;
}

bool unix_users_check_all(const char *list, char *err, size_t err_size)
{
    struct unix_users *users = unix_users_new(list);
    bool is_right = true;

    for (size_t i = 0; i < users->count && is_right; i++) {
        for (size_t k = 0; k < i && is_right; k++) {
            is_right = users->list[k].uid != users->list[i].uid;
        }
        if (!is_right) {
            snprintf(err, err_size, "names the user with the number %lu twice", (unsigned long)users->list[i].uid);
        }
    }
    unix_users_free(users);
    return is_right;
}
