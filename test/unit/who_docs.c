/* What docs/who.md shows is read: its examples and its JSON, line by line. */
#include "unit/who_tree.h"

static struct str read_doc(struct arena *a)
{
    FILE *f = fopen("docs/who.md", "rb");
    CHECK(f != NULL);
    char *text = arena_alloc(a, 1 << 18);
    size_t len = f ? fread(text, 1, 1 << 18, f) : 0;
    if (f) {
        (void)fclose(f);
    }
    return str_make(text, len);
}

static void check_example(struct fixture *f, struct str line, bool json)
{
    struct question *q = NULL;
    struct err e = {0};
    enum rc rc = json ? question_from_json(line, &f->names, f->arena, &q, &e)
                      : question_parse(line, &f->names, f->arena, &q, NULL, &e);
    if (!CHECK(rc == RC_OK && json_round(f, q))) {
        printf("#   %.*s\n#   %s (%s)\n", STR_FMT(line), e.msg, e.hint);
    }
}

/* The lines between "```KIND" and "```" that are no comment; how many. */
static int check_block(struct fixture *f, struct str doc, struct str begin, bool json)
{
    int count = 0;
    bool inside = false;
    while (doc.len) {
        struct str line = str_cut(&doc, '\n');
        if (str_starts(line, STR("```"))) {
            inside = str_eq(line, begin);
        } else if (inside && line.len && line.ptr[0] != '#') {
            check_example(f, line, json);
            count++;
        }
    }
    return count;
}

int main(void)
{
    struct fixture f = fixture_new();
    TEST("every example of docs/who.md is a question") {
        CHECK(check_block(&f, read_doc(f.arena), STR("```who"), false) >= 25);
    }
    TEST("every JSON of docs/who.md is a question") {
        CHECK(check_block(&f, read_doc(f.arena), STR("```json"), true) >= 14);
    }
    fixture_free(&f);
    return tap_end();
}
