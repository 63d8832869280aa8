/* config/sample.h: the sample file, made from the table of options. */
#ifndef CHATD_CONFIG_SAMPLE_H
#define CHATD_CONFIG_SAMPLE_H

#include <stdio.h>

/* Writes every option at its default, with its help, range and unit, and whether a reload applies it. */
void sample_print(FILE *out);
/* A sentence about a section of the table. */
const char *sample_section_help(const char *section);

#endif
