/* store/accounts_deeds.c: from a deed to its first step. */
#include "config.h"

#include "store/accounts_deeds.h"

#include "store/accounts_admins.h"
#include "store/accounts_ask.h"
#include "store/accounts_forget.h"
#include "store/accounts_keys.h"
#include "store/accounts_login.h"
#include "store/accounts_priv.h"
#include "store/accounts_proof.h"
#include "store/accounts_register.h"

static void set_password(struct account_ask *ask, const char *hash)
{
    struct account_work given = {0};

    accounts_ask_set_hash(&given, hash);
    accounts_ask_work(ask, account_rows_set_password, true, &given, accounts_ask_answered);
}

static void hash_password(struct account_ask *ask, const char *hash)
{
    (void)hash;
    accounts_ask_hash_new_secret(ask, set_password);
}

static void forget(struct account_ask *ask, const char *hash)
{
    (void)hash;
    accounts_forget_begin(ask);
}

static void begin_protected(struct account_ask *ask, accounts_step_fn *then)
{
    if (ask->has_secret) {
        accounts_proof_begin(ask, then);
    } else {
        then(ask, NULL);
    }
}

static void begin_of_account(struct account_ask *ask)
{
    if (account_list_get(&ask->db->list, ask->account) == NULL) {
        accounts_ask_finish(ask, ACCOUNTS_NO_SUCH);
        return;
    }
    switch (ask->deed) {
    case ACCOUNTS_LOGIN_TRUSTED:
        accounts_login_trusted(ask);
        break;
    case ACCOUNTS_SET_ADMIN:
        accounts_admins_begin(ask);
        break;
    case ACCOUNTS_TOKEN_NEW:
        accounts_keys_add_token(ask);
        break;
    case ACCOUNTS_TOKEN_LIST:
        accounts_keys_list_tokens(ask);
        break;
    case ACCOUNTS_TOKEN_REVOKE:
        accounts_keys_remove_token(ask);
        break;
    case ACCOUNTS_CERT_ADD:
        accounts_keys_add_certificate(ask);
        break;
    case ACCOUNTS_CERT_LIST:
        accounts_keys_list_certificates(ask);
        break;
    case ACCOUNTS_CERT_REMOVE:
        accounts_keys_remove_certificate(ask);
        break;
    default: /* what a password protects */
        begin_protected(ask, ask->deed == ACCOUNTS_FORGET ? forget : hash_password);
        break;
    }
}

void accounts_deeds_begin(struct account_ask *ask)
{
    switch (ask->deed) {
    case ACCOUNTS_REGISTER:
        accounts_register_begin(ask);
        break;
    case ACCOUNTS_LOGIN:
        accounts_login_by_password(ask);
        break;
    case ACCOUNTS_LOGIN_TOKEN:
        accounts_login_by_token(ask);
        break;
    case ACCOUNTS_LOGIN_CERT:
        accounts_login_by_certificate(ask);
        break;
    case ACCOUNTS_INVITE:
        accounts_register_invite(ask);
        break;
    default:
        begin_of_account(ask);
        break;
    }
}
