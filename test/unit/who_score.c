/* Score sets: kept, read, asked by field, damaged. */
#include "who/score.h"
#include "who/field_value.h"
#include "small_brand.h"
#include <math.h>
#include <stdio.h>

static const struct small_row rows[] = {
    {"2017-12-01 10:00", "item_view", "user_id:a", .item = "y"},
    {"2017-12-01 10:00", "item_view", "user_id:b", .item = "y"},
    {"2017-12-01 10:00", "item_view", "user_id:c", .item = "y"},
};

static const uint32_t nos[] = {1, 3};
static const double worth[] = {12.5, NAN};
static const uint8_t codes[] = {1, 255};
static const struct str texts[] = {{"低", sizeof("低") - 1}, {"高", sizeof("高") - 1}};

static struct score_set sample(const char *name, int32_t day)
{
    return (struct score_set){
        .name = name,
        .as_of = day,
        .made_ms = 5,
        .about = STR("{}"),
        .len = 2,
        .no = nos,
        .columns_len = 2,
        .columns = {{.name = "rfm.amount", .numbers = worth},
                    {.name = "rfm.type", .codes = codes, .texts = texts, .texts_len = 2}}};
}

static void test_kept(struct small *s, struct arena *a)
{
    struct score_set in = sample("rfm", 100), out;
    struct err e = {0};
    struct str *names = NULL;
    uint32_t len = 9;
    TEST("a set is read as it was kept; a newer one replaces it") {
        CHECK_EQ_I64(score_list(s->b, a, &names, &len, &e), RC_OK);
        CHECK_EQ_I64(len, 0);
        CHECK_EQ_I64(score_load(s->b, STR("rfm"), a, &out, &e), RC_MISSING);
        CHECK_EQ_I64(score_save(s->b, &in, &e), RC_OK);
        in.as_of = 101;
        CHECK_EQ_I64(score_save(s->b, &in, &e), RC_OK);
        CHECK_EQ_I64(score_load(s->b, STR("rfm"), a, &out, &e), RC_OK);
        CHECK_EQ_I64(out.as_of, 101);
        CHECK_EQ_I64(out.len, 2);
        CHECK_EQ_I64(out.columns_len, 2);
        CHECK(out.no[1] == 3 && out.columns[0].numbers[0] == 12.5);
        CHECK(isnan(out.columns[0].numbers[1]) && !out.columns[1].numbers);
        CHECK_STR(out.columns[1].texts[out.columns[1].codes[0]], STR("高"));
        CHECK_STR(out.about, STR("{}"));
        CHECK_EQ_I64(score_list(s->b, a, &names, &len, &e), RC_OK);
        CHECK(len == 1 && str_eq(names[0], STR("rfm")));
    }
    TEST("a name that could leave its directory is refused") {
        struct score_set bad = sample("../rfm", 100);
        CHECK_EQ_I64(score_save(s->b, &bad, &e), RC_INVALID);
        CHECK_EQ_I64(score_load(s->b, STR("../rfm"), a, &out, &e), RC_MISSING);
        CHECK_EQ_I64(score_drop(s->b, STR(""), &e), RC_MISSING);
    }
}

static void test_asked(struct small *s, struct arena *a)
{
    const struct who_field *amount = who_field_find(STR("rfm.amount"));
    const struct who_field *type = who_field_find(STR("rfm.type"));
    const struct who_field *clv = who_field_find(STR("clv"));
    struct err e = {0};
    double got[4];
    struct str text[4] = {0};
    TEST("fields are asked by identity number, not before the day of the set") {
        for (int32_t day = 100; day <= 101; day++) {
            for (int i = 0; i < 4; i++) {
                got[i] = NAN;
            }
            CHECK_EQ_I64(score_numbers(s->b, amount, day, got, 4, &e), RC_OK);
            CHECK((day == 101 ? got[1] == 12.5 : isnan(got[1])) && isnan(got[2]) &&
                  isnan(got[3]));
        }
        CHECK_EQ_I64(score_texts(s->b, type, 200, text, 4, a, &e), RC_OK);
        CHECK_STR(text[1], STR("高"));
        CHECK(!text[2].len && !text[3].len);
        got[1] = 7;
        CHECK_EQ_I64(score_numbers(s->b, amount, 200, got, 1, &e),
                     RC_OK); /* shorter than the set */
        CHECK(got[1] == 7);
        CHECK_EQ_I64(score_numbers(s->b, clv, 200, got, 4, &e), RC_OK); /* no such set */
    }
}

/* What a set of before held: the names of whoever kept it, in the order of the values. */
static void test_values(struct small *s, struct arena *a)
{
    const struct who_field *type = who_field_find(STR("rfm.type"));
    static const uint8_t code[] = {7, 3};
    struct str names[8], text[4] = {0}, *keys = NULL;
    struct field_words w;
    struct err e = {0};
    uint32_t len = 0;
    struct ledger *l = s->b->ledger;
    TEST("a set kept with names of any language is read as keys") {
        for (int i = 0; i < 8; i++) {
            names[i] = i == 7 ? STR("VIP") : str_of(type->values[i].name);
        }
        struct score_set in = sample("rfm", 100);
        in.columns[1] = (struct score_column){
            .name = "rfm.type", .codes = code, .texts = names, .texts_len = 8};
        CHECK_EQ_I64(score_save(s->b, &in, &e), RC_OK);
        CHECK_EQ_I64(score_texts(s->b, type, 200, text, 4, a, &e), RC_OK);
        CHECK_STR(text[1], STR("111"));
        CHECK_STR(text[3], STR("011"));
    }
    TEST("a value is asked by key and by the name of either language") {
        const struct str asked[] = {STR("important value"), STR("重要保持"), STR("001"),
                                    STR("nobody")};
        const char *const kept[] = {"111", "011", "001", "nobody"};
        CHECK_EQ_I64(field_keys(l, type, asked, 4, a, &keys, &len, &e), RC_OK);
        CHECK_EQ_I64(len, 4);
        for (uint32_t i = 0; i < 4; i++) {
            CHECK_STR(keys[i], str_of(kept[i]));
        }
        CHECK_EQ_I64(field_keys(l, who_field_find(STR("city")), asked, 1, a, &keys, &len, &e),
                     RC_OK);
        CHECK(len == 1 && str_eq(keys[0], asked[0]));
    }
    TEST("own names are said and asked; one that others use belongs to whom the brand gave "
         "it") {
        const struct str asked[] = {STR("重要挽留"), STR("VIP"), STR("重要价值"),
                                    STR("important keep")};
        const char *const kept[] = {"011", "111", "111", "011"};
        CHECK_EQ_I64(field_value_rename(l, type, 3, STR("重要挽留"), &e), RC_OK);
        CHECK_EQ_I64(field_value_rename(l, type, 7, STR("VIP"), &e), RC_OK);
        CHECK_EQ_I64(field_keys(l, type, asked, 4, a, &keys, &len, &e), RC_OK);
        CHECK_EQ_I64(len, 4);
        for (uint32_t i = 0; i < 4; i++) {
            CHECK_STR(keys[i], str_of(kept[i]));
        }
        CHECK_EQ_I64(field_words_read(l, type, a, &w, &e), RC_OK);
        CHECK_STR(field_value_name(&w, 1, true), STR("重要挽留")); /* as 011 is called */
        CHECK_STR(field_value_asked(&w, 1, true), STR("001"));
        CHECK_STR(field_value_asked(&w, 3, true), STR("重要挽留"));
        CHECK_STR(field_value_asked(&w, 1, false), STR("important win-back"));
        CHECK_STR(field_text_name(&w, STR("111"), false), STR("VIP"));
        CHECK_STR(field_text_name(&w, STR("else"), false), STR("else"));
        CHECK_EQ_I64(field_value_rename(l, type, 3, STR(""), &e), RC_OK);
        CHECK_EQ_I64(field_value_rename(l, type, 7, STR(""), &e), RC_OK);
        CHECK_EQ_I64(field_value_rename(l, type, 7, STR("a\nb"), &e), RC_INVALID);
    }
}

static void test_damage(struct small *s, struct arena *a)
{
    struct err e = {0};
    struct score_set out;
    char path[128];
    (void)snprintf(path, sizeof(path), "%s/scores/rfm", s->b->dir);
    TEST("a damaged file is told, not believed") {
        uint64_t size = 0;
        CHECK_EQ_I64(disk_size(path, &size, &e), RC_OK);
        for (uint64_t at = 100; at < size; at += 4096) {
            FILE *f = fopen(path, "r+b");
            CHECK(f != NULL);
            (void)fseek(f, (long)at, SEEK_SET);
            int was = fgetc(f);
            (void)fseek(f, (long)at, SEEK_SET);
            (void)fputc(was ^ 0x41, f);
            (void)fclose(f);
            enum rc rc = score_load(s->b, STR("rfm"), a, &out, &e);
            CHECK(rc == RC_CORRUPT || rc == RC_OK);
            if (rc == RC_OK) { /* padding between sections */
                CHECK(out.no[1] == 3 && out.columns[0].numbers[0] == 12.5);
            }
            f = fopen(path, "r+b");
            (void)fseek(f, (long)at, SEEK_SET);
            (void)fputc(was, f);
            (void)fclose(f);
        }
        CHECK(truncate(path, (off_t)size / 2) == 0);
        double got[4];
        CHECK_EQ_I64(score_numbers(s->b, who_field_find(STR("rfm.amount")), 200, got, 4, &e),
                     RC_CORRUPT);
    }
    TEST("a dropped set is gone") {
        CHECK_EQ_I64(score_drop(s->b, STR("rfm"), &e), RC_OK);
        CHECK_EQ_I64(score_load(s->b, STR("rfm"), a, &out, &e), RC_MISSING);
        CHECK_EQ_I64(score_drop(s->b, STR("rfm"), &e), RC_MISSING);
    }
}

int main(void)
{
    struct small s;
    struct arena *a = arena_new();
    CHECK(small_open(&s) && small_add(&s, rows, 3));
    test_kept(&s, a);
    test_asked(&s, a);
    test_damage(&s, a);
    test_values(&s, a);
    arena_free(a);
    small_close(&s);
    return tap_end();
}
