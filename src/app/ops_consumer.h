/* What the operations on consumers share, and the one with a file of its own. */
#ifndef POND_APP_OPS_CONSUMER_H
#define POND_APP_OPS_CONSUMER_H

#include "people/consumer.h"
#include "wire/op.h"

struct pond;

/* Opens the brand for reading around the reply. */
enum rc consumer_with_brand(struct op_call *c,
                            enum rc (*reply)(struct op_call *, struct pond *));
/* kind:value, masked unless the call asks to reveal. */
struct str consumer_identity_text(const struct op_call *c, const struct consumer_identity *i);
enum rc consumer_list_run(struct op_call *c); /* consumer_list.c */

#endif
