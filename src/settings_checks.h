/* settings_checks.h: what the values of options have to mean, beyond their types.
 *
 * A value whose meaning belongs to a part (an address, a room's name) is checked while it is read, and so is what two
 * options have to fit each other in.  Any thread. */
#ifndef CHATD_SETTINGS_CHECKS_H
#define CHATD_SETTINGS_CHECKS_H

#include "config/conf.h"

/* For conf_load(). */
extern const struct conf_check settings_checks_all[];

#endif
