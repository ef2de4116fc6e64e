/* A value for every consumer, by identity number, and comparisons over it: 64 rows become one word. Whole numbers are
 * kept in the narrowest type that holds them all, because comparing is as fast as memory is read. */
#ifndef POND_WHO_COLUMN_H
#define POND_WHO_COLUMN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "people/evidence.h"

enum column_type { COLUMN_U8, COLUMN_U16, COLUMN_U32, COLUMN_I64, COLUMN_F64 };
struct column {
    enum column_type type;
    void *data; /* column_rows(len) values */
    uint32_t len;
    bool none; /* U8, U16: the greatest value means unknown, as NAN does in F64 */
};
#define COLUMN_BLOCK ((uint32_t)1 << 16) /* rows compared in one go */
#define COLUMN_DAY_NONE UINT16_MAX       /* a day column's unknown */

/* Rows for which memory is kept: whole words of 64. */
static inline size_t column_rows(uint32_t len) { return ((size_t)len + 63) / 64 * 64; }
size_t column_size(enum column_type t);
void column_init(struct column *c, enum column_type t, uint32_t len); /* zeroes */
void column_release(struct column *c);
size_t column_bytes(const struct column *c);
/* Lays a U32 or I64 column out in the narrowest type that holds every value, and a F64 column of small whole numbers
 * (scores) as whole ones. */
void column_narrow(struct column *c, int threads);

/* value between lo and hi, both included, or not so; a NAN is in no test. */
struct column_test {
    const struct column *column;
    int64_t lo, hi;
    double real_lo, real_hi;
    bool outside; /* holds for the others */
    bool never;   /* holds for nobody */
};
/* value cmp number. CMP_IN is CMP_EQ. */
struct column_test column_compare(const struct column *c, enum evidence_cmp cmp, double number);
struct column_test column_between(const struct column *c, int64_t lo, int64_t hi);
/* Words first .. first + words - 1 of the answer. Bits behind the column's length are not defined. */
void column_run(const struct column_test *t, size_t first, size_t words, uint64_t *out);
/* The answer of one row. */
bool column_holds(const struct column_test *t, uint32_t row);

#endif
