/* A path is a key of two numbers, five events of 12 bits each (0 = none), counted in tallies; nodes and links are
 * summed from the different paths afterwards. */
#include "report/path.h"

#include <stdlib.h>
#include "base/mem.h"
#include "base/vec.h"
#include "report/match.h"
#include "report/pass.h"
#include "report/tally.h"

#define HALF 5
#define BITS 12

/* Counters of a path: sessions, consumers, and the last consumer counted (a worker's own). */
enum { SESSIONS, CONSUMERS, COUNTED, COUNTERS };

struct worker {
    const struct path_spec *spec;
    const struct history *h;
    const struct match *match;
    struct tally *paths;
    uint64_t sessions, consumers;
    VEC(uint16_t) events; /* of the session, without what does not count */
    VEC(uint8_t) anchors; /* which of them are the anchor */
};

enum rc path_want(const struct path_spec *s, struct arena *a, struct history_want *want,
                  struct err *e)
{
    struct event_filter filters[2] = {{0}, s->at};
    if (s->events) {
        filters[0] = *s->events;
    }
    want->refunded = true; /* paths are of what was done, whatever came of it */
    return match_want(filters, s->anchor == PATH_START ? 1 : 2, a, want, e);
}

/* ---- One session ------------------------------------------------------------------------------- */

/* The path's events are events[*from .. *from + n). 0: no path. */
static uint32_t cut_path(const struct worker *w, size_t *from)
{
    size_t n = w->events.len, at = 0;
    uint32_t depth = w->spec->depth;
    if (w->spec->anchor == PATH_TO) {
        at = n;
        while (at > 0 && !w->anchors.ptr[at - 1]) {
            at--;
        }
        *from = at > depth ? at - depth : 0;
        return (uint32_t)(at - *from);
    }
    while (w->spec->anchor == PATH_FROM && at < n && !w->anchors.ptr[at]) {
        at++;
    }
    *from = at;
    return n - at < depth ? (uint32_t)(n - at) : depth;
}

static void end_session(struct worker *w, uint32_t consumer, bool *counted)
{
    size_t from = 0;
    uint32_t n = cut_path(w, &from);
    if (n > 0) {
        uint64_t key[2] = {0, 0};
        for (uint32_t i = 0; i < n; i++) {
            key[i / HALF] |= (uint64_t)w->events.ptr[from + i] << (i % HALF * BITS);
        }
        uint64_t *row = tally_at(w->paths, key[0], key[1]);
        row[SESSIONS]++;
        if (row[COUNTED] != consumer + UINT64_C(1)) {
            row[COUNTED] = consumer + UINT64_C(1);
            row[CONSUMERS]++;
        }
        w->sessions++;
        w->consumers += !*counted;
        *counted = true;
    }
    vec_clear(&w->events);
    vec_clear(&w->anchors);
}

static void take_life(void *mine, uint32_t from, uint32_t end)
{
    struct worker *w = mine;
    const struct history *h = w->h;
    bool counted = false;
    int64_t last = 0;
    for (uint32_t i = from; i < end; i++) {
        uint32_t bits = match_row(w->match, i);
        if (!bits) {
            continue;
        }
        if (w->events.len > 0 && h->time_ms[i] - last > w->spec->gap_ms) {
            end_session(w, h->consumer[i], &counted);
        }
        last = h->time_ms[i];
        size_t n = w->events.len;
        if (!w->spec->repeats && n > 0 && w->events.ptr[n - 1] == h->name[i]) {
            w->anchors.ptr[n - 1] |= bits >> 1 & 1;
            continue;
        }
        vec_push(&w->events, h->name[i]);
        vec_push(&w->anchors, (uint8_t)(bits >> 1 & 1));
    }
    if (w->events.len > 0) {
        end_session(w, h->consumer[from], &counted);
    }
}

/* ---- Lists ------------------------------------------------------------------------------------- */

static int compare_paths(const void *pa, const void *pb)
{
    const struct path *a = pa, *b = pb;
    if (a->sessions != b->sessions) {
        return a->sessions < b->sessions ? 1 : -1;
    }
    for (uint32_t i = 0; i < PATH_DEPTH_MAX; i++) {
        if (a->event[i] != b->event[i]) {
            return a->event[i] < b->event[i] ? -1 : 1;
        }
    }
    return 0;
}

static void list_paths(const struct tally *t, struct paths *out)
{
    out->len = tally_len(t);
    out->list = mem_array(struct path, out->len + 1);
    for (uint32_t i = 0; i < out->len; i++) {
        struct path *p = &out->list[i];
        uint64_t key[2];
        tally_key(t, i, &key[0], &key[1]);
        for (uint32_t k = 0; k < PATH_DEPTH_MAX; k++) {
            p->event[k] = (uint16_t)(key[k / HALF] >> (k % HALF * BITS) & ((1u << BITS) - 1));
            p->len += p->event[k] != 0;
        }
        p->sessions = tally_row(t, i)[SESSIONS];
        p->consumers = tally_row(t, i)[CONSUMERS];
    }
    if (out->len > 1) {
        qsort(out->list, out->len, sizeof(*out->list), compare_paths);
    }
}

static int compare_nodes(const void *pa, const void *pb)
{
    const struct path_node *a = pa, *b = pb;
    if (a->place != b->place) {
        return a->place < b->place ? -1 : 1;
    }
    if (a->sessions != b->sessions) {
        return a->sessions < b->sessions ? 1 : -1;
    }
    return (a->event > b->event) - (a->event < b->event);
}

static int compare_links(const void *pa, const void *pb)
{
    const struct path_link *a = pa, *b = pb;
    if (a->sessions != b->sessions) {
        return a->sessions < b->sessions ? 1 : -1;
    }
    return a->from != b->from ? (a->from > b->from) - (a->from < b->from)
                              : (a->to > b->to) - (a->to < b->to);
}

/* Place of the i-th event of a path. */
static int32_t place_of(const struct path_spec *s, const struct path *p, uint32_t i)
{
    return s->anchor == PATH_TO ? (int32_t)i - (int32_t)p->len + 1 : (int32_t)i;
}

static uint64_t node_key(int32_t place, uint16_t event)
{
    return (uint64_t)(uint32_t)(place + PATH_DEPTH_MAX) << 16 | event;
}

static void list_nodes(const struct tally *t, struct paths *out)
{
    out->nodes_len = tally_len(t);
    out->nodes = mem_array(struct path_node, out->nodes_len + 1);
    for (uint32_t i = 0; i < out->nodes_len; i++) {
        uint64_t key = 0, none = 0;
        tally_key(t, i, &key, &none);
        out->nodes[i] = (struct path_node){(int32_t)(key >> 16) - PATH_DEPTH_MAX,
                                           (uint16_t)(key & UINT16_MAX), tally_row(t, i)[0]};
    }
    if (out->nodes_len > 1) {
        qsort(out->nodes, out->nodes_len, sizeof(*out->nodes), compare_nodes);
    }
}

static uint32_t find_node(const struct tally *order, uint64_t key)
{
    const uint64_t *no = tally_find(order, key, 0);
    return no ? (uint32_t)*no : 0;
}

static void list_links(const struct tally *t, const struct tally *order, struct paths *out)
{
    out->links_len = tally_len(t);
    out->links = mem_array(struct path_link, out->links_len + 1);
    for (uint32_t i = 0; i < out->links_len; i++) {
        uint64_t from = 0, to = 0;
        tally_key(t, i, &from, &to);
        out->links[i] = (struct path_link){find_node(order, from), find_node(order, to),
                                           tally_row(t, i)[0]};
    }
    if (out->links_len > 1) {
        qsort(out->links, out->links_len, sizeof(*out->links), compare_links);
    }
}

static void draw(const struct path_spec *s, struct paths *out)
{
    struct tally *nodes = tally_new(1), *links = tally_new(1), *order = tally_new(1);
    for (uint32_t i = 0; i < out->len; i++) {
        const struct path *p = &out->list[i];
        for (uint32_t k = 0; k < p->len; k++) {
            uint64_t here = node_key(place_of(s, p, k), p->event[k]);
            tally_at(nodes, here, 0)[0] += p->sessions;
            if (k > 0) {
                uint64_t before = node_key(place_of(s, p, k - 1), p->event[k - 1]);
                tally_at(links, before, here)[0] += p->sessions;
            }
        }
    }
    list_nodes(nodes, out);
    for (uint32_t i = 0; i < out->nodes_len; i++) {
        tally_at(order, node_key(out->nodes[i].place, out->nodes[i].event), 0)[0] = i;
    }
    list_links(links, order, out);
    tally_free(nodes);
    tally_free(links);
    tally_free(order);
}

/* ---- All of them ------------------------------------------------------------------------------- */

void path_make(const struct path_spec *s, const struct history *h, int threads,
               struct paths *out)
{
    struct event_filter filters[2] = {{0}, s->at};
    if (s->events) {
        filters[0] = *s->events;
    }
    int n = pass_workers(h, threads);
    struct worker *w = mem_array(struct worker, n);
    struct match *m = match_new(filters, s->anchor == PATH_START ? 1 : 2, h);
    for (int i = 0; i < n; i++) {
        w[i] = (struct worker){.spec = s, .h = h, .match = m, .paths = tally_new(COUNTERS)};
    }
    pass_run(h, w, sizeof(*w), n, take_life);
    *out = (struct paths){0};
    for (int i = 0; i < n; i++) {
        out->sessions += w[i].sessions;
        out->consumers += w[i].consumers;
        if (i > 0) {
            tally_add(w[0].paths, w[i].paths);
            tally_free(w[i].paths);
        }
        vec_release(&w[i].events);
        vec_release(&w[i].anchors);
    }
    list_paths(w[0].paths, out);
    draw(s, out);
    tally_free(w[0].paths);
    match_free(m);
    mem_free(w);
}

void path_release(struct paths *p)
{
    mem_free(p->list);
    mem_free(p->nodes);
    mem_free(p->links);
    *p = (struct paths){0};
}
