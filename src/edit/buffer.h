/* edit/buffer.h: the line being typed: text and a cursor, which is between two clusters (base/cluster.h), except that
 * an emoji that comes in pieces may join what stands behind it until its last piece has come: buffer_settle().
 *
 * Positions are indices of bytes.  The text is clean (base/text.h) if only clean text is put in.  Pure. */
#ifndef CHATD_EDIT_BUFFER_H
#define CHATD_EDIT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUFFER_UNCHANGED UINT32_MAX

/* Embedded by its owner and zeroed. */
struct buffer {
    char *text;       /* followed by a NUL; NULL while it is empty and has no space */
    uint32_t len, space; /* bytes of text: in use, allocated, without the NUL */
    uint32_t cursor;  /* where text is inserted */
    uint32_t changed; /* the first byte that may have changed since the owner has set this to BUFFER_UNCHANGED */
};

/* The text; "" if there is none. */
static inline const char *buffer_text(const struct buffer *b)
{
    return b->text != NULL ? b->text : "";
}

/* The end of the cluster that the cursor is in: the cursor itself, if it is between two. */
uint32_t buffer_cursor(const struct buffer *b);
/* The text that was inserted is complete: the cursor goes there.  Called before everything but buffer_insert(). */
static inline void buffer_settle(struct buffer *b)
{
    b->cursor = buffer_cursor(b);
}
/* Inserts valid UTF-8 at the cursor, which goes behind it. */
void buffer_insert(struct buffer *b, const char *text, size_t len);
/* The same, but as many clusters behind the cursor as are inserted give way. */
void buffer_overwrite(struct buffer *b, const char *text, size_t len);
/* Removes the bytes from..to, which are ends of clusters; the cursor goes there. */
void buffer_erase(struct buffer *b, uint32_t from, uint32_t to);
/* Replaces all text; the cursor goes to the end. */
void buffer_set(struct buffer *b, const char *text, size_t len);
/* Swaps the cluster before the cursor and the one at it, or the last two if it is at the end.  Returns false if there
 * are no two. */
bool buffer_transpose(struct buffer *b);

/* Positions beside the cursor: of the next cluster, of the beginning of a word to the left and the end of one to the
 * right.  A word consists of letters and digits and all that is not ASCII; for Ctrl-W of all but blanks. */
uint32_t buffer_left(const struct buffer *b);
uint32_t buffer_right(const struct buffer *b);
uint32_t buffer_word_left(const struct buffer *b);
uint32_t buffer_word_right(const struct buffer *b);
uint32_t buffer_blank_left(const struct buffer *b);

/* Wipes the text and frees it; the buffer is empty. */
void buffer_fini(struct buffer *b);

#endif
