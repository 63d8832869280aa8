/* session/topics.c: the table of topics.  Each fits a terminal of 24 rows and 80 columns, with what /help adds. */
#include "config.h"

#include "session/topics.h"

#include <strings.h>

static const struct topic topics[] = {
    {"typing",
     "Your line can be edited here, so no message breaks it: /edit on. It needs\n"
     "telnet, or nc with single keys: stty -icanon -echo; nc HOST PORT; stty sane\n"
     "Left Right Ctrl-B Ctrl-F    one character\n"
     "Ctrl or Alt with Left Right, Alt-B Alt-F  one word\n"
     "Home End Ctrl-A Ctrl-E      the ends of the line\n"
     "Backspace Delete Ctrl-D     erase a character; Ctrl-D on an empty line leaves\n"
     "Ctrl-W Alt-Backspace Alt-D  erase a word\n"
     "Ctrl-U Ctrl-K               erase up to the beginning, or the end\n"
     "Ctrl-Y                      puts back what was erased by the last ones\n"
     "Ctrl-T                      swaps two characters\n"
     "Insert                      overwrites, or inserts again\n"
     "Up Down Ctrl-P Ctrl-N       lines that you have typed; Ctrl-R searches them\n"
     "Tab Shift-Tab               complete commands, their words, names and rooms\n"
     "Ctrl-C                      abandons the line, or the pasted lines that wait\n"
     "Ctrl-L                      draws the screen anew\n"
     "Of more than 10 lines that you paste, you are asked first: /paste says them.\n"
     "Without all that: Ctrl-R shows a broken line again in nc and telnet, and\n"
     "rlwrap nc HOST PORT draws it again by itself."},
    {"lines",
     "What you type is said in your current room. A line that begins with / is a\n"
     "command; // at its beginning says a /. A long line is said in parts.\n"
     "Lines that you send too fast are taken more slowly, and none is lost.\n"
     "The first characters of what you read tell what it is; nobody can forge them:\n"
     "[#lobby] alice: hello      said in a room; /me waves shows * alice waves\n"
     "[#lobby] -- bob joined     something happened in a room\n"
     "[alice -> you] psst        for you alone; /reply TEXT answers\n"
     "-- anything                an answer to a command, or a notice\n"
     "!! no-such-room: ...       an error; its code stays the same, for programs\n"
     "/set shows what you can choose: the time, colours, who comes and goes."},
    {"rooms",
     "You can be in several rooms and read them all; what you type goes to the\n"
     "current one. /join ROOM enters a room, or makes it if there is none of that\n"
     "name. /room ROOM makes one of yours the current one, and /msg #ROOM TEXT says\n"
     "one line in another. A room that you make with an account is yours:\n"
     "/help order tells what you can do in it."},
    {"history",
     "A room keeps what was said in it, and shows the last lines to newcomers.\n"
     "/history shows the last 20 lines, /history 50 the last 50, /history TEXT\n"
     "finds lines, /history around 14:02 shows those of a time. /more goes on.\n"
     "/history new shows what you have missed, for which you need an account.\n"
     "/delete last deletes your last line."},
    {"accounts",
     "You are a guest until you log in; a guest's name is free when they leave.\n"
     "/register makes your name your own, with a password that nobody else sees.\n"
     "/login NAME gets it back the next time. Your settings, your rooms and the\n"
     "lines that you have missed are kept; /tell reaches you while you are away."},
    {"bots",
     "/format json sends you one JSON object a line. A command that works is\n"
     "answered by an ok, one that fails by an error with a code that never changes.\n"
     "Lines have ids: /history since ID goes on where you were.\n"
     "/token new LABEL makes a token, with which a program logs in: /login TOKEN.\n"
     "A line from a script: printf '/post #ops backup done\\n' | nc -N HOST PORT\n"
     "A program that sends too fast is read more slowly. See chatd-protocol(7)."},
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
