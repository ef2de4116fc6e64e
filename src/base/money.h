/* Money is a whole number of fen (1/100 of the brand's currency unit), never a double. */
#ifndef POND_BASE_MONEY_H
#define POND_BASE_MONEY_H

#include <stdint.h>

typedef struct {
    int64_t fen;
} money;

static inline money money_add(money a, money b) { return (money){a.fen + b.fen}; }
static inline money money_sub(money a, money b) { return (money){a.fen - b.fen}; }

#endif
