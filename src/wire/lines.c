#include "wire/lines.h"

#include <string.h>
#include "base/mem.h"
#include "wire/window.h"

#define BLOCK_ROWS 8192u
#define BLOCK_BYTES ((size_t)256 << 10)
#define LINE_CAP ((size_t)1 << 20)

struct lines_reader {
    struct window window;
    size_t cap;
    uint64_t next_line;
    bool started;
    bool skipping; /* inside the rest of a line that was too long */
    uint32_t rows, bad;
    struct str *text;
    uint64_t *line;
    uint8_t *status;
    uint32_t *column;
};

const char *lines_status_text(enum lines_status s)
{
    switch (s) {
    case LINES_OK: return "good";
    case LINES_TOO_LONG: return "the line is longer than the limit";
    case LINES_NUL: return "the line holds a NUL byte";
    case LINES_NOT_UTF8: return "the line holds bytes that are no text in the file's encoding";
    }
    return "unknown";
}

struct lines_reader *lines_open(struct source from, size_t cap)
{
    struct lines_reader *r = mem_zalloc(sizeof(*r));
    r->cap = cap ? cap : LINE_CAP;
    r->next_line = 1;
    window_init(&r->window, from, BLOCK_BYTES + r->cap);
    r->text = mem_array(struct str, BLOCK_ROWS);
    r->line = mem_array(uint64_t, BLOCK_ROWS);
    r->status = mem_array(uint8_t, BLOCK_ROWS);
    r->column = mem_array(uint32_t, BLOCK_ROWS);
    return r;
}

void lines_close(struct lines_reader *r)
{
    if (!r) {
        return;
    }
    window_release(&r->window);
    mem_free(r->text);
    mem_free(r->line);
    mem_free(r->status);
    mem_free(r->column);
    mem_free(r);
}

static void put_line(struct lines_reader *r, struct str text)
{
    if (text.len > 0 && text.ptr[text.len - 1] == '\r') {
        text.len--;
    }
    if (text.len == 0) {
        return;
    }
    uint32_t i = r->rows++;
    enum lines_status status = LINES_OK;
    size_t column = 0;
    if (text.len > r->cap) {
        status = LINES_TOO_LONG;
        column = r->cap + 1;
        text.len = 256 < r->cap ? 256 : r->cap;
    } else {
        const char *nul = memchr(text.ptr, 0, text.len);
        size_t bad = window_bad_utf8(text.ptr, text.len);
        if (nul) {
            status = LINES_NUL;
            column = (size_t)(nul - text.ptr) + 1;
        } else if (bad < text.len) {
            status = LINES_NOT_UTF8;
            column = bad + 1;
        }
    }
    r->text[i] = text;
    r->line[i] = r->next_line;
    r->status[i] = (uint8_t)status;
    r->column[i] = (uint32_t)column;
    r->bad += status != LINES_OK;
}

/* Takes the lines of the window; returns the bytes used up. */
static size_t take_lines(struct lines_reader *r, const char *p, size_t n, bool ended)
{
    size_t at = 0;
    while (at < n && r->rows < BLOCK_ROWS) {
        const char *lf = memchr(p + at, '\n', n - at);
        size_t end = lf ? (size_t)(lf - p) : n;
        bool whole = lf || ended, hopeless = end - at > r->cap + 1;
        if (!whole && !hopeless && !r->skipping) {
            break;
        }
        if (!r->skipping) {
            put_line(r, str_make(p + at, end - at));
        }
        r->skipping = !whole;
        r->next_line += lf != NULL;
        at = lf ? end + 1 : end;
    }
    return at;
}

enum rc lines_next(struct lines_reader *r, struct lines_block *out, struct err *e)
{
    struct window *w = &r->window;
    r->rows = r->bad = 0;
    do {
        enum rc rc = window_fill(w, e);
        if (rc) {
            return rc;
        }
        if (!r->started) {
            window_drop_bom(w);
            r->started = true;
        }
        window_pass(w, take_lines(r, w->ptr + w->begin, window_len(w), w->ended));
    } while (r->rows == 0 && !(w->ended && window_len(w) == 0));
    *out = (struct lines_block){.rows = r->rows,
                                .bad = r->bad,
                                .text = r->text,
                                .line = r->line,
                                .status = r->status,
                                .column = r->column};
    return RC_OK;
}

uint64_t lines_offset(const struct lines_reader *r) { return r->window.passed; }
