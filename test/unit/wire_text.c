#include "wire/text.h"

#include "tap.h"

static struct str fold(struct buf *b, const char *s)
{
    buf_clear(b);
    text_fold(b, str_of(s));
    return buf_str(b);
}

static struct str fit(struct buf *b, const char *s, uint32_t width)
{
    buf_clear(b);
    text_fit(b, str_of(s), width);
    return buf_str(b);
}

/* Decodes in pieces of `step` bytes. */
static void decode(enum text_kind k, struct str in, size_t step, struct buf *out, uint64_t *bad)
{
    struct err e;
    struct transcoder *t;
    buf_clear(out);
    CHECK(transcoder_new(k, &t, &e) == RC_OK);
    for (size_t i = 0; i < in.len; i += step) {
        transcoder_add(t, str_slice(in, i, i + step), out);
    }
    transcoder_end(t, out);
    *bad = transcoder_bad_offset(t);
    transcoder_free(t);
}

#define GB_ORDER "\xB6\xA9\xB5\xA5\xB1\xE0\xBA\xC5" /* 订单编号 */

static void test_detect(void)
{
    TEST("encodings are told apart by their bytes") {
        CHECK(text_detect(STR("")) == TEXT_UTF8);
        CHECK(text_detect(STR("a,b\n1,2\n")) == TEXT_UTF8);
        CHECK(text_detect(STR("\xEF\xBB\xBF"
                              "a")) == TEXT_UTF8_BOM);
        CHECK(text_detect(STR("订单编号,金额\n1,2\n")) == TEXT_UTF8);
        CHECK(text_detect(STR(GB_ORDER ",1\n")) == TEXT_GB18030);
        CHECK(text_detect(STR("\xFF\xFE"
                              "a\0")) == TEXT_UTF16LE);
        CHECK(text_detect(STR("a\0b\0,\0c\0\n\0")) == TEXT_UTF16LE);
        CHECK(text_detect(STR("\0a\0b\0,\0c\0\n")) == TEXT_UTF16BE);
        CHECK(text_detect(STR("\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0")) == TEXT_BINARY);
    }
    TEST("a sequence cut at the end of the head is no fault") {
        CHECK(text_detect(STR("订单编号\xE9\x87")) == TEXT_UTF8);
        CHECK(text_detect(STR(GB_ORDER "\xB6")) == TEXT_GB18030);
    }
    TEST("a stray byte in much UTF-8 leaves it UTF-8") {
        CHECK(text_detect(STR("订单编号订单编号订单编号\xFF,订单编号\n")) == TEXT_UTF8);
    }
}

static void test_transcode(void)
{
    struct buf out = {0};
    uint64_t bad;
    TEST("GB18030 becomes UTF-8 wherever the pieces end, four-byte forms too") {
        struct str in = STR(GB_ORDER ",a\n\x81\x30\x84\x36"); /* 0x81308436 is U+00A5 */
        for (size_t step = 1; step < 16; step++) {
            decode(TEXT_GB18030, in, step, &out, &bad);
            CHECK_STR(buf_str(&out), STR("订单编号,a\n\xC2\xA5"));
            CHECK(bad == UINT64_MAX);
        }
    }
    TEST("a byte that means nothing becomes 0xFF, its place is told, the line end survives") {
        decode(TEXT_GB18030, STR("ab\xFF\n\xB6\xA9"), 3, &out, &bad);
        CHECK_STR(buf_str(&out), STR("ab\xFF\n订"));
        CHECK_EQ_I64(bad, 2);
        decode(TEXT_GB18030, STR("ab\xB6\nc"), 3, &out, &bad);
        CHECK_STR(buf_str(&out), STR("ab\xFF\nc"));
        decode(TEXT_GB18030, STR("ab\xB6"), 9, &out, &bad);
        CHECK_STR(buf_str(&out), STR("ab\xFF"));
    }
    TEST("UTF-16 with its mark, and surrogate pairs") {
        decode(TEXT_UTF16LE, STR("\xFF\xFE\x3D\xD8\x00\xDE"), 1, &out, &bad);
        CHECK_STR(buf_str(&out), STR("😀"));
        decode(TEXT_UTF16BE, STR("\xFE\xFF\x8B\xA2"), 1, &out, &bad);
        CHECK_STR(buf_str(&out), STR("订"));
    }
    TEST("UTF-8 passes without its mark, broken or not") {
        decode(TEXT_UTF8_BOM, STR("\xEF\xBB\xBFx\xFFy"), 1, &out, &bad);
        CHECK_STR(buf_str(&out), STR("x\xFFy"));
        decode(TEXT_UTF8, STR("ab"), 1, &out, &bad);
        CHECK_STR(buf_str(&out), STR("ab"));
    }
    TEST("a transcoder is a source") {
        struct err e;
        struct transcoder *t;
        struct str in = STR(GB_ORDER);
        CHECK(transcoder_new(TEXT_GB18030, &t, &e) == RC_OK);
        buf_clear(&out);
        CHECK(source_read_all(transcoder_source(t, source_of_str(&in)), 100, &out, &e) ==
              RC_OK);
        CHECK_STR(buf_str(&out), STR("订单编号"));
        transcoder_free(t);
        CHECK(transcoder_new(TEXT_BINARY, &t, &e) == RC_INVALID);
    }
    buf_release(&out);
}

static void test_width(void)
{
    struct buf b = {0};
    TEST("widths are what a terminal shows") {
        CHECK_EQ_I64(text_width(STR("abc")), 3);
        CHECK_EQ_I64(text_width(STR("订单")), 4);
        CHECK_EQ_I64(text_width(STR("（ＩＤ）")), 8);
        CHECK_EQ_I64(text_width(STR("e\xCC\x81x")), 2); /* e + combining acute */
        CHECK_EQ_I64(text_width(STR("😀")), 2);
        CHECK_EQ_I64(text_width(STR("👩‍👩‍👧")), 2); /* joined   */
        CHECK_EQ_I64(text_width(STR("🇨🇳")), 2);
        CHECK_EQ_I64(text_width(STR("❤️")), 2);
        CHECK_EQ_I64(text_width(STR("\t\x1B\x07")), 0);
        CHECK_EQ_I64(text_width(STR("a\xFFz")), 3);
        CHECK_EQ_I64(text_width(STR("")), 0);
    }
    TEST("cutting keeps within the width and never splits a character") {
        CHECK_STR(fit(&b, "护肤精华液", 10), STR("护肤精华液"));
        CHECK_STR(fit(&b, "护肤精华液", 9), STR("护肤精华…"));
        CHECK_STR(fit(&b, "护肤精华液", 8), STR("护肤精…"));
        CHECK_STR(fit(&b, "abc", 3), STR("abc"));
        CHECK_STR(fit(&b, "abcd", 3), STR("ab…"));
        CHECK_STR(fit(&b, "护", 1), STR("…"));
        CHECK_STR(fit(&b, "护", 0), STR(""));
    }
    TEST("nothing from outside moves the cursor") {
        CHECK_STR(fit(&b,
                      "a\x1B[2Jb\xE2\x80\xAE"
                      "c\xFF",
                      20),
                  STR("a[2Jbc"));
    }
    buf_release(&b);
}

static void test_fold(void)
{
    struct buf b = {0};
    TEST("headers match whatever their width, case and spacing") {
        CHECK_STR(fold(&b, "ＩＤ"), STR("id"));
        CHECK_STR(fold(&b, " 金额（元） "), STR("金额(元)"));
        CHECK_STR(fold(&b, "User_ID"), STR("userid"));
        CHECK_STR(fold(&b, "user-id\xE3\x80\x80"), STR("userid"));
        CHECK_STR(fold(&b, "\xEF\xBB\xBF订单 编号\xE2\x80\x8B"), STR("订单编号"));
        CHECK_STR(fold(&b, "Straße"), STR("strasse"));
        CHECK_STR(fold(&b, ""), STR(""));
        CHECK_STR(fold(&b, "a\xFF"
                           "b"),
                  STR("a\xEF\xBF\xBD"
                      "b"));
    }
    TEST("cleaning makes any bytes UTF-8") {
        buf_clear(&b);
        text_clean(&b, STR("a\xC0\x80\xED\xA0\x80z"));
        CHECK(str_is_utf8(buf_str(&b)));
    }
    buf_release(&b);
}

int main(void)
{
    test_detect();
    test_transcode();
    test_width();
    test_fold();
    return tap_end();
}
