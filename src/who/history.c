/* Reading goes column by column into growing arrays in the order of the scan. Then a counting sort by consumer gives
 * a permutation, each consumer's part of it is sorted by time on all threads, and the columns are laid out anew one
 * at a time. Texts are numbered while reading and renumbered in the order of their bytes, so the result is a function
 * of the rows and not of the order in which threads deliver them. */
#include "who/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include "base/map.h"
#include "base/mem.h"
#include "who/event_rows.h"
#include "base/parallel.h"

#define ROWS_MAX ((size_t)UINT32_MAX - 1)
#define RECENT 8192u /* texts met lately, by a cheap mix: most rows repeat one */

/* ---- texts as numbers ---- */

struct recent {
    struct str text;
    uint32_t no;
};
struct texts {
    struct map *map; /* text -> no - 1 */
    struct recent *recent;
    struct str *list; /* by no - 1 */
    uint32_t *rank;   /* by no - 1: the final number */
};
struct history_own {
    struct texts texts[FIELD_COUNT]; /* only of wanted columns */
};

static void texts_init(struct texts *t)
{
    t->map = map_new();
    t->recent = mem_array(struct recent, RECENT);
}

static void texts_release(struct texts *t)
{
    map_free(t->map);
    mem_free(t->recent);
    mem_free(t->list);
    mem_free(t->rank);
    *t = (struct texts){0};
}

static uint64_t quick_mix(struct str s)
{
    uint64_t head = 0, tail = 0;
    size_t n = s.len < 8 ? s.len : 8;
    memcpy(&head, s.ptr, n);
    memcpy(&tail, s.ptr + s.len - n, n);
    return hash_mix(head ^ hash_mix(tail + s.len));
}

static uint32_t texts_no(struct texts *t, struct str s)
{
    if (!s.ptr) {
        return 0;
    }
    struct recent *r = &t->recent[quick_mix(s) & (RECENT - 1)];
    if (r->no && str_eq(r->text, s)) {
        return r->no;
    }
    uint32_t fresh = map_len(t->map), no = map_intern(t->map, s, fresh);
    r->text = map_key(t->map, no);
    r->no = no + 1;
    return no + 1;
}

static int text_cmp(const void *pa, const void *pb)
{
    const struct recent *a = pa, *b = pb;
    return str_cmp(a->text, b->text);
}

/* Numbers in the order of bytes. */
static void texts_rank(struct texts *t)
{
    uint32_t n = map_len(t->map);
    struct recent *sorted = mem_array(struct recent, n + 1);
    t->list = mem_array(struct str, n + 1);
    t->rank = mem_array(uint32_t, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        sorted[i] = (struct recent){map_key(t->map, i), i};
    }
    qsort(sorted, n, sizeof(*sorted), text_cmp);
    for (uint32_t i = 0; i < n; i++) {
        t->list[i] = sorted[i].text;
        t->rank[sorted[i].no] = i + 1;
    }
    mem_free(sorted);
    mem_free(t->recent);
    t->recent = NULL;
}

/* ---- reading ---- */

struct reading {
    const struct history_want *want;
    struct history *h;
    size_t len, cap;
};

#define GROW(column, wanted)                                                                   \
    do {                                                                                       \
        if (wanted) {                                                                          \
            (column) = mem_resize((column), cap * sizeof(*(column)));                          \
        }                                                                                      \
    } while (0)

static void grow(struct reading *g, size_t rows)
{
    if (g->len + rows <= g->cap) {
        return;
    }
    const struct history_want *w = g->want;
    struct history *h = g->h;
    size_t cap = g->cap + g->cap / 2 + rows + 65536;
    GROW(h->consumer, true);
    GROW(h->time_ms, true);
    GROW(h->name, true);
    GROW(h->item, w->items);
    GROW(h->category, w->categories);
    GROW(h->touchpoint, w->touchpoints);
    GROW(h->campaign, w->campaigns);
    GROW(h->channel, w->channels);
    GROW(h->amount_fen, w->amounts);
    GROW(h->quantity, w->quantities);
    GROW(h->order, w->orders);
    g->cap = cap;
}

static uint32_t text_no(struct reading *g, const struct event_rows *r, enum event_field f,
                        uint32_t row)
{
    return texts_no(&g->h->own->texts[f], event_rows_text(r, f, row));
}

static void add_row(struct reading *g, const struct history_rows *rows, uint32_t i)
{
    const struct history_want *w = g->want;
    const struct event_rows *r = rows->lake;
    struct history *h = g->h;
    size_t at = g->len++;
    uint32_t row = rows->at[i];
    h->consumer[at] = rows->consumer[i];
    h->time_ms[at] = r->time_ms[row];
    h->name[at] = r->name[row];
    if (w->items) {
        h->item[at] = text_no(g, r, FIELD_ITEM, row);
    }
    if (w->categories) {
        h->category[at] = text_no(g, r, FIELD_CATEGORY, row);
    }
    if (w->touchpoints) {
        h->touchpoint[at] = text_no(g, r, FIELD_TOUCHPOINT, row);
    }
    if (w->campaigns) {
        h->campaign[at] = text_no(g, r, FIELD_CAMPAIGN, row);
    }
    if (w->channels) {
        h->channel[at] = event_rows_channel(r, row);
    }
    if (w->amounts) {
        h->amount_fen[at] = event_rows_i64(r, FIELD_AMOUNT, row);
    }
    if (w->quantities) {
        h->quantity[at] = event_rows_f64(r, FIELD_QUANTITY, row);
    }
    if (w->orders) {
        h->order[at] = rows->order[i];
    }
}

static enum rc add_chunk(void *ctx, const struct history_rows *rows, struct err *e)
{
    struct reading *g = ctx;
    if (g->len + rows->rows > ROWS_MAX) {
        enum rc rc =
            rc_fail(e, RC_TOO_LARGE, "more than %zu events are asked for at once", ROWS_MAX);
        err_hint(e, "ask for fewer days or event names");
        return rc;
    }
    grow(g, rows->rows);
    for (uint32_t i = 0; i < rows->rows; i++) {
        if (!rows->gone[i]) {
            add_row(g, rows, i);
        }
    }
    return RC_OK;
}

/* ---- sorting ---- */

struct sorting {
    struct history *h;
    uint32_t *perm;
    uint32_t *start; /* by consumer: its first place in perm; consumers + 1 */
    uint32_t consumers;
};
struct place {
    int64_t time_ms;
    uint32_t row;
};

#define COMPARE(column)                                                                        \
    do {                                                                                       \
        if (h->column && h->column[a] != h->column[b]) {                                       \
            return h->column[a] < h->column[b] ? -1 : 1;                                       \
        }                                                                                      \
    } while (0)

/* Everything that tells two rows of one instant apart. */
static int row_cmp(const struct history *h, uint32_t a, uint32_t b)
{
    COMPARE(name);
    COMPARE(item);
    COMPARE(channel);
    COMPARE(touchpoint);
    COMPARE(category);
    COMPARE(campaign);
    COMPARE(amount_fen);
    if (h->quantity && (h->quantity[a] < h->quantity[b] || h->quantity[b] < h->quantity[a])) {
        return h->quantity[a] < h->quantity[b] ? -1 : 1;
    }
    COMPARE(order);
    return (a > b) - (a < b);
}

static int place_cmp(const void *pa, const void *pb, void *ctx)
{
    const struct place *a = pa, *b = pb;
    if (a->time_ms != b->time_ms) {
        return a->time_ms < b->time_ms ? -1 : 1;
    }
    return row_cmp(ctx, a->row, b->row);
}

static void sort_places(struct history *h, struct place *p, uint32_t n)
{
    if (n > 24) {
        qsort_r(p, n, sizeof(*p), place_cmp, h);
        return;
    }
    for (uint32_t i = 1; i < n; i++) {
        struct place x = p[i];
        uint32_t at = i;
        for (; at && place_cmp(&p[at - 1], &x, h) > 0; at--) {
            p[at] = p[at - 1];
        }
        p[at] = x;
    }
}

static void sort_block(void *ctx, size_t from, size_t to)
{
    struct sorting *s = ctx;
    struct place small[64], *p = small;
    size_t cap = 64;
    for (size_t c = from; c < to; c++) {
        uint32_t *perm = s->perm + s->start[c], n = s->start[c + 1] - s->start[c];
        if (n < 2) {
            continue;
        }
        if (n > cap) {
            p = p == small ? NULL : p;
            cap = n;
            p = mem_resize(p, cap * sizeof(*p));
        }
        for (uint32_t i = 0; i < n; i++) {
            p[i] = (struct place){s->h->time_ms[perm[i]], perm[i]};
        }
        sort_places(s->h, p, n);
        for (uint32_t i = 0; i < n; i++) {
            perm[i] = p[i].row;
        }
    }
    if (p != small) {
        mem_free(p);
    }
}

/* start[c + 2] counts c, so that after the sum and the scatter start[c] is its first place. */
static void scatter(struct sorting *s)
{
    const struct history *h = s->h;
    uint32_t *start = mem_array(uint32_t, (size_t)s->consumers + 3);
    for (uint32_t i = 0; i < h->rows; i++) {
        start[h->consumer[i] + 2]++;
    }
    for (size_t c = 2; c < (size_t)s->consumers + 2; c++) {
        start[c] += start[c - 1];
    }
    for (uint32_t i = 0; i < h->rows; i++) {
        s->perm[start[h->consumer[i] + 1]++] = i;
    }
    s->start = start;
}

struct moving {
    const uint32_t *perm;
    const void *from;
    void *to;
    size_t size;
};

static void move_block(void *ctx, size_t from, size_t to)
{
    const struct moving *m = ctx;
    for (size_t i = from; i < to; i++) {
        uint32_t row = m->perm[i];
        switch (m->size) {
        case 1: ((uint8_t *)m->to)[i] = ((const uint8_t *)m->from)[row]; break;
        case 2: ((uint16_t *)m->to)[i] = ((const uint16_t *)m->from)[row]; break;
        case 4: ((uint32_t *)m->to)[i] = ((const uint32_t *)m->from)[row]; break;
        default: ((uint64_t *)m->to)[i] = ((const uint64_t *)m->from)[row]; break;
        }
    }
}

static void *move_column(struct sorting *s, void *column, size_t size, int threads)
{
    if (!column) {
        return NULL;
    }
    struct moving m = {s->perm, column, mem_alloc(s->h->rows * size + 1), size};
    parallel_blocks(s->h->rows, 1 << 16, threads, move_block, &m);
    mem_free(column);
    return m.to;
}

static void sort_rows(struct history *h, uint32_t consumers, int threads)
{
    struct sorting s = {.h = h, .consumers = consumers};
    s.perm = mem_alloc((size_t)h->rows * sizeof(uint32_t) + 1);
    scatter(&s);
    parallel_blocks((size_t)consumers, 8192, threads, sort_block, &s);
    mem_free(s.start);
    h->consumer = move_column(&s, h->consumer, 4, threads);
    h->time_ms = move_column(&s, h->time_ms, 8, threads);
    h->name = move_column(&s, h->name, 2, threads);
    h->item = move_column(&s, h->item, 4, threads);
    h->category = move_column(&s, h->category, 4, threads);
    h->touchpoint = move_column(&s, h->touchpoint, 4, threads);
    h->campaign = move_column(&s, h->campaign, 4, threads);
    h->channel = move_column(&s, h->channel, 1, threads);
    h->amount_fen = move_column(&s, h->amount_fen, 8, threads);
    h->quantity = move_column(&s, h->quantity, 8, threads);
    h->order = move_column(&s, h->order, 8, threads);
    mem_free(s.perm);
}

static void renumber(struct history *h, enum event_field f, uint32_t *column)
{
    if (!column) {
        return;
    }
    struct texts *t = &h->own->texts[f];
    texts_rank(t);
    for (uint32_t i = 0; i < h->rows; i++) {
        column[i] = column[i] ? t->rank[column[i] - 1] : 0;
    }
}

/* ---- the whole ---- */

static void reading_init(struct reading *g)
{
    const struct history_want *w = g->want;
    const enum event_field of[] = {FIELD_ITEM, FIELD_CATEGORY, FIELD_TOUCHPOINT,
                                   FIELD_CAMPAIGN};
    g->h->own = mem_zalloc(sizeof(*g->h->own));
    for (size_t i = 0; i < sizeof(of) / sizeof(of[0]); i++) {
        if (history_columns(w) >> of[i] & 1) {
            texts_init(&g->h->own->texts[of[i]]);
        }
    }
}

enum rc history_read(struct brand *b, const struct history_want *want, int threads,
                     struct history *out, struct err *e)
{
    struct reading g = {.want = want, .h = out};
    *out = (struct history){0};
    reading_init(&g);
    grow(&g, 1);
    enum rc rc = history_scan(b, want, add_chunk, &g, e);
    if (rc) {
        history_release(out);
        return rc;
    }
    out->rows = (uint32_t)g.len;
    renumber(out, FIELD_ITEM, out->item);
    renumber(out, FIELD_CATEGORY, out->category);
    renumber(out, FIELD_TOUCHPOINT, out->touchpoint);
    renumber(out, FIELD_CAMPAIGN, out->campaign);
    sort_rows(out, dictionary_len(b->dictionary) + 1, threads);
    return RC_OK;
}

void history_release(struct history *h)
{
    for (uint32_t f = 0; h->own && f < FIELD_COUNT; f++) {
        texts_release(&h->own->texts[f]);
    }
    mem_free(h->own);
    mem_free(h->consumer);
    mem_free(h->time_ms);
    mem_free(h->name);
    mem_free(h->item);
    mem_free(h->category);
    mem_free(h->touchpoint);
    mem_free(h->campaign);
    mem_free(h->channel);
    mem_free(h->amount_fen);
    mem_free(h->quantity);
    mem_free(h->order);
    *h = (struct history){0};
}

uint32_t history_end(const struct history *h, uint32_t from)
{
    uint32_t consumer = h->consumer[from], to = from + 1;
    while (to < h->rows && h->consumer[to] == consumer) {
        to++;
    }
    return to;
}

struct str history_text(const struct history *h, enum event_field column, uint32_t no)
{
    return no ? h->own->texts[column].list[no - 1] : STR_NULL;
}
