/* /openapi.json: the operations, what the API has besides, and the collectors. */
#ifndef POND_SERVE_OPENAPI_H
#define POND_SERVE_OPENAPI_H

#include "base/buf.h"
#include "wire/op.h"

void openapi_write(const struct op_book *book, struct buf *out);

#endif
