/* net/listener_change.c: changes the addresses of a set of listeners.
 *
 * During a change the set's list holds both the old listeners and the new ones.  Marks tell which are kept and which
 * are new; the field asked of each keeps its old value until the change is committed. */
#include "config.h"

#include "net/listener_change.h"

#include "net/bind.h"
#include "net/listener_priv.h"

/* The listener that was opened for where, and that is not matched with another of the next places. */
static struct listener *find_asked(struct listener_set *set, const struct addr_listen *where)
{
    struct listener *l = set->first;

    while (l != NULL && (l->is_adopted || l->is_kept || l->is_new || !addr_listen_is_same(&l->asked.at, where))) {
        l = l->next;
    }
    return l;
}

void listener_change_begin(struct listener_set *set, const struct listener_place *next, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct listener *l = find_asked(set, &next[i].at);

        if (l != NULL) {
            l->is_kept = true;
        }
    }
    for (struct listener *l = set->first; l != NULL; l = l->next) {
        if (!l->is_kept && !l->is_adopted && l->fd >= 0) {
            (void)bind_share(l->fd, true); /* if this fails, opening an overlapping address fails and reports it */
        }
        l->is_kept = false;
    }
}

/* Sets the mode and group of the file of a listener that stays. */
static bool change_access(struct listener *l, const struct addr_listen *next, char *err, size_t err_size)
{
    if (l->fd >= 0 && !bind_change_access(&l->at, next, err, err_size)) {
        return false;
    }
    l->at.mode = next->mode;
    l->at.group = next->group;
    return true;
}

bool listener_change_open(struct listener_set *set, const struct listener_place *next, size_t count, char *err,
                          size_t err_size)
{
    bool is_open = true;

    for (size_t i = 0; i < count && is_open; i++) {
        struct listener *l = find_asked(set, &next[i].at);
        struct listener_place where = next[i];

        if (l != NULL) {
            l->is_kept = true;
            is_open = change_access(l, &next[i].at, err, err_size);
            l->profile = next[i].profile;
            continue;
        }
        where.at.beside = true;
        l = listener_open_one(set, &where, err, err_size);
        is_open = l != NULL;
        if (l != NULL) {
            l->is_new = true;
        }
    }
    return is_open;
}

static void settle(struct listener *l)
{
    if (l->is_new || (!l->is_adopted && l->profile != l->asked.profile)) {
        listener_log_opened(l);
    }
    if (l->is_new) {
        (void)bind_share(l->fd, false);
        if (l->set->is_paused) {
            listener_rest(l, true); /* that it could be opened is enough for now */
        }
    }
    if (!l->is_adopted) {
        l->asked.at.mode = l->at.mode;
        l->asked.at.group = l->at.group;
        l->asked.profile = l->profile;
    }
    l->is_kept = l->is_new = false;
}

void listener_change_commit(struct listener_set *set)
{
    struct listener **link = &set->first, *left = NULL;

    while (*link != NULL) {
        struct listener *l = *link;

        if (l->is_kept || l->is_new || l->is_adopted) {
            settle(l);
            link = &l->next;
        } else {
            *link = l->next;
            l->next = left;
            left = l;
        }
    }
    while (left != NULL) {
        struct listener *l = left;

        left = l->next;
        listener_leave(l);
    }
}

void listener_change_cancel(struct listener_set *set)
{
    struct listener **link = &set->first;

    while (*link != NULL) {
        struct listener *l = *link;
        char ignored[256];

        if (l->is_new) {
            listener_close_at(link);
            continue;
        }
        if (l->fd >= 0 && !l->is_adopted) {
            (void)bind_share(l->fd, false);
            (void)change_access(l, &l->asked.at, ignored, sizeof(ignored));
        }
        if (!l->is_adopted) {
            l->profile = l->asked.profile;
        }
        l->is_kept = false;
        link = &l->next;
    }
}
