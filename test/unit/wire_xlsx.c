#include "wire/xlsx.h"

#include "tap.h"
#include "unit/xlsx_book.h"

/* One row a line: "ROW: [cell][cell!FLAGS]". */
static enum rc dump(void *ctx, const struct xlsx_row *row, struct err *e)
{
    struct buf *out = ctx;
    (void)e;
    buf_addf(out, "%u: ", row->row);
    for (uint32_t i = 0; i < row->cells; i++) {
        buf_addf(out, "[%.*s", STR_FMT(row->cell[i]));
        buf_addf(out, row->flag[i] ? "!%u]" : "]", row->flag[i]);
    }
    buf_add_byte(out, '\n');
    return RC_OK;
}

static void expect(const char *rows, const char *want)
{
    struct buf book = {0}, got = {0};
    struct err e = {0};
    book_of_rows(str_of(rows), &book);
    if (!CHECK(xlsx_read_bytes(buf_str(&book), NULL, dump, &got, &e) == RC_OK)) {
        printf("#   %s\n", e.msg);
    }
    CHECK_STR(buf_str(&got), str_of(want));
    buf_release(&book);
    buf_release(&got);
}

static void test_cells(void)
{
    TEST("shared, inline and formula strings, with their escapes") {
        expect(
            "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"s\"><v>1</v></c>"
            "<c r=\"C1\" t=\"s\"><v>2</v></c><c r=\"D1\" t=\"inlineStr\"><is><t>in</t>"
            "<rPh><t>no</t></rPh></is></c><c r=\"E1\" t=\"str\"><f>A1</f><v>res</v></c></row>",
            "1: [订单编号][rich text][ a\nb & c ][in][res!1]\n");
    }
    TEST("numbers in full, as a person sees them") {
        expect(
            "<row><c><v>1.38E+10</v></c><c><v>13800000000</v></c><c><v>178.80000000000001</v></"
            "c>"
            "<c><v>-0</v></c><c><v>6222020000000000000</v></c><c><v>0.1</v></c><c><v>x1</v></c>"
            "<c><v>1E+300</v></c></row>",
            "1: "
            "[13800000000][13800000000][178.8][0][6222020000000000000!4][0.1][x1][1e+300]\n");
    }
    TEST("booleans, errors, ISO dates and formulas are told") {
        expect(
            "<row><c t=\"b\"><v>1</v></c><c t=\"b\"><v>0</v></c><c t=\"e\"><v>#REF!</v></c>"
            "<c "
            "t=\"d\"><v>2017-12-01T08:00:00</v></c><c><f>1+1</f><v>2</v></c><c><f>X()</f></c>"
            "</row>",
            "1: [true][false][#REF!!2][2017-12-01 08:00:00!8][2!1][!1]\n");
    }
    TEST("dates by the style of the cell") {
        expect(
            "<row><c s=\"1\"><v>43070</v></c><c s=\"2\"><v>43070.5</v></c><c s=\"3\">"
            "<v>43070.999994</v></c><c s=\"4\"><v>1.5</v></c><c s=\"5\"><v>43070</v></c>"
            "<c s=\"6\"><v>0.25</v></c><c s=\"99\"><v>43070</v></c></row>",
            "1: [2017-12-01!8][2017-12-01 12:00:00!8][2017-12-01 23:59:59!8][36:00:00!8][43070]"
            "[06:00:00!8][43070]\n");
    }
    TEST("the days around Excel's 29 February 1900") {
        expect(
            "<row><c s=\"1\"><v>1</v></c><c s=\"1\"><v>59</v></c><c s=\"1\"><v>60</v></c>"
            "<c s=\"1\"><v>61</v></c><c s=\"1\"><v>2958465</v></c><c s=\"1\"><v>2958466</v></c>"
            "<c s=\"1\"><v>-1</v></c></row>",
            "1: [1900-01-01!8][1900-02-28!8][1900-02-29!8][1900-03-01!8][9999-12-31!8][2958466]"
            "[-1]\n");
    }
}

static void test_layout(void)
{
    TEST("gaps are empty cells, rows keep their numbers, valueless rows are left out") {
        expect("<row r=\"2\"><c r=\"B2\"><v>1</v></c><c r=\"AA2\"><v>2</v></c></row>"
               "<row r=\"5\"><c r=\"A5\" s=\"1\"/></row><row><c><v>3</v></c><c/></row>",
               "2: [][1][][][][][][][][][][][][][][][][][][][][][][][][][2]\n6: [3]\n");
    }
    TEST("names with a prefix, empty sheets") {
        expect("<x:row xmlns:x=\"u\"><x:c><x:v>1</x:v></x:c></x:row>", "1: [1]\n");
        expect("", "");
    }
    TEST("a sheet by its name") {
        struct buf book = {0}, got = {0};
        struct err e = {0};
        struct xlsx_options o = {.sheet = STR("Two")};
        book_of_rows(STR(""), &book);
        CHECK(xlsx_read_bytes(buf_str(&book), &o, dump, &got, &e) == RC_OK);
        CHECK_STR(buf_str(&got), STR("3: [2]\n"));
        o.sheet = STR("Three");
        CHECK(xlsx_read_bytes(buf_str(&book), &o, dump, &got, &e) == RC_MISSING);
        CHECK_CSTR(e.hint, "sheets: 第一, Two");
        buf_release(&book);
        buf_release(&got);
    }
}

static enum rc refuse_row(void *ctx, const struct xlsx_row *row, struct err *e)
{
    uint32_t *rows = ctx;
    return ++*rows < 2 ? RC_OK : rc_fail(e, RC_STOPPED, "enough at row %u", row->row);
}

static enum rc try_read(struct str bytes, const struct xlsx_options *o, struct err *e)
{
    struct buf got = {0};
    *e = (struct err){0};
    enum rc rc = xlsx_read_bytes(bytes, o, dump, &got, e);
    buf_release(&got);
    return rc;
}

static void test_refusals(void)
{
    struct buf book = {0};
    struct err e;
    TEST("what is no workbook says what it is") {
        CHECK(try_read(STR(""), NULL, &e) == RC_INVALID);
        CHECK(try_read(STR("a,b\n1,2\n"), NULL, &e) == RC_INVALID);
        CHECK(try_read(STR("PK\x03\x04garbage"), NULL, &e) == RC_INVALID);
        CHECK(try_read(STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 old"), NULL, &e) == RC_INVALID);
        CHECK_CSTR(e.msg, "this is an old Excel file (.xls)");
        CHECK(try_read(STR("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 "
                           "E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0"
                           "g\0e\0"),
                       NULL, &e) == RC_INVALID);
        CHECK_CSTR(e.msg, "the workbook is protected by a password");
        struct book_part zip[] = {{"a.txt", STR("x")}, {NULL, STR_NULL}};
        book_build(zip, false, &book);
        CHECK(try_read(buf_str(&book), NULL, &e) == RC_INVALID);
        CHECK_CSTR(e.msg, "this is a zip file, but no Excel workbook");
        CHECK(xlsx_looks_like(buf_str(&book)) && !xlsx_looks_like(STR("a,b")));
        CHECK(xlsx_read("/nonexistent.xlsx", NULL, dump, NULL, &e) == RC_MISSING);
        CHECK(xlsx_read("/tmp", NULL, dump, NULL, &e) == RC_INVALID);
    }
    TEST("damaged, cut off, with a document type or too deep") {
        static const char *const bad[] = {"<row><c><v>1</c></row>",
                                          "<row>",
                                          "</sheetData>",
                                          "<row><c><v>&nope;</v></c></row>",
                                          "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><"
                                          "a><a><a><a><a><a><a><a><a><a><a>"
                                          "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><"
                                          "a><a><a><a><a><a><a><a><a><a><a>"
                                          "<a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><"
                                          "a><a><a><a><a><a><a><a><a><a><a>",
                                          "<row><c><v>\xFF</v></c></row>"};
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            buf_clear(&book);
            book_of_rows(str_of(bad[i]), &book);
            CHECK(try_read(buf_str(&book), NULL, &e) == RC_INVALID);
        }
        buf_clear(&book);
        book_of_rows(STR("<row><c><v>1</v></c></row>"), &book);
        for (size_t n = 0; n < book.len; n += 41) {
            CHECK(try_read(str_slice(buf_str(&book), 0, n), NULL, &e) != RC_OK);
        }
        struct book_part bomb[] = {
            {"xl/workbook.xml", STR("<!DOCTYPE x [<!ENTITY a \"b\">]><workbook/>")},
            {NULL, STR_NULL}};
        buf_clear(&book);
        book_build(bomb, false, &book);
        CHECK(try_read(buf_str(&book), NULL, &e) == RC_INVALID);
        CHECK_CSTR(e.msg, "the workbook holds a document type: refused");
    }
    TEST("the callback can end the reading") {
        uint32_t rows = 0;
        buf_clear(&book);
        book_of_rows(STR("<row><c><v>1</v></c></row><row><c><v>1</v></c></row><row/>"), &book);
        CHECK(xlsx_read_bytes(buf_str(&book), NULL, refuse_row, &rows, &e) == RC_STOPPED);
        CHECK_CSTR(e.msg, "enough at row 2");
    }
    buf_release(&book);
}

static void test_limits(void)
{
    struct buf book = {0}, rows = {0};
    struct err e;
    struct xlsx_options o = {.limits = {.entries = 6}};
    TEST("limits stop a bomb before its memory is taken") {
        book_of_rows(STR("<row><c r=\"XFD1\"><v>1</v></c></row>"), &book);
        CHECK(try_read(buf_str(&book), &o, &e) == RC_TOO_LARGE);
        o.limits = (struct xlsx_limits){.columns = 100};
        CHECK(try_read(buf_str(&book), &o, &e) == RC_TOO_LARGE);
        o.limits = (struct xlsx_limits){.entry_bytes = 50};
        CHECK(try_read(buf_str(&book), &o, &e) == RC_TOO_LARGE);
        o.limits = (struct xlsx_limits){.total_bytes = 300};
        CHECK(try_read(buf_str(&book), &o, &e) == RC_TOO_LARGE);
        o.limits = (struct xlsx_limits){.string_bytes = 10};
        CHECK(try_read(buf_str(&book), &o, &e) == RC_TOO_LARGE);
        o.limits = (struct xlsx_limits){.cell_bytes = 5};
        CHECK(try_read(buf_str(&book), &o, &e) == RC_TOO_LARGE);
        CHECK(try_read(buf_str(&book), NULL, &e) == RC_OK);
        buf_clear(&book);
        book_of_rows(STR("<row r=\"1048576\"><c><v>1</v></c></row><row/>"), &book);
        CHECK(try_read(buf_str(&book), NULL, &e) == RC_TOO_LARGE);
    }
    TEST("40 MB of the same row in 40 KB is a bomb, one tag of 2 MB is damage") {
        while (rows.len < (size_t)40 << 20) {
            buf_add(&rows,
                    STR("<row>                                                   </row>"));
        }
        buf_clear(&book);
        book_of_rows(buf_str(&rows), &book);
        o.limits = (struct xlsx_limits){.ratio = 100};
        CHECK(try_read(buf_str(&book), &o, &e) == RC_TOO_LARGE);
        buf_clear(&rows);
        buf_add(&rows, STR("<row a=\""));
        while (rows.len < (size_t)2 << 20) {
            buf_add(&rows, STR("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"));
        }
        buf_add(&rows, STR("\"/>"));
        buf_clear(&book);
        book_of_rows(buf_str(&rows), &book);
        CHECK(try_read(buf_str(&book), NULL, &e) == RC_TOO_LARGE);
    }
    buf_release(&book);
    buf_release(&rows);
}

int main(void)
{
    test_cells();
    test_layout();
    test_refusals();
    test_limits();
    return tap_end();
}
