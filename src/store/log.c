#include "store/log.h"

#include "base/buf.h"
#include "base/hash.h"
#include "gen/sql_store.h"
#include "store/ledger.h"
#include "store/meta.h"
#include "wire/sum.h"
#include "wire/zip.h"

#define KEY_NEXT "log_next_seq"
/* Level 1: a batch is compressed while its sender waits. */
#define LOG_LEVEL 1

/* The row's numbers are under the checksum too: a flipped bit in a seq moves a batch. */
static uint64_t row_sum(uint64_t seq, uint32_t rows, struct str stored)
{
    return hash_mix(sum64(stored) ^ hash_mix(seq + 0x9e3779b97f4a7c15u) ^ hash_mix(rows));
}

enum rc log_next_seq(struct ledger *l, uint64_t *seq, struct err *e)
{
    int64_t got = 0;
    enum rc rc = meta_get_i64(l, KEY_NEXT, 1, &got, e);
    if (!rc) {
        *seq = (uint64_t)got;
    }
    return rc;
}

enum rc log_take(struct tx *tx, uint32_t rows, uint64_t *seq, struct err *e)
{
    enum rc rc = log_next_seq(tx_ledger(tx), seq, e);
    uint64_t next = *seq + (rows ? rows : 1);
    return rc ? rc : meta_put_i64(tx, KEY_NEXT, (int64_t)next, e);
}

enum rc log_append(struct tx *tx, struct str payload, uint32_t rows, uint64_t *seq,
                   struct err *e)
{
    if (payload.len > LOG_PAYLOAD_MAX) {
        return rc_fail(e, RC_TOO_LARGE,
                       "a batch of %zu bytes is too large for the log (%u allowed)",
                       payload.len, LOG_PAYLOAD_MAX);
    }
    struct buf frame = {0};
    enum rc rc = log_take(tx, rows, seq, e);
    if (!rc) {
        zip_pack(&frame, payload, LOG_LEVEL);
        struct str stored = buf_str(&frame);
        rc = ledger_run(tx_ledger(tx), &sql_log_add,
                        BINDS(bind_i64("seq", (int64_t)*seq), bind_i64("rows", rows),
                              bind_i64("size", (int64_t)payload.len),
                              bind_blob("payload", stored),
                              bind_i64("checksum", (int64_t)row_sum(*seq, rows, stored))),
                        e);
    }
    buf_release(&frame);
    return rc;
}

static enum rc damaged(uint64_t seq, struct err *e)
{
    rc_fail(e, RC_CORRUPT, "log row seq %llu fails its checksum", (unsigned long long)seq);
    err_hint(e, "restore the newest backup with pond restore");
    return RC_CORRUPT;
}

static enum rc read_one(struct stmt *s, struct buf *plain, struct log_batch *b, struct err *e)
{
    b->seq = (uint64_t)stmt_i64(s, 0);
    int64_t rows = stmt_i64(s, 1);
    int64_t size = stmt_i64(s, 2);
    struct str stored = stmt_str(s, 3);
    b->rows = (uint32_t)rows;
    if (rows < 0 || rows > UINT32_MAX || size < 0 || size > LOG_PAYLOAD_MAX ||
        (uint64_t)stmt_i64(s, 4) != row_sum(b->seq, b->rows, stored)) {
        return damaged(b->seq, e);
    }
    buf_clear(plain);
    if (zip_unpack(plain, stored, (size_t)size, NULL) || plain->len != (size_t)size) {
        return damaged(b->seq, e);
    }
    b->payload = buf_str(plain);
    return RC_OK;
}

enum rc log_read(struct ledger *l, uint64_t from,
                 enum rc (*fn)(void *ctx, const struct log_batch *b, struct err *e), void *ctx,
                 struct err *e)
{
    struct buf plain = {0};
    struct stmt *s = NULL;
    bool row = false;
    enum rc rc = ledger_prepare(l, &sql_log_from, &s, e);
    if (rc) {
        return rc;
    }
    stmt_bind_i64(s, "seq", from > INT64_MAX ? INT64_MAX : (int64_t)from);
    while (!(rc = stmt_step(s, &row, e)) && row) {
        struct log_batch batch = {0};
        rc = read_one(s, &plain, &batch, e);
        rc = rc ? rc : fn(ctx, &batch, e);
        if (rc) {
            break;
        }
    }
    stmt_done(s);
    buf_release(&plain);
    return rc;
}

enum rc log_trim(struct tx *tx, uint64_t upto, struct err *e)
{
    int64_t seq = upto > INT64_MAX ? INT64_MAX : (int64_t)upto;
    return ledger_run(tx_ledger(tx), &sql_log_trim, BINDS(bind_i64("seq", seq)), e);
}

enum rc log_size(struct ledger *l, int64_t *batches, int64_t *rows, int64_t *bytes,
                 struct err *e)
{
    struct stmt *s = NULL;
    bool row = false;
    int64_t *into[] = {batches, rows, bytes};
    enum rc rc = ledger_prepare(l, &sql_log_size, &s, e);
    if (rc) {
        return rc;
    }
    rc = stmt_step(s, &row, e);
    for (int i = 0; !rc && row && i < 3; i++) {
        if (into[i]) {
            *into[i] = stmt_i64(s, i);
        }
    }
    stmt_done(s);
    return rc;
}
