/* The inside of wire/op.h, shared by op*.c. */
#ifndef POND_WIRE_OP_ARGS_H
#define POND_WIRE_OP_ARGS_H

#include "base/vec.h"
#include "wire/op.h"

struct op_values {
    struct str *item;
    uint32_t count, cap;
};

struct op_args {
    struct arena *arena;
    const struct op *op;
    struct op_values *field; /* one for each row of op->in */
    uint32_t fields;
};

/* What a call has said so far, in order. */
struct op_shown {
    struct table *table; /* or */
    struct str text;
};

struct op_output {
    struct buf reply;
    struct json json;
    VEC(struct op_shown) shown;
    struct plot *plot;   /* NULL: none                             */
    struct sheet *sheet; /* NULL: the operation writes no pages itself */
};

/* The flags of struct op_global, for parsing and for help. */
struct op_global_flag {
    const char *name;    /* without "--"                         */
    char letter;         /* 0: none                              */
    const char *metavar; /* NULL: takes no value                 */
    const char *help, *help_zh;
};
extern const struct op_global_flag op_global_flags[]; /* ends with name NULL */

uint32_t op_in_count(const struct op *op);
/* The row of op->in with this name ("_" counts as "-"); UINT32_MAX: none. */
uint32_t op_in_find(const struct op *op, struct str name);
/* "DAY", "N", "FILE", "day|week": what stands for the value in help. */
const char *op_metavar(const struct op_in *in);
const char *op_type_name(enum op_type t);
/* True when `name` consists of the words of `prefix`, and maybe more. */
bool op_name_starts(const char *name, struct str prefix);

#endif
