#include "people/partition.h"

#include <string.h>
#include "base/mem.h"
#include "base/sort.h"
#include "base/vec.h"
#include "people/number_set.h"

struct partition {
    uint32_t *consumer; /* by identity, 1..len */
    uint32_t len, consumers;
};

struct partition *partition_take(const struct graph *g, uint32_t len)
{
    struct partition *p = mem_zalloc(sizeof(*p));
    p->len = len;
    p->consumers = graph_consumer_count(g);
    p->consumer = mem_array(uint32_t, (size_t)len + 1);
    if (len) {
        memcpy(p->consumer, graph_consumers(g), ((size_t)len + 1) * sizeof(uint32_t));
    }
    return p;
}

void partition_free(struct partition *p)
{
    if (p) {
        mem_free(p->consumer);
        mem_free(p);
    }
}

uint32_t partition_was(const struct partition *p, uint32_t no)
{
    return no <= p->len ? p->consumer[no] : 0;
}

typedef VEC(struct keyed) pair_vec;

/* A consumer is named by its smallest number, so it is one of its own identities: every consumer of before has the
 * pair of its name; any other pair shows at an identity that went elsewhere than the name did. Those, each once. */
static void other_pairs(const struct partition *was, const struct graph *g, pair_vec *out)
{
    size_t kept = 0;
    for (uint32_t i = 1; i <= was->len; i++) {
        const uint32_t name = was->consumer[i];
        const uint32_t now = graph_consumer(g, i);
        if (now != graph_consumer(g, name)) {
            const struct keyed k = {(uint64_t)name << 32 | now, 0};
            vec_push(out, k);
        }
    }
    sort_keyed(out->ptr, out->len, 0);
    for (size_t i = 0; i < out->len; i++) {
        if (!i || out->ptr[i].key != out->ptr[kept - 1].key) {
            out->ptr[kept++] = out->ptr[i];
        }
    }
    out->len = kept;
}

/* Consumers now, as their pairs are met: which hold something old, which more than one. */
struct holders {
    struct number_set once, often;
};

static void hold(struct holders *h, uint32_t now)
{
    if (!number_set_add(&h->once, now)) {
        (void)number_set_add(&h->often, now);
    }
}

static void list_set(const struct number_set *s, uint32_t last, u32_vec *out)
{
    for (uint32_t no = 1; s->len && no <= last; no++) {
        if (number_set_has(s, no)) {
            vec_push(out, no);
        }
    }
}

void partition_compare(const struct partition *was, const struct graph *g,
                       struct partition_change *out)
{
    struct holders h = {0};
    pair_vec others = {0};
    *out = (struct partition_change){.before = was->consumers, .now = graph_consumer_count(g)};
    other_pairs(was, g, &others);
    for (uint32_t i = 1; i <= was->len; i++) {
        if (was->consumer[i] == i) {
            hold(&h, graph_consumer(g, i));
        }
    }
    for (size_t i = 0; i < others.len; i++) {
        const uint32_t name = (uint32_t)(others.ptr[i].key >> 32);
        hold(&h, (uint32_t)others.ptr[i].key);
        if (!out->pieces.len || out->pieces.ptr[out->pieces.len - 1] != name) {
            vec_push(&out->pieces, name);
        }
    }
    out->parted = (uint32_t)others.len;
    out->joined = out->before + out->parted - h.once.len;
    out->fresh = out->now - h.once.len;
    list_set(&h.often, was->len, &out->unions);
    number_set_release(&h.once);
    number_set_release(&h.often);
    vec_release(&others);
}

void partition_change_release(struct partition_change *c)
{
    vec_release(&c->unions);
    vec_release(&c->pieces);
}
