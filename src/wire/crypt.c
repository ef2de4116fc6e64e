/* The only file that includes OpenSSL. */
#include "wire/crypt.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

#define SEED_SIZE 32
#define TAG_SIZE 16
#define SIV_MAX 65536
#define KEY_WORD "pond-key-1 "

static const unsigned char *bytes_of(struct str s)
{
    return (const unsigned char *)(s.ptr ? s.ptr : "");
}

/* For the calls that cannot fail but by lack of memory or a broken library. */
static void must(bool ok)
{
    if (!ok) {
        abort();
    }
}

/* ---- Digests and random bytes ---------------------------------------------------------------- */

enum rc crypt_random(void *out, size_t n, struct err *e)
{
    if (RAND_bytes_ex(NULL, out, n, 256) == 1) {
        return RC_OK;
    }
    return rc_fail(e, RC_IO, "the system gives no random bytes");
}

void crypt_md5(struct str bytes, uint8_t out[16])
{
    must(EVP_Digest(bytes_of(bytes), bytes.len, out, NULL, EVP_md5(), NULL) == 1);
}

void crypt_sha256(struct str bytes, uint8_t out[32])
{
    must(EVP_Digest(bytes_of(bytes), bytes.len, out, NULL, EVP_sha256(), NULL) == 1);
}

void crypt_hmac_sha256(struct str key, struct str bytes, uint8_t out[32])
{
    must(HMAC(EVP_sha256(), bytes_of(key), (int)key.len, bytes_of(bytes), bytes.len, out,
              NULL) != NULL);
}

void crypt_hkdf_sha256(struct str key, struct str salt, struct str label, uint8_t *out,
                       size_t n)
{
    EVP_KDF *kdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
    EVP_KDF_CTX *c = EVP_KDF_CTX_new(kdf);
    char digest[] = "SHA256";
    OSSL_PARAM p[] = {
        OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest, 0),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, (void *)(uintptr_t)bytes_of(key),
                                          key.len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_SALT,
                                          (void *)(uintptr_t)bytes_of(salt), salt.len),
        OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO,
                                          (void *)(uintptr_t)bytes_of(label), label.len),
        OSSL_PARAM_construct_end(),
    };
    must(c && EVP_KDF_derive(c, out, n, p) == 1);
    EVP_KDF_CTX_free(c);
    EVP_KDF_free(kdf);
}

bool crypt_eq(struct str a, struct str b)
{
    return a.len == b.len && CRYPTO_memcmp(bytes_of(a), bytes_of(b), a.len) == 0;
}

void crypt_wipe(void *p, size_t n) { OPENSSL_cleanse(p, n); }

/* ---- The key file ---------------------------------------------------------------------------- */

static struct str seed_view(const uint8_t seed[SEED_SIZE])
{
    return str_make((const char *)seed, SEED_SIZE);
}

/* The first four bytes of the seed's digest: tells a typing error from a key. */
static void put_check(struct buf *out, const uint8_t seed[SEED_SIZE])
{
    uint8_t digest[32];
    crypt_sha256(seed_view(seed), digest);
    hex_encode(out, str_make((const char *)digest, 4));
}

enum rc secret_make(struct buf *file, struct err *e)
{
    uint8_t seed[SEED_SIZE];
    enum rc rc = crypt_random(seed, sizeof(seed), e);
    if (rc) {
        return rc;
    }
    buf_add(file, STR(KEY_WORD));
    hex_encode(file, seed_view(seed));
    buf_add_byte(file, ' ');
    put_check(file, seed);
    buf_add_byte(file, '\n');
    crypt_wipe(seed, sizeof(seed));
    return RC_OK;
}

static void derive_hash_key(const uint8_t seed[SEED_SIZE], struct str label,
                            struct hash_key *out)
{
    uint8_t raw[16];
    crypt_hkdf_sha256(seed_view(seed), STR("pond"), label, raw, sizeof(raw));
    struct reader r = reader_of(str_make((const char *)raw, sizeof(raw)));
    out->k0 = reader_u64(&r);
    out->k1 = reader_u64(&r);
    crypt_wipe(raw, sizeof(raw));
}

static void derive(const uint8_t seed[SEED_SIZE], struct secret *out)
{
    struct hash_key id;
    struct str salt = STR("pond");
    derive_hash_key(seed, STR("identity hash"), &out->identity);
    derive_hash_key(seed, STR("event hash"), &out->event);
    derive_hash_key(seed, STR("key id"), &id);
    crypt_hkdf_sha256(seed_view(seed), salt, STR("value siv"), out->siv, sizeof(out->siv));
    crypt_hkdf_sha256(seed_view(seed), salt, STR("mac"), out->mac, sizeof(out->mac));
    out->id = id.k0;
}

static bool read_seed(struct str file, uint8_t seed[SEED_SIZE])
{
    struct buf raw = {0}, check = {0};
    struct str line = str_trim(file), rest = str_slice(line, sizeof(KEY_WORD) - 1, line.len);
    struct str key = str_cut(&rest, ' ');
    bool good =
        str_starts(line, STR(KEY_WORD)) && hex_decode(&raw, key) && raw.len == SEED_SIZE;
    if (good) {
        memcpy(seed, raw.ptr, SEED_SIZE);
        put_check(&check, seed);
        good = str_eq_nocase(rest, buf_str(&check));
    }
    if (raw.len > 0) {
        crypt_wipe(raw.ptr, raw.len);
    }
    buf_release(&raw);
    buf_release(&check);
    return good;
}

enum rc secret_parse(struct str file, struct secret *out, struct err *e)
{
    uint8_t seed[SEED_SIZE];
    if (!read_seed(file, seed)) {
        rc_fail(e, RC_CORRUPT, "the key file is damaged");
        err_hint(e,
                 "put back pond.key from your backup: without it personal values stay closed");
        return RC_CORRUPT;
    }
    derive(seed, out);
    crypt_wipe(seed, sizeof(seed));
    return RC_OK;
}

void secret_wipe(struct secret *s) { crypt_wipe(s, sizeof(*s)); }

/* ---- AES-256-SIV (RFC 5297) ------------------------------------------------------------------
 *
 * Built here from the library's AES, because the library's own SIV sets its key up anew for every
 * value: 5.4 us a phone number against 0.3. The tests compare the two. */

#define BLOCK 16
#define CTR_BLOCKS 64

struct block {
    uint8_t b[BLOCK];
};

struct siv {
    EVP_CIPHER_CTX *mac, *ctr; /* AES-256 under the two halves of the key           */
    struct block k1, k2;       /* CMAC subkeys (RFC 4493)                           */
    struct block zero_mac;     /* CMAC of sixteen zeros: where S2V starts           */
    char context[32];          /* the last context, and what S2V is behind it       */
    size_t context_len;        /* SIZE_MAX: none kept                               */
    struct block context_state;
};

/* Encrypts whole blocks; in and out may be the same. */
static void aes(EVP_CIPHER_CTX *c, const uint8_t *in, uint8_t *out, size_t blocks)
{
    int n = 0;
    must(EVP_EncryptUpdate(c, out, &n, in, (int)(blocks * BLOCK)) == 1);
}

static void xor_into(uint8_t *to, const uint8_t *from, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        to[i] ^= from[i];
    }
}

/* Doubling in GF(2^128), without a branch on the secret. */
static struct block doubled(struct block x)
{
    struct block y;
    uint8_t top = (uint8_t)(0 - (x.b[0] >> 7));
    for (size_t i = 0; i < BLOCK; i++) {
        uint8_t next = i + 1 < BLOCK ? x.b[i + 1] >> 7 : 0;
        y.b[i] = (uint8_t)(x.b[i] << 1 | next);
    }
    y.b[BLOCK - 1] ^= top & 0x87;
    return y;
}

/* CMAC of `s` whose last 16 bytes are xored with `tail` first (NULL: not; else s has 16 or more). */
static struct block cmac(const struct siv *v, struct str s, const struct block *tail)
{
    struct block x = {{0}}, last = {{0}};
    const uint8_t *p = bytes_of(s);
    size_t blocks = s.len == 0 ? 1 : (s.len + BLOCK - 1) / BLOCK;
    size_t split = tail ? s.len - BLOCK : SIZE_MAX;
    for (size_t i = 0; i < blocks; i++) {
        size_t at = i * BLOCK, n = s.len - at < BLOCK ? s.len - at : BLOCK;
        last = (struct block){{0}};
        memcpy(last.b, p + at, n);
        for (size_t k = 0; tail && k < n; k++) {
            last.b[k] ^= at + k >= split ? tail->b[at + k - split] : 0;
        }
        if (i + 1 == blocks) {
            if (n < BLOCK) {
                last.b[n] = 0x80;
            }
            xor_into(last.b, n < BLOCK ? v->k2.b : v->k1.b, BLOCK);
        }
        xor_into(x.b, last.b, BLOCK);
        aes(v->mac, x.b, x.b, 1);
    }
    return x;
}

static struct block state_of_context(struct siv *v, struct str context)
{
    if (v->context_len == context.len &&
        memcmp(v->context, bytes_of(context), context.len) == 0) {
        return v->context_state;
    }
    struct block d = doubled(v->zero_mac), m = cmac(v, context, NULL);
    xor_into(d.b, m.b, BLOCK);
    v->context_len = SIZE_MAX;
    if (context.len <= sizeof(v->context)) {
        memcpy(v->context, bytes_of(context), context.len);
        v->context_len = context.len;
        v->context_state = d;
    }
    return d;
}

/* S2V of (context, plain). */
static struct block s2v(struct siv *v, struct str context, struct str plain)
{
    struct block d = state_of_context(v, context);
    if (plain.len >= BLOCK) {
        return cmac(v, plain, &d);
    }
    struct block t = {{0}};
    d = doubled(d);
    memcpy(t.b, bytes_of(plain), plain.len);
    t.b[plain.len] = 0x80;
    xor_into(t.b, d.b, BLOCK);
    return cmac(v, str_make((const char *)t.b, BLOCK), NULL);
}

static uint64_t load_be(const uint8_t *p)
{
    uint64_t x = 0;
    for (size_t i = 0; i < 8; i++) {
        x = x << 8 | p[i];
    }
    return x;
}

/* Counter mode from the tag; two bits of it are cleared so that the counter's low half never
 * overflows (RFC 5297 section 2.5). */
static void crypt_ctr(struct siv *v, const uint8_t tag[TAG_SIZE], struct str in, uint8_t *out)
{
    uint8_t stream[CTR_BLOCKS * BLOCK];
    uint64_t low = load_be(tag + 8) & 0x7fffffff7fffffffu;
    for (size_t at = 0; at < in.len;) {
        size_t n = in.len - at < sizeof(stream) ? in.len - at : sizeof(stream);
        size_t blocks = (n + BLOCK - 1) / BLOCK;
        for (size_t i = 0; i < blocks; i++, low++) {
            memcpy(stream + i * BLOCK, tag, 8);
            for (size_t k = 0; k < 8; k++) {
                stream[i * BLOCK + 8 + k] = (uint8_t)(low >> (56 - 8 * k));
            }
        }
        aes(v->ctr, stream, stream, blocks);
        memcpy(out + at, in.ptr + at, n);
        xor_into(out + at, stream, n);
        at += n;
    }
}

static EVP_CIPHER_CTX *aes_new(const EVP_CIPHER *aes256, const uint8_t key[32])
{
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    must(c && EVP_EncryptInit_ex2(c, aes256, key, NULL, NULL) == 1 &&
         EVP_CIPHER_CTX_set_padding(c, 0) == 1);
    return c;
}

struct siv *siv_new(const struct secret *s)
{
    struct siv *v = mem_zalloc(sizeof(*v));
    EVP_CIPHER *aes256 = EVP_CIPHER_fetch(NULL, "AES-256-ECB", NULL);
    must(aes256 != NULL);
    v->mac = aes_new(aes256, s->siv);
    v->ctr = aes_new(aes256, s->siv + 32);
    EVP_CIPHER_free(aes256);
    struct block zero = {{0}}, l = {{0}};
    aes(v->mac, zero.b, l.b, 1);
    v->k1 = doubled(l);
    v->k2 = doubled(v->k1);
    v->zero_mac = cmac(v, str_make((const char *)zero.b, BLOCK), NULL);
    v->context_len = SIZE_MAX;
    return v;
}

void siv_free(struct siv *s)
{
    if (s) {
        EVP_CIPHER_CTX_free(s->mac);
        EVP_CIPHER_CTX_free(s->ctr);
        crypt_wipe(s, sizeof(*s));
        mem_free(s);
    }
}

enum rc siv_seal(struct siv *s, struct str context, struct str plain, struct buf *out,
                 struct err *e)
{
    if (plain.len > SIV_MAX) {
        return rc_fail(e, RC_BUG, "a value of %zu bytes is too long to encrypt", plain.len);
    }
    uint8_t *dst = (uint8_t *)buf_room(out, TAG_SIZE + plain.len);
    struct block tag = s2v(s, context, plain);
    crypt_ctr(s, tag.b, plain, dst + TAG_SIZE);
    memcpy(dst, tag.b, TAG_SIZE);
    out->len += TAG_SIZE + plain.len;
    return RC_OK;
}

enum rc siv_open(struct siv *s, struct str context, struct str sealed, struct buf *out,
                 struct err *e)
{
    if (sealed.len < TAG_SIZE || sealed.len > TAG_SIZE + SIV_MAX) {
        return rc_fail(e, RC_CORRUPT, "an encrypted value is damaged");
    }
    struct str body = str_slice(sealed, TAG_SIZE, sealed.len);
    uint8_t *dst = (uint8_t *)buf_room(out, body.len + 1);
    crypt_ctr(s, bytes_of(sealed), body, dst);
    struct block tag = s2v(s, context, str_make((const char *)dst, body.len));
    if (CRYPTO_memcmp(tag.b, sealed.ptr, TAG_SIZE) != 0) {
        crypt_wipe(dst, body.len);
        rc_fail(e, RC_CORRUPT, "an encrypted value does not open");
        err_hint(e, "it was changed, or written under another key file");
        return RC_CORRUPT;
    }
    out->len += body.len;
    return RC_OK;
}

/* ---- Text forms -------------------------------------------------------------------------------- */

void hex_encode(struct buf *out, struct str bytes)
{
    static const char digits[] = "0123456789abcdef";
    char *to = buf_room(out, bytes.len * 2 + 1);
    for (size_t i = 0; i < bytes.len; i++) {
        to[2 * i] = digits[(uint8_t)bytes.ptr[i] >> 4];
        to[2 * i + 1] = digits[(uint8_t)bytes.ptr[i] & 15];
    }
    out->len += bytes.len * 2;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    char lower = (char)(c | 0x20);
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

bool hex_decode(struct buf *out, struct str text)
{
    if (text.len % 2) {
        return false;
    }
    char *to = buf_room(out, text.len / 2 + 1);
    for (size_t i = 0; i < text.len; i += 2) {
        int high = hex_digit(text.ptr[i]), low = hex_digit(text.ptr[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        to[i / 2] = (char)(high << 4 | low);
    }
    out->len += text.len / 2;
    return true;
}

static const char base64url_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void base64url_encode(struct buf *out, struct str bytes)
{
    const uint8_t *p = bytes_of(bytes);
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t v = (uint32_t)p[i] << 16 | (n > 1 ? (uint32_t)p[i + 1] << 8 : 0) |
                     (n > 2 ? (uint32_t)p[i + 2] : 0);
        for (size_t k = 0; k <= n; k++) {
            buf_add_byte(out, base64url_digits[v >> (18 - 6 * k) & 63]);
        }
    }
}

bool base64url_decode(struct buf *out, struct str text)
{
    size_t start = out->len;
    uint32_t v = 0, bits = 0;
    bool good = text.len % 4 != 1;
    for (size_t i = 0; i < text.len && good; i++) {
        const char *at = memchr(base64url_digits, text.ptr[i], 64);
        good = at != NULL;
        v = v << 6 | (at ? (uint32_t)(at - base64url_digits) : 0);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buf_add_byte(out, (char)(v >> bits & 0xFF));
        }
    }
    good = good && (v & ((1u << bits) - 1)) == 0; /* the bits left over are zero */
    if (!good) {
        out->len = start;
    }
    return good;
}
