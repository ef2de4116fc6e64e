/* Any bytes as text: detection ends, decoding does not depend on the pieces, widths agree. */
#include "wire/text.h"

#include <stdlib.h>

static void decode(enum text_kind k, struct str in, size_t step, struct buf *out)
{
    struct transcoder *t;
    if (transcoder_new(k, &t, NULL)) {
        abort();
    }
    for (size_t i = 0; i < in.len; i += step) {
        transcoder_add(t, str_slice(in, i, i + step), out);
    }
    transcoder_end(t, out);
    if (transcoder_bad_count(t) > in.len) {
        abort();
    }
    transcoder_free(t);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 2) {
        return 0;
    }
    struct str in = str_make((const char *)data + 2, size - 2);
    enum text_kind k = (enum text_kind)(data[0] % TEXT_BINARY);
    struct buf a = {0}, b = {0};
    (void)text_detect(in);
    decode(k, in, in.len + 1, &a);
    decode(k, in, 1 + data[1] % 7, &b);
    if (!str_eq(buf_str(&a), buf_str(&b))) {
        abort();
    }
    buf_clear(&b);
    uint32_t width = data[1], used = text_fit(&b, in, width);
    if (used > width || used != text_width(buf_str(&b)) || !str_is_utf8(buf_str(&b))) {
        abort();
    }
    buf_clear(&b);
    text_fold(&b, in);
    if (!str_is_utf8(buf_str(&b))) {
        abort();
    }
    buf_release(&a);
    buf_release(&b);
    return 0;
}
