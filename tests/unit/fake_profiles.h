/* tests/unit/fake_profiles.h: what is kept with accounts, in memory: settings as they were set, and rooms with new
 * lines as the test says.  It answers late or fails when it is told to. */
#ifndef CHATD_TESTS_FAKE_PROFILES_H
#define CHATD_TESTS_FAKE_PROFILES_H

#include "base/strbuf.h"
#include "chat/port_profiles.h"

#include <stdbool.h>
#include <stddef.h>

struct fake_setting;

struct fake_profiles {
    struct profiles profiles;
    struct strbuf notes;            /* "1 time=on\n", "1 away\n" when it is taken back, "1 #ops\n" for a mark */
    struct fake_setting *settings;  /* a list */
    struct profiles_room rooms[32]; /* room_count of them: with new lines, for every account */
    size_t room_count;
    bool is_late;                   /* a recall waits for fake_profiles_answer() */
    bool fails;                     /* recalls are answered STORE_FAILED */
    struct profiles_recall *waiting; /* NULL: none */
    int recalls, cancels;
};

struct fake_profiles *fake_profiles_new(void);
/* No recall waits. */
void fake_profiles_free(struct fake_profiles *p);
/* Answers the recall that waits. */
void fake_profiles_answer(struct fake_profiles *p);
/* The notes since the last call; valid until the next. */
const char *fake_profiles_notes(struct fake_profiles *p);

#endif
