/* store/rule_rows.h: the rules of rooms in the database: written as items of parcels, and read all together.
 *
 * A rule is an item PARCEL_RULE:
 *
 *     kind                      where       target              text        folded      label
 *     "mode"                    room_setting  the mode          its value   ""          ""
 *     "role"                    role        the account's id    the role    "account"   (read) the account's name
 *     "ban", "mute", "invite"   ban         what it is found by the reason  what it is  how it is shown
 *
 * and name is the person who has set it, at time_ms, until until_ms.  An item PARCEL_RULE_OFF ends the rule with its
 * kind, folded and target.  Words of other kinds are left alone: a later version may know them.
 *
 * Any thread, one at a time for each database, which must be open. */
#ifndef CHATD_STORE_RULE_ROWS_H
#define CHATD_STORE_RULE_ROWS_H

#include "store/db.h"
#include "store/parcel.h"

#include <stdbool.h>
#include <stdint.h>

/* These write within the caller's transaction.  A role of an account that has ended is not written. */
enum db_fault rule_rows_set(struct db *db, const struct parcel_item *item, int64_t room);
enum db_fault rule_rows_end(struct db *db, const struct parcel_item *item);
/* Ends all rules of a room.  with_lines: its name then leads to nothing of it any more, and retention erases the rest:
 * see rule_rows_is_ended(). */
enum db_fault rule_rows_end_room(struct db *db, const char *room_folded, bool with_lines);

/* Sets *is_ended if the room was ended with its lines. */
enum db_fault rule_rows_is_ended(struct db *db, int64_t room, bool *is_ended);
/* Erases bans, mutes and invitations that have ended by themselves before now_ms, of rooms and of the server, at most
 * so many; sets *count to their number. */
enum db_fault rule_rows_thin(struct db *db, int64_t now_ms, unsigned most, unsigned *count);

/* Reads the rules of all rooms, those of a room together, and of its modes, its roles and the rest those first that
 * were set first; not those that have ended before now_ms.  rules is empty at first; the caller calls parcel_fini().
 * After a fault, leaves the database as db_roll_back() does. */
enum db_fault rule_rows_read(struct db *db, int64_t now_ms, struct parcel *rules);

#endif
