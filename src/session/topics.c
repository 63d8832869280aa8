/* session/topics.c: the table of topics.  Each fits a terminal of 24 rows and 60 columns, with what /help adds. */
#include "config.h"

#include "session/topics.h"

#include <strings.h>

static const struct topic topics[] = {
    {"typing",
     "Your line can be edited here, so no message breaks it:\n"
     "/edit on. It needs telnet, or nc with single keys:\n"
     "stty -icanon -echo; nc HOST PORT; stty sane\n"
     "Left Right Ctrl-B Ctrl-F    one character\n"
     "with Ctrl or Alt, Alt-B Alt-F  one word\n"
     "Home End Ctrl-A Ctrl-E      the ends of the line\n"
     "Backspace Delete Ctrl-D     erase a character\n"
     "Ctrl-D on an empty line     leaves\n"
     "Ctrl-W Alt-Backspace Alt-D  erase a word\n"
     "Ctrl-U Ctrl-K               erase up to an end\n"
     "Ctrl-Y                      puts back what these erased\n"
     "Ctrl-T Insert               swap characters; overwrite\n"
     "Up Down Ctrl-P Ctrl-N       lines that you have typed\n"
     "Ctrl-R                      searches them\n"
     "Tab Shift-Tab               complete words and names\n"
     "Ctrl-C                      abandons the line,\n"
     "                            or pasted lines that wait\n"
     "Ctrl-L                      draws the screen anew\n"
     "More than 10 pasted lines wait until you type /paste.\n"
     "Without all that: Ctrl-R shows a broken line again in nc\n"
     "and telnet; rlwrap nc HOST PORT draws it by itself."},
    {"lines",
     "What you type is said in your current room. A line that\n"
     "begins with / is a command; // at its beginning says a /.\n"
     "A long line is said in parts. Lines that you send too\n"
     "fast are taken more slowly, and none is lost.\n"
     "The first characters of what you read tell what it is;\n"
     "nobody can forge them:\n"
     "[#lobby] alice: hello      said in a room\n"
     "[#lobby] * alice waves     by /me waves\n"
     "[#lobby] -- bob joined     something happened in a room\n"
     "[alice -> you] psst        for you; /reply TEXT answers\n"
     "-- anything                an answer, or a notice\n"
     "!! no-such-room: ...       an error; programs can rely on\n"
     "                           its code, which stays the same\n"
     "/set shows what you can choose: the time, colours, who\n"
     "comes and goes."},
    {"rooms",
     "You can be in several rooms and read them all; what you\n"
     "type goes to the current one. /join ROOM enters a room,\n"
     "or makes it if there is none of that name. /room ROOM\n"
     "makes one of yours the current one, and /msg #ROOM TEXT\n"
     "says one line in another. A room that you make with an\n"
     "account is yours: /help order shows what you can do."},
    {"history",
     "A room keeps what was said in it, and shows the last\n"
     "lines to newcomers.\n"
     "/history shows the last 20 lines, /history 50 the last\n"
     "50, /history TEXT finds lines, /history around 14:02\n"
     "shows those of a time. /more goes on.\n"
     "/history new shows what you have missed, for which you\n"
     "need an account. /delete last deletes your last line."},
    {"accounts",
     "You are a guest until you log in; a guest's name is free\n"
     "when they leave. /register makes your name your own, with\n"
     "a password that nobody else sees. /login NAME gets it\n"
     "back the next time. Your settings, your rooms and the\n"
     "lines that you have missed are kept; /tell reaches you\n"
     "while you are away."},
    {"bots",
     "/format json sends you one JSON object a line. A command\n"
     "that works is answered by an ok, one that fails by an\n"
     "error with a code that never changes. Lines have ids:\n"
     "/history since ID goes on where you were.\n"
     "/token new LABEL makes a token, with which a program logs\n"
     "in: /login TOKEN. A line from a script:\n"
     "printf '/post #ops done\\n' | nc -N HOST PORT\n"
     "A program that sends too fast is read more slowly. See\n"
     "chatd-protocol(7)."},
};

enum { TOPICS = sizeof(topics) / sizeof(topics[0]) };

const struct topic *topics_at(size_t i)
{
    return i < TOPICS ? &topics[i] : NULL;
}

const struct topic *topics_find(const char *name)
{
    size_t i = 0;

    while (i < TOPICS && strcasecmp(topics[i].name, name) != 0) {
        i++;
    }
    return topics_at(i);
}
