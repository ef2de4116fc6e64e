/* consumer split, join, undo, decisions: what operators decide about identities. The rows are in
 * app/ops_consumer.c, the work in app/ops_split.c. */
#ifndef POND_APP_SPLIT_H
#define POND_APP_SPLIT_H

#include "wire/op.h"

extern const struct op_in split_in[], join_in[], undo_in[], decisions_in[];
extern const struct op_out split_out[], join_out[], undo_out[], decisions_out[];

enum rc split_run(struct op_call *c);
enum rc join_run(struct op_call *c);
enum rc undo_run(struct op_call *c);
enum rc decisions_run(struct op_call *c);

#endif
