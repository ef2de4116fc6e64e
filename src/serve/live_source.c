/* What came from where: counts by collector and key.
 *
 * A request only adds to memory. What was added is written into the ledger by the keep thread each SAVE_MS, as additions, so
 * that the hot path writes nothing: a process that is killed loses what came since. Memory holds those that were heard
 * last; one that was forgotten begins at zero here and has its whole count again when it is written. */
#include "serve/live_internal.h"

#include <stdio.h>
#include "base/mem.h"
#include "gen/sql_serve.h"

#define SAVE_MS 5000

static void add(struct source_sum *to, const struct source_sum *more)
{
    to->accepted += more->accepted;
    to->duplicates += more->duplicates;
    to->rejected += more->rejected;
}

static void take_off(struct source_sum *from, const struct source_sum *less)
{
    from->accepted -= less->accepted;
    from->duplicates -= less->duplicates;
    from->rejected -= less->rejected;
}

/* ---- In memory; sources_lock is held ---- */

static struct source_count *find(struct live *l, const char *source, int64_t key)
{
    for (uint32_t i = 0; i < l->sources_len; i++) {
        struct source_count *s = &l->sources[i];
        if (s->key == key && strcmp(s->source, source) == 0) {
            return s;
        }
    }
    return NULL;
}

/* A free place, else that of the one heard longest ago whose counts are in the ledger; NULL: there is none. */
static struct source_count *place(struct live *l)
{
    struct source_count *oldest = NULL;
    if (l->sources_len < LIVE_SOURCES) {
        return &l->sources[l->sources_len++];
    }
    for (uint32_t i = 0; i < l->sources_len; i++) {
        struct source_count *s = &l->sources[i];
        if (!s->unsaved && (!oldest || s->last_ms < oldest->last_ms)) {
            oldest = s;
        }
    }
    return oldest;
}

static void set_name(struct source_count *s, struct str name)
{
    while (name.len >= sizeof(s->name) || (name.len && !str_is_utf8(name))) {
        name.len--;
    }
    (void)snprintf(s->name, sizeof(s->name), "%.*s", STR_FMT(name));
}

void live_count_source(struct live *l, const struct live_source *more)
{
    const struct source_sum sum = {more->accepted, more->duplicates, more->rejected};
    (void)pthread_mutex_lock(&l->sources_lock);
    struct source_count *s = find(l, more->source, more->key);
    if (!s && (s = place(l))) {
        *s = (struct source_count){
            .source = more->source, .key = more->key, .since_ms = more->last_ms};
        set_name(s, more->key_name);
    }
    if (s) {
        add(&s->more, &sum);
        s->last_ms = more->last_ms > s->last_ms ? more->last_ms : s->last_ms;
        s->unsaved = true;
    }
    (void)pthread_mutex_unlock(&l->sources_lock);
}

uint32_t live_sources(struct live *l, struct arena *a, struct live_source **list)
{
    (void)pthread_mutex_lock(&l->sources_lock);
    uint32_t n = l->sources_len;
    *list = arena_array(a, struct live_source, n + 1);
    for (uint32_t i = 0; i < n; i++) {
        const struct source_count *s = &l->sources[i];
        uint32_t at = i;
        while (at && (*list)[at - 1].last_ms < s->last_ms) {
            (*list)[at] = (*list)[at - 1];
            at--;
        }
        (*list)[at] =
            (struct live_source){.source = s->source,
                                 .key = s->key,
                                 .key_name = arena_str(a, str_of(s->name)),
                                 .accepted = s->kept.accepted + s->more.accepted,
                                 .duplicates = s->kept.duplicates + s->more.duplicates,
                                 .rejected = s->kept.rejected + s->more.rejected,
                                 .since_ms = s->since_ms,
                                 .last_ms = s->last_ms};
    }
    (void)pthread_mutex_unlock(&l->sources_lock);
    return n;
}

/* ---- In the ledger; the turn is taken ---- */

static void read_source(struct stmt *s, struct arena *a, void *into)
{
    struct source_count *c = into;
    *c = (struct source_count){.source = arena_cstr(a, stmt_str(s, 0)),
                               .key = stmt_i64(s, 1),
                               .kept = {.accepted = (uint64_t)stmt_i64(s, 3),
                                        .duplicates = (uint64_t)stmt_i64(s, 4),
                                        .rejected = (uint64_t)stmt_i64(s, 5)},
                               .since_ms = stmt_i64(s, 6),
                               .last_ms = stmt_i64(s, 7)};
    set_name(c, stmt_str(s, 2));
}

enum rc live_sources_load(struct live *l, struct err *e)
{
    struct row_list rows = {0};
    enum rc rc = ledger_rows(l->pond.brand->ledger, &sql_serve_source_list,
                             BINDS(bind_i64("most", LIVE_SOURCES)), sizeof(struct source_count),
                             read_source, l->arena, &rows, e);
    if (!rc) {
        memcpy(l->sources, rows.ptr, rows.len * sizeof(struct source_count));
        l->sources_len = rows.len;
    }
    return rc;
}

/* Adds what is new of one; *s is then as the ledger has it. */
static enum rc save_one(struct ledger *ledger, struct source_count *s, struct err *e)
{
    struct stmt *q = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(ledger, &sql_serve_source_add, &q, e);
    if (!rc) {
        stmt_bind(q, BINDS(bind_str("source", str_of(s->source)), bind_i64("key_id", s->key),
                           bind_str("key_name", str_of(s->name)),
                           bind_i64("accepted", (int64_t)s->more.accepted),
                           bind_i64("duplicates", (int64_t)s->more.duplicates),
                           bind_i64("rejected", (int64_t)s->more.rejected),
                           bind_i64("since_ms", s->since_ms), bind_i64("last_ms", s->last_ms)));
        rc = stmt_step(q, &row, e);
    }
    if (!rc && row) {
        s->kept = (struct source_sum){(uint64_t)stmt_i64(q, 0), (uint64_t)stmt_i64(q, 1),
                                      (uint64_t)stmt_i64(q, 2)};
        s->since_ms = stmt_i64(q, 3);
        rc = stmt_step(q, &row, e);
    }
    stmt_done(q);
    return rc;
}

static uint32_t take_unsaved(struct live *l, struct source_count *out)
{
    uint32_t n = 0;
    (void)pthread_mutex_lock(&l->sources_lock);
    for (uint32_t i = 0; i < l->sources_len; i++) {
        if (l->sources[i].unsaved) {
            out[n++] = l->sources[i];
        }
    }
    (void)pthread_mutex_unlock(&l->sources_lock);
    return n;
}

/* What came meanwhile stays to be saved. None of them is gone: only what is saved is forgotten. */
static void note_saved(struct live *l, const struct source_count *saved, uint32_t n)
{
    (void)pthread_mutex_lock(&l->sources_lock);
    for (uint32_t i = 0; i < n; i++) {
        struct source_count *s = find(l, saved[i].source, saved[i].key);
        s->kept = saved[i].kept;
        s->since_ms = saved[i].since_ms;
        take_off(&s->more, &saved[i].more);
        s->unsaved = s->more.accepted || s->more.duplicates || s->more.rejected ||
                     s->last_ms != saved[i].last_ms;
    }
    (void)pthread_mutex_unlock(&l->sources_lock);
}

enum rc live_sources_save(struct live *l, struct err *e)
{
    struct source_count *unsaved = mem_array(struct source_count, LIVE_SOURCES);
    struct ledger *ledger = l->pond.brand->ledger;
    struct tx *tx = NULL;
    uint32_t n = take_unsaved(l, unsaved);
    enum rc rc = n ? ledger_begin(ledger, &tx, e) : RC_OK;
    if (!rc && n) {
        for (uint32_t i = 0; i < n && !rc; i++) {
            rc = save_one(ledger, &unsaved[i], e);
        }
        rc = ledger_end(tx, rc, e);
    }
    if (!rc) {
        note_saved(l, unsaved, n);
    }
    mem_free(unsaved);
    return rc;
}

enum rc live_sources_keep(struct live *l, int64_t now, struct err *e)
{
    if (now - l->sources_ms < SAVE_MS) {
        return RC_OK;
    }
    l->sources_ms = now;
    return live_sources_save(l, e);
}
