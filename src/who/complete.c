/* Completion: the text before the word that is being typed is parsed, and every word the parser looks for at its end
 * is offered. So the grammar is written once. */
#include "who/internal.h"

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           c == '_' || c == '.' || c == '@' || ((unsigned char)c & 0x80);
}

/* Where an open text or name in quotes begins; SIZE_MAX when none is open at the end. */
static size_t open_quote(struct str text)
{
    size_t open = SIZE_MAX;
    char quote = '\0';
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (open == SIZE_MAX && (c == '"' || c == '`')) {
            open = i;
            quote = c;
        } else if (open != SIZE_MAX && quote == '"' && c == '\\') {
            i++;
        } else if (open != SIZE_MAX && c == quote) {
            open = SIZE_MAX;
        }
    }
    return open;
}

/* Chinese punctuation ends a word; it has three bytes, the first of them e2, e3 or ef. */
static bool is_punctuation(struct str text, size_t end)
{
    static const char *const marks[] = {"（", "）", "，", "、", "“",  "”", "‘", "’",
                                        "＞", "＜", "＝", "％", "　", "≥", "≤", "≠"};
    struct str before = str_slice(text, 0, end);
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (str_ends(before, str_of(marks[i]))) {
            return true;
        }
    }
    return false;
}

/* Where the word that is being typed begins. */
static size_t word_start(struct str text)
{
    size_t at = open_quote(text);
    if (at != SIZE_MAX) {
        return at;
    }
    at = text.len;
    while (at > 0 && is_word_byte(text.ptr[at - 1]) && !is_punctuation(text, at)) {
        at--;
    }
    if (at < text.len) {
        return at;
    }
    while (at > 0 && memchr("<>=!", text.ptr[at - 1], 4)) {
        at--;
    }
    return at;
}

/* An event may be typed by its Chinese name. */
static bool fits(const struct who_names *n, struct str offer, struct str typed)
{
    if (str_starts(offer, typed)) {
        return true;
    }
    if (!typed.len || !((unsigned char)typed.ptr[0] & 0x80)) {
        return false;
    }
    const struct event_def *d =
        catalogue_def(n->catalogue, catalogue_find(n->catalogue, offer));
    return d && str_starts(str_of(d->zh), typed);
}

static void collect(struct str text, const struct who_names *n, struct arena *a,
                    offer_list *offers)
{
    struct err ignored = {0};
    struct question *q = NULL;
    struct reading r = {.text = text, .names = n, .arena = a, .e = &ignored, .offers = offers};
    (void)reading_run(&r, &q);
}

static void keep_fitting(const offer_list *offers, const struct who_names *n, struct str typed,
                         struct arena *a, struct str **out, uint32_t *len)
{
    struct str *kept = arena_array(a, struct str, offers->len + 1);
    uint32_t count = 0;
    for (size_t i = 0; i < offers->len; i++) {
        bool fresh = fits(n, offers->ptr[i], typed);
        for (uint32_t k = 0; k < count && fresh; k++) {
            fresh = !str_eq(kept[k], offers->ptr[i]);
        }
        if (fresh) {
            kept[count++] = offers->ptr[i];
        }
    }
    *out = kept;
    *len = count;
}

enum rc question_complete(struct str text, const struct who_names *n, struct arena *a,
                          struct str **out, uint32_t *len, struct err *e)
{
    offer_list offers = {0};
    if (text.len > QUESTION_TEXT_MAX) {
        (void)rc_fail(e, RC_TOO_LARGE, "the question is longer than %zu KiB",
                      QUESTION_TEXT_MAX >> 10);
        err_hint(e, "make a crowd of a part of it");
        return RC_TOO_LARGE;
    }
    size_t start = word_start(text);
    struct str typed = str_slice(text, start, text.len);
    collect(str_slice(text, 0, start), n, a, &offers);
    keep_fitting(&offers, n, typed, a, out, len);
    size_t dot = typed.len;
    while (dot > 0 && typed.ptr[dot - 1] != '.') {
        dot--;
    }
    if (*len == 0 && dot > 0) { /* sum(purchase.am: the field alone */
        vec_clear(&offers);
        collect(str_slice(text, 0, start + dot), n, a, &offers);
        keep_fitting(&offers, n, str_slice(typed, dot, typed.len), a, out, len);
    }
    vec_release(&offers);
    return RC_OK;
}
