/* session/cmd_delete.c: /delete: to take back what was said. */
#include "config.h"

#include "session/cmd.h"

#include "session/lines.h"
#include "session/verbs.h"

static enum verb_result delete_exec(struct session *s, struct cmd_args *args);

const struct cmd cmd_delete = {
    .name = "delete",
    .aliases = "redact",
    .usage = "ID|last",
    .min_words = 1,
    .max_words = 1,
    .who = CMD_IN_ROOM,
    .cost = 2,
    .work = CMD_MUCH,
    .group = CMD_GROUP_ROOMS,
    .help = "deletes a line from the room's history",
    .args = "ID is the line's id, as /history ids shows it, or the JSON form: of a line of\n"
            "yours, or, for the room's operators, of any.\n"
            "last is the last line that you have said in the room.",
    .example = "delete last",
    .exec = delete_exec,
};

static enum verb_result delete_exec(struct session *s, struct cmd_args *args)
{
    return verbs_delete(s, args->word[0], lines_complete);
}
