/* session/cmd_account.c: /register, /login, /logout, /passwd, /token, /cert, /forget: names that have owners.
 *
 * A password that stands in the line is wiped when the command has run. */
#include "config.h"

#include "session/cmd.h"

#include "base/mem.h"
#include "base/tokens.h"
#include "session/lines.h"
#include "session/verbs.h"

#include <string.h>
#include <strings.h>

static enum verb_result register_exec(struct session *s, struct cmd_args *args);
static enum verb_result login_exec(struct session *s, struct cmd_args *args);
static enum verb_result logout_exec(struct session *s, struct cmd_args *args);
static enum verb_result passwd_exec(struct session *s, struct cmd_args *args);
static enum verb_result token_exec(struct session *s, struct cmd_args *args);
static enum verb_result cert_exec(struct session *s, struct cmd_args *args);
static enum verb_result forget_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_register = {
    .name = "register",
    .usage = "[INVITATION] [PASSWORD]",
    .takes_text = true,
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ACCOUNTS,
    .help = "makes your name your own",
    .args = "From then on nobody else can take the name: /login NAME gets it.\n"
            "Without PASSWORD, the next line is the password.\n"
            "INVITATION is for a server that wants one to register.",
    .example = "register correct-horse-battery",
    .exec = register_exec,
};

const struct cmd cmd_login = {
    .name = "login",
    .usage = "NAME|TOKEN [PASSWORD]",
    .min_words = 1,
    .max_words = 1,
    .takes_text = true,
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ACCOUNTS,
    .help = "gets a name that you own",
    .args = "NAME is the account's. Without PASSWORD, the next line is the password.\n"
            "TOKEN needs no password.\n"
            "If the account is logged in already, you become the same person there.",
    .example = "login alice",
    .exec = login_exec,
};

const struct cmd cmd_logout = {
    .name = "logout",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 1,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ACCOUNTS,
    .help = "makes you a guest again",
    .exec = logout_exec,
};

const struct cmd cmd_passwd = {
    .name = "passwd",
    .usage = "",
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_LITTLE,
    .group = CMD_GROUP_ACCOUNTS,
    .help = "sets another password: asks for the old and the new one",
    .exec = passwd_exec,
};

const struct cmd cmd_token = {
    .name = "token",
    .usage = "[list | new LABEL | revoke LABEL]",
    .max_words = 2,
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_LITTLE,
    .group = CMD_GROUP_ACCOUNTS,
    .help = "lets programs log in",
    .args = "\"new\" makes a token, one word that logs in instead of name and password.\n"
            "LABEL is a word for you to know it by; \"revoke\" ends the token.\n"
            "Without arguments, it lists the tokens, and when they were used last.",
    .example = "token new backup",
    .exec = token_exec,
};

const struct cmd cmd_cert = {
    .name = "cert",
    .usage = "[add | remove | accept] [FINGERPRINT]",
    .max_words = 2,
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_LITTLE,
    .group = CMD_GROUP_ACCOUNTS,
    .help = "lets a certificate log you in",
    .args = "\"add\" adds the certificate that your client shows here, or FINGERPRINT's.\n"
            "From then on, a client that shows it by TLS is logged in at once.\n"
            "\"remove\" ends that. \"accept\" logs in to the account that has added yours.\n"
            "Without arguments, it lists the certificates.",
    .example = "cert add",
    .exec = cert_exec,
};

const struct cmd cmd_forget = {
    .name = "forget",
    .usage = "[lines]",
    .max_words = 1,
    .who = CMD_ANYONE,
    .cost = 2,
    .work = CMD_LITTLE,
    .group = CMD_GROUP_ACCOUNTS,
    .help = "erases your account: asks for the password",
    .args = "With \"lines\", what you said while logged in is erased too.",
    .example = "forget lines",
    .exec = forget_exec,
};

/* Cuts the first word off the text if it is an invitation; NULL: it is none. */
static char *take_invitation(struct cmd_args *args)
{
    char *word = args->text;

    if (tokens_kind(word) != TOKENS_INVITATION) {
        return NULL;
    }
    args->text += strcspn(args->text, " ");
    if (*args->text != '\0') {
        *args->text++ = '\0';
    }
    args->text += strspn(args->text, " ");
    args->text_len = strlen(args->text);
    return word;
}

static enum verb_result register_exec(struct session *s, struct cmd_args *args)
{
    char *invitation = take_invitation(args);
    enum verb_result result =
        verbs_register(s, invitation, args->text_len > 0 ? args->text : NULL, lines_complete);

    mem_wipe(args->text, args->text_len);
    return result;
}

static enum verb_result login_exec(struct session *s, struct cmd_args *args)
{
    enum verb_result result;

    if (tokens_kind(args->word[0]) == TOKENS_LOGIN) {
        result = verbs_login_token(s, args->word[0], lines_complete);
        mem_wipe(args->word[0], strlen(args->word[0]));
    } else {
        result = verbs_login(s, args->word[0], args->text_len > 0 ? args->text : NULL, lines_complete);
    }
    mem_wipe(args->text, args->text_len);
    return result;
}

static enum verb_result logout_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    return verbs_logout(s, lines_complete);
}

static enum verb_result passwd_exec(struct session *s, struct cmd_args *args)
{
    (void)args;
    return verbs_set_password(s, lines_complete);
}

static enum verb_result token_exec(struct session *s, struct cmd_args *args)
{
    const char *deed = args->words > 0 ? args->word[0] : "list", *label = args->word[1];

    if (strcasecmp(deed, "list") == 0 && label == NULL) {
        return verbs_token_list(s, lines_complete);
    }
    if (strcasecmp(deed, "new") == 0 && label != NULL) {
        return verbs_token_new(s, label, lines_complete);
    }
    if (strcasecmp(deed, "revoke") == 0 && label != NULL) {
        return verbs_token_revoke(s, label, lines_complete);
    }
    session_reply(s, REPLY(REPLY_BAD_TOKEN_USE)); /* it may be a token: it is not told back */
    return VERB_REFUSED;
}

static enum verb_result cert_exec(struct session *s, struct cmd_args *args)
{
    const char *deed = args->words > 0 ? args->word[0] : "list", *fingerprint = args->word[1];

    if (strcasecmp(deed, "list") == 0 && fingerprint == NULL) {
        return verbs_cert_list(s, lines_complete);
    }
    if (strcasecmp(deed, "add") == 0) {
        return verbs_cert_add(s, fingerprint, lines_complete);
    }
    if (strcasecmp(deed, "remove") == 0 && fingerprint != NULL) {
        return verbs_cert_remove(s, fingerprint, lines_complete);
    }
    if (strcasecmp(deed, "accept") == 0 && fingerprint == NULL) {
        return verbs_cert_accept(s, lines_complete);
    }
    session_reply(s, REPLY(REPLY_BAD_CERT_USE));
    return VERB_REFUSED;
}

static enum verb_result forget_exec(struct session *s, struct cmd_args *args)
{
    if (args->words > 0 && strcasecmp(args->word[0], "lines") != 0) {
        session_reply(s, REPLY(REPLY_BAD_FORGET_USE)); /* it may be a password */
        return VERB_REFUSED;
    }
    return verbs_forget(s, args->words > 0, lines_complete);
}
