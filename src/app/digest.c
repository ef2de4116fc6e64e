#include "app/digest.h"

#include <stdio.h>
#include "base/mem.h"

#define SLICE 1000000u /* identities whose values are read at once */

static const struct hash_key key_identity = {0x706f6e6420696465u, 0x6e74697479000001u};
static const struct hash_key key_member = {0x706f6e64206d656du, 0x6265720000000002u};
static const struct hash_key key_low = {0x706f6e64206c6f77u, 3},
                             key_high = {0x706f6e6468696768u, 4};

/* canon[no]: hash of (kind, plain value) under a fixed key. */
static enum rc canon_slice(struct brand *b, uint32_t from, uint32_t n, uint64_t *canon,
                           struct err *e)
{
    struct arena *a = arena_new();
    uint32_t *nos = mem_array(uint32_t, n);
    struct str *values = mem_array(struct str, n);
    for (uint32_t i = 0; i < n; i++) {
        nos[i] = from + i;
    }
    enum rc rc = brand_values(b, nos, n, a, values, e);
    for (uint32_t i = 0; i < n && !rc; i++) {
        struct hash_stream h;
        hash_stream_init(&h, key_identity);
        struct str kind = kind_name(b->kinds, dictionary_kind(b->dictionary, from + i));
        hash_stream_add_u64(&h, kind.len);
        hash_stream_add(&h, kind);
        hash_stream_add(&h, values[i]);
        canon[from + i] = hash_stream_end(&h);
    }
    mem_free(nos);
    mem_free(values);
    arena_free(a);
    return rc;
}

static uint64_t member_hash(const struct brand *b, uint32_t no, uint64_t canon)
{
    struct hash_stream h;
    hash_stream_init(&h, key_member);
    hash_stream_add_u64(&h, canon);
    hash_stream_add_u64(&h, (uint64_t)(int64_t)evidence_first_day(b->evidence, no));
    struct evidence_view v = evidence_get(b->evidence, no);
    hash_stream_add(&h, str_make((const char *)v.words, v.len * sizeof(uint32_t)));
    return hash_stream_end(&h);
}

static void add_consumer(const struct brand *b, const struct assets *a, uint32_t root,
                         const uint64_t *canon, span_vec *spans, struct hash128 *out)
{
    uint64_t sum = 0, members = 0;
    uint32_t m = root;
    do {
        sum += member_hash(b, m, canon[m]);
        members++;
        m = graph_next(b->graph, m);
    } while (m != root);
    struct hash_stream low, high;
    hash_stream_init(&low, key_low);
    hash_stream_init(&high, key_high);
    hash_stream_add_u64(&low, sum);
    hash_stream_add_u64(&high, sum);
    hash_stream_add_u64(&low, members);
    vec_clear(spans);
    assets_spans(a, b, root, spans);
    for (size_t i = 0; i < spans->len; i++) {
        hash_stream_add_u64(&low, (uint64_t)spans->ptr[i].stage << 32 ^
                                      (uint64_t)(uint32_t)spans->ptr[i].from);
        hash_stream_add_u64(&high, (uint64_t)(int64_t)spans->ptr[i].to);
    }
    out->lo += hash_stream_end(&low);
    out->hi += hash_stream_end(&high);
}

enum rc digest_run(struct brand *b, const struct assets *a, struct hash128 *out, struct err *e)
{
    uint32_t n = dictionary_len(b->dictionary);
    uint64_t *canon = mem_array(uint64_t, (size_t)n + 1);
    enum rc rc = RC_OK;
    for (uint32_t from = 1; from <= n && !rc; from += SLICE) {
        rc = canon_slice(b, from, n - from + 1 < SLICE ? n - from + 1 : SLICE, canon, e);
    }
    *out = (struct hash128){hash_mix(b->events), hash_mix(b->anonymous)};
    span_vec spans = {0};
    for (uint32_t no = 1; no <= n && !rc; no++) {
        if (graph_consumer(b->graph, no) == no) {
            add_consumer(b, a, no, canon, &spans, out);
        }
    }
    vec_release(&spans);
    mem_free(canon);
    return rc;
}

char *digest_hex(struct hash128 d, char out[33])
{
    snprintf(out, 33, "%016llx%016llx", (unsigned long long)d.hi, (unsigned long long)d.lo);
    return out;
}
