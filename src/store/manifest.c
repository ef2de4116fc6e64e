#include "store/manifest.h"

#include "gen/sql_store.h"
#include "store/ledger.h"
#include <stdio.h>
#include <string.h>

enum rc manifest_add(struct tx *tx, struct segment *s, struct err *e)
{
    struct ledger *l = tx_ledger(tx);
    struct binds binds = BINDS(
        bind_str("dataset", str_of(s->dataset)), bind_i64("seq_from", (int64_t)s->seq_from),
        bind_i64("seq_to", (int64_t)s->seq_to), bind_i64("rows", s->rows),
        bind_i64("bytes", s->bytes), bind_i64("min_ms", s->min_ms),
        bind_i64("max_ms", s->max_ms), bind_str("checksum", str_of(s->checksum)),
        bind_str("file", str_of(s->file)));
    enum rc rc = ledger_run(l, &sql_manifest_add, binds, e);
    if (!rc) {
        s->id = ledger_last_id(l);
    }
    return rc;
}

enum rc manifest_drop(struct tx *tx, int64_t id, struct err *e)
{
    return ledger_run(tx_ledger(tx), &sql_manifest_drop, BINDS(bind_i64("id", id)), e);
}

static void put_text(char *out, size_t size, struct str text)
{
    (void)snprintf(out, size, "%.*s", STR_FMT(text));
}

static void read_segment(struct stmt *s, struct arena *a, void *into)
{
    struct segment *g = into;
    (void)a;
    *g = (struct segment){
        .id = stmt_i64(s, 0),
        .seq_from = (uint64_t)stmt_i64(s, 2),
        .seq_to = (uint64_t)stmt_i64(s, 3),
        .rows = stmt_i64(s, 4),
        .bytes = stmt_i64(s, 5),
        .min_ms = stmt_i64(s, 6),
        .max_ms = stmt_i64(s, 7),
    };
    put_text(g->dataset, sizeof g->dataset, stmt_str(s, 1));
    put_text(g->checksum, sizeof g->checksum, stmt_str(s, 8));
    put_text(g->file, sizeof g->file, stmt_str(s, 9));
}

enum rc manifest_read(struct arena *a, struct ledger *l, const char *dataset,
                      struct segment **list, size_t *len, struct err *e)
{
    struct row_list all = {0};
    enum rc rc = ledger_rows(l, &sql_manifest_read, BINDS(bind_str("dataset", str_of(dataset))),
                             sizeof(**list), read_segment, a, &all, e);
    *list = all.ptr;
    *len = all.len;
    return rc;
}
