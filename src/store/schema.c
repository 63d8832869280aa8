/* store/schema.c: the steps.
 *
 * Times are milliseconds since 1970 (UTC).  A message's id is its rowid, so lines lie in the order of their ids, and
 * the newest are written side by side.  Kinds, roles and settings are words and no numbers: so that sqlite3(1) shows
 * them to people, and no enum of the program becomes a format.  The view "log" is for people alone.
 *
 * The index of words has no text of its own (content=''): store/words.c splits a text into words, in the same way
 * when a line is written, looked for and erased, and FTS5 sees them parted by blanks.  Its tokenizer is "ascii", the
 * simplest: all else is done by then.
 *
 * Measured with 2 million lines of 57 bytes in 100 rooms, on the machine of tests/bench/BENCHMARKS.md: 430,000 lines
 * a second without an index of words; 185,000 with this one, which is 54 bytes a line larger; 63,000 to 90,000 with
 * FTS5's own "trigram", at 155 to 265 bytes a line more, and it finds nothing shorter than three characters, which in
 * Chinese and Japanese most words are.  FTS5's "unicode61" costs what "ascii" does, but takes a sentence without
 * blanks for one word.  Positions (detail=full) cost 13 % of the size, and bring phrases, by which pairs of characters
 * make a word again. */
#include "config.h"

#include "store/schema.h"

#include "base/check.h"

#include <sqlite3.h>
#include <stdio.h>

static const char *const steps[] = {
    /* 1: rooms and what was said there. */
    "CREATE TABLE room ("
    " id INTEGER PRIMARY KEY,"
    " folded TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL,"
    " topic TEXT NOT NULL DEFAULT '',"
    " topic_by TEXT NOT NULL DEFAULT '',"
    " topic_time INTEGER NOT NULL DEFAULT 0"
    ");"
    "CREATE TABLE room_setting ("
    " room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,"
    " setting TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " PRIMARY KEY (room, setting)"
    ") WITHOUT ROWID;"
    "CREATE TABLE message ("
    " id INTEGER PRIMARY KEY,"
    " room INTEGER NOT NULL REFERENCES room,"
    " time INTEGER NOT NULL,"
    " kind TEXT NOT NULL,"
    " name TEXT NOT NULL,"   /* the writer's, as shown */
    " folded TEXT,"          /* NULL: the same */
    " account INTEGER,"      /* NULL: a guest's */
    " target TEXT,"          /* NULL: none */
    " text TEXT NOT NULL"
    ");"
    "CREATE INDEX message_room ON message (room, id);"
    /* The room is a word too ("r" and its id), so that a search in a small room does not go through all rooms. */
    "CREATE VIRTUAL TABLE message_words USING fts5 (room, name, words, content='', tokenize='ascii');"
    "CREATE VIEW log AS SELECT message.id AS id,"
    " strftime('%Y-%m-%d %H:%M:%S', message.time / 1000, 'unixepoch') AS utc,"
    " '#' || room.name AS room, message.kind AS kind, message.name AS name, message.text AS text"
    " FROM message JOIN room ON room.id = message.room;",

    /* 2: people with accounts, what they may, and what waits for them. */
    "CREATE TABLE account ("
    " id INTEGER PRIMARY KEY AUTOINCREMENT," /* never given again: messages of a forgotten account stay nobody's */
    " folded TEXT NOT NULL UNIQUE,"
    " name TEXT NOT NULL,"
    " password TEXT,"                        /* a hash with its salt and cost; NULL: logs in otherwise */
    " is_admin INTEGER NOT NULL DEFAULT 0,"
    " created INTEGER NOT NULL,"
    " seen INTEGER NOT NULL,"
    " failures INTEGER NOT NULL DEFAULT 0"   /* attempts to log in since the last that succeeded */
    ");"
    "CREATE TABLE account_setting ("
    " account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
    " setting TEXT NOT NULL,"
    " value TEXT NOT NULL,"
    " PRIMARY KEY (account, setting)"
    ") WITHOUT ROWID;"
    "CREATE TABLE token ("
    " id INTEGER PRIMARY KEY,"
    " account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
    " label TEXT NOT NULL,"
    " hash BLOB NOT NULL UNIQUE,"
    " created INTEGER NOT NULL,"
    " used INTEGER,"                         /* NULL: never */
    " UNIQUE (account, label)"
    ");"
    "CREATE TABLE invitation ("
    " hash BLOB PRIMARY KEY,"
    " created INTEGER NOT NULL,"
    " until INTEGER NOT NULL"
    ") WITHOUT ROWID;"
    "CREATE TABLE role ("
    " room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,"
    " account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
    " role TEXT NOT NULL,"
    " PRIMARY KEY (room, account)"
    ") WITHOUT ROWID;"
    "CREATE INDEX role_account ON role (account);"
    "CREATE TABLE ban ("
    " id INTEGER PRIMARY KEY,"
    " room INTEGER REFERENCES room ON DELETE CASCADE," /* NULL: the whole server */
    " act TEXT NOT NULL,"                    /* ban, mute, invite */
    " kind TEXT NOT NULL,"                   /* of what: account, name, address, network, pattern */
    " what TEXT NOT NULL,"
    " reason TEXT NOT NULL DEFAULT '',"
    " by TEXT NOT NULL,"
    " created INTEGER NOT NULL,"
    " until INTEGER"                         /* NULL: without an end */
    ");"
    "CREATE UNIQUE INDEX ban_of ON ban (coalesce(room, 0), act, kind, what);"
    "CREATE INDEX ban_room ON ban (room);"
    "CREATE INDEX ban_until ON ban (until) WHERE until IS NOT NULL;"
    "CREATE TABLE mark ("
    " account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
    " room INTEGER NOT NULL REFERENCES room ON DELETE CASCADE,"
    " message INTEGER NOT NULL,"             /* the id of the last that was read; the message itself may be gone */
    " PRIMARY KEY (account, room)"
    ") WITHOUT ROWID;"
    "CREATE INDEX mark_room ON mark (room);"
    "CREATE TABLE mail ("
    " id INTEGER PRIMARY KEY,"
    " account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE," /* whose it is */
    " time INTEGER NOT NULL,"
    " name TEXT NOT NULL,"                   /* the writer's */
    " folded TEXT,"
    " writer INTEGER REFERENCES account ON DELETE SET NULL," /* NULL: a guest */
    " text TEXT NOT NULL"
    ");"
    "CREATE INDEX mail_account ON mail (account, id);"
    "CREATE INDEX mail_writer ON mail (writer) WHERE writer IS NOT NULL;"
    "CREATE TABLE audit ("
    " id INTEGER PRIMARY KEY,"
    " time INTEGER NOT NULL,"
    " act TEXT NOT NULL,"
    " by TEXT NOT NULL,"
    " whom TEXT NOT NULL,"
    " room TEXT,"                            /* its name, as the room may end; NULL: the whole server */
    " reason TEXT NOT NULL DEFAULT '',"
    " until INTEGER"
    ");"
    "CREATE INDEX audit_time ON audit (time);"
    "CREATE INDEX message_account ON message (account, id) WHERE account IS NOT NULL;",

    /* 3: how a ban is shown, which is not always what it is found by: an account's name beside its id. */
    "ALTER TABLE ban ADD COLUMN label TEXT NOT NULL DEFAULT '';",

    /* 4: who has set modes and given roles, and when: the order of roles tells who succeeds an owner. */
    "ALTER TABLE room_setting ADD COLUMN by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE room_setting ADD COLUMN created INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE role ADD COLUMN by TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE role ADD COLUMN created INTEGER NOT NULL DEFAULT 0;",

    /* 5: whose topics there are, so that they can be erased with all else that an account has said. */
    ("ALTER TABLE room ADD COLUMN topic_account INTEGER;" /* NULL: a guest's, or nobody's */
     "CREATE INDEX room_topic_account ON room (topic_account) WHERE topic_account IS NOT NULL;"),

    /* 6: the certificates that log clients in to accounts. */
    ("CREATE TABLE certificate ("
     " id INTEGER PRIMARY KEY,"
     " account INTEGER NOT NULL REFERENCES account ON DELETE CASCADE,"
     " fingerprint TEXT NOT NULL UNIQUE,"    /* SHA-256, as openssl shows it */
     " is_proven INTEGER NOT NULL,"          /* the client that added it had its key */
     " created INTEGER NOT NULL,"
     " used INTEGER"                         /* NULL: never */
     ");"
     "CREATE INDEX certificate_account ON certificate (account);"),

    /* 7: what is to be done with the database from time to time (store/purge.h). */
    ("CREATE TABLE upkeep ("
     " what TEXT PRIMARY KEY,"
     " due INTEGER NOT NULL"
     ") WITHOUT ROWID;"
     "INSERT INTO upkeep (what, due) SELECT 'index', 0 WHERE EXISTS (SELECT 1 FROM message);"),
};

int schema_version(void)
{
    return (int)(sizeof(steps) / sizeof(steps[0]));
}

/* The one number that a query gives; an SQLite code otherwise than SQLITE_OK leaves it. */
static int read_number(sqlite3 *connection, const char *sql, int *number)
{
    sqlite3_stmt *statement;
    int code = sqlite3_prepare_v2(connection, sql, -1, &statement, NULL);

    if (code == SQLITE_OK) {
        code = sqlite3_step(statement);
        if (code == SQLITE_ROW) {
            *number = sqlite3_column_int(statement, 0);
            code = SQLITE_OK;
        }
        sqlite3_finalize(statement);
    }
    return code;
}

enum schema_fit schema_look(struct sqlite3 *connection, int *version)
{
    int application = 0, have = 0, tables = 0;

    if (read_number(connection, "PRAGMA application_id", &application) != SQLITE_OK ||
        read_number(connection, "PRAGMA user_version", &have) != SQLITE_OK ||
        read_number(connection, "SELECT count(*) FROM sqlite_schema", &tables) != SQLITE_OK) {
        return SCHEMA_FAILED;
    }
    if (application != SCHEMA_APPLICATION && (tables > 0 || application != 0 || have != 0)) {
        return SCHEMA_FOREIGN;
    }
    *version = have;
    return have > schema_version() ? SCHEMA_NEWER : SCHEMA_FITS;
}

int schema_bring_up(struct sqlite3 *connection, int have, int want)
{
    char mark[96];
    int code = SQLITE_OK;

    CHECK(have >= 0 && want <= schema_version());
    for (int step = have; step < want && code == SQLITE_OK; step++) {
        snprintf(mark, sizeof(mark), "PRAGMA application_id = %d; PRAGMA user_version = %d;", SCHEMA_APPLICATION,
                 step + 1);
        code = sqlite3_exec(connection, "BEGIN IMMEDIATE", NULL, NULL, NULL);
        code = code == SQLITE_OK ? sqlite3_exec(connection, steps[step], NULL, NULL, NULL) : code;
        code = code == SQLITE_OK ? sqlite3_exec(connection, mark, NULL, NULL, NULL) : code;
        code = code == SQLITE_OK ? sqlite3_exec(connection, "COMMIT", NULL, NULL, NULL) : code;
        if (code != SQLITE_OK && !sqlite3_get_autocommit(connection)) {
            sqlite3_exec(connection, "ROLLBACK", NULL, NULL, NULL);
        }
    }
    return code;
}
