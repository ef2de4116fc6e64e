/* Completion scripts for bash and zsh, made from the operation records. */
#ifndef POND_APP_COMPLETE_H
#define POND_APP_COMPLETE_H

#include "base/buf.h"
#include "wire/op.h"
#include <stdbool.h>

/* Appends the script: commands word by word, flags of the command typed so far, choices of a
 * flag, files elsewhere. */
void complete_script(const struct op_book *b, bool zsh, struct buf *out);

#endif
