/* Views, numbers from text, UTF-8, buffers and readers, arenas, the error record. */
#include "base/str.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/logger.h"
#include "base/mem.h"
#include "base/rc.h"
#include "base/rng.h"
#include "base/vec.h"
#include "unit/tap.h"

static void test_views(void)
{
    TEST("views are compared, searched and cut bytewise") {
        CHECK(str_cmp(STR("a"), STR("ab")) < 0 && str_cmp(STR("b"), STR("ab")) > 0);
        CHECK(str_cmp(STR_NULL, STR("")) == 0 && str_cmp(STR("\xff"), STR("a")) > 0);
        CHECK(str_eq_nocase(STR("aBc"), STR("AbC")) && !str_eq_nocase(STR("a["), STR("a{")));
        CHECK(str_starts(STR("abc"), STR("")) && str_ends(STR("abc"), STR("bc")));
        CHECK(!str_starts(STR("ab"), STR("abc")) && !str_ends(STR("bc"), STR("abc")));
        CHECK(str_find(STR("abcabc"), STR("bc"), 2) == 4);
        CHECK(str_find(STR("abc"), STR("x"), 0) == SIZE_MAX &&
              str_find(STR("a"), STR(""), 1) == 1);
        CHECK(str_find_byte(STR("abca"), 'a', 1) == 3 &&
              str_find_byte(STR_NULL, 'a', 0) == SIZE_MAX);
        CHECK_STR(str_slice(STR("abcdef"), 2, 4), STR("cd"));
        CHECK_STR(str_slice(STR("abc"), 2, 99), STR("c"));
        CHECK_STR(str_slice(STR("abc"), 5, 4), STR(""));
    }
    TEST("trimming takes blanks, the wide blank and the byte order mark") {
        CHECK_STR(str_trim(STR(" \t\n a b\r\n")), STR("a b"));
        CHECK_STR(str_trim(STR("\uFEFF\u3000 a\u3000 \uFEFF")), STR("a"));
        CHECK_STR(str_trim(STR(" \u3000 ")), STR(""));
        CHECK_STR(str_trim(STR_NULL), STR(""));
    }
    TEST("cutting yields every piece, empty ones too, and ends") {
        struct str rest = STR("a,,b");
        CHECK_STR(str_cut(&rest, ','), STR("a"));
        CHECK_STR(str_cut(&rest, ','), STR(""));
        CHECK_STR(str_cut(&rest, ','), STR("b"));
        CHECK(rest.ptr == NULL && rest.len == 0);
    }
}

static bool no_i64(const char *s)
{
    int64_t v = 99;
    return !str_i64(str_of(s), &v) && v == 99;
}

static void test_numbers(void)
{
    TEST("whole numbers reach their limits and not beyond") {
        int64_t v = 0;
        uint64_t u = 0;
        CHECK(str_i64(STR("-9223372036854775808"), &v) && v == INT64_MIN);
        CHECK(str_i64(STR("+9223372036854775807"), &v) && v == INT64_MAX);
        CHECK(str_u64(STR("18446744073709551615"), &u) && u == UINT64_MAX);
        CHECK(str_i64(STR("007"), &v) && v == 7);
        CHECK(no_i64("9223372036854775808") && no_i64("-9223372036854775809") && no_i64(""));
        CHECK(no_i64("-") && no_i64("+") && no_i64("1 ") && no_i64(" 1") && no_i64("0x1"));
        CHECK(no_i64("-+1") && no_i64("+-1") && no_i64("1.0") && no_i64("٣"));
        CHECK(!str_u64(STR("18446744073709551616"), &u) && !str_u64(STR("-1"), &u));
    }
    TEST("doubles read as strtod reads them") {
        const char *good[] = {
            "0",      "-0.5",  "1e3",     "+12.25",   "1E-7", "123456789012345678",
            "0.1",    "1e22",  "1e23",    "5e-324",   ".5",   "5.",
            "1e-400", "9e307", "3.14159", "1234.5e18"};
        for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
            double v = 99;
            CHECK(str_f64(str_of(good[i]), &v) && !(v < strtod(good[i], NULL)) &&
                  !(v > strtod(good[i], NULL)));
        }
        const char *bad[] = {"",  "nan", "inf",   "0x10", "1e", "1e400",
                             "-", ".",   "1,000", "1 ",   "e5"};
        for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
            double v;
            CHECK(!str_f64(str_of(bad[i]), &v));
        }
    }
    TEST("random doubles of every length survive") {
        struct rng r = rng_seed(3);
        for (int i = 0; i < 20000; i++) {
            char text[64];
            double want = ((double)rng_u64(&r) - 9e18) / pow(10, rng_below(&r, 30));
            double got = 0;
            (void)snprintf(text, sizeof(text), "%.*g", (int)rng_below(&r, 18) + 1, want);
            CHECK(str_f64(str_of(text), &got) &&
                  memcmp(&got, &(double){strtod(text, NULL)}, 8) == 0);
        }
    }
}

static bool decimal_is(const char *s, int scale, int64_t want)
{
    int64_t v = 99;
    return str_decimal(str_of(s), scale, &v) && v == want;
}
static bool no_decimal(const char *s)
{
    int64_t v = 99;
    return !str_decimal(str_of(s), 2, &v) && v == 99;
}

static void test_decimal(void)
{
    TEST("amounts become fen exactly") {
        CHECK(decimal_is("12.3", 2, 1230) && decimal_is("12", 2, 1200) &&
              decimal_is(".5", 2, 50));
        CHECK(decimal_is("-12.30", 2, -1230) && decimal_is("+0.01", 2, 1) &&
              decimal_is("5.", 2, 500));
        CHECK(decimal_is("0.29", 2, 29) && decimal_is("19.99", 2, 1999) &&
              decimal_is("1.1", 0, 1));
        CHECK(decimal_is("92233720368547758.07", 2, INT64_MAX));
        CHECK(decimal_is("-92233720368547758.08", 2, INT64_MIN));
    }
    TEST("what is beyond the scale is rounded half away from zero") {
        CHECK(decimal_is("0.005", 2, 1) && decimal_is("-0.005", 2, -1));
        CHECK(decimal_is("0.00499999", 2, 0) && decimal_is("1.2350001", 2, 124));
        CHECK(decimal_is("9.999", 2, 1000) && decimal_is("0.5", 0, 1) &&
              decimal_is("0.05", 0, 0));
    }
    TEST("symbols, thousands and exponents are understood") {
        CHECK(decimal_is("¥1,234.50", 2, 123450) && decimal_is("￥12", 2, 1200));
        CHECK(decimal_is("$-3", 2, -300) && decimal_is("-$3", 2, -300));
        CHECK(decimal_is("1.5e3", 2, 150000) && decimal_is("15e-1", 2, 150));
        CHECK(decimal_is("1e-9", 2, 0) && decimal_is("6e-3", 2, 1) &&
              decimal_is("1e-99999999", 2, 0));
        CHECK(decimal_is("0e999999", 2, 0) && decimal_is("1,234,567", 0, 1234567));
        CHECK(decimal_is("0.00000000000000000000000012e26", 2, 1200));
    }
    TEST("malformed and too large amounts are refused") {
        CHECK(no_decimal("") && no_decimal("-") && no_decimal(".") && no_decimal("1.2.3"));
        CHECK(no_decimal("12,34") && no_decimal("1,2345") && no_decimal(",123") &&
              no_decimal("1,"));
        CHECK(no_decimal("1234,567") && no_decimal("1e") && no_decimal("12 ") &&
              no_decimal("元12"));
        CHECK(no_decimal("-¥-1") && no_decimal("--1") && no_decimal("0x1") &&
              no_decimal("nan"));
        CHECK(no_decimal("92233720368547758.08") && no_decimal("1e30") &&
              no_decimal("1e999999999"));
        CHECK(no_decimal("1.0,000") && no_decimal("¥") && no_decimal("1e5,000"));
    }
}

static void test_utf8(void)
{
    TEST("well-formed UTF-8 passes, everything else does not") {
        CHECK(str_is_utf8(STR("")) && str_is_utf8(STR("plain ascii, long enough")));
        CHECK(str_is_utf8(STR("私域流量 \U0001F600")) && str_is_utf8(STR("\uFFFF\U0010FFFF")));
        CHECK(!str_is_utf8(STR("\xc0\x80")) && !str_is_utf8(STR("\xe0\x80\x80")));
        CHECK(!str_is_utf8(STR("\xed\xa0\x80")) && !str_is_utf8(STR("\xf4\x90\x80\x80")));
        CHECK(!str_is_utf8(STR("\xe7\xa7")) && !str_is_utf8(STR("abcdefgh\x80")));
        CHECK(!str_is_utf8(STR("\xf0\x80\x80\x80")) && !str_is_utf8(STR("\xff")));
        CHECK(!str_is_utf8(STR("\xcb\xbd\xd3\xf2")));
    }
}

static void test_nearest(void)
{
    TEST("the nearest text is the one with the fewest slips, if there are few enough") {
        CHECK(str_distance(STR("kitten"), STR("sitting")) == 3);
        CHECK(str_distance(STR(""), STR("abc")) == 3);
        char full[257];
        memset(full, 'a', sizeof(full));
        CHECK(str_distance(str_make(full, 256), STR("")) == 256);
        CHECK(str_distance(str_make(full, 257), STR("a")) == UINT32_MAX);
        CHECK(str_near(STR("purchse"), STR("purchase")) && !str_near(STR("abc"), STR("xyz")));
        const struct str names[] = {STR("新客首购"), STR(""), STR("新客复购"), STR("老客")};
        CHECK(str_nearest(names, 4, STR("新客复购买")) == 2);
        CHECK(str_nearest(names, 4, STR("流失")) == 4);
        CHECK(str_nearest(names, 0, STR("新客首购")) == 0);
        const char *const words[] = {"stage", "stages", "title", NULL};
        CHECK_CSTR(str_nearest_word(words, STR("stage")), "stage");
        CHECK_CSTR(str_nearest_word(words, STR("stagess")), "stages");
        CHECK(str_nearest_word(words, STR("when")) == NULL);
    }
}

static void test_buf(void)
{
    TEST("a buffer grows and prints") {
        struct buf b = {0};
        for (int i = 0; i < 1000; i++) {
            buf_addf(&b, "%d,", i);
        }
        buf_add(&b, STR("x"));
        buf_add_byte(&b, 'y');
        buf_add_i64(&b, INT64_MIN);
        buf_add_i64(&b, 0);
        CHECK(str_ends(buf_str(&b), STR("999,xy-92233720368547758080")));
        CHECK(strlen(buf_cstr(&b)) == b.len);
        buf_clear(&b);
        buf_addf(&b, "%0200d", 7);
        CHECK_EQ_I64(b.len, 200);
        buf_release(&b);
        CHECK(b.ptr == NULL);
    }
    TEST("what a buffer packs a reader unpacks") {
        struct buf b = {0};
        const uint64_t numbers[] = {0, 127, 128, 300, UINT32_MAX, UINT64_MAX};
        buf_put_u8(&b, 0xab);
        buf_put_u16(&b, 0xabcd);
        buf_put_u32(&b, 0xdeadbeef);
        buf_put_u64(&b, 0x0123456789abcdefu);
        CHECK(str_starts(buf_str(&b), STR("\xab\xcd\xab\xef\xbe\xad\xde\xef\xcd")));
        for (size_t i = 0; i < 6; i++) {
            buf_put_varint(&b, numbers[i]);
        }
        buf_put_str(&b, STR("水"));
        struct reader r = reader_of(buf_str(&b));
        CHECK(reader_u8(&r) == 0xab && reader_u16(&r) == 0xabcd &&
              reader_u32(&r) == 0xdeadbeef);
        CHECK(reader_u64(&r) == 0x0123456789abcdefu);
        for (size_t i = 0; i < 6; i++) {
            CHECK(reader_varint(&r) == numbers[i]);
        }
        CHECK_STR(reader_str(&r), STR("水"));
        CHECK(!r.bad && r.ptr == r.end);
        CHECK(reader_u8(&r) == 0 && r.bad);
        buf_release(&b);
    }
    TEST("a reader stays bad behind the first broken byte") {
        struct reader r = reader_of(STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02zz"));
        CHECK(reader_varint(&r) == 0 && r.bad && reader_u8(&r) == 0);
        r = reader_of(STR("\x80"));
        CHECK(reader_varint(&r) == 0 && r.bad);
        r = reader_of(STR("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"));
        CHECK(reader_str(&r).len == 0 && r.bad);
        r = reader_of(STR("\x05"
                          "abc"));
        CHECK(reader_str(&r).ptr == NULL && r.bad);
    }
}

static void note_drop(void *thing)
{
    struct buf *log = thing;
    buf_addf(log, "%zu ", log->len);
}

static void test_arena(void)
{
    TEST("an arena hands out aligned, separate memory of every size") {
        struct arena *a = arena_new();
        VEC(unsigned char *) all = {0};
        struct rng r = rng_seed(5);
        for (size_t i = 0; i < 2000; i++) {
            size_t size = rng_below(&r, i % 100 ? 300 : 100000) + 1;
            unsigned char *p = arena_zalloc(a, size + 8);
            CHECK(((uintptr_t)p & 15) == 0 && p[0] == 0 && p[size] == 0);
            memset(p, (int)(i & 0xff), size + 8);
            vec_push(&all, p);
        }
        bool kept = true;
        for (size_t i = 0; i < all.len; i++) {
            kept = kept && all.ptr[i][0] == (i & 0xff) && all.ptr[i][7] == (i & 0xff);
        }
        CHECK(kept && arena_used(a) > 300000);
        arena_reset(a);
        CHECK(arena_used(a) == 0);
        CHECK_CSTR(arena_cstr(a, STR("abc")), "abc");
        CHECK_STR(arena_strf(a, "%d-%s", 7, "水"), STR("7-水"));
        CHECK_STR(arena_str(a, STR_NULL), STR(""));
        vec_release(&all);
        arena_free(a);
        arena_free(NULL);
    }
    TEST("deferred calls run newest first, once, on reset and on free") {
        struct buf log = {0};
        struct buf other = {0};
        struct arena *a = arena_new();
        arena_defer(a, note_drop, &log);
        arena_defer(a, note_drop, &log);
        arena_reset(a);
        CHECK_STR(buf_str(&log), STR("0 2 "));
        arena_defer(a, note_drop, &other);
        arena_free(a);
        CHECK_STR(buf_str(&other), STR("0 "));
        buf_release(&log);
        buf_release(&other);
    }
}

static void test_errors(void)
{
    struct err e = {0};
    TEST("an error is filled, prefixed and hinted, and NULL is fine") {
        CHECK(rc_fail(NULL, RC_BUSY, "x") == RC_BUSY);
        CHECK(rc_fail(&e, RC_INVALID, "line %d", 7) == RC_INVALID);
        err_prefix(&e, "%s", "a.csv");
        err_hint(&e, "look there");
        err_detail(&e, "d");
        CHECK_CSTR(e.msg, "a.csv: line 7");
        CHECK_CSTR(e.hint, "look there");
        CHECK(e.rc == RC_INVALID);
        (void)rc_fail(&e, RC_IO, "again: %s", e.msg);
        CHECK_CSTR(e.msg, "again: a.csv: line 7");
        CHECK(e.hint[0] == 0 && e.detail[0] == 0);
        err_hint(NULL, "x");
        err_prefix(NULL, "x");
    }
    TEST("long messages are cut between characters") {
        char longest[1000] = "";
        for (size_t i = 0; i < 300; i++) {
            memcpy(longest + i * 3, "水", 4);
        }
        (void)rc_fail(&e, RC_IO, "%s", longest);
        CHECK(strlen(e.msg) == 318 && str_is_utf8(str_of(e.msg)));
        err_prefix(&e, "x");
        CHECK(str_is_utf8(str_of(e.msg)) && strlen(e.msg) <= 319);
    }
    TEST("every code has one name, status and exit code") {
        CHECK_CSTR(rc_name(RC_TOO_LARGE), "too_large");
        CHECK(rc_http(RC_MISSING) == 404 && rc_exit(RC_REJECTS) == 12 && rc_exit(RC_OK) == 0);
        CHECK_CSTR(rc_name((enum rc)99), "bug");
        CHECK(rc_errno(&e, ENOSPC, "write %s", "x") == RC_FULL &&
              rc_errno(NULL, ENOENT, "x") == RC_MISSING);
        CHECK_CSTR(e.msg, "write x: No space left on device");
        CHECK(rc_errno(NULL, EACCES, "x") == RC_DENIED && rc_errno(NULL, EIO, "x") == RC_IO &&
              rc_errno(NULL, EFBIG, "x") == RC_FULL);
    }
    TEST("a log event is one line with time, level, name and values") {
        char text[256] = "";
        FILE *f = fmemopen(text, sizeof(text), "w");
        struct clock c = clock_fixed(1795342445120);
        struct logger l = {f, LOG_INFO, &c};
        logger_event(&l, LOG_WARN, "lake.segment.retry", "segment=%d rc=%s", 7, "i\no");
        logger_event(&l, LOG_DEBUG, "not.seen", NULL);
        logger_event(&l, LOG_ERROR, "bare", NULL);
        logger_event(NULL, LOG_ERROR, "bare", NULL);
        (void)fclose(f);
        CHECK_CSTR(text, "2026-11-22T10:14:05.120Z warn lake.segment.retry segment=7 rc=i o\n"
                         "2026-11-22T10:14:05.120Z error bare\n");
    }
}

int main(void)
{
    test_views();
    test_numbers();
    test_decimal();
    test_utf8();
    test_nearest();
    test_buf();
    test_arena();
    test_errors();
    return tap_end();
}
