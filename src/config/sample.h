/* config/sample.h: the sample file, made from the table of options. */
#ifndef CHATD_CONFIG_SAMPLE_H
#define CHATD_CONFIG_SAMPLE_H

#include <stdio.h>

/* Every option at its default, with help, range, unit and whether a reload applies it. */
void sample_print(FILE *out);
/* What a section of the table is about, in a sentence. */
const char *sample_section_help(const char *section);

#endif
