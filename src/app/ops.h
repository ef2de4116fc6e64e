/* The list of all operations. A module owns its rows; the list of modules is by hand. */
#ifndef POND_APP_OPS_H
#define POND_APP_OPS_H

#include "wire/op.h"

/* Every operation of the program. Lives for ever. */
const struct op_book *ops_book(void);

#endif
