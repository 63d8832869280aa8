/* chat/port_mail.h: the port that keeps letters: private lines for the owner of an account who is not here, kept until
 * they are.
 *
 * It may answer later: it then returns MAIL_LATER and calls the request's done function from the loop.  Loop thread
 * only. */
#ifndef CHATD_CHAT_PORT_MAIL_H
#define CHATD_CHAT_PORT_MAIL_H

#include <stddef.h>
#include <stdint.h>

struct mail;

enum mail_answer {
    MAIL_DONE,
    MAIL_LATER,  /* done() is called later with one of the others */
    MAIL_FULL,   /* as many letters wait for the account as may: limit */
    MAIL_GUESTS, /* the same, of those of guests */
    MAIL_WRITER, /* the same, of those of this writer: for this account, or for all accounts */
    MAIL_SLOW,   /* too many letters of guests from this address: the next one is possible after wait_s seconds */
    MAIL_NO_SUCH, /* the account has ended */
    MAIL_OFF,    /* none are kept on this server */
    MAIL_FAILED, /* the store fails, or has too much to do */
};

struct mail_letter {
    int64_t id; /* set by the port; a later one for the same account has a greater id */
    int64_t time_ms; /* since 1970 (UTC); set by the port */
    const char *name, *folded; /* the writer's */
    int64_t writer; /* the writer's account; 0: a guest */
    const char *text;
    size_t text_len;
};

/* The strings are used only in keep().  The struct is owned by the caller, which does not change it until the answer or
 * until cancel() has returned. */
struct mail_request {
    int64_t account; /* whose letters */
    struct mail_letter letter; /* keep() */
    const char *from; /* keep(): the address of a writer who is a guest, as text; NULL if it is not limited by that */
    /* The answer, if the operation has returned MAIL_LATER.  May free req. */
    void (*done)(struct mail_request *req, enum mail_answer answer);
    /* Set with these answers: */
    unsigned wait_s; /* SLOW */
    uint64_t limit;  /* FULL, GUESTS, WRITER */
    /* DONE, read(): the letters, the oldest first, at most MAIL_READ_MOST; borrowed until done() returns. */
    const struct mail_letter *letters;
    size_t count;
    void *mail_data; /* the port's own */
};

enum { MAIL_READ_MOST = 1000 };

struct mail_ops {
    /* Keeps a letter.  It is on the disk when the answer is DONE. */
    enum mail_answer (*keep)(struct mail *mail, struct mail_request *req);
    /* Reads the account's letters: those for which keep() was called before.  Always answers later, or fails. */
    enum mail_answer (*read)(struct mail *mail, struct mail_request *req);
    /* Forgets a request that was answered LATER.  A letter may be kept nevertheless. */
    void (*cancel)(struct mail *mail, struct mail_request *req);
    /* Erases the account's letters up to this id, which were delivered.  If that fails, they are read again. */
    void (*erase)(struct mail *mail, int64_t account, int64_t upto_id);
    /* Ends and frees the mail, when no request waits. */
    void (*free)(struct mail *mail);
};

struct mail {
    const struct mail_ops *ops;
};

#endif
