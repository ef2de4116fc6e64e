/* Stage rules: questions (who/question.h) read with `rules_only`, compiled together into one program:
 * evidence classes (people/evidence.h), atoms over them, and one expression a rule.
 *
 *     did purchase in 913d                          at least one
 *     did purchase in 365d >= 2 days                on two distinct days
 *     did review(score >= 4) in 365d
 *     did (follow or friend_add)                    ever
 *     is follow or is group_join
 *
 * A stage rule is made of did (events by name, "in Wd" or ever, events or days counted), is, and, or, not:
 * what evidence by day can tell. `purchase` counts orders, refunded ones not; every other event counts itself.
 */
#ifndef POND_WHO_RULE_H
#define POND_WHO_RULE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "people/catalogue.h"
#include "people/evidence.h"
#include "who/question.h"

#define ATOM_MAX 64
#define WINDOW_EVER 0 /* days; 0 = ever */

enum atom_count { COUNT_EVENTS, COUNT_DAYS, COUNT_STATUS };
struct who_atom {
    uint8_t cls; /* evidence class */
    enum atom_count count;
    uint32_t window;       /* days; WINDOW_EVER */
    enum evidence_cmp cmp; /* of the count with n; COUNT_STATUS: holds or not, cmp/n unused */
    uint32_t n;
};
/* Expressions in postfix over atom truth: each op is an atom index, or one of these. */
enum { WHO_AND = 200, WHO_OR, WHO_NOT, WHO_TRUE, WHO_FALSE };
struct who_expr {
    const uint8_t *ops;
    uint32_t len;
};
struct who_program {
    struct evidence_plan *plan;
    struct who_atom atoms[ATOM_MAX];
    uint32_t atoms_len;
    struct who_expr *exprs; /* one a rule, in order */
    uint32_t exprs_len;
};
/* Compiles rules together; equal classes and atoms are shared; `did A in 15d or did B in 15d` becomes one
 * class of two events. In the arena. RC_TOO_LARGE behind 64 classes or atoms; RC_INVALID for a question
 * that is no stage rule. */
enum rc who_compile(const struct question *const *rules, uint32_t n,
                    const struct who_names *names, struct arena *a, struct who_program **out,
                    struct err *e);
/* Value of an expression, bit i of truth = atom i. */
bool who_eval(struct who_expr x, uint64_t truth);

#endif
