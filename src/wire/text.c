/* The only file that includes iconv and utf8proc. */
#include "wire/text.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>
#include "base/mem.h"

#define CHUNK ((size_t)64 << 10)

static const char *const kind_name[] = {
    [TEXT_UTF8] = "UTF-8",       [TEXT_UTF8_BOM] = "UTF-8 with BOM", [TEXT_GB18030] = "GB18030",
    [TEXT_UTF16LE] = "UTF-16LE", [TEXT_UTF16BE] = "UTF-16BE",        [TEXT_BINARY] = "binary",
};

const char *text_kind_name(enum text_kind k) { return kind_name[k]; }

/* ---- Detection ------------------------------------------------------------------------------ */

struct tally {
    size_t good, bad; /* sequences of more than one byte; bytes that begin none */
};

static struct tally tally_utf8(struct str s)
{
    struct tally t = {0};
    for (size_t i = 0; i < s.len;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t left = (utf8proc_ssize_t)(s.len - i);
        utf8proc_ssize_t n = utf8proc_iterate((const utf8proc_uint8_t *)s.ptr + i, left, &c);
        if (n < 0) {
            t.bad += left >= 4; /* a sequence cut at the end is no fault */
            n = 1;
        }
        t.good += n > 1;
        i += (size_t)n;
    }
    return t;
}

/* Length of the GB18030 sequence at p by its form alone, 0 when there is none. */
static size_t gb_sequence(const unsigned char *p, size_t n)
{
    if (p[0] < 0x80) {
        return 1;
    }
    if (p[0] == 0x80 || p[0] == 0xFF || n < 2) {
        return 0;
    }
    if (p[1] >= 0x40 && p[1] != 0x7F && p[1] != 0xFF) {
        return 2;
    }
    bool four = n >= 4 && p[1] >= 0x30 && p[1] <= 0x39 && p[2] >= 0x81 && p[2] != 0xFF &&
                p[3] >= 0x30 && p[3] <= 0x39;
    return four ? 4 : 0;
}

static struct tally tally_gb(struct str s)
{
    struct tally t = {0};
    for (size_t i = 0; i < s.len;) {
        size_t n = gb_sequence((const unsigned char *)s.ptr + i, s.len - i);
        if (n == 0) {
            t.bad += s.len - i >= 4;
            n = 1;
        }
        t.good += n > 1;
        i += n;
    }
    return t;
}

/* UTF-16 of mostly Latin text or digits has a NUL in every other byte. */
static enum text_kind judge_nuls(struct str s)
{
    size_t nul[2] = {0, 0};
    for (size_t i = 0; i < s.len; i++) {
        nul[i & 1] += s.ptr[i] == 0;
    }
    if (nul[1] * 5 > s.len && nul[0] * 20 < s.len) {
        return TEXT_UTF16LE;
    }
    if (nul[0] * 5 > s.len && nul[1] * 20 < s.len) {
        return TEXT_UTF16BE;
    }
    return TEXT_BINARY;
}

/* Bytes that text does not hold; one in 32 of them makes a file binary. */
static size_t count_controls(struct str s)
{
    size_t count = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        count += (c < 0x20 && !(c >= '\t' && c <= '\r') && c != 0x1A && c != 0x1B) || c == 0x7F;
    }
    return count;
}

enum text_kind text_detect(struct str head)
{
    if (str_starts(head, STR("\xEF\xBB\xBF"))) {
        return TEXT_UTF8_BOM;
    }
    if (str_starts(head, STR("\xFF\xFE"))) {
        return TEXT_UTF16LE;
    }
    if (str_starts(head, STR("\xFE\xFF"))) {
        return TEXT_UTF16BE;
    }
    if (count_controls(head) * 32 > head.len) {
        return judge_nuls(head);
    }
    struct tally utf8 = tally_utf8(head);
    if (utf8.bad == 0 || utf8.bad * 10 < utf8.good) {
        return TEXT_UTF8;
    }
    struct tally gb = tally_gb(head);
    if (gb.bad * 10 <= gb.good) {
        return TEXT_GB18030;
    }
    return utf8.bad * 100 < head.len ? TEXT_UTF8 : TEXT_BINARY;
}

/* ---- Transcoder ----------------------------------------------------------------------------- */

struct transcoder {
    iconv_t cd;       /* (iconv_t)-1: UTF-8 passes through                    */
    struct buf carry; /* input: a sequence cut at the end of the last piece   */
    struct buf head;  /* output: its first bytes, until a BOM can be told     */
    bool started;     /* the BOM question is settled                          */
    uint64_t offset;  /* input bytes decoded so far                           */
    uint64_t bad_count, bad_offset;
    struct source from; /* transcoder_source: where it reads,                   */
    struct buf ready;   /* what is decoded and not handed out yet,              */
    size_t ready_at;
    char *raw; /* and CHUNK bytes to read into                         */
    bool ended;
};

enum rc transcoder_new(enum text_kind from, struct transcoder **out, struct err *e)
{
    iconv_t cd = (iconv_t)-1;
    if (from == TEXT_BINARY) {
        return rc_fail(e, RC_INVALID, "this is no text file (neither UTF-8 nor GB18030)");
    }
    if (from != TEXT_UTF8 && from != TEXT_UTF8_BOM) {
        cd = iconv_open("UTF-8", kind_name[from]);
        if (cd == (iconv_t)-1) {
            return rc_fail(e, RC_BUG, "the C library cannot read %s", kind_name[from]);
        }
    }
    struct transcoder *t = mem_zalloc(sizeof(*t));
    t->cd = cd;
    t->bad_offset = UINT64_MAX;
    *out = t;
    return RC_OK;
}

void transcoder_free(struct transcoder *t)
{
    if (!t) {
        return;
    }
    if (t->cd != (iconv_t)-1) {
        iconv_close(t->cd);
    }
    buf_release(&t->carry);
    buf_release(&t->head);
    buf_release(&t->ready);
    mem_free(t->raw);
    mem_free(t);
}

/* Everything decoded leaves through here: the first three bytes are looked at for a BOM. */
static void emit(struct transcoder *t, struct str s, struct buf *out)
{
    if (t->started) {
        buf_add(out, s);
        return;
    }
    buf_add(&t->head, s);
    if (t->head.len >= 3) {
        struct str head = buf_str(&t->head);
        bool bom = str_starts(head, STR("\xEF\xBB\xBF"));
        buf_add(out, str_slice(head, bom ? 3 : 0, head.len));
        t->started = true;
    }
}

static void note_bad(struct transcoder *t, struct buf *out)
{
    t->bad_count++;
    if (t->bad_offset == UINT64_MAX) {
        t->bad_offset = t->offset;
    }
    t->offset++;
    emit(t, STR("\xFF"), out);
}

/* Decodes all of `in` but a sequence cut at its end, which goes to the carry. */
static void decode(struct transcoder *t, struct str in, struct buf *out)
{
    char piece[16384];
    char *src =
        (char *)(uintptr_t)in.ptr; /* iconv takes a pointer to non-const, and only reads */
    size_t left = in.len;
    while (left > 0) {
        char *dst = piece;
        size_t room = sizeof(piece), before = left;
        size_t done = iconv(t->cd, &src, &left, &dst, &room);
        int why = errno;
        t->offset += before - left;
        emit(t, str_make(piece, (size_t)(dst - piece)), out);
        if (done != (size_t)-1 || why == E2BIG) {
            continue;
        }
        if (why == EINVAL && left < 8) {
            buf_add(&t->carry, str_make(src, left));
            return;
        }
        src++;
        left--;
        note_bad(t, out);
    }
}

void transcoder_add(struct transcoder *t, struct str in, struct buf *out)
{
    if (t->cd == (iconv_t)-1) {
        emit(t, in, out);
        return;
    }
    if (t->carry.len == 0) {
        decode(t, in, out);
        return;
    }
    struct buf joined = t->carry;
    t->carry = (struct buf){0};
    buf_add(&joined, in);
    decode(t, buf_str(&joined), out);
    buf_release(&joined);
}

void transcoder_end(struct transcoder *t, struct buf *out)
{
    for (size_t i = 0; i < t->carry.len; i++) {
        note_bad(t, out);
    }
    buf_clear(&t->carry);
    if (!t->started) {
        buf_add(out, buf_str(&t->head));
        t->started = true;
    }
}

uint64_t transcoder_bad_count(const struct transcoder *t) { return t->bad_count; }
uint64_t transcoder_bad_offset(const struct transcoder *t) { return t->bad_offset; }

static enum rc read_transcoded(void *ctx, char *dst, size_t cap, size_t *got, struct err *e)
{
    struct transcoder *t = ctx;
    while (t->ready_at == t->ready.len && !t->ended) {
        size_t n = 0;
        enum rc rc = t->from.read(t->from.ctx, t->raw, CHUNK, &n, e);
        if (rc) {
            return rc;
        }
        buf_clear(&t->ready);
        t->ready_at = 0;
        if (n == 0) {
            transcoder_end(t, &t->ready);
            t->ended = true;
        } else {
            transcoder_add(t, str_make(t->raw, n), &t->ready);
        }
    }
    size_t left = t->ready.len - t->ready_at, n = left < cap ? left : cap;
    if (n > 0) {
        memcpy(dst, t->ready.ptr + t->ready_at, n);
    }
    t->ready_at += n;
    *got = n;
    return RC_OK;
}

struct source transcoder_source(struct transcoder *t, struct source from)
{
    t->from = from;
    t->raw = t->raw ? t->raw : mem_alloc(CHUNK);
    return (struct source){.read = read_transcoded, .ctx = t};
}

/* ---- Width ---------------------------------------------------------------------------------- */

struct cluster {
    size_t len;     /* bytes                                                  */
    uint32_t width; /* columns                                                */
    bool hidden;    /* moves the cursor, turns the text round, or is no UTF-8 */
};

/* The code point at s (not empty); -1 and one byte when there is none. */
static int32_t decode_at(struct str s, size_t *len)
{
    utf8proc_int32_t c;
    utf8proc_ssize_t n =
        utf8proc_iterate((const utf8proc_uint8_t *)s.ptr, (utf8proc_ssize_t)s.len, &c);
    *len = n > 0 ? (size_t)n : 1;
    return n > 0 ? c : -1;
}

static bool is_hidden(int32_t c)
{
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x200E || c == 0x200F || c == 0x2028 ||
           c == 0x2029 || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) ||
           c == 0xFEFF;
}

/* What a reader sees as one character: a base with its marks, a joined emoji, a flag. */
static struct cluster cluster_at(struct str s)
{
    struct cluster g = {0};
    int32_t c = decode_at(s, &g.len);
    if (c < 0) {
        g.width = 1;
        g.hidden = true;
        return g;
    }
    g.hidden = is_hidden(c);
    g.width = g.hidden ? 0 : (uint32_t)utf8proc_charwidth(c);
    utf8proc_int32_t state = 0;
    while (g.len < s.len && !g.hidden) {
        size_t n;
        int32_t next = decode_at(str_slice(s, g.len, s.len), &n);
        if (next < 0 || is_hidden(next) || utf8proc_grapheme_break_stateful(c, next, &state)) {
            break;
        }
        uint32_t w = (uint32_t)utf8proc_charwidth(next);
        bool flag = c >= 0x1F1E6 && c <= 0x1F1FF;
        g.width =
            flag || next == 0xFE0F || w > g.width ? (flag || next == 0xFE0F ? 2 : w) : g.width;
        g.len += n;
        c = next;
    }
    return g;
}

/* Bytes of plain ASCII letters, digits and signs at the start; the last is left out, since a mark
 * may follow it. */
static size_t plain_prefix(struct str s)
{
    size_t n = 0;
    while (n < s.len && s.ptr[n] >= 0x20 && s.ptr[n] < 0x7F) {
        n++;
    }
    return n == s.len || n == 0 ? n : n - 1;
}

uint32_t text_width(struct str s)
{
    size_t i = plain_prefix(s);
    uint32_t width = (uint32_t)i;
    while (i < s.len) {
        struct cluster g = cluster_at(str_slice(s, i, s.len));
        width += g.width;
        i += g.len;
    }
    return width;
}

/* Without what could move the cursor: neighbours may join to one character only after this. */
static void put_visible(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t n;
        int32_t c = decode_at(str_slice(s, i, s.len), &n);
        if (c >= 0 && !is_hidden(c)) {
            buf_add(out, str_slice(s, i, i + n));
        }
        i += n;
    }
}

/* Bytes of s that fit into `width` columns; *used gets how many they take. */
static size_t fitting(struct str s, uint32_t width, uint32_t *used)
{
    size_t i = 0;
    *used = 0;
    while (i < s.len) {
        struct cluster g = cluster_at(str_slice(s, i, s.len));
        if (*used + g.width > width) {
            break;
        }
        *used += g.width;
        i += g.len;
    }
    return i;
}

uint32_t text_fit(struct buf *out, struct str s, uint32_t width)
{
    struct buf visible = {0};
    uint32_t used;
    put_visible(&visible, s);
    size_t n = fitting(buf_str(&visible), width, &used);
    bool cut = n < visible.len && width > 0;
    if (cut) {
        n = fitting(buf_str(&visible), width - 1, &used);
    }
    buf_add(out, str_slice(buf_str(&visible), 0, n));
    if (cut) {
        buf_add(out, STR("…"));
        used++;
    }
    buf_release(&visible);
    return used;
}

void text_clean(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t n;
        int32_t c = decode_at(str_slice(s, i, s.len), &n);
        buf_add(out, c < 0 ? STR("\xEF\xBF\xBD") : str_slice(s, i, i + n));
        i += n;
    }
}

/* ---- Folding -------------------------------------------------------------------------------- */

static bool is_filler(int32_t c)
{
    if (c == '_' || c == '-' || (c >= '\t' && c <= '\r') || c == 0x85) {
        return true;
    }
    utf8proc_category_t k = utf8proc_category(c);
    return k == UTF8PROC_CATEGORY_ZS || k == UTF8PROC_CATEGORY_ZL ||
           k == UTF8PROC_CATEGORY_ZP || k == UTF8PROC_CATEGORY_CF || k == UTF8PROC_CATEGORY_CC;
}

static void put_without_filler(struct buf *out, struct str s)
{
    for (size_t i = 0; i < s.len;) {
        size_t n;
        int32_t c = decode_at(str_slice(s, i, s.len), &n);
        if (c >= 0 && !is_filler(c)) {
            buf_add(out, str_slice(s, i, i + n));
        }
        i += n;
    }
}

void text_fold(struct buf *out, struct str s)
{
    struct buf clean = {0};
    text_clean(&clean, s);
    utf8proc_uint8_t *folded = NULL;
    utf8proc_option_t how = UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                            UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_ssize_t n = utf8proc_map((const utf8proc_uint8_t *)clean.ptr,
                                      (utf8proc_ssize_t)clean.len, &folded, how);
    if (n >= 0) {
        put_without_filler(out, str_make((const char *)folded, (size_t)n));
    } else {
        put_without_filler(out, buf_str(&clean));
    }
    free(folded);
    buf_release(&clean);
}
