/* What people see of an import: progress while it runs, the mapping chosen, the summary. */
#ifndef POND_APP_IMPORT_SHOW_H
#define POND_APP_IMPORT_SHOW_H

#include "app/effect.h"
#include "app/import.h"
#include "wire/op.h"

/* A line on standard error: rewritten in place on a terminal, else one every five seconds. */
struct import_line {
    bool terminal;
    enum lang lang;
    int64_t shown_ms; /* steady clock of the last one */
    bool open;        /* a line is on the terminal, to be wiped */
};
void import_line_show(void *ctx, const struct import_state *s);

/* The reply of `import`, whole: JSON, tables, text. effect: NULL when nothing was imported. */
void import_show(struct op_call *c, struct pond *p, const struct import_request *q,
                 const struct import_summary *s, const struct effect *effect);

#endif
