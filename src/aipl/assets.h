/* Stages of consumers, now and on every day: spans, counts, trend, flows.
 *
 * All of it is computed from evidence by one sweep a consumer (aipl/sweep.h): its spans cover every day
 * from its first event on, future days included (what it decays to if nothing more happens). Column
 * `now` keeps each consumer's stage and the day until which it holds, so that today's counts touch 3
 * bytes a consumer.
 *
 * Days are of the brand's zone; "as of day D" means at the end of D; a consumer counts from its first day.
 * Work on many consumers is split over `threads`.
 */
#ifndef POND_AIPL_ASSETS_H
#define POND_AIPL_ASSETS_H

#include <stdint.h>
#include "aipl/model.h"
#include "base/vec.h"
#include "people/brand.h"

struct assets; /* one brand's stages under one model */

/* The model outlives it. Nothing is computed until asked. */
struct assets *assets_new(const struct stage_model *m, int threads);
void assets_free(struct assets *a);
/* Hook bodies (people/brand.h): keep the `now` column true. */
enum rc assets_changed(struct assets *a, struct brand *b, const uint32_t *nos, uint32_t n,
                       struct err *e);
/* As assets_changed, but the column is brought up to `day` (today) for them at once, and `tell` hears of each consumer
 * whose stage moved: from -1 when it was not known before. Consumers whose column is of another day or stale are
 * only marked: call assets_counts once a day and after opening, and nothing is missed. */
enum rc assets_moved(struct assets *a, struct brand *b, const uint32_t *nos, uint32_t n,
                     int32_t day, void (*tell)(void *ctx, uint32_t consumer, int from, int to),
                     void *ctx, struct err *e);
enum rc assets_rebuilt(struct assets *a, struct brand *b, struct err *e);
enum rc assets_save(struct assets *a, struct brand *b, struct checkpoint_writer *w,
                    struct err *e);
enum rc assets_load(struct assets *a, struct brand *b, struct checkpoint *c, struct err *e);

struct span {
    uint8_t stage;    /* index into the model's stages */
    int32_t from, to; /* days, both included; to = INT32_MAX: until further notice */
};
typedef VEC(struct span) span_vec;
/* Spans of one consumer (any of its identities) in order, without gaps, from its first day. Appends. */
void assets_spans(const struct assets *a, const struct brand *b, uint32_t no, span_vec *out);
/* The stage of one consumer on a day; -1 when not yet known. */
int assets_stage(const struct assets *a, const struct brand *b, uint32_t no, int32_t day);

/* stage[no] of every consumer (its smallest identity) at the end of a day, for numbers below len; 255: not known
 * then, or another identity. */
enum rc assets_stages(struct assets *a, struct brand *b, int32_t day, uint8_t *stage,
                      uint32_t len, struct err *e);
/* counts[stages_len]: consumers per stage as of a day. From the `now` column when day = today and it is
 * current, else by sweeping. */
enum rc assets_counts(struct assets *a, struct brand *b, int32_t day, uint64_t *counts,
                      struct err *e);
/* counts[(day - from) * stages_len + stage] for from..to, both included; at most 36,600 days. */
enum rc assets_trend(struct assets *a, struct brand *b, int32_t from, int32_t to,
                     uint64_t *counts, struct err *e);
/* matrix[row * stages_len + column]: consumers in stage `row` at the end of `from` and `column` at the end of
 * `to`; fresh[stage]: those first known after `from`, by their stage on `to`. */
enum rc assets_flow(struct assets *a, struct brand *b, int32_t from, int32_t to,
                    uint64_t *matrix, uint64_t *fresh, struct err *e);
/* The same between each day and the next: days from+1..to, matrices[(to-from) * len * len], fresh[(to-from) * len].
 * The diagonal is filled too. */
enum rc assets_daily_flows(struct assets *a, struct brand *b, int32_t from, int32_t to,
                           uint64_t *matrices, uint64_t *fresh, struct err *e);
/* Time spent: sum over consumers of days in each stage within from..to. */
enum rc assets_days_spent(struct assets *a, struct brand *b, int32_t from, int32_t to,
                          uint64_t *days, struct err *e);
size_t assets_bytes(const struct assets *a);

#endif
