/* config/values.h: the values of all options in a snapshot: one field for each row of the table in config/options.c.
 *
 * Strings live as long as the snapshot (config/conf.h). */
#ifndef CHATD_CONFIG_VALUES_H
#define CHATD_CONFIG_VALUES_H

#include <stdint.h>

enum conf_backend { CONF_BACKEND_AUTO, CONF_BACKEND_EPOLL, CONF_BACKEND_POLL, CONF_BACKEND_SELECT };
enum conf_write { CONF_WRITE_AUTO, CONF_WRITE_SEND, CONF_WRITE_IO_URING };
enum conf_registration { CONF_REGISTRATION_OPEN, CONF_REGISTRATION_CLOSED, CONF_REGISTRATION_INVITE };
enum conf_words_action { CONF_WORDS_REFUSE, CONF_WORDS_TELL };
enum conf_links { CONF_LINKS_ALLOW, CONF_LINKS_MEMBERS, CONF_LINKS_NEVER };
enum conf_queue_policy { CONF_QUEUE_SKIP_OLDEST, CONF_QUEUE_DISCONNECT };
enum conf_tls_minimum { CONF_TLS_1_2, CONF_TLS_1_3 };
enum conf_clients { CONF_CLIENTS_OFF, CONF_CLIENTS_ANY, CONF_CLIENTS_CA, CONF_CLIENTS_REQUIRED };

enum conf_first_steps { CONF_FIRST_STEPS_OFF, CONF_FIRST_STEPS_ON };
enum conf_edit { CONF_EDIT_AUTO, CONF_EDIT_ON, CONF_EDIT_OFF };

struct conf {
    struct {
        const char *listen;       /* comma list as written */
        const char *name;         /* "" stands for the host's name */
        uint64_t first_steps;     /* enum conf_first_steps */
        const char *motd;         /* lines separated by '\n'; "" if there is none */
        const char *default_room; /* "" if there is none */
        uint64_t event_backend;   /* enum conf_backend */
        uint64_t write;           /* enum conf_write */
        uint64_t writers;         /* threads; 0 for auto */
        uint64_t writers_from;    /* clients */
        uint64_t drain_seconds;
    } server;
    struct {
        const char *listen;      /* comma list as written; "" if there is none */
        const char *certificate; /* a file; "" if there is none */
        const char *key;         /* a file; "" stands for the certificate's */
        uint64_t minimum;        /* enum conf_tls_minimum */
        const char *ciphers;
        uint64_t client_certificates; /* enum conf_clients */
        const char *client_ca;   /* a file; "" if there is none */
        uint64_t handshake_seconds;
        uint64_t handshakes;
    } tls;
    struct {
        uint64_t clients;
        uint64_t clients_per_address;
        uint64_t network_v4, network_v6;
        uint64_t silent_clients;
        uint64_t connections_per_minute;
        const char *exempt; /* comma list as written; "" if there is none */
        uint64_t line_bytes;
        uint64_t queue_bytes;
        uint64_t queue_policy; /* enum conf_queue_policy */
        uint64_t memory_bytes;
        uint64_t stall_seconds;
        uint64_t dead_seconds;
        uint64_t idle_seconds;
        uint64_t rooms;
        uint64_t rooms_per_client;
        uint64_t nick_chars;
        uint64_t room_chars;
        uint64_t topic_chars;
    } limits;
    struct {
        const char *from;     /* comma list as written; "" if there is none */
        const char *required; /* likewise */
        uint64_t seconds;
        uint64_t waiting;
    } proxy;
    struct {
        uint64_t edit; /* enum conf_edit */
    } terminal;
    struct {
        uint64_t lines_per_second;
        uint64_t burst;
    } flood;
    struct {
        uint64_t announce_members;
        uint64_t fold_above;
        uint64_t per_account;
        uint64_t rules;
        const char *permanent; /* comma list as written; "" if there is none */
    } rooms;
    struct {
        uint64_t lines;
        uint64_t replay;
        uint64_t bytes; /* of all rooms together */
    } history;
    struct {
        const char *path; /* "auto", a path, or "" */
        uint64_t sync_ms;
        uint64_t waiting_bytes;
        uint64_t keep_days;
        uint64_t audit_days;
        uint64_t keep_lines; /* of a room */
        uint64_t max_bytes;
        uint64_t mail_per_person;
    } store;
    struct {
        uint64_t registration; /* enum conf_registration */
        uint64_t grace_seconds;
        uint64_t most;
        uint64_t tokens; /* of an account */
        uint64_t certificates; /* of an account */
        uint64_t password_min; /* characters */
        uint64_t invitation_days;
        uint64_t hash_memory;
        uint64_t hash_passes;
        uint64_t hash_threads;
        const char *admins; /* comma list as written; "" if there is none */
        const char *reserved; /* likewise */
        const char *unix_users; /* comma list as written; "" if there are none */
    } accounts;
    struct {
        const char *words; /* a file; "" if there is none */
        uint64_t words_action; /* enum conf_words_action */
        uint64_t links; /* enum conf_links */
    } moderation;
    struct {
        uint64_t target;          /* enum log_target */
        const char *file;         /* "" if there is none */
        uint64_t syslog_facility; /* enum log_facility */
        uint64_t level;           /* enum log_level */
    } log;
    struct {
        const char *listen; /* "" if there is none */
    } metrics;
    struct {
        const char *socket; /* a path; "" if there is none */
        const char *mode;   /* octal digits */
        const char *group;  /* "" stands for the process's own */
    } control;
    struct conf_origin *origins; /* private to config/: the place where each option's value was given */
    char *warnings;              /* private to config/: conf_warnings() */
};

#endif
