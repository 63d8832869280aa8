/* tests/unit/fake_profiles.c: a list of settings, and an array of rooms. */
#include "config.h"

#include "fake_profiles.h"

#include "base/container.h"
#include "base/mem.h"

#include <stdarg.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

struct fake_setting {
    int64_t account;
    char *name, *value;
    struct fake_setting *next;
};

static struct fake_profiles *fake_of(struct profiles *profiles)
{
    return CONTAINER_OF(profiles, struct fake_profiles, profiles);
}

static void take_out(struct fake_profiles *p, int64_t account, const char *name)
{
    struct fake_setting **link = &p->settings;

    while (*link != NULL) {
        struct fake_setting *setting = *link;

        if (name == NULL || (setting->account == account && strcmp(setting->name, name) == 0)) {
            *link = setting->next;
            free(setting->name);
            free(setting->value);
            free(setting);
        } else {
            link = &setting->next;
        }
    }
}

static enum store_fate set(struct profiles *profiles, int64_t account, const char *name, const char *value)
{
    struct fake_profiles *p = fake_of(profiles);
    struct fake_setting *setting;

    assert_true(account > 0);
    strbuf_addf(&p->notes, "%lld %s%s%s\n", (long long)account, name, value != NULL ? "=" : "",
                value != NULL ? value : "");
    take_out(p, account, name);
    if (value != NULL) {
        setting = mem_zalloc(sizeof(*setting));
        *setting = (struct fake_setting){
            .account = account, .name = mem_strdup(name), .value = mem_strdup(value), .next = p->settings};
        p->settings = setting;
    }
    return STORE_WAITS;
}

static enum store_fate mark(struct profiles *profiles, int64_t account, const char *room, const char *room_folded,
                            uint64_t upto)
{
    assert_int_equal(strlen(room) > 0, strlen(room_folded) > 0);
    assert_true(account > 0);
    strbuf_addf(&fake_of(profiles)->notes, upto != 0 ? "%lld #%s %llu\n" : "%lld #%s\n", (long long)account,
                room_folded, (unsigned long long)upto);
    return STORE_WAITS;
}

static enum store_answer answer(struct fake_profiles *p, struct profiles_recall *req)
{
    uint32_t given = 0;

    if (p->fails) {
        return STORE_FAILED;
    }
    for (const struct fake_setting *s = p->settings; s != NULL && req->room_folded == NULL; s = s->next) {
        if (s->account == req->account) {
            req->setting(req, s->name, s->value);
        }
    }
    req->rest = 0;
    for (size_t i = 0; i < p->room_count; i++) {
        if (req->room_folded == NULL || strcmp(req->room_folded, p->rooms[i].room_folded) == 0) {
            if (given++ < req->most_rooms) {
                req->room(req, &p->rooms[i]);
            } else {
                req->rest++;
            }
        }
    }
    return STORE_DONE;
}

static enum store_answer recall(struct profiles *profiles, struct profiles_recall *req)
{
    struct fake_profiles *p = fake_of(profiles);

    p->recalls++;
    if (!p->is_late) {
        return answer(p, req);
    }
    assert_null(p->waiting);
    p->waiting = req;
    return STORE_LATER;
}

void fake_profiles_answer(struct fake_profiles *p)
{
    struct profiles_recall *req = p->waiting;

    assert_non_null(req);
    p->waiting = NULL;
    req->done(req, answer(p, req));
}

static void cancel(struct profiles *profiles, struct profiles_recall *req)
{
    struct fake_profiles *p = fake_of(profiles);

    assert_ptr_equal(p->waiting, req);
    p->waiting = NULL;
    p->cancels++;
}

const char *fake_profiles_notes(struct fake_profiles *p)
{
    static char *notes;

    free(notes);
    notes = mem_strdup(strbuf_str(&p->notes));
    strbuf_reset(&p->notes);
    return notes;
}

struct fake_profiles *fake_profiles_new(void)
{
    static const struct profiles_ops ops = {.set = set, .mark = mark, .recall = recall, .cancel = cancel};
    struct fake_profiles *p = mem_zalloc(sizeof(*p));

    p->profiles.ops = &ops;
    return p;
}

void fake_profiles_free(struct fake_profiles *p)
{
    assert_null(p->waiting);
    take_out(p, 0, NULL);
    strbuf_fini(&p->notes);
    free(p);
}
