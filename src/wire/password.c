/* The only file that includes argon2.h. */
#include "wire/password.h"

#include <argon2.h>
#include <string.h>
#include "wire/crypt.h"

#define PASSES 2u
#define KIB (19u * 1024u)
#define LANES 1u
#define SALT_BYTES 16u
#define HASH_BYTES 32u
#define ENCODED_MAX 200u

/* Of a password that nobody knows (random bytes, forgotten), under the parameters above. */
static const char nobodys[] = "$argon2id$v=19$m=19456,t=2,p=1$YH98CnnLDNIDoGH8W9nIBw$cuqZ9dnw/"
                              "URwryB6Xegp5fJ/bjEBNnc8dcS3CodBwX8";

static bool in_bounds(struct str password)
{
    return password.len >= PASSWORD_MIN && password.len <= PASSWORD_MAX;
}

enum rc password_hash(struct str password, struct arena *a, struct str *encoded, struct err *e)
{
    uint8_t salt[SALT_BYTES];
    char text[ENCODED_MAX];
    if (!in_bounds(password)) {
        rc_fail(e, RC_INVALID, "a password has %u to %u bytes", PASSWORD_MIN, PASSWORD_MAX);
        err_hint(e, "a few words in a row are long and easy to keep in mind");
        return RC_INVALID;
    }
    enum rc rc = crypt_random(salt, sizeof(salt), e);
    if (rc) {
        return rc;
    }
    int got = argon2id_hash_encoded(PASSES, KIB, LANES, password.ptr, password.len, salt,
                                    sizeof(salt), HASH_BYTES, text, sizeof(text));
    if (got != ARGON2_OK) {
        rc = got == ARGON2_MEMORY_ALLOCATION_ERROR ? RC_BUSY : RC_BUG;
        return rc_fail(e, rc, "the password cannot be hashed: %s", argon2_error_message(got));
    }
    *encoded = arena_str(a, str_of(text));
    return RC_OK;
}

bool password_fits(struct str encoded, struct str password)
{
    char text[ENCODED_MAX];
    bool known = encoded.len > 0 && encoded.len < sizeof(text);
    struct str against = known ? encoded : str_of(nobodys);
    struct str tried = in_bounds(password) ? password : STR("out of bounds");
    memcpy(text, against.ptr, against.len);
    text[against.len] = '\0';
    bool fits = argon2id_verify(text, tried.ptr, tried.len) == ARGON2_OK;
    return fits && known && in_bounds(password);
}
