/* Locks between processes by flock. The kernel drops them when the process dies, so a crash
 * never leaves a stale one. */
#ifndef POND_STORE_LOCKFILE_H
#define POND_STORE_LOCKFILE_H

#include "base/rc.h"

struct lockfile;

/* One writer per data directory: an flock on DIR/lock, which holds the writer's process id for
 * the message. Takes it without waiting. RC_BUSY names the process that holds it; RC_MISSING when the
 * directory is not there; RC_DENIED, RC_IO. The directory must be on a file system with flock.
 */
enum rc lockfile_take(const char *dir, struct lockfile **out, struct err *e);
/* Any number may share a directory; who is to remove files from it asks whether it is alone, and
 * goes without when it is not. The lock is on the directory itself, so readers need no right to
 * write. */
/* Waits while another is alone in it, which must be short. NULL when the directory cannot be
 * opened or locked: only a courtesy is lost. */
struct lockfile *lockfile_share(const char *dir);
/* NULL when somebody shares the directory. */
struct lockfile *lockfile_alone(const char *dir);
void lockfile_drop(struct lockfile *l); /* NULL is fine */

#endif
