/* Keys and sessions in force, in memory, for the check of every request.
 *
 * A snapshot is an array of entries and a hash table over the first eight bytes of their digests, which
 * are uniform (SHA-256 of 256 random bits). It is made beside look-ups, and swapped in under the write
 * lock; only use times change in it. Names live in `names` as long as the table, so that a principal
 * outlives a swap: one short text for each key and user that was ever met.
 *
 *     refresh   one at a time (`refreshing`); look-ups wait only while two pointers change and use times
 *               move over, some 50 ns an entry
 *     look-up   one SHA-256, a read lock, one or two slots: under a microsecond */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "access/internal.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "gen/sql_access.h"
#include "wire/crypt.h"

struct entry {
    uint8_t digest[DIGEST_BYTES];
    struct principal who;
    int64_t made_ms;
    _Atomic int64_t used_ms;
    int64_t saved_ms; /* what the ledger has; touched while `refreshing` is held only */
};

struct snapshot {
    struct entry *entry;
    uint32_t len;
    uint32_t *slot; /* entry + 1; 0: free */
    uint32_t mask;
};

struct access_table {
    const struct clock *clock;
    pthread_rwlock_t lock;      /* of `now` */
    pthread_mutex_t refreshing; /* of version, names, saved_ms */
    struct snapshot now;
    int64_t version;
    struct map *names;
};

static uint32_t first_slot(const struct snapshot *s, const uint8_t digest[DIGEST_BYTES])
{
    uint64_t h = 0;
    memcpy(&h, digest, sizeof(h));
    return (uint32_t)h & s->mask;
}

static struct entry *find(const struct snapshot *s, const uint8_t digest[DIGEST_BYTES])
{
    if (!s->len) {
        return NULL;
    }
    for (uint32_t i = first_slot(s, digest); s->slot[i]; i = (i + 1) & s->mask) {
        struct entry *x = &s->entry[s->slot[i] - 1];
        if (memcmp(x->digest, digest, DIGEST_BYTES) == 0) {
            return x;
        }
    }
    return NULL;
}

static void index_entries(struct snapshot *s)
{
    uint32_t slots = 16;
    while (slots < s->len * 2) {
        slots *= 2;
    }
    s->mask = slots - 1;
    s->slot = mem_array(uint32_t, slots);
    for (uint32_t n = 0; n < s->len; n++) {
        uint32_t i = first_slot(s, s->entry[n].digest);
        while (s->slot[i]) {
            i = (i + 1) & s->mask;
        }
        s->slot[i] = n + 1;
    }
}

static void snapshot_release(struct snapshot *s)
{
    mem_free(s->entry);
    mem_free(s->slot);
    *s = (struct snapshot){0};
}

/* ---- Reading the ledger ---- */

struct reading {
    struct access_table *table;
    VEC(struct entry) all;
};

static struct str kept_name(struct access_table *t, struct str name)
{
    return map_key(t->names, map_intern(t->names, name, map_len(t->names)));
}

static void add(struct reading *r, struct str digest, const struct entry *x)
{
    if (digest.len == DIGEST_BYTES) {
        vec_push(&r->all, *x);
        struct entry *to = &r->all.ptr[r->all.len - 1];
        memcpy(to->digest, digest.ptr, DIGEST_BYTES);
        to->saved_ms = atomic_load_explicit(&to->used_ms, memory_order_relaxed);
    }
}

static enum rc read_keys(struct reading *r, struct ledger *l, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_access_key_in_force, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        bool write = str_eq(stmt_str(s, 2), STR("write"));
        struct entry x = {
            .who = {.kind = write ? PRINCIPAL_WRITE_KEY : PRINCIPAL_OPERATOR_KEY,
                    .id = stmt_i64(s, 0),
                    .name = kept_name(r->table, stmt_str(s, 1))},
            .made_ms = stmt_i64(s, 5),
            .used_ms = stmt_i64(s, 6),
        };
        (void)role_parse(stmt_str(s, 3), &x.who.role);
        add(r, stmt_str(s, 4), &x);
    }
    stmt_done(s);
    return rc;
}

static enum rc read_sessions(struct reading *r, struct ledger *l, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_access_session_live, &s, e);
    if (!rc) {
        stmt_bind_i64(s, "made_after", clock_now(r->table->clock) - SESSION_LIFE_MS);
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        struct entry x = {
            .who = {.kind = PRINCIPAL_USER,
                    .id = stmt_i64(s, 0),
                    .name = kept_name(r->table, stmt_str(s, 1))},
            .made_ms = stmt_i64(s, 4),
            .used_ms = stmt_i64(s, 5),
        };
        (void)role_parse(stmt_str(s, 2), &x.who.role);
        add(r, stmt_str(s, 3), &x);
    }
    stmt_done(s);
    return rc;
}

/* Use times that are in memory only go on in the new snapshot. */
static void swap_in(struct access_table *t, struct snapshot *fresh)
{
    (void)pthread_rwlock_wrlock(&t->lock);
    for (uint32_t i = 0; i < fresh->len; i++) {
        struct entry *x = &fresh->entry[i];
        const struct entry *old = find(&t->now, x->digest);
        int64_t used = old ? atomic_load_explicit(&old->used_ms, memory_order_relaxed) : 0;
        if (used > atomic_load_explicit(&x->used_ms, memory_order_relaxed)) {
            atomic_store_explicit(&x->used_ms, used, memory_order_relaxed);
        }
    }
    struct snapshot old = t->now;
    t->now = *fresh;
    (void)pthread_rwlock_unlock(&t->lock);
    snapshot_release(&old);
}

/* Under `refreshing`, in a read view. */
static enum rc read_all(struct access_table *t, struct ledger *l, struct err *e)
{
    struct reading r = {.table = t};
    int64_t version = 0;
    enum rc rc = ledger_get_i64(l, &sql_access_version_read, BINDS_NONE, &version, NULL, e);
    if (rc || version == t->version) {
        return rc;
    }
    rc = read_keys(&r, l, e);
    rc = rc ? rc : read_sessions(&r, l, e);
    if (rc) {
        vec_release(&r.all);
        return rc;
    }
    struct snapshot fresh = {.entry = r.all.ptr, .len = (uint32_t)r.all.len};
    index_entries(&fresh);
    swap_in(t, &fresh);
    t->version = version;
    return RC_OK;
}

enum rc access_table_refresh(struct access_table *t, struct ledger *l, struct err *e)
{
    struct tx *view = NULL;
    (void)pthread_mutex_lock(&t->refreshing);
    enum rc rc = ledger_begin_read(l, &view, e);
    rc = rc ? rc : ledger_end(view, read_all(t, l, e), e);
    (void)pthread_mutex_unlock(&t->refreshing);
    return rc;
}

enum rc access_table_new(struct ledger *l, const struct clock *clock, struct access_table **out,
                         struct err *e)
{
    struct access_table *t = mem_zalloc(sizeof(*t));
    t->clock = clock;
    t->names = map_new();
    (void)pthread_rwlock_init(&t->lock, NULL);
    (void)pthread_mutex_init(&t->refreshing, NULL);
    enum rc rc = access_table_refresh(t, l, e);
    if (rc) {
        access_table_free(t);
        return rc;
    }
    *out = t;
    return RC_OK;
}

void access_table_free(struct access_table *t)
{
    if (t) {
        snapshot_release(&t->now);
        map_free(t->names);
        (void)pthread_rwlock_destroy(&t->lock);
        (void)pthread_mutex_destroy(&t->refreshing);
        mem_free(t);
    }
}

/* ---- Look-ups ---- */

static bool in_force(const struct entry *x, int64_t now_ms)
{
    return x->who.kind != PRINCIPAL_USER ||
           (now_ms - atomic_load_explicit(&x->used_ms, memory_order_relaxed) <
                SESSION_IDLE_MS &&
            now_ms - x->made_ms < SESSION_LIFE_MS);
}

static bool look_up(struct access_table *t, struct str secret, bool session,
                    struct principal *out)
{
    uint8_t digest[DIGEST_BYTES];
    int64_t now_ms = clock_now(t->clock);
    (void)secret_digest(secret, digest);
    (void)pthread_rwlock_rdlock(&t->lock);
    struct entry *x = find(&t->now, digest);
    bool found = x && (x->who.kind == PRINCIPAL_USER) == session && in_force(x, now_ms);
    if (found) {
        *out = x->who;
        if (atomic_load_explicit(&x->used_ms, memory_order_relaxed) < now_ms) {
            atomic_store_explicit(&x->used_ms, now_ms, memory_order_relaxed);
        }
    }
    (void)pthread_rwlock_unlock(&t->lock);
    return found;
}

/* The length is not secret: what cannot be one of ours is not hashed. */
bool access_table_key(struct access_table *t, struct str key, struct principal *out)
{
    return key.len == SECRET_TEXT + 5 && look_up(t, key, false, out);
}

bool access_table_session(struct access_table *t, struct str token, struct principal *out)
{
    return token.len == SECRET_TEXT && look_up(t, token, true, out);
}

/* ---- Use times ---- */

static enum rc save_one(struct ledger *l, const struct entry *x, int64_t used_ms, struct err *e)
{
    struct str digest = str_make((const char *)x->digest, DIGEST_BYTES);
    if (x->who.kind != PRINCIPAL_USER) {
        return ledger_run(l, &sql_access_key_used,
                          BINDS(bind_i64("id", x->who.id), bind_i64("used_ms", used_ms)), e);
    }
    enum rc rc =
        ledger_run(l, &sql_access_session_used,
                   BINDS(bind_blob("digest", digest), bind_i64("used_ms", used_ms)), e);
    return rc ? rc
              : ledger_run(l, &sql_access_user_seen,
                           BINDS(bind_i64("id", x->who.id), bind_i64("seen_ms", used_ms)), e);
}

struct used {
    uint32_t entry;
    int64_t ms;
};

/* Under `refreshing`: entries stay where they are. */
static enum rc save_used(struct access_table *t, struct ledger *l, struct err *e)
{
    VEC(struct used) due = {0};
    for (uint32_t i = 0; i < t->now.len; i++) {
        int64_t ms = atomic_load_explicit(&t->now.entry[i].used_ms, memory_order_relaxed);
        if (ms > t->now.entry[i].saved_ms) {
            vec_push(&due, ((struct used){i, ms}));
        }
    }
    struct tx *tx = NULL;
    enum rc rc = due.len ? ledger_begin(l, &tx, e) : RC_OK;
    if (!rc && tx) {
        for (size_t i = 0; !rc && i < due.len; i++) {
            rc = save_one(l, &t->now.entry[due.ptr[i].entry], due.ptr[i].ms, e);
        }
        rc = ledger_end(tx, rc, e);
    }
    for (size_t i = 0; !rc && i < due.len; i++) {
        t->now.entry[due.ptr[i].entry].saved_ms = due.ptr[i].ms;
    }
    vec_release(&due);
    return rc;
}

enum rc access_table_save_used(struct access_table *t, struct ledger *l, struct err *e)
{
    (void)pthread_mutex_lock(&t->refreshing);
    enum rc rc = save_used(t, l, e);
    (void)pthread_mutex_unlock(&t->refreshing);
    return rc;
}
