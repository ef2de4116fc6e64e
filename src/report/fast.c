#include "report/fast.h"
#include "base/mem.h"
#include "report/asset.h"
#include "base/parallel.h"

#define BLOCK 16384u

struct union_work {
    const struct assets *assets;
    const struct brand *brand;
    const uint32_t *consumers;
    int32_t from, to;
    uint64_t *sums; /* a block's STAGE_MAX counts, [0]: any stage above none */
};

static uint32_t stages_held(const span_vec *spans, int32_t from, int32_t to)
{
    uint32_t held = 0;
    for (size_t i = 0; i < spans->len; i++) {
        const struct span *s = &spans->ptr[i];
        if (s->from <= to && s->to >= from) {
            held |= 1u << s->stage;
        }
    }
    return held;
}

static void union_block(void *ctx, size_t from, size_t to)
{
    struct union_work *w = ctx;
    uint64_t *sum = w->sums + from / BLOCK * STAGE_MAX;
    span_vec spans = {0};
    for (size_t i = from; i < to; i++) {
        uint32_t no = (uint32_t)i + 1;
        if (w->consumers[no] != no) {
            continue;
        }
        vec_clear(&spans);
        assets_spans(w->assets, w->brand, no, &spans);
        uint32_t held = stages_held(&spans, w->from, w->to);
        sum[0] += (held & ~1u) != 0;
        for (uint32_t s = 1; s < STAGE_MAX; s++) {
            sum[s] += held >> s & 1u;
        }
    }
    vec_release(&spans);
}

static void find_union(struct assets *a, struct brand *b, int threads, struct fast_report *r)
{
    size_t n = dictionary_len(b->dictionary);
    struct union_work w = {.assets = a,
                           .brand = b,
                           .consumers = graph_consumers(b->graph),
                           .from = r->from,
                           .to = r->to,
                           .sums = mem_array(uint64_t, (n / BLOCK + 1) * STAGE_MAX)};
    parallel_blocks(n, BLOCK, threads, union_block, &w);
    for (size_t i = 0; i < (n / BLOCK + 1) * STAGE_MAX; i++) {
        r->held[i % STAGE_MAX] += w.sums[i];
    }
    r->fertility = r->held[0];
    r->held[0] = 0;
    mem_free(w.sums);
}

enum rc fast_make(struct assets *a, const struct stage_model *m, struct brand *b, int32_t from,
                  int32_t to, int threads, struct fast_report *out, struct err *e)
{
    uint64_t matrix[STAGE_MAX * STAGE_MAX] = {0}, fresh[STAGE_MAX] = {0};
    struct fast_report r = {.from = from, .to = to, .stages_len = m->stages_len};
    enum rc rc = assets_flow(a, b, from - 1, to, matrix, fresh, e);
    if (rc) {
        return rc;
    }
    for (uint32_t row = 1; row < r.stages_len; row++) {
        for (uint32_t col = 0; col < r.stages_len; col++) {
            uint64_t n = matrix[(size_t)row * r.stages_len + col];
            r.start[row] += n;
            if (row + 1 < r.stages_len) {
                r.could += n;
                r.advanced += col > row ? n : 0;
            }
        }
    }
    find_union(a, b, threads, &r);
    *out = r;
    return RC_OK;
}

void fast_super(struct fast_report *r, const struct bits *super, const struct bits *active)
{
    size_t words = (super->len + 63) / 64;
    r->super = r->active = 0;
    for (size_t i = 0; i < words; i++) {
        uint64_t other = i < (active->len + 63) / 64 ? active->words[i] : 0;
        r->super += (uint64_t)__builtin_popcountll(super->words[i]);
        r->active += (uint64_t)__builtin_popcountll(super->words[i] & other);
    }
}

double fast_advancing(const struct fast_report *r)
{
    return asset_share(r->advanced, r->could);
}

double fast_thriving(const struct fast_report *r) { return asset_share(r->active, r->super); }
