/* frontend/reply_table.h: the tables of all replies of a session, and of their fields.
 *
 * A row of REPLY_TABLE is ANSWER or NOTICE(symbol, json's type, needed fields, possible fields, sentence), or
 * ERROR(symbol, fault, ...).  Several kinds may have the same type; they differ in their fields, by which a program
 * tells them apart, or only in their sentences.  The type is NULL if only people need the kind.  reply.h describes at
 * reply_sentence() how a sentence is written; {command} is the command that is answered.
 *
 * A row of REPLY_FIELDS is X(symbol, member of struct reply, name in json, type), in the order of json's fields. */
#ifndef CHATD_FRONTEND_REPLY_TABLE_H
#define CHATD_FRONTEND_REPLY_TABLE_H

#define REPLY_FIELDS(X)                          \
    X(SERVER, server, "server", STRING)          \
    X(VERSION, version, "version", STRING)       \
    X(NAME, name, "name", STRING)                \
    X(ACCOUNT, account, "account", STRING)       \
    X(ADMIN, admin, "admin", BOOL)               \
    X(TLS, tls, "tls", BOOL)                     \
    X(ROOM, room, "room", ROOM)                  \
    X(CURRENT, current, "current", ROOM)         \
    X(ROOMS, rooms, "rooms", ROOMS)              \
    X(TOPIC, topic, "topic", STRING)             \
    X(BY, by, "by", STRING)                      \
    X(TIME, time, "time", TIME)                  \
    X(UNTIL, until, "until", TIME)               \
    X(ACT, act, "act", STRING)                   \
    X(RANK, rank, "rank", STRING)                \
    X(NEEDED, needed, "needed", STRING)          \
    X(NETWORK, network, "network", STRING)       \
    X(MODE, mode, "mode", STRING)                \
    X(ZONE, zone, "zone", STRING)                \
    X(FIRST, first, "first", NUMBER)             \
    X(LAST, last, "last", NUMBER)                \
    X(COUNT, count, "count", NUMBER)             \
    X(ALL, all, "all", NUMBER)                   \
    X(OTHERS, others, "others", NUMBER)          \
    X(PATTERN, pattern, "pattern", STRING)       \
    X(WHAT, what, "what", STRING)                \
    X(PEOPLE, people, "people", PEOPLE)          \
    X(LEFT, left, "left", NUMBER)                \
    X(SINCE, since, "since", STRING)             \
    X(NEXT, next, "next", STRING)                \
    X(ABOUT, about, "about", STRING)             \
    X(OLDER, older, "older", NUMBER)             \
    X(PREVIOUS, previous, "previous", STRING)    \
    X(CONNECTED, connected, "connected", SPAN)   \
    X(IDLE, idle, "idle", SPAN)                  \
    X(REASON, reason, "reason", STRING)          \
    X(ON, on, "on", BOOL)                        \
    X(HIDDEN, hidden, "hidden", BOOL)            \
    X(UNSURE, unsure, "unsure", BOOL)            \
    X(LABEL, label, "label", STRING)             \
    X(TOKEN, token, "token", STRING)             \
    X(USED, used, "used", TIME)                  \
    X(FINGERPRINT, fingerprint, "fingerprint", STRING) \
    X(GROUP, group, "group", STRING)             \
    X(COMMANDS, commands, "commands", COMMANDS)  \
    X(USAGE, usage, "usage", USAGE)              \
    X(GIVEN, given, "given", NUMBER)             \
    X(HELP, help, "help", STRING)                \
    X(ARGS, args, "args", LINES)                 \
    X(EXAMPLE, example, "example", STRING)       \
    X(ALIASES, aliases, "aliases", ALIASES)      \
    X(FORM, form, "form", STRING)                \
    X(TELNET, telnet, "telnet", BOOL)            \
    X(BINARY, binary, "binary", BOOL)            \
    X(TERMINAL, terminal, "terminal", STRING)    \
    X(COLUMNS, columns, "columns", NUMBER)       \
    X(ROWS, rows, "rows", NUMBER)                \
    X(EDITS, edits, "edits", BOOL)               \
    X(CHARSET, charset, "charset", STRING)       \
    X(CHARSETS, charsets, "charsets", STRING)    \
    X(LINE, line, "line", STRING)                \
    X(RATE, rate, "rate", NUMBER)                \
    X(SECONDS, seconds, "seconds", NUMBER)       \
    X(REMAINING, remaining, "remaining", NUMBER) \
    X(VALUE, value, "value", STRING)             \
    X(PROBLEM, problem, "problem", STRING)       \
    X(LEAST, least, "least", NUMBER)             \
    X(LIMIT, limit, "limit", NUMBER)             \
    X(BYTES, bytes, "bytes", NUMBER)             \
    X(OWN, own, "own", STRING)                   \
    X(NEAR, near, "near", STRING)                \
    X(NEAR_ROOM, near_room, "near", ROOM)        \
    X(WHY, why, NULL, WORDS)                     \
    X(GOODBYE, goodbye, NULL, WORDS)             \
    X(SAID, said, "said", STRING)

#define REPLY_TABLE(ANSWER, NOTICE, ERROR)                                                                             \
    ANSWER(OK, "ok", 0, 0, NULL)                                                                                       \
    /* Coming and going. */                                                                                            \
    NOTICE(WELCOME, "welcome", F(SERVER) | F(NAME), 0,                                                                 \
           "Welcome to {server}.\nYou are {name}. /nick NAME changes that, /help lists the commands.")                 \
    NOTICE(FIRST_STEPS, NULL, 0, 0,                                                                                    \
           "To talk, type a line and press Enter: everybody in the room reads it.\n"                                   \
           "/msg NAME TEXT is for one person alone, /join ROOM enters another room.\n"                                 \
           "/who lists the people in the room, /quit leaves.")                                                         \
    NOTICE(FIRST_STEPS_NO_ROOM, NULL, 0, 0,                                                                            \
           "To talk, enter a room first: /join ROOM enters one.\n"                                                     \
           "/rooms lists the rooms, /msg NAME TEXT is for one person alone.\n"                                         \
           "/quit leaves.")                                                                                            \
    ANSWER(FAREWELL, "goodbye", F(NAME), 0, "Goodbye, {name}.")                                                        \
    ERROR(ENDED, COUNT, F(GOODBYE), F(SAID), "{goodbye}[: {said}]")                                                    \
    /* What comes of itself. */                                                                                        \
    NOTICE(SKIPPED, "skipped", F(COUNT), 0,                                                                            \
           "{count} {count:line was|lines were} skipped here: you were reading too slowly")                            \
    NOTICE(LOCKDOWN_ON, "lockdown", F(ON), F(UNTIL) | F(REASON),                                                       \
           "The server is in lockdown[ until {until:short}][: {reason}].\n"                                            \
           "Only people who are logged in can speak and enter rooms; /login NAME logs in.")                            \
    NOTICE(LOCKDOWN_OFF, "lockdown", F(ON), 0, "The lockdown is over: everybody can speak and enter rooms again.")     \
    NOTICE(FLOOD, "flood", F(RATE), 0,                                                                                 \
           "You send faster than {rate} {rate:line|lines} a second: what you send is taken more slowly now, and "      \
           "nothing is lost.")                                                                                         \
    NOTICE(IDLE, "idle", F(SECONDS) | F(REMAINING), 0,                                                                 \
           "You have said nothing for {seconds} s; in {remaining} s the connection will be closed.")                   \
    NOTICE(NOT_UTF8, "not-utf8", 0, 0,                                                                                 \
           "Some of your letters are not UTF-8 and were left out. Set your terminal to UTF-8,\n"                       \
           "or tell its charset: /set charset cp1251, for one; /set charset lists them.")                              \
    NOTICE(NOT_IN_CHARSET, NULL, F(CHARSET), 0,                                                                        \
           "Some of your bytes are no letters in {charset} and were left out; /set charset lists others.")             \
    NOTICE(HERE, "here", 0, 0, "yes, chatd is here")                                                                   \
    /* Editing what is typed: for people alone. */                                                                     \
    NOTICE(EDIT_ON, NULL, 0, 0,                                                                                        \
           "Your line is edited here now: no message breaks it, Tab completes, Up brings lines back.\n"                \
           "/help typing lists the keys, /edit off ends it.")                                                          \
    NOTICE(EDIT_OFF, NULL, 0, 0, "Your client sends whole lines again, so they are no longer edited here.")            \
    NOTICE(EDIT_REFUSED, NULL, 0, 0,                                                                                   \
           "Your client sends no single keys, so your line cannot be edited here; /help typing tells what helps.")     \
    NOTICE(EDIT_LINES, NULL, 0, 0,                                                                                     \
           "Your client sends whole lines, so they cannot be edited here; /help typing tells what helps.")             \
    NOTICE(LINE_FULL, NULL, 0, 0, "The line is as long as a line can be; what you type beyond that is left out.")      \
    NOTICE(PASTED, NULL, F(COUNT), 0,                                                                                  \
           "You have pasted {count} lines: /paste says them in the room, /paste drop forgets them.")                   \
    NOTICE(PASTE_CUT, NULL, 0, 0, "That was too much to be pasted at once; its end was left out.")                     \
    NOTICE(LINES_DROPPED, NULL, 0, 0, "The pasted lines that were not said yet are dropped.")                          \
    /* Lists, and what had no place in them. */                                                                        \
    ANSWER(PART, "part", F(FIRST) | F(LAST) | F(COUNT), F(NEXT), "{first} to {last} of {count}[; {next} shows more]")  \
    ANSWER(PART_ONE, "part", F(FIRST) | F(LAST) | F(COUNT), F(NEXT), "{last} of {count}[; {next} shows more]")         \
    ANSWER(PART_PAGE, NULL, F(LAST) | F(COUNT) | F(LEFT) | F(NEXT), 0,                                                 \
           "more: /more shows the next {left} ({last} of {count} shown)")                                              \
    ANSWER(PART_NONE, "part", F(COUNT) | F(NEXT), 0, "too much is waiting for you to read it: {next:more} asks again") \
    ANSWER(PART_BEHIND, "part", F(COUNT), 0, "the list ends with {count}")                                             \
    ERROR(NO_MORE, UNAVAILABLE, 0, 0, "there is no more to show: /more goes on with a list that was shown in part")    \
    ERROR(MORE_ELSEWHERE, NOT_IN_ROOM, F(ROOM), 0,                                                                     \
          "that was the history of {room}, and your current room is another one; /room {room:plain} goes back to it")  \
    ANSWER(OMITTED, "omitted", F(COUNT), 0,                                                                            \
           "{count} more {count:was|were} left out: too much is waiting for you to read it")                           \
    ANSWER(OMITTED_LINES, "omitted", F(COUNT), 0,                                                                      \
           "{count} more {count:line was|lines were} left out: too much is waiting for you to read it")                \
    /* Rooms. */                                                                                                       \
    ANSWER(ROOMS, "rooms", F(ALL), 0, "{all} {all:room|rooms}:")                                                       \
    ANSWER(ROOMS_MATCHING, "rooms", F(COUNT) | F(ALL) | F(PATTERN), 0,                                                 \
           "{count} of {all} {all:room|rooms} {count:matches|match} {pattern}{count::|:|}")                            \
    ANSWER(ROOM, "room", F(ROOM) | F(COUNT), F(TOPIC), "{room}  {count} {count:person|people}[  {topic}]")             \
    ANSWER(JOINED, "joined", F(ROOM) | F(OTHERS), 0, "You are in {room} with {others} {others:other|others}.")         \
    ANSWER(JOINED_ALONE, "joined", F(ROOM) | F(OTHERS), 0, "You are in {room}, nobody else is.")                       \
    ANSWER(JOINED_ALREADY, "joined", F(ROOM), 0, "You are in {room} already; it is your current room now.")            \
    ANSWER(LEFT, "left", F(ROOM) | F(CURRENT), 0, "You have left {room}; your current room is {current}.")             \
    ANSWER(LEFT_LAST, "left", F(ROOM), 0, "You have left {room} and are in no room now; /join ROOM enters one.")       \
    ANSWER(CURRENT, "current", F(CURRENT), 0, "Your current room is {current}.")                                       \
    ANSWER(CURRENT_OF, "current", F(CURRENT) | F(ROOMS), 0,                                                            \
           "Your current room is {current}; you are in {rooms} too.")                                                  \
    ANSWER(CURRENT_AND, "current", F(CURRENT) | F(ROOMS), 0, "you are in {rooms} too.")                                \
    ANSWER(CURRENT_NONE, "current", 0, 0, "You are in no room; /join ROOM enters one.")                                \
    /* Who set it stands before the text, which could say anything. */                                                 \
    ANSWER(TOPIC, "topic", F(ROOM) | F(TOPIC) | F(BY) | F(TIME), 0,                                                    \
           "The topic of {room}, set by {by} at {time:short}: {topic}")                                                \
    ANSWER(TOPIC_NONE, "topic", F(ROOM), 0, "{room} has no topic; /topic TEXT sets one")                               \
    ANSWER(TOPIC_SET, "topic", F(ROOM) | F(TOPIC), 0, "The topic is set.")                                             \
    ANSWER(TOPIC_CLEARED, "topic", F(ROOM), 0, "The topic is cleared.")                                                \
    ANSWER(SAID, "said", F(ROOM), 0, "said in {room}")                                                                 \
    ERROR(NO_ROOM, NO_ROOM, 0, 0, "you are in no room; /join ROOM enters one, /rooms lists them")                      \
    ERROR(NO_ROOM_NAMED, NO_ROOM, 0, 0, "you are in no room: name one, or enter one with /join ROOM")                  \
    ERROR(NO_ROOM_FOR_IT, NO_ROOM, 0, 0, "/{command} is for a room, and you are in none; /join ROOM enters one")       \
    ERROR(NO_SUCH_ROOM, NO_SUCH_ROOM, F(ROOM), F(NEAR_ROOM),                                                           \
          "there is no room {room}; [did you mean {near_room}? ]/rooms lists them")                                    \
    ERROR(NO_ROOM_BUT_PERSON, NO_SUCH_ROOM, F(ROOM) | F(NAME), 0,                                                      \
          "there is no room {room}, but a person of that name: /whois {name} tells about them")                        \
    ERROR(BAD_ROOM_NAME, BAD_NAME, F(ROOM) | F(PROBLEM) | F(LIMIT) | F(WHY), 0, "a room's name {why}")                 \
    ERROR(NOT_IN_ROOM, NOT_IN_ROOM, F(ROOM), 0, "you are not in {room}; /join {room:plain} enters it")                 \
    ERROR(ROOM_LOST, NOT_IN_ROOM, F(ROOM), 0,                                                                          \
          "you are no longer in {room}, where you typed your line; it was left out")                                   \
    ERROR(NO_KEYS, USAGE, F(VALUE), 0,                                                                                 \
          "that room has no key, and a room's name is one word, as in /join {value}; you have entered nothing")        \
    ERROR(TOO_MANY_ROOMS, TOO_MANY_ROOMS, F(LIMIT), 0,                                                                 \
          "you are in {limit} {limit:room|rooms}, which is as many as one may be; /leave one first")                   \
    ERROR(ROOM_ALIKE, NAME_ALIKE, F(ROOM), 0, "{room} looks the same as a room that there is; /rooms lists them")      \
    ERROR(ROOMS_FULL, ROOMS_FULL, 0, 0, "no more rooms can be made now; /rooms lists those there are")                 \
    ERROR(ROOM_UNAVAILABLE, UNAVAILABLE, 0, 0, "that room cannot be entered just now; please try again")               \
    ERROR(LEAVE_UNAVAILABLE, UNAVAILABLE, 0, 0, "that room cannot be left just now; please try again")                 \
    ERROR(TOPIC_UNAVAILABLE, UNAVAILABLE, 0, 0, "the topic cannot be set just now; please try again")                  \
    ERROR(SERVER_MUTED, MUTED, 0, F(UNTIL) | F(REASON),                                                                \
          "you are muted on this server[ until {until:short}][: {reason}]; you can still write to administrators")     \
    ERROR(LOCKDOWN, LOCKDOWN, 0, F(UNTIL) | F(REASON),                                                                 \
          "the server is in lockdown[ until {until:short}][: {reason}]: only people who are logged in may do that; "   \
          "/login NAME logs in")                                                                                       \
    ERROR(TOPIC_TOO_LONG, TOPIC_TOO_LONG, F(LIMIT), 0,                                                                 \
          "a topic has at most {limit} {limit:character|characters}; it is as it was")                                 \
    /* What was said. */                                                                                               \
    ANSWER(HISTORY, "history", F(ROOM) | F(COUNT) | F(ALL), 0, "{count} of {all} {all:line|lines} kept in {room}")     \
    ANSWER(HISTORY_PAGE, NULL, F(ROOM) | F(COUNT) | F(ALL) | F(NEXT), 0,                                               \
           "{count} of {all} {all:line|lines} kept in {room}; {next:more} shows older ones")                           \
    ANSWER(HISTORY_SINCE, "history", F(ROOM) | F(COUNT), 0, "{count} {count:line|lines}")                              \
    ANSWER(HISTORY_MORE, "history", F(ROOM) | F(COUNT) | F(LEFT) | F(NEXT), 0, "{left} more: {next:more}")             \
    ANSWER(HISTORY_BEFORE, "history", F(ROOM) | F(COUNT), 0,                                                           \
           "{count} {count:line|lines}; there are no older ones")                                                      \
    ANSWER(HISTORY_OLDER, "history", F(ROOM) | F(COUNT) | F(LEFT) | F(NEXT), 0,                                        \
           "{left} older {left:line was|lines were} left out: {next:more}")                                            \
    ANSWER(HISTORY_NONE, "history", F(ROOM) | F(COUNT) | F(LEFT) | F(NEXT), 0, "{left} older: {next:more}")            \
    ANSWER(HISTORY_AROUND, "history", F(ROOM) | F(TIME) | F(COUNT), F(LEFT) | F(NEXT) | F(OLDER) | F(PREVIOUS),        \
           "{count} {count:line|lines} around {time:short}"                                                            \
           "[\n{older} older: {previous}][\n{left} more: {next:more}]")                                                \
    ANSWER(HISTORY_BEGINS, "beginning", F(ROOM), 0,                                                                    \
           "these are all that is kept: there may have been older ones")                                               \
    ANSWER(HISTORY_NOTHING_NEW, "history", F(ROOM) | F(COUNT), 0, "nothing is new in {room}")                          \
    ANSWER(NEW_LINES, "new", F(ROOM) | F(COUNT) | F(SINCE) | F(TIME) | F(NEXT), 0,                                     \
           "{room}: {count} new {count:line|lines} since {time:recent}; {next} shows {count:it|them}")                 \
    ANSWER(NEW_LINES_ELSEWHERE, "new", F(ROOM) | F(COUNT) | F(SINCE) | F(TIME) | F(NEXT), 0,                           \
           "{room}: {count} new {count:line|lines} since {time:recent}; {next} and /history new show "                 \
           "{count:it|them}")                                                                                          \
    ANSWER(NEW_ROOMS_OMITTED, "omitted", F(COUNT), 0, "{count} more {count:room has|rooms have} new lines")            \
    ANSWER(HISTORY_HIDDEN, "hidden", F(COUNT), 0,                                                                      \
           "{count} of these {count:is|are} by people that you ignore, and hidden")                                    \
    ANSWER(OLDER_OMITTED, "omitted", F(COUNT) | F(NEXT), 0,                                                            \
           "{count} older {count:line was|lines were} left out: {next:more}")                                          \
    ANSWER(LINES_OMITTED, "omitted", F(COUNT) | F(NEXT), 0,                                                            \
           "{count} {count:line was|lines were} left out: too much is waiting for you to read it; {next:more} asks "   \
           "again")                                                                                                    \
    ANSWER(FOUND, "found", F(ROOM) | F(COUNT) | F(ALL), F(LEFT) | F(NEXT),                                             \
           "{count} {count:line|lines} found among the last {all} in {room}"                                           \
           "[, and {left} older that {left:is|are} not shown][: {next:more}]")                                         \
    ANSWER(FOUND_BEFORE, "found", F(ROOM) | F(COUNT) | F(ALL), F(LEFT) | F(NEXT),                                      \
           "{count} {count:line|lines} found among {all} older {all:line|lines} in {room}"                             \
           "[, and {left} older that {left:is|are} not shown][: {next:more}]")                                         \
    NOTICE(PAST_UNREAD, "history-unavailable", F(ROOM), 0,                                                             \
           "What was said in {room} before cannot be read just now; /history tries again.")                            \
    ANSWER(DELETED, "deleted", F(ROOM) | F(ABOUT), 0, "The line is deleted.")                                          \
    ERROR(HISTORY_UNAVAILABLE, UNAVAILABLE, 0, 0, "what was said cannot be read just now; please try again")           \
    ERROR(HISTORY_ROOM_LOST, NOT_IN_ROOM, 0, 0, "you are no longer in that room; nothing of it is shown")              \
    ERROR(SEARCH_ROOM_LOST, NOT_IN_ROOM, 0, 0,                                                                         \
          "you are no longer in the room that was searched; nothing of it is shown")                                   \
    ERROR(BAD_LINES, BAD_VALUE, F(LIMIT), 0, "the number of lines is from 1 to {limit}, as in /history 20")            \
    ERROR(BAD_ID, BAD_VALUE, F(VALUE), 0,                                                                              \
          "{value} is followed by an id of 16 hexadecimal digits, as in the JSON form's \"id\"")                       \
    ERROR(BAD_TIME, BAD_VALUE, 0, 0,                                                                                   \
          "around is followed by a time: /history around 14:02, or Tue 14:02, or 2026-11-24 14:02")                    \
    ERROR(BAD_LINE_ID, BAD_VALUE, 0, 0,                                                                                \
          "/{command} is followed by last, or by an id of 16 hexadecimal digits, as /history ids shows it")            \
    ERROR(NO_SUCH_LINE, NO_SUCH_LINE, F(ROOM), 0,                                                                      \
          "no line of that id is kept in {room}; /history ids shows the lines with their ids")                         \
    ERROR(NO_LINE_OF_YOURS, NO_SUCH_LINE, F(ROOM), 0, "none of the last lines kept in {room} is yours")                \
    ERROR(NOT_YOUR_LINE, NOT_YOURS, F(NEEDED), 0,                                                                      \
          "that line is not yours: you can delete what you have said since you came, or with your account; "           \
          "operators delete any")                                                                                      \
    ERROR(DELETE_UNAVAILABLE, UNAVAILABLE, 0, 0, "that line cannot be deleted just now; please try again")             \
    ERROR(BAD_SEARCH, BAD_VALUE, 0, 0, "that cannot be searched for")                                                  \
    ERROR(SEARCH_TOO_LONG, TEXT_TOO_LONG, F(LIMIT), 0, "what is searched for has at most {limit} bytes")               \
    /* People. */                                                                                                      \
    ANSWER(WHO, "who", F(ROOM) | F(ALL), 0, "{room}: {all} {all:person|people}")                                       \
    ANSWER(WHO_MATCHING, "who", F(ROOM) | F(COUNT) | F(ALL) | F(PATTERN), 0,                                           \
           "{room}: {count} of {all} {all:person|people} {count:matches|match} {pattern}")                             \
    ANSWER(MEMBERS, "members", F(ROOM) | F(FIRST) | F(PEOPLE), 0, "{people}")                                          \
    ANSWER(WHOIS, "whois", F(NAME) | F(CONNECTED) | F(IDLE), 0,                                                        \
           "{name} came {connected} ago and was last active {idle} ago.")                                              \
    ANSWER(WHOIS_ACCOUNT, "whois", F(NAME) | F(ACCOUNT) | F(TIME), 0,                                                  \
           "{name} is logged in as {account}, an account since {time:short}.")                                         \
    ANSWER(WHOIS_ADMIN, "whois", F(NAME) | F(ADMIN), 0, "{name} is an administrator of this server.")                  \
    ANSWER(WHOIS_IN_GRACE, "whois", F(NAME) | F(SECONDS), 0,                                                           \
           "{name} is registered, but has not logged in, and loses the name in {seconds} s.")                          \
    ANSWER(WHOIS_TLS, "whois", F(NAME) | F(TLS), 0, "{name} is connected over TLS.")                                   \
    ANSWER(WHOIS_ROOMS, "whois", F(NAME) | F(ROOMS), 0, "{name} is in {rooms}.")                                       \
    ANSWER(WHOIS_NO_ROOM, "whois", F(NAME) | F(ROOMS), 0, "{name} is in no room.")                                     \
    ANSWER(SEEN_HERE, "seen", F(NAME) | F(IDLE), F(ACCOUNT),                                                           \
           "{name} is here[, logged in as {account}], and was last active {idle} ago.")                                \
    ANSWER(SEEN, "seen", F(NAME) | F(TIME), 0, "{name} was last here at {time:short}.")                                \
    ANSWER(UNSEEN, "seen", F(NAME), 0, "{name} has an account and was never here.")                                    \
    ANSWER(AWAY, "away", F(NAME) | F(REASON), 0, "{name} is away: {reason}")                                           \
    ANSWER(AWAY_NOW, "away", F(NAME) | F(REASON), 0, "You are away: {reason}")                                         \
    ANSWER(BACK, "back", 0, 0, "You are back.")                                                                        \
    ANSWER(BACK_ALREADY, "back", 0, 0, "You were not away.")                                                           \
    ANSWER(NAMED, "name", F(NAME), 0, "You are now {name}.")                                                           \
    ANSWER(NAMED_ALREADY, "name", F(NAME), 0, "You are {name} already.")                                               \
    ANSWER(IGNORED, "ignored", F(PEOPLE), 0, "You ignore {people}.")                                                   \
    ANSWER(IGNORED_NONE, "ignored", F(PEOPLE), 0, "You ignore nobody.")                                                \
    ANSWER(IGNORING, "ignore", F(NAME) | F(ON), 0, "You ignore {name} now.")                                           \
    ANSWER(HEARING, "ignore", F(NAME) | F(ON), 0, "You hear {name} again.")                                            \
    ERROR(NO_SUCH_NAME, NO_SUCH_NAME, F(NAME), F(NEAR), "there is nobody called {name} here[; did you mean {near}?]")  \
    ERROR(NEVER_SEEN, NO_SUCH_NAME, F(NAME), 0,                                                                        \
          "there is no account {name}, and nobody of that name has been here lately")                                  \
    ERROR(BAD_NAME, BAD_NAME, F(NAME) | F(PROBLEM) | F(LIMIT) | F(WHY), 0, "a name {why}")                             \
    ERROR(NAME_TAKEN, NAME_TAKEN, F(OWN), 0, "somebody else has that name; you are still {own}")                       \
    ERROR(NAME_ALIKE, NAME_ALIKE, F(NAME) | F(OWN), 0,                                                                 \
          "{name} looks the same as a name that somebody else has; you are still {own}")                               \
    ERROR(NAME_RESERVED, NAME_RESERVED, F(NAME), 0, "{name} is a name that nobody can take")                           \
    ERROR(NAME_UNAVAILABLE, UNAVAILABLE, F(OWN), 0, "names cannot be given just now; you are still {own}")             \
    ERROR(LINE_UNAVAILABLE, UNAVAILABLE, 0, 0, "nothing can be said in a room just now; your line was not sent")       \
    ERROR(WORD_REFUSED, WORD_REFUSED, F(VALUE), 0,                                                                     \
          "the word {value} is not allowed on this server; nothing was sent")                                          \
    ERROR(LINK_REFUSED, LINK_REFUSED, 0, 0, "links are not allowed on this server; nothing was sent")                  \
    ERROR(LINK_OF_GUEST, LINK_REFUSED, 0, 0, "only people who are logged in may post links; nothing was sent")         \
    ERROR(NOT_READING, NOT_READING, F(NAME), 0,                                                                        \
          "{name} does not read what is waiting already; your line was not sent")                                      \
    ERROR(NOBODY_TO_REPLY, NOBODY_TO_REPLY, 0, 0,                                                                      \
          "nobody has written to you in private yet; /msg NAME TEXT does")                                             \
    ERROR(WRITER_HAS_LEFT, NOBODY_TO_REPLY, F(NAME), 0,                                                                \
          "{name}, who wrote to you last, has left; your line was not sent")                                           \
    ANSWER(LETTER_KEPT, "kept", F(NAME), 0, "kept for {name}, who is not here: it is shown at the next log-in")        \
    ANSWER(LETTERS, "mail", F(COUNT), 0,                                                                               \
           "{count} private {count:line was|lines were} kept for you:")                                                \
    ANSWER(LETTERS_LEFT, "mail", F(LEFT) | F(NEXT), 0,                                                                 \
           "{left} {left:was|were} left out: too much is waiting for you to read it; {next:more} shows more")          \
    ANSWER(LETTERS_NONE, "mail", 0, 0, "no private lines were kept for you")                                           \
    NOTICE(LETTERS_UNREAD, "mail-unavailable", 0, 0,                                                                   \
           "Private lines that were kept for you cannot be read just now; /mail tries again.")                         \
    ERROR(LETTERS_UNAVAILABLE, UNAVAILABLE, 0, 0,                                                                      \
          "private lines that were kept for you cannot be read just now; please try again")                            \
    ERROR(MAILBOX_FULL, MAILBOX_FULL, F(NAME) | F(LIMIT), 0,                                                           \
          "{name}'s mailbox is full: {limit} {limit:line waits|lines wait} in it; nothing was kept")                   \
    ERROR(MAILBOX_FULL_OF_GUESTS, MAILBOX_FULL, F(NAME) | F(LIMIT), 0,                                                 \
          "{name}'s mailbox is full of what guests wrote, of which it takes {limit} {limit:line|lines}; /login first") \
    ERROR(MAILBOX_FULL_OF_YOU, MAILBOX_FULL, F(NAME) | F(LIMIT), 0,                                                    \
          "as many lines of yours are waiting as may: {limit} for {name}, or several times that in all; nothing was "  \
          "kept")                                                                                                      \
    ERROR(TOO_MANY_LETTERS, TOO_MANY_LETTERS, F(SECONDS), 0,                                                           \
          "guests from your address have written too much to people who are not here; the next line is possible in "   \
          "{seconds} s, or /login first")                                                                              \
    ERROR(NO_MAIL, NO_MAIL, F(NAME), 0, "{name} is not here, and this server keeps nothing for people who are not")    \
    ERROR(LETTER_UNAVAILABLE, UNAVAILABLE, F(NAME), 0,                                                                 \
          "{name} is not here, and nothing can be kept for them just now; please try again")                           \
    ERROR(LETTER_TOO_LONG, TEXT_TOO_LONG, F(NAME) | F(LIMIT), 0,                                                       \
          "{name} is not here, and a line that is kept has at most {limit} bytes; nothing was kept")                   \
    ERROR(IGNORE_SELF, BAD_VALUE, F(NAME), 0, "that is you")                                                           \
    ERROR(TOO_MANY_IGNORED, TOO_MANY_IGNORED, F(LIMIT), 0,                                                             \
          "you ignore {limit} people, which is as many as one can")                                                    \
    ERROR(NOT_IGNORED, NO_SUCH_NAME, F(NAME), 0,                                                                       \
          "you do not ignore {name}; /ignore lists the people that you ignore")                                        \
    ERROR(NOT_IGNORED_NEAR, NO_SUCH_NAME, F(NAME) | F(NEAR), 0, "you do not ignore {name}; did you mean {near}?")      \
    ERROR(AWAY_TOO_LONG, TEXT_TOO_LONG, F(LIMIT), 0, "it has at most {limit} {limit:character|characters}")            \
    /* Order in rooms. */                                                                                              \
    ANSWER(ROLE_VOICED, "role", F(NAME) | F(ROOM) | F(RANK), 0,                                                        \
           "{name} can speak in {room} now when it is moderated.")                                                     \
    ANSWER(ROLE_OPERATOR, "role", F(NAME) | F(ROOM) | F(RANK), 0, "{name} is an operator of {room} now.")              \
    ANSWER(ROLE_OWNER, "role", F(NAME) | F(ROOM) | F(RANK), 0,                                                         \
           "{name} is the owner of {room} now.")                                                                       \
    ANSWER(ROLE_TAKEN, "role", F(NAME) | F(ROOM) | F(RANK), 0, "{name} is a plain member of {room} now.")              \
    ANSWER(ROOM_OWNED, "role", F(ROOM) | F(RANK), 0,                                                                   \
           "The room is new, and yours: /mode shows what you can set, /help owner hands it on.")                       \
    NOTICE(PUT_OUT, "put-out", F(ROOM), F(CURRENT),                                                                    \
           "You are not in {room} any more[; your current room is {current}].")                                        \
    ANSWER(KICKED, "kick", F(NAME) | F(ROOM), 0, "You have put {name} out of {room}.")                                 \
    ANSWER(BAN_SET, "rule", F(NAME) | F(ROOM) | F(ACT) | F(ON), F(UNTIL),                                              \
           "{name} is banned from {room}[ until {until:short}].")                                                      \
    ANSWER(MUTE_SET, "rule", F(NAME) | F(ROOM) | F(ACT) | F(ON), F(UNTIL),                                             \
           "{name} is muted in {room}[ until {until:short}].")                                                         \
    ANSWER(INVITE_SET, "rule", F(NAME) | F(ROOM) | F(ACT) | F(ON), F(UNTIL),                                           \
           "{name} is invited to {room}[ until {until:short}].")                                                       \
    ANSWER(BAN_ENDED, "rule", F(NAME) | F(ROOM) | F(ACT) | F(ON), 0, "{name} is no longer banned from {room}.")        \
    ANSWER(MUTE_ENDED, "rule", F(NAME) | F(ROOM) | F(ACT) | F(ON), 0, "{name} is no longer muted in {room}.")          \
    ANSWER(INVITE_ENDED, "rule", F(NAME) | F(ROOM) | F(ACT) | F(ON), 0, "{name} is no longer invited to {room}.")      \
    ANSWER(RULE, "rule", F(ROOM) | F(NAME) | F(ACT) | F(ON) | F(BY) | F(TIME), F(UNTIL) | F(REASON) | F(NETWORK),      \
           "{act} {name}[ ({network})], by {by} at {time:short}[, until {until:short}][: {reason}]")                   \
    ANSWER(RULES, "rules", F(ROOM) | F(COUNT), 0,                                                                      \
           "{room}: {count} {count:ban, mute or invitation|bans, mutes and invitations}")                              \
    ANSWER(MODE, "mode", F(ROOM) | F(MODE) | F(ON) | F(HELP), F(VALUE), "{mode}[ {value}] is {on:on|off}: {help}")     \
    ANSWER(MODE_ENTERING, "mode", F(ROOM) | F(MODE) | F(ON) | F(HELP), F(VALUE), "{help}.")                            \
    ANSWER(REPORTED, "reported", F(NAME) | F(COUNT), 0,                                                                \
           "The operators and administrators who are here are told about {name}.")                                     \
    ANSWER(REPORTED_LATER, "reported", F(NAME) | F(COUNT), 0,                                                          \
           "Nobody who keeps order is here now; what you say about {name} is noted for the administrators.")           \
    ERROR(REPORT_UNHEARD, UNAVAILABLE, 0, 0,                                                                           \
          "no administrator is here; report it in the room where it happens, where it is noted too")                   \
    ERROR(NO_RIGHT, NO_RIGHT, F(ROOM) | F(NEEDED) | F(WHY), 0, "that is for {why} of {room}; nothing has changed")     \
    ERROR(NO_RIGHT_NO_OWNER, NO_RIGHT, F(ROOM) | F(NEEDED), 0,                                                         \
          "{room} has no owner, so that is for the administrators of the server; nothing has changed")                 \
    ERROR(NO_RIGHT_ADMIN, NO_RIGHT, F(ROOM) | F(NEEDED), 0,                                                            \
          "in {room} that is for the administrators of the server; nothing has changed")                               \
    ERROR(NO_RIGHT_ON_ADMIN, NO_RIGHT, F(ROOM) | F(NEEDED), 0,                                                         \
          "nobody can do that to an administrator of the server")                                                      \
    ERROR(BANNED, BANNED, F(ROOM), F(UNTIL) | F(REASON),                                                               \
          "you are banned from {room}[ until {until:short}][: {reason}]")                                              \
    ERROR(MUTED, MUTED, F(ROOM), F(UNTIL) | F(REASON),                                                                 \
          "you are muted in {room}[ until {until:short}][: {reason}]; your line was not sent")                         \
    ERROR(NO_GUESTS, NO_GUESTS, F(ROOM), 0,                                                                            \
          "{room} is for people who are logged in; /login NAME logs in, /register makes an account of your name")      \
    ERROR(INVITE_ONLY, INVITE_ONLY, F(ROOM), 0, "{room} is for people who are invited; its operators invite")          \
    ERROR(NEEDS_KEY, NEEDS_KEY, F(ROOM), 0, "{room} has a key: /join {room:plain} KEY, with the right one")            \
    ERROR(ROOM_FULL, ROOM_FULL, F(ROOM) | F(LIMIT), 0,                                                                 \
          "{room} has as many members as it may have, which is {limit}; please try again later")                       \
    ERROR(MODERATED, MODERATED, F(ROOM), 0,                                                                            \
          "{room} is moderated: only voiced members and operators speak; your line was not sent")                      \
    ERROR(SLOW, SLOW, F(ROOM) | F(REMAINING), 0,                                                                       \
          "{room} is slow: you can speak again in {remaining} s; your line was not sent")                              \
    ERROR(SETTLING, SETTLING, F(ROOM) | F(REMAINING), 0,                                                               \
          "{room} lets newcomers read first: you can speak in {remaining} s; your line was not sent")                  \
    ERROR(ORDER_SELF, BAD_VALUE, F(NAME), 0, "that is you")                                                            \
    ERROR(ORDER_NOBODY, NO_SUCH_NAME, F(NAME), 0,                                                                      \
          "there is nobody called {name} here, and no such account; an address or a network can be named too")         \
    ERROR(ORDER_NO_PERSON, NO_SUCH_NAME, F(NAME), 0, "there is nobody called {name} here, and no such account")        \
    ERROR(NEEDS_ACCOUNT, NEEDS_ACCOUNT, F(NAME), 0,                                                                    \
          "{name} is a guest: a role is for somebody with an account, which /register makes")                          \
    ERROR(NOT_THERE, NOT_THERE, F(NAME) | F(ROOM), 0, "{name} is not in {room}")                                       \
    ERROR(ORDER_ALREADY, BAD_VALUE, F(NAME) | F(ROOM), 0, "{name} has that role or a higher one in {room} already")    \
    ERROR(NO_SUCH_RULE, NO_SUCH_RULE, F(NAME) | F(ROOM), 0,                                                            \
          "there is no such thing to end for {name} in {room}; /bans lists what there is")                             \
    ERROR(NO_SUCH_ROLE, NO_SUCH_RULE, F(NAME) | F(ROOM), 0, "{name} does not have that role in {room}")                \
    ERROR(TOO_MANY_RULES, TOO_MANY_RULES, F(ROOM) | F(LIMIT), 0,                                                       \
          "{room} has {limit} bans, mutes, invitations and roles, which is as many as it may have")                    \
    ERROR(OWNS_TOO_MANY, TOO_MANY_ROOMS, F(NAME) | F(LIMIT), 0,                                                        \
          "{name} owns {limit} {limit:room|rooms}, which is as many as one may")                                       \
    ERROR(BAD_NETWORK, BAD_VALUE, F(VALUE) | F(WHY), 0, "{why}")                                                       \
    ERROR(NO_NETWORK, BAD_VALUE, F(VALUE), 0, "{value} is no name, and here only a person or an account can be named") \
    ERROR(BAD_SPAN, BAD_VALUE, F(LIMIT), 0, "a time is from 1s to {limit}d, as in 30m, 2h or 7d; "                     \
          "a reason does not begin with a digit")                                                                      \
    ERROR(REASON_TOO_LONG, TEXT_TOO_LONG, F(LIMIT), 0,                                                                 \
          "a reason has at most {limit} {limit:character|characters}; nothing has changed")                            \
    ERROR(ORDER_UNAVAILABLE, UNAVAILABLE, 0, 0, "that cannot be done just now; please try again")                      \
    ERROR(NO_SUCH_MODE, BAD_VALUE, F(MODE), F(NEAR),                                                                   \
          "there is no mode {mode}; [did you mean {near}? ]/mode lists them")                                          \
    ERROR(MODE_ALREADY, BAD_VALUE, F(ROOM) | F(MODE), 0, "{mode} is so in {room} already")                             \
    ERROR(BAD_MODE_FLAG, BAD_VALUE, F(MODE), 0, "{mode} can be on or off")                                             \
    ERROR(BAD_MODE_NUMBER, BAD_VALUE, F(MODE) | F(LEAST) | F(LIMIT), 0,                                                \
          "{mode} is a number from {least} to {limit}, or off")                                                        \
    ERROR(BAD_MODE_TEXT, BAD_VALUE, F(MODE) | F(LEAST) | F(LIMIT), 0,                                                  \
          "{mode} is a word of {least} to {limit} bytes, or off")                                                      \
    /* Accounts. */                                                                                                    \
    ANSWER(ASK_PASSWORD, "password", F(HIDDEN), F(UNSURE),                                                             \
           "Type the password and press Enter{hidden:; it is not shown|. Your client shows it to whoever sees "        \
           "your screen, and /token makes a token, which is better for a program}"                                     \
           "[{unsure: if your client speaks telnet|}]. An empty line cancels.")                                        \
    ANSWER(ASK_OLD_PASSWORD, "password", F(HIDDEN), F(UNSURE),                                                         \
           "Type your present password and press Enter{hidden:; it is not shown|. Your client shows it to whoever "    \
           "sees your screen}[{unsure: if your client speaks telnet|}]. An empty line cancels.")                       \
    ANSWER(ASK_NEW_PASSWORD, "password", F(HIDDEN), F(UNSURE),                                                         \
           "Type a new password and press Enter{hidden:; it is not shown|. Your client shows it to whoever sees "      \
           "your screen}[{unsure: if your client speaks telnet|}]. An empty line cancels.")                            \
    ANSWER(LOGGED_IN, "account", F(NAME), 0, "You are logged in as {name}.")                                           \
    ANSWER(LOGGED_IN_UNNAMED, "account", F(NAME) | F(OWN), 0,                                                          \
          "You are logged in as {name}, but the name cannot be given just now: you are {own}. /nick {name} "           \
          "takes it.")                                                                                                 \
    ANSWER(LOGGED_OUT, "logged-out", F(NAME), 0, "You are logged out, and are {name} now.")                            \
    ANSWER(REGISTERED, "registered", F(NAME), 0,                                                                       \
          "{name} is registered: nobody else can take it now, and /login {name} gets it.")                             \
    ANSWER(LAST_SEEN, "last-seen", F(TIME), 0, "You were here last at {time:short}.")                                  \
    ANSWER(FAILED_ATTEMPTS, "last-seen", F(TIME) | F(COUNT), 0,                                                        \
          "{count} {count:attempt|attempts} to log in {count:has|have} failed since you were here last, at "           \
          "{time:short}.")                                                                                             \
    ANSWER(FAILED_BEFORE, "last-seen", F(COUNT), 0,                                                                    \
           "{count} {count:attempt|attempts} to log in {count:has|have} failed; this is the first that has not.")      \
    ANSWER(PASSWORD_SET, "password-set", 0, 0, "The new password is set.")                                             \
    ANSWER(ASK_TO_FORGET, "password", F(HIDDEN), F(UNSURE),                                                            \
           "This erases your account, and nobody can get it back. Type the password and press Enter"                   \
           "{hidden:; it is not shown|. Your client shows it to whoever sees your screen}"                             \
           "[{unsure: if your client speaks telnet|}]. An empty line cancels.")                                        \
    ANSWER(ASK_TO_FORGET_LINES, "password", F(HIDDEN), F(UNSURE),                                                      \
           "This erases your account and all that you have said with it, and nobody can get it back. Type the "        \
           "password and press Enter{hidden:; it is not shown|. Your client shows it to whoever sees your screen}"     \
           "[{unsure: if your client speaks telnet|}]. An empty line cancels.")                                        \
    ANSWER(FORGOTTEN, "forgotten", F(ON), 0, "The account is erased{on:, and so is what it said|}.")                   \
    ANSWER(TOKEN_MADE, "token", F(LABEL) | F(TOKEN), 0,                                                                \
           "The token {label} is {token}\n"                                                                            \
           "It is shown this once. /login with it logs in; /token revoke {label} ends it.")                            \
    ANSWER(TOKEN, "token", F(LABEL) | F(TIME), F(USED),                                                                \
           "{label}: made at {time:short}[, used last at {used:short}]")                                               \
    ANSWER(TOKEN_NONE, "token", 0, 0, "You have no tokens; /token new LABEL makes one.")                               \
    ANSWER(TOKEN_REVOKED, "token-revoked", F(LABEL), 0, "The token {label} logs in no longer.")                        \
    ANSWER(CERT_ADDED, "certificate-added", F(FINGERPRINT), 0,                                                         \
           "The certificate {fingerprint} logs in to your account from now on.")                                       \
    ANSWER(CERT_WAITS, "certificate-waits", F(FINGERPRINT), 0,                                                         \
           "The certificate {fingerprint} logs in to your account once a client that shows it has typed "              \
           "/cert accept.")                                                                                            \
    ANSWER(CERT, "certificate", F(FINGERPRINT) | F(TIME) | F(ON), F(USED),                                             \
           "{fingerprint}: added at {time:short}{on:|, waits for /cert accept}[, used last at {used:short}]")          \
    ANSWER(CERT_NONE, "certificate", 0, 0,                                                                             \
           "You have no certificates; /cert add adds the one that your client shows.")                                 \
    ANSWER(CERT_REMOVED, "certificate-removed", F(FINGERPRINT), 0,                                                     \
           "The certificate {fingerprint} logs in no longer.")                                                         \
    NOTICE(CERT_OFFERED, "certificate-offered", F(FINGERPRINT) | F(NAME), 0,                                           \
           "The owner of {name} has added your certificate. If that is you, /cert accept logs you in, now and from "   \
           "now on.")                                                                                                  \
    NOTICE(CERT_UNKNOWN, "certificate-unknown", F(FINGERPRINT), 0,                                                     \
           "Your certificate logs in to no account: /login NAME, and then /cert add makes it do so.")                  \
    NOTICE(NAME_LENT, "name-lent", F(NAME) | F(SECONDS), 0,                                                            \
           "{name} is registered; /login {name} within {seconds} s, or you get a guest's name. Until you are logged "  \
           "in, you can say nothing.")                                                                                 \
    NOTICE(NAME_LAPSED, "name-lapsed", F(NAME), 0,                                                                     \
           "You have not logged in as {name}: you get a guest's name. /nick NAME takes another one.")                  \
    NOTICE(NAME_CLAIMED, "name-claimed", F(NAME), 0,                                                                   \
          "{name} is registered and its owner has it now: you get a guest's name. /nick NAME takes another "           \
          "one.")                                                                                                      \
    NOTICE(ADMIN, "admin", F(NAME) | F(ON), 0, "As {name}, you are an administrator of this server.")                  \
    NOTICE(NO_ADMIN, "admin", F(NAME) | F(ON), 0, "As {name}, you are no administrator of this server any more.")      \
    NOTICE(OWNER_UNKNOWN, "login-unavailable", 0, 0,                                                                   \
          "You cannot be logged in to your account just now, and are a guest; /login NAME tries again.")               \
    NOTICE(ACCOUNT_ENDED, "account-ended", F(NAME), 0, "The account {name} has ended: you are logged in no longer.")   \
    NOTICE(PROFILE_UNREAD, "profile-unavailable", 0, 0,                                                                \
          "Your settings and what is new cannot be read just now.")                                                    \
    ERROR(NAME_BANNED, NAME_BANNED, F(OWN), 0, "that name is banned from this server; you are still {own}")            \
    ERROR(ACCOUNT_BANNED, BANNED, F(NAME), F(UNTIL) | F(REASON),                                                       \
          "{name} is banned from this server[ until {until:short}][: {reason}]")                                       \
    ERROR(NAME_REGISTERED, NAME_REGISTERED, F(OWN), 0,                                                                 \
          "that name is registered, and /login NAME gets it for its owner; you are still {own}")                       \
    ERROR(NAME_KEPT, NAME_RESERVED, F(NAME), 0,                                                                        \
          "{name} is reserved for an account that \"chatctl account add\" makes on the server")                        \
    ERROR(NAME_NOT_YOURS, NAME_REGISTERED, F(NAME), 0,                                                                 \
          "{name} is registered: /login {name} first, or take another name with /nick; nothing was sent")              \
    ERROR(NAME_NOT_THEIRS, NAME_REGISTERED, F(NAME), 0,                                                                \
          "{name} is registered, but has not logged in, and may be somebody else; nothing was sent")                   \
    ERROR(REGISTER_GUEST, NAME_RESERVED, F(NAME), 0,                                                                   \
          "{name} is a guest's name, which nobody can own; /nick NAME takes another one first")                        \
    ERROR(LOGIN_FAILED, LOGIN_FAILED, 0, 0, "the name, the password or the token is wrong")                            \
    ERROR(PASSWORD_WRONG, LOGIN_FAILED, 0, 0, "the password is wrong")                                                 \
    ERROR(NOT_LOGGED_IN, NOT_LOGGED_IN, 0, 0,                                                                          \
          "you are not logged in; /login NAME logs in, /register makes an account of your name")                       \
    ERROR(LOGGED_IN_ALREADY, LOGGED_IN, F(NAME), 0, "you are logged in as {name}; /logout first")                      \
    ERROR(TOO_MANY_ATTEMPTS, TOO_MANY_ATTEMPTS, F(SECONDS), 0,                                                         \
          "there were too many attempts; the next one is possible in {seconds} s")                                     \
    ERROR(NO_PASSWORD, BAD_PASSWORD, 0, 0, "no password was typed; nothing has changed")                               \
    ERROR(MAYBE_PASSWORD, BAD_PASSWORD, 0, 0,                                                                          \
          "this line was not said: it may be a password, since the command before it has failed; send it again to "    \
          "say it")                                                                                                    \
    ERROR(PASSWORD_SHORT, BAD_PASSWORD, F(LIMIT), 0,                                                                   \
          "a password has at least {limit} {limit:character|characters}; nothing has changed")                         \
    ERROR(PASSWORD_LONG, BAD_PASSWORD, F(LIMIT), 0, "a password has at most {limit} bytes; nothing has changed")       \
    ERROR(REGISTRATION_CLOSED, REGISTRATION_CLOSED, 0, 0, "the administrators make the accounts here")                 \
    ERROR(NEEDS_INVITATION, NEEDS_INVITATION, 0, 0,                                                                    \
          "registering needs an invitation that is not used yet; the administrators make one: /register "              \
          "INVITATION")                                                                                                \
    ERROR(ACCOUNTS_FULL, ACCOUNTS_FULL, 0, 0, "there are as many accounts as there may be")                            \
    ERROR(NO_ACCOUNTS, NO_ACCOUNTS, F(WHY), 0, "this server has no accounts: {why}")                                   \
    ERROR(BAD_TOKEN_USE, USAGE, 0, 0,                                                                                  \
          "/token is followed by list, new LABEL or revoke LABEL, as in /token new backup")                            \
    ERROR(BAD_FORGET_USE, USAGE, 0, 0, "/forget is followed by nothing or by lines")                                   \
    ERROR(LABEL_TOO_LONG, BAD_VALUE, F(LIMIT), 0, "a label has at most {limit} {limit:character|characters}")          \
    ERROR(LABEL_TAKEN, LABEL_TAKEN, 0, 0, "you have a token of that label; /token list shows them")                    \
    ERROR(NO_SUCH_TOKEN, NO_SUCH_TOKEN, 0, 0, "you have no token of that label; /token list shows them")               \
    ERROR(TOO_MANY_TOKENS, TOO_MANY_TOKENS, F(LIMIT), 0,                                                               \
          "an account has at most {limit} {limit:token|tokens}; /token revoke LABEL ends one")                         \
    ERROR(BAD_CERT_USE, USAGE, 0, 0,                                                                                   \
          "/cert is followed by list, add, accept, add FINGERPRINT or remove FINGERPRINT, as in /cert add")            \
    ERROR(BAD_FINGERPRINT, BAD_VALUE, 0, 0,                                                                            \
          "a fingerprint has 64 hexadecimal digits, as \"openssl x509 -fingerprint -sha256\" prints it")               \
    ERROR(NO_CERT, NO_CERTIFICATE, 0, 0,                                                                               \
          "your client shows no certificate here; /cert add FINGERPRINT adds one that it will show")                   \
    ERROR(CERT_TAKEN, CERTIFICATE_TAKEN, 0, 0,                                                                         \
          "that certificate logs in to an account already; /cert list shows yours")                                    \
    ERROR(CERT_NOT_OFFERED, NO_SUCH_CERTIFICATE, 0, 0,                                                                 \
          "no account has your certificate: /login NAME, and then /cert add adds it")                                  \
    ERROR(NO_SUCH_CERT, NO_SUCH_CERTIFICATE, 0, 0, "you have no such certificate; /cert list shows them")              \
    ERROR(TOO_MANY_CERTS, TOO_MANY_CERTIFICATES, F(LIMIT), 0,                                                          \
          "an account has at most {limit} {limit:certificate|certificates}; /cert remove FINGERPRINT removes one")     \
    ERROR(ACCOUNTS_UNAVAILABLE, UNAVAILABLE, 0, 0, "that cannot be done just now; please try again")                   \
    /* What one sees. */                                                                                               \
    ANSWER(FORM_TEXT, NULL, 0, 0, "What you get is text now.")                                                         \
    ANSWER(SETTING, "setting", F(NAME) | F(ON) | F(HELP), F(VALUE), "{name} is {on:on|off}[ ({value})]: {help}")       \
    NOTICE(DAY, NULL, F(TIME), 0, "{time:date}")                                                                       \
    ANSWER(EDIT, NULL, F(ON), 0,                                                                                       \
           "your line is {on:edited here; /edit off ends it|not edited here; /edit on begins it}: /help typing")       \
    ANSWER(EDIT_NONE, NULL, 0, 0,                                                                                      \
           "your line is not edited here, and this server edits none: /help typing tells what helps")                  \
    ANSWER(EDIT_SOON, NULL, 0, 0,                                                                                      \
           "Your line is edited here as soon as your client sends single keys: /help typing tells how.")               \
    ANSWER(CHARSET, NULL, F(CHARSET), F(CHARSETS),                                                                     \
           "charset is {charset}: the letters of your terminal[\nThis server has {charsets}.]")                        \
    ERROR(NO_SUCH_CHARSET, BAD_VALUE, F(VALUE) | F(CHARSETS), 0,                                                       \
          "there is no charset {value}; this server has {charsets}")                                                   \
    ERROR(NO_CONVERTER, UNAVAILABLE, F(CHARSET) | F(CHARSETS), 0,                                                      \
          "this system has no converter for {charset}; it has {charsets}")                                             \
    ERROR(CHARSET_OF_TEXT, BAD_VALUE, F(CHARSET), 0,                                                                   \
          "JSON is UTF-8, and your charset is {charset}; /set charset utf-8 changes that")                             \
    ERROR(EDIT_NEVER, UNAVAILABLE, 0, 0, "this server edits no lines; /help typing tells what helps")                  \
    ANSWER(PASTE_SAID, NULL, F(COUNT), 0,                                                                              \
           "{count} lines are said now; Ctrl-C on an empty line drops those that wait.")                               \
    ANSWER(PASTE_DROPPED, NULL, F(COUNT), 0, "{count} pasted lines are dropped")                                       \
    ERROR(NO_PASTE, BAD_VALUE, 0, 0, "no pasted lines wait")                                                           \
    ERROR(BAD_PASTE, USAGE, 0, 0, "/paste is followed by nothing or by drop")                                          \
    ANSWER(TERMINAL_PLAIN, "terminal", F(FORM) | F(TELNET), F(EDITS) | F(CHARSET),                                     \
           "your client sends plain lines: nc, a script, or a telnet that has not negotiated"                          \
           "[\ncharset: {charset}]"                                                                                    \
           "[\n{edits:your line is edited here|}]\n"                                                                   \
           "you get text; /set lists how it can look")                                                                 \
    ANSWER(TERMINAL_TELNET, "terminal", F(FORM) | F(TELNET) | F(BINARY),                                               \
           F(TERMINAL) | F(COLUMNS) | F(ROWS) | F(EDITS) | F(CHARSET),                                                 \
           "your client speaks telnet; its text is {binary:binary: every letter arrives whole|not binary: it may "     \
           "spoil letters outside ASCII}[\ncharset: {charset}][\nterminal type: {terminal}]"                           \
           "[\nwindow: {columns} {columns:column|columns}][, {rows} {rows:row|rows}]"                                  \
           "[\n{edits:your line is edited here|}]\n"                                                                   \
           "you get text; /set lists how it can look")                                                                 \
    ERROR(BAD_FORM, BAD_VALUE, F(VALUE), 0, "there are two forms: text and json")                                      \
    ERROR(NO_SUCH_SETTING, BAD_VALUE, F(NAME), F(NEAR),                                                                \
          "there is no setting {name}; [did you mean {near}? ]/set lists them")                                        \
    ERROR(BAD_SETTING, BAD_VALUE, F(NAME) | F(VALUE) | F(WHY), 0, "{name} {why}")                                      \
    ERROR(NO_ZONE, BAD_VALUE, F(VALUE) | F(NEAR), 0, "no time zone has that name; did you mean {near}?")               \
    ERROR(NO_ZONES, UNAVAILABLE, 0, 0, "this server has no list of time zones")                                        \
    ERROR(BAD_TIME_FORM, BAD_VALUE, F(VALUE), 0,                                                                       \
          "that is no form of a time; %H:%M:%S, %R and %d.%m. %H:%M are some")                                    \
    ERROR(SETTING_OF_TEXT, BAD_VALUE, F(NAME), 0, "{name} is for the text form; /format text chooses it")              \
    /* The server and its commands. */                                                                                 \
    ANSWER(TIME, "time", F(TIME) | F(ZONE), 0, "{time:zoned}")                                                         \
    ANSWER(VERSION, "version", F(SERVER) | F(VERSION), 0, "chatd {version} on {server}")                               \
    ANSWER(MOTD, "motd", F(LINE), 0, "{line}")                                                                         \
    ANSWER(MOTD_NONE, "motd", 0, 0, "There is no message of the day.")                                                 \
    ANSWER(HELP_BEGIN, NULL, 0, 0, "What you type is said in your room; / begins a command, // says a /.")             \
    ANSWER(HELP_GROUP, "commands", F(GROUP) | F(COMMANDS), 0, NULL)                                                    \
    ANSWER(HELP_END, NULL, F(ARGS), 0,                                                                                 \
           "/help COMMAND explains one, /help all has a line about each.\n{args}")                                     \
    ANSWER(HELP_TOPIC, NULL, F(ARGS), 0, "{args}")                                                                     \
    ANSWER(HELP, "help", F(NAME) | F(HELP), F(USAGE) | F(ARGS) | F(EXAMPLE) | F(ALIASES),                              \
           "/{name}[ {usage}]: {help}[\n{args}][\nExample: /{example}][\nOther names: {aliases}]")                     \
    /* Bans from the whole server. */                                                                                  \
    ANSWER(GBAN_ADDED, "gban", F(WHAT) | F(ON), F(UNTIL) | F(REASON),                                                  \
           "{what} is banned from the server[ until {until:short}][: {reason}]")                                       \
    ANSWER(GBAN_ADDED_UNKEPT, "gban", F(WHAT) | F(ON), F(UNTIL) | F(REASON),                                           \
           "{what} is banned from the server[ until {until:short}][: {reason}]\n"                                      \
           "It is in memory alone, and ends with the server, which has no database.")                                  \
    ANSWER(GBAN_REMOVED, "gban", F(WHAT) | F(ON), 0, "{what} is banned from the server no longer.")                    \
    ANSWER(GBAN, "gbans", F(WHAT) | F(BY) | F(TIME), F(UNTIL) | F(REASON),                                             \
           "{what}  by {by} at {time:short}[, until {until:short}][: {reason}]")                                       \
    ANSWER(GBANS_NONE, "gbans", F(COUNT), 0, "Nobody is banned from the server.")                                      \
    ERROR(NOT_ADMIN, NO_RIGHT, F(NEEDED), 0,                                                                           \
          "/{command} needs the right of an administrator of the server, which you do not have")                       \
    ERROR(BAD_BAN, BAD_VALUE, F(WHAT) | F(WHY), 0, "{why}")                                                            \
    ERROR(BAN_NO_ACCOUNT, NO_SUCH_NAME, F(WHAT), 0, "{what} names no account")                                         \
    ERROR(BAN_TOO_WIDE, BAD_VALUE, F(WHAT), 0, "every name matches {what}")                                            \
    ERROR(BAN_HITS_ADMIN, NO_RIGHT, F(WHAT), 0, "{what} is an administrator of the server, whom nobody can ban")       \
    ERROR(BAN_HITS_SELF, BAD_VALUE, F(WHAT), 0, "{what} would ban you too")                                            \
    ERROR(BANS_FULL, BANS_FULL, F(LIMIT), 0, "there are too many bans, or patterns of names, for one more")            \
    ERROR(NO_SUCH_BAN, NO_SUCH_BAN, F(WHAT), F(NEAR),                                                                  \
          "there is no ban of {what}[, but one of {near}, which hits it too]")                                         \
    ERROR(UNKNOWN_COMMAND, UNKNOWN_COMMAND, F(NAME), F(NEAR),                                                          \
          "there is no command /{name}; [did you mean /{near}? ]/help lists all, // says a /")                         \
    ERROR(NO_COMMAND, UNKNOWN_COMMAND, 0, 0, "a command's name follows the /; /help lists all, // says a /")           \
    ERROR(USAGE_MISSING, USAGE, F(USAGE) | F(GIVEN) | F(EXAMPLE), 0,                                                   \
          "/{command} needs {usage:missing}{given: too| too|}, for example: /{example}")                               \
    ERROR(USAGE_TOO_MANY, USAGE, F(USAGE) | F(EXAMPLE), 0,                                                             \
          "/{command} takes no more than {usage:all}, for example: /{example}")                                        \
    ERROR(USAGE_NONE, USAGE, 0, 0, "nothing follows /{command}: type just /{command}")                                 \
    ERROR(WORD_TOO_LONG, USAGE, F(LIMIT), 0, "what follows /{command} is longer than any name")                        \
    ERROR(TOO_MANY_PARTS, TEXT_TOO_LONG, F(LIMIT) | F(BYTES), 0,                                                       \
          "that makes more than {limit} {limit:line|lines} of {bytes} bytes; nothing of it was sent")                  \
    ERROR(LINE_TOO_LONG, LINE_TOO_LONG, F(LIMIT), 0, "a line has at most {limit} bytes; nothing of it was sent")       \
    ERROR(CUT_OFF, CUT_OFF, 0, 0,                                                                                      \
          "your last line has no line end, and TLS did not end in order: more of it may be missing, so it was not "    \
          "sent")                                                                                                      \
    ERROR(BAD_PATTERN, BAD_VALUE, F(VALUE) | F(LIMIT), 0, "a list takes one pattern of at most {limit} characters")    \
    ERROR(BAD_PLACE, BAD_VALUE, F(VALUE), 0, "a list begins with its entry 1")

#endif
