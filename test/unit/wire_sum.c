#include "wire/sum.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "tap.h"
#include "wire/lang.h"
#include "wire/zip.h"

static void test_sum(void)
{
    char text[33];
    TEST("sums are those of XXH3") {
        CHECK(sum64(STR("")) == 0x2d06800538d394c2u);
        CHECK_CSTR(sum128_hex(sum128(STR("")), text), "99aa06d3014798d86001c324468d497f");
    }
    TEST("a sum in pieces, of a file and as text is the same sum") {
        char bytes[100000];
        for (size_t i = 0; i < sizeof(bytes); i++) {
            bytes[i] = (char)(i * 7 + i / 251);
        }
        struct str all = str_make(bytes, sizeof(bytes));
        struct sum_stream *s = sum_stream_new();
        for (size_t i = 0; i < all.len; i += 999) {
            sum_stream_add(s, str_slice(all, i, i + 999));
        }
        CHECK(sum128_eq(sum_stream_end(s), sum128(all)));
        sum_stream_free(s);
        FILE *f = tmpfile();
        struct sum128 of_file, parsed;
        uint64_t size;
        struct err e;
        CHECK(fwrite(bytes, 1, sizeof(bytes), f) == sizeof(bytes) && fflush(f) == 0);
        CHECK(sum128_fd(fileno(f), &of_file, &size, &e) == RC_OK);
        CHECK(sum128_eq(of_file, sum128(all)));
        CHECK_EQ_I64(size, sizeof(bytes));
        CHECK(sum128_parse(str_of(sum128_hex(of_file, text)), &parsed) &&
              sum128_eq(parsed, of_file));
        CHECK(!sum128_parse(STR("99aa06d3014798d86001c324468d497"), &parsed));
        CHECK(!sum128_parse(STR("99aa06d3014798d86001c324468d497G"), &parsed));
        CHECK(sum128_fd(-1, &of_file, NULL, &e) == RC_IO);
        (void)fclose(f);
    }
}

static void test_zip(void)
{
    struct buf packed = {0}, plain = {0}, again = {0};
    struct err e;
    TEST("what is packed unpacks, the empty text too") {
        for (int level = 1; level <= 3; level += 2) {
            buf_clear(&packed);
            buf_clear(&again);
            zip_pack(&packed, buf_str(&plain), level);
            CHECK(zip_unpack(&again, buf_str(&packed), 0, &e) == RC_OK);
            CHECK_EQ_I64(again.len, 0);
        }
        for (int i = 0; i < 10000; i++) {
            buf_addf(&plain, "%d,", i * i);
        }
        buf_clear(&packed);
        zip_pack(&packed, buf_str(&plain), 3);
        CHECK(packed.len < plain.len / 2);
        CHECK(zip_unpack(&again, buf_str(&packed), plain.len, &e) == RC_OK);
        CHECK_STR(buf_str(&again), buf_str(&plain));
    }
    TEST("more than the limit, cut off, with something behind, or damaged") {
        buf_clear(&again);
        CHECK(zip_unpack(&again, buf_str(&packed), plain.len - 1, &e) == RC_TOO_LARGE);
        for (size_t n = 0; n < packed.len; n += 97) {
            CHECK(zip_unpack(&again, str_slice(buf_str(&packed), 0, n), 1 << 20, &e) ==
                  RC_CORRUPT);
        }
        uint32_t passed = 0;
        for (size_t i = 0; i < packed.len; i += 11) {
            packed.ptr[i] = (char)(packed.ptr[i] ^ 4);
            passed += zip_unpack(&again, buf_str(&packed), 1 << 20, &e) == RC_OK;
            packed.ptr[i] = (char)(packed.ptr[i] ^ 4);
        }
        CHECK_EQ_I64(passed, 0);
        CHECK_EQ_I64(again.len, 0);
        buf_add_byte(&packed, 'x');
        CHECK(zip_unpack(&again, buf_str(&packed), 1 << 20, &e) == RC_CORRUPT);
    }
    buf_release(&packed);
    buf_release(&plain);
    buf_release(&again);
}

/* A fake environment: getenv's shape leaves no place for a context. */
static char *env_zh(const char *name)
{
    static char value[] = "zh_CN.UTF-8";
    return strcmp(name, "LANG") == 0 ? value : NULL;
}

static void test_lang(void)
{
    enum lang l = LANG_EN;
    TEST("languages by flag and by locale") {
        CHECK(lang_parse(STR("zh"), &l) && l == LANG_ZH);
        CHECK(lang_parse(STR("en_US.UTF-8"), &l) && l == LANG_EN);
        CHECK(lang_parse(STR("zh-Hans-CN"), &l) && l == LANG_ZH);
        CHECK(lang_parse(STR("中文"), &l) && l == LANG_ZH);
        CHECK(lang_parse(STR("C.UTF-8"), &l) && l == LANG_EN);
        CHECK(!lang_parse(STR("fr"), &l) && !lang_parse(STR("zhuang"), &l) &&
              !lang_parse(STR(""), &l));
        CHECK(lang_choose(STR_NULL, NULL) == LANG_EN);
        CHECK(lang_choose(STR("zh"), NULL) == LANG_ZH);
        CHECK(lang_choose(STR("en"), env_zh) == LANG_EN);
        CHECK(lang_choose(STR_NULL, env_zh) == LANG_ZH);
        CHECK_CSTR(lang_pick(LANG_ZH, "a", "b"), "b");
        CHECK_CSTR(lang_pick(LANG_ZH, "a", NULL), "a");
    }
}

int main(void)
{
    test_sum();
    test_zip();
    test_lang();
    return tap_end();
}
