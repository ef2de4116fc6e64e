#include "wire/csv.h"

#include <stdlib.h>
#include "base/buf.h"
#include "base/mem.h"
#include "base/rng.h"
#include "tap.h"

/* A source that hands out pieces of random length, so that every place is once a piece's end. */
struct drip {
    struct str left;
    struct rng rng;
    uint32_t most;
};

static enum rc drip_read(void *ctx, char *dst, size_t cap, size_t *got, struct err *e)
{
    struct drip *d = ctx;
    (void)e;
    size_t n = 1 + rng_below(&d->rng, d->most);
    n = n < cap ? n : cap;
    n = n < d->left.len ? n : d->left.len;
    if (n > 0) {
        memcpy(dst, d->left.ptr, n);
        d->left = str_slice(d->left, n, d->left.len);
    }
    *got = n;
    return RC_OK;
}

/* What was read, one row a line: "LINE: [field][field]", or "LINE: !STATUS@COLUMN raw". */
static void dump_block(const struct csv_block *b, struct buf *out)
{
    for (uint32_t r = 0; r < b->rows; r++) {
        buf_addf(out, "%d: ", (int)b->line[r]);
        if (b->status[r] != CSV_OK) {
            struct str raw = csv_raw(b, r);
            buf_addf(out, "!%d@%u %.*s", b->status[r], b->column[r], STR_FMT(raw));
            CHECK_EQ_I64(csv_fields(b, r), 0);
        }
        for (uint32_t i = 0; i < csv_fields(b, r); i++) {
            struct str f = csv_field(b, r, i);
            buf_addf(out, "[%.*s]", STR_FMT(f));
        }
        buf_add_byte(out, '\n');
    }
}

static void read_from(struct source s, const struct csv_options *o, struct buf *out)
{
    struct csv_reader *r = NULL;
    struct csv_block b;
    struct err e;
    buf_clear(out);
    if (!CHECK(csv_open(s, o, &r, &e) == RC_OK)) {
        return;
    }
    do {
        CHECK(csv_next(r, &b, &e) == RC_OK);
        dump_block(&b, out);
    } while (b.rows > 0);
    csv_close(r);
}

static void expect(const char *text, size_t len, const struct csv_options *o, const char *want)
{
    struct buf out = {0};
    struct str view = str_make(text, len);
    read_from(source_of_str(&view), o, &out);
    CHECK_STR(buf_str(&out), str_of(want));
    for (uint32_t seed = 0; seed < 3; seed++) {
        struct drip d = {
            .left = str_make(text, len), .rng = rng_seed(seed), .most = 1 + seed * 3};
        read_from((struct source){drip_read, &d}, o, &out);
        CHECK_STR(buf_str(&out), str_of(want));
    }
    buf_release(&out);
}

static const struct csv_options comma = {.delimiter = ','};
#define EXPECT(text, o, want) expect(text, sizeof(text) - 1, (o), (want))

static void test_rows(void)
{
    TEST("plain rows, with LF, CRLF or CR") {
        EXPECT("a,b\n1,2\n", &comma, "1: [a][b]\n2: [1][2]\n");
        EXPECT("a,b\r\n1,2\r\n", &comma, "1: [a][b]\n2: [1][2]\n");
        EXPECT("a,b\r1,2\r", &comma, "1: [a][b]\n2: [1][2]\n");
        EXPECT("a,b\r\n1,2\n3,4\r5,6", &comma, "1: [a][b]\n2: [1][2]\n3: [3][4]\n4: [5][6]\n");
    }
    TEST("the last newline may be missing, empty fields stay") {
        EXPECT("1,2", &comma, "1: [1][2]\n");
        EXPECT("1,", &comma, "1: [1][]\n");
        EXPECT(",", &comma, "1: [][]\n");
        EXPECT(",,\n,", &comma, "1: [][][]\n2: [][]\n");
        EXPECT("x", &comma, "1: [x]\n");
    }
    TEST("empty lines are no rows but count") {
        EXPECT("", &comma, "");
        EXPECT("\n\n\n", &comma, "");
        EXPECT("\r\n\r\na\r\n\r\nb", &comma, "3: [a]\n5: [b]\n");
        EXPECT("\r\r\n\na", &comma, "4: [a]\n");
    }
    TEST("a byte order mark is no part of the first field") {
        EXPECT("\xEF\xBB\xBF"
               "a,b\n",
               &comma, "1: [a][b]\n");
        EXPECT("\xEF\xBB\xBF"
               "\"a\",b\n",
               &comma, "1: [a][b]\n");
    }
    TEST("Chinese text goes through") {
        EXPECT("订单编号,金额\n1,￥2\n", &comma, "1: [订单编号][金额]\n2: [1][￥2]\n");
    }
}

static void test_quotes(void)
{
    TEST("quotes are taken off, doubled ones become one") {
        EXPECT("\"a\",\"b,c\",\"d\"\"e\"\n", &comma, "1: [a][b,c][d\"e]\n");
        EXPECT("\"\",\"\"\"\"", &comma, "1: [][\"]\n");
        EXPECT("\"\"\"a\"\"\"\r\n", &comma, "1: [\"a\"]\n");
        EXPECT("\"a\",", &comma, "1: [a][]\n");
        EXPECT("x,\"a\"\r\"b\"", &comma, "1: [x][a]\n2: [b]\n");
    }
    TEST("line ends inside quotes belong to the field, and lines are still counted") {
        EXPECT("a,\"1\n2\r\n3\r4\"\nb,c\n", &comma, "1: [a][1\n2\r\n3\r4]\n5: [b][c]\n");
    }
    TEST("a quote inside an unquoted field is a character") {
        EXPECT("5\" pipe,x\na\"b\"c,\n", &comma, "1: [5\" pipe][x]\n2: [a\"b\"c][]\n");
    }
    TEST("text behind a closing quote is kept") {
        EXPECT("\"a\"b,\"c\" \"d\",e\n", &comma, "1: [ab][c \"d\"][e]\n");
        EXPECT("\"a\"\"b\"c", &comma, "1: [a\"bc]\n");
    }
    TEST("a quote that never closes spoils its own line only") {
        EXPECT("a,b\nc,\"d\ne,f\n", &comma, "1: [a][b]\n2: !1@3 c,\"d\n3: [e][f]\n");
        EXPECT("\"", &comma, "1: !1@1 \"\n");
        EXPECT("x\n\"y", &comma, "1: [x]\n2: !1@1 \"y\n");
    }
    TEST("without quotes, or with another quote") {
        EXPECT("\"a,b\"\n", (&(struct csv_options){.delimiter = ',', .quote = CSV_NO_QUOTE}),
               "1: [\"a][b\"]\n");
        EXPECT("'a,b',\"c\"\n", (&(struct csv_options){.delimiter = ',', .quote = '\''}),
               "1: [a,b][\"c\"]\n");
    }
}

static void test_nul(void)
{
    TEST("a row with a NUL byte is told with its place, the others keep their fields") {
        struct str in = STR("a,b\n12\0,d\n\"x\"\"y\",f\xFFg\nh,i\n");
        struct csv_reader *r;
        struct csv_block b;
        struct err e;
        CHECK(csv_open(source_of_str(&in), &comma, &r, &e) == RC_OK);
        CHECK(csv_next(r, &b, &e) == RC_OK);
        CHECK_EQ_I64(b.rows, 4);
        CHECK_EQ_I64(b.bad, 2);
        CHECK_EQ_I64(b.status[1], CSV_NUL);
        CHECK_EQ_I64(b.column[1], 3);
        CHECK_EQ_I64(b.status[2], CSV_NOT_UTF8);
        CHECK_EQ_I64(b.column[2], 9);
        CHECK_EQ_I64(csv_fields(&b, 1), 0);
        CHECK_STR(csv_field(&b, 3, 0), STR("h"));
        CHECK_STR(csv_field(&b, 3, 1), STR("i"));
        CHECK_STR(csv_field(&b, 0, 1), STR("b"));
        CHECK_STR(csv_raw(&b, 2), STR("\"x\"\"y\",f\xFFg"));
        csv_close(r);
    }
}

static void test_long(void)
{
    TEST("a row beyond its cap is reported and stepped over") {
        struct csv_options o = {.delimiter = ',', .row_cap = 8};
        EXPECT("12345,78\n123456,89\n1,2\n", &o,
               "1: [12345][78]\n2: !2@1 123456,89\n3: [1][2]\n");
        EXPECT("123456789\n", &o, "1: !2@1 123456789\n");
        EXPECT("1,2\n123456789", &o, "1: [1][2]\n2: !2@1 123456789\n");
        EXPECT("\"3456789\"\na\n", &o, "1: !2@1 \"3456789\"\n2: [a]\n");
        EXPECT("\"\n\n\n\n\n\n\n\n\n\",x\n", &o, "1: !1@1 \"\n10: !1@1 \",x\n");
    }
    TEST("a line of 64 MB costs no memory beyond the window") {
        size_t n = (size_t)64 << 20;
        char *text = mem_alloc(n + 8);
        memset(text, 'x', n);
        memcpy(text + n, "\na,b\n", 6);
        struct str in = str_make(text, n + 5);
        struct csv_reader *r;
        struct csv_block b;
        struct err e;
        CHECK(csv_open(source_of_str(&in), &comma, &r, &e) == RC_OK);
        CHECK(csv_next(r, &b, &e) == RC_OK);
        CHECK_EQ_I64(b.rows, 1);
        CHECK_EQ_I64(b.status[0], CSV_TOO_LONG);
        CHECK(csv_raw(&b, 0).len <= 256);
        CHECK(csv_next(r, &b, &e) == RC_OK);
        CHECK_EQ_I64(b.rows, 1);
        CHECK_EQ_I64(b.line[0], 2);
        CHECK_STR(csv_field(&b, 0, 1), STR("b"));
        CHECK_EQ_I64(csv_offset(r), n + 5);
        csv_close(r);
        mem_free(text);
    }
    TEST("a row of too many fields is too long") {
        size_t n = 70000;
        char *text = mem_alloc(n + 4);
        memset(text, ',', n);
        memcpy(text + n, "\n1,2", 4);
        struct buf out = {0};
        struct str in = str_make(text, n + 4);
        read_from(source_of_str(&in), &comma, &out);
        CHECK(str_ends(buf_str(&out), STR("\n2: [1][2]\n")));
        CHECK(str_starts(buf_str(&out), STR("1: !2@1 ,,,")));
        buf_release(&out);
        mem_free(text);
    }
}

static void test_blocks(void)
{
    TEST("many rows come in several blocks, none lost") {
        struct buf text = {0};
        for (int i = 0; i < 300000; i++) {
            buf_addf(&text, i % 7 ? "%d,x\n" : "\"%d\",\"x\ny\"\r\n", i);
        }
        struct str in = buf_str(&text);
        struct csv_reader *r;
        struct csv_block b;
        struct err e;
        int64_t next = 0, line = 1;
        bool same = true;
        CHECK(csv_open(source_of_str(&in), NULL, &r, &e) == RC_OK);
        do {
            CHECK(csv_next(r, &b, &e) == RC_OK);
            for (uint32_t i = 0; i < b.rows; i++) {
                int64_t v = -1;
                same = same && str_i64(csv_field(&b, i, 0), &v) && v == next &&
                       csv_fields(&b, i) == 2 && (int64_t)b.line[i] == line;
                line += next % 7 ? 1 : 2;
                next++;
            }
        } while (b.rows > 0);
        CHECK(same);
        CHECK_EQ_I64(next, 300000);
        csv_close(r);
        buf_release(&text);
    }
}

static void test_detect(void)
{
    TEST("the delimiter is found") {
        CHECK_EQ_I64(csv_detect_delimiter(STR("a,b\n1,2\n"), '"'), ',');
        CHECK_EQ_I64(csv_detect_delimiter(STR("a\tb\n1,5\t2\n"), '"'), '\t');
        CHECK_EQ_I64(csv_detect_delimiter(STR("a;b\n\"1;5,0\";2\n3,1;4\n"), '"'), ';');
        CHECK_EQ_I64(csv_detect_delimiter(STR("a|b|c\n1|2|3\n"), '"'), '|');
        CHECK_EQ_I64(csv_detect_delimiter(
                         STR(" 00004 19970101  2   29.33\n 00004 19970118 2 2.0\n"), '"'),
                     ' ');
        CHECK_EQ_I64(csv_detect_delimiter(STR("x\n1\n"), '"'), ',');
        CHECK_EQ_I64(csv_detect_delimiter(STR(""), '"'), ',');
    }
    TEST("columns lined up by spaces") {
        struct csv_options o = {.whitespace = true};
        EXPECT(" 00004 19970101  2   29.33\r\n\r\n   \n 5\t6 \n", &o,
               "1: [00004][19970101][2][29.33]\n4: [5][6]\n");
    }
    TEST("options that exclude each other are refused") {
        struct str in = STR("a");
        struct csv_reader *r;
        struct err e;
        struct csv_options o = {.delimiter = '\n'};
        CHECK(csv_open(source_of_str(&in), &o, &r, &e) == RC_INVALID);
        o.delimiter = '"';
        CHECK(csv_open(source_of_str(&in), &o, &r, &e) == RC_INVALID);
    }
}

/* Random rows written by the book and read back. */
static void test_round_trip(void)
{
    TEST("what csv_put_field writes is read back, for 2,000 random tables") {
        static const char *const parts[] = {"a",   "\"", "\n",   "\r", ",",
                                            "x y", "订", "\r\n", "",   "'"};
        bool same = true;
        for (uint32_t seed = 0; seed < 2000 && same; seed++) {
            struct rng rng = rng_seed(seed);
            struct buf text = {0}, want = {0}, got = {0};
            uint32_t rows = 1 + rng_below(&rng, 5), line = 1;
            for (uint32_t r = 0; r < rows; r++) {
                buf_addf(&want, "%u: ", line);
                for (uint32_t f = 0; f < 3; f++) {
                    struct buf field = {0};
                    for (uint32_t k = rng_below(&rng, 4); k > 0; k--) {
                        buf_add(&field, str_of(parts[rng_below(&rng, 10)]));
                    }
                    for (size_t i = 0; i < field.len; i++) {
                        char c = field.ptr[i];
                        line += c == '\n' ||
                                (c == '\r' && !(i + 1 < field.len && field.ptr[i + 1] == '\n'));
                    }
                    buf_add(&text, f ? STR(",") : STR(""));
                    csv_put_field(&text, buf_str(&field), ',');
                    buf_addf(&want, "[%.*s]", STR_FMT(buf_str(&field)));
                    buf_release(&field);
                }
                line++;
                buf_add(&text, STR("\r\n"));
                buf_add_byte(&want, '\n');
            }
            struct drip d = {.left = buf_str(&text), .rng = rng_seed(seed), .most = 9};
            read_from((struct source){drip_read, &d}, &comma, &got);
            same = CHECK_STR(buf_str(&got), buf_str(&want));
            buf_release(&text);
            buf_release(&want);
            buf_release(&got);
        }
    }
}

static struct str put_text(struct buf *out, struct str s)
{
    buf_clear(out);
    csv_put_text(out, s, ',');
    return buf_str(out);
}

static void test_formulas(void)
{
    static const char *const run[] = {
        "=1+1", "+1+1",   "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "-", "--1", "+.",
        "-5%",  "+86 138"};
    static const char *const plain[] = {"-12", "-12.50", "+8613800138000", "1+1", "a=b",
                                        "",    "'=1",    "2026-05-01",     "洗护"};
    struct buf out = {0};
    TEST("a text that a spreadsheet would run gets a ' in front, and is read back without") {
        for (size_t i = 0; i < sizeof(run) / sizeof(*run); i++) {
            struct str got = put_text(&out, str_of(run[i]));
            CHECK(got.ptr[0] == '\'' && str_eq(str_slice(got, 1, got.len), str_of(run[i])));
            CHECK_STR(csv_text_plain(got), str_of(run[i]));
        }
        CHECK_STR(put_text(&out, STR("\r=1")), STR("\"'\r=1\""));
        CHECK_STR(put_text(&out, STR("=a,\"b\"")), STR("\"'=a,\"\"b\"\"\""));
    }
    TEST("numbers and other texts stay as they are") {
        for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++) {
            CHECK_STR(put_text(&out, str_of(plain[i])), str_of(plain[i]));
        }
        CHECK_STR(csv_text_plain(STR("'quoted'")), STR("'quoted'"));
    }
    buf_release(&out);
}

int main(void)
{
    test_rows();
    test_quotes();
    test_nul();
    test_long();
    test_blocks();
    test_detect();
    test_round_trip();
    test_formulas();
    return tap_end();
}
