/* Kept sets: chunks for now, changes for ever. */
#include "who/roster_set.h"
#include <stdlib.h>
#include "base/day.h"
#include "base/mem.h"
#include "base/vec.h"
#include "gen/sql_who.h"

#define CHUNK_BITS 20

struct state {
    int32_t from_day, next_until; /* the days the chunks hold on; DAY_NONE, UNTIL_NEVER: open */
};

static int32_t day_of(struct stmt *s, int column, int32_t null)
{
    return stmt_is_null(s, column) ? null : (int32_t)stmt_i64(s, column);
}

static struct bind bind_day(const char *name, int32_t day, int32_t null)
{
    return day == null ? bind_null(name) : bind_i64(name, day);
}

static enum rc state_read(struct ledger *l, int64_t id, struct state *out, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_who_set_get, &s, e);
    if (rc) {
        return rc;
    }
    stmt_bind_i64(s, "id", id);
    rc = stmt_step(s, &row, e);
    if (!rc && !row) {
        rc = rc_fail(e, RC_CORRUPT, "set %lld of identities is missing", (long long)id);
    }
    if (!rc) {
        out->from_day = day_of(s, 0, DAY_NONE);
        out->next_until = day_of(s, 1, UNTIL_NEVER);
    }
    stmt_done(s);
    return rc;
}

static enum rc state_write(struct ledger *l, int64_t id, struct state st, struct err *e)
{
    return ledger_run(l, &sql_who_set_put,
                      BINDS(bind_i64("id", id), bind_day("from_day", st.from_day, DAY_NONE),
                            bind_day("next_until", st.next_until, UNTIL_NEVER)),
                      e);
}

static bool state_holds(struct state st, int32_t day)
{
    return st.from_day <= day && day < st.next_until;
}

/* A stored roster; *out NULL for null. */
static enum rc column_roster(struct stmt *s, int column, int64_t set, struct roster **out,
                             struct err *e)
{
    *out = NULL;
    if (stmt_is_null(s, column)) {
        return RC_OK;
    }
    enum rc rc = roster_decode(stmt_str(s, column), out, e);
    if (rc) {
        err_prefix(e, "set %lld", (long long)set);
    }
    return rc;
}

/* Whether a stored roster holds any of the numbers; null holds none. */
static enum rc column_peek(struct stmt *s, int column, int64_t set, const uint32_t *nos,
                           uint32_t n, bool *any, struct err *e)
{
    *any = false;
    enum rc rc =
        stmt_is_null(s, column) ? RC_OK : roster_peek(stmt_str(s, column), nos, n, any, e);
    if (rc) {
        err_prefix(e, "set %lld", (long long)set);
    }
    return rc;
}

/* ---- chunks ---------------------------------------------------------------------------------- */

static enum rc chunk_check(const struct roster *r, int64_t set, int64_t chunk, struct err *e)
{
    if (roster_last(r) >> CHUNK_BITS != chunk) {
        return rc_fail(e, RC_CORRUPT, "set %lld: chunk %lld holds numbers of another",
                       (long long)set, (long long)chunk);
    }
    return RC_OK;
}

static enum rc chunks_read(struct ledger *l, int64_t id, struct roster **out, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    struct roster *all = roster_new();
    enum rc rc = ledger_prepare(l, &sql_who_set_chunks, &s, e);
    if (!rc) {
        stmt_bind_i64(s, "id", id);
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        struct roster *r = NULL;
        rc = column_roster(s, 1, id, &r, e);
        rc = rc ? rc : chunk_check(r, id, stmt_i64(s, 0), e);
        if (!rc) {
            roster_or(all, r);
        }
        roster_free(r);
    }
    stmt_done(s);
    if (rc) {
        roster_free(all);
        return rc;
    }
    *out = all;
    return RC_OK;
}

static enum rc chunk_read(struct ledger *l, int64_t id, uint32_t chunk, struct roster **out,
                          struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_who_set_chunk_get, &s, e);
    if (rc) {
        return rc;
    }
    *out = NULL;
    stmt_bind_i64(s, "id", id);
    stmt_bind_i64(s, "chunk", chunk);
    rc = stmt_step(s, &row, e);
    if (!rc && row) {
        rc = column_roster(s, 0, id, out, e);
        rc = rc ? rc : chunk_check(*out, id, chunk, e);
    }
    if (!rc && !*out) {
        *out = roster_new();
    }
    stmt_done(s);
    if (rc) {
        roster_free(*out);
        *out = NULL;
    }
    return rc;
}

static enum rc chunk_write(struct ledger *l, int64_t id, uint32_t chunk, struct roster *r,
                           struct err *e)
{
    uint64_t n = roster_count(r);
    if (n == 0) {
        return ledger_run(l, &sql_who_set_chunk_drop,
                          BINDS(bind_i64("id", id), bind_i64("chunk", chunk)), e);
    }
    struct buf bytes = {0};
    roster_encode(r, &bytes);
    enum rc rc =
        ledger_run(l, &sql_who_set_chunk_put,
                   BINDS(bind_i64("id", id), bind_i64("chunk", chunk),
                         bind_i64("numbers", (int64_t)n), bind_blob("bytes", buf_str(&bytes))),
                   e);
    buf_release(&bytes);
    return rc;
}

static uint32_t chunks_of(const struct roster *r)
{
    return r ? (roster_last(r) >> CHUNK_BITS) + 1 : 0;
}

/* The numbers of r in a chunk; empty for NULL. */
static struct roster *chunk_slice(const struct roster *r, uint32_t chunk)
{
    return r ? roster_slice(r, (uint64_t)chunk << CHUNK_BITS,
                            ((uint64_t)chunk + 1) << CHUNK_BITS)
             : roster_new();
}

/* ---- fold ------------------------------------------------------------------------------------ */

/* The set on a day from its changes; *next (may be NULL): the first day behind it on which something of it may
 * expire. */
static enum rc fold(struct ledger *l, int64_t id, int32_t day, struct roster **out,
                    int32_t *next, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    int32_t soon = UNTIL_NEVER;
    struct roster *all = roster_new();
    enum rc rc = ledger_prepare(l, &sql_who_set_changes, &s, e);
    if (!rc) {
        stmt_bind_i64(s, "id", id);
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        struct roster *added = NULL, *removed = NULL;
        int32_t until = day_of(s, 2, UNTIL_NEVER);
        if (stmt_i64(s, 1) > day) {
            continue;
        }
        rc = column_roster(s, 9, id, &added, e);
        rc = rc ? rc : column_roster(s, 10, id, &removed, e);
        if (!rc && removed) {
            roster_minus(all, removed);
        }
        if (!rc && added && day < until) {
            roster_or(all, added);
            soon = until < soon ? until : soon;
        } else if (!rc && added) {
            roster_minus(all, added); /* the newer date is what counts, and it is over */
        }
        roster_free(added);
        roster_free(removed);
    }
    stmt_done(s);
    if (rc) {
        roster_free(all);
        return rc;
    }
    if (next) {
        *next = soon;
    }
    *out = all;
    return RC_OK;
}

/* Makes the chunks anew for a day. */
static enum rc rewrite(struct ledger *l, int64_t id, int32_t day, struct state *st,
                       struct err *e)
{
    struct roster *all = NULL;
    enum rc rc = fold(l, id, day, &all, &st->next_until, e);
    rc = rc ? rc : ledger_run(l, &sql_who_set_chunks_drop, BINDS(bind_i64("id", id)), e);
    for (uint32_t k = 0; !rc && k < chunks_of(all); k++) {
        struct roster *part = chunk_slice(all, k);
        rc = chunk_write(l, id, k, part, e);
        roster_free(part);
    }
    roster_free(all);
    st->from_day = st->from_day > day ? st->from_day : day;
    return rc ? rc : state_write(l, id, *st, e);
}

enum rc roster_set_expire(struct ledger *l, int32_t day, struct err *e)
{
    VEC(int64_t) due = {0};
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_who_set_due, &s, e);
    if (!rc) {
        stmt_bind_i64(s, "day", day);
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        vec_push(&due, stmt_i64(s, 0));
    }
    stmt_done(s);
    for (size_t i = 0; !rc && i < due.len; i++) {
        struct state st = {0};
        rc = state_read(l, due.ptr[i], &st, e);
        rc = rc ? rc : rewrite(l, due.ptr[i], day, &st, e);
    }
    vec_release(&due);
    return rc;
}

/* ---- writing --------------------------------------------------------------------------------- */

enum rc roster_set_new(struct ledger *l, int64_t *id, struct err *e)
{
    enum rc rc = ledger_run(l, &sql_who_set_add, BINDS_NONE, e);
    *id = rc ? 0 : ledger_last_id(l);
    return rc;
}

enum rc roster_set_delete(struct ledger *l, int64_t id, struct err *e)
{
    return ledger_run(l, &sql_who_set_delete, BINDS(bind_i64("id", id)), e);
}

struct move {
    struct ledger *l;
    int64_t id;
    bool renew; /* dates count: what is in and comes in again is written too */
    const struct roster *added, *removed;
    struct roster *in, *out; /* what is written of them */
    uint64_t moved;
};

static enum rc move_chunk(struct move *m, uint32_t chunk, struct err *e)
{
    struct roster *now = NULL, *in = chunk_slice(m->added, chunk),
                  *out = chunk_slice(m->removed, chunk);
    enum rc rc = RC_OK;
    if (roster_count(in) + roster_count(out)) {
        rc = chunk_read(m->l, m->id, chunk, &now, e);
    }
    if (now) {
        uint64_t before = roster_count(now);
        roster_minus(out, in);
        roster_and(out, now);
        if (!m->renew) {
            roster_minus(in, now);
        }
        roster_or(now, in);
        m->moved += roster_count(now) - before + roster_count(out);
        roster_minus(now, out);
        roster_or(m->in, in);
        roster_or(m->out, out);
        if (roster_count(in) + roster_count(out)) {
            rc = chunk_write(m->l, m->id, chunk, now, e);
        }
    }
    roster_free(now);
    roster_free(in);
    roster_free(out);
    return rc;
}

static enum rc change_write(struct ledger *l, int64_t id, const struct roster_stamp *stamp,
                            int32_t day, struct roster *in, struct roster *out, struct err *e)
{
    struct buf a = {0}, r = {0};
    uint64_t added = roster_count(in), removed = roster_count(out);
    if (added) {
        roster_encode(in, &a);
    }
    if (removed) {
        roster_encode(out, &r);
    }
    enum rc rc = ledger_run(
        l, &sql_who_set_change_add,
        BINDS(bind_i64("id", id), bind_i64("day", day),
              bind_day("until", stamp->until, UNTIL_NEVER), bind_i64("at_ms", stamp->at_ms),
              bind_str("source", stamp->source),
              bind_str("who", stamp->who.ptr ? stamp->who : STR("")),
              bind_str("note", stamp->note.ptr ? stamp->note : STR("")),
              bind_i64("added", (int64_t)added), bind_i64("removed", (int64_t)removed),
              bind_blob("added_bytes", buf_str(&a)), bind_blob("removed_bytes", buf_str(&r))),
        e);
    buf_release(&a);
    buf_release(&r);
    return rc;
}

enum rc roster_set_change(struct ledger *l, int64_t id, const struct roster_stamp *stamp,
                          const struct roster *added, const struct roster *removed,
                          uint64_t *moved, struct err *e)
{
    struct state st = {0};
    enum rc rc = state_read(l, id, &st, e);
    if (!rc && st.next_until <= stamp->day) {
        rc = rewrite(l, id, stamp->day, &st, e);
    }
    if (rc) {
        return rc;
    }
    struct move m = {.l = l,
                     .id = id,
                     .renew = st.next_until != UNTIL_NEVER || stamp->until != UNTIL_NEVER,
                     .added = added,
                     .removed = removed,
                     .in = roster_new(),
                     .out = roster_new()};
    uint32_t a = chunks_of(added), r = chunks_of(removed);
    for (uint32_t k = 0; !rc && k < (a > r ? a : r); k++) {
        rc = move_chunk(&m, k, e);
    }
    if (!rc && roster_count(m.in) + roster_count(m.out)) {
        st.from_day = stamp->day > st.from_day ? stamp->day : st.from_day;
        if (roster_count(m.in) && stamp->until < st.next_until) {
            st.next_until = stamp->until;
        }
        rc = change_write(l, id, stamp, st.from_day, m.in, m.out, e);
        rc = rc ? rc : state_write(l, id, st, e);
    }
    if (moved) {
        *moved = m.moved;
    }
    roster_free(m.in);
    roster_free(m.out);
    return rc;
}

/* ---- reading --------------------------------------------------------------------------------- */

enum rc roster_set_read(struct ledger *l, int64_t id, int32_t day, struct roster **out,
                        struct err *e)
{
    struct state st = {0};
    enum rc rc = state_read(l, id, &st, e);
    if (rc) {
        return rc;
    }
    day = day == UNTIL_NEVER ? UNTIL_NEVER - 1 : day; /* the last day there is */
    return state_holds(st, day) ? chunks_read(l, id, out, e) : fold(l, id, day, out, NULL, e);
}

struct compare {
    const struct bits *want;
    const uint32_t *lift;
    struct bits seen; /* consumers of which a number is in */
    struct roster *removed;
};

static void compare_step(void *ctx, uint32_t no)
{
    struct compare *c = ctx;
    uint32_t of = no < c->want->len ? (c->lift ? c->lift[no] : no) : 0;
    if (of && bits_has(c->want, of)) {
        bits_set(&c->seen, of);
    } else {
        roster_add(c->removed, no);
    }
}

enum rc roster_set_compare(struct ledger *l, int64_t id, int32_t day, const struct bits *want,
                           const uint32_t *lift, struct roster **added, struct roster **removed,
                           struct err *e)
{
    struct roster *now = NULL;
    enum rc rc = roster_set_read(l, id, day, &now, e);
    if (rc) {
        return rc;
    }
    struct compare c = {.want = want, .lift = lift, .removed = roster_new()};
    bits_init(&c.seen, want->len);
    roster_each(now, compare_step, &c);
    struct roster *seen = roster_of_bits(&c.seen);
    *added = roster_of_bits(want);
    roster_minus(*added, seen);
    *removed = c.removed;
    roster_free(seen);
    roster_free(now);
    bits_release(&c.seen);
    return RC_OK;
}

static bool any_of(const struct roster *r, const uint32_t *nos, uint32_t n)
{
    for (uint32_t i = 0; r && i < n; i++) {
        if (roster_has(r, nos[i])) {
            return true;
        }
    }
    return false;
}

static enum rc touches(struct stmt *s, int64_t id, const uint32_t *nos, uint32_t n, bool *out,
                       struct err *e)
{
    bool came = false, went = false;
    enum rc rc = column_peek(s, 9, id, nos, n, &came, e);
    rc = rc ? rc : column_peek(s, 10, id, nos, n, &went, e);
    *out = came || went;
    return rc;
}

static struct roster_change change_of(struct stmt *s, struct arena *a)
{
    return (struct roster_change){
        .id = stmt_i64(s, 0),
        .stamp = {.day = (int32_t)stmt_i64(s, 1),
                  .until = day_of(s, 2, UNTIL_NEVER),
                  .at_ms = stmt_i64(s, 3),
                  .source = arena_str(a, stmt_str(s, 4)),
                  .who = arena_str(a, stmt_str(s, 5)),
                  .note = arena_str(a, stmt_str(s, 6))},
        .added = (uint64_t)stmt_i64(s, 7),
        .removed = (uint64_t)stmt_i64(s, 8),
    };
}

enum rc roster_set_history(struct ledger *l, int64_t id, const uint32_t *nos, uint32_t n,
                           struct arena *a, struct roster_change **out, uint32_t *len,
                           struct err *e)
{
    VEC(struct roster_change) list = {0};
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_who_set_changes, &s, e);
    if (!rc) {
        stmt_bind_i64(s, "id", id);
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        bool wanted = true;
        if (n) {
            rc = touches(s, id, nos, n, &wanted, e);
        }
        if (!rc && wanted) {
            struct roster_change c = change_of(s, a);
            vec_push(&list, c);
        }
    }
    stmt_done(s);
    *len = (uint32_t)list.len;
    *out = arena_array(a, struct roster_change, list.len + 1);
    if (list.len) {
        memcpy(*out, list.ptr, list.len * sizeof(*list.ptr));
    }
    vec_release(&list);
    return rc;
}

enum rc roster_set_came(struct ledger *l, int64_t id, const uint32_t *nos, uint32_t n,
                        struct arena *a, struct roster_change *out, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false, came = false;
    *out = (struct roster_change){.stamp = {.until = UNTIL_NEVER}};
    enum rc rc = ledger_prepare(l, &sql_who_set_comings, &s, e);
    if (!rc) {
        stmt_bind_i64(s, "id", id);
    }
    /* Newest first: most are told by the first row or two, however long the history. */
    while (!rc && !came && !(rc = stmt_step(s, &row, e)) && row) {
        rc = column_peek(s, 9, id, nos, n, &came, e);
        if (!rc && came) {
            *out = change_of(s, a);
        }
    }
    stmt_done(s);
    return rc;
}

typedef VEC(int64_t) id_vec;

/* Sets whose chunks hold on the day, by the chunks of the numbers. */
static enum rc held_now(struct ledger *l, const uint32_t *nos, uint32_t n, int32_t day,
                        id_vec *out, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_who_set_chunks_at, &s, e);
    for (uint32_t i = 0; !rc && i < n; i++) {
        uint32_t chunk = nos[i] >> CHUNK_BITS;
        if (i && nos[i - 1] >> CHUNK_BITS == chunk) {
            continue; /* numbers of one chunk are looked for together */
        }
        uint32_t same = 1;
        while (i + same < n && nos[i + same] >> CHUNK_BITS == chunk) {
            same++;
        }
        stmt_bind_i64(s, "chunk", chunk);
        stmt_bind_i64(s, "day", day);
        while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
            bool in = false;
            rc = column_peek(s, 1, stmt_i64(s, 0), nos + i, same, &in, e);
            if (in) {
                vec_push(out, stmt_i64(s, 0));
            }
        }
    }
    stmt_done(s);
    return rc;
}

static enum rc held_then(struct ledger *l, const uint32_t *nos, uint32_t n, int32_t day,
                         id_vec *out, struct err *e)
{
    id_vec stale = {0};
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_who_set_stale, &s, e);
    if (!rc) {
        stmt_bind_i64(s, "day", day);
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        vec_push(&stale, stmt_i64(s, 0));
    }
    stmt_done(s);
    for (size_t i = 0; !rc && i < stale.len; i++) {
        struct roster *r = NULL;
        rc = fold(l, stale.ptr[i], day, &r, NULL, e);
        if (!rc && any_of(r, nos, n)) {
            vec_push(out, stale.ptr[i]);
        }
        roster_free(r);
    }
    vec_release(&stale);
    return rc;
}

static int by_id(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

enum rc roster_set_of(struct ledger *l, const uint32_t *nos, uint32_t n, int32_t day,
                      struct arena *a, int64_t **ids, uint32_t *len, struct err *e)
{
    id_vec list = {0};
    enum rc rc = held_now(l, nos, n, day, &list, e);
    rc = rc ? rc : held_then(l, nos, n, day, &list, e);
    *ids = arena_array(a, int64_t, list.len + 1);
    *len = 0;
    if (list.len) {
        qsort(list.ptr, list.len, sizeof(*list.ptr), by_id);
    }
    for (size_t i = 0; i < list.len; i++) {
        if (i == 0 || list.ptr[i] != list.ptr[i - 1]) {
            (*ids)[(*len)++] = list.ptr[i];
        }
    }
    vec_release(&list);
    return rc;
}

/* ---- consumers ------------------------------------------------------------------------------- */

struct lifted {
    const uint32_t *lift;
    struct bits seen;
};

static void lift_step(void *ctx, uint32_t no)
{
    struct lifted *x = ctx;
    if (no < x->seen.len) {
        bits_set(&x->seen, x->lift[no]);
    }
}

uint64_t roster_consumers(const struct roster *r, const uint32_t *lift, uint32_t len)
{
    struct lifted x = {.lift = lift};
    bits_init(&x.seen, len);
    roster_each(r, lift_step, &x);
    uint64_t n = bits_count(&x.seen);
    bits_release(&x.seen);
    return n;
}
