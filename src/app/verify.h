/* Verify: replays history from nothing and compares digests; checks every invariant it knows.
 *
 * Checked: every page of the ledger, its audit trail, every segment's checksum, every log row's, the checkpoint's; that
 * rows in segments and log are as many as were accepted; that the partition is one, evidence is in order, the
 * column of today's stages equals a sweep, flows balance; that imports add up; and that the state in
 * use has the digest of the state folded again from nothing.
 */
#ifndef POND_APP_VERIFY_H
#define POND_APP_VERIFY_H

#include "app/pond.h"
#include "base/arena.h"
#include "base/vec.h"

struct verify_check {
    const char *name, *zh; /* "every segment matches its checksum" */
    bool ok;
    struct str found; /* when not ok: what, where, in the report's arena */
};
struct verify_report {
    struct arena *arena;
    VEC(struct verify_check) checks;
    bool ok; /* all of them */
    char digest[33],
        replayed[33]; /* of the state in use; of the one folded afresh ("" when not reached) */
    uint64_t events, anonymous, identities, consumers, segments, log_batches;
};

/* p: not open; it is opened for reading, twice. Findings are in the report, not in e: the return is RC_OK
 * also when a check failed, and fails only when verifying itself was impossible (no pond there, key lost). */
enum rc verify_run(struct pond *p, struct verify_report *out, struct err *e);
void verify_release(struct verify_report *r);

#endif
