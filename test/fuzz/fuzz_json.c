/* Any bytes as JSON, and as NDJSON lines: views lie within bounds, and what was accepted is accepted
 * again when written anew. */
#include "wire/json.h"

#include <stdlib.h>
#include "wire/lines.h"

static void rewrite(const struct json_flat *f, uint32_t *i, struct json *j)
{
    const struct json_value *v = &f->item[(*i)++];
    uint32_t end = *i + v->span;
    switch (v->type) {
    case JSON_OBJECT:
        json_begin_object(j);
        while (*i < end) {
            json_key_str(j, f->item[*i].key);
            rewrite(f, i, j);
        }
        json_end_object(j);
        return;
    case JSON_ARRAY:
        json_begin_array(j);
        while (*i < end) {
            rewrite(f, i, j);
        }
        json_end_array(j);
        return;
    case JSON_STRING: json_str(j, v->value); return;
    case JSON_NUMBER:
    case JSON_TRUE:
    case JSON_FALSE:
    case JSON_NULL: json_raw(j, v->value); return;
    }
}

static bool same(const struct json_value *a, const struct json_value *b)
{
    bool nested = a->type == JSON_OBJECT || a->type == JSON_ARRAY;
    return a->type == b->type && a->span == b->span && a->index == b->index &&
           str_eq(a->path, b->path) && str_eq(a->key, b->key) &&
           (nested || str_eq(a->value, b->value));
}

static void check(struct str in, struct json_reader *r, struct json_reader *again)
{
    struct json_flat f, g;
    if (json_flat(r, in, &f, NULL)) {
        if (json_error_column(r) < 1 || json_error_column(r) > in.len + 1) {
            abort();
        }
        return;
    }
    struct buf b = {0};
    struct json j;
    uint32_t i = 0;
    json_init(&j, &b);
    rewrite(&f, &i, &j);
    if (i != f.count || json_flat(again, buf_str(&b), &g, NULL) || g.count != f.count) {
        abort();
    }
    for (i = 0; i < f.count; i++) {
        if (!same(&f.item[i], &g.item[i])) {
            abort();
        }
    }
    for (i = 0; i < f.count && i < 20; i++) {
        if (f.item[i].type <= JSON_ARRAY &&
            (json_flat(again, f.item[i].value, &g, NULL) || g.count != f.item[i].span + 1)) {
            abort(); /* raw text is the whole of the container and nothing else */
        }
    }
    buf_release(&b);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = str_make((const char *)data, size);
    static const struct json_limits wide = {.bytes = 8u << 20, .depth = 9};
    struct json_reader *r = json_reader_new(NULL), *again = json_reader_new(&wide);
    check(in, r, again);
    struct lines_reader *l = lines_open(source_of_str(&in), 64);
    struct lines_block b;
    do {
        if (lines_next(l, &b, NULL)) {
            abort();
        }
        for (uint32_t i = 0; i < b.rows; i++) {
            if (b.status[i] == LINES_OK) {
                check(b.text[i], r, again);
            }
        }
    } while (b.rows > 0);
    if (lines_offset(l) != size) {
        abort();
    }
    lines_close(l);
    json_reader_free(r);
    json_reader_free(again);
    return 0;
}
