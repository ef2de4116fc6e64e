/* The sweep against the definition, day by day. */
#include "unit/tap.h"

#include "aipl/sweep.h"
#include "unit/aipl_life.h"

struct fixture {
    struct catalogue *c;
    struct stage_model *m;
    struct stage_table *t;
    struct sweep *s;
    struct evidence *ev;
};

static struct fixture setup_text(struct str text)
{
    struct fixture f = {.c = catalogue_new(), .ev = evidence_new()};
    struct err e = {0};
    if (stage_model_parse(text, f.c, LANG_EN, &f.m, &e)) {
        printf("# %s\n", e.msg);
    }
    f.t = stage_table_new(f.m);
    f.s = sweep_new(f.t);
    return f;
}
static struct fixture setup(const char *preset)
{
    struct str text = STR_NULL;
    (void)stage_model_preset(str_of(preset), LANG_EN, &text, NULL);
    return setup_text(text);
}
static void teardown(struct fixture f)
{
    sweep_free(f.s);
    stage_table_free(f.t);
    stage_model_free(f.m);
    evidence_free(f.ev);
    catalogue_free(f.c);
}

static struct stage_changes sweep_life(struct fixture *f, const struct life *l)
{
    static const uint32_t nos[LIFE_OWNERS] = {1, 2, 3};
    int32_t first = DAY_NONE;
    evidence_clear(f->ev);
    evidence_grow(f->ev, LIFE_OWNERS);
    life_fold(l, stage_model_plan(f->m), f->c, f->ev, nos);
    sweep_begin(f->s);
    for (uint32_t i = 0; i < LIFE_OWNERS; i++) {
        int32_t day = evidence_first_day(f->ev, nos[i]);
        first = day != DAY_NONE && (first == DAY_NONE || day < first) ? day : first;
        sweep_add(f->s, evidence_get(f->ev, nos[i]));
    }
    return sweep_end(f->s, first);
}

/* ---- the specification's example ---- */

static int32_t day_of(const char *text)
{
    int32_t day = 0;
    CHECK(day_parse(str_of(text), &day));
    return day;
}

static void check_changes(struct stage_changes c, const char *const (*want)[2], uint32_t n,
                          const struct stage_model *m)
{
    CHECK_EQ_I64(c.len, n);
    for (uint32_t i = 0; i < n && i < c.len; i++) {
        char day[16];
        CHECK_CSTR(day_format(c.ptr[i].day, day), want[i][0]);
        CHECK_STR(m->stages[c.ptr[i].stage].name, str_of(want[i][1]));
    }
}

static void test_example(void)
{
    static const char *const plain[][2] = {{"2017-11-25", "interest"},
                                           {"2017-12-01", "purchase"},
                                           {"2017-12-05", "loyalty"},
                                           {"2018-12-01", "purchase"},
                                           {"2020-06-05", "none"}};
    static const char *const refunded[][2] = {{"2017-11-25", "interest"},
                                              {"2017-12-01", "purchase"},
                                              {"2017-12-05", "loyalty"},
                                              {"2018-01-10", "purchase"},
                                              {"2020-06-01", "none"}};
    struct fixture f = setup("aipl");
    struct life l = {.len = 0};
    life_add(&l, "item_view", day_of("2017-11-25"));
    life_add(&l, "purchase", day_of("2017-12-01"));
    life_add(&l, "purchase", day_of("2017-12-05"));
    struct stage_changes c = sweep_life(&f, &l);
    check_changes(c, plain, 5, f.m);
    CHECK_EQ_I64(stage_changes_at(c, day_of("2017-11-24")), -1);
    CHECK_EQ_I64(stage_changes_at(c, day_of("2018-11-30")), 4);
    CHECK_EQ_I64(stage_changes_at(c, day_of("2020-06-04")), 3);
    CHECK_EQ_I64(stage_changes_at(c, day_of("2099-01-01")), 0);
    l.events[2].refund_day = day_of("2018-01-10");
    check_changes(sweep_life(&f, &l), refunded, 5, f.m);
    l.events[2].refund_day = l.events[2].day; /* given back on its own day: it never held */
    CHECK_EQ_I64(stage_changes_at(sweep_life(&f, &l), day_of("2017-12-05")), 3);
    teardown(f);
}

static void test_edges(void)
{
    struct fixture f = setup("aipl");
    struct life l = {.len = 0};
    sweep_begin(f.s);
    CHECK_EQ_I64(sweep_end(f.s, DAY_NONE).len, 0);
    life_add(&l, "page_view", 17000);
    struct stage_changes c = sweep_life(&f, &l);
    CHECK_EQ_I64(c.len, 1);
    CHECK_EQ_I64(stage_changes_at(c, 17000), 0);
    l.len = 0;
    life_add(&l, "follow", 17000);
    c = sweep_life(&f, &l);
    CHECK_EQ_I64(c.len, 1); /* a status has no window */
    CHECK_EQ_I64(stage_changes_at(c, 60000), 2);
    life_add(&l, "unfollow", 17000); /* at the same instant the end wins */
    CHECK_EQ_I64(stage_changes_at(sweep_life(&f, &l), 17000), 0);
    l.len = 0;
    life_add(&l, "ad_exposure", 17000);
    life_add(&l, "ad_exposure", 17015); /* day after the first window ends: no gap */
    c = sweep_life(&f, &l);
    CHECK_EQ_I64(c.len, 2);
    CHECK_EQ_I64(c.ptr[1].day, 17030);
    l.len = 0;
    life_add(&l, "refund", 17000); /* makes known, gives nothing */
    CHECK_EQ_I64(stage_changes_at(sweep_life(&f, &l), 17000), 0);
    teardown(f);
}

/* ---- random lives ---- */

static bool well_formed(struct stage_changes c)
{
    for (uint32_t i = 1; i < c.len; i++) {
        if (c.ptr[i].day <= c.ptr[i - 1].day || c.ptr[i].stage == c.ptr[i - 1].stage) {
            return false;
        }
    }
    return true;
}

static void test_random(int lives)
{
    struct fixture f = setup("aipl");
    struct rng r = rng_seed(7);
    for (int i = 0; i < lives; i++) {
        struct life l;
        life_random(&r, &l, 17000, 1500);
        struct stage_changes c = sweep_life(&f, &l);
        bool same = CHECK(well_formed(c));
        for (int32_t day = 16990; day < 19600 && same; day += 1 + (int32_t)rng_below(&r, 9)) {
            same = CHECK_EQ_I64(stage_changes_at(c, day), life_stage(&l, day));
        }
        for (uint32_t k = 0; k < c.len && same; k++) { /* and on both sides of every change */
            same =
                CHECK_EQ_I64(stage_changes_at(c, c.ptr[k].day), life_stage(&l, c.ptr[k].day)) &&
                CHECK_EQ_I64(stage_changes_at(c, c.ptr[k].day - 1),
                             life_stage(&l, c.ptr[k].day - 1));
        }
        if (!same) {
            printf("# life %d\n", i);
            break;
        }
    }
    teardown(f);
}

/* ---- counts ---- */

/* Events or distinct days of a name in the last `window` days (0 = ever); orders given back do not
 * count. */
static int life_count(const struct life *l, const char *name, int32_t day, int32_t window,
                      bool days)
{
    int count = 0;
    for (int i = 0; i < l->len; i++) {
        const struct life_event *x = &l->events[i];
        bool counts = strcmp(x->name, name) == 0 && x->day <= day &&
                      (!window || life_within(x, day, window)) &&
                      (x->refund_day == DAY_NONE || day < x->refund_day);
        for (int k = 0; k < i && counts && days; k++) {
            const struct life_event *y = &l->events[k];
            counts = !(strcmp(y->name, name) == 0 && y->day == x->day &&
                       (y->refund_day == DAY_NONE || day < y->refund_day));
        }
        count += counts;
    }
    return count;
}

static int counting_stage(const struct life *l, int32_t day)
{
    if (life_holds(l, day, "follow", "unfollow") &&
        life_count(l, "purchase", day, 60, true) >= 2) {
        return 4;
    }
    if (life_count(l, "purchase", day, 20, false) >= 3 ||
        life_count(l, "purchase", day, 0, false) == 1) {
        return 3;
    }
    if (life_count(l, "add_cart", day, 90, true) >= 2 &&
        life_count(l, "purchase", day, 40, false) == 0) {
        return 2;
    }
    return life_count(l, "item_view", day, 30, false) >= 3;
}

static void test_counts(int lives)
{
    struct fixture f = setup_text(
        STR("name: counting\nstages:\n"
            "  - {name: a, when: did item_view in 30d >= 3}\n"
            "  - {name: b, when: did add_cart in 90d > 1 days and not did purchase in 40d}\n"
            "  - {name: c, when: did purchase in 20d >= 3 or did purchase = 1}\n"
            "  - {name: d, when: is follow and did purchase in 60d >= 2 days}\n"));
    struct rng r = rng_seed(11);
    for (int i = 0; i < lives; i++) {
        struct life l;
        life_random(&r, &l, 17000, 100);
        struct stage_changes c = sweep_life(&f, &l);
        bool same = CHECK(well_formed(c));
        int32_t first = c.len ? c.ptr[0].day : 17000;
        for (int32_t day = first; day < 17400 && same; day++) {
            same = CHECK_EQ_I64(stage_changes_at(c, day), counting_stage(&l, day));
        }
        if (!same) {
            printf("# life %d\n", i);
            break;
        }
    }
    teardown(f);
}

/* More atoms than the table holds: the cache answers the same. */
static void test_many_atoms(void)
{
    struct fixture f = setup_text(
        STR("name: many\nstages:\n  - name: a\n    when: >-\n"
            "      did add_cart in 1d or did add_cart in 2d >= 2 or did add_cart in 3d >= 3\n"
            "      or did add_cart in 4d >= 4 or did add_cart in 5d >= 5 or did add_cart in 6d "
            ">= 6\n"
            "      or did add_cart in 7d >= 7 or did add_cart in 8d >= 8 or did add_cart in 9d "
            ">= 9\n"
            "      or did add_cart in 10d >= 10 or did add_cart in 11d >= 11 or did add_cart "
            "in 12d >= 12\n"
            "      or did add_cart in 13d >= 13 or did add_cart in 14d >= 14 or did add_cart "
            "in 15d >= 15\n"
            "      or did add_cart in 16d >= 16 or did add_cart in 17d >= 17 or did add_cart "
            "in 18d >= 18\n"));
    CHECK_EQ_I64(f.m->program->atoms_len, 18);
    struct rng r = rng_seed(3);
    for (int i = 0; i < 60; i++) {
        struct life l;
        life_random(&r, &l, 17000, 60);
        struct stage_changes c = sweep_life(&f, &l);
        CHECK(well_formed(c));
        for (int32_t day = c.ptr[0].day; day < 17100; day++) {
            bool want = false;
            for (int32_t k = 1; k <= 18; k++) {
                want = want || life_count(&l, "add_cart", day, k, false) >= k;
            }
            CHECK_EQ_I64(stage_changes_at(c, day), want);
        }
    }
    teardown(f);
}

int main(void)
{
    TEST("the specification's example, exactly, with and without the refund") {
        test_example();
    }
    TEST("nothing, a status, adjoining windows, a refund alone") {
        test_edges();
    }
    TEST("random lives have the stages of the definition on every day") {
        test_random(800);
    }
    TEST("counts, days, ever, not, beside refunds") {
        test_counts(400);
    }
    TEST("models of many conditions") {
        test_many_atoms();
    }
    return tap_end();
}
