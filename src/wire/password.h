/* Passwords: Argon2id (RFC 9106), 19 MiB, 2 passes, 1 lane, as its encoded text
 * "$argon2id$v=19$m=19456,t=2,p=1$SALT$HASH". About 25 ms of one processor and 19 MiB a call (docs/access.md
 * has the measured figure), so callers bound how many run at once.
 *
 * Library libargon2 (password.c). */
#ifndef POND_WIRE_PASSWORD_H
#define POND_WIRE_PASSWORD_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"

#define PASSWORD_MIN 10u /* bytes */
#define PASSWORD_MAX 200u

/* The encoded text in `a`, under a fresh salt. RC_INVALID for a length out of bounds; RC_IO without random
 * bytes; RC_BUSY without the 19 MiB. */
enum rc password_hash(struct str password, struct arena *a, struct str *encoded, struct err *e);
/* Whether it is the password of the encoded text. An empty one (nobody's) takes the same time and is false, as is a
 * password out of bounds or an encoded text that is none. */
bool password_fits(struct str encoded, struct str password);

#endif
