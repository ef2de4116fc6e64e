#include "people/dictionary.h"

#include "base/mem.h"
#include "people/slots.h"

#define AHEAD 32 /* identities between a prefetch and its use */

struct key {
    uint32_t word[3]; /* 96 bits of the hash: 12 bytes without padding */
};

struct dictionary {
    struct slots slots;
    struct key *keys; /* by number; [0] is not used */
    uint8_t *kinds;   /* by number                  */
    uint64_t room;    /* of keys and kinds          */
    uint32_t len;
};

static struct key key_of(struct hash128 h)
{
    return (struct key){{(uint32_t)h.lo, (uint32_t)(h.lo >> 32), (uint32_t)h.hi}};
}
/* The 64 bits that place a key are a part of it, so the table can be made anew from the keys. */
static uint64_t key_place(struct key k) { return (uint64_t)k.word[1] << 32 | k.word[0]; }
static bool key_eq(struct key a, struct key b)
{
    return a.word[0] == b.word[0] && a.word[1] == b.word[1] && a.word[2] == b.word[2];
}

struct dictionary *dictionary_new(void)
{
    struct dictionary *d = mem_zalloc(sizeof(*d));
    slots_renew(&d->slots, 0);
    d->room = 1024;
    d->keys = mem_alloc(d->room * sizeof(*d->keys));
    d->kinds = mem_alloc(d->room);
    d->keys[0] = (struct key){{0, 0, 0}};
    d->kinds[0] = 0;
    return d;
}

void dictionary_free(struct dictionary *d)
{
    if (d) {
        mem_free(d->slots.bytes);
        mem_free(d->keys);
        mem_free(d->kinds);
        mem_free(d);
    }
}

uint32_t dictionary_len(const struct dictionary *d) { return d->len; }
uint8_t dictionary_kind(const struct dictionary *d, uint32_t no) { return d->kinds[no]; }
const uint8_t *dictionary_kinds(const struct dictionary *d) { return d->kinds; }

size_t dictionary_bytes(const struct dictionary *d)
{
    return sizeof(*d) + d->slots.cap * SLOT_BYTES +
           ((size_t)d->len + 1) * (sizeof(struct key) + 1);
}

static void renew_slots(struct dictionary *d)
{
    slots_renew(&d->slots, d->len);
    for (uint32_t no = 1; no <= d->len; no++) {
        if (d->len - no >= AHEAD) {
            slots_prefetch(&d->slots, key_place(d->keys[no + AHEAD]));
        }
        slots_put(&d->slots, no, key_place(d->keys[no]));
    }
}

/* The number of a key, or 0 and the free slot in *at where it belongs. */
static uint32_t probe(const struct dictionary *d, uint8_t kind, struct key key, uint64_t *at)
{
    uint64_t place = key_place(key);
    uint64_t slot = slots_home(&d->slots, place);
    for (;; slot = slots_next(&d->slots, slot)) {
        uint64_t word = slots_read(&d->slots, slot);
        uint32_t no = slot_no(word);
        if (no == 0 || (slot_tag(word) == (uint8_t)place && key_eq(d->keys[no], key) &&
                        d->kinds[no] == kind)) {
            *at = slot;
            return no;
        }
    }
}

uint32_t dictionary_find(const struct dictionary *d, uint8_t kind, struct hash128 hash)
{
    uint64_t at;
    return probe(d, kind, key_of(hash), &at);
}

/* Makes room for n more: the slots stay where they are while a batch is under way. */
static void reserve(struct dictionary *d, uint32_t n)
{
    uint64_t need = (uint64_t)d->len + n + 1;
    if (need > UINT32_MAX) {
        need = UINT32_MAX; /* 4 G identities: the memory is gone long before */
    }
    if (need > d->room) {
        d->room = need > d->room * 2 ? need : d->room * 2;
        d->keys = mem_resize(d->keys, d->room * sizeof(*d->keys));
        d->kinds = mem_resize(d->kinds, d->room);
    }
}

static uint32_t add(struct dictionary *d, uint8_t kind, struct key key, uint64_t at)
{
    if (slots_full(&d->slots, d->len)) {
        renew_slots(d);
        (void)probe(d, kind, key, &at);
    }
    uint32_t no = ++d->len;
    d->keys[no] = key;
    d->kinds[no] = kind;
    slots_write(&d->slots, at, no, key_place(key));
    return no;
}

uint32_t dictionary_intern(struct dictionary *d, uint8_t kind, struct hash128 hash)
{
    struct key key = key_of(hash);
    uint64_t at;
    uint32_t no = probe(d, kind, key, &at);
    if (no == 0) {
        reserve(d, 1);
        no = add(d, kind, key, at);
    }
    return no;
}

/* Brings in the key that the first slot with the right tag points to. */
static void prefetch_key(const struct dictionary *d, struct hash128 hash)
{
    uint64_t at = slots_home(&d->slots, hash.lo);
    for (uint32_t i = 0; i < 8; i++) {
        uint64_t word = slots_read(&d->slots, at);
        if (slot_no(word) == 0) {
            return;
        }
        if (slot_tag(word) == (uint8_t)hash.lo) {
            __builtin_prefetch(&d->keys[slot_no(word)]);
            __builtin_prefetch(&d->kinds[slot_no(word)]);
            return;
        }
        at = slots_next(&d->slots, at);
    }
}

void dictionary_intern_all(struct dictionary *d, struct ident *ident, uint32_t n)
{
    reserve(d, n);
    for (uint32_t i = 0; i < n && i < 2 * AHEAD; i++) {
        slots_prefetch(&d->slots, ident[i].hash.lo);
    }
    for (uint32_t i = 0; i < n && i < AHEAD; i++) {
        prefetch_key(d, ident[i].hash);
    }
    for (uint32_t i = 0; i < n; i++) {
        if (n - i > 2 * AHEAD) {
            slots_prefetch(&d->slots, ident[i + 2 * AHEAD].hash.lo);
        }
        if (n - i > AHEAD) {
            prefetch_key(d, ident[i + AHEAD].hash);
        }
        struct key key = key_of(ident[i].hash);
        uint64_t at;
        uint32_t no = probe(d, ident[i].kind, key, &at);
        ident[i].no = no ? no : add(d, ident[i].kind, key, at);
    }
}

/* ---- Checkpoint: keys, kinds, and the slots as they are (reading beats making them anew) ------ */

enum rc dictionary_save(const struct dictionary *d, struct checkpoint_writer *w, struct err *e)
{
    size_t n = (size_t)d->len + 1;
    enum rc rc = checkpoint_add(w, "dictionary.key", d->keys, n * sizeof(*d->keys), e);
    if (rc == RC_OK) {
        rc = checkpoint_add(w, "dictionary.kind", d->kinds, n, e);
    }
    if (rc == RC_OK) {
        rc = checkpoint_add(w, "dictionary.slot", d->slots.bytes,
                            d->slots.cap * SLOT_BYTES + SLOTS_PAD, e);
    }
    return rc;
}

enum rc dictionary_load(struct dictionary *d, struct checkpoint *c, struct err *e)
{
    void *keys = NULL, *kinds = NULL, *slots = NULL;
    size_t keys_len = 0, kinds_len = 0, slots_len = 0;
    const struct checkpoint_want wants[] = {{"dictionary.key", &keys, &keys_len},
                                            {"dictionary.kind", &kinds, &kinds_len},
                                            {"dictionary.slot", &slots, &slots_len}};
    enum rc rc = checkpoint_load(c, wants, 3, e);
    if (rc) {
        return rc;
    }
    uint64_t cap = slots_len < SLOTS_PAD ? 0 : (slots_len - SLOTS_PAD) / SLOT_BYTES;
    if (kinds_len == 0 || kinds_len > UINT32_MAX || keys_len != kinds_len * sizeof(*d->keys) ||
        cap * SLOT_BYTES + SLOTS_PAD != slots_len || cap < kinds_len || cap > UINT32_MAX) {
        mem_free(keys);
        mem_free(kinds);
        mem_free(slots);
        return rc_fail(e, RC_CORRUPT,
                       "the checkpoint's dictionary sections do not fit together");
    }
    mem_free(d->keys);
    mem_free(d->kinds);
    mem_free(d->slots.bytes);
    d->keys = keys;
    d->kinds = kinds;
    d->room = kinds_len;
    d->len = (uint32_t)(kinds_len - 1);
    d->slots = (struct slots){slots, cap};
    return RC_OK;
}

struct hash128 dictionary_hash(const struct dictionary *d, uint32_t no)
{
    struct key k = d->keys[no];
    return (struct hash128){key_place(k), k.word[2]};
}
