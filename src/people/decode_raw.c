/* The text of rows that were set aside: whole enough to find and mend them, without telling whose
 * they are. */
#include <ctype.h>
#include "people/decode_internal.h"

#define RAW_MAX 2048

void decode_reject(struct decoder *d, uint64_t line, struct str raw)
{
    d->rejects++;
    d->in.reject(d->in.ctx, &(struct reject){.line = line,
                                             .column = d->bad_column,
                                             .field = d->bad_field,
                                             .reason = d->reason,
                                             .raw = raw});
}

static void add_masked(struct buf *out, struct str s)
{
    size_t chars = 0;
    for (size_t i = 0; i < s.len; i++) {
        chars += ((unsigned char)s.ptr[i] & 0xC0) != 0x80;
    }
    size_t at = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (((unsigned char)s.ptr[i] & 0xC0) == 0x80) {
            continue;
        }
        const bool shown = chars >= 7 ? at < 3 || at >= chars - 4 : at == 0;
        size_t end = i + 1;
        while (end < s.len && ((unsigned char)s.ptr[end] & 0xC0) == 0x80) {
            end++;
        }
        buf_add(out, shown ? str_slice(s, i, end) : STR("*"));
        at++;
    }
}

static bool column_is_personal(const struct decoder *d, uint32_t column)
{
    for (uint32_t i = 0; i < d->actions; i++) {
        const struct action *a = &d->action[i];
        if (a->column == column) {
            return a->personal ||
                   (a->field == MAP_IDENTITY && kind_rules(d->in.kinds)[a->kind].personal);
        }
    }
    return false;
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

void decode_mask_text(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len;) {
        size_t end = i;
        while (end < text.len && is_digit(text.ptr[end])) {
            end++;
        }
        if (end - i == 11 && text.ptr[i] == '1') {
            add_masked(out, str_slice(text, i, end));
            i = end;
        } else if (end > i) {
            buf_add(out, str_slice(text, i, end));
            i = end;
        } else {
            if (text.ptr[i] == '@') {
                while (out->len && (isalnum((unsigned char)out->ptr[out->len - 1]) ||
                                    memchr("._-+", out->ptr[out->len - 1], 4))) {
                    out->len--;
                }
                buf_add(out, STR("***"));
            }
            buf_add_byte(out, text.ptr[i++]);
        }
    }
}

void decode_mask(struct buf *out, struct str text, bool personal)
{
    (personal ? add_masked : decode_mask_text)(out, text);
}

struct str decode_raw_cells(struct decoder *d)
{
    struct buf plain = {0};
    buf_clear(&d->raw);
    for (uint32_t i = 0; i < d->draft.cells && d->raw.len < RAW_MAX; i++) {
        const struct str cell = str_slice(d->draft.cell[i], 0, RAW_MAX);
        if (i) {
            buf_add_byte(&d->raw, ',');
        }
        if (column_is_personal(d, i)) {
            add_masked(&d->raw, cell);
        } else {
            buf_clear(&plain);
            decode_mask_text(&plain, cell);
            csv_put_field(&d->raw, buf_str(&plain), ',');
        }
    }
    buf_release(&plain);
    return str_slice(buf_str(&d->raw), 0, RAW_MAX);
}

/* A line whose columns are unknown. */
struct str decode_raw_text(struct decoder *d, struct str text)
{
    buf_clear(&d->raw);
    decode_mask_text(&d->raw, str_slice(text, 0, RAW_MAX));
    return buf_str(&d->raw);
}
