/* Figures of a server for Prometheus: counters and histograms of requests, and what the brands say of themselves.
 * Counting is a few atomic adds. Source: Prometheus text format 0.0.4. */
#ifndef POND_SERVE_METRICS_H
#define POND_SERVE_METRICS_H

#include <stdint.h>
#include "serve/live.h"
#include "base/buf.h"

/* Requests by what they are: times of a question say nothing about those of a batch. */
enum metric_class {
    METRIC_COLLECT, /* events of an SDK or a shop, until they are durable */
    METRIC_READ,    /* an operation that reads                            */
    METRIC_WRITE,   /* an operation that writes                           */
    METRIC_PAGE,    /* pages, health, metrics                             */
    METRIC_STREAM,  /* server-sent events: its time is how long it lasted */
    METRIC_CLASSES
};

struct metrics;
struct metrics *metrics_new(void);
void metrics_free(struct metrics *m);
/* Microseconds of a clock that only goes forward. */
int64_t metrics_now_us(void);
void metrics_request(struct metrics *m, enum metric_class c, int status, int64_t micros);
/* Requests that a limit refused: "rate", "queue", "connections". */
enum metric_refusal { REFUSED_RATE, REFUSED_QUEUE, REFUSED_KEY, REFUSALS };
void metrics_refused(struct metrics *m, enum metric_refusal r);

/* What is so at this moment. */
struct metrics_brand {
    struct str name;
    struct live_figures figures;
};
struct metrics_moment {
    const struct metrics_brand *brand;
    uint32_t brands;
    uint32_t connections, jobs_running, jobs_waiting, streams, parked;
    int64_t started_ms; /* UTC */
};
void metrics_text(const struct metrics *m, const struct metrics_moment *now, struct buf *out);

#endif
