#include "wire/csv.h"

#include <string.h>
#include "base/buf.h"
#include "base/mem.h"
#include "wire/csv_split.h"

#define BLOCK_BYTES ((size_t)1 << 20)
#define DETECT_BYTES ((size_t)64 << 10)
#define LARGEST ((size_t)1 << 30)
#define DETECT_LINES 64

const char *csv_status_text(enum csv_status s)
{
    switch (s) {
    case CSV_OK: return "good";
    case CSV_OPEN_QUOTE: return "a quote opens a field and never closes";
    case CSV_TOO_LONG: return "the row is longer than the limit";
    case CSV_NUL: return "the row holds a NUL byte";
    case CSV_NOT_UTF8: return "the row holds bytes that are no text in the file's encoding";
    }
    return "unknown";
}

/* ---- Which delimiter ------------------------------------------------------------------------ */

/* Delimiters of a line, those inside quotes left out. */
static uint32_t count_delimiter(struct str line, char delimiter, char quote)
{
    uint32_t count = 0;
    bool inside = false;
    for (size_t i = 0; i < line.len; i++) {
        inside ^= line.ptr[i] == quote;
        count += !inside && line.ptr[i] == delimiter;
    }
    return count;
}

static uint32_t count_words(struct str line)
{
    uint32_t count = 0;
    bool gap = true;
    for (size_t i = 0; i < line.len; i++) {
        bool space = line.ptr[i] == ' ' || line.ptr[i] == '\t';
        count += gap && !space;
        gap = space;
    }
    return count;
}

/* How often the commonest non-zero number of `counts` occurs, times 1000, plus that number. */
static uint32_t evenness(const uint32_t *counts, size_t n)
{
    uint32_t best = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t same = 0;
        for (size_t k = 0; k < n; k++) {
            same += counts[k] == counts[i];
        }
        uint32_t score = same * 1000 + (counts[i] > 999 ? 999 : counts[i]);
        if (counts[i] > 0 && score > best) {
            best = score;
        }
    }
    return best;
}

char csv_detect_delimiter(struct str head, char quote)
{
    static const char candidates[] = {',', '\t', ';', '|'};
    struct str line[DETECT_LINES];
    uint32_t counts[DETECT_LINES];
    size_t lines = 0;
    for (size_t at = 0; at < head.len && lines < DETECT_LINES;) {
        size_t eol = csv_eol(head.ptr, at, head.len);
        if (eol > at) {
            line[lines++] = str_slice(head, at, eol);
        }
        at = eol + 1;
    }
    char best = 0;
    uint32_t best_score = 0;
    for (size_t c = 0; c < sizeof(candidates); c++) {
        for (size_t i = 0; i < lines; i++) {
            counts[i] = count_delimiter(line[i], candidates[c], quote);
        }
        uint32_t score = evenness(counts, lines);
        if (score > best_score) {
            best_score = score;
            best = candidates[c];
        }
    }
    bool often = best_score / 1000 * 2 >= lines;
    if (best && often) {
        return best;
    }
    for (size_t i = 0; i < lines; i++) {
        counts[i] = count_words(line[i]);
    }
    bool even = lines > 0 && counts[0] >= 2 && evenness(counts, lines) / 1000 == lines;
    return even ? ' ' : best ? best : ',';
}

/* ---- The reader ------------------------------------------------------------------------------ */

static void allocate(struct csv_reader *r)
{
    size_t n = r->window.cap / 2 + 1; /* a row has a byte and a line end at least */
    n = n < CSV_BLOCK_ROWS ? n : CSV_BLOCK_ROWS;
    r->rows_most = (uint32_t)n;
    r->field_cap = n * 4;
    r->field = mem_alloc(r->field_cap * sizeof(struct str));
    r->row_field = mem_array(uint32_t, n + 1);
    r->row_at = mem_array(uint32_t, n);
    r->row_len = mem_array(uint32_t, n);
    r->column = mem_array(uint32_t, n);
    r->line = mem_array(uint64_t, n);
    r->status = mem_array(uint8_t, n);
    r->unescaped = mem_alloc(r->window.cap);
}

enum rc csv_open(struct source from, const struct csv_options *options, struct csv_reader **out,
                 struct err *e)
{
    static const struct csv_options usual = {0};
    const struct csv_options *o = options ? options : &usual;
    char quote = o->quote ? o->quote : '"';
    if (o->delimiter == '\n' || o->delimiter == '\r' ||
        (o->delimiter && o->delimiter == quote)) {
        return rc_fail(e, RC_INVALID, "a quote or a line end cannot separate fields");
    }
    size_t row_cap = o->row_cap ? o->row_cap : CSV_ROW_CAP;
    if (row_cap > LARGEST || o->block > LARGEST) {
        return rc_fail(e, RC_INVALID, "rows and blocks are up to 1 GiB");
    }
    struct csv_reader *r = mem_zalloc(sizeof(*r));
    window_init(&r->window, from, (o->block ? o->block : BLOCK_BYTES) + row_cap);
    r->row_cap = row_cap;
    r->quote = quote;
    r->delimiter = o->delimiter;
    r->whitespace = o->whitespace;
    r->next_line = 1;
    enum rc rc = window_fill(&r->window, e);
    if (rc) {
        window_release(&r->window);
        mem_free(r);
        return rc;
    }
    window_drop_bom(&r->window);
    if (!r->whitespace && !r->delimiter) {
        struct str head = str_make(r->window.ptr + r->window.begin, window_len(&r->window));
        r->delimiter = csv_detect_delimiter(str_slice(head, 0, DETECT_BYTES), quote);
        r->whitespace = r->delimiter == ' ';
    }
    allocate(r);
    *out = r;
    return RC_OK;
}

void csv_close(struct csv_reader *r)
{
    if (!r) {
        return;
    }
    window_release(&r->window);
    mem_free(r->field);
    mem_free(r->row_field);
    mem_free(r->row_at);
    mem_free(r->row_len);
    mem_free(r->column);
    mem_free(r->line);
    mem_free(r->status);
    mem_free(r->unescaped);
    mem_free(r);
}

/* Marks the rows that hold NUL bytes or are not UTF-8, and takes their fields away. */
static void condemn(struct csv_reader *r, const char *p)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->rows; i++) {
        uint32_t from = r->row_field[i], to = r->row_field[i + 1];
        const char *raw = p + r->row_at[i];
        size_t len = r->row_len[i], bad = window_bad_utf8(raw, len);
        const char *nul = r->status[i] == CSV_OK ? memchr(raw, 0, len) : NULL;
        r->row_field[i] = kept;
        if (r->status[i] == CSV_OK && (nul || bad < len)) {
            r->status[i] = nul ? CSV_NUL : CSV_NOT_UTF8;
            r->column[i] = (uint32_t)(nul ? (size_t)(nul - raw) : bad) + 1;
            r->bad++;
            continue;
        }
        memmove(r->field + kept, r->field + from, (to - from) * sizeof(struct str));
        kept += to - from;
    }
    r->row_field[r->rows] = kept;
}

enum rc csv_next(struct csv_reader *r, struct csv_block *out, struct err *e)
{
    struct window *w = &r->window;
    const char *p;
    do {
        enum rc rc = window_fill(w, e);
        if (rc) {
            return rc;
        }
        p = w->ptr;
        size_t used = csv_split(r, p, w->end, w->ended);
        if (r->rows > 0 && (memchr(p, 0, used) || window_bad_utf8(p, used) < used)) {
            condemn(r, p);
        }
        window_pass(w, used);
    } while (r->rows == 0 && !(w->ended && window_len(w) == 0));
    *out = (struct csv_block){.rows = r->rows,
                              .bad = r->bad,
                              .field = r->field,
                              .row_field = r->row_field,
                              .line = r->line,
                              .status = r->status,
                              .column = r->column,
                              .text = p,
                              .row_at = r->row_at,
                              .row_len = r->row_len};
    return RC_OK;
}

char csv_delimiter(const struct csv_reader *r) { return r->whitespace ? ' ' : r->delimiter; }

uint64_t csv_offset(const struct csv_reader *r) { return r->window.passed; }

/* -12.5, +8613800138000: a spreadsheet makes a number of it, whatever stands in front. */
static bool is_plain_number(struct str s)
{
    bool digits = false, point = false;
    for (size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+'); i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '.' && !point && digits) {
            point = true;
        } else if (c < '0' || c > '9') {
            return false;
        }
        digits = digits || c != '.';
    }
    return digits && s.ptr[s.len - 1] != '.';
}

static bool would_run(struct str s)
{
    return s.len && s.ptr[0] && strchr("=+-@\t\r", s.ptr[0]) && !is_plain_number(s);
}

void csv_put_text(struct buf *out, struct str text, char delimiter)
{
    if (!would_run(text)) {
        csv_put_field(out, text, delimiter);
        return;
    }
    struct buf safe = {0};
    buf_add_byte(&safe, '\'');
    buf_add(&safe, text);
    csv_put_field(out, buf_str(&safe), delimiter);
    buf_release(&safe);
}

struct str csv_text_plain(struct str text)
{
    struct str rest = str_slice(text, 1, text.len);
    return text.len && text.ptr[0] == '\'' && would_run(rest) ? rest : text;
}

void csv_put_field(struct buf *out, struct str field, char delimiter)
{
    if (field.len == 0) {
        return;
    }
    bool plain = memchr(field.ptr, delimiter, field.len) == NULL &&
                 str_find_byte(field, '"', 0) == SIZE_MAX &&
                 csv_eol(field.ptr, 0, field.len) == field.len;
    if (plain) {
        buf_add(out, field);
        return;
    }
    buf_add_byte(out, '"');
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"') {
            buf_add_byte(out, '"');
        }
        buf_add_byte(out, field.ptr[i]);
    }
    buf_add_byte(out, '"');
}
