/* Replies kept for retries: claimed, kept, given back, and bounded. */
#include "base/mem.h"
#include "unit/access_ledger.h"

#define MINUTE 60000
#define HOUR (60 * (int64_t)MINUTE)

static const struct sql count_all = {"count_all", "select count(*) from access_reply", NULL};

static enum rc find(struct access_ledger *x, const char *key, const char *request, int *status,
                    struct str *reply)
{
    return idempotency_find(x->l, &x->by, str_of(key), str_of(request), &x->clock, x->a, status,
                            reply, &x->e);
}

static enum rc keep(struct access_ledger *x, const char *key, const char *request, int status,
                    struct str reply)
{
    return idempotency_keep(x->l, &x->by, str_of(key), str_of(request), status, reply,
                            &x->clock, &x->e);
}

static bool vacant(struct access_ledger *x, const char *key, const char *request)
{
    struct str reply = STR("x");
    int status = 9;
    return find(x, key, request, &status, &reply) == RC_OK && !reply.ptr && !status;
}

static void test_once(void)
{
    struct access_ledger x;
    struct str reply = STR_NULL;
    int status = 0;
    access_ledger_init(&x);
    TEST("the first request claims the key, a second waits, and then has its reply") {
        CHECK(vacant(&x, "k1", "h1"));
        CHECK(find(&x, "k1", "h1", &status, &reply) == RC_BUSY);
        CHECK(keep(&x, "k1", "h1", 201, STR("{\"id\":1}")) == RC_OK);
        CHECK(find(&x, "k1", "h1", &status, &reply) == RC_OK);
        CHECK_EQ_I64(status, 201);
        CHECK_STR(reply, STR("{\"id\":1}"));
    }
    TEST("another request under the same key is refused, running or done") {
        CHECK(find(&x, "k1", "h2", &status, &reply) == RC_CONFLICT);
        CHECK(vacant(&x, "k2", "h1"));
        CHECK(find(&x, "k2", "h2", &status, &reply) == RC_CONFLICT);
    }
    TEST("keys of another principal are others") {
        struct principal local = x.by;
        x.by = (struct principal){.kind = PRINCIPAL_OPERATOR_KEY, .id = 1, .name = STR("a")};
        CHECK(vacant(&x, "k1", "h9"));
        x.by.id = 2;
        CHECK(vacant(&x, "k1", "h9"));
        x.by = local;
    }
    TEST("a claim given back is free; what was kept stays") {
        CHECK(idempotency_drop(x.l, &x.by, STR("k2"), &x.e) == RC_OK);
        CHECK(vacant(&x, "k2", "h2"));
        CHECK(idempotency_drop(x.l, &x.by, STR("k1"), &x.e) == RC_OK);
        CHECK(find(&x, "k1", "h1", &status, &reply) == RC_OK && status == 201);
        CHECK(idempotency_drop(x.l, &x.by, STR("never"), &x.e) == RC_OK);
    }
    TEST("an empty reply is a reply") {
        CHECK(keep(&x, "k2", "h2", 204, STR_NULL) == RC_OK);
        CHECK(find(&x, "k2", "h2", &status, &reply) == RC_OK);
        CHECK(status == 204 && reply.len == 0 && reply.ptr);
    }
    access_ledger_release(&x);
}

static void test_age(void)
{
    struct access_ledger x;
    struct str reply = STR_NULL;
    int status = 0;
    access_ledger_init(&x);
    TEST("a claim holds for 15 minutes") {
        CHECK(vacant(&x, "k", "h"));
        x.clock.fixed_ms += 15 * MINUTE - 1;
        CHECK(find(&x, "k", "h", &status, &reply) == RC_BUSY);
        x.clock.fixed_ms += 1;
        CHECK(vacant(&x, "k", "other"));
    }
    TEST("a reply is kept for 24 hours") {
        CHECK(keep(&x, "k", "other", 200, STR("r")) == RC_OK);
        x.clock.fixed_ms += 24 * HOUR - 1;
        CHECK(find(&x, "k", "other", &status, &reply) == RC_OK && status == 200);
        x.clock.fixed_ms += 1;
        CHECK(vacant(&x, "k", "third"));
    }
    access_ledger_release(&x);
}

static void test_bounds(void)
{
    struct access_ledger x;
    struct str reply = STR_NULL;
    int status = 0;
    char *big = mem_alloc(IDEMPOTENCY_REPLY_MAX + 1);
    memset(big, 'x', IDEMPOTENCY_REPLY_MAX + 1);
    access_ledger_init(&x);
    TEST("keys, replies and statuses have bounds") {
        struct str key = str_make(big, IDEMPOTENCY_KEY_MAX);
        CHECK(find(&x, "", "h", &status, &reply) == RC_INVALID);
        CHECK(find(&x, "a\nb", "h", &status, &reply) == RC_INVALID);
        CHECK(find(&x, "\xff", "h", &status, &reply) == RC_INVALID);
        CHECK(idempotency_find(x.l, &x.by, key, STR("h"), &x.clock, x.a, &status, &reply,
                               &x.e) == RC_OK);
        key.len++;
        CHECK(idempotency_find(x.l, &x.by, key, STR("h"), &x.clock, x.a, &status, &reply,
                               &x.e) == RC_INVALID);
        CHECK(find(&x, "k", "", &status, &reply) == RC_BUG);
        CHECK(keep(&x, "k", "h", 0, STR("r")) == RC_BUG);
        CHECK(keep(&x, "k", "h", 200, str_make(big, IDEMPOTENCY_REPLY_MAX + 1)) ==
              RC_TOO_LARGE);
        CHECK(keep(&x, "k", "h", 200, str_make(big, IDEMPOTENCY_REPLY_MAX)) == RC_OK);
        CHECK(find(&x, "k", "h", &status, &reply) == RC_OK);
        CHECK_EQ_I64(reply.len, IDEMPOTENCY_REPLY_MAX);
    }
    TEST("ten thousand are kept, the oldest go; the old are swept") {
        CHECK(access_ledger_do(
            &x,
            "with recursive n(i) as (select 1 union all select i + 1 from n where i < 12000)"
            " insert into access_reply (who, key, request, status, reply, at_ms)"
            " select 'local', 'n' || i, 'h', 200, x'61', 1800000000000 from n"));
        CHECK(keep(&x, "newest", "h", 200, STR("r")) == RC_OK);
        int64_t n = 0;
        CHECK(ledger_get_i64(x.l, &count_all, BINDS_NONE, &n, NULL, &x.e) == RC_OK);
        CHECK_EQ_I64(n, 10000);
        CHECK(find(&x, "n12000", "h", &status, &reply) == RC_OK && status == 200);
        CHECK(vacant(&x, "n1", "h"));
        x.clock.fixed_ms += 24 * HOUR;
        CHECK(keep(&x, "only", "h", 200, STR("r")) == RC_OK);
        CHECK(ledger_get_i64(x.l, &count_all, BINDS_NONE, &n, NULL, &x.e) == RC_OK);
        CHECK_EQ_I64(n, 1);
    }
    mem_free(big);
    access_ledger_release(&x);
}

int main(void)
{
    test_once();
    test_age();
    test_bounds();
    return tap_end();
}
