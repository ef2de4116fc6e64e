#include "wire/json.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include "base/rng.h"
#include "tap.h"
#include "wire/lines.h"

static void test_writer(void)
{
    struct buf b = {0};
    struct json j;
    TEST("commas, nesting and escapes are the writer's work") {
        json_init(&j, &b);
        json_begin_object(&j);
        json_put_i64(&j, "a", -1);
        json_key(&j, "b");
        json_begin_array(&j);
        json_begin_array(&j);
        json_end_array(&j);
        json_str(&j, STR("q\"\\\n\t\x01/订"));
        json_bool(&j, true);
        json_null(&j);
        json_end_array(&j);
        json_put_cstr(&j, "c\"", NULL);
        json_put_bool(&j, "d", false);
        json_key(&j, "e");
        json_begin_object(&j);
        json_end_object(&j);
        json_key(&j, "f");
        json_raw(&j, STR("{\"x\":1}"));
        json_end_object(&j);
        CHECK_STR(
            buf_str(&b),
            STR("{\"a\":-1,\"b\":[[],\"q\\\"\\\\\\n\\t\\u0001/订\",true,null],\"c\\\"\":null,"
                "\"d\":false,\"e\":{},\"f\":{\"x\":1}}"));
    }
    TEST("what comes out is UTF-8, whatever goes in") {
        buf_clear(&b);
        json_quote(&b, STR("a\xFF\xC0\x80\xED\xA0\x80z\0y"));
        CHECK(str_is_utf8(buf_str(&b)));
        CHECK(str_ends(buf_str(&b), STR("z\\u0000y\"")));
    }
    TEST("money is exact") {
        static const int64_t fen[] = {0, 1, 10, 100, 12345, -5, -12340, INT64_MIN};
        static const char *const want[] = {
            "0", "0.01", "0.1", "1", "123.45", "-0.05", "-123.4", "-92233720368547758.08"};
        for (int i = 0; i < 8; i++) {
            buf_clear(&b);
            json_init(&j, &b);
            json_fen(&j, fen[i]);
            CHECK_STR(buf_str(&b), str_of(want[i]));
        }
    }
    buf_release(&b);
}

static void test_doubles(void)
{
    struct buf b = {0};
    struct json j;
    TEST("doubles are short and read back the same") {
        static const double v[] = {
            0.1, 1e300, 5e-324, DBL_MAX, -0.0, 1.0 / 3, 123456789012345678.0};
        struct rng rng = rng_seed(7);
        for (int i = 0; i < 10000; i++) {
            double x =
                i < 7 ? v[i]
                      : (rng_f64(&rng) - 0.5) * pow(10, (double)rng_below(&rng, 600) - 300);
            buf_clear(&b);
            json_init(&j, &b);
            json_f64(&j, x);
            if (!CHECK(strtod(buf_cstr(&b), NULL) == x)) {
                break;
            }
        }
        buf_clear(&b);
        json_init(&j, &b);
        json_begin_array(&j);
        json_f64(&j, 0.1);
        json_f64(&j, 100);
        json_f64(&j, (double)NAN);
        json_f64(&j, (double)INFINITY);
        json_end_array(&j);
        CHECK_STR(buf_str(&b), STR("[0.1,100,null,null]"));
    }
    buf_release(&b);
}

static bool has(const struct json_flat *f, const char *path, enum json_type type,
                const char *value)
{
    const struct json_value *v = json_find(f, str_of(path));
    return CHECK(v != NULL) && CHECK_EQ_I64(v->type, type) &&
           CHECK_STR(v->value, str_of(value));
}

static void test_reader(void)
{
    struct json_reader *r = json_reader_new(NULL);
    struct json_flat f;
    struct err e;
    TEST("a document becomes a flat list in text order") {
        CHECK(
            json_flat(
                r,
                STR(" {\"event\":\"purchase\",\"identities\":{\"phone\":[\"138\",\"139\"]},"
                    "\"properties\": {\"x\":{\"y\":1.50}} , \"n\":null,\"t\":true,\"e\":[]} "),
                &f, &e) == RC_OK);
        CHECK_EQ_I64(f.count, 12);
        has(&f, "event", JSON_STRING, "purchase");
        has(&f, "identities", JSON_OBJECT, "{\"phone\":[\"138\",\"139\"]}");
        has(&f, "identities.phone", JSON_ARRAY, "[\"138\",\"139\"]");
        has(&f, "identities.phone[1]", JSON_STRING, "139");
        has(&f, "properties", JSON_OBJECT, "{\"x\":{\"y\":1.50}}");
        has(&f, "properties.x.y", JSON_NUMBER, "1.50");
        has(&f, "n", JSON_NULL, "null");
        has(&f, "t", JSON_TRUE, "true");
        has(&f, "e", JSON_ARRAY, "[]");
        CHECK_EQ_I64(f.item[0].span, 11);
        CHECK_EQ_I64(json_find(&f, STR("identities"))->span, 3);
        CHECK_EQ_I64(json_find(&f, STR("identities.phone[1]"))->index, 1);
        CHECK_STR(json_find(&f, STR("identities.phone[1]"))->key, STR("phone"));
        CHECK(json_find(&f, STR("nothing")) == NULL);
    }
    TEST("escapes in values and in keys are resolved") {
        CHECK(json_flat(r,
                        STR("{\"a\\n\":\"\\u8ba2\\ud83d\\ude00\\\"\\/\",\"b\":{\"c\\td\":2}}"),
                        &f, &e) == RC_OK);
        has(&f, "a\n", JSON_STRING, "订😀\"/");
        has(&f, "b.c\td", JSON_NUMBER, "2");
    }
    TEST("numbers keep their text") {
        CHECK(json_flat(r, STR("[123456789012345678901234567890,-0,1E+5,0.10]"), &f, &e) ==
              RC_OK);
        has(&f, "[0]", JSON_NUMBER, "123456789012345678901234567890");
        has(&f, "[1]", JSON_NUMBER, "-0");
        has(&f, "[2]", JSON_NUMBER, "1E+5");
        has(&f, "[3]", JSON_NUMBER, "0.10");
    }
    json_reader_free(r);
}

static void test_refusals(void)
{
    static const char *const bad[] = {
        "",
        " ",
        "{",
        "}",
        "{\"a\"",
        "{\"a\":",
        "{\"a\":}",
        "{\"a\":1",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":1 \"b\":2}",
        "{\"a\":1}x",
        "{\"a\":1}}",
        "{\"a\":1}{\"b\":1}",
        "[1,]",
        "[1 2]",
        "[,1]",
        "{\"a\":tru}",
        "{\"a\":truex}",
        "{\"a\":nul}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":.5}",
        "{\"a\":1.}",
        "{\"a\":1e}",
        "{\"a\":-}",
        "{\"a\":0x1}",
        "{\"a\":NaN}",
        "{\"a\":\"x}",
        "{\"a\":\"\\x\"}",
        "{\"a\":\"\\ud800\"}",
        "{\"a\":\"\\u12\"}",
        "{\"a\":\"\t\"}",
        "{\"a\":[1}",
        "{\"a\":{]}",
        "1",
        "\"s\"",
        "null",
        "[1]]",
        "{\"a\":1]",
        "[1}",
        "{1:2}",
        "{\"a\":\"\xFF\"}",
        "{\"a\":1,,\"b\":2}",
        "[\"a\"\"b\"]",
        "{\"a\":\"b\"\"c\":1}",
        "/**/{}",
        "{} //x",
        "[1] ,",
        "{\"a\" 1}",
        "{\"a\":1:2}",
    };
    struct json_reader *r = json_reader_new(NULL);
    struct json_flat f;
    TEST("what is no JSON is refused with a column") {
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            struct err e = {0};
            struct str in = str_of(bad[i]);
            if (!CHECK(json_flat(r, in, &f, &e) == RC_INVALID)) {
                printf("#   accepted: %s\n", bad[i]);
            }
            CHECK(json_error_column(r) >= 1 && json_error_column(r) <= in.len + 1);
            CHECK(str_starts(str_of(e.msg), STR("column ")));
        }
        CHECK(json_flat(r, STR("{\"a\":1}"), &f, NULL) == RC_OK);
    }
    TEST("limits of depth, count, size and names hold") {
        struct err e;
        struct json_limits small = {.depth = 3, .values = 5, .bytes = 40};
        struct json_reader *s = json_reader_new(&small);
        CHECK(json_flat(s, STR("[[[1]]]"), &f, &e) == RC_OK);
        CHECK(json_flat(s, STR("[[[[1]]]]"), &f, &e) == RC_TOO_LARGE);
        CHECK(json_flat(s, STR("[1,2,3,4]"), &f, &e) == RC_OK);
        CHECK(json_flat(s, STR("[1,2,3,4,5]"), &f, &e) == RC_TOO_LARGE);
        CHECK(json_flat(s, STR("{\"a\":\"0123456789012345678901234567890123456789\"}"), &f,
                        &e) == RC_TOO_LARGE);
        json_reader_free(s);
        struct buf b = {0};
        buf_add(&b, STR("{\"a\":{\""));
        for (int i = 0; i < 100000; i++) {
            buf_add_byte(&b, 'k');
        }
        buf_add(&b, STR("\":[0"));
        for (int i = 0; i < 1000; i++) {
            buf_add(&b, STR(",1"));
        }
        buf_add(&b, STR("]}}"));
        CHECK(json_flat(r, buf_str(&b), &f, &e) == RC_TOO_LARGE);
        buf_release(&b);
    }
    json_reader_free(r);
}

static void test_round_trip(void)
{
    TEST("every string the writer quotes is read back") {
        struct json_reader *r = json_reader_new(NULL);
        struct json_flat f;
        struct err e;
        bool same = true;
        for (uint32_t seed = 0; seed < 3000 && same; seed++) {
            struct rng rng = rng_seed(seed);
            struct buf s = {0}, b = {0};
            for (uint32_t n = rng_below(&rng, 90); n > 0; n--) {
                static const char *const part[] = {"a",  "\"", "\\",   "\n", "\x7F",
                                                   "订", "😀",  "\x1F", "{",  ","};
                buf_add(&s, str_of(part[rng_below(&rng, 10)]));
            }
            buf_add(&b, STR("{\"k\":"));
            json_quote(&b, buf_str(&s));
            buf_add(&b, STR("}"));
            same = CHECK(json_flat(r, buf_str(&b), &f, &e) == RC_OK) &&
                   CHECK_STR(f.item[1].value, buf_str(&s));
            buf_release(&s);
            buf_release(&b);
        }
        json_reader_free(r);
    }
}

static void test_lines(void)
{
    TEST("lines come with their numbers, bad ones marked, empty ones counted") {
        struct str in =
            STR("\xEF\xBB\xBF{\"a\":1}\r\n\n{\"b\":2}\n0123456789abc\nx\0y\nz\xFF\nend");
        struct lines_reader *r = lines_open(source_of_str(&in), 10);
        struct lines_block b;
        struct err e;
        CHECK(lines_next(r, &b, &e) == RC_OK);
        CHECK_EQ_I64(b.rows, 6);
        CHECK_EQ_I64(b.bad, 3);
        CHECK_STR(b.text[0], STR("{\"a\":1}"));
        CHECK_EQ_I64(b.line[1], 3);
        CHECK_EQ_I64(b.status[2], LINES_TOO_LONG);
        CHECK_EQ_I64(b.status[3], LINES_NUL);
        CHECK_EQ_I64(b.column[3], 2);
        CHECK_EQ_I64(b.status[4], LINES_NOT_UTF8);
        CHECK_EQ_I64(b.column[4], 2);
        CHECK_STR(b.text[5], STR("end"));
        CHECK_EQ_I64(b.line[5], 7);
        CHECK(lines_next(r, &b, &e) == RC_OK);
        CHECK_EQ_I64(b.rows, 0);
        lines_close(r);
    }
    TEST("a line of 20 MB is stepped over") {
        struct buf t = {0};
        for (int i = 0; i < 20 << 20; i++) {
            buf_add_byte(&t, 'x');
        }
        buf_add(&t, STR("\nlast\n"));
        struct str in = buf_str(&t);
        struct lines_reader *r = lines_open(source_of_str(&in), 0);
        struct lines_block b;
        struct err e;
        uint32_t rows = 0;
        do {
            CHECK(lines_next(r, &b, &e) == RC_OK);
            for (uint32_t i = 0; i < b.rows; i++, rows++) {
                CHECK_EQ_I64(b.status[i], rows == 0 ? LINES_TOO_LONG : LINES_OK);
                CHECK_EQ_I64(b.line[i], rows + 1);
            }
        } while (b.rows > 0);
        CHECK_EQ_I64(rows, 2);
        lines_close(r);
        buf_release(&t);
    }
}

int main(void)
{
    test_writer();
    test_doubles();
    test_reader();
    test_refusals();
    test_round_trip();
    test_lines();
    return tap_end();
}
