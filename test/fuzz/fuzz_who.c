/* Any text is either refused with place, message and hint, or is a rule that prints, reads back as
 * itself, compiles and evaluates. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "who/rule.h"

static void check_rule(struct catalogue *c, struct arena *a, struct who_rule *rule)
{
    struct who_rule *again = NULL;
    struct who_program *p = NULL;
    struct err e = {0};
    struct str once = who_print(rule, c, a);
    enum rc rc = who_parse(once, c, a, &again, NULL, &e);
    assert(rc == RC_OK || rc == RC_TOO_LARGE);
    if (rc == RC_OK) {
        assert(str_eq(once, who_print(again, c, a)));
    }
    rc = who_compile(&rule, 1, c, a, &p, &e);
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
    struct who_rule *rule = NULL;
    struct who_error at = {0};
    struct err e = {0};
    enum rc rc = who_parse(str_make((const char *)data, size), c, a, &rule, &at, &e);
    if (rc == RC_OK) {
        check_rule(c, a, rule);
    } else {
        assert(e.rc == rc && e.msg[0] && e.hint[0]);
    }
    arena_free(a);
    catalogue_free(c);
    return 0;
}
