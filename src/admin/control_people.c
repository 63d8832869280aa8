/* admin/control_people.c: the commands to people: kick, say. */
#include "config.h"

#include "admin/control_people.h"

#include "base/json.h"
#include "base/mem.h"
#include "base/name.h"
#include "base/text.h"
#include "chat/names.h"
#include "chat/near.h"
#include "chat/rooms.h"
#include "net/conn.h"
#include "session/sessions.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* folded is NULL if no person can have the name. */
static void tell_no_such_name(struct control_call *call, const char *name, const char *folded)
{
    const struct person *near = folded != NULL ? near_person(call->host->chat, NULL, folded) : NULL;

    control_cmd_error(call, "there is nobody called %s here%s%s%s", name, near != NULL ? "; did you mean " : "",
                      near != NULL ? person_shown_name(near) : "", near != NULL ? "?" : "");
}

static void tell_no_such_room(struct control_call *call, const char *name, const char *folded)
{
    const struct room *near = folded != NULL ? near_room(call->host->chat, NULL, folded) : NULL;

    control_cmd_error(call, "there is no room #%s%s%s%s", name, near != NULL ? "; did you mean #" : "",
                      near != NULL ? near->name.shown : "", near != NULL ? "?" : "");
}

/* ---- kick ---- */

enum { KICK_SLICE = 16 };

/* Adds a line about the client, and ends its connection. */
static void kick(struct control_call *call, struct session *s, const char *text)
{
    char address[ADDR_TEXT_SIZE];
    struct strbuf object = {0};

    addr_text(&s->conn->peer, address);
    if (call->is_json) {
        json_begin(&object, NULL);
        json_str(&object, "kicked", person_shown_name(s->self.person));
        json_num(&object, "id", s->conn->id);
        json_str(&object, "address", address);
        control_cmd_object(call, &object);
    } else {
        control_cmd_line(call, "The connection of %s, id %lu from %s, is ended.", person_shown_name(s->self.person),
                         (unsigned long)s->conn->id, address);
    }
    control_cmd_audit(call, "kick", person_shown_name(s->self.person), NULL, text);
    session_end_saying(s, REASON_KICKED, text);
}

/* The reason in the request; the caller frees it. */
static char *reason_of(const struct control_call *call)
{
    char *text = control_cmd_clean(control_cmd_word(call, 1));

    if (text_is_blank(text, strlen(text))) {
        text[0] = '\0';
    }
    return text;
}

static bool is_meant(const struct control_kick *kick, const struct conn *conn)
{
    return kick->is_by_id ? conn->id == kick->id : addr_is_within(&conn->peer, &kick->range);
}

static bool more_kicks(struct control_call *call)
{
    struct conn *conn = NULL;

    for (int told = 0; told < KICK_SLICE && (conn = net_walk_next(&call->walk.conns)) != NULL;) {
        struct session *s = sessions_of_conn(conn);

        if (s != NULL && conn_is_open(conn) && is_meant(&call->kick, conn)) {
            kick(call, s, call->kick.text);
            call->kick.count++;
            told++;
        }
    }
    if (conn == NULL && call->kick.count == 0) {
        control_cmd_error(call, "there is no client %s %s here", call->kick.is_by_id ? "with the id" : "from",
                          call->kick.who);
    }
    return conn != NULL;
}

static void end_kicks(struct control_call *call)
{
    net_walk_end(call->host->net, &call->walk.conns);
    free(call->kick.who);
    free(call->kick.text);
}

static void kick_all(struct control_call *call, const struct control_kick *which, const char *who)
{
    control_cmd_note(call);
    call->kick = *which;
    call->kick.who = control_cmd_clean(who);
    call->kick.text = reason_of(call);
    net_walk_begin(call->host->net, &call->walk.conns);
    call->more = more_kicks;
    call->end = end_kicks;
}

static bool parse_id(const char *text, uint32_t *id)
{
    char *end;
    unsigned long long n;

    errno = 0;
    n = strtoull(text, &end, 10);
    *id = (uint32_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0 && n <= UINT32_MAX;
}

static bool more_kicks_of_person(struct control_call *call)
{
    struct person *person = call->kick.person->person;
    struct attachment *at = person != NULL ? person->attachments : NULL;

    for (int told = 0; at != NULL && told < KICK_SLICE; at = at->next_of_person) {
        struct session *s = session_of_attachment(at);

        if (conn_is_open(s->conn)) {
            kick(call, s, call->kick.text);
            told++;
        }
    }
    return at != NULL;
}

static void end_kicks_of_person(struct control_call *call)
{
    person_handle_unref(call->kick.person);
    free(call->kick.text);
}

static void kick_person(struct control_call *call, struct person *person)
{
    control_cmd_note(call);
    call->kick = (struct control_kick){.person = person_handle_ref(person), .text = reason_of(call)};
    call->more = more_kicks_of_person;
    call->end = end_kicks_of_person;
}

/* The part of text behind prefix; NULL if text does not begin with it. */
static const char *behind(const char *text, const char *prefix)
{
    size_t len = strlen(prefix);

    return strncmp(text, prefix, len) == 0 ? text + len : NULL;
}

/* An address has a dot or a colon, and no name has one.  But a name can consist of digits, like an id.  A name that a
 * person has chosen must not decide who is kicked: if both a name and an id match, the administrator must say which is
 * meant, in a form that no name can have. */
void control_people_kick(struct control_call *call)
{
    const char *who = control_cmd_word(call, 0), *id = behind(who, "id="), *name = behind(who, "name=");
    const char *called = name != NULL ? name : who;
    char *folded = name_fold(called, strlen(called));
    struct person *person = folded != NULL && id == NULL ? names_find(call->host->chat, folded) : NULL;
    struct control_kick which = {0};

    which.is_by_id = name == NULL && parse_id(id != NULL ? id : who, &which.id);
    if (id != NULL && !which.is_by_id) {
        control_cmd_misused(call, "an id is a number, the first column of clients");
    } else if (person != NULL && which.is_by_id) {
        control_cmd_error(call, "%s may be an id, and is a name too: say id=%s or name=%s", who, who, who);
    } else if (person != NULL) {
        kick_person(call, person);
    } else if (which.is_by_id || (name == NULL && addr_parse_range(&which.range, who))) {
        kick_all(call, &which, id != NULL ? id : who);
    } else {
        tell_no_such_name(call, called, folded);
    }
    free(folded);
}

/* ---- say ---- */

/* Sends a notice for each part of a line.  Returns false and sends none if the line shows nothing. */
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
    char *text;

    if (strcmp(name, "*") != 0) {
        const char *plain = name + (name[0] == '#');
        char *folded = name_fold(plain, strlen(plain));

        room = folded != NULL ? rooms_find(call->host->chat, folded) : NULL;
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
    text = control_cmd_clean(control_cmd_word(call, 1));
    control_cmd_audit(call, "say", NULL, room != NULL ? room->name.shown : NULL, text);
    free(text);
    tell_said(call, room);
}
