/* The other executor: a question as ONE statement over the lake's views `event` and `identity` and a few tails
 * (people/stored.h), in the part of SQL that DuckDB and ClickHouse share where it reaches. It shares nothing with the
 * native executor but who/question.h and what the sources give, so that each is the other's check; and the statement is
 * what a warehouse beside Pond would run.
 *
 *   computed in SQL     days, counts, orders, sums, moments, sequences, statuses, who is known, identities, samples
 *   read from a tail    the partition (person), stages (span), refunds in full (refunded), marks, score columns
 *
 * Days: the brand's zone becomes a CASE over the changes of its offset within the data's time, so days and distinct days
 * are right where clocks change. Everything from outside is a parameter ($p1, $p2 ...); only our own numbers and pieces
 * of who.sql make the text.
 *
 * Outside the shared part: `asof join` needs ClickHouse 24+ (with join_use_nulls), `xor`, `>>` and 128-bit products of
 * samples are bitXor, bitShiftRight and plain products there, json_extract_string is JSONExtractString. */
#ifndef POND_WHO_SQL_H
#define POND_WHO_SQL_H

#include "base/arena.h"
#include "base/rc.h"
#include "people/brand.h"
#include "who/bits.h"
#include "who/question.h"
#include "who/world.h"

struct who_sql;

/* For a settled brand as of a day; sources are copied, their ctx borrowed. Cheap: tails are made when first needed. */
struct who_sql *who_sql_new(struct brand *b, int32_t as_of, const struct who_sources *s);
void who_sql_free(struct who_sql *q); /* NULL is fine */
/* As who_find: the caller releases *out. RC_BUG when the engine refuses the statement. */
enum rc who_sql_find(struct who_sql *q, const struct question *question, struct bits *out,
                     struct err *e);
/* The statement and its parameters, one a line behind it as comments, in `a`; nothing is run. */
enum rc who_sql_text(struct who_sql *q, const struct question *question, struct arena *a,
                     struct str *out, struct err *e);

#endif
