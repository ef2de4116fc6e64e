#include "app/hook_secret.h"
#include "collect/collect.h"
#include "wire/crypt.h"

#define KEY_FILE_MAX 4096

enum rc hook_siv(const struct pond *p, struct siv **out, struct err *e)
{
    struct arena *a = arena_new();
    struct secret key;
    struct buf file = {0};
    enum rc rc =
        disk_get(p->disk, disk_path(a, p->data_dir, "pond.key"), KEY_FILE_MAX, &file, e);
    rc = rc ? rc : secret_parse(buf_str(&file), &key, e);
    if (!rc) {
        *out = siv_new(&key);
    }
    secret_wipe(&key);
    if (file.ptr) {
        crypt_wipe(file.ptr, file.cap);
    }
    buf_release(&file);
    arena_free(a);
    return rc;
}

bool hook_known(struct str collector)
{
    for (uint32_t i = 0; i < collect_count(); i++) {
        if (str_eq(str_of(collector_name(collect_at(i))), collector)) {
            return true;
        }
    }
    return false;
}

static const char *setting_key(struct arena *a, struct str collector)
{
    return arena_strf(a, "collect.secret.%.*s", STR_FMT(collector)).ptr;
}

enum rc hook_secret_put(struct ledger *l, struct siv *s, struct str collector,
                        struct str secret, struct err *e)
{
    struct arena *a = arena_new();
    struct buf sealed = {0}, text = {0};
    enum rc rc = secret.len ? siv_seal(s, STR("collect.secret"), secret, &sealed, e) : RC_OK;
    base64url_encode(&text, buf_str(&sealed));
    rc = rc ? rc : brand_put_setting(l, setting_key(a, collector), buf_str(&text), e);
    buf_release(&sealed);
    buf_release(&text);
    arena_free(a);
    return rc;
}

enum rc hook_secret_get(struct ledger *l, struct siv *s, struct str collector, struct arena *a,
                        struct str *out, struct err *e)
{
    struct buf sealed = {0}, plain = {0};
    struct str text = STR_NULL;
    enum rc rc = brand_get_setting(l, setting_key(a, collector), a, &text, e);
    *out = STR_NULL;
    if (!rc && text.len) {
        rc = base64url_decode(&sealed, text)
                 ? siv_open(s, STR("collect.secret"), buf_str(&sealed), &plain, e)
                 : rc_fail(e, RC_CORRUPT, "the secret of %.*s is damaged", STR_FMT(collector));
        *out = rc ? STR_NULL : arena_str(a, buf_str(&plain));
    }
    if (plain.ptr) {
        crypt_wipe(plain.ptr, plain.cap);
    }
    buf_release(&sealed);
    buf_release(&plain);
    return rc;
}
