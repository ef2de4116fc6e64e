/* The graph by example: shared devices, member numbers, explanations, checkpoints, failures, and big
 * shared things that must stay cheap. */
#include "people/graph.h"

#include "base/mem.h"
#include "base/rng.h"
#include "people/batch.h"
#include "store_temp.h"
#include "tap.h"

#define NAMES_MAX 64

/* Identities by short names: the kind is the first letter's, the value is the name. */
struct town {
    struct kind_table *kinds;
    struct dictionary *d;
    struct graph *g;
    char names[NAMES_MAX][8]; /* by number */
    u32_vec changed;
    uint32_t asked; /* values asked for */
    bool fail;
};

static uint8_t kind_of(char c)
{
    static const struct {
        char letter;
        uint8_t kind;
    } list[] = {{'m', KIND_MEMBER_NO}, {'u', KIND_UNIONID}, {'x', KIND_EXTERNAL_USERID},
                {'p', KIND_PHONE},     {'i', KIND_IP},      {'d', KIND_DEVICE},
                {'c', KIND_COOKIE}};
    for (size_t i = 0; i < sizeof(list) / sizeof(list[0]); i++) {
        if (list[i].letter == c) {
            return list[i].kind;
        }
    }
    return KIND_USER_ID;
}

static struct town town_open(void)
{
    struct town t = {.kinds = kind_table_new(), .d = dictionary_new()};
    t.g = graph_new(t.d, t.kinds);
    return t;
}
static void town_close(struct town *t)
{
    vec_release(&t->changed);
    graph_free(t->g);
    dictionary_free(t->d);
    kind_table_free(t->kinds);
}

static uint32_t no(struct town *t, const char *name)
{
    struct hash128 h = hash_sip128((struct hash_key){1, 1}, str_of(name));
    uint32_t n = dictionary_intern(t->d, kind_of(name[0]), h);
    graph_grow(t->g, dictionary_len(t->d));
    if (n < NAMES_MAX) {
        (void)snprintf(t->names[n], sizeof(t->names[n]), "%s", name);
    }
    return n;
}
static void met(struct town *t, const char *a, const char *b, int64_t ms)
{
    uint32_t x = no(t, a), y = no(t, b);
    graph_link(t->g, x, y, ms);
}

static enum rc values_of(void *ctx, const uint32_t *nos, uint32_t n, struct str *out,
                         struct err *e)
{
    struct town *t = ctx;
    t->asked += n;
    for (uint32_t i = 0; i < n; i++) {
        out[i] = nos[i] < NAMES_MAX ? str_of(t->names[nos[i]]) : STR("");
    }
    return t->fail ? rc_fail(e, RC_IO, "no values") : RC_OK;
}
static enum rc settle(struct town *t)
{
    vec_clear(&t->changed);
    return graph_settle(t->g, (struct value_source){values_of, t}, &t->changed, NULL);
}
static bool one(struct town *t, const char *a, const char *b)
{
    return graph_consumer(t->g, no(t, a)) == graph_consumer(t->g, no(t, b));
}
static enum link_state state_of(struct town *t, const char *a, const char *b)
{
    link_vec list = {0};
    uint32_t x = no(t, a), y = no(t, b);
    enum link_state state = (enum link_state)99;
    CHECK(graph_explain(t->g, (struct value_source){values_of, t}, x, &list, NULL) == RC_OK);
    for (size_t i = 0; i < list.len; i++) {
        if ((list.ptr[i].a == x && list.ptr[i].b == y) ||
            (list.ptr[i].a == y && list.ptr[i].b == x)) {
            state = list.ptr[i].state;
        }
    }
    vec_release(&list);
    return state;
}

static void test_shared_device(void)
{
    struct town t = town_open();
    TEST("a device joins up to 3 consumers; the 4th takes back what it joined") {
        met(&t, "d1", "a1", 1);
        met(&t, "d1", "a2", 2);
        met(&t, "d1", "a3", 3);
        CHECK(settle(&t) == RC_OK && one(&t, "a1", "a3") && one(&t, "d1", "a1"));
        met(&t, "d1", "a4", 4);
        CHECK(settle(&t) == RC_OK && !one(&t, "a1", "a2") && !one(&t, "d1", "a1"));
        CHECK(graph_is_shared(t.g, no(&t, "d1")));
        CHECK(state_of(&t, "a1", "d1") == LINK_SHARED);
        CHECK_EQ_I64(t.changed.len, 5);
    }
    TEST("back under the cap it joins again, because two of them are one") {
        met(&t, "a1", "p1", 5);
        met(&t, "a2", "p1", 6);
        CHECK(settle(&t) == RC_OK && one(&t, "a1", "a4") && one(&t, "d1", "a3"));
        CHECK(!graph_is_shared(t.g, no(&t, "d1")));
        CHECK_EQ_I64(graph_consumer_count(t.g), 1);
    }
    TEST("a join undone and a new link in one settle bring a device back under its cap") {
        uint32_t b1 = no(&t, "b1"), b2 = no(&t, "b2"); /* b1 is the smaller number */
        graph_join(t.g, b1, b2);
        met(&t, "d2", "b2", 1);
        met(&t, "d2", "b3", 1);
        met(&t, "d2", "b4", 1);
        met(&t, "d2", "b5", 1);
        CHECK(settle(&t) == RC_OK && one(&t, "b1", "b2") && !one(&t, "b4", "b5"));
        graph_unjoin(t.g, b1, b2);
        met(&t, "b2", "b3", 2);
        CHECK(settle(&t) == RC_OK && !one(&t, "b1", "b2") && one(&t, "b4", "b5"));
    }
    TEST("an ip never joins") {
        met(&t, "i1", "a1", 7);
        met(&t, "i1", "a9", 7);
        CHECK(settle(&t) == RC_OK && !one(&t, "i1", "a1") && !one(&t, "a1", "a9"));
        CHECK(state_of(&t, "a1", "i1") == LINK_NEVER);
    }
    town_close(&t);
}

static void test_members(void)
{
    struct town t = town_open();
    TEST("two member numbers never join; the phone goes to whom it was seen with first") {
        met(&t, "m1", "p1", 20);
        met(&t, "m2", "p1", 10);
        CHECK(settle(&t) == RC_OK && !one(&t, "m1", "m2") && one(&t, "m2", "p1"));
        CHECK(state_of(&t, "m1", "p1") == LINK_MAX);
        CHECK_EQ_I64(t.asked, 0);
        met(&t, "m1", "p1", 5);
        CHECK(settle(&t) == RC_OK && one(&t, "m1", "p1") && !one(&t, "m2", "p1"));
    }
    TEST("at the same time the smaller value decides, whatever came first") {
        met(&t, "m9", "p9", 50);
        met(&t, "m8", "p9", 50);
        CHECK(settle(&t) == RC_OK && one(&t, "m8", "p9") && t.asked > 0);
    }
    TEST("when values cannot be had the settle fails, and the next one makes it good") {
        met(&t, "m7", "p9", 50);
        t.fail = true;
        CHECK(settle(&t) == RC_IO);
        t.fail = false;
        CHECK(settle(&t) == RC_OK && one(&t, "m7", "p9") && !one(&t, "m8", "p9"));
        CHECK_EQ_I64(t.changed.len, dictionary_len(t.d));
    }
    town_close(&t);
}

static bool path_is(struct town *t, const char *a, const char *b, const char *want)
{
    link_vec list = {0};
    char got[200] = "";
    CHECK(graph_path(t->g, (struct value_source){values_of, t}, no(t, a), no(t, b), &list,
                     NULL) == RC_OK);
    for (size_t i = 0; i < list.len; i++) {
        size_t len = strlen(got);
        (void)snprintf(got + len, sizeof(got) - len, "%s-%s ", t->names[list.ptr[i].a],
                       t->names[list.ptr[i].b]);
    }
    vec_release(&list);
    return CHECK_CSTR(got, want);
}

static void test_wecom(void)
{
    struct town t = town_open();
    TEST("unionid, external_userid and phone are one; the path says how") {
        met(&t, "u1", "x1", 1);
        met(&t, "x1", "p1", 2);
        met(&t, "p1", "a1", 3);
        met(&t, "u1", "p1", 4);
        CHECK(settle(&t) == RC_OK && one(&t, "u1", "a1"));
        path_is(&t, "u1", "a1", "u1-p1 p1-a1 ");
        path_is(&t, "a1", "x1", "a1-p1 p1-u1 u1-x1 ");
        path_is(&t, "a1", "zz", "");
        CHECK(state_of(&t, "x1", "p1") == LINK_REDUNDANT);
        CHECK(state_of(&t, "u1", "p1") == LINK_HONOURED);
    }
    TEST("a cut takes apart, undoing it restores; a join by hand joins strangers") {
        uint32_t a1 = no(&t, "a1"), p1 = no(&t, "p1"), zz = no(&t, "zz");
        graph_cut(t.g, a1, p1);
        CHECK(settle(&t) == RC_OK && !one(&t, "a1", "p1"));
        CHECK(state_of(&t, "a1", "p1") == LINK_CUT);
        graph_uncut(t.g, a1, p1);
        graph_join(t.g, zz, a1);
        CHECK(settle(&t) == RC_OK && one(&t, "a1", "p1") && one(&t, "zz", "x1"));
        CHECK(state_of(&t, "zz", "a1") == LINK_OPERATOR);
        path_is(&t, "zz", "p1", "zz-a1 a1-p1 ");
        graph_join(t.g, zz, a1);
        graph_unjoin(t.g, a1, zz);
        CHECK(settle(&t) == RC_OK && !one(&t, "zz", "a1"));
    }
    TEST("a pair cut before it was ever seen together stays apart") {
        graph_cut(t.g, no(&t, "b1"), no(&t, "b2"));
        met(&t, "b1", "b2", 1);
        CHECK(settle(&t) == RC_OK && !one(&t, "b1", "b2"));
    }
    town_close(&t);
}

static bool save_and_load(const struct town *t, struct graph *back)
{
    char dir[64], path[96];
    temp_make(dir);
    (void)snprintf(path, sizeof(path), "%s/checkpoint", dir);
    struct checkpoint_writer *w = NULL;
    struct checkpoint *c = NULL;
    struct checkpoint_head head = {.version = 1};
    bool ok = CHECK(checkpoint_create(disk_real(), path, &head, &w, NULL) == RC_OK) &&
              CHECK(graph_save(t->g, w, NULL) == RC_OK) &&
              CHECK(checkpoint_finish(w, NULL) == RC_OK) &&
              CHECK(checkpoint_open(disk_real(), path, &c, NULL) == RC_OK) &&
              CHECK(graph_load(back, c, NULL) == RC_OK);
    checkpoint_close(c);
    temp_drop(dir);
    return ok;
}

static void test_checkpoint(void)
{
    TEST("a graph comes back from a checkpoint, settled or not, and goes on as if it had never "
         "left") {
        for (uint32_t late = 0; late < 2; late++) {
            struct town t = town_open();
            graph_cut(t.g, no(&t, "b1"), no(&t, "b2"));
            graph_join(t.g, no(&t, "j1"), no(&t, "j2"));
            for (uint32_t i = 0; i < 6; i++) {
                char name[8];
                (void)snprintf(name, sizeof(name), "a%u", i);
                met(&t, "d1", name, i);
            }
            met(&t, "m1", "p1", 2);
            CHECK(late || settle(&t) == RC_OK);
            struct graph *back = graph_new(t.d, t.kinds);
            CHECK(save_and_load(&t, back));
            graph_free(t.g);
            t.g = back;
            CHECK(settle(&t) == RC_OK && one(&t, "j1", "j2") && one(&t, "m1", "p1"));
            CHECK_EQ_I64(t.changed.len, late ? dictionary_len(t.d) : 0);
            met(&t, "b1", "b2", 1);
            met(&t, "m2", "p1", 1);
            for (uint32_t i = 0; i < 3; i++) {
                char x[8], y[8];
                (void)snprintf(x, sizeof(x), "a%u", i);
                (void)snprintf(y, sizeof(y), "a%u", i + 1);
                CHECK(graph_is_shared(t.g, no(&t, "d1")));
                met(&t, x, y, 9);
                CHECK(settle(&t) == RC_OK);
            }
            CHECK(!graph_is_shared(t.g, no(&t, "d1")) && one(&t, "a0", "a5"));
            CHECK(!one(&t, "b1", "b2") && one(&t, "m2", "p1") && !one(&t, "m1", "p1"));
            town_close(&t);
        }
    }
    TEST("an empty graph can be saved and loaded") {
        struct town t = town_open();
        struct graph *back = graph_new(t.d, t.kinds);
        CHECK(save_and_load(&t, back) && settle(&t) == RC_OK);
        graph_free(back);
        town_close(&t);
    }
}

static void test_tablet(void)
{
    TEST("10,000 consumers at one tablet, a settle after each: done in a moment") {
        struct town t = town_open();
        char user[16], phone[16];
        for (uint32_t i = 0; i < 10000; i++) {
            (void)snprintf(user, sizeof(user), "a%u", i);
            (void)snprintf(phone, sizeof(phone), "p%u", i);
            met(&t, user, "d1", i);
            met(&t, phone, "d1", i);
            CHECK(settle(&t) == RC_OK);
            met(&t, user, phone, i);
            CHECK(settle(&t) == RC_OK && (i < 4 || t.changed.len == 2));
        }
        CHECK_EQ_I64(graph_consumer_count(t.g), 10001);
        CHECK(graph_is_shared(t.g, no(&t, "d1")));
        for (uint32_t i = 3; i < 10000; i++) { /* until three are left */
            (void)snprintf(user, sizeof(user), "a%u", i);
            met(&t, user, "a2", i);
        }
        CHECK(settle(&t) == RC_OK && graph_consumer_count(t.g) == 1);
        town_close(&t);
    }
}

static void test_batch(void)
{
    TEST("a batch links every pair of a row once, first seen earliest") {
        struct town t = town_open();
        struct event_batch *b = batch_new(4);
        const char *const rows[4][3] = {
            {"a1", "p1", "d1"}, {"a1", "p1", NULL}, {"a2", NULL, NULL}, {"d1", "a1", "d1"}};
        for (uint32_t r = 0; r < 4; r++) {
            b->time_ms[batch_add(b)] = 100 - r;
            for (uint32_t i = 0; i < 3 && rows[r][i]; i++) {
                struct hash128 h = hash_sip128((struct hash_key){1, 1}, str_of(rows[r][i]));
                CHECK(batch_add_ident(b, kind_of(rows[r][i][0]), str_of(rows[r][i]), h, NULL) ==
                      RC_OK);
            }
        }
        dictionary_intern_all(t.d, b->ident, b->idents);
        graph_grow(t.g, dictionary_len(t.d));
        graph_link_batch(t.g, b);
        CHECK_EQ_I64(graph_link_count(t.g), 3);
        CHECK(settle(&t) == RC_OK && one(&t, "a1", "d1") && !one(&t, "a1", "a2"));
        link_vec list = {0};
        CHECK(graph_explain(t.g, (struct value_source){values_of, &t}, 1, &list, NULL) ==
              RC_OK);
        CHECK(list.len == 3 && list.ptr[0].first_ms == 99 && list.ptr[2].first_ms == 97);
        vec_release(&list);
        batch_free(b);
        town_close(&t);
    }
}

int main(void)
{
    test_shared_device();
    test_members();
    test_wecom();
    test_checkpoint();
    test_tablet();
    test_batch();
    return tap_end();
}
