/* Trees to one program: evidence classes, atoms, and an expression a rule.
 *
 * Every count becomes thresholds "at least n" (= n is ">= n and not >= n + 1"), so that the sweep
 * knows one comparison. Operands of an `or` that ask for at least one event in the same window
 * under the same tests become one class of all their events: the default model's fifteen interest
 * events are one entry a day in memory, not fifteen. */
#include "who/rule.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/hash.h"
#include "base/vec.h"
#include "who/internal.h"

struct compiling {
    const struct who_names *names;
    const struct catalogue *catalogue;
    struct arena *arena;
    struct who_program *program;
    VEC(uint8_t) ops; /* of the rule being compiled */
    struct err *e;
    enum rc rc;
};

static void emit(struct compiling *c, uint8_t op) { vec_push(&c->ops, op); }

static bool test_equal(const struct evidence_test *a, const struct evidence_test *b)
{
    if (a->field != b->field || a->cmp != b->cmp || a->texts_len != b->texts_len ||
        !str_eq(a->key, b->key) || a->number < b->number || a->number > b->number) {
        return false;
    }
    for (uint32_t i = 0; i < a->texts_len; i++) {
        if (!str_eq(a->texts[i], b->texts[i])) {
            return false;
        }
    }
    return true;
}

static bool tests_equal(const struct evidence_test *a, uint32_t a_len,
                        const struct evidence_test *b, uint32_t b_len)
{
    bool same = a_len == b_len;
    for (uint32_t i = 0; i < a_len && same; i++) {
        same = test_equal(&a[i], &b[i]);
    }
    return same;
}

bool question_tests_equal(const struct event_filter *a, const struct event_filter *b)
{
    return tests_equal(a->tests, a->tests_len, b->tests, b->tests_len);
}

static uint32_t window_of(const struct question *r)
{
    return r->when.form == WHEN_IN ? r->when.days : WINDOW_EVER;
}

static void too_many(struct compiling *c, bool conditions, int limit)
{
    if (!c->rc) {
        const char *en = conditions ? "conditions" : "kinds of evidence";
        c->rc = c->names->zh ? rc_fail(c->e, RC_TOO_LARGE, "各规则合计的不同%s超过 %d 个",
                                       conditions ? "条件" : "证据", limit)
                             : rc_fail(c->e, RC_TOO_LARGE,
                                       "the rules need more than %d different %s", limit, en);
        err_hint(c->e, "%s",
                 question_text(c->names, "use fewer different windows, counts and tests"));
    }
}

static void not_a_rule(struct compiling *c)
{
    emit(c, WHO_FALSE);
    if (!c->rc) {
        c->rc =
            rc_fail(c->e, RC_INVALID, "%s",
                    question_text(c->names, "a stage rule is made of did, is, and, or, not"));
        err_hint(c->e, "%s",
                 question_text(c->names, "ask the rest as a question: pond who count '...'"));
    }
}

/* ---- classes and atoms ---- */

static int code_cmp(const void *p, const void *q)
{
    return *(const uint16_t *)p - *(const uint16_t *)q;
}

/* A sorted copy without doubles. */
static const uint16_t *sorted(struct compiling *c, const uint16_t *names, uint32_t *len)
{
    uint16_t *copy = arena_array(c->arena, uint16_t, *len);
    memcpy(copy, names, sizeof(*copy) * *len);
    qsort(copy, *len, sizeof(*copy), code_cmp);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < *len; i++) {
        if (kept == 0 || copy[i] != copy[kept - 1]) {
            copy[kept++] = copy[i];
        }
    }
    *len = kept;
    return copy;
}

static bool class_equal(const struct evidence_class *a, const struct evidence_class *b)
{
    return a->unit == b->unit && a->names_len == b->names_len &&
           memcmp(a->names, b->names, sizeof(*a->names) * a->names_len) == 0 &&
           tests_equal(a->tests, a->tests_len, b->tests, b->tests_len);
}

static uint8_t class_of(struct compiling *c, const struct evidence_class *k)
{
    struct evidence_plan *p = c->program->plan;
    for (uint32_t i = 0; i < p->len; i++) {
        if (class_equal(&p->classes[i], k)) {
            return (uint8_t)i;
        }
    }
    if (p->len == CLASS_MAX) {
        too_many(c, false, CLASS_MAX);
        return 0;
    }
    uint64_t bit = (uint64_t)1 << p->len;
    for (uint32_t i = 0; i < k->names_len; i++) {
        p->on[k->names[i]] |= bit;
    }
    for (uint32_t i = 0; i < k->off_len; i++) {
        p->off[k->off_names[i]] |= bit;
    }
    p->classes[p->len] = *k;
    return (uint8_t)p->len++;
}

static uint8_t atom_of(struct compiling *c, struct who_atom a)
{
    struct who_program *p = c->program;
    if (a.count == COUNT_DAYS && a.n == 1) {
        a.count = COUNT_EVENTS; /* the same, and shared */
    }
    for (uint32_t i = 0; i < p->atoms_len; i++) {
        const struct who_atom *b = &p->atoms[i];
        if (a.cls == b->cls && a.count == b->count && a.window == b->window && a.n == b->n) {
            return (uint8_t)i;
        }
    }
    if (p->atoms_len == ATOM_MAX) {
        too_many(c, true, ATOM_MAX);
        return 0;
    }
    p->atoms[p->atoms_len] = a;
    return (uint8_t)p->atoms_len++;
}

/* ---- did and is ---- */

static void emit_at_least(struct compiling *c, const struct question *r, uint8_t cls,
                          uint32_t n)
{
    if (n == 0) {
        emit(c, WHO_TRUE);
        return;
    }
    enum atom_count count = r->count_of == COUNT_OF_DAYS ? COUNT_DAYS : COUNT_EVENTS;
    emit(c, atom_of(c, (struct who_atom){cls, count, window_of(r), CMP_GE, n}));
}

static void emit_count(struct compiling *c, const struct question *r, uint8_t cls)
{
    uint32_t n = (uint32_t)r->number;
    switch (r->cmp) {
    case CMP_GE: emit_at_least(c, r, cls, n); return;
    case CMP_GT: emit_at_least(c, r, cls, n + 1); return;
    case CMP_LT:
        emit_at_least(c, r, cls, n);
        emit(c, WHO_NOT);
        return;
    case CMP_LE:
        emit_at_least(c, r, cls, n + 1);
        emit(c, WHO_NOT);
        return;
    case CMP_EQ:
    case CMP_NE:
    case CMP_IN:
        emit_at_least(c, r, cls, n);
        emit_at_least(c, r, cls, n + 1);
        emit(c, WHO_NOT);
        emit(c, WHO_AND);
        break;
    }
    if (r->cmp == CMP_NE) {
        emit(c, WHO_NOT);
    }
}

static uint8_t did_class(struct compiling *c, const struct question *r, const uint16_t *names,
                         uint32_t names_len, enum evidence_unit unit)
{
    struct evidence_class k = {.unit = unit,
                               .names_len = names_len,
                               .tests = r->filter.tests,
                               .tests_len = r->filter.tests_len};
    k.names = sorted(c, names, &k.names_len);
    return class_of(c, &k);
}

/* A list of events with purchase in it counts orders and others: two classes. Only lists that ask
 * whether there is any at all get here (parse.c sees to it). */
static void emit_mixed(struct compiling *c, const struct question *r)
{
    static const uint16_t purchase = EVENT_PURCHASE;
    uint16_t *rest = arena_array(c->arena, uint16_t, r->filter.names_len);
    uint32_t len = 0;
    for (uint32_t i = 0; i < r->filter.names_len; i++) {
        if (r->filter.names[i] != EVENT_PURCHASE) {
            rest[len++] = r->filter.names[i];
        }
    }
    emit_at_least(c, r, did_class(c, r, &purchase, 1, UNIT_ORDERS), 1);
    emit_at_least(c, r, did_class(c, r, rest, len, UNIT_EVENTS), 1);
    emit(c, WHO_OR);
    if (!question_is_any(r)) {
        emit(c, WHO_NOT);
    }
}

static bool has_purchase(const struct question *r)
{
    for (uint32_t i = 0; i < r->filter.names_len; i++) {
        if (r->filter.names[i] == EVENT_PURCHASE) {
            return true;
        }
    }
    return false;
}

/* What evidence by day can tell; parsing with rules_only lets nothing else through. */
static bool is_rule(const struct question *r)
{
    bool when = r->when.form == WHEN_EVER || (r->when.form == WHEN_IN && r->when.ago == 0);
    bool props = false;
    for (uint32_t i = 0; i < r->filter.tests_len; i++) {
        props = props || r->filter.tests[i].field == FIELD_PROP;
    }
    return when && !props && r->filter.names_len > 0 && r->count_of != COUNT_OF_ITEMS;
}

static void emit_did(struct compiling *c, const struct question *r)
{
    if (!is_rule(r)) {
        not_a_rule(c);
        return;
    }
    bool constant = r->number <= 0 && (r->cmp == CMP_GE || r->cmp == CMP_LT);
    if (constant) {
        emit(c, r->cmp == CMP_GE ? WHO_TRUE : WHO_FALSE);
    } else if (!has_purchase(r)) {
        emit_count(c, r, did_class(c, r, r->filter.names, r->filter.names_len, UNIT_EVENTS));
    } else if (r->filter.names_len == 1) {
        emit_count(c, r, did_class(c, r, r->filter.names, 1, UNIT_ORDERS));
    } else {
        emit_mixed(c, r);
    }
}

static void emit_is(struct compiling *c, const struct question *r)
{
    struct str on = catalogue_name(c->catalogue, r->filter.names[0]);
    uint16_t *off = arena_array(c->arena, uint16_t, EVENT_OWN_FIRST);
    struct evidence_class k = {
        .unit = UNIT_STATUS, .names = r->filter.names, .names_len = 1, .off_names = off};
    for (uint16_t code = 0; code < EVENT_OWN_FIRST; code++) {
        const struct event_def *d = catalogue_def(c->catalogue, code);
        if (d && d->undoes && str_eq(str_of(d->undoes), on)) {
            off[k.off_len++] = code;
        }
    }
    emit(c,
         atom_of(c, (struct who_atom){class_of(c, &k), COUNT_STATUS, WINDOW_EVER, CMP_GE, 1}));
}

/* ---- and, or, not ---- */

static void emit_rule(struct compiling *c, const struct question *r);

/* True when b can go into one class with a. */
static bool joins(const struct question *a, const struct question *b)
{
    return question_is_any(a) && question_is_any(b) && window_of(a) == window_of(b) &&
           question_tests_equal(&a->filter, &b->filter) && !has_purchase(a) && !has_purchase(b);
}

static bool joined_before(const struct question *list, const struct question *r)
{
    for (const struct question *k = list; k != r; k = k->next) {
        if (joins(k, r)) {
            return true;
        }
    }
    return false;
}

/* r with the events of all later operands that join it. */
static struct question join_from(struct compiling *c, const struct question *r)
{
    VEC(uint16_t) names = {0};
    struct question joined = *r;
    for (const struct question *k = r; k; k = k->next) {
        for (uint32_t i = 0; (k == r || joins(r, k)) && i < k->filter.names_len; i++) {
            vec_push(&names, k->filter.names[i]);
        }
    }
    uint16_t *copy = arena_array(c->arena, uint16_t, names.len);
    memcpy(copy, names.ptr, sizeof(*copy) * names.len);
    joined.filter.names = copy;
    joined.filter.names_len = (uint32_t)names.len;
    joined.cmp = CMP_GE;
    joined.number = 1;
    vec_release(&names);
    return joined;
}

static void emit_list(struct compiling *c, const struct question *r)
{
    uint32_t count = 0;
    for (const struct question *k = r->first; k && !c->rc; k = k->next) {
        bool any = r->form == Q_OR && question_is_any(k) && !has_purchase(k);
        if (any && joined_before(r->first, k)) {
            continue;
        }
        if (any) {
            struct question joined = join_from(c, k);
            emit_rule(c, &joined);
        } else {
            emit_rule(c, k);
        }
        if (count++) {
            emit(c, r->form == Q_AND ? WHO_AND : WHO_OR);
        }
    }
}

static void emit_rule(struct compiling *c, const struct question *r)
{
    switch (r->form) {
    case Q_AND:
    case Q_OR: emit_list(c, r); return;
    case Q_NOT:
        emit_rule(c, r->first);
        emit(c, WHO_NOT);
        return;
    case Q_DID: emit_did(c, r); return;
    case Q_IS: emit_is(c, r); return;
    case Q_ALL:
    case Q_SEQUENCE:
    case Q_MEASURE:
    case Q_TOTAL:
    case Q_MOMENT:
    case Q_STAGE:
    case Q_FIELD:
    case Q_HAS:
    case Q_IDENTITY:
    case Q_TAG:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT:
    case Q_SAMPLE: break;
    }
    not_a_rule(c);
}

/* ---- the whole ---- */

static void print_class(const struct catalogue *c, const struct evidence_class *k,
                        struct buf *out)
{
    buf_addf(out, "%d", (int)k->unit);
    for (uint32_t i = 0; i < k->names_len; i++) {
        struct str name = catalogue_name(c, k->names[i]);
        buf_addf(out, " %zu:%.*s", name.len, STR_FMT(name));
    }
    buf_add_byte(out, '/');
    for (uint32_t i = 0; i < k->off_len; i++) {
        buf_addf(out, " %.*s", STR_FMT(catalogue_name(c, k->off_names[i])));
    }
    question_print_tests(k->tests, k->tests_len, out);
    buf_add_byte(out, '\n');
}

static uint64_t plan_hash(const struct catalogue *c, const struct evidence_plan *p)
{
    struct buf text = {0};
    for (uint32_t i = 0; i < p->len; i++) {
        print_class(c, &p->classes[i], &text);
    }
    uint64_t hash = hash_sip64((struct hash_key){0x706f6e64, 0x706c616e}, buf_str(&text));
    buf_release(&text);
    return hash;
}

enum rc who_compile(const struct question *const *rules, uint32_t n,
                    const struct who_names *names, struct arena *a, struct who_program **out,
                    struct err *e)
{
    struct compiling k = {.names = names, .catalogue = names->catalogue, .arena = a, .e = e};
    k.program = arena_new_of(a, struct who_program);
    k.program->plan = arena_new_of(a, struct evidence_plan);
    k.program->exprs = arena_array(a, struct who_expr, n);
    for (uint32_t i = 0; i < n && !k.rc; i++) {
        vec_clear(&k.ops);
        emit_rule(&k, rules[i]);
        uint8_t *ops = arena_alloc(a, k.ops.len);
        memcpy(ops, k.ops.ptr, k.ops.len);
        k.program->exprs[i] = (struct who_expr){ops, (uint32_t)k.ops.len};
    }
    vec_release(&k.ops);
    k.program->exprs_len = n;
    k.program->plan->hash = plan_hash(names->catalogue, k.program->plan);
    if (!k.rc) {
        *out = k.program;
    }
    return k.rc;
}
