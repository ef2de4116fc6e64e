/* Tags and crowds in the ledger: names, values, expiry, days, marks. */
#include "who/tag.h"
#include "base/clock.h"
#include "base/day.h"
#include "store/migrate.h"
#include "store_temp.h"
#include "tap.h"
#include "who/crowd.h"
#include "who/mark.h"

enum { LEN = 20 };

static struct roster *some(const char *digits)
{
    struct roster *r = roster_new();
    for (; *digits; digits++) {
        roster_add(r, (uint32_t)(*digits - '0'));
    }
    return r;
}

/* The numbers below 10 that a tag marks, as digits. */
static struct str marked(struct ledger *l, struct arena *a, const char *name, const char *value,
                         int32_t day)
{
    struct bits b;
    struct buf text = {0};
    struct err e = {0};
    bits_init(&b, LEN);
    enum rc rc = tag_mark(l, str_of(name), str_of(value), day, &b, &e);
    for (uint32_t i = 0; !rc && i < 10; i++) {
        if (bits_has(&b, i)) {
            buf_add_byte(&text, (char)('0' + i));
        }
    }
    struct str out = rc ? str_of(rc_name(rc)) : arena_str(a, buf_str(&text));
    buf_release(&text);
    bits_release(&b);
    return out;
}

static enum rc make(struct ledger *l, struct tag t, struct err *e)
{
    struct tx *tx = NULL;
    int64_t id = 0;
    enum rc rc = ledger_begin(l, &tx, e);
    return rc ? rc : ledger_end(tx, tag_create(l, &t, &id, e), e);
}

/* give ("+") or take ("-") of digits on a day. */
static enum rc change(struct ledger *l, struct arena *a, char how, const char *name,
                      const char *value, const char *digits, int32_t day, struct err *e)
{
    struct tag t = {0};
    struct tx *tx = NULL;
    struct roster *nos = some(digits);
    struct roster_stamp s = {
        .day = day, .until = UNTIL_NEVER, .at_ms = day, .source = STR("manual")};
    uint64_t moved = 0;
    enum rc rc = ledger_begin(l, &tx, e);
    if (!rc) {
        rc = tag_find(l, str_of(name), a, &t, e);
        if (!rc && how == '+') {
            rc = tag_give(l, &t, str_of(value), nos, &s, &moved, e);
        } else if (!rc) {
            rc = tag_take(l, &t, str_of(value), nos, &s, &moved, e);
        }
        rc = ledger_end(tx, rc, e);
    }
    roster_free(nos);
    return rc;
}

static void test_names(struct ledger *l, struct arena *a)
{
    struct err e = {0};
    struct tag t = {0};
    static const char *const bad[] = {"",          " x",       "a/b",      "quo\"te",
                                      "tab\there", "back\\sl", "\xff\xfe", "del\x7f"};
    TEST("a tag's name is checked, its category parts equal names, a wrong name gets a hint") {
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            CHECK(make(l, (struct tag){.name = str_of(bad[i])}, &e) == RC_INVALID);
        }
        CHECK(!make(l, (struct tag){.category = STR("价格"), .name = STR("敏感")}, &e));
        CHECK(make(l, (struct tag){.category = STR("价格"), .name = STR("敏感")}, &e) ==
              RC_CONFLICT);
        CHECK(!tag_find(l, STR("敏感"), a, &t, &e));
        CHECK_STR(tag_full_name(&t, a), STR("价格/敏感"));
        CHECK(!make(l, (struct tag){.category = STR("皮肤"), .name = STR("敏感")}, &e));
        CHECK(tag_find(l, STR("敏感"), a, &t, &e) == RC_INVALID);
        CHECK(str_find(str_of(e.hint), STR("\"价格/敏感\" or \"皮肤/敏感\""), 0) != SIZE_MAX);
        CHECK(!tag_find(l, STR("皮肤/敏感"), a, &t, &e));
        CHECK(!make(l, (struct tag){.name = STR("regular")}, &e));
        CHECK(tag_find(l, STR("regulr"), a, &t, &e) == RC_MISSING);
        CHECK_STR(str_of(e.hint), STR("did you mean \"regular\"?"));
    }
}

static void test_values(struct ledger *l, struct arena *a)
{
    struct err e = {0};
    TEST("an identity has one value of a tag at a time; days before keep theirs") {
        CHECK(!make(l, (struct tag){.name = STR("colour"), .kind = TAG_TEXT}, &e));
        CHECK(!change(l, a, '+', "colour", "red", "123", 10, &e));
        CHECK(!change(l, a, '+', "colour", "blue", "34", 12, &e));
        CHECK_STR(marked(l, a, "colour", "red", 12), STR("12"));
        CHECK_STR(marked(l, a, "colour", "blue", 12), STR("34"));
        CHECK_STR(marked(l, a, "colour", "", 12), STR("1234"));
        CHECK_STR(marked(l, a, "colour", "red", 11), STR("123"));
        CHECK_STR(marked(l, a, "colour", "", 9), STR(""));
        CHECK_STR(marked(l, a, "colour", "green", 12), STR(""));
        CHECK(!change(l, a, '-', "colour", NULL, "14", 13, &e));
        CHECK_STR(marked(l, a, "colour", "", 13), STR("23"));
        CHECK_STR(marked(l, a, "colour", "", 12), STR("1234"));
        CHECK_STR(marked(l, a, "nothing", "", 12), STR("missing"));
    }
    TEST("a value must be of the tag's kind") {
        CHECK(change(l, a, '+', "colour", "", "1", 14, &e) == RC_INVALID);
        CHECK(change(l, a, '+', "regular", "x", "1", 14, &e) == RC_INVALID);
        CHECK(!make(l, (struct tag){.name = STR("size"), .kind = TAG_NUMBER}, &e));
        CHECK(change(l, a, '+', "size", "large", "1", 14, &e) == RC_INVALID);
        CHECK(!change(l, a, '+', "size", "41.5", "1", 14, &e));
    }
    TEST("what expires holds for its days and not on the next; given again it is renewed") {
        CHECK(!make(l, (struct tag){.name = STR("fresh"), .expiry_days = 3}, &e));
        CHECK(!change(l, a, '+', "fresh", "", "12", 20, &e));
        CHECK(!change(l, a, '+', "fresh", "", "2", 21, &e));
        CHECK_STR(marked(l, a, "fresh", "", 22), STR("12"));
        CHECK_STR(marked(l, a, "fresh", "", 23), STR("2"));
        CHECK_STR(marked(l, a, "fresh", "", 24), STR(""));
        CHECK(!change(l, a, '+', "fresh", "", "3", 30, &e)); /* the chunks are made anew */
        CHECK_STR(marked(l, a, "fresh", "", 22), STR("12"));
        CHECK_STR(marked(l, a, "fresh", "", 30), STR("3"));
    }
}

static void test_follow(struct ledger *l, struct arena *a)
{
    static const uint32_t before[] = {0, 1, 2, 3, 1}, after[] = {0, 1, 2, 3, 4};
    struct err e = {0};
    struct tag t = {0};
    struct bits want;
    struct tx *tx = NULL;
    uint64_t moved = 0;
    struct roster_stamp s = {.day = 40, .until = UNTIL_NEVER, .source = STR("rule")};
    bits_init(&want, 5);
    bits_set(&want, 1);
    bits_set(&want, 2);
    TEST("a rule's tag moves as few as it can; a part split off gets it at the next refresh") {
        CHECK(!make(l, (struct tag){.name = STR("ruled"), .source = TAG_RULE}, &e));
        CHECK(!tag_find(l, STR("ruled"), a, &t, &e) && t.source == TAG_RULE);
        CHECK(!ledger_begin(l, &tx, &e));
        CHECK(!tag_follow(l, &t, STR(""), &want, before, &s, &moved, &e) && moved == 2);
        CHECK(!tag_follow(l, &t, STR(""), &want, before, &s, &moved, &e) && moved == 2);
        bits_set(&want, 4); /* consumer {1, 4} is two now, and both are wanted */
        CHECK(!tag_follow(l, &t, STR(""), &want, after, &s, &moved, &e) && moved == 3);
        CHECK(!tag_set_fresh(l, t.id, 5, 40, 7, &e) && !ledger_end(tx, RC_OK, &e));
        CHECK_STR(marked(l, a, "ruled", "", 40), STR("124"));
        CHECK(!tag_find(l, STR("ruled"), a, &t, &e) && t.fresh_day == 40 && t.fresh_seq == 7);
    }
    bits_release(&want);
}

static void test_held(struct ledger *l, struct arena *a)
{
    struct err e = {0};
    struct tag_held *held = NULL;
    struct tag t = {0};
    struct tx *tx = NULL;
    uint32_t n = 0;
    TEST("what a consumer carries is found by its identities, on any day") {
        CHECK(!tag_held_by(l, (uint32_t[]){1, 2}, 2, 22, a, &held, &n, &e));
        CHECK(n == 3);
        CHECK_STR(held[0].name, STR("colour"));
        CHECK_STR(held[0].value, STR("red"));
        CHECK_STR(held[1].name, STR("fresh"));
        CHECK_STR(held[2].name, STR("size"));
        CHECK_STR(held[2].value, STR("41.5"));
        CHECK(!tag_held_by(l, (uint32_t[]){1}, 1, 12, a, &held, &n, &e) && n == 1);
    }
    TEST("a tag is renamed and deleted with all its values") {
        CHECK(!tag_find(l, STR("colour"), a, &t, &e));
        CHECK(!ledger_begin(l, &tx, &e) && !tag_rename(l, t.id, STR("look/hue"), &e) &&
              !ledger_end(tx, RC_OK, &e));
        CHECK_STR(marked(l, a, "look/hue", "red", 12), STR("12"));
        CHECK(!ledger_begin(l, &tx, &e) && !tag_delete(l, t.id, &e) &&
              !ledger_end(tx, RC_OK, &e));
        CHECK_STR(marked(l, a, "hue", "red", 12), STR("missing"));
        CHECK(!tag_held_by(l, (uint32_t[]){2}, 1, 12, a, &held, &n, &e) && n == 0);
    }
}

static void test_event_rule(struct arena *a)
{
    struct err e = {0};
    struct tag_event v = {STR("purchase"), STR("category"), true, 90}, back = {0};
    TEST("the rule of an event tag reads back; one without an event is refused") {
        CHECK(!tag_event_read(tag_event_json(&v, a), a, &back, &e));
        CHECK_STR(back.event, v.event);
        CHECK_STR(back.field, v.field);
        CHECK(back.most && back.days == 90);
        CHECK(tag_event_read(STR("{\"field\":\"item\"}"), a, &back, &e) == RC_CORRUPT);
        CHECK(tag_event_read(STR("purchase"), a, &back, &e) == RC_INVALID);
    }
}

static void test_crowds(struct ledger *l, struct arena *a)
{
    struct err e = {0};
    struct crowd c = {0};
    struct bits b;
    struct str rule = STR_NULL, near = STR_NULL;
    struct roster *list = some("25"), *other = some("57"), *now = NULL;
    struct tx *tx = NULL;
    int64_t id = 0;
    struct roster_stamp s = {.day = 50, .until = UNTIL_NEVER, .source = STR("crowd")};
    struct who_marks m = {l, a};
    bits_init(&b, LEN);
    TEST("a live crowd answers with its question, a frozen one with its list, whatever the "
         "day") {
        CHECK(!ledger_begin(l, &tx, &e));
        CHECK(!crowd_create(l, &(struct crowd){.name = STR("大客户"), .question = STR("all")},
                            &id, &e));
        CHECK(crowd_create(l, &(struct crowd){.name = STR("大客户")}, &id, &e) == RC_CONFLICT);
        CHECK(crowd_create(l, &(struct crowd){.name = STR("a/b")}, &id, &e) == RC_INVALID);
        CHECK(!crowd_mark(l, STR("大客户"), &b, &rule, a, &e) && bits_count(&b) == 0);
        CHECK_STR(rule, STR("all"));
        CHECK(!crowd_find(l, STR("大客户"), a, &c, &e) && !c.set && c.frozen_day == DAY_NONE);
        CHECK(!crowd_freeze(l, &c, list, &s, &e));
        CHECK(!crowd_find(l, STR("大客户"), a, &c, &e) && c.set && c.frozen_day == 50);
        s.day = 52;
        CHECK(!crowd_freeze(l, &c, other, &s, &e));
        CHECK(!ledger_end(tx, RC_OK, &e));
        CHECK(!who_marks_mark(&m, Q_CROWD, STR("大客户"), STR(""), 3, &b, &rule, a, &e));
        CHECK(rule.len == 0 && bits_count(&b) == 2 && bits_has(&b, 5) && bits_has(&b, 7));
        CHECK(!crowd_find(l, STR("大客户"), a, &c, &e) && !crowd_roster(l, &c, &now, &e));
        CHECK(roster_eq(now, other));
        roster_free(now);
        now = NULL;
    }
    TEST("the names of crowds and tags are known, others are near or not") {
        CHECK(who_marks_knows(&m, Q_CROWD, STR("大客户"), &near) && !near.ptr);
        CHECK(who_marks_knows(&m, Q_TAG, STR("regular"), &near) && !near.ptr);
        CHECK(!who_marks_knows(&m, Q_TAG, STR("regularr"), &near));
        CHECK_STR(near, STR("regular"));
        near = STR_NULL;
        CHECK(!who_marks_knows(&m, Q_CROWD, STR("nobody at all"), &near) && !near.ptr);
        CHECK(who_marks_knows(&m, Q_CONSENT, STR("sms"), &near));
    }
    TEST("a crowd keeps its counts, and goes with its list") {
        struct crowd_size size = {0}, *sizes = NULL;
        bool found = true;
        uint32_t n = 0;
        CHECK(!crowd_size_last(l, c.id, &found, &size, &e) && !found);
        CHECK(!ledger_begin(l, &tx, &e));
        CHECK(!crowd_size_add(l, c.id, (struct crowd_size){50, 1000, 12}, &e));
        CHECK(!crowd_size_add(l, c.id, (struct crowd_size){51, 2000, 13}, &e));
        CHECK(!crowd_sizes(l, c.id, a, &sizes, &n, &e) && n == 2 && sizes[0].consumers == 12);
        CHECK(!crowd_size_last(l, c.id, &found, &size, &e) && found && size.day == 51);
        CHECK(!crowd_rename(l, c.id, STR("老客户"), &e));
        CHECK(!crowd_find(l, STR("老客户"), a, &c, &e) && !crowd_delete(l, &c, &e));
        CHECK(!ledger_end(tx, RC_OK, &e));
        CHECK(crowd_find(l, STR("老客户"), a, &c, &e) == RC_MISSING);
        CHECK(roster_set_read(l, c.set, 60, &now, &e) == RC_CORRUPT); /* gone with it */
    }
    bits_release(&b);
    roster_free(list);
    roster_free(other);
}

int main(void)
{
    struct arena *a = arena_new();
    struct ledger *l = NULL;
    struct clock clock = clock_real();
    char dir[64];
    temp_make(dir);
    struct str path = arena_strf(a, "%s/ledger.db", dir);
    struct err e = {0};
    if (ledger_open(path.ptr, &(struct ledger_options){.mode = LEDGER_CREATE}, &l, &e) ||
        migrate_run(l, disk_real(), &clock, &e)) {
        printf("# %s\n", e.msg);
    }
    test_names(l, a);
    test_values(l, a);
    test_follow(l, a);
    test_held(l, a);
    test_event_rule(a);
    test_crowds(l, a);
    ledger_close(l);
    temp_drop(dir);
    arena_free(a);
    return tap_end();
}
