/* session/verbs_mode.c: the modes of rooms: to see and to set them. */
#include "config.h"

#include "session/verbs.h"

#include "base/mem.h"
#include "chat/acts.h"
#include "chat/modes.h"
#include "chat/rights.h"
#include "chat/rules.h"
#include "session/await.h"
#include "session/find.h"
#include "session/order.h"

#include <stdlib.h>

static void tell_no_such_mode(struct session *s, const char *name)
{
    session_reply(s, REPLY(REPLY_NO_SUCH_MODE, .mode = name, .near = modes_nearest(name)));
}

/* False when the reader's queue has no room for it. */
static bool show_mode(struct session *s, const struct room *room, enum mode mode)
{
    const struct mode_row *row = modes_row(mode);
    const char *value = rules_mode(room->rules, mode);
    bool is_shown = row->type != MODE_FLAG &&
                    (!row->is_secret || rights_rank(room, s->self.person) >= row->needs);

    return session_reply_if_fits(s, REPLY(REPLY_MODE, .room = room->name.shown, .mode = row->name,
                                          .on = value != NULL, .value = is_shown ? value : NULL, .help = row->help));
}

enum verb_result verbs_show_modes(struct session *s, const char *word, const char *name)
{
    struct room *room = find_room_or_current(s, word);
    enum mode mode = name != NULL ? modes_find(name) : MODES;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    if (name != NULL && mode == MODES) {
        tell_no_such_mode(s, name);
        return VERB_REFUSED;
    }
    if (name != NULL) {
        (void)show_mode(s, room, mode);
        return VERB_DONE;
    }
    for (mode = 0; mode < MODES && show_mode(s, room, mode); mode++) {
    }
    if (mode < MODES) {
        session_reply(s, REPLY(REPLY_OMITTED, .count = (int64_t)(MODES - mode)));
    }
    return VERB_DONE;
}

static enum verb_result tell_mode_set(struct session *s, enum chat_result result, struct room *room, const char *about,
                                      session_then_fn *then)
{
    char *text = mem_strdup(about);
    struct order order = order_read(text);
    enum mode mode = modes_find(order.what);
    enum verb_result told = VERB_DONE;

    (void)then;
    if (result == CHAT_OK && room != NULL) {
        (void)show_mode(s, room, mode);
    } else if (result == CHAT_NO_SUCH_MODE) {
        tell_no_such_mode(s, order.what);
        told = VERB_REFUSED;
    } else if (result == CHAT_BAD_VALUE) {
        const struct mode_row *row = modes_row(mode);

        session_reply(s, REPLY(row->type == MODE_FLAG ? REPLY_BAD_MODE_FLAG
                               : row->type == MODE_NUMBER ? REPLY_BAD_MODE_NUMBER : REPLY_BAD_MODE_TEXT,
                               .mode = row->name, .least = row->min, .limit = row->max));
        told = VERB_REFUSED;
    } else if (result == CHAT_ALREADY) {
        session_reply(s, REPLY(REPLY_MODE_ALREADY, .room = order.room, .mode = order.what));
        told = VERB_REFUSED;
    } else if (result != CHAT_OK) {
        order_tell_failed(s, result, &order);
        told = VERB_REFUSED;
    }
    free(text);
    return told;
}

enum verb_result verbs_set_mode(struct session *s, const char *word, const char *mode, const char *value,
                                session_then_fn *then)
{
    struct room *room = find_room_or_current(s, word);
    enum verb_result told;
    char *about;

    if (room == NULL) {
        return VERB_REFUSED;
    }
    about = order_text(mode, room, 0);
    told = await_result(s, acts_set_mode(&s->self, room, mode, value, await_done, s), room, about, tell_mode_set, then);
    free(about);
    return told;
}
