#include "wire/crypt.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include "tap.h"

static struct secret secret_of(uint8_t seed)
{
    struct secret s = {0};
    for (size_t i = 0; i < sizeof(s.siv); i++) {
        s.siv[i] = (uint8_t)(i * 7 + seed);
    }
    return s;
}

static struct str hex(struct buf *b, const void *p, size_t n)
{
    buf_clear(b);
    hex_encode(b, str_make(p, n));
    return buf_str(b);
}

/* OpenSSL's own AES-256-SIV: another program for the same thing. */
static size_t openssl_siv(const uint8_t key[64], struct str context, struct str plain,
                          uint8_t *out)
{
    int n = 0;
    EVP_CIPHER *c = EVP_CIPHER_fetch(NULL, "AES-256-SIV", NULL);
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    CHECK(EVP_EncryptInit_ex2(x, c, key, NULL, NULL) == 1);
    CHECK(EVP_EncryptUpdate(x, NULL, &n, (const uint8_t *)context.ptr, (int)context.len) == 1);
    CHECK(EVP_EncryptUpdate(x, out + 16, &n, (const uint8_t *)plain.ptr, (int)plain.len) == 1);
    CHECK(EVP_CIPHER_CTX_ctrl(x, EVP_CTRL_AEAD_GET_TAG, 16, out) == 1);
    EVP_CIPHER_CTX_free(x);
    EVP_CIPHER_free(c);
    return plain.len + 16;
}

static void test_siv(void)
{
    struct secret s = secret_of(1), other = secret_of(2);
    struct siv *v = siv_new(&s), *w = siv_new(&other);
    struct buf sealed = {0}, plain = {0};
    struct err e;
    TEST("sealed values are those of OpenSSL's AES-256-SIV, for every length") {
        char text[1200];
        uint8_t want[1300];
        for (size_t i = 0; i < sizeof(text); i++) {
            text[i] = (char)(i * 31 + i / 7);
        }
        for (size_t len = 1; len < 1200; len += len < 100 ? 1 : 37) {
            struct str context = str_make(text, 1 + len % 50), value = str_make(text, len);
            buf_clear(&sealed);
            CHECK(siv_seal(v, context, value, &sealed, &e) == RC_OK);
            size_t n = openssl_siv(s.siv, context, value, want);
            if (!CHECK_STR(buf_str(&sealed), str_make((const char *)want, n))) {
                break;
            }
        }
    }
    TEST("what was sealed opens, with the same key and context only") {
        for (size_t len = 0; len < 100; len++) {
            char text[100];
            memset(text, 'x', sizeof(text));
            buf_clear(&sealed);
            buf_clear(&plain);
            CHECK(siv_seal(v, STR("phone"), str_make(text, len), &sealed, &e) == RC_OK);
            CHECK_EQ_I64(sealed.len, len + 16);
            CHECK(siv_open(v, STR("phone"), buf_str(&sealed), &plain, &e) == RC_OK);
            CHECK_STR(buf_str(&plain), str_make(text, len));
            CHECK(siv_open(v, STR("email"), buf_str(&sealed), &plain, &e) == RC_CORRUPT);
            CHECK(siv_open(w, STR("phone"), buf_str(&sealed), &plain, &e) == RC_CORRUPT);
            CHECK_EQ_I64(plain.len, len);
        }
    }
    TEST("any flipped bit is noticed") {
        buf_clear(&sealed);
        CHECK(siv_seal(v, STR("phone"), STR("13800000000"), &sealed, &e) == RC_OK);
        for (size_t bit = 0; bit < sealed.len * 8; bit++) {
            sealed.ptr[bit / 8] = (char)(sealed.ptr[bit / 8] ^ (1 << bit % 8));
            CHECK(siv_open(v, STR("phone"), buf_str(&sealed), &plain, &e) == RC_CORRUPT);
            sealed.ptr[bit / 8] = (char)(sealed.ptr[bit / 8] ^ (1 << bit % 8));
        }
        CHECK(siv_open(v, STR("phone"), STR("short"), &plain, &e) == RC_CORRUPT);
    }
    TEST("the same value gives the same bytes, another context other ones") {
        struct buf again = {0};
        buf_clear(&sealed);
        CHECK(siv_seal(v, STR("phone"), STR("138"), &sealed, &e) == RC_OK);
        CHECK(siv_seal(v, STR("email"), STR("138"), &again, &e) == RC_OK);
        CHECK(!str_eq(buf_str(&sealed), buf_str(&again)));
        buf_clear(&again);
        CHECK(siv_seal(v, STR("phone"), STR("138"), &again, &e) == RC_OK);
        CHECK_STR(buf_str(&sealed), buf_str(&again));
        buf_release(&again);
    }
    siv_free(v);
    siv_free(w);
    buf_release(&sealed);
    buf_release(&plain);
}

static void test_key_file(void)
{
    struct buf file = {0}, second = {0};
    struct secret a, b;
    struct err e;
    TEST("a fresh key file reads back, two are never alike") {
        CHECK(secret_make(&file, &e) == RC_OK);
        CHECK(secret_make(&second, &e) == RC_OK);
        CHECK_EQ_I64(file.len, 11 + 64 + 1 + 8 + 1);
        CHECK(secret_parse(buf_str(&file), &a, &e) == RC_OK);
        CHECK(secret_parse(buf_str(&second), &b, &e) == RC_OK);
        CHECK(a.id != b.id && a.identity.k0 != b.identity.k0);
        CHECK(a.identity.k0 != a.event.k0 && a.identity.k1 != a.event.k1);
        CHECK(secret_parse(str_slice(buf_str(&file), 0, file.len - 1), &b, &e) == RC_OK);
        CHECK(a.id == b.id);
    }
    TEST("the keys of a known file never change") {
        struct str known =
            STR("pond-key-1 000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f "
                "630dcd29\n");
        struct buf text = {0};
        CHECK(secret_parse(known, &a, &e) == RC_OK);
        CHECK_STR(hex(&text, a.siv, 8), STR("5d76cb8343d2250e"));
        CHECK_STR(hex(&text, a.mac, 8), STR("f403d83aae2fe155"));
        buf_clear(&text);
        buf_addf(&text, "%016llx %016llx %016llx", (unsigned long long)a.identity.k0,
                 (unsigned long long)a.event.k0, (unsigned long long)a.id);
        CHECK_STR(buf_str(&text), STR("2271563f0ad71da6 e50b0d3055c2ba1b abd45459b31be98c"));
        buf_release(&text);
    }
    TEST("a damaged key file is named so") {
        for (size_t i = 0; i < file.len - 1; i++) {
            char kept = file.ptr[i];
            file.ptr[i] = kept == '0' ? '1' : '0';
            CHECK(secret_parse(buf_str(&file), &b, &e) == RC_CORRUPT);
            file.ptr[i] = kept;
        }
        CHECK(secret_parse(STR(""), &b, &e) == RC_CORRUPT);
        CHECK(secret_parse(STR("pond-key-1"), &b, &e) == RC_CORRUPT);
        CHECK(strlen(e.hint) > 0);
    }
    buf_release(&file);
    buf_release(&second);
}

static void test_digests(void)
{
    struct buf b = {0};
    uint8_t out[42];
    TEST("SHA-256 as in FIPS 180-2") {
        crypt_sha256(STR("abc"), out);
        CHECK_STR(hex(&b, out, 32),
                  STR("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
        crypt_sha256(STR(""), out);
        CHECK_STR(hex(&b, out, 4), STR("e3b0c442"));
    }
    TEST("HMAC-SHA-256 as in RFC 4231, test case 2") {
        crypt_hmac_sha256(STR("Jefe"), STR("what do ya want for nothing?"), out);
        CHECK_STR(hex(&b, out, 32),
                  STR("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"));
    }
    TEST("HKDF-SHA-256 as in RFC 5869, test case 1") {
        struct str ikm =
            STR("\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b\x0b"
                "\x0b\x0b\x0b\x0b");
        struct str salt = STR("\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c");
        struct str info = STR("\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9");
        crypt_hkdf_sha256(ikm, salt, info, out, 42);
        CHECK_STR(hex(&b, out, 42),
                  STR("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
                      "34007208d5b887185865"));
    }
    TEST("comparing and random bytes") {
        uint8_t more[42] = {0};
        struct err e;
        CHECK(crypt_eq(STR("abc"), STR("abc")));
        CHECK(!crypt_eq(STR("abc"), STR("abd")));
        CHECK(!crypt_eq(STR("abc"), STR("ab")));
        CHECK(crypt_random(out, 32, &e) == RC_OK && crypt_random(more, 32, &e) == RC_OK);
        CHECK(memcmp(out, more, 32) != 0);
    }
    buf_release(&b);
}

static void test_text_forms(void)
{
    struct buf b = {0};
    TEST("hex both ways") {
        CHECK(hex_decode(&b, STR("00fFa1")));
        CHECK_STR(buf_str(&b), STR("\x00\xff\xa1"));
        CHECK(!hex_decode(&b, STR("0")) && !hex_decode(&b, STR("0g")) &&
              !hex_decode(&b, STR(" 0")));
        CHECK_EQ_I64(b.len, 3);
    }
    TEST("base64url as in RFC 4648, without padding") {
        static const char *const plain[] = {"", "f", "fo", "foo", "foob", "fooba", "foobar"};
        static const char *const coded[] = {"",       "Zg",      "Zm8",     "Zm9v",
                                            "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"};
        for (int i = 0; i < 7; i++) {
            buf_clear(&b);
            base64url_encode(&b, str_of(plain[i]));
            CHECK_STR(buf_str(&b), str_of(coded[i]));
            buf_clear(&b);
            CHECK(base64url_decode(&b, str_of(coded[i])));
            CHECK_STR(buf_str(&b), str_of(plain[i]));
        }
        buf_clear(&b);
        CHECK(base64url_decode(&b, STR("-_8")));
        CHECK_STR(buf_str(&b), STR("\xfb\xff"));
        CHECK(!base64url_decode(&b, STR("Zg==")) && !base64url_decode(&b, STR("Zh")));
        CHECK(!base64url_decode(&b, STR("+/8")) && !base64url_decode(&b, STR("Z")));
        CHECK_EQ_I64(b.len, 2);
    }
    buf_release(&b);
}

int main(void)
{
    test_siv();
    test_key_file();
    test_digests();
    test_text_forms();
    return tap_end();
}
