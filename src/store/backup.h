/* store/backup.h: a copy of the database as it is at one moment, made in steps while it is written to.
 *
 * It is made by SQLite's online backup from a connection of its own that sees one state of the database throughout:
 * writing goes on beside it, and meanwhile the log of what is written cannot be cut.  The copy is a database like any
 * other; it gets its name once it is whole, and takes the place of what had the name before.
 *
 * Any thread, one at a time. */
#ifndef CHATD_STORE_BACKUP_H
#define CHATD_STORE_BACKUP_H

struct backup;

/* Neither is opened yet; both are copied. */
struct backup *backup_new(const char *from, const char *to);
/* Takes a step of a few milliseconds: 1 when there is more to do, 0 when the copy is there, -1 when it failed, which
 * is the end too. */
int backup_step(struct backup *backup);
/* Of a hundred, how much is done. */
int backup_percent(const struct backup *backup);
/* Why it failed: a sentence without its end; "" before. */
const char *backup_why(const struct backup *backup);
/* Gives up one that is not whole, and leaves nothing of it. */
void backup_free(struct backup *backup);

#endif
