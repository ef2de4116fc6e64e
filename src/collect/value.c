/* Members of JSON objects in a flat list (wire/json.h): v[1..span] lie inside v. */
#include "collect/internal.h"

const struct json_value *member(const struct json_value *v, struct str key)
{
    if (!is_object(v)) {
        return NULL;
    }
    const struct json_value *end = v + v->span;
    for (const struct json_value *m = v + 1; m <= end; m += m->span + 1) {
        if (str_eq(m->key, key)) {
            return m;
        }
    }
    return NULL;
}

struct str member_text(const struct json_value *v, struct str key)
{
    const struct json_value *m = member(v, key);
    return is_text(m) ? m->value : STR_NULL;
}

/* The search begins behind the key found last: objects of one program have their members in one order. */
void pick(const struct json_value *v, const struct str *key, uint32_t keys,
          const struct json_value **out)
{
    memset(out, 0, sizeof(*out) * keys);
    if (!is_object(v)) {
        return;
    }
    uint32_t at = 0;
    const struct json_value *end = v + v->span;
    for (const struct json_value *m = v + 1; m <= end; m += m->span + 1) {
        for (uint32_t i = 0; i < keys; i++) {
            const uint32_t k = at + i < keys ? at + i : at + i - keys;
            if (str_eq(m->key, key[k])) {
                out[k] = !out[k] && m->type != JSON_NULL ? m : out[k];
                at = k + 1;
                break;
            }
        }
    }
}

bool is_uuid(struct str s)
{
    if (s.len != 36) {
        return false;
    }
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        const bool hex =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        if (dash ? c != '-' : !hex) {
            return false;
        }
    }
    return true;
}
