/* frontend/fault.h: what an error line can say: the one table of codes.
 *
 * A code is stable: programs act on it.  The sentence behind it is for people and may change. */
#ifndef CHATD_FRONTEND_FAULT_H
#define CHATD_FRONTEND_FAULT_H

#define FAULT_TABLE(X)                      \
    X(UNKNOWN_COMMAND, "unknown-command")   \
    X(USAGE, "usage")                       \
    X(BAD_VALUE, "bad-value")               \
    X(BAD_NAME, "bad-name")                 \
    X(NAME_TAKEN, "name-taken")             \
    X(NAME_ALIKE, "name-alike")             \
    X(NAME_RESERVED, "name-reserved")       \
    X(NAME_REGISTERED, "name-registered")   \
    X(NAME_BANNED, "name-banned")           \
    X(BANNED, "banned")                     \
    X(MUTED, "muted")                       \
    X(LOCKDOWN, "lockdown")                 \
    X(NO_SUCH_BAN, "no-such-ban")           \
    X(BANS_FULL, "bans-full")               \
    X(LOGIN_FAILED, "login-failed")         \
    X(NOT_LOGGED_IN, "not-logged-in")       \
    X(LOGGED_IN, "logged-in")               \
    X(TOO_MANY_ATTEMPTS, "too-many-attempts") \
    X(BAD_PASSWORD, "bad-password")         \
    X(REGISTRATION_CLOSED, "registration-closed") \
    X(NEEDS_INVITATION, "needs-invitation") \
    X(ACCOUNTS_FULL, "accounts-full")       \
    X(LABEL_TAKEN, "label-taken")           \
    X(NO_SUCH_TOKEN, "no-such-token")       \
    X(TOO_MANY_TOKENS, "too-many-tokens")   \
    X(NO_CERTIFICATE, "no-certificate")     \
    X(CERTIFICATE_TAKEN, "certificate-taken") \
    X(NO_SUCH_CERTIFICATE, "no-such-certificate") \
    X(TOO_MANY_CERTIFICATES, "too-many-certificates") \
    X(NO_ACCOUNTS, "no-accounts")           \
    X(NO_SUCH_NAME, "no-such-name")         \
    X(NO_SUCH_ROOM, "no-such-room")         \
    X(NO_ROOM, "no-room")                   \
    X(NOT_IN_ROOM, "not-in-room")           \
    X(TOO_MANY_ROOMS, "too-many-rooms")     \
    X(ROOMS_FULL, "rooms-full")             \
    X(TOPIC_TOO_LONG, "topic-too-long")     \
    X(TEXT_TOO_LONG, "text-too-long")       \
    X(LINE_TOO_LONG, "line-too-long")       \
    X(CUT_OFF, "cut-off")                   \
    X(NOBODY_TO_REPLY, "nobody-to-reply")   \
    X(NOT_READING, "not-reading")           \
    X(WORD_REFUSED, "word-refused")         \
    X(LINK_REFUSED, "link-refused")         \
    X(NO_SUCH_LINE, "no-such-line")         \
    X(NOT_YOURS, "not-yours")               \
    X(MAILBOX_FULL, "mailbox-full")         \
    X(TOO_MANY_LETTERS, "too-many-letters") \
    X(NO_MAIL, "no-mail")                   \
    X(TOO_MANY_IGNORED, "too-many-ignored") \
    X(NO_RIGHT, "no-right")                 \
    X(NO_GUESTS, "no-guests")               \
    X(INVITE_ONLY, "invite-only")           \
    X(NEEDS_KEY, "needs-key")               \
    X(ROOM_FULL, "room-full")               \
    X(MODERATED, "moderated")               \
    X(SLOW, "slow")                         \
    X(SETTLING, "settling")                 \
    X(NEEDS_ACCOUNT, "needs-account")       \
    X(NOT_THERE, "not-there")               \
    X(NO_SUCH_RULE, "no-such-rule")         \
    X(TOO_MANY_RULES, "too-many-rules")     \
    X(UNAVAILABLE, "unavailable")

enum fault {
#define FAULT_SYMBOL(symbol, code) FAULT_##symbol,
    FAULT_TABLE(FAULT_SYMBOL)
#undef FAULT_SYMBOL
    FAULT_COUNT
};

/* "no-such-room"; static. */
const char *fault_code(enum fault fault);

#endif
