/* edit/editor.h: what each key does to the line being typed.
 *
 * The keys are those of readline's and Emacs' defaults; editor.c lists them.  The editor knows no terminal: its owner
 * shows the line (edit/screen.h) and takes it when it is complete.  Pure. */
#ifndef CHATD_EDIT_EDITOR_H
#define CHATD_EDIT_EDITOR_H

#include "base/strbuf.h"
#include "edit/buffer.h"
#include "edit/completion.h"
#include "edit/keys.h"
#include "edit/older.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    EDITOR_LINE_BYTES = 4095,   /* the longest line; a terminal's own line mode takes no longer one either */
    EDITOR_PASTE_BYTES = 65536, /* the most that one paste brings */
    EDITOR_SLICE = 32768,       /* work that editor_feed() does in one call, about */
};

/* What the owner has to do. */
enum editor_event {
    EDITOR_NONE,
    EDITOR_LINE,      /* the line is complete: editor_take() */
    EDITOR_ABANDONED, /* Ctrl-C: editor_drop() */
    EDITOR_ENDED,     /* Ctrl-D on an empty line */
    EDITOR_BELL,      /* there is nothing that the key could do */
    EDITOR_FULL,      /* the line is as long as it may be, and characters were left out */
    EDITOR_CLEAR,     /* Ctrl-L: the screen is to be drawn anew */
    EDITOR_PASTED,    /* several lines were pasted; they are in pasted, each with a '\n' but the last perhaps */
    EDITOR_REPORT,    /* the terminal has told the cursor's position: row and column */
    EDITOR_NOT_UTF8,  /* bytes that are no UTF-8 were left out */
};

struct editor_ops {
    /* Offers candidates, by completion_offer(). */
    void (*complete)(void *ctx, struct completion *c);
};

struct editor_search;
struct editor_cycle;

/* Embedded by its owner, which zeroes it and sets ops and ctx. */
struct editor {
    const struct editor_ops *ops;
    void *ctx;
    struct keys keys;
    struct buffer buffer;
    struct older older;
    struct strbuf killed;         /* for Ctrl-Y */
    struct strbuf pasted;         /* while a paste comes in, and after EDITOR_PASTED */
    struct editor_search *search; /* NULL unless Ctrl-R searches */
    struct editor_cycle *cycle;   /* NULL unless Tab goes through several candidates */
    char *typed;                  /* the line being typed, while an older one is shown; NULL: none is */
    uint32_t recalled;            /* the older line that is shown, counted from 1; 0: none */
    bool overwrites : 1;
    bool is_secret : 1;           /* a password is typed: nothing of it is kept */
    bool has_killed : 1;          /* the last key put text into killed: the next one adds to it */
    bool kills : 1;               /* this one does */
    bool is_cut : 1;              /* the paste was longer than EDITOR_PASTE_BYTES */
    unsigned row, column;         /* of EDITOR_REPORT */
    uint64_t work;                /* bytes that were looked at or moved so far, about */
};

/* Takes keys from the n bytes (at least 1) at data, up to the first event, or until it has done much.  Returns the
 * number of bytes that are done with. */
size_t editor_feed(struct editor *e, const char *data, size_t n, enum editor_event *event);
/* Moves the line to *line, which the caller frees and, if it is secret, wipes.  It is kept for Up if is_kept. */
char *editor_take(struct editor *e, size_t *len, bool is_kept);
/* Empties the line. */
void editor_drop(struct editor *e);
/* Begins to take a password; or ends it, and empties the line. */
void editor_set_secret(struct editor *e, bool on);
/* The words that Ctrl-R searches; NULL if it does not.  *found tells whether a line has them. */
const char *editor_searched(const struct editor *e, bool *found);
void editor_fini(struct editor *e);

#endif
