/* The digest: 128 bits over the canonical content of a pond.
 *
 * For every consumer: its identities (kind and plain value), their evidence and first days, and its stage
 * spans. Not in it: internal numbers, batch boundaries, order of arrival, the key file. So two ponds that
 * were told the same events under the same model, rules and decisions have the same digest, whatever the
 * order, the batches or the crashes in between. Consumers are summed, which needs no sorting.
 */
#ifndef POND_APP_DIGEST_H
#define POND_APP_DIGEST_H

#include "aipl/assets.h"
#include "base/hash.h"
#include "people/brand.h"

/* The brand must be settled. Reads and unseals every identity's value: some 2 s per million. */
enum rc digest_run(struct brand *b, const struct assets *a, struct hash128 *out, struct err *e);
/* 32 lower-case hex digits and a NUL; returns out. */
char *digest_hex(struct hash128 d, char out[33]);

#endif
