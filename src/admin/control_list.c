/* admin/control_list.c: makes lists in slices.
 *
 * Between two slices of a walk clients and rooms may come and go.  Columns have fixed widths, since the values
 * to come are not known; a longer value moves the rest of its line. */
#include "config.h"

#include "admin/control_list.h"

#include "base/json.h"
#include "base/text.h"
#include "chat/modes.h"
#include "chat/rooms.h"
#include "chat/rules.h"
#include "net/conn.h"
#include "net/tls.h"
#include "session/sessions.h"

#include <stdio.h>
#include <string.h>

enum { SLICE_LINES = 64 };

/* Appends s and blanks up to a width, at least two of them. */
static void add_column(struct strbuf *out, const char *s, size_t width)
{
    size_t columns = text_columns(s, strlen(s));

    strbuf_adds(out, s);
    strbuf_addf(out, "%*s", columns + 2 < width ? (int)(width - columns) : 2, "");
}

static void add_number(struct strbuf *out, uint64_t n, size_t width)
{
    char text[24];

    snprintf(text, sizeof(text), "%llu", (unsigned long long)n);
    add_column(out, text, width);
}

/* "5s", "3m", "2h", "9d" */
static void add_span(struct strbuf *out, uint64_t sec, size_t width)
{
    static const struct {
        unsigned seconds;
        char unit;
    } spans[] = {{86400, 'd'}, {3600, 'h'}, {60, 'm'}, {1, 's'}};
    char text[24];
    size_t i = 0;

    while (i < 3 && sec < 2 * spans[i].seconds) { /* at least two of a unit: "100s" says more than "1m" */
        i++;
    }
    snprintf(text, sizeof(text), "%llu%c", (unsigned long long)sec / spans[i].seconds, spans[i].unit);
    add_column(out, text, width);
}

static uint32_t idle_s(const struct control_call *call, const struct session *s)
{
    return (uint32_t)(clock_ms(call->host->clock) / 1000) - s->self.person->active_s;
}

/* ---- clients ---- */

static void client_line(struct control_call *call, struct strbuf *out, const struct session *s)
{
    const struct conn *conn = s->conn;
    char address[ADDR_TEXT_SIZE], since[CLOCK_ISO_SIZE];
    const char *comma = "", *version = tls_version(conn_transport(conn));

    add_number(out, conn->id, 8);
    add_column(out, addr_text(&conn->peer, address), 24);
    add_column(out, version != NULL ? version : "-", 9);
    add_column(out, person_shown_name(s->self.person), 18);
    add_number(out, conn_queued_bytes(conn), 8);
    add_span(out, idle_s(call, s), 6);
    add_number(out, s->lines_in, 8);
    add_number(out, conn->lines_out, 9);
    add_column(out, clock_iso((int64_t)s->self.since_s * 1000, since), 26);
    for (const struct member *m = s->self.rooms; m != NULL; m = m->next_of_attachment) {
        strbuf_addf(out, "%s#%s", comma, m->room->name.shown);
        comma = ",";
    }
}

static void client_json(struct control_call *call, struct strbuf *out, const struct session *s)
{
    const struct conn *conn = s->conn;
    char address[ADDR_TEXT_SIZE], since[CLOCK_ISO_SIZE];
    struct strbuf room = {0};

    json_begin(out, NULL);
    json_num(out, "id", conn->id);
    json_str(out, "address", addr_text(&conn->peer, address));
    if (tls_version(conn_transport(conn)) != NULL) {
        json_str(out, "tls", tls_version(conn_transport(conn)));
        json_str(out, "cipher", tls_cipher(conn_transport(conn)));
    }
    json_str(out, "name", person_shown_name(s->self.person));
    json_begin_array(out, "rooms");
    for (const struct member *m = s->self.rooms; m != NULL; m = m->next_of_attachment) {
        strbuf_reset(&room);
        strbuf_addf(&room, "#%s", m->room->name.shown);
        json_str(out, NULL, room.data);
    }
    strbuf_fini(&room);
    json_end_array(out);
    json_bool(out, "away", person_away(s->self.person) != NULL);
    json_num(out, "queue_bytes", conn_queued_bytes(conn));
    json_num(out, "idle_seconds", idle_s(call, s));
    json_num(out, "lines_in", s->lines_in);
    json_num(out, "lines_out", conn->lines_out);
    json_num(out, "bytes_in", (int64_t)conn->bytes_in);
    json_num(out, "bytes_out", (int64_t)conn->bytes_out);
    json_str(out, "since", clock_iso((int64_t)s->self.since_s * 1000, since));
    json_end(out);
}

static bool more_clients(struct control_call *call)
{
    struct strbuf line = {0};
    struct conn *conn = NULL;

    for (int i = 0; i < SLICE_LINES && (conn = net_walk_next(&call->walk.conns)) != NULL; i++) {
        const struct session *s = sessions_of_conn(conn);

        if (s != NULL) {
            (call->is_json ? client_json : client_line)(call, &line, s);
            control_cmd_line(call, "%s", line.data);
            strbuf_reset(&line);
        }
    }
    strbuf_fini(&line);
    return conn != NULL;
}

static void end_clients(struct control_call *call)
{
    net_walk_end(call->host->net, &call->walk.conns);
}

void control_list_clients(struct control_call *call)
{
    if (!call->is_json) {
        control_cmd_line(call, "%-8s%-24s%-9s%-18s%-8s%-6s%-8s%-9s%-26s%s", "ID", "ADDRESS", "TLS", "NAME", "QUEUED",
                         "IDLE", "IN", "OUT", "SINCE", "ROOMS");
    }
    net_walk_begin(call->host->net, &call->walk.conns);
    call->more = more_clients;
    call->end = end_clients;
}

/* ---- rooms ---- */

static uint64_t kept_lines(const struct room *room)
{
    const struct store *store = room->chat->ports.store;

    return store->ops->count(store, room->name.folded);
}

/* ---- the rules of a room ---- */

/* The owners' names, separated by commas. */
static void add_owners(struct strbuf *out, const struct room *room)
{
    const struct rule *rule = NULL;
    const char *comma = "";

    while ((rule = rules_next_owner(room->rules, rule)) != NULL) {
        strbuf_addf(out, "%s%s", comma, rule->label);
        comma = ",";
    }
}

/* "slow=5": a mode that is on; the value of a secret one is not told. */
static bool add_mode(struct strbuf *out, const struct room *room, enum mode mode, const char *before)
{
    const struct mode_row *row = modes_row(mode);
    const char *value = rules_mode(room->rules, mode);

    if (value == NULL) {
        return false;
    }
    strbuf_addf(out, "%s%s", before, row->name);
    if (row->type != MODE_FLAG && !row->is_secret) {
        strbuf_addf(out, "=%s", value);
    }
    return true;
}

/* With those that have ended just now, perhaps: a room may have very many. */
static int64_t count_rules(const struct room *room, enum rule_kind kind)
{
    return room->rules != NULL ? room->rules->counts[kind] : 0;
}

static void add_rules_line(struct strbuf *out, const struct room *room)
{
    struct strbuf owners = {0}, modes = {0};

    add_owners(&owners, room);
    for (enum mode mode = 0; mode < MODES; mode++) {
        (void)add_mode(&modes, room, mode, modes.len > 0 ? "," : "");
    }
    add_number(out, (uint64_t)count_rules(room, RULE_BAN), 6);
    add_column(out, owners.len > 0 ? owners.data : "-", 14);
    add_column(out, modes.len > 0 ? modes.data : "-", 20);
    strbuf_fini(&owners);
    strbuf_fini(&modes);
}

static void add_rules_json(struct strbuf *out, const struct room *room)
{
    struct strbuf text = {0};

    add_owners(&text, room);
    if (text.len > 0) {
        json_str(out, "owner", text.data);
    }
    json_begin_array(out, "modes");
    for (enum mode mode = 0; mode < MODES; mode++) {
        strbuf_reset(&text);
        if (add_mode(&text, room, mode, "")) {
            json_str(out, NULL, text.data);
        }
    }
    json_end_array(out);
    json_num(out, "bans", count_rules(room, RULE_BAN));
    json_num(out, "mutes", count_rules(room, RULE_MUTE));
    json_num(out, "invitations", count_rules(room, RULE_INVITE));
    strbuf_fini(&text);
}

/* ---- the list of rooms ---- */

static void room_line(struct strbuf *out, const struct room *room)
{
    char name[256];

    snprintf(name, sizeof(name), "#%s", room->name.shown);
    add_column(out, name, 34);
    add_number(out, room->people, 9);
    add_number(out, kept_lines(room), 9);
    add_rules_line(out, room);
    strbuf_adds(out, room->topic != NULL ? room->topic : "");
}

static void room_json(struct strbuf *out, const struct room *room)
{
    char name[256];

    snprintf(name, sizeof(name), "#%s", room->name.shown);
    json_begin(out, NULL);
    json_str(out, "name", name);
    json_num(out, "members", room->people);
    json_num(out, "history_lines", (int64_t)kept_lines(room));
    json_str(out, "topic", room->topic != NULL ? room->topic : "");
    add_rules_json(out, room);
    json_end(out);
}

static bool more_rooms(struct control_call *call)
{
    struct strbuf line = {0};
    const struct room *room = NULL;

    for (int i = 0; i < SLICE_LINES && (room = rooms_walk_next(&call->walk.rooms)) != NULL; i++) {
        (call->is_json ? room_json : room_line)(&line, room);
        control_cmd_line(call, "%s", line.data);
        strbuf_reset(&line);
    }
    strbuf_fini(&line);
    return room != NULL;
}

static void end_rooms(struct control_call *call)
{
    rooms_walk_end(call->host->chat, &call->walk.rooms);
}

void control_list_rooms(struct control_call *call)
{
    if (!call->is_json) {
        control_cmd_line(call, "%-34s%-9s%-9s%-6s%-14s%-20s%s", "ROOM", "MEMBERS", "HISTORY", "BANS", "OWNER", "MODES",
                         "TOPIC");
    }
    rooms_walk_begin(call->host->chat, &call->walk.rooms);
    call->more = more_rooms;
    call->end = end_rooms;
}
