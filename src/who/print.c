/* The canonical text of a rule. */
#include "who/internal.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"

const char *rule_cmp_text(enum evidence_cmp cmp)
{
    static const char *const texts[] = {
        [CMP_EQ] = "=", [CMP_NE] = "!=", [CMP_LT] = "<", [CMP_LE] = "<=",
        [CMP_GT] = ">", [CMP_GE] = ">=", [CMP_IN] = "in"};
    return texts[cmp];
}

/* Bare when the lexer would read it as one word again. */
static void print_name(struct str name, struct buf *out)
{
    bool bare =
        name.len > 0 && !rule_is_keyword(name) && !(name.ptr[0] >= '0' && name.ptr[0] <= '9');
    for (size_t i = 0; i < name.len && bare; i++) {
        char c = name.ptr[i];
        bare = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
               (c >= '0' && c <= '9');
    }
    const char *quote = bare ? "" : "`";
    buf_addf(out, "%s%.*s%s", quote, STR_FMT(name), quote);
}

static void print_text(struct str text, struct buf *out)
{
    buf_add_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"' || text.ptr[i] == '\\') {
            buf_add_byte(out, '\\');
        }
        buf_add_byte(out, text.ptr[i]);
    }
    buf_add_byte(out, '"');
}

/* The shortest text that reads back as the same number. */
static void print_real(double v, struct buf *out)
{
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        (void)snprintf(text, sizeof(text), "%.*g", digits, v);
        if (strtod(text, NULL) == v && !strchr(text, 'e')) {
            buf_addf(out, "%s", text);
            return;
        }
    }
    buf_addf(out, "%.17f", v);
}

static void print_whole(int64_t v, int scale, struct buf *out)
{
    int64_t unit = scale == 2 ? 100 : 10000;
    uint64_t size = v < 0 ? (uint64_t)-v : (uint64_t)v;
    uint64_t rest = size % (uint64_t)unit;
    buf_addf(out, "%s%llu", v < 0 ? "-" : "", (unsigned long long)(size / (uint64_t)unit));
    if (rest) {
        char text[8];
        int len =
            snprintf(text, sizeof(text), "%0*llu", scale, (unsigned long long)rest % 100000);
        while (len > 1 && text[len - 1] == '0') {
            len--;
        }
        buf_addf(out, ".%.*s", len, text);
    }
}

static void print_test(const struct evidence_test *t, struct buf *out)
{
    const struct rule_field *f = &rule_fields[t->field];
    buf_addf(out, "%s %s ", f->name, rule_cmp_text(t->cmp));
    if (!f->text) {
        if (f->scale < 0) {
            print_real(t->number, out);
        } else {
            print_whole((int64_t)t->number, f->scale, out);
        }
        return;
    }
    buf_add(out, str_of(t->cmp == CMP_IN ? "(" : ""));
    for (uint32_t i = 0; i < t->texts_len; i++) {
        buf_add(out, str_of(i ? ", " : ""));
        print_text(t->texts[i], out);
    }
    buf_add(out, str_of(t->cmp == CMP_IN ? ")" : ""));
}

void rule_print_tests(const struct evidence_test *tests, uint32_t len, struct buf *out)
{
    for (uint32_t i = 0; i < len; i++) {
        buf_add(out, str_of(i ? ", " : "("));
        print_test(&tests[i], out);
    }
    buf_add(out, str_of(len ? ")" : ""));
}

static void print_did(const struct who_rule *r, const struct catalogue *c, struct buf *out)
{
    buf_add(out, r->names_len > 1 ? STR("did (") : STR("did "));
    for (uint32_t i = 0; i < r->names_len; i++) {
        buf_add(out, str_of(i ? " or " : ""));
        print_name(catalogue_name(c, r->names[i]), out);
    }
    buf_add(out, str_of(r->names_len > 1 ? ")" : ""));
    rule_print_tests(r->tests, r->tests_len, out);
    if (r->window != WINDOW_EVER) {
        buf_addf(out, " in %ud", r->window);
    }
    if (r->cmp != CMP_GE || r->n != 1 || r->days) {
        buf_addf(out, " %s %u%s", rule_cmp_text(r->cmp), r->n, r->days ? " days" : "");
    }
}

static void print_rule(const struct who_rule *r, const struct catalogue *c, struct buf *out);

/* Parentheses where an `or` stands inside an `and` or a `not`, an `and` inside a `not`. */
static void print_inside(const struct who_rule *r, enum rule_form outer,
                         const struct catalogue *c, struct buf *out)
{
    bool wrap =
        (r->form == RULE_OR && outer != RULE_OR) || (r->form == RULE_AND && outer == RULE_NOT);
    buf_add(out, str_of(wrap ? "(" : ""));
    print_rule(r, c, out);
    buf_add(out, str_of(wrap ? ")" : ""));
}

static void print_rule(const struct who_rule *r, const struct catalogue *c, struct buf *out)
{
    switch (r->form) {
    case RULE_DID: print_did(r, c, out); return;
    case RULE_IS:
        buf_add(out, STR("is "));
        print_name(catalogue_name(c, r->names[0]), out);
        return;
    case RULE_NOT:
        buf_add(out, STR("not "));
        print_inside(r->first, RULE_NOT, c, out);
        return;
    case RULE_AND:
    case RULE_OR: break;
    }
    for (const struct who_rule *k = r->first; k; k = k->next) {
        buf_add(out, str_of(k == r->first ? "" : r->form == RULE_AND ? " and " : " or "));
        print_inside(k, r->form, c, out);
    }
}

struct str who_print(const struct who_rule *r, const struct catalogue *c, struct arena *a)
{
    struct buf out = {0};
    print_rule(r, c, &out);
    struct str text = arena_str(a, buf_str(&out));
    buf_release(&out);
    return text;
}
