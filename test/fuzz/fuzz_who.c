/* Any text is either refused with place, message and hint, or is a rule that prints, reads back as
 * itself, compiles and evaluates. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "who/rule.h"

static void check_rule(const struct who_names *n, struct arena *a, struct question *rule)
{
    struct question *again = NULL;
    const struct question *one = rule;
    struct who_program *p = NULL;
    struct err e = {0};
    struct str once = question_print(rule, n, a);
    enum rc rc = question_parse(once, n, a, &again, NULL, &e);
    assert(rc == RC_OK || rc == RC_TOO_LARGE);
    if (rc == RC_OK) {
        assert(str_eq(once, question_print(again, n, a)));
    }
    rc = who_compile(&one, 1, n->catalogue, a, &p, &e);
    assert(rc == RC_OK || (rc == RC_TOO_LARGE && e.msg[0] && e.hint[0]));
    if (rc == RC_OK) {
        (void)who_eval(p->exprs[0], 0);
        (void)who_eval(p->exprs[0], UINT64_MAX);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct catalogue *c = catalogue_new();
    struct arena *a = arena_new();
    struct question *rule = NULL;
    struct question_error at = {0};
    struct who_names n = {.catalogue = c, .rules_only = true};
    struct err e = {0};
    enum rc rc = question_parse(str_make((const char *)data, size), &n, a, &rule, &at, &e);
    if (rc == RC_OK) {
        check_rule(&n, a, rule);
    } else {
        assert(e.rc == rc && e.msg[0] && e.hint[0]);
    }
    arena_free(a);
    catalogue_free(c);
    return 0;
}
