/* Score sets: kept, read, asked by field, damaged. */
#include "who/score.h"
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
    arena_free(a);
    small_close(&s);
    return tap_end();
}
