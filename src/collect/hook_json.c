/* Any JSON under a saved mapping: POST /hooks/json/KEY/MAPPING.
 *
 * An object is a row whose columns are its paths ("order.id", "lines[0].sku"), a list of objects one row each; the
 * mapping then means what it means for a file with these headers. So a mapping is made by `pond import --save-mapping`
 * of a table whose headers are the paths. */
#include "collect/order.h"

#include "base/map.h"

#define JSON_COLUMNS 512u
#define JSON_ROWS 1000u

struct table {
    struct map *columns; /* path to column */
    struct str *cell;    /* rows of JSON_COLUMNS */
    struct str head[JSON_COLUMNS];
    uint32_t len; /* columns */
    uint32_t rows;
};

static bool is_cell(const struct json_value *v)
{
    return v->type != JSON_OBJECT && v->type != JSON_ARRAY && v->type != JSON_NULL;
}

/* "[3].order.id" as "order.id": the row's place is no column. */
static struct str path_of(const struct json_value *v, bool list)
{
    const size_t end = list ? str_find_byte(v->path, ']', 0) : SIZE_MAX;
    struct str path = end == SIZE_MAX ? v->path : str_slice(v->path, end + 1, v->path.len);
    return str_starts(path, STR(".")) ? str_slice(path, 1, path.len) : path;
}

static bool add_row(struct table *t, const struct json_value *row, bool list)
{
    struct str *cell = t->cell + (size_t)t->rows++ * JSON_COLUMNS;
    for (const struct json_value *m = row + 1; m <= row + row->span; m++) {
        if (!is_cell(m)) {
            continue;
        }
        const struct str path = path_of(m, list);
        const uint32_t at = map_intern(t->columns, path, t->len);
        if (at == t->len) {
            if (t->len == JSON_COLUMNS) {
                return false;
            }
            t->head[t->len++] = path;
        }
        cell[at] = m->value;
    }
    return true;
}

/* The columns that the mapping names are there whether this body has them or not: JSON leaves out what it does
 * not know. */
static void add_named_columns(struct run *r, struct table *t, struct json_reader *reader,
                              struct str saved)
{
    struct json_flat flat = {0};
    if (json_flat(reader, saved, &flat, NULL)) {
        return; /* mapping_detect says what is wrong with it */
    }
    const struct json_value *map = member(flat.item, STR("map"));
    for (uint32_t i = 1; is_array(map) && i <= map->span; i++) {
        const size_t at = str_find_byte(map[i].value, '=', 0);
        const struct str column =
            str_slice(map[i].value, at == SIZE_MAX ? at : at + 1, SIZE_MAX);
        const bool constant = at != SIZE_MAX && at && map[i].value.ptr[at - 1] == ':';
        if (!constant && column.len && column.ptr[0] != '#' && t->len < JSON_COLUMNS &&
            map_intern(t->columns, column, t->len) == t->len) {
            t->head[t->len++] = arena_str(r->a, column);
        }
    }
}

static uint32_t count_rows(const struct json_value *v)
{
    uint32_t n = 0;
    for (const struct json_value *m = v + 1; m <= v + v->span; m += m->span + 1) {
        n++;
    }
    return n;
}

static enum rc make_table(struct run *r, const struct json_value *v, struct table *t,
                          struct err *e)
{
    const bool list = is_array(v);
    const uint32_t rows = list ? count_rows(v) : 1;
    bool ok = true;

    if (rows > JSON_ROWS) {
        return rc_fail(e, RC_TOO_LARGE, "more than %u objects in one body", JSON_ROWS);
    }
    t->cell = arena_array(r->a, struct str, (size_t)(rows + 1) * JSON_COLUMNS);
    if (!list) {
        ok = add_row(t, v, false);
    }
    for (const struct json_value *m = v + 1; list && ok && m <= v + v->span; m += m->span + 1) {
        ok = add_row(t, m, true);
    }
    return ok ? RC_OK
              : rc_fail(e, RC_TOO_LARGE, "more than %u different paths in one body",
                        JSON_COLUMNS);
}

/* The table as rows of a file, the headers first. */
static struct csv_block block_of(struct run *r, const struct table *t)
{
    const uint32_t rows = t->rows + 1;
    struct str *field = arena_array(r->a, struct str, (size_t)rows * t->len + 1);
    uint32_t *row_field = arena_array(r->a, uint32_t, rows + 1);
    uint64_t *line = arena_array(r->a, uint64_t, rows);

    for (uint32_t i = 0; i < rows; i++) {
        const struct str *from = i ? t->cell + (size_t)(i - 1) * JSON_COLUMNS : t->head;
        memcpy(field + (size_t)i * t->len, from, sizeof(*field) * t->len);
        row_field[i + 1] = (i + 1) * t->len;
        line[i] = i; /* the first object is number 1 */
    }
    return (struct csv_block){.rows = rows,
                              .field = field,
                              .row_field = row_field,
                              .line = line,
                              .status = arena_array(r->a, uint8_t, rows),
                              .column = arena_array(r->a, uint32_t, rows),
                              .text = "",
                              .row_at = arena_array(r->a, uint32_t, rows),
                              .row_len = arena_array(r->a, uint32_t, rows)};
}

static enum rc find_mapping(struct run *r, struct str *json, struct err *e)
{
    const struct str name = path_part(r->in, "/hooks/json/", 1, r->a);
    if (!name.len) {
        enum rc rc = rc_fail(e, RC_MISSING, "the address names no mapping");
        err_hint(e, "POST /hooks/json/KEY/MAPPING");
        return rc;
    }
    if (!r->settings || !r->settings->mapping) {
        return rc_fail(e, RC_MISSING, "there is no mapping %.*s", STR_FMT(name));
    }
    return r->settings->mapping(r->settings->ctx, name, r->a, json, e);
}

static enum rc run_mapping(struct run *r, const struct csv_block *block, struct str saved,
                           struct err *e)
{
    const struct mapping_request q = {.saved = saved};
    struct mapping *m = NULL;
    struct decoder *d = NULL;

    enum rc rc = mapping_detect(r->a, &q, block, 0, &m, e);
    rc = rc ? rc : decoder_like(r->d, m, &d, e);
    if (rc) {
        return rc;
    }
    r->full = decoder_rows(d, block, 0) < block->rows;
    r->out->events = (uint32_t)decoder_row_count(d);
    r->out->rejected = (uint32_t)decoder_reject_count(d);
    decoder_free(d);
    return RC_OK;
}

enum rc json_decode(struct run *r, struct err *e)
{
    struct str saved = STR_NULL;
    struct json_flat flat = {0};
    const struct json_limits limits = {
        .depth = 32, .values = JSON_ROWS * JSON_COLUMNS, .bytes = COLLECT_BODY_MAX};
    struct table t = {.columns = map_new()};
    struct json_reader *reader = json_reader_new(&limits); /* one with paths */

    enum rc rc = find_mapping(r, &saved, e);
    rc = rc ? rc : body_unpack(r->s, r->in, r->a, e);
    if (!rc) {
        add_named_columns(r, &t, reader, saved);
    }
    rc = rc ? rc : json_flat(reader, r->s->text, &flat, e);
    rc = rc ? rc : make_table(r, flat.item, &t, e);
    if (!rc && t.rows && t.len) {
        const struct csv_block block = block_of(r, &t);
        rc = run_mapping(r, &block, saved, e);
    }
    json_reader_free(reader);
    map_free(t.columns);
    return rc;
}
