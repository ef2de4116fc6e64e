/* Strings of evidence in a pool of size classes.
 *
 * A reference is 64 bits: offset 40, length 23, mixed 1. The offset names a word in a chunk of
 * 2^22 words; a string's room is the smallest size class that holds its length, so it needs no
 * field of its own. Free blocks wait in one stack a class. Rooms of LARGE words and more get a
 * chunk of their own.
 *
 * `mixed` says that the string has entries of more than one word. Without it every word is an
 * entry and the place of a new one is found by looking at the last word (events mostly come in
 * order) or by bisection; with it by walking.
 *
 * An addition to a string in the cache takes 10 to 30 ns, one more cache miss elsewhere. */
#include "people/evidence.h"

#include <assert.h>
#include <stdio.h>

#include "base/mem.h"
#include "base/vec.h"

#define CHUNK_BITS 22
#define CHUNK_WORDS ((uint32_t)1 << CHUNK_BITS)
#define LARGE ((uint32_t)1 << 16)
#define LENGTH_MAX (((uint32_t)1 << 23) - 1)
#define ROOMS 48
#define DAY_UNSEEN UINT16_MAX
#define NO_CHUNK UINT32_MAX
#define ENTRY_MAX 4

struct chunk {
    uint32_t *words;
    uint32_t used, cap; /* words */
};

typedef VEC(uint64_t) offset_vec;

struct pool {
    VEC(struct chunk) chunks;
    uint32_t current;          /* where small rooms are cut from; NO_CHUNK at first */
    offset_vec free[ROOMS];    /* by room class: offsets */
    uint64_t used, free_words; /* words handed out and lying in `free`, rooms counted whole */
};

struct evidence {
    uint64_t *ref; /* by identity number; 0 = nothing */
    uint16_t *first;
    uint32_t len, cap; /* numbers run 0..len - 1 */
    struct pool pool;
};

static inline uint64_t ref_make(uint64_t offset, uint32_t len, bool mixed)
{
    return offset << 24 | (uint64_t)len << 1 | (mixed ? 1u : 0u);
}
static inline uint64_t ref_offset(uint64_t ref) { return ref >> 24; }
static inline uint32_t ref_len(uint64_t ref) { return (uint32_t)(ref >> 1) & LENGTH_MAX; }
static inline bool ref_mixed(uint64_t ref) { return ref & 1u; }

/* ---- the pool ---- */

/* The room class for a length >= 1: rooms are 1, 2, 3, 4, 6, 8, 12, 16 ... words. */
static inline uint32_t room_class(uint32_t len)
{
    if (len <= 1) {
        return 0;
    }
    uint32_t k = 31u - (uint32_t)__builtin_clz(len - 1); /* 2^k < len <= 2^(k+1) */
    uint32_t low = (uint32_t)1 << k;
    return len <= low + low / 2 ? 2 * k + 1 : 2 * k + 2;
}
static inline uint32_t room_words(uint32_t class)
{
    uint32_t low = (uint32_t)1 << (class / 2);
    return class % 2 ? low + low / 2 : low;
}

static inline uint32_t *pool_at(const struct pool *p, uint64_t offset)
{
    return p->chunks.ptr[offset >> CHUNK_BITS].words + (offset & (CHUNK_WORDS - 1));
}

/* A chunk with room for `words`; its number. Slots of freed large chunks are used again. Zeroed, because
 * checkpoints hold whole chunks and the heap's leftovers are nobody's to keep. */
static uint32_t chunk_add(struct pool *p, uint32_t words)
{
    struct chunk c = {mem_zalloc(sizeof(uint32_t) * words), 0, words};
    for (uint32_t i = 0; words > CHUNK_WORDS / 2 && i < p->chunks.len; i++) {
        if (!p->chunks.ptr[i].words) {
            p->chunks.ptr[i] = c;
            return i;
        }
    }
    vec_push(&p->chunks, c);
    return (uint32_t)p->chunks.len - 1;
}

static uint64_t pool_take(struct pool *p, uint32_t class)
{
    uint32_t words = room_words(class);
    p->used += words;
    if (words >= LARGE) {
        uint32_t own = chunk_add(p, words);
        p->chunks.ptr[own].used = words;
        return (uint64_t)own << CHUNK_BITS;
    }
    offset_vec *f = &p->free[class];
    if (f->len) {
        p->free_words -= words;
        return f->ptr[--f->len];
    }
    if (p->current == NO_CHUNK ||
        p->chunks.ptr[p->current].cap - p->chunks.ptr[p->current].used < words) {
        p->current = chunk_add(p, CHUNK_WORDS);
    }
    struct chunk *c = &p->chunks.ptr[p->current];
    uint64_t offset = (uint64_t)p->current << CHUNK_BITS | c->used;
    c->used += words;
    return offset;
}

static void pool_give(struct pool *p, uint64_t offset, uint32_t class)
{
    uint32_t words = room_words(class);
    p->used -= words;
    if (words >= LARGE) {
        struct chunk *c = &p->chunks.ptr[offset >> CHUNK_BITS];
        mem_free(c->words);
        *c = (struct chunk){0};
        return;
    }
    p->free_words += words;
    vec_push(&p->free[class], offset);
}

static void pool_release(struct pool *p)
{
    for (size_t i = 0; i < p->chunks.len; i++) {
        mem_free(p->chunks.ptr[i].words);
    }
    vec_release(&p->chunks);
    for (int i = 0; i < ROOMS; i++) {
        vec_release(&p->free[i]);
    }
    *p = (struct pool){.current = NO_CHUNK};
}

/* ---- life ---- */

struct evidence *evidence_new(void)
{
    struct evidence *ev = mem_zalloc(sizeof(struct evidence));
    ev->pool.current = NO_CHUNK;
    evidence_grow(ev, 0);
    return ev;
}

void evidence_free(struct evidence *ev)
{
    if (!ev) {
        return;
    }
    pool_release(&ev->pool);
    mem_free(ev->ref);
    mem_free(ev->first);
    mem_free(ev);
}

void evidence_clear(struct evidence *ev)
{
    pool_release(&ev->pool);
    ev->len = 0;
    evidence_grow(ev, 0);
}

void evidence_grow(struct evidence *ev, uint32_t n)
{
    uint32_t len = n + 1;
    if (len <= ev->len) {
        return;
    }
    if (len > ev->cap) {
        uint64_t cap = (uint64_t)ev->cap + ev->cap / 2 + 64;
        cap = cap < len ? len : cap > UINT32_MAX ? UINT32_MAX : cap;
        ev->ref = mem_resize(ev->ref, sizeof(*ev->ref) * cap);
        ev->first = mem_resize(ev->first, sizeof(*ev->first) * cap);
        ev->cap = (uint32_t)cap;
    }
    memset(ev->ref + ev->len, 0, sizeof(*ev->ref) * (len - ev->len));
    memset(ev->first + ev->len, 0xff, sizeof(*ev->first) * (len - ev->len));
    ev->len = len;
}

/* ---- reading ---- */

uint32_t evidence_len(const struct evidence *ev) { return ev->len - 1; }

int32_t evidence_first_day(const struct evidence *ev, uint32_t no)
{
    return no < ev->len && ev->first[no] != DAY_UNSEEN ? (int32_t)ev->first[no] : DAY_NONE;
}

struct evidence_view evidence_get(const struct evidence *ev, uint32_t no)
{
    uint64_t ref = no < ev->len ? ev->ref[no] : 0;
    if (ref_len(ref) == 0) {
        return (struct evidence_view){NULL, 0};
    }
    return (struct evidence_view){pool_at(&ev->pool, ref_offset(ref)), ref_len(ref)};
}

void evidence_prefetch_ref(const struct evidence *ev, uint32_t no)
{
    if (no < ev->len) {
        __builtin_prefetch(&ev->ref[no]);
        __builtin_prefetch(&ev->first[no]);
    }
}

void evidence_prefetch(const struct evidence *ev, uint32_t no)
{
    uint64_t ref = no < ev->len ? ev->ref[no] : 0;
    if (ref) {
        __builtin_prefetch(pool_at(&ev->pool, ref_offset(ref)));
    }
}

uint32_t evidence_read(const uint32_t *w, struct evidence_entry *out)
{
    uint32_t low = w[0] & 1023u;
    *out = (struct evidence_entry){.day = (int32_t)(w[0] >> 16), .cls = w[0] >> 10 & 63u};
    if (low < EVIDENCE_REFUNDED) {
        out->count = low;
        return 1;
    }
    if (low == EVIDENCE_REFUNDED) {
        out->form = FORM_REFUNDED;
        out->refund_day = (int32_t)(w[1] >> 16);
        out->count = w[1] & 0xffffu;
        return 2;
    }
    uint32_t high = w[2] & 0x7fffffffu;
    high |= (high & 0x40000000u) << 1; /* times before 1970 are negative */
    out->form = FORM_STATUS;
    out->time_ms = (int64_t)((uint64_t)high << 32 | w[1]);
    out->on = w[2] >> 31;
    out->touchpoint = w[3];
    return 4;
}

size_t evidence_bytes(const struct evidence *ev)
{
    size_t bytes = sizeof(*ev) + (size_t)ev->len * (sizeof(*ev->ref) + sizeof(*ev->first));
    bytes += (size_t)(ev->pool.used + ev->pool.free_words) * sizeof(uint32_t);
    for (int i = 0; i < ROOMS; i++) {
        bytes += ev->pool.free[i].cap * sizeof(uint64_t);
    }
    return bytes;
}

/* ---- changing a string ---- */

/* Makes the string `len` words long, keeping the first `keep` words and moving those from
 * `from` on to where they end at the new end. What lies between is left to the caller. */
static uint32_t *string_reshape(struct evidence *ev, uint32_t no, uint32_t keep, uint32_t from,
                                uint32_t len)
{
    uint64_t ref = ev->ref[no];
    uint32_t old = ref_len(ref), tail = old - from;
    uint32_t *words = old ? pool_at(&ev->pool, ref_offset(ref)) : NULL;
    if (len == 0) {
        pool_give(&ev->pool, ref_offset(ref), room_class(old));
        ev->ref[no] = 0;
        return NULL;
    }
    uint32_t class = room_class(len);
    if (old && class == room_class(old)) {
        memmove(words + len - tail, words + from, sizeof(*words) * tail);
        ev->ref[no] = ref_make(ref_offset(ref), len, ref_mixed(ref));
        return words;
    }
    uint64_t offset = pool_take(&ev->pool, class);
    uint32_t *fresh = pool_at(&ev->pool, offset);
    if (old) {
        words = pool_at(&ev->pool, ref_offset(ref));
        memcpy(fresh, words, sizeof(*words) * keep);
        memcpy(fresh + len - tail, words + from, sizeof(*words) * tail);
        pool_give(&ev->pool, ref_offset(ref), room_class(old));
    }
    ev->ref[no] = ref_make(offset, len, old && ref_mixed(ref));
    return fresh;
}

static void string_insert(struct evidence *ev, uint32_t no, uint32_t at, const uint32_t *entry,
                          uint32_t size)
{
    uint32_t old = ref_len(ev->ref[no]);
    if (old + size > LENGTH_MAX) {
        return;
    }
    uint32_t *words = string_reshape(ev, no, at, at, old + size);
    for (uint32_t i = 0; i < size; i++) {
        words[at + i] = entry[i];
    }
    ev->ref[no] |= size > 1;
}

static void string_delete(struct evidence *ev, uint32_t no, uint32_t at, uint32_t size)
{
    uint32_t old = ref_len(ev->ref[no]);
    (void)string_reshape(ev, no, at, at + size, old - size);
}

/* The order of entries: negative when the entry at w comes before x, 0 when they are the same
 * entry up to their count. x is one entry, packed. */
static int entry_cmp(const uint32_t *w, const uint32_t *x)
{
    uint32_t wk = w[0] >> 10, xk = x[0] >> 10;
    if (wk != xk) {
        return wk < xk ? -1 : 1;
    }
    uint32_t wf = evidence_size(w[0]), xf = evidence_size(x[0]);
    if (wf != xf) {
        return wf < xf ? -1 : 1;
    }
    if (wf == 1) {
        return 0;
    }
    if (wf == 2) {
        return (int)(w[1] >> 16) - (int)(x[1] >> 16);
    }
    struct evidence_entry a, b;
    (void)evidence_read(w, &a);
    (void)evidence_read(x, &b);
    if (a.time_ms != b.time_ms) {
        return a.time_ms < b.time_ms ? -1 : 1;
    }
    if (a.on != b.on) {
        return a.on ? -1 : 1;
    }
    return a.touchpoint < b.touchpoint ? -1 : a.touchpoint > b.touchpoint;
}

/* Where x is (true) or belongs (false). */
static bool string_find(const struct evidence *ev, uint32_t no, const uint32_t *x, uint32_t *at)
{
    struct evidence_view v = evidence_get(ev, no);
    if (ref_mixed(ev->ref[no])) {
        uint32_t i = 0;
        int order = 1;
        while (i < v.len && (order = entry_cmp(v.words + i, x)) < 0) {
            i += evidence_size(v.words[i]);
        }
        *at = i;
        return i < v.len && order == 0;
    }
    uint32_t key = x[0] >> 10, low = 0, high = v.len;
    if (high && v.words[high - 1] >> 10 < key) {
        low = high;
    }
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (v.words[middle] >> 10 < key) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    bool counted = low < v.len && v.words[low] >> 10 == key;
    bool wanted = evidence_size(x[0]) == 1;
    *at = low + (counted && !wanted); /* the longer forms stand behind the counted one */
    return counted && wanted;
}

static inline uint32_t head_of(int32_t day, uint32_t cls, uint32_t low)
{
    return (uint32_t)evidence_day(day) << 16 | (cls & 63u) << 10 | low;
}
static inline uint32_t *words_of(struct evidence *ev, uint32_t no)
{
    return pool_at(&ev->pool, ref_offset(ev->ref[no]));
}

void evidence_seen(struct evidence *ev, uint32_t no, int32_t day)
{
    uint16_t d = (uint16_t)evidence_day(day);
    if (d < ev->first[no]) {
        ev->first[no] = d;
    }
}

void evidence_add(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls, uint32_t count)
{
    assert(no < ev->len && cls < CLASS_MAX);
    count = count > EVIDENCE_COUNT_MAX ? EVIDENCE_COUNT_MAX : count;
    if (count == 0) {
        return;
    }
    uint32_t x = head_of(day, cls, count), at;
    if (!string_find(ev, no, &x, &at)) {
        string_insert(ev, no, at, &x, 1);
        return;
    }
    uint32_t *w = words_of(ev, no) + at;
    uint32_t sum = (*w & 1023u) + count;
    *w = head_of(day, cls, sum > EVIDENCE_COUNT_MAX ? EVIDENCE_COUNT_MAX : sum);
}

void evidence_remove(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls)
{
    uint32_t x = head_of(day, cls, 1), at;
    if (!string_find(ev, no, &x, &at)) {
        return;
    }
    uint32_t *w = words_of(ev, no) + at;
    if ((*w & 1023u) > 1) {
        (*w)--;
    } else {
        string_delete(ev, no, at, 1);
    }
}

static bool has_counted(const struct evidence *ev, uint32_t no, int32_t day, uint32_t cls)
{
    uint32_t x = head_of(day, cls, 1), at;
    return string_find(ev, no, &x, &at);
}

void evidence_refund(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls,
                     int32_t refund_day)
{
    if (!has_counted(ev, no, day, cls)) {
        return;
    }
    evidence_remove(ev, no, day, cls);
    uint32_t x[2] = {head_of(day, cls, EVIDENCE_REFUNDED),
                     (uint32_t)evidence_day(refund_day) << 16 | 1u};
    uint32_t at;
    if (!string_find(ev, no, x, &at)) {
        string_insert(ev, no, at, x, 2);
        return;
    }
    uint32_t *w = words_of(ev, no) + at;
    if ((w[1] & 0xffffu) < 0xffffu) {
        w[1]++;
    }
}

void evidence_unrefund(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls,
                       int32_t refund_day)
{
    uint32_t x[2] = {head_of(day, cls, EVIDENCE_REFUNDED), (uint32_t)evidence_day(refund_day)
                                                               << 16};
    uint32_t at;
    if (!string_find(ev, no, x, &at)) {
        return;
    }
    uint32_t *w = words_of(ev, no) + at;
    if ((w[1] & 0xffffu) > 1) {
        w[1]--;
    } else {
        string_delete(ev, no, at, 2);
    }
    evidence_add(ev, no, day, cls, 1);
}

/* The entry of the same (day, class, touchpoint, on) as x, or UINT32_MAX. `at` = where its day
 * and class begin or a word before them. */
static uint32_t same_status(struct evidence_view v, uint32_t at, const uint32_t *x)
{
    while (at < v.len && v.words[at] >> 10 <= x[0] >> 10) {
        const uint32_t *w = v.words + at;
        if (w[0] == x[0] && w[3] == x[3] && w[2] >> 31 == x[2] >> 31) {
            return at;
        }
        at += evidence_size(w[0]);
    }
    return UINT32_MAX;
}

void evidence_add_status(struct evidence *ev, uint32_t no, int32_t day, uint32_t cls,
                         int64_t time_ms, bool on, uint32_t touchpoint)
{
    assert(no < ev->len && cls < CLASS_MAX);
    uint64_t t = (uint64_t)time_ms;
    uint32_t high = (uint32_t)(t >> 32) & 0x7fffffffu;
    uint32_t x[4] = {head_of(day, cls, EVIDENCE_STATUS), (uint32_t)t,
                     high | (on ? 0x80000000u : 0), touchpoint};
    uint32_t begin = head_of(day, cls, 0), at = 0;
    (void)string_find(ev, no, &begin, &at);
    uint32_t old = same_status(evidence_get(ev, no), at, x);
    if (old != UINT32_MAX) {
        struct evidence_entry was;
        (void)evidence_read(words_of(ev, no) + old, &was);
        if (was.time_ms >= time_ms) {
            return;
        }
        string_delete(ev, no, old, 4);
    }
    (void)string_find(ev, no, x, &at);
    string_insert(ev, no, at, x, 4);
}

void evidence_drop_classes(struct evidence *ev, uint32_t no, uint64_t classes)
{
    uint32_t len = evidence_get(ev, no).len, kept = 0;
    uint32_t *words = len ? words_of(ev, no) : NULL;
    for (uint32_t at = 0, size; at < len; at += size) {
        size = evidence_size(words[at]);
        if (!(classes >> (words[at] >> 10 & 63u) & 1u)) {
            memmove(words + kept, words + at, sizeof(*words) * size);
            kept += size;
        }
    }
    if (kept < len) {
        (void)string_reshape(ev, no, kept, len, kept);
    }
}

/* ---- compaction ---- */

void evidence_compact(struct evidence *ev)
{
    if (ev->pool.free_words < (ev->pool.used + ev->pool.free_words) / 8) {
        return;
    }
    struct pool old = ev->pool;
    ev->pool = (struct pool){.current = NO_CHUNK};
    for (uint32_t no = 0; no < ev->len; no++) {
        uint64_t ref = ev->ref[no];
        if (no + 8 < ev->len && ev->ref[no + 8]) {
            __builtin_prefetch(pool_at(&old, ref_offset(ev->ref[no + 8])));
        }
        if (!ref) {
            continue;
        }
        uint64_t offset = pool_take(&ev->pool, room_class(ref_len(ref)));
        memcpy(pool_at(&ev->pool, offset), pool_at(&old, ref_offset(ref)),
               sizeof(uint32_t) * ref_len(ref));
        ev->ref[no] = ref_make(offset, ref_len(ref), ref_mixed(ref));
    }
    pool_release(&old);
}

/* ---- checkpoint ----
 *
 * evidence.head   numbers of identities and of chunks
 * evidence.ref    references;   evidence.first  first days
 * evidence.free   offset << 8 | room class of every free block
 * evidence.N      the words of chunk N, which a load takes over as they are */

#define HEAD_WORDS 4
enum { HEAD_LEN, HEAD_CHUNKS, HEAD_CURRENT, HEAD_USED };

static enum rc save_free(const struct pool *p, struct checkpoint_writer *w, struct err *e)
{
    offset_vec all = {0};
    for (uint32_t class = 0; class < ROOMS; class ++) {
        for (size_t i = 0; i < p->free[class].len; i++) {
            vec_push(&all, p->free[class].ptr[i] << 8 | class);
        }
    }
    enum rc rc = checkpoint_add(w, "evidence.free", all.ptr, sizeof(uint64_t) * all.len, e);
    vec_release(&all);
    return rc;
}

static void chunk_name(char name[CHECKPOINT_NAME_MAX + 1], uint64_t i)
{
    (void)snprintf(name, CHECKPOINT_NAME_MAX + 1, "evidence.%u", (unsigned)i);
}

enum rc evidence_save(struct evidence *ev, struct checkpoint_writer *w, struct err *e)
{
    evidence_compact(ev);
    const struct pool *p = &ev->pool;
    uint64_t head[HEAD_WORDS] = {ev->len, p->chunks.len, p->current, p->used};
    enum rc rc = checkpoint_add(w, "evidence.head", head, sizeof(head), e);
    if (!rc) {
        rc = checkpoint_add(w, "evidence.ref", ev->ref, sizeof(*ev->ref) * ev->len, e);
    }
    if (!rc) {
        rc = checkpoint_add(w, "evidence.first", ev->first, sizeof(*ev->first) * ev->len, e);
    }
    if (!rc) {
        rc = save_free(p, w, e);
    }
    for (size_t i = 0; !rc && i < p->chunks.len; i++) {
        char name[CHECKPOINT_NAME_MAX + 1];
        chunk_name(name, i);
        rc = checkpoint_add(w, name, p->chunks.ptr[i].words,
                            sizeof(uint32_t) * p->chunks.ptr[i].used, e);
    }
    return rc;
}

static enum rc load_one(struct checkpoint *c, const char *name, void **data, size_t *len,
                        struct err *e)
{
    struct checkpoint_want want = {name, data, len};
    return checkpoint_load(c, &want, 1, e);
}

static enum rc broken(struct err *e, const char *what)
{
    return rc_fail(e, RC_CORRUPT, "the checkpoint's evidence is inconsistent: %s", what);
}

static enum rc load_chunks(struct pool *p, struct checkpoint *c, uint64_t n, struct err *e)
{
    enum rc rc = RC_OK;
    char(*names)[CHECKPOINT_NAME_MAX + 1] = mem_zalloc(sizeof(*names) * (size_t)n + 1);
    void **data = mem_array(void *, n + 1);
    size_t *lens = mem_array(size_t, n + 1);
    struct checkpoint_want *wants = mem_array(struct checkpoint_want, n + 1);
    for (uint64_t i = 0; i < n; i++) {
        chunk_name(names[i], i);
        wants[i] = (struct checkpoint_want){names[i], &data[i], &lens[i]};
    }
    rc = checkpoint_load(c, wants, (size_t)n, e);
    for (uint64_t i = 0; !rc && i < n; i++) {
        uint32_t used = (uint32_t)(lens[i] / sizeof(uint32_t));
        vec_push(&p->chunks, ((struct chunk){data[i], used, used}));
    }
    mem_free(wants);
    mem_free(lens);
    mem_free(data);
    mem_free(names);
    return rc;
}

/* The chunk that is being filled gets its whole room back. */
static void reopen_current(struct pool *p, uint64_t current)
{
    if (current >= p->chunks.len) {
        return;
    }
    struct chunk *k = &p->chunks.ptr[current];
    if (k->used < CHUNK_WORDS) {
        k->words = mem_resize(k->words, sizeof(uint32_t) * CHUNK_WORDS);
        k->cap = CHUNK_WORDS;
    }
    p->current = (uint32_t)current;
}

static enum rc load_free(struct pool *p, struct checkpoint *c, struct err *e)
{
    uint64_t *all = NULL;
    size_t bytes = 0;
    enum rc rc = load_one(c, "evidence.free", (void **)&all, &bytes, e);
    for (size_t i = 0; !rc && i < bytes / sizeof(*all); i++) {
        uint32_t class = (uint32_t)(all[i] & 255u);
        if (class >= ROOMS || all[i] >> 8 >> CHUNK_BITS >= p->chunks.len) {
            rc = broken(e, "a free block");
            break;
        }
        vec_push(&p->free[class], all[i] >> 8);
        p->free_words += room_words(class);
    }
    mem_free(all);
    return rc;
}

static enum rc check_refs(const struct evidence *ev, struct err *e)
{
    for (uint32_t no = 0; no < ev->len; no++) {
        uint64_t offset = ref_offset(ev->ref[no]), len = ref_len(ev->ref[no]);
        if (len && (offset >> CHUNK_BITS >= ev->pool.chunks.len ||
                    (offset & (CHUNK_WORDS - 1)) + len >
                        ev->pool.chunks.ptr[offset >> CHUNK_BITS].used)) {
            return broken(e, "a reference");
        }
    }
    return RC_OK;
}

static enum rc load_identities(struct evidence *ev, struct checkpoint *c, uint64_t len,
                               struct err *e)
{
    uint64_t *ref = NULL;
    uint16_t *first = NULL;
    size_t ref_bytes = 0, first_bytes = 0;
    struct checkpoint_want wants[] = {{"evidence.ref", (void **)&ref, &ref_bytes},
                                      {"evidence.first", (void **)&first, &first_bytes}};
    enum rc rc = checkpoint_load(c, wants, 2, e);
    if (rc) {
        return rc;
    }
    if (len == 0 || len > UINT32_MAX || ref_bytes != len * sizeof(*ref) ||
        first_bytes != len * sizeof(*first)) {
        mem_free(ref);
        mem_free(first);
        return broken(e, "lengths");
    }
    mem_free(ev->ref);
    mem_free(ev->first);
    ev->ref = ref;
    ev->first = first;
    ev->len = ev->cap = (uint32_t)len;
    return RC_OK;
}

enum rc evidence_load(struct evidence *ev, struct checkpoint *c, struct err *e)
{
    uint64_t *head = NULL;
    size_t bytes = 0;
    evidence_clear(ev);
    enum rc rc = load_one(c, "evidence.head", (void **)&head, &bytes, e);
    if (rc) {
        return rc;
    }
    if (bytes != HEAD_WORDS * sizeof(uint64_t) || head[HEAD_CHUNKS] > UINT32_MAX >> 8) {
        rc = broken(e, "head");
        goto done;
    }
    rc = load_chunks(&ev->pool, c, head[HEAD_CHUNKS], e);
    if (!rc) {
        rc = load_free(&ev->pool, c, e);
    }
    if (!rc) {
        rc = load_identities(ev, c, head[HEAD_LEN], e);
    }
    if (!rc) {
        rc = check_refs(ev, e);
    }
    if (!rc) {
        reopen_current(&ev->pool, head[HEAD_CURRENT]);
        ev->pool.used = head[HEAD_USED];
    }
done:
    if (rc) {
        evidence_clear(ev);
    }
    mem_free(head);
    return rc;
}
