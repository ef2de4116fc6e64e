/* Text forms of the web against known values and hostile ones. */
#include "base/buf.h"
#include "base/clock.h"
#include "unit/tap.h"
#include "wire/web.h"
#include "wire/zip.h"

static struct arena *a;

static struct str decoded(const char *s)
{
    struct str out = STR("(refused)");
    (void)web_base64_decode(a, str_of(s), &out);
    return out;
}

static void test_percent(void)
{
    TEST("percent-encoding is undone; what is none stays") {
        CHECK_STR(web_percent_decode(a, STR("%E6%8A%A4+x%2b"), true), STR("护 x+"));
        CHECK_STR(web_percent_decode(a, STR("%E6%8A%A4+x"), false), STR("护+x"));
        CHECK_STR(web_percent_decode(a, STR("100%"), true), STR("100%"));
        CHECK_STR(web_percent_decode(a, STR("%4"), true), STR("%4"));
        CHECK_STR(web_percent_decode(a, STR("%zz%4g%g4"), true), STR("%zz%4g%g4"));
        CHECK_STR(web_percent_decode(a, STR("a%00b"), true), str_make("a\0b", 3));
        CHECK_STR(web_percent_decode(a, STR("%25%34%31"), true), STR("%41"));
        CHECK_STR(web_percent_decode(a, STR_NULL, true), STR(""));
    }
    TEST("what is encoded can stand in a query") {
        struct buf b = {0};
        web_percent_encode(&b, STR("护 a&b=c/~-._\"\x01\xff"));
        CHECK_STR(buf_str(&b), STR("%E6%8A%A4%20a%26b%3Dc%2F~-._%22%01%FF"));
        buf_release(&b);
    }
}

static void test_forms(void)
{
    TEST("a form gives the first value of a name") {
        struct str f = STR("a=1&b=2&a=3&&c&=x&d=e=f&%61%20b=g+h");
        CHECK_STR(web_form_get(a, f, STR("a")), STR("1"));
        CHECK_STR(web_form_get(a, f, STR("d")), STR("e=f"));
        CHECK_STR(web_form_get(a, f, STR("a b")), STR("g h"));
        CHECK_STR(web_form_get(a, f, STR("")), STR("x"));
        CHECK(web_form_get(a, f, STR("c")).ptr != NULL);
        CHECK(web_form_get(a, f, STR("c")).len == 0);
        CHECK(web_form_get(a, f, STR("z")).ptr == NULL);
        CHECK(web_form_get(a, STR_NULL, STR("z")).ptr == NULL);
    }
    TEST("the fields of a form come in their order") {
        struct str rest = STR("&&a=1&b&c=%3D&"), name, value;
        CHECK(web_form_next(a, &rest, &name, &value));
        CHECK_STR(name, STR("a"));
        CHECK_STR(value, STR("1"));
        CHECK(web_form_next(a, &rest, &name, &value));
        CHECK_STR(name, STR("b"));
        CHECK_STR(value, STR(""));
        CHECK(web_form_next(a, &rest, &name, &value));
        CHECK_STR(value, STR("="));
        CHECK(!web_form_next(a, &rest, &name, &value));
        CHECK(!web_form_next(a, &rest, &name, &value));
    }
}

static void test_base64(void)
{
    TEST("base64 is read in both alphabets, with and without padding") /* RFC 4648 section 10 */
    {
        CHECK_STR(decoded(""), STR(""));
        CHECK_STR(decoded("Zg=="), STR("f"));
        CHECK_STR(decoded("Zg"), STR("f"));
        CHECK_STR(decoded("Zm8="), STR("fo"));
        CHECK_STR(decoded("Zm8"), STR("fo"));
        CHECK_STR(decoded("Zm9v"), STR("foo"));
        CHECK_STR(decoded("Zm9vYg=="), STR("foob"));
        CHECK_STR(decoded("Zm9vYmE="), STR("fooba"));
        CHECK_STR(decoded("Zm9vYmFy"), STR("foobar"));
        CHECK_STR(decoded("-_-_"), STR("\xfb\xff\xbf"));
        CHECK_STR(decoded("+/+/"), STR("\xfb\xff\xbf"));
    }
    TEST("line ends are skipped and a space is a plus") {
        CHECK_STR(decoded("Zm9v\r\nYm\tFy\n"), STR("foobar"));
        CHECK_STR(decoded("Z\nm\n9\nv\nYg=\n=\n"), STR("foob"));
        CHECK_STR(decoded(" / /"), STR("\xfb\xff\xbf"));
    }
    TEST("what is no base64 is refused") {
        static const char *const bad[] = {"Z",       "Zm9vY",    "Zg=",   "Zg===",
                                          "=",       "Z=g=",     "Zm9v=", "Zm9*",
                                          "Zm9\x80", "Zg==Zg==", "====",  "Zm.v"};
        for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
            if (!CHECK(str_eq(decoded(bad[i]), STR("(refused)")))) {
                printf("# %s\n", bad[i]);
            }
        }
    }
    TEST("a megabyte goes out and comes back") {
        struct buf plain = {0}, coded = {0};
        struct str back = STR_NULL;
        for (uint32_t i = 0; i < 350000; i++) {
            buf_put_u32(&plain, i * 2654435761u);
        }
        web_base64_encode(&coded, buf_str(&plain));
        int64_t t = clock_steady_ms();
        for (int i = 0; i < 20; i++) {
            CHECK(web_base64_decode(a, buf_str(&coded), &back));
        }
        printf("# decoding %zu bytes of base64: %.2f ms\n", coded.len,
               (double)(clock_steady_ms() - t) / 20);
        CHECK(str_eq(back, buf_str(&plain)));
        for (size_t cut = 0; cut < 8; cut++) {
            buf_clear(&coded);
            web_base64_encode(&coded, str_slice(buf_str(&plain), 0, cut));
            CHECK(web_base64_decode(a, buf_str(&coded), &back));
            CHECK_STR(back, str_slice(buf_str(&plain), 0, cut));
        }
        buf_release(&plain);
        buf_release(&coded);
    }
    TEST("Basic gives user and password") {
        struct str user = STR_NULL, password = STR_NULL;
        CHECK(web_basic_auth(a, STR("Basic dXNlcjpwYTpzcw=="), &user, &password));
        CHECK_STR(user, STR("user"));
        CHECK_STR(password, STR("pa:ss"));
        CHECK(web_basic_auth(a, STR("basic  a2V5Og=="), &user, &password));
        CHECK_STR(user, STR("key"));
        CHECK_STR(password, STR(""));
        CHECK(!web_basic_auth(a, STR("Bearer dXNlcjpwYXNz"), &user, &password));
        CHECK(!web_basic_auth(a, STR("Basic dXNlcg=="), &user, &password)); /* no colon */
        CHECK(!web_basic_auth(a, STR("Basic *"), &user, &password));
        CHECK(!web_basic_auth(a, STR("Basic"), &user, &password));
        CHECK(!web_basic_auth(a, STR_NULL, &user, &password));
    }
}

static enum rc unpack(enum web_coding c, struct str packed, size_t limit, struct str *out)
{
    struct err e = {0};
    *out = STR_NULL;
    return web_unpack(a, c, packed, limit, out, &e);
}

/* "hello hello hello hello\n" as zlib, and bare. */
static const char zlib_hello[] =
    "\x78\x9c\xcb\x48\xcd\xc9\xc9\x57\xc8\x40\x27\xb9\x00\x70\xbe\x08\xbb";

static void test_codings(void)
{
    TEST("codings are told by name") {
        enum web_coding c;
        struct err e = {0};
        CHECK(web_coding_of(STR("GZIP"), &c, &e) == RC_OK && c == WEB_GZIP);
        CHECK(web_coding_of(STR(" x-gzip "), &c, &e) == RC_OK && c == WEB_GZIP);
        CHECK(web_coding_of(STR("deflate"), &c, &e) == RC_OK && c == WEB_DEFLATE);
        CHECK(web_coding_of(STR("zstd"), &c, &e) == RC_OK && c == WEB_ZSTD);
        CHECK(web_coding_of(STR("identity"), &c, &e) == RC_OK && c == WEB_PLAIN);
        CHECK(web_coding_of(STR_NULL, &c, &e) == RC_OK && c == WEB_PLAIN);
        CHECK(web_coding_of(STR("br"), &c, &e) == RC_INVALID);
        CHECK(web_coding_of(STR("gzip, gzip"), &c, &e) == RC_INVALID);
        CHECK(web_is_gzip(STR("\x1f\x8b\x08\x00")));
        CHECK(!web_is_gzip(STR("\x1f\x8b")) && !web_is_gzip(STR("{\"a\":1}")));
    }
    TEST("deflate is read with its head and bare") {
        struct str packed = str_make(zlib_hello, sizeof(zlib_hello) - 1), out;
        CHECK(unpack(WEB_DEFLATE, packed, 100, &out) == RC_OK);
        CHECK_STR(out, STR("hello hello hello hello\n"));
        CHECK(unpack(WEB_DEFLATE, str_slice(packed, 2, packed.len - 4), 100, &out) == RC_OK);
        CHECK_STR(out, STR("hello hello hello hello\n"));
        CHECK(unpack(WEB_DEFLATE, str_slice(packed, 0, packed.len - 1), 100, &out) ==
              RC_INVALID);
    }
    TEST("zstd from a pipe, which tells no size, is read; a window too wide is refused") {
        char frame[] =
            "\x28\xb5\x2f\xfd\x00\x58\x6d\x00\x00\x38\x68\x65\x6c\x6c\x6f\x20\x0a\x01"
            "\x00\x99\x4b\x11";
        struct str out;
        CHECK(unpack(WEB_ZSTD, str_make(frame, sizeof(frame) - 1), 100, &out) == RC_OK);
        CHECK_STR(out, STR("hello hello hello hello\n"));
        frame[5] = (char)0xa0; /* 1 GiB */
        CHECK(unpack(WEB_ZSTD, str_make(frame, sizeof(frame) - 1), 100, &out) == RC_INVALID);
    }
    TEST("plain bodies are what they are, up to the limit") {
        struct str out;
        CHECK(unpack(WEB_PLAIN, STR("abc"), 3, &out) == RC_OK);
        CHECK_STR(out, STR("abc"));
        CHECK(unpack(WEB_PLAIN, STR("abc"), 2, &out) == RC_TOO_LARGE);
    }
}

/* Everything that holds for gzip holds for zstd. */
static void check_coding(enum web_coding c, struct str packed, struct str plain)
{
    struct str out;
    CHECK(unpack(c, packed, plain.len, &out) == RC_OK);
    CHECK(str_eq(out, plain));
    CHECK(unpack(c, packed, plain.len - 1, &out) == RC_TOO_LARGE);
    CHECK(unpack(c, packed, 0, &out) == RC_TOO_LARGE);
    struct buf twice = {0};
    buf_add(&twice, packed);
    buf_add(&twice, packed);
    CHECK(unpack(c, buf_str(&twice), plain.len * 2, &out) == RC_OK);
    CHECK_EQ_I64(out.len, plain.len * 2);
    CHECK(unpack(c, buf_str(&twice), plain.len * 2 - 1, &out) == RC_TOO_LARGE);
    buf_add(&twice, STR("junk"));
    CHECK(unpack(c, buf_str(&twice), plain.len * 2, &out) == RC_INVALID);
    for (size_t cut = 1; cut < packed.len; cut += 1 + packed.len / 50) {
        CHECK(unpack(c, str_slice(packed, 0, cut), plain.len, &out) == RC_INVALID);
    }
    buf_clear(&twice);
    buf_add(&twice, packed);
    twice.ptr[packed.len / 2] ^= 0x55;
    enum rc rc = unpack(c, buf_str(&twice), plain.len, &out);
    CHECK(rc == RC_INVALID || rc == RC_TOO_LARGE);
    buf_release(&twice);
}

static void test_unpack(void)
{
    struct buf plain = {0}, packed = {0};
    for (uint32_t i = 0; i < 20000; i++) {
        buf_addf(&plain, "{\"event\":\"view\",\"n\":%u}\n", i * 2654435761u);
    }
    TEST("gzip is unpacked, members in a row too; cut, damaged and too large ones are "
         "refused") {
        CHECK(web_gzip(buf_str(&plain), &packed, NULL) == RC_OK);
        CHECK(web_is_gzip(buf_str(&packed)));
        check_coding(WEB_GZIP, buf_str(&packed), buf_str(&plain));
    }
    TEST("zstd is unpacked, frames in a row too; cut, damaged and too large ones are refused") {
        buf_clear(&packed);
        zip_pack(&packed, buf_str(&plain), 1);
        check_coding(WEB_ZSTD, buf_str(&packed), buf_str(&plain));
    }
    TEST("an empty text is one") {
        struct str out;
        buf_clear(&packed);
        CHECK(web_gzip(STR(""), &packed, NULL) == RC_OK);
        CHECK(unpack(WEB_GZIP, buf_str(&packed), 0, &out) == RC_OK && out.len == 0);
        CHECK(unpack(WEB_GZIP, STR_NULL, 10, &out) == RC_INVALID);
        CHECK(unpack(WEB_ZSTD, STR_NULL, 10, &out) == RC_INVALID);
    }
    TEST("a bomb is stopped at the limit") {
        struct str out;
        struct buf zeros = {0};
        memset(buf_room(&zeros, 200u << 20), 0, 200u << 20);
        zeros.len = 200u << 20;
        buf_clear(&packed);
        CHECK(web_gzip(buf_str(&zeros), &packed, NULL) == RC_OK);
        CHECK(packed.len < 1u << 20);
        int64_t t = clock_steady_ms();
        CHECK(unpack(WEB_GZIP, buf_str(&packed), 1u << 20, &out) == RC_TOO_LARGE);
        buf_clear(&packed);
        zip_pack(&packed, buf_str(&zeros), 1);
        CHECK(unpack(WEB_ZSTD, buf_str(&packed), 1u << 20, &out) == RC_TOO_LARGE);
        CHECK(clock_steady_ms() - t <
              1000); /* not unpacked whole: that takes as long as to write it */
        buf_release(&zeros);
    }
    buf_release(&plain);
    buf_release(&packed);
}

int main(void)
{
    a = arena_new();
    test_percent();
    test_forms();
    test_base64();
    test_codings();
    test_unpack();
    arena_free(a);
    return tap_end();
}
