/* The built chatd's table of metrics, a line each, for metrics.sh: NAME TYPE LABEL HELP, where LABEL is "-" when there
 * is none.  With files as arguments: whether each is JSON. */
#include "config.h"

#include "admin/metrics.h"
#include "base/strbuf.h"
#include "strict_json.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_json(const char *path)
{
    struct strbuf text = {0};
    FILE *in = fopen(path, "r");
    char part[4096];
    bool is_valid;
    size_t n;

    while (in != NULL && (n = fread(part, 1, sizeof(part), in)) > 0) {
        strbuf_add(&text, part, n);
    }
    if (in != NULL) {
        fclose(in);
    }
    is_valid = strict_json_is_valid(strbuf_str(&text));
    strbuf_fini(&text);
    return is_valid;
}

int main(int argc, char **argv)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    const struct metrics_row *row;

    for (int i = 1; i < argc; i++) {
        if (!is_json(argv[i])) {
            printf("%s is no JSON\n", argv[i]);
        }
    }
    for (size_t i = 0; argc == 1 && (row = metrics_at(i)) != NULL; i++) {
        printf("%s %s %s %s\n", row->name, types[row->type], row->label != NULL ? row->label : "-", row->help);
    }
    return EXIT_SUCCESS;
}
