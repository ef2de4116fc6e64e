/* Any text, or JSON, is either refused with message and hint, or is a question that prints, reads back as itself and
 * goes through JSON; the first byte says how it is read. A stage rule compiles and evaluates. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "who/rule.h"

struct world {
    struct arena *arena;
    struct who_names names;
};

static const struct str stages[] = {{"none", 4}, {"interest", 8}, {"pre-sale", 8}};

static void check_text(const struct world *w, const struct question *q)
{
    struct question *again = NULL;
    struct err e = {0};
    struct str once = question_print(q, &w->names, w->arena);
    enum rc rc = question_parse(once, &w->names, w->arena, &again, NULL, &e);
    assert(rc == RC_OK || rc == RC_TOO_LARGE);
    if (rc == RC_OK) {
        assert(str_eq(once, question_print(again, &w->names, w->arena)));
    }
}

static void check_json(const struct world *w, const struct question *q)
{
    struct question *again = NULL;
    struct buf text = {0};
    struct err e = {0};
    struct json j;
    json_init(&j, &text);
    question_json(q, &w->names, &j);
    enum rc rc = question_from_json(buf_str(&text), &w->names, w->arena, &again, &e);
    assert(rc == RC_OK || rc == RC_TOO_LARGE);
    if (rc == RC_OK) {
        assert(str_eq(question_print(q, &w->names, w->arena),
                      question_print(again, &w->names, w->arena)));
    }
    buf_release(&text);
}

static void check_rule(const struct world *w, const struct question *q)
{
    struct who_program *p = NULL;
    struct err e = {0};
    enum rc rc = who_compile(&q, 1, &w->names, w->arena, &p, &e);
    assert(rc == RC_OK || (rc == RC_TOO_LARGE && e.msg[0] && e.hint[0]));
    if (rc == RC_OK) {
        (void)who_eval(p->exprs[0], 0);
        (void)who_eval(p->exprs[0], UINT64_MAX);
    }
}

static void check_complete(const struct world *w, struct str text)
{
    struct str *words = NULL;
    uint32_t len = 0;
    enum rc rc = question_complete(text, &w->names, w->arena, &words, &len, NULL);
    assert(rc == RC_OK || rc == RC_TOO_LARGE);
    for (uint32_t i = 0; rc == RC_OK && i < len; i++) {
        assert(words[i].len > 0);
    }
}

/* how: bit 0 stage rules, bit 1 JSON, bit 2 completion too, bit 3 Chinese. */
static void check(struct world *w, unsigned how, struct str text)
{
    struct question *q = NULL;
    struct question_error at = {0};
    struct err e = {0};
    w->names.rules_only = how & 1u;
    w->names.zh = how & 8u;
    enum rc rc = how & 2u ? question_from_json(text, &w->names, w->arena, &q, &e)
                          : question_parse(text, &w->names, w->arena, &q, &at, &e);
    if (rc) {
        assert(e.rc == rc && e.msg[0] && e.hint[0]);
    } else {
        check_text(w, q);
        check_json(w, q);
        if (w->names.rules_only) {
            check_rule(w, q);
        }
    }
    if (how & 4u) {
        check_complete(w, text);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    struct catalogue *c = catalogue_new();
    struct kind_table *k = kind_table_new();
    struct world w = {.arena = arena_new()};
    w.names = (struct who_names){.catalogue = c, .kinds = k, .stages = stages, .stages_len = 3};
    check(&w, data[0], str_make((const char *)data + 1, size - 1));
    arena_free(w.arena);
    kind_table_free(k);
    catalogue_free(c);
    return 0;
}
