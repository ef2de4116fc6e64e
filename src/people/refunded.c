/* Three tables: refunded (identity, order) pairs to their day; line hashes to a list of days; and the identities that
 * have any, so that most purchases are done with after one look at a bit. */
#include "people/refunded.h"

#include <string.h>
#include "base/mem.h"
#include "base/vec.h"
#include "people/internal.h"
#include "people/refunds.h"

/* u64 -> i32, open addressing; key 0 is never used. */
struct days {
    uint64_t *keys;
    int32_t *values;
    uint64_t slots, len;
};
struct line_day {
    uint64_t hash;
    int32_t from;
    uint32_t next; /* the next of the same hash: index + 1 */
};
struct refunded {
    struct brand *brand;
    struct number_set any, lines_of;
    struct days orders;
    struct days first; /* hash -> index of its first line */
    struct days next;  /* hash -> index + 1 of the next one to be used; 0: none is left */
    VEC(struct line_day) lines;
};

/* ---- a small table ---- */

static uint64_t days_slot(const struct days *d, uint64_t key)
{
    uint64_t i = hash_mix(key) & (d->slots - 1);
    while (d->keys[i] && d->keys[i] != key) {
        i = (i + 1) & (d->slots - 1);
    }
    return i;
}

static void days_grow(struct days *d)
{
    struct days old = *d;
    d->slots = old.slots ? old.slots * 2 : 64;
    d->keys = mem_array(uint64_t, d->slots);
    d->values = mem_array(int32_t, d->slots);
    for (uint64_t i = 0; i < old.slots; i++) {
        if (old.keys[i]) {
            uint64_t at = days_slot(d, old.keys[i]);
            d->keys[at] = old.keys[i];
            d->values[at] = old.values[i];
        }
    }
    mem_free(old.keys);
    mem_free(old.values);
}

static void days_put(struct days *d, uint64_t key, int32_t value)
{
    if ((d->len + 1) * 10 > d->slots * 7) {
        days_grow(d);
    }
    uint64_t i = days_slot(d, key);
    d->len += !d->keys[i];
    d->keys[i] = key;
    d->values[i] = value;
}

static int32_t *days_find(const struct days *d, uint64_t key)
{
    uint64_t i = d->slots ? days_slot(d, key) : 0;
    return d->slots && d->keys[i] ? &d->values[i] : NULL;
}

static void days_release(struct days *d)
{
    mem_free(d->keys);
    mem_free(d->values);
    *d = (struct days){0};
}

/* ---- making ---- */

static uint64_t pair_key(uint32_t identity, uint64_t order)
{
    uint64_t key = order ^ hash_mix(identity);
    return key ? key : 1;
}

static void put_order(void *ctx, uint64_t order, uint32_t no, int32_t day, int32_t from)
{
    struct refunded *r = ctx;
    (void)day;
    if (no && !number_set_has(&r->brand->own->fold.matched, no)) {
        number_set_add(&r->any, no);
        days_put(&r->orders, pair_key(no, order), from);
    }
}

static void put_line(struct refunded *r, uint64_t hash, int32_t from)
{
    struct line_day fresh = {.hash = hash, .from = from};
    int32_t *first = days_find(&r->first, hash);
    if (first) {
        fresh.next = (uint32_t)*first + 1;
    }
    vec_push(&r->lines, fresh);
    days_put(&r->first, hash, (int32_t)(r->lines.len - 1));
}

static struct purchase_line line_of(const struct event_batch *b, uint32_t row, uint32_t no)
{
    return (struct purchase_line){
        .identity = no,
        .channel = b->channel[row],
        .time_ms = b->time_ms[row],
        .unit_price_e4 = b->unit_price_e4[row],
        .amount_fen = b->amount_fen[row],
        .quantity = b->quantity[row],
        .score = b->score[row],
        .item = b->item[row],
        .category = b->category[row],
        .touchpoint = b->touchpoint[row],
        .campaign = b->campaign[row],
        .props = b->props[row],
    };
}

static void put_part(void *ctx, const struct refunds_part *p)
{
    struct refunded *r = ctx;
    number_set_add(&r->any, p->no);
    if (p->order) {
        days_put(&r->orders, pair_key(p->no, p->order), p->from);
        return;
    }
    number_set_add(&r->lines_of, p->no);
    const struct purchase_line l = line_of(p->batch, p->row, p->no);
    put_line(r, refunded_line_hash(&l), p->from);
}

void refunded_rewind(struct refunded *r)
{
    for (uint64_t i = 0; i < r->first.slots; i++) {
        if (r->first.keys[i]) {
            days_put(&r->next, r->first.keys[i], r->first.values[i] + 1);
        }
    }
}

enum rc refunded_open(struct brand *b, struct refunded **out, struct err *e)
{
    struct refunded *r = mem_zalloc(sizeof(*r));
    r->brand = b;
    orders_each_refunded(b->orders, put_order, r);
    enum rc rc = refunds_each(&b->own->fold, b->graph, brand_order_history(b), put_part, r, e);
    if (rc) {
        refunded_free(r);
        return rc;
    }
    refunded_rewind(r);
    *out = r;
    return RC_OK;
}

void refunded_free(struct refunded *r)
{
    if (!r) {
        return;
    }
    number_set_release(&r->any);
    number_set_release(&r->lines_of);
    days_release(&r->orders);
    days_release(&r->first);
    days_release(&r->next);
    vec_release(&r->lines);
    mem_free(r);
}

/* ---- asking ---- */

bool refunded_has(const struct refunded *r, uint32_t identity)
{
    return number_set_has(&r->any, identity);
}

bool refunded_has_line(const struct refunded *r, uint32_t identity)
{
    return number_set_has(&r->lines_of, identity);
}

bool refunded_lines(const struct refunded *r) { return r->lines_of.len > 0; }

int32_t refunded_order(const struct refunded *r, uint32_t identity, uint64_t order)
{
    const int32_t *from =
        refunded_has(r, identity) ? days_find(&r->orders, pair_key(identity, order)) : NULL;
    return from ? *from : DAY_NONE;
}

int32_t refunded_line(struct refunded *r, uint64_t line)
{
    int32_t *next = days_find(&r->next, line);
    if (!next || !*next) {
        return DAY_NONE;
    }
    const struct line_day *l = &r->lines.ptr[*next - 1];
    *next = (int32_t)l->next;
    return l->from;
}

static void add_text(struct hash_stream *h, struct str s)
{
    hash_stream_add_u64(h, s.ptr ? s.len + 1 : 0);
    hash_stream_add(h, s);
}

static void add_real(struct hash_stream *h, double x)
{
    uint64_t bits = 0;
    if (x == x) {
        x = x == 0 ? 0 : x; /* -0 is 0 */
        memcpy(&bits, &x, sizeof(bits));
        bits++;
    }
    hash_stream_add_u64(h, bits);
}

uint64_t refunded_line_hash(const struct purchase_line *l)
{
    static const struct hash_key fixed = {0x706f6e642d6c696eu, 0x65206f6620627579u};
    struct hash_stream h;
    hash_stream_init(&h, fixed);
    hash_stream_add_u64(&h, (uint64_t)l->identity << 8 | l->channel);
    hash_stream_add_u64(&h, (uint64_t)l->time_ms);
    hash_stream_add_u64(&h, (uint64_t)l->unit_price_e4);
    hash_stream_add_u64(&h, (uint64_t)l->amount_fen);
    add_real(&h, l->quantity);
    add_real(&h, l->score);
    add_text(&h, l->item);
    add_text(&h, l->category);
    add_text(&h, l->touchpoint);
    add_text(&h, l->campaign);
    add_text(&h, l->props);
    uint64_t hash = hash_stream_end(&h);
    return hash ? hash : 1;
}

/* ---- as rows ---- */

static struct str keep(struct arena *a, struct str s)
{
    return s.ptr ? arena_str(a, s) : STR_NULL;
}

/* Only the first row of an order: `seen` has the pairs that were given. */
static bool row_of(struct refunded *r, const struct event_batch *b, uint32_t row, uint32_t no,
                   struct days *seen, struct arena *a, struct refunded_row *out)
{
    if (b->name[row] != EVENT_PURCHASE) {
        return false;
    }
    *out = (struct refunded_row){.identity = no, .channel = b->channel[row]};
    if (b->order_no[row].len) {
        uint64_t order =
            orders_key(r->brand->own->fold.key,
                       channel_name(r->brand->catalogue, b->channel[row]), b->order_no[row]);
        uint64_t pair = pair_key(no, order);
        out->from = refunded_order(r, no, order);
        out->order_no = keep(a, b->order_no[row]);
        bool fresh = out->from != DAY_NONE && !days_find(seen, pair);
        if (fresh) {
            days_put(seen, pair, 1);
        }
        return fresh;
    }
    out->line = line_of(b, row, no);
    out->from =
        refunded_has_line(r, no) ? refunded_line(r, refunded_line_hash(&out->line)) : DAY_NONE;
    if (out->from == DAY_NONE) {
        return false;
    }
    out->line.item = keep(a, out->line.item);
    out->line.category = keep(a, out->line.category);
    out->line.touchpoint = keep(a, out->line.touchpoint);
    out->line.campaign = keep(a, out->line.campaign);
    out->line.props = keep(a, out->line.props);
    return true;
}

enum rc refunded_rows(struct brand *b, struct refunded *r, struct arena *a,
                      struct refunded_row **out, uint32_t *len, struct err *e)
{
    u32_vec nos = {0};
    for (uint32_t no = 1; no <= dictionary_len(b->dictionary) && r->any.len; no++) {
        if (refunded_has(r, no)) {
            vec_push(&nos, no);
        }
    }
    *len = 0;
    *out = NULL;
    if (!nos.len) {
        return RC_OK;
    }
    struct arena *scratch = arena_new();
    struct event_batch *batch = NULL;
    uint32_t *owner = NULL;
    struct order_history h = brand_order_history(b);
    enum rc rc = h.read(h.ctx, nos.ptr, (uint32_t)nos.len, scratch, &batch, &owner, e);
    struct days seen = {0};
    refunded_rewind(r);
    if (!rc) {
        *out = arena_array(a, struct refunded_row, batch->rows + 1);
        for (uint32_t row = 0; row < batch->rows; row++) {
            *len += row_of(r, batch, row, owner[row], &seen, a, *out + *len);
        }
    }
    refunded_rewind(r);
    days_release(&seen);
    batch_free(batch);
    arena_free(scratch);
    vec_release(&nos);
    return rc;
}
