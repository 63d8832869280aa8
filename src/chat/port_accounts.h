/* chat/port_accounts.h: the port that knows the names that have owners, and checks who is one.
 *
 * It may answer later: it then returns ACCOUNTS_LATER and calls the request's done function from the loop.  Loop thread
 * only. */
#ifndef CHATD_CHAT_PORT_ACCOUNTS_H
#define CHATD_CHAT_PORT_ACCOUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct accounts;

enum { ACCOUNTS_MADE_SIZE = 64 /* of a new token, invitation or password, with its NUL */ };

enum accounts_deed {
    ACCOUNTS_REGISTER, /* name, folded, new_secret; invitation, from */
    ACCOUNTS_LOGIN,    /* by password: folded, secret; from */
    ACCOUNTS_LOGIN_TOKEN, /* secret is the token; from */
    ACCOUNTS_LOGIN_TRUSTED, /* account: the owner was identified in another way */
    ACCOUNTS_SET_PASSWORD, /* account, new_secret; secret */
    ACCOUNTS_FORGET,   /* account, with_lines; secret */
    ACCOUNTS_TOKEN_NEW, /* account, label */
    ACCOUNTS_TOKEN_LIST, /* account */
    ACCOUNTS_TOKEN_REVOKE, /* account, label */
    /* Certificates of clients; label is the fingerprint (fingerprint_text()): */
    ACCOUNTS_LOGIN_CERT,  /* label: the peer has shown the certificate, and has its key; is_proven; from */
    ACCOUNTS_CERT_ADD,    /* account, label, is_proven */
    ACCOUNTS_CERT_LIST,   /* account */
    ACCOUNTS_CERT_REMOVE, /* account, label */
    ACCOUNTS_INVITE,   /* nothing else; is_admin only */
    ACCOUNTS_SET_ADMIN, /* account, on; is_admin only */
    ACCOUNTS_DEEDS
};

enum accounts_answer {
    ACCOUNTS_DONE,
    ACCOUNTS_LATER,   /* done() is called later with one of the others */
    ACCOUNTS_WRONG,   /* the name, the password or the token is wrong; it is not told which */
    ACCOUNTS_TAKEN,   /* the name has an account; the account has a token with this label; the certificate logs in to
                       * an account already */
    ACCOUNTS_CLOSED,  /* nobody can register */
    ACCOUNTS_KEPT,    /* an administrator's name by the settings: only an administrator makes its account */
    ACCOUNTS_NEEDS_INVITATION, /* none was given, or it was used, or is too old, or never existed */
    ACCOUNTS_SLOW,    /* too many attempts: the next one is possible after wait_s seconds */
    ACCOUNTS_SHORT,   /* the new password: less than limit characters */
    ACCOUNTS_LONG,    /* the new password: more than limit bytes */
    ACCOUNTS_TOO_MANY, /* the account has as many tokens or certificates as allowed, or the server as many accounts:
                        * limit */
    ACCOUNTS_NO_SUCH, /* no such account, token or certificate */
    ACCOUNTS_UNPROVEN, /* found has the certificate without a proof, and the peer has not agreed */
    ACCOUNTS_BUSY,    /* too many requests wait */
    ACCOUNTS_FAILED,  /* the store fails, or there is no memory for a hash */
    ACCOUNTS_ABSENT,  /* there are no accounts: accounts->absence tells why */
};

/* Why there are no accounts at all. */
enum accounts_absence {
    ACCOUNTS_PRESENT,
    ACCOUNTS_WITHOUT_SODIUM, /* built without libsodium */
    ACCOUNTS_WITHOUT_SQLITE, /* built without SQLite */
    ACCOUNTS_WITHOUT_STORE,  /* no file is configured to keep them in */
};

/* An account; known without asking, and borrowed until the loop goes on. */
struct account {
    int64_t id; /* never used again for another account */
    const char *name, *folded;
    bool is_admin;           /* its owner is an administrator of the server */
    bool is_admin_by_option; /* the settings say so, whatever SET_ADMIN says */
    int64_t created_ms, seen_ms; /* since 1970 (UTC); seen_ms: 0 if the owner was never here */
};

/* A token or a certificate as the list shows it; of a token only its owner knows the text. */
struct accounts_token {
    const char *label; /* of a certificate: its fingerprint */
    int64_t created_ms, used_ms; /* since 1970 (UTC); used_ms is 0 if it was never used */
    bool is_proven;    /* of a certificate: it logs in */
};

/* The strings are used only in ask(): the caller may free them when it returns, and wipes its secrets.  The struct is
 * owned by the caller, which does not change it until the answer or until cancel() has returned. */
struct accounts_request {
    enum accounts_deed deed; /* lists the fields that it needs and, after a semicolon, those that may be NULL */
    int64_t account;
    const char *name, *folded;
    const char *secret; /* proves who is the owner; for SET_PASSWORD and FORGET NULL if that is known */
    size_t secret_len;
    const char *new_secret; /* the new password; NULL, with is_admin, to have one made */
    size_t new_secret_len;
    const char *invitation;
    const char *label;
    const char *from; /* the peer's address as text; NULL if attempts are not limited by address */
    bool with_lines;  /* the lines of the account are erased too */
    bool on;          /* SET_ADMIN: the account becomes an administrator's, or no longer is one */
    bool is_admin;    /* asked by an administrator: no rule of registration and no limit of attempts applies */
    /* A fingerprint is no secret, so an account can have a certificate without its key.  Such a certificate is not
     * proven, and logs nobody in: whoever shows it would be heard by the account's owner.  CERT_ADD: the peer has the
     * certificate's key; an account that has the certificate without a proof loses it.  LOGIN_CERT: the peer agrees to
     * be logged in to an account that has no proof, by which that has one. */
    bool is_proven;
    /* The answer, if ask() has returned LATER.  May free req. */
    void (*done)(struct accounts_request *req, enum accounts_answer answer);
    /* TOKEN_LIST: called for each token before the answer, sorted by label; token is borrowed.  CERT_LIST: the same for
     * each certificate, the one first that was added first. */
    void (*token)(struct accounts_request *req, const struct accounts_token *token);

    /* Set with these answers: */
    unsigned wait_s; /* SLOW */
    uint64_t limit;  /* SHORT, LONG, TOO_MANY */
    /* Set with DONE. account is set too by REGISTER and the logins. */
    const struct account *found; /* the account; NULL for FORGET and INVITE; set with UNPROVEN too */
    unsigned failures;  /* for a login: failed attempts since the last one that succeeded */
    int64_t last_seen_ms; /* for a login: the time of that one, since 1970 (UTC); 0 if there was none */
    /* REGISTER and SET_PASSWORD without new_secret, TOKEN_NEW, INVITE: the secret that was made.  The caller wipes
     * it. */
    char made[ACCOUNTS_MADE_SIZE];
    void *accounts_data; /* the port's own */
};

/* Events of the accounts, called for every request that causes them, before its answer.  Called from the loop, also
 * within ask(). */
struct accounts_events {
    /* A name has an account from now on. */
    void (*added)(void *ctx, const struct account *account);
    /* An account has ended: people who are logged in to it no longer are. */
    void (*removed)(void *ctx, const struct account *account);
    /* All that the account has said is erased: its topics go too.  removed() follows. */
    void (*erased)(void *ctx, const struct account *account);
    /* An account's is_admin has changed. */
    void (*admin)(void *ctx, const struct account *account);
};

struct accounts_ops {
    /* Carries out the deed, or begins it; done() is called only after ACCOUNTS_LATER. */
    enum accounts_answer (*ask)(struct accounts *accounts, struct accounts_request *req);
    /* Forgets a request that was answered LATER: it gets no answer.  A deed that has begun may still be carried out. */
    void (*cancel)(struct accounts *accounts, struct accounts_request *req);
    /* The account of a name; NULL if there is none. */
    const struct account *(*find)(const struct accounts *accounts, const char *folded);
    /* An account whose name has this skeleton (base/lookalike.h); NULL if there is none. */
    const struct account *(*find_alike)(const struct accounts *accounts, const char *skeleton);
    /* The account with this id; NULL if there is none any more. */
    const struct account *(*get)(const struct accounts *accounts, int64_t id);
    /* Notes that the owner was here until now. */
    void (*seen)(struct accounts *accounts, int64_t id);
    /* The account after that of this name, in the order of names (strcmp() of folded); the first one for "".  NULL
     * after the last one. */
    const struct account *(*next)(const struct accounts *accounts, const char *folded);
    /* Ends and frees the accounts, when no request waits. */
    void (*free)(struct accounts *accounts);
};

/* What came of logging in. */
enum accounts_login {
    ACCOUNTS_LOGIN_BY_PASSWORD,
    ACCOUNTS_LOGIN_BY_TOKEN,
    ACCOUNTS_LOGIN_BY_USER, /* trusted */
    ACCOUNTS_LOGIN_BY_CERTIFICATE,
    ACCOUNTS_LOGIN_WRONG,
    ACCOUNTS_LOGIN_SLOW,
    ACCOUNTS_LOGIN_FAILED,  /* the store fails, or has too much to do */
    ACCOUNTS_LOGINS
};

struct accounts {
    const struct accounts_ops *ops;
    const struct accounts_events *events; /* set by the chat, as is ctx; NULL before the chat and after it */
    void *ctx;
    enum accounts_absence absence;
    uint64_t count, most; /* accounts: there are, and there may be */
    bool is_closed;        /* nobody but an administrator makes accounts */
    bool needs_invitation; /* or only people with an invitation */
    uint64_t registered;  /* accounts that were made, since the start */
    uint64_t logins[ACCOUNTS_LOGINS]; /* since the start */
};

#endif
