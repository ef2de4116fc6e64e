#include "serve/metrics.h"
#include <inttypes.h>
#include <stdatomic.h>
#include <time.h>
#include "app/version.h"
#include "base/mem.h"

/* Upper bounds in microseconds. */
static const int64_t bounds[] = {500,    1000,   2500,   5000,    10000,   25000,   50000,
                                 100000, 250000, 500000, 1000000, 2500000, 5000000, 10000000};
#define BOUNDS (sizeof(bounds) / sizeof(*bounds))
#define STATUS_CLASSES 6 /* 1xx .. 5xx; 0: never answered */

struct histogram {
    _Atomic uint64_t bucket[BOUNDS + 1], micros;
};
struct metrics {
    struct histogram time[METRIC_CLASSES];
    _Atomic uint64_t status[METRIC_CLASSES][STATUS_CLASSES];
    _Atomic uint64_t refused[REFUSALS];
};

struct metrics *metrics_new(void) { return mem_zalloc(sizeof(struct metrics)); }
void metrics_free(struct metrics *m) { mem_free(m); }

int64_t metrics_now_us(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void add(_Atomic uint64_t *n, uint64_t by)
{
    (void)atomic_fetch_add_explicit(n, by, memory_order_relaxed);
}

static uint64_t get(const _Atomic uint64_t *n)
{
    return atomic_load_explicit(n, memory_order_relaxed);
}

void metrics_request(struct metrics *m, enum metric_class c, int status, int64_t micros)
{
    size_t b = 0;
    int s = status / 100;
    while (b < BOUNDS && micros > bounds[b]) {
        b++;
    }
    add(&m->time[c].bucket[b], 1);
    add(&m->time[c].micros, (uint64_t)(micros > 0 ? micros : 0));
    add(&m->status[c][s >= 1 && s < STATUS_CLASSES ? s : 0], 1);
}

void metrics_refused(struct metrics *m, enum metric_refusal r) { add(&m->refused[r], 1); }

/* ---- Text ------------------------------------------------------------------------------------ */

static void head(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_addf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static const char *class_name(enum metric_class c)
{
    static const char *const names[] = {"collect", "read", "write", "page", "stream"};
    return names[c];
}

static void put_times(const struct metrics *m, struct buf *out)
{
    head(out, "pond_http_request_duration_seconds", "histogram",
         "Time from the head of a request to the end of its answer.");
    for (enum metric_class c = 0; c < METRIC_CLASSES; c++) {
        uint64_t n = 0;
        for (size_t b = 0; b < BOUNDS; b++) {
            n += get(&m->time[c].bucket[b]);
            buf_addf(
                out,
                "pond_http_request_duration_seconds_bucket{route=\"%s\",le=\"%g\"} %" PRIu64
                "\n",
                class_name(c), (double)bounds[b] / 1e6, n);
        }
        n += get(&m->time[c].bucket[BOUNDS]);
        buf_addf(out,
                 "pond_http_request_duration_seconds_bucket{route=\"%s\",le=\"+Inf\"} %" PRIu64
                 "\npond_http_request_duration_seconds_sum{route=\"%s\"} %.6f\n"
                 "pond_http_request_duration_seconds_count{route=\"%s\"} %" PRIu64 "\n",
                 class_name(c), n, class_name(c), (double)get(&m->time[c].micros) / 1e6,
                 class_name(c), n);
    }
}

static void put_status(const struct metrics *m, struct buf *out)
{
    static const char *const codes[] = {"none", "1xx", "2xx", "3xx", "4xx", "5xx"};
    static const char *const why[] = {"rate", "queue", "key"};
    head(out, "pond_http_requests_total", "counter", "Requests by class of status.");
    for (enum metric_class c = 0; c < METRIC_CLASSES; c++) {
        for (int s = 0; s < STATUS_CLASSES; s++) {
            buf_addf(out, "pond_http_requests_total{route=\"%s\",code=\"%s\"} %" PRIu64 "\n",
                     class_name(c), codes[s], get(&m->status[c][s]));
        }
    }
    head(out, "pond_http_refused_total", "counter",
         "Requests of collectors that were refused, by why.");
    for (int r = 0; r < REFUSALS; r++) {
        buf_addf(out, "pond_http_refused_total{why=\"%s\"} %" PRIu64 "\n", why[r],
                 get(&m->refused[r]));
    }
}

enum figure_type { FIGURE_U64, FIGURE_I64_MS, FIGURE_F64, FIGURE_BOOL };
struct figure {
    const char *name, *type, *help;
    enum figure_type value;
    size_t at; /* in struct live_figures */
};
#define AT(field) offsetof(struct live_figures, field)
/* clang-format off */
static const struct figure figures[] = {
    {"pond_ingest_requests_total", "counter", "Requests that brought events.", FIGURE_U64, AT(requests)},
    {"pond_ingest_events_total", "counter", "Events they held.", FIGURE_U64, AT(events)},
    {"pond_ingest_accepted_total", "counter", "Events that were new and are durable.", FIGURE_U64, AT(accepted)},
    {"pond_ingest_duplicates_total", "counter", "Events that were known.", FIGURE_U64, AT(duplicates)},
    {"pond_ingest_rejected_total", "counter", "Events that were set aside with a reason.", FIGURE_U64, AT(rejected)},
    {"pond_ingest_anonymous_total", "counter", "Accepted events that name nobody.", FIGURE_U64, AT(anonymous)},
    {"pond_ingest_commits_total", "counter", "Groups of requests made durable together.", FIGURE_U64, AT(commits)},
    {"pond_ingest_rate", "gauge", "Accepted events a second over the last 10 s.", FIGURE_F64, AT(rate)},
    {"pond_ingest_lag_seconds", "gauge", "Age of the oldest event accepted but not yet visible.", FIGURE_I64_MS, AT(lag_ms)},
    {"pond_queue_rows", "gauge", "Events that wait for the apply loop.", FIGURE_U64, AT(queued_rows)},
    {"pond_queue_batches", "gauge", "Requests that wait for the apply loop.", FIGURE_U64, AT(queued_batches)},
    {"pond_seq", "gauge", "The state's sequence number.", FIGURE_U64, AT(seq)},
    {"pond_events", "gauge", "Events in history.", FIGURE_U64, AT(total_events)},
    {"pond_consumers", "gauge", "Consumers.", FIGURE_U64, AT(consumers)},
    {"pond_identities", "gauge", "Identities.", FIGURE_U64, AT(identities)},
    {"pond_lake_bytes", "gauge", "Bytes of sealed segments.", FIGURE_U64, AT(lake_bytes)},
    {"pond_log_bytes", "gauge", "Bytes of batches not yet sealed.", FIGURE_U64, AT(log_bytes)},
    {"pond_log_rows", "gauge", "Events not yet sealed.", FIGURE_U64, AT(log_rows)},
    {"pond_snapshots_total", "counter", "Snapshots made for reading.", FIGURE_U64, AT(snapshots_made)},
    {"pond_snapshots_open", "gauge", "Snapshots that are open.", FIGURE_U64, AT(snapshots_open)},
    {"pond_snapshot_pause_seconds", "gauge", "How long the last snapshot stopped the apply loop.", FIGURE_F64, AT(fork_s_last)},
    {"pond_failing", "gauge", "1 when the last write failed: nothing is accepted.", FIGURE_BOOL, AT(failing)},
};
/* clang-format on */

static void put_value(const struct figure *f, const struct live_figures *l, struct buf *out)
{
    const char *p = (const char *)l + f->at;
    uint64_t u;
    int64_t i;
    double d;
    switch (f->value) {
    case FIGURE_U64:
        memcpy(&u, p, sizeof(u));
        buf_addf(out, "%" PRIu64 "\n", u);
        break;
    case FIGURE_I64_MS:
        memcpy(&i, p, sizeof(i));
        buf_addf(out, "%.3f\n", (double)i / 1e3);
        break;
    case FIGURE_F64:
        memcpy(&d, p, sizeof(d));
        buf_addf(out, "%.6g\n", d);
        break;
    case FIGURE_BOOL: buf_addf(out, "%d\n", *(const bool *)p); break;
    }
}

/* Names of brands have no byte that must be escaped (people/brand.h: letters, digits, _ -). */
static void put_figures(const struct metrics_moment *now, struct buf *out)
{
    for (size_t f = 0; f < sizeof(figures) / sizeof(*figures); f++) {
        head(out, figures[f].name, figures[f].type, figures[f].help);
        for (uint32_t b = 0; b < now->brands; b++) {
            buf_addf(out, "%s{brand=\"%.*s\"} ", figures[f].name, STR_FMT(now->brand[b].name));
            put_value(&figures[f], &now->brand[b].figures, out);
        }
    }
}

static void put_gauge(struct buf *out, const char *name, const char *help, double v)
{
    head(out, name, "gauge", help);
    buf_addf(out, "%s %.15g\n", name, v);
}

void metrics_text(const struct metrics *m, const struct metrics_moment *now, struct buf *out)
{
    uint64_t resident = 0; /* of the process: the same in every brand */
    for (uint32_t b = 0; b < now->brands; b++) {
        uint64_t bytes = now->brand[b].figures.memory_bytes;
        resident = bytes > resident ? bytes : resident;
    }
    put_figures(now, out);
    put_times(m, out);
    put_status(m, out);
    put_gauge(out, "pond_http_connections", "Connections that are open.", now->connections);
    put_gauge(out, "pond_parked_requests", "Requests that wait for room in the queue.",
              now->parked);
    put_gauge(out, "pond_streams", "Listeners of the live stream.", now->streams);
    put_gauge(out, "pond_jobs_running", "Operations that run.", now->jobs_running);
    put_gauge(out, "pond_jobs_waiting", "Operations that wait for a thread.",
              now->jobs_waiting);
    put_gauge(out, "process_resident_memory_bytes", "Memory of the process.", (double)resident);
    put_gauge(out, "process_start_time_seconds", "When it started, UTC.",
              (double)now->started_ms / 1e3);
    head(out, "pond_build_info", "gauge", "The version.");
    buf_addf(out, "pond_build_info{version=\"%s\"} 1\n", POND_VERSION);
}
