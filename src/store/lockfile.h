/* One writer per data directory: an flock on DIR/lock. The kernel drops it when the process
 * dies, so a crash never leaves a stale lock. The file holds the writer's process id for the
 * message. */
#ifndef POND_STORE_LOCKFILE_H
#define POND_STORE_LOCKFILE_H

#include "base/rc.h"

struct lockfile;

/* Takes the lock without waiting. RC_BUSY names the process that holds it; RC_MISSING when the
 * directory is not there; RC_DENIED, RC_IO. The directory must be on a file system with flock.
 */
enum rc lockfile_take(const char *dir, struct lockfile **out, struct err *e);
void lockfile_drop(struct lockfile *l); /* NULL is fine */

#endif
