/* A dataset cut into parts by its files. */
#include "base/buf.h"
#include "store/internal.h"

#include <string.h>

/* Rows of a segment that count. */
static uint64_t rows_in(const struct segment *s, const struct lake_cut *cut)
{
    bool outside = strcmp(s->dataset, cut->dataset) != 0 || s->max_ms < cut->from_ms ||
                   s->min_ms > cut->to_ms;
    return outside ? 0 : (uint64_t)s->rows;
}

/* The first segment behind a part that begins at `from`; those that do not count go along. */
static size_t part_end(const struct lake *k, const struct lake_cut *cut, size_t from)
{
    uint64_t rows = 0;
    size_t end = from;
    while (end < k->attached_len && (rows < cut->rows || !rows_in(&k->attached[end], cut))) {
        rows += rows_in(&k->attached[end++], cut);
    }
    return end;
}

static struct str part_text(const struct lake *k, uint32_t dataset, size_t from, size_t end,
                            struct arena *a)
{
    struct buf text = {0};
    buf_add(&text, STR("("));
    lake_add_rows(k, &text, dataset, from == 0, k->attached + from, end - from);
    buf_add(&text, STR(")"));
    struct str out = arena_str(a, buf_str(&text));
    buf_release(&text);
    return out;
}

uint32_t lake_parts(const struct lake *k, struct lake_cut cut, struct arena *a,
                    struct str **texts)
{
    int dataset = lake_dataset_index(k, cut.dataset);
    size_t end = dataset < 0 ? k->attached_len : part_end(k, &cut, 0);
    uint32_t len = 0;
    *texts = arena_array(a, struct str, k->attached_len + 1);
    if (end == k->attached_len) {
        (*texts)[0] = str_of(cut.dataset);
        return 1;
    }
    for (size_t from = 0; from < k->attached_len || !len; from = end) {
        end = part_end(k, &cut, from);
        (*texts)[len++] = part_text(k, (uint32_t)dataset, from, end, a);
    }
    return len;
}
