/* A simulated disk for tests: it really writes, but it can fail at the Nth call, and it can record
 * everything, to rebuild afterwards what a power cut at any moment could have left.
 *
 * One `struct sim` covers both seams, so their calls lie on one time line: sim_disk() is a
 * `struct disk` (store/disk.h), sim_vfs() the name of an SQLite VFS. Everything below `root` is
 * recorded; the tree must be empty when recording begins.
 *
 * The model of a disk (pessimistic, POSIX): bytes written to a file are durable after a sync of that
 * file; creating, renaming, linking and removing a name is durable after a sync of its directory.
 * What is not durable at the cut may be there or not:
 *   SIM_DROPPED    none of it
 *   SIM_KEPT       all of it
 *   SIM_TORN       what came first is there, the write at the border only in part (whole 512-byte
 *                  sectors), of names a first part
 *   SIM_REORDERED  any subset of the writes, each perhaps torn; of names a first part
 *
 * A cut point is a moment: 2 * i is just before the i-th sync takes effect, 2 * i + 1 just after.
 * sim_mark notes what was acknowledged; a rebuild tells the last mark before the cut. */
#ifndef POND_TEST_FAULT_SIM_H
#define POND_TEST_FAULT_SIM_H

#include <stdbool.h>
#include <stdint.h>
#include "base/rc.h"
#include "store/disk.h"

struct sim;

enum sim_cut { SIM_DROPPED, SIM_KEPT, SIM_TORN, SIM_REORDERED, SIM_CUTS };
enum sim_fault { SIM_EIO, SIM_ENOSPC };

/* `root`: an existing directory; its real path is taken. Registers the VFS. */
struct sim *sim_new(const char *root);
void sim_free(struct sim *s);
struct disk *sim_disk(struct sim *s);
const char *sim_vfs(const struct sim *s);

/* --- Failing calls --- */
/* The nth call from now (1 = the next) fails, and with `stuck` every one after it; 0: none. */
void sim_fail_at(struct sim *s, uint64_t nth, enum sim_fault kind, bool stuck);
/* Calls since the last sim_fail_at; whether one was made to fail. */
uint64_t sim_calls(const struct sim *s);
bool sim_failed(const struct sim *s);

/* --- Power cuts --- */
void sim_record(struct sim *s, bool on);
void sim_mark(struct sim *s, uint64_t value);
/* Number of cut points of the recording. */
uint64_t sim_points(const struct sim *s);
/* Writes the tree as of a cut under `into` (made; must be empty), as root was. The calls must come
 * with rising points to be quick (a lower point replays from the start). *mark may be NULL. */
enum rc sim_rebuild(struct sim *s, uint64_t point, enum sim_cut cut, uint64_t seed,
                    const char *into, uint64_t *mark, struct err *e);
const char *sim_cut_name(enum sim_cut cut);
/* The last recorded call before a point, for messages: "sync ledger.db-wal". */
const char *sim_point_name(struct sim *s, uint64_t point);

#endif
