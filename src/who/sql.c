/* The statement of a question, and the running of it. */
#include "who/sql.h"

#include "gen/sql_who.h"
#include "who/field_value.h"
#include "who/sql_internal.h"
#include "who/world_own.h"

/* ---- days ---- */

#define SCAN_MS DAY_MS /* no zone changes its offset and back within a day */

/* The first instant in (low, high] with another offset than at low; there is one. */
static int64_t change_between(const struct zone *z, int64_t low, int64_t high)
{
    int32_t before = zone_offset_s(z, low);
    while (high - low > 1) {
        int64_t mid = low + (high - low) / 2;
        if (zone_offset_s(z, mid) == before) {
            low = mid;
        } else {
            high = mid;
        }
    }
    return high;
}

static void add_day(struct buf *out, struct arena *a, int32_t offset_s)
{
    struct str offset = arena_strf(a, "%lld", (long long)offset_s * 1000);
    const struct sql_hole hole = {"offset_ms", offset};
    buf_add(out, sql_fill(a, &sql_who_day, &hole, 1));
}

/* The day of an instant: one offset, or a CASE over its changes within the days of the history. */
static struct str day_text(const struct brand *b, struct arena *a)
{
    const struct zone *z = b->zone;
    int64_t from = b->first_day == DAY_NONE ? 0 : ((int64_t)b->first_day - 2) * DAY_MS;
    int64_t to = b->first_day == DAY_NONE ? 0 : ((int64_t)b->last_day + 3) * DAY_MS;
    struct buf text = {0};
    bool changes = false;
    for (int64_t t = from; t < to; t += SCAN_MS) {
        int32_t offset = zone_offset_s(z, t);
        if (zone_offset_s(z, t + SCAN_MS) != offset) {
            int64_t at = change_between(z, t, t + SCAN_MS);
            buf_addf(&text, "%s when e.time_ms < %lld then ", changes ? "" : "case",
                     (long long)at);
            add_day(&text, a, offset);
            changes = true;
        }
    }
    buf_add(&text, changes ? STR(" else ") : STR(""));
    add_day(&text, a, zone_offset_s(z, to));
    buf_add(&text, changes ? STR(" end") : STR(""));
    struct str out = arena_str(a, buf_str(&text));
    buf_release(&text);
    return out;
}

/* ---- the tree ---- */

static enum rc add_truth(struct sql_making *m, const struct question *q, struct buf *out);

static enum rc add_operands(struct sql_making *m, const struct question *q, struct buf *out)
{
    enum rc rc = RC_OK;
    buf_add(out, q->form == Q_NOT ? STR("not (") : STR("("));
    for (const struct question *c = q->first; c && !rc; c = c->next) {
        if (c != q->first) {
            buf_add(out, q->form == Q_AND ? STR("\n   and ") : STR("\n    or "));
        }
        rc = add_truth(m, c, out);
    }
    buf_add_byte(out, ')');
    return rc;
}

static struct str stage_list(struct sql_making *m, uint64_t stages)
{
    struct buf list = {0};
    for (uint32_t s = 0; s < 64; s++) {
        if (stages >> s & 1) {
            buf_addf(&list, "%s%u", list.len ? ", " : "", s);
        }
    }
    struct str out = arena_str(m->a, buf_str(&list));
    buf_release(&list);
    return out;
}

static enum rc add_stage(struct sql_making *m, const struct question *q, struct buf *out)
{
    int64_t day = q->day != DAY_NONE ? q->day : (int64_t)m->q->as_of - q->days_ago;
    if (!q->stages || (q->stage_ask == STAGE_ON && day > m->q->as_of)) {
        buf_add(out, STR("1 = 0"));
        return RC_OK;
    }
    enum rc rc = sql_tails_span(m->q, m->e);
    const struct sql *piece = &sql_who_stage_on;
    switch (q->stage_ask) {
    case STAGE_ON: break;
    case STAGE_WAS: piece = &sql_who_stage_was; break;
    case STAGE_ENTERED: piece = &sql_who_stage_entered; break;
    case STAGE_LEFT: piece = &sql_who_stage_left; break;
    }
    struct str text =
        SQL_FILL(m, piece, {"day", sql_int(m, day)}, {"stages", stage_list(m, q->stages)},
                 {"from_day", sql_from_day(m, q->when)}, {"to_day", sql_to_day(m, q->when)},
                 {"as_of", sql_int(m, m->q->as_of)});
    buf_add(out, sql_among(m, sql_node(m, text), false));
    return rc;
}

/* " and s.words in ($p1)" of a field's values. */
static enum rc score_match(struct sql_making *m, const struct question *q, struct str *out)
{
    const struct who_field *f = q->field;
    if (q->known) {
        *out = STR("1 = 1");
        return RC_OK;
    }
    if (f->type == FIELD_NUMBER) {
        struct str number = sql_bind_f64(m, q->number);
        *out = arena_strf(m->a, "s.number %s %.*s", sql_cmp(q->cmp), STR_FMT(number));
        return RC_OK;
    }
    struct str *keys = NULL;
    uint32_t len = 0;
    enum rc rc =
        field_keys(m->q->brand->ledger, f, q->texts, q->texts_len, m->a, &keys, &len, m->e);
    struct buf text = {0};
    buf_addf(&text, "s.words %s (", q->cmp == CMP_NE ? "not in" : "in");
    for (uint32_t i = 0; i < len; i++) {
        buf_add(&text, str_of(i ? ", " : ""));
        buf_add(&text, sql_bind_str(m, keys[i]));
    }
    buf_add_byte(&text, ')');
    *out = arena_str(m->a, buf_str(&text));
    buf_release(&text);
    return rc;
}

static enum rc add_field(struct sql_making *m, const struct question *q, struct buf *out)
{
    uint32_t slot = 0;
    struct str match = STR_NULL;
    enum rc rc = sql_tails_score(m->q, q->field, &slot, m->e);
    rc = rc ? rc : score_match(m, q, &match);
    if (rc) {
        return rc;
    }
    struct str text = SQL_FILL(m, &sql_who_score, {"slot", sql_int(m, slot)}, {"match", match});
    buf_add(out, sql_among(m, sql_node(m, text), false));
    return RC_OK;
}

static enum rc add_has(struct sql_making *m, const struct question *q, struct buf *out)
{
    bool outside = sql_zero_holds(q->cmp, q->number);
    struct str kind = kind_name(m->q->brand->kinds, q->kind);
    struct str family = arena_strf(m->a, "%.*s@", STR_FMT(kind));
    struct str family_bind = sql_bind_str(m, family);
    struct str letters = arena_strf(m->a, "length(%.*s)", STR_FMT(family_bind));
    struct str text =
        SQL_FILL(m, &sql_who_has, {"kind", sql_bind_str(m, kind)}, {"family_len", letters},
                 {"family", family_bind}, {"not", outside ? STR("not") : STR("")},
                 {"cmp", sql_cmp_str(q->cmp)}, {"number", sql_bind_f64(m, q->number)});
    buf_add(out, sql_among(m, sql_node(m, text), outside));
    return RC_OK;
}

/* A value that means none ("phone:0000") is nobody's; one that is no identity at all is an error. */
static enum rc add_identity(struct sql_making *m, const struct question *q, struct buf *out)
{
    uint8_t kind = 0;
    struct str value = STR_NULL;
    enum rc rc = brand_stored_identity(m->q->brand, q->texts[0], m->a, &kind, &value, m->e);
    if (rc == RC_MISSING || (!rc && !kind)) {
        buf_add(out, STR("1 = 0"));
        return RC_OK;
    }
    if (!rc) {
        struct str text =
            SQL_FILL(m, &sql_who_identity,
                     {"kind", sql_bind_str(m, kind_name(m->q->brand->kinds, kind))},
                     {"value", sql_bind_str(m, value)});
        buf_add(out, sql_among(m, sql_node(m, text), false));
    }
    return rc;
}

/* A live crowd is its question; crowds that name each other in a ring have no answer. */
static enum rc add_rule(struct sql_making *m, const struct question *q, struct str rule,
                        struct buf *out)
{
    struct sql_open here = {q->form, q->texts[0], m->open};
    for (const struct sql_open *o = m->open; o; o = o->outer) {
        if (o->form == here.form && str_eq(o->name, here.name)) {
            enum rc rc = rc_fail(m->e, RC_INVALID, "\"%.*s\" names itself by its own rule",
                                 STR_FMT(here.name));
            err_hint(m->e, "change one of the rules in the ring");
            return rc;
        }
    }
    struct question *inner = NULL;
    enum rc rc = question_parse(rule, &m->q->sources.names, m->a, &inner, NULL, m->e);
    if (!rc) {
        m->open = &here;
        rc = add_truth(m, inner, out);
        m->open = here.outer;
    }
    return rc;
}

static enum rc add_mark(struct sql_making *m, const struct question *q, struct buf *out)
{
    uint32_t slot = 0;
    struct str value = q->texts_len > 1 ? q->texts[1] : STR_NULL;
    enum rc rc = sql_tails_mark(m->q, q->form, q->texts[0], value, &slot, m->e);
    if (rc) {
        return rc;
    }
    struct str rule = m->q->tails.slots.ptr[slot].rule;
    if (rule.ptr) {
        return add_rule(m, q, rule, out);
    }
    struct str text = SQL_FILL(m, &sql_who_mark, {"slot", sql_int(m, slot)});
    buf_add(out, sql_among(m, sql_node(m, text), false));
    return RC_OK;
}

static enum rc add_sample(struct sql_making *m, const struct question *q, struct buf *out)
{
    uint64_t seed = hash_mix(q->seed + 0x9e3779b97f4a7c15u);
    struct str text = SQL_FILL(m, &sql_who_sample,
                               {"seed", arena_strf(m->a, "%llu", (unsigned long long)seed)},
                               {"number", sql_bind_f64(m, q->number)});
    buf_add(out, sql_among(m, sql_node(m, text), false));
    return RC_OK;
}

/* Appends a condition on e.consumer. */
static enum rc add_truth(struct sql_making *m, const struct question *q, struct buf *out)
{
    switch (q->form) {
    case Q_ALL: buf_add(out, STR("1 = 1")); return RC_OK;
    case Q_AND:
    case Q_OR:
    case Q_NOT: return add_operands(m, q, out);
    case Q_DID:
    case Q_SEQUENCE:
    case Q_IS:
    case Q_MEASURE:
    case Q_TOTAL:
    case Q_MOMENT: buf_add(out, sql_of_event(m, q)); return RC_OK;
    case Q_STAGE: return add_stage(m, q, out);
    case Q_FIELD: return add_field(m, q, out);
    case Q_HAS: return add_has(m, q, out);
    case Q_IDENTITY: return add_identity(m, q, out);
    case Q_TAG:
    case Q_CROWD:
    case Q_REACH:
    case Q_CONSENT: return add_mark(m, q, out);
    case Q_SAMPLE: return add_sample(m, q, out);
    }
    return rc_fail(m->e, RC_BUG, "a question of an unknown form");
}

/* ---- the statement ---- */

static struct str views_text(struct sql_making *m)
{
    struct who_sql *q = m->q;
    struct str as_of = sql_int(m, q->as_of), all = sql_columns(m, "k");
    /* Days are exact; the instant only keeps the engine from reading what lies far behind. */
    struct str end = sql_int(m, ((int64_t)q->as_of + 3) * DAY_MS);
    struct str known = SQL_FILL(m, &sql_who_known, {"columns", sql_columns(m, "e")},
                                {"day", q->day}, {"end_ms", end}, {"as_of", as_of});
    struct str everyone = str_trim(str_of(sql_who_everyone.text)), live = STR("");
    if (m->live) {
        const struct sql *piece =
            q->tails.refunded_lines ? &sql_who_live : &sql_who_live_orders;
        live = SQL_FILL(m, piece, {"columns", all}, {"lines", sql_columns(m, "e")},
                        {"day", q->day}, {"as_of", as_of});
    }
    return arena_strf(m->a, "%.*s,\n%.*s%s%.*s", STR_FMT(known), STR_FMT(everyone),
                      m->live ? ",\n" : "", STR_FMT(live));
}

static enum rc make(struct sql_making *m, const struct question *question, struct str *text)
{
    struct buf truth = {0};
    enum rc rc = sql_tails_person(m->q, m->e);
    m->columns = 1u << SQL_IDENTITY;
    rc = rc ? rc : add_truth(m, question, &truth);
    rc = rc ? rc : m->rc;
    if (!rc) {
        *text = SQL_FILL(m, &sql_who_statement, {"views", views_text(m)},
                         {"nodes", buf_str(&m->nodes)}, {"truth", buf_str(&truth)});
    }
    buf_release(&truth);
    return rc;
}

static void making_release(struct sql_making *m)
{
    buf_release(&m->nodes);
    vec_release(&m->binds);
}

static enum rc run(struct sql_making *m, struct str text, struct bits *out)
{
    struct lake *lake = m->q->brand->lake;
    const struct sql sql = {"a question", text.ptr, NULL};
    struct lake_result *result = NULL;
    struct lake_chunk chunk = {0};
    enum rc rc =
        lake_query(lake, &sql, (struct binds){m->binds.ptr, m->binds.len}, &result, m->e);
    while (!rc && !(rc = lake_next(result, &chunk, m->e)) && chunk.rows) {
        const uint32_t *consumer = chunk.columns[0].data;
        for (uint32_t r = 0; r < chunk.rows; r++) {
            bits_set(out, consumer[r]);
        }
    }
    lake_done(result);
    return rc;
}

struct who_sql *who_sql_new(struct brand *b, int32_t as_of, const struct who_sources *s)
{
    struct who_sql *q = mem_zalloc(sizeof(*q));
    *q = (struct who_sql){.brand = b, .as_of = as_of, .sources = *s, .arena = arena_new()};
    q->day = day_text(b, q->arena);
    return q;
}

void who_sql_free(struct who_sql *q)
{
    if (q) {
        brand_detach(q->brand, q->tails.version);
        sql_tails_release(&q->tails);
        arena_free(q->arena);
        mem_free(q);
    }
}

enum rc who_sql_find(struct who_sql *q, const struct question *question, struct bits *out,
                     struct err *e)
{
    struct sql_making m = {.q = q, .a = arena_new(), .e = e};
    struct str text = STR_NULL;
    bits_init(out, dictionary_len(q->brand->dictionary) + 1);
    enum rc rc = make(&m, question, &text);
    rc = rc ? rc : sql_tails_attach(q, e);
    rc = rc ? rc : run(&m, text, out);
    if (rc) {
        bits_release(out);
    }
    making_release(&m);
    arena_free(m.a);
    return rc;
}

enum rc who_find_sql(struct who_world *w, const struct question *q, struct bits *out,
                     struct err *e)
{
    if (!w->sql) {
        w->sql = who_sql_new(w->brand, w->as_of, &w->sources);
    }
    return who_sql_find(w->sql, q, out, e);
}

/* A comment ends with its line. */
static void add_comment(struct buf *out, struct str text)
{
    for (size_t i = 0; i < text.len; i++) {
        buf_add_byte(out, (unsigned char)text.ptr[i] < 0x20 ? ' ' : text.ptr[i]);
    }
}

enum rc who_sql_text(struct who_sql *q, const struct question *question, struct arena *a,
                     struct str *out, struct err *e)
{
    struct sql_making m = {.q = q, .a = a, .e = e};
    enum rc rc = make(&m, question, out);
    if (!rc) {
        struct buf all = {0};
        buf_add(&all, *out);
        for (size_t i = 0; i < m.binds.len; i++) {
            const struct bind *b = &m.binds.ptr[i];
            if (b->kind == BIND_F64) {
                buf_addf(&all, "\n-- $%s = %.17g", b->name, b->f64);
            } else {
                buf_addf(&all, "\n-- $%s = '", b->name);
                add_comment(&all, b->str);
                buf_add_byte(&all, '\'');
            }
        }
        *out = arena_str(a, buf_str(&all));
        buf_release(&all);
    }
    making_release(&m);
    return rc;
}
