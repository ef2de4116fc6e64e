/* Where a password comes from: never from the command line, which everybody on the machine can read. */
#ifndef POND_APP_SECRET_INPUT_H
#define POND_APP_SECRET_INPUT_H

#include "app/pond.h"
#include "base/buf.h"
#include "wire/op.h"

/* Appends the password of the operation's secret field "password" to *out; the caller wipes it.
 *
 *     a request       its field "password"
 *     --password-file the first and only line of that file
 *     a terminal      asked for twice, without echo
 *     else            standard input, one line
 *
 * `whose`: the user, for the question. RC_INVALID for none, for more than one line, for one over 4,000 bytes, and when
 * the two do not agree; RC_STOPPED for ^C and ^D; RC_MISSING, RC_IO for the file. */
enum rc secret_input(struct op_call *c, struct str whose, struct buf *out);

#endif
