/* Merging of small segments. A run grows from its newest segment to older ones as long as the next
 * is not larger than what was gathered so far: each row is then rewritten about log2(rows) times
 * however often this is called. */
#include <stdio.h>
#include "store/internal.h"
#include "store/ledger.h"

#define SMALL_ROWS 200000
#define MERGED_ROWS 1000000

/* Writes list[0..len), neighbours of one dataset, as one segment. */
static enum rc write_merged(struct lake *k, const struct segment *list, size_t len,
                            struct segment *out, struct err *e)
{
    struct segment s = list[0];
    struct buf text = {0};
    const struct lake_dataset *d = &k->datasets[lake_dataset_index(k, s.dataset)];
    s.id = 0;
    for (size_t i = 1; i < len; i++) {
        s.rows += list[i].rows;
        s.seq_to = list[i].seq_to > s.seq_to ? list[i].seq_to : s.seq_to;
        s.min_ms = list[i].min_ms < s.min_ms ? list[i].min_ms : s.min_ms;
        s.max_ms = list[i].max_ms > s.max_ms ? list[i].max_ms : s.max_ms;
    }
    buf_add(&text, STR("select * from "));
    lake_add_files(k, &text, s.dataset, list, len);
    buf_add(&text, STR(" order by "));
    if (d->cluster) {
        engine_add_name(&text, str_of(d->cluster));
        buf_add(&text, STR(" nulls first, "));
    }
    engine_add_name(&text, str_of(d->seq ? d->seq : d->fields[0].name));
    enum rc rc = lake_seal(k, buf_cstr(&text), &s, e);
    buf_release(&text);
    *out = s;
    return rc;
}

static enum rc merge(struct lake *k, struct ledger *l, const struct segment *list, size_t len,
                     struct err *e)
{
    struct segment s;
    struct tx *tx = NULL;
    enum rc rc = write_merged(k, list, len, &s, e);
    rc = rc ? rc : ledger_begin(l, &tx, e);
    if (!rc) {
        for (size_t i = 0; !rc && i < len; i++) {
            rc = manifest_drop(tx, list[i].id, e);
        }
        rc = rc ? rc : manifest_add(tx, &s, e);
        rc = ledger_end(tx, rc, e);
    }
    /* A failed commit may still have happened on disk: then this file is listed. lake_sweep will
     * tell after the ledger was opened again. */
    return rc;
}

/* Where the run that ends at list[end - 1] begins; end - 1 when there is nothing to merge. */
static size_t run_start(const struct segment *list, size_t end)
{
    size_t start = end - 1;
    int64_t rows = list[start].rows;
    while (rows < SMALL_ROWS && start > 0 && list[start - 1].rows < SMALL_ROWS &&
           list[start - 1].rows <= rows && rows + list[start - 1].rows <= MERGED_ROWS) {
        start--;
        rows += list[start].rows;
    }
    return start;
}

enum rc lake_compact(struct lake *k, struct ledger *l, const char *dataset, uint32_t *merged,
                     struct err *e)
{
    struct arena *a = arena_new();
    struct segment *list = NULL;
    size_t len = 0;
    uint32_t count = 0;
    enum rc rc = manifest_read(a, l, dataset, &list, &len, e);
    for (size_t end = len; !rc && end > 0;) {
        size_t start = run_start(list, end);
        if (end - start > 1) {
            rc = lake_verify_list(k, list + start, end - start, e);
            rc = rc ? rc : merge(k, l, list + start, end - start, e);
            count += rc ? 0 : (uint32_t)(end - start);
        }
        end = start;
    }
    if (merged) {
        *merged = count;
    }
    arena_free(a);
    return rc;
}

enum rc lake_merge(struct lake *k, struct ledger *l, const char *dataset,
                   struct segment *merged, int64_t *drop, uint32_t cap, uint32_t *drops,
                   struct err *e)
{
    struct arena *a = arena_new();
    struct segment *list = NULL;
    size_t len = 0, start = 0;
    *merged = (struct segment){.rows = 0};
    *drops = 0;
    enum rc rc = manifest_read(a, l, dataset, &list, &len, e);
    for (size_t end = len; !rc && end > 0; end = start) {
        start = run_start(list, end);
        if (end - start > 1) {
            start = end - start > cap ? end - cap : start;
            rc = lake_verify_list(k, list + start, end - start, e);
            rc = rc ? rc : write_merged(k, list + start, end - start, merged, e);
            for (size_t i = start; !rc && i < end; i++) {
                drop[(*drops)++] = list[i].id;
            }
            break;
        }
    }
    arena_free(a);
    return rc;
}
