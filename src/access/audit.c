/* The audit trail: added to, listed, verified (access.h says what is hashed).
 *
 * The newest entry's number and hash are kept a second time, in access_audit_head, and a new entry goes
 * on from there: entries cut off at the end leave a gap that stays, however much is added later. */
#include <inttypes.h>
#include <stdio.h>

#include "access/internal.h"
#include "base/buf.h"
#include "gen/sql_access.h"
#include "wire/crypt.h"
#include "wire/json.h"

#define LIST_MAX 1000u

struct link {
    int64_t id;
    uint8_t hash[DIGEST_BYTES];
};

static struct str hash_view(const struct link *k)
{
    return str_make((const char *)k->hash, DIGEST_BYTES);
}

static void put_field(struct buf *b, struct str s)
{
    buf_addf(b, "%zu:", s.len);
    buf_add(b, s);
}

static void put_number(struct buf *b, int64_t n)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%" PRId64, n);
    put_field(b, str_of(text));
}

/* From the hash before (*k) to this entry's. `b`: scratch. */
static void chain(struct link *k, const struct audit_entry *x, struct buf *b)
{
    buf_clear(b);
    buf_add(b, hash_view(k));
    put_number(b, x->id);
    put_number(b, x->at_ms);
    put_field(b, x->who);
    put_field(b, x->address);
    put_field(b, x->action);
    put_field(b, x->detail);
    put_field(b, x->outcome);
    crypt_sha256(buf_str(b), k->hash);
    k->id = x->id;
}

/* The newest link by this statement; id 0 when there is none. */
static enum rc read_link(struct ledger *l, const struct sql *sql, struct link *out,
                         struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *out = (struct link){0};
    enum rc rc = ledger_prepare(l, sql, &s, e);
    rc = rc ? rc : stmt_step(s, &row, e);
    if (!rc && row) {
        struct str hash = stmt_str(s, 1);
        out->id = stmt_i64(s, 0);
        if (hash.len == DIGEST_BYTES) {
            memcpy(out->hash, hash.ptr, DIGEST_BYTES);
        }
    }
    stmt_done(s);
    return rc;
}

static struct str bounded(struct arena *a, struct str detail)
{
    if (!detail.len || detail.len <= AUDIT_DETAIL_MAX) {
        return detail.len ? detail : STR("{}");
    }
    uint8_t digest[32];
    struct buf hex = {0};
    crypt_sha256(detail, digest);
    hex_encode(&hex, str_make((const char *)digest, sizeof(digest)));
    struct str out = arena_strf(a, "{\"bytes\":%zu,\"sha256\":\"%.*s\"}", detail.len,
                                STR_FMT(buf_str(&hex)));
    buf_release(&hex);
    return out;
}

enum rc audit_add_tx(struct tx *tx, const struct principal *by, struct str address,
                     const char *action, struct str detail, enum rc outcome,
                     const struct clock *clock, struct err *e)
{
    struct ledger *l = tx_ledger(tx);
    struct link head, last;
    enum rc rc = read_link(l, &sql_audit_head, &head, e);
    rc = rc ? rc : read_link(l, &sql_audit_newest, &last, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    struct buf scratch = {0};
    struct link *k = head.id >= last.id ? &head : &last;
    struct audit_entry x = {
        .id = k->id + 1,
        .at_ms = clock_now(clock),
        .who = principal_text(by, a),
        .address = address.len             ? address
                   : by && by->address.len ? by->address
                                           : STR(""),
        .action = str_of(action),
        .detail = bounded(a, detail),
        .outcome = str_of(rc_name(outcome)),
    };
    chain(k, &x, &scratch);
    rc = ledger_run(l, &sql_audit_add,
                    BINDS(bind_i64("id", x.id), bind_i64("at_ms", x.at_ms),
                          bind_str("who", x.who), bind_str("address", x.address),
                          bind_str("action", x.action), bind_str("detail", x.detail),
                          bind_str("outcome", x.outcome), bind_blob("hash", hash_view(k))),
                    e);
    rc = rc ? rc
            : ledger_run(l, &sql_audit_head_put,
                         BINDS(bind_i64("entry", x.id), bind_blob("hash", hash_view(k))), e);
    buf_release(&scratch);
    arena_free(a);
    return rc;
}

enum rc audit_add(struct ledger *l, const struct principal *by, struct str address,
                  const char *action, struct str detail, enum rc outcome,
                  const struct clock *clock, struct err *e)
{
    struct tx *tx = NULL;
    enum rc rc = ledger_begin(l, &tx, e);
    if (rc) {
        return rc;
    }
    return ledger_end(tx, audit_add_tx(tx, by, address, action, detail, outcome, clock, e), e);
}

/* The current row; views live until the next step. */
static struct audit_entry entry_of(struct stmt *s)
{
    return (struct audit_entry){
        .id = stmt_i64(s, 0),
        .at_ms = stmt_i64(s, 1),
        .who = stmt_str(s, 2),
        .address = stmt_str(s, 3),
        .action = stmt_str(s, 4),
        .detail = stmt_str(s, 5),
        .outcome = stmt_str(s, 6),
    };
}

static struct str or_empty(struct str s) { return s.len ? s : STR(""); }

enum rc audit_list(struct ledger *l, const struct audit_filter *f, struct arena *a,
                   struct audit_entry **out, uint32_t *len, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *len = 0;
    if (f->limit < 1 || f->limit > LIST_MAX || f->before < 0) {
        return rc_fail(e, RC_INVALID, "the limit of entries must be 1..%u", LIST_MAX);
    }
    *out = arena_array(a, struct audit_entry, f->limit);
    enum rc rc = ledger_prepare(l, &sql_audit_before, &s, e);
    if (!rc) {
        stmt_bind(
            s, BINDS(bind_i64("before", f->before ? f->before : INT64_MAX),
                     bind_i64("from_ms", f->from_ms ? f->from_ms : INT64_MIN),
                     bind_i64("to_ms", f->to_ms ? f->to_ms : INT64_MAX),
                     bind_str("who", or_empty(f->who)), bind_str("action", or_empty(f->action)),
                     bind_str("outcome", or_empty(f->outcome)), bind_i64("most", f->limit)));
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row && *len < f->limit) {
        struct audit_entry x = entry_of(s);
        x.who = arena_str(a, x.who);
        x.address = arena_str(a, x.address);
        x.action = arena_str(a, x.action);
        x.detail = arena_str(a, x.detail);
        x.outcome = arena_str(a, x.outcome);
        (*out)[(*len)++] = x;
    }
    stmt_done(s);
    return rc;
}

static void hash_hex(const struct link *k, char hex[65])
{
    struct buf b = {0};
    hex_encode(&b, hash_view(k));
    memcpy(hex, b.ptr, 64);
    hex[64] = '\0';
    buf_release(&b);
}

enum rc audit_head(struct ledger *l, int64_t *id, char hex[65], struct err *e)
{
    struct link head;
    enum rc rc = read_link(l, &sql_audit_head, &head, e);
    *id = head.id;
    hex[0] = '\0';
    if (!rc && head.id) {
        hash_hex(&head, hex);
    }
    return rc;
}

static enum rc parse_head(struct str text, struct link *out, struct err *e)
{
    struct buf raw = {0};
    *out = (struct link){0};
    bool good = !text.len || (hex_decode(&raw, text) && raw.len == DIGEST_BYTES);
    if (good && raw.len) {
        memcpy(out->hash, raw.ptr, DIGEST_BYTES);
        out->id = 1;
    }
    buf_release(&raw);
    if (good) {
        return RC_OK;
    }
    rc_fail(e, RC_INVALID, "a head is 64 hexadecimal digits");
    err_hint(e, "as pond audit head prints it");
    return RC_INVALID;
}

/* A walk through the trail, oldest first. */
struct walk {
    struct link kept, head; /* the one kept elsewhere, the one beside the trail; id 0: none */
    struct link good, last; /* the last that fits, the last that is there                  */
    bool met_kept, met_head;
};

static void walk_one(struct walk *w, struct stmt *s, struct audit_verdict *v, struct buf *b)
{
    struct audit_entry x = entry_of(s);
    struct str hash = stmt_str(s, 7);
    int64_t want = w->good.id + 1;
    v->entries++;
    v->newest = w->last.id = x.id;
    if (hash.len == DIGEST_BYTES) {
        memcpy(w->last.hash, hash.ptr, DIGEST_BYTES);
    }
    if (v->broken) {
        return;
    }
    chain(&w->good, &x, b);
    if (x.id != want || !str_eq(hash, hash_view(&w->good))) {
        v->broken = want;
        return;
    }
    w->met_kept = w->met_kept || str_eq(hash, hash_view(&w->kept));
    w->met_head = w->met_head || (x.id == w->head.id && str_eq(hash, hash_view(&w->head)));
}

static enum rc walk_all(struct ledger *l, struct walk *w, struct audit_verdict *v,
                        struct err *e)
{
    struct stmt *s = NULL;
    struct buf scratch = {0};
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_audit_all, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        walk_one(w, s, v, &scratch);
    }
    stmt_done(s);
    buf_release(&scratch);
    return rc;
}

/* The head is read before the trail, so what others add meanwhile lies behind it and does no harm. */
enum rc audit_verify(struct ledger *l, struct str kept_head, struct audit_verdict *out,
                     struct err *e)
{
    struct walk w = {0};
    *out = (struct audit_verdict){0};
    enum rc rc = parse_head(kept_head, &w.kept, e);
    rc = rc ? rc : read_link(l, &sql_audit_head, &w.head, e);
    rc = rc ? rc : walk_all(l, &w, out, e);
    if (!rc && out->entries && !w.head.id) { /* none, or the first was added meanwhile */
        rc = read_link(l, &sql_audit_head, &w.head, e);
        w.met_head = w.head.id != 0;
    }
    if (rc) {
        return rc;
    }
    bool headless = w.head.id ? !w.met_head : out->entries > 0;
    if (!out->broken && (headless || (w.kept.id && !w.met_kept))) {
        out->broken = out->newest + 1;
    }
    if (out->entries) {
        hash_hex(&w.last, out->head);
    }
    return RC_OK;
}
