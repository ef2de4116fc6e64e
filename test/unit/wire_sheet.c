/* Workbooks out, read back by the reader of wire/xlsx.h, which shares no code with the writer. */
#include "wire/sheet.h"

#include <math.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/day.h"
#include "tap.h"
#include "wire/xlsx.h"

struct seen {
    struct buf text; /* cells joined by |, rows by newline */
    uint32_t rows;
    uint32_t dates;
};

static enum rc see(void *ctx, const struct xlsx_row *row, struct err *e)
{
    struct seen *s = ctx;
    (void)e;
    for (uint32_t i = 0; i < row->cells; i++) {
        buf_add(&s->text, i ? STR("|") : STR(""));
        buf_add(&s->text, row->cell[i]);
        s->dates += (row->flag[i] & XLSX_DATE) != 0;
    }
    buf_add_byte(&s->text, '\n');
    s->rows++;
    return RC_OK;
}

static struct seen look(const char *path, const char *sheet)
{
    struct seen s = {0};
    struct err e = {0};
    struct xlsx_options o = {.sheet = str_of(sheet)};
    CHECK(xlsx_read(path, &o, see, &s, &e) == RC_OK);
    if (e.msg[0]) {
        printf("# %s\n", e.msg);
    }
    return s;
}

static const struct table_column columns[] = {
    {.name = "name", .title = "名称", .kind = TABLE_TEXT},
    {.name = "n", .title = "人数", .kind = TABLE_INT},
    {.name = "bar", .kind = TABLE_BAR},
    {.name = "share", .kind = TABLE_SHARE},
    {.name = "paid", .unit = "yuan", .kind = TABLE_FEN},
    {.name = "day", .kind = TABLE_DAY},
    {.name = "mean", .kind = TABLE_REAL, .digits = 2},
};
#define COLUMNS ((uint32_t)(sizeof(columns) / sizeof(columns[0])))

static void put_row(struct sheet *s, const char *name, int64_t n)
{
    sheet_row(s);
    sheet_str(s, str_of(name));
    sheet_i64(s, n);
    sheet_i64(s, n);
    sheet_f64(s, 0.125);
    sheet_i64(s, 12345);
    sheet_i64(s, day_from_civil(2017, 12, 1));
    sheet_f64(s, 2.5);
}

static void test_kinds(struct arena *a, const char *path)
{
    struct sheet *s = NULL;
    struct err e = {0};
    struct sheet_written w = {0};
    struct str lines[] = {STR("标题"), STR("说明")};
    struct sheet_page page = {.name = STR("a/b:c"), .line = lines, .lines = 2};
    CHECK(sheet_open(a, path, NULL, &s, &e) == RC_OK);
    sheet_begin(s, &page, columns, COLUMNS);
    put_row(s, "=1+1", 7);
    put_row(s, "@cmd", -8);
    put_row(s, "00138\xff", 1234567890123456789);
    sheet_row(s);
    sheet_empty(s);
    sheet_i64(s, 3);
    sheet_row(s);
    sheet_str(s, STR("+44"));
    sheet_empty(s);
    sheet_empty(s);
    sheet_f64(s, (double)NAN);
    sheet_empty(s);
    sheet_i64(s, DAY_NONE);
    sheet_total(s);
    put_row(s, "合计", 9);
    sheet_note(s, STR("注"));
    CHECK(sheet_close(s, &w, &e) == RC_OK);
    CHECK_EQ_I64(w.sheets, 1);
    CHECK_EQ_I64((int64_t)w.rows, 6);
    struct seen seen = look(path, "a_b_c");
    CHECK_STR(buf_str(&seen.text),
              str_of("标题\n说明\n名称|人数|share|paid (yuan)|day|mean\n"
                     "=1+1|7|0.125|123.45|2017-12-01|2.5\n"
                     "@cmd|-8|0.125|123.45|2017-12-01|2.5\n"
                     "00138\xef\xbf\xbd|1234567890123456789|0.125|123.45|2017-12-01|2.5\n"
                     "|3\n+44\n合计|9|0.125|123.45|2017-12-01|2.5\n注\n"));
    CHECK_EQ_I64(seen.dates, 4);
    buf_release(&seen.text);
}

static void test_limit(struct arena *a, const char *path)
{
    struct sheet *s = NULL;
    struct err e = {0};
    struct sheet_written w = {0};
    struct sheet_options small = {.rows = 100};
    CHECK(sheet_open(a, path, &small, &s, &e) == RC_OK);
    sheet_begin(s, &(struct sheet_page){.name = STR("crowd")}, columns, 2);
    for (int64_t i = 0; i < 250; i++) {
        sheet_row(s);
        sheet_str(s, STR("x"));
        sheet_i64(s, i);
    }
    CHECK(sheet_close(s, &w, &e) == RC_OK);
    CHECK_EQ_I64(w.sheets, 3);
    struct seen one = look(path, "crowd"), two = look(path, "crowd 2");
    struct seen three = look(path, "crowd 3");
    CHECK_EQ_I64(one.rows, 100);
    CHECK_EQ_I64(two.rows, 100);
    CHECK_EQ_I64(three.rows, 1 + 250 - 99 - 99);
    CHECK(str_starts(buf_str(&two.text), STR("名称|人数\nx|99\n")));
    CHECK(str_ends(buf_str(&three.text), STR("x|249\n")));
    buf_release(&one.text);
    buf_release(&two.text);
    buf_release(&three.text);
}

static void test_table(struct arena *a, const char *path)
{
    struct sheet *s = NULL;
    struct err e = {0};
    struct table *t = table_new(a);
    table_title(t, STR("表"));
    table_note(t, STR("尾"));
    table_column(t, &(struct table_column){.name = "day"});
    table_column(t, &(struct table_column){.name = "code"});
    table_column(t, &(struct table_column){.name = "n", .kind = TABLE_INT});
    for (int i = 0; i < 3; i++) {
        table_row(t);
        table_str(t, i == 1 ? STR("2026-02-28") : STR("2026-03-01"));
        table_str(t, i == 1 ? STR("2026-02-28") : STR("x"));
        table_i64(t, i);
    }
    table_rule(t);
    table_row(t);
    table_str(t, STR("all"));
    table_empty(t);
    table_i64(t, 3);
    CHECK(sheet_open(a, path, NULL, &s, &e) == RC_OK);
    for (int i = 0; i < 2; i++) {
        sheet_table(s, &(struct sheet_page){.name = STR("History of a very long name 1234567")},
                    t);
    }
    CHECK(sheet_close(s, NULL, &e) == RC_OK);
    struct seen seen = look(path, "History of a very long name 1 2");
    CHECK_STR(buf_str(&seen.text),
              str_of("表\nday|code|n\n2026-03-01|x|0\n2026-02-28|2026-02-28|1\n"
                     "2026-03-01|x|2\nall||3\n尾\n"));
    CHECK_EQ_I64(seen.dates, 3); /* a column of days; the mixed one stays text */
    buf_release(&seen.text);
}

/* Rows of different units in one column. */
static void test_own_kinds(struct arena *a, const char *path)
{
    struct sheet *s = NULL;
    struct err e = {0};
    struct table *t = table_new(a);
    struct buf shown = {0};
    table_column(t, &(struct table_column){.name = "figure"});
    table_column(t, &(struct table_column){.name = "value", .kind = TABLE_REAL, .digits = 2});
    table_row(t);
    table_str(t, STR("share"));
    table_f64(t, 0.125);
    table_as(t, TABLE_SHARE, 1);
    table_row(t);
    table_str(t, STR("since"));
    table_i64(t, day_from_civil(2026, 2, 28));
    table_as(t, TABLE_DAY, 0);
    table_row(t);
    table_str(t, STR("mean"));
    table_f64(t, 2.5);
    table_print(t, NULL, &shown);
    CHECK(str_find(buf_str(&shown), STR("12.5 %\nsince   2026-02-28\nmean          2.50\n"),
                   0) != SIZE_MAX);
    CHECK(sheet_open(a, path, NULL, &s, &e) == RC_OK);
    sheet_table(s, &(struct sheet_page){.name = STR("own")}, t);
    CHECK(sheet_close(s, NULL, &e) == RC_OK);
    struct seen seen = look(path, "own");
    CHECK_STR(buf_str(&seen.text),
              STR("figure|value\nshare|0.125\nsince|2026-02-28\nmean|2.5\n"));
    CHECK_EQ_I64(seen.dates, 1);
    buf_release(&seen.text);
    buf_release(&shown);
}

static void test_failures(struct arena *a, const char *path)
{
    struct sheet *s = NULL;
    struct err e = {0};
    struct stat st;
    CHECK(sheet_open(a, "x.xls", NULL, &s, &e) == RC_INVALID);
    CHECK(strstr(e.msg, "ends with .xlsx") != NULL);
    CHECK(sheet_open(a, "/nowhere/at/all/x.xlsx", NULL, &s, &e) == RC_MISSING);
    CHECK(stat(path, &st) == 0);
    long size = (long)st.st_size;
    struct arena *b = arena_new();
    CHECK(sheet_open(b, path, NULL, &s, &e) == RC_OK);
    sheet_begin(s, &(struct sheet_page){0}, columns, 1);
    sheet_row(s);
    arena_free(b); /* given up */
    CHECK(stat(path, &st) == 0 && (long)st.st_size == size);
    char temp[300];
    (void)snprintf(temp, sizeof(temp), "%s.%ld.tmp", path, (long)getpid());
    CHECK(access(temp, F_OK) != 0);
}

int main(void)
{
    const char *dir = getenv("TEST_TMP");
    char path[256];
    (void)snprintf(path, sizeof(path), "%s/book-%ld.xlsx", dir ? dir : "/tmp", (long)getpid());
    struct arena *a = arena_new();
    TEST("each kind is read back as it was; text stays text; totals and notes follow") {
        test_kinds(a, path);
    }
    TEST("a full worksheet goes on in the next, under the same header") {
        test_limit(a, path);
    }
    TEST("a table: title, days found, totals, note; names are short and unique") {
        test_table(a, path);
    }
    TEST("cells of another kind than their column's") {
        test_own_kinds(a, path);
    }
    TEST("what cannot be written says so; what is given up leaves the old file") {
        test_failures(a, path);
    }
    arena_free(a);
    (void)unlink(path);
    return tap_end();
}
