/* Kinds: codes, rules by name and family, canonical values, masks, hashes. */
#include "people/kind.h"

#include "tap.h"

static struct str canon(struct arena *a, uint8_t kind, const char *raw)
{
    struct str out = STR("(refused)");
    struct err e = {0};
    enum rc rc = kind_canonical(kind, str_of(raw), a, &out, &e);
    return rc == RC_OK ? out : rc == RC_MISSING ? STR("(none)") : STR("(invalid)");
}

static void test_table(void)
{
    struct kind_table *t = kind_table_new();
    uint8_t code = 0, again = 0;
    TEST("standard kinds have their codes and rules") {
        CHECK_EQ_I64(kind_find(t, STR("phone")), KIND_PHONE);
        CHECK_EQ_I64(kind_find(t, STR("xhs_id")), KIND_XHS_ID);
        CHECK_EQ_I64(kind_find(t, STR("Phone")), KIND_NONE);
        CHECK(kind_standard(STR("phone")) == KIND_PHONE && kind_standard(STR("ip")) == KIND_IP);
        CHECK(!kind_standard(STR("Phone")) && !kind_standard(STR("phones")));
        CHECK(!kind_standard(STR("")) && !kind_standard(STR_NULL));
        CHECK_STR(kind_name(t, KIND_TAOBAO_OUID), STR("taobao_ouid"));
        CHECK_EQ_I64(kind_rules(t)[KIND_MEMBER_NO].max, 1);
        CHECK_EQ_I64(kind_rules(t)[KIND_DEVICE].cap, 3);
        CHECK(kind_rules(t)[KIND_IP].strength == STRENGTH_NEVER);
        CHECK(kind_rules(t)[KIND_PHONE].personal && kind_rules(t)[KIND_EMAIL].personal);
        CHECK_EQ_I64(kind_priorities(t)[KIND_UNIONID], 2);
    }
    TEST("an openid of an app has the rule of openid, an own kind that of other") {
        CHECK(kind_intern(t, STR("openid@wx12ab"), &code, NULL) == RC_OK);
        CHECK_EQ_I64(code, KIND_OWN_FIRST);
        CHECK(kind_intern(t, STR("openid@wx12ab"), &again, NULL) == RC_OK && again == code);
        CHECK_EQ_I64(kind_rules(t)[code].priority, 6);
        CHECK(kind_intern(t, STR("crm_id"), &code, NULL) == RC_OK);
        CHECK_EQ_I64(kind_rules(t)[code].priority, 20);
        CHECK_EQ_I64(kind_len(t), KIND_OWN_FIRST + 2);
    }
    TEST("a rule set by name holds for its family, for other, and for kinds to come") {
        struct kind_rule r = {7, STRENGTH_WEAK, 5, 2, false};
        CHECK(kind_set_rule(t, STR("openid"), r, NULL) == RC_OK);
        CHECK_EQ_I64(kind_rules(t)[KIND_OWN_FIRST].cap, 5);
        CHECK(kind_set_rule(t, STR("other"), r, NULL) == RC_OK);
        CHECK_EQ_I64(kind_rules(t)[code].max, 2);
        r.priority = 9;
        CHECK(kind_set_rule(t, STR("pos_id"), r, NULL) == RC_OK);
        CHECK(kind_intern(t, STR("pos_id@shop7"), &code, NULL) == RC_OK);
        CHECK_EQ_I64(kind_rules(t)[code].priority, 9);
        r.priority = 0;
        CHECK(kind_set_rule(t, STR("pos_id"), r, NULL) == RC_INVALID);
    }
    TEST("kinds of one priority rank by name, whichever appeared first") {
        struct kind_table *x = kind_table_new(), *y = kind_table_new();
        uint8_t a1 = 0, b1 = 0, a2 = 0, b2 = 0;
        CHECK(kind_intern(x, STR("openid@a"), &a1, NULL) == RC_OK);
        CHECK(kind_intern(x, STR("openid@b"), &b1, NULL) == RC_OK);
        CHECK(kind_intern(y, STR("openid@b"), &b2, NULL) == RC_OK);
        CHECK(kind_intern(y, STR("openid@a"), &a2, NULL) == RC_OK);
        CHECK(kind_priorities(x)[a1] < kind_priorities(x)[b1]);
        CHECK(kind_priorities(y)[a2] < kind_priorities(y)[b2]);
        CHECK(kind_priorities(x)[KIND_PHONE] < kind_priorities(x)[a1]);
        kind_table_free(x);
        kind_table_free(y);
    }
    TEST("malformed names and too many kinds are refused") {
        CHECK(kind_intern(t, STR(""), &code, NULL) == RC_INVALID);
        CHECK(kind_intern(t, STR("CRM"), &code, NULL) == RC_INVALID);
        CHECK(kind_intern(t, STR("openid@"), &code, NULL) == RC_INVALID);
        CHECK(kind_intern(t, STR("openid@a b"), &code, NULL) == RC_INVALID);
        CHECK(kind_intern(t, STR("a23456789012345678901234567890123"), &code, NULL) ==
              RC_INVALID);
        enum rc rc = RC_OK;
        for (int i = 0; i < 300 && rc == RC_OK; i++) {
            char name[16];
            (void)snprintf(name, sizeof(name), "own_%d", i);
            rc = kind_intern(t, str_of(name), &code, NULL);
        }
        CHECK(rc == RC_TOO_LARGE);
        CHECK_EQ_I64(kind_len(t), KIND_MAX);
    }
    kind_table_free(t);
}

static void test_canonical(struct arena *a)
{
    TEST("phones lose what people and programs put around the number") {
        CHECK_STR(canon(a, KIND_PHONE, "13800138000"), STR("13800138000"));
        CHECK_STR(canon(a, KIND_PHONE, " +86 138-0013-8000 "), STR("13800138000"));
        CHECK_STR(canon(a, KIND_PHONE, "008613800138000"), STR("13800138000"));
        CHECK_STR(canon(a, KIND_PHONE, "8613800138000"), STR("13800138000"));
        CHECK_STR(canon(a, KIND_PHONE, "１３８００１３８０００"), STR("13800138000"));
        CHECK_STR(canon(a, KIND_PHONE, "（010）8888-6666"), STR("01088886666"));
        CHECK_STR(canon(a, KIND_PHONE, "+1 (415) 555-2671"), STR("+14155552671"));
        CHECK_STR(canon(a, KIND_PHONE, "0014155552671"), STR("+14155552671"));
        CHECK_STR(canon(a, KIND_PHONE, "13800138000.0"), STR("13800138000"));
        CHECK_STR(canon(a, KIND_PHONE, "1.3800138123E+10"), STR("13800138123"));
    }
    TEST("a phone that is none, masked, rounded or no number joins nobody") {
        CHECK_STR(canon(a, KIND_PHONE, ""), STR("(none)"));
        CHECK_STR(canon(a, KIND_PHONE, "NULL"), STR("(none)"));
        CHECK_STR(canon(a, KIND_PHONE, "0"), STR("(none)"));
        CHECK_STR(canon(a, KIND_PHONE, "00000000000"), STR("(none)"));
        CHECK_STR(canon(a, KIND_PHONE, "138****8000"), STR("(none)"));
        CHECK_STR(canon(a, KIND_PHONE, "1.38E+10"), STR("(invalid)"));
        CHECK_STR(canon(a, KIND_PHONE, "1.38001E+10"), STR("(invalid)"));
        CHECK_STR(canon(a, KIND_PHONE, "1234"), STR("(invalid)"));
        CHECK_STR(canon(a, KIND_PHONE, "1234567890123456"), STR("(invalid)"));
        CHECK_STR(canon(a, KIND_PHONE, "call me"), STR("(invalid)"));
    }
    TEST("other values are trimmed and else kept as they are") {
        CHECK_STR(canon(a, KIND_USER_ID, "17850"), STR("17850"));
        CHECK_STR(canon(a, KIND_USER_ID, "17850.0"), STR("17850"));
        CHECK_STR(canon(a, KIND_USER_ID, "17850.5"), STR("17850.5"));
        CHECK_STR(canon(a, KIND_USER_ID, "5E10"), STR("5E10"));
        CHECK_STR(canon(a, KIND_USER_ID, "0"), STR("0"));
        CHECK_STR(canon(a, KIND_TAOBAO_NAME, " 小鱼 儿 "), STR("小鱼 儿"));
        CHECK_STR(canon(a, KIND_UNIONID, "oABC-1.0"), STR("oABC-1.0"));
        CHECK_STR(canon(a, KIND_UNIONID, "1.0"), STR("1.0"));
        CHECK_STR(canon(a, KIND_MEMBER_NO, "Ｍ１２"), STR("Ｍ12"));
        CHECK_STR(canon(a, KIND_EMAIL, "Zhang.San＠QQ.com"), STR("zhang.san@qq.com"));
        CHECK_STR(canon(a, KIND_EMAIL, "zhang"), STR("(invalid)"));
        CHECK_STR(canon(a, KIND_EMAIL, "@qq.com"), STR("(invalid)"));
        CHECK_STR(canon(a, KIND_DEVICE, "00000000-0000-0000-0000-000000000000"), STR("(none)"));
        CHECK_STR(canon(a, KIND_COOKIE, "undefined"), STR("(none)"));
        CHECK_STR(canon(a, KIND_USER_ID, "a\tb"), STR("(invalid)"));
        CHECK_STR(canon(a, KIND_USER_ID, "\xff\xfe"), STR("(invalid)"));
        char big[300];
        memset(big, 'x', sizeof(big));
        big[257] = '\0';
        CHECK_STR(canon(a, KIND_USER_ID, big), STR("(invalid)"));
        big[256] = '\0';
        CHECK_EQ_I64(canon(a, KIND_USER_ID, big).len, 256);
    }
}

static void test_mask_and_hash(struct arena *a)
{
    struct kind_table *t = kind_table_new();
    struct hash_key key = {1, 2};
    TEST("personal values are masked, others shown whole") {
        CHECK_STR(kind_mask(t, KIND_PHONE, STR("13800138000"), a), STR("138****8000"));
        CHECK_STR(kind_mask(t, KIND_PHONE, STR("95588"), a), STR("9***"));
        CHECK_STR(kind_mask(t, KIND_EMAIL, STR("zhang@qq.com"), a), STR("z***@qq.com"));
        CHECK_STR(kind_mask(t, KIND_USER_ID, STR("17850"), a), STR("17850"));
    }
    TEST("the hash tells kinds, values and keys apart") {
        struct hash128 h = identity_hash(key, STR("phone"), STR("1"));
        CHECK(h.lo != identity_hash(key, STR("phone1"), STR("")).lo);
        CHECK(h.lo != identity_hash(key, STR("user_id"), STR("1")).lo);
        CHECK(h.lo != identity_hash((struct hash_key){1, 3}, STR("phone"), STR("1")).lo);
        CHECK(h.lo == identity_hash(key, STR("phone"), STR("1")).lo);
    }
    kind_table_free(t);
}

int main(void)
{
    struct arena *a = arena_new();
    test_table();
    test_canonical(a);
    test_mask_and_hash(a);
    arena_free(a);
    return tap_end();
}
