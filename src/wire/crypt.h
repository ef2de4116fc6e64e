/* Secrets: the key file, encryption of personal values, digests, random bytes (OpenSSL 3).
 *
 * The key file holds 32 random bytes as text. All keys are derived from them by HKDF-SHA256
 * (RFC 5869) under labels, so a key for one use says nothing about another.
 *
 * Personal values are encrypted by AES-256-SIV (RFC 5297): the same value gives the same bytes,
 * so equal values can be told without opening them, and nothing else can be.
 */
#ifndef POND_WIRE_CRYPT_H
#define POND_WIRE_CRYPT_H

#include "base/buf.h"
#include "base/hash.h"
#include "base/rc.h"
#include "base/str.h"
#include <stdbool.h>
#include <stdint.h>

struct secret {
    struct hash_key identity; /* hashes of identities            */
    struct hash_key event;    /* hashes of events (exactly once) */
    uint8_t siv[64];          /* AES-256-SIV                     */
    uint8_t mac[32];          /* HMAC-SHA256: tokens, links      */
    uint64_t id;              /* names the key without telling it: kept in the ledger, so that a
                               * wrong key file is noticed before anything is read            */
};

/* Appends the text of a fresh key file ("pond-key-1 <64 hex> <8 hex check>\n") from the
 * system's random source. Write it with mode 0600 and sync it before its first use. RC_IO. */
enum rc secret_make(struct buf *file, struct err *e);
/* Reads such text. RC_CORRUPT (with a hint to restore it from the backup) for anything else. */
enum rc secret_parse(struct str file, struct secret *out, struct err *e);
void secret_wipe(struct secret *s);

/* A reusable handle: one per thread. Never NULL. */
struct siv;
struct siv *siv_new(const struct secret *s);
void siv_free(struct siv *s);
/* Appends 16 bytes of tag and then as many bytes as plain has. `context` (as "phone") is bound
 * to the value and must be the same for opening. plain: up to 64 KiB, may be empty. RC_BUG
 * only. */
enum rc siv_seal(struct siv *s, struct str context, struct str plain, struct buf *out,
                 struct err *e);
/* Appends the plain text. RC_CORRUPT when it was changed, or sealed by another key or context.
 */
enum rc siv_open(struct siv *s, struct str context, struct str sealed, struct buf *out,
                 struct err *e);

/* n random bytes from the system's cryptographic source. RC_IO. */
enum rc crypt_random(void *out, size_t n, struct err *e);
void crypt_sha256(struct str bytes, uint8_t out[32]);
/* For signatures of others that are made with it (Youzan); protects nothing of ours. */
void crypt_md5(struct str bytes, uint8_t out[16]);
void crypt_hmac_sha256(struct str key, struct str bytes, uint8_t out[32]);
void crypt_hkdf_sha256(struct str key, struct str salt, struct str label, uint8_t *out,
                       size_t n);
/* Time that depends on the lengths only. */
bool crypt_eq(struct str a, struct str b);
void crypt_wipe(void *p, size_t n);

/* Text forms. Decoders accept exactly their own output (hex in either case, base64url without
 * padding) and append nothing when they return false. */
void hex_encode(struct buf *out, struct str bytes);
bool hex_decode(struct buf *out, struct str text);
void base64url_encode(struct buf *out, struct str bytes);
bool base64url_decode(struct buf *out, struct str text);

#endif
