#include "fault/story.h"

#include <ftw.h>
#include <stdio.h>
#include <string.h>
#include "aipl/presets.h"
#include "app/digest.h"
#include "base/mem.h"
#include "people/internal.h"

#define FROM_MS 1735660800000 /* 2025-01-01 in Shanghai */
#define DAYS 300u
#define BIG 70000u

struct story story_new(uint32_t events)
{
    struct story s = {0};
    uint32_t small = events / 200 < 50 ? 50 : events / 200 > 500 ? 500 : events / 200;
    for (uint32_t at = 0; at < events && s.batches < STORY_BATCHES_MAX;) {
        /* Two neighbours are big when there is room: one is begun while the other is written. */
        bool big = events > 2 * BIG && (s.batches == 40 || s.batches == 41);
        uint32_t size = big ? BIG : small + s.batches % 7;
        size = size < events - at ? size : events - at;
        s.size[s.batches++] = size;
        at += size;
        s.events = at;
    }
    s.reopen_at = s.batches * 2 / 3;
    s.checkpoint_at = s.batches * 5 / 6;
    return s;
}

/* ---- the brand ---- */

enum rc story_create(const char *dir, struct disk *disk, const char *vfs, struct err *e)
{
    struct brand_setup s = {.data_dir = dir,
                            .name = STR("story"),
                            .zone = STR("Asia/Shanghai"),
                            .model_name = STR("aipl"),
                            .vfs = vfs};
    for (int i = 0; i < model_preset_count; i++) {
        if (!strcmp(model_presets[i].name, "aipl")) {
            s.model_text = str_of(model_presets[i].text);
        }
    }
    return brand_create(&s, disk, e);
}

enum rc story_open(struct story_brand *x, const char *dir, enum brand_mode mode,
                   struct disk *disk, const char *vfs, struct err *e)
{
    *x = (struct story_brand){.clock = clock_fixed(FROM_MS + (int64_t)(DAYS + 20) * 86400000)};
    x->logger.clock = &x->clock;
    x->hooks = hooks_new(1);
    struct brand_options o = {
        .data_dir = dir,
        .mode = mode,
        .clock = &x->clock,
        .logger = &x->logger,
        .disk = disk,
        .vfs = vfs,
        .hooks = hooks_slots(x->hooks),
    };
    enum rc rc = brand_open(&o, &x->brand, e);
    if (rc) {
        hooks_free(x->hooks);
        x->hooks = NULL;
        x->brand = NULL;
    }
    return rc;
}

enum rc story_close(struct story_brand *x, struct err *e)
{
    enum rc rc = brand_close(x->brand, e);
    hooks_free(x->hooks);
    x->brand = NULL;
    x->hooks = NULL;
    return rc;
}

enum rc story_digest(struct story_brand *x, char out[33], struct err *e)
{
    struct hash128 d = {0};
    enum rc rc = brand_settle(x->brand, e);
    rc = rc ? rc : digest_run(x->brand, hooks_assets(x->hooks), &d, e);
    if (!rc) {
        (void)digest_hex(d, out);
    }
    return rc;
}

/* ---- events ---- */

static void add_ident(const struct brand *b, struct event_batch *batch, uint8_t kind,
                      struct str value)
{
    struct str name = kind_name(b->kinds, kind);
    (void)batch_add_ident(batch, kind, value, identity_hash(b->hash_key, name, value), NULL);
}

static void add_event(const struct brand *b, struct event_batch *batch, uint32_t i)
{
    static const char *const names[] = {"item_view", "content_view", "purchase", "add_cart",
                                        "refund",    "follow",       "unfollow", "item_view",
                                        "own_event", "review"};
    uint64_t h = hash_mix(i + 1000003);
    uint32_t r = batch_add(batch), person = (uint32_t)(h % 30011);
    const char *name = names[h >> 20 & 7u];
    struct err e = {0};
    if (i % 97 == 0) {
        name = names[8 + i % 2];
    }
    (void)catalogue_intern(b->catalogue, str_of(name), &batch->name[r], &e);
    batch->time_ms[r] = FROM_MS + (int64_t)(h >> 24 & 255u) * 86400000 + (int64_t)i * 100;
    batch->channel[r] = (uint8_t)(1 + (h >> 32 & 3u));
    if (!strcmp(name, "purchase") || !strcmp(name, "refund")) {
        batch->amount_fen[r] = 9900;
        batch->quantity[r] = 1;
        batch->unit_price_e4[r] = 990000;
        batch->item[r] = arena_strf(batch->arena, "item%u", person % 50);
        if (person % 3) {
            batch->order_no[r] =
                arena_strf(batch->arena, "T%u-%u", person, (unsigned)(h >> 40 & 3u));
        }
    } else if (!strcmp(name, "review")) {
        batch->score[r] = 4;
    }
    if (h >> 50 & 15u) {
        add_ident(b, batch, KIND_USER_ID, arena_strf(batch->arena, "u%u", person));
    }
    if (!(h >> 54 & 3u)) {
        add_ident(b, batch, KIND_PHONE, arena_strf(batch->arena, "138%08u", person));
    }
    if (!(h >> 56 & 7u)) {
        add_ident(b, batch, KIND_DEVICE, arena_strf(batch->arena, "d%u", person / 2));
    }
}

/* ---- telling ---- */

static enum rc begin_batch(struct story_brand *x, const struct story *s, uint32_t batch,
                           struct event_batch **out, struct err *e)
{
    uint32_t from = 0;
    for (uint32_t i = 0; i < batch; i++) {
        from += s->size[i];
    }
    struct event_batch *rows = batch_new(s->size[batch]);
    batch_clear(rows);
    for (uint32_t i = 0; i < s->size[batch]; i++) {
        add_event(x->brand, rows, from + i);
    }
    seen_source(x->brand->seen);
    seen_keys(x->brand->secret->event, x->brand->catalogue, rows);
    enum rc rc = brand_accept_begin(x->brand, rows, e);
    if (rc) {
        batch_free(rows);
        return rc;
    }
    *out = rows;
    return RC_OK;
}

/* Of the batch that was begun first; none is fine. */
static enum rc end_batch(struct story_brand *x, struct event_batch **rows, uint64_t *accepted,
                         struct err *e)
{
    struct accept_result result = {0};
    if (!*rows) {
        return RC_OK;
    }
    enum rc rc = brand_accept_end(x->brand, &result, e);
    *accepted += result.accepted;
    batch_free(*rows);
    *rows = NULL;
    return rc;
}

enum rc story_tell_batch(struct story_brand *x, const struct story *s, uint32_t batch,
                         uint64_t *accepted, struct err *e)
{
    struct event_batch *rows = NULL;
    enum rc rc = begin_batch(x, s, batch, &rows, e);
    return rc ? rc : end_batch(x, &rows, accepted, e);
}

static enum rc turn_page(struct story_brand *x, const struct story *s, uint32_t batch,
                         const char *dir, struct disk *disk, const char *vfs, struct err *e)
{
    enum rc rc = RC_OK;
    if (batch == s->checkpoint_at) {
        rc = brand_seal(x->brand, true, e);
        rc = rc ? rc : brand_checkpoint(x->brand, e);
    }
    if (!rc && batch == s->reopen_at) {
        rc = story_close(x, e);
        rc = rc ? rc : story_open(x, dir, BRAND_WRITE, disk, vfs, e);
    }
    return rc;
}

enum rc story_tell(struct story_brand *x, const struct story *s, const char *dir,
                   struct disk *disk, const char *vfs, void (*each)(void *ctx, uint64_t events),
                   void *ctx, uint64_t *accepted, struct err *e)
{
    struct event_batch *begun = NULL;
    uint64_t told = 0;
    enum rc rc = RC_OK;
    for (uint32_t i = 0; i <= s->batches && !rc; i++) {
        struct event_batch *next = NULL;
        bool page = i == s->checkpoint_at || i == s->reopen_at;
        if (i < s->batches && !page) {
            rc = begin_batch(x, s, i, &next, e);
        }
        if (!rc && i) {
            rc = end_batch(x, &begun, accepted, e);
            told += s->size[i - 1];
            if (!rc && each) {
                each(ctx, told);
            }
        }
        if (!rc && page) {
            rc = turn_page(x, s, i, dir, disk, vfs, e);
            rc = rc ? rc : begin_batch(x, s, i, &next, e);
        }
        begun = begun ? begun : next;
    }
    struct err unseen;
    (void)end_batch(x, &begun, accepted, &unseen);
    return rc;
}

static enum rc compare(struct story_brand *x, const struct story *s, const char *dir,
                       const char *digest, uint64_t there, struct err *e)
{
    uint64_t accepted = 0;
    char now[33] = "";
    enum rc rc = story_tell(x, s, dir, NULL, NULL, NULL, NULL, &accepted, e);
    rc = rc ? rc : story_digest(x, now, e);
    if (!rc && accepted + there != s->events) {
        rc = rc_fail(e, RC_CORRUPT, "%llu events were there, %llu taken on telling again",
                     (unsigned long long)there, (unsigned long long)accepted);
    }
    if (!rc && strcmp(now, digest)) {
        rc = rc_fail(e, RC_CORRUPT, "the digest in the end is another one");
    }
    return rc;
}

enum rc story_mend(const struct story *s, const char *dir, uint64_t acknowledged,
                   const char *digest, uint64_t *there, struct err *e)
{
    struct story_brand x = {0};
    enum rc rc = story_open(&x, dir, BRAND_WRITE, NULL, NULL, e);
    if (rc) {
        return rc;
    }
    *there = x.brand->events;
    if (*there < acknowledged) {
        rc = rc_fail(e, RC_CORRUPT, "%llu events acknowledged, %llu there",
                     (unsigned long long)acknowledged, (unsigned long long)*there);
    }
    rc = rc ? rc : compare(&x, s, dir, digest, *there, e);
    struct err ignored = {0};
    enum rc closed = x.brand ? story_close(&x, rc ? &ignored : e) : RC_OK;
    return rc ? rc : closed;
}

char *story_path(const char *dir, const char *name)
{
    size_t len = strlen(dir) + strlen(name) + 2;
    char *path = mem_alloc(len);
    (void)snprintf(path, len, "%s/%s", dir, name);
    return path;
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

void story_remove(const char *dir) { (void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS); }
