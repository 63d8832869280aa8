/* frontend/fault.c: the table's texts. */
#include "config.h"

#include "frontend/fault.h"

static const char *const codes[] = {
#define FAULT_ROW(symbol, code) code,
    FAULT_TABLE(FAULT_ROW)
#undef FAULT_ROW
};

const char *fault_code(enum fault fault)
{
    return codes[fault];
}
