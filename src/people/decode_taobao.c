/* The fast path of Taobao behaviour rows: user,item,category,pv|buy|cart|fav,unix seconds. It takes
 * only rows that are exactly that; whatever else there is goes the general way and is judged there. */
#include "people/decode_internal.h"

static bool all_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)(s.ptr[i] - '0') > 9) {
            return false;
        }
    }
    return s.len > 0 && s.len <= 20;
}

static uint16_t behaviour(const struct decoder *d, struct str s)
{
    if (s.len == 2 && s.ptr[0] == 'p' && s.ptr[1] == 'v') {
        return d->code_view;
    }
    if (s.len == 3 && memcmp(s.ptr, "buy", 3) == 0) {
        return EVENT_PURCHASE;
    }
    if (s.len == 4 && memcmp(s.ptr, "cart", 4) == 0) {
        return d->code_cart;
    }
    return s.len == 3 && memcmp(s.ptr, "fav", 3) == 0 ? d->code_favorite : 0;
}

static bool unix_seconds(struct str s, int64_t *ms)
{
    int64_t v = 0;
    if (s.len != 10) {
        return false;
    }
    for (size_t i = 0; i < 10; i++) {
        const unsigned char digit = (unsigned char)(s.ptr[i] - '0');
        if (digit > 9) {
            return false;
        }
        v = v * 10 + digit;
    }
    *ms = v * 1000;
    return true;
}

bool decode_taobao(struct decoder *d, const struct str *cell, uint64_t line)
{
    struct event_batch *b = d->batch;
    const struct action *user = &d->action[0];
    const uint16_t name = behaviour(d, cell[3]);
    int64_t ms;

    (void)line;
    if (!name || !all_digits(cell[0]) || !all_digits(cell[1]) || !all_digits(cell[2]) ||
        !unix_seconds(cell[4], &ms) || ms < d->min_ms || ms >= d->max_ms || ms > d->future_ms) {
        return false;
    }
    /* The three texts lie side by side in the line: one copy holds them all. */
    const size_t span = (size_t)(cell[2].ptr + cell[2].len - cell[0].ptr);
    const bool beside = cell[2].ptr > cell[0].ptr && span < 128;
    const uint32_t r = batch_add(b);
    struct str value;
    if (beside) {
        const struct str all = decode_keep(d, str_make(cell[0].ptr, span));
        value = str_make(all.ptr, cell[0].len);
        b->item[r] = str_make(all.ptr + (cell[1].ptr - cell[0].ptr), cell[1].len);
        b->category[r] = str_make(all.ptr + (cell[2].ptr - cell[0].ptr), cell[2].len);
    } else {
        value = decode_keep(d, cell[0]);
        b->item[r] = decode_keep(d, cell[1]);
        b->category[r] = decode_keep(d, cell[2]);
    }
    b->time_ms[r] = ms;
    b->name[r] = name;
    b->channel[r] = d->channel_code;
    b->touchpoint[r] = d->in.mapping->touchpoint;
    b->campaign[r] = d->in.mapping->campaign;
    b->source_row[r] = d->rows;
    const struct hash128 hash = identity_hash(d->in.identity_key, user->kind_name, value);
    return batch_add_ident(b, user->kind, value, hash, NULL) == RC_OK;
}
