/* frontend/typing_screen.h: the line being typed, on its terminal.
 *
 * The terminal shows it below all else.  Before something else is queued, typing_screen_disturb() queues what erases
 * it; at the end of the turn, typing_screen_draw() queues what draws it again.  So what others say goes into the queue
 * as it is, shared by all receivers, and the line is drawn once however much was said.  Loop thread only. */
#ifndef CHATD_FRONTEND_TYPING_SCREEN_H
#define CHATD_FRONTEND_TYPING_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

struct frontend_drawn;
struct typing;

/* Draws the lines that are scheduled.  Called once in a turn, before the writes. */
void typing_screen_draw(struct frontend_drawn *drawn);
/* The line has changed: it is drawn at the end of the turn. */
void typing_screen_schedule(struct typing *t);
/* It is not, and typing may be freed. */
void typing_screen_unschedule(struct typing *t);
/* As in struct frontend_ops. */
void typing_screen_disturb(struct typing *t, bool is_last);

/* Prepares the terminal, and asks it for its size if telnet does not tell that. */
void typing_screen_begin(struct typing *t);
/* Erases the line, leaves what is typed of it to be seen, and gives the terminal back. */
void typing_screen_end(struct typing *t);

/* The line stays where it is, to be read, and the next one is drawn below it. */
void typing_screen_leave(struct typing *t);
/* Shows a line of len bytes, which was pasted, above the one being typed. */
void typing_screen_show(struct typing *t, const char *text, size_t len);
/* Clears the window. */
void typing_screen_clear(struct typing *t);

/* The size of the window, 0 if it is not known, may have changed. */
void typing_screen_resize(struct typing *t, unsigned columns, unsigned rows);
/* The terminal reports where its cursor stands: in the window's last corner, if its size was asked for. */
void typing_screen_note_report(struct typing *t, unsigned column, unsigned row);
unsigned typing_screen_columns(const struct typing *t);
/* 0 if they are not known. */
unsigned typing_screen_rows(const struct typing *t);

#endif
