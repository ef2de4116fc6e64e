#include "wire/window.h"

#include <string.h>
#include "base/mem.h"

void window_init(struct window *w, struct source from, size_t cap)
{
    *w = (struct window){.from = from, .cap = cap};
    w->ptr = mem_zalloc(cap + WINDOW_PAD);
}

void window_release(struct window *w)
{
    mem_free(w->ptr);
    *w = (struct window){0};
}

enum rc window_fill(struct window *w, struct err *e)
{
    size_t len = window_len(w);
    if (w->begin > 0) {
        memmove(w->ptr, w->ptr + w->begin, len);
        w->begin = 0;
        w->end = len;
    }
    while (!w->ended && w->end < w->cap) {
        size_t got = 0;
        enum rc rc = w->from.read(w->from.ctx, w->ptr + w->end, w->cap - w->end, &got, e);
        if (rc) {
            return rc;
        }
        w->ended = got == 0;
        w->end += got;
    }
    memset(w->ptr + w->end, 0, WINDOW_PAD);
    return RC_OK;
}

void window_drop_bom(struct window *w)
{
    if (window_len(w) >= 3 && memcmp(w->ptr + w->begin, "\xEF\xBB\xBF", 3) == 0) {
        window_pass(w, 3);
    }
}

/* Length of the well-formed sequence at p (n >= 1 bytes), 0 when there is none: Unicode 15,
 * table 3-7. */
static size_t sequence_len(const unsigned char *p, size_t n)
{
    unsigned char c = p[0];
    size_t len = c < 0x80 ? 1 : c < 0xC2 ? 0 : c < 0xE0 ? 2 : c < 0xF0 ? 3 : c < 0xF5 ? 4 : 0;
    if (len == 0 || len > n) {
        return 0;
    }
    for (size_t i = 1; i < len; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    bool wrong = (c == 0xE0 && p[1] < 0xA0) || (c == 0xED && p[1] > 0x9F) ||
                 (c == 0xF0 && p[1] < 0x90) || (c == 0xF4 && p[1] > 0x8F);
    return wrong ? 0 : len;
}

size_t window_bad_utf8(const char *p, size_t n)
{
    const unsigned char *u = (const unsigned char *)p;
    size_t i = 0;
    while (i < n) {
        uint64_t a, b;
        while (i + 16 <= n) {
            memcpy(&a, u + i, 8);
            memcpy(&b, u + i + 8, 8);
            if (((a | b) & 0x8080808080808080u) != 0) {
                break;
            }
            i += 16;
        }
        if (i == n) {
            break;
        }
        size_t len = sequence_len(u + i, n - i);
        if (len == 0) {
            return i;
        }
        i += len;
    }
    return n;
}
