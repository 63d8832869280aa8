/* store/account_rows.c: the statements. */
#include "config.h"

#include "store/account_rows.h"

#include "base/mem.h"
#include "store/purge.h"
#include "store/rows.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void account_rows_fini(struct account_work *work)
{
    for (size_t i = 0; i < work->count; i++) {
        free(work->rows[i].name);
        free(work->rows[i].folded);
        free(work->rows[i].text);
    }
    free(work->rows);
    free(work->name);
    free(work->folded);
    free(work->label);
    free(work->text);
    mem_wipe(work->hash, sizeof(work->hash));
}

enum db_fault account_rows_run(struct db *db, account_rows_fn *fn, bool writes, struct account_work *work)
{
    enum db_fault fault = db_open(db);

    work->answer = ACCOUNTS_DONE;
    if (fault == DB_OK && writes) {
        fault = db_begin(db);
    }
    if (fault == DB_OK) {
        fault = fn(db, work);
    }
    if (fault == DB_OK && writes && work->answer == ACCOUNTS_DONE) {
        fault = db_commit(db);
    }
    if (fault != DB_OK) {
        work->answer = ACCOUNTS_FAILED;
        if (db_is_open(db)) {
            db_roll_back(db, fault);
        }
    } else if (writes && work->answer != ACCOUNTS_DONE) {
        db_roll_back(db, DB_BUSY); /* as after a lock: the connection stays */
    }
    return fault;
}

/* ---- helpers ---- */

static void bind_hash(sqlite3_stmt *statement, int number, const unsigned char hash[TOKENS_HASH_BYTES])
{
    sqlite3_bind_blob(statement, number, hash, TOKENS_HASH_BYTES, SQLITE_STATIC);
}

static void bind_password(sqlite3_stmt *statement, int number, const char *hash)
{
    if (*hash != '\0') {
        db_bind_text(statement, number, hash);
    }
}

/* Runs what gives no rows.  When it has changed none, the answer is otherwise. */
static enum db_fault change(struct db *db, sqlite3_stmt *statement, struct account_work *work,
                            enum accounts_answer otherwise)
{
    if (statement == NULL || db_step(statement) != 0) {
        return db_failed(db);
    }
    if (sqlite3_changes(db_connection(db)) == 0) {
        work->answer = otherwise;
    }
    return DB_OK;
}

/* Takes the row that a statement gives, if it does; else the answer is otherwise.  The caller resets it. */
static enum db_fault find(struct db *db, sqlite3_stmt *statement, struct account_work *work,
                          enum accounts_answer otherwise)
{
    int found = statement != NULL ? db_step(statement) : -1;

    if (found < 0) {
        return db_failed(db);
    }
    if (found == 0) {
        work->answer = otherwise;
    }
    return DB_OK;
}

/* A statement whose first parameter is the account. */
static sqlite3_stmt *of_account(struct db *db, const char *sql, const struct account_work *work)
{
    return db_with_id(db, sql, work->account);
}

/* The same, with the work's label as ?2. */
static sqlite3_stmt *of_label(struct db *db, const char *sql, const struct account_work *work)
{
    sqlite3_stmt *statement = of_account(db, sql, work);

    if (statement != NULL) {
        db_bind_text(statement, 2, work->label);
    }
    return statement;
}

/* All rows of a statement: id, name, folded, created, seen, is_admin, is_proven. */
static enum db_fault collect(struct db *db, sqlite3_stmt *statement, struct account_work *work)
{
    size_t space = 0;
    int got = -1;

    while (statement != NULL && (got = db_step(statement)) > 0) {
        if (work->count == space) {
            space = space > 0 ? space * 2 : 16;
            work->rows = mem_realloc(work->rows, space * sizeof(work->rows[0]));
        }
        work->rows[work->count++] = (struct account_row){.id = sqlite3_column_int64(statement, 0),
                                                         .name = mem_strdup(db_column_text(statement, 1)),
                                                         .folded = mem_strdup(db_column_text(statement, 2)),
                                                         .created_ms = sqlite3_column_int64(statement, 3),
                                                         .seen_ms = sqlite3_column_int64(statement, 4),
                                                         .is_admin = sqlite3_column_int(statement, 5) != 0,
                                                         .is_proven = sqlite3_column_int(statement, 6) != 0};
    }
    if (got < 0) {
        return db_failed(db);
    }
    sqlite3_reset(statement);
    return DB_OK;
}

/* ---- reading ---- */

enum db_fault account_rows_load(struct db *db, struct account_work *work)
{
    return collect(db,
                   db_statement(db, "SELECT id, name, folded, created, seen, is_admin, 0 FROM account ORDER BY folded"),
                   work);
}

enum db_fault account_rows_password(struct db *db, struct account_work *work)
{
    sqlite3_stmt *read = of_account(db, "SELECT password, failures, seen FROM account WHERE id = ?1", work);
    enum db_fault fault = find(db, read, work, ACCOUNTS_NO_SUCH);

    if (fault == DB_OK && work->answer == ACCOUNTS_DONE) {
        snprintf(work->hash, sizeof(work->hash), "%s", db_column_text(read, 0));
        work->failures = (unsigned)sqlite3_column_int64(read, 1);
        work->seen_ms = sqlite3_column_int64(read, 2);
    }
    if (fault == DB_OK) {
        sqlite3_reset(read);
    }
    return fault;
}

/* Takes what a statement tells of an account: its id, failures, seen, and a certificate's is_proven. */
static enum db_fault find_account(struct db *db, sqlite3_stmt *read, struct account_work *work,
                                  enum accounts_answer otherwise)
{
    enum db_fault fault = find(db, read, work, otherwise);

    if (fault == DB_OK && work->answer == ACCOUNTS_DONE) {
        work->account = sqlite3_column_int64(read, 0);
        work->failures = (unsigned)sqlite3_column_int64(read, 1);
        work->seen_ms = sqlite3_column_int64(read, 2);
        work->is_proven = sqlite3_column_int(read, 3) != 0; /* 0 if there is no such column */
    }
    if (fault == DB_OK) {
        sqlite3_reset(read);
    }
    return fault;
}

enum db_fault account_rows_token_find(struct db *db, struct account_work *work)
{
    sqlite3_stmt *read = db_statement(db, "SELECT account.id, failures, seen FROM token"
                                          " JOIN account ON account.id = token.account WHERE hash = ?1");

    if (read != NULL) {
        bind_hash(read, 1, work->token);
    }
    return find_account(db, read, work, ACCOUNTS_WRONG);
}

enum db_fault account_rows_cert_find(struct db *db, struct account_work *work)
{
    sqlite3_stmt *read = db_statement(db, "SELECT account.id, failures, seen, is_proven FROM certificate"
                                          " JOIN account ON account.id = certificate.account WHERE fingerprint = ?1");

    if (read != NULL) {
        db_bind_text(read, 1, work->label);
    }
    return find_account(db, read, work, ACCOUNTS_NO_SUCH);
}

enum db_fault account_rows_cert_list(struct db *db, struct account_work *work)
{
    return collect(db, of_account(db, "SELECT id, fingerprint, NULL, created, coalesce(used, 0), 0, is_proven"
                                      " FROM certificate WHERE account = ?1 ORDER BY id", work), work);
}

enum db_fault account_rows_token_list(struct db *db, struct account_work *work)
{
    return collect(db, of_account(db, "SELECT id, label, NULL, created, coalesce(used, 0), 0, 0 FROM token"
                                      " WHERE account = ?1 ORDER BY label", work), work);
}

/* ---- accounts ---- */

static enum db_fault use_invitation(struct db *db, struct account_work *work)
{
    sqlite3_stmt *use = db_statement(db, "DELETE FROM invitation WHERE hash = ?1 AND until >= ?2");

    if (use != NULL) {
        bind_hash(use, 1, work->invitation);
        sqlite3_bind_int64(use, 2, work->now_ms);
    }
    return change(db, use, work, ACCOUNTS_NEEDS_INVITATION);
}

enum db_fault account_rows_add(struct db *db, struct account_work *work)
{
    enum db_fault fault = work->needs_invitation ? use_invitation(db, work) : DB_OK;
    sqlite3_stmt *add;

    if (fault != DB_OK || work->answer != ACCOUNTS_DONE) {
        return fault;
    }
    add = db_statement(db, "INSERT OR IGNORE INTO account (folded, name, password, created, seen)"
                           " VALUES (?1, ?2, ?3, ?4, ?5)");
    if (add != NULL) {
        db_bind_text(add, 1, work->folded);
        db_bind_text(add, 2, work->name);
        bind_password(add, 3, work->hash);
        sqlite3_bind_int64(add, 4, work->now_ms);
        sqlite3_bind_int64(add, 5, work->is_absent ? 0 : work->now_ms);
    }
    fault = change(db, add, work, ACCOUNTS_TAKEN);
    work->account = sqlite3_last_insert_rowid(db_connection(db));
    return fault;
}

enum db_fault account_rows_enter(struct db *db, struct account_work *work)
{
    sqlite3_stmt *set = of_account(db, "UPDATE account SET failures = 0, seen = ?2, password = coalesce(?3, password)"
                                       " WHERE id = ?1", work);

    if (set != NULL) {
        sqlite3_bind_int64(set, 2, work->now_ms);
        bind_password(set, 3, work->hash);
    }
    return change(db, set, work, ACCOUNTS_NO_SUCH);
}

enum db_fault account_rows_token_enter(struct db *db, struct account_work *work)
{
    sqlite3_stmt *use = of_account(db, "UPDATE token SET used = ?3 WHERE account = ?1 AND hash = ?2", work);
    enum db_fault fault;

    if (use != NULL) {
        bind_hash(use, 2, work->token);
        sqlite3_bind_int64(use, 3, work->now_ms);
    }
    fault = change(db, use, work, ACCOUNTS_NO_SUCH);
    return fault == DB_OK && work->answer == ACCOUNTS_DONE ? account_rows_enter(db, work) : fault;
}

enum db_fault account_rows_cert_enter(struct db *db, struct account_work *work)
{
    sqlite3_stmt *use = of_account(db, "UPDATE certificate SET used = ?3, is_proven = is_proven OR ?4"
                                       " WHERE account = ?1 AND fingerprint = ?2", work);
    enum db_fault fault;

    if (use != NULL) {
        db_bind_text(use, 2, work->label);
        sqlite3_bind_int64(use, 3, work->now_ms);
        sqlite3_bind_int(use, 4, work->is_proven);
    }
    fault = change(db, use, work, ACCOUNTS_NO_SUCH);
    return fault == DB_OK && work->answer == ACCOUNTS_DONE ? account_rows_enter(db, work) : fault;
}

enum db_fault account_rows_failed(struct db *db, struct account_work *work)
{
    return change(db, of_account(db, "UPDATE account SET failures = failures + 1 WHERE id = ?1", work), work,
                  ACCOUNTS_NO_SUCH);
}

enum db_fault account_rows_seen(struct db *db, struct account_work *work)
{
    sqlite3_stmt *set = of_account(db, "UPDATE account SET seen = max(seen, ?2) WHERE id = ?1", work);

    if (set != NULL) {
        sqlite3_bind_int64(set, 2, work->now_ms);
    }
    return change(db, set, work, ACCOUNTS_NO_SUCH);
}

enum db_fault account_rows_set_password(struct db *db, struct account_work *work)
{
    sqlite3_stmt *set = of_account(db, "UPDATE account SET password = ?2 WHERE id = ?1", work);

    if (set != NULL) {
        bind_password(set, 2, work->hash);
    }
    return change(db, set, work, ACCOUNTS_NO_SUCH);
}

enum db_fault account_rows_set_admin(struct db *db, struct account_work *work)
{
    sqlite3_stmt *set = of_account(db, "UPDATE account SET is_admin = ?2 WHERE id = ?1", work);

    if (set != NULL) {
        sqlite3_bind_int(set, 2, work->is_admin);
    }
    return change(db, set, work, ACCOUNTS_NO_SUCH);
}

/* What the account has said elsewhere: topics, and letters that were not read yet. */
static enum db_fault erase_rest(struct db *db, const struct account_work *work)
{
    sqlite3_stmt *topics = of_account(db, "UPDATE room SET topic = '', topic_by = '', topic_time = 0,"
                                          " topic_account = NULL WHERE topic_account = ?1", work);
    sqlite3_stmt *letters;

    if (topics == NULL || db_step(topics) != 0) {
        return db_failed(db);
    }
    letters = of_account(db, "DELETE FROM mail WHERE writer = ?1", work);
    return letters == NULL || db_step(letters) != 0 ? db_failed(db) : DB_OK;
}

enum db_fault account_rows_erase_lines(struct db *db, struct account_work *work)
{
    sqlite3_stmt *read = of_account(db, "SELECT id FROM message WHERE account = ?1 ORDER BY id LIMIT ?2", work);
    uint64_t *ids = mem_alloc((size_t)(work->most + 1) * sizeof(*ids)), count = 0;
    enum db_fault fault = DB_OK;
    int got = -1;

    if (read != NULL) {
        sqlite3_bind_int64(read, 2, (sqlite3_int64)work->most + 1);
    }
    while (read != NULL && (got = db_step(read)) > 0) {
        ids[count++] = (uint64_t)sqlite3_column_int64(read, 0);
    }
    if (got < 0) {
        fault = db_failed(db);
    } else {
        sqlite3_reset(read);
    }
    work->is_more = count > work->most;
    if (!work->is_more && fault == DB_OK) {
        fault = erase_rest(db, work);
    }
    for (uint64_t i = 0; i < count && i < work->most && fault == DB_OK; i++) {
        fault = rows_erase(db, ids[i], "");
    }
    free(ids);
    return fault == DB_OK && count > 0 ? purge_owe(db, PURGE_AT_ONCE) : fault;
}

enum db_fault account_rows_remove(struct db *db, struct account_work *work)
{
    return change(db, of_account(db, "DELETE FROM account WHERE id = ?1", work), work, ACCOUNTS_NO_SUCH);
}

/* ---- tokens ---- */

/* Takes what a statement has counted for the account, which may be less than work->most. */
static enum db_fault hold_most(struct db *db, sqlite3_stmt *count, struct account_work *work)
{
    enum db_fault fault = find(db, count, work, ACCOUNTS_NO_SUCH);

    if (fault == DB_OK) {
        if (work->answer == ACCOUNTS_DONE && (uint64_t)sqlite3_column_int64(count, 0) >= work->most) {
            work->answer = ACCOUNTS_TOO_MANY;
        }
        sqlite3_reset(count);
    }
    return fault;
}

enum db_fault account_rows_token_add(struct db *db, struct account_work *work)
{
    enum db_fault fault = hold_most(db, of_account(db, "SELECT (SELECT count(*) FROM token WHERE account = ?1)"
                                                       " FROM account WHERE id = ?1", work), work);
    sqlite3_stmt *add;

    if (fault != DB_OK || work->answer != ACCOUNTS_DONE) {
        return fault;
    }
    add = of_label(db, "INSERT OR IGNORE INTO token (account, label, hash, created) VALUES (?1, ?2, ?3, ?4)", work);
    if (add != NULL) {
        bind_hash(add, 3, work->token);
        sqlite3_bind_int64(add, 4, work->now_ms);
    }
    return change(db, add, work, ACCOUNTS_TAKEN);
}

enum db_fault account_rows_token_remove(struct db *db, struct account_work *work)
{
    return change(db, of_label(db, "DELETE FROM token WHERE account = ?1 AND label = ?2", work), work,
                  ACCOUNTS_NO_SUCH);
}

/* ---- certificates ---- */

/* Another account that has it without a proof loses it. */
static enum db_fault take_over(struct db *db, struct account_work *work)
{
    return change(db, of_label(db, "DELETE FROM certificate WHERE fingerprint = ?2 AND account <> ?1 AND NOT is_proven",
                               work), work, ACCOUNTS_DONE);
}

enum db_fault account_rows_cert_add(struct db *db, struct account_work *work)
{
    enum db_fault fault = hold_most(db, of_label(db, "SELECT (SELECT count(*) FROM certificate WHERE account = ?1"
                                                     " AND fingerprint <> ?2) FROM account WHERE id = ?1", work), work);
    sqlite3_stmt *add;

    if (fault == DB_OK && work->answer == ACCOUNTS_DONE && work->is_proven) {
        fault = take_over(db, work);
    }
    if (fault != DB_OK || work->answer != ACCOUNTS_DONE) {
        return fault;
    }
    add = of_label(db, "INSERT INTO certificate (account, fingerprint, is_proven, created) VALUES (?1, ?2, ?3, ?4)"
                       " ON CONFLICT (fingerprint) DO UPDATE SET is_proven = 1 WHERE account = excluded.account"
                       " AND excluded.is_proven AND NOT is_proven", work);
    if (add != NULL) {
        sqlite3_bind_int(add, 3, work->is_proven);
        sqlite3_bind_int64(add, 4, work->now_ms);
    }
    return change(db, add, work, ACCOUNTS_TAKEN);
}

enum db_fault account_rows_cert_remove(struct db *db, struct account_work *work)
{
    return change(db, of_label(db, "DELETE FROM certificate WHERE account = ?1 AND fingerprint = ?2", work), work,
                  ACCOUNTS_NO_SUCH);
}

/* ---- invitations ---- */

enum db_fault account_rows_invite(struct db *db, struct account_work *work)
{
    sqlite3_stmt *old = db_statement(db, "DELETE FROM invitation WHERE until < ?1"), *add;
    enum db_fault fault;

    if (old != NULL) {
        sqlite3_bind_int64(old, 1, work->now_ms);
    }
    fault = change(db, old, work, ACCOUNTS_DONE);
    if (fault != DB_OK) {
        return fault;
    }
    add = db_statement(db, "INSERT INTO invitation (hash, created, until) VALUES (?1, ?2, ?3)");
    if (add != NULL) {
        bind_hash(add, 1, work->invitation);
        sqlite3_bind_int64(add, 2, work->now_ms);
        sqlite3_bind_int64(add, 3, work->until_ms);
    }
    return change(db, add, work, ACCOUNTS_FAILED);
}
