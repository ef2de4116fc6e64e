/* The examples of the records are lines of commands; read as such, they are examples of requests too. */
#include "wire/op_args.h"
#include "wire/op_openapi.h"

#define WORDS_MAX 64

/* Cuts a line into words as a shell does with '...', "..." and \; false for what a shell would do more with. */
static bool words_of(struct str line, struct arena *a, char **word, int *n)
{
    struct buf b = {0};
    bool inside = false, ok = true;
    char quote = 0;
    *n = 0;
    for (size_t i = 0; i <= line.len && ok; i++) {
        char c = i < line.len ? line.ptr[i] : ' ';
        if (quote) {
            if (c == quote) {
                quote = 0;
            } else {
                buf_add_byte(&b, c);
            }
        } else if (c == '\'' || c == '"') {
            quote = c;
            inside = true;
        } else if (c == ' ') {
            if (inside && *n < WORDS_MAX) {
                word[(*n)++] = arena_cstr(a, buf_str(&b));
            }
            buf_clear(&b);
            inside = false;
        } else {
            ok = c != '|' && c != '>' && c != '<' && c != '$' && c != ';' && c != '&';
            buf_add_byte(&b, c);
            inside = true;
        }
    }
    buf_release(&b);
    return ok && !quote && *n < WORDS_MAX;
}

static uint32_t count_given(const struct op_args *args)
{
    uint32_t n = 0;
    for (uint32_t i = 0; i < args->fields; i++) {
        n += args->field[i].count > 0;
    }
    return n;
}

struct op_args *op_example_args(const struct op_book *b, const struct op *op, struct arena *a)
{
    struct str rest = str_of(op->example);
    struct op_args *best = NULL;
    while (rest.len) {
        struct str line = str_cut(&rest, '\n');
        size_t pipe = str_find(line, STR(" > "), 0);
        struct op_request q;
        char *word[WORDS_MAX + 1];
        int n = 0;
        line = pipe == SIZE_MAX ? line : str_slice(line, 0, pipe);
        if (words_of(str_trim(line), a, word, &n) && n > 1 &&
            op_parse(b, a, n, word, &q, NULL) == RC_OK && q.op == op &&
            (!best || count_given(q.args) > count_given(best))) {
            best = q.args;
        }
    }
    return best;
}

const char *op_field_json(const char *name, struct arena *a)
{
    char *s = arena_cstr(a, str_of(name));
    for (char *p = s; *p; p++) {
        *p = *p == '-' ? '_' : *p;
    }
    return s;
}
