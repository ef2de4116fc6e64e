/* The catalogue: codes for ever, own names, suggestions, and docs/events.md being fresh.
 * With the argument --markdown it prints docs/events.md instead. */
#include "unit/tap.h"

#include "base/mem.h"
#include "people/catalogue.h"

static void test_table(const struct catalogue *c)
{
    CHECK_EQ_I64(catalogue_find(c, STR("purchase")), EVENT_PURCHASE);
    CHECK_EQ_I64(catalogue_find(c, STR("refund")), EVENT_REFUND);
    CHECK_EQ_I64(catalogue_find(c, STR("Purchase")), EVENT_UNKNOWN);
    int found = 0;
    for (uint16_t code = 0; code < EVENT_OWN_FIRST; code++) {
        const struct event_def *d = catalogue_def(c, code);
        if (!d) {
            CHECK_EQ_I64(catalogue_name(c, code).len, 0);
            continue;
        }
        found++;
        CHECK_EQ_I64(d->code, code);
        CHECK_EQ_I64(catalogue_find(c, str_of(d->name)), code);
        CHECK(d->zh[0] && d->meaning[0] && d->meaning_zh[0] && d->props);
        CHECK((d->undoes != NULL) == (d->evidence == EVIDENCE_STATUS_OFF));
        if (d->undoes) {
            const struct event_def *on = catalogue_def(c, catalogue_find(c, str_of(d->undoes)));
            CHECK(on && on->evidence == EVIDENCE_STATUS_ON);
        }
    }
    CHECK(found > 60);
}

/* The lists of the specification, word for word. */
static void test_default_evidence(const struct catalogue *c)
{
    static const struct {
        enum event_evidence evidence;
        const char *names;
    } lists[] = {
        {EVIDENCE_AWARENESS,
         "ad_exposure category_search content_view live_view sms_delivered offline_reach"},
        {EVIDENCE_INTEREST, "ad_click store_visit item_view brand_search interact coupon_claim "
                            "trial_claim add_cart "
                            "favorite consult live_interact message_reply"},
        {EVIDENCE_STATUS_ON, "follow friend_add group_join member_join"},
        {EVIDENCE_STATUS_OFF, "unfollow friend_delete group_leave member_quit"},
        {EVIDENCE_PURCHASE, "purchase"},
        {EVIDENCE_REFUND, "refund"},
        {EVIDENCE_LOYALTY, "review share referral"},
    };
    int listed = 0, given = 0;
    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        struct str rest = str_of(lists[i].names);
        while (rest.ptr) {
            const struct event_def *d =
                catalogue_def(c, catalogue_find(c, str_cut(&rest, ' ')));
            CHECK(d && d->evidence == lists[i].evidence);
            listed++;
        }
    }
    for (uint16_t code = 0; code < EVENT_OWN_FIRST; code++) {
        const struct event_def *d = catalogue_def(c, code);
        given += d && d->evidence != EVIDENCE_NONE;
    }
    CHECK_EQ_I64(given, listed);
}

static void test_own_names(struct catalogue *c)
{
    struct err e = {0};
    uint16_t code = 0, again = 0;
    CHECK_EQ_I64(catalogue_intern(c, STR("皮肤测试"), &code, &e), RC_OK);
    CHECK_EQ_I64(code, EVENT_OWN_FIRST);
    CHECK_EQ_I64(catalogue_intern(c, STR("皮肤测试"), &again, &e), RC_OK);
    CHECK_EQ_I64(again, code);
    CHECK_STR(catalogue_name(c, code), STR("皮肤测试"));
    CHECK_EQ_I64(catalogue_len(c), EVENT_OWN_FIRST + 1);
    CHECK(catalogue_def(c, code) == NULL);
    CHECK_EQ_I64(catalogue_intern(c, STR(""), &code, &e), RC_INVALID);
    CHECK_EQ_I64(catalogue_intern(c, STR("a\nb"), &code, &e), RC_INVALID);
    CHECK_EQ_I64(catalogue_intern(c, STR("\xff\xfe"), &code, &e), RC_INVALID);
    char name[80];
    memset(name, 'x', sizeof(name));
    CHECK_EQ_I64(catalogue_intern(c, str_make(name, 65), &code, &e), RC_INVALID);
    CHECK_EQ_I64(catalogue_intern(c, str_make(name, 64), &code, &e), RC_OK);
    enum rc rc = RC_OK;
    for (int i = 0; i < EVENT_NAMES_MAX && !rc; i++) {
        int len = snprintf(name, sizeof(name), "own_%d", i);
        rc = catalogue_intern(c, str_make(name, (size_t)len), &code, &e);
    }
    CHECK_EQ_I64(rc, RC_TOO_LARGE);
    CHECK_EQ_I64(catalogue_len(c), EVENT_NAMES_MAX);
}

static void test_channels(struct catalogue *c)
{
    struct err e = {0};
    uint8_t code = 0;
    uint32_t len = 0;
    CHECK_EQ_I64(channel_find(c, STR("wechat_oa")), 1);
    CHECK(channel_def(1)->private_domain);
    CHECK(!channel_def(channel_find(c, STR("tmall")))->private_domain);
    CHECK_EQ_I64(channel_find(c, STR("nowhere")), 0);
    CHECK_EQ_I64(channel_intern(c, STR("vending_machine"), &code, &e), RC_OK);
    CHECK_EQ_I64(code, CHANNEL_OWN_FIRST);
    CHECK_STR(channel_names(c, &len)[code], STR("vending_machine"));
    CHECK_EQ_I64(len, CHANNEL_OWN_FIRST + 1);
    CHECK_STR(channel_name(c, 0), STR(""));
    CHECK_STR(channel_suggest(c, STR("wechat-oa")), STR("wechat_oa"));
    enum rc rc = RC_OK;
    for (int i = 0; i < 300 && !rc; i++) {
        char name[16];
        int n = snprintf(name, sizeof(name), "own_%d", i);
        rc = channel_intern(c, str_make(name, (size_t)n), &code, &e);
    }
    CHECK_EQ_I64(rc, RC_TOO_LARGE);
}

static void test_suggestions(const struct catalogue *c)
{
    static const char *const pairs[][2] = {
        {"purchse", "purchase"},  {"buy", "purchase"},        {"addcart", "add_cart"},
        {"Add-Cart", "add_cart"}, {"item_veiw", "item_view"}, {"fav", "favorite"},
        {"Follow", "follow"},     {"xyzzyplugh", ""},         {"", ""},
    };
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        CHECK_STR(catalogue_suggest(c, str_of(pairs[i][0])), str_of(pairs[i][1]));
    }
}

static bool file_equals(const char *path, struct str want)
{
    FILE *f = fopen(path, "rb");
    char *text = f ? mem_alloc(want.len + 1) : NULL;
    size_t got = f ? fread(text, 1, want.len + 1, f) : 0;
    bool same = f && got == want.len && memcmp(text, want.ptr, want.len) == 0;
    mem_free(text);
    if (f) {
        (void)fclose(f);
    }
    return same;
}

int main(int argc, char **argv)
{
    struct buf page = {0};
    catalogue_markdown(&page);
    if (argc > 1 && strcmp(argv[1], "--markdown") == 0) {
        (void)fwrite(page.ptr, 1, page.len, stdout);
        buf_release(&page);
        return 0;
    }
    struct catalogue *c = catalogue_new();
    TEST("every standard name has one code, a meaning and an opposite that exists") {
        test_table(c);
    }
    TEST("the default evidence is that of the specification") {
        test_default_evidence(c);
    }
    TEST("mistyped and foreign names lead to the standard one") {
        test_suggestions(c);
    }
    TEST("own names get codes behind the standard ones") {
        test_own_names(c);
    }
    TEST("channels are public or private, own ones are added") {
        test_channels(c);
    }
    TEST("docs/events.md is fresh (test_people_catalogue --markdown > docs/events.md)") {
        CHECK(file_equals("docs/events.md", buf_str(&page)));
    }
    catalogue_free(c);
    buf_release(&page);
    return tap_end();
}
