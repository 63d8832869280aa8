/* config/load.h: values given in a file and on the command line, put into a snapshot.
 *
 * Each value is checked when it is complete; every mistake is reported with the place where it was made. */
#ifndef CHATD_CONFIG_LOAD_H
#define CHATD_CONFIG_LOAD_H

#include "base/strbuf.h"
#include "config/checks.h"
#include "config/mistakes.h"
#include "config/options.h"
#include "config/values.h"

#include <stdbool.h>
#include <stddef.h>

/* Embedded by the caller, which sets cfg, checks and mistakes. */
struct load {
    struct conf *cfg;
    struct checks checks;
    struct mistakes mistakes;
    /* During load_file(): */
    const char *section;    /* the section of the lines being read; NULL before the first, or if it is not known */
    bool skips_section;     /* the section is not known; that has been added to the mistakes */
    const struct options_row *row; /* the option whose value is being read; NULL if there is none or it is not known */
    size_t row_line;
    struct strbuf value;
    bool is_broken; /* a part of value could not be read */
};

/* Reads the file at path into load->cfg. */
void load_file(struct load *load, const char *path);
/* Takes one argument, "section.key=value". */
void load_override(struct load *load, size_t place, const char *override);

#endif
