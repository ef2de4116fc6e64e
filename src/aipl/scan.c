#include "aipl/scan.h"

#include <stdatomic.h>

#include "base/mem.h"
#include "base/parallel.h"

#define BLOCK 8192u
#define AHEAD 12u
#define COUNT_BLOCK ((size_t)1 << 20)
#define LANES 16
#define STAGES_MAX 16

struct work {
    struct scan *scan;
    const uint32_t *consumers;
    uint32_t last; /* identities run 1..last */
    atomic_uint next;
};
struct worker {
    struct work *work;
    uint64_t *sum;
};

static void scan_block(struct scan *s, const uint32_t *consumers, struct sweep *w,
                       uint64_t *sum, uint32_t from, uint32_t to)
{
    for (uint32_t no = from; no < to; no++) {
        if (s->wants && !s->wants(s->ctx, no)) {
            continue;
        }
        if (consumers[no] != no) {
            if (s->skip) {
                s->skip(s->ctx, no);
            }
            continue;
        }
        if (no + AHEAD < to) {
            evidence_prefetch(s->brand->evidence, no + AHEAD);
        }
        s->visit(s->ctx, sum, no, assets_sweep(w, s->brand, no));
    }
}

static void *work_run(void *arg)
{
    struct worker *me = arg;
    struct work *w = me->work;
    struct sweep *sweep = sweep_new(w->scan->table);
    for (;;) {
        uint64_t from = 1 + (uint64_t)atomic_fetch_add(&w->next, 1) * BLOCK;
        if (from > w->last) {
            break;
        }
        uint64_t to =
            from + BLOCK <= (uint64_t)w->last + 1 ? from + BLOCK : (uint64_t)w->last + 1;
        scan_block(w->scan, w->consumers, sweep, me->sum, (uint32_t)from, (uint32_t)to);
    }
    sweep_free(sweep);
    return NULL;
}

void scan_run(struct scan *s, uint64_t *sum)
{
    struct work w = {.scan = s,
                     .consumers = graph_consumers(s->brand->graph),
                     .last = evidence_len(s->brand->evidence)};
    struct worker workers[PARALLEL_MAX];
    int n = w.last < 2 * BLOCK ? 1 : s->threads;
    for (int i = 0; i < n; i++) {
        workers[i] = (struct worker){&w, mem_array(uint64_t, s->sum_len + 1)};
    }
    parallel_workers(workers, sizeof(workers[0]), n, work_run);
    for (int i = 0; i < n; i++) {
        for (size_t k = 0; k < s->sum_len; k++) {
            sum[k] += workers[i].sum[k];
        }
        mem_free(workers[i].sum);
    }
}

/* ---- counting bytes ---- */

/* How many of n bytes are k: LANES counters of a byte each, emptied before they can run over; the
 * compiler makes one vector of them. */
static uint64_t count_byte(const uint8_t *p, size_t n, uint8_t k)
{
    uint64_t total = 0;
    while (n >= LANES) {
        uint8_t lanes[LANES] = {0};
        size_t rounds = n / LANES < 255 ? n / LANES : 255;
        for (size_t i = 0; i < rounds; i++, p += LANES) {
            for (int j = 0; j < LANES; j++) {
                lanes[j] = (uint8_t)(lanes[j] + (p[j] == k));
            }
        }
        n -= rounds * LANES;
        for (int j = 0; j < LANES; j++) {
            total += lanes[j];
        }
    }
    while (n-- > 0) {
        total += *p++ == k;
    }
    return total;
}

struct tally {
    const uint8_t *bytes;
    size_t len;
    uint32_t n;
    uint64_t counts[STAGES_MAX];
};

static void *tally_run(void *arg)
{
    struct tally *t = arg;
    for (size_t at = 0; at < t->len; at += BLOCK) {
        size_t n = t->len - at < BLOCK ? t->len - at : BLOCK; /* stays in the nearest cache */
        for (uint32_t k = 0; k < t->n; k++) {
            t->counts[k] += count_byte(t->bytes + at, n, (uint8_t)k);
        }
    }
    return NULL;
}

void scan_count(const uint8_t *bytes, size_t len, uint64_t *counts, uint32_t n, int threads)
{
    struct tally tallies[PARALLEL_MAX];
    size_t workers = len < COUNT_BLOCK ? 1 : (size_t)threads, share = len / workers;
    for (size_t i = 0; i < workers; i++) {
        tallies[i] = (struct tally){.bytes = bytes + i * share,
                                    .n = n,
                                    .len = i + 1 < workers ? share : len - i * share};
    }
    parallel_workers(tallies, sizeof(tallies[0]), (int)workers, tally_run);
    for (uint32_t k = 0; k < n; k++) {
        counts[k] = 0;
        for (size_t i = 0; i < workers; i++) {
            counts[k] += tallies[i].counts[k];
        }
    }
}
