/* Random trees: printed, read back and printed again; written as JSON and read back. The tree stays the same, and
 * the place of every condition in the text holds just that condition. */
#include "unit/tap.h"

#include "base/day.h"
#include "base/rng.h"
#include "unit/who_tree.h"

#define TREES 8000

struct maker {
    struct fixture f;
    struct rng rng;
    uint32_t leaves;
    uint64_t forms[QUESTION_FORMS];
};

static uint32_t pick(struct maker *m, uint32_t n) { return (uint32_t)rng_below(&m->rng, n); }
static bool maybe(struct maker *m, uint32_t of) { return pick(m, of) == 0; }

static struct str a_text(struct maker *m)
{
    static const char *const texts[] = {
        "a",     "护肤",     "say \"hi\"", "back\\slash",  "",
        "两 词", "（全角）", "'single'",   "did purchase", "“”"};
    return str_of(texts[pick(m, 10)]);
}

static struct str a_label(struct maker *m)
{
    struct str s = a_text(m);
    return s.len ? s : STR("x");
}

static uint16_t a_name(struct maker *m)
{
    static const char *const names[] = {
        "purchase", "refund",    "review", "add_cart", "item_view", "follow", "own_one",
        "any",      "皮肤 测试", "then",   "favorite", "own.dot",   "days",   "stage"};
    uint16_t code = 0;
    CHECK_EQ_I64(catalogue_intern(m->f.catalogue, str_of(names[pick(m, 14)]), &code, NULL),
                 RC_OK);
    return code;
}

static const struct str *some_texts(struct maker *m, uint32_t *len)
{
    *len = 1 + pick(m, 3);
    struct str *texts = arena_array(m->f.arena, struct str, *len);
    for (uint32_t i = 0; i < *len; i++) {
        texts[i] = a_text(m);
    }
    return texts;
}

static enum evidence_cmp a_cmp(struct maker *m)
{
    static const enum evidence_cmp cmps[] = {CMP_EQ, CMP_NE, CMP_LT, CMP_LE, CMP_GT, CMP_GE};
    return cmps[pick(m, 6)];
}

/* fen, 1/10,000, or a real number that a text holds exactly. */
static double a_number(struct maker *m, int scale)
{
    double whole = (double)pick(m, 3000000) - (maybe(m, 5) ? 1500000 : 0);
    return scale < 0 ? whole / (maybe(m, 2) ? 1 : 64) : whole;
}

static void channel_test(struct maker *m, struct evidence_test *t)
{
    static const char *const names[] = {"tmall", "jd", "mini_program", "own_channel"};
    struct str *texts = arena_array(m->f.arena, struct str, 1);
    uint8_t *codes = arena_array(m->f.arena, uint8_t, 1);
    texts[0] = str_of(names[pick(m, 4)]);
    CHECK_EQ_I64(channel_intern(m->f.catalogue, texts[0], codes, NULL), RC_OK);
    t->texts = texts;
    t->codes = codes;
    t->texts_len = 1;
}

static struct evidence_test a_test(struct maker *m)
{
    struct evidence_test t = {.field = (enum event_field)pick(m, FIELD_COUNT)};
    static const int scales[FIELD_COUNT] = {2, -1, -1, 4, 0, 0, 0, 0, 0, 0, -1};
    if (t.field == FIELD_PROP) {
        t.key = a_label(m);
    }
    if (scales[t.field] != 0 && (t.field != FIELD_PROP || maybe(m, 2))) {
        t.cmp = a_cmp(m);
        t.number = a_number(m, scales[t.field]);
    } else if (t.field == FIELD_CHANNEL) {
        t.cmp = maybe(m, 3) ? CMP_IN : maybe(m, 2) ? CMP_EQ : CMP_NE;
        channel_test(m, &t);
    } else {
        t.texts = some_texts(m, &t.texts_len);
        t.cmp = t.texts_len > 1 || maybe(m, 3) ? CMP_IN : maybe(m, 2) ? CMP_EQ : CMP_NE;
    }
    return t;
}

static struct event_filter a_filter(struct maker *m)
{
    struct event_filter f = {0};
    uint32_t want = maybe(m, 6) ? 0 : 1 + pick(m, 3), tests = maybe(m, 2) ? 0 : pick(m, 4);
    uint16_t *names = arena_array(m->f.arena, uint16_t, 4);
    for (uint32_t i = 0; i < want; i++) {
        uint16_t name = a_name(m);
        bool fresh = true;
        for (uint32_t k = 0; k < f.names_len; k++) {
            fresh = fresh && names[k] != name;
        }
        names[f.names_len] = name;
        f.names_len += fresh;
    }
    f.names = names;
    struct evidence_test *list = arena_array(m->f.arena, struct evidence_test, 4);
    for (; f.tests_len < tests; f.tests_len++) {
        list[f.tests_len] = a_test(m);
    }
    f.tests = list;
    return f;
}

static struct when a_when(struct maker *m, bool ever)
{
    struct when w = {0};
    int32_t from = (int32_t)pick(m, 20000), to = from + (int32_t)pick(m, 400);
    switch (pick(m, ever ? 6 : 5)) {
    case 0: w = (struct when){.form = WHEN_IN, .days = 1 + pick(m, 36600)}; break;
    case 1:
        w = (struct when){.form = WHEN_IN, .days = 1 + pick(m, 400), .ago = 1 + pick(m, 400)};
        break;
    case 2: w = (struct when){.form = WHEN_BEFORE, .days = 1 + pick(m, 400)}; break;
    case 3: w = (struct when){.form = WHEN_DAYS, .from = from, .to = to}; break;
    case 4:
        w = maybe(m, 2) ? (struct when){.form = WHEN_DAYS, .from = from, .to = INT32_MAX}
                        : (struct when){.form = WHEN_DAYS, .from = DAY_NONE, .to = to};
        break;
    default: break;
    }
    return w;
}

static void fill_did(struct maker *m, struct question *q)
{
    bool mixed = false;
    q->filter = a_filter(m);
    q->when = a_when(m, true);
    q->cmp = CMP_GE;
    q->number = 1;
    for (uint32_t i = 0; i < q->filter.names_len; i++) {
        mixed = mixed || (q->filter.names_len > 1 && q->filter.names[i] == EVENT_PURCHASE);
    }
    mixed = mixed || q->filter.names_len == 0;
    if (maybe(m, 2)) {
        q->cmp = a_cmp(m);
        q->number = pick(m, 10);
        q->count_of = mixed ? (enum count_of)(1 + pick(m, 2)) : (enum count_of)pick(m, 3);
    }
}

static void fill_sequence(struct maker *m, struct question *q)
{
    static const struct {
        const char *written;
        int64_t ms;
    } spans[] = {{"90m", 5400000}, {"24h", 86400000}, {"3d", 259200000}, {"1m", 60000}};
    q->steps_len = 2 + pick(m, 3);
    struct sequence_step *steps = arena_array(m->f.arena, struct sequence_step, q->steps_len);
    for (uint32_t i = 0; i < q->steps_len; i++) {
        uint32_t span = pick(m, 4);
        steps[i].filter = a_filter(m);
        steps[i].negated = i > 0 && i + 1 == q->steps_len && maybe(m, 2);
        steps[i].within_ms = i ? spans[span].ms : 0;
        steps[i].written = i ? str_of(spans[span].written) : STR_NULL;
    }
    q->of_first = !steps[q->steps_len - 1].negated && maybe(m, 2);
    for (uint32_t i = 1; i < q->steps_len && q->of_first; i++) {
        steps[i].within_ms = steps[q->steps_len - 1].within_ms;
        steps[i].written = steps[q->steps_len - 1].written;
    }
    q->steps = steps;
    q->when = a_when(m, true);
}

static void fill_is(struct maker *m, struct question *q)
{
    static const char *const statuses[] = {"follow", "friend_add", "group_join", "member_join"};
    uint16_t *name = arena_array(m->f.arena, uint16_t, 1);
    *name = catalogue_find(m->f.catalogue, str_of(statuses[pick(m, 4)]));
    q->filter = (struct event_filter){.names = name, .names_len = 1};
}

static void fill_number(struct maker *m, struct question *q, int scale)
{
    q->cmp = a_cmp(m);
    q->number = a_number(m, scale);
}

static void fill_stage(struct maker *m, struct question *q)
{
    q->stage_ask = (enum stage_ask)pick(m, 4);
    uint32_t stage = pick(m, 6);
    if (q->stage_ask != STAGE_ON) {
        q->stages = q->stages_written = UINT64_C(1) << stage;
        q->when = a_when(m, true);
        return;
    }
    if (maybe(m, 3)) {
        q->day = (int32_t)pick(m, 20000);
    } else if (maybe(m, 2)) {
        q->days_ago = 1 + pick(m, 1000);
    }
    if (maybe(m, 3)) {
        q->cmp = CMP_IN;
        q->stages = q->stages_written = 1 + pick(m, 63);
        return;
    }
    q->cmp = a_cmp(m);
    q->stages_written = UINT64_C(1) << stage;
    uint64_t below = q->stages_written - 1, above = 63 & ~(below | q->stages_written);
    q->stages = q->cmp == CMP_EQ   ? q->stages_written
                : q->cmp == CMP_NE ? below | above
                : q->cmp == CMP_LT ? below
                : q->cmp == CMP_LE ? below | q->stages_written
                : q->cmp == CMP_GT ? above
                                   : above | q->stages_written;
}

static void fill_field(struct maker *m, struct question *q)
{
    uint32_t len = 0;
    while (who_fields[len].name) {
        len++;
    }
    q->field = &who_fields[pick(m, len)];
    if (maybe(m, 4)) {
        q->known = true;
    } else if (q->field->type == FIELD_NUMBER) {
        bool yuan = q->field->unit && strcmp(q->field->unit, "yuan") == 0;
        fill_number(m, q, yuan ? 2 : -1);
        q->number = yuan ? q->number / 100 : q->number;
    } else {
        q->texts = some_texts(m, &q->texts_len);
        q->cmp = q->texts_len > 1 || maybe(m, 3) ? CMP_IN : maybe(m, 2) ? CMP_EQ : CMP_NE;
    }
}

static void fill_label(struct maker *m, struct question *q, struct str text, bool value)
{
    struct str *texts = arena_array(m->f.arena, struct str, 2);
    texts[0] = text;
    texts[1] = a_text(m);
    q->texts = texts;
    q->texts_len = value ? 2 : 1;
}

static void fill_has(struct maker *m, struct question *q)
{
    static const char *const kinds[] = {"phone", "openid", "openid@wx12", "email"};
    q->kind = kind_find(m->f.kinds, str_of(kinds[pick(m, 4)]));
    q->cmp = a_cmp(m);
    q->number = pick(m, 5);
}

static struct question *a_leaf(struct maker *m)
{
    static const enum event_field measured[] = {FIELD_AMOUNT, FIELD_QUANTITY, FIELD_SCORE,
                                                FIELD_UNIT_PRICE};
    static const int scales[] = {2, -1, -1, 4};
    struct question *q = arena_new_of(m->f.arena, struct question);
    uint32_t form = pick(m, QUESTION_FORMS), which = pick(m, 4);
    form = form >= Q_AND && form <= Q_NOT ? Q_DID : form;
    q->form = (enum question_form)form;
    q->day = DAY_NONE;
    m->leaves++;
    if (form == Q_DID) {
        fill_did(m, q);
    } else if (form == Q_SEQUENCE) {
        fill_sequence(m, q);
    } else if (form == Q_IS) {
        fill_is(m, q);
    } else if (form == Q_MEASURE) {
        q->filter = a_filter(m);
        q->when = a_when(m, true);
        q->measure = (enum measure_of)pick(m, 4);
        q->of = measured[which];
        fill_number(m, q, scales[which]);
    } else if (form == Q_TOTAL) {
        q->when = a_when(m, true);
        q->total = (enum total_of)pick(m, 2);
        fill_number(m, q, 2);
    } else if (form == Q_MOMENT) {
        q->filter = a_filter(m);
        q->last_one = maybe(m, 2);
        if (maybe(m, 2)) {
            q->was = a_filter(m);
            q->was.names_len = 0;
        }
        q->when = a_when(m, q->was.tests_len > 0);
    } else if (form == Q_STAGE) {
        fill_stage(m, q);
    } else if (form == Q_FIELD) {
        fill_field(m, q);
    } else if (form == Q_HAS) {
        fill_has(m, q);
    } else if (form == Q_IDENTITY) {
        q->kind = kind_find(m->f.kinds, STR("phone"));
        fill_label(m, q, STR("phone:13800138000"), false);
    } else if (form == Q_TAG) {
        fill_label(m, q, a_label(m), maybe(m, 2));
    } else if (form == Q_CROWD || form == Q_CONSENT) {
        fill_label(m, q, a_label(m), false);
    } else if (form == Q_REACH) {
        fill_label(m, q, str_of(reach_channels[pick(m, 5)].name), false);
    } else if (form == Q_SAMPLE) {
        q->number = (1 + pick(m, 1000000)) / 10000.0;
        q->seed = maybe(m, 2) ? rng_u64(&m->rng) : 0;
    }
    return q;
}

/* Lists hold two operands or more, none of them a list of the same form. */
static struct question *a_tree(struct maker *m, uint32_t depth, enum question_form outer)
{
    uint32_t choice = depth ? pick(m, 4) : 3;
    if (choice == 3) {
        return a_leaf(m);
    }
    struct question *q = arena_new_of(m->f.arena, struct question);
    q->day = DAY_NONE;
    q->form = choice == 2 ? Q_NOT : choice == 0 ? Q_AND : Q_OR;
    q->form = q->form == outer && outer != Q_NOT ? Q_NOT : q->form;
    uint32_t len = q->form == Q_NOT ? 1 : 2 + pick(m, 2);
    for (uint32_t i = 0; i < len; i++) {
        struct question *k = a_tree(m, depth - 1, q->form);
        if (q->last) {
            q->last->next = k;
        } else {
            q->first = k;
        }
        q->last = k;
    }
    return q;
}

/* What stands at a node's place reads as that node. */
static bool places_hold(struct maker *m, const struct question *q, struct str text)
{
    struct question *alone = NULL;
    struct str piece = str_slice(text, q->at, q->end);
    m->forms[q->form]++;
    if (q->end > text.len ||
        question_parse(piece, &m->f.names, m->f.arena, &alone, NULL, NULL) ||
        !tree_equal(q, alone, &m->f.names)) {
        printf("#   %.*s: place %u-%u\n", STR_FMT(text), q->at, q->end);
        return false;
    }
    bool hold = true;
    for (const struct question *k = q->first; k && hold; k = k->next) {
        hold = places_hold(m, k, text);
    }
    return hold;
}

static bool text_round(struct maker *m, const struct question *q)
{
    struct question *again = NULL;
    struct err e = {0};
    struct str once = question_print(q, &m->f.names, m->f.arena);
    enum rc rc = question_parse(once, &m->f.names, m->f.arena, &again, NULL, &e);
    bool same = rc == RC_OK && tree_equal(q, again, &m->f.names) &&
                str_eq(once, question_print(again, &m->f.names, m->f.arena)) &&
                places_hold(m, again, once);
    if (!same) {
        printf("#   %.*s\n#   %s (%s)\n", STR_FMT(once), e.msg, e.hint);
    }
    return same;
}

static void test_round(uint64_t seed)
{
    struct maker m = {.f = fixture_new()};
    uint32_t texts = 0, jsons = 0;
    m.rng = rng_seed(seed);
    for (uint32_t i = 0; i < TREES; i++) {
        const struct question *q = a_tree(&m, pick(&m, 5), Q_NOT);
        texts += text_round(&m, q);
        jsons += json_round(&m.f, q);
        if (texts + jsons != 2 * (i + 1)) {
            break;
        }
        arena_reset(m.f.arena);
    }
    CHECK_EQ_I64(texts, TREES);
    CHECK_EQ_I64(jsons, TREES);
    for (uint32_t f = 0; f < QUESTION_FORMS; f++) {
        CHECK(m.forms[f] >= 250);
    }
    fixture_free(&m.f);
}

int main(void)
{
    TEST("8,000 random trees stay the same through text and JSON") {
        test_round(20171201);
    }
    return tap_end();
}
