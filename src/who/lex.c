/* Text of a question to tokens, one at a time. Questions are often typed with a Chinese keyboard: its
 * brackets, commas, quotes and comparisons are read as the plain ones. The habits of SQL and C fail
 * with what to write instead. */
#include "who/internal.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"

static void place_of(struct str text, size_t at, struct question_error *out)
{
    *out = (struct question_error){1, 1};
    for (size_t i = 0; i < at && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            out->line++;
            out->column = 1;
        } else if (((unsigned char)text.ptr[i] & 0xc0) != 0x80) {
            out->column++;
        }
    }
}

static void fail_at(struct reading *r, enum rc rc, size_t at, const char *msg)
{
    struct question_error place;
    place_of(r->text, at, &place);
    if (r->where) {
        *r->where = place;
    }
    r->rc = rc;
    r->failed_at = at;
    if (r->bare) {
        (void)rc_fail(r->e, rc, "%s", msg);
    } else if (place.line > 1 || str_find_byte(r->text, '\n', 0) != SIZE_MAX) {
        (void)rc_fail(r->e, rc,
                      r->names->zh ? "第 %u 行第 %u 列：%s" : "line %u, column %u: %s",
                      place.line, place.column, msg);
    } else {
        (void)rc_fail(r->e, rc, r->names->zh ? "第 %u 列：%s" : "column %u: %s", place.column,
                      msg);
    }
}

void reading_fail(struct reading *r, size_t at, const char *fmt, ...)
{
    char msg[240];
    if (r->rc) {
        return;
    }
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(msg, sizeof(msg), question_text(r->names, fmt), args);
    va_end(args);
    fail_at(r, RC_INVALID, at, msg);
}

void reading_fail_large(struct reading *r, size_t at, const char *fmt, ...)
{
    char msg[240];
    if (r->rc) {
        return;
    }
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(msg, sizeof(msg), question_text(r->names, fmt), args);
    va_end(args);
    fail_at(r, RC_TOO_LARGE, at, msg);
}

/* Hints that begin with like or write and go on in the language of questions need no translation but of that word. */
static void hint_in_language(struct reading *r, struct str hint)
{
    bool like = str_starts(hint, STR("like ")), write = str_starts(hint, STR("write "));
    if (!r->names->zh || !(like || write)) {
        err_hint(r->e, "%.*s", STR_FMT(hint));
        return;
    }
    err_hint(r->e, "%s %.*s", like ? "例如" : "请写",
             STR_FMT(str_slice(hint, like ? 5 : 6, hint.len)));
}

void reading_hint(struct reading *r, const char *fmt, ...)
{
    char hint[240];
    if (!r->rc || r->e->hint[0]) {
        return;
    }
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(hint, sizeof(hint), question_text(r->names, fmt), args);
    va_end(args);
    hint_in_language(r, str_of(hint));
}

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           ((unsigned char)c & 0x80);
}
static char peek(const struct reading *r, size_t ahead)
{
    return r->at + ahead < r->text.len ? r->text.ptr[r->at + ahead] : '\0';
}
static struct str rest_of(const struct reading *r, size_t ahead)
{
    return str_slice(r->text, r->at + ahead, r->text.len);
}

/* Chinese punctuation and what it is read as. */
/* clang-format off */
static const struct { const char *wide; char plain; } glyphs[] = {
    {"（", '('}, {"）", ')'}, {"，", ','}, {"、", ','}, {"“", '"'}, {"”", '"'}, {"＂", '"'}, {"‘", '"'}, {"’", '"'},
    {"＞", '>'}, {"＜", '<'}, {"＝", '='}, {"％", '%'}, {"\xc2\xa0", ' '}, {"　", ' '}, {"\xef\xbb\xbf", ' '},
};
/* Characters that look right but are not, with what is meant; the first ones end a word. */
static const char *const lookalikes[][2] = {
    {"；", "and"}, {"。", ""}, {"！", "not"}, {"｀", "`"}, {"：", ""}, {"－", "-"}, {"【", "("}, {"】", ")"},
    {"「", "\""}, {"」", "\""}, {"￥", ""}, {"¥", ""}, {"—", "-"}, {"＆", "and"}, {"｜", "or"},
    {"==", "="}, {"<>", "!="}, {"=>", ">="}, {"=<", "<="}, {"&&", "and"}, {"||", "or"},
    {"&", "and"}, {"|", "or"}, {"!", "not"}, {"'", "\""}, {"[", "("}, {"]", ")"}, {"{", "("}, {"}", ")"},
    {";", "and"},
};
/* clang-format on */
#define GLYPHS (sizeof(glyphs) / sizeof(glyphs[0]))
#define LOOKALIKES (sizeof(lookalikes) / sizeof(lookalikes[0]))
#define WIDE_LOOKALIKES 15

/* The character `ahead` bytes from here, Chinese punctuation as what it is read as; its bytes. */
static char glyph(const struct reading *r, size_t ahead, size_t *len)
{
    *len = 1;
    char c = peek(r, ahead);
    if (!((unsigned char)c & 0x80)) {
        return c;
    }
    struct str rest = rest_of(r, ahead);
    for (size_t i = 0; i < GLYPHS; i++) {
        struct str wide = str_of(glyphs[i].wide);
        if (str_starts(rest, wide)) {
            *len = wide.len;
            return glyphs[i].plain;
        }
    }
    return c;
}

/* True when Chinese punctuation stands `ahead` bytes from here: it ends a word or a number. */
static bool at_wide(const struct reading *r, size_t ahead)
{
    size_t len = 0;
    if (!((unsigned char)peek(r, ahead) & 0x80)) {
        return false;
    }
    if (!((unsigned char)glyph(r, ahead, &len) & 0x80)) {
        return true;
    }
    struct str rest = rest_of(r, ahead);
    for (size_t i = 0; i < WIDE_LOOKALIKES; i++) {
        if (str_starts(rest, str_of(lookalikes[i][0]))) {
            return true;
        }
    }
    return str_starts(rest, STR("≥")) || str_starts(rest, STR("≤")) ||
           str_starts(rest, STR("≠"));
}

/* Fails when a lookalike stands here. `!=` is none. */
static bool fail_lookalike(struct reading *r)
{
    struct str rest = rest_of(r, 0);
    if (str_starts(rest, STR("!=")) || str_starts(rest, STR("!＝"))) {
        return false;
    }
    for (size_t i = 0; i < LOOKALIKES; i++) {
        const char *wrong = lookalikes[i][0], *right = lookalikes[i][1];
        if (str_starts(rest, str_of(wrong))) {
            reading_fail(r, r->at, "\"%s\" is not understood here", wrong);
            reading_hint(r, right[0] ? "write %s" : "leave it out%s", right);
            return true;
        }
    }
    return false;
}

static void take(struct reading *r, enum token_kind kind, size_t len)
{
    r->token =
        (struct token){kind, r->at, str_slice(r->text, r->at, r->at + len), CMP_EQ, '\0'};
    r->at += len;
}

/* Full-width letters and digits as plain ones; false when there are none. */
static bool narrowed(struct str s, struct buf *out)
{
    bool any = false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char a = (unsigned char)s.ptr[i];
        if (a == 0xef && i + 2 < s.len &&
            ((unsigned char)s.ptr[i + 1] == 0xbc || (unsigned char)s.ptr[i + 1] == 0xbd)) {
            unsigned code =
                ((unsigned char)s.ptr[i + 1] & 3u) << 6 | ((unsigned char)s.ptr[i + 2] & 0x3fu);
            buf_add_byte(out, (char)(code + 0x20));
            any = true;
            i += 2;
        } else {
            buf_add_byte(out, s.ptr[i]);
        }
    }
    return any;
}

static void word_done(struct reading *r)
{
    struct buf plain = {0};
    if (narrowed(r->token.text, &plain)) {
        reading_fail(r, r->token.at, "\"%.*s\" is written in full-width characters",
                     STR_FMT(r->token.text));
        reading_hint(r, "write %.*s", STR_FMT(buf_str(&plain)));
    }
    buf_release(&plain);
}

static void take_bare(struct reading *r)
{
    size_t len = 1;
    while ((is_letter(peek(r, len)) || is_digit(peek(r, len)) || peek(r, len) == '.') &&
           !at_wide(r, len)) {
        len++;
    }
    take(r, TOKEN_WORD, len);
    word_done(r);
}

void reading_split(struct reading *r, size_t len)
{
    r->token.text.len = len;
    r->at = r->token.at + len;
}

/* The bytes of a date that begins with four digits: 2017-12-01, 2017/12/1, 2017年12月1日; 0: none. */
static size_t date_len(const struct reading *r)
{
    size_t len = 0;
    while (is_digit(peek(r, len))) {
        len++;
    }
    bool zh = str_starts(rest_of(r, len), STR("年"));
    bool plain = (peek(r, len) == '-' || peek(r, len) == '/') && is_digit(peek(r, len + 1));
    if (len != 4 || !(zh || plain)) {
        return 0;
    }
    for (;;) {
        struct str rest = rest_of(r, len);
        if (zh && (str_starts(rest, STR("年")) || str_starts(rest, STR("月")) ||
                   str_starts(rest, STR("日")))) {
            len += 3;
        } else if (is_digit(peek(r, len)) ||
                   (!zh && (peek(r, len) == '-' || peek(r, len) == '/'))) {
            len++;
        } else {
            return len;
        }
    }
}

/* What is meant by a number with an unknown unit. */
static void hint_unit(struct reading *r, struct str all, size_t len)
{
    struct str unit = str_slice(all, len, all.len);
    char c = unit.ptr[0];
    int64_t n = 0;
    (void)str_i64(str_slice(all, 0, len), &n);
    bool fits = n > 0 && n < 100;
    if (str_starts(unit, STR("万")) && n > 0 && n <= 100000000) {
        reading_hint(r, "write %lld", (long long)n * 10000);
    } else if (str_starts(unit, STR("元")) || str_starts(unit, STR("块"))) {
        reading_hint(r, "amounts are in yuan: write %.*s", (int)len, all.ptr);
    } else if (c == 'e' || c == 'E') {
        reading_hint(r, "write the number out, without an exponent");
    } else if (str_starts(unit, STR("小时")) || str_starts(unit, STR("分钟"))) {
        reading_hint(r, "elapsed time is written %.*s%c", (int)len, all.ptr,
                     str_starts(unit, STR("小时")) ? 'h' : 'm');
    } else if (str_starts(unit, STR("次")) || str_starts(unit, STR("岁")) ||
               str_starts(unit, STR("单")) || str_starts(unit, STR("件"))) {
        reading_hint(r, "write %.*s, without the unit", (int)len, all.ptr);
    } else if ((c == 'w' || c == 'W') && n > 0 && n < 5000) {
        reading_hint(r, "spans are in days: %dd", (int)n * 7);
    } else if ((c == 'm' || c == 'M' || str_starts(unit, STR("个月"))) && fits) {
        reading_hint(r, "spans are in days: %dd", (int)n * 30);
    } else if ((c == 'y' || c == 'Y' || str_starts(unit, STR("年"))) && fits) {
        reading_hint(r, "spans are in days: %dd", (int)n * 365);
    } else {
        reading_hint(r, "spans are in days, like 15d");
    }
}

/* A number, or a span: digits and d, h or m at once behind them; or a date. */
static void take_number(struct reading *r)
{
    size_t len = date_len(r);
    if (len) {
        take(r, TOKEN_DATE, len);
        return;
    }
    len = peek(r, 0) == '-';
    while (is_digit(peek(r, len)) || (peek(r, len) == '.' && is_digit(peek(r, len + 1)))) {
        len++;
    }
    char unit = peek(r, len);
    if (!is_letter(unit) || at_wide(r, len)) {
        take(r, TOKEN_NUMBER, len);
        return;
    }
    size_t end = len;
    while ((is_letter(peek(r, end)) || is_digit(peek(r, end))) && !at_wide(r, end)) {
        end++;
    }
    if ((unit == 'd' || unit == 'h' || unit == 'm') && end == len + 1) {
        take(r, unit == 'd' ? TOKEN_DAYS : TOKEN_SPAN, end);
        r->token.text.len--;
        r->token.unit = unit;
        return;
    }
    struct str all = str_slice(r->text, r->at, r->at + end);
    reading_fail(r, r->at, "\"%.*s\" is no number and no span of days", STR_FMT(all));
    hint_unit(r, all, len);
}

/* The bytes of what closes a text here: one begun in " ends with ", one begun in “ or ‘ with any of its kind. */
static size_t closes(const struct reading *r, struct str open)
{
    size_t len = 0;
    if (glyph(r, 0, &len) != '"') {
        return 0;
    }
    struct str here = str_slice(r->text, r->at, r->at + len);
    bool single = str_eq(open, STR("‘")) || str_eq(open, STR("’"));
    bool is_single = str_eq(here, STR("‘")) || str_eq(here, STR("’"));
    return (open.len == 1 ? len == 1 : single == is_single) ? len : 0;
}

/* One character of a text, escapes undone; false after a failure. */
static bool take_char(struct reading *r, size_t begin, struct buf *value)
{
    char c = peek(r, 0);
    if (r->at >= r->text.len || c == '\n') {
        reading_fail(r, begin, "the text that begins here has no end");
        reading_hint(r, "close it with \"");
        return false;
    }
    if ((unsigned char)c < 0x20 || c == 0x7f) {
        reading_fail(r, r->at, "a control character inside a text");
        reading_hint(r, "leave it out");
        return false;
    }
    r->at++;
    if (c == '\\') {
        c = peek(r, 0);
        if (c != '"' && c != '\\') {
            reading_fail(r, r->at - 1, "a backslash inside a text");
            reading_hint(r, "\\\" is a quote, \\\\ a backslash; nothing else needs one");
            return false;
        }
        r->at++;
    }
    buf_add_byte(value, c);
    return true;
}

/* "text" with \" and \\ inside. */
static void take_string(struct reading *r, size_t open_len)
{
    struct buf value = {0};
    size_t begin = r->at, len = 0;
    struct str open = str_slice(r->text, begin, begin + open_len);
    r->at += open_len;
    while (!(len = closes(r, open)) && take_char(r, begin, &value)) {
    }
    r->at += len;
    r->token =
        (struct token){TOKEN_STRING, begin, arena_str(r->arena, buf_str(&value)), CMP_EQ, '\0'};
    buf_release(&value);
}

static void take_name(struct reading *r)
{
    size_t end = str_find_byte(r->text, '`', r->at + 1);
    struct str name = str_slice(r->text, r->at + 1, end == SIZE_MAX ? r->at + 1 : end);
    if (end == SIZE_MAX) {
        reading_fail(r, r->at, "the name that begins here has no end");
        reading_hint(r, "close it with `");
    } else if (name.len == 0) {
        reading_fail(r, r->at, "an empty name");
        reading_hint(r, "put the event's name between the backquotes");
    }
    r->token = (struct token){TOKEN_NAME, r->at, name, CMP_EQ, '\0'};
    r->at = end == SIZE_MAX ? r->text.len : end + 1;
}

static void take_cmp(struct reading *r, enum evidence_cmp cmp, size_t len)
{
    take(r, TOKEN_CMP, len);
    r->token.cmp = cmp;
}

/* A comparison: >= > = != < <=, also ≥ ≤ ≠ and full-width ones. */
static bool take_comparison(struct reading *r)
{
    struct str rest = rest_of(r, 0);
    if (str_starts(rest, STR("≥")) || str_starts(rest, STR("≤")) ||
        str_starts(rest, STR("≠"))) {
        take_cmp(r,
                 str_starts(rest, STR("≥"))   ? CMP_GE
                 : str_starts(rest, STR("≤")) ? CMP_LE
                                              : CMP_NE,
                 3);
        return true;
    }
    size_t len = 0, more = 0;
    char c = glyph(r, 0, &len);
    bool equal = glyph(r, len, &more) == '=';
    if (c == '=') {
        take_cmp(r, CMP_EQ, len);
    } else if (c == '!' && equal) {
        take_cmp(r, CMP_NE, len + more);
    } else if (c == '>' || c == '<') {
        enum evidence_cmp with = c == '>' ? CMP_GE : CMP_LE,
                          without = c == '>' ? CMP_GT : CMP_LT;
        take_cmp(r, equal ? with : without, equal ? len + more : len);
    } else {
        return false;
    }
    return true;
}

static void fail_character(struct reading *r, char c)
{
    if (c > 0x20 && c < 0x7f) {
        reading_fail(r, r->at, "\"%c\" is not understood here", c);
    } else {
        reading_fail(r, r->at, "a control character (byte %d)", (unsigned char)c);
    }
    reading_hint(
        r, "names with other characters than letters, digits and _ go in backquotes: `name`");
}

static enum token_kind punctuation(char c)
{
    switch (c) {
    case '(': return TOKEN_OPEN;
    case ')': return TOKEN_CLOSE;
    case ',': return TOKEN_COMMA;
    case '%': return TOKEN_PERCENT;
    default: return TOKEN_END;
    }
}

static void take_any(struct reading *r)
{
    size_t len = 0;
    char c = glyph(r, 0, &len);
    if (r->at >= r->text.len) {
        take(r, TOKEN_END, 0);
    } else if (fail_lookalike(r)) {
        return;
    } else if (punctuation(c) != TOKEN_END) {
        take(r, punctuation(c), len);
    } else if (c == '"') {
        take_string(r, len);
    } else if (take_comparison(r)) {
        return;
    } else if (is_letter(c)) {
        take_bare(r);
    } else if (is_digit(c) || (c == '-' && is_digit(peek(r, 1)))) {
        take_number(r);
    } else if (c == '`') {
        take_name(r);
    } else if (c == '.') {
        take(r, TOKEN_DOT, 1);
    } else {
        fail_character(r, c);
    }
}

void reading_next(struct reading *r)
{
    size_t len = 0;
    r->last_end = r->at;
    for (char c = glyph(r, 0, &len); c == ' ' || c == '\t' || c == '\n' || c == '\r';
         c = glyph(r, 0, &len)) {
        r->at += len;
    }
    if (!r->rc) {
        take_any(r);
    }
    if (r->rc) {
        r->token = (struct token){TOKEN_END, r->at, STR_NULL, CMP_EQ, '\0'};
    }
}
