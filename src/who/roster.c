/* The one file that includes CRoaring. Its reader of version 0.2.66 checks that a bitmap fits its bytes, but not that the
 * containers are in order or hold as many numbers as they say; so nothing is handed to it whose checksum is wrong, and what
 * comes out is read through once. */
#include "who/roster.h"
#include <roaring/roaring.h>
#include <stdlib.h>
#include "wire/sum.h"

/* A roster is the bitmap itself under our own name. */
static roaring_bitmap_t *bitmap(struct roster *r) { return (roaring_bitmap_t *)(void *)r; }
static const roaring_bitmap_t *look(const struct roster *r)
{
    return (const roaring_bitmap_t *)(const void *)r;
}
static struct roster *roster_of(roaring_bitmap_t *b)
{
    if (!b) {
        abort(); /* out of memory, as in base/mem.c */
    }
    return (struct roster *)(void *)b;
}

struct roster *roster_new(void) { return roster_of(roaring_bitmap_create()); }

struct roster *roster_copy(const struct roster *r)
{
    return roster_of(roaring_bitmap_copy(look(r)));
}

void roster_free(struct roster *r)
{
    if (r) {
        roaring_bitmap_free(bitmap(r));
    }
}

void roster_add(struct roster *r, uint32_t no) { roaring_bitmap_add(bitmap(r), no); }

void roster_add_all(struct roster *r, const uint32_t *nos, size_t n)
{
    roaring_bitmap_add_many(bitmap(r), n, nos);
}

void roster_drop(struct roster *r, uint32_t no) { roaring_bitmap_remove(bitmap(r), no); }

bool roster_has(const struct roster *r, uint32_t no)
{
    return roaring_bitmap_contains(look(r), no);
}

uint64_t roster_count(const struct roster *r)
{
    return roaring_bitmap_get_cardinality(look(r));
}

bool roster_eq(const struct roster *a, const struct roster *b)
{
    return roaring_bitmap_equals(look(a), look(b));
}

uint32_t roster_last(const struct roster *r)
{
    return roaring_bitmap_is_empty(look(r)) ? 0 : roaring_bitmap_maximum(look(r));
}

void roster_or(struct roster *to, const struct roster *from)
{
    roaring_bitmap_or_inplace(bitmap(to), look(from));
}

void roster_and(struct roster *to, const struct roster *from)
{
    roaring_bitmap_and_inplace(bitmap(to), look(from));
}

void roster_minus(struct roster *to, const struct roster *from)
{
    roaring_bitmap_andnot_inplace(bitmap(to), look(from));
}

struct roster *roster_slice(const struct roster *r, uint64_t from, uint64_t to)
{
    roaring_bitmap_t *range = roaring_bitmap_from_range(from, to, 1);
    if (!range) {
        return roster_new(); /* an empty range */
    }
    roaring_bitmap_and_inplace(range, look(r));
    return roster_of(range);
}

struct each {
    void (*each)(void *ctx, uint32_t no);
    void *ctx;
};

static bool each_step(uint32_t no, void *ctx)
{
    const struct each *x = ctx;
    x->each(x->ctx, no);
    return true;
}

void roster_each(const struct roster *r, void (*each)(void *ctx, uint32_t no), void *ctx)
{
    struct each x = {each, ctx};
    roaring_iterate(look(r), each_step, &x);
}

struct roster *roster_of_bits(const struct bits *b)
{
    enum { BATCH = 1024 };
    uint32_t nos[BATCH], n = 0;
    struct roster *r = roster_new();
    for (uint32_t at = 0; (at = bits_next(b, at)) != UINT32_MAX; at++) {
        nos[n++] = at;
        if (n == BATCH) {
            roster_add_all(r, nos, n);
            n = 0;
        }
    }
    roster_add_all(r, nos, n);
    return r;
}

static bool bit_step(uint32_t no, void *ctx)
{
    struct bits *out = ctx;
    if (no >= out->len) {
        return false; /* ascending: none behind it fits either */
    }
    bits_set(out, no);
    return true;
}

void roster_set_bits(const struct roster *r, struct bits *out)
{
    roaring_iterate(look(r), bit_step, out);
}

void roster_encode(struct roster *r, struct buf *out)
{
    roaring_bitmap_run_optimize(bitmap(r));
    size_t size = roaring_bitmap_portable_size_in_bytes(look(r)), at = out->len;
    buf_put_u64(out, 0);
    char *to = buf_room(out, size);
    out->len += roaring_bitmap_portable_serialize(look(r), to);
    uint64_t sum = sum64(str_make(out->ptr + at + 8, out->len - at - 8));
    for (int i = 0; i < 8; i++) {
        out->ptr[at + (size_t)i] = (char)(uint8_t)(sum >> (8 * i));
    }
}

struct order {
    uint64_t count;
    int64_t last;
};

static bool order_step(uint32_t no, void *ctx)
{
    struct order *o = ctx;
    bool ascends = (int64_t)no > o->last;
    o->last = no;
    o->count++;
    return ascends;
}

/* The bitmap behind a right checksum; *out is to be freed. */
static enum rc bitmap_of(struct str bytes, roaring_bitmap_t **out, struct err *e)
{
    struct reader rd = reader_of(bytes);
    uint64_t sum = reader_u64(&rd);
    struct str body = rd.bad ? STR_NULL : str_make(bytes.ptr + 8, bytes.len - 8);
    *out = NULL;
    if (rd.bad || sum64(body) != sum) {
        rc_fail(e, RC_CORRUPT, "a stored list of identities fails its checksum");
        err_hint(e, "restore a backup: pond restore");
        return RC_CORRUPT;
    }
    if (roaring_bitmap_portable_deserialize_size(body.ptr, body.len) == body.len) {
        *out = roaring_bitmap_portable_deserialize_safe(body.ptr, body.len);
    }
    return *out ? RC_OK : rc_fail(e, RC_CORRUPT, "a stored list of identities is malformed");
}

enum rc roster_decode(struct str bytes, struct roster **out, struct err *e)
{
    struct order o = {0, -1};
    roaring_bitmap_t *b = NULL;
    enum rc rc = bitmap_of(bytes, &b, e);
    if (rc) {
        return rc;
    }
    if (!roaring_iterate(b, order_step, &o) || o.count != roaring_bitmap_get_cardinality(b)) {
        roaring_bitmap_free(b);
        return rc_fail(e, RC_CORRUPT, "a stored list of identities is malformed");
    }
    *out = (struct roster *)(void *)b;
    return RC_OK;
}

enum rc roster_peek(struct str bytes, const uint32_t *nos, uint32_t n, bool *any, struct err *e)
{
    roaring_bitmap_t *b = NULL;
    enum rc rc = bitmap_of(bytes, &b, e);
    *any = false;
    for (uint32_t i = 0; !rc && i < n; i++) {
        *any = *any || roaring_bitmap_contains(b, nos[i]);
    }
    if (b) {
        roaring_bitmap_free(b);
    }
    return rc;
}
