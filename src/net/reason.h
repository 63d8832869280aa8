/* net/reason.h: the reasons for which connections end: one table for the log, the metrics and the goodbye line.
 *
 * X(symbol, code, goodbye): code is the reason's name in the log.  If goodbye is not NULL, the server ends the
 * connection, and the peer first gets an error line with the code and this sentence. */
#ifndef CHATD_NET_REASON_H
#define CHATD_NET_REASON_H

#include <stdbool.h>

#define REASON_TABLE(X)                                                                                  \
    X(NONE, "none", NULL)                                                                                \
    X(QUIT, "quit", NULL)                                                                                \
    X(EOF, "eof", NULL)                                                                                  \
    X(RESET, "reset", NULL)                                                                              \
    X(DEAD, "dead", NULL)                                                                                \
    X(TLS_CUT, "tls-cut", NULL)                                                                          \
    X(TLS_ERROR, "tls-error", NULL)                                                                      \
    X(TLS_LATE, "tls-late", NULL)                                                                        \
    X(TLS_FULL, "tls-full", NULL)                                                                        \
    X(TLS_REQUIRED, "tls-required", "this address takes TLS only: use \"ncat --ssl\" or "                \
      "\"openssl s_client\", or another address of this server")                                         \
    X(ERROR, "error", NULL)                                                                              \
    X(STALLED, "stalled", NULL)                                                                          \
    X(QUEUE_FULL, "queue-full", NULL)                                                                    \
    X(INPUT_FULL, "input-full", "too much input waits in the server, and much of it is yours; end your lines sooner") \
    X(HTTP, "http", NULL)                                                                                \
    X(TLS, "tls", "this address takes plain text, not TLS: use telnet or nc")                            \
    X(SSH, "ssh", "this is a chat server: use telnet or nc, not ssh")                                    \
    X(RTSP, "rtsp", "this is a chat server, not one for RTSP")                                           \
    X(SIP, "sip", "this is a chat server, not one for SIP")                                              \
    X(PROXY, "proxy-header", "this address takes no PROXY header: connect without one")                  \
    X(RDP, "rdp", "this is a chat server, not one for RDP")                                              \
    X(SMB, "smb", "this is a chat server, not one for SMB")                                              \
    X(LOGIN, "login", "you could not be given a name; please try again later")                           \
    X(TELNET, "bad-telnet", "that telnet option is longer than any real one")                            \
    X(IDLE, "idle", "you have said nothing for too long")                                                \
    X(KICKED, "kicked", "an administrator has ended your connection")                                    \
    X(SHUTDOWN, "shutdown", "the server is stopping; goodbye")                                           \
    X(BANNED, "banned", "you are banned from this server")                                               \
    X(SERVER_FULL, "server-full", "the server has no place for another person now; please try again later") \
    X(ADDRESS_FULL, "too-many-from-address", "too many connections from your address, where an IPv6 /64, a NAT " \
      "or a proxy counts as one; close one first")                                                       \
    X(NETWORK_FULL, "too-many-from-network", "too many connections from your network, which is all addresses of an " \
      "IPv4 /24 or an IPv6 /48; please try again later")                                                 \
    X(NETWORK_SLOW, "network-slow-down", "too many new connections from your network, which is all addresses of an " \
      "IPv4 /24 or an IPv6 /48; please wait a minute")                                                   \
    X(SILENT_FULL, "silent-full", "too many clients here have said nothing yet; please come again, and say something") \
    X(SLOW_DOWN, "slow-down", "too many new connections from your address, where an IPv6 /64, a NAT or a " \
      "proxy counts as one; please wait a minute")                                                       \
    X(PROXY_ONLY, "proxy-only", "this address takes connections from its proxy alone; use another address") \
    X(PROXY_FULL, "proxy-full", "too many connections of the proxy are waited for now; please try again later") \
    X(PROXY_MISSING, "proxy-missing", "a PROXY header has to come first here, and none has come")         \
    X(PROXY_LATE, "proxy-late", "the PROXY header did not come whole in time")                            \
    X(PROXY_LONG, "proxy-too-long", "the PROXY header is too long")                                      \
    X(PROXY_WRONG, "proxy-malformed", "the PROXY header is not as its specification has it")

enum reason {
#define REASON_SYMBOL(symbol, code, goodbye) REASON_##symbol,
    REASON_TABLE(REASON_SYMBOL)
#undef REASON_SYMBOL
    REASON_COUNT
};

/* "quit", "eof", ...; static. */
const char *reason_code(enum reason reason);
/* The sentence for the peer; NULL if there is none; static. */
const char *reason_goodbye(enum reason reason);
/* Returns true for the reasons for which a newcomer is refused. */
bool reason_is_refusal(enum reason reason);
/* Returns true for the reasons for which the connection of an admitted client ends; a few are both. */
bool reason_is_end(enum reason reason);

#endif
