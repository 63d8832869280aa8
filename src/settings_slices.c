/* settings_slices.c: makes each part's slice of the configuration. */
#include "config.h"

#include "settings_slices.h"

#include "base/mem.h"
#include "base/text.h"
#include "base/thread.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    LINE_PARTS = 16, /* the parts of limits.line_bytes in one line */
    MOST_AUTO_WRITERS = 8,
};

static const char *without_hash(const char *room)
{
    return room + (room[0] == '#');
}

struct log_place settings_slices_log(const struct conf *c)
{
    return (struct log_place){
        .target = (enum log_target)c->log.target,
        .file = c->log.file,
        .facility = (enum log_facility)c->log.syslog_facility,
    };
}

struct net_limits settings_slices_net(const struct conf *conf)
{
    return (struct net_limits){
        .queue_bytes = (uint32_t)conf->limits.queue_bytes,
        .memory_bytes = conf->limits.memory_bytes,
        .disconnect_slow = conf->limits.queue_policy == CONF_QUEUE_DISCONNECT,
        .stall_ms = conf->limits.stall_seconds * 1000,
    };
}

struct shares_spec settings_slices_shares(const struct conf *conf)
{
    unsigned processors = thread_processors();
    unsigned fit = processors <= 2 ? 1 : processors - 1 < MOST_AUTO_WRITERS ? processors - 1 : MOST_AUTO_WRITERS;

    return (struct shares_spec){
        .writers = conf->server.writers > 0 ? (unsigned)conf->server.writers : fit,
        .from = (uint32_t)conf->server.writers_from,
        .has_uring = conf->server.write == CONF_WRITE_IO_URING,
    };
}

struct door_limits settings_slices_door(const struct conf *conf)
{
    return (struct door_limits){
        .admit = {.clients = conf->limits.clients,
                  .per_address = conf->limits.clients_per_address,
                  .network_v4 = conf->limits.network_v4,
                  .network_v6 = conf->limits.network_v6,
                  .silent = conf->limits.silent_clients,
                  .per_minute = conf->limits.connections_per_minute,
                  .exempt = conf->limits.exempt},
        .proxies = {.from = conf->proxy.from,
                    .is_everywhere = conf->proxy.required[0] == '\0',
                    .waiting = (uint32_t)conf->proxy.waiting,
                    .wait_ms = conf->proxy.seconds * 1000},
        .dead_s = (uint32_t)conf->limits.dead_seconds,
        .handshakes = (uint32_t)conf->tls.handshakes,
        .handshake_ms = conf->tls.handshake_seconds * 1000,
    };
}

struct tls_settings settings_slices_tls(const struct conf *conf)
{
    static const enum tls_clients clients[] = {
        [CONF_CLIENTS_OFF] = TLS_CLIENTS_OFF,
        [CONF_CLIENTS_ANY] = TLS_CLIENTS_ANY,
        [CONF_CLIENTS_CA] = TLS_CLIENTS_CA,
        [CONF_CLIENTS_REQUIRED] = TLS_CLIENTS_REQUIRED,
    };

    return (struct tls_settings){
        .certificate = conf->tls.certificate,
        .key = conf->tls.key,
        .needs_1_3 = conf->tls.minimum == CONF_TLS_1_3,
        .ciphers = conf->tls.ciphers,
        .clients = clients[conf->tls.client_certificates],
        .client_ca = conf->tls.client_ca,
    };
}

struct chat_limits settings_slices_chat(const struct conf *conf)
{
    return (struct chat_limits){
        .rooms = (uint32_t)conf->limits.rooms,
        .rooms_per_client = (uint32_t)conf->limits.rooms_per_client,
        .announce_members = (uint32_t)conf->rooms.announce_members,
        .fold_above = (uint32_t)conf->rooms.fold_above,
        .grace_s = (uint32_t)conf->accounts.grace_seconds,
        .rooms_per_account = (uint32_t)conf->rooms.per_account,
        .rules_per_room = (uint32_t)conf->rooms.rules,
    };
}

struct store_sqlite_limits settings_slices_store(const struct conf *conf)
{
    return (struct store_sqlite_limits){
        .writing = {.sync_ms = (unsigned)conf->store.sync_ms, .most_bytes = conf->store.waiting_bytes},
        .keeping = {.keep_days = (unsigned)conf->store.keep_days,
                    .keep_lines = (uint32_t)conf->store.keep_lines,
                    .max_bytes = conf->store.max_bytes,
                    .audit_days = (unsigned)conf->store.audit_days},
    };
}

struct accounts_limits settings_slices_accounts(const struct conf *conf)
{
    static const enum accounts_registration registrations[] = {
        [CONF_REGISTRATION_OPEN] = ACCOUNTS_OPEN,
        [CONF_REGISTRATION_CLOSED] = ACCOUNTS_REGISTRATION_CLOSED,
        [CONF_REGISTRATION_INVITE] = ACCOUNTS_BY_INVITATION,
    };

    return (struct accounts_limits){
        .registration = registrations[conf->accounts.registration],
        .most = conf->accounts.most,
        .tokens = conf->accounts.tokens,
        .certificates = conf->accounts.certificates,
        .password_chars = conf->accounts.password_min,
        .invitation_days = conf->accounts.invitation_days,
        .hash_passes = conf->accounts.hash_passes,
        .hash_memory_bytes = conf->accounts.hash_memory,
        .admins = conf->accounts.admins,
    };
}

struct mail_limits settings_slices_mail(const struct conf *conf)
{
    return (struct mail_limits){.most = conf->store.mail_per_person};
}

struct rings_limits settings_slices_history(const struct conf *conf)
{
    return (struct rings_limits){.lines = (uint32_t)conf->history.lines, .bytes = conf->history.bytes};
}

struct name *settings_slices_permanent(const struct conf *conf, size_t *count)
{
    const char *list = conf->rooms.permanent, *item;
    struct name *names = NULL;
    size_t len;

    *count = 0;
    while (text_next_item(&list, &item, &len)) {
        names = mem_realloc(names, (*count + 1) * sizeof(names[0]));
        if (*item == '#') {
            item++;
            len--;
        }
        if (name_init(&names[*count], item, len, NAME_MOST_CHARS) == NAME_OK) { /* check_room() has checked it */
            (*count)++;
        }
    }
    return names;
}

static struct filter_limits filter(const struct conf *conf, const struct wordlist *words)
{
    static const enum filter_links links[] = {
        [CONF_LINKS_ALLOW] = FILTER_LINKS_OF_ALL,
        [CONF_LINKS_MEMBERS] = FILTER_LINKS_OF_MEMBERS,
        [CONF_LINKS_NEVER] = FILTER_LINKS_OF_NOBODY,
    };

    return (struct filter_limits){.words = words,
                                  .tells = conf->moderation.words_action == CONF_WORDS_TELL,
                                  .links = links[conf->moderation.links]};
}

struct session_limits settings_slices_session(const struct conf *conf, const char *server_name,
                                              const struct wordlist *words)
{
    static const enum frontend_edit_rule edit_rules[] = {
        [CONF_EDIT_AUTO] = FRONTEND_EDIT_AUTO,
        [CONF_EDIT_ON] = FRONTEND_EDIT_ALL,
        [CONF_EDIT_OFF] = FRONTEND_EDIT_NEVER,
    };

    return (struct session_limits){
        .server_name = server_name,
        .motd = conf->server.motd,
        .skips_first_steps = conf->server.first_steps == CONF_FIRST_STEPS_OFF,
        .default_room = without_hash(conf->server.default_room),
        .nick_chars = (uint32_t)conf->limits.nick_chars,
        .room_chars = (uint32_t)conf->limits.room_chars,
        .topic_chars = (uint32_t)conf->limits.topic_chars,
        .history_replay = (uint32_t)conf->history.replay,
        .lines = {.line_bytes = (uint32_t)conf->limits.line_bytes,
                  .line_parts = LINE_PARTS,
                  .edit = edit_rules[conf->terminal.edit]},
        .flood = {.tokens = conf->flood.lines_per_second, .period_ms = 1000, .burst = conf->flood.burst},
        .idle_ms = conf->limits.idle_seconds * 1000,
        .filter = filter(conf, words),
    };
}

char *settings_slices_server_name(const struct conf *conf)
{
    char host[256] = "";

    if (conf->server.name[0] != '\0') {
        return mem_strdup(conf->server.name);
    }
    gethostname(host, sizeof(host) - 1);
    return mem_strdup(host[0] != '\0' ? host : "chatd");
}
