/* A brand's directory: made, opened, checkpointed, closed. */
#include "people/internal.h"

#include <dirent.h>
#include <stdlib.h>
#include <sys/stat.h>
#include "base/mem.h"
#include "gen/sql_people.h"
#include "store/log.h"
#include "store/meta.h"
#include "store/migrate.h"

#define STATE_VERSION 2u     /* of the checkpoint's sections */
#define CHECKPOINT_SHARE 10u /* a checkpoint is due when 1/10 of the events are behind it ... */
#define CHECKPOINT_ROWS                                                                        \
    500000u /* ... or so many rows                                            */
#define KEY_FILE_MAX 4096u

/* ---- the key ---- */

static char *key_path(struct arena *a, const char *data_dir)
{
    return disk_path(a, data_dir, "pond.key");
}

static enum rc key_read(struct disk *d, const char *data_dir, struct secret *out, struct err *e)
{
    struct arena *a = arena_new();
    struct buf text = {0};
    char *path = key_path(a, data_dir);
    struct err own = {0};
    enum rc rc = disk_get(d, path, KEY_FILE_MAX, &text, &own);
    if (rc == RC_MISSING) {
        rc = rc_fail(e, RC_DENIED, "the key file %s is missing", path);
        err_hint(e, "identities are sealed with it: put back the copy from a backup; without "
                    "it they cannot be read");
    } else if (rc) {
        rc = rc_fail(e, rc, "%s", own.msg);
    } else {
        rc = secret_parse(buf_str(&text), out, e);
        if (rc) {
            err_prefix(e, "%s", path);
        }
    }
    buf_release(&text);
    arena_free(a);
    return rc;
}

static enum rc key_ensure(struct disk *d, const char *data_dir, struct secret *out,
                          struct err *e)
{
    struct arena *a = arena_new();
    char *path = key_path(a, data_dir);
    enum rc rc = RC_OK;
    if (!disk_exists(path)) {
        struct buf text = {0};
        rc = secret_make(&text, e);
        rc = rc ? rc : disk_put(d, path, buf_str(&text), 0600, e);
        buf_release(&text);
    }
    arena_free(a);
    return rc ? rc : key_read(d, data_dir, out, e);
}

static enum rc key_check(struct ledger *l, const struct secret *s, struct err *e)
{
    int64_t id = 0;
    enum rc rc = meta_get_i64(l, "key_id", 0, &id, e);
    if (!rc && !id) {
        rc = rc_fail(e, RC_MISSING, "making this brand was interrupted, it was never finished");
        err_hint(e, "make it again: pond init NAME");
    } else if (!rc && id != (int64_t)s->id) {
        rc =
            rc_fail(e, RC_DENIED,
                    "the key file is not the one that this brand's identities are sealed with");
        err_hint(e, "put back pond.key from the backup of this data directory");
    }
    return rc;
}

/* ---- names of brands ---- */

static bool brand_name_ok(struct str s)
{
    if (!s.len || s.len > 40 || !str_is_utf8(s)) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     (i && (c == '-' || c == '_')) || c >= 0x80;
        if (!plain) {
            return false;
        }
    }
    return true;
}

enum rc brand_list(const char *data_dir, struct arena *a, struct str **names, uint32_t *len,
                   struct err *e)
{
    struct str *all = NULL;
    size_t n = 0;
    struct err own = {0};
    enum rc rc = disk_list(a, data_dir, &all, &n, &own);
    if (rc == RC_MISSING) {
        rc = rc_fail(e, RC_MISSING, "there is no pond at %s", data_dir);
        err_hint(e, "make one: pond init mybrand");
        return rc;
    }
    if (rc) {
        return rc_fail(e, rc, "%s", own.msg);
    }
    *names = arena_array(a, struct str, n + 1);
    *len = 0;
    for (size_t i = 0; i < n; i++) {
        char *dir = disk_path(a, data_dir, arena_cstr(a, all[i]));
        if (brand_name_ok(all[i]) && disk_exists(disk_path(a, dir, "ledger.db"))) {
            (*names)[(*len)++] = all[i];
        }
    }
    return RC_OK;
}

static enum rc pick_brand(const struct brand_options *o, struct arena *a, struct str *out,
                          struct err *e)
{
    struct str *names = NULL;
    uint32_t n = 0;
    enum rc rc = brand_list(o->data_dir, a, &names, &n, e);
    if (rc) {
        return rc;
    }
    for (uint32_t i = 0; i < n; i++) {
        if (!o->brand.len ? n == 1 : str_eq(names[i], o->brand)) {
            *out = names[i];
            return RC_OK;
        }
    }
    if (o->brand.len) {
        rc = rc_fail(e, RC_MISSING, "there is no brand \"%.*s\" at %s", STR_FMT(o->brand),
                     o->data_dir);
        err_hint(e, n ? "the first there is \"%.*s\"" : "make it: pond init %.*s",
                 STR_FMT(n ? names[0] : o->brand));
        return rc;
    }
    rc = n ? rc_fail(e, RC_INVALID, "there are %u brands at %s", n, o->data_dir)
           : rc_fail(e, RC_MISSING, "there is no brand at %s yet", o->data_dir);
    err_hint(e, n ? "name one: --brand %.*s" : "make one: pond init mybrand%.*s",
             STR_FMT(n ? names[0] : STR("")));
    return rc;
}

/* ---- create ---- */

static enum rc create_ledger(const struct brand_setup *s, const char *dir, struct disk *d,
                             const struct secret *key, struct arena *a, struct err *e)
{
    struct ledger *l = NULL;
    struct clock clock = clock_real();
    const struct ledger_options options = {.mode = LEDGER_CREATE, .vfs = s->vfs};
    enum rc rc = ledger_open(disk_path(a, dir, "ledger.db"), &options, &l, e);
    rc = rc ? rc : migrate_run(l, d, &clock, e);
    struct tx *tx = NULL;
    rc = rc ? rc : ledger_begin(l, &tx, e);
    if (!rc) {
        rc = meta_put_i64(tx, "key_id", (int64_t)key->id, e);
        rc = rc ? rc : brand_put_setting(l, "zone", s->zone, e);
        rc = rc ? rc : brand_put_setting(l, "name", s->name, e);
        rc = rc ? rc
                : ledger_run(l, &sql_people_model_add,
                             BINDS(bind_str("name", s->model_name),
                                   bind_str("text", s->model_text),
                                   bind_i64("applied_ms", clock_now(&clock))),
                             e);
        rc = ledger_end(tx, rc, e);
    }
    ledger_close(l);
    return rc;
}

/* A brand is there when its ledger names the key, which the last transaction of making it does: what a power
 * cut left before that is made again. */
static enum rc refuse_existing(const struct brand_setup *s, const char *path, struct disk *d,
                               struct err *e)
{
    struct ledger *l = NULL;
    struct clock clock = clock_real();
    const struct ledger_options options = {.mode = LEDGER_CREATE, .vfs = s->vfs};
    int64_t id = 0;
    if (!disk_exists(path)) {
        return RC_OK;
    }
    enum rc rc = ledger_open(path, &options, &l, e);
    rc = rc ? rc : migrate_run(l, d, &clock, e);
    rc = rc ? rc : meta_get_i64(l, "key_id", 0, &id, e);
    ledger_close(l);
    if (!rc && id) {
        rc = rc_fail(e, RC_CONFLICT, "the brand \"%.*s\" exists already at %s",
                     STR_FMT(s->name), s->data_dir);
        err_hint(e, "fill it with: pond import FILE");
    }
    return rc;
}

enum rc brand_create(const struct brand_setup *s, struct disk *disk, struct err *e)
{
    struct disk *d = disk ? disk : disk_real();
    if (!brand_name_ok(s->name)) {
        enum rc bad =
            rc_fail(e, RC_INVALID, "\"%.*s\" cannot be a brand's name", STR_FMT(s->name));
        err_hint(e, "use 1 to 40 of a-z, 0-9, -, _ and Chinese letters");
        return bad;
    }
    struct arena *a = arena_new();
    struct zone *zone = NULL;
    struct secret key = {0};
    char *dir = disk_path(a, s->data_dir, arena_cstr(a, s->name));
    enum rc rc = zone_open(s->zone, &zone, e);
    rc = rc ? rc : refuse_existing(s, disk_path(a, dir, "ledger.db"), d, e);
    rc = rc ? rc : disk_mkdirs(d, dir, 0700, e);
    rc = rc ? rc : disk_mkdirs(d, disk_path(a, dir, "lake"), 0700, e);
    rc = rc ? rc : disk_mkdirs(d, disk_path(a, dir, "rejects"), 0700, e);
    rc = rc ? rc : key_ensure(d, s->data_dir, &key, e);
    rc = rc ? rc : create_ledger(s, dir, d, &key, a, e);
    secret_wipe(&key);
    zone_free(zone);
    arena_free(a);
    return rc;
}

/* ---- checkpoint ---- */

static uint64_t state_hash(const struct brand *b)
{
    return hash_mix(b->plan->hash ^
                    hash_mix(brand_rules_hash(b) ^
                             hash_mix(b->secret->id ^ hash_sip64((struct hash_key){0, 0},
                                                                 str_of(zone_name(b->zone))))));
}

static char *checkpoint_path(const struct brand *b)
{
    return disk_path(b->own->arena, b->dir, "checkpoint");
}

static enum rc save_sections(struct brand *b, struct checkpoint_writer *w, struct err *e)
{
    enum rc rc = dictionary_save(b->dictionary, w, e);
    rc = rc ? rc : graph_save(b->graph, w, e);
    rc = rc ? rc : fold_save(&b->own->fold, w, e);
    rc = rc ? rc : seen_save(b->seen, w, e);
    return rc || !b->own->hooks.save ? rc : b->own->hooks.save(b->own->hooks.ctx, b, w, e);
}

enum rc brand_write_checkpoint(struct brand *b, struct err *e)
{
    struct checkpoint_writer *w = NULL;
    struct checkpoint_head head = {
        .version = STATE_VERSION, .seq = b->seq, .model_hash = state_hash(b)};
    enum rc rc = brand_settle(b, e);
    rc = rc ? rc : checkpoint_create(b->disk, checkpoint_path(b), &head, &w, e);
    if (rc) {
        return rc;
    }
    rc = save_sections(b, w, e);
    if (rc) {
        checkpoint_drop(w);
        return rc;
    }
    return checkpoint_finish(w, e);
}

enum rc brand_checkpoint(struct brand *b, struct err *e)
{
    if (b->mode != BRAND_WRITE || b->own->failed) {
        return RC_OK;
    }
    enum rc rc = brand_write_checkpoint(b, e);
    if (!rc) {
        b->own->since_checkpoint = 0;
    }
    return rc;
}

static enum rc load_sections(struct brand *b, struct checkpoint *c, struct err *e)
{
    enum rc rc = dictionary_load(b->dictionary, c, e);
    rc = rc ? rc : graph_load(b->graph, c, e);
    rc = rc ? rc : fold_load(&b->own->fold, c, e);
    rc = rc || !b->seen ? rc : seen_load(b->seen, c, e);
    brand_sync_counts(b); /* the hook looks at the brand */
    return rc || !b->own->hooks.load ? rc : b->own->hooks.load(b->own->hooks.ctx, b, c, e);
}

static void state_new(struct brand *b)
{
    b->dictionary = dictionary_new();
    b->graph = graph_new(b->dictionary, b->kinds);
    b->seen = b->mode == BRAND_WRITE ? seen_new() : NULL;
    fold_init(&b->own->fold, b->plan, b->zone, b->catalogue, b->secret->event);
}

static void state_free(struct brand *b)
{
    graph_free(b->graph);
    dictionary_free(b->dictionary);
    seen_free(b->seen);
    fold_release(&b->own->fold);
    b->graph = NULL;
    b->dictionary = NULL;
    b->seen = NULL;
}

/* The state of the checkpoint when there is a good one of the same model and rules. A damaged one is
 * named in the log and done without: everything in it is in history too. */
static bool load_checkpoint(struct brand *b, uint64_t last, uint64_t *seq)
{
    struct checkpoint *c = NULL;
    struct err e = {0};
    enum rc rc = checkpoint_open(b->disk, checkpoint_path(b), &c, &e);
    if (!rc) {
        struct checkpoint_head head = checkpoint_head(c);
        bool fits = head.version == STATE_VERSION && head.model_hash == state_hash(b) &&
                    head.seq <= last;
        rc = fits ? load_sections(b, c, &e) : RC_CONFLICT;
        *seq = head.seq;
        checkpoint_close(c);
    }
    if (rc && rc != RC_MISSING && rc != RC_CONFLICT) {
        logger_event(b->logger, LOG_WARN, "checkpoint.rebuild", "rc=%s reason=\"%s\"",
                     rc_name(rc), e.msg);
    }
    return !rc;
}

static enum rc brand_load_state(struct brand *b, bool no_checkpoint, struct err *e)
{
    uint64_t seq = 0, next = 0;
    enum rc rc = log_next_seq(b->own->history, &next, e);
    if (rc) {
        return rc;
    }
    state_new(b);
    bool loaded = !no_checkpoint && load_checkpoint(b, next - 1, &seq);
    if (!loaded) {
        state_free(b);
        state_new(b);
        seq = 0;
    }
    b->own->rebuilt = !loaded;
    b->own->fold.watch = loaded;
    uint64_t before = b->own->fold.events;
    rc = brand_load_decisions(b, e);
    rc = rc ? rc
            : brand_fold_lake(b, &b->own->fold, seq,
                              FOLD_IDENTITIES | FOLD_GRAPH | (b->seen ? FOLD_SEEN : 0u), e);
    rc = rc ? rc : brand_fold_log(b, seq, e);
    b->own->since_checkpoint = loaded ? b->own->fold.events - before : b->own->fold.events + 1;
    b->own->fold.watch = true;
    b->seq = next - 1;
    brand_sync_counts(b);
    return rc;
}

/* ---- open and close ---- */

enum rc brand_open_handles(struct brand *b, struct err *e)
{
    struct brand_private *own = b->own;
    const struct ledger_options reads = {.mode = LEDGER_READ, .vfs = own->vfs};
    const struct ledger_options writes = {.mode = LEDGER_WRITE, .vfs = own->vfs};
    enum rc rc =
        ledger_open(own->ledger_path, b->mode == BRAND_READ ? &reads : &writes, &b->ledger, e);
    own->history = b->ledger;
    if (!rc && b->mode == BRAND_EDIT) {
        own->history = NULL;
        rc = ledger_open(own->ledger_path, &reads, &own->history, e);
    }
    return rc;
}

void brand_close_handles(struct brand *b, bool briefly)
{
    struct brand_private *own = b->own;
    if (own->view) {
        (void)ledger_end(own->view, RC_OK, NULL);
        own->view = NULL;
    }
    if (own->history != b->ledger) {
        ledger_close(own->history);
    }
    if (briefly) {
        ledger_close_briefly(b->ledger);
    } else {
        ledger_close(b->ledger);
    }
    own->history = NULL;
    b->ledger = NULL;
}

/* Who writes without the lock leaves a schema that fits alone and brings an older one up when nobody
 * writes. (The lock is not taken first: a writer that starts meanwhile would find it taken.) */
static enum rc check_schema(struct ledger *l, const char *dir, struct disk *d,
                            const struct clock *clock, struct err *e)
{
    struct err own = {0};
    struct lockfile *alone = NULL;
    enum rc rc = migrate_check(l, &own);
    if (rc == RC_CONFLICT && lockfile_take(dir, &alone, NULL) == RC_OK) {
        rc = migrate_run(l, d, clock, e);
        lockfile_drop(alone);
    } else if (rc) {
        rc_fail(e, rc, "%s", own.msg);
        err_hint(e, "%s",
                 rc == RC_CONFLICT ? "another process writes into this brand: end it, "
                                     "then do this again with the same program"
                                   : own.hint);
    }
    return rc;
}

static enum rc open_ledger(struct brand *b, const struct brand_options *o, struct err *e)
{
    struct arena *a = b->own->arena;
    bool write = o->mode == BRAND_WRITE;
    b->own->ledger_path = disk_path(a, b->dir, "ledger.db");
    b->own->vfs = o->vfs;
    enum rc rc = write ? lockfile_take(b->dir, &b->own->lock, e) : RC_OK;
    rc = rc ? rc : brand_open_handles(b, e);
    if (!rc && o->mode == BRAND_READ) {
        rc = migrate_check(b->ledger, e);
    } else if (!rc) {
        rc = write ? migrate_run(b->ledger, b->disk, b->clock, e)
                   : check_schema(b->ledger, b->dir, b->disk, b->clock, e);
    }
    rc = rc ? rc : key_check(b->ledger, b->secret, e);
    struct str zone = STR_NULL;
    rc = rc ? rc : brand_get_setting(b->ledger, "zone", a, &zone, e);
    return rc ? rc : zone_open(zone.ptr ? zone : STR("Asia/Shanghai"), &b->zone, e);
}

static enum rc open_lake(struct brand *b, struct err *e)
{
    const struct lake_options options = {.dir = disk_path(b->own->arena, b->dir, "lake"),
                                         .disk = b->disk,
                                         .datasets = stored_datasets,
                                         .datasets_len = stored_datasets_len,
                                         .reads = b->mode != BRAND_WRITE};
    enum rc rc = lake_open(&options, &b->lake, e);
    return rc || b->mode != BRAND_WRITE ? rc : lake_sweep(b->lake, b->ledger, NULL, e);
}

/* Everything but the state. A reader sees one moment of names, manifest and log, from here to its
 * close: what others commit meanwhile may speak of names that it has not read. Its lake is opened before
 * that moment, so that no segment it lists is swept. */
static enum rc open_stores(struct brand *b, const struct brand_options *o, struct err *e)
{
    b->catalogue = catalogue_new();
    b->kinds = kind_table_new();
    b->own->siv = siv_new(b->secret);
    b->hash_key = b->secret->identity;
    enum rc rc = open_ledger(b, o, e);
    rc = rc ? rc : open_lake(b, e);
    rc = rc || o->mode == BRAND_WRITE ? rc
                                      : ledger_begin_read(b->own->history, &b->own->view, e);
    rc = rc ? rc : brand_load_names(b, e);
    rc = rc || !o->hooks.plan ? rc : o->hooks.plan(o->hooks.ctx, b, &b->plan, e);
    if (!rc && !b->plan) {
        struct evidence_plan *none = arena_new_of(b->own->arena, struct evidence_plan);
        b->plan = none;
    }
    return rc;
}

static void brand_free(struct brand *b)
{
    brand_tail_clear(b);
    lake_close(b->lake);
    brand_close_handles(b, false);
    state_free(b);
    catalogue_free(b->catalogue);
    kind_table_free(b->kinds);
    zone_free(b->zone);
    siv_free(b->own->siv);
    secret_wipe(b->secret);
    lockfile_drop(b->own->lock);
    vec_release(&b->own->tail);
    vec_release(&b->own->event_pieces);
    vec_release(&b->own->identity_pieces);
    mem_free(b->own->wanted);
    mem_free(b->own->wanted_seq);
    arena_free(b->own->value_arena);
    arena_free(b->own->arena);
    mem_free(b->own);
    mem_free(b);
}

enum rc brand_open(const struct brand_options *o, struct brand **out, struct err *e)
{
    struct brand *b = mem_zalloc(sizeof(*b));
    b->own = mem_zalloc(sizeof(*b->own));
    b->own->arena = arena_new();
    b->own->value_arena = arena_new();
    b->own->hooks = o->hooks;
    b->own->fold.first_day = b->own->fold.last_day = DAY_NONE;
    b->mode = o->mode;
    b->clock = o->clock;
    b->logger = o->logger;
    b->disk = o->disk ? o->disk : disk_real();
    b->secret = arena_new_of(b->own->arena, struct secret);
    enum rc rc = pick_brand(o, b->own->arena, &b->name, e);
    if (!rc) {
        b->dir = disk_path(b->own->arena, o->data_dir, arena_cstr(b->own->arena, b->name));
        rc = key_read(b->disk, o->data_dir, b->secret, e);
    }
    rc = rc ? rc : open_stores(b, o, e);
    rc = rc ? rc : brand_load_state(b, o->no_checkpoint, e);
    if (rc) {
        brand_free(b);
        return rc;
    }
    *out = b;
    return RC_OK;
}

enum rc brand_open_ledger(const struct brand_options *o, struct ledger **out, struct err *e)
{
    struct arena *a = arena_new();
    struct secret secret = {0};
    struct ledger *l = NULL;
    struct str name = STR_NULL;
    const char *dir = NULL;
    struct disk *d = o->disk ? o->disk : disk_real();
    const struct ledger_options options = {.mode = LEDGER_WRITE, .vfs = o->vfs};
    enum rc rc = pick_brand(o, a, &name, e);
    if (!rc) {
        dir = disk_path(a, o->data_dir, arena_cstr(a, name));
        rc = key_read(d, o->data_dir, &secret, e);
    }
    rc = rc ? rc : ledger_open(disk_path(a, dir, "ledger.db"), &options, &l, e);
    rc = rc ? rc : check_schema(l, dir, d, o->clock, e);
    rc = rc ? rc : key_check(l, &secret, e);
    secret_wipe(&secret);
    arena_free(a);
    if (rc) {
        ledger_close(l);
        return rc;
    }
    *out = l;
    return RC_OK;
}

enum rc brand_close(struct brand *b, struct err *e)
{
    if (!b) {
        return RC_OK;
    }
    enum rc rc = brand_accept_drain(b, e);
    uint64_t since = b->own->since_checkpoint;
    if (!rc && b->mode == BRAND_WRITE && !b->own->failed && since) {
        rc = lake_compact(b->lake, b->ledger, "event", NULL, e);
        rc = rc ? rc : lake_compact(b->lake, b->ledger, "identity", NULL, e);
        b->own->attached = false;
        if (!rc && (since * CHECKPOINT_SHARE >= b->events || since >= CHECKPOINT_ROWS)) {
            rc = brand_checkpoint(b, e);
        }
    }
    brand_free(b);
    return rc;
}
