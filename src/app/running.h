/* Where the running server of a data directory is: DIR/serve.json, written when it is ready and removed when it stops.
 * A process that was killed leaves it behind; who meets nobody there says so. */
#ifndef POND_APP_RUNNING_H
#define POND_APP_RUNNING_H

#include "app/pond.h"
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

/* json: {"address":"http://127.0.0.1:8080", ...} */
enum rc running_write(const struct pond *p, struct str json, struct err *e);
void running_remove(const struct pond *p);
/* The address, in `a`; {NULL, 0} when no server said that it runs. */
struct str running_address(const struct pond *p, struct arena *a);

#endif
