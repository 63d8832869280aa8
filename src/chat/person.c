/* chat/person.c: the handle, id and away message of a person. */
#include "config.h"

#include "chat/person.h"

#include "base/mem.h"

#include <stdlib.h>

const char *person_shown_name(const struct person *person)
{
    return person->has_name ? person->name.name.shown : "";
}

const char *person_folded_name(const struct person *person)
{
    return person->has_name ? person->name.name.folded : "";
}

/* People who came in the same second have different serials.  A serial is used again after four thousand million
 * people, in another second. */
uint64_t person_id(const struct person *person)
{
    return (uint64_t)person->since_s << 32 | person->serial;
}

/* ---- what others refer to ---- */

struct person_handle *person_handle(struct person *person)
{
    if (person->handle == NULL) {
        person->handle = mem_zalloc(sizeof(*person->handle));
        person->handle->refs = 1;
        person->handle->id = person_id(person);
        person->handle->person = person;
    }
    return person->handle;
}

struct person_handle *person_handle_ref(struct person *person)
{
    struct person_handle *handle = person_handle(person);

    handle->refs++;
    return handle;
}

void person_handle_unref(struct person_handle *handle)
{
    if (--handle->refs == 0) {
        free(handle->name);
        free(handle);
    }
}

const char *person_handle_name(const struct person_handle *handle)
{
    return handle->person != NULL ? person_shown_name(handle->person) : handle->name;
}

void person_leave_handle(struct person *person)
{
    struct person_handle *handle = person->handle;

    if (handle == NULL) {
        return;
    }
    person_set_away(person, NULL);
    if (handle->refs > 1) {
        handle->name = mem_strdup(person_shown_name(person));
    }
    handle->person = NULL;
    person->handle = NULL;
    person_handle_unref(handle);
}

/* ---- away ---- */

const char *person_away(const struct person *person)
{
    return person->handle != NULL ? person->handle->away : NULL;
}

void person_set_away(struct person *person, const char *text)
{
    if (text != NULL || person_away(person) != NULL) {
        free(person_handle(person)->away);
        person->handle->away = text != NULL ? mem_strdup(text) : NULL;
    }
}

/* ---- what holds for the person ---- */

void person_changed(const struct person *person)
{
    for (struct attachment *at = person->attachments; at != NULL; at = at->next_of_person) {
        at->sink.ops->changed(&at->sink);
    }
}
