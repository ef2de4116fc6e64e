#include "app/import_look.h"

#include "people/decode.h"
#include "people/kind.h"

#define SAMPLE_ROWS 1000u
#define SAMPLE_BYTES 60u

static bool is_personal(const struct map_column *c, const struct kind_table *kinds)
{
    uint8_t kind = c->field == MAP_IDENTITY ? kind_find(kinds, c->name) : 0;
    return c->personal || (kind && kind_rules(kinds)[kind].personal);
}

static void add_sample(struct import_column *to, struct arena *a, struct str value,
                       bool personal)
{
    struct buf b = {0};
    bool again = false;
    struct str cut = str_slice(value, 0, SAMPLE_BYTES);
    while (cut.len && !str_is_utf8(cut)) {
        cut.len--;
    }
    decode_mask(&b, cut, personal);
    for (uint32_t i = 0; i < to->samples; i++) {
        again = again || str_eq(to->sample[i], buf_str(&b));
    }
    if (!again && to->samples < IMPORT_SAMPLES) {
        to->sample[to->samples++] = arena_str(a, buf_str(&b));
    }
    buf_release(&b);
}

struct import_look *import_look_new(struct arena *a, const struct import_source *s,
                                    const struct kind_table *kinds)
{
    struct import_look *l = arena_new_of(a, struct import_look);
    const struct mapping *m = s->mapping;
    const struct csv_block *b = &s->block;
    l->column = arena_array(a, struct import_column, m->columns + 1);
    l->reject = arena_array(a, struct import_reject, IMPORT_REJECTS);
    for (uint32_t r = m->first; r < b->rows && r < m->first + SAMPLE_ROWS; r++) {
        for (uint32_t i = 0; b->status[r] == CSV_OK && i < m->columns; i++) {
            const struct str value = str_trim(csv_field(b, r, s->skip + i));
            l->column[i].of++;
            if (value.len) {
                l->column[i].filled++;
                add_sample(&l->column[i], a, value, is_personal(&m->column[i], kinds));
            }
        }
    }
    return l;
}

static void count_reason(struct import_look *l, struct arena *a, struct str field,
                         struct str reason)
{
    for (uint32_t i = 0; i < l->reasons; i++) {
        struct import_reason *k = &l->reason[i];
        if (str_eq(k->reason, reason) && str_eq(k->field, field)) {
            k->rows++;
            return;
        }
    }
    if (l->reasons < IMPORT_REASONS) {
        l->reason[l->reasons++] =
            (struct import_reason){arena_str(a, field), arena_str(a, reason), 1};
    }
}

static void add_reject(struct import_look *l, struct arena *a, const struct mapping *m,
                       const struct csv_block *k, uint32_t r)
{
    struct import_reject x = {.field = csv_text_plain(csv_field(k, r, 2)),
                              .reason = csv_field(k, r, 3)};
    (void)str_u64(csv_field(k, r, 0), &x.line);
    (void)str_u64(csv_field(k, r, 1), &x.column);
    count_reason(l, a, x.field, x.reason);
    if (x.column && x.column <= m->columns) {
        l->column[x.column - 1].refused++;
    }
    if (l->rejects < IMPORT_REJECTS) {
        x.field = arena_str(a, x.field);
        x.reason = arena_str(a, x.reason);
        x.raw = arena_str(a, csv_text_plain(csv_field(k, r, 4)));
        l->reject[l->rejects++] = x;
    }
}

void import_look_rejects(struct import_look *l, struct arena *a, const struct mapping *m,
                         struct str lines)
{
    struct csv_reader *reader = NULL;
    struct csv_block k = {0};
    enum rc rc = lines.len ? csv_open(source_of_str(&lines),
                                      &(struct csv_options){.delimiter = ','}, &reader, NULL)
                           : RC_MISSING;
    while (!rc && !(rc = csv_next(reader, &k, NULL)) && k.rows) {
        for (uint32_t r = 0; r < k.rows; r++) {
            if (csv_fields(&k, r) >= 5) {
                add_reject(l, a, m, &k, r);
            }
        }
    }
    csv_close(reader);
}
