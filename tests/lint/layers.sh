#!/usr/bin/env bash
# Who may include whom: the folders of src/ are layers, and this holds them apart; and no two files include each other,
# directly or round.
. "${BASH_SOURCE%/*}/lint.sh"

# A folder, and what it may include beside itself: folders, or single headers.  "." is src/ itself, which
# builds and wires everything and which nothing else includes.
export LAYERS='
base
config      base
net         base
chat        base
store       base  chat/message.h chat/rule.h chat/port_accounts.h chat/port_bans.h chat/port_mail.h
store       chat/port_profiles.h chat/port_store.h
bus         base  chat/message.h chat/rule.h chat/port_bus.h chat/port_directory.h
edit        base
frontend    base net chat edit
session     base net chat edit/completion.h  frontend/frontend.h frontend/reply.h frontend/fault.h
admin       base net chat session frontend
ctl         base  admin/control_table.h admin/control_wire.h
.           base config net chat store bus frontend session admin
'

# The files of src/ itself, and which others of them each may include: so main starts the server, and no part knows it.
export TOP='
main            server settings preflight
server          accounting control_host door hints lanes libevent_log listening loop preflight reload settings
server          settings_slices signals storing
control_host    door listening reload settings storing
reload          listening preflight settings settings_slices
settings        accounting door preflight settings_checks settings_slices storing
settings_checks preflight settings_slices
settings_slices door
listening       door preflight settings_slices
door
hints
lanes
libevent_log
loop
preflight
signals
storing         loop settings_slices
accounting      loop settings_slices storing
'

# Headers from outside (a regular expression), and the only files that may include them (another).
export ONLY_IN='
^event2/|^event[.]h$|^ev(util|dns|http|rpc)[.]h$    ^(net|admin)/|^(libevent_log|loop|signals|server|main)[.][ch]$
^libtelnet[.]h$                                     ^frontend/telnet(_begin|_charset|_letters|_modes|_parts|_text)?[.]c$
^ini[.]h$                                           ^config/
^iconv[.]h$                                         ^base/charset[.]c$
^sodium[.]h$                                        ^base/(passwords|tokens)[.]c$|^main[.]c$
^liburing[.]h$                                      ^net/uring[.]c$
^openssl/                                           ^net/tls[a-z_]*[.]c$|^ctl/|^main[.]c$
^sqlite3[.]h$                                       ^store/|^main[.]c$
^uthash[.]h$                                        ^base/hash[.]h$
^systemd/                                           ^admin/(activation|notify)[.]c$
'

# Files inside a folder, and the headers of the same folder that they may not include: a verb is below the commands, and
# these are below what opens a session.
export BELOW='
^session/(verbs(_[a-z]+)?|account_job|await|find|job|profile|recall|choices)[.] ^session/(cmd|lines|sessions)[.]h$
^session/(answer|session|ignore|crowd|hear)[.]                              ^session/(cmd|lines|sessions)[.]h$
^session/(cmd(_[a-z]+)?|lines)[.]                                           ^session/sessions[.]h$
'

# Files, and the headers from outside that they may not include: the domain does no input or output.
export NOT_IN='
^chat/    ^sys/(socket|un|uio|select|epoll|poll|ioctl|stat|file|mman|wait)[.]h$
^chat/    ^(unistd|fcntl|poll|netdb|signal|termios|pthread|dirent|syslog)[.]h$
^chat/    ^(netinet|arpa|net)/
'

complaints() {
    (cd "$1/src" && find . -name '*.[ch]' | sed 's,^\./,,' | sort | xargs -r awk '
        function layer_of(path) {
            return path ~ /\// ? substr(path, 1, index(path, "/") - 1) : "."
        }
        function complain(text) {
            print "src/" FILENAME ":" FNR ": " text
        }
        BEGIN {
            n = split(ENVIRON["LAYERS"], lines, "\n")
            for (i = 1; i <= n; i++) {
                words = split(lines[i], word, " ")
                if (words) {
                    known[word[1]] = 1
                    for (w = 1; w <= words; w++)
                        may[word[1], word[w]] = 1
                }
            }
            n = split(ENVIRON["TOP"], lines, "\n")
            for (i = 1; i <= n; i++) {
                words = split(lines[i], word, " ")
                for (w = 1; w <= words; w++)
                    may_top[word[1], word[w]] = 1
            }
            n = split(ENVIRON["ONLY_IN"], lines, "\n")
            for (i = 1; i <= n; i++)
                if (split(lines[i], word, " ")) {
                    only_header[++onlys] = word[1]
                    only_file[onlys] = word[2]
                }
            n = split(ENVIRON["BELOW"], lines, "\n")
            for (i = 1; i <= n; i++)
                if (split(lines[i], word, " ")) {
                    below_file[++belows] = word[1]
                    above_header[belows] = word[2]
                }
            n = split(ENVIRON["NOT_IN"], lines, "\n")
            for (i = 1; i <= n; i++)
                if (split(lines[i], word, " ")) {
                    not_file[++nots] = word[1]
                    not_header[nots] = word[2]
                }
        }
        FNR == 1 {
            mine = layer_of(FILENAME)
            if (!(mine in known))
                complain("the folder " mine " is not in the table of tests/lint/layers.sh")
            file = FILENAME
            sub(/[.][ch]$/, "", file)
            if (mine == "." && !((file, file) in may_top))
                complain("the file is not in the table of tests/lint/layers.sh")
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            split($0, part, "\"")
            path = part[2]
            theirs = layer_of(path)
            if (path == "config.h")
                next
            if (path ~ /(^|\/)\.\.?\//)
                complain("\"" path "\": give the path from src/")
            else if (theirs == "." && mine != ".")
                complain("\"" path "\": nothing includes a header of src/ itself; a project header is " \
                         "named with its folder")
            else if (!((mine, theirs) in may) && !((mine, path) in may))
                complain("\"" path "\": " mine " may not include " theirs)
            else if (theirs == "." && !((file, substr(path, 1, length(path) - 2)) in may_top))
                complain("\"" path "\": " file " may not include it")
            else if (path ~ /_priv\.h$/ && mine != theirs)
                complain("\"" path "\": private to the folder " theirs)
            for (i = 1; i <= belows; i++)
                if (FILENAME ~ below_file[i] && path ~ above_header[i])
                    complain("\"" path "\": it is above this file")
            next
        }
        /^[ \t]*#[ \t]*include[ \t]*</ {
            split($0, part, /[<>]/)
            path = part[2]
            for (i = 1; i <= onlys; i++)
                if (path ~ only_header[i] && FILENAME !~ only_file[i])
                    complain("<" path ">: only for " only_file[i])
            for (i = 1; i <= nots; i++)
                if (path ~ not_header[i] && FILENAME ~ not_file[i])
                    complain("<" path ">: not in " not_file[i])
            if (path ~ /^(base|config|chat|store|bus|edit|frontend|session|admin|ctl)\//)
                complain("<" path ">: a project header is included with quotes")
        }
    ')
}

# circles ROOT: the includes that close a circle, a line each; a file is its .c and its .h.
circles() {
    (cd "$1/src" && find . -name '*.[ch]' | sed 's,^\./,,' | sort | xargs -r awk '
        function stem(path) {
            sub(/[.][ch]$/, "", path)
            return path
        }
        /^[ \t]*#[ \t]*include[ \t]*"/ {
            split($0, part, "\"")
            from = stem(FILENAME)
            to = stem(part[2])
            if (from != to && !((from, to) in arrows)) {
                arrows[from, to] = 1
                includes[from] = includes[from] " " to
            }
        }
        function reaches(from, to,    n, i, next_ones) {
            if (from == to)
                return 1
            seen[from] = 1
            n = split(includes[from], next_ones, " ")
            for (i = 1; i <= n; i++)
                if (!(next_ones[i] in seen) && reaches(next_ones[i], to))
                    return 1
            return 0
        }
        END {
            for (arrow in arrows) {
                split(arrow, end, SUBSEP)
                split("", seen)
                if (reaches(end[2], end[1]))
                    print "src/" end[1] " includes " end[2] ", which includes it, directly or round"
            }
        }
    ' | sort)
}

holds 'each folder includes only what its layer may' "$(complaints "$root")"
holds 'no two files include each other, directly or round' "$(circles "$root")"

sample src/base/log.c <<<'#include "net/conn.h"'
sample src/chat/room.c <<'END'
#include "config.h"
#include "session/session.h"
  #  include <unistd.h>
#include <event2/event.h>
#include "chat/room_priv.h"
END
sample src/session/cmd.c <<'END'
#include "frontend/frontend.h"
#include "frontend/telnet.h"
#include "net/conn_priv.h"
#include "server.h"
#include "../base/log.h"
END
sample src/session/verbs_new.c <<'END'
#include "session/verbs.h"
#include "session/cmd.h"
END
sample src/store/file.c <<'END'
#include "chat/port_store.h"
#include "chat/port_sink.h"
END
sample src/frontend/text.c <<<'#include <libtelnet.h>'
sample src/net/conn.c <<<'#include <ini.h>'
sample src/admin/control.c <<<'#include <systemd/sd-daemon.h>'
sample src/base/disk.c <<<'#include <sqlite3.h>'
sample src/new/thing.c <<<'int x;'
sample src/ctl/chatctl.c <<'END'
#include "admin/control_table.h"
#include "admin/control_cmd.h"
END
sample src/loop.c <<'END'
#include "loop.h"
#include <event2/event.h>
END
sample src/reload.c <<'END'
#include "settings.h"
#include "server.h"
END
sample src/doors.h <<<'int x;'
bad=$(complaints "$scratch")
notices 'a layer that includes a higher one' "$bad" 'src/base/log.c:1: "net/conn.h": base may not include net'
notices 'the domain that includes a session' "$bad" 'src/chat/room.c:2: "session/session.h"'
notices 'the domain that does input or output' "$bad" 'src/chat/room.c:3: <unistd.h>'
notices 'libevent outside of its places' "$bad" 'src/chat/room.c:4: <event2/event.h>'
notices "a front end's inside" "$bad" 'src/session/cmd.c:2: "frontend/telnet.h"'
notices "another folder's private header" "$bad" 'src/session/cmd.c:3: "net/conn_priv.h"'
notices 'a top-level header from below' "$bad" 'src/session/cmd.c:4: "server.h"'
notices 'a verb that knows commands' "$bad" 'src/session/verbs_new.c:2: "session/cmd.h": it is above this file'
notices 'a relative path' "$bad" 'src/session/cmd.c:5: "../base/log.h"'
notices 'a store that reaches past the ports' "$bad" 'src/store/file.c:2: "chat/port_sink.h"'
notices 'libtelnet outside of its place' "$bad" 'src/frontend/text.c:1: <libtelnet.h>'
notices 'inih outside of its place' "$bad" 'src/net/conn.c:1: <ini.h>'
notices 'libsystemd outside of its place' "$bad" 'src/admin/control.c:1: <systemd/sd-daemon.h>'
notices 'SQLite outside of its place' "$bad" 'src/base/disk.c:1: <sqlite3.h>'
notices 'a client with more of the server than the wire' "$bad" 'src/ctl/chatctl.c:2: "admin/control_cmd.h"'
notices 'a part that knows the server' "$bad" 'src/reload.c:2: "server.h": reload may not include it'
notices 'an unknown file of src/ itself' "$bad" 'src/doors.h:1: the file is not in the table'
notices 'an unknown folder' "$bad" 'src/new/thing.c:1: the folder new'
sample src/net/conn.h <<<'#include "net/net.h"'
sample src/net/net.c <<<'#include "net/flush.h"'
sample src/net/flush.h <<<'#include "net/conn.h"'
sample src/net/listener.c <<<'#include "net/conn.h"'
sample src/net/net.h <<<'#include "net/addr.h"'
sample src/settings.h <<<'#include "reload.h"'
rings=$(circles "$scratch")
notices 'a circle' "$rings" 'src/net/net includes net/flush, '
notices 'a circle in src/ itself' "$rings" 'src/reload includes settings, '
holds 'what leads to a circle, or away from it, is in none' "$(grep -E 'listener|addr' <<<"$rings")"
holds 'nothing else in the bad samples' \
    "$(grep -E -e 'loop[.]c|reload[.]c:1:|control_table|config[.]h|port_store[.]h|room_priv|frontend/frontend' \
        -e 'room[.]c:[15]:' <<<"$bad")"
finish
