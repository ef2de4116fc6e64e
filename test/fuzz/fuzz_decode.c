/* Any bytes as a file: detection, mapping, rows or lines, decoding. The batch must stay consistent. */
#include "people/decode.h"
#include "wire/text.h"
#include <stdlib.h>

enum { BATCH_LINES = 64, BATCH_CELLS = 2048 };

static void on_reject(void *ctx, const struct reject *r)
{
    size_t *bytes = ctx;
    *bytes += r->raw.len + r->field.len + strlen(r->reason);
}

static void check_batch(const struct event_batch *b)
{
    for (uint32_t r = 0; r < b->rows; r++) {
        const uint32_t n = b->ident_at[r + 1] - b->ident_at[r];
        if (b->ident_at[r + 1] < b->ident_at[r] || n > BATCH_IDENT_MAX || !b->name[r] ||
            (b->props[r].len && b->props[r].ptr[0] != '{')) {
            abort();
        }
    }
    if (b->ident_at[b->rows] != b->idents) {
        abort();
    }
}

struct bench {
    struct kind_table *kinds;
    struct catalogue *catalogue;
    struct secret secret;
    struct zone *zone;
    struct arena *arena;
    struct event_batch *batch;
    size_t told;
};

static void decode(struct bench *t, const struct mapping *m, const struct csv_block *rows,
                   const struct lines_block *lines)
{
    const struct decoder_setup s = {.mapping = m,
                                    .kinds = t->kinds,
                                    .catalogue = t->catalogue,
                                    .secret = &t->secret,
                                    .zone = t->zone,
                                    .now_ms = 1767225600000LL,
                                    .reject = on_reject,
                                    .ctx = &t->told};
    struct decoder *d = NULL;
    if (decoder_new(&s, &d, NULL)) {
        return;
    }
    const uint32_t all = rows ? rows->rows : lines->rows;
    for (uint32_t at = 0; at < all;) {
        batch_clear(t->batch);
        decoder_begin(d, t->batch);
        at = rows ? decoder_rows(d, rows, at) : decoder_lines(d, lines, at);
        check_batch(t->batch);
    }
    decoder_free(d);
}

/* Rows by newline, cells by comma: a CSV reader made for files takes longer to open than everything else
 * here, and wire/csv.h has a target of its own. */
struct table {
    struct str field[BATCH_CELLS];
    uint32_t row_field[BATCH_LINES + 1], column[BATCH_LINES], row_at[BATCH_LINES],
        row_len[BATCH_LINES];
    uint64_t line[BATCH_LINES];
    uint8_t status[BATCH_LINES];
};

static struct csv_block split(struct str text, struct table *t)
{
    struct csv_block b = {.field = t->field,
                          .row_field = t->row_field,
                          .line = t->line,
                          .status = t->status,
                          .column = t->column,
                          .text = text.ptr,
                          .row_at = t->row_at,
                          .row_len = t->row_len};
    struct str rest = text;
    uint32_t cells = 0;

    while (rest.len && b.rows < BATCH_LINES && cells + 64 < BATCH_CELLS) {
        struct str row = str_cut(&rest, '\n');
        const uint32_t r = b.rows++;
        t->row_field[r] = cells;
        t->row_at[r] = (uint32_t)(row.ptr - text.ptr);
        t->row_len[r] = (uint32_t)row.len;
        t->line[r] = r + 1;
        t->status[r] = memchr(row.ptr, 0, row.len) ? CSV_NUL
                       : str_is_utf8(row)          ? CSV_OK
                                                   : CSV_NOT_UTF8;
        t->column[r] = t->status[r] != CSV_OK;
        for (uint32_t i = 0; t->status[r] == CSV_OK && row.ptr && i < 64; i++) {
            t->field[cells++] = str_cut(&row, ',');
        }
    }
    t->row_field[b.rows] = cells;
    return b;
}

static void decode_table(struct bench *t, struct str text, const struct mapping_request *q)
{
    struct table table;
    const struct csv_block block = split(text, &table);
    struct mapping *m = NULL;
    if (block.rows && !mapping_detect(t->arena, q, &block, 0, &m, NULL)) {
        struct buf saved = {0};
        mapping_save(m, &saved);
        decode(t, m, &block, NULL);
        buf_release(&saved);
    }
}

static void decode_lines(struct bench *t, struct str text)
{
    struct table table;
    const struct csv_block block = split(text, &table);
    struct str line[BATCH_LINES];
    for (uint32_t r = 0; r < block.rows; r++) {
        line[r] = csv_raw(&block, r);
        table.status[r] = table.status[r] == CSV_NUL  ? LINES_NUL
                          : table.status[r] == CSV_OK ? LINES_OK
                                                      : LINES_NOT_UTF8;
    }
    const struct lines_block lines = {.rows = block.rows,
                                      .text = line,
                                      .line = table.line,
                                      .status = table.status,
                                      .column = table.column};
    if (lines.rows) {
        decode(t, mapping_json_lines(t->arena), NULL, &lines);
    }
}

static void renew(struct bench *t)
{
    if (t->batch) {
        batch_free(t->batch);
        arena_free(t->arena);
        zone_free(t->zone);
        catalogue_free(t->catalogue);
        kind_table_free(t->kinds);
    }
    *t = (struct bench){.kinds = kind_table_new(),
                        .catalogue = catalogue_new(),
                        .arena = arena_new(),
                        .batch = batch_new(64)};
    if (zone_open(STR("+08:00"), &t->zone, NULL)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str text = {(const char *)data, size};
    const struct str spec[] = {STR("time=#1"), STR("event=#2"), STR("identity.phone=#3"),
                               STR("amount=#4")};
    const struct mapping_request by_hand = {.spec = spec, .specs = 4};
    static struct bench
        t; /* one process is one run: making it anew for each input takes all the time */
    if (!t.batch || catalogue_len(t.catalogue) > 2000 || kind_len(t.kinds) > 200) {
        renew(&t);
    }
    if (mapping_is_json(text)) {
        decode_lines(&t, text);
    } else {
        decode_table(&t, text, &(struct mapping_request){0});
        if (size && data[0] & 1) {
            decode_table(&t, text, &by_hand);
        }
    }
    arena_reset(t.arena);
    return 0;
}
