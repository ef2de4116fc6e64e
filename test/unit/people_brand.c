/* A brand's pond through its life: batches of all sizes, closed and opened again with and without its
 * checkpoint; the state must not tell. */
#include "people/brand.h"
#include "base/mem.h"
#include "base/rng.h"
#include "people/internal.h"
#include "tap.h"
#include <stdlib.h>
#include <unistd.h>

enum { CLASSES = 3, PERSONS = 4000 };

struct told {
    uint32_t times;
    uint64_t done, all;
    bool grows;
};

static void note_told(void *ctx, uint64_t done, uint64_t all)
{
    struct told *t = ctx;
    t->grows = !t->times++ || (t->grows && done > t->done);
    t->done = done;
    t->all = all;
}

static struct evidence_plan plan;
static const uint16_t viewed[] = {12}, bought[] = {EVENT_PURCHASE}, on[] = {50}, off[] = {51};

static void make_plan(void)
{
    plan.len = CLASSES;
    plan.hash = 42;
    plan.classes[0] =
        (struct evidence_class){.unit = UNIT_EVENTS, .names = viewed, .names_len = 1};
    plan.classes[1] =
        (struct evidence_class){.unit = UNIT_ORDERS, .names = bought, .names_len = 1};
    plan.classes[2] = (struct evidence_class){
        .unit = UNIT_STATUS, .names = on, .names_len = 1, .off_names = off, .off_len = 1};
    plan.on[12] = 1;
    plan.on[EVENT_PURCHASE] = 2;
    plan.on[50] = 4;
    plan.off[51] = 4;
}

static enum rc give_plan(void *ctx, struct brand *b, const struct evidence_plan **out,
                         struct err *e)
{
    (void)ctx;
    (void)b;
    (void)e;
    *out = &plan;
    return RC_OK;
}

static struct brand *open_brand(const char *dir, enum brand_mode mode, bool afresh)
{
    static struct clock clock;
    struct brand *b = NULL;
    struct err e = {0};
    clock = clock_real();
    const struct brand_options o = {.data_dir = dir,
                                    .mode = mode,
                                    .clock = &clock,
                                    .hooks = {.plan = give_plan},
                                    .no_checkpoint = afresh};
    if (brand_open(&o, &b, &e)) {
        printf("# brand_open: %s (%s)\n", e.msg, e.detail);
    }
    return b;
}

static void add_ident(struct brand *b, struct event_batch *x, uint8_t kind, struct str v)
{
    batch_add_ident(x, kind, v, identity_hash(b->hash_key, kind_name(b->kinds, kind), v), NULL);
}

static void fill(struct brand *b, struct event_batch *x, struct rng *r, uint32_t rows)
{
    static const uint16_t names[] = {12, 12, 12, 50, 51, EVENT_PURCHASE, EVENT_REFUND};
    for (uint32_t i = 0; i < rows; i++) {
        uint32_t row = batch_add(x), person = rng_below(r, PERSONS);
        x->name[row] = names[rng_below(r, 7)];
        x->time_ms[row] = 1500000000000 + (int64_t)rng_below(r, 300) * DAY_MS +
                          (int64_t)rng_below(r, 86400000);
        x->channel[row] = (uint8_t)(1 + rng_below(r, 4));
        bool order = x->name[row] == EVENT_PURCHASE || x->name[row] == EVENT_REFUND;
        if (order) {
            x->item[row] = arena_strf(x->arena, "item%u", rng_below(r, 3));
            x->quantity[row] = 1 + rng_below(r, 3);
            x->unit_price_e4[row] = 10000;
            x->amount_fen[row] = (int64_t)x->quantity[row] * 100;
            if (rng_below(r, 3)) {
                x->order_no[row] = arena_strf(x->arena, "o%u-%u", person, rng_below(r, 4));
            }
        }
        if (rng_below(r, 20)) {
            add_ident(b, x, KIND_USER_ID, arena_strf(x->arena, "u%u", person));
        }
        if (!rng_below(r, 3)) {
            add_ident(b, x, KIND_PHONE, arena_strf(x->arena, "138%08u", person));
        }
        if (!rng_below(r, 4)) {
            add_ident(b, x, KIND_DEVICE,
                      arena_strf(x->arena, "d%u", rng_below(r, PERSONS * 2)));
        }
    }
    seen_keys(b->secret->event, b->catalogue, x);
}

/* Everything the state says, by internal number: the same history gives the same numbers. */
static uint64_t state_of(struct brand *b)
{
    struct err e = {0};
    if (brand_settle(b, &e)) {
        printf("# brand_settle: %s\n", e.msg);
    }
    uint64_t h = hash_mix(b->events) ^ hash_mix(b->anonymous + 1);
    for (uint32_t code = 0; code < catalogue_len(b->catalogue); code++) {
        const struct event_tally *t = &b->tallies[code];
        h = hash_mix(h ^ t->events) + hash_mix(t->anonymous + 1);
        h = hash_mix(h ^ (uint64_t)t->first_ms) + hash_mix((uint64_t)t->last_ms + 1);
    }
    for (uint32_t no = 1; no <= dictionary_len(b->dictionary); no++) {
        struct evidence_view v = evidence_get(b->evidence, no);
        h = hash_mix(h ^ graph_consumer(b->graph, no));
        h = hash_mix(h ^ (uint64_t)(int64_t)evidence_first_day(b->evidence, no));
        h = hash_mix(h ^ hash_sip64((struct hash_key){1, 2},
                                    str_make((const char *)v.words, v.len * 4)));
    }
    return h;
}

static uint32_t accept(struct brand *b, struct rng *r, uint32_t rows)
{
    struct event_batch *x = batch_new(rows);
    struct accept_result got = {0};
    struct err e = {0};
    fill(b, x, r, rows);
    seen_source(b->seen);
    if (brand_accept(b, x, &got, &e)) {
        printf("# brand_accept: %s (%s)\n", e.msg, e.detail);
    }
    batch_free(x);
    return got.accepted;
}

/* The same batches, one after another or each begun before the one in front of it is ended. */
static uint64_t tell(const char *dir, bool ahead, struct brand **out)
{
    static const uint32_t sizes[] = {70000, 70001, 200, 66000, 90, 5, 80000, 70000};
    enum { BATCHES = sizeof(sizes) / sizeof(sizes[0]) };
    struct event_batch *x[BATCHES] = {0};
    struct accept_result got = {0};
    struct err e = {0};
    struct rng r = rng_seed(5);
    uint64_t accepted = 0;
    struct brand *b = open_brand(dir, BRAND_WRITE, false);
    seen_source(b->seen);
    for (uint32_t i = 0; i < BATCHES; i++) {
        x[i] = batch_new(sizes[i]);
        fill(b, x[i], &r, sizes[i]);
        CHECK_EQ_I64(brand_accept_begin(b, x[i], &e), RC_OK);
        if (!ahead || i) {
            CHECK_EQ_I64(brand_accept_end(b, &got, &e), RC_OK);
            CHECK_EQ_I64(got.accepted + got.duplicates, sizes[ahead ? i - 1 : i]);
            accepted += got.accepted;
        }
    }
    if (ahead) {
        /* The last one is made durable by who needs it to be. */
        CHECK_EQ_I64(brand_settle(b, &e), RC_OK);
        CHECK_EQ_I64(brand_accept_end(b, &got, &e), RC_OK);
        accepted += got.accepted;
    }
    CHECK_EQ_I64(brand_accept_end(b, &got, &e), RC_BUG);
    for (uint32_t i = 0; i < BATCHES; i++) {
        batch_free(x[i]);
    }
    CHECK(b->events == accepted && b->seq == accepted);
    *out = b;
    return state_of(b);
}

static void test_ahead(const char *data_dir)
{
    struct brand_setup setup = {.data_dir = data_dir,
                                .name = STR("demo"),
                                .zone = STR("Asia/Shanghai"),
                                .model_name = STR("none"),
                                .model_text = STR("")};
    struct arena *a = arena_new();
    struct brand *b[2] = {0};
    uint64_t state[2];
    struct err e = {0};
    for (int i = 0; i < 2; i++) {
        char *dir = arena_cstr(a, arena_strf(a, "%s/ahead%d", data_dir, i));
        setup.data_dir = dir;
        CHECK_EQ_I64(brand_create(&setup, NULL, &e), RC_OK);
        state[i] = tell(dir, i == 1, &b[i]);
    }
    CHECK(state[0] == state[1] && b[0]->events == b[1]->events);
    CHECK_EQ_I64(brand_close(b[0], &e), RC_OK);

    struct rng r = rng_seed(6);
    struct event_batch *x[3] = {0};
    for (int i = 0; i < 3; i++) {
        x[i] = batch_new(70000);
        fill(b[1], x[i], &r, 70000);
        seen_source(b[1]->seen);
        CHECK_EQ_I64(brand_accept_begin(b[1], x[i], &e), i == ACCEPT_AHEAD ? RC_BUG : RC_OK);
    }
    uint64_t events = b[1]->events;
    CHECK_EQ_I64(brand_close(b[1], &e), RC_OK);
    b[1] = open_brand(setup.data_dir, BRAND_READ, true);
    CHECK(b[1] && b[1]->events == events);
    CHECK_EQ_I64(brand_close(b[1], &e), RC_OK);
    for (int i = 0; i < 3; i++) {
        batch_free(x[i]);
    }
    arena_free(a);
}

int main(void)
{
    char dir[] = "/tmp/pond-test-XXXXXX";
    struct err e = {0};
    struct rng r = rng_seed(9);
    make_plan();
    CHECK(mkdtemp(dir) != NULL);
    const struct brand_setup setup = {.data_dir = dir,
                                      .name = STR("demo"),
                                      .zone = STR("Asia/Shanghai"),
                                      .model_name = STR("none"),
                                      .model_text = STR("")};
    TEST("a brand is made once") {
        CHECK_EQ_I64(brand_create(&setup, NULL, &e), RC_OK);
        CHECK_EQ_I64(brand_create(&setup, NULL, &e), RC_CONFLICT);
    }
    struct brand *b = open_brand(dir, BRAND_WRITE, false);
    uint64_t rows = 0, state = 0;
    TEST("batches of all sizes are accepted, and the same again adds nothing") {
        for (uint32_t i = 0; i < 30; i++) {
            uint32_t size = i % 10 == 9 ? 70000 : 1 + rng_below(&r, 2000);
            rows += accept(b, &r, size);
        }
        CHECK(rows > 210000 && b->events == rows);
        struct rng again = rng_seed(77), twice = rng_seed(77);
        rows += accept(b, &again, 500);
        CHECK_EQ_I64(accept(b, &twice, 500), 0);
    }
    TEST("only one process writes") {
        struct brand *second = open_brand(dir, BRAND_WRITE, false);
        CHECK(second == NULL);
    }
    TEST("a reader beside the writer sees the same state, folded from nothing") {
        state = state_of(b);
        struct brand *reader = open_brand(dir, BRAND_READ, false);
        CHECK(reader && state_of(reader) == state && reader->events == rows);
        CHECK_EQ_I64(brand_close(reader, &e), RC_OK);
    }
    TEST("a reader goes on while segments are merged and the next writer sweeps") {
        struct brand *reader = open_brand(dir, BRAND_READ, false);
        for (uint32_t i = 0; i < 4; i++) {
            rows += accept(b, &r, 3000);
            CHECK_EQ_I64(brand_seal(b, true, &e), RC_OK);
        }
        CHECK_EQ_I64(brand_close(b, &e), RC_OK);
        b = open_brand(dir, BRAND_WRITE, false);
        struct told told = {0};
        const struct brand_progress progress = {note_told, &told};
        CHECK_EQ_I64(brand_refold(reader, &progress, &e), RC_OK); /* every segment it lists */
        CHECK(state_of(reader) == state);
        CHECK(told.times > 2 && told.grows && told.done == reader->events);
        CHECK_EQ_I64(told.all, reader->events);
        CHECK_EQ_I64(brand_close(reader, &e), RC_OK);
        state = state_of(b);
    }
    TEST("closed and opened again from the checkpoint it is the same") {
        CHECK_EQ_I64(brand_close(b, &e), RC_OK);
        b = open_brand(dir, BRAND_WRITE, false);
        CHECK(b && state_of(b) == state);
    }
    TEST("more rows behind the checkpoint, read with and without it") {
        rows += accept(b, &r, 3000);
        state = state_of(b);
        CHECK_EQ_I64(brand_close(b, &e), RC_OK);
        struct brand *reader = open_brand(dir, BRAND_READ, false);
        CHECK(reader && state_of(reader) == state);
        CHECK_EQ_I64(brand_close(reader, &e), RC_OK);
        reader = open_brand(dir, BRAND_READ, true);
        CHECK(reader && state_of(reader) == state && reader->events == rows);
        CHECK_EQ_I64(brand_close(reader, &e), RC_OK);
    }
    TEST("batches begun ahead of each other give the same state, and closing keeps them") {
        test_ahead(dir);
    }
    TEST("values come back by number") {
        struct arena *a = arena_new();
        struct str values[2] = {{0}};
        uint32_t no = 0;
        b = open_brand(dir, BRAND_WRITE, false);
        CHECK_EQ_I64(brand_find_identity(b, STR("phone:138 0000 0007"), &no, &e), RC_OK);
        CHECK_EQ_I64(brand_values(b, &no, 1, a, values, &e), RC_OK);
        CHECK_STR(values[0], STR("13800000007"));
        arena_free(a);
    }
    TEST("a split parts two identities, its undoing joins them again") {
        uint32_t pair[2] = {0};
        int64_t id = 0;
        CHECK_EQ_I64(brand_find_identity(b, STR("phone:13800000007"), &pair[0], &e), RC_OK);
        CHECK_EQ_I64(brand_find_identity(b, STR("user_id:u7"), &pair[1], &e), RC_OK);
        state = state_of(b);
        CHECK(graph_consumer(b->graph, pair[0]) == graph_consumer(b->graph, pair[1]));
        CHECK_EQ_I64(brand_split(b, pair, 1, STR("test"), &id, &e), RC_OK);
        CHECK(state_of(b) != state);
        CHECK_EQ_I64(brand_close(b, &e), RC_OK);
        b = open_brand(dir, BRAND_WRITE, false);
        CHECK(b && state_of(b) != state);
        CHECK_EQ_I64(brand_undo_split(b, id, &e), RC_OK);
        CHECK(state_of(b) == state);
        CHECK_EQ_I64(brand_close(b, &e), RC_OK);
    }
    char command[64];
    snprintf(command, sizeof(command), "rm -rf %s", dir);
    CHECK(!system(command));
    return tap_end();
}
