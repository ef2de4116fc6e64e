#include "who/world.h"

#include "base/mem.h"
#include "base/parallel.h"
#include "who/sql.h"
#include "who/world_own.h"

#define KEPT_MAX ((size_t)2 << 30) /* bytes of columns and sets; what is in use may exceed it */

struct who_world *who_world_new(struct brand *b, int32_t as_of, int threads,
                                const struct who_sources *s)
{
    struct who_world *w = mem_zalloc(sizeof(*w));
    w->brand = b;
    w->as_of = as_of;
    w->threads = threads < 1 ? 1 : threads;
    w->sources = *s;
    w->len = dictionary_len(b->dictionary) + 1;
    w->consumers = graph_consumers(b->graph);
    w->names = map_new();
    w->kept_max = KEPT_MAX;
    return w;
}

static void kept_free(struct kept *k)
{
    if (k->set.words) {
        bits_release(&k->set);
    } else {
        column_release(&k->column);
    }
    mem_free(k);
}

void who_world_free(struct who_world *w)
{
    if (!w) {
        return;
    }
    for (size_t i = 0; i < w->kept.len; i++) {
        if (w->kept.ptr[i]) {
            kept_free(w->kept.ptr[i]);
        }
    }
    vec_release(&w->kept);
    map_free(w->names);
    refunded_free(w->refunds);
    bits_release(&w->everyone);
    who_sql_free(w->sql);
    mem_free(w);
}

/* ---- what is kept ---- */

struct kept *world_find(struct who_world *w, struct str key)
{
    uint32_t at = 0;
    struct kept *k = map_get(w->names, key, &at) && at ? w->kept.ptr[at - 1] : NULL;
    if (k) {
        k->used = w->questions;
    }
    return k;
}

static size_t kept_size(const struct kept *k)
{
    return k->set.words ? ((size_t)k->set.len + 63) / 64 * 8 : column_bytes(&k->column);
}

static void make_room(struct who_world *w)
{
    while (w->kept_bytes > w->kept_max) {
        struct kept *oldest = NULL;
        for (size_t i = 0; i < w->kept.len; i++) {
            struct kept *k = w->kept.ptr[i];
            if (k && k->used < w->questions && (!oldest || k->used < oldest->used)) {
                oldest = k;
            }
        }
        if (!oldest) {
            return;
        }
        w->kept_bytes -= kept_size(oldest);
        w->kept.ptr[oldest->place] = NULL;
        kept_free(oldest);
    }
}

static struct kept *keep(struct who_world *w, struct str key, struct kept *k)
{
    uint32_t at = 0;
    k->used = w->questions;
    w->kept_bytes += kept_size(k);
    if (map_get(w->names, key, &at) && at) {
        k->place = at - 1;
        if (w->kept.ptr[k->place]) {
            w->kept_bytes -= kept_size(w->kept.ptr[k->place]);
            kept_free(w->kept.ptr[k->place]);
        }
        w->kept.ptr[k->place] = k;
    } else {
        k->place = (uint32_t)w->kept.len;
        vec_push(&w->kept, k);
        map_put(w->names, key, k->place + 1);
    }
    make_room(w);
    return k;
}

struct kept *world_keep_column(struct who_world *w, struct str key, struct column c)
{
    struct kept *k = mem_zalloc(sizeof(*k));
    k->column = c;
    return keep(w, key, k);
}

struct kept *world_keep_set(struct who_world *w, struct str key, struct bits set)
{
    struct kept *k = mem_zalloc(sizeof(*k));
    k->set = set;
    return keep(w, key, k);
}

void world_lift(const struct who_world *w, const struct bits *from, struct bits *out)
{
    for (uint32_t no = bits_next(from, 0); no < w->len; no = bits_next(from, no + 1)) {
        bits_set(out, w->consumers[no]);
    }
}

enum rc world_refunds(struct who_world *w, struct refunded **out, struct err *e)
{
    enum rc rc = w->refunds ? RC_OK : refunded_open(w->brand, &w->refunds, e);
    *out = w->refunds;
    return rc;
}

/* ---- everyone ---- */

static void everyone_block(void *ctx, size_t from, size_t to)
{
    struct who_world *w = ctx;
    const struct evidence *ev = w->brand->evidence;
    for (size_t i = from; i < to; i++) {
        uint32_t no = (uint32_t)i, member = no;
        if (!no || w->consumers[no] != no) {
            continue;
        }
        do {
            int32_t day = evidence_first_day(ev, member);
            if (day != DAY_NONE && day <= w->as_of) {
                bits_set(&w->everyone, no);
                break;
            }
            member = graph_next(w->brand->graph, member);
        } while (member != no);
    }
}

const struct bits *who_everyone(struct who_world *w)
{
    if (!w->everyone.words) {
        bits_init(&w->everyone, w->len);
        parallel_blocks(w->len, COLUMN_BLOCK, w->threads, everyone_block, w);
    }
    return &w->everyone;
}
