/* The log's payload: what goes in comes out, and damaged bytes are refused. */
#include "people/stored.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

static struct event_batch *random_batch(struct rng *r, struct arena *a, uint32_t rows)
{
    struct event_batch *b = batch_new(rows ? rows : 1);
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = batch_add(b);
        b->time_ms[row] = (int64_t)rng_u64(r) >> 20;
        b->name[row] = (uint16_t)rng_below(r, 300);
        b->channel[row] = (uint8_t)rng_below(r, 70);
        b->quantity[row] = rng_below(r, 2) ? (double)QUANTITY_UNKNOWN : (double)rng_below(r, 9);
        b->amount_fen[row] = rng_below(r, 2) ? AMOUNT_UNKNOWN : (int64_t)rng_below(r, 99999);
        b->item[row] = rng_below(r, 3) ? arena_strf(a, "item-%u", rng_below(r, 50)) : STR_NULL;
        b->props[row] = rng_below(r, 3) ? STR_NULL : STR("{\"城市\":\"上海\"}");
        b->order_no[row] = rng_below(r, 4) ? STR_NULL : STR("");
        for (uint32_t k = rng_below(r, 4); k; k--) {
            struct str v = arena_strf(a, "v%u", rng_below(r, 200));
            uint8_t kind = k == 2 ? KIND_PHONE : KIND_USER_ID;
            batch_add_ident(b, kind, v, identity_hash((struct hash_key){1, 2}, STR("k"), v),
                            NULL);
        }
    }
    return b;
}

static uint32_t differences(const struct stored_batch *x, const struct stored_batch *y)
{
    const struct event_batch *a = x->batch, *b = y->batch;
    uint32_t n = a->rows != b->rows || x->fresh != y->fresh || x->fresh_from != y->fresh_from;
    for (uint32_t r = 0; r < a->rows && !n; r++) {
        n += a->time_ms[r] != b->time_ms[r] || a->name[r] != b->name[r] ||
             a->channel[r] != b->channel[r];
        n += x->owner[r] != y->owner[r] || a->amount_fen[r] != b->amount_fen[r];
        n += a->quantity[r] != b->quantity[r] &&
             (a->quantity[r] == a->quantity[r] || b->quantity[r] == b->quantity[r]);
        n += !str_eq(a->item[r], b->item[r]) || !str_eq(a->props[r], b->props[r]);
        n += (a->order_no[r].ptr == NULL) != (b->order_no[r].ptr == NULL);
        n += x->also_at[r + 1] - x->also_at[r] != y->also_at[r + 1] - y->also_at[r];
        n += memcmp(x->also + x->also_at[r], y->also + y->also_at[r],
                    4 * (x->also_at[r + 1] - x->also_at[r])) != 0;
    }
    for (uint32_t i = 0; i < x->fresh && !n; i++) {
        n += x->fresh_kind[i] != y->fresh_kind[i] ||
             !str_eq(x->fresh_value[i], y->fresh_value[i]);
    }
    return n;
}

int main(void)
{
    struct rng r = rng_seed(5);
    struct buf file = {0};
    struct secret secret;
    CHECK(!secret_make(&file, NULL) && !secret_parse(buf_str(&file), &secret, NULL));
    struct siv *siv = siv_new(&secret);
    struct kind_table *kinds = kind_table_new();
    uint32_t wrong = 0, opened = 0, plain_phone = 0, accepted_damage = 0;
    for (int round = 0; round < 60; round++) {
        struct arena *a = arena_new();
        struct dictionary *d = dictionary_new();
        struct event_batch *b = random_batch(&r, a, rng_below(&r, 400));
        struct stored_batch s, back;
        struct buf payload = {0};
        wrong += stored_make(b, d, kinds, siv, a, &s, NULL) != RC_OK;
        s.seq = 77;
        stored_encode(&s, &payload);
        wrong += stored_decode(buf_str(&payload), 77, a, &back, NULL) != RC_OK;
        wrong += differences(&s, &back);
        for (uint32_t i = 0; i < back.fresh; i++) {
            struct str plain = STR_NULL;
            opened += stored_open_value(kinds, back.fresh_kind[i], back.fresh_value[i], siv, a,
                                        &plain, NULL) == RC_OK &&
                      plain.ptr[0] == 'v';
            plain_phone += back.fresh_kind[i] == KIND_PHONE &&
                           back.fresh_value[i].ptr[0] == 'v' && back.fresh_value[i].len < 8;
        }
        stored_release(&back);
        for (int hit = 0; hit < 40 && payload.len; hit++) {
            struct stored_batch bad;
            size_t len = rng_below(&r, (uint32_t)payload.len);
            accepted_damage +=
                stored_decode(str_make(payload.ptr, len), 77, a, &bad, NULL) == RC_OK;
        }
        buf_release(&payload);
        dictionary_free(d);
        batch_free(b);
        arena_free(a);
    }
    TEST("random batches come back as they went in") {
        CHECK_EQ_I64(wrong, 0);
    }
    TEST("stored values open again, and phones are not stored in plain text") {
        CHECK(opened > 100);
        CHECK_EQ_I64(plain_phone, 0);
    }
    TEST("a payload that ends early is refused") {
        CHECK_EQ_I64(accepted_damage, 0);
    }
    siv_free(siv);
    kind_table_free(kinds);
    buf_release(&file);
    return tap_end();
}
