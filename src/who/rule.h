/* The question language `who`, first part: the rules of stage models.
 *
 *   rule    = or
 *   or      = and { "or" and }          and = not { "and" not }        not = [ "not" ] prim
 *   prim    = "(" or ")" | did | is
 *   did     = "did" events [ "(" test { "," test } ")" ] [ "in" N "d" ] [ cmp N [ "days" ] ]
 *   events  = NAME | "(" NAME { "or" NAME } ")"
 *   test    = FIELD cmp LITERAL | FIELD "in" "(" LITERAL { "," LITERAL } ")"
 *   is      = "is" NAME                  # a status event that holds: is follow, is friend_add ...
 *   cmp     = ">=" | ">" | "=" | "!=" | "<" | "<="
 *
 *     did purchase in 913d                          at least one
 *     did purchase in 365d >= 2 days                on two distinct days
 *     did review(score >= 4) in 365d
 *     did (follow or friend_add)                    ever
 *     is follow or is group_join
 *
 * "in W d" covers the W calendar days D-W+1 .. D. Counts compare with >=, >, =, !=, <, <= (0 is allowed: "did
 * purchase in 30d = 0" is "not did purchase in 30d"). `purchase` counts orders, refunded ones not; every other
 * event counts itself. String literals in double quotes; names of events bare or, for own names with
 * other characters, in backquotes.
 *
 * This floor parses, checks (every error has a position, a message and a hint) and compiles a list of rules
 * into one program: evidence classes (people/evidence.h), atoms, and one expression a rule.
 */
#ifndef POND_WHO_RULE_H
#define POND_WHO_RULE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/rc.h"
#include "base/str.h"
#include "people/catalogue.h"
#include "people/evidence.h"

#define ATOM_MAX 64
#define WINDOW_EVER 0 /* days; 0 = ever */

struct who_rule; /* a checked syntax tree, in an arena */

struct who_error {
    uint32_t line, column; /* 1-based, column in characters */
};
/* Parses and checks. at may be NULL. Depth <= 64, text <= 64 KiB, else RC_TOO_LARGE. */
enum rc who_parse(struct str text, struct catalogue *c, struct arena *a, struct who_rule **out,
                  struct who_error *at, struct err *e);
/* Canonical text (round-trips: parse(print(r)) prints the same). */
struct str who_print(const struct who_rule *r, const struct catalogue *c, struct arena *a);

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
 * class of two events. In the arena. RC_TOO_LARGE behind 64 classes or atoms. */
enum rc who_compile(struct who_rule *const *rules, uint32_t n, const struct catalogue *c,
                    struct arena *a, struct who_program **out, struct err *e);
/* Value of an expression, bit i of truth = atom i. */
bool who_eval(struct who_expr x, uint64_t truth);

#endif
