/* Keys in memory: who is let in, who no longer is, and look-ups by threads while it is read anew. */
#include <pthread.h>
#include <stdatomic.h>

#include "unit/access_ledger.h"

static struct access_table *table_of(struct access_ledger *x)
{
    struct access_table *t = NULL;
    if (access_table_new(x->l, &x->clock, &t, &x->e)) {
        printf("Bail out! %s\n", x->e.msg);
        exit(2);
    }
    return t;
}

static void test_keys(void)
{
    struct access_ledger x;
    struct str shop = STR_NULL, bot = STR_NULL;
    struct principal p = {0};
    access_ledger_init(&x);
    struct access_table *t = table_of(&x);
    TEST("an empty table lets nobody in") {
        CHECK(!access_table_key(t, STR("pk_w_"), &p));
        CHECK(!access_table_key(t, STR_NULL, &p));
        CHECK(!access_table_session(t, STR_NULL, &p));
    }
    CHECK(make_key(&x, STR("shop"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &shop) == RC_OK);
    CHECK(make_key(&x, STR("bot"), PRINCIPAL_OPERATOR_KEY, ROLE_ANALYST, &bot) == RC_OK);
    TEST("a new key counts from the next refresh on, with kind, role and name") {
        CHECK(!access_table_key(t, shop, &p));
        CHECK(access_table_refresh(t, x.l, &x.e) == RC_OK);
        CHECK(access_table_key(t, shop, &p));
        CHECK(p.kind == PRINCIPAL_WRITE_KEY && p.role == ROLE_NONE && p.id == 1);
        CHECK_STR(p.name, STR("shop"));
        CHECK(access_table_key(t, bot, &p));
        CHECK(p.kind == PRINCIPAL_OPERATOR_KEY && p.role == ROLE_ANALYST && p.id == 2);
    }
    TEST("a key is no session, and any other text is nobody's") {
        CHECK(!access_table_session(t, shop, &p));
        for (size_t i = 0; i < shop.len; i++) {
            char text[48];
            memcpy(text, shop.ptr, sizeof(text));
            text[i] ^= 1;
            CHECK(!access_table_key(t, str_make(text, sizeof(text)), &p));
            CHECK(!access_table_key(t, str_slice(shop, 0, i), &p));
        }
    }
    TEST("a revoked key is out after the refresh; names read before still stand") {
        CHECK(access_table_key(t, shop, &p));
        CHECK(access_key_revoke(x.l, &x.by, STR("shop"), &x.clock, &x.e) == RC_OK);
        struct principal q;
        CHECK(access_table_refresh(t, x.l, &x.e) == RC_OK);
        CHECK(!access_table_key(t, shop, &q));
        CHECK_STR(p.name, STR("shop"));
        CHECK(access_table_key(t, bot, &q));
    }
    access_table_free(t);
    access_ledger_release(&x);
}

static int64_t used(struct access_ledger *x, uint32_t i)
{
    struct access_key *list = NULL;
    uint32_t len = 0;
    CHECK(access_key_list(x->l, x->a, &list, &len, &x->e) == RC_OK && i < len);
    return i < len ? list[i].used_ms : -1;
}

static void test_used(void)
{
    struct access_ledger x;
    struct str a = STR_NULL, b = STR_NULL;
    struct principal p;
    access_ledger_init(&x);
    CHECK(make_key(&x, STR("a"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &a) == RC_OK);
    CHECK(make_key(&x, STR("b"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &b) == RC_OK);
    struct access_table *t = table_of(&x);
    TEST("use is kept in memory until it is saved") {
        x.clock.fixed_ms += 5000;
        CHECK(access_table_key(t, a, &p));
        CHECK_EQ_I64(used(&x, 0), 0);
        CHECK(access_table_save_used(t, x.l, &x.e) == RC_OK);
        CHECK_EQ_I64(used(&x, 0), 1800000005000);
        CHECK_EQ_I64(used(&x, 1), 0);
    }
    TEST("what was used outlives a refresh, and time does not go back") {
        x.clock.fixed_ms += 5000;
        CHECK(access_table_key(t, b, &p));
        CHECK(make_key(&x, STR("c"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &a) == RC_OK);
        CHECK(access_table_refresh(t, x.l, &x.e) == RC_OK);
        x.clock.fixed_ms -= 3000;
        CHECK(access_table_key(t, b, &p));
        CHECK(access_table_save_used(t, x.l, &x.e) == RC_OK);
        CHECK_EQ_I64(used(&x, 1), 1800000010000);
    }
    TEST("nothing used, nothing written") {
        int64_t before = ledger_changes(x.l);
        struct ledger *reader = access_ledger_open(x.path, LEDGER_READ);
        CHECK(access_table_save_used(t, reader, &x.e) == RC_OK);
        CHECK(access_table_refresh(t, reader, &x.e) == RC_OK);
        CHECK_EQ_I64(ledger_changes(x.l), before);
        ledger_close(reader);
    }
    access_table_free(t);
    access_ledger_release(&x);
}

/* ---- Threads ---- */

#define LOOKERS 4
#define KEYS 50
#define ROUNDS 60

struct play {
    struct access_table *t;
    const char *path;
    struct str steady[KEYS]; /* in force all the time */
    struct str gone;         /* revoked before the start */
    _Atomic bool stop;
    _Atomic int wrong;
    _Atomic uint64_t looked;
};

static void *look(void *ctx)
{
    struct play *y = ctx;
    struct principal p;
    for (uint64_t i = 0; !atomic_load(&y->stop); i++) {
        bool good = access_table_key(y->t, y->steady[i % KEYS], &p) &&
                    p.kind == PRINCIPAL_WRITE_KEY && str_starts(p.name, STR("steady-")) &&
                    !access_table_key(y->t, y->gone, &p);
        atomic_fetch_add(&y->wrong, !good);
        atomic_fetch_add(&y->looked, 1);
    }
    return NULL;
}

/* Another one who reads anew and saves, with a ledger handle of its own. */
static void *refresh(void *ctx)
{
    struct play *y = ctx;
    struct err e = {0};
    struct ledger *l = access_ledger_open(y->path, LEDGER_WRITE);
    while (!atomic_load(&y->stop)) {
        bool good = access_table_refresh(y->t, l, &e) == RC_OK &&
                    access_table_save_used(y->t, l, &e) == RC_OK;
        atomic_fetch_add(&y->wrong, !good);
        (void)usleep(500);
    }
    ledger_close(l);
    return NULL;
}

static void test_threads(void)
{
    struct access_ledger x;
    struct play y = {0};
    struct str text = STR_NULL;
    pthread_t looker[LOOKERS], refresher;
    access_ledger_init(&x);
    CHECK(access_ledger_do(&x, "pragma synchronous = off"));
    for (int i = 0; i < KEYS; i++) {
        CHECK(make_key(&x, arena_strf(x.a, "steady-%d", i), PRINCIPAL_WRITE_KEY, ROLE_NONE,
                       &y.steady[i]) == RC_OK);
    }
    CHECK(make_key(&x, STR("gone"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &y.gone) == RC_OK);
    CHECK(access_key_revoke(x.l, &x.by, STR("gone"), &x.clock, &x.e) == RC_OK);
    x.clock = clock_real();
    y.t = table_of(&x);
    y.path = x.path;
    CHECK(pthread_create(&refresher, NULL, refresh, &y) == 0);
    for (int i = 0; i < LOOKERS; i++) {
        CHECK(pthread_create(&looker[i], NULL, look, &y) == 0);
    }
    bool good = true;
    for (int i = 0; i < ROUNDS; i++) {
        struct principal p;
        good = good && make_key(&x, STR("now"), PRINCIPAL_OPERATOR_KEY, ROLE_OWNER, &text) == 0;
        good = good && access_table_refresh(y.t, x.l, &x.e) == RC_OK;
        good = good && access_table_key(y.t, text, &p);
        good = good && access_key_revoke(x.l, &x.by, STR("now"), &x.clock, &x.e) == RC_OK;
        good = good && access_table_refresh(y.t, x.l, &x.e) == RC_OK;
        good = good && !access_table_key(y.t, text, &p);
        good = good && access_table_save_used(y.t, x.l, &x.e) == RC_OK;
    }
    while (atomic_load(&y.looked) < 1000) {
        (void)usleep(1000);
    }
    atomic_store(&y.stop, true);
    for (int i = 0; i < LOOKERS; i++) {
        (void)pthread_join(looker[i], NULL);
    }
    (void)pthread_join(refresher, NULL);
    TEST("four threads look up, another reads anew, while keys come and go") {
        CHECK(good);
        CHECK_EQ_I64(atomic_load(&y.wrong), 0);
        printf("# %llu look-ups during %d refreshes\n",
               (unsigned long long)atomic_load(&y.looked), 2 * ROUNDS);
    }
    access_table_free(y.t);
    access_ledger_release(&x);
}

int main(void)
{
    test_keys();
    test_used();
    test_threads();
    return tap_end();
}
