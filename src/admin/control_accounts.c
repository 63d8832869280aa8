/* admin/control_accounts.c: what an administrator does with accounts.
 *
 * Passwords are made here and told once: one that was given on a command line could be read by every user of the
 * machine.  The log has the command alone. */
#include "config.h"

#include "admin/control_accounts.h"

#include "base/clock.h"
#include "base/container.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/name.h"
#include "chat/names.h"
#include "chat/port_accounts.h"

#include <stdlib.h>
#include <string.h>

enum { SLICE_LINES = 64, SLICE_LOOKED_AT = 1000 };

static struct accounts *accounts_of(const struct control_call *call)
{
    return call->host->chat->ports.accounts;
}

/* ---- what comes of a request ---- */

static void tell_absent(struct control_call *call)
{
    static const char *const why[] = {
        [ACCOUNTS_PRESENT] = "",
        [ACCOUNTS_WITHOUT_SODIUM] = "this chatd is built without libsodium",
        [ACCOUNTS_WITHOUT_SQLITE] = "this chatd is built without SQLite",
        [ACCOUNTS_WITHOUT_STORE] = "store.path names no database to keep them in",
    };

    control_cmd_error(call, "there are no accounts: %s", why[accounts_of(call)->absence]);
}

static void tell_failed(struct control_call *call, enum accounts_answer answer)
{
    const char *name = call->account_name;

    switch (answer) {
    case ACCOUNTS_ABSENT:
        tell_absent(call);
        break;
    case ACCOUNTS_TAKEN:
        control_cmd_error(call, "%s has an account already", name);
        break;
    case ACCOUNTS_NO_SUCH:
        control_cmd_error(call, "there is no account %s", name);
        break;
    case ACCOUNTS_TOO_MANY:
        control_cmd_error(call, "there are as many accounts as accounts.most allows, %llu",
                          (unsigned long long)call->account.limit);
        break;
    case ACCOUNTS_BUSY:
        control_cmd_error(call, "too much is asked of the accounts just now; try again");
        break;
    default:
        control_cmd_error(call, "the database of accounts fails; the log tells why");
        break;
    }
}

/* An object, or a sentence whose last word is what was made. */
static void tell_made(struct control_call *call, const char *sentence, const char *key)
{
    struct strbuf object = {0};

    if (!call->is_json) {
        control_cmd_line(call, "%s %s", sentence, call->account.made);
        return;
    }
    json_begin(&object, NULL);
    if (call->account_name != NULL) {
        json_str(&object, "account", call->account_name);
    }
    json_str(&object, key, call->account.made);
    control_cmd_object(call, &object);
}

static void tell_done(struct control_call *call)
{
    struct strbuf text = {0};

    switch (call->account.deed) {
    case ACCOUNTS_REGISTER:
        strbuf_addf(&text, "%s has an account. Its password, for its owner to change with /passwd:",
                    call->account_name);
        tell_made(call, text.data, "password");
        break;
    case ACCOUNTS_SET_PASSWORD:
        strbuf_addf(&text, "%s has a new password, for its owner to change with /passwd:", call->account_name);
        tell_made(call, text.data, "password");
        break;
    case ACCOUNTS_INVITE:
        tell_made(call, "An invitation, by which one person can register once:", "invitation");
        break;
    case ACCOUNTS_SET_ADMIN:
        strbuf_addf(&text, "%s is %s administrator of the server%s.", call->account_name,
                    call->account.on ? "an" : "no", call->account.on ? "" : " any more");
        control_cmd_done(call, call->account.on ? "admin" : "no-admin", call->account_name, text.data);
        break;
    default:
        strbuf_addf(&text, "%s has no account any more%s.", call->account_name,
                    call->account.with_lines ? ", and what it said is erased" : "");
        control_cmd_done(call, "removed", call->account_name, text.data);
        break;
    }
    strbuf_fini(&text);
}

static void free_name(struct control_call *call)
{
    free(call->account_name);
    call->account_name = NULL;
}

/* What was done. */
static void audit(const struct control_call *call)
{
    const char *act;

    switch (call->account.deed) {
    case ACCOUNTS_REGISTER:
        act = "account add";
        break;
    case ACCOUNTS_SET_PASSWORD:
        act = "account passwd";
        break;
    case ACCOUNTS_INVITE:
        act = "account invite";
        break;
    case ACCOUNTS_SET_ADMIN:
        act = call->account.on ? "admin add" : "admin remove";
        break;
    default:
        act = "account remove";
        break;
    }
    control_cmd_audit(call, act, call->account_name, NULL, call->account.with_lines ? "and what it said" : NULL);
}

static void answer(struct control_call *call, enum accounts_answer answer)
{
    if (answer == ACCOUNTS_DONE) {
        audit(call);
        tell_done(call);
    } else {
        tell_failed(call, answer);
    }
    mem_wipe(call->account.made, sizeof(call->account.made));
    free_name(call);
}

static void account_done(struct accounts_request *req, enum accounts_answer result)
{
    struct control_call *call = CONTAINER_OF(req, struct control_call, account);

    control_cmd_resume(call);
    answer(call, result);
    control_cmd_end_wait(call);
}

static void stop_waiting(struct control_call *call)
{
    accounts_of(call)->ops->cancel(accounts_of(call), &call->account);
    audit(call); /* it may be carried out still */
    free_name(call);
}

static void ask(struct control_call *call, const struct accounts_request *req)
{
    enum accounts_answer result;

    call->account = *req;
    call->account.is_admin = true;
    call->account.done = account_done;
    result = accounts_of(call)->ops->ask(accounts_of(call), &call->account);
    if (result == ACCOUNTS_LATER && req->with_lines) {
        control_cmd_wait_long(call, stop_waiting, NULL); /* in small steps */
    } else if (result == ACCOUNTS_LATER) {
        control_cmd_wait(call, stop_waiting);
    } else {
        answer(call, result);
    }
}

/* ---- acts ---- */

/* The rules of /nick and /register hold, but for the option accounts.reserved: of such names the administrator makes
 * accounts.  Returns false if the word is no name of a new account, and the error was added. */
static bool read_new_name(struct control_call *call, const char *word, struct name *name)
{
    size_t max = call->host->nick_chars(call->host->ctx);
    enum name_fault fault = name_init_person(name, word, strlen(word), max);
    const struct account *alike;
    char why[128];

    if (fault != NAME_OK) {
        control_cmd_error(call, "a name %s%s", name_fault_text(fault, max, why, sizeof(why)),
                          fault == NAME_TOO_LONG ? ", the option limits.nick_chars" : "");
        return false;
    }
    alike = names_find_alike(call->host->chat, NULL, name);
    if (alike != NULL) {
        control_cmd_error(call, "%s looks like the name of another account, %s", name->shown, alike->name);
        name_fini(name);
    }
    return alike == NULL;
}

static void add(struct control_call *call)
{
    struct name name;

    if (!read_new_name(call, control_cmd_word(call, 1), &name)) {
        return;
    }
    control_cmd_note(call);
    call->account_name = mem_strdup(name.shown);
    ask(call, &(struct accounts_request){.deed = ACCOUNTS_REGISTER, .name = name.shown, .folded = name.folded});
    name_fini(&name);
}

/* The account that the command names; NULL if there is none, and the error was added. */
static const struct account *find_account(struct control_call *call)
{
    const char *word = control_cmd_word(call, 1);
    char *folded = name_fold(word, strlen(word));
    const struct account *account = folded != NULL ? accounts_of(call)->ops->find(accounts_of(call), folded) : NULL;

    free(folded);
    if (accounts_of(call)->absence != ACCOUNTS_PRESENT) {
        tell_absent(call);
    } else if (account == NULL) {
        control_cmd_error(call, "there is no account %s", word);
    }
    return account;
}

static bool has_lines(const struct control_call *call)
{
    return call->option[CONTROL_OPTION_LINES] != NULL;
}

/* What is done with an account that exists. */
static void ask_of_account(struct control_call *call, const struct account *account, enum accounts_deed deed, bool on)
{
    if (account != NULL) {
        control_cmd_note(call);
        call->account_name = mem_strdup(account->name);
        ask(call, &(struct accounts_request){.deed = deed, .account = account->id, .on = on,
                                            .with_lines = has_lines(call)});
    }
}

static void set_password(struct control_call *call)
{
    ask_of_account(call, find_account(call), ACCOUNTS_SET_PASSWORD, false);
}

static void end_account(struct control_call *call)
{
    ask_of_account(call, find_account(call), ACCOUNTS_FORGET, false);
}

static void appoint(struct control_call *call)
{
    ask_of_account(call, find_account(call), ACCOUNTS_SET_ADMIN, true);
}

static void dismiss(struct control_call *call)
{
    const struct account *account = find_account(call);

    if (account != NULL && account->is_admin_by_option) {
        control_cmd_error(call, "%s is an administrator by the option accounts.admins: take the name off there",
                          account->name);
    } else if (account != NULL && !account->is_admin) {
        control_cmd_error(call, "%s is no administrator", account->name);
    } else {
        ask_of_account(call, account, ACCOUNTS_SET_ADMIN, false);
    }
}

static void invite(struct control_call *call)
{
    control_cmd_note(call);
    ask(call, &(struct accounts_request){.deed = ACCOUNTS_INVITE});
}

/* ---- the list ---- */

static void tell_account(struct control_call *call, const struct account *account)
{
    char created[CLOCK_ISO_SIZE], seen[CLOCK_ISO_SIZE] = "-";
    struct strbuf object = {0};

    clock_iso(account->created_ms, created);
    if (account->seen_ms != 0) {
        clock_iso(account->seen_ms, seen);
    }
    if (!call->is_json) {
        control_cmd_line(call, "%-26s%-26s%s", created, seen, account->name);
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, "name", account->name);
    json_str(&object, "created", created);
    if (account->seen_ms != 0) {
        json_str(&object, "seen", seen);
    }
    control_cmd_object(call, &object);
}

static void tell_admin(struct control_call *call, const struct account *account)
{
    const char *by = account->is_admin_by_option ? "accounts.admins" : "chatctl";
    struct strbuf object = {0};

    if (!account->is_admin) {
        return;
    }
    if (!call->is_json) {
        control_cmd_line(call, "%-17s%s", by, account->name);
        return;
    }
    json_begin(&object, NULL);
    json_str(&object, "name", account->name);
    json_str(&object, "by", by);
    control_cmd_object(call, &object);
}

/* account_name is the folded name of the last one that was told.  Accounts may come and go between two slices. */
static bool tell_slice(struct control_call *call, int most,
                       void (*tell)(struct control_call *call, const struct account *account))
{
    const struct accounts *accounts = accounts_of(call);
    const struct account *account = accounts->ops->next(accounts, call->account_name);

    for (int i = 0; i < most && account != NULL; i++) {
        const struct account *next;

        tell(call, account);
        next = accounts->ops->next(accounts, account->folded);
        if (next == NULL || i == most - 1) {
            free(call->account_name);
            call->account_name = mem_strdup(account->folded);
        }
        account = next;
    }
    return account != NULL;
}

static bool more_accounts(struct control_call *call)
{
    return tell_slice(call, SLICE_LINES, tell_account);
}

/* Most accounts are looked at and not told. */
static bool more_admins(struct control_call *call)
{
    return tell_slice(call, SLICE_LOOKED_AT, tell_admin);
}

static void begin_list(struct control_call *call, const char *heading, bool (*more)(struct control_call *call))
{
    if (accounts_of(call)->absence != ACCOUNTS_PRESENT) {
        tell_absent(call);
        return;
    }
    if (!call->is_json) {
        control_cmd_line(call, "%s", heading);
    }
    call->account_name = mem_strdup("");
    call->more = more;
    call->end = free_name;
}

static void list(struct control_call *call)
{
    begin_list(call, "CREATED                   SEEN                      NAME", more_accounts);
}

static void list_admins(struct control_call *call)
{
    begin_list(call, "BY               NAME", more_admins);
}

/* ---- choosing ---- */

static const struct act {
    const char *name;
    int words; /* behind it */
    void (*exec)(struct control_call *call);
} acts[] = {
    {"add", 1, add}, {"passwd", 1, set_password}, {"remove", 1, end_account}, {"list", 0, list}, {"invite", 0, invite},
    {NULL, 0, NULL},
}, admin_acts[] = {
    {"add", 1, appoint}, {"remove", 1, dismiss}, {"list", 0, list_admins}, {NULL, 0, NULL},
};

static void exec(struct control_call *call, const struct act *act, const char *usage)
{
    const char *wanted = control_cmd_word(call, 0);

    while (act->name != NULL && (strcmp(act->name, wanted) != 0 || call->words != 1 + act->words)) {
        act++;
    }
    if (act->name != NULL && has_lines(call) && act->exec != end_account) {
        control_cmd_misused(call, "--lines is for account remove alone");
    } else if (act->name != NULL) {
        act->exec(call);
    } else {
        control_cmd_misused(call, usage);
    }
}

void control_accounts_exec(struct control_call *call)
{
    exec(call, acts, "account add NAME, passwd NAME, remove NAME [--lines], list or invite");
}

void control_accounts_admin(struct control_call *call)
{
    exec(call, admin_acts, "admin add NAME, remove NAME or list");
}
