/* store/backup.h: copies the database as it is at one moment, in steps, while it is being written.
 *
 * SQLite's online backup reads through a connection of its own, which sees one state of the database throughout.
 * Others can write meanwhile, and the write-ahead log cannot be reset until the backup ends.  The copy is a database
 * like any other.  It is written to a file "NAME.part", which is renamed once the copy is complete and then replaces a
 * file of that name.
 *
 * Any thread, one at a time. */
#ifndef CHATD_STORE_BACKUP_H
#define CHATD_STORE_BACKUP_H

struct backup;

/* from and to are paths, which are copied; nothing is opened yet. */
struct backup *backup_new(const char *from, const char *to);
/* Takes a step of a few milliseconds.  Returns 1 if there is more to do, 0 if the copy is complete, -1 if the backup
 * has failed.  After 0 or -1 it is not called again. */
int backup_step(struct backup *backup);
/* The percentage that is done. */
int backup_percent(const struct backup *backup);
/* Why the backup has failed, a sentence without its full stop; "" if it has not failed. */
const char *backup_why(const struct backup *backup);
/* Frees the backup.  If the copy is not complete, its file is removed. */
void backup_free(struct backup *backup);

#endif
