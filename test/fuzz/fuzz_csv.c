/* Any bytes as CSV: the rows are the same however the source is cut into pieces, and every row's
 * fields lie where they may. */
#include <stdlib.h>

#include "base/buf.h"
#include "wire/csv.h"
#include "wire/window.h"

struct drip {
    struct str left;
    size_t step;
};

static enum rc drip_read(void *ctx, char *dst, size_t cap, size_t *got, struct err *e)
{
    struct drip *d = ctx;
    (void)e;
    size_t n = d->step < cap ? d->step : cap;
    n = n < d->left.len ? n : d->left.len;
    if (n > 0) {
        memcpy(dst, d->left.ptr, n);
        d->left = str_slice(d->left, n, d->left.len);
    }
    *got = n;
    return RC_OK;
}

static void digest(const struct csv_block *b, struct buf *out)
{
    for (uint32_t r = 0; r < b->rows; r++) {
        buf_put_u64(out, b->line[r]);
        buf_put_u8(out, b->status[r]);
        buf_put_u32(out, b->column[r]);
        buf_put_str(out, csv_raw(b, r));
        for (uint32_t i = 0; i < csv_fields(b, r); i++) {
            struct str f = csv_field(b, r, i);
            if (memchr(f.ptr ? f.ptr : "", 0, f.len) ||
                window_bad_utf8(f.ptr ? f.ptr : "", f.len) < f.len) {
                abort();
            }
            buf_put_str(out, f);
        }
        if (b->status[r] != CSV_OK && csv_fields(b, r) > 0) {
            abort();
        }
    }
}

static void read_all(struct str in, size_t step, const struct csv_options *o, struct buf *out)
{
    struct drip d = {in, step};
    struct csv_reader *r;
    struct csv_block b;
    if (csv_open((struct source){drip_read, &d}, o, &r, NULL)) {
        return;
    }
    do {
        if (csv_next(r, &b, NULL)) {
            abort();
        }
        digest(&b, out);
    } while (b.rows > 0);
    if (csv_offset(r) != in.len) {
        abort();
    }
    csv_close(r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    static const char delimiters[] = {0, ',', '\t', ';', '|', ' ', 'a', '\x01'};
    static const size_t caps[] = {5000, 1, 8, 100};
    struct csv_options o = {.delimiter = delimiters[data[0] & 7],
                            .quote = data[0] & 8 ? CSV_NO_QUOTE : 0,
                            .whitespace = (data[0] & 0xF0) == 0xF0,
                            .block = data[1] & 4 ? 100 : 4096,
                            .row_cap = caps[data[1] & 3]};
    struct str in = str_make((const char *)data + 2, size - 2);
    struct buf whole = {0}, pieces = {0};
    read_all(in, size, &o, &whole);
    read_all(in, 1 + (data[1] >> 2), &o, &pieces);
    if (!str_eq(buf_str(&whole), buf_str(&pieces))) {
        abort();
    }
    buf_release(&whole);
    buf_release(&pieces);
    return 0;
}
