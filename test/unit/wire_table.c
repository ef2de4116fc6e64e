#include "wire/table.h"

#include <math.h>
#include "tap.h"
#include "wire/text.h"

static struct table *sample(struct arena *a)
{
    static const double wave[] = {1, 2, 3, 8};
    struct table *t = table_new(a);
    table_title(t, STR("AIPL"));
    table_column(t, &(struct table_column){.name = "stage", .title = "阶段"});
    table_column(t, &(struct table_column){
                        .name = "consumers", .title = "Consumers", .kind = TABLE_INT});
    table_column(t, &(struct table_column){.name = "share", .kind = TABLE_SHARE});
    table_column(t, &(struct table_column){.name = "gmv", .unit = "CNY", .kind = TABLE_FEN});
    table_column(
        t, &(struct table_column){.name = "bar", .title = "", .kind = TABLE_BAR, .width = 8});
    table_column(t, &(struct table_column){.name = "trend", .kind = TABLE_SPARK});
    table_row(t);
    table_str(t, STR("认知"));
    table_i64(t, 1234567);
    table_f64(t, 0.5);
    table_i64(t, -1234567);
    table_i64(t, 8);
    table_spark(t, wave, 4);
    table_row(t);
    table_str(t, STR("=cmd|'x'"));
    table_i64(t, -3);
    table_f64(t, (double)NAN);
    table_i64(t, 10);
    table_i64(t, 1);
    table_spark(t, NULL, 0);
    table_rule(t);
    table_row(t);
    table_str(t, STR("a,\"b\""));
    return t;
}

static void test_terminal(void)
{
    struct arena *a = arena_new();
    struct buf out = {0};
    TEST("columns line up with Chinese text, numbers to the right") {
        table_print(sample(a), NULL, &out);
        CHECK_STR(buf_str(&out),
                  STR("AIPL\n"
                      "阶段      Consumers   share   gmv (CNY)            trend\n"
                      "────────────────────────────────────────────────────────\n"
                      "认知      1,234,567  50.0 %  -12,345.67  ████████  ▁▂▃█\n"
                      "=cmd|'x'         -3       –        0.10  █\n"
                      "────────────────────────────────────────────────────────\n"
                      "a,\"b\"             –       –           –\n"));
    }
    TEST("no line is wider than asked, as long as numbers leave room") {
        buf_clear(&out);
        table_print(sample(a), &(struct table_style){.width = 52}, &out);
        struct str rest = buf_str(&out);
        while (rest.len > 0) {
            CHECK(text_width(str_cut(&rest, '\n')) <= 52);
        }
    }
    TEST("colours only when asked for") {
        CHECK(str_find_byte(buf_str(&out), '\033', 0) == SIZE_MAX);
        buf_clear(&out);
        table_print(sample(a), &(struct table_style){.colour = true}, &out);
        CHECK(str_find_byte(buf_str(&out), '\033', 0) != SIZE_MAX);
    }
    TEST("text from outside cannot move the cursor") {
        struct table *t = table_new(a);
        table_column(t, &(struct table_column){.name = "x"});
        table_row(t);
        table_str(t, STR("a\x1B[31mb\r\n"));
        buf_clear(&out);
        table_print(t, NULL, &out);
        CHECK_STR(buf_str(&out), STR("x\n──────\na[31mb\n"));
    }
    TEST("a table without rows or columns prints") {
        struct table *t = table_new(a);
        buf_clear(&out);
        table_print(t, NULL, &out);
        table_csv(t, &out);
        CHECK_STR(buf_str(&out), STR("\r\n"));
    }
    buf_release(&out);
    arena_free(a);
}

static void test_exports(void)
{
    struct arena *a = arena_new();
    struct buf out = {0};
    TEST("CSV quotes, and keeps spreadsheets from running a cell") {
        table_csv(sample(a), &out);
        CHECK_STR(buf_str(&out),
                  STR("stage,consumers,share,gmv\r\n认知,1234567,0.5,-12345.67\r\n"
                      "'=cmd|'x',-3,,0.1\r\n\"a,\"\"b\"\"\",,,\r\n"));
    }
    TEST("JSON rows hold exact values") {
        struct json j;
        buf_clear(&out);
        json_init(&j, &out);
        table_json(sample(a), &j);
        CHECK_STR(
            buf_str(&out),
            STR("[{\"stage\":\"认知\",\"consumers\":1234567,\"share\":0.5,\"gmv\":-12345.67},"
                "{\"stage\":\"=cmd|'x'\",\"consumers\":-3,\"share\":null,\"gmv\":0.1},"
                "{\"stage\":\"a,\\\"b\\\"\",\"consumers\":null,\"share\":null,\"gmv\":null}]"));
    }
    buf_release(&out);
    arena_free(a);
}

static void test_parts(void)
{
    struct buf b = {0};
    TEST("bars in eighths") {
        static const double share[] = {0, 1, 0.5, 0.001, 2, -1, 0.15};
        static const char *const want[] = {"", "████", "██", "▏", "████", "", "▋"};
        for (int i = 0; i < 7; i++) {
            buf_clear(&b);
            table_bar(&b, share[i], 4);
            CHECK_STR(buf_str(&b), str_of(want[i]));
        }
        buf_clear(&b);
        table_bar(&b, (double)NAN, 4);
        CHECK_EQ_I64(b.len, 0);
    }
    TEST("spark lines, squeezed to their width, gaps left open") {
        double v[] = {0, 1, 2, 3, 4, 5, 6, 7};
        buf_clear(&b);
        table_sparkline(&b, v, 8, 20);
        CHECK_STR(buf_str(&b), STR("▁▂▃▄▅▆▇█"));
        buf_clear(&b);
        table_sparkline(&b, v, 8, 2);
        CHECK_STR(buf_str(&b), STR("▁█"));
        v[3] = (double)NAN;
        buf_clear(&b);
        table_sparkline(&b, v, 8, 8);
        CHECK_STR(buf_str(&b), STR("▁▂▃ ▅▆▇█"));
        buf_clear(&b);
        table_sparkline(&b, (double[]){5, 5}, 2, 8);
        CHECK_STR(buf_str(&b), STR("▁▁"));
    }
    TEST("thousands") {
        static const int64_t v[] = {0, 999, 1000, -1234567, INT64_MIN};
        static const char *const want[] = {"0", "999", "1,000", "-1,234,567",
                                           "-9,223,372,036,854,775,808"};
        for (int i = 0; i < 5; i++) {
            buf_clear(&b);
            table_grouped(&b, v[i]);
            CHECK_STR(buf_str(&b), str_of(want[i]));
        }
    }
    buf_release(&b);
}

int main(void)
{
    test_terminal();
    test_exports();
    test_parts();
    return tap_end();
}
