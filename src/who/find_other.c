/* Leaves that need no events: stages and marks from the sources, fields, kinds and identities from the brand. */
#include <math.h>
#include <stdio.h>
#include "base/mem.h"
#include "who/field_value.h"
#include "base/parallel.h"
#include "who/world_own.h"

#define RULES_DEPTH 32u /* crowds whose rules name crowds whose rules ... */

/* ---- stages ---- */

static enum rc stage_on(struct who_world *w, struct find_node *n, struct kept **out,
                        struct err *e)
{
    const struct question *q = n->q;
    int32_t day = q->day == DAY_NONE ? w->as_of - (int32_t)q->days_ago : q->day;
    struct column c;
    if (!w->sources.stage_on || day > w->as_of) {
        return RC_OK;
    }
    column_init(&c, COLUMN_U8, w->len);
    enum rc rc = w->sources.stage_on(w->sources.ctx, day, c.data, w->len, e);
    if (rc) {
        column_release(&c);
        return rc;
    }
    *out = world_keep_column(w, n->key, c);
    return RC_OK;
}

static enum rc stage_in(struct who_world *w, struct find_node *n, struct kept **out,
                        struct err *e)
{
    const struct question *q = n->q;
    int32_t from, to;
    struct bits set;
    enum rc rc = RC_OK;
    n->where = "spans";
    if (!w->sources.stage_in || !when_days(q->when, w->as_of, &from, &to)) {
        return RC_OK;
    }
    bits_init(&set, w->len);
    for (uint64_t left = q->stages; left && !rc; left &= left - 1) {
        rc = w->sources.stage_in(w->sources.ctx, q->stage_ask, (uint8_t)__builtin_ctzll(left),
                                 from, to, w->as_of, &set, e);
    }
    if (rc) {
        bits_release(&set);
        return rc;
    }
    *out = world_keep_set(w, n->key, set);
    return RC_OK;
}

/* ---- fields ---- */

/* True when only consumers' smallest identities have a value: then the column can be compared as it is. */
static bool at_roots(const struct who_world *w, const double *v)
{
    for (uint32_t no = 0; no < w->len; no++) {
        if (!isnan(v[no]) && w->consumers[no] != no) {
            return false;
        }
    }
    return true;
}

/* Any of a consumer's identities may satisfy. */
static struct kept *lift_numbers(struct who_world *w, struct find_node *n,
                                 const struct column *c)
{
    struct bits own, set;
    struct column_test t = find_compare(n->q, c);
    bits_init(&own, w->len);
    bits_init(&set, w->len);
    for (uint32_t no = 1; no < w->len; no++) {
        if (column_holds(&t, no)) {
            bits_set(&own, no);
        }
    }
    world_lift(w, &own, &set);
    bits_release(&own);
    return world_keep_set(w, n->key, set);
}

static enum rc number_field(struct who_world *w, struct find_node *n, struct kept **out,
                            struct err *e)
{
    const struct who_field *f = n->q->field;
    char text[80];
    (void)snprintf(text, sizeof(text), "field %s", f->name);
    struct str key = str_of(text);
    struct kept *k = world_find(w, key);
    if (!k && w->sources.numbers) {
        struct column c;
        column_init(&c, COLUMN_F64, w->len);
        double *v = c.data;
        for (uint32_t no = 0; no < column_rows(w->len); no++) {
            v[no] = (double)NAN;
        }
        enum rc rc = w->sources.numbers(w->sources.ctx, f, w->as_of, v, w->len, e);
        if (rc) {
            column_release(&c);
            return rc;
        }
        bool roots = at_roots(w, v);
        column_narrow(&c, w->threads);
        k = world_keep_column(w, key, c);
        k->at_roots = roots;
    }
    *out = !k || k->at_roots ? k : lift_numbers(w, n, &k->column);
    return RC_OK;
}

/* keys: what the column holds for the texts of the question. */
static bool text_satisfies(const struct question *q, const struct str *keys, uint32_t len,
                           struct str have)
{
    bool found = false;
    for (uint32_t i = 0; i < len && !found; i++) {
        found = str_eq(have, keys[i]);
    }
    return q->known || (q->cmp == CMP_NE) != found;
}

static enum rc text_field(struct who_world *w, struct find_node *n, struct kept **out,
                          struct err *e)
{
    if (!w->sources.texts) {
        return RC_OK;
    }
    struct arena *a = arena_new();
    struct str *v = mem_array(struct str, w->len);
    struct bits set;
    struct str *keys = NULL;
    uint32_t len = 0;
    enum rc rc = field_keys(w->brand->ledger, n->q->field, n->q->texts, n->q->texts_len, a,
                            &keys, &len, e);
    rc = rc ? rc : w->sources.texts(w->sources.ctx, n->q->field, w->as_of, v, w->len, a, e);
    if (!rc) {
        bits_init(&set, w->len);
        for (uint32_t no = 1; no < w->len; no++) {
            if (v[no].len && text_satisfies(n->q, keys, len, v[no])) {
                bits_set(&set, w->consumers[no]);
            }
        }
        *out = world_keep_set(w, n->key, set);
    }
    mem_free(v);
    arena_free(a);
    return rc;
}

/* ---- identities ---- */

/* A bare kind stands for its forms with a suffix too: openid for openid@wx12ab. */
static void mark_kinds(const struct kind_table *t, uint8_t kind, bool *in)
{
    struct str name = kind_name(t, kind);
    for (uint32_t k = 1; k < kind_len(t); k++) {
        struct str other = kind_name(t, (uint8_t)k);
        in[k] = k == kind ||
                (other.len > name.len && str_starts(other, name) && other.ptr[name.len] == '@');
    }
}

static void has_kind(struct who_world *w, struct find_node *n, struct kept **out)
{
    const uint8_t *kinds = dictionary_kinds(w->brand->dictionary);
    bool in[256] = {false};
    mark_kinds(w->brand->kinds, n->q->kind, in);
    struct column c;
    column_init(&c, COLUMN_U32, w->len);
    uint32_t *counts = c.data;
    for (uint32_t no = 1; no < w->len; no++) {
        if (in[kinds[no]]) {
            counts[w->consumers[no]]++;
        }
    }
    column_narrow(&c, w->threads);
    *out = world_keep_column(w, n->key, c);
}

/* An identity that nobody has is nobody's; a malformed one is an error. */
static enum rc identity_of(struct who_world *w, struct find_node *n, struct kept **out,
                           struct err *e)
{
    struct err ignored = {0};
    struct bits set;
    uint32_t no = 0;
    enum rc rc = brand_find_identity(w->brand, n->q->texts[0], &no, &ignored);
    if (rc == RC_MISSING) {
        return RC_OK;
    }
    if (rc) {
        rc = rc_fail(e, rc, "%s", ignored.msg);
        err_hint(e, "%s", ignored.hint);
        return rc;
    }
    bits_init(&set, w->len);
    bits_set(&set, w->consumers[no]);
    *out = world_keep_set(w, n->key, set);
    return RC_OK;
}

/* ---- marks ---- */

static enum rc ask_rule(struct who_world *w, struct find_node *n, struct str rule,
                        struct bits *out, struct err *e)
{
    const struct open_rule *open = w->open;
    struct open_rule here = {n->key, open};
    uint32_t depth = 0;
    for (const struct open_rule *o = open; o; o = o->outer, depth++) {
        if (str_eq(o->key, n->key)) {
            enum rc rc = rc_fail(e, RC_INVALID, "the rule of %.*s asks about itself",
                                 STR_FMT(n->q->texts[0]));
            err_hint(e, "crowds and tags whose rules name each other in a ring mean nothing; "
                        "change one of them");
            return rc;
        }
    }
    if (depth == RULES_DEPTH) {
        enum rc rc = rc_fail(e, RC_TOO_LARGE, "rules name each other more than %u deep at %.*s",
                             RULES_DEPTH, STR_FMT(n->q->texts[0]));
        err_hint(e, "freeze a crowd between them");
        return rc;
    }
    struct arena *a = arena_new();
    struct question *q = NULL;
    uint32_t only = w->only;
    w->open = &here;
    w->only = 0; /* the crowd is kept: it must be all of it */
    enum rc rc = question_parse(rule, &w->sources.names, a, &q, NULL, e);
    rc = rc ? rc : who_find(w, q, out, e);
    w->open = open;
    w->only = only;
    arena_free(a);
    return rc;
}

static enum rc mark(struct who_world *w, struct find_node *n, struct kept **out, struct err *e)
{
    const struct question *q = n->q;
    struct arena *a = arena_new();
    struct str rule = STR_NULL, value = q->texts_len > 1 ? q->texts[1] : STR_NULL;
    struct bits own, set = {0};
    enum rc rc = RC_OK;
    n->where = "mark";
    bits_init(&own, w->len);
    if (w->sources.mark) {
        rc = w->sources.mark(w->sources.ctx, q->form, q->texts[0], value, w->as_of, &own, &rule,
                             a, e);
    }
    if (!rc && rule.ptr) {
        rc = ask_rule(w, n, rule, &set, e);
        n->note = "by its rule";
    } else if (!rc) {
        bits_init(&set, w->len);
        world_lift(w, &own, &set);
    }
    if (!rc) {
        *out = world_keep_set(w, n->key, set);
    }
    bits_release(&own);
    arena_free(a);
    return rc;
}

/* ---- all ---- */

enum rc find_other(struct who_world *w, struct find_node *n, struct kept **out, struct err *e)
{
    *out = NULL;
    switch (n->q->form) {
    case Q_STAGE:
        return n->q->stage_ask == STAGE_ON ? stage_on(w, n, out, e) : stage_in(w, n, out, e);
    case Q_FIELD:
        return n->q->field->type == FIELD_NUMBER ? number_field(w, n, out, e)
                                                 : text_field(w, n, out, e);
    case Q_HAS: has_kind(w, n, out); return RC_OK;
    case Q_IDENTITY: return identity_of(w, n, out, e);
    case Q_TAG:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT: return mark(w, n, out, e);
    case Q_ALL:
    case Q_AND:
    case Q_OR:
    case Q_NOT:
    case Q_DID:
    case Q_SEQUENCE:
    case Q_IS:
    case Q_MEASURE:
    case Q_TOTAL:
    case Q_MOMENT:
    case Q_SAMPLE: break;
    }
    return RC_OK;
}
