/* docs/access.md shows the table of rights as the code has it, and operations name rights that are in it. */
#include "access/access.h"
#include "app/ops.h"
#include "tap.h"

static struct str read_doc(struct arena *a)
{
    FILE *f = fopen("docs/access.md", "rb");
    CHECK(f != NULL);
    char *text = arena_alloc(a, 1 << 18);
    size_t len = f ? fread(text, 1, 1 << 18, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return str_make(text, len);
}

static const struct principal column[] = {
    {.kind = PRINCIPAL_USER, .role = ROLE_OWNER},
    {.kind = PRINCIPAL_USER, .role = ROLE_OPERATOR},
    {.kind = PRINCIPAL_USER, .role = ROLE_ANALYST},
    {.kind = PRINCIPAL_USER, .role = ROLE_STORE},
    {.kind = PRINCIPAL_WRITE_KEY},
};
#define COLUMNS (sizeof(column) / sizeof(*column))

/* "| report.read | reports and analyses | yes | yes | yes | | |" */
static struct str row_of(const struct right *r, struct arena *a)
{
    struct str row = arena_strf(a, "| %s | %s |", r->name, r->help);
    for (size_t i = 0; i < COLUMNS; i++) {
        row = arena_strf(a, "%.*s%s", STR_FMT(row),
                         principal_may(&column[i], r->name) ? " yes |" : " |");
    }
    return row;
}

static bool is_right(const char *perm)
{
    for (const struct right *r = right_list(); r->name; r++) {
        if (strcmp(r->name, perm) == 0) {
            return true;
        }
    }
    return false;
}

static void test_operations(void)
{
    TEST("every right that an operation or an argument needs is in the list") {
        const struct op *op;
        for (uint32_t i = 0; (op = op_at(ops_book(), i)) != NULL; i++) {
            if (!CHECK(op->perm && is_right(op->perm))) {
                printf("#   %s: %s\n", op->name, op->perm ? op->perm : "none");
            }
            for (const struct op_in *in = op->in; in && in->name; in++) {
                CHECK(!in->perm || is_right(in->perm));
            }
        }
    }
    TEST("a write key may call no operation but those that are public") {
        const struct op *op;
        for (uint32_t i = 0; (op = op_at(ops_book(), i)) != NULL; i++) {
            bool may = principal_may(&column[COLUMNS - 1], op->perm);
            if (!CHECK(may == (strcmp(op->perm, "public") == 0))) {
                printf("#   %s: %s\n", op->name, op->perm);
            }
        }
    }
}

int main(void)
{
    struct arena *a = arena_new();
    struct str doc = read_doc(a);
    TEST("docs/access.md has the row of each right, mark by mark") {
        for (const struct right *r = right_list(); r->name; r++) {
            struct str row = row_of(r, a);
            if (!CHECK(str_find(doc, row, 0) != SIZE_MAX)) {
                printf("#   %.*s\n", STR_FMT(row));
            }
        }
    }
    TEST("and no row of a right that is none") {
        struct str rest = str_slice(doc, str_find(doc, STR("| right |"), 0), doc.len);
        uint32_t rows = 0, rights = 0;
        (void)str_cut(&rest, '\n');
        (void)str_cut(&rest, '\n');
        while (str_starts(rest, STR("| "))) {
            (void)str_cut(&rest, '\n');
            rows++;
        }
        for (const struct right *r = right_list(); r->name; r++) {
            rights++;
        }
        CHECK_EQ_I64(rows, rights);
    }
    test_operations();
    arena_free(a);
    return tap_end();
}
