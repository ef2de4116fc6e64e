/* The seen set. See seen.h for what it promises.
 *
 * Slots are 8-byte keys in SEEN_SHARDS tables, chosen by the highest bits of the key and placed in them by the bits
 * below * slots (so a larger table keeps the order of a smaller one and growing is one sequential pass), linear
 * probing, load at most 0.8. A table grows by itself, and no two at the same time: their first sizes are spread
 * over one step of growth. So at 100 M events who sends waits for the copy of some 12 MB, not of a gigabyte.
 * Bit 0 of a key says whether it is of an event id (1: counts once, ever) or of content (0: the n-th equal row of a
 * source is the n-th such event). Key 0 marks an empty slot.
 */
#include "people/seen.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"

#define SEEN_SHARD_BITS 6u
#define SEEN_SHARDS (1u << SEEN_SHARD_BITS)
#define SEEN_FIRST_SLOTS 64u
#define SEEN_GROWTH 1.5
#define SEEN_AHEAD 16u

/* A content that history holds more than once. */
struct repeat {
    uint64_t key;    /* 0 = empty slot */
    uint32_t total;  /* how often history holds it */
    uint32_t met;    /* how often the current source has shown it */
    uint32_t source; /* for which source `met` counts */
    uint32_t unused;
};

struct shard {
    uint64_t *slot;
    uint64_t *touched; /* a bit a slot: met in the current source */
    uint64_t slots, len;
};

struct seen {
    struct shard shard[SEEN_SHARDS];
    uint64_t len;
    uint64_t expected; /* keys in all, from seen_expect: only a guess */
    struct repeat *repeat;
    uint64_t repeats, repeat_len; /* repeats is a power of two */
    uint32_t source;
};

static uint64_t seen_bits_words(uint64_t slots) { return (slots + 63) / 64; }

static uint32_t shard_of(uint64_t key) { return (uint32_t)(key >> (64 - SEEN_SHARD_BITS)); }

/* Where shard k stands within one step of growth: 1 .. SEEN_GROWTH. */
static double shard_phase(uint32_t k) { return pow(SEEN_GROWTH, (double)k / SEEN_SHARDS); }

static uint64_t shard_place(const struct shard *h, uint64_t key)
{
    __extension__ typedef unsigned __int128 wide;
    return (uint64_t)(((wide)(key << SEEN_SHARD_BITS) * h->slots) >> 64);
}

static void shard_init(struct shard *h, uint64_t slots)
{
    *h = (struct shard){.slots = slots,
                        .slot = mem_array(uint64_t, slots),
                        .touched = mem_array(uint64_t, seen_bits_words(slots))};
}

static void shard_release(struct shard *h)
{
    mem_free(h->slot);
    mem_free(h->touched);
}

struct seen *seen_new(void)
{
    struct seen *s = mem_zalloc(sizeof(*s));
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        shard_init(&s->shard[k], (uint64_t)(SEEN_FIRST_SLOTS * shard_phase(k)));
    }
    s->repeats = 64;
    s->repeat = mem_array(struct repeat, s->repeats);
    s->source = 1;
    return s;
}

void seen_free(struct seen *s)
{
    if (!s) {
        return;
    }
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        shard_release(&s->shard[k]);
    }
    mem_free(s->repeat);
    mem_free(s);
}

void seen_source(struct seen *s)
{
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        struct shard *h = &s->shard[k];
        memset(h->touched, 0, seen_bits_words(h->slots) * sizeof(uint64_t));
    }
    s->source++;
}

/* The slot that holds key, or the empty one where it belongs. */
static uint64_t shard_find(const struct shard *h, uint64_t key)
{
    uint64_t i = shard_place(h, key);
    while (h->slot[i] && h->slot[i] != key) {
        i = i + 1 == h->slots ? 0 : i + 1;
    }
    return i;
}

static void seen_prefetch(const struct seen *s, uint64_t key)
{
    const struct shard *h = &s->shard[shard_of(key)];
    __builtin_prefetch(&h->slot[shard_place(h, key)]);
}

static bool bit_get(const uint64_t *bits, uint64_t i) { return bits[i / 64] >> (i % 64) & 1; }
static void bit_set(uint64_t *bits, uint64_t i) { bits[i / 64] |= 1ull << (i % 64); }

static void shard_resize(struct shard *h, uint64_t slots)
{
    struct shard old = *h;
    shard_init(h, slots);
    h->len = old.len;
    for (uint64_t i = 0; i < old.slots; i++) {
        if (!old.slot[i]) {
            continue;
        }
        uint64_t at = shard_find(h, old.slot[i]);
        h->slot[at] = old.slot[i];
        if (bit_get(old.touched, i)) {
            bit_set(h->touched, at);
        }
    }
    shard_release(&old);
}

/* A step larger; what is expected counts when it grows anyway: then it need not grow again. */
static void seen_grow(struct seen *s, uint32_t k)
{
    struct shard *h = &s->shard[k];
    uint64_t most = s->expected > s->len ? s->expected : s->len;
    uint64_t slots = (uint64_t)((double)most / SEEN_SHARDS * 1.3 * shard_phase(k));
    uint64_t least = (uint64_t)((double)h->slots * SEEN_GROWTH);
    shard_resize(h, s->expected > s->len && slots > least ? slots : least);
}

/* A key that is not there, at the empty slot i where it belongs; the slot where it is now. */
static uint64_t seen_add(struct seen *s, uint64_t key, uint64_t i)
{
    struct shard *h = &s->shard[shard_of(key)];
    if ((h->len + 1) * 5 > h->slots * 4) {
        seen_grow(s, shard_of(key));
        i = shard_find(h, key);
    }
    h->slot[i] = key;
    h->len++;
    s->len++;
    return i;
}

void seen_expect(struct seen *s, uint64_t more) { s->expected = s->len + more; }

static struct repeat *repeat_slot(struct repeat *list, uint64_t repeats, uint64_t key)
{
    uint64_t i = hash_mix(key) & (repeats - 1);
    while (list[i].key && list[i].key != key) {
        i = (i + 1) & (repeats - 1);
    }
    return &list[i];
}

/* The entry of a content; made (history holds it once) when missing. */
static struct repeat *seen_repeat(struct seen *s, uint64_t key)
{
    if (s->repeat_len * 2 >= s->repeats) {
        uint64_t wider = s->repeats * 2;
        struct repeat *list = mem_array(struct repeat, wider);
        for (uint64_t i = 0; i < s->repeats; i++) {
            if (s->repeat[i].key) {
                *repeat_slot(list, wider, s->repeat[i].key) = s->repeat[i];
            }
        }
        mem_free(s->repeat);
        s->repeat = list;
        s->repeats = wider;
    }
    struct repeat *r = repeat_slot(s->repeat, s->repeats, key);
    if (!r->key) {
        *r = (struct repeat){.key = key, .total = 1};
        s->repeat_len++;
    }
    return r;
}

/* The second or later row of one content within one source. */
static bool seen_again(struct seen *s, uint64_t key)
{
    struct repeat *r = seen_repeat(s, key);
    if (r->source != s->source) {
        r->source = s->source;
        r->met = 1;
    }
    r->met++;
    if (r->met <= r->total) {
        return false;
    }
    r->total = r->met;
    return true;
}

static bool seen_take(struct seen *s, uint64_t key)
{
    struct shard *h = &s->shard[shard_of(key)];
    uint64_t i = shard_find(h, key);
    if (!h->slot[i]) {
        i = seen_add(s, key, i);
        bit_set(h->touched, i);
        return true;
    }
    if (key & 1) {
        return false;
    }
    if (!bit_get(h->touched, i)) {
        bit_set(h->touched, i);
        return false;
    }
    return seen_again(s, key);
}

uint32_t seen_accept(struct seen *s, const struct event_batch *b, uint8_t *keep)
{
    uint32_t duplicates = 0;
    for (uint32_t r = 0; r < b->rows; r++) {
        if (r + SEEN_AHEAD < b->rows) {
            seen_prefetch(s, b->key[r + SEEN_AHEAD]);
        }
        keep[r] = seen_take(s, b->key[r]);
        duplicates += !keep[r];
    }
    return duplicates;
}

/* How often a part has shown a content: a table as small as the part, cleared by counting parts. */
struct met {
    uint64_t key;
    uint32_t part, times;
};

static uint32_t met_again(struct met *list, uint32_t mask, uint64_t key, uint32_t part)
{
    uint32_t i = (uint32_t)hash_mix(key) & mask;
    while (list[i].part == part && list[i].key != key) {
        i = (i + 1) & mask;
    }
    if (list[i].part != part) {
        list[i] = (struct met){.key = key, .part = part};
    }
    return ++list[i].times;
}

/* The n-th row of its content within its part: new when history holds fewer than n. */
static bool seen_take_nth(struct seen *s, uint64_t key, uint32_t nth)
{
    const struct shard *h = &s->shard[shard_of(key)];
    uint64_t i = shard_find(h, key);
    if (!h->slot[i]) {
        seen_add(s, key, i);
        return true;
    }
    if (key & 1) {
        return false;
    }
    if (nth == 1) {
        return false;
    }
    struct repeat *r = seen_repeat(s, key);
    if (nth <= r->total) {
        return false;
    }
    r->total = nth;
    return true;
}

uint32_t seen_accept_parts(struct seen *s, const struct event_batch *b, const uint32_t *part_at,
                           uint32_t parts, uint8_t *keep, uint32_t *duplicates)
{
    uint32_t largest = 0, sum = 0, room = 16;
    for (uint32_t p = 0; p < parts; p++) {
        uint32_t rows = part_at[p + 1] - part_at[p];
        largest = rows > largest ? rows : largest;
    }
    while (room < largest * 2) {
        room *= 2;
    }
    struct met *met = mem_array(struct met, room);
    for (uint32_t p = 0; p < parts; p++) {
        duplicates[p] = 0;
        for (uint32_t r = part_at[p]; r < part_at[p + 1]; r++) {
            uint32_t ahead = r + SEEN_AHEAD;
            if (ahead < b->rows) {
                seen_prefetch(s, b->key[ahead]);
            }
            uint64_t key = b->key[r];
            uint32_t nth = key & 1 ? 1 : met_again(met, room - 1, key, p + 1);
            keep[r] = seen_take_nth(s, key, nth);
            duplicates[p] += !keep[r];
        }
        sum += duplicates[p];
    }
    mem_free(met);
    return sum;
}

void seen_replay(struct seen *s, const uint64_t *keys, uint32_t n)
{
    for (uint32_t r = 0; r < n; r++) {
        if (r + SEEN_AHEAD < n) {
            seen_prefetch(s, keys[r + SEEN_AHEAD]);
        }
        const struct shard *h = &s->shard[shard_of(keys[r])];
        uint64_t i = shard_find(h, keys[r]);
        if (!h->slot[i]) {
            seen_add(s, keys[r], i);
        } else if (!(keys[r] & 1)) {
            seen_repeat(s, keys[r])->total++;
        }
    }
}

uint64_t seen_len(const struct seen *s) { return s->len; }

void seen_leave_out_of_forks(struct seen *s, bool out)
{
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        mem_leave_out_of_forks(s->shard[k].slot, s->shard[k].slots * sizeof(uint64_t), out);
    }
}

size_t seen_bytes(const struct seen *s)
{
    size_t sum = sizeof(*s) + s->repeats * sizeof(struct repeat);
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        sum += (s->shard[k].slots + seen_bits_words(s->shard[k].slots)) * sizeof(uint64_t);
    }
    return sum;
}

/* ---- keys ---- */

/* A double as a whole number that does not tell -0 from 0 nor one NaN from another. */
static uint64_t key_f64(double v)
{
    uint64_t bits = 0;
    if (v != v) {
        return UINT64_MAX;
    }
    v += 0.0;
    memcpy(&bits, &v, sizeof(bits));
    return bits;
}

/* What a key is hashed from: gathered, so that most rows are one call of the hash. */
struct key_bytes {
    struct hash_key key;
    struct hash_stream stream; /* takes what does not fit */
    bool streaming;
    size_t len;
    char ptr[480];
};

static void key_spill(struct key_bytes *k)
{
    if (!k->streaming) {
        hash_stream_init(&k->stream, k->key);
        k->streaming = true;
    }
    hash_stream_add(&k->stream, str_make(k->ptr, k->len));
    k->len = 0;
}

static void key_bytes(struct key_bytes *k, const void *ptr, size_t len)
{
    if (len > sizeof(k->ptr) - k->len) {
        key_spill(k);
        if (len > sizeof(k->ptr)) {
            hash_stream_add(&k->stream, str_make(ptr, len));
            return;
        }
    }
    if (len) {
        memcpy(k->ptr + k->len, ptr, len);
        k->len += len;
    }
}

static void key_u64(struct key_bytes *k, uint64_t v) { key_bytes(k, &v, sizeof(v)); }

static void key_text(struct key_bytes *k, struct str s)
{
    key_u64(k, s.ptr ? s.len : UINT64_MAX);
    key_bytes(k, s.ptr, s.len);
}

static uint64_t key_end(struct key_bytes *k)
{
    if (!k->streaming) {
        return hash_sip64(k->key, str_make(k->ptr, k->len));
    }
    key_spill(k);
    return hash_stream_end(&k->stream);
}

/* Identities count as a set: the sum of their mixed hashes does not see their order. */
static uint64_t key_idents(const struct event_batch *b, uint32_t r)
{
    uint64_t sum = 0;
    for (uint32_t i = b->ident_at[r]; i < b->ident_at[r + 1]; i++) {
        sum += hash_mix(b->ident[i].hash.lo ^ (uint32_t)b->ident[i].hash.hi);
    }
    return sum;
}

static uint64_t key_content(struct hash_key key, const struct catalogue *c,
                            const struct event_batch *b, uint32_t r)
{
    struct key_bytes h;
    h.key = key;
    h.streaming = false;
    h.len = 0;
    key_u64(&h, (uint64_t)b->time_ms[r]);
    key_u64(&h, key_idents(b, r));
    key_u64(&h, (uint64_t)(b->name[r] < EVENT_OWN_FIRST ? b->name[r] : EVENT_OWN_FIRST) << 32 |
                    (b->channel[r] < CHANNEL_OWN_FIRST ? b->channel[r] : CHANNEL_OWN_FIRST));
    if (b->name[r] >= EVENT_OWN_FIRST) {
        key_text(&h, catalogue_name(c, b->name[r]));
    }
    if (b->channel[r] >= CHANNEL_OWN_FIRST) {
        key_text(&h, channel_name(c, b->channel[r]));
    }
    key_text(&h, b->item[r]);
    key_text(&h, b->category[r]);
    key_text(&h, b->order_no[r]);
    key_u64(&h, key_f64(b->quantity[r]));
    key_u64(&h, (uint64_t)b->amount_fen[r]);
    key_u64(&h, (uint64_t)b->unit_price_e4[r]);
    if (b->props[r].ptr || b->touchpoint[r].ptr || b->campaign[r].ptr ||
        b->score[r] == b->score[r]) {
        key_text(&h, b->touchpoint[r]);
        key_text(&h, b->campaign[r]);
        key_text(&h, b->props[r]);
        key_u64(&h, key_f64(b->score[r]));
    }
    uint64_t k = key_end(&h) & ~1ull;
    return k ? k : 2;
}

void seen_keys(struct hash_key key, const struct catalogue *c, struct event_batch *b)
{
    for (uint32_t r = 0; r < b->rows; r++) {
        b->key[r] = b->event_id[r].len ? hash_sip64(key, b->event_id[r]) | 1
                                       : key_content(key, c, b, r);
    }
}

/* ---- checkpoint ---- */

/* Sections: seen.head {len of each shard, repeat_len}, seen.slot.0 .. one a shard, seen.repeat. */
#define SEEN_NAME 16

static void section_name(char name[SEEN_NAME], uint32_t k)
{
    (void)snprintf(name, SEEN_NAME, "seen.slot.%u", k);
}

enum rc seen_save(const struct seen *s, struct checkpoint_writer *w, struct err *e)
{
    uint64_t head[SEEN_SHARDS + 1];
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        head[k] = s->shard[k].len;
    }
    head[SEEN_SHARDS] = s->repeat_len;
    enum rc rc = checkpoint_add(w, "seen.head", head, sizeof(head), e);
    for (uint32_t k = 0; k < SEEN_SHARDS && !rc; k++) {
        char name[SEEN_NAME];
        section_name(name, k);
        rc = checkpoint_add(w, name, s->shard[k].slot, s->shard[k].slots * sizeof(uint64_t), e);
    }
    return rc ? rc
              : checkpoint_add(w, "seen.repeat", s->repeat, s->repeats * sizeof(struct repeat),
                               e);
}

static void take_shards(struct seen *s, uint64_t *const *slot, const size_t *len,
                        const uint64_t *head)
{
    s->len = 0;
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        struct shard *h = &s->shard[k];
        shard_release(h);
        *h =
            (struct shard){.slot = slot[k], .slots = len[k] / sizeof(uint64_t), .len = head[k]};
        h->touched = mem_array(uint64_t, seen_bits_words(h->slots));
        s->len += h->len;
    }
}

enum rc seen_load(struct seen *s, struct checkpoint *c, struct err *e)
{
    uint64_t *head = NULL, *slot[SEEN_SHARDS] = {0};
    struct repeat *repeat = NULL;
    size_t head_len = 0, slot_len[SEEN_SHARDS] = {0}, repeat_len = 0;
    char name[SEEN_SHARDS][SEEN_NAME];
    struct checkpoint_want wants[SEEN_SHARDS + 2];
    for (uint32_t k = 0; k < SEEN_SHARDS; k++) {
        section_name(name[k], k);
        wants[k] = (struct checkpoint_want){name[k], (void **)&slot[k], &slot_len[k]};
    }
    wants[SEEN_SHARDS] = (struct checkpoint_want){"seen.head", (void **)&head, &head_len};
    wants[SEEN_SHARDS + 1] =
        (struct checkpoint_want){"seen.repeat", (void **)&repeat, &repeat_len};
    enum rc rc = checkpoint_load(c, wants, sizeof(wants) / sizeof(wants[0]), e);
    if (rc) {
        return rc;
    }
    take_shards(s, slot, slot_len, head);
    mem_free(s->repeat);
    s->repeat = repeat;
    s->repeats = repeat_len / sizeof(struct repeat);
    s->repeat_len = head[SEEN_SHARDS];
    /* Sources are counted from the start of a process: forget what an earlier one met. */
    for (uint64_t i = 0; i < s->repeats; i++) {
        s->repeat[i].source = 0;
    }
    mem_free(head);
    return RC_OK;
}
