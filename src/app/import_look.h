/* What a dry run saw of a file: values of the columns, rows that would be set aside and why. */
#ifndef POND_APP_IMPORT_LOOK_H
#define POND_APP_IMPORT_LOOK_H

#include "app/import.h"
#include "app/import_source.h"

/* Before the first rows are taken from the source: values of its columns. Also when the mapping failed. */
struct import_look *import_look_new(struct arena *a, const struct import_source *s,
                                    const struct kind_table *kinds);
/* Lines of the rejects file (import_pipe.h), a chunk's. */
void import_look_rejects(struct import_look *l, struct arena *a, const struct mapping *m,
                         struct str lines);

#endif
