/* session/cmd_list.h: every command, in the order of /help.  X(name) stands for cmd_name. */
#ifndef CHATD_SESSION_CMD_LIST_H
#define CHATD_SESSION_CMD_LIST_H

#define CMD_LIST(X) \
    X(help)         \
    X(nick)         \
    X(join)         \
    X(leave)        \
    X(room)         \
    X(rooms)        \
    X(who)          \
    X(whois)        \
    X(seen)         \
    X(msg)          \
    X(tell)         \
    X(mail)         \
    X(reply)        \
    X(post)         \
    X(me)           \
    X(topic)        \
    X(history)      \
    X(delete)       \
    X(away)         \
    X(back)         \
    X(ignore)       \
    X(unignore)     \
    X(kick)         \
    X(mute)         \
    X(unmute)       \
    X(ban)          \
    X(unban)        \
    X(bans)         \
    X(invite)       \
    X(uninvite)     \
    X(voice)        \
    X(devoice)      \
    X(op)           \
    X(deop)         \
    X(owner)        \
    X(mode)         \
    X(report)       \
    X(register)     \
    X(login)        \
    X(logout)       \
    X(passwd)       \
    X(token)        \
    X(cert)         \
    X(forget)       \
    X(format)       \
    X(set)          \
    X(highlight)    \
    X(edit)         \
    X(paste)        \
    X(more)         \
    X(terminal)     \
    X(time)         \
    X(motd)         \
    X(version)      \
    X(quit)         \
    X(gban)         \
    X(gunban)       \
    X(gbans)

#define CMD_ONE(name) +1
enum { CMD_COUNT = 0 CMD_LIST(CMD_ONE) };
#undef CMD_ONE

#endif
