/* admin/control_people.c: the commands to people: kick, say. */
#include "config.h"

#include "admin/control_people.h"

#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"
#include "chat/near.h"
#include "session/session.h"

#include <stdlib.h>
#include <string.h>

/* folded: NULL when the name can be nobody's. */
static void tell_no_such_name(struct control_call *call, const char *name, const char *folded)
{
    const struct user *near = folded != NULL ? near_user(call->host->chat, NULL, folded) : NULL;

    control_cmd_error(call, "there is nobody called %s here%s%s%s", name, near != NULL ? "; did you mean " : "",
                      near != NULL ? user_shown_name(near) : "", near != NULL ? "?" : "");
}

static void tell_no_such_room(struct control_call *call, const char *name, const char *folded)
{
    const struct room *near = folded != NULL ? near_room(call->host->chat, NULL, folded) : NULL;

    control_cmd_error(call, "there is no room #%s%s%s%s", name, near != NULL ? "; did you mean #" : "",
                      near != NULL ? near->name.shown : "", near != NULL ? "?" : "");
}

void control_people_kick(struct control_call *call)
{
    const char *name = control_cmd_word(call, 0);
    char *folded = name_fold(name, strlen(name));
    struct user *user = folded != NULL ? chat_find_user(call->host->chat, folded) : NULL;
    char *text;

    if (user == NULL) {
        tell_no_such_name(call, name, folded);
        free(folded);
        return;
    }
    free(folded);
    control_cmd_note(call);
    text = control_cmd_clean(control_cmd_word(call, 1));
    if (text_is_blank(text, strlen(text))) {
        text[0] = '\0';
    }
    control_cmd_done(call, "kicked", user_shown_name(user), "The connection is ended.");
    session_end_saying(session_of_user(user), REASON_KICKED, text);
    free(text);
}

/* A notice for each part of a line; false, and none, when there is nothing in it to be seen. */
static bool notify_line(struct control_call *call, struct room *room, const char *text, size_t len)
{
    size_t max = call->host->line_bytes(call->host->ctx), at = 0;
    char *line = mem_strndup(text, len);
    size_t left = text_clean(line, line, len);
    bool is_seen = !text_is_blank(line, left);

    while (is_seen && at < left) {
        size_t n = text_cut(line + at, left - at, max);

        if (!text_is_blank(line + at, n)) {
            chat_notice(call->host->chat, room, line + at, n);
        }
        at += n;
    }
    free(line);
    return is_seen;
}

static bool notify(struct control_call *call, struct room *room, const char *text)
{
    bool is_seen = false;
    const char *line;
    size_t len;

    while (text_next_line(&text, &line, &len)) {
        is_seen = notify_line(call, room, line, len) || is_seen;
    }
    return is_seen;
}

static void tell_said(struct control_call *call, const struct room *room)
{
    struct strbuf where = {0};

    strbuf_addf(&where, "%s%s", room != NULL ? "#" : "*", room != NULL ? room->name.shown : "");
    control_cmd_done(call, "said", where.data, "It is said.");
    strbuf_fini(&where);
}

void control_people_say(struct control_call *call)
{
    const char *name = control_cmd_word(call, 0);
    struct room *room = NULL;

    if (strcmp(name, "*") != 0) {
        const char *plain = name + (name[0] == '#');
        char *folded = name_fold(plain, strlen(plain));

        room = folded != NULL ? chat_find_room(call->host->chat, folded) : NULL;
        if (room == NULL) {
            tell_no_such_room(call, plain, folded);
            free(folded);
            return;
        }
        free(folded);
    }
    if (!notify(call, room, control_cmd_word(call, 1))) {
        control_cmd_misused(call, "there is nothing in the text that could be seen");
        return;
    }
    control_cmd_note(call);
    tell_said(call, room);
}
