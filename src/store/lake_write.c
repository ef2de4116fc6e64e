/* Rows in memory to a segment: which columns are written, as what, in which order. */
#include <stdio.h>
#include <string.h>
#include "base/mem.h"
#include "store/internal.h"

static bool any_value(const struct lake_column *c, uint32_t rows)
{
    for (uint32_t i = 0; i < rows; i++) {
        if (c->valid && !c->valid[i]) {
            continue;
        }
        if (c->type == LAKE_STR && !((const struct str *)c->data)[i].ptr) {
            continue;
        }
        if (c->type == LAKE_CODE && ((const uint16_t *)c->data)[i] >= c->names_len) {
            continue;
        }
        return true;
    }
    return false;
}

const struct lake_column *lake_column_of(const struct lake_rows *piece, const char *name)
{
    for (uint32_t i = 0; name && i < piece->columns_len; i++) {
        if (strcmp(piece->columns[i].name, name) == 0) {
            return &piece->columns[i];
        }
    }
    return NULL;
}

/* The fields that have a value in some row. A column of nulls costs as much to write as one of
 * numbers, so it is left out of the file; readers take a missing column for nulls. */
static uint32_t live_fields(const struct lake_dataset *d, const struct lake_rows *pieces,
                            size_t pieces_len, struct lake_field *out)
{
    uint32_t n = 0;
    for (uint32_t f = 0; f < d->fields_len; f++) {
        bool live = false;
        for (size_t p = 0; p < pieces_len && !live; p++) {
            const struct lake_column *c = lake_column_of(&pieces[p], d->fields[f].name);
            live = c && any_value(c, pieces[p].rows);
        }
        if (live) {
            out[n++] = d->fields[f];
        }
    }
    if (n == 0) {
        out[n++] = d->fields[0];
    }
    return n;
}

/* False when there are too many texts, or a text has no code of its own. */
static bool few_add(struct engine_few *few, const struct lake_column *c, uint32_t rows,
                    struct arena *a)
{
    for (uint32_t i = 0; i < rows; i++) {
        uint16_t code = ((const uint16_t *)c->data)[i];
        if (code >= c->names_len || few->of[code] != UINT8_MAX || !c->names[code].ptr) {
            continue;
        }
        if (few->len == ENGINE_FEW_MAX) {
            return false;
        }
        few->of[code] = (uint8_t)few->len;
        few->name[few->len++] = arena_cstr(a, c->names[code]);
    }
    return true;
}

/* Writing a column of few texts from numbers costs the engine a third of hashing the texts. All pieces
 * must have the same names. */
static void few_texts(struct engine_few *few, const char *field, const struct lake_rows *pieces,
                      size_t pieces_len, struct arena *a)
{
    const struct lake_column *first = lake_column_of(&pieces[0], field);
    bool fine = first && first->type == LAKE_CODE && !first->valid;
    for (size_t p = 0; p < pieces_len && fine; p++) {
        const struct lake_column *c = lake_column_of(&pieces[p], field);
        fine = c && c->names == first->names && !c->valid;
        few->codes = fine && c->names_len > few->codes ? c->names_len : few->codes;
    }
    few->of = arena_alloc(a, few->codes + 1);
    memset(few->of, UINT8_MAX, few->codes + 1);
    for (size_t p = 0; p < pieces_len && fine; p++) {
        fine = few_add(few, lake_column_of(&pieces[p], field), pieces[p].rows, a);
    }
    few->len = fine ? few->len : 0;
}

/* By code of few: its place among the texts; those without one come first. */
static void rank_texts(const struct engine_few *few, uint8_t *rank)
{
    for (uint32_t i = 0; i < few->len; i++) {
        rank[i] = 1;
        for (uint32_t k = 0; k < few->len; k++) {
            rank[i] = (uint8_t)(rank[i] + (strcmp(few->name[k], few->name[i]) < 0));
        }
    }
}

static uint8_t rank_of(const struct engine_few *few, const uint8_t *rank, uint16_t code)
{
    return rank[code < few->codes ? few->of[code] : UINT8_MAX];
}

/* The rows in order of the texts of a field, else as they lie: counted, then placed. */
static struct engine_row *cluster_rows(const struct engine_few *few, const char *field,
                                       const struct lake_rows *pieces, size_t pieces_len,
                                       uint64_t rows)
{
    uint64_t next[ENGINE_FEW_MAX + 2] = {0};
    uint8_t rank[UINT8_MAX + 1] = {0}; /* of UINT8_MAX, no text: 0 */
    struct engine_row *order = mem_array(struct engine_row, rows);
    rank_texts(few, rank);
    for (size_t p = 0; p < pieces_len; p++) {
        const uint16_t *code = lake_column_of(&pieces[p], field)->data;
        for (uint32_t i = 0; i < pieces[p].rows; i++) {
            next[rank_of(few, rank, code[i]) + 1]++;
        }
    }
    for (size_t r = 1; r < sizeof next / sizeof *next; r++) {
        next[r] += next[r - 1];
    }
    for (size_t p = 0; p < pieces_len; p++) {
        const uint16_t *code = lake_column_of(&pieces[p], field)->data;
        for (uint32_t i = 0; i < pieces[p].rows; i++) {
            uint8_t r = rank_of(few, rank, code[i]);
            order[next[r]++] = (struct engine_row){(uint32_t)p, i};
        }
    }
    return order;
}

enum rc lake_check_columns(const struct lake_dataset *d, const struct lake_rows *piece,
                           struct err *e)
{
    for (uint32_t i = 0; i < piece->columns_len; i++) {
        const struct lake_column *c = &piece->columns[i];
        const struct lake_field *field = NULL;
        for (uint32_t f = 0; f < d->fields_len && !field; f++) {
            field = strcmp(d->fields[f].name, c->name) == 0 ? &d->fields[f] : NULL;
        }
        if (!field || engine_type_name(field->type) != engine_type_name(c->type)) {
            return rc_fail(e, RC_BUG, "lake: dataset %s has no such column %s", d->name,
                           c->name);
        }
    }
    return RC_OK;
}

static int64_t number_at(const struct lake_column *c, uint32_t row)
{
    return c->type == LAKE_U32 ? (int64_t)((const uint32_t *)c->data)[row]
                               : ((const int64_t *)c->data)[row];
}

/* Rows, range of seq and range of time, from the columns themselves. */
static enum rc measure(const struct lake_dataset *d, const struct lake_rows *pieces,
                       size_t pieces_len, struct segment *s, struct err *e)
{
    bool first_time = true;
    uint64_t last = 0;
    for (size_t p = 0; p < pieces_len; p++) {
        const struct lake_column *seq = lake_column_of(&pieces[p], d->seq);
        const struct lake_column *time = lake_column_of(&pieces[p], d->time);
        for (uint32_t i = 0; seq && i < pieces[p].rows; i++) {
            uint64_t at = (uint64_t)number_at(seq, i);
            if (at < last) {
                return rc_fail(e, RC_BUG, "lake: the seq of dataset %s falls", d->name);
            }
            s->seq_from = s->rows || i ? s->seq_from : at;
            last = s->seq_to = at;
        }
        for (uint32_t i = 0; time && i < pieces[p].rows; i++) {
            int64_t ms = number_at(time, i);
            s->min_ms = first_time || ms < s->min_ms ? ms : s->min_ms;
            s->max_ms = first_time || ms > s->max_ms ? ms : s->max_ms;
            first_time = false;
        }
        s->rows += pieces[p].rows;
    }
    return RC_OK;
}

enum rc lake_write(struct lake *k, const char *dataset, const struct lake_rows *pieces,
                   size_t pieces_len, struct segment *out, struct err *e)
{
    int index = lake_dataset_index(k, dataset);
    if (index < 0 || pieces_len == 0) {
        return rc_fail(e, RC_BUG, "lake: nothing to write or unknown dataset %s", dataset);
    }
    const struct lake_dataset *d = &k->datasets[index];
    *out = (struct segment){.seq_from = d->seq ? 0 : out->seq_from,
                            .seq_to = d->seq ? 0 : out->seq_to};
    (void)snprintf(out->dataset, sizeof out->dataset, "%s", dataset);
    enum rc rc = lake_check_columns(d, &pieces[0], e);
    rc = rc ? rc : measure(d, pieces, pieces_len, out, e);
    if (rc) {
        return rc;
    }
    if (out->rows == 0) {
        return rc_fail(e, RC_BUG, "lake: a segment of %s without rows", dataset);
    }
    rc = lake_start(k, e);
    if (rc) {
        return rc;
    }
    struct arena *a = arena_new();
    struct lake_field *fields = arena_array(a, struct lake_field, d->fields_len + 1);
    uint32_t fields_len = live_fields(d, pieces, pieces_len, fields);
    struct engine_few *few = arena_array(a, struct engine_few, fields_len);
    struct engine_row *order = NULL;
    for (uint32_t i = 0; i < fields_len; i++) {
        few_texts(&few[i], fields[i].name, pieces, pieces_len, a);
        if (d->cluster && strcmp(d->cluster, fields[i].name) == 0 && few[i].len > 1) {
            order = cluster_rows(&few[i], d->cluster, pieces, pieces_len, (uint64_t)out->rows);
            /* As texts: of numbered ones every row group says that it has them all. */
            few[i].len = 0;
        }
    }
    struct engine_source source = {
        .fields = fields,
        .fields_len = fields_len,
        .few = few,
        .pieces = pieces,
        .pieces_len = pieces_len,
        .order = order,
    };
    struct buf select = {0};
    lake_add_slot(&select, ENGINE_WRITE);
    engine_set_source(k->engine, ENGINE_WRITE, source);
    rc = lake_seal(k, buf_cstr(&select), out, e);
    engine_set_source(k->engine, ENGINE_WRITE, (struct engine_source){0});
    mem_free(order);
    arena_free(a);
    buf_release(&select);
    return rc;
}
