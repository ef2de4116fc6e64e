/* Keys: what is shown once, what is kept, what is refused, and two processes at once. */
#include <sys/wait.h>

#include "unit/access_ledger.h"
#include "wire/crypt.h"

static void test_make(void)
{
    struct access_ledger x;
    struct str text = STR_NULL, other = STR_NULL;
    struct access_key *list = NULL, k;
    uint32_t len = 0;
    access_ledger_init(&x);
    TEST("a key is a prefix and 43 characters of base64url, new each time") {
        CHECK(make_key(&x, STR("shop"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) == RC_OK);
        CHECK_EQ_I64(text.len, 48);
        CHECK(str_starts(text, STR("pk_w_")));
        struct buf raw = {0};
        CHECK(base64url_decode(&raw, str_slice(text, 5, text.len)) && raw.len == 32);
        buf_release(&raw);
        CHECK(access_key_make(x.l, &x.by, STR("bot"), PRINCIPAL_OPERATOR_KEY, ROLE_ANALYST,
                              &x.clock, x.a, &k, &other, &x.e) == RC_OK);
        CHECK(str_starts(other, STR("pk_o_")));
        CHECK(!str_eq(str_slice(other, 5, 48), str_slice(text, 5, 48)));
        CHECK(k.id == 2 && k.role == ROLE_ANALYST && k.made_ms == 1800000000000);
    }
    TEST("the list tells what they are, and never the key") {
        CHECK(access_key_list(x.l, x.a, &list, &len, &x.e) == RC_OK);
        CHECK_EQ_I64(len, 2);
        CHECK_STR(list[0].name, STR("shop"));
        CHECK(list[0].kind == PRINCIPAL_WRITE_KEY && list[0].role == ROLE_NONE);
        CHECK(list[1].kind == PRINCIPAL_OPERATOR_KEY && list[1].role == ROLE_ANALYST);
        CHECK_STR(list[0].prefix, str_slice(text, 0, 11));
        CHECK(!list[0].used_ms && !list[0].revoked_ms);
    }
    TEST("the file holds neither key nor its random part") {
        struct buf all = {0};
        CHECK(ledger_fold_wal(x.l, &x.e) == RC_OK);
        CHECK(disk_get(disk_real(), x.path, 16u << 20, &all, &x.e) == RC_OK);
        CHECK(str_find(buf_str(&all), str_slice(text, 5, text.len), 0) == SIZE_MAX);
        CHECK(str_find(buf_str(&all), str_slice(other, 12, other.len), 0) == SIZE_MAX);
        CHECK(str_find(buf_str(&all), str_slice(text, 0, 11), 0) != SIZE_MAX);
        buf_release(&all);
    }
    access_ledger_release(&x);
}

static void test_names(void)
{
    struct access_ledger x;
    struct str text = STR_NULL;
    char longest[62];
    memset(longest, 'x', sizeof(longest));
    access_ledger_init(&x);
    static const struct str bad[] = {
        {"", 0},         {" shop", 5}, {"shop ", 5}, {"a\nb", 3}, {"a\x7f", 2},
        {"\xff\xfe", 2}, {"17", 2},    {"\0", 1},    {"a\0b", 3},
    };
    TEST("names that cannot be one are refused") {
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
            CHECK(make_key(&x, bad[i], PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) == RC_INVALID);
        }
        CHECK(make_key(&x, str_make(longest, 61), PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) ==
              RC_INVALID);
        CHECK(make_key(&x, str_make(longest, 60), PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) ==
              RC_OK);
        CHECK(make_key(&x, STR("收银台 2"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) == RC_OK);
    }
    TEST("a write key has no role and an operator key has one") {
        CHECK(make_key(&x, STR("a"), PRINCIPAL_WRITE_KEY, ROLE_OWNER, &text) == RC_INVALID);
        CHECK(make_key(&x, STR("a"), PRINCIPAL_OPERATOR_KEY, ROLE_NONE, &text) == RC_INVALID);
        CHECK(make_key(&x, STR("a"), PRINCIPAL_USER, ROLE_OWNER, &text) == RC_BUG);
    }
    TEST("no two keys in force are called alike; a revoked one's name may be taken again") {
        CHECK(make_key(&x, STR("a"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) == RC_OK);
        CHECK(make_key(&x, STR("a"), PRINCIPAL_OPERATOR_KEY, ROLE_OWNER, &text) == RC_CONFLICT);
        CHECK(access_key_revoke(x.l, &x.by, STR("a"), &x.clock, &x.e) == RC_OK);
        CHECK(access_key_revoke(x.l, &x.by, STR("a"), &x.clock, &x.e) == RC_MISSING);
        CHECK(make_key(&x, STR("a"), PRINCIPAL_OPERATOR_KEY, ROLE_OWNER, &text) == RC_OK);
    }
    TEST("a key is revoked by its number too, once") {
        CHECK(access_key_revoke(x.l, &x.by, STR("1"), &x.clock, &x.e) == RC_OK);
        CHECK(access_key_revoke(x.l, &x.by, STR("1"), &x.clock, &x.e) == RC_MISSING);
        CHECK(access_key_revoke(x.l, &x.by, STR("99"), &x.clock, &x.e) == RC_MISSING);
        CHECK(access_key_revoke(x.l, &x.by, STR(""), &x.clock, &x.e) == RC_MISSING);
    }
    access_ledger_release(&x);
}

static void test_audited(void)
{
    struct access_ledger x;
    struct str text = STR_NULL;
    struct audit_entry *list = NULL;
    uint32_t len = 0;
    access_ledger_init(&x);
    x.by = (struct principal){.kind = PRINCIPAL_USER,
                              .role = ROLE_OWNER,
                              .id = 4,
                              .name = STR("lin"),
                              .address = STR("::1")};
    CHECK(make_key(&x, STR("a\"b"), PRINCIPAL_OPERATOR_KEY, ROLE_STORE, &text) == RC_OK);
    CHECK(make_key(&x, STR("a\"b"), PRINCIPAL_OPERATOR_KEY, ROLE_STORE, &text) == RC_CONFLICT);
    CHECK(access_key_revoke(x.l, &x.by, STR("1"), &x.clock, &x.e) == RC_OK);
    TEST("what was done is in the audit trail, what was refused did not happen") {
        CHECK(audit_list(x.l, &(struct audit_filter){.before = 0, .limit = 10}, x.a, &list,
                         &len, &x.e) == RC_OK);
        CHECK_EQ_I64(len, 2);
        CHECK_STR(list[1].action, STR("key.make"));
        CHECK_STR(list[1].who, STR("user:4 lin"));
        CHECK_STR(list[1].address, STR("::1"));
        CHECK_STR(list[1].detail, STR("{\"id\":1,\"name\":\"a\\\"b\",\"may\":\"store\"}"));
        CHECK_STR(list[0].action, STR("key.revoke"));
        CHECK_STR(list[0].detail, STR("{\"id\":1,\"name\":\"a\\\"b\"}"));
    }
    access_ledger_release(&x);
}

#define EACH 40

/* Makes keys with a handle of its own; returns how many could not be made. */
static int make_many(const struct access_ledger *from, char letter)
{
    struct access_ledger x = *from;
    int bad = 0;
    x.l = access_ledger_open(x.path, LEDGER_WRITE);
    for (int i = 0; i < EACH; i++) {
        struct str text, name = arena_strf(x.a, "%c%d", letter, i);
        bad += make_key(&x, name, PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) != RC_OK;
    }
    ledger_close(x.l);
    return bad;
}

static void test_processes(void)
{
    struct access_ledger x;
    struct access_key *list = NULL;
    struct audit_verdict v;
    uint32_t len = 0;
    int status = 1;
    access_ledger_init(&x);
    ledger_close(x.l);
    pid_t child = fork();
    if (child == 0) {
        _exit(make_many(&x, 'c'));
    }
    int bad = make_many(&x, 'p');
    CHECK(waitpid(child, &status, 0) == child);
    x.l = access_ledger_open(x.path, LEDGER_WRITE);
    TEST("two processes make keys at once: none is lost, the audit trail is whole") {
        CHECK_EQ_I64(bad, 0);
        CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
        CHECK(access_key_list(x.l, x.a, &list, &len, &x.e) == RC_OK);
        CHECK_EQ_I64(len, 2 * EACH);
        CHECK(audit_verify(x.l, STR_NULL, &v, &x.e) == RC_OK);
        CHECK_EQ_I64(v.entries, 2 * EACH);
        CHECK_EQ_I64(v.broken, 0);
    }
    access_ledger_release(&x);
}

static void test_cap(void)
{
    struct access_ledger x;
    struct str text = STR_NULL;
    access_ledger_init(&x);
    CHECK(access_ledger_do(
        &x, "with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000)"
            " insert into access_key (name, kind, role, prefix, digest, made_ms)"
            " select 'k' || i, 'write', 'none', 'pk_w_', randomblob(32), 0 from n"));
    TEST("a thousand keys may be in force, not one more") {
        CHECK(make_key(&x, STR("more"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) == RC_CONFLICT);
        CHECK(access_key_revoke(x.l, &x.by, STR("k7"), &x.clock, &x.e) == RC_OK);
        CHECK(make_key(&x, STR("more"), PRINCIPAL_WRITE_KEY, ROLE_NONE, &text) == RC_OK);
    }
    access_ledger_release(&x);
}

int main(void)
{
    test_make();
    test_names();
    test_audited();
    test_processes();
    test_cap();
    return tap_end();
}
