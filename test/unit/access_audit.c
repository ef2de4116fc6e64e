/* The audit trail: chained as access.h says, and no change to it goes unnoticed. */
#include "unit/access_ledger.h"
#include "wire/crypt.h"

#define ENTRIES 6

static void add(struct access_ledger *x, const char *action, struct str detail)
{
    x->clock.fixed_ms += 1000;
    CHECK(audit_add(x->l, &x->by, STR("10.0.0.9"), action, detail, RC_OK, &x->clock, &x->e) ==
          RC_OK);
}

static void fill(struct access_ledger *x)
{
    access_ledger_init(x);
    x->by = (struct principal){.kind = PRINCIPAL_OPERATOR_KEY, .id = 3, .name = STR("店")};
    for (int i = 0; i < ENTRIES; i++) {
        add(x, i % 2 ? "consumer show" : "tag assign", arena_strf(x->a, "{\"n\":%d}", i));
    }
}

static int64_t broken(struct access_ledger *x, struct str kept)
{
    struct audit_verdict v = {0};
    CHECK(audit_verify(x->l, kept, &v, &x->e) == RC_OK);
    return v.broken;
}

/* What the manual says, written down a second time. */
static struct str by_hand(struct arena *a, struct str before, const struct audit_entry *x)
{
    uint8_t digest[32];
    struct str id = arena_strf(a, "%lld", (long long)x->id);
    struct str at = arena_strf(a, "%lld", (long long)x->at_ms);
    struct str text =
        arena_strf(a, "%zu:%.*s%zu:%.*s%zu:%.*s%zu:%.*s%zu:%.*s%zu:%.*s%zu:%.*s", id.len,
                   STR_FMT(id), at.len, STR_FMT(at), x->who.len, STR_FMT(x->who),
                   x->address.len, STR_FMT(x->address), x->action.len, STR_FMT(x->action),
                   x->detail.len, STR_FMT(x->detail), x->outcome.len, STR_FMT(x->outcome));
    struct buf all = {0};
    buf_add(&all, before);
    buf_add(&all, text);
    crypt_sha256(buf_str(&all), digest);
    buf_release(&all);
    return arena_str(a, str_make((const char *)digest, sizeof(digest)));
}

static void test_whole(void)
{
    struct access_ledger x;
    struct audit_entry *list = NULL;
    struct audit_verdict v;
    char hex[65];
    int64_t id = 0;
    uint32_t len = 0;
    fill(&x);
    TEST("a trail that nobody touched fits") {
        CHECK(audit_verify(x.l, STR_NULL, &v, &x.e) == RC_OK);
        CHECK(v.entries == ENTRIES && v.newest == ENTRIES && v.broken == 0);
        CHECK_EQ_I64(strlen(v.head), 64);
        CHECK(audit_head(x.l, &id, hex, &x.e) == RC_OK);
        CHECK_CSTR(hex, v.head);
        CHECK_EQ_I64(id, ENTRIES);
    }
    TEST("its hashes are those of the manual, computed another way") {
        char zero[32] = {0};
        struct str hash = str_make(zero, sizeof(zero));
        struct buf text = {0};
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 100}, x.a, &list,
                         &len, &x.e) == RC_OK);
        for (uint32_t i = len; i-- > 0;) {
            hash = by_hand(x.a, hash, &list[i]);
        }
        hex_encode(&text, hash);
        CHECK_STR(buf_str(&text), str_of(hex));
        buf_release(&text);
    }
    TEST("every hash that was once the head is accepted as the kept one, no other") {
        struct str kept = arena_str(x.a, str_of(hex));
        CHECK_EQ_I64(broken(&x, kept), 0);
        add(&x, "later", STR_NULL);
        CHECK_EQ_I64(broken(&x, kept), 0);
        ((char *)(uintptr_t)kept.ptr)[5] ^= 1;
        CHECK_EQ_I64(broken(&x, kept), ENTRIES + 2);
    }
    TEST("a kept head that is none is refused") {
        CHECK(audit_verify(x.l, STR("abc"), &v, &x.e) == RC_INVALID);
        CHECK(audit_verify(x.l, STR("zz"), &v, &x.e) == RC_INVALID);
        CHECK(audit_verify(x.l, STR("00ff"), &v, &x.e) == RC_INVALID);
    }
    access_ledger_release(&x);
}

static void test_list(void)
{
    struct access_ledger x;
    struct audit_entry *list = NULL;
    uint32_t len = 0;
    fill(&x);
    TEST("the list is newest first, page by page") {
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 4}, x.a, &list, &len,
                         &x.e) == RC_OK);
        CHECK(len == 4 && list[0].id == 6 && list[3].id == 3);
        CHECK_STR(list[0].who, STR("key:3 店"));
        CHECK_STR(list[0].address, STR("10.0.0.9"));
        CHECK_STR(list[0].detail, STR("{\"n\":5}"));
        CHECK_STR(list[0].outcome, STR("ok"));
        CHECK(audit_list(x.l, &(struct audit_filter){.before = list[3].id, .limit = 4}, x.a,
                         &list, &len, &x.e) == RC_OK);
        CHECK(len == 2 && list[0].id == 2 && list[1].id == 1);
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 1, .limit = 4}, x.a, &list, &len,
                         &x.e) == RC_OK);
        CHECK_EQ_I64(len, 0);
    }
    TEST("limits are told") {
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 0}, x.a, &list, &len,
                         &x.e) == RC_INVALID);
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 1001}, x.a, &list,
                         &len, &x.e) == RC_INVALID);
        CHECK(audit_list(x.l, &(struct audit_filter){.before = -1, .limit = 10}, x.a, &list,
                         &len, &x.e) == RC_INVALID);
    }
    TEST("a long detail is kept as its length and digest, which still is JSON") {
        char *text = arena_alloc(x.a, 5000);
        memset(text, 'x', 5000);
        add(&x, "big", str_make(text, 4001));
        add(&x, "fits", str_make(text, 4000));
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 2}, x.a, &list, &len,
                         &x.e) == RC_OK);
        CHECK(str_starts(list[1].detail, STR("{\"bytes\":4001,\"sha256\":\"")));
        CHECK_EQ_I64(list[0].detail.len, 4000);
        CHECK_EQ_I64(broken(&x, STR_NULL), 0);
    }
    access_ledger_release(&x);
}

/* Each as somebody would who drops the triggers first; what verify must say. */
static const struct {
    const char *what, *text;
    int64_t broken;
} tampers[] = {
    {"id", "update access_audit set id = 100 where id = 6", 6},
    {"at_ms", "update access_audit set at_ms = at_ms + 1 where id = 3", 3},
    {"who", "update access_audit set who = 'local' where id = 1", 1},
    {"address", "update access_audit set address = '' where id = 6", 6},
    {"action", "update access_audit set action = 'login' where id = 2", 2},
    {"detail", "update access_audit set detail = '{\"n\":4 }' where id = 5", 5},
    {"outcome", "update access_audit set outcome = 'denied' where id = 4", 4},
    {"hash", "update access_audit set hash = randomblob(32) where id = 4", 4},
    {"two fields, text moved from one to the other",
     "update access_audit set who = who || 'x', address = substr(address, 2) where id = 2", 2},
    {"the first is deleted", "delete from access_audit where id = 1", 1},
    {"a middle one is deleted", "delete from access_audit where id = 3", 3},
    {"the last is deleted", "delete from access_audit where id = 6", 6},
    {"the last three are deleted", "delete from access_audit where id > 3", 4},
    {"all are deleted", "delete from access_audit", 1},
    {"two are exchanged",
     "update access_audit set id = -2 where id = 2;"
     "update access_audit set id = 2 where id = 4;"
     "update access_audit set id = 4 where id = -2",
     2},
    {"one is deleted and those behind moved up",
     "delete from access_audit where id = 3;"
     "update access_audit set id = id - 1 where id > 3",
     3},
    {"one is put in",
     "insert into access_audit (id, at_ms, who, address, action, detail, outcome, hash)"
     " select 7, at_ms, who, address, action, detail, outcome, hash"
     " from access_audit where id = 6",
     7},
    {"one is put in before the first",
     "insert into access_audit (id, at_ms, who, address, action, detail, outcome, hash)"
     " select 0, at_ms, who, address, action, detail, outcome, hash"
     " from access_audit where id = 1",
     1},
    {"the kept head is deleted", "delete from access_audit_head", 7},
};
#define TAMPERS (sizeof(tampers) / sizeof(*tampers))

static void drop_triggers(struct access_ledger *x)
{
    CHECK(access_ledger_do(x, "drop trigger access_audit_no_replace;"
                              "drop trigger access_audit_no_update;"
                              "drop trigger access_audit_no_delete"));
}

static void test_tampered(void)
{
    for (size_t i = 0; i < TAMPERS; i++) {
        struct access_ledger x;
        char name[160];
        fill(&x);
        (void)snprintf(name, sizeof(name), "it is noticed: %s", tampers[i].what);
        TEST(name) {
            drop_triggers(&x);
            CHECK(access_ledger_do(&x, tampers[i].text));
            CHECK_EQ_I64(broken(&x, STR_NULL), tampers[i].broken);
        }
        access_ledger_release(&x);
    }
}

static void test_append_only(void)
{
    struct access_ledger x;
    fill(&x);
    TEST("the ledger refuses to change, delete or replace an entry") {
        CHECK(!access_ledger_do(&x, "update access_audit set who = 'x' where id = 2"));
        CHECK(!access_ledger_do(&x, "delete from access_audit where id = 2"));
        CHECK(!access_ledger_do(
            &x, "insert or replace into access_audit select * from access_audit where id = 2"));
        CHECK_EQ_I64(broken(&x, STR_NULL), 0);
    }
    TEST("what was cut off at the end stays missing when more is added") {
        drop_triggers(&x);
        CHECK(access_ledger_do(&x, "delete from access_audit where id = 6"));
        add(&x, "later", STR_NULL);
        add(&x, "later", STR_NULL);
        CHECK_EQ_I64(broken(&x, STR_NULL), 6);
    }
    access_ledger_release(&x);
    fill(&x);
    TEST("a trail rewritten whole is found out by the head kept elsewhere") {
        char hex[65];
        int64_t id = 0;
        CHECK(audit_head(x.l, &id, hex, &x.e) == RC_OK);
        drop_triggers(&x);
        CHECK(access_ledger_do(&x, "delete from access_audit; delete from access_audit_head"));
        add(&x, "forged", STR_NULL);
        CHECK_EQ_I64(broken(&x, STR_NULL), 0);
        CHECK_EQ_I64(broken(&x, str_of(hex)), 2);
    }
    access_ledger_release(&x);
}

static enum rc both(struct access_ledger *x, enum rc rc)
{
    struct tx *tx = NULL;
    CHECK(ledger_begin(x->l, &tx, &x->e) == RC_OK);
    CHECK(ledger_script(x->l, "test", "update access_version set version = 777", &x->e) ==
          RC_OK);
    enum rc added =
        audit_add_tx(tx, NULL, STR_NULL, "both", STR_NULL, RC_DENIED, &x->clock, &x->e);
    CHECK(added == RC_OK);
    return ledger_end(tx, rc, &x->e);
}

static void test_transaction(void)
{
    struct access_ledger x;
    struct audit_entry *list = NULL;
    uint32_t len = 0;
    access_ledger_init(&x);
    TEST("an entry in the caller's transaction stands and falls with it") {
        CHECK(both(&x, RC_STOPPED) == RC_STOPPED);
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 10}, x.a, &list,
                         &len, &x.e) == RC_OK &&
              len == 0);
        CHECK(both(&x, RC_OK) == RC_OK);
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 10}, x.a, &list,
                         &len, &x.e) == RC_OK &&
              len == 1);
        CHECK_STR(list[0].who, STR("nobody"));
        CHECK_STR(list[0].outcome, STR("denied"));
        CHECK_STR(list[0].detail, STR("{}"));
        CHECK_EQ_I64(broken(&x, STR_NULL), 0);
    }
    TEST("an empty trail fits and has no head") {
        struct access_ledger y;
        struct audit_verdict v;
        access_ledger_init(&y);
        CHECK(audit_verify(y.l, STR_NULL, &v, &y.e) == RC_OK);
        CHECK(v.entries == 0 && v.broken == 0 && !v.head[0]);
        access_ledger_release(&y);
    }
    access_ledger_release(&x);
}

int main(void)
{
    test_whole();
    test_list();
    test_tampered();
    test_append_only();
    test_transaction();
    return tap_end();
}
