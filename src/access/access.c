/* What keys, users, links and sessions share: secrets, names, the end of a change. */
#include "access/internal.h"

#include <ctype.h>
#include "base/buf.h"
#include "gen/sql_access.h"
#include "wire/crypt.h"
#include "wire/json.h"

enum rc secret_text(struct arena *a, struct str prefix, struct str *out, struct err *e)
{
    uint8_t raw[SECRET_BYTES];
    enum rc rc = crypt_random(raw, sizeof(raw), e);
    if (rc) {
        return rc;
    }
    struct buf text = {0};
    buf_add(&text, prefix);
    base64url_encode(&text, str_make((const char *)raw, sizeof(raw)));
    *out = arena_str(a, buf_str(&text));
    crypt_wipe(raw, sizeof(raw));
    crypt_wipe(text.ptr, text.len);
    buf_release(&text);
    return RC_OK;
}

struct str secret_digest(struct str text, uint8_t digest[DIGEST_BYTES])
{
    crypt_sha256(text, digest);
    return str_make((const char *)digest, DIGEST_BYTES);
}

enum rc name_check(const char *what, struct str name, struct err *e)
{
    bool good = name.len >= 1 && name.len <= NAME_MAX_BYTES && str_is_utf8(name) &&
                str_eq(str_trim(name), name);
    bool digits = true;
    for (size_t i = 0; i < name.len && good; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        good = c >= 0x20 && c != 0x7f;
        digits = digits && isdigit(c);
    }
    if (good && !digits) {
        return RC_OK;
    }
    rc_fail(e, RC_INVALID, "this cannot be the name of a %s", what);
    err_hint(e, "1 to %u bytes of text, not digits alone, no blanks at its ends",
             NAME_MAX_BYTES);
    return RC_INVALID;
}

struct str change_detail(struct arena *a, int64_t id, struct str name, const char *key,
                         struct str value)
{
    struct buf text = {0};
    struct json j;
    json_init(&j, &text);
    json_begin_object(&j);
    json_put_i64(&j, "id", id);
    json_put_str(&j, "name", name);
    if (key) {
        json_put_str(&j, key, value);
    }
    json_end_object(&j);
    struct str out = arena_str(a, buf_str(&text));
    buf_release(&text);
    return out;
}

enum rc change_end(const struct change *c, const char *action, struct str detail, enum rc rc,
                   struct err *e)
{
    rc = rc ? rc : audit_add_tx(c->tx, c->by, STR_NULL, action, detail, RC_OK, c->clock, e);
    rc = rc ? rc : ledger_run(tx_ledger(c->tx), &sql_access_version_up, BINDS_NONE, e);
    return ledger_end(c->tx, rc, e);
}
