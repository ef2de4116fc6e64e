/* Objects     struct split: where the reading stands in one window.
 * Invariants  row <= field <= n; the fields of the unfinished row lie behind row_field[rows]
 *             and are dropped when the window ends before the row does.
 * Outcome     never depends on where a window happens to end: what decides (a closing quote, a
 *             line end) is looked for within row_cap bytes of the row's start only.
 * Cost        the plain loop compares 64 bytes at a time against the delimiter, LF and CR, and then
 *             walks the set bits; a field in quotes costs a memchr and a new start of the loop. */
#include "wire/csv_split.h"

#include <string.h>
#include "base/mem.h"
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#define RAW_SHOWN 256

struct split {
    struct csv_reader *r;
    const char *p;
    size_t n;
    bool ended;
    size_t row;           /* where the unfinished row starts                */
    size_t field;         /* where its unfinished field starts              */
    uint64_t line;        /* physical line of `row`                         */
    uint32_t inner_lines; /* line ends inside quotes since `row`            */
};

#if defined(__SSE2__)
static inline uint64_t scan16(const char *p, __m128i d, __m128i lf, __m128i cr)
{
    __m128i x = _mm_loadu_si128((const __m128i *)(const void *)p);
    __m128i m = _mm_or_si128(_mm_cmpeq_epi8(x, d),
                             _mm_or_si128(_mm_cmpeq_epi8(x, lf), _mm_cmpeq_epi8(x, cr)));
    return (uint64_t)(uint32_t)_mm_movemask_epi8(m);
}

/* Bit i: p[i] is the delimiter, LF or CR. Reads 64 bytes. */
static inline uint64_t scan64(const char *p, char delimiter)
{
    __m128i d = _mm_set1_epi8(delimiter), lf = _mm_set1_epi8('\n'), cr = _mm_set1_epi8('\r');
    return scan16(p, d, lf, cr) | scan16(p + 16, d, lf, cr) << 16 |
           scan16(p + 32, d, lf, cr) << 32 | scan16(p + 48, d, lf, cr) << 48;
}
#else
static inline uint64_t equal8(uint64_t x, char c)
{
    const uint64_t low = 0x7f7f7f7f7f7f7f7fu;
    x ^= 0x0101010101010101u * (uint8_t)c;
    return ~(((x & low) + low) | x | low); /* 0x80 in every byte that was equal */
}

static inline uint64_t scan64(const char *p, char delimiter)
{
    uint64_t mask = 0;
    for (unsigned i = 0; i < 64; i += 8) {
        uint64_t x;
        memcpy(&x, p + i, 8);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        x = __builtin_bswap64(x);
#endif
        uint64_t m = equal8(x, delimiter) | equal8(x, '\n') | equal8(x, '\r');
        mask |= ((m >> 7) * 0x0102040810204080u >> 56) << i;
    }
    return mask;
}
#endif

size_t csv_eol(const char *p, size_t from, size_t n)
{
    if (from >= n) {
        return n;
    }
    const char *lf = memchr(p + from, '\n', n - from);
    size_t end = lf ? (size_t)(lf - p) : n;
    const char *cr = memchr(p + from, '\r', end - from);
    return cr ? (size_t)(cr - p) : end;
}

static void reserve_fields(struct csv_reader *r, size_t more)
{
    if (r->field_len + more > r->field_cap) {
        r->field_cap = r->field_cap * 2 + more;
        r->field = mem_resize(r->field, r->field_cap * sizeof(struct str));
    }
}

static inline void put_row(struct split *s, size_t end, enum csv_status status, size_t column)
{
    struct csv_reader *r = s->r;
    uint32_t i = r->rows++;
    r->row_at[i] = (uint32_t)s->row;
    r->row_len[i] = (uint32_t)(end - s->row);
    r->line[i] = s->line;
    r->status[i] = (uint8_t)status;
    r->column[i] = (uint32_t)column;
    if (status != CSV_OK) {
        r->field_len = r->row_field[i];
        r->bad++;
    }
    r->row_field[i + 1] = (uint32_t)r->field_len;
}

static inline void start_row(struct split *s, size_t at)
{
    s->row = s->field = at;
    s->line += 1 + s->inner_lines;
    s->inner_lines = 0;
}

/* How many bytes the line end at `eol` has; 0: a CR with nothing known behind it. */
static inline size_t eol_len(const struct split *s, size_t eol)
{
    if (eol == s->n) {
        return s->ended ? SIZE_MAX : 0; /* the end of the file ends the row, with no byte */
    }
    if (s->p[eol] == '\r') {
        if (eol + 1 == s->n && !s->ended) {
            return 0;
        }
        return eol + 1 < s->n && s->p[eol + 1] == '\n' ? 2 : 1;
    }
    return 1;
}

/* A row that is too long is shown by its first bytes. */
static size_t raw_end(const struct split *s, size_t eol)
{
    return eol - s->row > RAW_SHOWN ? s->row + RAW_SHOWN : eol;
}

/* Ends the row, whose last field is complete, at the line end `eol`. False: that is undecided. */
static inline bool end_row(struct split *s, size_t eol)
{
    size_t len = eol_len(s, eol);
    if (len == 0) {
        return false;
    }
    struct csv_reader *r = s->r;
    size_t fields = r->field_len - r->row_field[r->rows];
    bool bad = eol - s->row > r->row_cap || fields > CSV_FIELD_CAP;
    put_row(s, bad ? raw_end(s, eol) : eol, bad ? CSV_TOO_LONG : CSV_OK, bad ? 1 : 0);
    start_row(s, len == SIZE_MAX ? s->n : eol + len);
    return true;
}

/* The row is longer than its cap: report it and skip to the first line end behind the cap. */
static bool give_up_long(struct split *s)
{
    size_t cap = s->row + s->r->row_cap;
    size_t eol = csv_eol(s->p, cap < s->n ? cap : s->n, s->n);
    size_t len = eol_len(s, eol);
    put_row(s, raw_end(s, eol), CSV_TOO_LONG, 1);
    if (len == 0) {
        s->r->skipping = true; /* csv_split sees to the rest in the next window */
        s->line += s->inner_lines;
        s->inner_lines = 0;
        s->row = s->field = eol;
        return false;
    }
    start_row(s, len == SIZE_MAX ? s->n : eol + len);
    return true;
}

/* The quote at s->field never closes: its line is malformed, the next one is read afresh. */
static bool give_up_quote(struct split *s)
{
    size_t eol = csv_eol(s->p, s->field, s->n);
    if (eol - s->row > s->r->row_cap) {
        return give_up_long(s);
    }
    size_t len = eol_len(s, eol);
    if (len == 0) {
        return false;
    }
    put_row(s, eol, CSV_OPEN_QUOTE, s->field - s->row + 1);
    start_row(s, len == SIZE_MAX ? s->n : eol + len);
    return true;
}

static uint32_t count_line_ends(const char *p, size_t n)
{
    uint32_t count = 0;
    for (size_t i = csv_eol(p, 0, n); i < n; i = csv_eol(p, i + 1, n)) {
        count += p[i] == '\n' || i + 1 == n || p[i + 1] != '\n';
    }
    return count;
}

/* A field whose text differs from the file's: doubled quotes inside, or text behind the quote. */
static struct str unescape(struct csv_reader *r, struct str inside, struct str behind)
{
    char *to = r->unescaped + r->unescaped_len, *start = to;
    for (size_t i = 0; i < inside.len; i++) {
        *to++ = inside.ptr[i];
        i += inside.ptr[i] == r->quote;
    }
    memcpy(to, behind.ptr, behind.len);
    to += behind.len;
    r->unescaped_len += (size_t)(to - start);
    return str_make(start, (size_t)(to - start));
}

/* The closing quote of the field at s->field: its place; SIZE_MAX: not within the row's cap. */
static size_t find_close(const struct split *s, size_t end, bool *doubled)
{
    char quote = s->r->quote;
    size_t at = s->field + 1;
    while (at < end) {
        const char *q = memchr(s->p + at, quote, end - at);
        if (!q) {
            break;
        }
        at = (size_t)(q - s->p);
        if (s->p[at + 1] != quote || at + 1 == s->n) {
            return at;
        }
        *doubled = true;
        at += 2;
    }
    return SIZE_MAX;
}

/* First delimiter or line end at or behind `from`; n when there is none. */
static size_t find_stop(const struct split *s, size_t from)
{
    char c = s->p[from];
    if (c == s->r->delimiter || c == '\n' || c == '\r') {
        return from;
    }
    size_t eol = csv_eol(s->p, from, s->n);
    const char *d = memchr(s->p + from, s->r->delimiter, eol - from);
    return d ? (size_t)(d - s->p) : eol;
}

/* Takes the field in quotes at s->field and what ends it. False: the window ends first. */
static bool take_quoted(struct split *s)
{
    struct csv_reader *r = s->r;
    size_t cap = s->row + r->row_cap;
    if (s->field >= cap) {
        return give_up_long(s);
    }
    size_t end = cap < s->n ? cap : s->n;
    bool doubled = false, whole = s->ended || end < s->n;
    size_t close = find_close(s, end, &doubled);
    if (close == SIZE_MAX) {
        return whole ? give_up_quote(s) : false;
    }
    size_t stop = close + 1;
    if (stop == s->n && !s->ended) {
        return false;
    }
    struct str inside = str_make(s->p + s->field + 1, close - s->field - 1), value = inside;
    if (stop < s->n) {
        stop = find_stop(s, stop);
    }
    if (stop == s->n && !s->ended) {
        return s->n - s->row > r->row_cap ? give_up_long(s) : false;
    }
    if (doubled || stop > close + 1) {
        value = unescape(r, inside, str_make(s->p + close + 1, stop - close - 1));
    }
    s->inner_lines += count_line_ends(inside.ptr, inside.len);
    reserve_fields(r, 2);
    r->field[r->field_len++] = value;
    if (stop < s->n && s->p[stop] == r->delimiter) {
        s->field = stop + 1;
        if (s->field == s->n && s->ended) {
            r->field[r->field_len++] = STR_NULL;
            return end_row(s, s->n);
        }
        return s->field < s->n;
    }
    return end_row(s, stop);
}

/* Takes plain fields until one starts with a quote (true) or the window or the block is full
 * (false). The hot loop: its state lives in locals. */
static bool take_plain(struct split *s)
{
    struct csv_reader *r = s->r;
    const char *p = s->p, delimiter = r->delimiter, quote = r->quote;
    size_t field = s->field, n = s->n;
    for (size_t pos = field; pos < n; pos += 64) {
        uint64_t mask = scan64(p + pos, delimiter);
        if (n - pos < 64) {
            mask &= ((uint64_t)1 << (n - pos)) - 1;
        }
        reserve_fields(r, 64);
        struct str *out = r->field + r->field_len;
        for (; mask; mask &= mask - 1) {
            size_t at = pos + (size_t)__builtin_ctzll(mask);
            if (at < field) {
                continue; /* the LF of a CRLF */
            }
            if (p[at] == delimiter) {
                *out++ = str_make(p + field, at - field);
                field = at + 1;
            } else if (at == s->row) {
                size_t len = eol_len(s, at);
                if (len == 0) {
                    return false;
                }
                start_row(s, at + len);
                field = s->row;
            } else {
                size_t kept = r->field_len;
                *out++ = str_make(p + field, at - field);
                r->field_len = (size_t)(out - r->field);
                if (!end_row(s, at)) {
                    r->field_len = kept;
                    return false;
                }
                field = s->row;
                out = r->field + r->field_len;
                if (r->rows == r->rows_most) {
                    return false;
                }
            }
            if (p[field] == quote) {
                r->field_len = (size_t)(out - r->field);
                s->field = field;
                return field < n;
            }
        }
        r->field_len = (size_t)(out - r->field);
    }
    s->field = field;
    return false;
}

/* The window is used up inside a row: is it the file's last, too long, or to be continued? */
static void finish(struct split *s)
{
    struct csv_reader *r = s->r;
    if (s->row >= s->n || r->rows == r->rows_most || r->skipping) {
        return;
    }
    if (s->n - s->row > r->row_cap) {
        give_up_long(s);
    } else if (s->ended) {
        reserve_fields(r, 1);
        r->field[r->field_len++] = str_make(s->p + s->field, s->n - s->field);
        end_row(s, s->n);
    }
}

/* Whitespace mode: a line is its words. */
static bool take_words(struct split *s)
{
    struct csv_reader *r = s->r;
    size_t eol = csv_eol(s->p, s->row, s->n), len = eol_len(s, eol);
    if (eol - s->row > r->row_cap) {
        return give_up_long(s);
    }
    if (len == 0) {
        return false;
    }
    for (size_t i = s->row; i < eol;) {
        if (s->p[i] == ' ' || s->p[i] == '\t') {
            i++;
            continue;
        }
        size_t from = i;
        while (i < eol && s->p[i] != ' ' && s->p[i] != '\t') {
            i++;
        }
        reserve_fields(r, 1);
        r->field[r->field_len++] = str_make(s->p + from, i - from);
    }
    if (r->field_len > r->row_field[r->rows]) {
        return end_row(s, eol);
    }
    start_row(s, len == SIZE_MAX ? s->n : eol + len);
    return true;
}

/* The rest of a row that was too long in the window before. */
static void skip_rest(struct split *s)
{
    size_t eol = csv_eol(s->p, 0, s->n), len = eol_len(s, eol);
    if (len == 0) {
        s->row = s->field = eol; /* a CR at the very end stays for the next window */
        return;
    }
    s->r->skipping = false;
    start_row(s, len == SIZE_MAX ? s->n : eol + len);
}

size_t csv_split(struct csv_reader *r, const char *p, size_t n, bool ended)
{
    struct split s = {.r = r, .p = p, .n = n, .ended = ended, .line = r->next_line};
    r->rows = r->bad = 0;
    r->field_len = r->unescaped_len = 0;
    r->row_field[0] = 0;
    if (r->skipping) {
        skip_rest(&s);
    }
    bool more = !r->skipping;
    while (more && s.row < n && r->rows < r->rows_most) {
        if (r->whitespace) {
            more = take_words(&s);
        } else if (p[s.field] == r->quote) {
            more = take_quoted(&s);
        } else {
            more = take_plain(&s);
        }
    }
    if (!r->whitespace) {
        finish(&s);
    }
    r->field_len = r->row_field[r->rows];
    r->next_line = s.line;
    return s.row;
}
