/* Text of a rule to tokens, one at a time. Bad characters fail with what to write instead: rules
 * are often typed with a Chinese keyboard, or in the habits of SQL and C. */
#include "who/internal.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/buf.h"

static void place_of(struct str text, size_t at, struct who_error *out)
{
    *out = (struct who_error){1, 1};
    for (size_t i = 0; i < at && i < text.len; i++) {
        if (text.ptr[i] == '\n') {
            out->line++;
            out->column = 1;
        } else if (((unsigned char)text.ptr[i] & 0xc0) != 0x80) {
            out->column++;
        }
    }
}

void reading_fail(struct reading *r, size_t at, const char *fmt, ...)
{
    char msg[240];
    struct who_error place;
    if (r->rc) {
        return;
    }
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(msg, sizeof(msg), fmt, args);
    va_end(args);
    place_of(r->text, at, &place);
    if (r->where) {
        *r->where = place;
    }
    r->rc = RC_INVALID;
    if (place.line > 1 || str_find_byte(r->text, '\n', 0) != SIZE_MAX) {
        (void)rc_fail(r->e, RC_INVALID, "line %u, column %u: %s", place.line, place.column,
                      msg);
    } else {
        (void)rc_fail(r->e, RC_INVALID, "column %u: %s", place.column, msg);
    }
}

void reading_hint(struct reading *r, const char *fmt, ...)
{
    char hint[240];
    if (!r->e || r->e->hint[0]) {
        return;
    }
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(hint, sizeof(hint), fmt, args);
    va_end(args);
    err_hint(r->e, "%s", hint);
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

/* Characters that look right but are not, with what is meant. */
/* clang-format off */
static const char *const lookalikes[][2] = {
    {"（", "("}, {"）", ")"}, {"，", ","}, {"、", ","}, {"“", "\""}, {"”", "\""}, {"‘", "\""}, {"’", "\""},
    {"＞", ">"}, {"＜", "<"}, {"＝", "="}, {"≥", ">="}, {"≤", "<="}, {"≠", "!="}, {"；", "and"}, {"。", ""},
    {"｀", "`"}, {"\xc2\xa0", "a space"}, {"　", "a space"},
    {"==", "="}, {"<>", "!="}, {"=>", ">="}, {"=<", "<="}, {"&&", "and"}, {"||", "or"},
    {"&", "and"}, {"|", "or"}, {"!", "not"}, {"'", "\""}, {"[", "("}, {"]", ")"}, {"{", "("}, {"}", ")"},
    {";", "and"},
};
/* clang-format on */

/* True when Chinese punctuation stands `ahead` bytes from here: it ends a word or a number. */
#define WIDE 19
static bool at_wide(const struct reading *r, size_t ahead)
{
    struct str rest = str_slice(r->text, r->at + ahead, r->text.len);
    for (size_t i = 0; i < WIDE; i++) {
        if (str_starts(rest, str_of(lookalikes[i][0]))) {
            return true;
        }
    }
    return false;
}

/* Fails when a lookalike stands here. `!=` is none. */
static bool fail_lookalike(struct reading *r)
{
    struct str rest = str_slice(r->text, r->at, r->text.len);
    if (str_starts(rest, STR("!="))) {
        return false;
    }
    for (size_t i = 0; i < sizeof(lookalikes) / sizeof(lookalikes[0]); i++) {
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
    r->token = (struct token){kind, r->at, str_slice(r->text, r->at, r->at + len), CMP_EQ};
    r->at += len;
}

static void take_word(struct reading *r)
{
    size_t len = 1;
    while ((is_letter(peek(r, len)) || is_digit(peek(r, len)) || peek(r, len) == '.') &&
           !at_wide(r, len)) {
        len++;
    }
    take(r, TOKEN_WORD, len);
}

/* A number, or a number of days: digits and a d at once behind them. */
static void take_number(struct reading *r)
{
    size_t len = peek(r, 0) == '-';
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
    if (unit == 'd' && end == len + 1) {
        take(r, TOKEN_DAYS, end);
        r->token.text.len--;
        return;
    }
    struct str all = str_slice(r->text, r->at, r->at + end);
    int64_t n = 0;
    (void)str_i64(str_slice(all, 0, len), &n);
    reading_fail(r, r->at, "\"%.*s\" is no number and no span of days", STR_FMT(all));
    if ((unit == 'w' || unit == 'W') && n > 0 && n < 5000) {
        reading_hint(r, "spans are in days: %dd", (int)n * 7);
    } else if ((unit == 'm' || unit == 'M' || unit == 'y' || unit == 'Y') && n > 0 && n < 100) {
        reading_hint(r, "spans are in days: %dd",
                     (int)n * (unit == 'm' || unit == 'M' ? 30 : 365));
    } else {
        reading_hint(r, "spans are in days, like 15d");
    }
}

/* "text" with \" and \\ inside. */
static void take_string(struct reading *r)
{
    struct buf value = {0};
    size_t begin = r->at++;
    for (;;) {
        char c = peek(r, 0);
        if (r->at >= r->text.len || c == '\n') {
            reading_fail(r, begin, "the text that begins here has no end");
            reading_hint(r, "close it with \"");
            break;
        }
        if ((unsigned char)c < 0x20 || c == 0x7f) {
            reading_fail(r, r->at, "a control character inside a text");
            reading_hint(r, "leave it out");
            break;
        }
        r->at++;
        if (c == '"') {
            break;
        }
        if (c == '\\') {
            c = peek(r, 0);
            if (c != '"' && c != '\\') {
                reading_fail(r, r->at - 1, "a backslash inside a text");
                reading_hint(r, "\\\" is a quote, \\\\ a backslash; nothing else needs one");
                break;
            }
            r->at++;
        }
        buf_add_byte(&value, c);
    }
    r->token =
        (struct token){TOKEN_STRING, begin, arena_str(r->arena, buf_str(&value)), CMP_EQ};
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
    r->token = (struct token){TOKEN_NAME, r->at, name, CMP_EQ};
    r->at = end == SIZE_MAX ? r->text.len : end + 1;
}

static bool take_cmp(struct reading *r)
{
    static const struct {
        const char *text;
        enum evidence_cmp cmp;
    } list[] = {{">=", CMP_GE}, {"<=", CMP_LE}, {"!=", CMP_NE},
                {">", CMP_GT},  {"<", CMP_LT},  {"=", CMP_EQ}};
    struct str rest = str_slice(r->text, r->at, r->text.len);
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        struct str text = str_of(list[i].text);
        if (str_starts(rest, text)) {
            take(r, TOKEN_CMP, text.len);
            r->token.cmp = list[i].cmp;
            return true;
        }
    }
    return false;
}

static void take_any(struct reading *r)
{
    char c = peek(r, 0);
    if (r->at >= r->text.len) {
        take(r, TOKEN_END, 0);
    } else if (fail_lookalike(r)) {
        return;
    } else if (is_letter(c)) {
        take_word(r);
    } else if (is_digit(c) || (c == '-' && is_digit(peek(r, 1)))) {
        take_number(r);
    } else if (c == '"') {
        take_string(r);
    } else if (c == '`') {
        take_name(r);
    } else if (c == '(' || c == ')' || c == ',') {
        take(r, c == '(' ? TOKEN_OPEN : c == ')' ? TOKEN_CLOSE : TOKEN_COMMA, 1);
    } else if (!take_cmp(r)) {
        if (c > 0x20 && c < 0x7f) {
            reading_fail(r, r->at, "\"%c\" is not understood here", c);
        } else {
            reading_fail(r, r->at, "a control character (byte %d)", (unsigned char)c);
        }
        reading_hint(
            r,
            "names with other characters than letters, digits and _ go in backquotes: `name`");
    }
}

void reading_next(struct reading *r)
{
    while (peek(r, 0) == ' ' || peek(r, 0) == '\t' || peek(r, 0) == '\n' ||
           peek(r, 0) == '\r') {
        r->at++;
    }
    if (!r->rc) {
        take_any(r);
    }
    if (r->rc) {
        r->token = (struct token){TOKEN_END, r->at, STR_NULL, CMP_EQ};
    }
}
