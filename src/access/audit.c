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

enum rc audit_list(struct ledger *l, int64_t before, uint32_t limit, struct arena *a,
                   struct audit_entry **out, uint32_t *len, struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    *len = 0;
    if (limit < 1 || limit > LIST_MAX || before < 0) {
        return rc_fail(e, RC_INVALID, "the limit of entries must be 1..%u", LIST_MAX);
    }
    *out = arena_array(a, struct audit_entry, limit);
    enum rc rc = ledger_prepare(l, &sql_audit_before, &s, e);
    if (!rc) {
        stmt_bind(
            s, BINDS(bind_i64("before", before ? before : INT64_MAX), bind_i64("most", limit)));
    }
    while (!rc && !(rc = stmt_step(s, &row, e)) && row && *len < limit) {
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

/* Goes through the trail; *k: the last link that fits; *met: the kept one was met. */
static enum rc walk(struct ledger *l, const struct link *kept, struct link *k, bool *met,
                    struct audit_verdict *v, struct err *e)
{
    struct stmt *s = NULL;
    struct buf scratch = {0};
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_audit_all, &s, e);
    while (!rc && !(rc = stmt_step(s, &row, e)) && row) {
        struct audit_entry x = entry_of(s);
        struct str hash = stmt_str(s, 7);
        v->entries++;
        v->newest = x.id;
        if (v->broken) {
            continue;
        }
        int64_t want = k->id + 1;
        chain(k, &x, &scratch);
        if (x.id != want || !str_eq(hash, hash_view(k))) {
            v->broken = want;
        }
        *met = *met || str_eq(hash_view(kept), hash_view(k));
    }
    stmt_done(s);
    buf_release(&scratch);
    return rc;
}

static enum rc verify(struct ledger *l, const struct link *kept, struct audit_verdict *v,
                      struct err *e)
{
    struct link k = {0}, head, last;
    bool met = false;
    enum rc rc = walk(l, kept, &k, &met, v, e);
    rc = rc ? rc : read_link(l, &sql_audit_head, &head, e);
    rc = rc ? rc : read_link(l, &sql_audit_newest, &last, e);
    if (rc) {
        return rc;
    }
    bool ends = head.id == last.id && str_eq(hash_view(&head), hash_view(&last));
    if (!v->broken && (!ends || (kept->id && !met))) {
        v->broken = v->newest + 1;
    }
    if (last.id) {
        hash_hex(&last, v->head);
    }
    return RC_OK;
}

enum rc audit_verify(struct ledger *l, struct str kept_head, struct audit_verdict *out,
                     struct err *e)
{
    struct link kept;
    struct tx *view = NULL;
    *out = (struct audit_verdict){0};
    enum rc rc = parse_head(kept_head, &kept, e);
    rc = rc ? rc : ledger_begin_read(l, &view, e);
    if (rc) {
        return rc;
    }
    return ledger_end(view, verify(l, &kept, out, e), e);
}
