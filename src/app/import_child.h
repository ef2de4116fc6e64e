/* Files of complicated formats are decoded by a child process: no network, no new programs or processes,
 * no writing, bounded memory and time. What it sends is CSV (wire/csv.h) whose first two columns are the
 * row's number and a digit of flags for each cell (enum xlsx_flag), and is trusted no more than any file. */
#ifndef POND_APP_IMPORT_CHILD_H
#define POND_APP_IMPORT_CHILD_H

#include <stdbool.h>
#include "base/rc.h"

enum import_child_kind { IMPORT_CHILD_XLSX, IMPORT_CHILD_PARQUET };

struct import_child;

/* Starts it; rows come from import_child_fd. RC_IO. */
enum rc import_child_start(const char *path, enum import_child_kind kind,
                           struct import_child **out, struct err *e);
int *import_child_fd(struct import_child *c);
/* Waits for its end and tells how it went: RC_OK, what the decoder said, or RC_INVALID when the child was
 * killed. With `abandon` it is ended at once and nothing is said. Frees it; NULL is fine. */
enum rc import_child_end(struct import_child *c, bool abandon, struct err *e);

#endif
