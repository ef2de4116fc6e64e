/* The input window of block readers: unread bytes of a source, in one piece. Private to wire/. */
#ifndef POND_WIRE_WINDOW_H
#define POND_WIRE_WINDOW_H

#include <stdbool.h>
#include <stdint.h>
#include "wire/source.h"

#define WINDOW_PAD 64 /* zero bytes behind the data, so that scanners may read past the end */

struct window {
    struct source from;
    char *ptr;
    size_t cap;        /* without the pad                          */
    size_t begin, end; /* the unread bytes are ptr[begin .. end-1] */
    uint64_t passed;   /* bytes of the source before begin         */
    bool ended;        /* the source has no more                   */
};

void window_init(struct window *w, struct source from, size_t cap);
void window_release(struct window *w);
/* Moves the unread bytes to the front and reads until the window is full or the source ends. */
enum rc window_fill(struct window *w, struct err *e);
/* Drops a UTF-8 byte order mark; call once, after the first fill. */
void window_drop_bom(struct window *w);
static inline size_t window_len(const struct window *w) { return w->end - w->begin; }
static inline void window_pass(struct window *w, size_t n)
{
    w->begin += n;
    w->passed += n;
}

/* First byte of `p[0..n)` that is not part of well-formed UTF-8, n when all is well. */
size_t window_bad_utf8(const char *p, size_t n);

#endif
