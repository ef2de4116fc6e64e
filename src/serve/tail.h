/* `pond tail`: the live stream of a running server, a line each. */
#ifndef POND_SERVE_TAIL_H
#define POND_SERVE_TAIL_H

#include "app/pond.h"
#include "wire/op.h"

struct tail {
    struct op_call *call;
    struct str url, key, types; /* url empty: that of DATA/serve.json */
    int64_t count;              /* end after so many; 0: never */
};
enum rc tail_follow(const struct tail *t);

#endif
