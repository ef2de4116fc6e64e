/* One life through a funnel; shared by funnel*.c. */
#ifndef POND_REPORT_FUNNEL_LIFE_H
#define POND_REPORT_FUNNEL_LIFE_H

#include "base/vec.h"
#include "report/funnel.h"
#include "report/match.h"
#include "report/tally.h"

struct funnel_attempt {
    uint32_t start;               /* row */
    int64_t at[FUNNEL_STEPS_MAX]; /* time of each step */
};
struct funnel_item {
    uint32_t item, row;
};
typedef VEC(int64_t) funnel_spans;

/* A thread's own. now[k]: the best attempt that reached step k; old: as of before this instant. */
struct funnel_worker {
    const struct funnel_spec *spec;
    const struct history *h; /* NULL: breakdown by nothing or groups only */
    const struct match *match;
    struct funnel_attempt now[FUNNEL_STEPS_MAX], old[FUNNEL_STEPS_MAX], best;
    uint32_t reached, old_reached; /* steps reached; now[k] is valid for k < reached */
    uint32_t depth;                /* of the best attempt of this life */
    uint32_t consumer;
    int64_t instant; /* time of the rows at hand */
    bool started;    /* first_only: the start is behind us */
    uint64_t consumers[FUNNEL_STEPS_MAX];
    funnel_spans step[FUNNEL_STEPS_MAX], start[FUNNEL_STEPS_MAX];
    struct tally *parts;
    VEC(struct funnel_item) items;
};
struct funnel_worker *funnel_workers_new(const struct funnel_spec *s, int n);
/* Sums up, then frees the workers. */
void funnel_workers_end(struct funnel_worker *w, int n, struct funnel *out);

void funnel_life_begin(struct funnel_worker *w, uint32_t consumer);
/* Before the first row of a life, and of each item. */
void funnel_rows_begin(struct funnel_worker *w);
/* The next row in order of time; bits: the steps that it matches, not 0. */
void funnel_row(struct funnel_worker *w, uint32_t row, uint32_t bits, int64_t t);
void funnel_life_end(struct funnel_worker *w);

#endif
