/* settings_checks.h: the checks of options' values beyond their types.
 *
 * A value whose meaning only a part knows (an address, a room's name) is checked while it is read; values of several
 * options that must go together are checked after all are read.  Any thread. */
#ifndef CHATD_SETTINGS_CHECKS_H
#define CHATD_SETTINGS_CHECKS_H

#include "config/conf.h"

/* For conf_load(). */
extern const struct conf_check settings_checks_all[];

#endif
