/* The lake's engine: DuckDB in memory. The only file that includes duckdb.h.
 *
 * Objects: `engine` is one in-memory database; every query has its own connection, listed in
 * the engine so that engine_interrupt reaches it. `lake_rows(SLOT)` is a table function that
 * reads rows in our memory, with the columns of the slot; strings are lent to DuckDB without a
 * copy (it copies what it keeps). `code_DOMAIN(text)` maps texts to numbers; DuckDB calls it
 * once per entry of a Parquet dictionary, not once per row.
 *
 * Settings: no extension is ever loaded or fetched, nothing outside the lake's directory can be
 * opened, and the configuration is locked after opening. Rows may come in any order (faster);
 * who needs an order says so in SQL. */
#include "base/buf.h"
#include "base/map.h"
#include "base/mem.h"
#include "base/vec.h"
#include "store/internal.h"
#include <duckdb.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define CHUNK 2048 /* STANDARD_VECTOR_SIZE; checked at engine_open */

struct domain {
    char name[32];
    struct map *map;
};

struct engine {
    duckdb_database db;
    duckdb_connection base; /* for statements without rows */
    struct engine_source slots[ENGINE_SLOTS];
    struct domain domains[ENGINE_DOMAINS];
    uint32_t domains_len;
    pthread_mutex_t lock; /* guards `running` */
    VEC(duckdb_connection) running;
};

struct lake_result {
    struct engine *engine;
    bool own_engine; /* lake_read_file: goes with the result */
    int fd;          /* lake_read_file: the file, else -1 */
    duckdb_connection connection;
    duckdb_prepared_statement statement;
    duckdb_pending_result pending; /* begun, and its result is still to be fetched */
    const char *what;
    duckdb_result result;
    bool ran;
    duckdb_data_chunk chunk;
    uint32_t columns_len;
    struct lake_vector *columns;
    enum lake_type *types;
    duckdb_type *engine_types;
    int64_t **widened; /* per column: room for integers that are not BIGINT; NULL elsewhere */
};

/* --- Rows in memory as a table function --------------------------------------------------- */

struct scan {
    struct engine_source source;
    size_t piece; /* where the next row is: of the pieces, one after the other ... */
    uint32_t row;
    uint64_t next; /* ... and how many are behind; of source.order */
    uint32_t columns_len;
    uint32_t *fields;                   /* by result column; UINT32_MAX: none is wanted */
    const struct lake_column **columns; /* by result column, then piece; NULL: it has none */
};

static duckdb_logical_type type_new(enum lake_type type)
{
    switch (type) {
    case LAKE_I64: return duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    case LAKE_U32: return duckdb_create_logical_type(DUCKDB_TYPE_UINTEGER);
    case LAKE_F64: return duckdb_create_logical_type(DUCKDB_TYPE_DOUBLE);
    case LAKE_U32_LIST: {
        duckdb_logical_type child = duckdb_create_logical_type(DUCKDB_TYPE_UINTEGER);
        duckdb_logical_type list = duckdb_create_list_type(child);
        duckdb_destroy_logical_type(&child);
        return list;
    }
    case LAKE_STR:
    case LAKE_CODE: break;
    }
    return duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
}

static const struct engine_few *few_of(const struct engine_source *s, uint32_t field)
{
    return s->few && s->few[field].len ? &s->few[field] : NULL;
}

static void rows_bind(duckdb_bind_info info)
{
    struct engine *g = duckdb_bind_get_extra_info(info);
    duckdb_value value = duckdb_bind_get_parameter(info, 0);
    int64_t slot = duckdb_get_int64(value);
    duckdb_destroy_value(&value);
    if (slot < 0 || slot >= ENGINE_SLOTS || !g->slots[slot].fields) {
        duckdb_bind_set_error(info, "lake_rows: no such slot");
        return;
    }
    const struct engine_source *source = &g->slots[slot];
    for (uint32_t i = 0; i < source->fields_len; i++) {
        const struct engine_few *few = few_of(source, i);
        duckdb_logical_type type =
            few ? duckdb_create_enum_type((const char **)few->name, few->len)
                : type_new(source->fields[i].type);
        duckdb_bind_add_result_column(info, source->fields[i].name, type);
        duckdb_destroy_logical_type(&type);
    }
    duckdb_bind_set_cardinality(info, source->rows, true);
    struct engine_source *copy = mem_alloc(sizeof *copy);
    *copy = *source;
    duckdb_bind_set_bind_data(info, copy, mem_free);
}

static void scan_free(void *p)
{
    struct scan *s = p;
    mem_free(s->fields);
    mem_free(s->columns);
    mem_free(s);
}

/* One thread: rows come out in their order, which lake_write relies on. */
static void rows_init(duckdb_init_info info)
{
    struct scan *s = mem_zalloc(sizeof *s);
    s->source = *(const struct engine_source *)duckdb_init_get_bind_data(info);
    size_t pieces = s->source.pieces_len;
    s->columns_len = (uint32_t)duckdb_init_get_column_count(info);
    s->fields = mem_array(uint32_t, s->columns_len + 1);
    s->columns = mem_array(const struct lake_column *, s->columns_len *pieces + 1);
    for (uint32_t i = 0; i < s->columns_len; i++) {
        idx_t field = duckdb_init_get_column_index(info, i);
        s->fields[i] = field < s->source.fields_len ? (uint32_t)field : UINT32_MAX;
        for (size_t p = 0; p < pieces && s->fields[i] != UINT32_MAX; p++) {
            s->columns[i * pieces + p] =
                lake_column_of(&s->source.pieces[p], s->source.fields[field].name);
        }
    }
    duckdb_init_set_max_threads(info, 1);
    duckdb_init_set_init_data(info, s, scan_free);
}

static duckdb_string_t lend(struct str s)
{
    duckdb_string_t out;
    memset(&out, 0, sizeof out);
    out.value.inlined.length = (uint32_t)s.len;
    if (s.len <= 12) {
        memcpy(out.value.inlined.inlined, s.ptr, s.len);
    } else {
        memcpy(out.value.pointer.prefix, s.ptr, 4);
        /* DuckDB's struct has a plain char *, but only reads through it. */
        out.value.pointer.ptr = (char *)(uintptr_t)s.ptr;
    }
    return out;
}

static void set_null(duckdb_vector v, uint64_t **words, uint32_t row)
{
    if (!*words) {
        duckdb_vector_ensure_validity_writable(v);
        *words = duckdb_vector_get_validity(v);
    }
    (*words)[row / 64] &= ~((uint64_t)1 << (row % 64));
}

/* A column of up to CHUNK rows that may lie in several pieces. */
struct fetch {
    const struct lake_column *const *column; /* by piece; NULL: all null there */
    const struct engine_row *at;
    uint32_t n;
};

static struct str text_at(const struct lake_column *c, uint32_t row)
{
    if (!c || (c->valid && !c->valid[row])) {
        return STR_NULL;
    }
    if (c->type == LAKE_STR) {
        return ((const struct str *)c->data)[row];
    }
    uint16_t code = ((const uint16_t *)c->data)[row];
    return code < c->names_len ? c->names[code] : STR_NULL;
}

static void fill_texts(duckdb_vector v, const struct fetch *f)
{
    duckdb_string_t *out = duckdb_vector_get_data(v);
    uint64_t *words = duckdb_vector_get_validity(v);
    for (uint32_t i = 0; i < f->n; i++) {
        struct str s = text_at(f->column[f->at[i].piece], f->at[i].row);
        if (!s.ptr) {
            set_null(v, &words, i);
            s = STR("");
        }
        out[i] = lend(s);
    }
}

static void fill_few(duckdb_vector v, const struct fetch *f, const struct engine_few *few)
{
    uint8_t *out = duckdb_vector_get_data(v);
    uint64_t *words = duckdb_vector_get_validity(v);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct lake_column *c = f->column[f->at[i].piece];
        uint16_t code = c ? ((const uint16_t *)c->data)[f->at[i].row] : UINT16_MAX;
        out[i] = code < few->codes ? few->of[code] : UINT8_MAX;
        if (out[i] == UINT8_MAX) {
            set_null(v, &words, i);
            out[i] = 0;
        }
    }
}

static const uint32_t *list_at(const struct fetch *f, uint32_t i, uint32_t *len)
{
    const struct lake_column *c = f->column[f->at[i].piece];
    uint32_t row = f->at[i].row;
    *len = c ? c->offsets[row + 1] - c->offsets[row] : 0;
    return *len ? (const uint32_t *)c->data + c->offsets[row] : NULL;
}

static void fill_lists(duckdb_vector v, const struct fetch *f)
{
    duckdb_list_entry *out = duckdb_vector_get_data(v);
    uint32_t all = 0, len = 0;
    for (uint32_t i = 0; i < f->n; i++) {
        (void)list_at(f, i, &len);
        out[i].offset = all;
        out[i].length = len;
        all += len;
    }
    (void)duckdb_list_vector_reserve(v, all);
    (void)duckdb_list_vector_set_size(v, all);
    uint32_t *items = duckdb_vector_get_data(duckdb_list_vector_get_child(v));
    for (uint32_t i = 0; i < f->n; i++) {
        const uint32_t *from = list_at(f, i, &len);
        if (len) {
            memcpy(items + out[i].offset, from, len * sizeof(*from));
        }
    }
}

/* Values of four or eight bytes, piece after piece. */
#define FILL_NUMBERS(type)                                                                     \
    do {                                                                                       \
        type *out = duckdb_vector_get_data(v);                                                 \
        for (uint32_t i = 0; i < f->n;) {                                                      \
            uint32_t piece = f->at[i].piece;                                                   \
            const type *data = f->column[piece] ? f->column[piece]->data : NULL;               \
            for (; i < f->n && f->at[i].piece == piece; i++) {                                 \
                out[i] = data ? data[f->at[i].row] : 0;                                        \
            }                                                                                  \
        }                                                                                      \
    } while (0)

static void null_numbers(duckdb_vector v, const struct fetch *f)
{
    uint64_t *words = duckdb_vector_get_validity(v);
    for (uint32_t i = 0; i < f->n; i++) {
        const struct lake_column *c = f->column[f->at[i].piece];
        if (!c || (c->valid && !c->valid[f->at[i].row])) {
            set_null(v, &words, i);
        }
    }
}

static void fill(duckdb_vector v, const struct fetch *f, enum lake_type type)
{
    if (type != LAKE_STR && type != LAKE_CODE) {
        null_numbers(v, f);
    }
    switch (type) {
    case LAKE_I64: FILL_NUMBERS(int64_t); break;
    case LAKE_U32: FILL_NUMBERS(uint32_t); break;
    case LAKE_F64: FILL_NUMBERS(double); break;
    case LAKE_STR:
    case LAKE_CODE: fill_texts(v, f); break;
    case LAKE_U32_LIST: fill_lists(v, f); break;
    }
}

/* The next rows, at most CHUNK. */
static uint32_t next_rows(struct scan *s, struct engine_row *at)
{
    uint32_t n = 0;
    for (; n < CHUNK && s->next < s->source.rows; n++, s->next++) {
        if (s->source.order) {
            at[n] = s->source.order[s->next];
            continue;
        }
        for (; s->row == s->source.pieces[s->piece].rows; s->row = 0) {
            s->piece++;
        }
        at[n] = (struct engine_row){(uint32_t)s->piece, s->row++};
    }
    return n;
}

static void rows_next(duckdb_function_info info, duckdb_data_chunk chunk)
{
    struct scan *s = duckdb_function_get_init_data(info);
    struct engine_row at[CHUNK];
    uint32_t n = next_rows(s, at);
    for (uint32_t i = 0; i < s->columns_len && n; i++) {
        if (s->fields[i] == UINT32_MAX) {
            continue; /* a count needs no column */
        }
        const struct fetch f = {s->columns + i * s->source.pieces_len, at, n};
        duckdb_vector v = duckdb_data_chunk_get_vector(chunk, i);
        const struct engine_few *few = few_of(&s->source, s->fields[i]);
        if (few) {
            fill_few(v, &f, few);
        } else {
            fill(v, &f, s->source.fields[s->fields[i]].type);
        }
    }
    duckdb_data_chunk_set_size(chunk, n);
}

static enum rc add_rows_function(struct engine *g, struct err *e)
{
    duckdb_table_function f = duckdb_create_table_function();
    duckdb_logical_type slot = duckdb_create_logical_type(DUCKDB_TYPE_BIGINT);
    duckdb_table_function_set_name(f, "lake_rows");
    duckdb_table_function_add_parameter(f, slot);
    duckdb_table_function_set_extra_info(f, g, NULL);
    duckdb_table_function_set_bind(f, rows_bind);
    duckdb_table_function_set_init(f, rows_init);
    duckdb_table_function_set_function(f, rows_next);
    duckdb_table_function_supports_projection_pushdown(f, true);
    duckdb_state state = duckdb_register_table_function(g->base, f);
    duckdb_destroy_logical_type(&slot);
    duckdb_destroy_table_function(&f);
    return state == DuckDBSuccess ? RC_OK : engine_fail("lake_rows", NULL, e);
}

void engine_set_source(struct engine *g, uint32_t slot, struct engine_source s)
{
    s.rows = 0;
    for (size_t i = 0; i < s.pieces_len; i++) {
        s.rows += s.pieces[i].rows;
    }
    g->slots[slot] = s;
}

/* --- Names to numbers --------------------------------------------------------------------- */

static void code_run(duckdb_function_info info, duckdb_data_chunk in, duckdb_vector out)
{
    const struct domain *d = duckdb_scalar_function_get_extra_info(info);
    idx_t n = duckdb_data_chunk_get_size(in);
    duckdb_vector v = duckdb_data_chunk_get_vector(in, 0);
    duckdb_string_t *texts = duckdb_vector_get_data(v);
    uint64_t *valid = duckdb_vector_get_validity(v);
    uint16_t *codes = duckdb_vector_get_data(out);
    for (idx_t i = 0; i < n; i++) {
        uint32_t code = LAKE_CODE_NONE;
        if (!valid || valid[i / 64] >> (i % 64) & 1u) {
            struct str s = {duckdb_string_t_data(&texts[i]), duckdb_string_t_length(texts[i])};
            if (!map_get(d->map, s, &code)) {
                code = LAKE_CODE_NONE;
            }
        }
        codes[i] = (uint16_t)code;
    }
}

static enum rc add_domain(struct engine *g, struct domain *d, struct err *e)
{
    char name[48];
    (void)snprintf(name, sizeof name, "code_%s", d->name);
    duckdb_scalar_function f = duckdb_create_scalar_function();
    duckdb_logical_type text = duckdb_create_logical_type(DUCKDB_TYPE_VARCHAR);
    duckdb_logical_type code = duckdb_create_logical_type(DUCKDB_TYPE_USMALLINT);
    duckdb_scalar_function_set_name(f, name);
    duckdb_scalar_function_add_parameter(f, text);
    duckdb_scalar_function_set_return_type(f, code);
    duckdb_scalar_function_set_special_handling(f); /* nulls are ours to map */
    duckdb_scalar_function_set_extra_info(f, d, NULL);
    duckdb_scalar_function_set_function(f, code_run);
    duckdb_state state = duckdb_register_scalar_function(g->base, f);
    duckdb_destroy_logical_type(&text);
    duckdb_destroy_logical_type(&code);
    duckdb_destroy_scalar_function(&f);
    return state == DuckDBSuccess ? RC_OK : engine_fail(name, NULL, e);
}

enum rc engine_set_names(struct engine *g, const char *domain, const struct str *names,
                         uint32_t len, struct err *e)
{
    struct domain *d = NULL;
    for (uint32_t i = 0; i < g->domains_len && !d; i++) {
        d = strcmp(g->domains[i].name, domain) == 0 ? &g->domains[i] : NULL;
    }
    if (!d) {
        if (g->domains_len == ENGINE_DOMAINS) {
            return rc_fail(e, RC_BUG, "lake: too many domains of names");
        }
        d = &g->domains[g->domains_len++];
        (void)snprintf(d->name, sizeof d->name, "%s", domain);
        d->map = map_new();
        enum rc rc = add_domain(g, d, e);
        if (rc) {
            return rc;
        }
    }
    map_clear(d->map);
    for (uint32_t i = 0; i < len && i < LAKE_CODE_NONE; i++) {
        (void)map_intern(d->map, names[i], i);
    }
    return RC_OK;
}

/* --- The engine --------------------------------------------------------------------------- */

static enum rc set_config(duckdb_config c, const char *name, const char *value, struct err *e)
{
    return duckdb_set_config(c, name, value) == DuckDBSuccess ? RC_OK
                                                              : engine_fail(name, NULL, e);
}

static enum rc open_db(struct engine *g, unsigned threads, uint64_t memory_bytes, struct err *e)
{
    duckdb_config c = NULL;
    char number[32];
    char *why = NULL;
    if (duckdb_create_config(&c) != DuckDBSuccess) {
        return engine_fail("configuration", NULL, e);
    }
    enum rc rc = set_config(c, "autoinstall_known_extensions", "false", e);
    rc = rc ? rc : set_config(c, "autoload_known_extensions", "false", e);
    rc = rc ? rc : set_config(c, "preserve_insertion_order", "false", e);
    if (!rc && threads) {
        (void)snprintf(number, sizeof number, "%u", threads);
        rc = set_config(c, "threads", number, e);
    }
    if (!rc && memory_bytes) {
        (void)snprintf(number, sizeof number, "%lluB", (unsigned long long)memory_bytes);
        rc = set_config(c, "memory_limit", number, e);
    }
    if (!rc && duckdb_open_ext(NULL, &g->db, c, &why) != DuckDBSuccess) {
        rc = engine_fail("opening the engine", why, e);
    }
    duckdb_free(why);
    duckdb_destroy_config(&c);
    if (!rc && duckdb_connect(g->db, &g->base) != DuckDBSuccess) {
        rc = engine_fail("connecting to the engine", NULL, e);
    }
    return rc;
}

enum rc engine_open(unsigned threads, uint64_t memory_bytes, struct engine **out, struct err *e)
{
    if (duckdb_vector_size() != CHUNK) {
        return rc_fail(e, RC_BUG, "this DuckDB has vectors of another size");
    }
    struct engine *g = mem_zalloc(sizeof *g);
    (void)pthread_mutex_init(&g->lock, NULL);
    enum rc rc = open_db(g, threads, memory_bytes, e);
    /* Workers may run ahead of the reader by this much; 1 MB makes them wait for each other. */
    rc =
        rc ? rc
           : engine_run(
                 g, "set streaming_buffer_size = '32MB'; set parquet_metadata_cache = true", e);
    rc = rc ? rc : add_rows_function(g, e);
    if (rc) {
        engine_close(g);
        return rc;
    }
    *out = g;
    return RC_OK;
}

void engine_close(struct engine *g)
{
    if (!g) {
        return;
    }
    duckdb_disconnect(&g->base);
    duckdb_close(&g->db);
    for (uint32_t i = 0; i < g->domains_len; i++) {
        map_free(g->domains[i].map);
    }
    vec_release(&g->running);
    (void)pthread_mutex_destroy(&g->lock);
    mem_free(g);
}

/* Works on a query until its result is there. The engine's own loop asks without a pause while other
 * threads have all tasks (sealing reads its rows on one), which costs a whole processor. */
static duckdb_state run_pending(duckdb_pending_result pending, duckdb_result *out)
{
    const struct timespec pause = {.tv_nsec = 100000};
    duckdb_pending_state state = duckdb_pending_execute_task(pending);
    while (state != DUCKDB_PENDING_RESULT_READY && state != DUCKDB_PENDING_ERROR) {
        if (state == DUCKDB_PENDING_NO_TASKS_AVAILABLE) {
            (void)nanosleep(&pause, NULL);
        }
        state = duckdb_pending_execute_task(pending);
    }
    return duckdb_execute_pending(pending, out);
}

enum rc engine_run(struct engine *g, const char *text, struct err *e)
{
    duckdb_result result = {0};
    duckdb_prepared_statement one = NULL;
    duckdb_pending_result pending = NULL;
    /* Several statements at once cannot be prepared: settings, which are quick. */
    bool whole = duckdb_prepare(g->base, text, &one) == DuckDBSuccess &&
                 duckdb_pending_prepared(one, &pending) == DuckDBSuccess;
    duckdb_state state =
        whole ? run_pending(pending, &result) : duckdb_query(g->base, text, &result);
    enum rc rc = state == DuckDBSuccess
                     ? RC_OK
                     : engine_fail("a statement", duckdb_result_error(&result), e);
    duckdb_destroy_result(&result);
    duckdb_destroy_pending(&pending);
    duckdb_destroy_prepare(&one);
    return rc;
}

void engine_interrupt(struct engine *g)
{
    (void)pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->running.len; i++) {
        duckdb_interrupt(g->running.ptr[i]);
    }
    (void)pthread_mutex_unlock(&g->lock);
}

static void enlist(struct engine *g, duckdb_connection c)
{
    (void)pthread_mutex_lock(&g->lock);
    vec_push(&g->running, c);
    (void)pthread_mutex_unlock(&g->lock);
}

static void delist(struct engine *g, duckdb_connection c)
{
    (void)pthread_mutex_lock(&g->lock);
    for (size_t i = 0; i < g->running.len; i++) {
        if (g->running.ptr[i] == c) {
            g->running.ptr[i] = g->running.ptr[--g->running.len];
            break;
        }
    }
    (void)pthread_mutex_unlock(&g->lock);
}

/* --- Queries ------------------------------------------------------------------------------ */

static enum rc bind_one(duckdb_prepared_statement s, const struct bind *b, const char *what,
                        struct err *e)
{
    idx_t at = 0;
    duckdb_state state = DuckDBError;
    if (duckdb_bind_parameter_index(s, &at, b->name) != DuckDBSuccess) {
        return rc_fail(e, RC_BUG, "statement %s has no $%s", what, b->name);
    }
    switch (b->kind) {
    case BIND_NULL: state = duckdb_bind_null(s, at); break;
    case BIND_I64: state = duckdb_bind_int64(s, at, b->i64); break;
    case BIND_F64: state = duckdb_bind_double(s, at, b->f64); break;
    case BIND_STR: state = duckdb_bind_varchar_length(s, at, b->str.ptr, b->str.len); break;
    case BIND_BLOB: state = duckdb_bind_blob(s, at, b->str.ptr, b->str.len); break;
    }
    return state == DuckDBSuccess ? RC_OK : engine_fail(what, duckdb_prepare_error(s), e);
}

static bool type_of(duckdb_logical_type type, enum lake_type *out)
{
    switch ((int)duckdb_get_type_id(type)) {
    case DUCKDB_TYPE_BOOLEAN:
    case DUCKDB_TYPE_TINYINT:
    case DUCKDB_TYPE_SMALLINT:
    case DUCKDB_TYPE_INTEGER:
    case DUCKDB_TYPE_UTINYINT:
    case DUCKDB_TYPE_BIGINT: *out = LAKE_I64; return true;
    case DUCKDB_TYPE_UINTEGER: *out = LAKE_U32; return true;
    case DUCKDB_TYPE_USMALLINT: *out = LAKE_CODE; return true;
    case DUCKDB_TYPE_DOUBLE: *out = LAKE_F64; return true;
    case DUCKDB_TYPE_VARCHAR: *out = LAKE_STR; return true;
    case DUCKDB_TYPE_LIST: {
        duckdb_logical_type child = duckdb_list_type_child_type(type);
        bool fine = duckdb_get_type_id(child) == DUCKDB_TYPE_UINTEGER;
        duckdb_destroy_logical_type(&child);
        *out = LAKE_U32_LIST;
        return fine;
    }
    default: return false;
    }
}

static enum rc take_columns(struct lake_result *r, const char *what, struct err *e)
{
    r->columns_len = (uint32_t)duckdb_column_count(&r->result);
    r->columns = mem_array(struct lake_vector, r->columns_len + 1);
    r->types = mem_array(enum lake_type, r->columns_len + 1);
    r->engine_types = mem_array(duckdb_type, r->columns_len + 1);
    r->widened = mem_array(int64_t *, r->columns_len + 1);
    for (uint32_t i = 0; i < r->columns_len; i++) {
        duckdb_logical_type type = duckdb_column_logical_type(&r->result, i);
        bool fine = type_of(type, &r->types[i]);
        r->engine_types[i] = duckdb_get_type_id(type);
        duckdb_destroy_logical_type(&type);
        if (!fine) {
            return rc_fail(e, RC_BUG, "statement %s: column %s has a type to be cast", what,
                           duckdb_column_name(&r->result, i));
        }
        if (r->types[i] == LAKE_I64 && r->engine_types[i] != DUCKDB_TYPE_BIGINT) {
            r->widened[i] = mem_array(int64_t, CHUNK);
        }
    }
    return RC_OK;
}

/* From here on the engine's threads work on it. */
static enum rc begin(struct lake_result *r, const char *text, struct binds binds, bool whole,
                     struct err *e)
{
    enum rc rc = RC_OK;
    if (duckdb_prepare(r->connection, text, &r->statement) != DuckDBSuccess) {
        return engine_fail(r->what, duckdb_prepare_error(r->statement), e);
    }
    for (size_t i = 0; !rc && i < binds.len; i++) {
        rc = bind_one(r->statement, &binds.list[i], r->what, e);
    }
    if (rc) {
        return rc;
    }
    duckdb_state state = whole ? duckdb_pending_prepared(r->statement, &r->pending)
                               : duckdb_pending_prepared_streaming(r->statement, &r->pending);
    return state == DuckDBSuccess ? RC_OK
                                  : engine_fail(r->what, duckdb_pending_error(r->pending), e);
}

/* Helps until rows can be fetched. */
static enum rc finish(struct lake_result *r, struct err *e)
{
    r->ran = true;
    enum rc rc = run_pending(r->pending, &r->result) == DuckDBSuccess
                     ? RC_OK
                     : engine_fail(r->what, duckdb_result_error(&r->result), e);
    duckdb_destroy_pending(&r->pending);
    return rc ? rc : take_columns(r, r->what, e);
}

enum rc engine_query(struct engine *g, const struct sql *sql, struct binds binds, bool whole,
                     struct lake_result **out, struct err *e)
{
    struct lake_result *r = mem_zalloc(sizeof *r);
    r->engine = g;
    r->fd = -1;
    r->what = sql->name;
    if (duckdb_connect(g->db, &r->connection) != DuckDBSuccess) {
        mem_free(r);
        return engine_fail("connecting to the engine", NULL, e);
    }
    enlist(g, r->connection);
    enum rc rc = begin(r, sql->text, binds, whole, e);
    rc = rc || whole ? rc : finish(r, e);
    if (rc) {
        lake_done(r);
        return rc;
    }
    *out = r;
    return RC_OK;
}

static void widen(int64_t *out, const void *data, duckdb_type type, uint32_t n)
{
    for (uint32_t i = 0; i < n; i++) {
        switch ((int)type) {
        case DUCKDB_TYPE_BOOLEAN: out[i] = ((const uint8_t *)data)[i] != 0; break;
        case DUCKDB_TYPE_TINYINT: out[i] = (int64_t)((const int8_t *)data)[i]; break;
        case DUCKDB_TYPE_UTINYINT: out[i] = ((const uint8_t *)data)[i]; break;
        case DUCKDB_TYPE_SMALLINT: out[i] = ((const int16_t *)data)[i]; break;
        default: out[i] = ((const int32_t *)data)[i]; break;
        }
    }
}

static void take_vectors(struct lake_result *r, uint32_t rows)
{
    for (uint32_t i = 0; i < r->columns_len; i++) {
        duckdb_vector v = duckdb_data_chunk_get_vector(r->chunk, i);
        struct lake_vector *c = &r->columns[i];
        *c = (struct lake_vector){
            .type = r->types[i],
            .data = duckdb_vector_get_data(v),
            .valid = duckdb_vector_get_validity(v),
        };
        if (r->widened[i]) {
            widen(r->widened[i], c->data, r->engine_types[i], rows);
            c->data = r->widened[i];
        }
        if (c->type == LAKE_U32_LIST) {
            c->list = duckdb_vector_get_data(duckdb_list_vector_get_child(v));
        }
    }
}

enum rc lake_next(struct lake_result *r, struct lake_chunk *chunk, struct err *e)
{
    enum rc rc = r->pending ? finish(r, e) : RC_OK;
    *chunk = (struct lake_chunk){.columns_len = r->columns_len, .columns = r->columns};
    if (rc) {
        return rc;
    }
    do {
        duckdb_destroy_data_chunk(&r->chunk);
        r->chunk = duckdb_fetch_chunk(r->result);
        chunk->rows = r->chunk ? (uint32_t)duckdb_data_chunk_get_size(r->chunk) : 0;
    } while (r->chunk && chunk->rows == 0);
    if (!r->chunk) {
        const char *why = duckdb_result_error(&r->result);
        return why && *why ? engine_fail("reading", why, e) : RC_OK;
    }
    take_vectors(r, chunk->rows);
    return RC_OK;
}

void engine_give(struct lake_result *r, int fd)
{
    r->own_engine = true;
    r->fd = fd;
}

void lake_done(struct lake_result *r)
{
    if (!r) {
        return;
    }
    duckdb_destroy_data_chunk(&r->chunk);
    if (r->pending) {
        duckdb_interrupt(r->connection);
        duckdb_destroy_pending(&r->pending);
    }
    if (r->ran) {
        duckdb_destroy_result(&r->result);
    }
    duckdb_destroy_prepare(&r->statement);
    delist(r->engine, r->connection);
    duckdb_disconnect(&r->connection);
    for (uint32_t i = 0; r->widened && i < r->columns_len; i++) {
        mem_free(r->widened[i]);
    }
    mem_free(r->widened);
    mem_free(r->engine_types);
    mem_free(r->types);
    mem_free(r->columns);
    if (r->own_engine) {
        engine_close(r->engine);
    }
    if (r->fd >= 0) {
        (void)close(r->fd);
    }
    mem_free(r);
}

uint32_t lake_result_columns(const struct lake_result *r) { return r->columns_len; }

const char *lake_result_name(const struct lake_result *r, uint32_t column)
{
    /* The engine's call only reads, but takes a plain pointer. */
    return duckdb_column_name((duckdb_result *)(uintptr_t)&r->result, column);
}

enum lake_type lake_result_type(const struct lake_result *r, uint32_t column)
{
    return r->types[column];
}

struct str lake_str(const struct lake_vector *v, uint32_t row)
{
    if (lake_is_null(v, row)) {
        return STR_NULL;
    }
    const duckdb_string_t *s = &((const duckdb_string_t *)v->data)[row];
    uint32_t len = s->value.inlined.length;
    return str_make(len <= 12 ? s->value.inlined.inlined : s->value.pointer.ptr, len);
}

const uint32_t *lake_list(const struct lake_vector *v, uint32_t row, uint32_t *len)
{
    if (lake_is_null(v, row)) {
        *len = 0;
        return NULL;
    }
    const duckdb_list_entry *entry = &((const duckdb_list_entry *)v->data)[row];
    *len = (uint32_t)entry->length;
    return v->list + entry->offset;
}
